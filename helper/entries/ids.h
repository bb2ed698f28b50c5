/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ids name entries for settings, menus and programs, so no two are equal.
 * Configurations do not see to that: titles repeat, and so do clones of a
 * file system.
 */
#ifndef KBOOT_ENTRIES_IDS_H
#define KBOOT_ENTRIES_IDS_H

#include "entries/entries.h"

/*
 * Gives a longer id to all but the first of those that are equal: on another
 * file system its UUID, label or device in front, as kernel= has it, else "fs"
 * and its number; on the same one "#2" and so on behind. Returns 0 or -ENOMEM.
 */
int ids_part(struct entries *entries, const struct guest *guest);

#endif
