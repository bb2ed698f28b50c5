/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For tests of bare kernels: a guest, and what is found in it. */
#ifndef KBOOT_TESTS_BARE_SCENE_H
#define KBOOT_TESTS_BARE_SCENE_H

#include "base/text.h"
#include "dir.h"
#include "entries/bare.h"
#include "tap.h"

/* A guest of up to two trees, "a" and "b" in the test's directory. */
struct scene {
	struct settings settings;
	struct tree trees[2];
	struct guest guest;
	struct entries entries;
	struct reason why;
	int err;
};

static inline void gather(struct scene *s, const char *line, size_t trees)
{
	static const struct scene empty;
	static const char *const more[2] = { "a,uuid=AAAA,dev=/dev/vda1",
					     "b,uuid=BBBB,dev=/dev/vda2" };
	char spec[512];

	*s = empty;
	if (settings_command_line(&s->settings, line, strlen(line), &s->why))
		errx(1, "%s", s->why.text);
	for (size_t i = 0; i < trees; i++) {
		(void)dir_at(i ? "b/" : "a/");
		(void)snprintf(spec, sizeof(spec), "%s/%s", dir_path, more[i]);
		if (tree_open(&s->trees[i], spec, &s->why))
			errx(1, "%s", s->why.text);
	}
	s->guest.trees = s->trees;
	s->guest.tree_count = trees;
	s->guest.settings = &s->settings;
	s->err = bare_gather(&s->entries, &s->guest, &s->why);
}

static inline void end(struct scene *s)
{
	entries_free(&s->entries);
	for (size_t i = 0; i < s->guest.tree_count; i++)
		tree_close(&s->trees[i]);
	settings_free(&s->settings);
	dir_clear();
}

/* What was found: kernel[+initrd...]; per entry, in order. */
static inline void found(struct scene *s, const char *want, const char *name)
{
	struct text got = { 0 };

	for (size_t i = 0; i < s->entries.count; i++) {
		const struct entry *entry = &s->entries.list[i];

		text_addf(&got, "%s%s", i ? " " : "", entry->kernel);
		for (size_t k = 0; k < entry->initrd_count; k++)
			text_addf(&got, "+%s", entry->initrd[k].path);
	}
	is(text_str(&got), want, name);
	text_free(&got);
}

static inline bool rejected(const struct scene *s, const char *source,
			    const char *reason)
{
	for (size_t i = 0; i < s->entries.rejected_count; i++)
		if (strcmp(s->entries.rejected[i].source, source) == 0)
			return strstr(s->entries.rejected[i].reason, reason);
	return false;
}

/* A bzImage's head as boot.rst has it, with a version string. */
static inline void bzimage(const char *path, const char *version)
{
	char bytes[0x400] = { 0 };

	bytes[0x1f1] = 4;
	memcpy(bytes + 0x202, "HdrS", 4);
	bytes[0x20e] = 0x50;
	memcpy(bytes + 0x250, version, strlen(version));
	dir_bytes(path, bytes, sizeof(bytes));
}

#endif
