/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * zstd (RFC 8878), by libzstd. What is unpacked stays where it is, so libzstd
 * needs no window of its own (ZSTD_d_stableOutBuffer), however large the one
 * that the frame asks for.
 */
#define ZSTD_STATIC_LINKING_ONLY
#include <zstd.h>
#include <zstd_errors.h>

#include "image/unpack.h"

/* The largest that libzstd knows: Linux is packed with 27. */
enum { WINDOW_LOG_MAX = 31 };

static int explain(struct unpack *u, size_t status)
{
	switch (ZSTD_getErrorCode(status)) {
	case ZSTD_error_memory_allocation:
		return unpack_no_memory(u);
	case ZSTD_error_dstSize_tooSmall:
	case ZSTD_error_noForwardProgress_destFull:
		return unpack_too_big(u);
	default:
		return unpack_damaged(u, ZSTD_getErrorName(status));
	}
}

static int decode(struct unpack *u, ZSTD_DCtx *z)
{
	ZSTD_outBuffer out = { u->out + u->out_size, u->out_max - u->out_size,
			       0 };
	size_t before = u->out_size, status = 1;
	int err;

	while (status != 0) {
		ZSTD_inBuffer in = { NULL, 0, 0 };
		struct bytes here;

		err = unpack_peek(u, 1);
		if (err)
			return err;
		here = unpack_here(u);
		if (here.len == 0)
			return unpack_truncated(u);
		in.src = here.data;
		in.size = here.len;
		status = ZSTD_decompressStream(z, &out, &in);
		if (ZSTD_isError(status))
			return explain(u, status);
		unpack_skip(u, in.pos);
		u->out_size = before + out.pos;
		if (status != 0 && in.pos == 0 && out.pos == out.size)
			return unpack_too_big(u);
	}
	return 0;
}

int unpack_zstd(struct unpack *u)
{
	ZSTD_DCtx *z = ZSTD_createDCtx();
	int err;

	if (!z ||
	    ZSTD_isError(
		    ZSTD_DCtx_setParameter(z, ZSTD_d_stableOutBuffer, 1)) ||
	    ZSTD_isError(ZSTD_DCtx_setParameter(z, ZSTD_d_windowLogMax,
						WINDOW_LOG_MAX)))
		err = unpack_no_memory(u);
	else
		err = decode(u, z);
	(void)ZSTD_freeDCtx(z);
	return err;
}
