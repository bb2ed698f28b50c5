/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For fuzzers of formats: a guest whose /boot has kernels v1 and v2 and
 * initrds i1 and i2, and the configuration that the input is. A line
 * "%%/path" in it begins another file, for formats that read several.
 */
#ifndef KBOOT_FUZZ_MENU_H
#define KBOOT_FUZZ_MENU_H

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "entries/entries.h"

enum { MENU_FILES_MAX = 8 };

static struct tree menu_tree = TREE_NONE;

/* What the tree has besides the input: directories, then files. */
static const char *const menu_dirs[] = { "boot", "boot/grub", "boot/extlinux",
					 "etc" };
static const char *const menu_files[] = { "boot/v1", "boot/v2", "boot/i1",
					  "boot/i2", "boot/xen.gz" };

static inline void menu_make(const char *name, const char *bytes, size_t len)
{
	int fd = openat(menu_tree.fd, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0)
		return;
	if (write(fd, bytes, len) < 0)
		abort();
	(void)close(fd);
}

static inline void menu_end(void)
{
	for (size_t i = sizeof(menu_files) / sizeof(menu_files[0]); i--;)
		(void)unlinkat(menu_tree.fd, menu_files[i], 0);
	for (size_t i = sizeof(menu_dirs) / sizeof(menu_dirs[0]); i--;)
		(void)unlinkat(menu_tree.fd, menu_dirs[i], AT_REMOVEDIR);
	(void)rmdir(menu_tree.dir);
	tree_close(&menu_tree);
}

static inline void menu_start(void)
{
	char dir[] = "/tmp/kboot-fuzz.XXXXXX", spec[128];

	if (!mkdtemp(dir))
		abort();
	(void)snprintf(spec, sizeof(spec), "%s,uuid=AAAA,label=one,dev=sda1",
		       dir);
	if (tree_open(&menu_tree, spec, NULL))
		abort();
	for (size_t i = 0; i < sizeof(menu_dirs) / sizeof(menu_dirs[0]); i++)
		if (mkdirat(menu_tree.fd, menu_dirs[i], 0700))
			abort();
	for (size_t i = 0; i < sizeof(menu_files) / sizeof(menu_files[0]); i++)
		menu_make(menu_files[i], "x", 1);
	if (atexit(menu_end))
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

/* Writes the input, the first of its files as @path, gathers, removes. */
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
	size_t count = 1;

	if (menu_tree.fd < 0)
		menu_start();
	(void)snprintf(names[0], sizeof(names[0]), "%s", path + 1);
	for (size_t i = 0; i < count; i++) {
		const char *next = memmem(at, (size_t)(end - at), "\n%%/", 4),
			   *eol;
		size_t len;

		menu_make(names[i], at, (size_t)((next ? next : end) - at));
		if (!next || count == MENU_FILES_MAX)
			break;
		next += 4;
		eol = memchr(next, '\n', (size_t)(end - next));
		len = eol ? (size_t)(eol - next) : 0;
		if (!eol || len >= sizeof(names[0]) ||
		    memmem(next, len, "..", 2) || memchr(next, '\0', len))
			break;
		for (size_t k = 0;
		     k < sizeof(menu_files) / sizeof(menu_files[0]); k++)
			if (strlen(menu_files[k]) == len &&
			    strncmp(menu_files[k], next, len) == 0)
				len = 0;
		if (!len)
			break;
		memcpy(names[count++], next, len);
		at = eol + 1;
	}
	if (gather(&entries, &guest, 0, NULL))
		abort();
	menu_check(&entries);
	for (size_t i = 0; i < count; i++)
		(void)unlinkat(menu_tree.fd, names[i], 0);
	entries_free(&entries);
	settings_free(&settings);
}

#endif
