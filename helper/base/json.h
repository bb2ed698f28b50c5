/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes JSON (RFC 8259) into a text: commas, quotes and line breaks are seen
 * to here. Does not read JSON and does not check that begin and end pair up.
 */
#ifndef KBOOT_BASE_JSON_H
#define KBOOT_BASE_JSON_H

#include <stdbool.h>

#include "base/text.h"

/* @out is borrowed and collects errors (text_error()). */
struct json {
	struct text *out;
	unsigned int depth;
	/* Something stands before this value on its level: it needs a comma. */
	bool more;
};

void json_start(struct json *j, struct text *out);

/*
 * A value: @key is its name inside an object, NULL inside an array or at the
 * top. A string is taken as UTF-8; each byte that is none becomes U+FFFD, so
 * that every reader accepts the result. NULL writes null.
 */
void json_open_object(struct json *j, const char *key);
void json_close_object(struct json *j);
void json_open_array(struct json *j, const char *key);
void json_close_array(struct json *j);
void json_string(struct json *j, const char *key, const char *value);
void json_number(struct json *j, const char *key, long long value);
void json_bool(struct json *j, const char *key, bool value);

/* Ends the document with a line break. */
void json_end(struct json *j);

#endif
