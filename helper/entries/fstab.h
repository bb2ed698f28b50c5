/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fstab(5) of the guest's root: which tree the guest has mounted over /boot,
 * /boot/efi or /efi. What a directory held before another file system was put
 * over it (the grub.cfg of the installation, kernels of last year) is still
 * there, and the guest neither sees it nor keeps it up to date.
 */
#ifndef KBOOT_ENTRIES_FSTAB_H
#define KBOOT_ENTRIES_FSTAB_H

#include "entries/entries.h"

enum {
	FSTAB_SIZE_MAX = 256 * 1024,
	/* Lines about /boot and the like in one file, those that have the root
	 * itself there not counted. */
	FSTAB_POINTS_MAX = TREE_HIDDEN_MAX,
};

/*
 * Hides the directories of @trees that others of @trees are mounted over; a
 * file system that is none of them hides nothing. @on says on which tree each
 * lies, as views.h has it; NULL: none on another. Where such a directory has
 * something in it, that is told in @notes (NULL: not told), either way.
 * Returns how many were hidden.
 *
 * A file system by a name that no tree goes by (PARTUUID=, /dev/sda1 of the
 * machine that this guest once was) is taken to be the only tree that looks
 * like one of its kind, if there is just one, and no second system. Where the
 * file has the root by a kernel's name (/dev/sda2) that the root does not go by
 * here, no such name of it counts: sda1 may be anything now.
 */
size_t fstab_hide(struct tree *trees, size_t count, const size_t *on,
		  struct entries *notes);

/* Takes all that back. */
void fstab_unhide(struct tree *trees, size_t count);

/*
 * The device that the fstab of a root has on /boot, as `kboot probe --want`
 * takes names, for the caller to free; NULL: none, the root itself, one that
 * is mounted already, or nothing that is a device's name here. The root is the
 * first of @trees that has the file: one file system and its subvolumes.
 */
char *fstab_boot(struct tree *trees, size_t count);

#endif
