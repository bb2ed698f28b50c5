/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What files that are no kernel look like. */
#include "image/looks.h"

#include "efi_file.h"
#include "elf_file.h"
#include "tap.h"

static void looks(const void *data, size_t len, const char *want)
{
	struct bytes head = { data, len };

	is(looks_like(head), want, want);
}

/* The file is @what at @offset, and zeroes but for its first byte. */
static void has(const void *what, size_t len, size_t offset, const char *want)
{
	static uint8_t file[0x9000];
	struct bytes head = { file, sizeof(file) };

	memset(file, 0, sizeof(file));
	file[0] = 0xeb;
	memcpy(file + offset, what, len);
	is(looks_like(head), want, want);
}

static void test_packed(void)
{
	looks("\x1f\x8b\x08", 3, "gzip data");
	looks("\xfd"
	      "7zXZ\0",
	      6, "xz data");
	looks("]\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0", 14, "lzma data");
	looks("\x28\xb5\x2f\xfd", 4, "zstd data");
	looks("\x04\x22\x4d\x18", 4, "lz4 data");
	looks("\x02\x21\x4c\x18", 4, "lz4 data (an initrd?)");
	looks("BZh91AY&SY", 10, "bzip2 data");
	looks("\x89LZO\0\r\n\x1a\n", 9, "lzo data");
	looks("\x1f", 1, "data of an unknown kind");
	looks("BZh is a word", 13, "text");
}

static void test_kernels(void)
{
	has("MZ\x40\xfa", 4, 0, "a program for DOS");
	/* With the MZ of its EFI stub, and without */
	has("ARM\x64", 4, 0x38, "a kernel for another processor (ARM64)");
	has("RSC\x05", 4, 0x38, "a kernel for another processor (RISC-V)");
	has("\x18\x28\x6f\x01", 4, 0x24,
	    "a kernel for another processor (ARM)");
	has("zimg", 4, 4, "a kernel for another processor (by EFI)");
	has("\x27\x05\x19\x56", 4, 0, "an image for U-Boot");
}

static void test_elf(void)
{
	elf_vmlinux();
	has(elf_file, 0x1000, 0, "an ELF file");
	elf_put(64, 4, 3);
	has(elf_file, 0x1000, 0, "a program");
	elf_put(18, 2, 183);
	has(elf_file, 0x1000, 0, "an ELF file");
	looks("\177ELF\2\1\1", 7, "an ELF file");
}

static struct efi_file efi;

static void test_efi(void)
{
	static const char *const want[][2] = {
		{ "\x64\x86", "an EFI program without Linux in it" },
		{ "\x4c\x01", "an EFI program without Linux in it" },
		{ "\x64\xaa", "an EFI program for another processor (ARM64)" },
		{ "\x64\x50", "an EFI program for another processor" },
	};
	for (size_t i = 0; i < 4; i++) {
		struct bytes head = { efi.data, EFI_FILE_MAX };

		efi_start(&efi, 1);
		memcpy(efi.data + EFI_PE + 4, want[i][0], 2);
		is(looks_like(head), want[i][1], want[i][1]);
	}
}

static void test_others(void)
{
	static const uint8_t zeroes[4096];

	looks("", 0, "an empty file");
	looks("070701000", 9, "a cpio archive (an initrd?)");
	looks("#!/bin/sh\n", 10, "a script");
	looks("<HTML>not found", 15, "a web page (was the download refused?)");
	looks("\n\n<!DOCTYPE html>\n", 18,
	      "a web page (was the download refused?)");
	looks("<htm", 4, "text");
	looks("UTF-8: \xc3\xa4\n", 10, "text");
	looks("!<arch>\ndebian", 14, "a package, or an archive of objects");
	looks("PK\3\4", 4, "a ZIP archive");
	has("ustar", 5, 0x101, "a tar archive");
	has("EFI PART", 8, 0x200, "a disk with partitions");
	has("CD001", 5, 0x8001, "a CD");
	has("\x53\xef", 2, 0x438, "an ext file system");
	has("\xe2\xe1\xf5\xe0", 4, 0x400, "an erofs file system");
	looks("hsqs", 4, "a squashfs file system");
	has("FAT32   ", 8, 0x52, "a FAT file system");
	has("\x55\xaa", 2, 0x1fe,
	    "a boot sector: 16-bit code, which needs the machine's BIOS");
	looks(zeroes, sizeof(zeroes),
	      "nothing but zeroes (was it never written to the disk?)");
	looks("\1\2\3", 3, "data of an unknown kind");
}

static void foreign(const void *data, size_t len, const char *want)
{
	struct bytes head = { data, len };

	is(looks_foreign(head), want, want ? want : "may be a kernel");
}

/* By the first bytes of a file that is named as a kernel. */
static void test_foreign(void)
{
	static uint8_t text[512], head[512];

	memset(text, 'x', sizeof(text));
	foreign("#!/bin/sh\n", 10, "a script");
	foreign("<html>", 6, "a web page (was the download refused?)");
	foreign("070701000", 9, "a cpio archive (an initrd?)");
	foreign("!<arch>\ndebian", 14, "a package, or an archive of objects");
	foreign(text, sizeof(text), "text");
	foreign(text, sizeof(text) - 1, NULL);
	foreign("", 0, NULL);
	foreign("\177ELF", 4, NULL);
	foreign("\x1f\x8b\x08", 3, NULL);
	/* A bzImage has this, too. */
	memcpy(head, "MZ", 2);
	memcpy(head + 0x1fe, "\x55\xaa", 2);
	foreign(head, sizeof(head), NULL);
}

int main(void)
{
	test_packed();
	test_kernels();
	test_elf();
	test_efi();
	test_others();
	test_foreign();
	return tap_done();
}
