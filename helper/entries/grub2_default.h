/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a configuration of GRUB boots by itself.
 */
#ifndef KBOOT_ENTRIES_GRUB2_DEFAULT_H
#define KBOOT_ENTRIES_GRUB2_DEFAULT_H

#include "entries/entries.h"
#include "entries/grub2_menu.h"

/*
 * What $default means in the menu behind an entry that is the default, for
 * grub2_menu_find(): the menu's own, or @rest, which is behind the ">". NULL:
 * nothing, so it is the first.
 */
const char *grub2_inner_default(const struct grub2_menu *menu,
				const char *rest);

/*
 * Sets entries->config by the variables of the top menu, whose entries have
 * been read, and by grubenv beside @config, a path on @tree. What is not as it
 * is configured is told with entries_skip().
 */
void grub2_default(struct entries *entries, const struct tree *tree,
		   const char *config, const struct grub2_menu *menu);

#endif
