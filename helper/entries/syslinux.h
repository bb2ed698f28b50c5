/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * syslinux, extlinux, isolinux, pxelinux: their configuration files, which
 * U-Boot reads as well (extlinux.conf).
 */
#ifndef KBOOT_ENTRIES_SYSLINUX_H
#define KBOOT_ENTRIES_SYSLINUX_H

#include "entries/entries.h"

/*
 * A format of entries.c. Ids are labels; titles are MENU LABELs, or labels,
 * and those of a menu in a menu "Outer > Inner".
 */
int syslinux_gather(struct entries *entries, const struct guest *guest,
		    size_t tree, struct reason *why);

#endif
