/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The initrd of a bare kernel: found by the kernel's name, by the version that
 * its image says, or by another name of it; never one that is named after
 * another version.
 */
#ifndef KBOOT_ENTRIES_BARE_INITRD_H
#define KBOOT_ENTRIES_BARE_INITRD_H

#include "entries/bare.h"

/* What is the same for every file that may belong to one kernel. */
struct bare_kernel {
	struct entries *entries;
	struct entry *entry;
	const struct tree *tree;
	size_t tree_index;
	/* What its file is called; NULL: a name that says nothing */
	const struct bare_name *name;
	/* The version that the image says, or NULL */
	const char *own;
};

/*
 * Adds the initrds in the directory @dir to the entry, microcode first, for a
 * kernel that is @called so; NULL: for the version that the image says. @names
 * is what is in @dir, or NULL if it is not listed. Returns 0, with nothing
 * added if there is none, or -ENOMEM.
 */
int bare_initrd_look(const struct bare_kernel *kernel,
		     const struct bare_name *called, const char *dir,
		     const struct tree_names *names);

/* True if @name is an initrd's that says no version. */
bool bare_initrd_is_plain(const char *name);

/* True if @name is one of the microcode files. */
bool bare_initrd_is_microcode(const char *name);

#endif
