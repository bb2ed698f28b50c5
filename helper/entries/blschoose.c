/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The last touches to a list of Boot Loader Specification entries: titles
 * that differ, and which entry is the default.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "entries/blslist.h"

/* What more to say of entries with equal titles. */
enum more { MORE_VERSION, MORE_MACHINE, MORE_NAME, MORES };

/* False: nothing is known. */
static bool add_more(struct text *title, const struct blslist_item *item,
		     enum more more)
{
	enum { MACHINE_SHOWN = 8, SHOWN_MAX = 512 };
	const char *about =
		more == MORE_VERSION ? item->key.version : item->key.machine_id;
	struct text name = { 0 };

	if (more == MORE_NAME)
		blslist_add_name(&name, item);
	else if (about)
		text_addf(&name, "%.*s",
			  more == MORE_MACHINE ? MACHINE_SHOWN : SHOWN_MAX,
			  about);
	else
		return false;
	text_addf(title, " (%s)", text_str(&name));
	text_free(&name);
	return true;
}

/* An item of the list with its title, to be sorted by it. */
struct titled {
	const char *title;
	const struct blslist_item *item;
};

static int by_title(const void *a, const void *b)
{
	const struct titled *left = a, *right = b;
	int order = strcmp(left->title, right->title);

	if (order)
		return order;
	return left->item < right->item ? -1 : left->item > right->item;
}

static int lengthen(const struct blslist *s, const struct blslist_item *item,
		    enum more more)
{
	struct entry *entry = &s->entries->list[item->index];
	struct text title = { 0 };
	char *longer;

	text_add(&title, entry->title);
	if (!add_more(&title, item, more)) {
		text_free(&title);
		return 0;
	}
	longer = text_take(&title);
	if (!longer)
		return -ENOMEM;
	text_clean(longer);
	free(entry->title);
	entry->title = longer;
	return 0;
}

/* One round over all entries; of equal titles each is made longer. */
static int part_titles(const struct blslist *s, struct titled *list,
		       enum more more)
{
	size_t count = 0, first = 0;
	int err = 0;

	for (size_t i = 0; i < s->item_count; i++)
		if (s->items[i].index >= 0 &&
		    (!i || s->items[i].index != s->items[i - 1].index))
			list[count++] = (struct titled){
				s->entries->list[s->items[i].index].title,
				&s->items[i],
			};
	if (count)
		qsort(list, count, sizeof(*list), by_title);
	while (first < count) {
		size_t end = first + 1;

		while (end < count &&
		       strcmp(list[end].title, list[first].title) == 0)
			end++;
		for (size_t i = first; end - first > 1 && !err && i < end; i++)
			err = lengthen(s, list[i].item, more);
		first = end;
	}
	return err;
}

/*
 * "If a boot loader discovers two entries with the same title it should show
 * more": what systemd-boot shows, in its order. GRUB shows titles as they are.
 */
int blschoose_titles(const struct blslist *s, struct reason *why)
{
	struct titled *list;
	int err = 0;

	if (s->for_grub || !s->entries->count)
		return 0;
	list = calloc(s->item_count, sizeof(*list));
	for (enum more more = 0; list && !err && more < MORES; more++)
		err = part_titles(s, list, more);
	if (!list || err)
		err = entries_no_memory(why);
	free(list);
	return err;
}

/*
 * True if @pattern of loader.conf means the item: by the file's name, with a
 * UKI's "@PROFILE" behind it, as systemd-boot has it; or without the ending,
 * as its first versions had it.
 */
static bool fits(const struct blslist_item *item, const char *pattern)
{
	const struct unified *uki = item->type2;
	struct text name = { 0 };
	bool fit;

	blslist_add_name(&name, item);
	fit = loaderconf_fits(pattern, text_str(&name)) ||
	      loaderconf_fits(pattern, uki ? uki->id : item->key.id);
	text_free(&name);
	return fit;
}

/* The first entry that @pattern means, or -1. */
static long find_by_pattern(const struct blslist *s, const char *pattern,
			    bool worn_too)
{
	for (size_t i = 0; pattern && i < s->item_count; i++) {
		const struct blslist_item *item = &s->items[i];

		if (item->index >= 0 && (worn_too || item->key.tries_left) &&
		    fits(item, pattern))
			return item->index;
	}
	return -1;
}

/* What saved_entry means: an id, a title, or a number counted from 0. */
static long find_saved(const struct blslist *s, const char *name)
{
	char *end;
	unsigned long number;

	if (!name || !*name)
		return -1;
	for (size_t i = 0; i < s->item_count; i++) {
		const struct blslist_item *item = &s->items[i];
		const char *title =
			item->type1 ? item->type1->title : item->type2->title;

		if (bls_is_named(item->type1 ? item->key.id : item->type2->id,
				 name) ||
		    (title && strcmp(title, name) == 0))
			return item->index;
	}
	errno = 0;
	number = strtoul(name, &end, 10);
	if (*name < '0' || *name > '9' || *end || errno ||
	    number >= s->item_count)
		return -1;
	return s->items[number].index;
}

/* "select the first suitable entry"; where all have failed, of these. */
static long first_good(const struct entries *entries)
{
	long worn_out = -1;

	for (size_t i = 0; i < entries->count; i++) {
		const struct entry *entry = &entries->list[i];

		if (entry->rescue || entry->incomplete)
			continue;
		if (!entry->worn_out)
			return (long)i;
		if (worn_out < 0)
			worn_out = (long)i;
	}
	return worn_out;
}

/* What loader.conf's @key means, -1 if none; says so where it means nothing. */
static long find_wanted(const struct blslist *s, const char *key,
			const char *pattern, bool worn_too)
{
	long index = find_by_pattern(s, pattern, worn_too);
	struct text path = { 0 };

	if (index >= 0 || !pattern)
		return index;
	text_addf(&path, "%s/loader/loader.conf", s->conf_prefix);
	entries_skip(s->entries, text_str(&path), "%s %s: no entry%s", key,
		     pattern, worn_too ? "" : " that has tries left");
	text_free(&path);
	return -1;
}

void blschoose_default(const struct blslist *s)
{
	struct entries_config *config = &s->entries->config;
	long wanted;

	config->timeout = s->has_conf ? s->conf.timeout : ENTRIES_NO_TIMEOUT;
	config->saved = find_saved(s, grubvars_get(&s->vars, "saved_entry"));
	wanted = find_wanted(s, "preferred", s->conf.preferred, false);
	if (wanted < 0)
		wanted = find_wanted(s, "default", s->conf.by_default, true);
	if (wanted < 0)
		wanted = find_saved(s, grubvars_get(&s->vars, "next_entry"));
	if (wanted < 0)
		wanted = config->saved;
	config->by_default = wanted < 0 ? first_good(s->entries) : wanted;
}
