/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the formats of compression share: the file in pieces, the memory that
 * is unpacked to, the sentences. A format is one function of a table
 * (unpackers.c), and in a file of its own: unpack_gzip.c and so on. Used by
 * decompress.c only.
 */
#ifndef KBOOT_IMAGE_UNPACK_H
#define KBOOT_IMAGE_UNPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image/decompress.h"

struct image_file;
struct reason;

enum {
	/* One read. */
	UNPACK_CHUNK = 256 * 1024,
	/* What a format may want to see at once: a block of legacy LZ4. */
	UNPACK_PEEK_MAX = 9 * 1024 * 1024,
	/* Streams one after the other in a file: pigz, pbzip2 and bgzip make
	 * one of each megabyte or less. */
	UNPACK_MEMBERS_MAX = 100000,
	/* Zeroes between them. More is a file that was made larger. */
	UNPACK_PADDING_MAX = 64 * 1024,
	/* The largest dictionary that Linux is packed with has 128 MiB. */
	UNPACK_DICTIONARY_MAX = 192 * 1024 * 1024,
};

struct unpack {
	const struct image_file *file;
	const char *kind;
	struct reason *why;

	/* Where the next read begins. */
	uint64_t next;
	/* Read, not yet used: in[in_at] to in[in_end]. */
	uint8_t *in;
	size_t in_room;
	size_t in_at;
	size_t in_end;

	/* Unpacked: out[0] to out[out_size]. */
	uint8_t *out;
	size_t out_size;
	size_t out_max;
};

/*
 * One member (stream, frame) from in[in_at] on, appended to out. 0 or -errno
 * with the sentence.
 */
typedef int unpack_member(struct unpack *u);

struct unpacker {
	enum decompress_kind kind;
	unpack_member *member;
};

/* The formats that this program was linked with. */
extern const struct unpacker unpackers[];
extern const size_t unpackers_count;

unpack_member unpack_gzip, unpack_xz, unpack_lzma, unpack_zstd, unpack_lz4,
	unpack_lz4_legacy, unpack_bzip2, unpack_lzo;

/*
 * Reads on when less than @want bytes are there. Fewer afterwards only where
 * the data end. @want is at most UNPACK_PEEK_MAX. 0 or -errno.
 */
int unpack_peek(struct unpack *u, size_t want);

/* True if what is there is the last. */
bool unpack_is_last(const struct unpack *u);

/* The bytes that are there, from in_at on. */
struct bytes unpack_here(const struct unpack *u);

/* Uses @count of them. */
void unpack_skip(struct unpack *u, size_t count);

/* Sentences; each returns -errno. */
int unpack_truncated(struct unpack *u);
int unpack_damaged(struct unpack *u, const char *how);
int unpack_too_big(struct unpack *u);
int unpack_no_memory(struct unpack *u);

#endif
