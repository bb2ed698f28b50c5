/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list that bls_gather() makes, while it is made: only for the three
 * files that do so, bls_gather.c, blsmake.c and blschoose.c.
 */
#ifndef KBOOT_ENTRIES_BLSLIST_H
#define KBOOT_ENTRIES_BLSLIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "entries/bls.h"
#include "entries/blsorder.h"
#include "entries/grubvars.h"
#include "entries/loaderconf.h"
#include "entries/unified.h"

/* On the tree itself; and one on each other tree. */
enum { BLSLIST_OWN = 4, BLSLIST_SPOTS = BLSLIST_OWN + ENTRIES_TREES_MAX };

/*
 * A place where a tree has loader/ and EFI/, "" or "/boot" for example, and
 * what is below it.
 */
struct blslist_spot {
	size_t tree;
	const char *prefix;
	struct bls_list type1;
	struct unified_list type2;
};

/* An entry of either type, on its way into the list. */
struct blslist_item {
	struct blsorder_key key;
	const struct blslist_spot *spot;
	/* One of the two. */
	const struct bls_entry *type1;
	const struct unified *type2;
	/* Where it is in entries->list; -1: rejected. */
	long index;
};

struct blslist {
	struct entries *entries;
	const struct guest *guest;
	size_t tree;
	struct blslist_spot spots[BLSLIST_SPOTS];
	size_t spot_count;
	/* In the loader's order. */
	struct blslist_item *items;
	size_t item_count;
	/* In Fedora's dialect, for GRUB. */
	bool for_grub;
	struct loaderconf conf;
	bool has_conf;
	/* Above its loader/ */
	const char *conf_prefix;
	/* entries.srel says type1. */
	bool has_marker;
	struct grubvars vars;
};

/* Appends what systemd-boot calls the item: "a.conf", "b.efi@PROFILE". */
void blslist_add_name(struct text *text, const struct blslist_item *item);

/*
 * Makes an entry of @item and adds it; or rejects it, with item->index -1. 0
 * or -ENOMEM.
 */
int blsmake_entry(const struct blslist *list, struct blslist_item *item,
		  struct reason *why);

/* Makes equal titles differ, where the loader does so. 0 or -ENOMEM. */
int blschoose_titles(const struct blslist *list, struct reason *why);

/* Sets entries->config. */
void blschoose_default(const struct blslist *list);

#endif
