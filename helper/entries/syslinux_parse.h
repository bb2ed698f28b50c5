/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration language of syslinux and its kin, as com32/menu/
 * readconfig.c and com32/elflink/ldlinux/readconfig.c of syslinux 6.04 read
 * it: labels, menus, and what is started by itself. For syslinux.c.
 */
#ifndef KBOOT_ENTRIES_SYSLINUX_PARSE_H
#define KBOOT_ENTRIES_SYSLINUX_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "entries/entries.h"

enum {
	/* MAX_LINE of syslinux. What is beyond is cut off. */
	SYSLINUX_LINE_MAX = 4095,
	/* Menus in one another; INCLUDE; files in all; labels, menus. */
	SYSLINUX_DEPTH_MAX = 8,
	SYSLINUX_INCLUDES_MAX = 16,
	SYSLINUX_FILES_MAX = 128,
	SYSLINUX_BYTES_MAX = 8 * 1024 * 1024,
	SYSLINUX_LABELS_MAX = ENTRIES_MAX,
	/* Kernels, initrds and modules looked for; labels behind ifcpu64 */
	SYSLINUX_LOOKUPS_MAX = 4 * ENTRIES_MAX,
	SYSLINUX_SEARCHES_MAX = 256,
	SYSLINUX_MENUS_MAX = 1024,
	/* As much of a menu's title stands before those of its entries. */
	SYSLINUX_TITLE_MAX = 255,
};

enum syslinux_type {
	/* By the file name's ending */
	SYSLINUX_KERNEL,
	SYSLINUX_LINUX,
	SYSLINUX_COM32,
	SYSLINUX_CONFIG,
	SYSLINUX_LOCALBOOT,
	/* A boot sector, a disk image, a program for DOS, PXE */
	SYSLINUX_BOOT,
	/* Goes to another menu, shows a text, ends the menu. */
	SYSLINUX_GOTO,
	/* Is the entry of a menu in this one: @submenu */
	SYSLINUX_SUBMENU,
};

struct syslinux_label {
	/* Where it stands, and which of budget->paths that is. */
	char *source;
	size_t file;
	/* Its first word, and all of it; "" for a submenu. */
	char *name;
	char *text;
	/* MENU LABEL without '^', or NULL. */
	char *title;
	enum syslinux_type type;
	/* What stands behind KERNEL; the label without KERNEL. */
	char *kernel;
	/* Its own APPEND or the one for all, and INITRD or NULL. */
	char *append;
	char *initrd;
	/* The menu that it stands in, and the one that it opens. */
	size_t menu;
	size_t submenu;
	bool hidden;
	bool disabled;
	bool locked;
	/* MENU DEFAULT */
	bool marked;
	/* Its file ends in it because it is too long: more may belong to it. */
	bool cut;
};

struct syslinux_menu {
	/* The tag behind MENU BEGIN, and what is shown for it; "": nothing. */
	char *tag;
	char *shown;
	size_t parent;
	/* Its own label in @parent, and its default; -1: none is marked. */
	size_t label;
	long by_default;
};

struct syslinux_config {
	struct syslinux_label *labels;
	size_t label_count;
	/* The first is the outermost. */
	struct syslinux_menu *menus;
	size_t menu_count;
	/* MENU START */
	size_t start;
	/* What stands behind DEFAULT, UI, ONTIMEOUT, ONERROR; NULL: none. */
	char *by_default;
	char *ui;
	char *on_timeout;
	char *on_error;
	/* APPEND before any label: for the labels that have none of their own,
	 * and for what is no label; NULL: none. */
	char *append;
	/* Tenths of a second; -1: not there. */
	long timeout;
	long total_timeout;
	/* -1: not there. */
	long prompt;
	/* MENU outside labels, whatever is behind it */
	bool menu_line;
	/* MENU SHIFTKEY */
	bool shift_key;
	/* IMPLICIT 0 */
	bool no_implicit;
};

/*
 * What was read so far, by all readings of one gathering. Start with zeroes,
 * end with syslinux_end().
 */
struct syslinux_budget {
	/* Each file once, and by which reading its labels are listed; 0: by
	 * none. A menu that leads to one with the same labels adds nothing. */
	char *paths[SYSLINUX_FILES_MAX];
	unsigned int listed_by[SYSLINUX_FILES_MAX];
	size_t path_count;
	unsigned int readings;
	size_t files;
	size_t bytes;
	size_t labels;
	size_t lookups;
	size_t searches;
};

/* Where files are: the tree, and the directory for names without a slash. */
struct syslinux_place {
	struct entries *entries;
	const struct guest *guest;
	size_t tree;
	const char *dir;
	/* What "~" means. */
	const char *main;
	struct syslinux_budget *budget;
};

/*
 * Reads the files that @names names, parted by blanks, as if they were one.
 * What is wrong with them is rejected. Returns 0, -ENOENT where none of them
 * can be read, or -ENOMEM. The caller frees with syslinux_free() either way.
 */
int syslinux_parse(struct syslinux_config *ret,
		   const struct syslinux_place *place, const char *names,
		   struct reason *why);
void syslinux_free(struct syslinux_config *config);

/* ---- syslinux_files.c ---- */

void syslinux_end(struct syslinux_budget *budget);

/* The number of the file at @path; a new one, or SYSLINUX_FILES_MAX: there are
 * too many, or there is no memory. */
size_t syslinux_file_number(struct syslinux_budget *budget, const char *path);

/* True if draft_read() does not read all of the file. */
bool syslinux_is_cut(const struct syslinux_place *place, const char *path);

/*
 * The file that @name means, for the caller to free; NULL: no memory. "::x" is
 * x on the disk; FAT has backslashes.
 */
char *syslinux_path(const struct syslinux_place *place, const char *name);

/*
 * The same for the word of @len bytes at @name, "~" included, in *@ret_path, and
 * where the file really is in *@ret_found, both for the caller to free. 0, or as
 * place_find_on().
 */
int syslinux_find(const struct syslinux_place *place, const char *name,
		  size_t len, char **ret_path, char **ret_found,
		  struct reason *why);

/* The length of the word at @s; where the next one begins. */
size_t syslinux_word(const char *s);
const char *syslinux_skip(const char *s);

#endif
