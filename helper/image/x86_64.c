/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The area that x86-64 puts beside the kernel, all in one piece:
 *
 *	stub		its parameters filled in
 *	page tables	top of 5 levels, top of 4 levels, one page for each
 *			512 GiB, one page for each GiB mapped
 *	information	what the newcomer's protocol has: boot_params, command
 *			line and setup_data; hvm_start_info; Multiboot
 *			information; each with all that it points to
 *
 * It goes low, below the kernel's 16 MiB when there is room: kernels before
 * 4.8 run in these page tables until they have unpacked themselves, and where
 * they unpack to when they randomise, they look no lower than that.
 */
#include "image/arch.h"

#include <errno.h>
#include <string.h>

#include "base/reason.h"
#include "image/boot_params.h"
#include "image/multiboot.h"
#include "image/pvh.h"
#include "stub/stub.h"
#include "stub/sum.h"

const uint64_t arch_lowest = 1ULL << 20;
const uint64_t arch_easy_end = 1ULL << 32;

enum {
	ENTRIES = 512,
	GIB_SHIFT = 30,
	/* Always mapped: covers all that is placed below 4 GiB. */
	LOW_GIBS = 4,
	TOP_TABLES = 2,
};

/* Intel SDM volume 3, "4-Level Paging and 5-Level Paging" */
static const uint64_t PRESENT = 1 << 0, WRITABLE = 1 << 1, LARGE = 1 << 7;

/* Set in advance, the processor leaves the tables as they are: the stub
 * compares them. */
static const uint64_t ACCESSED = 1 << 5, DIRTY = 1 << 6;

/* What the processor finds in its registers (multiboot.pdf, "Machine state";
 * Multiboot 2, "I386 machine state"). */
enum {
	MULTIBOOT1_MAGIC = 0x2badb002,
	MULTIBOOT2_MAGIC = 0x36d76289,
};

_Static_assert(sizeof(struct stub_params) == STUB_PARAMS_SIZE, "stub.h");
_Static_assert((int)STUB_CLEARS_MAX >= (int)IMAGE_PARTS_MAX, "stub.h");
_Static_assert((int)STUB_CHECKS_MAX >= (int)SYS_SEGMENTS_MAX, "stub.h");

/* Where the parts lie in the area. */
struct layout {
	size_t tables;
	size_t table_pages;
	size_t information;
	/* With boot_params only. */
	size_t cmdline;
	size_t setup_data;
	size_t size;
};

static bool is_linux(const struct image *image)
{
	return image->mode == IMAGE_MODE_LINUX64 ||
	       image->mode == IMAGE_MODE_LINUX32;
}

/* Tables for @size bytes anywhere, beside the top ones. */
static size_t count_tables_for(uint64_t size)
{
	uint64_t gibs = (size >> GIB_SHIFT) + 2;

	return (size_t)(gibs + gibs / ENTRIES + 2);
}

/* Tables that map the first four GiB, the newcomer's init_size, and what the
 * stub compares. */
static size_t count_tables(const struct image *image)
{
	size_t count = TOP_TABLES + 1 + LOW_GIBS;
	uint64_t initrds = 0;

	if (image->kernel.address + image->run_size > arch_easy_end)
		count += count_tables_for(image->run_size);
	for (size_t i = 0; i < image->initrd_count; i++)
		initrds += image->initrd[i].size + 2 * ARCH_PAGE;
	if (image->request->verify_copy && image->above_4g)
		count += count_tables_for(initrds);
	return count;
}

static struct layout layout(const struct image *image)
{
	struct layout l = { .tables = STUB_SIZE };

	l.table_pages = count_tables(image);
	l.information = l.tables + l.table_pages * ARCH_PAGE;
	switch (image->mode) {
	case IMAGE_MODE_LINUX64:
	case IMAGE_MODE_LINUX32:
		l.cmdline = l.information + BOOT_PARAMS_SIZE;
		l.setup_data =
			l.cmdline + ((strlen(image->cmdline) + 8) & ~(size_t)7);
		l.size = l.setup_data +
			 boot_params_setup_data_size(image->facts);
		break;
	case IMAGE_MODE_PVH:
		l.size = l.information + pvh_start_info_size(image);
		break;
	case IMAGE_MODE_MULTIBOOT1:
		l.size = l.information + multiboot1_info_size(image);
		break;
	case IMAGE_MODE_MULTIBOOT2:
		l.size = l.information + multiboot2_info_size(image);
		break;
	}
	l.size = (l.size + ARCH_PAGE - 1) & ~(size_t)(ARCH_PAGE - 1);
	return l;
}

size_t arch_area_size(const struct image *image)
{
	return layout(image).size;
}

/* Page tables under construction: pages are taken one after the other. */
struct tables {
	uint8_t *base;
	uint64_t address;
	size_t used;
	size_t count;
};

static bool new_table(struct tables *t, size_t *ret)
{
	if (t->used == t->count)
		return false;
	*ret = t->used++;
	return true;
}

static uint64_t get(const struct tables *t, size_t table, size_t index)
{
	uint64_t value;

	memcpy(&value, t->base + table * ARCH_PAGE + index * sizeof(value),
	       sizeof(value));
	return value;
}

static void put(struct tables *t, size_t table, size_t index, uint64_t value)
{
	memcpy(t->base + table * ARCH_PAGE + index * sizeof(value), &value,
	       sizeof(value));
}

/* The table that entry @index of @table points to, made when missing. */
static bool descend(struct tables *t, size_t table, size_t index, size_t *ret)
{
	uint64_t value = get(t, table, index);

	if (value & PRESENT) {
		*ret = (size_t)((value & ~(uint64_t)(ARCH_PAGE - 1)) -
				t->address) /
		       ARCH_PAGE;
		return true;
	}
	if (!new_table(t, ret))
		return false;
	put(t, table, index,
	    (t->address + *ret * ARCH_PAGE) | PRESENT | WRITABLE | ACCESSED);
	return true;
}

/* Maps GiB number @gib to itself, in pages of 2 MiB: every x86-64 has them. */
static bool map_gib(struct tables *t, size_t pml4, uint64_t gib)
{
	size_t pdpt, pd;

	if (gib / ENTRIES >= ENTRIES ||
	    !descend(t, pml4, (size_t)(gib / ENTRIES), &pdpt) ||
	    !descend(t, pdpt, (size_t)(gib % ENTRIES), &pd))
		return false;
	for (size_t i = 0; i < ENTRIES; i++)
		put(t, pd, i,
		    (gib << GIB_SHIFT) | (uint64_t)i << 21 | LARGE | PRESENT |
			    WRITABLE | ACCESSED | DIRTY);
	return true;
}

static bool map(struct tables *t, size_t pml4, uint64_t start, uint64_t size)
{
	for (uint64_t gib = start >> GIB_SHIFT;
	     gib <= (start + size - 1) >> GIB_SHIFT; gib++)
		if (!map_gib(t, pml4, gib))
			return false;
	return true;
}

static int build_tables(struct image *image, const struct layout *l,
			struct stub_params *params, struct reason *why)
{
	struct tables t = {
		.base = image->area + l->tables,
		.address = image->area_address + l->tables,
		.count = l->table_pages,
	};
	size_t pml5, pml4;
	bool done;

	done = new_table(&t, &pml5) && descend(&t, pml5, 0, &pml4) &&
	       map(&t, pml4, 0, (uint64_t)LOW_GIBS << GIB_SHIFT);
	if (done && image->kernel.address + image->run_size > arch_easy_end)
		done = map(&t, pml4, image->kernel.address, image->run_size);
	for (size_t i = 0; i < image->segment_count && done; i++)
		if (image->request->verify_copy &&
		    image->segment[i].mem >= arch_easy_end)
			done = map(&t, pml4, image->segment[i].mem,
				   image->segment[i].mem_size);
	if (!done)
		return reason(why, E2BIG,
			      "%s: the place at 0x%llx takes more page tables "
			      "than foreseen",
			      image->kernel.name,
			      (unsigned long long)image->kernel.address);
	params->root5 = t.address + pml5 * ARCH_PAGE;
	params->root4 = t.address + pml4 * ARCH_PAGE;
	return 0;
}

static void build_boot_params(struct image *image, const struct layout *l)
{
	struct boot_params_input in = {
		.facts = image->facts,
		.cmdline = image->area_address + l->cmdline,
		.initrd = image->initrd_address,
		.initrd_size = image->initrd_size,
	};

	if (image->has_setup_header) {
		in.head.data = image->head;
		in.head.len = image->head_size;
	}
	if (boot_params_setup_data_size(image->facts)) {
		in.setup_data = image->area_address + l->setup_data;
		boot_params_setup_data(image->area + l->setup_data,
				       in.setup_data, image->facts);
	}
	memcpy(image->area + l->cmdline, image->cmdline,
	       strlen(image->cmdline) + 1);
	boot_params_build(image->area + l->information, &in);
}

/* What the newcomer is told, and in which register it finds that. */
static void build_information(struct image *image, const struct layout *l,
			      struct stub_params *params)
{
	uint64_t address = image->area_address + l->information;
	uint8_t *buf = image->area + l->information;

	params->mode = STUB_PROTECTED_MODE;
	params->rbx = address;
	switch (image->mode) {
	case IMAGE_MODE_LINUX64:
		params->mode = STUB_LONG_MODE;
		build_boot_params(image, l);
		params->rbx = 0;
		params->rsi = address;
		break;
	case IMAGE_MODE_LINUX32:
		build_boot_params(image, l);
		params->rbx = 0;
		params->rsi = address;
		break;
	case IMAGE_MODE_PVH:
		pvh_start_info_build(buf, address, image);
		break;
	case IMAGE_MODE_MULTIBOOT1:
		multiboot1_info_build(buf, address, image);
		params->rax = MULTIBOOT1_MAGIC;
		break;
	case IMAGE_MODE_MULTIBOOT2:
		multiboot2_info_build(buf, address, image);
		params->rax = MULTIBOOT2_MAGIC;
		break;
	}
}

/* What lies between the end of a part's file and the end of its memory. */
static void list_clears(const struct image *image, struct stub_params *params)
{
	for (size_t i = 0; i < image->part_count; i++) {
		const struct image_part *p = &image->part[i];
		struct stub_clear *c = &params->clear[params->clear_count];

		if (!p->clear || p->mem_size <= p->file_size)
			continue;
		c->start = image_moved(image, p->address) + p->file_size;
		c->size = p->mem_size - p->file_size;
		params->clear_count++;
	}
}

/* All segments so far, and the area behind the stub. */
static void list_checks(const struct image *image, struct stub_params *params)
{
	struct stub_check *c = params->check;

	for (size_t i = 0; i < image->segment_count; i++, c++) {
		c->start = image->segment[i].mem;
		c->size = image->segment[i].buf_size;
		c->sum = image->sum[i];
	}
	c->start = image->area_address + STUB_SIZE;
	c->size = image->area_size - STUB_SIZE;
	c->sum = stub_sum(STUB_SUM_START, image->area + STUB_SIZE, c->size);
	params->check_count = (uint32_t)image->segment_count + 1;
}

uint64_t arch_sum(uint64_t sum, const void *data, size_t size)
{
	return stub_sum(sum, data, size);
}

const uint64_t arch_sum_start = STUB_SUM_START;

int arch_build(struct image *image, struct reason *why)
{
	struct layout l = layout(image);
	size_t blob = (size_t)(stub_blob_end - stub_blob);
	uint32_t self = (uint32_t)image->area_address;
	struct stub_params params;
	int err;

	memcpy(&params, stub_blob + STUB_PARAMS, sizeof(params));
	if (blob > STUB_SIZE || params.magic != STUB_MAGIC)
		return reason(why, EINVAL,
			      "kboot was built wrongly: its stub is damaged");

	memcpy(image->area, stub_blob, blob);
	memcpy(image->area + STUB_ENTRY32_SELF, &self, sizeof(self));
	err = build_tables(image, &l, &params, why);
	if (err)
		return err;
	params.entry = image_moved(image, image->entry);
	build_information(image, &l, &params);
	list_clears(image, &params);
	if (image->request->verify_copy)
		list_checks(image, &params);
	memcpy(image->area + STUB_PARAMS, &params, sizeof(params));
	image->start = image->area_address;
	image->start32 = image->area_address + STUB_ENTRY32;
	return 0;
}

void arch_print(const struct image *image, FILE *out)
{
	static const char *const state[] = {
		[IMAGE_MODE_LINUX64] = "long mode, rsi=0x%llx (boot_params)",
		[IMAGE_MODE_LINUX32] =
			"protected mode, esi=0x%llx (boot_params)",
		[IMAGE_MODE_PVH] = "protected mode, ebx=0x%llx (start_info)",
		[IMAGE_MODE_MULTIBOOT1] =
			"protected mode, eax=0x2badb002, ebx=0x%llx",
		[IMAGE_MODE_MULTIBOOT2] =
			"protected mode, eax=0x36d76289, ebx=0x%llx",
	};
	struct stub_params params;

	memcpy(&params, image->area + STUB_PARAMS, sizeof(params));
	(void)fprintf(out, "entry    0x%llx in ",
		      (unsigned long long)params.entry);
	(void)fprintf(out, state[image->mode],
		      (unsigned long long)(is_linux(image) ? params.rsi
							   : params.rbx));
	(void)fprintf(out, ", through the stub at 0x%llx\n",
		      (unsigned long long)image->start);
	if (params.check_count > 0)
		(void)fprintf(out, "verify   %u pieces before the jump\n",
			      params.check_count);
}
