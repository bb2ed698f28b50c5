/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes the memory maps: the text of /proc/iomem, a zero byte, the lines of
 * sys/firmware/memmap. Maps that are accepted must be sorted, without overlap,
 * and whatever is found in them must lie in RAM of both.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/reason.h"
#include "image/memmap.h"
#include "image/memsource.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct memmap *map)
{
	if (map->count > MEMMAP_MAX)
		abort();
	for (size_t i = 0; i < map->count; i++) {
		if (map->range[i].start >= map->range[i].end)
			abort();
		if (i > 0 && map->range[i - 1].end > map->range[i].start)
			abort();
	}
}

static void check_found(const struct memmap *a, const struct memmap *b,
			uint64_t at, uint64_t size, uint64_t align)
{
	if (at % align || !memmap_contains(a, at, at + size) ||
	    !memmap_contains(b, at, at + size))
		abort();
}

/* Where the newcomer may go must be RAM to it. */
static void check_derived(const struct memmap *usable, struct bytes iomem)
{
	static struct memmap derived;

	if (memsource_derive(&derived, iomem, NULL))
		return;
	check(&derived);
	for (size_t i = 0; i < usable->count; i++)
		if (!memmap_contains(&derived, usable->range[i].start,
				     usable->range[i].end))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct memmap iomem, firmware, both;
	const uint8_t *zero = memchr(data, 0, size);
	struct bytes first = { data, zero ? (size_t)(zero - data) : size };
	struct bytes second = { zero ? zero + 1 : data,
				zero ? size - first.len - 1 : 0 };
	struct reason why = { "" };
	uint64_t at, piece;

	if (memsource_iomem(&iomem, first, &why))
		return 0;
	check(&iomem);
	check_derived(&iomem, first);
	if (memsource_firmware(&firmware, second, &why))
		return 0;
	check(&firmware);
	if (memmap_intersect_ram(&both, &firmware, &iomem, &why))
		return 0;
	check(&both);
	piece = memmap_largest(&both, 0, UINT64_MAX) / 2 + 1;
	for (uint64_t align = 4096; align <= 1 << 21; align <<= 9) {
		if (memmap_find_low(&both, piece, align, 0, UINT64_MAX, &at))
			check_found(&firmware, &iomem, at, piece, align);
		if (memmap_find_high(&both, piece, align, 0x100000, 1ULL << 32,
				     &at))
			check_found(&firmware, &iomem, at, piece, align);
	}
	if (both.count > 0) {
		at = both.range[0].start;
		if (memmap_remove(&both, at + 1, at + 4096, &why) == 0)
			check(&both);
	}
	return 0;
}
