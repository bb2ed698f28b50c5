/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A btrfs that is mounted from its top level shows its subvolumes as
 * directories, and the guest's root is one of them. A view is such a
 * directory as a tree of its own, so that formats find there what the guest
 * finds. The caller's trees know nothing of it: what was found is mapped back.
 */
#ifndef KBOOT_ENTRIES_VIEWS_H
#define KBOOT_ENTRIES_VIEWS_H

#include "entries/entries.h"

struct views {
	/* First those of the caller, borrowed; then the views. */
	struct tree trees[ENTRIES_TREES_MAX];
	size_t count;
	size_t borrowed;
	/* Of each tree: which of the caller's it is on, and below which path
	 * there: "/@", or "" for the caller's own. */
	size_t on[ENTRIES_TREES_MAX];
	char *path[ENTRIES_TREES_MAX];
};

/*
 * Finds the subvolumes of all trees of @guest, at most ENTRIES_TREES_MAX in
 * all. Returns 0 or -ENOMEM. The caller frees with views_close() either way.
 */
int views_open(struct views *ret, const struct guest *guest);
void views_close(struct views *views);

/* Makes trees and paths of @entry those of the caller. 0 or -ENOMEM. */
int views_map(const struct views *views, struct entry *entry);

/*
 * Tells a bare kernel on the view @tree, by its command line *@line, which
 * subvolume the root is. 0 or -ENOMEM.
 */
int views_add_rootflags(const struct views *views, size_t tree, char **line);

/* @source ("/path:line") of something on @tree as the caller would say it,
 * for the caller to free. */
char *views_source(const struct views *views, size_t tree, const char *source);

#endif
