/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The grammar of kboot.conf. A line that is wrong costs itself, never the
 * file: a typo must not stop a boot.
 */
#include "settings/conf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "settings/cmdline.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool is_key_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

/* The value at @s, up to @end, into @line; or its problem, or NULL. */
static const char *parse_value(struct conf_line *line, const char *s,
			       const char *end)
{
	const char *close;

	if (s < end && (*s == '\'' || *s == '"')) {
		close = memchr(s + 1, *s, (size_t)(end - s - 1));
		if (!close)
			return "a quote is not closed";
		line->value = strndup(s + 1, (size_t)(close - s - 1));
		line->quoted = true;
		for (s = close + 1; s < end && is_blank(*s); s++)
			;
		if (s < end && *s != '#')
			return "something stands after the closing quote";
	} else {
		line->value = strndup(s, (size_t)(end - s));
	}
	return NULL;
}

/* One line from @s to @end, trimmed and not empty; its problem, or NULL. */
static const char *parse_line(struct conf_line *line, const char *s,
			      const char *end)
{
	const char *key = s;
	size_t len;

	if (end - s > CONF_LINE_MAX)
		return "longer than 4096 bytes";
	for (const char *p = s; p < end; p++)
		if (((unsigned char)*p < 0x20 && *p != '\t') || *p == 0x7f)
			return "a control character stands in it";
	while (s < end && is_key_char(*s))
		s++;
	len = (size_t)(s - key);
	while (s < end && is_blank(*s))
		s++;
	if (!len || s == end || *s != '=')
		return "not of the form key=value";
	line->key = strndup(key, len);
	for (s++; s < end && is_blank(*s); s++)
		;
	return parse_value(line, s, end);
}

/* Adds the line from @s to @end unless it is empty or a comment. */
static int add_line(struct conf *conf, unsigned int number, const char *s,
		    const char *end)
{
	struct conf_line *line = &conf->lines[conf->count];
	const char *problem;

	while (s < end && is_blank(*s))
		s++;
	while (s < end && is_blank(end[-1]))
		end--;
	if (s == end || *s == '#')
		return 0;
	conf->count++;
	line->number = number;
	problem = parse_line(line, s, end);
	if (problem) {
		free(line->value);
		line->value = NULL;
		line->problem = strdup(problem);
	}
	if (problem ? !line->problem : !line->key || !line->value)
		return -ENOMEM;
	return 0;
}

int conf_parse(struct conf *ret, const char *bytes, size_t len,
	       struct reason *why)
{
	static const char bom[] = "\xef\xbb\xbf";
	const char *s = bytes, *end = bytes + len;
	unsigned int number = 0;

	memset(ret, 0, sizeof(*ret));
	if (memchr(bytes, '\0', len))
		return reason(why, EINVAL, "no text: it holds NUL bytes");
	if (len > CONF_SIZE_MAX)
		end = bytes + CONF_SIZE_MAX;
	if (end - s >= 3 && memcmp(s, bom, 3) == 0)
		s += 3;
	ret->lines = calloc(CONF_LINES_MAX, sizeof(*ret->lines));
	if (!ret->lines)
		return reason(why, ENOMEM, "no memory");
	while (s < end && ret->count < CONF_LINES_MAX) {
		const char *eol = memchr(s, '\n', (size_t)(end - s));

		/* A line that the limit cuts in two says half of something. */
		if (!eol && len > CONF_SIZE_MAX)
			break;
		eol = eol ? eol : end;
		if (add_line(ret, ++number, s, eol))
			return reason(why, ENOMEM, "no memory");
		s = eol < end ? eol + 1 : end;
	}
	if (len > CONF_SIZE_MAX)
		return reason(why, E2BIG,
			      "longer than %d bytes; the rest is not read",
			      CONF_SIZE_MAX);
	if (s < end)
		return reason(why, E2BIG,
			      "more than %d lines; the rest is not read",
			      CONF_LINES_MAX);
	return 0;
}

void conf_free(struct conf *conf)
{
	for (size_t i = 0; i < conf->count; i++) {
		free(conf->lines[i].key);
		free(conf->lines[i].value);
		free(conf->lines[i].problem);
	}
	free(conf->lines);
	memset(conf, 0, sizeof(*conf));
}

bool conf_is_entry(const struct conf_line *line)
{
	size_t first;

	if (!line->value)
		return false;
	first = strcspn(line->value, " \t");
	return first && (line->quoted || memchr(line->value, '/', first));
}

int conf_entry_parse(struct conf_entry *ret, const char *value,
		     struct reason *why)
{
	struct text options = { 0 };
	const char *initrd = "";
	struct cmdline words;
	int err;

	memset(ret, 0, sizeof(*ret));
	err = cmdline_parse(&words, value, strlen(value), why);
	if (err)
		return err;
	err = reason(why, EINVAL, "no kernel is named");
	if (!words.count)
		goto out;
	for (size_t i = 1; i < words.count; i++) {
		const struct cmdline_word *word = &words.words[i];

		if (i < words.kernel_count && word->value &&
		    strcmp(word->key, "initrd") == 0) {
			initrd = word->value;
			continue;
		}
		if (options.len)
			text_add_char(&options, ' ');
		text_add(&options, word->raw);
	}
	err = reason(why, ENOMEM, "no memory");
	ret->kernel = strdup(words.words[0].raw);
	ret->initrd = strdup(initrd);
	ret->options = text_take(&options);
	if (ret->kernel && ret->initrd && ret->options)
		err = 0;
out:
	text_free(&options);
	cmdline_free(&words);
	return err;
}

void conf_entry_free(struct conf_entry *entry)
{
	free(entry->kernel);
	free(entry->initrd);
	free(entry->options);
	memset(entry, 0, sizeof(*entry));
}
