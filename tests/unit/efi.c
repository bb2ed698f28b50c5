/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What sys/firmware/efi says: OVMF's, and damage. */
#include "image/efi.h"

#include <errno.h>
#include <stdlib.h>

#include "base/reason.h"
#include "ranges.h"
#include "tap.h"

static struct bytes text(const char *s)
{
	struct bytes b = { (const uint8_t *)s, strlen(s) };

	return b;
}

/* tests/fixtures/machines/q35-ovmf-512/runtime-map */
static const char ovmf[] =
	"0xb 0xffc00000 0xfffffffeffc00000 0x400 0x8000000000000001\n"
	"0x6 0x1fef4000 0xfffffffeffaf4000 0x84 0x800000000000000f\n"
	"0x5 0x1f5ec000 0xfffffffeff1ec000 0x100 0x800000000000000f\n"
	"0x6 0x1f4ec000 0xfffffffeff0ec000 0x100 0x800000000000000f\n"
	"0x6 0x1eaa0000 0xfffffffefe6a0000 0x102 0x800000000000000f\n"
	"0x4 0x1d666000 0xfffffffefd266000 0x4a 0x800000000000000f\n"
	"0x3 0x0 0xfffffffefc400000 0x1 0x800000000000000f\n";

static void test_map(void)
{
	struct efi efi;

	ok(!efi_parse_map(&efi, text(ovmf), NULL) && efi.count == 7, "OVMF");
	ok(efi.range[0].type == 11 && efi.range[0].physical == 0xffc00000 &&
		   efi.range[0].virtual_address == 0xfffffffeffc00000 &&
		   efi.range[0].pages == 0x400 &&
		   efi.range[0].attribute == 0x8000000000000001,
	   "its flash");
	ok(efi.range[6].type == 3 && efi.range[6].physical == 0 &&
		   efi.range[6].pages == 1,
	   "page 0");
}

/* The kernel keeps boot services' memory that the firmware's map calls RAM:
 * 0x1d666000 holds a table that the system table points to. */
static void test_reserve(void)
{
	struct memmap map = { 0 };
	struct efi efi;

	(void)memmap_add(&map, 0, 0xa0000, MEMMAP_RAM, "m", NULL);
	(void)memmap_add(&map, 0x900000, 0x1eaa0000, MEMMAP_RAM, "m", NULL);
	(void)memmap_add(&map, 0x1eaa0000, 0x1eba2000, MEMMAP_RESERVED, "m",
			 NULL);
	(void)memmap_add(&map, 0x1eba2000, 0x1f4ec000, MEMMAP_RAM, "m", NULL);
	ok(!efi_parse_map(&efi, text(ovmf), NULL) &&
		   !efi_reserve(&efi, &map, NULL),
	   "what EFI goes on using");
	is(ranges(&map),
	   "0-1000/2 1000-a0000/1 900000-1d666000/1 "
	   "1d666000-1d6b0000/2 1d6b0000-1eaa0000/1 "
	   "1eaa0000-1eba2000/2 1eba2000-1f4ec000/1",
	   "is reserved, where it was RAM");
}

static void refuse(const char *s, const char *want, const char *name)
{
	struct reason why = { "" };
	struct efi efi;

	ok(efi_parse_map(&efi, text(s), &why) < 0, "%s: refused", name);
	is(why.text, want, name);
}

static void test_refusals(void)
{
	static const char bad[] =
		"/sys/firmware/efi/runtime-map: range 0 is no memory range";
	char *many = NULL;
	size_t len;
	FILE *out;

	refuse("", "/sys/firmware/efi/runtime-map: is not there", "none");
	refuse("0x6 0x1000 0x0 0x1\n", bad, "four fields");
	refuse("0x6 0x1000 0x0 0x1 0xf 0x1\n", bad, "six fields");
	refuse("0x6 0x1000  0x1 0xf\n", bad, "a field that could not be read");
	refuse("6 0x1000 0x0 0x1 0xf\n", bad, "no 0x");
	refuse("0x6 0x1001 0x0 0x1 0xf\n", bad, "not on a page");
	refuse("0x6 0x1000 0x0 0x0 0xf\n", bad, "no pages");
	refuse("0x6 0x1000 0x0 0xffffffffffffffff 0xf\n", bad,
	       "more pages than there are");
	refuse("0x6 0x10000000000000 0x0 0x1 0xf\n", bad,
	       "beyond all addresses");
	refuse("0x100000000 0x1000 0x0 0x1 0xf\n", bad, "a type too large");
	out = open_memstream(&many, &len);
	for (int i = 0; i <= EFI_RANGES_MAX; i++)
		(void)fprintf(out, "0x6 0x%x000 0x0 0x1 0xf\n", i);
	(void)fclose(out);
	refuse(many, "/sys/firmware/efi/runtime-map: more than 256 ranges",
	       "too many");
	free(many);
}

static void test_systab(void)
{
	struct bytes t = text("ACPI20=0x1f77d014\nACPI=0x1f77d000\n"
			      "SMBIOS3=0x2000\nSMBIOS=0x1f520000\n");

	ok(efi_systab(t, "ACPI20") == 0x1f77d014, "ACPI 2.0");
	ok(efi_systab(t, "ACPI") == 0x1f77d000, "ACPI 1.0 is not ACPI20");
	ok(efi_systab(t, "SMBIOS") == 0x1f520000, "SMBIOS is not SMBIOS3");
	ok(efi_systab(t, "MPS") == 0, "not there");
	ok(efi_systab(text("ACPI20="), "ACPI20") == 0, "no number");
	ok(efi_systab(text(""), "ACPI20") == 0, "nothing");
}

int main(void)
{
	test_map();
	test_reserve();
	test_refusals();
	test_systab();
	return tap_done();
}
