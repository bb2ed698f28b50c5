/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compares entries of several configurations by keys, which are sorted: the
 * time is that of sorting. Looks at files (tree_look()) and opens none.
 */
#include "entries/same.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct key {
	char *text;
	size_t index;
};

/* How two entries can be the same. */
enum rule { RULE_EXACT, RULE_SOURCE, RULE_FORMATS, RULES };

static void add_file(struct text *key, const struct guest *guest, size_t tree,
		     const char *path)
{
	struct tree_file file;

	if (tree_look(&guest->trees[tree], path, &file, NULL) == 0)
		text_addf(key, "%llx:%llx", (unsigned long long)file.device,
			  (unsigned long long)file.inode);
	else
		text_addf(key, "%zu%s", tree, path);
	text_add_char(key, '\n');
}

/* Adds the last root= word of @line. */
static void add_root(struct text *key, const char *line)
{
	const char *root = "";

	while (*line) {
		line += strspn(line, " \t");
		if (strncmp(line, "root=", 5) == 0)
			root = line;
		line += strcspn(line, " \t");
	}
	text_add_bytes(key, root, strcspn(root, " \t"));
}

static void add_key(struct text *key, const struct entry *entry,
		    const struct guest *guest, enum rule rule)
{
	add_file(key, guest, entry->tree, entry->kernel);
	text_addf(key, "%u\n", entry->profile);
	if (rule == RULE_SOURCE)
		text_addf(key, "%s\n%s", entry->source, entry->title);
	if (rule == RULE_FORMATS)
		add_root(key, entry->cmdline);
	if (rule != RULE_EXACT)
		return;
	for (size_t i = 0; i < entry->initrd_count; i++) {
		const struct entry_initrd *initrd = &entry->initrd[i];

		add_file(key, guest, initrd->tree, initrd->path);
		text_addf(key, "%s\n", initrd->words ? initrd->words : "");
	}
	text_add(key, entry->cmdline);
}

static int by_text(const void *a, const void *b)
{
	const struct key *left = a, *right = b;
	int order = strcmp(left->text, right->text);

	if (order)
		return order;
	return left->index < right->index ? -1 : left->index > right->index;
}

/* One of the run of equal keys that stands before @of, or -1. */
static long find_earlier(const struct key *run, size_t count, size_t of,
			 const struct same_origin *origins, enum rule rule,
			 size_t *other)
{
	const struct same_origin *mine = &origins[run[of].index];
	const struct same_origin *first = &origins[run[0].index];

	/* The first of the run is of the earliest part there is. */
	if (first->part == mine->part)
		return -1;
	if (rule != RULE_FORMATS || first->format != mine->format)
		return (long)run[0].index;
	/* The first of another format than the run's first. */
	while (*other < count &&
	       origins[run[*other].index].format == first->format)
		++*other;
	if (*other < of && origins[run[*other].index].part < mine->part)
		return (long)run[*other].index;
	return -1;
}

static void find_in_sorted(long *ret, const struct key *keys, size_t count,
			   const struct same_origin *origins, enum rule rule)
{
	for (size_t from = 0, end; from < count; from = end) {
		size_t other = 1;

		for (end = from; end < count; end++) {
			size_t index = keys[end].index;

			if (strcmp(keys[from].text, keys[end].text) != 0)
				break;
			if (ret[index] < 0)
				ret[index] = find_earlier(
					&keys[from], end - from + 1, end - from,
					origins, rule, &other);
		}
	}
}

int same_find(long *ret, const struct entries *entries,
	      const struct same_origin *origins, const struct guest *guest)
{
	size_t count = entries->count;
	struct key *keys = calloc(count + 1, sizeof(*keys));
	int err = keys ? 0 : -ENOMEM;

	for (size_t i = 0; i < count; i++)
		ret[i] = -1;
	for (enum rule rule = 0; !err && rule < RULES; rule++) {
		for (size_t i = 0; i < count; i++) {
			struct text key = { 0 };

			add_key(&key, &entries->list[i], guest, rule);
			keys[i].index = i;
			keys[i].text = text_take(&key);
			err = keys[i].text ? err : -ENOMEM;
			text_free(&key);
		}
		if (!err && count) {
			qsort(keys, count, sizeof(*keys), by_text);
			find_in_sorted(ret, keys, count, origins, rule);
		}
		for (size_t i = 0; i < count; i++)
			free(keys[i].text);
	}
	free(keys);
	return err;
}
