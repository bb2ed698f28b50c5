/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GRUB's devices and the trees that they are: (hd0,gpt2), (lvm/vg-lv),
 * (md/0), (mduuid/...), (cryptouuid/...), $root. The names that GRUB's
 * firmware would give to disks are not known here; a name that fits no tree
 * is a guess, for which files are looked for everywhere.
 */
#ifndef KBOOT_ENTRIES_GRUB2_DEVICE_H
#define KBOOT_ENTRIES_GRUB2_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "entries/grub2_run.h"

/* What a "(device)/path" or "/path" means. */
struct grub2_place {
	size_t tree;
	/* The device is known to be that tree. */
	bool sure;
	/* Borrowed from the words. */
	const char *path;
};

/* The names of the guest's trees, for the caller to free one by one; NULL
 * without memory. */
char **grub2_device_names(const struct guest *guest);

/* The tree that @name, without parentheses, means; never none. */
size_t grub2_device_find(const struct grub2_run *run, const char *name,
			 bool *ret_sure);

/* False: no file can be there (an image file, the network), see @why. */
bool grub2_device_place(const struct grub2_run *run, const char *spec,
			struct grub2_place *ret, struct reason *why);

/*
 * The regular file that @spec means, as place_find() has it: 0 with the tree
 * and the path there, for the caller to free, or -errno.
 */
int grub2_device_file(struct grub2_run *run, const char *spec, const char *what,
		      size_t *ret_tree, char **ret_path, struct reason *why);

/* Appends the bytes of the file that @spec means; also which file it is. */
int grub2_device_read(struct grub2_run *run, const char *spec, const char *what,
		      size_t max, struct text *ret, size_t *ret_tree,
		      char **ret_path, struct reason *why);

struct grub2_look {
	bool exists;
	bool is_dir;
	off_t size;
	/* 0: not known (a directory). */
	time_t changed;
};

/* What is at @spec, a symlink for itself. */
void grub2_device_look(struct grub2_run *run, const char *spec,
		       struct grub2_look *ret);

#endif
