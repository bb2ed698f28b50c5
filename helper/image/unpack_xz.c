/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xz and the format before it, by liblzma. */
#include <errno.h>
#include <lzma.h>

#include "base/reason.h"
#include "image/file.h"
#include "image/unpack.h"

static int dictionary_too_big(struct unpack *u, lzma_stream *z)
{
	return reason(u->why, E2BIG,
		      "%s: takes a dictionary of %llu MiB to unpack, more than "
		      "the %d MiB that are allowed",
		      u->file->name, (unsigned long long)lzma_memusage(z) >> 20,
		      UNPACK_DICTIONARY_MAX >> 20);
}

static int explain(struct unpack *u, lzma_stream *z, lzma_ret status)
{
	switch (status) {
	case LZMA_MEM_ERROR:
		return unpack_no_memory(u);
	case LZMA_MEMLIMIT_ERROR:
		return dictionary_too_big(u, z);
	case LZMA_BUF_ERROR:
		return u->out_size == u->out_max ? unpack_too_big(u)
						 : unpack_truncated(u);
	case LZMA_FORMAT_ERROR:
		return unpack_damaged(u, "header");
	case LZMA_OPTIONS_ERROR:
		return unpack_damaged(u, "options that liblzma does not know");
	default:
		return unpack_damaged(u, "contents or checksum");
	}
}

static int decode(struct unpack *u, lzma_stream *z)
{
	lzma_ret status = LZMA_OK;
	int err;

	while (status == LZMA_OK) {
		struct bytes here;

		err = unpack_peek(u, 1);
		if (err)
			return err;
		here = unpack_here(u);
		z->next_in = here.data;
		z->avail_in = here.len;
		z->next_out = u->out + u->out_size;
		z->avail_out = u->out_max - u->out_size;
		status = lzma_code(z, here.len ? LZMA_RUN : LZMA_FINISH);
		unpack_skip(u, here.len - z->avail_in);
		u->out_size = u->out_max - z->avail_out;
	}
	return status == LZMA_STREAM_END ? 0 : explain(u, z, status);
}

int unpack_xz(struct unpack *u)
{
	lzma_stream z = LZMA_STREAM_INIT;
	int err;

	if (lzma_stream_decoder(&z, UNPACK_DICTIONARY_MAX, 0) != LZMA_OK)
		return unpack_no_memory(u);
	err = decode(u, &z);
	lzma_end(&z);
	return err;
}

int unpack_lzma(struct unpack *u)
{
	lzma_stream z = LZMA_STREAM_INIT;
	int err;

	if (lzma_alone_decoder(&z, UNPACK_DICTIONARY_MAX) != LZMA_OK)
		return unpack_no_memory(u);
	err = decode(u, &z);
	lzma_end(&z);
	return err;
}
