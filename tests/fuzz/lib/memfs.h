/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file system in memory for fuzzers, below the helper's own code: the linker
 * puts its functions in the place of the C library's (--wrap), so that
 * entries/tree.c and all who read from its descriptors run as they are, without
 * a single system call. Paths are looked up as openat2(RESOLVE_IN_ROOT) does;
 * the fuzzer memfs compares the two.
 *
 * tree_open() opens a directory of it as "memfs:/DIR". Paths given to the
 * functions below are relative to its root.
 */
#ifndef KBOOT_FUZZ_MEMFS_H
#define KBOOT_FUZZ_MEMFS_H

#include <stdbool.h>
#include <stddef.h>

#define MEMFS "memfs:/"

enum {
	MEMFS_NODES_MAX = 128,
	MEMFS_OPEN_MAX = 64,
};

/*
 * Make a directory, a file, a symlink in a directory that is there. False if
 * there is no such directory, the name cannot be one, or is taken; a file made
 * since memfs_mark() is replaced. @bytes is borrowed, @target copied.
 */
bool memfs_dir(const char *path);
bool memfs_file(const char *path, const void *bytes, size_t len);
bool memfs_link(const char *path, const char *target);

/* What has been made so far stays as it is; memfs_reset() removes the rest. */
size_t memfs_mark(void);
void memfs_reset(size_t mark);

/* Descriptors and directories that are open. */
size_t memfs_open_count(void);

#endif
