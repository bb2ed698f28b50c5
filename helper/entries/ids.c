/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes ids unique, in a time that is that of sorting them. */
#include "entries/ids.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* The entries by their ids; of equal ones the first in the list first. */
struct ids {
	struct entry **sorted;
	/* What each of @sorted is to be called from now on, or NULL. */
	char **new_id;
	size_t count;
};

static int by_id(const void *a, const void *b)
{
	const struct entry *const *left = a, *const *right = b;
	int order = strcmp((*left)->id, (*right)->id);

	if (order)
		return order;
	return *left < *right ? -1 : *left > *right;
}

static int compare_id(const void *key, const void *element)
{
	const struct entry *const *entry = element;

	return strcmp(key, (*entry)->id);
}

static bool is_taken(const struct ids *ids, const char *id)
{
	return bsearch(id, ids->sorted, ids->count, sizeof(*ids->sorted),
		       compare_id) != NULL;
}

/* "id#2", or the next number that no other entry is called by. */
static char *numbered(const struct ids *ids, const char *id, size_t *number)
{
	for (;;) {
		char *ret;

		if (asprintf(&ret, "%s#%zu", id, (*number)++) < 0)
			return NULL;
		if (!is_taken(ids, ret))
			return ret;
		free(ret);
	}
}

/* The file system's own name, in kernel='s words; never where it is mounted,
 * which differs from one boot to the next. "" if it has none. */
static void name_of(struct text *ret, const struct tree *tree)
{
	if (*tree->uuid)
		text_addf(ret, "UUID=%s", tree->uuid);
	else if (*tree->label)
		text_addf(ret, "LABEL=%s", tree->label);
	else
		text_add(ret, tree->dev);
}

static bool same_name(const struct tree *a, const struct tree *b)
{
	struct text left = { 0 }, right = { 0 };
	bool same;

	name_of(&left, a);
	name_of(&right, b);
	same = left.len && strcmp(text_str(&left), text_str(&right)) == 0;
	text_free(&left);
	text_free(&right);
	return same;
}

/* The file system's name before the id; its number too if that is no help. */
static char *prefixed(const struct ids *ids, const struct entry *entry,
		      const struct guest *guest, bool numbers)
{
	struct text name = { 0 }, whole = { 0 };
	char *id;

	name_of(&name, &guest->trees[entry->tree]);
	if (numbers || !name.len)
		text_addf(&whole, "fs%zu:", entry->tree);
	if (name.len)
		text_addf(&whole, "%s:", text_str(&name));
	text_add(&whole, entry->id);
	text_free(&name);
	id = text_take(&whole);
	if (!id)
		return NULL;
	text_clean(id);
	if (!is_taken(ids, id))
		return id;
	free(id);
	return NULL;
}

/* The run of equal ids that begins at @from and ends before @end. */
static int part_run(struct ids *ids, size_t from, size_t end,
		    const struct guest *guest, bool numbers_only)
{
	bool seen[ENTRIES_TREES_MAX] = { false };
	size_t number = 2;

	seen[ids->sorted[from]->tree] = true;
	for (size_t i = from + 1; i < end; i++) {
		const struct entry *entry = ids->sorted[i];
		bool cloned = false;

		for (size_t t = 0; t < guest->tree_count; t++)
			cloned |= t != entry->tree && seen[t] &&
				  same_name(&guest->trees[t],
					    &guest->trees[entry->tree]);
		if (!numbers_only && !seen[entry->tree])
			ids->new_id[i] = prefixed(ids, entry, guest, cloned);
		if (!ids->new_id[i])
			ids->new_id[i] = numbered(ids, entry->id, &number);
		if (!ids->new_id[i])
			return -ENOMEM;
		seen[entry->tree] = true;
	}
	return 0;
}

/* One pass. 1: ids were changed, and may equal others now. */
static int part(struct ids *ids, const struct guest *guest, bool numbers_only)
{
	int err = 0;

	qsort(ids->sorted, ids->count, sizeof(struct entry *), by_id);
	for (size_t from = 0, end; !err && from < ids->count; from = end) {
		end = from + 1;
		while (end < ids->count &&
		       strcmp(ids->sorted[from]->id, ids->sorted[end]->id) == 0)
			end++;
		err = part_run(ids, from, end, guest, numbers_only);
	}
	for (size_t i = 0; i < ids->count; i++) {
		if (!ids->new_id[i])
			continue;
		free(ids->sorted[i]->id);
		ids->sorted[i]->id = ids->new_id[i];
		ids->new_id[i] = NULL;
		err = err ? err : 1;
	}
	return err;
}

int ids_part(struct entries *entries, const struct guest *guest)
{
	struct ids ids = { .count = entries->count };
	int err = -ENOMEM;

	if (!entries->count)
		return 0;
	ids.sorted = calloc(ids.count, sizeof(*ids.sorted));
	ids.new_id = calloc(ids.count, sizeof(*ids.new_id));
	if (!ids.sorted || !ids.new_id)
		goto out;
	for (size_t i = 0; i < ids.count; i++)
		ids.sorted[i] = &entries->list[i];
	err = part(&ids, guest, false);
	/* Names with numbers part those whose prefixes made them equal. They
	 * equal no id there is, and each other no more. */
	if (err == 1)
		err = part(&ids, guest, true);
out:
	free(ids.sorted);
	free(ids.new_id);
	return err < 0 ? err : 0;
}
