/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The growing string, clean text, shell patterns. glibc's fnmatch() is not
 * used: it brings the locales into a static program, and a few asterisks are
 * enough to keep it busy for hours.
 */
#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for @more bytes and the NUL; false once and for all when there is none. */
static bool grow(struct text *t, size_t more)
{
	size_t room = t->room ? t->room : 256;
	char *data;

	if (t->error)
		return false;
	if (more >= TEXT_MAX || t->len + more >= TEXT_MAX) {
		t->error = -E2BIG;
		return false;
	}
	if (t->len + more < t->room)
		return true;
	while (room <= t->len + more)
		room *= 2;
	data = realloc(t->data, room);
	if (!data) {
		t->error = -ENOMEM;
		return false;
	}
	t->data = data;
	t->room = room;
	return true;
}

void text_add_bytes(struct text *t, const char *what, size_t len)
{
	if (!grow(t, len))
		return;
	if (len)
		memcpy(t->data + t->len, what, len);
	t->len += len;
	t->data[t->len] = '\0';
}

void text_add(struct text *t, const char *what)
{
	text_add_bytes(t, what, strlen(what));
}

void text_add_char(struct text *t, char what)
{
	text_add_bytes(t, &what, 1);
}

void text_addf(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (len < 0 || !grow(t, (size_t)len)) {
		t->error = t->error ? t->error : -EINVAL;
		return;
	}
	va_start(ap, fmt);
	(void)vsnprintf(t->data + t->len, (size_t)len + 1, fmt, ap);
	va_end(ap);
	t->len += (size_t)len;
}

int text_error(const struct text *t)
{
	return t->error;
}

const char *text_str(const struct text *t)
{
	return t->data ? t->data : "";
}

char *text_take(struct text *t)
{
	char *data = NULL;

	if (grow(t, 0)) {
		t->data[t->len] = '\0';
		data = t->data;
		t->data = NULL;
	}
	text_free(t);
	return data;
}

void text_free(struct text *t)
{
	if (!t)
		return;
	free(t->data);
	memset(t, 0, sizeof(*t));
}

size_t text_utf8(const char *s)
{
	const unsigned char *u = (const unsigned char *)s;
	uint32_t code;
	size_t len;

	if (u[0] == 0)
		return 0;
	if (u[0] < 0x80)
		return 1;
	if (u[0] >= 0xc2 && u[0] <= 0xdf)
		len = 2;
	else if (u[0] >= 0xe0 && u[0] <= 0xef)
		len = 3;
	else if (u[0] >= 0xf0 && u[0] <= 0xf4)
		len = 4;
	else
		return 0;
	code = u[0] & (0xffu >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if ((u[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (u[i] & 0x3f);
	}
	if (len == 3 && (code < 0x800 || (code >= 0xd800 && code <= 0xdfff)))
		return 0;
	if (len == 4 && (code < 0x10000 || code > 0x10ffff))
		return 0;
	return len;
}

/*
 * U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069: what stands behind one
 * is shown in another order than it is written.
 */
static bool turns_around(const unsigned char *u)
{
	if (u[0] != 0xe2)
		return false;
	if (u[1] == 0x80)
		return u[2] == 0x8e || u[2] == 0x8f ||
		       (u[2] >= 0xaa && u[2] <= 0xae);
	return u[1] == 0x81 && u[2] >= 0xa6 && u[2] <= 0xa9;
}

/* Length of the clean character at @s, or 0. */
static size_t clean_char(const char *s)
{
	const unsigned char *u = (const unsigned char *)s;
	size_t len = text_utf8(s);

	if (len == 1 && (u[0] < 0x20 || u[0] == 0x7f))
		return 0;
	/* U+0080 to U+009F: to some terminals U+009B is ESC [ in one. */
	if (len == 2 && u[0] == 0xc2 && u[1] < 0xa0)
		return 0;
	return len == 3 && turns_around(u) ? 0 : len;
}

bool text_is_clean(const char *s)
{
	while (*s) {
		size_t len = clean_char(s);

		if (!len)
			return false;
		s += len;
	}
	return true;
}

const char *text_control(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return s;
	return NULL;
}

void text_clean(char *s)
{
	while (*s) {
		size_t len = clean_char(s);

		if (!len) {
			*s = '?';
			len = 1;
		}
		s += len;
	}
}

/* A bracket expression longer than this is none: it bounds the search for ']'. */
enum { BRACKET_MAX = 64 };

/*
 * The bracket expression at @glob (just after its '[') against @c. Returns
 * what follows the closing ']', or NULL where nothing closes it.
 */
static const char *bracket(const char *glob, unsigned char c, bool *ret)
{
	bool inside = false, first = true,
	     negate = *glob == '!' || *glob == '^';
	const char *limit = glob + strnlen(glob, BRACKET_MAX);

	if (negate)
		glob++;
	for (; glob < limit && (*glob != ']' || first); first = false) {
		unsigned char low = (unsigned char)*glob++, high = low;

		if (glob[0] == '-' && glob[1] && glob[1] != ']') {
			high = (unsigned char)glob[1];
			glob += 2;
		}
		inside |= c >= low && c <= high;
	}
	if (*glob != ']')
		return NULL;
	*ret = inside != negate;
	return glob + 1;
}

/* One pattern element against one character; what follows it, or NULL. */
static const char *glob_one(const char *glob, char c)
{
	const char *after = NULL;
	bool good = false;

	if (*glob == '[')
		after = bracket(glob + 1, (unsigned char)c, &good);
	if (!after) {
		good = *glob && (*glob == '?' || *glob == c);
		after = glob + 1;
	}
	return good ? after : NULL;
}

bool text_glob(const char *glob, const char *s)
{
	const char *star = NULL, *from = NULL;

	while (*s) {
		const char *after;

		if (*glob == '*') {
			star = ++glob;
			from = s;
			continue;
		}
		after = glob_one(glob, *s);
		if (after) {
			glob = after;
			s++;
			continue;
		}
		if (!star)
			return false;
		/* Only the last asterisk ever needs to take more. */
		glob = star;
		s = ++from;
	}
	while (*glob == '*')
		glob++;
	return *glob == '\0';
}
