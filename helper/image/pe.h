/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PE/COFF headers (Microsoft's "PE Format"), as far as UEFI programs have
 * them: what processor a file is for, and where its sections lie. Pure: the
 * beginning of a file in, numbers out.
 */
#ifndef KBOOT_IMAGE_PE_H
#define KBOOT_IMAGE_PE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

enum {
	/* "An 8-byte, null-padded" string: eight letters have no zero. */
	PE_NAME_SIZE = 8,
	/* A UKI of 64 profiles with a dozen sections each has 800. */
	PE_SECTIONS_MAX = 1024,
};

/* Machine Types; and what Arm, RISC-V, LoongArch have, for sentences. */
enum pe_machine {
	PE_MACHINE_I386 = 0x014c,
	PE_MACHINE_ARM = 0x01c2,
	PE_MACHINE_RISCV64 = 0x5064,
	PE_MACHINE_LOONGARCH64 = 0x6264,
	PE_MACHINE_X86_64 = 0x8664,
	PE_MACHINE_ARM64 = 0xaa64,
};

struct pe {
	/* The beginning of the file, as given; borrowed. */
	struct bytes head;
	uint16_t machine;
	/* Where the section table begins, and how many it has. */
	uint64_t table;
	size_t section_count;
};

/* Bytes of the file; @size 0: the section has none. */
struct pe_section {
	char name[PE_NAME_SIZE + 1];
	uint64_t offset;
	uint64_t size;
};

/*
 * Parses the headers in @head, the beginning of a file. False, *@ret
 * untouched: no PE file. Sections are not looked at: a table may lie beyond
 * @head.
 */
bool pe_parse(struct pe *ret, struct bytes head);

/*
 * Section @i (less than section_count) into *@ret: what of it lies in the
 * file, that is the smaller of VirtualSize and SizeOfRawData, since the file's
 * part is rounded up and the rest of the memory's is zero. False, *@ret
 * untouched, when its row of the table is not in the head. Says nothing of
 * where the file ends.
 */
bool pe_section(const struct pe *pe, size_t i, struct pe_section *ret);

/* Where the section table ends: nothing of a section lies before. */
uint64_t pe_headers_end(const struct pe *pe);

/* A processor's name for people, or "an unknown processor". */
const char *pe_machine_name(uint16_t machine);

#endif
