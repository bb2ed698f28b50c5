/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of entries in its three forms: JSON for other programs, lines with
 * tabs for sh, a table for people. Makes text only; main.c prints it.
 */
#ifndef KBOOT_ENTRIES_SHOW_H
#define KBOOT_ENTRIES_SHOW_H

#include <stdbool.h>

#include "base/text.h"
#include "entries/entries.h"

/*
 * One object: default, timeout (null for one below 0), entries, rejected. Other
 * programs rely on it: it changes only by adding keys. "initrd_fs" is there
 * when an initrd lies on another file system than its kernel, and says on
 * which, in order. "modules" is there for a Multiboot kernel, which has no
 * "initrd"; "profile" for a UKI.
 */
void show_json(struct text *out, const struct entries *entries, int timeout);

/*
 * For sh, parted by tabs: "default ID" (when there is one), "timeout N" (an
 * empty N for one below 0: no countdown, wait for a person), and for each
 * entry that is not hidden "entry ID TITLE"; then, for a loader that is a
 * program of its own, "kernel PATH", "initrd PATH" or "module PATH" for each,
 * and "cmdline WORDS" of that entry, with paths as this system sees them. No
 * field holds a control character.
 */
void show_tab(struct text *out, const struct entries *entries,
	      const struct tree *trees, int timeout);

/*
 * A line for each entry, the default with an asterisk; @explain adds where it
 * came from, what it is made of, and what was rejected or skipped and why. @trees are
 * those that the entries were gathered from.
 */
void show_table(struct text *out, const struct entries *entries,
		const struct tree *trees, bool explain);

#endif
