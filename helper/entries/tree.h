/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A mounted file system of a guest, and the only way to its files. Every path
 * is looked up with openat2(RESOLVE_IN_ROOT): the tree is the world, absolute
 * symlinks and ".." included, as the guest would see it. What is no regular
 * file (a FIFO, a device) is never opened: opening alone can block, or start
 * a watchdog. A copy of a FAT is read as the FAT: if a path is not there as it
 * is written, then in another case. Read-only; mounts nothing.
 */
#ifndef KBOOT_ENTRIES_TREE_H
#define KBOOT_ENTRIES_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/reason.h"
#include "base/text.h"

enum {
	/* File names of a directory beyond this many are not looked at. */
	TREE_NAMES_MAX = 16384,
	/* The same where names are compared without regard to case, and how
	 * deep a path can be there. */
	TREE_CASE_MAX = 2048,
	TREE_CASE_PARTS_MAX = 32,
	/* Names of one tree that are compared for that, in all; after that
	 * paths are what they are written. */
	TREE_CASE_NAMES_MAX = 1000000,
	/* How often a path is tried while the system renames files. */
	TREE_TRIES_MAX = 128,
	/* Directories of one tree that can be hidden, and their paths. */
	TREE_HIDDEN_MAX = 4,
	TREE_HIDDEN_LEN = 64,
};

/* Start with `struct tree t = TREE_NONE;`. */
#define TREE_NONE                                                              \
	{                                                                      \
		.fd = -1                                                       \
	}

struct tree {
	int fd;
	/* Where it is mounted, and what the device is called: "" if unknown. */
	char *dir;
	char *uuid;
	char *label;
	char *dev;
	/* Of TREE_CASE_NAMES_MAX, how many are left; NULL: none. */
	unsigned int *case_names;
	/* Directories that the guest has other file systems mounted over; ""
	 * is none. What is in them is not there, whatever path leads to it. */
	char hidden[TREE_HIDDEN_MAX][TREE_HIDDEN_LEN];
};

/* What a path leads to, all symlinks followed. */
struct tree_file {
	dev_t device;
	ino_t inode;
	off_t size;
};

struct tree_name {
	char *name;
	bool is_link;
};

struct tree_names {
	/* By name, in the order of bytes. */
	struct tree_name *list;
	size_t count;
	/* There were more than TREE_NAMES_MAX. */
	bool cut;
};

/*
 * Opens the tree that @spec names: DIR[,uuid=U][,label=L][,dev=NAME], where
 * dev= is last and takes the rest. Returns 0, -EINVAL for a wrong @spec, or
 * why the directory cannot be opened. tree_close() frees, failed ones too.
 */
int tree_open(struct tree *ret, const char *spec, struct reason *why);
void tree_close(struct tree *tree);

/* Opens the directory at @path of @of as a tree of its own, which goes by the
 * same names. As tree_open(). */
int tree_open_below(struct tree *ret, const struct tree *of, const char *path,
		    struct reason *why);

/* Hides @dir ("/boot") of @tree: 1, or 0 if it is hidden or cannot be. */
size_t tree_hide(struct tree *tree, const char *dir);

/* True if the directory @dir of @tree is of another file system: what is to
 * hide it is mounted, as in a running guest. */
bool tree_is_mounted(const struct tree *tree, const char *dir);

/*
 * What the regular file at @path is, without opening it for reading. Returns
 * 0, -ENOENT, -EISDIR, -ENODEV (no regular file), or another -errno.
 */
int tree_look(const struct tree *tree, const char *path, struct tree_file *ret,
	      struct reason *why);

/* Opens the regular file at @path for reading into *@ret_fd; the caller
 * closes it. */
int tree_open_file(const struct tree *tree, const char *path, int *ret_fd,
		   struct reason *why);

/* Appends the file's bytes to @ret. -EFBIG, with nothing added, if there are
 * more than @max. */
int tree_read(const struct tree *tree, const char *path, size_t max,
	      struct text *ret, struct reason *why);

/*
 * The names in the directory at @path for which @wanted (NULL: all) is true,
 * sorted, without "." and "..". The caller frees with tree_free_names(),
 * failed ones too.
 */
int tree_list(const struct tree *tree, const char *path,
	      bool (*wanted)(const char *name), struct tree_names *ret,
	      struct reason *why);
void tree_free_names(struct tree_names *names);

/* Where the symlink at @path points to, as written, for the caller to free;
 * NULL if it is none. */
char *tree_link(const struct tree *tree, const char *path);

/* What statfs(2) says by f_type of what is mounted; 0: not known. */
unsigned long tree_magic(const struct tree *tree);

/*
 * True if letters of either case are one in this tree's names: it is FAT, or
 * has a FAT's UUID (a copy of one elsewhere).
 */
bool tree_ignores_case(const struct tree *tree);

/*
 * How @path is really written on the tree: as it is if that is there, else in
 * whichever case. For the caller to free; NULL if it is not there.
 */
char *tree_real_case(const struct tree *tree, const char *path);

/*
 * True if @name, in any form of base/device_name.h, means this tree's device,
 * as far as the tree's own names tell.
 */
bool tree_is_device(const struct tree *tree, const char *name);

/* A name for people: the device if known, else UUID or directory. */
const char *tree_name(const struct tree *tree);

#endif
