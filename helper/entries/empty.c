/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Empty kernels and initrds, by their sizes. Opens nothing, and chooses no
 * default.
 */
#include "entries/empty.h"

#include <errno.h>
#include <stdlib.h>

enum size {
	/* Not there, or nobody can tell */
	UNKNOWN,
	EMPTY,
	FULL,
};

/* What is known of the files of a whole answer. */
struct finding {
	/* Some kernel, some initrd has bytes in it. */
	bool full_kernel;
	bool full_initrd;
	/* There is an entry without an empty file. */
	bool whole;
};

static enum size size_of(const struct guest *guest, size_t tree,
			 const char *path)
{
	struct tree_file file;

	if (tree_look(&guest->trees[tree], path, &file, NULL))
		return UNKNOWN;
	return file.size ? FULL : EMPTY;
}

/* Adds what the files of @entry are to @found; true if one is empty. */
static bool has_empty(const struct entry *entry, const struct guest *guest,
		      struct finding *found)
{
	enum size size = size_of(guest, entry->tree, entry->kernel);
	bool is_there = size == FULL, ret = size == EMPTY;

	found->full_kernel |= is_there;
	for (size_t i = 0; i < entry->initrd_count; i++) {
		size = size_of(guest, entry->initrd[i].tree,
			       entry->initrd[i].path);
		found->full_initrd |= size == FULL;
		ret |= size == EMPTY;
	}
	found->whole |= is_there && !ret;
	return ret;
}

/* Says of the file at @path that it is empty, if it is. */
static void judge(struct entries *entries, struct entry *entry,
		  const struct guest *guest, const char *what, size_t tree,
		  const char *path)
{
	size_t before = entries->rejected_count;

	if (size_of(guest, tree, path) != EMPTY)
		return;
	entry->incomplete = true;
	entry->has_empty = true;
	entries_reject(entries, entry->source, "%s %s is empty", what, path);
	if (entry->source_on)
		entries_rejected_on(entries, before, entry->source_on - 1);
}

static void judge_entry(struct entries *entries, struct entry *entry,
			const struct guest *guest, const struct finding *found)
{
	if (found->full_kernel)
		judge(entries, entry, guest, "kernel", entry->tree,
		      entry->kernel);
	for (size_t i = 0; found->full_initrd && i < entry->initrd_count; i++)
		judge(entries, entry, guest,
		      entry->kind == ENTRY_MULTIBOOT ? "module" : "initrd",
		      entry->initrd[i].tree, entry->initrd[i].path);
}

int empty_mark(struct entries *entries, const struct guest *guest)
{
	struct finding found = { 0 };
	bool *empty = calloc(entries->count + 1, sizeof(*empty));

	if (!empty)
		return -ENOMEM;
	/* A UKI is no empty file, or it would not be listed; that it has bytes
	 * says nothing of others. */
	for (size_t i = 0; i < entries->count; i++)
		if (!entries->list[i].is_self &&
		    entries->list[i].kind != ENTRY_UKI)
			empty[i] = has_empty(&entries->list[i], guest, &found);
	for (size_t i = 0; found.whole && i < entries->count; i++)
		if (empty[i])
			judge_entry(entries, &entries->list[i], guest, &found);
	free(empty);
	return 0;
}
