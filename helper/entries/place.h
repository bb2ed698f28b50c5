/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a path of a boot configuration leads: to which of the mounted trees,
 * and to which path there, as the guest's own boot loader would see it.
 */
#ifndef KBOOT_ENTRIES_PLACE_H
#define KBOOT_ENTRIES_PLACE_H

#include <stddef.h>

#include "entries/entries.h"

/*
 * Finds the regular file that @path means for a configuration on the tree
 * @on. The path is squeezed (slashes, "." and ".."); then it is tried on @on
 * as it stands; without and with /boot in front (a boot file system of its
 * own); without the leading subvolume of btrfs that the tree is mounted from;
 * on FAT regardless of case; then the same on the other trees. Returns 0 with
 * the tree in *@ret_tree and the path there, for the caller to free, in
 * *@ret_path; -ENOENT with "kernel missing: /path" where @what is "kernel", or
 * another -errno with a sentence. An empty file is a file: GRUB finds it, too,
 * and image/ refuses it.
 */
int place_find(size_t *ret_tree, char **ret_path, const struct guest *guest,
	       size_t on, const char *what, const char *path,
	       struct reason *why);

/*
 * As place_find(), on the tree @on alone: for a path whose device is known.
 */
int place_find_on(char **ret_path, const struct guest *guest, size_t on,
		  const char *what, const char *path, struct reason *why);

/*
 * The regular file at @path of @tree itself, in whichever case it is written
 * there if that is one to the tree; no other form is tried. @path is clean and
 * absolute. 0 with the path there in *@ret, for the caller to free; -ENOENT; or
 * another -errno: what is there is no file.
 */
int place_exactly(char **ret, const struct tree *tree, const char *path,
		  struct reason *why);

/*
 * The path that @path leads to on @tree when all symlinks are followed, for
 * the caller to free, as far as it is there. -ELOOP, -ENAMETOOLONG, -ENOMEM.
 */
int place_real(char **ret, const struct tree *tree, const char *path);

/* The tree with this file system UUID or label (any case for a UUID, and as
 * GRUB writes that of ZFS), or -1. */
long place_by_uuid(const struct guest *guest, const char *uuid);
long place_by_label(const struct guest *guest, const char *label);

/* Gives @entry its kernel by place_find(): tree and path. */
int place_kernel(struct entry *entry, const struct guest *guest, size_t on,
		 const char *path, struct reason *why);

/*
 * Adds the initrd at @path by place_find(). Missing: the entry is marked
 * incomplete and -ENOENT returned, with the sentence; the caller goes on.
 */
int place_initrd(struct entry *entry, const struct guest *guest, size_t on,
		 const char *path, struct reason *why);

#endif
