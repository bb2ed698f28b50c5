/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Boot entries: gathered from every format that the table in gather.c knows,
 * in order, with the default, and with the reason for each thing rejected.
 * The door of this room.
 *
 * A format is one file with one function, which adds what it finds on one of
 * the trees, and one row of the table.
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
	/* Bytes of all entries' titles, paths, command lines, and for each
	 * initrd some more: thirty times what a thousand kernels have. As JSON
	 * has it, three times as long at most, it is a text (TEXT_MAX) still,
	 * with all that may be rejected. */
	ENTRIES_WORDS_MAX = 12 << 20,
	ENTRIES_WORDS_INITRD = 128,
	/* Bytes of a reason. */
	ENTRIES_REASON_MAX = 2048,
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
	/* The words of a Multiboot module; NULL for an initrd. */
	char *words;
};

enum entry_kind {
	/* A kernel in Linux's protocol, or whatever the loaders recognise */
	ENTRY_LINUX,
	/* A unified kernel image: it brings initrds of its own */
	ENTRY_UKI,
	/* @initrd are Multiboot modules, in order, each with its words */
	ENTRY_MULTIBOOT,
};

struct entry {
	/* Unique among the entries; names one for --default and the menu. */
	char *id;
	char *title;
	/* GRUB's way to it through its menus ("outer id>id"), or NULL. */
	char *path;
	/* NULL if unknown. */
	char *version;
	/* File, or file:line, or "command line"; and the tree that it is on,
	 * as in struct entries_rejected. */
	char *source;
	size_t source_on;
	/* Which of the trees, and the path there; "self" with @is_self. */
	size_t tree;
	char *kernel;
	struct entry_initrd *initrd;
	size_t initrd_count;
	char *cmdline;
	bool hidden;
	/* Never the default by itself. */
	bool rescue;
	/* Something that a kernel of this kind has is missing, or @has_empty: a
	 * file of it is there and empty, unlike those of others. */
	bool incomplete;
	bool has_empty;
	/* The predecessor that was kept when a kernel was replaced. */
	bool old;
	/* The guest's own init under this kernel; nothing is loaded. */
	bool is_self;
	enum entry_kind kind;
	/* Which profile of a UKI (specs: UKI, "Multi-profile UKIs"). */
	unsigned int profile;
	/* Boot counting: no tries left. Comes last, bootable, no default. */
	bool worn_out;
};

/* What a configuration says beside its entries. */
struct entries_config {
	/* Index in the list of what it boots by itself; -1: it names none. */
	long by_default;
	/* Index of what "saved" means there (saved_entry); -1: nothing. */
	long saved;
	/* Seconds until it boots by itself; ENTRIES_NO_TIMEOUT: it does not
	 * say; ENTRIES_WAIT: it waits for a person. */
	int timeout;
};

enum { ENTRIES_NO_TIMEOUT = -1, ENTRIES_WAIT = -2 };

struct entries_rejected {
	char *source;
	char *reason;
	/* The tree that @source is on, counted from 1; 0: there is but one, or
	 * it is not known. */
	size_t on;
};

/* Start with `struct entries e = ENTRIES_NONE;`. */
#define ENTRIES_NONE                                                           \
	{                                                                      \
		.by_default = -1, .config = { -1, -1, ENTRIES_NO_TIMEOUT }     \
	}

struct entries {
	struct entry *list;
	size_t count;
	/* Bytes of what they say, when they were added. */
	size_t words;
	struct entries_rejected *rejected;
	size_t rejected_count;
	size_t rejected_dropped;
	/* What was left out because something else stands above it: formats
	 * that were not asked, entries that are listed already. */
	struct entries_rejected *skipped;
	size_t skipped_count;
	/* A sentence for stderr if the wanted default is not there, or "". */
	struct reason default_note;
	/* Index of the default in @list; -1: none. */
	long by_default;
	/* Why it is that one, in words; NULL: nobody has chosen. */
	const char *default_by;
	struct entries_config config;
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
 * The entry that @wanted means: "" or "config", what the configuration boots
 * by itself; "saved", what was saved there, else as "config"; "newest"; an id,
 * a title, GRUB's way to one ("submenu>entry"), a number counted from 0, a shell
 * pattern for an id, a file name or a title. Returns its index. Where nothing
 * fits, or a configured default is incomplete, it is the newest, with a sentence
 * in @note; -1 where there is no newest (all are for rescue). *@by: why it is
 * that one, in words.
 */
long entries_default(const struct entries *entries, const char *wanted,
		     const char **by, struct reason *note);

/*
 * Seconds until the default is started: what a person set (kboot.timeout=),
 * else what the configuration says: ENTRIES_NO_TIMEOUT or ENTRIES_WAIT may be
 * the answer.
 */
int entries_timeout(const struct entries *entries,
		    const struct settings *settings);

/* For the formats. */

/*
 * True, with the sentence, if the list has no room for @entry: by ENTRIES_MAX
 * or ENTRIES_WORDS_MAX.
 */
bool entries_is_full(const struct entries *entries, const struct entry *entry,
		     struct reason *why);

/*
 * Moves *@entry into the list: it is zeroed then. Returns 0, -ENOMEM, or
 * -E2BIG when the list is full; *@entry is then freed.
 */
int entries_add(struct entries *entries, struct entry *entry);

/* Adds an initrd to an entry under construction; or a Multiboot module. */
int entries_add_initrd(struct entry *entry, size_t tree, const char *path);
int entries_add_module(struct entry *entry, size_t tree, const char *path,
		       const char *words);

void entries_free_entry(struct entry *entry);

/* Returns -ENOMEM, with the sentence for it. */
int entries_no_memory(struct reason *why);

/* Why the thing called @source was not taken. Cleans the sentence, and drops
 * the source where the sentence begins with it. */
void entries_reject(struct entries *entries, const char *source,
		    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Takes back the rejections from number @from on; @dropped: how many more had
 * been left out by then. */
void entries_unreject(struct entries *entries, size_t from, size_t dropped);

/* Says of the rejections from number @from on that they are of @tree. */
void entries_rejected_on(struct entries *entries, size_t from, size_t tree);

/* The same for what is not wrong, but not needed. */
void entries_skip(struct entries *entries, const char *source, const char *fmt,
		  ...) __attribute__((format(printf, 3, 4)));

#endif
