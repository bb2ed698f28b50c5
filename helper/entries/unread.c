/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Boot loaders that are not read, by the names of their files, which are never
 * opened. The first file of a loader is enough: one file system can be seen
 * from several trees.
 */
#include "entries/unread.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A path, or the name of a file in a vendor's directory of the ESP */
static const struct {
	const char *loader;
	const char *file;
} unread[] = {
	{ "LILO", "/etc/lilo.conf" },
	/* Slackware's on UEFI */
	{ "ELILO", "elilo.conf" },
	{ "rEFInd", "refind.conf" },
};

/* On the ESP itself, and where it is mounted. */
static const char *const esps[] = {
	"/EFI",
	"/boot/efi/EFI",
	"/efi/EFI",
	"/boot/EFI",
};

struct search {
	struct entries *entries;
	const struct views *views;
	size_t tree;
	bool is_told[COUNT(unread)];
};

/* Says of @file where it is as the caller of the views would. */
static void tell(const struct search *s, const char *file, const char *what)
{
	const struct views *views = s->views;
	char *source = views_source(views, s->tree, file);
	size_t before = s->entries->skipped_count;

	entries_skip(s->entries, source ? source : file, "%s", what);
	if (s->entries->skipped_count > before && views->borrowed > 1)
		s->entries->skipped[before].on = views->on[s->tree] + 1;
	free(source);
}

/* Looks for the file of the loader @i at @path. */
static void try_file(struct search *s, size_t i, const char *path)
{
	struct tree_file file;
	struct reason what;

	if (s->is_told[i] ||
	    tree_look(&s->views->trees[s->tree], path, &file, NULL))
		return;
	s->is_told[i] = true;
	(void)reason(&what, ENOENT,
		     "%s's configuration, which kboot does not read; kernels "
		     "are taken by their names",
		     unread[i].loader);
	tell(s, path, what.text);
}

/* Looks into the directories in @esp, which are called as vendors like. */
static void try_esp(struct search *s, const char *esp)
{
	struct tree_names names;
	struct reason what;
	size_t count;
	char *path;

	if (tree_list(&s->views->trees[s->tree], esp, NULL, &names, NULL)) {
		tree_free_names(&names);
		return;
	}
	count = names.count;
	if (count > UNREAD_VENDORS_MAX) {
		(void)reason(&what, E2BIG,
			     "more than %d files; the rest is not looked at",
			     UNREAD_VENDORS_MAX);
		tell(s, esp, what.text);
		count = UNREAD_VENDORS_MAX;
	}
	for (size_t i = 0; i < count * COUNT(unread); i++) {
		size_t loader = i % COUNT(unread);

		if (*unread[loader].file == '/' ||
		    asprintf(&path, "%s/%s/%s", esp,
			     names.list[i / COUNT(unread)].name,
			     unread[loader].file) < 0)
			continue;
		try_file(s, loader, path);
		free(path);
	}
	tree_free_names(&names);
}

void unread_tell(struct entries *entries, const struct views *views)
{
	struct search s = { .entries = entries, .views = views };

	for (s.tree = 0; s.tree < views->count; s.tree++) {
		for (size_t i = 0; i < COUNT(unread); i++)
			if (*unread[i].file == '/')
				try_file(&s, i, unread[i].file);
		for (size_t i = 0; i < COUNT(esps); i++)
			try_esp(&s, esps[i]);
	}
}
