/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes what is asked about a file that may be an ELF kernel: headers and
 * notes, by the rows for vmlinux and PVH. What is accepted lies inside the
 * file, in memory that there is, in order, and is entered inside of that.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/reason.h"
#include "image/elf.h"
#include "image/file.h"
#include "image/image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_parts(const struct image *image)
{
	uint64_t end = 0;

	for (size_t i = 0; i < image->part_count; i++) {
		const struct image_part *p = &image->part[i];

		if (p->offset > image->kernel.size ||
		    p->file_size > image->kernel.size - p->offset)
			abort();
		if (p->mem_size == 0 || p->file_size > p->mem_size ||
		    p->mem_size > 1 << 30)
			abort();
		if (p->address < end || p->address >= 1ULL << 52)
			abort();
		end = p->address + p->mem_size;
	}
	if (image->part_count == 0 || image->part_count > IMAGE_PARTS_MAX ||
	    image->preferred != image->part[0].address ||
	    image->run_size != end - image->preferred)
		abort();
	if (image->entry < image->preferred || image->entry >= end)
		abort();
}

static void check_place(const struct image *image)
{
	if (!image->relocatable)
		return;
	if (image->alignment < 4096 ||
	    (image->alignment & (image->alignment - 1)) ||
	    image->preferred % image->alignment)
		abort();
}

static void ask(const struct image_loader *loader, const uint8_t *data,
		size_t size)
{
	static const struct facts facts;
	struct reason why = { "" };
	struct image image;

	memset(&image, 0, sizeof(image));
	image.facts = &facts;
	image.kernel.name = "vmlinux";
	file_memory(&image.kernel, data, size);
	image.head = (uint8_t *)(uintptr_t)data;
	image.head_size = size < IMAGE_HEAD_SIZE ? size : IMAGE_HEAD_SIZE;
	switch (loader->probe(&image, &why)) {
	case LOADER_NOT_MINE:
		if (why.text[0])
			abort();
		break;
	case LOADER_BROKEN:
		if (strncmp(why.text, "vmlinux: ", 9) != 0)
			abort();
		break;
	case LOADER_MINE:
		if (loader->parse(&image, &why) != 0)
			abort();
		check_parts(&image);
		check_place(&image);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ask(&elf_linux_loader, data, size);
	ask(&elf_pvh_loader, data, size);
	return 0;
}
