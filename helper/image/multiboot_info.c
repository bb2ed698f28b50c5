/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The information for Multiboot kernels. Field names are those of GRUB's
 * multiboot.h and multiboot2.h, which come with the specifications.
 */
#include <asm/bootparam.h>
#include <string.h>

#include "image/emit.h"
#include "image/multiboot.h"

enum {
	/* struct multiboot_info, colors included; and what it points to */
	INFO_SIZE = 116,
	MODULE_SIZE = 16,
	RANGE1_SIZE = 24,
	RANGE2_SIZE = 24,
	/* "size", which counts what follows it */
	RANGE1_REST = 20,
	KIB = 1024,
	LOWER_MAX = 640,
	/* screen_info.orig_video_isVGA, lfb_base and its high half */
	VIDEO_VGA = 1,
	TEXT_ADDRESS = 0xb8000,
	TEXT_CELL = 2,
};

static const uint64_t MIB = 1 << 20;

/* Flags of multiboot_info. */
enum {
	INFO_MEMORY = 1 << 0,
	INFO_CMDLINE = 1 << 2,
	INFO_MODS = 1 << 3,
	INFO_MEM_MAP = 1 << 6,
	INFO_LOADER_NAME = 1 << 9,
	INFO_FRAMEBUFFER = 1 << 12,
};

/* Tags of version 2. */
enum {
	TAG_END = 0,
	TAG_CMDLINE = 1,
	TAG_LOADER_NAME = 2,
	TAG_MODULE = 3,
	TAG_MEMINFO = 4,
	TAG_MMAP = 6,
	TAG_FRAMEBUFFER = 8,
	TAG_ACPI_OLD = 14,
	TAG_ACPI_NEW = 15,
	TAG_LOAD_BASE = 21,
	TAG_ALIGN = 8,
};

/* The RSDP of ACPI 1.0 ends here, the later one goes on. */
enum { RSDP_OLD_SIZE = 20, RSDP_NEW_SIZE = 36 };

/* Types are the BIOS's; what Linux made up for itself means nothing there. */
static uint32_t type_of(uint32_t type)
{
	return type == MEMMAP_SOFT_RESERVED ? MEMMAP_RESERVED : type;
}

/* mem_lower and mem_upper: KiB from 0, and from 1 MiB to the first hole. */
static void meminfo(const struct memmap *map, uint32_t *lower, uint32_t *upper)
{
	*lower = 0;
	*upper = 0;
	for (size_t i = 0; i < map->count; i++) {
		const struct memmap_range *r = &map->range[i];
		uint64_t k;

		if (r->type != MEMMAP_RAM)
			continue;
		if (r->start == 0) {
			k = r->end / KIB;
			*lower = k < LOWER_MAX ? (uint32_t)k : LOWER_MAX;
		}
		if (r->start <= MIB && r->end > MIB) {
			k = (r->end - MIB) / KIB;
			*upper = k < UINT32_MAX ? (uint32_t)k : UINT32_MAX;
		}
	}
}

bool multiboot_screen(struct multiboot_screen *ret, const uint8_t *params)
{
	struct multiboot_screen s = { .type = MULTIBOOT_SCREEN_TEXT };
	struct screen_info si;

	memcpy(&si, params, sizeof(si));
	if (si.orig_video_isVGA == VIDEO_VGA) {
		s.address = TEXT_ADDRESS;
		s.width = si.orig_video_cols;
		s.height = si.orig_video_lines;
		s.pitch = s.width * TEXT_CELL;
		s.bpp = TEXT_CELL * 8;
	} else if (si.orig_video_isVGA == VIDEO_TYPE_VLFB ||
		   si.orig_video_isVGA == VIDEO_TYPE_EFI) {
		s.type = MULTIBOOT_SCREEN_RGB;
		s.address = si.lfb_base;
		if (si.capabilities & VIDEO_CAPABILITY_64BIT_BASE)
			s.address |= (uint64_t)si.ext_lfb_base << 32;
		s.width = si.lfb_width;
		s.height = si.lfb_height;
		s.pitch = si.lfb_linelength;
		s.bpp = (uint8_t)si.lfb_depth;
		s.color[0] = si.red_pos;
		s.color[1] = si.red_size;
		s.color[2] = si.green_pos;
		s.color[3] = si.green_size;
		s.color[4] = si.blue_pos;
		s.color[5] = si.blue_size;
	}
	if (s.address == 0 || s.width == 0 || s.height == 0)
		return false;
	*ret = s;
	return true;
}

bool multiboot_known_screen(struct multiboot_screen *ret,
			    const struct facts *facts)
{
	return !facts->screen_gone && multiboot_screen(ret, facts->boot_params);
}

/* framebuffer_addr to framebuffer_type, which both versions have alike. */
static void emit_screen(struct emit *e, const struct multiboot_screen *s)
{
	emit_u64(e, s->address);
	emit_u32(e, s->pitch);
	emit_u32(e, s->width);
	emit_u32(e, s->height);
	emit_u8(e, s->bpp);
	emit_u8(e, (uint8_t)s->type);
}

/* Where version 1's parts are, counted from the information itself. */
struct places {
	uint64_t modules;
	uint64_t ranges;
	uint64_t loader;
	uint64_t cmdline;
	uint64_t words;
};

static struct places places1(const struct multiboot_input *in)
{
	struct places p;

	p.modules = (INFO_SIZE + 7) & ~7;
	p.ranges = p.modules + in->module_count * MODULE_SIZE;
	p.loader = p.ranges + in->map->count * RANGE1_SIZE;
	p.cmdline = p.loader + sizeof(MULTIBOOT_LOADER_NAME);
	p.words = p.cmdline + strlen(in->cmdline) + 1;
	return p;
}

static void emit_info(struct emit *e, uint64_t address, const struct places *p,
		      const struct multiboot_input *in)
{
	uint32_t flags =
		INFO_MEMORY | INFO_CMDLINE | INFO_MEM_MAP | INFO_LOADER_NAME;
	uint32_t lower, upper;

	if (in->module_count)
		flags |= INFO_MODS;
	if (in->screen)
		flags |= INFO_FRAMEBUFFER;
	meminfo(in->map, &lower, &upper);
	emit_u32(e, flags);
	emit_u32(e, lower);
	emit_u32(e, upper);
	/* boot_device */
	emit_u32(e, 0);
	emit_u32(e, (uint32_t)(address + p->cmdline));
	emit_u32(e, (uint32_t)in->module_count);
	emit_u32(e, in->module_count ? (uint32_t)(address + p->modules) : 0);
	/* syms: four words */
	emit_u64(e, 0);
	emit_u64(e, 0);
	emit_u32(e, (uint32_t)(in->map->count * RANGE1_SIZE));
	emit_u32(e, (uint32_t)(address + p->ranges));
	/* drives_length, drives_addr; config_table */
	emit_u64(e, 0);
	emit_u32(e, 0);
	emit_u32(e, (uint32_t)(address + p->loader));
	/* apm_table; vbe_control_info, vbe_mode_info; the rest of vbe */
	emit_u32(e, 0);
	emit_u64(e, 0);
	emit_u64(e, 0);
	if (in->screen) {
		emit_screen(e, in->screen);
		emit_bytes(e, in->screen->color, sizeof(in->screen->color));
	}
	/* None, of no size */
	while (e->at < INFO_SIZE)
		emit_u8(e, 0);
}

size_t multiboot1_build(uint8_t *buf, size_t size, uint64_t address,
			const struct multiboot_input *in)
{
	struct places p = places1(in);
	struct emit e = { .buf = buf, .size = size };
	uint64_t words = address + p.words;

	emit_info(&e, address, &p, in);
	emit_align(&e, 8);
	for (size_t i = 0; i < in->module_count; i++) {
		const struct image_module *m = &in->module[i];

		emit_u32(&e, (uint32_t)m->address);
		emit_u32(&e, (uint32_t)(m->address + m->size));
		emit_u32(&e, (uint32_t)words);
		emit_u32(&e, 0);
		words += strlen(m->words) + 1;
	}
	for (size_t i = 0; i < in->map->count; i++) {
		const struct memmap_range *r = &in->map->range[i];

		emit_u32(&e, RANGE1_REST);
		emit_u64(&e, r->start);
		emit_u64(&e, r->end - r->start);
		emit_u32(&e, type_of(r->type));
	}
	(void)emit_string(&e, MULTIBOOT_LOADER_NAME);
	(void)emit_string(&e, in->cmdline);
	for (size_t i = 0; i < in->module_count; i++)
		(void)emit_string(&e, in->module[i].words);
	return e.at;
}

/* A tag of version 2 begins; @size counts its contents only. */
static void begin_tag(struct emit *e, uint32_t type, size_t size)
{
	emit_align(e, TAG_ALIGN);
	emit_u32(e, type);
	emit_u32(e, (uint32_t)(8 + size));
}

static void tag_string(struct emit *e, uint32_t type, const char *what)
{
	begin_tag(e, type, strlen(what) + 1);
	(void)emit_string(e, what);
}

static void tag_module(struct emit *e, const struct image_module *m)
{
	begin_tag(e, TAG_MODULE, 8 + strlen(m->words) + 1);
	emit_u32(e, (uint32_t)m->address);
	emit_u32(e, (uint32_t)(m->address + m->size));
	(void)emit_string(e, m->words);
}

static void tag_memory(struct emit *e, const struct memmap *map)
{
	uint32_t lower, upper;

	meminfo(map, &lower, &upper);
	begin_tag(e, TAG_MEMINFO, 8);
	emit_u32(e, lower);
	emit_u32(e, upper);
	begin_tag(e, TAG_MMAP, 8 + map->count * RANGE2_SIZE);
	/* entry_size, entry_version */
	emit_u32(e, RANGE2_SIZE);
	emit_u32(e, 0);
	for (size_t i = 0; i < map->count; i++) {
		const struct memmap_range *r = &map->range[i];

		emit_u64(e, r->start);
		emit_u64(e, r->end - r->start);
		emit_u32(e, type_of(r->type));
		emit_u32(e, 0);
	}
}

/* Two bytes are reserved before the colors; text has none. */
static void tag_screen(struct emit *e, const struct multiboot_screen *s)
{
	size_t colors = s->type == MULTIBOOT_SCREEN_RGB ? sizeof(s->color) : 0;

	begin_tag(e, TAG_FRAMEBUFFER, 22 + 2 + colors);
	emit_screen(e, s);
	emit_u16(e, 0);
	emit_bytes(e, s->color, colors);
}

/* Revision 2 has both halves, and old kernels look for the first only. */
static void tag_rsdp(struct emit *e, struct bytes rsdp)
{
	struct bytes old;

	if (bytes_sub(rsdp, 0, RSDP_OLD_SIZE, &old)) {
		begin_tag(e, TAG_ACPI_OLD, old.len);
		emit_bytes(e, old.data, old.len);
	}
	if (rsdp.len >= RSDP_NEW_SIZE) {
		begin_tag(e, TAG_ACPI_NEW, rsdp.len);
		emit_bytes(e, rsdp.data, rsdp.len);
	}
}

static void emit_tags(struct emit *e, const struct multiboot_input *in)
{
	tag_string(e, TAG_CMDLINE, in->cmdline);
	tag_string(e, TAG_LOADER_NAME, MULTIBOOT_LOADER_NAME);
	for (size_t i = 0; i < in->module_count; i++)
		tag_module(e, &in->module[i]);
	tag_memory(e, in->map);
	if (in->screen)
		tag_screen(e, in->screen);
	tag_rsdp(e, in->rsdp);
	if (in->has_base) {
		begin_tag(e, TAG_LOAD_BASE, 4);
		emit_u32(e, in->base);
	}
	begin_tag(e, TAG_END, 0);
}

size_t multiboot2_build(uint8_t *buf, size_t size,
			const struct multiboot_input *in)
{
	struct emit count = { .at = 8 }, e = { .buf = buf, .size = size };

	emit_tags(&count, in);
	/* total_size, reserved */
	emit_u32(&e, (uint32_t)count.at);
	emit_u32(&e, 0);
	emit_tags(&e, in);
	return e.at;
}

/* What both versions say about @image; the arrays are the caller's. */
static struct multiboot_input input(const struct image *image,
				    struct image_module *module,
				    struct multiboot_screen *screen)
{
	struct multiboot_input in = {
		.cmdline = image->cmdline,
		.module = module,
		.module_count = image_module_count(image),
		.map = &image->facts->firmware,
		.has_base = image->relocatable,
		.base = (uint32_t)image_moved(image, image->preferred),
	};

	for (size_t i = 0; i < in.module_count; i++)
		module[i] = image_module(image, i);
	if (multiboot_known_screen(screen, image->facts))
		in.screen = screen;
	return in;
}

static size_t build1(uint8_t *buf, size_t size, uint64_t address,
		     const struct image *image)
{
	struct image_module module[IMAGE_INITRDS_MAX];
	struct multiboot_screen screen;
	struct multiboot_input in = input(image, module, &screen);

	return multiboot1_build(buf, size, address, &in);
}

static size_t build2(uint8_t *buf, size_t size, const struct image *image)
{
	struct image_module module[IMAGE_INITRDS_MAX];
	struct multiboot_screen screen;
	struct multiboot_input in = input(image, module, &screen);

	return multiboot2_build(buf, size, &in);
}

size_t multiboot1_info_size(const struct image *image)
{
	return build1(NULL, 0, 0, image);
}

void multiboot1_info_build(uint8_t *buf, uint64_t address,
			   const struct image *image)
{
	(void)build1(buf, SIZE_MAX, address, image);
}

size_t multiboot2_info_size(const struct image *image)
{
	return build2(NULL, 0, image);
}

void multiboot2_info_build(uint8_t *buf, uint64_t address,
			   const struct image *image)
{
	(void)address;
	(void)build2(buf, SIZE_MAX, image);
}
