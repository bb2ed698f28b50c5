/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PE/COFF headers: Microsoft's "PE Format", and damage. */
#include "image/pe.h"

#include "efi_file.h"
#include "tap.h"

static struct efi_file f;

static struct bytes all(void)
{
	struct bytes b = { f.data, f.size };

	return b;
}

static void test_good(void)
{
	struct pe_section s;
	struct pe pe;

	efi_start(&f, 4);
	(void)efi_section(&f, ".text", "x", 1);
	(void)efi_section(&f, ".profile", "ID=a", 4);
	ok(pe_parse(&pe, all()), "a PE file");
	ok(pe.machine == PE_MACHINE_X86_64 && pe.section_count == 2, "headers");
	ok(pe_headers_end(&pe) == EFI_TABLE + 2 * EFI_ROW, "their end");
	ok(pe_section(&pe, 0, &s), "first section");
	is(s.name, ".text", "name");
	ok(s.offset == 1024 && s.size == 1, "where: VirtualSize is exact");
	ok(pe_section(&pe, 1, &s), "second section");
	is(s.name, ".profile", "a name of eight letters has no zero");
}

static void test_sizes(void)
{
	struct pe_section s;
	struct pe pe;
	size_t row;

	efi_start(&f, 1);
	row = efi_text(&f, ".bss", "x");
	efi_put(&f, row + 8, 4, 0x10000);
	ok(pe_parse(&pe, all()) && pe_section(&pe, 0, &s) && s.size == 512,
	   "more in memory than in the file: zeroes that are not there");
	efi_put(&f, row + 8, 4, 0);
	ok(pe_section(&pe, 0, &s) && s.size == 0, "nothing in memory");
	efi_put(&f, row + 8, 4, 0xffffffff);
	efi_put(&f, row + 16, 4, 0xffffffff);
	efi_put(&f, row + 20, 4, 0xffffffff);
	ok(pe_section(&pe, 0, &s) && s.offset == 0xffffffff &&
		   s.size == 0xffffffff,
	   "the largest numbers");
}

static void test_not_pe(void)
{
	struct pe pe = { .machine = 1 };
	struct pe_section s;
	struct bytes b;

	efi_start(&f, 1);
	(void)efi_text(&f, ".text", "x");
	f.data[0] = 'Z';
	ok(!pe_parse(&pe, all()) && pe.machine == 1, "no MZ");
	efi_start(&f, 1);
	f.data[EFI_PE + 1] = 'X';
	ok(!pe_parse(&pe, all()), "MZ alone: a program of MS-DOS");
	efi_start(&f, 1);
	efi_put(&f, 0x3c, 4, 0xffffffff);
	ok(!pe_parse(&pe, all()), "its signature is nowhere");
	efi_start(&f, 1);
	efi_put(&f, EFI_PE + 24, 2, 0x107);
	ok(!pe_parse(&pe, all()), "a ROM image");
	efi_put(&f, EFI_PE + 24, 2, 0x10b);
	ok(pe_parse(&pe, all()), "PE32");
	efi_start(&f, 1);
	(void)efi_text(&f, ".text", "x");
	for (b = all(), b.len = 0; b.len < EFI_PE + 26; b.len++)
		if (pe_parse(&pe, b))
			break;
	ok(b.len == EFI_PE + 26, "cut short anywhere in the headers");
	b.len = EFI_TABLE + EFI_ROW - 1;
	ok(pe_parse(&pe, b) && !pe_section(&pe, 0, &s),
	   "cut short in the section table");
	b.len = EFI_TABLE + EFI_ROW;
	ok(pe_section(&pe, 0, &s) == false && pe_parse(&pe, b) &&
		   pe_section(&pe, 0, &s) && !pe_section(&pe, 1, &s),
	   "just long enough");
}

static void test_machines(void)
{
	is(pe_machine_name(PE_MACHINE_ARM64), "64-bit Arm", "Arm");
	is(pe_machine_name(PE_MACHINE_X86_64), "x86-64", "x86-64");
	is(pe_machine_name(0x0200), "an unknown processor", "Itanium");
}

int main(void)
{
	test_good();
	test_sizes();
	test_not_pe();
	test_machines();
	return tap_done();
}
