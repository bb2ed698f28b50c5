/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Recognises what a file is packed with, and runs the format's unpacker over
 * it. Reads the file, takes memory; does nothing else.
 */
#include "image/decompress.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/reason.h"
#include "image/file.h"
#include "image/unpack.h"

enum { PAGE = 4096 };

/* More than any caller has memory for; keeps sums small. */
static const size_t OUT_MAX = 1ULL << 40;

static const struct magic {
	const char *bytes;
	size_t len;
	enum decompress_kind kind;
} magics[] = {
	{ "\x1f\x8b\x08", 3, DECOMPRESS_GZIP },
	{ "\xfd"
	  "7zXZ\0",
	  6, DECOMPRESS_XZ },
	{ "\x28\xb5\x2f\xfd", 4, DECOMPRESS_ZSTD },
	{ "\x04\x22\x4d\x18", 4, DECOMPRESS_LZ4 },
	{ "\x02\x21\x4c\x18", 4, DECOMPRESS_LZ4_LEGACY },
	{ "\x89LZO\0\r\n\x1a\n", 9, DECOMPRESS_LZO },
};

static bool is_bzip2(struct bytes head)
{
	/* "BZh", the block size, and the magic of a block or of the end */
	return bytes_match(head, 0, "BZh", 3) && head.len >= 10 &&
	       head.data[3] >= '1' && head.data[3] <= '9' &&
	       (bytes_match(head, 4, "1AY&SY", 6) ||
		bytes_match(head, 4, "\x17\x72\x45\x38\x50\x90", 6));
}

/* 2^n, 2^n + 2^(n-1), or the largest: what liblzma believes in */
static bool is_dictionary(uint32_t size)
{
	uint32_t high = size & (size - 1), low = size ^ high;

	return size == UINT32_MAX ||
	       (size >= PAGE && (high == 0 || high == low << 1));
}

/*
 * LZMA has no magic. lc=3 lp=0 pb=2 is what every tool writes; the first byte
 * of the data is zero; the size is unknown or, says liblzma, below 256 GiB.
 */
static bool is_lzma(struct bytes head)
{
	uint32_t dictionary;
	uint64_t size;

	return bytes_match(head, 0, "\x5d", 1) &&
	       bytes_le32(head, 1, &dictionary) && is_dictionary(dictionary) &&
	       bytes_le64(head, 5, &size) && bytes_match(head, 13, "\0", 1) &&
	       (size == UINT64_MAX || size < 1ULL << 38);
}

enum decompress_kind decompress_kind(struct bytes head)
{
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (bytes_match(head, 0, magics[i].bytes, magics[i].len))
			return magics[i].kind;
	if (is_bzip2(head))
		return DECOMPRESS_BZIP2;
	if (is_lzma(head))
		return DECOMPRESS_LZMA;
	return DECOMPRESS_NONE;
}

const char *decompress_name(enum decompress_kind kind)
{
	static const char *const names[] = {
		[DECOMPRESS_NONE] = "",	      [DECOMPRESS_GZIP] = "gzip",
		[DECOMPRESS_XZ] = "xz",	      [DECOMPRESS_LZMA] = "lzma",
		[DECOMPRESS_ZSTD] = "zstd",   [DECOMPRESS_LZ4] = "lz4",
		[DECOMPRESS_BZIP2] = "bzip2", [DECOMPRESS_LZ4_LEGACY] = "lz4",
		[DECOMPRESS_LZO] = "lzo",
	};

	return names[kind];
}

struct bytes unpack_here(const struct unpack *u)
{
	struct bytes here = { u->in ? u->in + u->in_at : NULL,
			      u->in_end - u->in_at };

	return here;
}

void unpack_skip(struct unpack *u, size_t count)
{
	u->in_at += count;
}

bool unpack_is_last(const struct unpack *u)
{
	return u->next == u->file->size;
}

/* Room for @want bytes in one piece, what is there moved to its beginning. */
static int make_room(struct unpack *u, size_t want)
{
	size_t here = u->in_end - u->in_at, room = UNPACK_CHUNK;
	uint8_t *in;

	if (here > 0)
		memmove(u->in, u->in + u->in_at, here);
	u->in_end = here;
	u->in_at = 0;
	/* A small file takes a small buffer. */
	if (room > u->file->size)
		room = (size_t)u->file->size;
	if (room < want)
		room = want;
	if (room <= u->in_room)
		return 0;
	in = realloc(u->in, room);
	if (!in)
		return unpack_no_memory(u);
	u->in = in;
	u->in_room = room;
	return 0;
}

int unpack_peek(struct unpack *u, size_t want)
{
	uint64_t left = u->file->size - u->next;
	size_t size;
	int err;

	if (u->in_end - u->in_at >= want || left == 0)
		return 0;
	err = make_room(u, want);
	if (err)
		return err;
	size = u->in_room - u->in_end;
	if (size > left)
		size = (size_t)left;
	err = file_read(u->file, u->next, u->in + u->in_end, size, u->why);
	if (err)
		return err;
	u->next += size;
	u->in_end += size;
	return 0;
}

int unpack_truncated(struct unpack *u)
{
	return reason(u->why, EINVAL,
		      "%s: is truncated: its %s data go on after byte %llu, "
		      "where it ends",
		      u->file->name, u->kind,
		      (unsigned long long)u->file->size);
}

int unpack_damaged(struct unpack *u, const char *how)
{
	return reason(u->why, EINVAL,
		      "%s: is damaged: its %s data are wrong near byte %llu "
		      "(%s)",
		      u->file->name, u->kind,
		      (unsigned long long)(u->next - (u->in_end - u->in_at)),
		      how);
}

int unpack_too_big(struct unpack *u)
{
	return reason(u->why, E2BIG,
		      "%s: its %s data unpack to more than the %llu MiB that "
		      "there is room for",
		      u->file->name, u->kind,
		      (unsigned long long)u->out_max >> 20);
}

int unpack_no_memory(struct unpack *u)
{
	return reason(u->why, ENOMEM, "%s: no memory to unpack it",
		      u->file->name);
}

/* More of the same, after zeroes or at once? All else is left alone. */
static int more(struct unpack *u, enum decompress_kind kind, bool *ret)
{
	struct bytes here;
	int err;

	for (int zeroes = 0; zeroes <= UNPACK_PADDING_MAX; zeroes++) {
		err = unpack_peek(u, DECOMPRESS_HEAD);
		if (err)
			return err;
		here = unpack_here(u);
		*ret = decompress_kind(here) == kind;
		if (here.len == 0 || here.data[0] != 0)
			return 0;
		unpack_skip(u, 1);
	}
	return 0;
}

static int unpack_members(struct unpack *u, const struct unpacker *unpacker)
{
	bool again = true;
	int err;

	for (int i = 0; again && i < UNPACK_MEMBERS_MAX; i++) {
		err = unpacker->member(u);
		if (!err)
			err = more(u, unpacker->kind, &again);
		if (err)
			return err;
	}
	if (again)
		return reason(u->why, E2BIG,
			      "%s: its %s data are in more than %d pieces",
			      u->file->name, u->kind, UNPACK_MEMBERS_MAX);
	return 0;
}

static int unpack_all(struct unpack *u)
{
	enum decompress_kind kind;
	int err;

	err = unpack_peek(u, DECOMPRESS_HEAD);
	if (err)
		return err;
	kind = decompress_kind(unpack_here(u));
	u->kind = decompress_name(kind);
	if (kind == DECOMPRESS_NONE)
		return reason(u->why, EINVAL,
			      "%s: is not packed in any way that is known",
			      u->file->name);
	for (size_t i = 0; i < unpackers_count; i++)
		if (unpackers[i].kind == kind)
			return unpack_members(u, &unpackers[i]);
	return reason(u->why, ENOTSUP,
		      "%s: is packed with %s, which this kboot was built "
		      "without",
		      u->file->name, u->kind);
}

static size_t pages(size_t size)
{
	return (size + PAGE - 1) & ~(size_t)(PAGE - 1);
}

int decompress(const struct image_file *file, uint64_t max, uint8_t **ret,
	       size_t *ret_size, struct reason *why)
{
	struct unpack u = { .file = file, .kind = "", .why = why };
	void *map;
	int err;

	u.out_max = max > OUT_MAX ? OUT_MAX : (size_t)max;
	/* Address space only: a page takes memory once it is written to. */
	map = mmap(NULL, pages(u.out_max) + PAGE, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (map == MAP_FAILED)
		return unpack_no_memory(&u);
	u.out = map;
	err = unpack_all(&u);
	free(u.in);
	if (!err && u.out_size == 0)
		err = reason(why, EINVAL, "%s: its %s data unpack to nothing",
			     file->name, u.kind);
	if (err)
		u.out_size = 0;
	/* Gives back the pages that were not needed. */
	(void)munmap(u.out + pages(u.out_size),
		     pages(u.out_max) + PAGE - pages(u.out_size));
	if (err)
		return err;
	*ret = u.out;
	*ret_size = u.out_size;
	return 0;
}
