/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The grammar of kboot.conf, one thing a line:
 *
 *     # comment
 *     key=value            everything up to the end of the line, trimmed
 *     key='value'          or "value"; a comment may follow
 *     label='kernel initrd=FILE arguments'
 *
 * The last form, an entry, is that of kboot 2006 and petitboot. It is a line
 * whose key is no setting's and whose value is quoted or names its kernel by
 * a path. There are no escapes inside quotes. Pure: bytes in, lines out; what
 * a key means is settings.c's.
 */
#ifndef KBOOT_SETTINGS_CONF_H
#define KBOOT_SETTINGS_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/reason.h"

enum {
	CONF_SIZE_MAX = 256 * 1024,
	CONF_LINE_MAX = 4096,
	CONF_LINES_MAX = 4096,
};

struct conf_line {
	/* Counted from 1. */
	unsigned int number;
	char *key;
	/* NULL when @problem tells why the line was not understood. */
	char *value;
	char *problem;
	/* Quoted values may name an entry without a slash in them. */
	bool quoted;
};

struct conf {
	struct conf_line *lines;
	size_t count;
};

/* The parts of an entry line. */
struct conf_entry {
	char *kernel;
	/* "" without initrd=; several are parted by commas. */
	char *initrd;
	/* The other words, as written. */
	char *options;
};

/*
 * Reads @len bytes. Lines that are empty or a comment are left out; a line
 * that cannot be understood is kept with its problem. Returns 0, -E2BIG for a
 * file over the limits (*@ret has then the lines before the limit, and still
 * has to be freed), -ENOMEM, or -EINVAL for bytes that are no text.
 */
int conf_parse(struct conf *ret, const char *bytes, size_t len,
	       struct reason *why);

/* Takes a zeroed or failed one. */
void conf_free(struct conf *conf);

/* True if a line whose key is no setting can be meant as an entry. */
bool conf_is_entry(const struct conf_line *line);

/*
 * Takes an entry line apart: the first word is the kernel, the last initrd=
 * word the initrds, the rest options. Returns 0, -EINVAL without a kernel,
 * -E2BIG or -ENOMEM. The caller frees with conf_entry_free() either way.
 */
int conf_entry_parse(struct conf_entry *ret, const char *value,
		     struct reason *why);
void conf_entry_free(struct conf_entry *entry);

#endif
