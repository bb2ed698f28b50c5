/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of entries that have no bytes in them: what is left when /boot was full
 * or the power went away. A boot loader finds them, and nothing starts.
 */
#ifndef KBOOT_ENTRIES_EMPTY_H
#define KBOOT_ENTRIES_EMPTY_H

#include "entries/entries.h"

/*
 * Marks the entries of a whole answer whose kernel or one of whose initrds is
 * an empty file as incomplete, and rejects the file. Kernels are judged where
 * another kernel is not empty, initrds where another initrd is not; and all
 * only where an entry is left that has no empty file: in a captured tree files
 * are stand-ins, and empty ones say nothing. Returns 0 or -ENOMEM.
 */
int empty_mark(struct entries *entries, const struct guest *guest);

#endif
