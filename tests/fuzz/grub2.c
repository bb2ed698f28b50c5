/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes grub.cfg: the input is the configuration of a tree that has a few
 * kernels, an environment block, a BLS entry and a second configuration; what
 * follows a line of "%%" is that second one. Whatever it says, what is listed
 * is clean and its files are there, and the default is one of the list.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "entries/entries.h"
#include "entries/grub2.h"
#include "entries/grub2_run.h"
#include "lib/memfs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* In the place of entries/grub2_limits.c. */
const struct grub2_limits grub2_limits = {
	.steps = 4000,
	.entry = 1000,
	.entries = 5000,
	.again = 100,
};

static const char *const files[][2] = {
	{ "boot/vmlinuz-6.1.0", "x" },
	{ "boot/vmlinuz-5.4.0", "x" },
	{ "boot/initrd.img-6.1.0", "x" },
	{ "k", "x" },
	{ "i", "x" },
	{ "boot/grub/grubenv",
	  "# GRUB Environment Block\nsaved_entry=b\nnext_entry=1>0\n####" },
	{ "loader/entries/a-6.1.conf",
	  "title A\nversion 6.1\nlinux /k\ninitrd /i $t\n"
	  "options $kernelopts ro\n" },
};

enum { FILES = sizeof(files) / sizeof(files[0]) };

static const char *const dirs[] = { "boot", "boot/grub", "loader",
				    "loader/entries" };

enum { DIRS = sizeof(dirs) / sizeof(dirs[0]) };

static struct tree tree = TREE_NONE;

static void start(void)
{
	if (tree_open(&tree, MEMFS ",uuid=UUID,dev=/dev/vda1", NULL))
		abort();
	for (size_t i = 0; i < DIRS; i++)
		if (!memfs_dir(dirs[i]))
			abort();
	for (size_t i = 0; i < FILES; i++)
		if (!memfs_file(files[i][0], files[i][1], strlen(files[i][1])))
			abort();
}

static void check(const struct entries *entries)
{
	struct tree_file file;

	for (size_t i = 0; i < entries->count; i++) {
		const struct entry *entry = &entries->list[i];

		if (!text_is_clean(entry->id) || !text_is_clean(entry->title))
			abort();
		if (tree_look(&tree, entry->kernel, &file, NULL))
			abort();
		for (size_t k = 0; k < entry->initrd_count; k++)
			if (tree_look(&tree, entry->initrd[k].path, &file,
				      NULL))
				abort();
		if (strpbrk(entry->cmdline, "\n\t\x1b"))
			abort();
	}
	if (entries->config.by_default >= (long)entries->count ||
	    entries->config.saved >= (long)entries->count ||
	    entries->config.timeout < ENTRIES_WAIT)
		abort();
	for (size_t i = 0; i < entries->rejected_count; i++)
		if (!text_is_clean(entries->rejected[i].source) ||
		    !text_is_clean(entries->rejected[i].reason))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct settings settings = { 0 };
	struct entries entries = { .config = { -1, -1, ENTRIES_NO_TIMEOUT } };
	struct guest guest = { &tree, 1, &settings };
	const char *text = (const char *)data;
	const char *second = memmem(text, size, "\n%%\n", 4);
	size_t mark;
	size_t first = second ? (size_t)(second - text) + 1 : size;

	if (tree.fd < 0)
		start();
	mark = memfs_mark();
	(void)memfs_file("boot/grub/grub.cfg", text, first);
	(void)memfs_file("x.cfg", second ? second + 4 : "",
			 second ? size - first - 3 : 0);
	if (grub2_gather(&entries, &guest, 0, NULL))
		abort();
	check(&entries);
	entries_free(&entries);
	if (memfs_open_count() != 1)
		abort();
	memfs_reset(mark);
	return 0;
}
