/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Menus: what menuentry and submenu add to, and which entry a number, an id
 * or a title means (grub-core/normal/menu.c).
 */
#ifndef KBOOT_ENTRIES_GRUB2_MENU_H
#define KBOOT_ENTRIES_GRUB2_MENU_H

#include "entries/grub2_run.h"

/* An empty menu with a new context, which has what @from exports. NULL: the
 * run has been stopped. */
struct grub2_menu *grub2_menu_open(struct grub2_run *run,
				   const struct grub2_env *from);
/* Takes NULL. */
void grub2_menu_free(struct grub2_menu *menu);

/* What a new entry is made of; all is copied, the source counted. */
struct grub2_menu_new {
	/* The first is the title; at least one. */
	char **args;
	size_t arg_count;
	/* NULL: the title */
	const char *id;
	bool is_submenu;
	const struct grub2_block *block;
	/* file:line */
	const char *from;
};

/* Adds to run->menu. */
void grub2_menu_add(struct grub2_run *run, const struct grub2_menu_new *new);

/*
 * The entry that the first part of @wanted ("1>2", "id>id", "title>title")
 * means, or NULL. *@rest either way: what is behind the ">", or "".
 */
struct grub2_menu_entry *grub2_menu_find(const struct grub2_menu *menu,
					 const char *wanted, const char **rest);

#endif
