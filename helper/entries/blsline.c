/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of keys and values. */
#include "entries/blsline.h"

#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

void blsline_begin(struct blsline_text *ret, const char *text, size_t len)
{
	const char *nul = memchr(text, '\0', len);

	*ret = (struct blsline_text){ .at = text, .end = text + len };
	if (nul) {
		ret->end = nul;
		ret->cut = true;
	}
	if (ret->end - text >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		ret->at += 3;
}

/* Splits @from to @end at its first blank. False: nothing in it to take. */
static bool split(struct blsline *ret, const char *from, const char *end)
{
	while (from < end && is_blank(*from))
		from++;
	while (end > from && is_blank(end[-1]))
		end--;
	if (from == end || *from == '#')
		return false;
	ret->key = from;
	while (from < end && !is_blank(*from))
		from++;
	ret->key_len = (size_t)(from - ret->key);
	while (from < end && is_blank(*from))
		from++;
	ret->value = from;
	ret->value_len = (size_t)(end - from);
	return ret->value_len > 0;
}

bool blsline_next(struct blsline_text *text, struct blsline *ret)
{
	while (text->at < text->end) {
		const char *from = text->at, *stop = from;

		while (stop < text->end && *stop != '\n' && *stop != '\r')
			stop++;
		text->at = stop + (stop < text->end);
		if (text->at < text->end && stop[0] == '\r' && stop[1] == '\n')
			text->at++;
		ret->number = ++text->lines;
		if (split(ret, from, stop))
			return true;
	}
	return false;
}

void blsline_unquote(struct blsline *line)
{
	const char *v = line->value;
	size_t len = line->value_len;

	if (!len || v[0] != v[len - 1] || (v[0] != '"' && v[0] != '\''))
		return;
	line->value++;
	line->value_len = len > 1 ? len - 2 : 0;
}

bool blsline_is(const struct blsline *line, const char *key)
{
	return strlen(key) == line->key_len &&
	       memcmp(key, line->key, line->key_len) == 0;
}
