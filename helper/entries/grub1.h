/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GRUB legacy (0.97): menu.lst, also called grub.conf. Read as GRUB's stage 2
 * and PV-GRUB read it, with the commands that distributions patched in.
 */
#ifndef KBOOT_ENTRIES_GRUB1_H
#define KBOOT_ENTRIES_GRUB1_H

#include <stdbool.h>

#include "entries/entries.h"

enum {
	/* Beyond it a line is cut off. GRUB's own limit is 1500. */
	GRUB1_LINE_MAX = 4096,
	/* Titles beyond this many are not read, files beyond so many not
	 * looked for. */
	GRUB1_TITLES_MAX = ENTRIES_MAX,
	GRUB1_LOOKUPS_MAX = 4 * ENTRIES_MAX,
	/* As much of a menu's title stands before those of its entries. */
	GRUB1_PREFIX_MAX = 255,
	/* Menus in one another by configfile, and files in all. */
	GRUB1_DEPTH_MAX = 4,
	GRUB1_FILES_MAX = 16,
	/* MAX_FALLBACK_ENTRIES of GRUB's shared.h */
	GRUB1_FALLBACKS = 8,
	/* Commands that GRUB does not know: the first few are told. */
	GRUB1_UNKNOWN_MAX = 8,
};

/*
 * A format of entries.c. Ids are titles, those of a menu in a menu
 * "Outer>Inner".
 */
int grub1_gather(struct entries *entries, const struct guest *guest,
		 size_t tree, struct reason *why);

/* Numbers and names of devices, for its own files and its test. */

/*
 * GRUB's safe_parse_maxint(): a decimal or, with 0x, hexadecimal number at
 * the start of @text; what follows does not matter. False: none, or too large.
 */
bool grub1_number(const char *text, int *ret);

/*
 * The tree that "(hd0,1)" can mean, going by the trees' device names (sda2,
 * xvda2, vda2, nvme0n1p2; "(hd0)" is a disk without partitions), or -1.
 */
long grub1_device(const struct guest *guest, const char *device);

#endif
