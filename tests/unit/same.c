/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which entries are in the list already. */
#include "entries/same.h"

#include "dir.h"
#include "tap.h"

static const char grub[] = "grub", bls[] = "bls";

/* A list with the place of each of its entries. */
struct world {
	struct entries list;
	struct same_origin origins[8];
	struct tree trees[2];
	struct guest guest;
};

static void open_world(struct world *w)
{
	static const struct entries none = ENTRIES_NONE;
	struct reason why;
	char spec[512];

	w->list = none;
	for (size_t i = 0; i < 2; i++) {
		(void)snprintf(spec, sizeof(spec), "%s/%zu", dir_path, i);
		if (tree_open(&w->trees[i], spec, &why))
			errx(1, "%s", why.text);
	}
	w->guest.trees = w->trees;
	w->guest.tree_count = 2;
}

static void add(struct world *w, size_t part, const char *format, size_t tree,
		const char *kernel, const char *line)
{
	struct entry entry = {
		.tree = tree,
		.id = strdup("id"),
		.kernel = strdup(kernel),
		.cmdline = strdup(line),
		.title = strdup("title"),
	};

	if (asprintf(&entry.source, "/cfg:%zu", w->list.count) < 0 ||
	    entries_add_initrd(&entry, 0, "/i") ||
	    entries_add(&w->list, &entry))
		errx(1, "no memory");
	w->origins[w->list.count - 1].part = part;
	w->origins[w->list.count - 1].format = format;
}

/* @want: for each entry its twin's number, or a dash. Empties the list. */
static void twins(struct world *w, const char *want, const char *name)
{
	long twin[8];
	char got[9] = "";

	if (same_find(twin, &w->list, w->origins, &w->guest))
		errx(1, "same_find");
	for (size_t i = 0; i < w->list.count; i++)
		got[i] = twin[i] < 0 ? '-' : (char)('0' + twin[i]);
	is(got, want, name);
	entries_free(&w->list);
}

int main(void)
{
	struct world w = { 0 };

	dir_start();
	dir_file("0/k", "");
	dir_file("0/k2", "");
	dir_link("0/vmlinuz", "k");
	dir_file("0/i", "");
	dir_file("1/k", "");
	open_world(&w);
	twins(&w, "", "nothing");
	add(&w, 0, grub, 0, "/k", "root=a");
	add(&w, 0, grub, 0, "/k", "root=a");
	twins(&w, "--", "one configuration may repeat itself");
	add(&w, 0, grub, 0, "/k", "root=a");
	add(&w, 1, grub, 0, "/vmlinuz", "root=a");
	add(&w, 1, grub, 0, "/k", "root=a single");
	add(&w, 1, grub, 0, "/k2", "root=a");
	add(&w, 1, grub, 1, "/k", "root=a");
	twins(&w, "-0---", "same file and words, by whatever name");
	add(&w, 0, grub, 0, "/k", "ro root=a quiet");
	add(&w, 1, bls, 0, "/k", "root=a rd.debug");
	add(&w, 1, bls, 0, "/k", "root=b");
	add(&w, 1, bls, 0, "/k", "proot=a");
	add(&w, 2, grub, 0, "/k", "root=a splash");
	add(&w, 2, grub, 0, "/k2", "root=a");
	twins(&w, "-0--1-", "of another format the same kernel and root");
	add(&w, 0, grub, 0, "/gone", "a");
	add(&w, 1, grub, 0, "/gone", "a");
	add(&w, 2, grub, 1, "/gone", "a");
	twins(&w, "-0-", "by name where there is no file");
	add(&w, 0, grub, 0, "/k", "one way");
	add(&w, 1, grub, 0, "/k", "the other");
	free(w.list.list[1].source);
	w.list.list[1].source = strdup("/cfg:0");
	twins(&w, "-0", "one line, reached in two ways");
	add(&w, 0, grub, 0, "/k", "a");
	add(&w, 1, grub, 0, "/k", "a");
	w.list.list[1].profile = 1;
	twins(&w, "--", "profiles of one file differ");
	for (size_t i = 0; i < 2; i++)
		tree_close(&w.trees[i]);
	dir_end();
	return tap_done();
}
