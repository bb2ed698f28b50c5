/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hvm_start_info, read back as start_info.h of Xen lays it out: by offsets
 * from its comment, through physical addresses.
 */
#include "image/pvh.h"

#include <errno.h>

#include "base/bytes.h"
#include "base/reason.h"
#include "tap.h"

enum { ROOM = 4096 };

static const uint64_t ADDRESS = 0x7fff0000;

static uint8_t memory[ROOM];
static struct memmap map;

static uint64_t get(uint64_t address, size_t size)
{
	struct bytes bytes = { memory, ROOM };
	uint32_t narrow = 0;
	uint64_t value = 0;

	if (size == 8)
		(void)bytes_le64(bytes, address - ADDRESS, &value);
	else if (bytes_le32(bytes, address - ADDRESS, &narrow))
		value = narrow;
	return value;
}

static const char *string(uint64_t address)
{
	uint64_t at = address - ADDRESS;

	return at < ROOM && memchr(memory + at, 0, ROOM - at)
		       ? (const char *)memory + at
		       : "outside";
}

static void add(uint64_t start, uint64_t end, uint32_t type)
{
	struct reason why;

	(void)memmap_add(&map, start, end, type, "test", &why);
}

static void test_whole(void)
{
	static const struct image_module modules[] = {
		{ 0x40000000, 12345, "root=/dev/vda1" },
		{ 0x50000000, 1, "" },
	};
	struct pvh_input in = {
		.cmdline = "console=ttyS0 quiet",
		.module = modules,
		.module_count = 2,
		.map = &map,
		.rsdp = 0xfeedface0,
	};
	uint64_t modlist, memmap;
	size_t size;

	map.count = 0;
	add(0, 0x9fc00, MEMMAP_RAM);
	add(0x100000, 0x80000000, MEMMAP_RAM);
	add(0x80000000, 0x80010000, MEMMAP_ACPI);
	add(1ULL << 32, 3ULL << 32, MEMMAP_SOFT_RESERVED);
	memset(memory, 0xee, sizeof(memory));
	size = pvh_build(NULL, 0, ADDRESS, &in);
	ok(size < ROOM && pvh_build(memory, size, ADDRESS, &in) == size,
	   "as large as it was counted");
	ok(memory[size] == 0xee && memory[size - 1] == 0, "and no larger");
	ok(get(ADDRESS, 4) == 0x336ec578 && get(ADDRESS + 4, 4) == 1,
	   "magic, version");
	ok(get(ADDRESS + 8, 4) == 0, "flags");
	ok(get(ADDRESS + 32, 8) == 0xfeedface0, "rsdp_paddr");
	is(string(get(ADDRESS + 24, 8)), "console=ttyS0 quiet",
	   "cmdline_paddr");
	ok(get(ADDRESS + 12, 4) == 2, "nr_modules");
	modlist = get(ADDRESS + 16, 8);
	ok(modlist % 8 == 0 && get(modlist, 8) == 0x40000000 &&
		   get(modlist + 8, 8) == 12345 && get(modlist + 24, 8) == 0,
	   "a module");
	is(string(get(modlist + 16, 8)), "root=/dev/vda1", "its words");
	ok(get(modlist + 32, 8) == 0x50000000 && get(modlist + 40, 8) == 1,
	   "the next module");
	is(string(get(modlist + 48, 8)), "", "has none");
	memmap = get(ADDRESS + 40, 8);
	ok(get(ADDRESS + 48, 4) == 4 && get(ADDRESS + 52, 4) == 0,
	   "memmap_entries, reserved");
	ok(memmap % 8 == 0 && get(memmap, 8) == 0 &&
		   get(memmap + 8, 8) == 0x9fc00 && get(memmap + 16, 4) == 1 &&
		   get(memmap + 20, 4) == 0,
	   "memory");
	ok(get(memmap + 48, 8) == 0x80000000 &&
		   get(memmap + 56, 8) == 0x10000 && get(memmap + 64, 4) == 3,
	   "ACPI tables");
	ok(get(memmap + 72, 8) == 1ULL << 32 && get(memmap + 88, 4) == 2,
	   "Linux's own type is reserved for all others");
}

static void test_least(void)
{
	struct pvh_input in = { .cmdline = "", .map = &map };

	map.count = 0;
	memset(memory, 0xee, sizeof(memory));
	ok(pvh_build(memory, ROOM, ADDRESS, &in) == 57, "the least");
	ok(get(ADDRESS + 12, 4) == 0 && get(ADDRESS + 16, 8) == 0,
	   "no modules: their address is 0, \"not present\"");
	is(string(get(ADDRESS + 24, 8)), "", "an empty command line");
	ok(get(ADDRESS + 48, 4) == 0, "no map");
}

/* As a placed image has it. */
static void test_image(void)
{
	static struct facts facts;
	static struct image image;
	size_t size;

	facts.rsdp = 0xe0000;
	facts.firmware.count = 0;
	image.facts = &facts;
	image.cmdline = "quiet";
	image.initrd_count = 2;
	image.initrd[0].words = "first";
	image.initrd[1].address = 0x2000;
	image.initrd[1].size = 7;
	image.initrd_address = 0x1000;
	image.initrd_size = 0x1007;
	size = pvh_start_info_size(&image);
	memset(memory, 0xee, sizeof(memory));
	pvh_start_info_build(memory, ADDRESS, &image);
	ok(memory[size] == 0xee && memory[size - 1] == 0, "its size");
	ok(get(ADDRESS + 32, 8) == 0xe0000 && get(ADDRESS + 12, 4) == 1 &&
		   get(get(ADDRESS + 16, 8), 8) == 0x1000 &&
		   get(get(ADDRESS + 16, 8) + 8, 8) == 0x1007,
	   "Linux: its initrds are one module");
	image.modules_apart = true;
	pvh_start_info_build(memory, ADDRESS, &image);
	ok(get(ADDRESS + 12, 4) == 2 &&
		   get(get(ADDRESS + 16, 8) + 32, 8) == 0x2000 &&
		   get(get(ADDRESS + 16, 8) + 40, 8) == 7,
	   "all others: each is one");
	is(string(get(get(ADDRESS + 16, 8) + 16, 8)), "first", "its words");
}

int main(void)
{
	test_image();
	test_whole();
	test_least();
	return tap_done();
}
