/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes the head of a kernel file: eight bytes of file size, then the bytes
 * themselves. What is accepted must be loadable as it stands: code inside the
 * file, a place that is aligned; and its boot_params must be ours in every
 * field that says where something lies.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/reason.h"
#include "image/boot_params.h"
#include "image/bzimage.h"
#include "image/looks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct bzimage *b, uint64_t file_size)
{
	if (b->payload_size == 0 || b->payload_offset >= file_size ||
	    b->payload_size > file_size - b->payload_offset)
		abort();
	if (b->run_size < b->payload_size || b->run_size > 1ULL << 37)
		abort();
	if (b->alignment < 4096 || (b->alignment & (b->alignment - 1)))
		abort();
	if (b->preferred < 0x100000 || b->preferred % b->alignment ||
	    b->preferred > 1ULL << 53)
		abort();
}

static void check_params(struct bytes head)
{
	static const struct facts facts;
	struct boot_params_input in = {
		.head = head,
		.facts = &facts,
		.cmdline = 0x1122334455667788,
		.setup_data = 0x99aabbccddeeff00,
	};
	uint8_t page[BOOT_PARAMS_SIZE];
	uint64_t value;

	boot_params_build(page, &in);
	memcpy(&value, page + 0x250, sizeof(value));
	if (value != in.setup_data || page[0x1ef] != 0 || page[0x210] != 0xff)
		abort();
	if (page[0x1e8] != 0 || page[0x290] != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reason why = { "" };
	struct bytes head;
	uint64_t file_size;
	struct bzimage b;

	if (size < sizeof(file_size))
		return 0;
	memcpy(&file_size, data, sizeof(file_size));
	head.data = data + sizeof(file_size);
	head.len = size - sizeof(file_size);
	if (file_size < head.len)
		file_size = head.len;
	if (!*looks_like(head))
		abort();
	switch (bzimage_parse(&b, head, file_size, "vmlinuz", &why)) {
	case LOADER_NOT_MINE:
		if (why.text[0])
			abort();
		break;
	case LOADER_BROKEN:
		if (strncmp(why.text, "vmlinuz: ", 9) != 0)
			abort();
		break;
	case LOADER_MINE:
		check(&b, file_size);
		check_params(head);
		break;
	}
	return 0;
}
