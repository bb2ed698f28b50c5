/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bounds-checked view; the one place with pointers into foreign bytes. */
#include "base/bytes.h"

#include <string.h>

bool bytes_has(struct bytes b, uint64_t offset, uint64_t len)
{
	return offset <= b.len && len <= b.len - offset;
}

bool bytes_sub(struct bytes b, uint64_t offset, uint64_t len, struct bytes *ret)
{
	if (!bytes_has(b, offset, len))
		return false;
	ret->data = b.data + offset;
	ret->len = len;
	return true;
}

/* @size little-endian bytes at @offset as a number. */
static bool get(struct bytes b, uint64_t offset, size_t size, uint64_t *ret)
{
	uint64_t value = 0;

	if (!bytes_has(b, offset, size))
		return false;
	for (size_t i = size; i > 0; i--)
		value = value << 8 | b.data[offset + i - 1];
	*ret = value;
	return true;
}

bool bytes_u8(struct bytes b, uint64_t offset, uint8_t *ret)
{
	uint64_t value;

	if (!get(b, offset, sizeof(*ret), &value))
		return false;
	*ret = (uint8_t)value;
	return true;
}

bool bytes_le16(struct bytes b, uint64_t offset, uint16_t *ret)
{
	uint64_t value;

	if (!get(b, offset, sizeof(*ret), &value))
		return false;
	*ret = (uint16_t)value;
	return true;
}

bool bytes_le32(struct bytes b, uint64_t offset, uint32_t *ret)
{
	uint64_t value;

	if (!get(b, offset, sizeof(*ret), &value))
		return false;
	*ret = (uint32_t)value;
	return true;
}

bool bytes_le64(struct bytes b, uint64_t offset, uint64_t *ret)
{
	return get(b, offset, sizeof(*ret), ret);
}

bool bytes_match(struct bytes b, uint64_t offset, const void *what, size_t len)
{
	return bytes_has(b, offset, len) &&
	       memcmp(b.data + offset, what, len) == 0;
}
