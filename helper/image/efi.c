/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What sys/firmware/efi says, parsed. Pure. */
#include "image/efi.h"

#include <errno.h>
#include <string.h>

#include "base/reason.h"
#include "base/scan.h"

enum { EFI_PAGE_SHIFT = 12, FIELDS = 5 };

/* Addresses that x86-64 has: 52 bits. */
static const uint64_t PAGES_END = 1ULL << (52 - EFI_PAGE_SHIFT);

/* Numbers with a blank between them, and nothing else. */
static bool take_line(struct bytes line, uint64_t *field)
{
	for (size_t i = 0; i < FIELDS; i++)
		if ((i > 0 && !scan_char(&line, ' ')) ||
		    !scan_0x(&line, &field[i]))
			return false;
	return line.len == 0;
}

int efi_parse_map(struct efi *efi, struct bytes text, struct reason *why)
{
	static const char name[] = "/sys/firmware/efi/runtime-map";
	uint64_t field[FIELDS];
	struct bytes line;

	efi->count = 0;
	while (scan_line(&text, &line)) {
		struct efi_range *r = &efi->range[efi->count];

		if (efi->count == EFI_RANGES_MAX)
			return reason(why, E2BIG, "%s: more than %d ranges",
				      name, EFI_RANGES_MAX);
		if (!take_line(line, field) || field[0] > UINT32_MAX ||
		    field[1] % (1 << EFI_PAGE_SHIFT) != 0 || field[3] == 0 ||
		    field[1] >> EFI_PAGE_SHIFT >= PAGES_END ||
		    field[3] > PAGES_END)
			return reason(why, EINVAL,
				      "%s: range %zu is no memory range", name,
				      efi->count);
		r->type = (uint32_t)field[0];
		r->physical = field[1];
		r->virtual_address = field[2];
		r->pages = field[3];
		r->attribute = field[4];
		efi->count++;
	}
	if (efi->count == 0)
		return reason(why, ENOENT, "%s: is not there", name);
	return 0;
}

uint64_t efi_systab(struct bytes text, const char *name)
{
	size_t len = strlen(name);
	struct bytes line;
	uint64_t value;

	while (scan_line(&text, &line)) {
		if (!bytes_match(line, 0, name, len))
			continue;
		line.data += len;
		line.len -= len;
		if (scan_char(&line, '=') && scan_0x(&line, &value))
			return value;
	}
	return 0;
}

int efi_reserve(const struct efi *efi, struct memmap *map, struct reason *why)
{
	int err = 0;

	for (size_t i = 0; i < efi->count && !err; i++) {
		const struct efi_range *r = &efi->range[i];

		err = memmap_retype(map, r->physical,
				    r->physical + (r->pages << EFI_PAGE_SHIFT),
				    MEMMAP_RAM, MEMMAP_RESERVED, why);
	}
	return err;
}
