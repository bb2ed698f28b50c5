/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the root file system of an operating system looks like, which of
 * several trees is the root for a kernel found on one of them, and what
 * follows from it for an entry without a configuration.
 */
#ifndef KBOOT_ENTRIES_OS_H
#define KBOOT_ENTRIES_OS_H

#include <stdbool.h>
#include <stddef.h>

#include "entries/entries.h"

enum { OS_RELEASE_MAX = 64 * 1024, OS_NAME_MAX = 128 };

struct os {
	/* PRETTY_NAME or NAME of os-release(5), clean; "" if there is none. */
	char name[OS_NAME_MAX];
	/* It has what only a root file system has. */
	bool is_root;
};

/* Looks at one tree. What cannot be read is not there. */
void os_look(struct os *ret, const struct tree *tree);

/* Looks at the first ENTRIES_TREES_MAX trees of @guest, into @ret. */
void os_look_all(struct os *ret, const struct guest *guest);

/*
 * The index of the tree that is the root for a kernel of @version (NULL:
 * unknown) on the tree @on: that tree if it is a root, else the one with the
 * modules of the kernel, else the first root. -1 if none is a root. @os has
 * os_look()'s word about each tree.
 */
long os_find_root(const struct os *os, const struct guest *guest, size_t on,
		  const char *version);

/*
 * Gives @entry, whose kernel, version and kind are known, its title
 * ("Debian GNU/Linux 12 (bookworm), Linux 6.1.0-56-amd64 (rescue)") and the
 * command line of a bare kernel: root= names the root found where the person
 * gave none. @os as above. Returns 0 or what settings_compose() refuses.
 */
int os_describe(struct entry *entry, const struct os *os,
		const struct guest *guest, struct reason *why);

#endif
