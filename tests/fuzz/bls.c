/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes what is read of Boot Loader Specification entries. The input is up to
 * three files, parted by lines "===". Each is an entry, a loader.conf, and by
 * its first line a file name. Whatever they are, values are single lines, what
 * is expanded has no "$" left, and both orders are orders.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "entries/bls.h"
#include "entries/blsorder.h"
#include "entries/loaderconf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILES = 3 };

/* The value of every variable is its name: it brings no "$" with it. */
static const char *get(const void *context, const char *name)
{
	return *name == 'n' ? NULL : name;
}

/* @quoted: it may have been in quotes, as systemd-boot takes values. */
static void check_line(const char *value, bool quoted)
{
	if (value && (!*value || strpbrk(value, "\n\r") ||
		      (!quoted && strchr(" \t", *value))))
		abort();
}

static void check_entry(const struct bls_entry *entry, bool quoted)
{
	char *options = bls_options(entry);
	char *expanded = options ? bls_expand(options, get, NULL) : NULL;

	check_line(entry->kernel, quoted);
	check_line(entry->grub_class, quoted);
	for (size_t i = 0; i < entry->initrd_count; i++)
		if (!entry->initrd_line[i])
			abort();
	if (!entry->kernel && !entry->efi && !entry->uki)
		abort();
	if (!expanded || strchr(expanded, '$') || strpbrk(expanded, "\n\r"))
		abort();
	free(options);
	free(expanded);
}

/* The first line of @text as a file name. */
static char *name_of(const char *text, size_t len)
{
	size_t end = 0;

	while (end < len && text[end] && !strchr("\n/", text[end]) && end < 250)
		end++;
	return strndup(text, end);
}

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

/* order(a, b) of all pairs, and of all triples. */
static void check_order(int order[FILES][FILES])
{
	for (int a = 0; a < FILES; a++)
		for (int b = 0; b < FILES; b++) {
			if (order[a][b] != -order[b][a])
				abort();
			for (int c = 0; c < FILES; c++)
				if (order[a][b] <= 0 && order[b][c] <= 0 &&
				    order[a][c] > 0)
					abort();
		}
}

struct file {
	struct bls_entry entry;
	struct blsorder_key key;
	char *name;
};

static void parse(struct file *file, const char *text, size_t len)
{
	struct bls_entry for_grub = { 0 };
	struct loaderconf conf = { 0 };
	struct entries entries = { 0 };
	int left, done;

	memset(file, 0, sizeof(*file));
	file->name = name_of(text, len);
	if (bls_parse(&for_grub, text, len, BLS_ORDER_GRUB, NULL) == 0)
		check_entry(&for_grub, false);
	if (bls_parse(&file->entry, text, len, BLS_ORDER_SPEC, NULL) == 0)
		check_entry(&file->entry, true);
	if (loaderconf_parse(&conf, &entries, "f", text, len) == 0 &&
	    conf.timeout < ENTRIES_WAIT)
		abort();
	if (conf.by_default)
		(void)loaderconf_fits(conf.by_default, file->name);
	(void)bls_take_counters(file->name, &left, &done);
	if (left < -1 || done < -1 || (left < 0) != (done < 0))
		abort();
	file->key = (struct blsorder_key){
		.sort_key = file->entry.sort_key,
		.machine_id = file->entry.machine_id,
		.version = file->entry.version,
		.id = file->name,
		.ending = ".conf",
		.tries_left = left,
		.tries_done = done,
	};
	bls_free_entry(&for_grub);
	loaderconf_free(&conf);
	entries_free(&entries);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int spec[FILES][FILES], grub[FILES][FILES];
	const char *at = (const char *)data, *end = at + size;
	struct file files[FILES];

	for (int i = 0; i < FILES; i++) {
		const char *mark = memmem(at, (size_t)(end - at), "\n===\n", 5);
		const char *stop = mark ? mark : end;

		parse(&files[i], at, (size_t)(stop - at));
		at = mark ? mark + 5 : end;
	}
	for (int a = 0; a < FILES; a++)
		for (int b = 0; b < FILES; b++) {
			spec[a][b] = sign(
				blsorder_spec(&files[a].key, &files[b].key));
			grub[a][b] = sign(
				blsorder_grub(files[a].name, files[b].name));
		}
	check_order(spec);
	check_order(grub);
	for (int i = 0; i < FILES; i++) {
		bls_free_entry(&files[i].entry);
		free(files[i].name);
	}
	return 0;
}
