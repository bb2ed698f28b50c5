/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What files that are no kernel look like. */
#include "image/looks.h"

#include "tap.h"

static void looks(const void *data, size_t len, const char *want)
{
	struct bytes head = { data, len };

	is(looks_like(head), want, want);
}

int main(void)
{
	static const uint8_t zeroes[4096];
	static uint8_t sector[512], ext[2048];

	memcpy(sector + 3, "SYSLINUX", 8);
	sector[0] = 0xeb;
	sector[510] = 0x55;
	sector[511] = 0xaa;
	ext[0x438] = 0x53;
	ext[0x439] = 0xef;
	looks("", 0, "an empty file");
	looks("\177ELF\2\1\1", 7, "an ELF file");
	looks("\x1f\x8b\x08", 3, "gzip data");
	looks("\xfd"
	      "7zXZ\0",
	      6, "xz data");
	looks("\x28\xb5\x2f\xfd", 4, "zstd data");
	looks("\x02\x21\x4c\x18", 4, "lz4 data (an initrd?)");
	looks("BZh9", 4, "bzip2 data");
	looks("070701000", 9, "a cpio archive (an initrd?)");
	looks("MZ\0\0", 4, "an EFI program");
	looks("#!/bin/sh\n", 10, "a script");
	looks("<html>not found", 15, "text");
	looks("UTF-8: \xc3\xa4\n", 10, "text");
	looks(sector, sizeof(sector), "a boot sector");
	looks(ext, sizeof(ext), "an ext file system");
	looks(zeroes, sizeof(zeroes),
	      "nothing but zeroes (was it never written to the disk?)");
	looks("\1\2\3", 3, "data of an unknown kind");
	looks("\x1f", 1, "data of an unknown kind");
	return tap_done();
}
