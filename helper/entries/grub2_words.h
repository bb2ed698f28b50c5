/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the words of a command to its arguments: variables, word splitting,
 * wildcards, the last backslashes (grub-core/script/execute.c, argv.c;
 * grub-core/commands/wildcard.c).
 */
#ifndef KBOOT_ENTRIES_GRUB2_WORDS_H
#define KBOOT_ENTRIES_GRUB2_WORDS_H

#include "entries/grub2_run.h"

/*
 * Expands @words into *@ret, memory from @arena. False: the run has been
 * stopped.
 */
bool grub2_words_expand(struct grub2_run *run, const struct grub2_word *words,
			struct grub2_arena *arena, struct grub2_args *ret);

#endif
