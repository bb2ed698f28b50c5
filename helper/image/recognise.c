/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of loaders, and the way through what kernels are wrapped in: each
 * layer is opened once, and what was in it is looked at like a file.
 */
#include "image/recognise.h"

#include <errno.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/mman.h>

#include "base/reason.h"
#include "image/arch.h"
#include "image/bzimage.h"
#include "image/decompress.h"
#include "image/elf.h"
#include "image/file.h"
#include "image/loader.h"
#include "image/looks.h"
#include "image/multiboot.h"
#include "image/uki.h"

const uint64_t recognise_unpacked_max = 512ULL << 20;

/*
 * The order in which formats are tried: the one with the more telling mark
 * first, so that no file is taken for what it only resembles.
 *
 *	UKI		a PE file that has a section .linux. Before bzImage: its
 *			DOS stub may hold anything, a kernel's header too, but
 *			no bzImage has such a section
 *	bzImage		a magic number and a boot flag, both at fixed places
 *	vmlinux		an ELF file that says that it is Linux. Before Multiboot,
 *			whose magic, searched for, may lie in any file by
 *			accident; before PVH, since boot_params tells a newcomer
 *			more than hvm_start_info does, and a Xen HVM domain must
 *			not enter by PVH
 *	Multiboot2	magic and checksum, searched for in 32 KiB. Before 1: it
 *			tells the newcomer more (RSDP, EFI)
 *	Multiboot1	magic and checksum, searched for in 8 KiB
 *	PVH		an ELF file with Xen's note. After Multiboot: a hypervisor
 *			that has both was written for the latter, and takes the
 *			former for being a guest
 *
 * What none of them knows may be compressed: some of the marks of compressed
 * data are two or three bytes, too few to be asked for earlier.
 */
static const struct image_loader *const loaders[] = {
	&uki_loader,	    &bzimage_loader,	&elf_linux_loader,
	&multiboot2_loader, &multiboot1_loader, &elf_pvh_loader,
};

enum { LOADERS = sizeof(loaders) / sizeof(loaders[0]) };

bool recognise_has(const char *format)
{
	for (size_t i = 0; i < LOADERS; i++)
		if (strcasecmp(loaders[i]->name, format) == 0)
			return true;
	return false;
}

/* A format that was asked for by name keeps the others out. */
static bool is_asked(const struct image *image,
		     const struct image_loader *loader)
{
	const char *format = image->request->format;

	return !format || loader->container ||
	       strcasecmp(loader->name, format) == 0;
}

static enum loader_answer ask(struct image *image, struct reason *why)
{
	enum loader_answer answer;

	for (size_t i = 0; i < LOADERS; i++) {
		if (!is_asked(image, loaders[i]))
			continue;
		answer = loaders[i]->probe(image, why);
		if (answer != LOADER_NOT_MINE) {
			image->loader = loaders[i];
			return answer;
		}
	}
	return LOADER_NOT_MINE;
}

/*
 * What a compressed kernel may become here: loading takes it a second time,
 * in the running kernel's pages, and kexec takes half of the memory at most.
 */
static uint64_t unpacked_max(const struct image *image)
{
	uint64_t half = image->facts->mem_available / 2;

	return half < recognise_unpacked_max ? half : recognise_unpacked_max;
}

static int unpack(struct image *image, struct reason *why)
{
	uint8_t *memory;
	size_t size;
	int err;

	err = decompress(&image->kernel, unpacked_max(image), &memory, &size,
			 why);
	if (err)
		return err;
	if (image->unpacked)
		(void)munmap(image->unpacked, image->unpacked_size);
	image->unpacked = memory;
	image->unpacked_size = size;
	file_memory(&image->kernel, memory, size);
	return 0;
}

static int no_kernel(const struct image *image, struct bytes head,
		     struct reason *why)
{
	const char *format = image->request->format;

	if (format && recognise_has(format))
		return reason(why, ENOEXEC, "%s: is no %s kernel (it is %s)",
			      image->kernel.name, format, looks_like(head));
	return reason(why, ENOEXEC, "%s: is no kernel but %s",
		      image->kernel.name, looks_like(head));
}

/* Opens one layer, or finds the kernel: then *@done. */
static int peel(struct image *image, bool *done, struct reason *why)
{
	struct bytes head;
	int err;

	err = file_head(&image->kernel, image->head, IMAGE_HEAD_SIZE,
			&image->head_size, why);
	if (err)
		return err;
	switch (ask(image, why)) {
	case LOADER_BROKEN:
		return -ENOEXEC;
	case LOADER_MINE:
		*done = !image->loader->container;
		return image->loader->parse(image, why);
	case LOADER_NOT_MINE:
		break;
	}
	head.data = image->head;
	head.len = image->head_size;
	if (decompress_kind(head) == DECOMPRESS_NONE)
		return no_kernel(image, head, why);
	return unpack(image, why);
}

/* kexec takes whole pages: true if no two parts want the same one. */
static bool parts_fit(const struct image *image)
{
	uint64_t end = 0;

	for (size_t i = 0; i < image->part_count; i++) {
		const struct image_part *p = &image->part[i];

		if (p->address % ARCH_PAGE != 0 || p->address < end)
			return false;
		end = (p->address + p->file_size + ARCH_PAGE - 1) &
		      ~(uint64_t)(ARCH_PAGE - 1);
	}
	return true;
}

static int put_together(struct image *image, uint8_t *memory, uint64_t start,
			struct reason *why)
{
	int err = 0;

	for (size_t i = 0; i < image->part_count && !err; i++) {
		const struct image_part *p = &image->part[i];

		err = file_read(&image->kernel, p->offset,
				memory + (p->address - start),
				(size_t)p->file_size, why);
	}
	return err;
}

/* All parts as one piece of memory, from a page's beginning on. */
static int join_parts(struct image *image, struct reason *why)
{
	uint64_t start = image->preferred & ~(uint64_t)(ARCH_PAGE - 1);
	uint64_t end = image->preferred + image->run_size;
	struct image_part all = { .address = start, .mem_size = end - start };
	const struct image_part *last = &image->part[image->part_count - 1];
	uint8_t *memory;
	int err;

	all.file_size = last->address + last->file_size - start;
	for (size_t i = 0; i < image->part_count; i++)
		all.clear = all.clear || image->part[i].clear;
	if (all.file_size > RECOGNISE_JOINED_MAX)
		return reason(why, E2BIG,
			      "%s: its parts share pages, and are together "
			      "larger than %d MiB",
			      image->kernel.name, RECOGNISE_JOINED_MAX >> 20);
	memory = mmap(NULL, (size_t)all.file_size, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return reason(why, ENOMEM,
			      "%s: no memory to put its parts "
			      "together",
			      image->kernel.name);
	err = put_together(image, memory, start, why);
	if (err) {
		(void)munmap(memory, (size_t)all.file_size);
		return err;
	}
	if (image->unpacked)
		(void)munmap(image->unpacked, image->unpacked_size);
	image->unpacked = memory;
	image->unpacked_size = (size_t)all.file_size;
	file_memory(&image->kernel, memory, all.file_size);
	image->part[0] = all;
	image->part_count = 1;
	image->run_size = end - start;
	image->preferred = start;
	return 0;
}

int recognise(struct image *image, struct reason *why)
{
	bool done = false;
	int err = 0;

	image->head = malloc(IMAGE_HEAD_SIZE);
	if (!image->head)
		return reason(why, ENOMEM, "%s: no memory to read it",
			      image->kernel.name);
	for (int layer = 0; layer <= RECOGNISE_LAYERS_MAX; layer++) {
		err = peel(image, &done, why);
		if (err || done)
			break;
	}
	if (!err && !done)
		err = reason(why, ENOEXEC, "%s: is wrapped more than %d times",
			     image->kernel.name, RECOGNISE_LAYERS_MAX);
	if (!err && !parts_fit(image))
		err = join_parts(image, why);
	return err;
}
