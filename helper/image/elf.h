/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ELF files for x86 (System V ABI, chapters 4 and 5; <elf.h> has the numbers):
 * what is loaded where, and what the notes say. All but the two rows at the
 * end is pure.
 */
#ifndef KBOOT_IMAGE_ELF_H
#define KBOOT_IMAGE_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "image/loader.h"

struct reason;

enum {
	/* Pieces that are loaded: IMAGE_PARTS_MAX. */
	ELF_SEGMENTS_MAX = 10,
	/* All program headers. A vmlinux has 5. */
	ELF_HEADERS_MAX = 64,
	/* Pieces with notes, and bytes of one of them. A vmlinux has 1, of
	 * 500 bytes. */
	ELF_NOTES_MAX = 8,
	ELF_NOTES_SIZE_MAX = 64 * 1024,
};

/* From the first loaded byte to the last. No kernel is near it. */
extern const uint64_t elf_span_max;

/* A PT_LOAD: bytes of the file, and memory. memory_size is never 0, and
 * file_size never larger. */
struct elf_segment {
	uint64_t offset;
	uint64_t file_size;
	uint64_t address;
	uint64_t virtual_address;
	uint64_t memory_size;
};

/* A PT_NOTE: bytes of the file. */
struct elf_notes {
	uint64_t offset;
	uint64_t size;
	/* Of name and contents: 4, or 8. */
	uint64_t align;
};

struct elf {
	/* 32: for i386; 64: for x86-64. */
	unsigned int bits;
	/* PT_INTERP: what runs it is another program. Some kernels have it. */
	bool interpreted;
	/* e_entry: some mean a physical address, some a virtual one. */
	uint64_t entry;
	/* By rising physical address, without overlap; at least 1. */
	size_t segment_count;
	struct elf_segment segment[ELF_SEGMENTS_MAX];
	/* The physical memory from the first to the last of them. */
	uint64_t start;
	uint64_t end;
	/* The largest p_align of a segment. */
	uint64_t align;
	size_t notes_count;
	struct elf_notes notes[ELF_NOTES_MAX];
};

/* One note; @contents borrows. */
struct elf_note {
	/* Without its zero; not more than 15 bytes of it. */
	char owner[16];
	uint32_t type;
	struct bytes contents;
};

/*
 * Parses @head, the beginning of a file @file_size bytes long that has all of
 * the program headers, into *@ret. LOADER_NOT_MINE: no ELF file at all.
 * LOADER_BROKEN: an ELF file that cannot be loaded, with a sentence that
 * begins with @name.
 */
enum loader_answer elf_parse(struct elf *ret, struct bytes head,
			     uint64_t file_size, const char *name,
			     struct reason *why);

/*
 * The note at *@at in the notes @bytes into *@ret, *@at moved behind it; false
 * at their end, or where they are damaged. Start with *@at = 0.
 */
bool elf_next_note(struct bytes bytes, uint64_t align, uint64_t *at,
		   struct elf_note *ret);

/* The segment in whose memory the (physical, virtual) @address is, or NULL. */
const struct elf_segment *elf_find(const struct elf *elf, uint64_t address);
const struct elf_segment *elf_find_virtual(const struct elf *elf,
					   uint64_t address);

/* Linux's vmlinux by its own entry, boot_params in %rsi or %esi. */
extern const struct image_loader elf_linux_loader;

/* What says, by Xen's note, that it can be entered as a PVH guest. */
extern const struct image_loader elf_pvh_loader;

#endif
