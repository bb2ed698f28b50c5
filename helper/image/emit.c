/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes numbers, byte by byte; knows no table. */
#include "image/emit.h"

#include <string.h>

void emit_u8(struct emit *e, uint8_t value)
{
	if (e->at < e->size)
		e->buf[e->at] = value;
	e->at++;
}

void emit_u16(struct emit *e, uint16_t value)
{
	emit_u8(e, (uint8_t)value);
	emit_u8(e, (uint8_t)(value >> 8));
}

void emit_u32(struct emit *e, uint32_t value)
{
	emit_u16(e, (uint16_t)value);
	emit_u16(e, (uint16_t)(value >> 16));
}

void emit_u64(struct emit *e, uint64_t value)
{
	emit_u32(e, (uint32_t)value);
	emit_u32(e, (uint32_t)(value >> 32));
}

void emit_bytes(struct emit *e, const void *what, size_t size)
{
	if (e->at <= e->size && size <= e->size - e->at && size > 0)
		memcpy(e->buf + e->at, what, size);
	e->at += size;
}

size_t emit_string(struct emit *e, const char *what)
{
	size_t at = e->at;

	emit_bytes(e, what, strlen(what) + 1);
	return at;
}

void emit_align(struct emit *e, size_t align)
{
	while (e->at & (align - 1))
		emit_u8(e, 0);
}
