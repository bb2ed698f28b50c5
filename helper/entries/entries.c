/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of entries and its default. Asks where entries may come from, the
 * strongest source first. Reads no file itself.
 */
#include "entries/entries.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/version.h"
#include "entries/bare.h"
#include "entries/empty.h"
#include "entries/fstab.h"
#include "entries/gather.h"
#include "entries/given.h"
#include "entries/ids.h"
#include "entries/unread.h"
#include "entries/views.h"

void entries_free_entry(struct entry *entry)
{
	free(entry->id);
	free(entry->title);
	free(entry->path);
	free(entry->version);
	free(entry->source);
	free(entry->kernel);
	for (size_t i = 0; i < entry->initrd_count; i++) {
		free(entry->initrd[i].path);
		free(entry->initrd[i].words);
	}
	free(entry->initrd);
	free(entry->cmdline);
	memset(entry, 0, sizeof(*entry));
}

/* Takes the last ones off, until @count are left. */
static void cut_reasons(struct entries_rejected *list, size_t *ret_count,
			size_t count)
{
	while (*ret_count > count) {
		--*ret_count;
		free(list[*ret_count].source);
		free(list[*ret_count].reason);
	}
}

void entries_free(struct entries *entries)
{
	for (size_t i = 0; i < entries->count; i++)
		entries_free_entry(&entries->list[i]);
	free(entries->list);
	cut_reasons(entries->rejected, &entries->rejected_count, 0);
	cut_reasons(entries->skipped, &entries->skipped_count, 0);
	free(entries->rejected);
	free(entries->skipped);
	memset(entries, 0, sizeof(*entries));
}

/*
 * Room for one more of @size bytes in a list of @count, which doubles at
 * every power of two; NULL when memory is out, and the list is as it was.
 */
static void *room_for_one(void *list, size_t count, size_t size)
{
	if (count & (count - 1))
		return list;
	return reallocarray(list, count ? count * 2 : 1, size);
}

static size_t length(const char *text)
{
	return text ? strlen(text) : 0;
}

/* Bytes of all that an entry says. */
static size_t words_of(const struct entry *entry)
{
	size_t ret = length(entry->id) + length(entry->title) +
		     length(entry->path) + length(entry->source) +
		     length(entry->kernel) + length(entry->version) +
		     length(entry->cmdline);

	for (size_t i = 0; i < entry->initrd_count; i++)
		ret += ENTRIES_WORDS_INITRD + length(entry->initrd[i].path) +
		       length(entry->initrd[i].words);
	return ret;
}

bool entries_is_full(const struct entries *entries, const struct entry *entry,
		     struct reason *why)
{
	if (entries->count >= ENTRIES_MAX) {
		(void)reason(why, E2BIG,
			     "more than %d entries; this one is left out",
			     ENTRIES_MAX);
		return true;
	}
	if (words_of(entry) > ENTRIES_WORDS_MAX - entries->words) {
		(void)reason(why, E2BIG,
			     "the entries have more than %d MiB of words; this "
			     "one is left out",
			     ENTRIES_WORDS_MAX >> 20);
		return true;
	}
	return false;
}

int entries_add(struct entries *entries, struct entry *entry)
{
	struct entry *list = NULL;
	int err = -E2BIG;

	if (!entries_is_full(entries, entry, NULL)) {
		err = -ENOMEM;
		list = room_for_one(entries->list, entries->count,
				    sizeof(*list));
	}
	if (!list) {
		entries_free_entry(entry);
		return err;
	}
	entries->list = list;
	entries->words += words_of(entry);
	list[entries->count++] = *entry;
	memset(entry, 0, sizeof(*entry));
	return 0;
}

int entries_no_memory(struct reason *why)
{
	return reason(why, ENOMEM, "no memory for the entries");
}

int entries_add_module(struct entry *entry, size_t tree, const char *path,
		       const char *words)
{
	struct entry_initrd *list =
		room_for_one(entry->initrd, entry->initrd_count, sizeof(*list));
	struct entry_initrd one = { .tree = tree };

	if (!list)
		return -ENOMEM;
	entry->initrd = list;
	one.path = strdup(path);
	one.words = words ? strdup(words) : NULL;
	if (!one.path || (words && !one.words)) {
		free(one.path);
		free(one.words);
		return -ENOMEM;
	}
	list[entry->initrd_count++] = one;
	return 0;
}

int entries_add_initrd(struct entry *entry, size_t tree, const char *path)
{
	return entries_add_module(entry, tree, path, NULL);
}

/* True if @reason says "SOURCE: " for the first @len bytes of @source, and
 * something behind it. */
static bool says_source(const char *reason, const char *source, size_t len)
{
	return len && strncmp(reason, source, len) == 0 &&
	       strncmp(reason + len, ": ", 2) == 0 && reason[len + 2];
}

/* Takes the source off the front of the reason, with or without its ":LINE":
 * whoever reads the one has the other. */
static void drop_source(char *reason, const char *source)
{
	const char *colon = strrchr(source, ':');
	size_t len = strlen(source);

	if (!says_source(reason, source, len) && colon && colon[1] &&
	    !colon[1 + strspn(colon + 1, "0123456789")])
		len = (size_t)(colon - source);
	if (says_source(reason, source, len))
		memmove(reason, reason + len + 2, strlen(reason + len + 2) + 1);
}

/* Adds to one of the two lists of reasons; false if it cannot. */
static bool add_reason(struct entries_rejected **list, size_t *count,
		       const char *source, const char *fmt, va_list ap)
{
	struct entries_rejected *grown = NULL;
	struct entries_rejected one = { 0 };

	if (*count < ENTRIES_REJECTED_MAX)
		grown = room_for_one(*list, *count, sizeof(*grown));
	if (!grown)
		return false;
	*list = grown;
	one.source = strdup(source);
	if (vasprintf(&one.reason, fmt, ap) < 0)
		one.reason = NULL;
	if (one.reason && strlen(one.reason) > ENTRIES_REASON_MAX)
		(void)strcpy(one.reason + ENTRIES_REASON_MAX - 3, "...");
	if (!one.source || !one.reason) {
		free(one.source);
		free(one.reason);
		return false;
	}
	text_clean(one.source);
	text_clean(one.reason);
	drop_source(one.reason, one.source);
	grown[(*count)++] = one;
	return true;
}

void entries_reject(struct entries *entries, const char *source,
		    const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (!add_reason(&entries->rejected, &entries->rejected_count, source,
			fmt, ap))
		entries->rejected_dropped++;
	va_end(ap);
}

void entries_unreject(struct entries *entries, size_t from, size_t dropped)
{
	entries->rejected_dropped = dropped;
	cut_reasons(entries->rejected, &entries->rejected_count, from);
}

void entries_rejected_on(struct entries *entries, size_t from, size_t tree)
{
	for (size_t i = from; i < entries->rejected_count; i++)
		entries->rejected[i].on = tree + 1;
}

void entries_skip(struct entries *entries, const char *source, const char *fmt,
		  ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)add_reason(&entries->skipped, &entries->skipped_count, source,
			 fmt, ap);
	va_end(ap);
}

const struct entry *entries_find(const struct entries *entries, const char *id)
{
	for (size_t i = 0; i < entries->count; i++)
		if (strcmp(entries->list[i].id, id) == 0)
			return &entries->list[i];
	return NULL;
}

const struct entry *entries_chosen(const struct entries *entries)
{
	if (!entries->count || entries->by_default < 0)
		return NULL;
	return &entries->list[entries->by_default];
}

/* Newest among the complete ones, else among the others; the first of equals.
 * Never one for rescue, or that has failed too often. */
static long newest(const struct entries *entries)
{
	const struct entry *best = NULL;

	for (size_t i = 0; i < entries->count; i++) {
		const struct entry *entry = &entries->list[i];

		if (entry->rescue || entry->hidden || entry->worn_out)
			continue;
		if (!best || best->incomplete > entry->incomplete ||
		    (best->incomplete == entry->incomplete &&
		     version_compare(entry->version ? entry->version : "",
				     best->version ? best->version : "") > 0))
			best = entry;
	}
	return best ? best - entries->list : -1;
}

static const char *file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool is_exactly(const struct entry *entry, const char *wanted)
{
	return strcmp(entry->id, wanted) == 0 ||
	       strcmp(entry->title, wanted) == 0;
}

/*
 * True if @wanted is GRUB's way through its menus to the entry, as GRUB_DEFAULT
 * and grub-reboot have it: "submenu's id>id", "Submenu>Title".
 */
static bool is_path(const struct entry *entry, const char *wanted)
{
	const char *title = entry->title;

	if (!strchr(wanted, '>'))
		return false;
	if (entry->path && strcmp(entry->path, wanted) == 0)
		return true;
	for (; *wanted && *title; wanted++)
		if (*wanted == '>' && strncmp(title, " > ", 3) == 0)
			title += 3;
		else if (*wanted != *title++)
			return false;
	return !*wanted && !*title;
}

static bool is_like(const struct entry *entry, const char *wanted)
{
	return text_glob(wanted, entry->id) ||
	       text_glob(wanted, file_name(entry->kernel)) ||
	       text_glob(wanted, entry->title);
}

static long first_that(const struct entries *entries, const char *wanted,
		       bool (*fits)(const struct entry *, const char *))
{
	for (size_t i = 0; i < entries->count; i++)
		if (fits(&entries->list[i], wanted))
			return (long)i;
	return -1;
}

/* A number counted from 0, as GRUB's "default"; -1 if it is none of ours. */
static long by_number(const struct entries *entries, const char *wanted)
{
	size_t number = 0;

	for (const char *p = wanted; *p; p++) {
		if (*p < '0' || *p > '9' || number > ENTRIES_MAX)
			return -1;
		number = number * 10 + (size_t)(*p - '0');
	}
	return *wanted && number < entries->count ? (long)number : -1;
}

static const char by_newest[] = "the newest";

/*
 * The entry that a configuration names as @index, or -1. One that cannot
 * start, because a file of it is missing or empty, gives way to one that can.
 */
static long configured(const struct entries *entries, long index,
		       const char **by, struct reason *note)
{
	long other;

	if (index < 0 || (size_t)index >= entries->count)
		return -1;
	if (!entries->list[index].incomplete)
		return index;
	other = newest(entries);
	if (other < 0 || entries->list[other].incomplete)
		return index;
	*by = by_newest;
	(void)reason(note, ENOENT,
		     "%s, the configured default, %s; the default is %s",
		     entries->list[index].id,
		     entries->list[index].has_empty ? "has an empty file"
						    : "lacks a file",
		     entries->list[other].id);
	return other;
}

/* What words that name no entry mean, or -1. */
static long by_word(const struct entries *entries, const char *wanted,
		    const char **by, struct reason *note)
{
	const struct entries_config *config = &entries->config;
	long found = -1;

	*by = "by what its configuration has saved";
	if (strcmp(wanted, "saved") == 0)
		found = configured(entries, config->saved, by, note);
	if (found >= 0)
		return found;
	*by = "by its configuration";
	if (strcmp(wanted, "newest") != 0)
		found = configured(entries, config->by_default, by, note);
	if (found >= 0)
		return found;
	*by = by_newest;
	return newest(entries);
}

long entries_default(const struct entries *entries, const char *wanted,
		     const char **by, struct reason *note)
{
	long found;

	note->text[0] = '\0';
	if (!*wanted || strcmp(wanted, "newest") == 0 ||
	    strcmp(wanted, "saved") == 0 || strcmp(wanted, "config") == 0)
		return by_word(entries, wanted, by, note);
	*by = "by kboot.default=";
	found = first_that(entries, wanted, is_exactly);
	if (found < 0)
		found = first_that(entries, wanted, is_path);
	if (found < 0)
		found = by_number(entries, wanted);
	if (found < 0)
		found = first_that(entries, wanted, is_like);
	if (found >= 0)
		return found;
	found = by_word(entries, "", by, note);
	(void)reason(note, ENOENT,
		     "kboot.default=%s: there is no such entry%s%s", wanted,
		     found < 0 ? "" : "; the default is ",
		     found < 0 ? "" : entries->list[found].id);
	return found;
}

int entries_timeout(const struct entries *entries,
		    const struct settings *settings)
{
	if (settings->value[SETTING_TIMEOUT])
		return settings_number(settings, SETTING_TIMEOUT);
	return entries->config.timeout;
}

static int nothing_found(const struct entries *entries,
			 const struct guest *guest, struct reason *why)
{
	struct text where = { 0 };
	int err;

	for (size_t i = 0; i < guest->tree_count; i++)
		text_addf(&where, "%s%s", i ? ", " : "",
			  tree_name(&guest->trees[i]));
	err = reason(why, ENOENT,
		     "no kernel found in / and /boot of %s (%zu rejected)",
		     guest->tree_count ? text_str(&where) : "no file system",
		     entries->rejected_count + entries->rejected_dropped);
	text_free(&where);
	return err;
}

/* The bare kernels of @guest, which has views in it, as @views' caller sees
 * them. */
static int gather_bare(struct entries *ret, const struct views *views,
		       const struct guest *guest, struct reason *why)
{
	size_t before = ret->rejected_count;
	int err = bare_gather(ret, guest, why);

	for (size_t i = before; i < ret->rejected_count; i++) {
		struct entries_rejected *one = &ret->rejected[i];

		one->on = one->on && views->borrowed > 1
				  ? views->on[one->on - 1] + 1
				  : 0;
	}
	for (size_t i = 0; !err && i < ret->count; i++) {
		struct entry *entry = &ret->list[i];

		err = views_add_rootflags(views, entry->tree, &entry->cmdline);
		if (!err)
			err = views_map(views, entry);
		if (err)
			(void)entries_no_memory(why);
	}
	unread_tell(ret, views);
	return err;
}

/* What is on the disks: configurations, else bare kernels. */
static int gather_views(struct entries *ret, const struct views *views,
			const struct guest *guest, struct reason *why)
{
	int err = gather_configured(ret, views, guest, why);

	if (!err && !ret->count)
		err = gather_bare(ret, views, guest, why);
	return err;
}

/*
 * What is on the disks with nothing hidden, after the search that began at
 * @before found nothing: it meets again whatever that one rejected or skipped.
 */
static int gather_hidden(struct entries *ret, const struct entries *before,
			 struct views *views, const struct guest *guest,
			 struct reason *why)
{
	entries_unreject(ret, before->rejected_count, before->rejected_dropped);
	cut_reasons(ret->skipped, &ret->skipped_count, before->skipped_count);
	ret->config = before->config;
	entries_skip(ret, "/etc/fstab",
		     "no kernel is found elsewhere: what the guest mounts "
		     "others over is looked at after all");
	fstab_unhide(views->trees, views->count);
	return gather_views(ret, views, guest, why);
}

/* As the guest sees its disks; where that is nothing, all that is there. */
static int gather_found(struct entries *ret, const struct guest *guest,
			struct reason *why)
{
	struct guest inner = *guest;
	struct entries before;
	struct views *views = calloc(1, sizeof(*views));
	int err = views ? views_open(views, guest) : -ENOMEM;
	size_t hidden;

	if (err) {
		err = entries_no_memory(why);
		goto out;
	}
	inner.trees = views->trees;
	inner.tree_count = views->count;
	hidden = fstab_hide(views->trees, views->count, views->on, ret);
	before = *ret;
	err = gather_views(ret, views, &inner, why);
	if (!err && hidden && !ret->count)
		err = gather_hidden(ret, &before, views, &inner, why);
out:
	if (views)
		views_close(views);
	free(views);
	return err;
}

/* What a person names (kernel=), in the same order. */
static int gather_given(struct entries *ret, const struct guest *guest,
			struct reason *why)
{
	struct guest inner = *guest;
	struct tree *trees;
	int err;

	if (!*settings_get(guest->settings, SETTING_KERNEL))
		return 0;
	trees = calloc(guest->tree_count + 1, sizeof(*trees));
	if (!trees)
		return entries_no_memory(why);
	if (guest->tree_count)
		memcpy(trees, guest->trees, guest->tree_count * sizeof(*trees));
	inner.trees = trees;
	(void)fstab_hide(trees, guest->tree_count, NULL, NULL);
	err = given_gather(ret, &inner, why);
	if (err == -ENOENT)
		err = given_gather(ret, guest, why);
	free(trees);
	return err;
}

static void write_as_there(const struct tree *tree, char **path)
{
	char *real =
		tree_ignores_case(tree) ? tree_real_case(tree, *path) : NULL;

	if (!real)
		return;
	free(*path);
	*path = real;
}

/* On a copy of a FAT, paths in the case in which whoever reads the answer can
 * open them. */
static void use_real_case(struct entries *entries, const struct guest *guest)
{
	for (size_t i = 0; i < entries->count; i++) {
		struct entry *entry = &entries->list[i];

		if (entry->is_self)
			continue;
		write_as_there(&guest->trees[entry->tree], &entry->kernel);
		for (size_t k = 0; k < entry->initrd_count; k++)
			write_as_there(&guest->trees[entry->initrd[k].tree],
				       &entry->initrd[k].path);
	}
}

int entries_gather(struct entries *ret, const struct guest *guest,
		   struct reason *why)
{
	static const struct entries none = ENTRIES_NONE;
	int err;

	*ret = none;
	if (guest->tree_count > ENTRIES_TREES_MAX)
		return reason(why, E2BIG, "more than %d file systems",
			      ENTRIES_TREES_MAX);
	/* What a person names (kernel=) stands above what is found. */
	err = gather_given(ret, guest, why);
	if (!err && !ret->count)
		err = gather_found(ret, guest, why);
	if (err)
		return err;
	if (!ret->count)
		return nothing_found(ret, guest, why);
	use_real_case(ret, guest);
	if (empty_mark(ret, guest) || ids_part(ret, guest))
		return entries_no_memory(why);
	ret->by_default = entries_default(
		ret, settings_get(guest->settings, SETTING_DEFAULT),
		&ret->default_by, &ret->default_note);
	return 0;
}
