/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads headers of cpio archives (newc: man 5 cpio, usr/gen_init_cpio.c), one
 * after the other, without the files in them.
 */
#include "image/early.h"

#include <string.h>

#include "base/bytes.h"
#include "image/file.h"

/* Offsets of the header's fields, each of 8 hexadecimal digits. */
enum {
	MAGIC_SIZE = 6,
	FILE_SIZE_AT = 54,
	NAME_SIZE_AT = 94,
	HEADER_SIZE = 110,
	DIGITS = 8,
	ALIGN = 4,
	/* Enough of a name to tell it. */
	NAME_MAX_READ = 16,
	READ_SIZE = 1024,
};

static uint64_t aligned(uint64_t n)
{
	return (n + ALIGN - 1) & ~(uint64_t)(ALIGN - 1);
}

static bool number(struct bytes head, uint64_t at, uint64_t *ret)
{
	uint64_t value = 0;

	for (int i = 0; i < DIGITS; i++) {
		uint8_t c;

		if (!bytes_u8(head, at + (uint64_t)i, &c))
			return false;
		if (c >= '0' && c <= '9')
			value = value << 4 | (c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			value = value << 4 | ((c | 0x20) - 'a' + 10U);
		else
			return false;
	}
	*ret = value;
	return true;
}

/* "kernel", "kernel/...", "." and the trailer. */
static bool is_early_name(struct bytes name)
{
	return bytes_match(name, 0, "kernel", 7) ||
	       bytes_match(name, 0, "kernel/", 7) ||
	       bytes_match(name, 0, ".", 2) ||
	       bytes_match(name, 0, "TRAILER!!!", 11);
}

/* Where the entry at @at ends; false if it is none, or not an early one. */
static bool entry(struct bytes head, uint64_t at, uint64_t *end)
{
	uint64_t name_size, file_size;
	struct bytes name;

	if ((!bytes_match(head, 0, "070701", MAGIC_SIZE) &&
	     !bytes_match(head, 0, "070702", MAGIC_SIZE)) ||
	    !number(head, NAME_SIZE_AT, &name_size) ||
	    !number(head, FILE_SIZE_AT, &file_size) ||
	    !bytes_sub(head, HEADER_SIZE,
		       name_size < NAME_MAX_READ ? name_size : NAME_MAX_READ,
		       &name) ||
	    !is_early_name(name))
		return false;
	*end = aligned(aligned(at + HEADER_SIZE + name_size) + file_size);
	return true;
}

bool early_is(const struct image_file *file)
{
	uint64_t at = 0, padding = 0, end;
	uint8_t buf[READ_SIZE];
	int entries = 0;

	while (at < file->size) {
		uint64_t left = file->size - at;
		struct bytes head = { buf, left < sizeof(buf) ? (size_t)left
							      : sizeof(buf) };
		size_t zeroes = 0;

		if (file_read(file, at, buf, head.len, NULL))
			return false;
		while (zeroes < head.len && buf[zeroes] == 0)
			zeroes++;
		if (zeroes < head.len)
			zeroes &= ~(size_t)(ALIGN - 1);
		if (zeroes > 0) {
			padding += zeroes;
			at += zeroes;
			if (padding > EARLY_PADDING_MAX)
				return false;
			continue;
		}
		if (++entries > EARLY_ENTRIES_MAX || !entry(head, at, &end))
			return false;
		at = end;
	}
	return entries > 0;
}

void early_first(struct image_file *files, size_t count)
{
	size_t early = 0;

	for (size_t i = 0; i < count; i++) {
		struct image_file file = files[i];

		if (!early_is(&file))
			continue;
		memmove(&files[early + 1], &files[early],
			(i - early) * sizeof(file));
		files[early++] = file;
	}
}
