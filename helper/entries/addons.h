/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PE addons (specs/unified_kernel_image.md, "PE Addons"): words that a UKI's
 * stub appends to its command line. What else an addon brings is not used: a
 * device tree is of no use here, and an initrd inside of a file has no path.
 */
#ifndef KBOOT_ENTRIES_ADDONS_H
#define KBOOT_ENTRIES_ADDONS_H

#include "entries/entries.h"

enum {
	/* In one directory; what is read of each. */
	ADDONS_MAX = 64,
	ADDONS_TEXT_MAX = 64 * 1024,
};

/* Start with `struct addons a = { 0 };`. */
struct addons {
	struct addon {
		char *path;
		char *cmdline;
		/* The only kernel that it is for; NULL: for all. */
		char *uname;
	} * list;
	size_t count;
};

/*
 * Appends the addons *.addon.efi in the directory @dir of @tree, by name. No
 * such directory: none. What is no addon is rejected in @entries. 0 or
 * -ENOMEM.
 */
int addons_load(struct addons *ret, struct entries *entries,
		const struct tree *tree, const char *dir);

/*
 * Appends to @words, parted by blanks, what the addons say to the kernel
 * @uname (NULL: unknown).
 */
void addons_apply(const struct addons *addons, const char *uname,
		  struct text *words);

void addons_free(struct addons *addons);

#endif
