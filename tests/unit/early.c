/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which initrds Linux has to find first: archives as cpio -H newc writes them
 * (man 5 cpio), and what is none.
 */
#include "image/early.h"

#include "image/file.h"
#include "tap.h"

static uint8_t data[256 * 1024];
static size_t end;

static void start(void)
{
	memset(data, 0, sizeof(data));
	end = 0;
}

/* One entry: header, name, @size bytes of contents. */
static void add(const char *name, size_t size)
{
	char head[128];

	(void)snprintf(head, sizeof(head),
		       "070701%08x%08x%08x%08x%08x%08x%08zx%08x%08x%08x%08x"
		       "%08zx%08x",
		       1, 0100644, 0, 0, 1, 0, size, 0, 0, 0, 0,
		       strlen(name) + 1, 0);
	memcpy(data + end, head, 110);
	memcpy(data + end + 110, name, strlen(name));
	end = (end + 110 + strlen(name) + 1 + 3) & ~(size_t)3;
	memset(data + end, 0x5a, size);
	end = (end + size + 3) & ~(size_t)3;
}

static void finish(void)
{
	add("TRAILER!!!", 0);
	end = (end + 511) & ~(size_t)511;
}

static bool early(size_t size)
{
	struct image_file file = { .name = "initrd" };

	file_memory(&file, data, size);
	return early_is(&file);
}

static void test_early(void)
{
	start();
	add("kernel", 0);
	add("kernel/x86", 0);
	add("kernel/x86/microcode", 0);
	add("kernel/x86/microcode/AuthenticAMD.bin", 7000);
	finish();
	ok(early(end), "microcode as Debian's initramfs-tools packs it");
	add("kernel/x86/microcode/GenuineIntel.bin", 20000);
	finish();
	ok(early(end), "AMD's and Intel's, one behind the other");
	start();
	add(".", 0);
	add("kernel/firmware/acpi/dsdt.aml", 100);
	finish();
	ok(early(end), "an ACPI table (initrd_table_override.rst)");
	ok(early(end - 400), "not padded");
}

static void test_not_early(void)
{
	start();
	ok(!early(0), "an empty file");
	ok(!early(4096), "zeroes");
	ok(!early(sizeof(data)), "many zeroes");
	start();
	add("kernel/x86/microcode/GenuineIntel.bin", 2000);
	finish();
	memcpy(data + end, "\x1f\x8b\x08", 3);
	ok(!early(end + 512), "Debian's initrd: microcode, and then the rest");
	start();
	add("init", 10);
	finish();
	ok(!early(end), "another archive");
	start();
	add("kernels", 10);
	finish();
	ok(!early(end), "a name that only begins like it");
	start();
	add("kernel/x86/microcode/GenuineIntel.bin", 2000);
	data[6 + 8 * 6] = 'x';
	ok(!early(end), "no hexadecimal digit");
	start();
	memcpy(data, "\x28\xb5\x2f\xfd", 4);
	ok(!early(100), "zstd");
	memcpy(data, "0707", 4);
	ok(!early(4), "four bytes of a header");
	start();
	for (int i = 0; i <= EARLY_ENTRIES_MAX; i++)
		add("kernel", 0);
	ok(!early(end), "more entries than microcode has");
}

static void test_sizes(void)
{
	start();
	add("kernel/a", 0);
	memcpy(data + 6 + 8 * 6, "ffffffff", 8);
	ok(early(end), "a file that is longer than the archive ends it");
	memcpy(data + 6 + 8 * 11, "ffffffff", 8);
	ok(!early(end), "so is a name: it is none of ours");
	memcpy(data + 6 + 8 * 11, "00000000", 8);
	ok(!early(end), "no name at all");
}

static void test_first(void)
{
	struct image_file files[4] = { { .name = "a" },
				       { .name = "b" },
				       { .name = "c" },
				       { .name = "d" } };

	start();
	add("kernel/x", 10);
	finish();
	file_memory(&files[0], (const uint8_t *)"xxxx", 4);
	file_memory(&files[1], data, end);
	file_memory(&files[2], (const uint8_t *)"yyyy", 4);
	file_memory(&files[3], data, end);
	early_first(files, 4);
	ok(!strcmp(files[0].name, "b") && !strcmp(files[1].name, "d") &&
		   !strcmp(files[2].name, "a") && !strcmp(files[3].name, "c"),
	   "early ones first, else in their order");
	early_first(files, 0);
	ok(true, "none at all");
}

int main(void)
{
	test_early();
	test_not_early();
	test_sizes();
	test_first();
	return tap_done();
}
