/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the words of a syslinux.cfg name: files of the tree, and which of them
 * were read already.
 */
#include "entries/syslinux_parse.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entries/draft.h"
#include "entries/place.h"

static bool is_space(char c)
{
	return (unsigned char)c <= ' ';
}

size_t syslinux_word(const char *s)
{
	size_t len = 0;

	while (s[len] && !is_space(s[len]))
		len++;
	return len;
}

const char *syslinux_skip(const char *s)
{
	while (*s && is_space(*s))
		s++;
	return s;
}

char *syslinux_path(const struct syslinux_place *place, const char *name)
{
	char *ret = NULL;

	if (strncmp(name, "::", 2) == 0)
		name += 2;
	else if (*name != '/' && *name != '\\' &&
		 asprintf(&ret, "%s/%s", place->dir, name) < 0)
		return NULL;
	ret = ret ? ret : strdup(name);
	for (char *p = ret; p && *p; p++)
		if (*p == '\\')
			*p = '/';
	return ret;
}

int syslinux_find(const struct syslinux_place *place, const char *name,
		  size_t len, char **ret_path, char **ret_found,
		  struct reason *why)
{
	char *word = strndup(name, len);

	*ret_path = *ret_found = NULL;
	if (word && strcmp(word, "~") == 0)
		*ret_path = strdup(place->main);
	else if (word)
		*ret_path = syslinux_path(place, word);
	free(word);
	if (!*ret_path)
		return -ENOMEM;
	return place_find_on(ret_found, place->guest, place->tree, "file",
			     *ret_path, why);
}

size_t syslinux_file_number(struct syslinux_budget *budget, const char *path)
{
	size_t i;

	for (i = 0; i < budget->path_count; i++)
		if (strcmp(budget->paths[i], path) == 0)
			return i;
	if (i == SYSLINUX_FILES_MAX)
		return i;
	budget->paths[i] = strdup(path);
	if (!budget->paths[i])
		return SYSLINUX_FILES_MAX;
	return budget->path_count++;
}

void syslinux_end(struct syslinux_budget *budget)
{
	for (size_t i = 0; i < budget->path_count; i++)
		free(budget->paths[i]);
	memset(budget, 0, sizeof(*budget));
}

bool syslinux_is_cut(const struct syslinux_place *place, const char *path)
{
	struct tree_file file;

	return tree_look(&place->guest->trees[place->tree], path, &file,
			 NULL) == 0 &&
	       file.size > DRAFT_FILE_MAX;
}
