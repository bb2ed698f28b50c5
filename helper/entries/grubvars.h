/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What GRUB's variables hold where its scripts cannot be run: what grubenv
 * says, and what lines `set NAME=VALUE` of grub.cfg say, whatever stands
 * around them. For Boot Loader Specification entries in Fedora's dialect.
 */
#ifndef KBOOT_ENTRIES_GRUBVARS_H
#define KBOOT_ENTRIES_GRUBVARS_H

#include "entries/entries.h"
#include "entries/grubenv.h"

enum { GRUBVARS_FILE_MAX = 4 * 1024 * 1024, GRUBVARS_DIRS_MAX = 32 };

/* Start with `struct grubvars v = { 0 };`. */
struct grubvars {
	struct grubenv env;
	struct grubenv set;
	/* The grubenv, for messages; NULL: none. */
	char *source;
};

/*
 * Looks for grubenv and grub.cfg where distributions have them, on the tree
 * @tree first, then on the others. The first of each counts; a broken grubenv
 * is rejected in @entries. None is no error. 0 or -ENOMEM.
 */
int grubvars_find(struct grubvars *ret, struct entries *entries,
		  const struct guest *guest, size_t tree, struct reason *why);
void grubvars_free(struct grubvars *vars);

/* The value or NULL. grubenv stands above: `set` is there for want of it. */
const char *grubvars_get(const void *vars, const char *name);

#endif
