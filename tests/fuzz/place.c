/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes the search for the file that a path of a configuration means: the
 * input is the path, and after an empty line what a symlink leads to. The
 * trees are made once: a root, a /boot, a FAT, symlinks between them. Whatever
 * is found is clean and really there.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "entries/place.h"
#include "lib/memfs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TREES = 3 };

static struct tree trees[TREES];

static const char *const dirs[] = {
	"0",	  "0/boot", "0/@",   "0/@/boot",   "0/lib", "1", "1/.snapshots",
	"1/grub", "2",	    "2/EFI", "2/EFI/Linux"
};
static const char *const files[] = { "0/boot/k",  "0/@/boot/k2",
				     "0/lib/k3",  "1/k4",
				     "1/grub/k5", "2/EFI/Linux/K6.EFI" };
static const char *const links[][2] = {
	{ "boot/k", "0/vmlinuz" }, { "/boot/k4", "0/abs" },
	{ "loop", "0/loop" },	   { "..", "0/lib/up" },
	{ ".", "1/boot" },	   { "b/x", "0/a" },
	{ "a/x", "0/b" },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void start(void)
{
	static const char *const specs[TREES] = { MEMFS "0,uuid=u",
						  MEMFS "1,uuid=u",
						  MEMFS "2,uuid=1A2B-3C4D" };

	for (size_t i = 0; i < COUNT(dirs); i++)
		if (!memfs_dir(dirs[i]))
			abort();
	for (size_t i = 0; i < COUNT(files); i++)
		if (!memfs_file(files[i], "", 0))
			abort();
	for (size_t i = 0; i < COUNT(links); i++)
		if (!memfs_link(links[i][1], links[i][0]))
			abort();
	for (size_t i = 0; i < TREES; i++)
		if (tree_open(&trees[i], specs[i], NULL))
			abort();
}

static void check(const struct guest *guest, size_t tree, const char *path)
{
	struct tree_file file;

	if (tree >= guest->tree_count || path[0] != '/' ||
	    !text_is_clean(path) || strstr(path, "//") ||
	    tree_look(&guest->trees[tree], path, &file, NULL))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct guest guest = { trees, TREES, NULL };
	char *path = strndup((const char *)data, size);
	char *target = strstr(path, "\n\n");
	size_t mark;

	if (trees[0].fd <= 0)
		start();
	mark = memfs_mark();
	if (target) {
		*target = '\0';
		target += 2;
		(void)memfs_link("0/link", target);
	}
	for (size_t on = 0; on < TREES; on++) {
		char *found = NULL;
		size_t tree;

		if (place_find(&tree, &found, &guest, on, "kernel", path,
			       NULL) == 0)
			check(&guest, tree, found);
		free(found);
		found = NULL;
		if (place_find_on(&found, &guest, on, "kernel", path, NULL) ==
		    0)
			check(&guest, on, found);
		free(found);
		found = NULL;
		(void)place_real(&found, &guest.trees[on], path);
		free(found);
	}
	if (memfs_open_count() != TREES)
		abort();
	memfs_reset(mark);
	free(path);
	return 0;
}
