/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory maps out of what the kernel shows. Pure; opens nothing. */
#include "image/memsource.h"

#include <errno.h>

#include "base/reason.h"
#include "base/scan.h"

/*
 * How e820_type_to_string() of arch/x86/kernel/e820.c writes the types; the
 * last ones are how it did before 4.13.
 */
static const struct type_name {
	const char *name;
	uint32_t type;
} types[] = {
	{ "System RAM", MEMMAP_RAM },
	{ "Reserved", MEMMAP_RESERVED },
	{ "ACPI Tables", MEMMAP_ACPI },
	{ "ACPI Non-volatile Storage", MEMMAP_NVS },
	{ "Unusable memory", MEMMAP_UNUSABLE },
	{ "Persistent Memory", MEMMAP_PMEM },
	{ "Persistent Memory (legacy)", MEMMAP_PRAM },
	{ "Soft Reserved", MEMMAP_SOFT_RESERVED },
	{ "reserved", MEMMAP_RESERVED },
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

enum {
	PAGE_SHIFT = 12,
	FLAGS_SIZE = 8,
	/* include/uapi/linux/kernel-page-flags.h */
	KPF_OFFLINE_BIT = 23,
};

/* The type called @name, or @unknown. */
static uint32_t find_type(struct bytes name, uint32_t unknown)
{
	for (size_t i = 0; i < TYPES; i++)
		if (scan_is(name, types[i].name))
			return types[i].type;
	return unknown;
}

static bool has_ram(const struct memmap *map)
{
	for (size_t i = 0; i < map->count; i++)
		if (map->range[i].type == MEMMAP_RAM)
			return true;
	return false;
}

static int bad_line(const char *file, size_t number, struct reason *why)
{
	return reason(why, EINVAL, "%s: line %zu is not a memory range", file,
		      number);
}

int memsource_firmware(struct memmap *map, struct bytes text,
		       struct reason *why)
{
	static const char file[] = "/sys/firmware/memmap";
	struct bytes line;
	size_t number = 0;
	int err;

	map->count = 0;
	while (scan_line(&text, &line)) {
		uint64_t start, last;

		number++;
		if (!scan_0x(&line, &start) || scan_blanks(&line) == 0 ||
		    !scan_0x(&line, &last) || scan_blanks(&line) == 0 ||
		    last == UINT64_MAX)
			return bad_line(file, number, why);
		err = memmap_add(map, start, last + 1,
				 find_type(line, MEMMAP_RESERVED), file, why);
		if (err)
			return err;
	}
	if (!has_ram(map))
		return reason(why, EINVAL, "%s: shows no RAM", file);
	return 0;
}

/* A type that is not known is not for anyone's use. */
static uint32_t known_type(uint32_t type)
{
	for (size_t i = 0; i < TYPES; i++)
		if (types[i].type == type)
			return type;
	return MEMMAP_RESERVED;
}

/* All entries of @type, over what is there. */
static int put_type(struct memmap *map, struct bytes table, uint32_t type,
		    struct reason *why)
{
	uint64_t start, size;
	uint32_t is;
	int err = 0;

	for (size_t at = 0; at < table.len && !err;
	     at += MEMSOURCE_E820_ENTRY) {
		if (!bytes_le64(table, at, &start) ||
		    !bytes_le64(table, at + 8, &size) ||
		    !bytes_le32(table, at + 16, &is))
			return reason(why, EINVAL,
				      "boot_params: their memory "
				      "map is cut short");
		/* __append_e820_table() takes no entry that wraps around. */
		if (known_type(is) != type || size == 0 ||
		    start > UINT64_MAX - size)
			continue;
		err = memmap_remove(map, start, start + size, why);
		if (!err)
			err = memmap_add(map, start, start + size, type,
					 "boot_params", why);
	}
	return err;
}

int memsource_e820(struct memmap *map, struct bytes table, struct reason *why)
{
	static const uint32_t rising[] = {
		MEMMAP_RAM,  MEMMAP_RESERVED,	   MEMMAP_ACPI,
		MEMMAP_NVS,  MEMMAP_UNUSABLE,	   MEMMAP_PMEM,
		MEMMAP_PRAM, MEMMAP_SOFT_RESERVED,
	};
	int err = 0;

	map->count = 0;
	for (size_t i = 0; i < sizeof(rising) / sizeof(rising[0]) && !err; i++)
		err = put_type(map, table, rising[i], why);
	if (!err && !has_ram(map))
		err = reason(why, EINVAL, "boot_params: show no RAM");
	return err;
}

/* A line of /proc/iomem: two blanks for each level, then START-LAST : NAME. */
struct iomem_line {
	size_t depth;
	uint64_t start;
	uint64_t last;
	struct bytes name;
};

static bool iomem_line(struct iomem_line *ret, struct bytes line)
{
	ret->depth = scan_blanks(&line);
	if (!scan_hex(&line, &ret->start) || !scan_char(&line, '-') ||
	    !scan_hex(&line, &ret->last) || !scan_char(&line, ' ') ||
	    !scan_char(&line, ':') || !scan_char(&line, ' '))
		return false;
	ret->name = line;
	return ret->start <= ret->last && ret->last != UINT64_MAX;
}

static bool is_own_kernel(struct bytes name)
{
	for (size_t i = 0; i < OWN_KERNEL; i++)
		if (scan_is(name, own_kernel[i]))
			return true;
	return false;
}

/* Where the newcomer may go: @in_ram remembers the last top-level range. */
static int take_usable(struct memmap *map, const struct iomem_line *l,
		       bool *in_ram, struct reason *why)
{
	if (l->depth == 0) {
		*in_ram = scan_is(l->name, "System RAM");
		if (*in_ram)
			return memmap_add(map, l->start, l->last + 1,
					  MEMMAP_RAM, "/proc/iomem", why);
	} else if (*in_ram && !is_own_kernel(l->name)) {
		return memmap_remove(map, l->start, l->last + 1, why);
	}
	return 0;
}

/* What the newcomer is told: in RAM only the kernel's own, outside of it what
 * is memory at any depth ("PCI ECAM" has the firmware's reservation in it). */
static int take_told(struct memmap *map, const struct iomem_line *l,
		     bool *in_ram, struct reason *why)
{
	uint32_t type = find_type(l->name, 0);

	if (l->depth == 0)
		*in_ram = type == MEMMAP_RAM;
	else if (*in_ram || type == MEMMAP_RAM)
		return 0;
	if (type == 0)
		return 0;
	return memmap_add(map, l->start, l->last + 1, type, "/proc/iomem", why);
}

static int parse_iomem(struct memmap *map, struct bytes text,
		       int (*take)(struct memmap *map,
				   const struct iomem_line *l, bool *in_ram,
				   struct reason *why),
		       struct reason *why)
{
	static const char file[] = "/proc/iomem";
	bool in_ram = false, hidden = true;
	struct iomem_line l;
	struct bytes line;
	size_t number = 0;
	int err = 0;

	map->count = 0;
	while (scan_line(&text, &line) && !err) {
		number++;
		if (!iomem_line(&l, line))
			return bad_line(file, number, why);
		hidden &= l.start == 0 && l.last == 0;
		if (!hidden)
			err = take(map, &l, &in_ram, why);
	}
	if (err)
		return err;
	if (hidden)
		return reason(why, EPERM,
			      "%s: shows no addresses: run this as root", file);
	if (!has_ram(map))
		return reason(why, EINVAL, "%s: shows no System RAM", file);
	return 0;
}

int memsource_iomem(struct memmap *map, struct bytes text, struct reason *why)
{
	return parse_iomem(map, text, take_usable, why);
}

int memsource_derive(struct memmap *map, struct bytes text, struct reason *why)
{
	return parse_iomem(map, text, take_told, why);
}

int memsource_unplug(struct memmap *map, const struct memmap *first,
		     struct reason *why)
{
	uint64_t at = 0;
	int err = 0;

	/* What lies between two ranges of RAM of @first is RAM of none. */
	for (size_t i = 0; i < first->count && !err; i++) {
		if (first->range[i].type != MEMMAP_RAM)
			continue;
		err = memmap_retype(map, at, first->range[i].start, MEMMAP_RAM,
				    MEMMAP_NONE, why);
		at = first->range[i].end;
	}
	if (!err)
		err = memmap_retype(map, at, UINT64_MAX, MEMMAP_RAM,
				    MEMMAP_NONE, why);
	return err;
}

int memsource_balloon(struct memmap *map, uint64_t page, struct bytes flags,
		      uint64_t *count, struct reason *why)
{
	uint64_t first = page, value;
	bool offline = false;
	int err = 0;

	for (uint64_t at = 0;; at += FLAGS_SIZE, page++) {
		bool more = bytes_le64(flags, at, &value);
		bool now = more && (value >> KPF_OFFLINE_BIT & 1);

		if (now && !offline)
			first = page;
		if (!now && offline) {
			*count += page - first;
			err = memmap_retype(map, first << PAGE_SHIFT,
					    page << PAGE_SHIFT, MEMMAP_RAM,
					    MEMMAP_UNUSABLE, why);
		}
		offline = now;
		if (!more || err)
			return err;
	}
}
