/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines "key value" as systemd-boot reads them, in entries and in loader.conf
 * (line_get_key_value() of src/boot/efi-string.c), and GRUB's blscfg but for
 * the quotes. Pure: bytes in, parts of them out.
 */
#ifndef KBOOT_ENTRIES_BLSLINE_H
#define KBOOT_ENTRIES_BLSLINE_H

#include <stdbool.h>
#include <stddef.h>

/* What is left of a text. */
struct blsline_text {
	const char *at;
	const char *end;
	/* Line breaks passed, CR LF being one. */
	unsigned int lines;
	/* There was a NUL byte, which ends a text. */
	bool cut;
};

/* One line, blanks taken off both ends. Points into the text. */
struct blsline {
	unsigned int number;
	const char *key;
	size_t key_len;
	const char *value;
	size_t value_len;
};

/* @len bytes without their byte order mark, up to the first NUL. */
void blsline_begin(struct blsline_text *ret, const char *text, size_t len);

/* The next line that has a key and a value and is no comment; false: none. */
bool blsline_next(struct blsline_text *text, struct blsline *ret);

/* Takes one quote of a kind off both ends, whatever is between them, as
 * systemd-boot does; a value that is one quote is nothing. */
void blsline_unquote(struct blsline *line);

bool blsline_is(const struct blsline *line, const char *key);

#endif
