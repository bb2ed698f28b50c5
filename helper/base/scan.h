/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading a text that the kernel writes (procfs, sysfs) piece by piece. A view
 * shrinks from its beginning as pieces are taken; what does not fit is not
 * taken.
 */
#ifndef KBOOT_BASE_SCAN_H
#define KBOOT_BASE_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/* The next line, without its newline, into *@line; false at the end. */
bool scan_line(struct bytes *text, struct bytes *line);

/* The character @c; false when something else comes. */
bool scan_char(struct bytes *text, char c);

/* As many blanks as there are: how many. */
size_t scan_blanks(struct bytes *text);

/* Lower-case hexadecimal digits, at least one, no more than a number holds. */
bool scan_hex(struct bytes *text, uint64_t *ret);

/* The same with 0x before it. */
bool scan_0x(struct bytes *text, uint64_t *ret);

/* True if what is left is @string as a whole. Takes nothing. */
bool scan_is(struct bytes text, const char *string);

#endif
