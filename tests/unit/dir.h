/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A directory for one test program, below $TMPDIR: dir_start() makes it,
 * dir_end() removes it. Paths are relative to it; directories on the way are
 * made. Whatever cannot be made ends the program.
 */
#ifndef KBOOT_TESTS_DIR_H
#define KBOOT_TESTS_DIR_H

#include <err.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir_path[256];

static inline void dir_start(void)
{
	const char *tmp = getenv("TMPDIR");

	(void)snprintf(dir_path, sizeof(dir_path), "%s/kboot-test.XXXXXX",
		       tmp ? tmp : "/tmp");
	if (!mkdtemp(dir_path))
		err(1, "%s", dir_path);
}

static inline int dir_remove_one(const char *path, const struct stat *st,
				 int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

/* Removes what is in it; dir_end() the directory too. */
static inline void dir_end(void)
{
	if (nftw(dir_path, dir_remove_one, 8, FTW_DEPTH | FTW_PHYS))
		warn("%s", dir_path);
}

static inline void dir_clear(void)
{
	dir_end();
	if (mkdir(dir_path, 0755))
		err(1, "%s", dir_path);
}

/* The full path of @path, its directories made; good until the next call. */
static inline const char *dir_at(const char *path)
{
	static char full[1024];

	(void)snprintf(full, sizeof(full), "%s/%s", dir_path,
		       path + (*path == '/'));
	for (char *p = full + strlen(dir_path) + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(full, 0755) && errno != EEXIST)
			err(1, "%s", full);
		*p = '/';
	}
	return full;
}

static inline void dir_bytes(const char *path, const void *bytes, size_t len)
{
	FILE *file = fopen(dir_at(path), "w");

	if (!file || fwrite(bytes, 1, len, file) != len || fclose(file))
		err(1, "%s", path);
}

static inline void dir_file(const char *path, const char *text)
{
	dir_bytes(path, text, strlen(text));
}

/* Files with something in them; a NULL ends the list. */
static inline void dir_files(const char *const *paths)
{
	for (; *paths; paths++)
		dir_file(*paths, "x");
}

static inline void dir_link(const char *path, const char *target)
{
	if (symlink(target, dir_at(path)))
		err(1, "%s", path);
}

#endif
