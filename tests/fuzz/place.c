/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes the search for the file that a path of a configuration means: the
 * input is the path, and after an empty line what a symlink leads to. The
 * trees are made once: a root, a /boot, a FAT, symlinks between them. Whatever
 * is found is clean and really there.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "entries/place.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TREES = 3 };

static struct tree trees[TREES];
static char top[] = "/tmp/kboot-fuzz.XXXXXX";

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

static const char *at(const char *path)
{
	static char full[256];

	(void)snprintf(full, sizeof(full), "%s/%s", top, path);
	return full;
}

static void end(void)
{
	(void)unlink(at("0/link"));
	for (size_t i = 0; i < COUNT(links); i++)
		(void)unlink(at(links[i][1]));
	for (size_t i = 0; i < COUNT(files); i++)
		(void)unlink(at(files[i]));
	for (size_t i = COUNT(dirs); i > 0; i--)
		(void)rmdir(at(dirs[i - 1]));
	(void)rmdir(top);
	for (size_t i = 0; i < TREES; i++)
		tree_close(&trees[i]);
}

static void start(void)
{
	if (!mkdtemp(top) || atexit(end))
		abort();
	for (size_t i = 0; i < COUNT(dirs); i++)
		if (mkdir(at(dirs[i]), 0700))
			abort();
	for (size_t i = 0; i < COUNT(files); i++)
		if (close(open(at(files[i]), O_WRONLY | O_CREAT, 0600)))
			abort();
	for (size_t i = 0; i < COUNT(links); i++)
		if (symlink(links[i][0], at(links[i][1])))
			abort();
	for (size_t i = 0; i < TREES; i++) {
		char spec[128];

		(void)snprintf(spec, sizeof(spec), "%s/%zu,uuid=%s", top, i,
			       i == 2 ? "1A2B-3C4D" : "u");
		if (tree_open(&trees[i], spec, NULL))
			abort();
	}
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

	if (trees[0].fd <= 0)
		start();
	if (target) {
		*target = '\0';
		target += 2;
		(void)unlink(at("0/link"));
		(void)!symlink(target, at("0/link"));
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
	free(path);
	return 0;
}
