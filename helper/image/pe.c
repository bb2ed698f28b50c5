/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PE/COFF headers. Pure; field names are those of Microsoft's "PE Format". */
#include "image/pe.h"

#include <string.h>

/* The MS-DOS stub: where it says that the PE signature lies. */
enum { DOS_LFANEW = 0x3c };

/* Offsets from the PE signature, and sizes. */
enum {
	COFF_MACHINE = 4,
	COFF_SECTIONS = 6,
	COFF_OPTIONAL_SIZE = 20,
	OPTIONAL = 24,
	OPTIONAL_PE32 = 0x10b,
	OPTIONAL_PE32_PLUS = 0x20b,
};

/* A row of the section table. */
enum {
	SECTION_VIRTUAL_SIZE = 8,
	SECTION_RAW_SIZE = 16,
	SECTION_RAW_AT = 20,
	SECTION_SIZE = 40,
};

static const struct machine {
	uint16_t machine;
	const char *name;
} machines[] = {
	{ PE_MACHINE_I386, "32-bit x86" },
	{ PE_MACHINE_ARM, "32-bit Arm" },
	{ PE_MACHINE_RISCV64, "64-bit RISC-V" },
	{ PE_MACHINE_LOONGARCH64, "64-bit LoongArch" },
	{ PE_MACHINE_X86_64, "x86-64" },
	{ PE_MACHINE_ARM64, "64-bit Arm" },
};

bool pe_parse(struct pe *ret, struct bytes head)
{
	uint16_t machine, sections, optional, magic;
	uint32_t at;

	if (!bytes_match(head, 0, "MZ", 2) ||
	    !bytes_le32(head, DOS_LFANEW, &at) ||
	    !bytes_match(head, at, "PE\0", 4) ||
	    !bytes_le16(head, (uint64_t)at + COFF_MACHINE, &machine) ||
	    !bytes_le16(head, (uint64_t)at + COFF_SECTIONS, &sections) ||
	    !bytes_le16(head, (uint64_t)at + COFF_OPTIONAL_SIZE, &optional) ||
	    !bytes_le16(head, (uint64_t)at + OPTIONAL, &magic))
		return false;
	if (magic != OPTIONAL_PE32 && magic != OPTIONAL_PE32_PLUS)
		return false;
	ret->head = head;
	ret->machine = machine;
	ret->table = (uint64_t)at + OPTIONAL + optional;
	ret->section_count = sections;
	return true;
}

bool pe_section(const struct pe *pe, size_t i, struct pe_section *ret)
{
	uint32_t virtual_size, raw_size, raw_at;
	struct bytes row;

	if (!bytes_sub(pe->head, pe->table + (uint64_t)i * SECTION_SIZE,
		       SECTION_SIZE, &row) ||
	    !bytes_le32(row, SECTION_VIRTUAL_SIZE, &virtual_size) ||
	    !bytes_le32(row, SECTION_RAW_SIZE, &raw_size) ||
	    !bytes_le32(row, SECTION_RAW_AT, &raw_at))
		return false;
	memset(ret, 0, sizeof(*ret));
	memcpy(ret->name, row.data, PE_NAME_SIZE);
	ret->offset = raw_at;
	ret->size = virtual_size < raw_size ? virtual_size : raw_size;
	return true;
}

uint64_t pe_headers_end(const struct pe *pe)
{
	return pe->table + (uint64_t)pe->section_count * SECTION_SIZE;
}

const char *pe_machine_name(uint16_t machine)
{
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++)
		if (machines[i].machine == machine)
			return machines[i].name;
	return "an unknown processor";
}
