/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where memory maps come from: what real machines show, what must be refused,
 * and the maps that are made of them.
 */
#include "image/memsource.h"

#include <errno.h>
#include <stdlib.h>

#include "base/reason.h"
#include "machines.h"
#include "ranges.h"
#include "tap.h"

static struct bytes text(const char *s)
{
	struct bytes b = { (const uint8_t *)s, strlen(s) };

	return b;
}

static void parse_iomem(const char *s, const char *want, const char *name)
{
	struct memmap map;
	struct reason why = { "" };

	if (memsource_iomem(&map, text(s), &why))
		is(why.text, "", name);
	else
		is(ranges(&map), want, name);
}

static void parse_firmware(const char *s, const char *want, const char *name)
{
	struct memmap map;
	struct reason why = { "" };

	if (memsource_firmware(&map, text(s), &why))
		is(why.text, "", name);
	else
		is(ranges(&map), want, name);
}

static void test_machines(void)
{
	parse_iomem(pc6144_iomem,
		    "1000-9fc00/1 100000-bffdd000/1 100000000-1c0000000/1",
		    "pc: the running kernel is no obstacle");
	parse_firmware(pc6144_memmap,
		       "0-9fc00/1 9fc00-a0000/2 f0000-100000/2 "
		       "100000-bffdd000/1 bffdd000-c0000000/2 "
		       "fffc0000-100000000/2 100000000-1c0000000/1 "
		       "fd00000000-10000000000/2",
		       "pc: firmware's map");
	parse_iomem(q35_iomem, "1000-9fc00/1 100000-1ffdc000/1", "q35");
	parse_iomem(firecracker_iomem,
		    "1000-9fc00/1 100000-c0000000/1 100000000-640000000/1",
		    "Firecracker");
	parse_iomem(pvh_iomem, "1000-a0000/1 100000-10000000/1",
		    "Xen PVH: unpopulated address space is not RAM");
	parse_firmware(pvh_memmap,
		       "0-a0000/1 100000-10000000/1 fc000000-fc009000/3 "
		       "fc009000-fc00a000/5 feff8000-ff000000/2",
		       "Xen PVH: firmware's map");
	parse_iomem(awkward_iomem,
		    "1000-9fc00/1 100000-10000000/1 20000000-30000000/1 "
		    "30001000-40000000/1",
		    "crash kernel, reservations, virtio-mem, kmem left out");
}

static void refuse_iomem(const char *s, int err, const char *want,
			 const char *name)
{
	struct reason why = { "" };
	struct memmap map;
	int got = memsource_iomem(&map, text(s), &why);

	ok(got == -err, "%s: refused", name);
	is(why.text, want, name);
}

static void refuse_firmware(const char *s, const char *want, const char *name)
{
	struct reason why = { "" };
	struct memmap map;

	ok(memsource_firmware(&map, text(s), &why) == -EINVAL, "%s: refused",
	   name);
	is(why.text, want, name);
}

static void test_refusals(void)
{
	refuse_iomem(hidden_iomem, EPERM,
		     "/proc/iomem: shows no addresses: run this as root",
		     "addresses hidden");
	refuse_iomem("", EPERM,
		     "/proc/iomem: shows no addresses: run this as root",
		     "empty iomem");
	refuse_iomem("00100000-1fffffff : PCI Bus\n", EINVAL,
		     "/proc/iomem: shows no System RAM", "no RAM in iomem");
	refuse_iomem("00000000-000fffff : Reserved\nxyz\n", EINVAL,
		     "/proc/iomem: line 2 is not a memory range", "bad line");
	refuse_iomem("00200000-000fffff : System RAM\n", EINVAL,
		     "/proc/iomem: line 1 is not a memory range",
		     "end before start");
	refuse_iomem("0-ffffffffffffffff : System RAM\n", EINVAL,
		     "/proc/iomem: line 1 is not a memory range",
		     "all of the address space");
	refuse_iomem("10000000000000000-10000000000000001 : System RAM\n",
		     EINVAL, "/proc/iomem: line 1 is not a memory range",
		     "a number too large");
	refuse_firmware("0x0 0xfff Reserved\n",
			"/sys/firmware/memmap: shows no RAM", "no RAM");
	refuse_firmware("0x0 0xfffff System RAM\n0x1000 0x1fff Reserved\n",
			"/sys/firmware/memmap: memory ranges 0x0-0x100000 and "
			"0x1000-0x2000 overlap",
			"overlap");
	refuse_firmware("0x1000 0xfff System RAM\n",
			"/sys/firmware/memmap: memory range 0x1000-0x1000 ends "
			"before it begins",
			"empty range");
	refuse_firmware("1000 1fff System RAM\n",
			"/sys/firmware/memmap: line 1 is not a memory range",
			"no 0x");
	refuse_firmware("0x0 0xffffffffffffffff System RAM\n",
			"/sys/firmware/memmap: line 1 is not a memory range",
			"the last address");
}

static void test_text(void)
{
	parse_firmware("0x2000 0x2fff System RAM\n"
		       "0x0 0xfff System RAM\n"
		       "0x1000 0x1fff System RAM",
		       "0-3000/1", "sorted, joined, no last newline");
	parse_firmware("0x0 0xfff System RAM\n0x1000 0x1fff From the future\n",
		       "0-1000/1 1000-2000/2",
		       "a type not known is kept away from");
	parse_firmware("0x0 0xfff System RAM\n"
		       "0x1000 0x1fff Persistent Memory\n"
		       "0x2000 0x2fff Persistent Memory (legacy)\n"
		       "0x3000 0x3fff Soft Reserved\n"
		       "0x4000 0x4fff ACPI Non-volatile Storage\n"
		       "0x5000 0x5fff Unusable memory\n",
		       "0-1000/1 1000-2000/7 2000-3000/12 "
		       "3000-4000/4026531839 4000-5000/4 5000-6000/5",
		       "every type of the kernel");
}

/* A file of tests/fixtures/machines; @len bytes. Lives until the next call of
 * the same @slot. */
static struct bytes fixture(int slot, const char *machine, const char *file)
{
	static uint8_t buf[3][8192];
	struct bytes b = { buf[slot], 0 };
	char path[128];
	FILE *in;

	(void)snprintf(path, sizeof(path), "tests/fixtures/machines/%s/%s",
		       machine, file);
	in = fopen(path, "r");
	if (in) {
		b.len = fread(buf[slot], 1, sizeof(buf[slot]), in);
		(void)fclose(in);
	}
	return b;
}

/* What a captured machine makes of its three sources. */
static void test_captured(const char *machine, const char *load,
			  const char *first, const char *derived)
{
	struct memmap map, boot;
	struct reason why = { "" };
	struct bytes params;

	if (memsource_iomem(&map, fixture(0, machine, "iomem"), &why))
		is(why.text, "", machine);
	else
		is(ranges(&map), load, machine);
	if (memsource_derive(&map, fixture(0, machine, "iomem"), &why))
		is(why.text, "", machine);
	else
		is(ranges(&map), derived, "derived from iomem");
	params = fixture(1, machine, "boot_params");
	params.len = params.len ? params.data[0x1e8] * 20 : 0;
	params.data += 0x2d0;
	if (memsource_e820(&boot, params, &why) ||
	    memsource_firmware(&map, fixture(2, machine, "memmap"), &why) ||
	    memsource_unplug(&map, &boot, &why))
		is(why.text, "", machine);
	is(ranges(&boot), first, "first boot");
	is(ranges(&map), first, "what the newcomer is told");
}

static void test_all_captured(void)
{
	test_captured("pc-512", "1000-9fc00/1 100000-1ffe0000/1",
		      "0-9fc00/1 9fc00-a0000/2 f0000-100000/2 "
		      "100000-1ffe0000/1 1ffe0000-20000000/2 "
		      "fffc0000-100000000/2 fd00000000-10000000000/2",
		      "0-1000/2 1000-9fc00/1 9fc00-a0000/2 f0000-100000/2 "
		      "100000-1ffe0000/1 1ffe0000-20000000/2 "
		      "fffc0000-100000000/2 fd00000000-10000000000/2");
	test_captured("pc-512-plugged-256",
		      "1000-9fc00/1 100000-1ffe0000/1 100000000-110000000/1",
		      "0-9fc00/1 9fc00-a0000/2 f0000-100000/2 "
		      "100000-1ffe0000/1 1ffe0000-20000000/2 "
		      "fffc0000-100000000/2 fd00000000-10000000000/2",
		      "0-1000/2 1000-9fc00/1 9fc00-a0000/2 f0000-100000/2 "
		      "100000-1ffe0000/1 1ffe0000-20000000/2 "
		      "fffc0000-100000000/2 100000000-110000000/1 "
		      "fd00000000-10000000000/2");
	test_captured("pc-512-pvh", "1000-9fc00/1 100000-1ffe0000/1",
		      "0-9fc00/1 9fc00-100000/2 100000-1ffe0000/1 "
		      "1ffe0000-20000000/2 fffc0000-100000000/2 "
		      "fd00000000-10000000000/2",
		      "0-1000/2 1000-9fc00/1 9fc00-100000/2 "
		      "100000-1ffe0000/1 1ffe0000-20000000/2 "
		      "fffc0000-100000000/2 fd00000000-10000000000/2");
	test_captured("q35-5g-numa",
		      "1000-9fc00/1 100000-7ffdf000/1 100000000-1c0000000/1",
		      "0-9fc00/1 9fc00-a0000/2 f0000-100000/2 "
		      "100000-7ffdf000/1 7ffdf000-80000000/2 "
		      "b0000000-c0000000/2 fed1c000-fed20000/2 "
		      "fffc0000-100000000/2 100000000-1c0000000/1 "
		      "fd00000000-10000000000/2",
		      "0-1000/2 1000-9fc00/1 9fc00-a0000/2 f0000-100000/2 "
		      "100000-7ffdf000/1 7ffdf000-80000000/2 "
		      "b0000000-c0000000/2 fed1c000-fed20000/2 "
		      "fffc0000-100000000/2 100000000-1c0000000/1 "
		      "fd00000000-10000000000/2");
	test_captured("microvm-512-no-acpi", "1000-9fc00/1 100000-20000000/1",
		      "0-9fc00/1 9fc00-d0000/2 d0000-f0000/4 f0000-100000/2 "
		      "100000-20000000/1",
		      "0-1000/2 1000-9fc00/1 9fc00-d0000/2 d0000-f0000/4 "
		      "f0000-100000/2 100000-20000000/1");
	/* The running kernel's setup_data parts its RAM; they are no loss. */
	test_captured("q35-ovmf-512",
		      "1000-a0000/1 100000-806000/1 808000-810000/1 "
		      "900000-1eaa0000/1 1eba2000-1f4ec000/1 "
		      "1f7fe000-1fef4000/1",
		      "0-a0000/1 100000-806000/1 806000-808000/4 "
		      "808000-810000/1 810000-900000/4 900000-1eaa0000/1 "
		      "1eaa0000-1eba2000/2 1eba2000-1f4ec000/1 "
		      "1f4ec000-1f76c000/2 1f76c000-1f77e000/3 "
		      "1f77e000-1f7fe000/4 1f7fe000-1fef4000/1 "
		      "1fef4000-1ff78000/2 1ff78000-20000000/4 "
		      "b0000000-c0000000/2 ffc00000-100000000/2",
		      "0-1000/2 1000-a0000/1 100000-806000/1 806000-808000/4 "
		      "808000-810000/1 810000-900000/4 900000-1eaa0000/1 "
		      "1eaa0000-1eba2000/2 1eba2000-1f4ec000/1 "
		      "1f4ec000-1f76c000/2 1f76c000-1f77e000/3 "
		      "1f77e000-1f7fe000/4 1f7fe000-1fef4000/1 "
		      "1fef4000-1ff78000/2 1ff78000-20000000/4 "
		      "b0000000-c0000000/2 ffc00000-100000000/2");
}

/*
 * Xen HVM, memory=1024, as hvmloader makes its e820 (tools/firmware/hvmloader/
 * e820.c): everything from RESERVED_MEMBASE on is reserved. shared_info lies
 * in RAM and is not seen.
 */
static void test_xen_hvm(void)
{
	parse_firmware("0x0 0x9dfff System RAM\n"
		       "0x9e000 0x9ffff Reserved\n"
		       "0xe0000 0xfffff Reserved\n"
		       "0x100000 0x3fffffff System RAM\n"
		       "0xfc000000 0xffffffff Reserved\n",
		       "0-9e000/1 9e000-a0000/2 e0000-100000/2 "
		       "100000-40000000/1 fc000000-100000000/2",
		       "Xen HVM: firmware's map");
	parse_iomem("00000000-00000fff : Reserved\n"
		    "00001000-0009dfff : System RAM\n"
		    "0009e000-0009ffff : Reserved\n"
		    "000a0000-000bffff : PCI Bus 0000:00\n"
		    "000c0000-000c91ff : Video ROM\n"
		    "000e0000-000fffff : Reserved\n"
		    "  000f0000-000fffff : System ROM\n"
		    "00100000-3fffffff : System RAM\n"
		    "  05000000-05e01ef1 : Kernel code\n"
		    "f0000000-fbffffff : PCI Bus 0000:00\n"
		    "  f0000000-f1ffffff : 0000:00:02.0\n"
		    "  f2000000-f2ffffff : 0000:00:03.0\n"
		    "    f2000000-f2ffffff : xen-platform-pci\n"
		    "fc000000-ffffffff : Reserved\n"
		    "  fec00000-fec003ff : IOAPIC 0\n"
		    "  fed00000-fed003ff : HPET 0\n"
		    "  fee00000-fee00fff : Local APIC\n",
		    "1000-9e000/1 100000-40000000/1", "Xen HVM");
}

static void test_derive(void)
{
	struct memmap map;
	struct reason why = { "" };

	ok(!memsource_derive(&map, text(awkward_iomem), &why),
	   "awkward things in RAM");
	is(ranges(&map),
	   "0-1000/2 1000-9fc00/1 100000-40000000/1 180000000-200000000/7",
	   "RAM is whole again; virtio-mem and kmem are not told as RAM");
	ok(!memsource_derive(&map, text(pvh_iomem), &why), "Xen PVH");
	is(ranges(&map),
	   "0-1000/2 1000-a0000/1 100000-10000000/1 fc000000-fc009000/3 "
	   "feff8000-ff000000/2",
	   "address space without memory is not told");
	ok(memsource_derive(&map, text(hidden_iomem), &why) == -EPERM,
	   "addresses hidden: refused");
	ok(!memsource_derive(&map,
			     text("00000000-00000fff : reserved\n"
				  "00001000-1fffffff : System RAM\n"),
			     &why),
	   "before Linux 4.13 it said reserved");
	is(ranges(&map), "0-1000/2 1000-20000000/1", "and is understood");
}

static void put(uint8_t *at, uint64_t start, uint64_t size, uint32_t type)
{
	for (size_t i = 0; i < 8; i++) {
		at[i] = (uint8_t)(start >> 8 * i);
		at[8 + i] = (uint8_t)(size >> 8 * i);
	}
	for (size_t i = 0; i < 4; i++)
		at[16 + i] = (uint8_t)(type >> 8 * i);
}

static void test_e820(void)
{
	uint8_t table[6 * MEMSOURCE_E820_ENTRY];
	struct bytes b = { table, sizeof(table) };
	struct reason why = { "" };
	struct memmap map;

	put(table, 0x100000, 0x10000000, 1);
	put(table + 20, 0x200000, 0x1000, 2);
	put(table + 40, 0x200800, 0x1000, 4);
	put(table + 60, 0, 0x9fc00, 1);
	put(table + 80, 0x1ff000, 0x1000, 99);
	put(table + 100, 0x5000, 0, 2);
	ok(!memsource_e820(&map, b, &why), "a table that overlaps");
	is(ranges(&map),
	   "0-9fc00/1 100000-1ff000/1 1ff000-200800/2 200800-201800/4 "
	   "201800-10100000/1",
	   "the higher type holds; not known is reserved; empty is nothing");
	put(table, 0xfffffffffffff000, 0x1000, 1);
	put(table + 20, 0xffffffffffffffff, 0xffffffffffffffff, 2);
	ok(!memsource_e820(&map, b, &why) && map.range[0].end == 0x9fc00,
	   "ranges that wrap around are left out");
	b.len = 19;
	ok(memsource_e820(&map, b, &why) == -EINVAL, "cut short");
	is(why.text, "boot_params: their memory map is cut short", "says so");
	put(table, 0x100000, 0x10000000, 2);
	b.len = 20;
	ok(memsource_e820(&map, b, &why) == -EINVAL, "no RAM");
	is(why.text, "boot_params: show no RAM", "says so");
}

/* An EFI server: more entries than the zero page takes. */
static void test_many(void)
{
	static uint8_t table[300 * MEMSOURCE_E820_ENTRY];
	struct bytes b = { table, sizeof(table) };
	struct memmap map, first;
	struct reason why = { "" };
	char *lines = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&lines, &len);

	for (uint64_t i = 0; i < 300; i++) {
		uint64_t at = 0x100000 + i * 0x10000;

		put(table + i * 20, at, 0x10000, i % 2 ? 2 : 1);
		(void)fprintf(out, "0x%llx 0x%llx %s\n", (unsigned long long)at,
			      (unsigned long long)at + 0xffff,
			      i % 2 ? "Reserved" : "System RAM");
	}
	(void)fclose(out);
	ok(!memsource_e820(&first, b, &why) && first.count == 300,
	   "300 entries of boot_params");
	ok(!memsource_firmware(&map, text(lines), &why) && map.count == 300,
	   "300 entries of sys/firmware/memmap");
	ok(!memsource_unplug(&map, &first, &why) && map.count == 300,
	   "none of them was plugged in later");
	ok(map.range[299].start == 0x100000 + 299 * 0x10000 &&
		   map.range[299].type == MEMMAP_RESERVED &&
		   first.range[299].start == map.range[299].start,
	   "to the last");
	free(lines);
}

static void test_unplug(void)
{
	struct memmap map = { 0 }, first = { 0 };
	struct reason why;

	(void)memmap_add(&first, 0, 0x9fc00, MEMMAP_RAM, "m", NULL);
	(void)memmap_add(&first, 0x100000, 0x140000000, MEMMAP_RAM, "m", NULL);
	(void)memmap_add(&map, 0, 0x9fc00, MEMMAP_RAM, "m", NULL);
	(void)memmap_add(&map, 0xf0000, 0x100000, MEMMAP_RESERVED, "m", NULL);
	(void)memmap_add(&map, 0x100000, 0x180000000, MEMMAP_RAM, "m", NULL);
	ok(!memsource_unplug(&map, &first, &why), "a DIMM right behind RAM");
	is(ranges(&map), "0-9fc00/1 f0000-100000/2 100000-140000000/1",
	   "only the DIMM is left out");
}

static void test_balloon(void)
{
	enum { PAGES = 16 };
	uint8_t flags[PAGES * 8] = { 0 };
	struct bytes b = { flags, sizeof(flags) };
	struct memmap map = { 0 };
	struct reason why;
	uint64_t count = 0;

	(void)memmap_add(&map, 0x100000, 0x200000, MEMMAP_RAM, "m", NULL);
	/* KPF_OFFLINE is bit 23: bit 7 of the third byte */
	flags[2] = 0x80;
	flags[8 + 2] = 0x80;
	flags[4 * 8 + 2] = 0x7f;
	flags[15 * 8 + 2] = 0x80;
	ok(!memsource_balloon(&map, 0x110, b, &count, &why) && count == 3,
	   "three pages");
	is(ranges(&map),
	   "100000-110000/1 110000-112000/5 112000-11f000/1 "
	   "11f000-120000/5 120000-200000/1",
	   "are unusable");
	b.len = 12;
	ok(!memsource_balloon(&map, 0x130, b, &count, &why) && count == 4,
	   "flags cut short: what is there");
	ok(!memsource_balloon(&map, 0x10, b, &count, &why) && count == 5 &&
		   map.range[0].start == 0x100000,
	   "outside of RAM they change nothing");
}

int main(void)
{
	test_machines();
	test_refusals();
	test_text();
	test_all_captured();
	test_xen_hvm();
	test_derive();
	test_e820();
	test_many();
	test_unplug();
	test_balloon();
	return tap_done();
}
