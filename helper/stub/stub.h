/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the stub and the program that embeds it agree on. The stub is a flat
 * blob that runs at any address below 4 GiB; what it does is at the head of
 * stub.S. Included by C and by assembly.
 */
#ifndef KBOOT_STUB_STUB_H
#define KBOOT_STUB_STUB_H

/* Where the parameters lie in the blob; execution starts at its first byte. */
#define STUB_PARAMS 8
/* Marks the parameters, so that no other blob is patched by mistake. */
#define STUB_MAGIC 0x627573746f6f626b
/* The blob, its stack included, is not larger than this. */
#define STUB_SIZE 4096
/* A second way in, from protected mode as PVH leaves it, for images that are
 * started without kexec. Its first instruction loads the blob's own address,
 * which is to be filled in at this offset. */
#define STUB_ENTRY32	  (STUB_PARAMS + STUB_PARAMS_SIZE)
#define STUB_ENTRY32_SELF (STUB_ENTRY32 + 1)
/* Pieces that are compared: kexec's 16 segments; pieces that are cleared: one
 * for each part of a kernel. */
#define STUB_CHECKS_MAX 16
#define STUB_CLEARS_MAX 10

/* How the newcomer is entered. */
#define STUB_LONG_MODE	    0
#define STUB_PROTECTED_MODE 1

/* Offsets of the members of struct stub_params, for assembly. */
#define STUB_MAGIC_AT 0
#define STUB_ROOT4_AT 8
#define STUB_ROOT5_AT 16
#define STUB_ENTRY_AT 24
#define STUB_RAX_AT   32
#define STUB_RBX_AT   40
#define STUB_RSI_AT   48
#define STUB_MODE_AT  56
/* All of struct stub_params. */
#define STUB_PARAMS_SIZE (72 + 24 * STUB_CHECKS_MAX + 16 * STUB_CLEARS_MAX)

#ifndef __ASSEMBLER__

#include <stddef.h>
#include <stdint.h>

/* @size bytes at @start that have to have the sum @sum (stub_sum()). */
struct stub_check {
	uint64_t start;
	uint64_t size;
	uint64_t sum;
};

struct stub_clear {
	uint64_t start;
	uint64_t size;
};

/* Filled before the blob is loaded. All addresses are physical. */
struct stub_params {
	uint64_t magic;
	/* The identity map's top table, for 4- and for 5-level paging. It maps
	 * all that is compared and cleared. */
	uint64_t root4;
	uint64_t root5;
	/* Where to jump, and what the newcomer expects in its registers. */
	uint64_t entry;
	uint64_t rax;
	uint64_t rbx;
	uint64_t rsi;
	uint64_t mode;
	uint32_t check_count;
	uint32_t clear_count;
	struct stub_check check[STUB_CHECKS_MAX];
	struct stub_clear clear[STUB_CLEARS_MAX];
};

/* The blob, embedded by blob.S. */
extern const uint8_t stub_blob[];
extern const uint8_t stub_blob_end[];

#endif

#endif
