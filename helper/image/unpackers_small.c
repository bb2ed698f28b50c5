/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of formats for where room is scarce, instead of unpackers.c: what
 * Debian packs Xen with, and everybody a kernel that has no packing of its own.
 */
#include "image/unpack.h"

const struct unpacker unpackers[] = {
	{ DECOMPRESS_GZIP, unpack_gzip },
};

const size_t unpackers_count = sizeof(unpackers) / sizeof(unpackers[0]);
