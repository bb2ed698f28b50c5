/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of entries: runs the formats of the table, keeps ids unique,
 * chooses the default. Reads no file itself.
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
#include "entries/given.h"

struct format {
	const char *name;
	/* Adds what it finds. 0 with nothing added: not mine, ask the next. */
	int (*gather)(struct entries *entries, const struct guest *guest,
		      struct reason *why);
};

/*
 * The first that yields an entry ends the search. What the person said
 * (kernel=) stands above what is found; configurations, where the guest's
 * owner chose words and order, stand above bare kernels, where only the names
 * speak.
 */
static const struct format formats[] = {
	{ "kernel=", given_gather },
	{ "bare kernels", bare_gather },
};

void entries_free_entry(struct entry *entry)
{
	free(entry->id);
	free(entry->title);
	free(entry->version);
	free(entry->source);
	free(entry->kernel);
	for (size_t i = 0; i < entry->initrd_count; i++)
		free(entry->initrd[i].path);
	free(entry->initrd);
	free(entry->cmdline);
	memset(entry, 0, sizeof(*entry));
}

void entries_free(struct entries *entries)
{
	for (size_t i = 0; i < entries->count; i++)
		entries_free_entry(&entries->list[i]);
	free(entries->list);
	for (size_t i = 0; i < entries->rejected_count; i++) {
		free(entries->rejected[i].source);
		free(entries->rejected[i].reason);
	}
	free(entries->rejected);
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

int entries_add(struct entries *entries, struct entry *entry)
{
	struct entry *list = NULL;
	int err = -E2BIG;

	if (entries->count < ENTRIES_MAX) {
		err = -ENOMEM;
		list = room_for_one(entries->list, entries->count,
				    sizeof(*list));
	}
	if (!list) {
		entries_free_entry(entry);
		return err;
	}
	entries->list = list;
	list[entries->count++] = *entry;
	memset(entry, 0, sizeof(*entry));
	return 0;
}

int entries_add_initrd(struct entry *entry, size_t tree, const char *path)
{
	struct entry_initrd *list =
		room_for_one(entry->initrd, entry->initrd_count, sizeof(*list));

	if (!list)
		return -ENOMEM;
	entry->initrd = list;
	list[entry->initrd_count].tree = tree;
	list[entry->initrd_count].path = strdup(path);
	if (!list[entry->initrd_count].path)
		return -ENOMEM;
	entry->initrd_count++;
	return 0;
}

void entries_reject(struct entries *entries, const char *source,
		    const char *fmt, ...)
{
	struct entries_rejected *list = NULL;
	struct entries_rejected one = { 0 };
	va_list ap;

	if (entries->rejected_count < ENTRIES_REJECTED_MAX)
		list = room_for_one(entries->rejected, entries->rejected_count,
				    sizeof(*list));
	if (list) {
		entries->rejected = list;
		one.source = strdup(source);
		va_start(ap, fmt);
		if (vasprintf(&one.reason, fmt, ap) < 0)
			one.reason = NULL;
		va_end(ap);
	}
	if (!one.source || !one.reason) {
		free(one.source);
		free(one.reason);
		entries->rejected_dropped++;
		return;
	}
	text_clean(one.source);
	text_clean(one.reason);
	list[entries->rejected_count++] = one;
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

/* Newest among the complete ones, else among the others; the first of equals. */
static long newest(const struct entries *entries)
{
	const struct entry *best = NULL;

	for (size_t i = 0; i < entries->count; i++) {
		const struct entry *entry = &entries->list[i];

		if (entry->rescue || entry->hidden)
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

long entries_default(const struct entries *entries, const char *wanted,
		     struct reason *note)
{
	long found;

	note->text[0] = '\0';
	if (!*wanted || strcmp(wanted, "newest") == 0 ||
	    strcmp(wanted, "saved") == 0 || strcmp(wanted, "config") == 0)
		return newest(entries);
	found = first_that(entries, wanted, is_exactly);
	if (found < 0)
		found = by_number(entries, wanted);
	if (found < 0)
		found = first_that(entries, wanted, is_like);
	if (found >= 0)
		return found;
	found = newest(entries);
	(void)reason(note, ENOENT,
		     "kboot.default=%s: there is no such entry%s%s", wanted,
		     found < 0 ? "" : "; the default is ",
		     found < 0 ? "" : entries->list[found].id);
	return found;
}

static int by_id(const void *a, const void *b)
{
	const struct entry *const *left = a, *const *right = b;
	int order = strcmp((*left)->id, (*right)->id);

	if (order)
		return order;
	return *left < *right ? -1 : *left > *right;
}

/* A longer id: the file system's name before the path, as in kernel=. */
static char *long_id(const struct entry *entry, const struct guest *guest,
		     bool by_tree_number)
{
	const struct tree *tree = &guest->trees[entry->tree];
	char *id = NULL;
	int len;

	if (by_tree_number)
		len = asprintf(&id, "fs%zu:%s", entry->tree, entry->id);
	else if (*tree->uuid)
		len = asprintf(&id, "UUID=%s:%s", tree->uuid, entry->id);
	else
		len = asprintf(&id, "%s:%s", tree_name(tree), entry->id);
	if (len < 0)
		return NULL;
	text_clean(id);
	return id;
}

/* Gives a longer id to all but the first of each run of equal ones. */
static int part_equal_ids(struct entries *entries, const struct guest *guest,
			  bool by_tree_number)
{
	struct entry **sorted = calloc(entries->count, sizeof(*sorted));
	const char *first;

	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < entries->count; i++)
		sorted[i] = &entries->list[i];
	qsort(sorted, entries->count, sizeof(struct entry *), by_id);
	first = sorted[0]->id;
	for (size_t i = 1; i < entries->count; i++) {
		char *id;

		if (strcmp(first, sorted[i]->id) != 0) {
			first = sorted[i]->id;
			continue;
		}
		id = long_id(sorted[i], guest, by_tree_number);
		if (!id) {
			free(sorted);
			return -ENOMEM;
		}
		free(sorted[i]->id);
		sorted[i]->id = id;
	}
	free(sorted);
	return 0;
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

int entries_gather(struct entries *ret, const struct guest *guest,
		   struct reason *why)
{
	int err;

	memset(ret, 0, sizeof(*ret));
	ret->by_default = -1;
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		err = formats[i].gather(ret, guest, why);
		if (err)
			return err;
		if (ret->count)
			break;
	}
	if (!ret->count)
		return nothing_found(ret, guest, why);
	/* Two file systems can hold one path; a clone even has one UUID. */
	err = part_equal_ids(ret, guest, false);
	if (!err)
		err = part_equal_ids(ret, guest, true);
	if (err)
		return reason(why, -err, "no memory for the entries");
	ret->by_default = entries_default(
		ret, settings_get(guest->settings, SETTING_DEFAULT),
		&ret->default_note);
	return 0;
}
