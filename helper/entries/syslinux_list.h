/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The labels of a configuration of syslinux's as entries, and what it would
 * start by itself. For syslinux.c, syslinux_list.c and syslinux_default.c.
 */
#ifndef KBOOT_ENTRIES_SYSLINUX_LIST_H
#define KBOOT_ENTRIES_SYSLINUX_LIST_H

#include <stdbool.h>

#include "entries/syslinux_parse.h"

/* A configuration whose labels become entries. */
struct syslinux_listing {
	struct syslinux_place place;
	struct syslinux_config config;
	/* Before its titles: "Outer > " */
	const char *prefix;
	unsigned int depth;
	const struct syslinux_listing *parent;
	/* The first file that it was read from, to know it again, and its
	 * number among the readings. */
	char *path;
	unsigned int number;
	/* By label: the index of its entry, or -1. */
	long *index;
	/* Labels are hidden and locked in a menu only. */
	bool is_menu;
	/* Labels that only the command line of syslinux knows. */
	bool all_hidden;
};

/* What is to be started. Pointers are borrowed. */
struct syslinux_command {
	enum syslinux_type type;
	const char *source;
	const char *id;
	const char *title;
	bool hidden;
	/* File and words */
	const char *text;
	unsigned int depth;
};

/* Makes entries of all labels. 0 or -ENOMEM. */
int syslinux_list(struct syslinux_listing *l, struct reason *why);
void syslinux_free_listing(struct syslinux_listing *l);

/* Does what execute() would; *@index is the entry that came of it, or stays. */
int syslinux_start_command(struct syslinux_listing *l,
			   const struct syslinux_command *c, long *index,
			   struct reason *why);

/* The label that is called the @len bytes at @name, or NULL. */
const struct syslinux_label *
syslinux_find_label(const struct syslinux_listing *l, const char *name,
		    size_t len);

/* The command that a label stands for, as record() makes it; for the caller
 * to free. */
char *syslinux_label_text(const struct syslinux_label *label);

/*
 * The command @text, which is no label, as it is started: a module that has no
 * words has those of the APPEND for all. For the caller to free; NULL: no
 * memory.
 */
char *syslinux_implicit_text(const struct syslinux_listing *l,
			     const char *text);

/* Where the first of the files @names is; NULL: no memory. */
char *syslinux_first_path(const struct syslinux_listing *l, const char *names);

/*
 * True if the word at @name is the module @module, in any directory, with or
 * without the ending .c32 (apply_extension()); or one that shows a menu.
 */
bool syslinux_is_module(const char *name, const char *module);
bool syslinux_is_menu_module(const char *name);

/* True if DEFAULT starts a menu, and does not name what is started. */
bool syslinux_default_is_menu(const struct syslinux_listing *l);

/*
 * The label that the command @text goes on with if it is a module that only
 * chooses one (ifcpu64.c32, whichsys.c32); else NULL.
 */
const struct syslinux_label *
syslinux_chosen_label(const struct syslinux_listing *l, const char *text);

/*
 * The label of type CONFIG that DEFAULT starts at once, if it does, by way of
 * modules that choose a label; else NULL.
 */
const struct syslinux_label *
syslinux_default_config(const struct syslinux_listing *l);

/*
 * The index of the entry that is started by itself, complete and listed, into
 * *@ret, or -1. A command that is no label becomes an entry. 0 or -ENOMEM.
 */
int syslinux_default(struct syslinux_listing *l, long *ret, struct reason *why);

/* The timeout, as struct entries_config has it. */
int syslinux_seconds(const struct syslinux_listing *l);

#endif
