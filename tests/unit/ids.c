/* SPDX-License-Identifier: GPL-2.0-or-later */
/* No two entries have one id, whatever configurations say. */
#include "entries/ids.h"

#include <err.h>
#include <stdlib.h>

#include "tap.h"

static char none[] = "", dir[] = "/mnt", uuid[] = "U", other[] = "V",
	    label[] = "boot fs", dev[] = "/dev/vda1";

static void add(struct entries *list, const char *id, size_t tree)
{
	struct entry entry = { .id = strdup(id), .tree = tree };

	if (entries_add(list, &entry))
		errx(1, "entries_add");
}

/* Parts the ids of @list; @want has those expected, by blanks. Frees it. */
static void parts(struct entries *list, const char *want, const char *name)
{
	struct tree trees[] = {
		{ .fd = -1,
		  .dir = dir,
		  .uuid = none,
		  .label = none,
		  .dev = none },
		{ .fd = -1,
		  .dir = dir,
		  .uuid = uuid,
		  .label = none,
		  .dev = none },
		{ .fd = -1,
		  .dir = dir,
		  .uuid = uuid,
		  .label = none,
		  .dev = none },
		{ .fd = -1,
		  .dir = dir,
		  .uuid = other,
		  .label = none,
		  .dev = none },
		{ .fd = -1,
		  .dir = dir,
		  .uuid = none,
		  .label = label,
		  .dev = dev },
		{ .fd = -1,
		  .dir = dir,
		  .uuid = none,
		  .label = label,
		  .dev = none },
		{ .fd = -1,
		  .dir = dir,
		  .uuid = none,
		  .label = none,
		  .dev = dev },
		{ .fd = -1,
		  .dir = dir,
		  .uuid = none,
		  .label = none,
		  .dev = none },
	};
	struct guest guest = { trees, 8, NULL };
	struct text got = { 0 };

	if (ids_part(list, &guest))
		errx(1, "ids_part");
	for (size_t i = 0; i < list->count; i++)
		text_addf(&got, "%s%s", i ? " " : "", list->list[i].id);
	is(text_str(&got), want, name);
	text_free(&got);
	entries_free(list);
}

static void test_many(void)
{
	struct entries list = ENTRIES_NONE;
	struct tree tree = {
		.fd = -1, .dir = dir, .uuid = none, .label = none, .dev = none
	};
	struct guest guest = { &tree, 1, NULL };

	for (size_t i = 0; i < ENTRIES_MAX; i++)
		add(&list, i % 2 ? "x" : "x#2", 0);
	ok(ids_part(&list, &guest) == 0, "many of one id");
	is(list.list[0].id, "x#2", "the first of each stays");
	is(list.list[3].id, "x#3", "a number that is taken is left out");
	is(list.list[ENTRIES_MAX - 1].id, "x#8193", "the last");
	entries_free(&list);
}

int main(void)
{
	struct entries list = ENTRIES_NONE;

	parts(&list, "", "none");
	add(&list, "a", 0);
	add(&list, "b", 0);
	parts(&list, "a b", "different ones stay");
	add(&list, "a", 0);
	add(&list, "b", 0);
	add(&list, "a", 0);
	add(&list, "a", 0);
	parts(&list, "a b a#2 a#3", "numbers on one file system");
	add(&list, "a", 0);
	add(&list, "a", 1);
	add(&list, "a", 2);
	add(&list, "a", 3);
	parts(&list, "a UUID=U:a fs2:UUID=U:a UUID=V:a",
	      "names of other file systems, clones told apart");
	add(&list, "a", 1);
	add(&list, "a", 0);
	add(&list, "a", 0);
	add(&list, "a", 1);
	parts(&list, "a fs0:a a#2 a#3", "both");
	for (size_t i = 1; i < 8; i++)
		add(&list, "a", i);
	add(&list, "a", 0);
	parts(&list,
	      "a fs2:UUID=U:a UUID=V:a LABEL=boot fs:a fs5:LABEL=boot fs:a "
	      "/dev/vda1:a fs7:a fs0:a",
	      "UUID, label, device, number; never where it is mounted");
	add(&list, "a", 0);
	add(&list, "UUID=U:a", 0);
	add(&list, "a", 1);
	parts(&list, "a UUID=U:a a#2", "a name that is taken");
	add(&list, "V:a", 0);
	add(&list, "V:a", 1);
	add(&list, "a", 0);
	add(&list, "a", 3);
	parts(&list, "V:a UUID=U:V:a a UUID=V:a", "names that look alike");
	test_many();
	return tap_done();
}
