/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes the whole way of a kernel file: two bytes of options, two of the
 * initrd's size, the initrd, the kernel. Whatever the files say, what is loaded
 * must be what the running kernel takes (kernel/kexec_core.c,
 * sanity_check_segment_list()), in RAM that is free, and nothing of it where
 * the newcomer runs but itself; and what the stub is told to clear must be the
 * newcomer's.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/reason.h"
#include "image/image.h"
#include "stub/stub.h"
#include "sys/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PAGE = 4096, HEADER = 4, MIB = 1 << 20 };

/* A PC with 512 MiB, a hole, and more above 4 GiB. */
static const struct memmap ram = {
	.count = 3,
	.range = {
		{ 0x1000, 0x9f000, MEMMAP_RAM },
		{ 0x100000, 0x1ffe0000, MEMMAP_RAM },
		{ 0x100000000, 0x180000000, MEMMAP_RAM },
	},
};

/* One file for all inputs: to make one takes longer than to read it. */
static void fill(int *fd, const uint8_t *data, size_t size)
{
	if (*fd == 0)
		*fd = memfd_create("fuzz", MFD_CLOEXEC);
	if (*fd < 0 || ftruncate(*fd, (off_t)size) ||
	    pwrite(*fd, data, size, 0) != (ssize_t)size)
		abort();
}

static void check_segments(const struct image *image)
{
	const struct record *r = record();
	uint64_t start = image->kernel.address;
	uint64_t stop = start + image->run_size;

	if (r->segment_count == 0)
		abort();
	for (size_t i = 0; i < r->segment_count; i++) {
		const struct sys_segment *a = &r->segment[i];
		uint64_t end = a->mem + a->mem_size;
		int own = a->mem >= start &&
			  end <= ((stop + PAGE - 1) & ~(uint64_t)(PAGE - 1));

		if (a->mem % PAGE || a->mem_size % PAGE || !a->buf_size ||
		    a->buf_size > a->mem_size || end < a->mem ||
		    !memmap_contains(&ram, a->mem, end) ||
		    (!own && a->mem < stop && start < end))
			abort();
		for (size_t k = 0; k < i; k++)
			if (a->mem < r->segment[k].mem +
					     r->segment[k].mem_size &&
			    r->segment[k].mem < end)
				abort();
	}
}

static void check_stub(const struct image *image)
{
	uint64_t start = image->kernel.address;
	struct stub_params p;

	memcpy(&p, image->area + STUB_PARAMS, sizeof(p));
	if (p.clear_count > STUB_CLEARS_MAX || p.check_count > STUB_CHECKS_MAX)
		abort();
	for (uint32_t i = 0; i < p.clear_count; i++)
		if (p.clear[i].start < start ||
		    p.clear[i].start + p.clear[i].size >
			    start + image->run_size)
			abort();
	if (p.entry < start || p.entry >= start + image->run_size)
		abort();
	if (p.mode == STUB_PROTECTED_MODE && p.entry >> 32)
		abort();
}

static void try(const struct image_request *request, const struct facts *facts)
{
	struct image *image = NULL;
	struct reason why = { "" };
	static FILE *out;

	record_reset();
	if (image_build(&image, request, facts, &why)) {
		if (image || !why.text[0])
			abort();
		return;
	}
	if (image_load(image, &why))
		abort();
	if (image->method == IMAGE_LOAD) {
		check_segments(image);
		check_stub(image);
	}
	if (!out)
		out = fopen("/dev/null", "w");
	rewind(out);
	image_print(image, out);
	if (image->method == IMAGE_LOAD && image_dump(image, "x", out, &why))
		abort();
	image_free(image);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const formats[] = { NULL,	     "pvh",
					       "multiboot1", "multiboot2",
					       "vmlinux",    NULL,
					       NULL,	     NULL };
	static struct facts facts;
	static int initrd_fd, kernel_fd;
	struct image_source initrd[2] = { { .name = "a", .words = "a b" },
					  { .name = "b" } };
	struct image_request request = { .initrd = initrd };
	size_t part;

	if (size < HEADER)
		return 0;
	part = (size_t)(data[2] | data[3] << 8);
	if (part > size - HEADER)
		part = size - HEADER;
	facts.firmware = ram;
	facts.usable = ram;
	facts.mem_total = facts.mem_available = 64 * MIB;
	facts.may_boot = true;
	fill(&initrd_fd, data + HEADER, part);
	initrd[0].fd = initrd[1].fd = initrd_fd;
	request.kernel.name = "vmlinuz";
	fill(&kernel_fd, data + HEADER + part, size - HEADER - part);
	request.kernel.fd = kernel_fd;
	request.initrd_count = data[0] & 3;
	if (request.initrd_count > 2)
		request.initrd_count = 2;
	request.verify_copy = data[0] & 4;
	request.method = data[0] & 8 ? IMAGE_FILE : IMAGE_LOAD;
	request.cmdline = data[0] & 16 ? "root=/dev/vda1 ro quiet" : NULL;
	request.format = formats[data[0] >> 5];
	request.profile = data[1] & 0x7f;
	facts.rsdp = data[1] & 0x80 ? 0x1f77d014 : 0;
	try(&request, &facts);
	return 0;
}
