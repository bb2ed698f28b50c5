/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The entry that kernel= and ramdisk= describe.
 */
#ifndef KBOOT_ENTRIES_GIVEN_H
#define KBOOT_ENTRIES_GIVEN_H

#include "entries/entries.h"

/*
 * A format of entries.c: adds the one entry of kernel=, nothing without it.
 * -ENOENT with a sentence if the kernel or a ramdisk is missing, or another
 * -errno if it cannot be had: what a person names is not guessed around.
 */
int given_gather(struct entries *entries, const struct guest *guest,
		 struct reason *why);

#endif
