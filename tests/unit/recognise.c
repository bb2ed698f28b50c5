/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which loader a file comes to: files that could be taken for two formats,
 * files in files, formats asked for by name, parts that share pages.
 */
#include "image/recognise.h"

#include <zlib.h>

#include "efi_file.h"
#include "elf_file.h"
#include "image/loader.h"
#include "trial.h"

static struct efi_file efi;

/* What @data, as a kernel, is taken for; its sentence when it is not. */
static const char *taken_for(struct try *t, const void *data, size_t len)
{
	make_file("vmlinuz", data, len, len);
	return run(t) ? t->image->loader->name : t->why.text;
}

static void taken(const void *data, size_t len, const char *format,
		  const char *want, const char *name)
{
	struct try t;

	prepare(&t, 1, 1000);
	t.request.format = format;
	is(taken_for(&t, data, len), want, name);
	end(&t);
}

/* A Multiboot header of version 1 at @at of @file: magic, flags, checksum. */
static void multiboot1(uint8_t *file, size_t at)
{
	kernel_put(file, at, 4, 0x1badb002);
	kernel_put(file, at + 4, 4, 0);
	kernel_put(file, at + 8, 4, -(uint64_t)0x1badb002);
}

/* One of version 2, with no tag but the last. */
static void multiboot2(uint8_t *file, size_t at)
{
	kernel_put(file, at, 4, 0xe85250d6);
	kernel_put(file, at + 4, 4, 0);
	kernel_put(file, at + 8, 4, 24);
	kernel_put(file, at + 12, 4, -(uint64_t)(0xe85250d6 + 24));
	kernel_put(file, at + 16, 8, 0);
	kernel_put(file, at + 20, 4, 8);
}

static uint8_t kernel[KERNEL_FILE_SIZE];

static void whole_kernel(void)
{
	memset(kernel, 0, sizeof(kernel));
	kernel_head(kernel);
}

static void test_each(void)
{
	whole_kernel();
	taken(kernel, sizeof(kernel), NULL, "bzImage", "a bzImage");
	elf_vmlinux();
	taken(elf_file, sizeof(elf_file), NULL, "vmlinux", "a vmlinux");
	elf_xen();
	multiboot1(elf_file, 0x100);
	taken(elf_file, sizeof(elf_file), NULL, "Multiboot1", "Multiboot");
	multiboot2(elf_file, 0x200);
	taken(elf_file, sizeof(elf_file), NULL, "Multiboot2",
	      "both versions of it: the one that tells more");
	efi_start(&efi, 1);
	(void)efi_section(&efi, ".linux", kernel, sizeof(kernel));
	taken(efi.data, efi.size, NULL, "bzImage", "a UKI: what is in it");
}

static void test_awkward(void)
{
	whole_kernel();
	multiboot1(kernel, 0x1000);
	multiboot2(kernel, 0x1100);
	taken(kernel, sizeof(kernel), NULL, "bzImage",
	      "a bzImage with stray Multiboot headers");
	elf_vmlinux();
	multiboot1(elf_file, 0x1800);
	multiboot2(elf_file, 0x1900);
	taken(elf_file, sizeof(elf_file), NULL, "vmlinux",
	      "a vmlinux with stray Multiboot headers");

	/* Debian's kernels are PE files, too, as EFI programs. */
	whole_kernel();
	efi_start(&efi, 1);
	memcpy(kernel, efi.data, 0x1f1);
	taken(kernel, sizeof(kernel), NULL, "bzImage",
	      "a bzImage that is a PE file without .linux");

	/* The DOS stub of a UKI with a kernel's header in it. */
	whole_kernel();
	efi_start(&efi, 1);
	(void)efi_section(&efi, ".linux", kernel, sizeof(kernel));
	efi.data[0x1f1] = 1;
	memcpy(efi.data + 0x1fe, "\x55\xaa", 2);
	memcpy(efi.data + 0x202, "HdrS\x0f\x02", 6);
	taken(efi.data, efi.size, NULL, "bzImage",
	      "a UKI whose head looks like a kernel's");

	/* Xen's PVH note and Multiboot in one file, as Xen itself has them. */
	elf_xen();
	(void)elf_note_at(0x2f80, "Xen", 18, "\0\0\x20\0", 4);
	taken(elf_file, sizeof(elf_file), NULL, "PVH", "a PVH note alone");
	multiboot1(elf_file, 0x100);
	taken(elf_file, sizeof(elf_file), NULL, "Multiboot1",
	      "with Multiboot: that");

	/* lzma's mark is three bytes, and could be code: pop, add. */
	memset(elf_file, 0, sizeof(elf_file));
	memcpy(elf_file, "\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff", 13);
	kernel_put(elf_file, 0x100, 4, 0x1badb002);
	kernel_put(elf_file, 0x104, 4, 1 << 16);
	kernel_put(elf_file, 0x108, 4, -(uint64_t)(0x1badb002 + (1 << 16)));
	kernel_put(elf_file, 0x10c, 4, 0x200100);
	kernel_put(elf_file, 0x110, 4, 0x200000);
	kernel_put(elf_file, 0x11c, 4, 0x200000);
	taken(elf_file, sizeof(elf_file), NULL, "Multiboot1",
	      "Multiboot that begins like lzma data");
}

static void test_by_name(void)
{
	elf_vmlinux();
	taken(elf_file, sizeof(elf_file), "pvh", "PVH",
	      "a vmlinux by its PVH entry");
	taken(elf_file, sizeof(elf_file), "bzimage",
	      "vmlinuz: is no bzimage kernel (it is an ELF file)",
	      "a format that it has not");
	elf_xen();
	multiboot1(elf_file, 0x100);
	multiboot2(elf_file, 0x200);
	taken(elf_file, sizeof(elf_file), "MULTIBOOT1", "Multiboot1",
	      "the older Multiboot");
	ok(recognise_has("bzImage") && recognise_has("UKI") &&
		   recognise_has("pvh") && !recognise_has("multiboot") &&
		   !recognise_has(""),
	   "names");
}

/* PVH's entry tells Linux that the domain is PVH, which it is not. */
static void test_xen_hvm(void)
{
	struct try t;

	machine(pvh_iomem, pvh_memmap, 226, 200);
	dir_file("sys/hypervisor/type", "xen\n");
	dir_file("sys/hypervisor/guest_type", "HVM\n");
	elf_vmlinux();
	taken(elf_file, sizeof(elf_file), NULL, "vmlinux",
	      "in a Xen HVM domain: a vmlinux by its own entry");
	elf_xen();
	(void)elf_note_at(0x2f80, "Xen", 18, "\0\0\x20\0", 4);
	prepare(&t, 0, 0);
	ok(strstr(taken_for(&t, elf_file, sizeof(elf_file)), "HVM") &&
		   t.err == -ENOEXEC && !t.image,
	   "a kernel that has no other entry is refused: %s", t.why.text);
	end(&t);
	machine(q35_iomem, q35_memmap, 470, 440);
}

/* ---- layers ---- */

/* gzip of @len bytes of @data; its length. */
static size_t pack(uint8_t *out, size_t room, const void *data, size_t len)
{
	z_stream z = { 0 };

	if (deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) !=
	    Z_OK)
		err(1, "deflateInit2");
	z.next_in = (Bytef *)(uintptr_t)data;
	z.avail_in = (uInt)len;
	z.next_out = out;
	z.avail_out = (uInt)room;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		err(1, "deflate");
	len = z.total_out;
	(void)deflateEnd(&z);
	return len;
}

static void test_layers(void)
{
	static uint8_t a[2 * KERNEL_FILE_SIZE], b[2 * KERNEL_FILE_SIZE];
	struct try t;
	size_t n;

	whole_kernel();
	memset(kernel + KERNEL_CODE, 0xc3, 8);
	n = pack(a, sizeof(a), kernel, sizeof(kernel));
	prepare(&t, 1, 1000);
	is(taken_for(&t, a, n), "bzImage", "a compressed bzImage");
	ok(t.image && loaded(t.image->kernel.address, KERNEL_CODE_SIZE) &&
		   !memcmp(loaded(t.image->kernel.address, 8),
			   kernel + KERNEL_CODE, 8),
	   "its code is what is loaded");
	end(&t);

	efi_start(&efi, 1);
	(void)efi_section(&efi, ".linux", a, n);
	taken(efi.data, efi.size, NULL, "bzImage", "a UKI around that");
	n = pack(b, sizeof(b), efi.data, efi.size);
	taken(b, n, NULL, "bzImage", "compressed once more");
	n = pack(a, sizeof(a), b, n);
	taken(a, n, NULL, "vmlinuz: is wrapped more than 3 times",
	      "and once more");

	n = pack(a, sizeof(a), "070701 and so on", 16);
	taken(a, n, NULL,
	      "vmlinuz: is no kernel but a cpio archive (an initrd?)",
	      "an initrd given as a kernel");
	n = pack(a, sizeof(a), kernel, 3 * 4096);
	taken(a, n, NULL,
	      "vmlinuz: is truncated: 12288 bytes of at least 69632",
	      "a truncated kernel, compressed whole");
}

static void test_bomb(void)
{
	static uint8_t zeroes[4 << 20], a[1 << 20];
	struct try t;
	size_t n;

	whole_kernel();
	memcpy(zeroes, kernel, sizeof(kernel));
	n = pack(a, sizeof(a), zeroes, sizeof(zeroes));
	machine_meminfo(470, 6);
	prepare(&t, 0, 0);
	(void)taken_for(&t, a, n);
	ok(t.err == -E2BIG || t.err == -ENOMEM,
	   "more than half of what is free: %s", t.why.text);
	end(&t);
	machine_meminfo(470, 440);
	taken(a, n, NULL, "bzImage", "less than that");
}

/* ---- parts ---- */

static void test_parts(void)
{
	struct try t;

	elf_xen();
	elf_start(32, 2, 0x200010, 2);
	elf_phdr32(0, 1, 0x1010, 0x200010, 0x200010, 0x800, 0x800, 4);
	elf_phdr32(1, 1, 0x2000, 0x200a00, 0x200a00, 0x100, 0x4000, 4);
	multiboot1(elf_file, 0x100);
	memset(elf_file + 0x1010, 0xaa, 0x800);
	memset(elf_file + 0x2000, 0xbb, 0x100);
	prepare(&t, 0, 0);
	is(taken_for(&t, elf_file, sizeof(elf_file)), "Multiboot1",
	   "two parts on one page");
	ok(kernel_takes(t.facts->mem_total) && number(0x200010, 2) == 0xaaaa &&
		   number(0x20080f, 2) == 0x00aa &&
		   number(0x2009fe, 4) == 0xbbbb0000 &&
		   number(0x200aff, 1) == 0xbb,
	   "lie where they were linked, with zeroes between them");
	ok(t.image && t.image->part_count == 1 &&
		   t.image->part[0].mem_size == 0x4a00 &&
		   t.image->part[0].clear && t.image->entry == 0x200010,
	   "and are cleared to the end of the last one");
	end(&t);

	elf_phdr32(1, 1, 0x2000, 0x4200a00, 0x4200a00, 0x100, 0x4000, 4);
	prepare(&t, 0, 0);
	is(taken_for(&t, elf_file, sizeof(elf_file)),
	   "vmlinuz: its parts share pages, and are together larger than 64 "
	   "MiB",
	   "too far from each other");
	end(&t);
}

int main(void)
{
	dir_start();
	kernel_head(head);
	machine(q35_iomem, q35_memmap, 470, 440);
	test_each();
	test_awkward();
	test_by_name();
	test_xen_hvm();
	test_layers();
	test_bomb();
	test_parts();
	dir_end();
	return tap_done();
}
