/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel's entry out of one of syslinux's commands, taken apart as in
 * com32/elflink/ldlinux/kernel.c and com32/mboot/mboot.c of syslinux 6.04.
 */
#include "entries/syslinux_boot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "entries/draft.h"
#include "entries/place.h"
#include "settings/cmdline.h"

/*
 * Where the file @name lies, for the caller to free. A name without a slash
 * is beside the configuration; in the root directory for syslinux before 3.35.
 */
static int find_file(const struct syslinux_place *p, const char *what,
		     const char *name, size_t *tree, char **ret,
		     struct reason *why)
{
	char *path;
	int err;

	if (p->budget->lookups++ >= SYSLINUX_LOOKUPS_MAX)
		return reason(why, E2BIG, "%s: more than %d files are named",
			      what, SYSLINUX_LOOKUPS_MAX);
	if (!*name)
		return reason(why, EINVAL, "%s: no file is named", what);
	if (draft_is_remote(name))
		return reason(why, EINVAL, "%s: %s is on the network", what,
			      name);
	path = syslinux_path(p, name);
	if (!path)
		return entries_no_memory(why);
	*tree = p->tree;
	err = place_find_on(ret, p->guest, p->tree, what, path, why);
	if (err == -ENOENT &&
	    place_find_on(ret, p->guest, p->tree, what, name, NULL) == 0)
		err = 0;
	if (err == -ENOENT)
		err = place_find(tree, ret, p->guest, p->tree, what, path, why);
	free(path);
	return err;
}

/* Adds one file as an initrd, or as a module with its words, which are taken.
 * What is missing makes the entry incomplete. */
static int add_file(const struct syslinux_place *p, struct entry *entry,
		    const char *source, const char *what, const char *name,
		    char *words, struct reason *why)
{
	struct reason problem;
	char *path = NULL;
	size_t tree;
	int err = find_file(p, what, name, &tree, &path, &problem);

	if (!err) {
		err = entries_add_initrd(entry, tree, path);
		if (!err)
			entry->initrd[entry->initrd_count - 1].words = words;
		else
			free(words);
	} else {
		free(words);
		entry->incomplete = true;
		entries_reject(p->entries, source, "%s", problem.text);
	}
	free(path);
	return err == -ENOMEM ? entries_no_memory(why) : 0;
}

static int add_initrds(const struct syslinux_place *p, struct entry *entry,
		       const char *source, const char *list, struct reason *why)
{
	int err = 0;

	while (*list && !err) {
		size_t len = strcspn(list, ",");
		char *name = strndup(list, len);

		if (!name)
			return entries_no_memory(why);
		if (*name)
			err = add_file(p, entry, source, "initrd", name, NULL,
				       why);
		free(name);
		list += len + (list[len] == ',');
	}
	return err;
}

/*
 * new_linux_kernel(): the first initrd= names the initrds. The words that name
 * files of the loader's are left out of the command line.
 */
static int add_linux(const struct syslinux_place *p, struct entry *entry,
		     const char *source, const char *args, struct reason *why)
{
	struct cmdline words;
	struct text line = { 0 };
	const char *initrd = NULL;
	int err = cmdline_parse(&words, args, strlen(args), why);

	for (size_t i = 0; !err && i < words.count; i++) {
		const char *raw = words.words[i].raw;

		if (i < words.kernel_count && strncmp(raw, "initrd=", 7) == 0) {
			initrd = initrd ? initrd : raw + 7;
			continue;
		}
		if (strncmp(raw, "BOOT_IMAGE=", 11) == 0)
			continue;
		text_addf(&line, "%s%s", line.len ? " " : "", raw);
	}
	if (!err && initrd)
		err = add_initrds(p, entry, source, initrd, why);
	entry->cmdline = text_take(&line);
	cmdline_free(&words);
	return err || entry->cmdline ? err : entries_no_memory(why);
}

/* Where the next "---" stands in @words, or its end. */
static const char *next_module(const char *words)
{
	while (*words &&
	       !(strncmp(words, "---", 3) == 0 && syslinux_word(words) == 3))
		words = syslinux_skip(words + syslinux_word(words));
	return words;
}

/*
 * mboot.c32: WORDS --- MODULE WORDS --- MODULE WORDS. 1: the first module is
 * missing, which is told: without dom0's kernel Xen is nothing.
 */
static int add_modules(const struct syslinux_place *p, struct entry *entry,
		       const char *source, const char *args, struct reason *why)
{
	const char *end = next_module(args);
	char *words = strndup(args, (size_t)(end - args));
	int err = 0;

	entry->kind = ENTRY_MULTIBOOT;
	entry->cmdline = words ? draft_words(words) : NULL;
	free(words);
	if (!entry->cmdline)
		return entries_no_memory(why);
	while (!err && *end) {
		char *all, *name;

		args = syslinux_skip(end + 3);
		end = next_module(args);
		/* "--- ---" has nothing between */
		if (end == args)
			continue;
		all = strndup(args, (size_t)(end - args));
		name = strndup(args, syslinux_word(args));
		words = all && name ? draft_words(all + strlen(name)) : NULL;
		err = words ? add_file(p, entry, source, "module", name, words,
				       why)
			    : entries_no_memory(why);
		if (!err && !entry->initrd_count)
			err = 1;
		free(all);
		free(name);
	}
	return err;
}

int syslinux_boot(const struct syslinux_place *p,
		  const struct syslinux_start *start, long *index,
		  struct reason *why)
{
	struct entry entry = { .hidden = start->hidden };
	const char *args = start->text, *rest;
	struct reason problem;
	char *name;
	int err;

	/* mboot.c32's own: -solaris, -aout, -nosolaris, -noaout */
	while (start->is_mboot && *args == '-')
		args = syslinux_skip(args + syslinux_word(args));
	rest = syslinux_skip(args + syslinux_word(args));
	name = strndup(args, syslinux_word(args));
	if (!name)
		return entries_no_memory(why);
	if (strncasecmp(name, "memdisk", 7) == 0)
		err = reason(&problem, EINVAL,
			     "memdisk starts a disk image, which is no kernel");
	else if (draft_is_lkrn(name, &problem))
		err = -ENOTSUP;
	else
		err = find_file(p, "kernel", name, &entry.tree, &entry.kernel,
				&problem);
	free(name);
	if (err == -ENOMEM)
		return entries_no_memory(why);
	if (err) {
		entries_reject(p->entries, start->source, "%s", problem.text);
		return 0;
	}
	err = start->is_mboot ? add_modules(p, &entry, start->source, rest, why)
			      : add_linux(p, &entry, start->source, rest, why);
	if (!err) {
		entry.id = strdup(start->id);
		entry.title = strdup(start->title);
		entry.source = strdup(start->source);
		/* Arch's label "archfallback" */
		entry.rescue = strcasestr(start->id, "fallback") != NULL;
		err = draft_add(p->entries, p->guest, &entry, index, why);
	}
	entries_free_entry(&entry);
	return err < 0 ? err : 0;
}
