/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Physical memory as a sorted list of ranges, and the questions that placing
 * asks of it. Pure: ranges in, ranges out; opens nothing. Where maps come from
 * is memsource.h.
 */
#ifndef KBOOT_IMAGE_MEMMAP_H
#define KBOOT_IMAGE_MEMMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

struct reason;

/* More ranges than this are refused. Seen: 30 on servers, 200 on EFI. */
enum { MEMMAP_MAX = 1024 };

/* The numbers are those of the BIOS and of struct boot_e820_entry. */
enum memmap_type {
	/* For memmap_retype(): no range at all. */
	MEMMAP_NONE = 0,
	MEMMAP_RAM = 1,
	MEMMAP_RESERVED = 2,
	MEMMAP_ACPI = 3,
	MEMMAP_NVS = 4,
	MEMMAP_UNUSABLE = 5,
	MEMMAP_PMEM = 7,
	MEMMAP_PRAM = 12,
	MEMMAP_SOFT_RESERVED = 0xefffffff,
};

/* [start, end): @end is exclusive; 0 < end - start. */
struct memmap_range {
	uint64_t start;
	uint64_t end;
	uint32_t type;
};

/* Sorted by start; ranges do not overlap. */
struct memmap {
	size_t count;
	struct memmap_range range[MEMMAP_MAX];
};

/*
 * Adds [@start, @end) to @map, sorted in. -EINVAL when it is empty or
 * overlaps a range of another type (ranges of the same type are joined),
 * -E2BIG when the map is full. @name is how the sentence calls the source.
 */
int memmap_add(struct memmap *map, uint64_t start, uint64_t end, uint32_t type,
	       const char *name, struct reason *why);

/* The RAM of @a that is also in @b, into @ret (neither @a nor @b). */
int memmap_intersect_ram(struct memmap *ret, const struct memmap *a,
			 const struct memmap *b, struct reason *why);

/* Takes [@start, @end) out of @map, cutting ranges as needed. */
int memmap_remove(struct memmap *map, uint64_t start, uint64_t end,
		  struct reason *why);

/*
 * What in [@start, @end) has the type @from gets the type @to, or goes
 * (MEMMAP_NONE). All else stays.
 */
int memmap_retype(struct memmap *map, uint64_t start, uint64_t end,
		  uint32_t from, uint32_t to, struct reason *why);

/* True if [@start, @end) lies wholly in one range of @map. */
bool memmap_contains(const struct memmap *map, uint64_t start, uint64_t end);

/*
 * The lowest (highest) address, a multiple of @align (a power of two), at
 * which @size bytes lie wholly in one range of @map and in [@min, @max).
 * False, *@ret untouched, when there is none.
 */
bool memmap_find_low(const struct memmap *map, uint64_t size, uint64_t align,
		     uint64_t min, uint64_t max, uint64_t *ret);
bool memmap_find_high(const struct memmap *map, uint64_t size, uint64_t align,
		      uint64_t min, uint64_t max, uint64_t *ret);

/* The size of the largest piece of a range that lies in [@min, @max). */
uint64_t memmap_largest(const struct memmap *map, uint64_t min, uint64_t max);

/* The name of a type for people: "RAM", "reserved", ... */
const char *memmap_type_name(uint32_t type);

#endif
