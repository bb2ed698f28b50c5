/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counting and placing. What is promised to the newcomer about its places is
 * in boot.rst; what the running kernel takes is in kernel/kexec_core.c,
 * sanity_check_segment_list().
 */
#include "image/placing.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/reason.h"
#include "image/arch.h"

enum {
	/* init/initramfs.c: an archive begins at a multiple of 4, and zeroes
	 * before it are skipped. */
	INITRD_ALIGN = 4,
	/* lib/decompress_unlz4.c knows the end of its data by four zeroes:
	 * an archive that follows at once would be taken for more of it. */
	INITRD_GAP = 4,
};

/* What the kernel takes beside the pages it copies to: page tables, lists. */
static const uint64_t SLACK = 2 << 20;

static uint64_t pages(uint64_t size)
{
	return (size + ARCH_PAGE - 1) & ~(uint64_t)(ARCH_PAGE - 1);
}

unsigned long long placing_mib(uint64_t size)
{
	return (size + (1 << 20) - 1) >> 20;
}

uint64_t placing_copied(const struct image *image)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < image->part_count; i++)
		sum += pages(image->part[i].file_size);
	return sum;
}

uint64_t placing_after(const struct image *image, size_t index, uint64_t at)
{
	uint64_t align = image->method == IMAGE_FILE ? INITRD_ALIGN : ARCH_PAGE;

	at += image->initrd[index].size;
	if (index + 1 == image->initrd_count)
		return at;
	if (!image->modules_apart)
		at += INITRD_GAP;
	return (at + align - 1) & ~(align - 1);
}

/* The initrds as they will lie in memory, padding between them included. */
static uint64_t initrd_span(const struct image *image)
{
	uint64_t at = 0;

	for (size_t i = 0; i < image->initrd_count; i++)
		at = placing_after(image, i, at);
	return at;
}

/*
 * Files are counted once, for the kernel's copy: the page cache gives way.
 * kexec_file_load reads the files into buffers of its own first, copies
 * init_size as a whole, and wants a file where there is a piece of one.
 */
static uint64_t copied_by_file(struct image *image, uint64_t initrd)
{
	uint64_t copied = pages(image->run_size) + pages(initrd);
	bool piece = image->kernel.memory || image->kernel.offset;

	image->need = copied + pages(image->kernel.size) * (piece ? 2 : 1) +
		      pages(initrd) * (image->initrd_count > 1 ? 2 : 1);
	return copied;
}

int placing_memory(struct image *image, struct reason *why)
{
	const struct facts *f = image->facts;
	uint64_t initrd = initrd_span(image);
	uint64_t copied;

	if (image->method == IMAGE_FILE) {
		copied = copied_by_file(image, initrd);
	} else {
		copied = placing_copied(image) + pages(initrd) +
			 arch_area_size(image);
		image->need = copied;
	}
	image->need += image->unpacked_size + copied / 256 + SLACK;
	if (image->need > f->mem_available)
		return reason(why, ENOMEM,
			      "too little memory: loading %s (%llu MiB) and "
			      "its initrd (%llu MiB) takes %llu MiB, but of "
			      "this machine's %llu MiB only %llu are free",
			      image->kernel.name,
			      placing_mib(image->kernel.size),
			      placing_mib(initrd), placing_mib(image->need),
			      placing_mib(f->mem_total),
			      placing_mib(f->mem_available));
	/* sanity_check_segment_list() */
	if (copied > f->mem_total / 2)
		return reason(
			why, ENOMEM,
			"too little memory: %s (%llu MiB) and its initrd "
			"(%llu MiB) are %llu MiB to load, but kexec takes "
			"at most half of this machine's %llu MiB",
			image->kernel.name, placing_mib(image->kernel.size),
			placing_mib(initrd), placing_mib(copied),
			placing_mib(f->mem_total));
	return 0;
}

/* No piece of @size in [@start, @end); UINT64_MAX is no end. */
static int no_room(const char *name, uint64_t size, const struct memmap *rest,
		   uint64_t start, uint64_t end, struct reason *why)
{
	char below[48] = "";

	if (end != UINT64_MAX)
		(void)snprintf(below, sizeof(below), " and below 0x%llx",
			       (unsigned long long)end);
	return reason(why, EADDRNOTAVAIL,
		      "%s: no room: takes %llu MiB in one piece from 0x%llx "
		      "on%s, the largest piece free there has %llu MiB",
		      name, placing_mib(size), (unsigned long long)start, below,
		      (unsigned long long)memmap_largest(rest, start, end) >>
			      20);
}

static int place_kernel(struct image *image, struct memmap *rest,
			struct reason *why)
{
	uint64_t size = pages(image->run_size), at = image->preferred;
	uint64_t low = image->place_min, high = image->place_max;
	uint64_t easy = high < arch_easy_end ? high : arch_easy_end;

	if ((!image->relocatable || at + size <= high) &&
	    memmap_contains(rest, at, at + size))
		goto found;
	if (!image->relocatable)
		return reason(why, EADDRNOTAVAIL,
			      "%s: takes the %llu MiB at 0x%llx and no others, "
			      "and they are not free",
			      image->kernel.name, placing_mib(size),
			      (unsigned long long)at);
	if (memmap_find_low(rest, size, image->alignment, low, easy, &at))
		goto found;
	if (low < arch_easy_end)
		low = arch_easy_end;
	if (high > low &&
	    memmap_find_low(rest, size, image->alignment, low, high, &at))
		goto found;
	return no_room(image->kernel.name, size, rest, image->place_min, high,
		       why);
found:
	image->kernel.address = at;
	return memmap_remove(rest, at, at + size, why);
}

static int place_area(struct image *image, struct memmap *rest,
		      struct reason *why)
{
	image->area_size = arch_area_size(image);
	if (!memmap_find_low(rest, image->area_size, ARCH_PAGE, arch_lowest,
			     arch_easy_end, &image->area_address))
		return no_room("what the kernel is told", image->area_size,
			       rest, arch_lowest, arch_easy_end, why);
	return memmap_remove(rest, image->area_address,
			     image->area_address + image->area_size, why);
}

/*
 * As high as the kernel takes it, below 4 GiB if at all possible. All of them
 * in one piece, each on a page of its own.
 */
static int place_initrds(struct image *image, struct memmap *rest,
			 struct reason *why)
{
	uint64_t span = initrd_span(image), at, end = image->initrd_max + 1;

	if (span == 0)
		return 0;
	if (end > arch_easy_end)
		end = arch_easy_end;
	if (!memmap_find_high(rest, pages(span), ARCH_PAGE, arch_lowest, end,
			      &at)) {
		if (!image->above_4g)
			return no_room(image->initrd[0].name, span, rest,
				       arch_lowest, end, why);
		end = UINT64_MAX;
		if (!memmap_find_high(rest, pages(span), ARCH_PAGE, arch_lowest,
				      arch_easy_end, &at) &&
		    !memmap_find_low(rest, pages(span), ARCH_PAGE,
				     arch_easy_end, end, &at))
			return no_room(image->initrd[0].name, span, rest,
				       arch_lowest, end, why);
	}
	if (!image->modules_apart) {
		image->initrd_address = at;
		image->initrd_size = span;
	}
	for (size_t i = 0; i < image->initrd_count; i++) {
		image->initrd[i].address = at;
		at = placing_after(image, i, at);
	}
	return 0;
}

int placing_place(struct image *image, struct reason *why)
{
	struct memmap *rest;
	int err;

	err = memmap_intersect_ram(&image->free, &image->facts->firmware,
				   &image->facts->usable, why);
	if (!err)
		err = memmap_remove(&image->free, 0, arch_lowest, why);
	if (err)
		return err;
	rest = malloc(sizeof(*rest));
	if (!rest)
		return reason(why, ENOMEM, "%s: no memory to place it",
			      image->kernel.name);
	*rest = image->free;
	err = place_kernel(image, rest, why);
	if (!err)
		err = place_area(image, rest, why);
	if (!err)
		err = place_initrds(image, rest, why);
	free(rest);
	return err;
}
