/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * struct hvm_start_info, version 1, and what it points to
 * (public/arch-x86/hvm/start_info.h and docs/misc/pvh.pandoc of Xen): what a
 * kernel entered as a PVH guest finds at %ebx. Pure.
 */
#ifndef KBOOT_IMAGE_PVH_H
#define KBOOT_IMAGE_PVH_H

#include <stddef.h>
#include <stdint.h>

#include "image/image.h"
#include "image/memmap.h"

/*
 * Linux copies the map to a table of 128 without looking how long it is, and
 * adds one range (arch/x86/platform/pvh/enlighten.c, init_pvh_bootparams()).
 */
enum { PVH_RANGES_MAX = 127 };

struct pvh_input {
	const char *cmdline;
	const struct image_module *module;
	size_t module_count;
	const struct memmap *map;
	/* Physical; 0: not known. */
	uint64_t rsdp;
};

/*
 * Writes the structure, first, and all that it points to into the @size bytes
 * at @buf, which will be at the physical @address, a multiple of 8. Returns
 * how many bytes that takes; with @size 0 it only counts.
 */
size_t pvh_build(uint8_t *buf, size_t size, uint64_t address,
		 const struct pvh_input *in);

/* The same for a placed (measuring: a parsed) image. */
size_t pvh_start_info_size(const struct image *image);
void pvh_start_info_build(uint8_t *buf, uint64_t address,
			  const struct image *image);

#endif
