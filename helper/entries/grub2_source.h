/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The texts that GRUB's shell runs, and the memory of what is read from them.
 */
#ifndef KBOOT_ENTRIES_GRUB2_SOURCE_H
#define KBOOT_ENTRIES_GRUB2_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

enum {
	/* Larger files are no configurations. */
	GRUB2_SOURCE_MAX = 32 * 1024 * 1024,
};

/* Memory that is given back all at once. Start with { 0 }. */
struct grub2_arena {
	struct grub2_chunk *chunks;
	size_t left;
	bool failed;
};

/* Zeroed memory, or NULL (and @arena->failed). */
void *grub2_arena_get(struct grub2_arena *arena, size_t size);
char *grub2_arena_copy(struct grub2_arena *arena, const char *text, size_t len);
void grub2_arena_free(struct grub2_arena *arena);

/* A text that blocks of menu entries point into; counted. */
struct grub2_source {
	unsigned int users;
	/* For messages: the file's path, or what else it is. */
	char *name;
	/* The tree that the file lies on, and its number there. */
	size_t tree;
	char *text;
	size_t len;
	/* A file: lines that begin with '#' are not there at all, not even
	 * inside quotes. */
	bool is_file;
};

/*
 * Takes over @text (@len bytes), of which carriage returns, a byte order mark
 * and what stands behind a NUL byte in its line are gone then. NULL: no
 * memory, both are freed.
 */
struct grub2_source *grub2_source_new(const char *name, char *text, size_t len,
				      bool is_file);
/* Copies the text from @at up to @end without the lines that are not there; @ret
 * has room for all of it. Returns the length. */
size_t grub2_source_copy(const struct grub2_source *source, size_t at,
			 size_t end, char *ret);

struct grub2_source *grub2_source_use(struct grub2_source *source);
void grub2_source_done(struct grub2_source *source);

#endif
