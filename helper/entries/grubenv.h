/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GRUB's environment block (grub-editenv; GRUB manual, "Environment block"):
 * name=value lines in a file that begins with "# GRUB Environment Block".
 * Read only.
 */
#ifndef KBOOT_ENTRIES_GRUBENV_H
#define KBOOT_ENTRIES_GRUBENV_H

#include <stddef.h>

#include "entries/tree.h"

enum { GRUBENV_SIZE_MAX = 1024 * 1024 };

/* Start with `struct grubenv e = { 0 };`. */
struct grubenv {
	struct grubenv_value {
		char *name;
		char *value;
	} * list;
	size_t count;
};

/*
 * Parses @len bytes at @text. Values are unescaped ("\\" before any
 * character). 0; -EINVAL with a sentence that begins with @name where the
 * first line is another; -ENOMEM.
 */
int grubenv_parse(struct grubenv *ret, const char *name, const char *text,
		  size_t len, struct reason *why);

/* The file at @path of @tree. -ENOENT: there is none. */
int grubenv_read(struct grubenv *ret, const struct tree *tree, const char *path,
		 struct reason *why);

/* The value, or NULL. */
const char *grubenv_get(const struct grubenv *env, const char *name);
void grubenv_free(struct grubenv *env);

#endif
