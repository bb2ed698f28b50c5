/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an EFI machine's kernel says of its firmware, and what a newcomer has
 * to know of it to go on using it. Runtime services can be moved to virtual
 * addresses only once, and that was done: the newcomer must map them where
 * they are mapped now. Pure: text in, numbers out.
 */
#ifndef KBOOT_IMAGE_EFI_H
#define KBOOT_IMAGE_EFI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "image/memmap.h"

struct reason;

/* OVMF has 7 of them, servers up to 120. */
enum { EFI_RANGES_MAX = 256 };

/* EFI_MEMORY_DESCRIPTOR (UEFI 2.10, 7.2.3); @pages of 4 KiB each. */
struct efi_range {
	uint32_t type;
	uint64_t physical;
	uint64_t virtual_address;
	uint64_t pages;
	uint64_t attribute;
};

struct efi {
	/* All of it is known, and the newcomer can be given it. */
	bool usable;
	/* boot_params of the running kernel: where the system table is */
	uint64_t systab;
	uint32_t memdesc_version;
	/* Members of the system table as they were before it was moved. */
	uint64_t fw_vendor;
	uint64_t config_table;
	/* 0: none, or one of version 3 alone */
	uint64_t smbios;
	size_t count;
	struct efi_range range[EFI_RANGES_MAX];
};

/*
 * The text of sys/firmware/efi/runtime-map, one entry a line, "TYPE PHYS_ADDR
 * VIRT_ADDR NUM_PAGES ATTRIBUTE" as the files of the directory say, into the
 * ranges of @efi. Refuses what is none, too many, and what has no sense.
 */
int efi_parse_map(struct efi *efi, struct bytes text, struct reason *why);

/* The address that sys/firmware/efi/systab has for @name ("ACPI20",
 * "SMBIOS"), or 0. */
uint64_t efi_systab(struct bytes text, const char *name);

/*
 * Marks in @map as reserved what the firmware goes on using: a kernel keeps
 * parts of the boot services' memory, which the firmware's map calls RAM.
 */
int efi_reserve(const struct efi *efi, struct memmap *map, struct reason *why);

#endif
