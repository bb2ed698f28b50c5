/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes the gathering of Boot Loader Specification entries: each line "=== N"
 * of the input begins a file, whose path is number N of the table below.
 * Whatever is in them, ids and titles are clean and the default is an entry.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "entries/bls.h"
#include "lib/memfs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const paths[] = {
	"loader/loader.conf",
	"loader/entries/a.conf",
	"loader/entries/b.conf",
	"loader/entries/c+0-3.conf",
	"grub2/grubenv",
	"grub2/grub.cfg",
	"EFI/Linux/x.efi",
	"EFI/Linux/y+2.efi",
	"loader/addons/a.addon.efi",
	"k",
};

static const char *const dirs[] = { "loader",	     "loader/entries",
				    "loader/addons", "grub2",
				    "EFI",	     "EFI/Linux" };

enum {
	PATHS = sizeof(paths) / sizeof(paths[0]),
	DIRS = sizeof(dirs) / sizeof(dirs[0])
};

static struct tree tree = TREE_NONE;

static void start(void)
{
	if (tree_open(&tree, MEMFS, NULL))
		abort();
	for (int i = 0; i < DIRS; i++)
		if (!memfs_dir(dirs[i]))
			abort();
}

/* Makes the files of the input. */
static void make_all(const char *at, const char *stop)
{
	while (stop - at >= 6 && memcmp(at, "=== ", 4) == 0) {
		int number = at[4] - '0';
		const char *next;

		at += 6;
		next = memmem(at, (size_t)(stop - at), "\n=== ", 5);
		if (number >= 0 && number < PATHS)
			(void)memfs_file(paths[number], at,
					 (size_t)((next ? next : stop) - at));
		if (!next)
			break;
		at = next + 1;
	}
}

static void check(const struct entries *entries)
{
	const struct entries_config *config = &entries->config;

	if (config->by_default >= (long)entries->count ||
	    config->saved >= (long)entries->count ||
	    config->timeout < ENTRIES_WAIT)
		abort();
	for (size_t i = 0; i < entries->count; i++) {
		const struct entry *entry = &entries->list[i];

		if (!text_is_clean(entry->id) || !text_is_clean(entry->title) ||
		    (entry->version && !text_is_clean(entry->version)))
			abort();
		if (strchr(entry->cmdline, '\n') || *entry->kernel != '/')
			abort();
	}
	for (size_t i = 0; i < entries->rejected_count; i++)
		if (!text_is_clean(entries->rejected[i].source) ||
		    !text_is_clean(entries->rejected[i].reason))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct entries entries = {
		.config = { -1, -1, ENTRIES_NO_TIMEOUT },
	};
	struct settings settings = { 0 };
	struct guest guest = { &tree, 1, &settings };
	size_t mark;

	if (tree.fd < 0)
		start();
	mark = memfs_mark();
	make_all((const char *)data, (const char *)data + size);
	if (bls_gather(&entries, &guest, 0, NULL))
		abort();
	check(&entries);
	entries_free(&entries);
	if (memfs_open_count() != 1)
		abort();
	memfs_reset(mark);
	return 0;
}
