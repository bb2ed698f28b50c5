/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of formats that can be unpacked; a smaller one may be linked. */
#include "image/unpack.h"

const struct unpacker unpackers[] = {
	{ DECOMPRESS_GZIP, unpack_gzip },
	{ DECOMPRESS_XZ, unpack_xz },
	{ DECOMPRESS_LZMA, unpack_lzma },
	{ DECOMPRESS_ZSTD, unpack_zstd },
	{ DECOMPRESS_LZ4, unpack_lz4 },
	{ DECOMPRESS_LZ4_LEGACY, unpack_lz4_legacy },
	{ DECOMPRESS_BZIP2, unpack_bzip2 },
	{ DECOMPRESS_LZO, unpack_lzo },
};

const size_t unpackers_count = sizeof(unpackers) / sizeof(unpackers[0]);
