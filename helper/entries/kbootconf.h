/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The entries of a guest's kboot.conf: lines of the form
 * label='kernel initrd=FILE arguments' (settings/conf.h), as kboot of 2006 and
 * petitboot read them. What the file sets is settings.c's.
 */
#ifndef KBOOT_ENTRIES_KBOOTCONF_H
#define KBOOT_ENTRIES_KBOOTCONF_H

#include "entries/entries.h"

/*
 * A format of entries.c. Ids and titles are labels; default= is the default if
 * it names one of them, and timeout= is theirs: a file without entries gives
 * neither, for what it sets counts only with --conf. root=, initrd= and video=
 * of the file stand in for what an entry does not have. /etc/kboot.conf is
 * read only where no tree has /boot/kboot.conf or /kboot.conf.
 */
int kbootconf_gather(struct entries *entries, const struct guest *guest,
		     size_t tree, struct reason *why);

#endif
