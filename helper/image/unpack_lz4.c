/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LZ4 in both of its frames (lz4_Frame_format.md), by liblz4. Linux itself is
 * packed with the legacy frame: blocks of 8 MiB, each after its packed size,
 * no end mark and no checksum.
 */
#define LZ4F_STATIC_LINKING_ONLY
#include <lz4.h>
#include <lz4frame.h>

#include "image/unpack.h"

enum {
	MAGIC_SIZE = 4,
	LENGTH_SIZE = 4,
	LEGACY_BLOCK = 8 << 20,
	LEGACY_MAGIC = 0x184c2102,
};

static int explain(struct unpack *u, size_t status)
{
	if (LZ4F_getErrorCode(status) == LZ4F_ERROR_allocation_failed)
		return unpack_no_memory(u);
	return unpack_damaged(u, LZ4F_getErrorName(status));
}

static int decode(struct unpack *u, LZ4F_dctx *z)
{
	/* What is unpacked stays where it is: no copy for later blocks. */
	const LZ4F_decompressOptions_t options = { .stableDst = 1 };
	size_t status = 1;
	int err;

	while (status != 0) {
		size_t out = u->out_max - u->out_size, in;
		struct bytes here;

		err = unpack_peek(u, 1);
		if (err)
			return err;
		here = unpack_here(u);
		in = here.len;
		status = LZ4F_decompress(z, u->out + u->out_size, &out,
					 here.data, &in, &options);
		if (LZ4F_isError(status))
			return explain(u, status);
		unpack_skip(u, in);
		u->out_size += out;
		/* No way forward: what is missing? */
		if (status != 0 && in == 0 && out == 0)
			return u->out_size == u->out_max ? unpack_too_big(u)
							 : unpack_truncated(u);
	}
	return 0;
}

int unpack_lz4(struct unpack *u)
{
	LZ4F_dctx *z;
	int err;

	if (LZ4F_isError(LZ4F_createDecompressionContext(&z, LZ4F_VERSION)))
		return unpack_no_memory(u);
	err = decode(u, z);
	(void)LZ4F_freeDecompressionContext(z);
	return err;
}

/* One block of @size bytes, which are there. */
static int legacy_block(struct unpack *u, size_t size)
{
	size_t room = u->out_max - u->out_size;
	int got;

	if (room > LEGACY_BLOCK)
		room = LEGACY_BLOCK;
	got = LZ4_decompress_safe((const char *)u->in + u->in_at,
				  (char *)u->out + u->out_size, (int)size,
				  (int)room);
	/* The library does not say why: where room is short, blame that. */
	if (got < 0)
		return room < LEGACY_BLOCK ? unpack_too_big(u)
					   : unpack_damaged(u, "block");
	unpack_skip(u, size);
	u->out_size += (size_t)got;
	return 0;
}

static bool only_zeroes(struct bytes here, size_t count)
{
	for (size_t i = 0; i < here.len && i < count; i++)
		if (here.data[i] != 0)
			return false;
	return true;
}

/*
 * Is the block length @length, the last four bytes, none? Linux puts the
 * unpacked size there (scripts/Makefile.lib, size_append).
 */
static bool is_size(const struct unpack *u, uint32_t length, size_t before)
{
	return unpack_here(u).len == LENGTH_SIZE && unpack_is_last(u) &&
	       length == (uint32_t)(u->out_size - before);
}

int unpack_lz4_legacy(struct unpack *u)
{
	size_t before = u->out_size;
	uint32_t length;
	int err;

	unpack_skip(u, MAGIC_SIZE);
	for (;;) {
		err = unpack_peek(u, LENGTH_SIZE);
		if (err)
			return err;
		/* A rest of zeroes is no length that was cut. */
		if (only_zeroes(unpack_here(u), LENGTH_SIZE))
			return 0;
		if (!bytes_le32(unpack_here(u), 0, &length))
			return unpack_truncated(u);
		/* Another frame, or something else: lz4 ends here as well. */
		if (length == LEGACY_MAGIC ||
		    length > LZ4_COMPRESSBOUND(LEGACY_BLOCK) ||
		    is_size(u, length, before))
			return 0;
		unpack_skip(u, LENGTH_SIZE);
		err = unpack_peek(u, length);
		if (err)
			return err;
		if (unpack_here(u).len < length)
			return unpack_truncated(u);
		err = legacy_block(u, length);
		if (err)
			return err;
	}
}
