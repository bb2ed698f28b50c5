/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A regular expression of GRUB as a program for the automaton of
 * entries/grub2_regexp.h, which runs it.
 */
#ifndef KBOOT_ENTRIES_GRUB2_PATTERN_H
#define KBOOT_ENTRIES_GRUB2_PATTERN_H

#include <stdbool.h>
#include <stdint.h>

#include "entries/grub2_regexp.h"

/* What a match goes through, one after the other. */
enum grub2_pattern_op {
	GRUB2_OP_CHAR,
	GRUB2_OP_ANY,
	GRUB2_OP_SET,
	GRUB2_OP_LOOK,
	GRUB2_OP_BACK,
	GRUB2_OP_SAVE,
	GRUB2_OP_SPLIT,
	GRUB2_OP_JUMP,
	GRUB2_OP_MATCH,
};

struct grub2_pattern_step {
	enum grub2_pattern_op op;
	/* GRUB2_OP_CHAR: the byte; GRUB2_OP_SAVE: which slot; GRUB2_OP_SET: which set;
	 * GRUB2_OP_LOOK: what is behind the backslash; GRUB2_OP_BACK: which group */
	unsigned int arg;
	/* GRUB2_OP_SPLIT: the way that is tried first; GRUB2_OP_JUMP */
	unsigned int to;
	unsigned int other;
};

struct grub2_pattern {
	struct grub2_pattern_step code[GRUB2_REGEXP_CODE_MAX];
	unsigned int size;
	uint8_t sets[GRUB2_REGEXP_SETS_MAX][32];
	unsigned int set_count;
	unsigned int groups;
	/* A bit for each group that something refers back to. */
	unsigned int refers;
	/* Not a pattern, or over a limit; the latter. */
	bool bad;
	bool over;
};

/* Fills *@ret, which is zeroed before. False: @pattern is none, or over a limit. */
bool grub2_pattern_compile(struct grub2_pattern *ret, const char *pattern);

/* A byte of a set (GRUB2_OP_SET). */
bool grub2_pattern_set_has(const uint8_t *set, unsigned char byte);

/* Letters, digits and "_" in the C locale. */
bool grub2_pattern_is_word(unsigned char byte);

#endif
