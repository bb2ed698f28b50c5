/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory maps: the two texts of the kernel, and finding room. */
#include "image/memmap.h"

#include <errno.h>
#include <stdlib.h>

#include "base/reason.h"
#include "machines.h"
#include "tap.h"

static struct bytes text(const char *s)
{
	struct bytes b = { (const uint8_t *)s, strlen(s) };

	return b;
}

/* "start-end/type ..." in hexadecimal, for comparing. */
static const char *show(const struct memmap *map)
{
	static char buf[4096];
	size_t at = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < map->count && at < sizeof(buf) - 64; i++)
		at += (size_t)snprintf(buf + at, sizeof(buf) - at,
				       "%s%llx-%llx/%u", i ? " " : "",
				       (unsigned long long)map->range[i].start,
				       (unsigned long long)map->range[i].end,
				       map->range[i].type);
	return buf;
}

static void parse_iomem(const char *s, const char *want, const char *name)
{
	struct memmap map;
	struct reason why = { "" };

	if (memmap_parse_iomem(&map, text(s), &why))
		is(why.text, "", name);
	else
		is(show(&map), want, name);
}

static void parse_firmware(const char *s, const char *want, const char *name)
{
	struct memmap map;
	struct reason why = { "" };

	if (memmap_parse_firmware(&map, text(s), &why))
		is(why.text, "", name);
	else
		is(show(&map), want, name);
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
	int got = memmap_parse_iomem(&map, text(s), &why);

	ok(got == -err, "%s: refused", name);
	is(why.text, want, name);
}

static void refuse_firmware(const char *s, const char *want, const char *name)
{
	struct reason why = { "" };
	struct memmap map;

	ok(memmap_parse_firmware(&map, text(s), &why) == -EINVAL, "%s: refused",
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
	is(memmap_type_name(MEMMAP_NVS), "ACPI NVS", "a name for people");
	is(memmap_type_name(99), "unknown", "no name");
}

static void test_limits(void)
{
	struct memmap *map = calloc(1, sizeof(*map));
	struct reason why = { "" };
	int err = 0;

	for (uint64_t i = 0; i < MEMMAP_MAX && !err; i++)
		err = memmap_add(map, i * 0x2000, i * 0x2000 + 0x1000,
				 MEMMAP_RAM, "map", &why);
	ok(!err && map->count == MEMMAP_MAX, "as many ranges as fit");
	ok(memmap_add(map, 0xfffff000, 0xfffff800, MEMMAP_RAM, "map", &why) ==
		   -E2BIG,
	   "one more is refused");
	is(why.text, "map: more than 1024 memory ranges", "with its number");
	ok(memmap_remove(map, 0x100, 0x200, &why) == -E2BIG &&
		   map->range[0].end == 0x1000,
	   "cutting one in two is refused, and leaves the map");
	ok(memmap_remove(map, 0x800, 0x2000, &why) == 0 &&
		   map->range[0].end == 0x800,
	   "cutting off an end is not");
	free(map);
}

static void test_cutting(void)
{
	struct memmap a = { 0 }, b = { 0 }, both;

	ok(!memmap_add(&a, 0x1000, 0x9000, MEMMAP_RAM, "a", NULL) &&
		   !memmap_add(&a, 0xa000, 0xb000, MEMMAP_RESERVED, "a", NULL),
	   "a map");
	ok(!memmap_remove(&a, 0x3000, 0x4000, NULL), "a hole");
	is(show(&a), "1000-3000/1 4000-9000/1 a000-b000/2", "cut in two");
	ok(!memmap_remove(&a, 0x2000, 0x5000, NULL), "across the hole");
	is(show(&a), "1000-2000/1 5000-9000/1 a000-b000/2", "both are cut");
	ok(!memmap_remove(&a, 0x5000, 0x5000, NULL), "nothing");
	ok(!memmap_remove(&a, 0, 0x2000, NULL), "a whole range");
	is(show(&a), "5000-9000/1 a000-b000/2", "gone");
	ok(!memmap_add(&b, 0x6000, 0x7000, MEMMAP_RAM, "b", NULL) &&
		   !memmap_add(&b, 0x8000, 0xb000, MEMMAP_RAM, "b", NULL),
	   "another map");
	ok(!memmap_intersect_ram(&both, &a, &b, NULL), "what is in both");
	is(show(&both), "6000-7000/1 8000-9000/1", "RAM of both only");
}

static void test_finding(void)
{
	struct memmap map = { 0 };
	uint64_t at = 42;

	ok(!memmap_add(&map, 0x1000, 0x5000, MEMMAP_RAM, "map", NULL) &&
		   !memmap_add(&map, 0x9000, 0x20000, MEMMAP_RAM, "map", NULL),
	   "two ranges");
	ok(memmap_find_low(&map, 0x2000, 0x1000, 0, UINT64_MAX, &at) &&
		   at == 0x1000,
	   "lowest");
	ok(memmap_find_low(&map, 0x5000, 0x1000, 0, UINT64_MAX, &at) &&
		   at == 0x9000,
	   "lowest that is large enough");
	ok(memmap_find_low(&map, 0x2000, 0x4000, 0, UINT64_MAX, &at) &&
		   at == 0xc000,
	   "lowest, aligned");
	ok(memmap_find_low(&map, 0x4000, 0x1000, 0x1001, UINT64_MAX, &at) &&
		   at == 0x9000,
	   "lowest from an address on");
	ok(memmap_find_high(&map, 0x2000, 0x1000, 0, UINT64_MAX, &at) &&
		   at == 0x1e000,
	   "highest");
	ok(memmap_find_high(&map, 0x2000, 0x1000, 0, 0xafff, &at) &&
		   at == 0x3000,
	   "highest that ends below an address");
	ok(memmap_find_high(&map, 0x2000, 0x10000, 0, UINT64_MAX, &at) &&
		   at == 0x10000,
	   "highest, aligned");
	at = 42;
	ok(!memmap_find_low(&map, 0x18000, 0x1000, 0, UINT64_MAX, &at) &&
		   !memmap_find_high(&map, 0x18000, 0x1000, 0, UINT64_MAX,
				     &at) &&
		   at == 42,
	   "no room: the result is left alone");
	ok(!memmap_find_high(&map, 0x17000, 0x10000, 0, UINT64_MAX, &at),
	   "no room once aligned");
	ok(memmap_largest(&map, 0, UINT64_MAX) == 0x17000 &&
		   memmap_largest(&map, 0, 0x9000) == 0x4000 &&
		   memmap_largest(&map, 0x20000, UINT64_MAX) == 0,
	   "the largest piece");
	ok(memmap_contains(&map, 0x1000, 0x5000) &&
		   !memmap_contains(&map, 0x1000, 0x5001) &&
		   !memmap_contains(&map, 0xfff, 0x2000) &&
		   !memmap_contains(&map, 0x4000, 0xa000) &&
		   !memmap_contains(&map, 0x2000, 0x2000),
	   "wholly in one range");
}

int main(void)
{
	test_machines();
	test_refusals();
	test_text();
	test_limits();
	test_cutting();
	test_finding();
	return tap_done();
}
