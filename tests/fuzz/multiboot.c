/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes the search for Multiboot headers and what they say. What is accepted
 * lies inside the file and below 4 GiB, and is entered inside of that.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/reason.h"
#include "image/file.h"
#include "image/image.h"
#include "image/multiboot.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct image *image)
{
	uint64_t end = 0;

	for (size_t i = 0; i < image->part_count; i++) {
		const struct image_part *p = &image->part[i];

		if (p->offset > image->kernel.size ||
		    p->file_size > image->kernel.size - p->offset)
			abort();
		if (p->mem_size == 0 || p->file_size > p->mem_size)
			abort();
		if (p->address < end)
			abort();
		end = p->address + p->mem_size;
	}
	if (image->part_count == 0 || image->part_count > IMAGE_PARTS_MAX ||
	    image->preferred != image->part[0].address || end > 1ULL << 32 ||
	    image->run_size != end - image->preferred)
		abort();
	if (image->entry < image->preferred || image->entry >= end)
		abort();
	if (image->relocatable && (image->preferred % image->alignment ||
				   image->place_min >= image->place_max ||
				   image->place_max > 1ULL << 32))
		abort();
}

static void ask(const struct image_loader *loader, const uint8_t *data,
		size_t size)
{
	static const struct facts facts;
	struct bytes head = { data, size };
	struct reason why = { "" };
	struct image image;

	memset(&image, 0, sizeof(image));
	image.facts = &facts;
	image.kernel.name = "kernel";
	file_memory(&image.kernel, data, size);
	image.head = (uint8_t *)(uintptr_t)data;
	image.head_size = size < IMAGE_HEAD_SIZE ? size : IMAGE_HEAD_SIZE;
	switch (loader->probe(&image, &why)) {
	case LOADER_NOT_MINE:
		if (why.text[0])
			abort();
		break;
	case LOADER_BROKEN:
		if (strncmp(why.text, "kernel: ", 8) != 0 ||
		    !multiboot_has_header(head))
			abort();
		break;
	case LOADER_MINE:
		if (!multiboot_has_header(head) ||
		    loader->parse(&image, &why) != 0)
			abort();
		check(&image);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ask(&multiboot1_loader, data, size);
	ask(&multiboot2_loader, data, size);
	return 0;
}
