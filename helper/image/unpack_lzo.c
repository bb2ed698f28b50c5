/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lzop's file format: a header and blocks of LZO1X data, numbers big-endian.
 * There is no specification but its source (lzop 1.04, src/lzop.c,
 * read_header(), and src/p_lzo.c, lzo_decompress()), whose names are used
 * here. The blocks themselves are liblzo2's.
 */
#include <errno.h>
#include <lzo/lzo1x.h>
#include <string.h>

#include "base/reason.h"
#include "image/file.h"
#include "image/unpack.h"

enum {
	MAGIC_SIZE = 9,
	/* Up to the name, the filter included; the name; the checksum. */
	HEADER_MAX = 64 + 255 + 4,
	/* src_len and four checksums */
	BLOCK_HEAD = 4 + 4 * 4,
	/* lzop's BLOCK_SIZE; Linux takes no more, either. */
	BLOCK_MAX = 256 * 1024,
};

/* Versions of the format, as in the header. */
enum { VERSION_FIRST = 0x0900, VERSION_LEVEL = 0x0940 };

enum {
	F_ADLER32_D = 0x0001,
	F_ADLER32_C = 0x0002,
	F_H_EXTRA_FIELD = 0x0040,
	F_CRC32_D = 0x0100,
	F_CRC32_C = 0x0200,
	F_MULTIPART = 0x0400,
	F_H_FILTER = 0x0800,
	F_H_CRC32 = 0x1000,
};

/* method: LZO1X, whichever way it was packed */
enum { M_LZO1X_1 = 1, M_LZO1X_999 = 3 };

/* A place in the bytes that are there; @bad once it ran out of them. */
struct cursor {
	struct bytes bytes;
	size_t at;
	bool bad;
};

static uint32_t number(struct cursor *c, size_t size)
{
	uint32_t value = 0;
	uint8_t byte;

	for (size_t i = 0; i < size; i++) {
		if (!bytes_u8(c->bytes, c->at++, &byte))
			c->bad = true;
		else
			value = value << 8 | byte;
	}
	return value;
}

/* The flags into *@ret; uses the header. */
static int header(struct unpack *u, uint32_t *ret)
{
	uint32_t version, method, flags, want, sum;
	struct cursor c = { .at = MAGIC_SIZE };
	struct bytes sub;
	int err;

	err = unpack_peek(u, HEADER_MAX);
	if (err)
		return err;
	c.bytes = unpack_here(u);
	version = number(&c, 2);
	(void)number(&c, version >= VERSION_LEVEL ? 4 : 2);
	method = number(&c, 1);
	(void)number(&c, version >= VERSION_LEVEL ? 1 : 0);
	flags = number(&c, 4);
	(void)number(&c, flags & F_H_FILTER ? 4 : 0);
	/* mode, mtime_low, mtime_high */
	(void)number(&c, version >= VERSION_LEVEL ? 12 : 8);
	c.at += number(&c, 1);
	if (!c.bad && bytes_sub(c.bytes, MAGIC_SIZE, c.at - MAGIC_SIZE, &sub))
		sum = flags & F_H_CRC32 ? lzo_crc32(0, sub.data, sub.len)
					: lzo_adler32(1, sub.data, sub.len);
	else
		return unpack_truncated(u);
	want = number(&c, 4);
	if (c.bad)
		return unpack_truncated(u);
	if (version < VERSION_FIRST || sum != want)
		return unpack_damaged(u, "header");
	if (method < M_LZO1X_1 || method > M_LZO1X_999 ||
	    flags & (F_H_FILTER | F_MULTIPART | F_H_EXTRA_FIELD))
		return reason(u->why, ENOTSUP,
			      "%s: is an lzop file with options that no "
			      "kernel is packed with (method %u, flags 0x%x)",
			      u->file->name, method, flags);
	unpack_skip(u, c.at);
	*ret = flags;
	return 0;
}

static bool sums_match(const uint8_t *data, size_t size, bool adler,
		       uint32_t adler_sum, bool crc, uint32_t crc_sum)
{
	return (!adler || lzo_adler32(1, data, size) == adler_sum) &&
	       (!crc || lzo_crc32(0, data, size) == crc_sum);
}

/* @src_len bytes, which are there, to the end of out. */
static int expand(struct unpack *u, uint32_t src_len, uint32_t dst_len)
{
	uint8_t *out = u->out + u->out_size;
	const uint8_t *in = u->in + u->in_at;
	lzo_uint got = dst_len;

	if (dst_len > u->out_max - u->out_size)
		return unpack_too_big(u);
	if (src_len == dst_len)
		memcpy(out, in, src_len);
	else if (lzo1x_decompress_safe(in, src_len, out, &got, NULL) !=
			 LZO_E_OK ||
		 got != dst_len)
		return unpack_damaged(u, "block");
	unpack_skip(u, src_len);
	u->out_size += dst_len;
	return 0;
}

/* The block of which dst_len is already read. */
static int block(struct unpack *u, uint32_t flags, uint32_t dst_len)
{
	uint32_t src_len, d_adler, d_crc, c_adler = 0, c_crc = 0;
	struct cursor c = { .at = 0 };
	bool packed;
	int err;

	err = unpack_peek(u, BLOCK_HEAD);
	if (err)
		return err;
	c.bytes = unpack_here(u);
	src_len = number(&c, 4);
	packed = src_len < dst_len;
	d_adler = number(&c, flags & F_ADLER32_D ? 4 : 0);
	d_crc = number(&c, flags & F_CRC32_D ? 4 : 0);
	c_adler = number(&c, flags & F_ADLER32_C && packed ? 4 : 0);
	c_crc = number(&c, flags & F_CRC32_C && packed ? 4 : 0);
	if (c.bad)
		return unpack_truncated(u);
	if (src_len == 0 || src_len > dst_len || dst_len > BLOCK_MAX)
		return unpack_damaged(u, "length of a block");
	unpack_skip(u, c.at);
	err = unpack_peek(u, src_len);
	if (err)
		return err;
	if (unpack_here(u).len < src_len)
		return unpack_truncated(u);
	if (packed &&
	    !sums_match(u->in + u->in_at, src_len, flags & F_ADLER32_C, c_adler,
			flags & F_CRC32_C, c_crc))
		return unpack_damaged(u, "checksum");
	err = expand(u, src_len, dst_len);
	if (err)
		return err;
	if (!sums_match(u->out + u->out_size - dst_len, dst_len,
			flags & F_ADLER32_D, d_adler, flags & F_CRC32_D, d_crc))
		return unpack_damaged(u, "checksum");
	return 0;
}

int unpack_lzo(struct unpack *u)
{
	uint32_t flags = 0, dst_len;
	int err;

	err = header(u, &flags);
	while (!err) {
		struct cursor c = { .at = 0 };

		err = unpack_peek(u, 4);
		if (err)
			return err;
		c.bytes = unpack_here(u);
		dst_len = number(&c, 4);
		if (c.bad)
			return unpack_truncated(u);
		unpack_skip(u, 4);
		if (dst_len == 0)
			return 0;
		err = block(u, flags, dst_len);
	}
	return err;
}
