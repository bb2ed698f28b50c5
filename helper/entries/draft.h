/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What configurations of lines have in common, GRUB legacy's, syslinux's and
 * kboot.conf's: the file by lines, words as a kernel gets them, and the last
 * touches to an entry before it goes into the list.
 */
#ifndef KBOOT_ENTRIES_DRAFT_H
#define KBOOT_ENTRIES_DRAFT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "entries/entries.h"

enum {
	/* What is beyond is not read. pygrub reads 1 MiB. */
	DRAFT_FILE_MAX = 4 * 1024 * 1024,
};

/*
 * Appends the configuration at @path of the tree @tree to @ret, as text: a
 * byte order mark is left out. Returns 0; -ENOENT where there is none or none
 * that is text, the reason for the latter in @entries; -ENOMEM. What is left
 * out, lines with NUL bytes and those beyond DRAFT_FILE_MAX, @entries says.
 */
int draft_read(struct text *ret, struct entries *entries,
	       const struct guest *guest, size_t tree, const char *path,
	       struct reason *why);

/*
 * The path of the file @name beside the file at @path, for the caller to
 * free; @name alone if it begins with a slash. NULL: no memory.
 */
char *draft_beside(const char *path, const char *name);

/*
 * True if @path names something that is not on a disk: a URL, TFTP's
 * SERVER::PATH with a server, GRUB's (nd).
 */
bool draft_is_remote(const char *path);

/*
 * True if @path is named as iPXE's ipxe.lkrn is, with the sentence in @why: it
 * has a kernel's head, but its code is for the BIOS's mode alone.
 */
bool draft_is_lkrn(const char *path, struct reason *why);

/*
 * @text without blanks around it, and with one blank where there are several,
 * but for those between double quotes, which Linux keeps. For the caller to
 * free; NULL: no memory.
 */
char *draft_words(const char *text);

/*
 * True if @word is in @text, in any case, and no letter beside it: "rescue" is
 * in "0-rescue-1b3f", not in SystemRescue, which is a distribution.
 */
bool draft_has_word(const char *text, const char *word);

/* As entries_reject(), for line @line of the file at @path. */
void draft_reject(struct entries *entries, const char *path, unsigned int line,
		  const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/*
 * Moves *@entry into the list. It has its id, title, source, tree, kernel and
 * cmdline, and each module its words (a NULL among them: no memory); id and title are cleaned,
 * the version is found from the kernel's name or the kernel, @rescue is set
 * for what says that it is for a rescue or tests the memory. Returns 0 with
 * the index in *@ret_index, or -1 there when the entry was rejected; -ENOMEM.
 * *@entry is freed either way.
 */
int draft_add(struct entries *entries, const struct guest *guest,
	      struct entry *entry, long *ret_index, struct reason *why);

#endif
