/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gzip (RFC 1952), by zlib, which checks length and checksum. */
#include <limits.h>
#include <zlib.h>

#include "image/unpack.h"

/* A window of any size, and a gzip header (zlib.h, inflateInit2) */
enum { WINDOW_BITS = 15 + 16 };

static int inflate_member(struct unpack *u, z_stream *z)
{
	int err, status = Z_OK;

	while (status != Z_STREAM_END) {
		struct bytes here;
		size_t room = u->out_max - u->out_size;

		err = unpack_peek(u, 1);
		if (err)
			return err;
		here = unpack_here(u);
		z->next_in = (z_const Bytef *)here.data;
		z->avail_in = (uInt)here.len;
		z->next_out = u->out + u->out_size;
		z->avail_out = room > UINT_MAX ? UINT_MAX : (uInt)room;
		status = inflate(z, Z_NO_FLUSH);
		unpack_skip(u, here.len - z->avail_in);
		u->out_size = (size_t)(z->next_out - u->out);
		if (status == Z_MEM_ERROR)
			return unpack_no_memory(u);
		if (status == Z_BUF_ERROR && u->out_size == u->out_max)
			return unpack_too_big(u);
		if (status == Z_BUF_ERROR && here.len == 0)
			return unpack_truncated(u);
		if (status != Z_OK && status != Z_STREAM_END)
			return unpack_damaged(u, z->msg ? z->msg : "inflate");
	}
	return 0;
}

int unpack_gzip(struct unpack *u)
{
	z_stream z = { 0 };
	int err;

	if (inflateInit2(&z, WINDOW_BITS) != Z_OK)
		return unpack_no_memory(u);
	err = inflate_member(u, &z);
	(void)inflateEnd(&z);
	return err;
}
