/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Boot Loader Specification, type 2: unified kernel images in EFI/Linux, what
 * each calls itself, and its command line. A profile of a UKI is an entry of
 * its own. bls_gather() (bls.h) lists them, in one list with type 1, because
 * loader.conf speaks of both; there is no gather here.
 */
#ifndef KBOOT_ENTRIES_UNIFIED_H
#define KBOOT_ENTRIES_UNIFIED_H

#include <stdbool.h>
#include <stddef.h>

#include "entries/addons.h"
#include "entries/entries.h"

enum {
	/* In one directory. */
	UNIFIED_FILES_MAX = 1024,
	/* .cmdline, .osrel, .uname, .profile: each, and all that is read. */
	UNIFIED_TEXT_MAX = 64 * 1024,
	UNIFIED_TEXTS_MAX = 32 * 1024 * 1024,
};

/* One profile of one file. */
struct unified {
	/* The file's name without .efi and counters; and the same with
	 * "@PROFILE", its ID or number, for all but the first. */
	char *name;
	char *id;
	char *path;
	/* What .osrel says, and .profile's title; the name without both. */
	char *title;
	/* .uname, else what .osrel says; NULL: nothing. */
	char *version;
	/* What .osrel says, by which the specification sorts; or NULL. */
	char *sort_version;
	char *sort_key;
	/* .cmdline, then those of the addons; never NULL. */
	char *cmdline;
	/* The addons' alone: behind words that replace .cmdline. */
	char *addons;
	unsigned int profile;
	/* .osrel is not there or has no name: systemd-boot lists no such UKI. */
	bool unlisted;
	/* Boot counting; -1: not counted. */
	int tries_left;
	int tries_done;
};

/* Start with `struct unified_list l = { 0 };`; for one tree and prefix. */
struct unified_list {
	struct unified *list;
	size_t count;
	/* Bytes of text read so far. */
	size_t texts;
	/* Those for all UKIs; of the prefix that was asked for first. */
	struct addons addons;
	bool has_addons;
};

/*
 * Reads the UKIs in EFI/Linux below @prefix ("" or "/boot") of the tree @tree,
 * by name. What is none, or broken, is rejected in @entries. -ENOENT: there
 * is no such directory.
 */
int unified_read(struct unified_list *ret, struct entries *entries,
		 const struct guest *guest, size_t tree, const char *prefix,
		 struct reason *why);

/*
 * Appends the profiles of the one UKI at @path. -ENOEXEC with a sentence: the
 * file is no UKI; -EINVAL: a broken one; or another -errno.
 */
int unified_read_file(struct unified_list *list, struct entries *entries,
		      const struct tree *tree, const char *prefix,
		      const char *path, struct reason *why);

void unified_free(struct unified_list *list);

#endif
