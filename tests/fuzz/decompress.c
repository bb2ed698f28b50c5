/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes the wrapper of the decompressors: the data as they come, with little
 * room. What is unpacked fits; what is refused says why and gives nothing.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/reason.h"
#include "image/decompress.h"
#include "image/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROOM = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct image_file file = { .name = "vmlinux", .fd = -1 };
	struct bytes head = { data, size };
	struct reason why = { "" };
	uint8_t *out = NULL;
	size_t len = 0;

	file_memory(&file, data, size);
	if (decompress(&file, ROOM, &out, &len, &why) != 0) {
		if (out || len || strncmp(why.text, "vmlinux: ", 9) != 0)
			abort();
		return 0;
	}
	if (!out || len == 0 || len > ROOM ||
	    decompress_kind(head) == DECOMPRESS_NONE)
		abort();
	(void)munmap(out, len);
	return 0;
}
