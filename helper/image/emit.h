/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Little-endian tables for a newcomer, written front to back. Beyond the end
 * of the buffer nothing is written but everything is counted, so that one
 * function both measures (no buffer) and builds.
 */
#ifndef KBOOT_IMAGE_EMIT_H
#define KBOOT_IMAGE_EMIT_H

#include <stddef.h>
#include <stdint.h>

struct emit {
	uint8_t *buf;
	size_t size;
	/* Where the next byte goes; may be beyond size. */
	size_t at;
};

void emit_u8(struct emit *e, uint8_t value);
void emit_u16(struct emit *e, uint16_t value);
void emit_u32(struct emit *e, uint32_t value);
void emit_u64(struct emit *e, uint64_t value);
void emit_bytes(struct emit *e, const void *what, size_t size);

/* A string with its terminating zero; where it begins. */
size_t emit_string(struct emit *e, const char *what);

/* Zeroes up to the next multiple of @align, a power of two. */
void emit_align(struct emit *e, size_t align);

#endif
