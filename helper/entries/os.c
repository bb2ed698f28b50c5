/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recognises a root file system and reads its os-release(5). */
#include "entries/os.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "settings/conf.h"

/* One of the two names out of an os-release; the prettier one wins. */
static void take_name(struct os *ret, const struct text *bytes)
{
	struct conf conf;
	bool pretty = false;

	/* os-release is key=value, with quotes: the grammar is ours. */
	(void)conf_parse(&conf, text_str(bytes), bytes->len, NULL);
	for (size_t i = 0; i < conf.count; i++) {
		const struct conf_line *line = &conf.lines[i];
		bool is_pretty;

		if (!line->key || !line->value || !*line->value)
			continue;
		is_pretty = strcmp(line->key, "PRETTY_NAME") == 0;
		if (!is_pretty && (pretty || strcmp(line->key, "NAME") != 0))
			continue;
		(void)snprintf(ret->name, sizeof(ret->name), "%s", line->value);
		pretty |= is_pretty;
	}
	conf_free(&conf);
	text_clean(ret->name);
}

/* True if something is there, whatever it is. */
static bool exists(const struct tree *tree, const char *path)
{
	struct tree_file file;
	int err = tree_look(tree, path, &file, NULL);

	return err == 0 || err == -EISDIR;
}

void os_look(struct os *ret, const struct tree *tree)
{
	/* os-release(5): /etc stands above /usr/lib. */
	static const char *const paths[] = { "/etc/os-release",
					     "/usr/lib/os-release" };
	struct text bytes = { 0 };

	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < 2 && !ret->is_root; i++)
		ret->is_root = tree_read(tree, paths[i], OS_RELEASE_MAX, &bytes,
					 NULL) == 0;
	if (bytes.len)
		take_name(ret, &bytes);
	text_free(&bytes);
	if (!ret->is_root)
		ret->is_root = exists(tree, "/etc/fstab") ||
			       exists(tree, "/sbin/init");
}

void os_look_all(struct os *ret, const struct guest *guest)
{
	for (size_t i = 0; i < guest->tree_count && i < ENTRIES_TREES_MAX; i++)
		os_look(&ret[i], &guest->trees[i]);
}

long os_find_root(const struct os *os, const struct guest *guest, size_t on,
		  const char *version)
{
	char modules[256];

	if (os[on].is_root)
		return (long)on;
	(void)snprintf(modules, sizeof(modules), "/lib/modules/%s",
		       version ? version : "");
	for (size_t i = 0; version && i < guest->tree_count; i++)
		if (os[i].is_root && exists(&guest->trees[i], modules))
			return (long)i;
	for (size_t i = 0; i < guest->tree_count; i++)
		if (os[i].is_root)
			return (long)i;
	return -1;
}

static char *make_title(const struct entry *entry, const struct os *os,
			long root)
{
	const char *name = root < 0 ? "" : os[root].name;
	const char *file = strrchr(entry->kernel, '/');
	const char *kind = "";
	char *title = NULL;

	if (entry->rescue)
		kind = " (rescue)";
	else if (entry->old)
		kind = " (old)";
	if (asprintf(&title, "%s%sLinux %s%s", name, *name ? ", " : "",
		     entry->version ? entry->version
		     : file	    ? file + 1
				    : entry->kernel,
		     kind) < 0)
		return NULL;
	text_clean(title);
	return title;
}

/* The root= word for the root file system @tree, as far as it has a name. */
static void add_root(struct text *word, const struct tree *tree)
{
	if (*tree->uuid)
		text_addf(word, "root=UUID=%s", tree->uuid);
	else if (*tree->dev)
		text_addf(word, "root=%s%s",
			  strpbrk(tree->dev, "=") || *tree->dev == '/'
				  ? ""
				  : "/dev/",
			  tree->dev);
}

int os_describe(struct entry *entry, const struct os *os,
		const struct guest *guest, struct reason *why)
{
	long root = os_find_root(os, guest, entry->tree, entry->version);
	struct text word = { 0 };
	int err;

	entry->title = make_title(entry, os, root);
	if (!entry->title)
		return entries_no_memory(why);
	if (root >= 0)
		add_root(&word, &guest->trees[root]);
	err = settings_compose(guest->settings, NULL,
			       word.len ? text_str(&word) : NULL,
			       &entry->cmdline, why);
	text_free(&word);
	return err;
}
