/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ranges of physical memory: parsing the two texts that the kernel gives, and
 * finding room. Pure; opens nothing, allocates nothing.
 */
#include "image/memmap.h"

#include <errno.h>
#include <string.h>

#include "base/reason.h"

/* How e820_type_to_string() of arch/x86/kernel/e820.c writes the types. */
static const struct type_name {
	const char *firmware;
	const char *people;
	uint32_t type;
} types[] = {
	{ "System RAM", "RAM", MEMMAP_RAM },
	{ "Reserved", "reserved", MEMMAP_RESERVED },
	{ "ACPI Tables", "ACPI tables", MEMMAP_ACPI },
	{ "ACPI Non-volatile Storage", "ACPI NVS", MEMMAP_NVS },
	{ "Unusable memory", "unusable", MEMMAP_UNUSABLE },
	{ "Persistent Memory", "persistent", MEMMAP_PMEM },
	{ "Persistent Memory (legacy)", "persistent (legacy)", MEMMAP_PRAM },
	{ "Soft Reserved", "soft reserved", MEMMAP_SOFT_RESERVED },
};

enum { TYPES = sizeof(types) / sizeof(types[0]) };

/*
 * Children of "System RAM" that do not survive the jump, so that loading over
 * them is fine: e820__reserve_resources and setup_arch of arch/x86.
 */
static const char *const own_kernel[] = {
	"Kernel code",
	"Kernel rodata",
	"Kernel data",
	"Kernel bss",
};

enum { OWN_KERNEL = sizeof(own_kernel) / sizeof(own_kernel[0]) };

const char *memmap_type_name(uint32_t type)
{
	for (size_t i = 0; i < TYPES; i++)
		if (types[i].type == type)
			return types[i].people;
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

/* The next line of @text from *@pos, without its newline; false at the end. */
static bool next_line(struct bytes text, size_t *pos, struct bytes *line)
{
	size_t end = *pos;

	if (*pos >= text.len)
		return false;
	while (end < text.len && text.data[end] != '\n')
		end++;
	line->data = text.data + *pos;
	line->len = end - *pos;
	*pos = end + 1;
	return true;
}

static void skip(struct bytes *b, size_t n)
{
	b->data += n;
	b->len -= n;
}

static bool take(struct bytes *b, char c)
{
	if (b->len == 0 || b->data[0] != (uint8_t)c)
		return false;
	skip(b, 1);
	return true;
}

static size_t take_blanks(struct bytes *b)
{
	size_t n = 0;

	while (take(b, ' '))
		n++;
	return n;
}

static int hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* Hexadecimal digits, at least one, no more than a number holds. */
static bool take_hex(struct bytes *b, uint64_t *ret)
{
	uint64_t value = 0;
	size_t n = 0;

	while (n < b->len && hex_digit(b->data[n]) >= 0) {
		if (value >> 60)
			return false;
		value = value << 4 | (uint64_t)hex_digit(b->data[n]);
		n++;
	}
	if (n == 0)
		return false;
	skip(b, n);
	*ret = value;
	return true;
}

static bool equals(struct bytes b, const char *text)
{
	return b.len == strlen(text) && bytes_match(b, 0, text, b.len);
}

static uint32_t firmware_type(struct bytes name)
{
	for (size_t i = 0; i < TYPES; i++)
		if (equals(name, types[i].firmware))
			return types[i].type;
	return MEMMAP_RESERVED;
}

static int bad_line(const char *file, size_t number, struct reason *why)
{
	return reason(why, EINVAL, "%s: line %zu is not a memory range", file,
		      number);
}

int memmap_parse_firmware(struct memmap *map, struct bytes text,
			  struct reason *why)
{
	static const char file[] = "/sys/firmware/memmap";
	size_t pos = 0, number = 0;
	struct bytes line;
	bool ram = false;
	int err;

	map->count = 0;
	while (next_line(text, &pos, &line)) {
		uint64_t start, last;
		uint32_t type;

		number++;
		if (!take(&line, '0') || !take(&line, 'x') ||
		    !take_hex(&line, &start) || take_blanks(&line) == 0 ||
		    !take(&line, '0') || !take(&line, 'x') ||
		    !take_hex(&line, &last) || take_blanks(&line) == 0 ||
		    last == UINT64_MAX)
			return bad_line(file, number, why);
		type = firmware_type(line);
		ram |= type == MEMMAP_RAM;
		err = memmap_add(map, start, last + 1, type, file, why);
		if (err)
			return err;
	}
	if (!ram)
		return reason(why, EINVAL, "%s: shows no RAM", file);
	return 0;
}

static bool is_own_kernel(struct bytes name)
{
	for (size_t i = 0; i < OWN_KERNEL; i++)
		if (equals(name, own_kernel[i]))
			return true;
	return false;
}

int memmap_parse_iomem(struct memmap *map, struct bytes text,
		       struct reason *why)
{
	static const char file[] = "/proc/iomem";
	size_t pos = 0, number = 0;
	struct bytes line;
	bool in_ram = false, hidden = true;
	int err;

	map->count = 0;
	while (next_line(text, &pos, &line)) {
		uint64_t start, last;
		size_t depth;

		number++;
		depth = take_blanks(&line);
		if (!take_hex(&line, &start) || !take(&line, '-') ||
		    !take_hex(&line, &last) || !take(&line, ' ') ||
		    !take(&line, ':') || !take(&line, ' ') || last < start ||
		    last == UINT64_MAX)
			return bad_line(file, number, why);
		hidden &= start == 0 && last == 0;
		if (depth == 0) {
			in_ram = equals(line, "System RAM");
			if (!in_ram || hidden)
				continue;
			err = memmap_add(map, start, last + 1, MEMMAP_RAM, file,
					 why);
		} else {
			if (!in_ram || hidden || is_own_kernel(line))
				continue;
			err = memmap_remove(map, start, last + 1, why);
		}
		if (err)
			return err;
	}
	if (hidden)
		return reason(why, EPERM,
			      "%s: shows no addresses: run this as root", file);
	if (map->count == 0)
		return reason(why, EINVAL, "%s: shows no System RAM", file);
	return 0;
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
