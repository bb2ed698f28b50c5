/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way of a kernel into memory: recognise, choose, count, place, build,
 * load. Knows no format and no architecture; makes no system call that changes
 * the machine but through sys.h.
 */
#include "image/image.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/reason.h"
#include "image/arch.h"
#include "image/bzimage.h"
#include "image/file.h"
#include "image/loader.h"
#include "image/looks.h"
#include "image/policy.h"

enum {
	/* All loaders find their headers in this much. */
	HEAD_SIZE = 4096,
	/* init/initramfs.c: an archive begins at a multiple of 4, and zeroes
	 * before it are skipped. */
	INITRD_ALIGN = 4,
	/* kexec_file_load wants this much room for elfcorehdr= even when it
	 * adds none (MAX_ELFCOREHDR_STR_LEN), and counts the last zero. */
	FILE_CMDLINE_EXTRA = 31,
};

/* What the kernel takes beside the pages it copies to: page tables, lists. */
static const uint64_t SLACK = 2 << 20;

/*
 * The order in which formats are tried: the one with the more telling magic
 * first, so that no file is taken for what it only resembles.
 */
static const struct image_loader *const loaders[] = {
	&bzimage_loader,
};

enum { LOADERS = sizeof(loaders) / sizeof(loaders[0]) };

static uint64_t pages(uint64_t size)
{
	return (size + ARCH_PAGE - 1) & ~(uint64_t)(ARCH_PAGE - 1);
}

/* For sentences: rounded up, so that nothing is ever "0 MiB". */
static unsigned long long mib(uint64_t size)
{
	return (size + (1 << 20) - 1) >> 20;
}

static int take_request(struct image *image, const struct image_request *req,
			struct reason *why)
{
	int err;

	image->cmdline = req->cmdline ? req->cmdline : "";
	err = file_init(&image->kernel, &req->kernel, why);
	if (err)
		return err;
	if (req->initrd_count > IMAGE_INITRDS_MAX)
		return reason(why, E2BIG, "%s: %zu initrds are more than %d",
			      req->kernel.name, req->initrd_count,
			      IMAGE_INITRDS_MAX);
	for (size_t i = 0; i < req->initrd_count; i++) {
		struct image_file *file = &image->initrd[image->initrd_count];

		err = file_init(file, &req->initrd[i], why);
		if (err)
			return err;
		/* An empty one says nothing and would be an empty segment. */
		if (file->size > 0)
			image->initrd_count++;
	}
	return 0;
}

static int recognise(struct image *image, struct reason *why)
{
	struct bytes head;
	int err;

	image->head = malloc(HEAD_SIZE);
	if (!image->head)
		return reason(why, ENOMEM, "%s: no memory to read it",
			      image->kernel.name);
	err = file_head(&image->kernel, image->head, HEAD_SIZE,
			&image->head_size, why);
	if (err)
		return err;
	for (size_t i = 0; i < LOADERS; i++) {
		switch (loaders[i]->probe(image, why)) {
		case LOADER_NOT_MINE:
			break;
		case LOADER_BROKEN:
			return -ENOEXEC;
		case LOADER_MINE:
			image->loader = loaders[i];
			return loaders[i]->parse(image, why);
		}
	}
	head.data = image->head;
	head.len = image->head_size;
	return reason(why, ENOEXEC, "%s: is no kernel but %s",
		      image->kernel.name, looks_like(head));
}

static int check_cmdline(const struct image *image, struct reason *why)
{
	uint64_t max = image->cmdline_max, len = strlen(image->cmdline);

	if (image->method == IMAGE_FILE)
		max = max > FILE_CMDLINE_EXTRA ? max - FILE_CMDLINE_EXTRA : 0;
	if (len > max)
		return reason(why, E2BIG,
			      "%s: the command line is %llu characters long, "
			      "but this kernel takes at most %llu",
			      image->kernel.name, (unsigned long long)len,
			      (unsigned long long)max);
	return 0;
}

/* The initrds as they will lie in memory, padding between them included. */
static uint64_t initrd_span(const struct image *image)
{
	uint64_t align = image->method == IMAGE_FILE ? INITRD_ALIGN : ARCH_PAGE;
	uint64_t span = 0;

	for (size_t i = 0; i < image->initrd_count; i++) {
		span = (span + align - 1) & ~(align - 1);
		span += image->initrd[i].size;
	}
	return span;
}

/*
 * What loading takes, known before anything is loaded. Files are counted once,
 * for the kernel's copy: the page cache gives way. kexec_file_load reads the
 * files into buffers of its own first, and copies init_size as a whole.
 */
static int check_memory(struct image *image, struct reason *why)
{
	const struct facts *f = image->facts;
	uint64_t initrd = initrd_span(image);
	uint64_t copied;

	if (image->method == IMAGE_FILE) {
		copied = pages(image->run_size) + pages(initrd);
		image->need = copied + pages(image->kernel.size) +
			      pages(initrd) * (image->initrd_count > 1 ? 2 : 1);
	} else {
		copied = pages(image->payload_size) + pages(initrd) +
			 arch_area_size(image);
		image->need = copied;
	}
	image->need += copied / 256 + SLACK;
	if (image->need > f->mem_available)
		return reason(why, ENOMEM,
			      "too little memory: loading %s (%llu MiB) and "
			      "its initrd (%llu MiB) takes %llu MiB, but of "
			      "this machine's %llu MiB only %llu are free",
			      image->kernel.name, mib(image->kernel.size),
			      mib(initrd), mib(image->need), mib(f->mem_total),
			      mib(f->mem_available));
	/* sanity_check_segment_list() in kernel/kexec_core.c */
	if (copied > f->mem_total / 2)
		return reason(
			why, ENOMEM,
			"too little memory: %s (%llu MiB) and its initrd "
			"(%llu MiB) are %llu MiB to load, but kexec takes "
			"at most half of this machine's %llu MiB",
			image->kernel.name, mib(image->kernel.size),
			mib(initrd), mib(copied), mib(f->mem_total));
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
		      name, mib(size), (unsigned long long)start, below,
		      (unsigned long long)memmap_largest(rest, start, end) >>
			      20);
}

static int place_kernel(struct image *image, struct memmap *rest,
			struct reason *why)
{
	uint64_t size = pages(image->run_size), at = image->preferred;

	if (memmap_contains(rest, at, at + size))
		goto found;
	if (!image->relocatable)
		return reason(why, EADDRNOTAVAIL,
			      "%s: takes the %llu MiB at 0x%llx and no others, "
			      "and they are not free",
			      image->kernel.name, mib(size),
			      (unsigned long long)at);
	if (memmap_find_low(rest, size, image->alignment, image->preferred,
			    arch_easy_end, &at))
		goto found;
	if (!image->above_4g)
		return no_room(image->kernel.name, size, rest, image->preferred,
			       arch_easy_end, why);
	if (!memmap_find_low(rest, size, image->alignment, arch_easy_end,
			     UINT64_MAX, &at))
		return no_room(image->kernel.name, size, rest, image->preferred,
			       UINT64_MAX, why);
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
 * As high as the kernel takes it, below 4 GiB if at all possible. All parts in
 * one piece, each on a page of its own: the kernel skips the zeroes between
 * archives (init/initramfs.c, unpack_to_rootfs()).
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
	image->initrd_address = at;
	image->initrd_size = span;
	for (size_t i = 0; i < image->initrd_count; i++) {
		image->initrd[i].address = at;
		at += pages(image->initrd[i].size);
	}
	return 0;
}

static int place(struct image *image, struct reason *why)
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

static void add_segment(struct image *image, const void *buf, uint64_t size,
			uint64_t address)
{
	struct sys_segment *s = &image->segment[image->segment_count++];

	s->buf = buf;
	s->buf_size = (size_t)size;
	s->mem = address;
	/* No more than the file: kexec would allocate, clear and copy the
	 * whole init_size otherwise. What else may lie there, and why that
	 * does no harm, is at the head of stub.S. */
	s->mem_size = (size_t)pages(size);
}

static int build_segments(struct image *image, struct reason *why)
{
	int err;

	image->area = calloc(1, image->area_size);
	if (!image->area)
		return reason(why, ENOMEM,
			      "%s: no memory to build its "
			      "parameters",
			      image->kernel.name);
	err = arch_build(image, why);
	if (err)
		return err;
	err = file_map(&image->kernel, why);
	if (err)
		return err;
	add_segment(image,
		    (const uint8_t *)image->kernel.map + image->payload_offset,
		    image->payload_size, image->kernel.address);
	add_segment(image, image->area, image->area_size, image->area_address);
	for (size_t i = 0; i < image->initrd_count; i++) {
		struct image_file *file = &image->initrd[i];

		err = file_map(file, why);
		if (err)
			return err;
		add_segment(image, file->map, file->size, file->address);
	}
	return 0;
}

static int prepare(struct image *image, struct reason *why)
{
	int err;

	err = check_cmdline(image, why);
	if (!err)
		err = check_memory(image, why);
	if (err || image->method == IMAGE_FILE)
		return err;
	err = place(image, why);
	if (!err)
		err = build_segments(image, why);
	return err;
}

int image_build(struct image **ret, const struct image_request *request,
		const struct facts *facts, struct reason *why)
{
	struct image *image;
	int err;

	image = calloc(1, sizeof(*image));
	if (!image)
		return reason(why, ENOMEM, "%s: no memory to load it",
			      request->kernel.name);
	image->facts = facts;
	err = take_request(image, request, why);
	if (err)
		goto out;
	err = recognise(image, why);
	if (err)
		goto out;
	err = policy_platform(facts, image->note, sizeof(image->note), why);
	if (err)
		goto out;
	err = policy_method(&image->method, request->method, facts, why);
	if (err)
		goto out;
	image->may_fall_back =
		request->method == IMAGE_AUTO && image->method == IMAGE_LOAD;
	err = prepare(image, why);
	if (err)
		goto out;
	*ret = image;
	image = NULL;
out:
	image_free(image);
	return err;
}

/* The kernel reports a file that it cannot read in its own way: say which. */
static int explain_files(const struct image *image, int err, struct reason *why)
{
	int found;

	found = file_check(&image->kernel, why);
	for (size_t i = 0; i < image->initrd_count && !found; i++)
		found = file_check(&image->initrd[i], why);
	return found ? found : err;
}

/* All initrds in one memory file, each part beginning at a multiple of 4. */
static int join_initrds(const struct image *image, int *ret, struct reason *why)
{
	int fd, err = 0;
	off_t end;

	fd = memfd_create("initrd", MFD_CLOEXEC);
	if (fd < 0)
		return reason(why, errno, "no memory to join the initrds: %s",
			      strerror(errno));
	for (size_t i = 0; i < image->initrd_count && !err; i++) {
		end = lseek(fd, 0, SEEK_END);
		end = (end + INITRD_ALIGN - 1) & ~(off_t)(INITRD_ALIGN - 1);
		if (end < 0 || ftruncate(fd, end) < 0 ||
		    lseek(fd, end, SEEK_SET) < 0)
			err = reason(why, errno,
				     "no memory to join the initrds: %s",
				     strerror(errno));
		else
			err = file_append(&image->initrd[i], fd, why);
	}
	if (err)
		(void)close(fd);
	else
		*ret = fd;
	return err;
}

static int load_file(struct image *image, struct reason *why)
{
	int initrd = -1, joined = -1, err;

	if (image->initrd_count == 1)
		initrd = image->initrd[0].fd;
	if (image->initrd_count > 1) {
		err = join_initrds(image, &joined, why);
		if (err)
			return err;
		initrd = joined;
	}
	err = sys_kexec_file_load(image->kernel.fd, initrd, image->cmdline,
				  why);
	if (joined >= 0)
		(void)close(joined);
	if (err == -EIO)
		err = explain_files(image, err, why);
	return err;
}

static int load_segments(struct image *image, struct reason *why)
{
	int err;

	err = sys_kexec_load(image->start, image->segment, image->segment_count,
			     why);
	if (err == -EFAULT)
		err = explain_files(image, err, why);
	return err;
}

int image_load(struct image *image, struct reason *why)
{
	int err;

	if (image->method == IMAGE_LOAD) {
		err = load_segments(image, why);
		if (err != -ENOSYS || !image->may_fall_back)
			return err;
		image->method = IMAGE_FILE;
		err = prepare(image, why);
		if (err)
			return err;
	}
	return load_file(image, why);
}

const char *image_method_name(const struct image *image)
{
	return image->method == IMAGE_FILE ? "kexec_file_load" : "kexec_load";
}

static void print_segment(FILE *out, const char *what, uint64_t start,
			  uint64_t size, const char *name)
{
	(void)fprintf(out, "%-8s 0x%09llx-0x%09llx %s\n", what,
		      (unsigned long long)start,
		      (unsigned long long)(start + size), name);
}

void image_print(const struct image *image, FILE *out)
{
	const struct memmap *map = &image->facts->firmware;

	(void)fprintf(out, "format   %s, by %s\n", image->loader->name,
		      image_method_name(image));
	(void)fprintf(out,
		      "memory   takes %llu MiB of the %llu MiB that are free\n",
		      mib(image->need), mib(image->facts->mem_available));
	if (image->method == IMAGE_LOAD) {
		print_segment(out, "kernel", image->kernel.address,
			      pages(image->payload_size), image->kernel.name);
		print_segment(out, "  runs in", image->kernel.address,
			      pages(image->run_size), "until it has unpacked");
		print_segment(out, "area", image->area_address,
			      image->area_size,
			      "stub, page tables, boot_params, command line");
		for (size_t i = 0; i < image->initrd_count; i++)
			print_segment(out, "initrd", image->initrd[i].address,
				      image->initrd[i].size,
				      image->initrd[i].name);
		arch_print(image, out);
		for (size_t i = 0; i < map->count; i++)
			print_segment(out, "memory", map->range[i].start,
				      map->range[i].end - map->range[i].start,
				      memmap_type_name(map->range[i].type));
	} else {
		(void)fprintf(out, "kernel   %s\n", image->kernel.name);
		for (size_t i = 0; i < image->initrd_count; i++)
			(void)fprintf(out, "initrd   %s\n",
				      image->initrd[i].name);
		(void)fprintf(out, "places and parameters are the running "
				   "kernel's choice\n");
	}
	(void)fprintf(out, "command line \"%s\"\n", image->cmdline);
	if (image->note[0])
		(void)fprintf(out, "note     %s\n", image->note);
}

void image_free(struct image *image)
{
	if (!image)
		return;
	file_release(&image->kernel);
	for (size_t i = 0; i < image->initrd_count; i++)
		file_release(&image->initrd[i]);
	/* It may hold the seed. */
	if (image->area)
		explicit_bzero(image->area, image->area_size);
	free(image->area);
	free(image->head);
	free(image);
}
