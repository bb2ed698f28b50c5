/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names for what is no kernel. Reads the beginning of a file only. */
#include "image/looks.h"

#include <stdbool.h>
#include <stddef.h>

/* The more telling one first: a cpio archive is text, too. */
static const struct magic {
	const char *bytes;
	size_t len;
	uint64_t offset;
	const char *is;
} magics[] = {
	{ "\177ELF", 4, 0, "an ELF file" },
	{ "\x1f\x8b", 2, 0, "gzip data" },
	{ "\xfd"
	  "7zXZ",
	  5, 0, "xz data" },
	{ "\x28\xb5\x2f\xfd", 4, 0, "zstd data" },
	{ "\x02\x21\x4c\x18", 4, 0, "lz4 data (an initrd?)" },
	{ "\x04\x22\x4d\x18", 4, 0, "lz4 data" },
	{ "BZh", 3, 0, "bzip2 data" },
	{ "\x5d\x00\x00", 3, 0, "lzma data" },
	{ "070701", 6, 0, "a cpio archive (an initrd?)" },
	{ "070702", 6, 0, "a cpio archive (an initrd?)" },
	{ "MZ", 2, 0, "an EFI program" },
	{ "#!", 2, 0, "a script" },
	{ "\x53\xef", 2, 0x438, "an ext file system" },
	{ "hsqs", 4, 0, "a squashfs file system" },
	{ "\x55\xaa", 2, 0x1fe, "a boot sector" },
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

const char *looks_like(struct bytes head)
{
	if (head.len == 0)
		return "an empty file";
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (bytes_match(head, magics[i].offset, magics[i].bytes,
				magics[i].len))
			return magics[i].is;
	if (is_zero(head))
		return "nothing but zeroes (was it never written to the disk?)";
	if (is_text(head))
		return "text";
	return "data of an unknown kind";
}
