/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Linux's bzImage, and what else is made in its form (memtest86+), entered in
 * long mode where it has such an entry, else in protected mode
 * (Documentation/arch/x86/boot.rst, called boot.rst below; boot protocol 2.10
 * and newer). Reads headers; places nothing.
 */
#ifndef KBOOT_IMAGE_BZIMAGE_H
#define KBOOT_IMAGE_BZIMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "image/loader.h"

struct reason;

/* What the setup header says, checked; units are bytes. */
struct bzimage {
	/* 0x020f is 2.15. */
	uint16_t version;
	/* The protected-mode part of the file (setup_sects, syssize). */
	uint64_t payload_offset;
	uint64_t payload_size;
	/* init_size, never less than payload_size */
	uint64_t run_size;
	/* pref_address and kernel_alignment */
	uint64_t preferred;
	uint64_t alignment;
	bool relocatable;
	/* xloadflags; none before 2.12: entered in protected mode */
	bool entry64;
	bool above_4g;
	bool five_level;
	/* It knows EFI whose services were moved already. */
	bool efi_kexec;
	/* initrd_addr_max, cmdline_size */
	uint64_t initrd_max;
	uint64_t cmdline_max;
};

/*
 * Parses @head, the beginning of a file @file_size bytes long, into *@ret.
 * LOADER_BROKEN has a sentence that begins with @name, and leaves *@ret alone.
 */
enum loader_answer bzimage_parse(struct bzimage *ret, struct bytes head,
				 uint64_t file_size, const char *name,
				 struct reason *why);

extern const struct image_loader bzimage_loader;

#endif
