/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * POSIX extended regular expressions (IEEE Std 1003.1, 9.4) in bounded time,
 * with what GNU adds (\w, \<, \b, ..., and back references, \1): the C locale,
 * the leftmost longest match. Which part of several ways to the same match is
 * taken, is Perl's choice, not POSIX's.
 */
#ifndef KBOOT_ENTRIES_GRUB2_REGEXP_H
#define KBOOT_ENTRIES_GRUB2_REGEXP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	GRUB2_REGEXP_PATTERN_MAX = 512,
	GRUB2_REGEXP_TEXT_MAX = 1024,
	/* Groups, the whole match included. */
	GRUB2_REGEXP_GROUPS_MAX = 20,
	GRUB2_REGEXP_SETS_MAX = 64,
	GRUB2_REGEXP_REPEAT_MAX = 255,
	GRUB2_REGEXP_CODE_MAX = 512,
	GRUB2_REGEXP_DEPTH_MAX = 32,
	/* With back references: places in the pattern with what they refer to, at
	 * one byte of the text, and in all. */
	GRUB2_REGEXP_STATES_MAX = 4096,
	GRUB2_REGEXP_WORK_MAX = 512 * 1024,
};

enum grub2_regexp {
	GRUB2_REGEXP_MATCH,
	GRUB2_REGEXP_NO_MATCH,
	/* Not a pattern. */
	GRUB2_REGEXP_BAD,
	/* Over a limit, or no memory: there is no answer. */
	GRUB2_REGEXP_LIMIT,
};

/* Bytes of the text; start -1: this part took no part. */
struct grub2_regexp_part {
	int start;
	int end;
};

/* Fills GRUB2_REGEXP_GROUPS_MAX parts, the first is the whole match; and adds to
 * *@work, unless NULL, how many states were gone through. */
enum grub2_regexp grub2_regexp_match(const char *pattern, const char *text,
				     struct grub2_regexp_part *parts,
				     size_t *work);

#endif
