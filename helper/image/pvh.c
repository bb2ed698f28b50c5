/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds hvm_start_info. Field names are those of start_info.h. */
#include "image/pvh.h"

#include <string.h>

#include "image/emit.h"

enum {
	/* "xEn3" with the 0x80 bit of the "E" set */
	MAGIC = 0x336ec578,
	VERSION = 1,
	/* Sizes of the three structures. */
	START_INFO_SIZE = 56,
	MODLIST_ENTRY_SIZE = 32,
	MEMMAP_ENTRY_SIZE = 24,
};

/* The types are ACPI's; what Linux made up for itself means nothing there. */
static uint32_t type_of(uint32_t type)
{
	return type == MEMMAP_SOFT_RESERVED ? MEMMAP_RESERVED : type;
}

size_t pvh_build(uint8_t *buf, size_t size, uint64_t address,
		 const struct pvh_input *in)
{
	uint64_t modules = address + START_INFO_SIZE;
	uint64_t ranges = modules + in->module_count * MODLIST_ENTRY_SIZE;
	uint64_t words = ranges + in->map->count * MEMMAP_ENTRY_SIZE;
	struct emit e = { .buf = buf, .size = size };

	emit_u32(&e, MAGIC);
	emit_u32(&e, VERSION);
	/* flags: none is for anyone but the control domain */
	emit_u32(&e, 0);
	emit_u32(&e, (uint32_t)in->module_count);
	emit_u64(&e, in->module_count ? modules : 0);
	emit_u64(&e, words);
	emit_u64(&e, in->rsdp);
	emit_u64(&e, ranges);
	emit_u32(&e, (uint32_t)in->map->count);
	emit_u32(&e, 0);

	words += strlen(in->cmdline) + 1;
	for (size_t i = 0; i < in->module_count; i++) {
		const struct image_module *m = &in->module[i];

		emit_u64(&e, m->address);
		emit_u64(&e, m->size);
		emit_u64(&e, words);
		emit_u64(&e, 0);
		words += strlen(m->words) + 1;
	}
	for (size_t i = 0; i < in->map->count; i++) {
		const struct memmap_range *r = &in->map->range[i];

		emit_u64(&e, r->start);
		emit_u64(&e, r->end - r->start);
		emit_u32(&e, type_of(r->type));
		emit_u32(&e, 0);
	}
	(void)emit_string(&e, in->cmdline);
	for (size_t i = 0; i < in->module_count; i++)
		(void)emit_string(&e, in->module[i].words);
	return e.at;
}

static size_t build(uint8_t *buf, size_t size, uint64_t address,
		    const struct image *image)
{
	struct image_module module[IMAGE_INITRDS_MAX];
	struct pvh_input in = {
		.cmdline = image->cmdline,
		.module = module,
		.module_count = image_module_count(image),
		.map = &image->facts->firmware,
		.rsdp = image->facts->rsdp,
	};

	for (size_t i = 0; i < in.module_count; i++)
		module[i] = image_module(image, i);
	return pvh_build(buf, size, address, &in);
}

size_t pvh_start_info_size(const struct image *image)
{
	return build(NULL, 0, 0, image);
}

void pvh_start_info_build(uint8_t *buf, uint64_t address,
			  const struct image *image)
{
	(void)build(buf, SIZE_MAX, address, image);
}
