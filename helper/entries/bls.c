/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The .conf files of the Boot Loader Specification: lines in, structs out, in
 * order. Looks for no kernel and chooses no default (bls_gather.c does).
 */
#include "entries/bls.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "entries/blsline.h"
#include "entries/blsorder.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char ending[] = ".conf";

/* The keys with one value each. */
static const struct {
	const char *name;
	size_t at;
} keys[] = {
	{ "title", offsetof(struct bls_entry, title) },
	{ "version", offsetof(struct bls_entry, version) },
	{ "machine-id", offsetof(struct bls_entry, machine_id) },
	{ "sort-key", offsetof(struct bls_entry, sort_key) },
	{ "architecture", offsetof(struct bls_entry, architecture) },
	{ "linux", offsetof(struct bls_entry, kernel) },
	{ "efi", offsetof(struct bls_entry, efi) },
	{ "uki", offsetof(struct bls_entry, uki) },
	{ "uki-url", offsetof(struct bls_entry, uki_url) },
	{ "profile", offsetof(struct bls_entry, profile) },
	{ "extra", offsetof(struct bls_entry, extra) },
	{ "grub_users", offsetof(struct bls_entry, grub_users) },
	{ "grub_arg", offsetof(struct bls_entry, grub_arg) },
	{ "grub_class", offsetof(struct bls_entry, grub_class) },
	{ "grub_hotkey", offsetof(struct bls_entry, grub_hotkey) },
};

/* The values of keys[], for freeing as for setting. */
static char **value_of(struct bls_entry *entry, size_t key)
{
	return (char **)((char *)entry + keys[key].at);
}

void bls_free_entry(struct bls_entry *entry)
{
	for (size_t i = 0; i < COUNT(keys); i++)
		free(*value_of(entry, i));
	for (size_t i = 0; i < entry->initrd_count; i++)
		free(entry->initrd[i]);
	for (size_t i = 0; i < entry->option_count; i++)
		free(entry->options[i]);
	free(entry->initrd);
	free(entry->initrd_line);
	free(entry->options);
	free(entry->id);
	free(entry->source);
	free(entry->path);
	memset(entry, 0, sizeof(*entry));
}

void bls_free(struct bls_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		bls_free_entry(&list->list[i]);
	free(list->list);
	memset(list, 0, sizeof(*list));
}

/* Adds the line's value to a list, which doubles at powers of two. */
static int add_value(char ***list, size_t *count, const struct blsline *line,
		     struct reason *why)
{
	char **more = *list, *value;

	if (*count == BLS_LINES_MAX)
		return reason(why, EINVAL, "more than %d lines of %.*s",
			      BLS_LINES_MAX, (int)line->key_len, line->key);
	if ((*count & (*count - 1)) == 0)
		more = reallocarray(more, *count ? *count * 2 : 1,
				    sizeof(*more));
	if (!more)
		return -ENOMEM;
	*list = more;
	value = strndup(line->value, line->value_len);
	if (!value)
		return -ENOMEM;
	more[(*count)++] = value;
	return 0;
}

static int add_initrd(struct bls_entry *ret, const struct blsline *line,
		      struct reason *why)
{
	size_t at = ret->initrd_count;
	int err = add_value(&ret->initrd, &ret->initrd_count, line, why);
	unsigned int *lines;

	if (err)
		return err;
	lines = reallocarray(ret->initrd_line, at + 1, sizeof(*lines));
	if (!lines)
		return -ENOMEM;
	lines[at] = line->number;
	ret->initrd_line = lines;
	return 0;
}

static int take_line(struct bls_entry *ret, struct blsline *line,
		     enum bls_order order, struct reason *why)
{
	char **value;
	size_t key = 0;

	if (order == BLS_ORDER_SPEC)
		blsline_unquote(line);
	/* Nothing in quotes is nothing. */
	if (line->value_len == 0)
		return 0;
	if (blsline_is(line, "initrd"))
		return add_initrd(ret, line, why);
	if (blsline_is(line, "options"))
		return add_value(&ret->options, &ret->option_count, line, why);
	while (key < COUNT(keys) && !blsline_is(line, keys[key].name))
		key++;
	if (key == COUNT(keys))
		return 0;
	value = value_of(ret, key);
	if (*value && order == BLS_ORDER_GRUB)
		return 0;
	free(*value);
	*value = strndup(line->value, line->value_len);
	if (!*value)
		return -ENOMEM;
	if (value == &ret->kernel || value == &ret->efi || value == &ret->uki)
		ret->kernel_line = line->number;
	return 0;
}

/* What makes an entry one, or why it is none. */
static int check(const struct bls_entry *ret, bool cut, unsigned int lines,
		 struct reason *why)
{
	if (ret->kernel || ret->efi || ret->uki)
		return 0;
	if (ret->uki_url)
		return reason(why, EINVAL, "its kernel is on the network: %s",
			      ret->uki_url);
	if (cut)
		return reason(why, EINVAL,
			      "no linux line before the NUL byte in line %u",
			      lines);
	return reason(why, EINVAL, "has no linux, efi or uki line");
}

int bls_parse(struct bls_entry *ret, const char *text, size_t len,
	      enum bls_order order, struct reason *why)
{
	struct blsline_text rest;
	struct blsline line;
	int err = 0;

	memset(ret, 0, sizeof(*ret));
	ret->tries_left = ret->tries_done = -1;
	if (len >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 ||
			 memcmp(text, "\xfe\xff", 2) == 0))
		return reason(why, EINVAL, "is UTF-16, not UTF-8");
	blsline_begin(&rest, text, len);
	while (!err && blsline_next(&rest, &line))
		err = take_line(ret, &line, order, why);
	if (err == -ENOMEM)
		return entries_no_memory(why);
	return err ? err : check(ret, rest.cut, rest.lines, why);
}

/* The number at *@p, which moves behind it; -1 if there is none. */
static int take_number(const char **p)
{
	long long number = 0;
	const char *from = *p;

	for (; **p >= '0' && **p <= '9'; (*p)++)
		if (number <= INT_MAX)
			number = number * 10 + (**p - '0');
	return *p == from || number > INT_MAX ? -1 : (int)number;
}

bool bls_take_counters(char *name, int *ret_left, int *ret_done)
{
	char *plus = strrchr(name, '+');
	const char *p = plus ? plus + 1 : "";
	int left = take_number(&p), done = 0;

	*ret_left = *ret_done = -1;
	if (left >= 0 && *p == '-') {
		p++;
		done = take_number(&p);
	}
	if (left < 0 || done < 0 || *p)
		return false;
	*ret_left = left;
	*ret_done = done;
	*plus = '\0';
	return true;
}

/* @name ends in .conf by @compare, and is more than that. */
static bool is_conf(const char *name,
		    int (*compare)(const char *, const char *))
{
	size_t len = strlen(name), end = sizeof(ending) - 1;

	return *name != '.' && len > end &&
	       compare(name + len - end, ending) == 0;
}

/* What systemd-boot looks at: in any case of letters, as FAT has none; and
 * "auto-" is for entries of its own making. */
static bool is_spec_conf(const char *name)
{
	return is_conf(name, strcasecmp) && strncasecmp(name, "auto-", 5) != 0;
}

/* What blscfg looks at: it compares with grub_strcmp(). */
static bool is_grub_conf(const char *name)
{
	return is_conf(name, strcmp);
}

/* A directory being read. */
struct reading {
	struct bls_list *list;
	struct entries *entries;
	const struct tree *tree;
	const char *dir;
	enum bls_order order;
	/* Bytes of the files so far. */
	size_t bytes;
	/* Said once. */
	bool full;
};

/* The names that an entry has from its file. */
static int name_entry(struct bls_entry *entry, const struct reading *r,
		      const char *path, const char *name)
{
	entry->path = strdup(path);
	entry->id = strndup(name, strlen(name) - (sizeof(ending) - 1));
	if (!entry->path || !entry->id ||
	    asprintf(&entry->source, "%s:1", path) < 0) {
		entry->source = NULL;
		return -ENOMEM;
	}
	if (r->order == BLS_ORDER_SPEC)
		(void)bls_take_counters(entry->id, &entry->tries_left,
					&entry->tries_done);
	return 0;
}

/* Moves *@entry into the list. */
static int keep(struct bls_list *list, struct bls_entry *entry)
{
	struct bls_entry *more = list->list;

	if ((list->count & (list->count - 1)) == 0)
		more = reallocarray(more, list->count ? list->count * 2 : 1,
				    sizeof(*more));
	if (!more)
		return -ENOMEM;
	list->list = more;
	more[list->count++] = *entry;
	memset(entry, 0, sizeof(*entry));
	return 0;
}

/* Reads one file. What is wrong with it is rejected; 0 or -ENOMEM. */
static int read_file(struct reading *r, const char *path, const char *name)
{
	struct bls_entry entry = { 0 };
	struct text bytes = { 0 };
	struct reason problem;
	int err = tree_read(r->tree, path, BLS_FILE_MAX, &bytes, &problem);

	r->bytes += bytes.len;
	if (!err)
		err = bls_parse(&entry, text_str(&bytes), bytes.len, r->order,
				&problem);
	text_free(&bytes);
	if (!err) {
		err = name_entry(&entry, r, path, name);
		if (!err)
			err = keep(r->list, &entry);
	} else if (err != -ENOMEM) {
		entries_reject(r->entries, path, "%s", problem.text);
		err = 0;
	}
	bls_free_entry(&entry);
	return err;
}

static int try_name(struct reading *r, const char *name)
{
	char *path = NULL;
	int err = 0;

	if (asprintf(&path, "%s/%s", r->dir, name) < 0)
		return -ENOMEM;
	if (!text_is_clean(name)) {
		entries_reject(r->entries, path,
			       "control characters in the name");
	} else if (r->bytes >= BLS_DIR_MAX) {
		if (!r->full)
			entries_reject(r->entries, path,
				       "more than %d bytes of entries; the "
				       "rest is not looked at",
				       BLS_DIR_MAX);
		r->full = true;
	} else {
		err = read_file(r, path, name);
	}
	free(path);
	return err;
}

static int by_spec(const void *a, const void *b)
{
	const struct bls_entry *const list[2] = { a, b };
	struct blsorder_key key[2];

	for (int i = 0; i < 2; i++)
		key[i] = (struct blsorder_key){
			.sort_key = list[i]->sort_key,
			.machine_id = list[i]->machine_id,
			.version = list[i]->version,
			.id = list[i]->id,
			.ending = ending,
			.tries_left = list[i]->tries_left,
			.tries_done = list[i]->tries_done,
		};
	return blsorder_spec(&key[0], &key[1]);
}

static int by_grub(const void *a, const void *b)
{
	const struct bls_entry *left = a, *right = b;

	return blsorder_grub(right->id, left->id);
}

int bls_read(struct bls_list *ret, struct entries *entries,
	     const struct guest *guest, size_t tree, const char *dir,
	     enum bls_order order, struct reason *why)
{
	struct reading r = { .list = ret,
			     .entries = entries,
			     .tree = &guest->trees[tree],
			     .dir = dir,
			     .order = order };
	struct tree_names names;
	int err;

	memset(ret, 0, sizeof(*ret));
	err = tree_list(r.tree, dir,
			order == BLS_ORDER_SPEC ? is_spec_conf : is_grub_conf,
			&names, why);
	if (!err && names.cut)
		entries_reject(entries, dir,
			       "more than %d entries; the rest is not looked "
			       "at",
			       TREE_NAMES_MAX);
	for (size_t i = 0; !err && i < names.count; i++) {
		err = try_name(&r, names.list[i].name);
		if (err)
			err = entries_no_memory(why);
	}
	tree_free_names(&names);
	if (err) {
		bls_free(ret);
		return err;
	}
	if (ret->count)
		qsort(ret->list, ret->count, sizeof(*ret->list),
		      order == BLS_ORDER_GRUB ? by_grub : by_spec);
	return 0;
}

char *bls_options(const struct bls_entry *entry)
{
	struct text all = { 0 };

	for (size_t i = 0; i < entry->option_count; i++)
		text_addf(&all, "%s%s", i ? " " : "", entry->options[i]);
	return text_take(&all);
}

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

/* The name at *@p, just behind a "$", which moves behind it; len 0: none. */
static const char *take_name(const char **p, size_t *ret_len)
{
	const char *name = *p + (**p == '{');
	size_t len = 0;

	while (is_name_char(name[len]))
		len++;
	*ret_len = len;
	if (**p != '{') {
		*p += len;
		return name;
	}
	if (name[len] == '}')
		*p = name + len + 1;
	else
		*ret_len = 0;
	return name;
}

char *bls_expand(const char *text,
		 const char *(*get)(const void *context, const char *name),
		 const void *context)
{
	struct text out = { 0 };

	while (*text) {
		size_t len = strcspn(text, "$");
		const char *from;
		char *name;

		text_add_bytes(&out, text, len);
		text += len;
		if (!*text)
			break;
		text++;
		from = take_name(&text, &len);
		name = len ? strndup(from, len) : NULL;
		if (name) {
			const char *value = get(context, name);

			text_add(&out, value ? value : "");
		}
		free(name);
	}
	return text_take(&out);
}

bool bls_is_named(const char *id, const char *name)
{
	size_t len = strlen(id);

	if (strncasecmp(id, name, len) != 0)
		return false;
	return !name[len] || strcasecmp(name + len, ".conf") == 0 ||
	       strcasecmp(name + len, ".efi") == 0;
}
