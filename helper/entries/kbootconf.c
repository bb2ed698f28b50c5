/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kboot.conf's entries. Sets nothing: only what concerns the file's own
 * entries is looked at, so that it can override nobody.
 */
#include "entries/kbootconf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "entries/draft.h"
#include "entries/place.h"
#include "settings/conf.h"

/*
 * The first that is there is the one, as in init and kboot.conf(5): the last
 * one only where no tree has one of the others.
 */
static const char *const files[] = { "/boot/kboot.conf", "/kboot.conf",
				     "/etc/kboot.conf" };

enum { FILES = sizeof(files) / sizeof(files[0]) };

/* A file on its way into entries. */
struct reading {
	struct entries *entries;
	const struct guest *guest;
	size_t tree;
	const char *path;
	struct conf conf;
	/* For all entries, borrowed from @conf; NULL: not there. */
	const char *root;
	const char *video;
	const char *initrd;
};

/* The last value of @key, or NULL. */
static const char *value_of(const struct conf *conf, const char *key)
{
	const char *value = NULL;

	for (size_t i = 0; i < conf->count; i++)
		if (conf->lines[i].value &&
		    strcmp(conf->lines[i].key, key) == 0)
			value = conf->lines[i].value;
	return value && *value ? value : NULL;
}

/*
 * The file @name, which may be DEVICE:/path, on the tree *@tree; its path is
 * the caller's to free.
 */
static int find_file(const struct reading *r, const char *what,
		     const char *name, size_t *tree, char **ret,
		     struct reason *why)
{
	const char *part = strstr(name, ":/");
	char *device;
	int err;

	if (draft_is_remote(name))
		return reason(why, EINVAL, "%s: %s is on the network", what,
			      name);
	if (!part || part == name ||
	    (*name == '/' && strncmp(name, "/dev/", 5) != 0))
		return place_find(tree, ret, r->guest, r->tree, what, name,
				  why);
	device = strndup(name, (size_t)(part - name));
	if (!device)
		return entries_no_memory(why);
	err = reason(why, ENOENT, "%s: the device %s is not mounted", what,
		     device);
	for (size_t i = 0; i < r->guest->tree_count; i++) {
		if (!tree_is_device(&r->guest->trees[i], device))
			continue;
		*tree = i;
		err = place_find_on(ret, r->guest, i, what, part + 1, why);
		break;
	}
	free(device);
	return err;
}

static int add_initrds(const struct reading *r, struct entry *entry,
		       unsigned int line, const char *list, struct reason *why)
{
	int err = 0;

	for (; *list && err != -ENOMEM; list += *list == ',') {
		size_t len = strcspn(list, ","), tree;
		char *name = strndup(list, len), *path = NULL;
		struct reason problem;

		list += len;
		err = name ? 0 : -ENOMEM;
		if (name && *name)
			err = find_file(r, "initrd", name, &tree, &path,
					&problem);
		if (path)
			err = entries_add_initrd(entry, tree, path);
		if (err && err != -ENOMEM) {
			entry->incomplete = true;
			draft_reject(r->entries, r->path, line, "%s",
				     problem.text);
		}
		free(name);
		free(path);
	}
	return err == -ENOMEM ? entries_no_memory(why) : 0;
}

/* The entry's words, and what the file has for all entries. */
static char *compose(const struct reading *r, const char *options)
{
	struct text line = { 0 }, padded = { 0 };
	char *ret;

	text_addf(&padded, " %s", options);
	if (r->root && !strstr(text_str(&padded), " root="))
		text_addf(&line, "root=%s ", r->root);
	text_add(&line, options);
	if (r->video && !strstr(text_str(&padded), " video="))
		text_addf(&line, " video=%s", r->video);
	ret = text_error(&padded) ? NULL : draft_words(text_str(&line));
	if (text_error(&line)) {
		free(ret);
		ret = NULL;
	}
	text_free(&padded);
	text_free(&line);
	return ret;
}

/* Makes an entry of the line, or says why not. */
static int add_line(struct reading *r, const struct conf_line *line,
		    long *index, struct reason *why)
{
	const char *initrd = r->initrd;
	struct entry entry = { 0 };
	struct conf_entry parts;
	struct reason problem;
	int err = conf_entry_parse(&parts, line->value, &problem);

	if (!err)
		err = find_file(r, "kernel", parts.kernel, &entry.tree,
				&entry.kernel, &problem);
	if (err == -ENOMEM) {
		(void)entries_no_memory(why);
		goto out;
	}
	if (err) {
		draft_reject(r->entries, r->path, line->number, "%s",
			     problem.text);
		err = 0;
		goto out;
	}
	if (*parts.initrd)
		initrd = parts.initrd;
	err = initrd ? add_initrds(r, &entry, line->number, initrd, why) : 0;
	if (err)
		goto out;
	entry.id = strdup(line->key);
	entry.title = strdup(line->key);
	entry.cmdline = compose(r, parts.options);
	if (asprintf(&entry.source, "%s:%u", r->path, line->number) < 0)
		entry.source = NULL;
	err = draft_add(r->entries, r->guest, &entry, index, why);
out:
	conf_entry_free(&parts);
	entries_free_entry(&entry);
	return err;
}

static void set_timeout(struct reading *r)
{
	const char *value = value_of(&r->conf, "timeout");
	long seconds;
	char *end;

	if (!value)
		return;
	seconds = strtol(value, &end, 10);
	/* What is no number, settings.c tells. */
	if (*end == '\0' && seconds >= 0 && seconds <= 24L * 60 * 60)
		r->entries->config.timeout = (int)seconds;
}

static int add_lines(struct reading *r, struct reason *why)
{
	const char *wanted = value_of(&r->conf, "default");
	int err = 0;

	r->root = value_of(&r->conf, "root");
	r->video = value_of(&r->conf, "video");
	r->initrd = value_of(&r->conf, "initrd");
	for (size_t i = 0; !err && i < r->conf.count; i++) {
		const struct conf_line *line = &r->conf.lines[i];
		long index = -1;

		if (line->problem) {
			draft_reject(r->entries, r->path, line->number, "%s",
				     line->problem);
			continue;
		}
		if (settings_is_key(line->key) || !conf_is_entry(line))
			continue;
		err = add_line(r, line, &index, why);
		/* The first of equal labels, as its id stays as it is. */
		if (index >= 0 && wanted && strcmp(wanted, line->key) == 0 &&
		    !r->entries->list[index].incomplete &&
		    r->entries->config.by_default < 0)
			r->entries->config.by_default = index;
	}
	if (!err && r->entries->count)
		set_timeout(r);
	return err;
}

/* True if another tree has a file that stands before the last one. */
static bool has_better(const struct guest *guest, size_t tree)
{
	struct tree_file file;

	for (size_t i = 0; i < guest->tree_count; i++)
		for (size_t k = 0; i != tree && k < FILES - 1; k++)
			if (tree_look(&guest->trees[i], files[k], &file,
				      NULL) == 0)
				return true;
	return false;
}

int kbootconf_gather(struct entries *entries, const struct guest *guest,
		     size_t tree, struct reason *why)
{
	struct reading r = { .entries = entries, .guest = guest, .tree = tree };
	struct text text = { 0 };
	struct reason limit;
	int err = -ENOENT;

	for (size_t i = 0; err == -ENOENT && i < FILES; i++) {
		if (i == FILES - 1 && has_better(guest, tree))
			break;
		r.path = files[i];
		err = draft_read(&text, entries, guest, tree, r.path, why);
	}
	if (err) {
		text_free(&text);
		return err == -ENOENT ? 0 : err;
	}
	err = conf_parse(&r.conf, text_str(&text), text.len, &limit);
	if (err == -ENOMEM) {
		(void)entries_no_memory(why);
	} else {
		if (err)
			entries_reject(entries, r.path, "%s: %s", r.path,
				       limit.text);
		err = add_lines(&r, why);
	}
	conf_free(&r.conf);
	text_free(&text);
	return err;
}
