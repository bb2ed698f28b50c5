/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory maps: ranges in order, and finding room. */
#include "image/memmap.h"

#include <errno.h>
#include <stdlib.h>

#include "base/reason.h"
#include "ranges.h"
#include "tap.h"

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
	is(ranges(&a), "1000-3000/1 4000-9000/1 a000-b000/2", "cut in two");
	ok(!memmap_remove(&a, 0x2000, 0x5000, NULL), "across the hole");
	is(ranges(&a), "1000-2000/1 5000-9000/1 a000-b000/2", "both are cut");
	ok(!memmap_remove(&a, 0x5000, 0x5000, NULL), "nothing");
	ok(!memmap_remove(&a, 0, 0x2000, NULL), "a whole range");
	is(ranges(&a), "5000-9000/1 a000-b000/2", "gone");
	ok(!memmap_add(&b, 0x6000, 0x7000, MEMMAP_RAM, "b", NULL) &&
		   !memmap_add(&b, 0x8000, 0xb000, MEMMAP_RAM, "b", NULL),
	   "another map");
	ok(!memmap_intersect_ram(&both, &a, &b, NULL), "what is in both");
	is(ranges(&both), "6000-7000/1 8000-9000/1", "RAM of both only");
	ok(!memmap_intersect_ram(&both, &b, &a, NULL), "the other way round");
	is(ranges(&both), "6000-7000/1 8000-9000/1", "the same");
}

static void test_retype(void)
{
	struct memmap map = { 0 };

	ok(!memmap_add(&map, 0x1000, 0x9000, MEMMAP_RAM, "m", NULL) &&
		   !memmap_add(&map, 0xa000, 0xb000, MEMMAP_NVS, "m", NULL) &&
		   !memmap_add(&map, 0xb000, 0xf000, MEMMAP_RAM, "m", NULL),
	   "a map");
	ok(!memmap_retype(&map, 0x8000, 0xc000, MEMMAP_RAM, MEMMAP_RESERVED,
			  NULL),
	   "across ranges");
	is(ranges(&map),
	   "1000-8000/1 8000-9000/2 a000-b000/4 b000-c000/2 "
	   "c000-f000/1",
	   "only what is of the one type, and no holes");
	ok(!memmap_retype(&map, 0, 0x2000, MEMMAP_RAM, MEMMAP_NONE, NULL) &&
		   !memmap_retype(&map, 0x3000, 0x4000, MEMMAP_RAM, MEMMAP_NONE,
				  NULL),
	   "to nothing");
	is(ranges(&map),
	   "2000-3000/1 4000-8000/1 8000-9000/2 a000-b000/4 "
	   "b000-c000/2 c000-f000/1",
	   "taken out");
	ok(!memmap_retype(&map, 0, UINT64_MAX, MEMMAP_RAM, MEMMAP_RAM, NULL),
	   "to what it is");
	ok(!memmap_retype(&map, 0, UINT64_MAX, MEMMAP_RESERVED, MEMMAP_RAM,
			  NULL),
	   "everywhere");
	is(ranges(&map), "2000-3000/1 4000-9000/1 a000-b000/4 b000-f000/1",
	   "and joined");
	is(memmap_type_name(MEMMAP_NVS), "ACPI NVS", "a name for people");
	is(memmap_type_name(99), "unknown", "no name");
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
	test_limits();
	test_cutting();
	test_retype();
	test_finding();
	return tap_done();
}
