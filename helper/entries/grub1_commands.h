/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GRUB legacy's menu as it is being read, and its commands. For grub1.c and
 * grub1_commands.c alone.
 */
#ifndef KBOOT_ENTRIES_GRUB1_COMMANDS_H
#define KBOOT_ENTRIES_GRUB1_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/reason.h"
#include "entries/grub1.h"

/* The entry that is being read. */
struct grub1_stanza {
	/* NULL: there is none. */
	char *title;
	unsigned int line;
	/* Has a command that GRUB knows: else it is no entry to GRUB. */
	bool counts;
	bool locked;
	/* Why it cannot be started, and on which line; "" if it can. */
	struct reason problem;
	unsigned int problem_line;
	/* Where the paths lead to, and a tree that is the likelier, or -1. */
	size_t on;
	long likely;
	/* The menu that it leads to, and where that lies; or NULL. */
	char *configfile;
	size_t configfile_on;
	/* Its kernel, initrds, command line. */
	struct entry entry;
};

/* What was read and looked for so far. */
struct grub1_budget {
	size_t files;
	size_t titles;
	size_t lookups;
};

/* A configuration file that is being read. */
struct grub1_menu {
	struct entries *entries;
	const struct guest *guest;
	size_t tree;
	const char *path;
	/* The menu around it, or NULL, and how many there are. */
	const struct grub1_menu *parent;
	unsigned int depth;
	/* Of all menus of one gathering. */
	struct grub1_budget *budget;
	/* The titles of the menus around it: for titles, "Outer > "; for ids,
	 * "Outer>" */
	const char *title_prefix;
	const char *id_prefix;

	/* What stands before the first title. */
	int number;
	bool wants_saved;
	int fallback[GRUB1_FALLBACKS];
	size_t fallback_count;
	int timeout;
	bool has_password;

	unsigned int unknown;
	struct grub1_stanza stanza;
	/* By GRUB's number: the index in the list, or -1. */
	long *index;
	size_t count;
};

/* skip_to() of cmdline.c: behind the word at @s, and an '=' that ends it. */
const char *grub1_skip_word(const char *s, bool after_equal);

/*
 * Runs a line that is no title, before the first title (m->stanza.title is
 * NULL) or in the entry m->stanza. Returns 0 or -ENOMEM; whatever else is
 * wrong with it is in the stanza, or rejected.
 */
int grub1_run(struct grub1_menu *m, unsigned int number, const char *line,
	      struct reason *why);

#endif
