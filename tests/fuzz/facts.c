/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes what the newcomer is told of the machine: a byte of switches, then the
 * table of boot_params, EFI's runtime map and systab, and flags of pages, each
 * behind a byte 0xff. Whatever the kernel shows: the map stays sorted, first
 * boot's RAM is never grown, and what is built of it is found again in
 * boot_params and its chain of setup_data.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/reason.h"
#include "image/boot_params.h"
#include "image/efi.h"
#include "image/memsource.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint64_t CHAIN = 0x108000;

/* What is before the next 0xff; the input is moved behind it. */
static struct bytes part(struct bytes *in)
{
	const uint8_t *end = in->len ? memchr(in->data, 0xff, in->len) : NULL;
	struct bytes ret = *in;

	if (end)
		ret.len = (size_t)(end - in->data);
	in->data += ret.len + (end != NULL);
	in->len -= ret.len + (end != NULL);
	return ret;
}

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

static uint64_t ram(const struct memmap *map)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < map->count; i++)
		if (map->range[i].type == MEMMAP_RAM)
			sum += map->range[i].end - map->range[i].start;
	return sum;
}

static uint64_t number(const uint8_t *at, size_t size)
{
	uint64_t value = 0;

	for (size_t i = size; i > 0; i--)
		value = value << 8 | at[i - 1];
	return value;
}

/* Follows the chain, which must end inside @size bytes. */
static void check_chain(const uint8_t *buf, size_t size)
{
	uint64_t at = CHAIN, next;

	for (int links = 0; at != 0; at = next, links++) {
		if (links > 3 || at < CHAIN || at - CHAIN + 16 > size)
			abort();
		next = number(buf + (at - CHAIN), 8);
		if (number(buf + (at - CHAIN) + 12, 4) >
		    size - (at - CHAIN) - 16)
			abort();
	}
}

static void build(const struct facts *f, struct bytes head)
{
	struct boot_params_input in = { .head = head, .facts = f };
	size_t size = boot_params_setup_data_size(f);
	uint8_t page[BOOT_PARAMS_SIZE], *buf = malloc(size);
	uint64_t map, map_size;

	in.setup_data = size ? CHAIN : 0;
	boot_params_setup_data(buf, CHAIN, f);
	if (size)
		check_chain(buf, size);
	boot_params_build(page, &in);
	if (page[0x1e8] != (f->firmware.count < 128 ? f->firmware.count : 128))
		abort();
	map = number(page + 0x1d0, 4) | number(page + 0x1dc, 4) << 32;
	map_size = number(page + 0x1d4, 4);
	if (map_size &&
	    (!f->efi.usable || map < CHAIN || map - CHAIN + map_size > size))
		abort();
	free(buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct facts f;
	struct bytes in = { data, size }, head = { NULL, 0 };
	struct memmap first;
	uint64_t before, count = 0;
	uint8_t switches;

	memset(&f, 0, sizeof(f));
	if (size == 0)
		return 0;
	switches = *data;
	in.data++;
	in.len--;
	if (memsource_e820(&f.firmware, part(&in), NULL))
		return 0;
	check(&f.firmware);
	first = f.firmware;
	if (switches & 1 && first.count > 1)
		first.count--;
	before = ram(&f.firmware);
	if (memsource_unplug(&f.firmware, &first, NULL))
		return 0;
	check(&f.firmware);
	f.efi.usable = efi_parse_map(&f.efi, part(&in), NULL) == 0;
	f.efi.smbios = efi_systab(part(&in), "SMBIOS");
	f.efi.systab = f.efi.smbios ^ before;
	if (!f.efi.usable)
		f.efi.count = 0;
	if (efi_reserve(&f.efi, &f.firmware, NULL) ||
	    memsource_balloon(&f.firmware, switches, in, &count, NULL))
		return 0;
	check(&f.firmware);
	if (ram(&f.firmware) > before)
		abort();
	f.have_seed = switches & 2;
	if (switches & 4)
		head = in;
	build(&f, head);
	return 0;
}
