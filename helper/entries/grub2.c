/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a configuration to entries: runs the file, then each entry's commands
 * with the variables as they are then, and takes down what they load. Which
 * commands do what is in the other files of this name.
 */
#include "entries/grub2.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "entries/draft.h"
#include "entries/grub2_commands.h"
#include "entries/grub2_default.h"
#include "entries/grub2_device.h"
#include "entries/grub2_menu.h"
#include "entries/grub2_run.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Of one configuration: entries that are looked into when the others have taken
 * all steps. */
enum { WANTED_MAX = 8 };

/* One configuration on its way. */
struct reading {
	struct grub2_run run;
	struct entries *entries;
	const struct guest *guest;
	size_t tree;
	/* The configuration's path on the tree. */
	const char *path;
	/* Steps of all entries so far. */
	size_t steps;
	/* Said so already. */
	bool is_full;
	/* Entries that were looked into all the same. */
	unsigned int past;
	/* Once more, as a GRUB for EFI. */
	bool is_efi;
	/* Once more, as a copy whose UUIDs and partitions are new. */
	bool is_lenient;
	/* A search for a UUID has found nothing. */
	bool has_missed;
	struct reason *why;
};

/* Where an entry stands: the menus around it. */
struct level {
	struct grub2_menu *menu;
	/* The one that the configuration boots, which is looked into whatever
	 * the others take, and what $default says behind it; NULL: none. */
	const struct grub2_menu_entry *wanted;
	const char *rest;
	/* "Outer > ", and $chosen: "outer>". */
	const char *title;
	const char *chosen;
	unsigned int depth;
	const struct grub2_open_file *files;
};

/* Appends an id as $chosen has it: a ">" of its own is doubled. */
static void add_doubled(struct text *t, const char *id)
{
	for (; *id; id++) {
		if (*id == '>')
			text_add_char(t, '>');
		text_add_char(t, *id);
	}
}

static int no_memory(struct reading *r)
{
	return reason(r->why, ENOMEM, "no memory for %s", r->path);
}

/* ---- one entry ---- */

static int add_entry(struct reading *r, struct grub2_menu_entry *item,
		     const char *title, const char *chosen)
{
	struct grub2_boot *boot = &r->run.boot;
	struct entry entry = boot->entry;
	char *version;
	int err;

	memset(&boot->entry, 0, sizeof(boot->entry));
	entry.id = strdup(item->has_id ? item->id : chosen);
	entry.path = strdup(chosen);
	entry.title = strdup(title);
	entry.source = strdup(item->from);
	if (boot->missing.len)
		entries_reject(r->entries, item->from, "%s",
			       text_str(&boot->missing));
	/* What a UKI says itself stands above what its name says. */
	version = entry.version;
	entry.version = NULL;
	err = draft_add(r->entries, r->guest, &entry, &item->index, r->why);
	if (version && item->index >= 0) {
		free(r->entries->list[item->index].version);
		r->entries->list[item->index].version = version;
		version = NULL;
	}
	free(version);
	return err;
}

/* What an entry leaves behind for what is in its menu, and for no other. */
struct traces {
	struct grub2_function *functions;
	struct grub2_saved *saved;
	struct grub2_loopback *loopbacks;
	struct grub2_missed missed;
};

static void mark_traces(struct traces *ret, const struct grub2_run *run)
{
	ret->functions = run->functions;
	ret->saved = run->saved;
	ret->loopbacks = run->loopbacks;
	ret->missed = run->missed;
}

static void remove_traces(struct grub2_run *run, const struct traces *traces)
{
	grub2_run_forget(run, traces->functions);
	grub2_run_unsave(run, traces->saved);
	grub2_loopback_forget(run, traces->loopbacks);
	run->missed = traces->missed;
}

/*
 * Runs an entry's commands in @menu, a menu of its own that lies over that of
 * the entry or, for a submenu, has a context of its own.
 */
static void run_entry(struct reading *r, const struct level *level,
		      struct grub2_menu_entry *item, struct grub2_menu *menu,
		      const char *chosen)
{
	struct grub2_scope scope = { .args = item->args,
				     .count = item->arg_count };
	struct grub2_run *run = &r->run;

	grub2_boot_reset(&run->boot);
	run->stop = GRUB2_GO;
	run->limit.text[0] = '\0';
	run->steps = 0;
	run->steps_max = grub2_limits.entry;
	run->returning = false;
	run->loops = run->breaks = 0;
	/* GRUB puts a setparams before the commands. */
	run->status = GRUB2_OK;
	run->in_entry = true;
	run->menu = menu;
	run->env = &menu->env;
	run->scope = &scope;
	run->files = level->files;
	run->home = item->home;
	grub2_run_set(run, "chosen", chosen);
	grub2_run_export(run, "chosen");
	grub2_run_unset(run, "default");
	(void)grub2_run_block(run, &item->block);
	for (size_t i = 0; i < scope.own_count; i++)
		free(scope.own[i]);
	free(scope.own);
	run->scope = NULL;
	r->steps += run->steps;
}

static int read_menu(struct reading *r, const struct level *level);

static void find_wanted(struct level *level, const char *wanted)
{
	const struct grub2_menu *menu = level->menu;

	level->rest = "";
	level->wanted = NULL;
	if (wanted)
		level->wanted = grub2_menu_find(menu, wanted, &level->rest);
	if (!level->wanted && menu->count)
		level->wanted = &menu->list[0];
}

/* The entries behind this one: its submenu, or what configfile shows. */
static int read_inner(struct reading *r, const struct level *outer,
		      const struct grub2_menu_entry *item,
		      struct grub2_menu *menu, const char *title,
		      const char *chosen)
{
	struct grub2_open_file open = { .outer = outer->files,
					.file = menu->file,
					.is_config = true };
	struct level level = {
		.menu = menu,
		.depth = outer->depth + 1,
		.files = menu->has_file ? &open : outer->files,
	};
	struct text before = { 0 }, path = { 0 };
	int err;

	text_addf(&before, "%s > ", title);
	text_addf(&path, "%s>", chosen);
	level.title = text_str(&before);
	level.chosen = text_str(&path);
	if (item == outer->wanted)
		find_wanted(&level, grub2_inner_default(menu, outer->rest));
	err = read_menu(r, &level);
	text_free(&before);
	text_free(&path);
	return err;
}

static struct grub2_menu *open_inner(struct reading *r,
				     const struct level *level, bool is_submenu)
{
	struct grub2_menu *menu;

	if (is_submenu)
		return grub2_menu_open(&r->run, &level->menu->env);
	menu = calloc(1, sizeof(*menu));
	if (menu)
		menu->env.below = &level->menu->env;
	return menu;
}

static void reject(struct reading *r, const struct grub2_menu_entry *item)
{
	const struct grub2_run *run = &r->run;

	if (*run->boot.refused.text)
		entries_reject(r->entries, item->from, "%s",
			       run->boot.refused.text);
	else if (*run->boot.trouble.text)
		entries_reject(r->entries, item->from, "%s",
			       run->boot.trouble.text);
	else if (item->is_submenu)
		entries_reject(r->entries, item->from,
			       "a submenu without entries");
	else
		entries_reject(r->entries, item->from,
			       "boots nothing: no kernel is loaded");
}

static int read_entry(struct reading *r, const struct level *level,
		      struct grub2_menu_entry *item)
{
	struct grub2_menu *inner = open_inner(r, level, item->is_submenu);
	struct text title = { 0 }, chosen = { 0 };
	struct traces traces;
	int err = 0;

	if (!inner)
		return no_memory(r);
	mark_traces(&traces, &r->run);
	text_addf(&title, "%s%s", level->title, item->title);
	text_add(&chosen, level->chosen);
	add_doubled(&chosen, item->id);
	run_entry(r, level, item, inner, text_str(&chosen));
	if (r->run.stop == GRUB2_STOP_MEMORY || text_error(&title) ||
	    text_error(&chosen))
		err = no_memory(r);
	else if (r->run.stop == GRUB2_STOP_LIMIT)
		entries_reject(r->entries, item->from, "%s", r->run.limit.text);
	/* configfile's menu takes the place of what else was added. */
	if (r->run.boot.menu) {
		grub2_menu_free(inner);
		inner = r->run.boot.menu;
		r->run.boot.menu = NULL;
	}
	item->opens = inner;
	if (*r->run.boot.refused.text)
		r->run.boot.loaded = false;
	if (!err && r->run.boot.loaded && r->run.stop != GRUB2_STOP_LIMIT) {
		err = add_entry(r, item, text_str(&title), text_str(&chosen));
	} else if (!err && inner->count) {
		if (level->depth < GRUB2_MENU_DEPTH_MAX)
			err = read_inner(r, level, item, inner,
					 text_str(&title), text_str(&chosen));
		else
			entries_reject(r->entries, item->from,
				       "menus nested deeper than %d",
				       GRUB2_MENU_DEPTH_MAX);
	} else if (!err && r->run.stop != GRUB2_STOP_LIMIT) {
		reject(r, item);
	}
	remove_traces(&r->run, &traces);
	text_free(&title);
	text_free(&chosen);
	return err;
}

/* True if no further entry is to be looked into; says so once. */
static bool is_full(struct reading *r, const struct grub2_menu_entry *item)
{
	if (r->is_full)
		return true;
	if (r->entries->count == ENTRIES_MAX) {
		entries_reject(r->entries, item->from,
			       "more than %d entries; the rest is left out",
			       ENTRIES_MAX);
		r->is_full = true;
	} else if (r->steps > grub2_limits.entries) {
		entries_reject(r->entries, item->from,
			       "the entries take more than %zu steps; the rest "
			       "is left out",
			       grub2_limits.entries);
		r->is_full = true;
	}
	return r->is_full;
}

/* True of what the configuration boots, and of what a person has named. */
static bool is_wanted(const struct reading *r, const struct level *level,
		      const struct grub2_menu_entry *item)
{
	const char *named = settings_get(r->guest->settings, SETTING_DEFAULT);

	return item == level->wanted ||
	       (*named && (strcmp(item->id, named) == 0 ||
			   strcmp(item->title, named) == 0));
}

static int read_menu(struct reading *r, const struct level *level)
{
	int err = 0;

	for (size_t i = 0; !err && i < level->menu->count; i++) {
		struct grub2_menu_entry *item = &level->menu->list[i];

		if (is_full(r, item)) {
			if (r->past == WANTED_MAX || !is_wanted(r, level, item))
				continue;
			r->past++;
		}
		err = read_entry(r, level, item);
	}
	return err;
}

static int read_guests_menu(struct reading *r, struct level *level)
{
	find_wanted(level, grub2_env_get(&level->menu->env, "default"));
	return read_menu(r, level);
}

/* ---- one file ---- */

/* linux, initrd and boot outside any entry: the one thing that is booted. */
static int add_lone_kernel(struct reading *r)
{
	struct grub2_menu_entry item = { .index = -1 };
	struct text from = { 0 };
	int err;

	text_addf(&from, "%s:1", r->path);
	item.from = text_take(&from);
	item.title = item.id = r->run.boot.entry.kernel
				       ? strdup(r->run.boot.entry.kernel)
				       : NULL;
	if (!item.from || !item.title) {
		free(item.from);
		free(item.title);
		return no_memory(r);
	}
	err = add_entry(r, &item, item.title, item.id);
	if (!err && item.index >= 0)
		r->entries->config.by_default = item.index;
	free(item.from);
	free(item.title);
	return err;
}

static void set_prefix(struct reading *r, const char *device)
{
	struct text t = { 0 };

	text_addf(&t, "(%s)%.*s", device,
		  (int)(strrchr(r->path, '/') - r->path), r->path);
	grub2_run_set(&r->run, "prefix", text_str(&t));
	grub2_run_export(&r->run, "prefix");
	/* An EFI GRUB is started from there. */
	if (strncasecmp(r->path, "/EFI/", 5) == 0) {
		grub2_run_set(&r->run, "cmdpath", text_str(&t));
		grub2_run_export(&r->run, "cmdpath");
	}
	text_free(&t);
}

static void run_config(struct reading *r)
{
	const char *device = r->run.devices[r->tree];
	struct text spec = { 0 };
	struct reason why = { { 0 } };

	set_prefix(r, device);
	text_addf(&spec, "(%s)%s", device, r->path);
	if (!grub2_run_file(&r->run, text_str(&spec), true, &why) &&
	    !r->run.stop)
		entries_reject(r->entries, r->path, "%s", why.text);
	else if (r->run.stop == GRUB2_STOP_LIMIT)
		entries_reject(r->entries, r->path, "%s", r->run.limit.text);
	text_free(&spec);
}

/* Adds what the configuration at @path has; *@ret_empty: it has nothing, if not
 * for EFI. */
static int read_once(struct reading *r, const char *path, bool *ret_empty)
{
	struct grub2_menu *menu = calloc(1, sizeof(*menu)), *top = menu;
	struct grub2_menu *other = NULL;
	struct level level = { .title = "", .chosen = "" };
	struct grub2_open_file open = { .is_config = true };
	size_t rejected = r->entries->rejected_count;
	int err = 0;

	*ret_empty = false;
	r->path = path;
	r->steps = 0;
	r->is_full = false;
	r->past = 0;
	if (!menu ||
	    grub2_run_start(&r->run, r->entries, r->guest, r->tree, menu)) {
		err = no_memory(r);
		goto out;
	}
	r->run.is_efi = r->is_efi;
	r->run.is_lenient = r->is_lenient;
	run_config(r);
	if (r->run.boot.menu) {
		other = r->run.boot.menu;
		r->run.boot.menu = NULL;
		top = other;
	}
	level.menu = top;
	open.file = top->file;
	level.files = top->has_file ? &open : NULL;
	if (r->run.stop == GRUB2_STOP_MEMORY)
		err = no_memory(r);
	else if (r->run.stop == GRUB2_STOP_BOOT)
		err = add_lone_kernel(r);
	else if (!top->count && rejected == r->entries->rejected_count &&
		 !r->is_efi)
		*ret_empty = true;
	else if (!top->count && rejected == r->entries->rejected_count)
		entries_reject(r->entries, path, "no menu entries%s%s",
			       *r->run.boot.trouble.text ? "; " : "",
			       r->run.boot.trouble.text);
	else
		err = read_guests_menu(r, &level);
	if (!err && r->entries->count && top->count)
		grub2_default(r->entries, &r->guest->trees[r->tree], r->path,
			      top);
out:
	r->has_missed = r->run.has_missed;
	grub2_run_end(&r->run);
	grub2_menu_free(other);
	grub2_menu_free(menu);
	return err;
}

/* All of it may be for EFI, by `if': mkosi's is. */
static int read_either(struct reading *r, const char *path)
{
	bool is_empty;
	int err;

	r->is_efi = false;
	err = read_once(r, path, &is_empty);
	if (!err && is_empty) {
		r->is_efi = true;
		err = read_once(r, path, &is_empty);
	}
	return err;
}

/* All of it may be about file systems that have other UUIDs by now. */
static int read_config(struct reading *r, const char *path)
{
	size_t rejected = r->entries->rejected_count;
	size_t dropped = r->entries->rejected_dropped;
	int err;

	r->is_lenient = false;
	err = read_either(r, path);
	if (!err && !r->entries->count && r->has_missed) {
		entries_unreject(r->entries, rejected, dropped);
		r->is_lenient = true;
		err = read_either(r, path);
	}
	return err;
}

/* The first of them that has entries. */
static int try_config(struct reading *r, const char *path)
{
	struct tree_file file;
	int err = tree_look(&r->guest->trees[r->tree], path, &file, r->why);

	if (err == -ENOENT || err == -ENOTDIR)
		return 0;
	return read_config(r, path);
}

/* The configurations in @dir/NAME/grub.cfg. */
static int try_below(struct reading *r, const char *dir)
{
	struct tree_names names;
	int err = 0;

	if (tree_list(&r->guest->trees[r->tree], dir, NULL, &names, NULL)) {
		tree_free_names(&names);
		return 0;
	}
	for (size_t i = 0; !err && !r->entries->count && i < names.count; i++) {
		struct text path = { 0 };

		text_addf(&path, "%s/%s/grub.cfg", dir, names.list[i].name);
		if (!text_error(&path) && text_is_clean(text_str(&path)))
			err = try_config(r, text_str(&path));
		text_free(&path);
	}
	tree_free_names(&names);
	return err;
}

int grub2_gather(struct entries *entries, const struct guest *guest,
		 size_t tree, struct reason *why)
{
	/* pygrub's order; behind it the EFI system partition, where an EFI
	 * GRUB's first configuration is. */
	static const char *const paths[] = {
		"/boot/grub/grub.cfg",
		"/grub/grub.cfg",
		"/boot/grub2/grub.cfg",
		"/grub2/grub.cfg",
	};
	static const char *const dirs[] = {
		"/EFI",
		"/boot/efi/EFI",
		"/boot/EFI",
		"/efi/EFI",
	};
	struct reading *r = calloc(1, sizeof(*r));
	int err = 0;

	if (!r)
		return reason(why, ENOMEM, "no memory for grub.cfg");
	r->entries = entries;
	r->guest = guest;
	r->tree = tree;
	r->why = why;
	for (size_t i = 0; !err && !entries->count && i < COUNT(paths); i++)
		err = try_config(r, paths[i]);
	for (size_t i = 0; !err && !entries->count && i < COUNT(dirs); i++)
		err = try_below(r, dirs[i]);
	free(r);
	return err;
}
