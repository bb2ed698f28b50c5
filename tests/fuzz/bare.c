/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes the search for bare kernels: the input's lines are the names of files
 * in /boot, what follows an empty line is in each of them. Whatever the names
 * are, ids and titles stay clean and every initrd has its kernel.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "entries/bare.h"
#include "entries/entries.h"
#include "lib/memfs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NAMES_MAX = 12 };

static struct tree tree = TREE_NONE;

static void start(void)
{
	if (tree_open(&tree, MEMFS, NULL) || !memfs_dir("boot"))
		abort();
}

/* The first of a name stays. */
static void make(const char *name, const char *bytes)
{
	struct tree_file file;
	char path[300];

	(void)snprintf(path, sizeof(path), "boot/%s", name);
	if (tree_look(&tree, path, &file, NULL))
		(void)memfs_file(path, bytes, strlen(bytes));
}

static void check(const struct entries *entries)
{
	for (size_t i = 0; i < entries->count; i++) {
		const struct entry *entry = &entries->list[i];
		struct bare_name name;

		if (!text_is_clean(entry->id) || !text_is_clean(entry->title))
			abort();
		if (bare_parse(&name, entry->kernel + strlen("/boot/"), NULL))
			abort();
		if (entry->incomplete != (entry->initrd_count == 0))
			abort();
		if (i && entry[-1].rescue && !entry->rescue)
			abort();
	}
	for (size_t i = 0; i < entries->rejected_count; i++)
		if (!text_is_clean(entries->rejected[i].source) ||
		    !text_is_clean(entries->rejected[i].reason))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	char *body = strstr(text, "\n\n"), *at = text, *name;
	struct settings settings = { 0 };
	struct entries entries = { 0 };
	struct guest guest = { &tree, 1, &settings };
	size_t count = 0, mark;

	if (tree.fd < 0)
		start();
	mark = memfs_mark();
	if (body) {
		*body = '\0';
		body += 2;
	}
	while (at && count < NAMES_MAX) {
		name = strsep(&at, "\n");
		if (*name && strlen(name) < 256 && !strchr(name, '/')) {
			make(name, body ? body : "x");
			count++;
		}
	}
	if (settings_command_line(&settings, "", 0, NULL) ||
	    bare_gather(&entries, &guest, NULL))
		abort();
	check(&entries);
	entries_free(&entries);
	settings_free(&settings);
	if (memfs_open_count() != 1)
		abort();
	memfs_reset(mark);
	free(text);
	return 0;
}
