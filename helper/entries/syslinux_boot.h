/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one thing that a command of syslinux's can be here: a kernel with its
 * initrds, or Xen with its modules. For syslinux.c.
 */
#ifndef KBOOT_ENTRIES_SYSLINUX_BOOT_H
#define KBOOT_ENTRIES_SYSLINUX_BOOT_H

#include <stdbool.h>

#include "entries/syslinux_parse.h"

struct syslinux_start {
	const char *source;
	const char *id;
	const char *title;
	bool hidden;
	/* mboot.c32's words, else a kernel's. */
	bool is_mboot;
	/* A file and its words, or several with "---" between them. */
	const char *text;
};

/*
 * Adds the entry; its place in the list goes into *@index, which stays as it
 * is where there is none: the reason is in the rejected then. 0 or -ENOMEM.
 */
int syslinux_boot(const struct syslinux_place *place,
		  const struct syslinux_start *start, long *index,
		  struct reason *why);

#endif
