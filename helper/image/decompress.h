/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unpacks a packed kernel: vmlinux.xz, xen.gz. By the distribution's
 * libraries; read in pieces, written once, to where it is loaded from.
 */
#ifndef KBOOT_IMAGE_DECOMPRESS_H
#define KBOOT_IMAGE_DECOMPRESS_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

struct image_file;
struct reason;

/* decompress_kind() looks at no more than this. */
enum { DECOMPRESS_HEAD = 16 };

enum decompress_kind {
	DECOMPRESS_NONE,
	/* RFC 1952 */
	DECOMPRESS_GZIP,
	/* xz-file-format.txt of XZ Utils */
	DECOMPRESS_XZ,
	/* lzma-file-format.txt of XZ Utils: the format before xz */
	DECOMPRESS_LZMA,
	/* RFC 8878 */
	DECOMPRESS_ZSTD,
	/* lz4_Frame_format.md of LZ4: the frame, and the legacy frame that
	 * Linux uses */
	DECOMPRESS_LZ4,
	DECOMPRESS_LZ4_LEGACY,
	/* What bzip2 writes */
	DECOMPRESS_BZIP2,
	/* What lzop writes */
	DECOMPRESS_LZO,
};

/* By its first bytes. DECOMPRESS_NONE: it is not packed as a whole. */
enum decompress_kind decompress_kind(struct bytes head);

/* "gzip", "xz", ...; "" for DECOMPRESS_NONE. */
const char *decompress_name(enum decompress_kind kind);

/*
 * Unpacks @file, at most @max bytes, to *@ret: *@ret_size bytes of anonymous
 * memory, more than none, which are the caller's to munmap(); both are set on
 * success only. Only what is unpacked is ever touched, so @max may be large.
 *
 * What follows the packed data is ignored, as Linux does; if that is more of
 * the same kind, at once or after zeroes, it is unpacked, too, as the tools
 * do. Refused with a sentence: what is cut short, damaged, unpacks to more
 * than @max (-E2BIG) or to nothing, or wants a dictionary of more than
 * UNPACK_DICTIONARY_MAX.
 */
int decompress(const struct image_file *file, uint64_t max, uint8_t **ret,
	       size_t *ret_size, struct reason *why);

#endif
