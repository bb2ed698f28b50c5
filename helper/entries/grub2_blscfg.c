/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * blscfg, as Fedora's GRUB has it (grub-core/commands/blscfg.c of its
 * patches): each file of loader/entries becomes a menu entry whose commands
 * are put together as text, and run like any other's.
 */
#include "entries/grub2_commands.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "entries/bls.h"
#include "entries/grub2_device.h"
#include "entries/grub2_menu.h"

/* Where the files are: the first directory that is there. */
struct where {
	size_t tree;
	const char *dir;
};

static const char *get(const void *context, const char *name)
{
	const struct grub2_run *run = context;

	return grub2_env_get(run->env, name);
}

static char *expand(struct grub2_run *run, const char *text)
{
	char *ret = bls_expand(text ? text : "", get, run);

	if (!ret)
		grub2_run_no_memory(run);
	return ret;
}

/* Appends the words of a value, each as a path of the entry's own device. */
static void add_paths(struct text *t, struct grub2_run *run, const char *value)
{
	char *all = expand(run, value), *at = all, *word;

	while (all && (word = strsep(&at, " \t"))) {
		if (!*word)
			continue;
		/* A path may bring its device with it. */
		text_addf(t, " %s%s%s", *word == '(' ? "" : "($root)",
			  *word == '(' || *word == '/' ? "" : "/", word);
	}
	free(all);
}

/* The entry's commands. */
static char *commands(struct grub2_run *run, const struct bls_entry *entry)
{
	const char *early = grub2_env_get(run->env, "early_initrd");
	struct text t = { 0 };
	char *options = bls_options(entry), *words;

	if (!options) {
		grub2_run_no_memory(run);
		return NULL;
	}
	words = expand(run, options);
	free(options);
	/* Without options there is what the configuration has for such, also
	 * where none of their variables is set. */
	if (words && !words[strspn(words, " \t")]) {
		free(words);
		words = expand(run, grub2_run_get(run, "default_kernelopts"));
	}
	text_add(&t, "linux");
	add_paths(&t, run, entry->kernel);
	text_addf(&t, " %s\n", words ? words : "");
	free(words);
	if (entry->initrd_count) {
		text_add(&t, "initrd");
		if (early && *early) {
			const char *slash = strrchr(entry->initrd[0], '/');
			int dir =
				slash ? (int)(slash - entry->initrd[0]) + 1 : 0;
			struct text path = { 0 };

			text_addf(&path, "%.*s%s", dir, entry->initrd[0],
				  early);
			add_paths(&t, run, text_str(&path));
			text_free(&path);
		}
		for (size_t i = 0; i < entry->initrd_count; i++)
			add_paths(&t, run, entry->initrd[i]);
		text_add_char(&t, '\n');
	}
	return text_take(&t);
}

static void add_entry(struct grub2_run *run, const struct bls_entry *entry)
{
	char *text = commands(run, entry);
	char *args[2] = { entry->title ? entry->title : entry->kernel, NULL };
	struct grub2_block block = { .line = 1 };
	struct grub2_menu_new new = {
		.args = args,
		.arg_count = 1,
		.id = entry->id,
		.block = &block,
		.from = entry->source,
	};

	if (!text) {
		grub2_run_no_memory(run);
		return;
	}
	block.end = strlen(text);
	block.source = grub2_source_new(entry->source, text, block.end, false);
	if (!block.source) {
		grub2_run_no_memory(run);
		return;
	}
	block.end = block.source->len;
	grub2_menu_add(run, &new);
	grub2_source_done(block.source);
}

enum { BLS_PATH, BLS_FALLBACK, BLS_DEFAULT, BLS_OTHERS, BLS_FILE };

static const struct grub2_option bls_options_of[] = {
	[BLS_PATH] = { "path", 'p', true, false },
	[BLS_FALLBACK] = { "enable-fallback", 'f', false, false },
	[BLS_DEFAULT] = { "show-default", 'd', false, false },
	[BLS_OTHERS] = { "show-non-default", 'n', false, false },
	[BLS_FILE] = { "entry", 'e', true, false },
	{ NULL, '\0', false, false },
};

/* True if the entry is what $default means. */
static bool is_default(struct grub2_run *run, const struct bls_entry *entry,
		       size_t number)
{
	const char *wanted = grub2_run_get(run, "default"), *end;
	unsigned long long n;

	if (strcmp(wanted, entry->id) == 0 ||
	    (entry->title && strcmp(wanted, entry->title) == 0))
		return true;
	return grub2_number(wanted, 0, &end, &n) == GRUB2_OK && !*end &&
	       n == number;
}

static bool is_wanted(struct grub2_run *run, const struct grub2_options *o,
		      const struct bls_entry *entry, size_t number)
{
	const char *what = o->args.count > 1 ? o->args.list[1] : "";
	const char *file = grub2_option(o, BLS_FILE), *name;
	size_t len = strlen(entry->id);

	if (!file && *what == '(')
		file = what;
	if (file && strlen(file) > 5 &&
	    strcmp(file + strlen(file) - 5, ".conf") == 0) {
		name = strrchr(file, '/');
		name = name ? name + 1 : file;
		return strncmp(name, entry->id, len) == 0 &&
		       strcmp(name + len, ".conf") == 0;
	}
	if (strcmp(what, "default") == 0 || o->set[BLS_DEFAULT].count)
		return is_default(run, entry, number);
	if (strcmp(what, "non-default") == 0 || o->set[BLS_OTHERS].count)
		return !is_default(run, entry, number);
	return true;
}

/* Reads one directory; false: it is not there. */
static bool read_dir(struct grub2_run *run, const struct grub2_options *o,
		     const char *spec)
{
	struct grub2_place place;
	struct bls_list list = { 0 };
	struct reason why;
	size_t tree, from, to;
	int err = -ENOENT;

	if (!grub2_device_place(run, spec, &place, &why) || *place.path != '/')
		return false;
	/* A guess is tried first, then all trees. */
	from = place.tree;
	to = place.sure ? 1 : run->guest->tree_count + 1;
	for (size_t i = 0; err && i < to; i++) {
		tree = i ? i - 1 : from;
		if (!grub2_run_step(run, GRUB2_STEPS_FILE))
			return false;
		err = bls_read(&list, run->entries, run->guest, tree,
			       place.path, BLS_ORDER_GRUB, &why);
		if (err == -ENOMEM)
			grub2_run_no_memory(run);
		if (!err && !list.count)
			err = -ENOENT;
	}
	for (size_t i = 0; !err && i < list.count && !run->stop; i++)
		if (list.list[i].kernel &&
		    grub2_run_step(run, GRUB2_STEPS_BLS) &&
		    is_wanted(run, o, &list.list[i], i))
			add_entry(run, &list.list[i]);
	if (!err)
		bls_free(&list);
	return !err;
}

int grub2_blscfg(struct grub2_run *run, const struct grub2_args *args)
{
	const char *boot = grub2_env_get(run->env, "boot");
	const char *dir = grub2_run_get(run, "blsdir");
	const char *path;
	struct grub2_options *o;
	struct text spec = { 0 };
	int status = grub2_options_read(&o, bls_options_of, 0, args);

	if (status)
		return status;
	if (!boot)
		boot = grub2_run_get(run, "root");
	path = grub2_option(o, BLS_PATH);
	if (!path && o->args.count > 1 && *o->args.list[1] == '(')
		path = o->args.list[1];
	if (!path)
		path = *dir ? dir : "/loader/entries";
	if (*path == '(')
		text_add(&spec, path);
	else
		text_addf(&spec, "(%s)%s", boot, path);
	status = GRUB2_OK;
	if (!read_dir(run, o, text_str(&spec))) {
		text_free(&spec);
		text_addf(&spec, "(%s)/boot/loader/entries", boot);
		if (!read_dir(run, o, text_str(&spec)))
			status = GRUB2_NOT_FOUND;
	}
	text_free(&spec);
	grub2_options_free(o);
	return status;
}
