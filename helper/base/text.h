/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A string that grows, and what is done to strings before a person or a
 * program sees them. Start with `struct text t = { 0 };`, end with
 * text_free(). Running out of memory or over TEXT_MAX is remembered: add what
 * there is to add, then ask text_error() once.
 */
#ifndef KBOOT_BASE_TEXT_H
#define KBOOT_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* No output of this program is near it: 100 000 entries of 600 bytes. */
enum { TEXT_MAX = 64 * 1024 * 1024 };

struct text {
	char *data;
	size_t len;
	size_t room;
	int error;
};

/* Add @len bytes, a string, one character, or a formatted string. */
void text_add_bytes(struct text *t, const char *what, size_t len);
void text_add(struct text *t, const char *what);
void text_add_char(struct text *t, char what);
void text_addf(struct text *t, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* 0, or the -errno of the first addition that failed. */
int text_error(const struct text *t);

/* The string so far, never NULL; borrowed, until the next addition. */
const char *text_str(const struct text *t);

/* Hands the string to the caller, who frees it; NULL after an error. */
char *text_take(struct text *t);

/* Frees; @t is empty and usable afterwards. Takes NULL. */
void text_free(struct text *t);

/*
 * The length of the well-formed UTF-8 character (RFC 3629) at @s, or 0 where
 * there is none: a stray byte, an overlong form, a surrogate, the end.
 */
size_t text_utf8(const char *s);

/*
 * True if @s is UTF-8 without control characters (C0, DEL, C1): safe on a
 * terminal and as a field between tabs.
 */
bool text_is_clean(const char *s);

/* The first control character (C0, DEL) in @s, which may be in any encoding; or
 * NULL. What is none of these may be on a kernel's command line. */
const char *text_control(const char *s);

/* Puts '?' in place of every byte that keeps @s from being clean. */
void text_clean(char *s);

/*
 * True if @s as a whole matches the shell pattern @glob: * ? [abc] [a-z]
 * [!abc]. A '[' that nothing closes within 64 bytes stands for itself. The
 * time is proportional to the product of the lengths, whatever the pattern.
 */
bool text_glob(const char *glob, const char *s);

#endif
