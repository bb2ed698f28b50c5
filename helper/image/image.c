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
#include <sys/stat.h>
#include <unistd.h>

#include "base/reason.h"
#include "image/arch.h"
#include "image/early.h"
#include "image/file.h"
#include "image/loader.h"
#include "image/placing.h"
#include "image/policy.h"
#include "image/recognise.h"
#include "image/words.h"

enum {
	/* kexec_file_load wants this much room for elfcorehdr= even when it
	 * adds none (MAX_ELFCOREHDR_STR_LEN), and counts the last zero. */
	FILE_CMDLINE_EXTRA = 31,
	/* One read of what is summed up; a multiple of 8. */
	SUM_CHUNK = 1 << 20,
};

static uint64_t pages(uint64_t size)
{
	return (size + ARCH_PAGE - 1) & ~(uint64_t)(ARCH_PAGE - 1);
}

static int take_request(struct image *image, const struct image_request *req,
			struct reason *why)
{
	int err;

	image->request = req;
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
		if (file->size > 0)
			image->initrd_count++;
		else if (!image->empty)
			image->empty = &req->initrd[i];
	}
	return 0;
}

/* A kernel that was to have an initrd and gets none does not find its root, and
 * microcode beside it does not help. */
static int check_initrds(const struct image *image, struct reason *why)
{
	if (!image->empty)
		return 0;
	return reason(why, ENODATA,
		      "%s %s is empty (an upgrade cut off, a full disk?)",
		      image->empty->words ? "module" : "initrd",
		      image->empty->name);
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

static int add_segment(struct image *image, const void *buf, uint64_t size,
		       uint64_t address, uint64_t mem_size, struct reason *why)
{
	struct sys_segment *s = &image->segment[image->segment_count];

	if (image->segment_count == SYS_SEGMENTS_MAX)
		return reason(why, E2BIG,
			      "%s: with its %zu initrds it comes in more than "
			      "%d pieces, which is more than kexec takes",
			      image->kernel.name, image->initrd_count,
			      SYS_SEGMENTS_MAX);
	image->segment_count++;
	s->buf = buf;
	s->buf_size = (size_t)size;
	s->mem = address;
	s->mem_size = (size_t)pages(mem_size);
	return 0;
}

/* No more of a part than the file has: kexec would allocate, clear and copy
 * the whole init_size otherwise. What else may lie there, and why that does no
 * harm, is at the head of stub.S. */
static int add_kernel(struct image *image, struct reason *why)
{
	int err = file_map(&image->kernel, why);

	for (size_t i = 0; i < image->part_count && !err; i++) {
		const struct image_part *p = &image->part[i];

		if (p->file_size > 0)
			err = add_segment(
				image, image->kernel.bytes + p->offset,
				p->file_size, image_moved(image, p->address),
				p->file_size, why);
	}
	return err;
}

/* Each up to where the next one begins: zeroes. */
static int add_initrds(struct image *image, struct reason *why)
{
	int err = 0;

	for (size_t i = 0; i < image->initrd_count && !err; i++) {
		struct image_file *file = &image->initrd[i];
		uint64_t next = placing_after(image, i, file->address);

		err = file_map(file, why);
		if (!err)
			err = add_segment(image, file->bytes, file->size,
					  file->address, next - file->address,
					  why);
	}
	return err;
}

/* Adds @size bytes of @file to @sum: read, not by a mapping (file.h). */
static int sum_file(const struct image_file *file, uint64_t offset,
		    uint64_t size, uint64_t *sum, struct reason *why)
{
	uint8_t *buf = malloc(SUM_CHUNK);
	int err = 0;

	if (!buf)
		return reason(why, ENOMEM, "%s: no memory to sum it up",
			      file->name);
	*sum = arch_sum_start;
	while (size > 0 && !err) {
		size_t n = size < SUM_CHUNK ? (size_t)size : SUM_CHUNK;

		err = file_read(file, offset, buf, n, why);
		*sum = arch_sum(*sum, buf, n);
		offset += n;
		size -= n;
	}
	free(buf);
	return err;
}

/* What the stub is to compare; in the order of the segments. */
static int sum_segments(struct image *image, struct reason *why)
{
	uint64_t *sum = image->sum;
	int err = 0;

	for (size_t i = 0; i < image->part_count && !err; i++) {
		const struct image_part *p = &image->part[i];

		if (p->file_size > 0)
			err = sum_file(&image->kernel, p->offset, p->file_size,
				       sum++, why);
	}
	for (size_t i = 0; i < image->initrd_count && !err; i++)
		err = sum_file(&image->initrd[i], 0, image->initrd[i].size,
			       sum++, why);
	return err;
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
	err = add_kernel(image, why);
	if (!err)
		err = add_initrds(image, why);
	if (!err && image->request->verify_copy)
		err = sum_segments(image, why);
	if (!err)
		err = arch_build(image, why);
	if (!err)
		err = add_segment(image, image->area, image->area_size,
				  image->area_address, image->area_size, why);
	return err;
}

/* arch/x86/kernel/machine_kexec_64.c, kexec_file_loaders[] */
static int check_method(const struct image *image, struct reason *why)
{
	bool forced = image->request->method != IMAGE_FILE;

	if (image->method == IMAGE_LOAD || image->by_file)
		return 0;
	return reason(why, ENOTSUP,
		      "%s: is a %s kernel, and kexec_file_load%s takes nothing "
		      "but a 64-bit bzImage",
		      image->kernel.name, image->loader->name,
		      forced ? ", all that the running kernel permits," : "");
}

static int prepare(struct image *image, struct reason *why)
{
	int err;

	err = check_method(image, why);
	if (!err)
		err = check_cmdline(image, why);
	if (!err)
		err = placing_memory(image, why);
	if (err || image->method == IMAGE_FILE)
		return err;
	err = placing_place(image, why);
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
	err = check_initrds(image, why);
	if (err)
		goto out;
	err = policy_platform(facts, image->note, sizeof(image->note), why);
	if (err)
		goto out;
	err = policy_method(&image->method, request->method, facts, why);
	if (err)
		goto out;
	image->may_fall_back = request->method == IMAGE_AUTO &&
			       image->method == IMAGE_LOAD && image->by_file;
	err = words_add(image, why);
	if (err)
		goto out;
	if (!image->modules_apart)
		early_first(image->initrd, image->initrd_count);
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

/* Appends @file to the memory file @fd, at @at. */
static int append_at(const struct image_file *file, int fd, uint64_t at,
		     struct reason *why)
{
	if (ftruncate(fd, (off_t)at) < 0 || lseek(fd, (off_t)at, SEEK_SET) < 0)
		return reason(why, errno, "%s: no memory for a copy: %s",
			      file->name, strerror(errno));
	return file_append(file, fd, why);
}

/* kexec_file_load reads whole files: @count of them as one, in memory. */
static int join(const struct image *image, const struct image_file *files,
		size_t count, int *ret, struct reason *why)
{
	uint64_t at = 0;
	int fd, err = 0;

	if (count == 0)
		return 0;
	fd = memfd_create("kboot", MFD_CLOEXEC);
	if (fd < 0)
		return reason(why, errno, "%s: no memory for a copy: %s",
			      files[0].name, strerror(errno));
	for (size_t i = 0; i < count && !err; i++) {
		err = append_at(&files[i], fd, at, why);
		if (i + 1 < count)
			at = placing_after(image, i, at);
	}
	if (err)
		(void)close(fd);
	else
		*ret = fd;
	return err;
}

/* True if the file as it is open is all there is to give. */
static bool is_whole(const struct image_file *file)
{
	struct stat st;

	return !file->memory && file->offset == 0 &&
	       fstat(file->fd, &st) == 0 && (uint64_t)st.st_size == file->size;
}

static int load_file(struct image *image, struct reason *why)
{
	bool whole = image->initrd_count == 1 && is_whole(&image->initrd[0]);
	int kernel = -1, initrd = -1, err = 0;

	if (!is_whole(&image->kernel))
		err = join(image, &image->kernel, 1, &kernel, why);
	if (!err && !whole)
		err = join(image, image->initrd, image->initrd_count, &initrd,
			   why);
	if (!err)
		err = sys_kexec_file_load(kernel >= 0 ? kernel
						      : image->kernel.fd,
					  whole ? image->initrd[0].fd : initrd,
					  image->cmdline, why);
	if (err == -EIO)
		err = explain_files(image, err, why);
	if (kernel >= 0)
		(void)close(kernel);
	if (initrd >= 0)
		(void)close(initrd);
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

const char *image_method_because(const struct image *image)
{
	if (image->request->method != IMAGE_AUTO)
		return "as asked for";
	if (image->method == IMAGE_LOAD)
		return NULL;
	if (image->may_fall_back)
		return "the running kernel has no kexec_load";
	return policy_file_because(image->facts);
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
	const char *because = image_method_because(image);

	(void)fprintf(out, "format   %s, by %s", image->loader->name,
		      image_method_name(image));
	if (because)
		(void)fprintf(out, " (%s)", because);
	(void)fputc('\n', out);
	(void)fprintf(out,
		      "memory   takes %llu MiB of the %llu MiB that are free\n",
		      placing_mib(image->need),
		      placing_mib(image->facts->mem_available));
	if (image->method == IMAGE_LOAD) {
		for (size_t i = 0; i < image->part_count; i++)
			print_segment(
				out, "kernel",
				image_moved(image, image->part[i].address),
				pages(image->part[i].file_size),
				image->kernel.name);
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

int image_insert_initrd(struct image *image, size_t at,
			const struct image_file *file, struct reason *why)
{
	if (image->initrd_count == IMAGE_INITRDS_MAX)
		return reason(why, E2BIG, "%s: more than %d initrds",
			      file->name, IMAGE_INITRDS_MAX);
	if (file->size == 0)
		return 0;
	if (at > image->initrd_count)
		at = image->initrd_count;
	memmove(&image->initrd[at + 1], &image->initrd[at],
		(image->initrd_count - at) * sizeof(image->initrd[0]));
	image->initrd[at] = *file;
	image->initrd_count++;
	return 0;
}

uint64_t image_moved(const struct image *image, uint64_t linked)
{
	return linked - image->preferred + image->kernel.address;
}

size_t image_module_count(const struct image *image)
{
	if (image->modules_apart)
		return image->initrd_count;
	return image->initrd_count > 0 ? 1 : 0;
}

struct image_module image_module(const struct image *image, size_t index)
{
	const struct image_file *file = &image->initrd[index];
	struct image_module module = {
		.address = image->initrd_address,
		.size = image->initrd_size,
		.words = file->words ? file->words : "",
	};

	if (image->modules_apart) {
		module.address = file->address;
		module.size = file->size;
	}
	return module;
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
	if (image->unpacked)
		(void)munmap(image->unpacked, image->unpacked_size);
	free(image->own_cmdline);
	free(image->head);
	free(image);
}
