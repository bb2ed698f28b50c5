/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * grub.cfg: what a GRUB 2 would offer. Its shell is run as GRUB runs it
 * (grub2_run.h), the menu's entries are looked into one by one as if each had
 * been chosen, submenus are flattened.
 */
#ifndef KBOOT_ENTRIES_GRUB2_H
#define KBOOT_ENTRIES_GRUB2_H

#include <stddef.h>

#include "entries/entries.h"

/*
 * A format of gather.c: adds the entries of the first configuration on the
 * tree @tree that has any, its default, what saved_entry means there, and its
 * timeout.
 */
int grub2_gather(struct entries *entries, const struct guest *guest,
		 size_t tree, struct reason *why);

#endif
