/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * loader.conf, by config_defaults_load_from_file() of systemd-boot. The keys
 * that are for its menu, its firmware or its keys are gone by.
 */
#include "entries/loaderconf.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "entries/blsline.h"
#include "entries/draft.h"

void loaderconf_free(struct loaderconf *conf)
{
	free(conf->by_default);
	free(conf->preferred);
	memset(conf, 0, sizeof(*conf));
}

/* Seconds, or one of the words; false: neither. */
static bool parse_timeout(const char *value, int *ret)
{
	unsigned long long seconds;
	char *end;

	if (strcmp(value, "menu-force") == 0) {
		*ret = ENTRIES_WAIT;
		return true;
	}
	if (strcmp(value, "menu-hidden") == 0 ||
	    strcmp(value, "menu-disabled") == 0) {
		*ret = 0;
		return true;
	}
	if (*value < '0' || *value > '9')
		return false;
	errno = 0;
	seconds = strtoull(value, &end, 10);
	if (errno || *end || (seconds > INT_MAX && seconds != UINT32_MAX))
		return false;
	/* TIMEOUT_MENU_FORCE of boot.c */
	*ret = seconds == UINT32_MAX ? ENTRIES_WAIT : (int)seconds;
	return true;
}

/* "@saved" is in an EFI variable of the guest's firmware. */
static const char *why_not_default(const char *value)
{
	if (strcasecmp(value, "@saved") == 0)
		return "the saved entry is in the guest's EFI variables, "
		       "which cannot be read here";
	return *value == '@' ? "not understood" : NULL;
}

static int set_pattern(char **ret, const char *value)
{
	free(*ret);
	*ret = strdup(value);
	return *ret ? 0 : -ENOMEM;
}

static int take(struct loaderconf *ret, const struct blsline *line,
		const char *value, const char **problem)
{
	if (blsline_is(line, "timeout")) {
		if (!parse_timeout(value, &ret->timeout))
			*problem = "no number of seconds";
		return 0;
	}
	*problem = why_not_default(value);
	if (*problem)
		return 0;
	return set_pattern(
		*line->key == 'd' ? &ret->by_default : &ret->preferred, value);
}

static int take_line(struct loaderconf *ret, struct entries *entries,
		     const char *name, struct blsline *line)
{
	const char *problem = NULL;
	char *value;
	int err;

	if (!blsline_is(line, "timeout") && !blsline_is(line, "default") &&
	    !blsline_is(line, "preferred"))
		return 0;
	blsline_unquote(line);
	if (!line->value_len)
		return 0;
	value = strndup(line->value, line->value_len);
	if (!value)
		return -ENOMEM;
	err = take(ret, line, value, &problem);
	if (problem)
		draft_reject(entries, name, line->number, "%.*s %s: %s",
			     (int)line->key_len, line->key, value, problem);
	free(value);
	return err;
}

int loaderconf_parse(struct loaderconf *ret, struct entries *entries,
		     const char *name, const char *text, size_t len)
{
	struct blsline_text rest;
	struct blsline line;
	int err = 0;

	memset(ret, 0, sizeof(*ret));
	ret->timeout = ENTRIES_NO_TIMEOUT;
	blsline_begin(&rest, text, len);
	while (!err && blsline_next(&rest, &line))
		err = take_line(ret, entries, name, &line);
	if (err)
		loaderconf_free(ret);
	return err;
}

static void to_lower(char *s)
{
	for (; *s; s++)
		if (*s >= 'A' && *s <= 'Z')
			*s = (char)(*s - 'A' + 'a');
}

bool loaderconf_fits(const char *glob, const char *name)
{
	char *pattern = strdup(glob), *lower = strdup(name);
	bool fits = false;

	if (pattern && lower) {
		to_lower(pattern);
		to_lower(lower);
		fits = text_glob(pattern, lower);
	}
	free(pattern);
	free(lower);
	return fits;
}
