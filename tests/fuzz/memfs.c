/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The file system in memory against the kernel's: the same directories, files
 * and symlinks in both, one directory hidden, the input's first line a path in
 * them, its second what a symlink leads to. tree_look(), tree_link() and
 * tree_list() must say the same of both, or the fuzzers that use it test a
 * world that is not.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "entries/tree.h"
#include "lib/memfs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const dirs[] = { "d", "d/e", "d/e/f", "g", "h" };
static const char *const files[] = { "a", "d/b", "d/e/f/c", "h/x" };
static const char *const links[][2] = {
	{ "../d", "g/d" },    { "/d/e", "up" },	    { "e/f/", "d/slash" },
	{ "a/", "file/" },    { "loop", "loop" },   { "../../..", "d/e/out" },
	{ "link", "d/link" }, { "../h/./x", "g/x" }
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct tree real = TREE_NONE, model = TREE_NONE;
static int base = -1;

static void end(void)
{
	(void)unlinkat(base, "link", 0);
	for (size_t i = 0; i < COUNT(links); i++)
		(void)unlinkat(base, links[i][1], 0);
	for (size_t i = 0; i < COUNT(files); i++)
		(void)unlinkat(base, files[i], 0);
	for (size_t i = COUNT(dirs); i--;)
		(void)unlinkat(base, dirs[i], AT_REMOVEDIR);
	(void)rmdir(real.dir);
	(void)close(base);
	tree_close(&real);
	tree_close(&model);
}

static void demand(bool good)
{
	if (!good)
		abort();
}

/* A path of the model's tree, which is no root of all either. */
static const char *below(const char *path)
{
	static char full[64];

	(void)snprintf(full, sizeof(full), "top/%s", path);
	return full;
}

static void start(void)
{
	char dir[] = "/dev/shm/kboot-fuzz.XXXXXX";

	demand(mkdtemp(dir) && tree_open(&real, dir, NULL) == 0);
	demand(memfs_dir("top") && tree_open(&model, MEMFS "top", NULL) == 0);
	demand(tree_hide(&real, "/h") && tree_hide(&model, "/h"));
	base = open(dir, O_RDONLY | O_DIRECTORY);
	demand(base >= 0 && atexit(end) == 0);
	for (size_t i = 0; i < COUNT(dirs); i++)
		demand(mkdirat(base, dirs[i], 0700) == 0 &&
		       memfs_dir(below(dirs[i])));
	for (size_t i = 0; i < COUNT(files); i++)
		demand(close(openat(base, files[i], O_WRONLY | O_CREAT,
				    0600)) == 0 &&
		       memfs_file(below(files[i]), "", 0));
	for (size_t i = 0; i < COUNT(links); i++)
		demand((symlinkat(links[i][0], base, links[i][1]) == 0) ==
		       memfs_link(below(links[i][1]), links[i][0]));
}

static void compare_look(const char *path)
{
	struct reason why[2] = { { { 0 } }, { { 0 } } };
	struct tree_file file[2];
	int err = tree_look(&real, path, &file[0], &why[0]);

	demand(tree_look(&model, path, &file[1], &why[1]) == err);
	demand(strcmp(why[0].text, why[1].text) == 0);
	demand(err || file[0].size == file[1].size);
}

static void compare_link(const char *path)
{
	char *left = tree_link(&real, path), *right = tree_link(&model, path);

	demand(!left == !right && (!left || strcmp(left, right) == 0));
	free(left);
	free(right);
}

static void compare_list(const char *path)
{
	struct tree_names left, right;
	int err = tree_list(&real, path, NULL, &left, NULL);

	demand(tree_list(&model, path, NULL, &right, NULL) == err);
	demand(left.count == right.count);
	for (size_t i = 0; i < left.count; i++)
		demand(strcmp(left.list[i].name, right.list[i].name) == 0 &&
		       left.list[i].is_link == right.list[i].is_link);
	tree_free_names(&left);
	tree_free_names(&right);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *path = strndup((const char *)data, size);
	char *target = strchr(path, '\n');
	size_t mark;

	if (base < 0)
		start();
	mark = memfs_mark();
	if (target) {
		*target++ = '\0';
		demand((symlinkat(target, base, "link") == 0) ==
		       memfs_link("top/link", target));
	}
	compare_look(path);
	compare_link(path);
	compare_list(path);
	demand(memfs_open_count() == 1);
	(void)unlinkat(base, "link", 0);
	memfs_reset(mark);
	free(path);
	return 0;
}
