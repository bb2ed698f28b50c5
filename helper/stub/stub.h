/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the stub and the program that embeds it agree on. The stub is a flat
 * blob that runs at any address; what it does is at the head of stub.S.
 * Included by C and by assembly.
 */
#ifndef KBOOT_STUB_STUB_H
#define KBOOT_STUB_STUB_H

/* Where the parameters lie in the blob; execution starts at its first byte. */
#define STUB_PARAMS 8
/* Marks the parameters, so that no other blob is patched by mistake. */
#define STUB_MAGIC 0x627573746f6f626b
/* The blob, its stack included, is not larger than this. */
#define STUB_SIZE 4096

/* Offsets of the members of struct stub_params, for assembly. */
#define STUB_MAGIC_AT	 0
#define STUB_ROOT4_AT	 8
#define STUB_ROOT5_AT	 16
#define STUB_ENTRY_AT	 24
#define STUB_ARGUMENT_AT 32

#ifndef __ASSEMBLER__

#include <stdint.h>

/* Filled before the blob is loaded. All addresses are physical. */
struct stub_params {
	uint64_t magic;
	/* The identity map's top table, for 4- and for 5-level paging. */
	uint64_t root4;
	uint64_t root5;
	/* Where to jump, and what the newcomer expects in %rsi. */
	uint64_t entry;
	uint64_t argument;
};

/* The blob, embedded by blob.S. */
extern const uint8_t stub_blob[];
extern const uint8_t stub_blob_end[];

#endif

#endif
