/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For fuzzers of formats: a guest whose /boot has kernels v1 and v2 and
 * initrds i1 and i2, and the configuration that the input is. A line
 * "%%/path" in it begins another file, for formats that read several.
 */
#ifndef KBOOT_FUZZ_MENU_H
#define KBOOT_FUZZ_MENU_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "entries/entries.h"
#include "lib/memfs.h"

enum { MENU_FILES_MAX = 8 };

static struct tree menu_tree = TREE_NONE;

/* What the tree has besides the input: directories, then files. */
static const char *const menu_dirs[] = { "boot", "boot/grub", "boot/extlinux",
					 "etc" };
static const char *const menu_files[] = { "boot/v1", "boot/v2", "boot/i1",
					  "boot/i2", "boot/xen.gz" };

static inline void menu_start(void)
{
	if (tree_open(&menu_tree, MEMFS ",uuid=AAAA,label=one,dev=sda1", NULL))
		abort();
	for (size_t i = 0; i < sizeof(menu_dirs) / sizeof(menu_dirs[0]); i++)
		if (!memfs_dir(menu_dirs[i]))
			abort();
	for (size_t i = 0; i < sizeof(menu_files) / sizeof(menu_files[0]); i++)
		if (!memfs_file(menu_files[i], "x", 1))
			abort();
}

/* Whatever was in the files: the list is one that others can rely on. */
static inline void menu_check(const struct entries *entries)
{
	const struct entries_config *config = &entries->config;
	struct tree_file file;

	for (size_t i = 0; i < entries->count; i++) {
		const struct entry *e = &entries->list[i];

		if (!*e->id || !text_is_clean(e->id) ||
		    !text_is_clean(e->title) || !e->source || e->tree)
			abort();
		if (tree_look(&menu_tree, e->kernel, &file, NULL))
			abort();
		for (size_t k = 0; k < e->initrd_count; k++)
			if (tree_look(&menu_tree, e->initrd[k].path, &file,
				      NULL) ||
			    !e->initrd[k].words != (e->kind != ENTRY_MULTIBOOT))
				abort();
		for (const char *p = e->cmdline; *p; p++)
			if ((unsigned char)*p < 0x20)
				abort();
	}
	if (config->by_default >= (long)entries->count ||
	    config->saved >= (long)entries->count ||
	    config->timeout < ENTRIES_WAIT)
		abort();
	if (config->by_default >= 0 &&
	    entries->list[config->by_default].incomplete)
		abort();
	for (size_t i = 0; i < entries->rejected_count; i++)
		if (!text_is_clean(entries->rejected[i].source) ||
		    !text_is_clean(entries->rejected[i].reason))
			abort();
}

/* Makes the input's files, the first of them as @path, gathers, removes. */
static inline void menu_run(const uint8_t *data, size_t size, const char *path,
			    int (*gather)(struct entries *entries,
					  const struct guest *guest,
					  size_t tree, struct reason *why))
{
	static const struct entries_config nothing = { -1, -1,
						       ENTRIES_NO_TIMEOUT };
	const char *at = (const char *)data, *end = at + size;
	struct settings settings = { 0 };
	struct entries entries = { .by_default = -1, .config = nothing };
	struct guest guest = { &menu_tree, 1, &settings };
	char names[MENU_FILES_MAX][64] = { 0 };
	size_t count = 1, mark;

	if (menu_tree.fd < 0)
		menu_start();
	mark = memfs_mark();
	(void)snprintf(names[0], sizeof(names[0]), "%s", path + 1);
	for (size_t i = 0; i < count; i++) {
		const char *next = memmem(at, (size_t)(end - at), "\n%%/", 4),
			   *eol;
		size_t len;

		(void)memfs_file(names[i], at,
				 (size_t)((next ? next : end) - at));
		if (!next || count == MENU_FILES_MAX)
			break;
		next += 4;
		eol = memchr(next, '\n', (size_t)(end - next));
		len = eol ? (size_t)(eol - next) : 0;
		if (!len || len >= sizeof(names[0]) ||
		    memmem(next, len, "..", 2) || memchr(next, '\0', len))
			break;
		memcpy(names[count++], next, len);
		at = eol + 1;
	}
	if (gather(&entries, &guest, 0, NULL))
		abort();
	menu_check(&entries);
	entries_free(&entries);
	settings_free(&settings);
	if (memfs_open_count() != 1)
		abort();
	memfs_reset(mark);
}

#endif
