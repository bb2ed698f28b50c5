/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bzip2, by libbz2. */
#include <bzlib.h>
#include <limits.h>

#include "image/unpack.h"

static int decode(struct unpack *u, bz_stream *z)
{
	int err, status = BZ_OK;

	while (status != BZ_STREAM_END) {
		size_t room = u->out_max - u->out_size, before = u->out_size;
		struct bytes here;

		err = unpack_peek(u, 1);
		if (err)
			return err;
		here = unpack_here(u);
		z->next_in = (char *)u->in + u->in_at;
		z->avail_in = (unsigned int)here.len;
		z->next_out = (char *)u->out + u->out_size;
		z->avail_out = room > UINT_MAX ? UINT_MAX : (unsigned int)room;
		status = BZ2_bzDecompress(z);
		unpack_skip(u, here.len - z->avail_in);
		u->out_size = (size_t)(z->next_out - (char *)u->out);
		if (status == BZ_MEM_ERROR)
			return unpack_no_memory(u);
		if (status != BZ_OK && status != BZ_STREAM_END)
			return unpack_damaged(u, "contents or checksum");
		/* No way forward: what is missing? */
		if (status == BZ_OK && z->avail_in == here.len &&
		    u->out_size == before)
			return room == 0 ? unpack_too_big(u)
					 : unpack_truncated(u);
	}
	return 0;
}

int unpack_bzip2(struct unpack *u)
{
	bz_stream z = { 0 };
	int err;

	if (BZ2_bzDecompressInit(&z, 0, 0) != BZ_OK)
		return unpack_no_memory(u);
	err = decode(u, &z);
	(void)BZ2_bzDecompressEnd(&z);
	return err;
}
