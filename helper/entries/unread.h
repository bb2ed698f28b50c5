/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Configurations of boot loaders that are not read here: that they are there
 * is told, for whoever wonders why his menu is not as he wrote it.
 */
#ifndef KBOOT_ENTRIES_UNREAD_H
#define KBOOT_ENTRIES_UNREAD_H

#include "entries/entries.h"
#include "entries/views.h"

enum {
	/* Directories in one directory EFI that are looked into. */
	UNREAD_VENDORS_MAX = 256,
};

/* Says of each such loader, by entries_skip(), where the first of its files
 * lies on the trees of @views. */
void unread_tell(struct entries *entries, const struct views *views);

#endif
