/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds entries that are in the list already. Within one configuration a
 * repetition is meant (GRUB lists the default again in a submenu) and stays;
 * between two it is noise.
 */
#ifndef KBOOT_ENTRIES_SAME_H
#define KBOOT_ENTRIES_SAME_H

#include "entries/entries.h"

/* Where an entry was found. */
struct same_origin {
	/* Which configuration, counted in the order of the list. */
	size_t part;
	/* Of which kind it is: equal pointers are equal kinds. */
	const void *format;
};

/*
 * For each entry the index of one of an earlier configuration that it
 * repeats, or -1, in @ret. It repeats one of the same kernel file, initrds and
 * command line; one read from the same line with the same kernel and title
 * (the menu of /boot, reached from the ESP as well); and of another format,
 * one of the same kernel file and root=. Returns 0 or -ENOMEM.
 */
int same_find(long *ret, const struct entries *entries,
	      const struct same_origin *origins, const struct guest *guest);

#endif
