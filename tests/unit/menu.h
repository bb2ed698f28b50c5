/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tests of formats: a guest of trees in the test's directory, and what was
 * gathered from it as text.
 */
#ifndef KBOOT_TESTS_MENU_H
#define KBOOT_TESTS_MENU_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "dir.h"
#include "entries/entries.h"
#include "tap.h"

enum { MENU_TREES = 3 };

struct menu_scene {
	struct settings settings;
	struct tree trees[MENU_TREES];
	struct guest guest;
	struct entries entries;
	struct reason why;
	int err;
};

/* Opens @trees, parted by blanks: directories in the test's directory, each
 * with what --fs takes behind it ("a,uuid=X,dev=sda1"). */
static inline void menu_open(struct menu_scene *s, const char *trees)
{
	static const struct entries_config nothing = { -1, -1,
						       ENTRIES_NO_TIMEOUT };
	char spec[512];

	memset(s, 0, sizeof(*s));
	s->guest.trees = s->trees;
	s->guest.settings = &s->settings;
	s->entries.by_default = -1;
	s->entries.config = nothing;
	while (*trees) {
		size_t len = strcspn(trees, " ");

		(void)snprintf(spec, sizeof(spec), "%s/%.*s", dir_path,
			       (int)len, trees);
		if (s->guest.tree_count == MENU_TREES ||
		    tree_open(&s->trees[s->guest.tree_count++], spec, &s->why))
			errx(1, "%s: %s", spec, s->why.text);
		trees += len + (trees[len] == ' ');
	}
}

/* Closes all, and removes the trees. */
static inline void menu_end(struct menu_scene *s)
{
	entries_free(&s->entries);
	for (size_t i = 0; i < s->guest.tree_count; i++)
		tree_close(&s->trees[i]);
	settings_free(&s->settings);
	dir_clear();
}

/* The entries, one a line: title|kernel|initrd+initrd|words; a Multiboot
 * module is file[words]. */
static inline void menu_is(const struct menu_scene *s, const char *want,
			   const char *name)
{
	struct text got = { 0 };

	for (size_t i = 0; i < s->entries.count; i++) {
		const struct entry *e = &s->entries.list[i];

		text_addf(&got, "%s%s|%s|", i ? "\n" : "", e->title, e->kernel);
		for (size_t k = 0; k < e->initrd_count; k++) {
			text_addf(&got, "%s%s", k ? "+" : "",
				  e->initrd[k].path);
			if (e->initrd[k].words)
				text_addf(&got, "[%s]", e->initrd[k].words);
		}
		text_addf(&got, "|%s", e->cmdline);
	}
	if (!is(text_str(&got), want, name))
		for (size_t i = 0; i < s->entries.rejected_count; i++)
			printf("# rejected: %s: %s\n",
			       s->entries.rejected[i].source,
			       s->entries.rejected[i].reason);
	text_free(&got);
}

static inline bool menu_rejected(const struct menu_scene *s, const char *source,
				 const char *reason)
{
	for (size_t i = 0; i < s->entries.rejected_count; i++)
		if (strcmp(s->entries.rejected[i].source, source) == 0 &&
		    strstr(s->entries.rejected[i].reason, reason))
			return true;
	for (size_t i = 0; i < s->entries.rejected_count; i++)
		printf("# rejected: %s: %s\n", s->entries.rejected[i].source,
		       s->entries.rejected[i].reason);
	return false;
}

/* True if --explain has this one sentence of @source, and no other. */
static inline bool menu_skipped(const struct menu_scene *s, const char *source,
				const char *reason)
{
	const struct entries_rejected *one = s->entries.skipped;

	if (s->entries.skipped_count == 1 && strcmp(one->source, source) == 0 &&
	    strcmp(one->reason, reason) == 0)
		return true;
	for (size_t i = 0; i < s->entries.skipped_count; i++)
		printf("# skipped: %s: %s\n", one[i].source, one[i].reason);
	return false;
}

/* The id of what the configuration starts by itself, or NULL. */
static inline const char *menu_default(const struct menu_scene *s)
{
	long index = s->entries.config.by_default;

	return index < 0 ? NULL : s->entries.list[index].id;
}

#endif
