/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The JSON writer: one value a line, indented by two, as jq prints it. */
#include "base/json.h"

#include <stddef.h>

/* U+FFFD REPLACEMENT CHARACTER */
static const char replacement[] = "\xef\xbf\xbd";

static void quoted(struct text *out, const char *s)
{
	text_add_char(out, '"');
	while (*s) {
		size_t len = text_utf8(s);

		if (!len)
			text_add(out, replacement);
		else if (*s == '"' || *s == '\\')
			text_addf(out, "\\%c", *s);
		else if ((unsigned char)*s < 0x20 || *s == 0x7f)
			text_addf(out, "\\u%04x", (unsigned int)*s);
		else
			text_add_bytes(out, s, len);
		s += len ? len : 1;
	}
	text_add_char(out, '"');
}

static void new_line(struct json *j)
{
	text_add_char(j->out, '\n');
	for (unsigned int i = 0; i < j->depth; i++)
		text_add(j->out, "  ");
}

static void before(struct json *j, const char *key)
{
	if (j->more)
		text_add_char(j->out, ',');
	if (j->depth)
		new_line(j);
	if (key) {
		quoted(j->out, key);
		text_add(j->out, ": ");
	}
	j->more = true;
}

static void open_level(struct json *j, const char *key, char mark)
{
	before(j, key);
	text_add_char(j->out, mark);
	j->depth++;
	j->more = false;
}

static void close_level(struct json *j, char mark)
{
	j->depth--;
	if (j->more)
		new_line(j);
	text_add_char(j->out, mark);
	j->more = true;
}

void json_start(struct json *j, struct text *out)
{
	j->out = out;
	j->depth = 0;
	j->more = false;
}

void json_open_object(struct json *j, const char *key)
{
	open_level(j, key, '{');
}

void json_close_object(struct json *j)
{
	close_level(j, '}');
}

void json_open_array(struct json *j, const char *key)
{
	open_level(j, key, '[');
}

void json_close_array(struct json *j)
{
	close_level(j, ']');
}

void json_string(struct json *j, const char *key, const char *value)
{
	before(j, key);
	if (value)
		quoted(j->out, value);
	else
		text_add(j->out, "null");
}

void json_number(struct json *j, const char *key, long long value)
{
	before(j, key);
	text_addf(j->out, "%lld", value);
}

void json_bool(struct json *j, const char *key, bool value)
{
	before(j, key);
	text_add(j->out, value ? "true" : "false");
}

void json_end(struct json *j)
{
	text_add_char(j->out, '\n');
}
