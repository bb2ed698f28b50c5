/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The forms of device names; text in, text out. */
#include "base/device_name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

static const char offset_key[] = "/PARTNROFF=";
static const char mapper[] = "mapper/";

/* blkid's words (libblkid(3), name_to_dev_t() of the kernel), and udev's links
 * for the same (60-persistent-storage.rules). */
static const struct {
	const char *key;
	const char *dir;
} forms[] = {
	[DEVICE_NAME_PATH] = { "/dev/", "" },
	[DEVICE_NAME_UUID] = { "UUID=", "disk/by-uuid/" },
	[DEVICE_NAME_LABEL] = { "LABEL=", "disk/by-label/" },
	[DEVICE_NAME_PARTUUID] = { "PARTUUID=", "disk/by-partuuid/" },
	[DEVICE_NAME_PARTLABEL] = { "PARTLABEL=", "disk/by-partlabel/" },
};

enum { FORMS = sizeof(forms) / sizeof(forms[0]) };

static bool starts_with(const char *s, const char *start)
{
	return strncmp(s, start, strlen(start)) == 0;
}

/* The form of @text into *@ret; what is behind its beginning. */
static const char *take_form(const char *text, enum device_name_form *ret)
{
	const char *path = text;

	if (starts_with(text, forms[DEVICE_NAME_PATH].key))
		path += strlen(forms[DEVICE_NAME_PATH].key);
	for (unsigned int i = DEVICE_NAME_UUID; i < FORMS; i++) {
		size_t len = strlen(forms[i].key);

		*ret = (enum device_name_form)i;
		if (strncasecmp(text, forms[i].key, len) == 0)
			return text + len;
		if (starts_with(path, forms[i].dir))
			return path + strlen(forms[i].dir);
	}
	*ret = DEVICE_NAME_PATH;
	return path;
}

/* PARTUUID=x/PARTNROFF=n: the n-th partition from x (kernel, devt_from_partuuid). */
static void take_offset(struct device_name *name)
{
	char *slash = strchr(name->value, '/');
	char *digits, *end;
	long offset;

	if (!slash || !starts_with(slash, offset_key))
		return;
	digits = slash + strlen(offset_key);
	offset = strtol(digits, &end, 10);
	if (*end || end == digits || offset < -DEVICE_NAME_OFFSET_MAX ||
	    offset > DEVICE_NAME_OFFSET_MAX)
		return;
	name->offset = (int)offset;
	*slash = '\0';
}

bool device_name_parse(const char *text, struct device_name *ret)
{
	size_t len;

	*ret = (struct device_name){ 0 };
	text = take_form(text, &ret->form);
	len = strlen(text);
	if (len >= 2 && (*text == '"' || *text == '\'') &&
	    text[len - 1] == *text) {
		text++;
		len -= 2;
	}
	if (len == 0 || len >= sizeof(ret->value))
		return false;
	memcpy(ret->value, text, len);
	if (ret->form == DEVICE_NAME_PARTUUID)
		take_offset(ret);
	/* As what was read from the disk was: '?' is compared with '?'. */
	text_clean(ret->value);
	return true;
}

char *device_name_text(const struct device_name *name)
{
	struct text t = { 0 };

	text_addf(&t, "%s%s", forms[name->form].key, name->value);
	if (name->offset)
		text_addf(&t, "%s%d", offset_key, name->offset);
	return text_take(&t);
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* udev writes what cannot stand in a file name as \xNN; back into *@ret. */
static void decode(const char *from, char *ret, size_t size)
{
	size_t n = 0;

	while (*from && n + 1 < size) {
		if (from[0] == '\\' && from[1] == 'x' && hex(from[2]) >= 0 &&
		    hex(from[3]) >= 0) {
			ret[n++] = (char)(hex(from[2]) << 4 | hex(from[3]));
			from += 4;
		} else {
			ret[n++] = *from++;
		}
	}
	ret[n] = '\0';
	text_clean(ret);
}

bool device_name_is_label(const char *value, const char *label)
{
	char decoded[DEVICE_NAME_MAX], clean[DEVICE_NAME_MAX];
	size_t len = strlen(label);

	if (len == 0 || len >= sizeof(clean))
		return false;
	memcpy(clean, label, len + 1);
	text_clean(clean);
	if (strcmp(value, clean) == 0)
		return true;
	decode(value, decoded, sizeof(decoded));
	return strcmp(decoded, clean) == 0;
}

bool device_name_mapped(const char *path, char ret[DEVICE_NAME_MAPPED_MAX])
{
	const char *slash = strchr(path, '/');
	size_t len = strlen(path);

	if (!slash || slash == path || !slash[1] || strchr(slash + 1, '/') ||
	    len >= DEVICE_NAME_MAX)
		return false;
	if (starts_with(path, mapper)) {
		memcpy(ret, slash + 1, strlen(slash + 1) + 1);
		return true;
	}
	if (strchr(path, '='))
		return false;
	for (; *path; path++) {
		*ret++ = *path == '/' ? '-' : *path;
		if (*path == '-')
			*ret++ = '-';
	}
	*ret = '\0';
	return true;
}

static bool is_same_path(const char *a, const char *b)
{
	char left[DEVICE_NAME_MAPPED_MAX], right[DEVICE_NAME_MAPPED_MAX];

	if (strcmp(a, b) == 0)
		return true;
	return device_name_mapped(a, left) && device_name_mapped(b, right) &&
	       strcmp(left, right) == 0;
}

bool device_name_is_same(const struct device_name *a,
			 const struct device_name *b)
{
	if (a->form != b->form || a->offset != b->offset)
		return false;
	switch (a->form) {
	case DEVICE_NAME_UUID:
	case DEVICE_NAME_PARTUUID:
		return strcasecmp(a->value, b->value) == 0;
	case DEVICE_NAME_LABEL:
	case DEVICE_NAME_PARTLABEL:
		return device_name_is_label(a->value, b->value) ||
		       device_name_is_label(b->value, a->value);
	case DEVICE_NAME_PATH:
		return is_same_path(a->value, b->value);
	}
	return false;
}
