/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For tests of the Boot Loader Specification's entries: what is in one guest. */
#ifndef KBOOT_TESTS_BLS_SCENE_H
#define KBOOT_TESTS_BLS_SCENE_H

#include "entries/bls.h"
#include "menu.h"

static struct menu_scene s;

/* What the first of @trees has, as menu_open() takes them. */
static inline void gather(const char *trees)
{
	menu_open(&s, trees);
	s.err = bls_gather(&s.entries, &s.guest, 0, &s.why);
	ok(s.err == 0, "gathered from %s: %s", trees, s.why.text);
}

/* The ids of the entries, parted by blanks. */
static inline void ids(const char *want, const char *name)
{
	struct text got = { 0 };

	for (size_t i = 0; i < s.entries.count; i++)
		text_addf(&got, "%s%s", i ? " " : "", s.entries.list[i].id);
	is(text_str(&got), want, name);
	text_free(&got);
}

#endif
