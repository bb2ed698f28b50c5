/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * struct boot_params ("zero page") and its setup_data, as boot.rst and
 * zero-page.rst describe them. Pure: builds bytes in memory of the caller.
 */
#ifndef KBOOT_IMAGE_BOOT_PARAMS_H
#define KBOOT_IMAGE_BOOT_PARAMS_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "image/facts.h"

enum { BOOT_PARAMS_SIZE = 4096 };

struct boot_params_input {
	/* The beginning of the bzImage: its setup header is copied. Empty: a
	 * kernel without one (vmlinux), which gets one of our own. */
	struct bytes head;
	/* Memory map, and what the running kernel was given. */
	const struct facts *facts;
	/* Physical addresses of what else the newcomer is given. */
	uint64_t cmdline;
	uint64_t initrd;
	uint64_t initrd_size;
	/* Of what boot_params_setup_data() wrote; 0 when that is nothing. */
	uint64_t setup_data;
};

/* Bytes that boot_params_setup_data() writes; a multiple of 8, maybe 0. */
size_t boot_params_setup_data_size(const struct facts *facts);

/*
 * Writes the chain of setup_data into @buf, which will be at the physical
 * address @address: memory ranges beyond the 128th (SETUP_E820_EXT), and a
 * seed (SETUP_RNG_SEED) when there is one.
 */
void boot_params_setup_data(uint8_t *buf, uint64_t address,
			    const struct facts *facts);

/*
 * Writes the BOOT_PARAMS_SIZE bytes at @page. EFI is given to kernels that say
 * that they can be (XLF_EFI_KEXEC), and to those that say nothing.
 */
void boot_params_build(uint8_t *page, const struct boot_params_input *in);

#endif
