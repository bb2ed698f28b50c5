/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The area that x86-64 puts beside the kernel, all in one piece:
 *
 *	stub		its parameters filled in
 *	page tables	top of 5 levels, top of 4 levels, one page for each
 *			512 GiB, one page for each GiB mapped
 *	boot_params
 *	command line
 *	setup_data
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
#include "stub/stub.h"

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

/* Where the parts lie in the area. */
struct layout {
	size_t tables;
	size_t table_pages;
	size_t boot_params;
	size_t cmdline;
	size_t setup_data;
	size_t size;
};

/* Tables that map the first four GiB, and the newcomer's init_size. */
static size_t count_tables(const struct image *image)
{
	uint64_t first = image->kernel.address >> GIB_SHIFT;
	uint64_t last =
		(image->kernel.address + image->run_size - 1) >> GIB_SHIFT;
	uint64_t count = TOP_TABLES + 1 + LOW_GIBS;

	if (last >= LOW_GIBS)
		count += last - (first < LOW_GIBS ? LOW_GIBS : first) + 1;
	if (last >= ENTRIES)
		count += last / ENTRIES - first / ENTRIES + 1;
	return (size_t)count;
}

static struct layout layout(const struct image *image)
{
	struct layout l;

	l.tables = STUB_SIZE;
	l.table_pages = count_tables(image);
	l.boot_params = l.tables + l.table_pages * ARCH_PAGE;
	l.cmdline = l.boot_params + BOOT_PARAMS_SIZE;
	l.setup_data = l.cmdline + ((strlen(image->cmdline) + 8) & ~(size_t)7);
	l.size = l.setup_data + boot_params_setup_data_size(image->facts);
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
	    (t->address + *ret * ARCH_PAGE) | PRESENT | WRITABLE);
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
			    WRITABLE);
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

int arch_build(struct image *image, struct reason *why)
{
	struct layout l = layout(image);
	struct boot_params_input in = {
		.head = { image->head, image->head_size },
		.facts = image->facts,
		.cmdline = image->area_address + l.cmdline,
		.initrd = image->initrd_address,
		.initrd_size = image->initrd_size,
	};
	size_t blob = (size_t)(stub_blob_end - stub_blob);
	struct stub_params params;
	int err;

	if (image->mode != IMAGE_MODE_LINUX64)
		return reason(why, ENOTSUP,
			      "%s: its way of being entered is not built in",
			      image->kernel.name);
	memcpy(&params, stub_blob + STUB_PARAMS, sizeof(params));
	if (blob > STUB_SIZE || params.magic != STUB_MAGIC)
		return reason(why, EINVAL,
			      "kboot was built wrongly: its stub is damaged");

	memcpy(image->area, stub_blob, blob);
	err = build_tables(image, &l, &params, why);
	if (err)
		return err;
	params.entry = image->kernel.address + image->entry_offset;
	params.argument = image->area_address + l.boot_params;
	memcpy(image->area + STUB_PARAMS, &params, sizeof(params));

	if (boot_params_setup_data_size(image->facts)) {
		in.setup_data = image->area_address + l.setup_data;
		boot_params_setup_data(image->area + l.setup_data,
				       in.setup_data, image->facts);
	}
	memcpy(image->area + l.cmdline, image->cmdline,
	       strlen(image->cmdline) + 1);
	boot_params_build(image->area + l.boot_params, &in);
	image->start = image->area_address;
	return 0;
}

void arch_print(const struct image *image, FILE *out)
{
	struct stub_params params;

	memcpy(&params, image->area + STUB_PARAMS, sizeof(params));
	(void)fprintf(out,
		      "entry    0x%llx in long mode, rsi=0x%llx (boot_params), "
		      "cr3=0x%llx, through the stub at 0x%llx\n",
		      (unsigned long long)params.entry,
		      (unsigned long long)params.argument,
		      (unsigned long long)params.root4,
		      (unsigned long long)image->start);
}
