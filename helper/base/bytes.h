/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A bounds-checked view of bytes that someone else wrote (a kernel image, a
 * superblock, a configuration). All offsets and lengths that come out of such
 * bytes go through here; nothing else casts or does pointer arithmetic on
 * them. A view borrows: the bytes must outlive it.
 */
#ifndef KBOOT_BASE_BYTES_H
#define KBOOT_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
	const uint8_t *data;
	size_t len;
};

/* True if @len bytes lie at @offset inside @b; overflow-safe. */
bool bytes_has(struct bytes b, uint64_t offset, uint64_t len);

/*
 * The part of @b at @offset, @len bytes long, into *@ret.
 * Returns false, with *@ret untouched, where that is not wholly inside @b.
 */
bool bytes_sub(struct bytes b, uint64_t offset, uint64_t len,
	       struct bytes *ret);

/*
 * Little-endian numbers at @offset into *@ret; false, with *@ret untouched,
 * when the number is not wholly inside @b.
 */
bool bytes_u8(struct bytes b, uint64_t offset, uint8_t *ret);
bool bytes_le16(struct bytes b, uint64_t offset, uint16_t *ret);
bool bytes_le32(struct bytes b, uint64_t offset, uint32_t *ret);
bool bytes_le64(struct bytes b, uint64_t offset, uint64_t *ret);

/* True if @b begins, at @offset, with the @len bytes at @what. */
bool bytes_match(struct bytes b, uint64_t offset, const void *what, size_t len);

#endif
