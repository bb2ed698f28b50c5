/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A try of image.h on a machine of text (machine.h), with the recording twin
 * of sys/: files of a kernel and of initrds, the request, the result, and what
 * was loaded as the newcomer would find it.
 */
#ifndef KBOOT_TESTS_TRIAL_H
#define KBOOT_TESTS_TRIAL_H

#include <errno.h>
#include <fcntl.h>

#include "base/reason.h"
#include "image/image.h"
#include "kernel.h"
#include "machine.h"
#include "stub/stub.h"
#include "sys/record.h"
#include "tap.h"

enum { PAGE = 4096, PARTS = 3 };

static const uint64_t MIB = 1 << 20, GIB = 1 << 30;

static uint8_t head[KERNEL_HEAD];

/* One try: files, request, result. */
struct
try {
	struct image_source initrd[IMAGE_INITRDS_MAX + 1];
	struct image_request request;
	struct facts *facts;
	struct image *image;
	struct reason why;
	int err;
};

static inline int open_at(const char *path)
{
	return open(dir_at(path), O_RDONLY | O_CLOEXEC);
}

/* A file of @size bytes that begins with @head and is sparse behind it. */
static inline void make_file(const char *path, const void *data, size_t len,
			     uint64_t size)
{
	dir_bytes(path, data, len);
	if (truncate(dir_at(path), (off_t)size))
		err(1, "%s", path);
}

/* The kernel of head[], and @parts initrds of @initrd_size bytes in all. */
static inline void prepare(struct try *t, size_t parts, uint64_t initrd_size)
{
	static const char *const names[] = { "initrd.a", "initrd.b",
					     "initrd.c" };

	memset(t, 0, sizeof(*t));
	make_file("vmlinuz", head, sizeof(head), KERNEL_FILE_SIZE);
	t->request.kernel.name = "vmlinuz";
	t->request.kernel.fd = open_at("vmlinuz");
	t->request.cmdline = "root=/dev/vda1 ro quiet";
	t->request.initrd = t->initrd;
	t->request.initrd_count = parts;
	for (size_t i = 0; i < parts; i++) {
		make_file(names[i], names[i], strlen(names[i]),
			  initrd_size / parts + i);
		t->initrd[i].name = names[i];
		t->initrd[i].fd = open_at(names[i]);
	}
}

static inline bool run(struct try *t)
{
	record_reset();
	t->err = facts_read(&t->facts, dir_path, &t->why);
	if (!t->err)
		t->facts->have_seed = true;
	if (!t->err)
		t->err = image_build(&t->image, &t->request, t->facts, &t->why);
	if (!t->err)
		t->err = image_load(t->image, &t->why);
	return !t->err;
}

static inline void end(struct try *t)
{
	image_free(t->image);
	facts_free(t->facts);
	(void)close(t->request.kernel.fd);
	for (size_t i = 0; i < t->request.initrd_count; i++)
		(void)close(t->initrd[i].fd);
	kernel_head(head);
}

/* ---- what was loaded, as the newcomer finds it ---- */

/* Bytes at the physical address @address; NULL when no segment has them. */
static inline const uint8_t *loaded(uint64_t address, uint64_t size)
{
	const struct record *r = record();

	for (size_t i = 0; i < r->segment_count; i++) {
		const struct sys_segment *s = &r->segment[i];

		if (address >= s->mem && address - s->mem < s->buf_size &&
		    size <= s->buf_size - (address - s->mem))
			return (const uint8_t *)s->buf + (address - s->mem);
	}
	return NULL;
}

static inline uint64_t number(uint64_t address, size_t size)
{
	const uint8_t *p = loaded(address, size);
	uint64_t value = 0;

	for (size_t i = size; p && i > 0; i--)
		value = value << 8 | p[i - 1];
	return value;
}

/* kernel/kexec_core.c, sanity_check_segment_list() */
static inline bool kernel_takes(uint64_t mem_total)
{
	const struct record *r = record();
	uint64_t sum = 0;

	for (size_t i = 0; i < r->segment_count; i++) {
		const struct sys_segment *a = &r->segment[i];

		if (a->mem % PAGE || a->mem_size % PAGE || !a->buf_size ||
		    a->buf_size > a->mem_size)
			return false;
		for (size_t j = 0; j < i; j++)
			if (a->mem < r->segment[j].mem +
					     r->segment[j].mem_size &&
			    r->segment[j].mem < a->mem + a->mem_size)
				return false;
		sum += a->mem_size;
	}
	return r->segment_count > 0 && r->segment_count <= SYS_SEGMENTS_MAX &&
	       sum <= mem_total / 2;
}

static inline void refused(struct try *t, int error, const char *want,
			   const char *name)
{
	ok(!run(t) && t->err == -error && !t->image, "%s: refused (%d)", name,
	   t->err);
	is(t->why.text, want, name);
	ok(record()->kexec_load_calls == 0 &&
		   record()->kexec_file_load_calls == 0,
	   "%s: before anything was loaded", name);
	end(t);
}

/*
 * Walks the page tables as Intel SDM volume 3, "4-Level Paging" says; true if
 * @address is mapped to itself, writable.
 */
static inline bool maps_itself(uint64_t root, int levels, uint64_t address)
{
	uint64_t table = root, entry;

	for (int level = levels; level >= 2; level--) {
		int shift = 12 + 9 * (level - 1);

		entry = number(table + (address >> shift & 511) * 8, 8);
		if (!loaded(table, PAGE) || (entry & 3) != 3)
			return false;
		table = entry & 0xffffffffff000;
		if (level == 2)
			return (entry & 0x80) &&
			       table == (address & ~(uint64_t)0x1fffff);
		if (entry & 0x80)
			return false;
	}
	return false;
}

static inline bool maps_range(uint64_t root, int levels, uint64_t start,
			      uint64_t size)
{
	for (uint64_t at = start & ~(uint64_t)0x1fffff; at < start + size;
	     at += 0x200000)
		if (!maps_itself(root, levels, at))
			return false;
	return true;
}

/* No segment in the kernel's run_size but its own, none outside of RAM. */
static inline bool places_good(const struct try *t)
{
	const struct record *r = record();
	uint64_t start = t->image->kernel.address;
	uint64_t stop = start + t->image->run_size;

	for (size_t i = 0; i < r->segment_count; i++) {
		const struct sys_segment *s = &r->segment[i];

		if (s->mem < MIB ||
		    !memmap_contains(&t->facts->firmware, s->mem,
				     s->mem + s->mem_size) ||
		    !memmap_contains(&t->facts->usable, s->mem,
				     s->mem + s->mem_size))
			return false;
		if (s->mem != start && s->mem < stop &&
		    start < s->mem + s->mem_size)
			return false;
	}
	return memmap_contains(&t->facts->firmware, start, stop) &&
	       memmap_contains(&t->facts->usable, start, stop);
}

/* The stub's parameters and boot_params agree with where things are. */
static inline void check_entry(const struct try *t, const char *name)
{
	uint64_t start = record()->entry, params = start + STUB_PARAMS;
	uint64_t entry = number(params + STUB_ENTRY_AT, 8);
	uint64_t zero_page = number(params + STUB_RSI_AT, 8);
	uint64_t root4 = number(params + STUB_ROOT4_AT, 8);
	uint64_t root5 = number(params + STUB_ROOT5_AT, 8);
	uint64_t kernel = entry - 0x200, line, initrd;
	const uint8_t *cmdline;

	ok(loaded(start, 1) && !memcmp(loaded(start, 8), stub_blob, 8),
	   "%s: entered through the stub", name);
	ok(kernel == t->image->kernel.address && kernel % 0x200000 == 0 &&
		   loaded(kernel, KERNEL_CODE_SIZE),
	   "%s: which enters the kernel at 0x200", name);
	ok(number(zero_page + 0x202, 4) == 0x53726448,
	   "%s: %%rsi is boot_params", name);
	line = number(zero_page + 0x228, 4) | number(zero_page + 0xc8, 4) << 32;
	cmdline = loaded(line, strlen(t->request.cmdline) + 1);
	is((const char *)cmdline, t->request.cmdline, "the command line");
	initrd = number(zero_page + 0x218, 4) | number(zero_page + 0xc0, 4)
							<< 32;
	ok(t->request.initrd_count == 0
		   ? initrd == 0
		   : loaded(initrd, 8) && initrd == t->image->initrd[0].address,
	   "%s: the initrd", name);
	ok(maps_range(root4, 4, kernel, t->image->run_size) &&
		   maps_itself(root4, 4, zero_page) &&
		   maps_itself(root4, 4, line) && maps_itself(root4, 4, start),
	   "%s: the page tables map what boot.rst demands", name);
	ok(maps_range(root5, 5, kernel, t->image->run_size) &&
		   maps_itself(root5, 5, zero_page) &&
		   maps_itself(root5, 5, line) && maps_itself(root5, 5, start),
	   "%s: with 5 levels, too", name);
}

static inline void loads(struct try *t, const char *name)
{
	if (!ok(run(t), "%s: loads", name)) {
		printf("# %s\n", t->why.text);
		return;
	}
	is(image_method_name(t->image), "kexec_load", "by kexec_load");
	ok(kernel_takes(t->facts->mem_total), "%s: the kernel takes it", name);
	ok(places_good(t), "%s: in RAM, nothing in the kernel's way", name);
	check_entry(t, name);
}

#endif
