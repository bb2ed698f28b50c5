/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pieces of text. Pure. */
#include "base/scan.h"

#include <string.h>

static void skip(struct bytes *text, size_t n)
{
	text->data += n;
	text->len -= n;
}

bool scan_line(struct bytes *text, struct bytes *line)
{
	const uint8_t *end;

	if (text->len == 0)
		return false;
	end = memchr(text->data, '\n', text->len);
	line->data = text->data;
	line->len = end ? (size_t)(end - text->data) : text->len;
	skip(text, line->len + (end != NULL));
	return true;
}

bool scan_char(struct bytes *text, char c)
{
	if (text->len == 0 || text->data[0] != (uint8_t)c)
		return false;
	skip(text, 1);
	return true;
}

size_t scan_blanks(struct bytes *text)
{
	size_t n = 0;

	while (scan_char(text, ' '))
		n++;
	return n;
}

static int hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

bool scan_hex(struct bytes *text, uint64_t *ret)
{
	uint64_t value = 0;
	size_t n = 0;

	while (n < text->len && hex_digit(text->data[n]) >= 0) {
		if (value >> 60)
			return false;
		value = value << 4 | (uint64_t)hex_digit(text->data[n]);
		n++;
	}
	if (n == 0)
		return false;
	skip(text, n);
	*ret = value;
	return true;
}

bool scan_0x(struct bytes *text, uint64_t *ret)
{
	struct bytes rest = *text;

	if (!scan_char(&rest, '0') || !scan_char(&rest, 'x') ||
	    !scan_hex(&rest, ret))
		return false;
	*text = rest;
	return true;
}

bool scan_is(struct bytes text, const char *string)
{
	return text.len == strlen(string) &&
	       bytes_match(text, 0, string, text.len);
}
