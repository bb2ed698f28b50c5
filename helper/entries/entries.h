/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Boot entries: gathered from every format that the table in entries.c knows,
 * in order, with the default, and with the reason for each thing rejected.
 * The door of this room.
 *
 * A format is one file with one function of the shape of entries_gather(),
 * which adds what it finds, and one row of the table.
 */
#ifndef KBOOT_ENTRIES_ENTRIES_H
#define KBOOT_ENTRIES_ENTRIES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/reason.h"
#include "entries/tree.h"
#include "settings/settings.h"

enum {
	ENTRIES_MAX = 16384,
	/* Beyond this many, rejections are only counted. */
	ENTRIES_REJECTED_MAX = 1024,
	ENTRIES_TREES_MAX = 64,
};

/* Where to look. Borrowed; must outlive nothing but the call. */
struct guest {
	/* The first is the root, if it is known which one is. */
	const struct tree *trees;
	size_t tree_count;
	const struct settings *settings;
};

struct entry_initrd {
	size_t tree;
	char *path;
};

struct entry {
	/* Unique among the entries; names one for --default and the menu. */
	char *id;
	char *title;
	/* NULL if unknown. */
	char *version;
	/* File, or file:line, or "command line". */
	char *source;
	/* Which of the trees, and the path there; "self" with @is_self. */
	size_t tree;
	char *kernel;
	struct entry_initrd *initrd;
	size_t initrd_count;
	char *cmdline;
	bool hidden;
	/* Never the default by itself. */
	bool rescue;
	/* Something that a kernel of this kind has is missing. */
	bool incomplete;
	/* The predecessor that was kept when a kernel was replaced. */
	bool old;
	/* The guest's own init under this kernel; nothing is loaded. */
	bool is_self;
};

struct entries_rejected {
	char *source;
	char *reason;
};

/* Start with `struct entries e = { 0 };`. */
struct entries {
	struct entry *list;
	size_t count;
	struct entries_rejected *rejected;
	size_t rejected_count;
	size_t rejected_dropped;
	/* A sentence for stderr if the wanted default is not there, or "". */
	struct reason default_note;
	/* Index of the default in @list; -1: none. */
	long by_default;
};

/*
 * Gathers. Returns 0, or -ENOENT with a sentence that says where it was
 * looked when there is no entry (what was rejected is in *@ret), or another
 * -errno. The caller frees with entries_free() either way.
 */
int entries_gather(struct entries *ret, const struct guest *guest,
		   struct reason *why);
void entries_free(struct entries *entries);

/* The entry with this id, or NULL. */
const struct entry *entries_find(const struct entries *entries, const char *id);

/* The default, or NULL. */
const struct entry *entries_chosen(const struct entries *entries);

/*
 * The entry that @wanted means: "" or "newest", "saved" and "config" (nothing
 * configures a default yet: newest), an id, a title, a number counted from 0,
 * a shell pattern for an id, a file name or a title. Returns its index; where
 * nothing fits, the newest and a sentence in @note; -1 where there is no
 * newest (all are for rescue).
 */
long entries_default(const struct entries *entries, const char *wanted,
		     struct reason *note);

/* For the formats. */

/*
 * Moves *@entry into the list: it is zeroed then. Returns 0, -ENOMEM, or
 * -E2BIG when the list is full; *@entry is then freed.
 */
int entries_add(struct entries *entries, struct entry *entry);

/* Adds an initrd to an entry under construction. */
int entries_add_initrd(struct entry *entry, size_t tree, const char *path);

void entries_free_entry(struct entry *entry);

/* Why the thing called @source was not taken. Cleans the sentence. */
void entries_reject(struct entries *entries, const char *source,
		    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif
