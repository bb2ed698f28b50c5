/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ranges of physical memory: putting them in order, and finding room. Pure;
 * opens nothing, allocates nothing.
 */
#include "image/memmap.h"

#include <errno.h>
#include <string.h>

#include "base/reason.h"

static const struct type_name {
	const char *name;
	uint32_t type;
} types[] = {
	{ "RAM", MEMMAP_RAM },
	{ "reserved", MEMMAP_RESERVED },
	{ "ACPI tables", MEMMAP_ACPI },
	{ "ACPI NVS", MEMMAP_NVS },
	{ "unusable", MEMMAP_UNUSABLE },
	{ "persistent", MEMMAP_PMEM },
	{ "persistent (legacy)", MEMMAP_PRAM },
	{ "soft reserved", MEMMAP_SOFT_RESERVED },
};

enum { TYPES = sizeof(types) / sizeof(types[0]) };

const char *memmap_type_name(uint32_t type)
{
	for (size_t i = 0; i < TYPES; i++)
		if (types[i].type == type)
			return types[i].name;
	return "unknown";
}

static void remove_at(struct memmap *map, size_t at)
{
	memmove(&map->range[at], &map->range[at + 1],
		(map->count - at - 1) * sizeof(map->range[0]));
	map->count--;
}

static int insert_at(struct memmap *map, size_t at, struct memmap_range range,
		     const char *name, struct reason *why)
{
	if (map->count == MEMMAP_MAX)
		return reason(why, E2BIG, "%s: more than %d memory ranges",
			      name, MEMMAP_MAX);
	memmove(&map->range[at + 1], &map->range[at],
		(map->count - at) * sizeof(map->range[0]));
	map->range[at] = range;
	map->count++;
	return 0;
}

int memmap_add(struct memmap *map, uint64_t start, uint64_t end, uint32_t type,
	       const char *name, struct reason *why)
{
	struct memmap_range range = { start, end, type };
	size_t at = 0;

	if (start >= end)
		return reason(why, EINVAL,
			      "%s: memory range 0x%llx-0x%llx ends before it "
			      "begins",
			      name, (unsigned long long)start,
			      (unsigned long long)end);
	for (size_t i = 0; i < map->count; i++) {
		const struct memmap_range *r = &map->range[i];

		if (r->type != type && start < r->end && r->start < end)
			return reason(why, EINVAL,
				      "%s: memory ranges 0x%llx-0x%llx and "
				      "0x%llx-0x%llx overlap",
				      name, (unsigned long long)r->start,
				      (unsigned long long)r->end,
				      (unsigned long long)start,
				      (unsigned long long)end);
	}
	/* Swallow what touches and is of the same type, then put in one. */
	while (at < map->count) {
		const struct memmap_range *r = &map->range[at];

		if (r->type == type && range.start <= r->end &&
		    r->start <= range.end) {
			if (r->start < range.start)
				range.start = r->start;
			if (r->end > range.end)
				range.end = r->end;
			remove_at(map, at);
		} else {
			at++;
		}
	}
	for (at = 0; at < map->count; at++)
		if (map->range[at].start > range.start)
			break;
	return insert_at(map, at, range, name, why);
}

int memmap_intersect_ram(struct memmap *ret, const struct memmap *a,
			 const struct memmap *b, struct reason *why)
{
	int err;

	ret->count = 0;
	for (size_t i = 0; i < a->count; i++) {
		const struct memmap_range *x = &a->range[i];

		if (x->type != MEMMAP_RAM)
			continue;
		for (size_t j = 0; j < b->count; j++) {
			const struct memmap_range *y = &b->range[j];
			uint64_t start, end;

			if (y->type != MEMMAP_RAM)
				continue;
			start = x->start > y->start ? x->start : y->start;
			end = x->end < y->end ? x->end : y->end;
			if (start >= end)
				continue;
			err = memmap_add(ret, start, end, MEMMAP_RAM,
					 "memory map", why);
			if (err)
				return err;
		}
	}
	return 0;
}

int memmap_remove(struct memmap *map, uint64_t start, uint64_t end,
		  struct reason *why)
{
	size_t i = 0;

	if (start >= end)
		return 0;
	while (i < map->count) {
		struct memmap_range *r = &map->range[i];

		if (end <= r->start || r->end <= start) {
			i++;
		} else if (r->start < start && end < r->end) {
			struct memmap_range upper = { end, r->end, r->type };

			if (map->count == MEMMAP_MAX)
				return insert_at(map, i, upper, "memory map",
						 why);
			r->end = start;
			return insert_at(map, i + 1, upper, "memory map", why);
		} else if (r->start < start) {
			r->end = start;
			i++;
		} else if (end < r->end) {
			r->start = end;
			i++;
		} else {
			remove_at(map, i);
		}
	}
	return 0;
}

int memmap_retype(struct memmap *map, uint64_t start, uint64_t end,
		  uint32_t from, uint32_t to, struct reason *why)
{
	int err = 0;

	for (size_t i = 0; i < map->count && !err;) {
		struct memmap_range r = map->range[i];

		if (r.start < start)
			r.start = start;
		if (r.end > end)
			r.end = end;
		if (r.type != from || from == to || r.start >= r.end) {
			i++;
			continue;
		}
		/* Ranges are parted and joined: begin again. */
		err = memmap_remove(map, r.start, r.end, why);
		if (!err && to != MEMMAP_NONE)
			err = memmap_add(map, r.start, r.end, to, "memory map",
					 why);
		i = 0;
	}
	return err;
}

bool memmap_contains(const struct memmap *map, uint64_t start, uint64_t end)
{
	for (size_t i = 0; i < map->count; i++)
		if (start < end && map->range[i].start <= start &&
		    end <= map->range[i].end)
			return true;
	return false;
}

/* The part of range @i inside [@min, @max); false when there is none. */
static bool clip(const struct memmap *map, size_t i, uint64_t min, uint64_t max,
		 uint64_t *start, uint64_t *end)
{
	*start = map->range[i].start > min ? map->range[i].start : min;
	*end = map->range[i].end < max ? map->range[i].end : max;
	return *start < *end;
}

bool memmap_find_low(const struct memmap *map, uint64_t size, uint64_t align,
		     uint64_t min, uint64_t max, uint64_t *ret)
{
	for (size_t i = 0; i < map->count; i++) {
		uint64_t start, end;

		if (!clip(map, i, min, max, &start, &end))
			continue;
		if (start > UINT64_MAX - (align - 1))
			continue;
		start = (start + align - 1) & ~(align - 1);
		if (start >= end || end - start < size)
			continue;
		*ret = start;
		return true;
	}
	return false;
}

bool memmap_find_high(const struct memmap *map, uint64_t size, uint64_t align,
		      uint64_t min, uint64_t max, uint64_t *ret)
{
	for (size_t i = map->count; i > 0; i--) {
		uint64_t start, end, at;

		if (!clip(map, i - 1, min, max, &start, &end))
			continue;
		if (end - start < size)
			continue;
		at = (end - size) & ~(align - 1);
		if (at < start)
			continue;
		*ret = at;
		return true;
	}
	return false;
}

uint64_t memmap_largest(const struct memmap *map, uint64_t min, uint64_t max)
{
	uint64_t largest = 0;

	for (size_t i = 0; i < map->count; i++) {
		uint64_t start, end;

		if (clip(map, i, min, max, &start, &end) &&
		    end - start > largest)
			largest = end - start;
	}
	return largest;
}
