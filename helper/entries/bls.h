/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Boot Loader Specification, type 1 (specs/boot_loader_specification.md):
 * loader/entries/ *.conf and loader.conf, and Fedora's dialect of it, which
 * GRUB's blscfg command reads.
 */
#ifndef KBOOT_ENTRIES_BLS_H
#define KBOOT_ENTRIES_BLS_H

#include <stdbool.h>
#include <stddef.h>

#include "entries/entries.h"

enum {
	/* An entry is a few hundred bytes; a kernel takes 2 KiB of words. */
	BLS_FILE_MAX = 64 * 1024,
	/* All the files of one directory. */
	BLS_DIR_MAX = 16 * 1024 * 1024,
	/* Lines of one key in one file. */
	BLS_LINES_MAX = 256,
};

/* One .conf file as it stands: nothing is expanded, no file looked for. */
struct bls_entry {
	/* The file's name without .conf; without the counters in
	 * BLS_ORDER_SPEC (GRUB knows of no counters: they are in its id). */
	char *id;
	/* file:1 for messages */
	char *source;
	/* The file, and the lines in it, for messages about its lines. */
	char *path;
	unsigned int kernel_line;
	unsigned int *initrd_line;
	/* Keys of the specification; NULL: not there. Of a key that is there
	 * twice the last counts, in BLS_ORDER_GRUB the first, as the loaders
	 * have it. kernel is "linux". */
	char *title;
	char *version;
	char *machine_id;
	char *sort_key;
	char *architecture;
	char *kernel;
	char *efi;
	char *uki;
	char *uki_url;
	/* The number of a UKI's profile, as written. */
	char *profile;
	/* A line "extra", which only a UEFI stub can serve. */
	char *extra;
	/* In the order of their lines. options are joined by whoever expands
	 * them; initrd may hold several paths in Fedora's dialect. */
	char **initrd;
	size_t initrd_count;
	char **options;
	size_t option_count;
	/* Fedora: grub_users, grub_arg, grub_class, grub_hotkey. */
	char *grub_users;
	char *grub_arg;
	char *grub_class;
	char *grub_hotkey;
	/* Boot counting; -1: not counted. */
	int tries_left;
	int tries_done;
};

struct bls_list {
	struct bls_entry *list;
	size_t count;
};

enum bls_order {
	/* The specification, "Sorting" */
	BLS_ORDER_SPEC,
	/* GRUB's blscfg: file names, newest first, by its own comparison */
	BLS_ORDER_GRUB,
};

/*
 * Reads all the .conf files in the directory @dir of tree @tree, in order.
 * What cannot be used is rejected in @entries: what cannot be read, and what
 * has neither linux nor efi nor uki. In BLS_ORDER_SPEC ".conf" is in any case
 * of letters, and files called auto-* are passed over, as systemd-boot does;
 * GRUB takes ".conf" alone. -ENOENT: no such directory.
 */
int bls_read(struct bls_list *ret, struct entries *entries,
	     const struct guest *guest, size_t tree, const char *dir,
	     enum bls_order order, struct reason *why);
void bls_free(struct bls_list *list);

/*
 * Parses the @len bytes of one file into *@ret, whose id, source and path stay
 * NULL. 0, -ENOMEM, or -EINVAL with a sentence. bls_free_entry() frees, failed
 * ones too.
 */
int bls_parse(struct bls_entry *ret, const char *text, size_t len,
	      enum bls_order order, struct reason *why);
void bls_free_entry(struct bls_entry *entry);

/*
 * Takes the counters "+LEFT" or "+LEFT-DONE" off the end of @name (a file name
 * without its ending). False, with -1 in both, if it has none.
 */
bool bls_take_counters(char *name, int *ret_left, int *ret_done);

/* The options lines joined by a space; "" for none; NULL: no memory. */
char *bls_options(const struct bls_entry *entry);

/*
 * The words of @text with every $name and ${name} replaced by what @get says
 * of it (NULL: nothing), as blscfg expands them; for the caller to free. A "$"
 * that no name follows is dropped. NULL: no memory, or more than TEXT_MAX.
 */
char *bls_expand(const char *text,
		 const char *(*get)(const void *context, const char *name),
		 const void *context);

/*
 * True if @name, a saved_entry or a word of a person, is @id, a file name
 * without .conf or .efi: with or without that ending, in any case of letters,
 * as names on FAT have none.
 */
bool bls_is_named(const char *id, const char *name);

/*
 * A format of entries.c. Adds what systemd-boot would list: type 1 and, by
 * way of unified.h, type 2 in one list and one order, with its default and
 * timeout; unified.h has no gather of its own. The list is that of ESP and
 * XBOOTLDR together, where both are trees of one disk, whichever @tree is;
 * loader.conf is the tree's own or, where it has none, that of another tree.
 * Entries of Fedora's dialect, which GRUB would list by blscfg, come in GRUB's
 * order and with grubenv's saved_entry, from @tree alone.
 */
int bls_gather(struct entries *entries, const struct guest *guest, size_t tree,
	       struct reason *why);

#endif
