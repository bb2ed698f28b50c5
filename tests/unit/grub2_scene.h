/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tests of grub.cfg: a guest of trees "0", "1", ... in the test's
 * directory, and what its GRUB offers. What cannot be set up ends the program.
 */
#ifndef KBOOT_TESTS_GRUB2_SCENE_H
#define KBOOT_TESTS_GRUB2_SCENE_H

#include "base/text.h"
#include "dir.h"
#include "entries/grub2.h"
#include "tap.h"

enum { TREES = 4 };

struct scene {
	struct settings settings;
	char *names[TREES];
	struct tree trees[TREES];
	struct guest guest;
	struct entries entries;
	struct reason why;
	size_t tree;
};

static inline void start(struct scene *s)
{
	static const struct scene empty;

	*s = empty;
	s->entries.by_default = s->entries.config.by_default = -1;
	s->entries.config.saved = -1;
	s->entries.config.timeout = ENTRIES_NO_TIMEOUT;
	if (settings_command_line(&s->settings, "", 0, &s->why))
		errx(1, "%s", s->why.text);
}

/* A tree in directory "0", "1", ... */
static inline void add_tree(struct scene *s, const char *names)
{
	if (s->guest.tree_count == TREES)
		errx(1, "too many trees");
	s->names[s->guest.tree_count++] = strdup(names);
}

static inline void gather(struct scene *s)
{
	for (size_t i = 0; i < s->guest.tree_count; i++) {
		struct text spec = { 0 };
		char sub[24];

		(void)snprintf(sub, sizeof(sub), "%zu/", i);
		text_add(&spec, dir_at(sub));
		/* Without the slash at the end */
		spec.data[--spec.len] = '\0';
		text_addf(&spec, "%s%s", *s->names[i] ? "," : "", s->names[i]);
		if (tree_open(&s->trees[i], text_str(&spec), &s->why))
			errx(1, "%s", s->why.text);
		text_free(&spec);
	}
	s->guest.trees = s->trees;
	s->guest.settings = &s->settings;
	if (grub2_gather(&s->entries, &s->guest, s->tree, &s->why))
		errx(1, "%s", s->why.text);
}

static inline void end(struct scene *s)
{
	entries_free(&s->entries);
	for (size_t i = 0; i < s->guest.tree_count; i++) {
		tree_close(&s->trees[i]);
		free(s->names[i]);
	}
	settings_free(&s->settings);
	dir_clear();
}

/* One tree of the file system "UUID" on vda1, kernels in / and /boot. */
static inline void one_tree(struct scene *s, const char *config)
{
	start(s);
	add_tree(s, "uuid=UUID,label=LABEL,dev=/dev/vda1");
	dir_file("0/boot/grub/grub.cfg", config);
	dir_file("0/k", "x");
	dir_file("0/i", "x");
	dir_file("0/j", "x");
	gather(s);
}

/* What entry @i is loaded with: kernel+initrd+... <words> */
static inline void loads(const struct scene *s, size_t i, const char *want,
			 const char *name)
{
	const struct entry *entry = &s->entries.list[i];
	struct text got = { 0 };

	if (i < s->entries.count) {
		text_add(&got, entry->kernel);
		for (size_t k = 0; k < entry->initrd_count; k++)
			text_addf(&got, "+%s", entry->initrd[k].path);
		text_addf(&got, " <%s>", entry->cmdline);
	}
	is(text_str(&got), want, name);
	text_free(&got);
}

static inline bool rejected(const struct scene *s, const char *source,
			    const char *reason)
{
	for (size_t i = 0; i < s->entries.rejected_count; i++)
		if (strstr(s->entries.rejected[i].source, source) &&
		    strstr(s->entries.rejected[i].reason, reason))
			return true;
	return false;
}

/* A configuration of entries "linux /k WORDS": the ids, and which is first. */
static inline void menu_is(const char *config, const char *ids,
			   const char *first, const char *name)
{
	struct text got = { 0 };
	struct scene s;
	long index;

	one_tree(&s, config);
	for (size_t i = 0; i < s.entries.count; i++)
		text_addf(&got, "%s%s", i ? " " : "", s.entries.list[i].id);
	is(text_str(&got), ids, name);
	index = s.entries.config.by_default;
	is(index < 0 ? NULL : s.entries.list[index].id, first, name);
	text_free(&got);
	end(&s);
}

/* Three entries, one of them in a submenu. */
#define ABC                                                                    \
	"menuentry 'Title A' --id a { linux /k; }\n"                           \
	"menuentry 'Title B' --id b { linux /k; }\n"                           \
	"submenu 'Sub' --id s {\n"                                             \
	"  menuentry 'Title C' --id c { linux /k; }\n"                         \
	"  menuentry 'Title D' { linux /k; }\n"                                \
	"}\n"

#endif
