/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names for what is no kernel. Reads the beginning of a file only. */
#include "image/looks.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>

#include "image/decompress.h"
#include "image/elf.h"
#include "image/multiboot.h"
#include "image/pe.h"

/*
 * The more telling one first: a cpio archive is text, too; a file system may
 * have a boot sector; so may a kernel for another processor begin like an EFI
 * program.
 */
static const struct magic {
	const char *bytes;
	size_t len;
	uint64_t offset;
	const char *is;
} magics[] = {
	/* Documentation/arch/arm64/booting.rst, riscv/boot-image-header.rst,
	 * loongarch/booting.rst */
	{ "ARM\x64", 4, 0x38, "a kernel for another processor (ARM64)" },
	{ "RSC\x05", 4, 0x38, "a kernel for another processor (RISC-V)" },
	/* arch/arm/boot/compressed/head.S */
	{ "\x18\x28\x6f\x01", 4, 0x24, "a kernel for another processor (ARM)" },
	/* drivers/firmware/efi/libstub/zboot-header.S: x86 has none */
	{ "zimg", 4, 4, "a kernel for another processor (by EFI)" },
	{ "\x27\x05\x19\x56", 4, 0, "an image for U-Boot" },
	{ "\xd0\x0d\xfe\xed", 4, 0, "a device tree, or an image for U-Boot" },
	{ "070701", 6, 0, "a cpio archive (an initrd?)" },
	{ "070702", 6, 0, "a cpio archive (an initrd?)" },
	{ "070707", 6, 0, "an old cpio archive, which is no initrd either" },
	{ "!<arch>", 7, 0, "a package, or an archive of objects" },
	{ "\xed\xab\xee\xdb", 4, 0, "an RPM package" },
	{ "ustar", 5, 0x101, "a tar archive" },
	{ "PK\3\4", 4, 0, "a ZIP archive" },
	{ "#!", 2, 0, "a script" },
	{ "QFI\xfb", 4, 0, "a disk in QEMU's format" },
	{ "LUKS\xba\xbe", 6, 0, "an encrypted volume" },
	{ "EFI PART", 8, 0x200, "a disk with partitions" },
	{ "CD001", 5, 0x8001, "a CD" },
	{ "\x53\xef", 2, 0x438, "an ext file system" },
	{ "hsqs", 4, 0, "a squashfs file system" },
	{ "\xe2\xe1\xf5\xe0", 4, 0x400, "an erofs file system" },
	{ "XFSB", 4, 0, "an XFS file system" },
	{ "FAT32   ", 8, 0x52, "a FAT file system" },
	{ "FAT16   ", 8, 0x36, "a FAT file system" },
	{ "\x55\xaa", 2, 0x1fe,
	  "a boot sector: 16-bit code, which needs the machine's BIOS" },
};

/* Only the first bytes: enough to tell text from anything else. */
enum { SAMPLE = 256 };

static bool is_text(struct bytes head)
{
	for (size_t i = 0; i < head.len && i < SAMPLE; i++) {
		uint8_t c = head.data[i];

		if ((c < 0x20 && c != '\n' && c != '\t' && c != '\r') ||
		    c == 0x7f)
			return false;
	}
	return true;
}

static bool is_zero(struct bytes head)
{
	for (size_t i = 0; i < head.len; i++)
		if (head.data[i] != 0)
			return false;
	return true;
}

/* A kernel that was not asked for may be one of these, too. */
static const char *elf_looks(struct bytes head)
{
	struct elf elf;

	if (elf_parse(&elf, head, UINT64_MAX, "", NULL) == LOADER_MINE &&
	    elf.interpreted && !multiboot_has_header(head))
		return "a program";
	return "an ELF file";
}

static const char *pe_looks(struct bytes head)
{
	struct pe pe;

	if (!pe_parse(&pe, head))
		return "a program for DOS";
	switch (pe.machine) {
	case PE_MACHINE_X86_64:
	case PE_MACHINE_I386:
		return "an EFI program without Linux in it";
	case PE_MACHINE_ARM64:
		return "an EFI program for another processor (ARM64)";
	default:
		return "an EFI program for another processor";
	}
}

static const char *packed_looks(enum decompress_kind kind)
{
	switch (kind) {
	case DECOMPRESS_GZIP:
		return "gzip data";
	case DECOMPRESS_XZ:
		return "xz data";
	case DECOMPRESS_LZMA:
		return "lzma data";
	case DECOMPRESS_ZSTD:
		return "zstd data";
	case DECOMPRESS_LZ4:
		return "lz4 data";
	case DECOMPRESS_LZ4_LEGACY:
		return "lz4 data (an initrd?)";
	case DECOMPRESS_BZIP2:
		return "bzip2 data";
	case DECOMPRESS_LZO:
		return "lzo data";
	case DECOMPRESS_NONE:
		break;
	}
	return NULL;
}

/* Any case of letters; @what is in small ones. */
static bool begins_with(struct bytes head, size_t at, const char *what)
{
	for (; *what; what++, at++)
		if (at >= head.len || tolower(head.data[at]) != *what)
			return false;
	return true;
}

/* What a server sends in place of a file that it does not have. */
static bool is_web_page(struct bytes head)
{
	size_t at = 0;

	while (at < head.len && at < SAMPLE && isspace(head.data[at]))
		at++;
	return begins_with(head, at, "<!doctype html") ||
	       begins_with(head, at, "<html") || begins_with(head, at, "<?xml");
}

/* With @first only what the first bytes of the file say. */
static const char *by_magic(struct bytes head, bool first)
{
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if ((!first || !magics[i].offset) &&
		    bytes_match(head, magics[i].offset, magics[i].bytes,
				magics[i].len))
			return magics[i].is;
	return is_web_page(head) ? "a web page (was the download refused?)"
				 : NULL;
}

const char *looks_like(struct bytes head)
{
	const char *is;

	if (head.len == 0)
		return "an empty file";
	if (bytes_match(head, 0, "\177ELF", 4))
		return elf_looks(head);
	is = packed_looks(decompress_kind(head));
	if (!is)
		is = by_magic(head, false);
	if (is)
		return is;
	if (bytes_match(head, 0, "MZ", 2))
		return pe_looks(head);
	if (is_zero(head))
		return "nothing but zeroes (was it never written to the disk?)";
	if (is_text(head))
		return "text";
	return "data of an unknown kind";
}

const char *looks_foreign(struct bytes head)
{
	enum { SECTOR = 512 };
	const char *is = by_magic(head, true);

	if (!is && head.len >= SECTOR && is_text(head))
		is = "text";
	return is;
}
