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

static int take(struct loaderconf *ret, const char *key, const char *value,
		const char **problem)
{
	*problem = NULL;
	if (strcmp(key, "timeout") == 0) {
		if (!parse_timeout(value, &ret->timeout))
			*problem = "no number of seconds";
		return 0;
	}
	if (strcmp(key, "default") != 0 && strcmp(key, "preferred") != 0)
		return 0;
	*problem = why_not_default(value);
	if (*problem)
		return 0;
	return set_pattern(*key == 'd' ? &ret->by_default : &ret->preferred,
			   value);
}

/* Takes blanks off both ends, and quotes that hold all of the rest. */
static char *trim(char *s)
{
	size_t len;

	s += strspn(s, " \t");
	len = strlen(s);
	while (len && strchr(" \t", s[len - 1]))
		s[--len] = '\0';
	if (len > 1 && s[0] == s[len - 1] && (*s == '"' || *s == '\'')) {
		s[len - 1] = '\0';
		s++;
	}
	return s;
}

static int take_line(struct loaderconf *ret, struct entries *entries,
		     const char *name, unsigned int number, char *line)
{
	char *key = line + strspn(line, " \t"), *value;
	size_t len = strcspn(key, " \t");
	const char *problem;
	int err;

	if (*key == '#' || !key[len])
		return 0;
	value = trim(key + len);
	key[len] = '\0';
	if (!*value)
		return 0;
	err = take(ret, key, value, &problem);
	if (problem)
		draft_reject(entries, name, number, "%s %s: %s", key, value,
			     problem);
	return err;
}

/* To systemd-boot CR ends a line, too; CR LF is one line break. */
static void end_lines(char *s)
{
	while ((s = strchr(s, '\r')))
		*s = s[1] == '\n' ? ' ' : '\n';
}

int loaderconf_parse(struct loaderconf *ret, struct entries *entries,
		     const char *name, const char *text, size_t len)
{
	unsigned int number = 0;
	char *copy, *at, *line;
	int err = 0;

	memset(ret, 0, sizeof(*ret));
	ret->timeout = ENTRIES_NO_TIMEOUT;
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		len -= 3;
	}
	/* Up to a NUL byte, as systemd-boot. */
	copy = at = strndup(text, len);
	if (!copy)
		return -ENOMEM;
	end_lines(copy);
	while (!err && (line = strsep(&at, "\n")))
		err = take_line(ret, entries, name, ++number, line);
	free(copy);
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
