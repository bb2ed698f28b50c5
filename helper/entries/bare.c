/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bare kernels. Judges by names, plus the version inside a kernel whose name
 * has none. What plainly is no kernel (a web page, a script) is left out, an
 * empty file is not: captured trees hold such stand-ins. Whether a file really
 * is one is found out by loading it. Only where no name speaks of a kernel,
 * files are asked what they are.
 */
#include "entries/bare.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/text.h"
#include "base/version.h"
#include "entries/bare_initrd.h"
#include "entries/os.h"
#include "image/looks.h"

enum {
	/* Paths that are put together here. Longer ones are not a
	 * distribution's. */
	PATH_LEN = 1024,
	/* Files of a directory that are read to see if they are kernels. */
	RENAMED_MAX = 256,
};

/* One directory of one tree, and what in it may be of interest. */
struct place {
	size_t tree;
	/* "/boot" or "/" */
	const char *path;
	struct tree_names names;
};

/* A symlink that is named as a kernel. */
struct link {
	struct tree_file file;
	const struct place *place;
	const char *name;
};

/* A gathering on its way. */
struct search {
	struct entries *entries;
	const struct guest *guest;
	struct os os[ENTRIES_TREES_MAX];
	struct place places[2 * ENTRIES_TREES_MAX];
	size_t place_count;
	/* The files that became entries. */
	struct tree_file *seen;
	size_t seen_count;
	/* By the files that they lead to. */
	struct link *links;
	size_t link_count;
};

/* Names worth keeping of a directory listing. */
static bool is_wanted(const char *name)
{
	struct bare_name parsed;

	if (strncmp(name, "init", 4) == 0 || strncmp(name, "booster-", 8) == 0)
		return true;
	if (bare_initrd_is_plain(name) || bare_initrd_is_microcode(name))
		return true;
	return bare_parse(&parsed, name, NULL) != -ENOENT;
}

static int compare_name(const void *key, const void *element)
{
	const struct tree_name *name = element;

	return strcmp(key, name->name);
}

/* True if @name is in the sorted @names. */
static bool is_there(const struct tree_names *names, const char *name)
{
	return names->count && bsearch(name, names->list, names->count,
				       sizeof(*names->list), compare_name);
}

static bool join(char *ret, const char *dir, const char *name)
{
	int len = snprintf(ret, PATH_LEN, "%s%s%s", dir,
			   dir[strlen(dir) - 1] == '/' ? "" : "/", name);

	return len > 0 && len < PATH_LEN;
}

int bare_add_initrds(struct entries *entries, struct entry *entry,
		     const struct guest *guest, size_t tree, const char *path)
{
	struct bare_kernel kernel = { .entries = entries,
				      .entry = entry,
				      .tree = &guest->trees[tree],
				      .tree_index = tree };
	const char *slash = strrchr(path, '/');
	struct bare_name parsed;
	char dir[PATH_LEN], *own;
	int err = 0;

	if (!slash || slash - path >= PATH_LEN)
		return 0;
	(void)snprintf(dir, sizeof(dir), "%.*s",
		       slash == path ? 1 : (int)(slash - path), path);
	if (bare_parse(&parsed, slash + 1, NULL) == 0) {
		kernel.name = &parsed;
	} else {
		/* linux-6.1 and initrd.img-6.1: any name, its last part. */
		const char *dash = strchr(slash, '-');

		memset(&parsed, 0, sizeof(parsed));
		if (dash && strlen(dash + 1) < sizeof(parsed.version)) {
			(void)snprintf(parsed.version, sizeof(parsed.version),
				       "%s", dash + 1);
			kernel.name = &parsed;
		}
	}
	own = bare_read_version(kernel.tree, path);
	kernel.own = own;
	if (kernel.name)
		err = bare_initrd_look(&kernel, kernel.name, dir, NULL);
	if (!err && entry->initrd_count == 0)
		err = bare_initrd_look(&kernel, NULL, dir, NULL);
	free(own);
	return err;
}

/* The bytes at @offset; as many as there are, up to @len. */
static struct bytes read_at(int fd, off_t offset, uint8_t *buffer, size_t len)
{
	ssize_t got = pread(fd, buffer, len, offset);
	struct bytes b = { buffer, got > 0 ? (size_t)got : 0 };

	return b;
}

char *bare_read_version(const struct tree *tree, const char *path)
{
	/* boot.rst: setup_sects at 0x1f1, "HdrS" at 0x202, kernel_version at
	 * 0x20e. */
	enum { FROM = 0x1f0, LEN = 0x20 };
	uint8_t head_bytes[LEN], text_bytes[128] = { 0 };
	uint8_t sectors;
	uint16_t at;
	struct bytes b;
	char *version = NULL;
	int fd;

	if (tree_open_file(tree, path, &fd, NULL))
		return NULL;
	b = read_at(fd, FROM, head_bytes, sizeof(head_bytes));
	if (!bytes_match(b, 0x202 - FROM, "HdrS", 4) ||
	    !bytes_u8(b, 0x1f1 - FROM, &sectors) ||
	    !bytes_le16(b, 0x20e - FROM, &at) || !at ||
	    at >= 0x200 * (sectors ? sectors : 4))
		goto out;
	b = read_at(fd, 0x200 + at, text_bytes, sizeof(text_bytes) - 1);
	if (!b.len)
		goto out;
	version = strdup((const char *)text_bytes);
	if (!version)
		goto out;
	version[strcspn(version, " ")] = '\0';
	if (!*version || !text_is_clean(version)) {
		free(version);
		version = NULL;
	}
out:
	(void)close(fd);
	return version;
}

static int by_file(const struct tree_file *a, const struct tree_file *b)
{
	if (a->device != b->device)
		return a->device < b->device ? -1 : 1;
	return a->inode < b->inode ? -1 : a->inode > b->inode;
}

/* Of those to one file in the order of the places and their names. */
static int by_link(const void *a, const void *b)
{
	const struct link *left = a, *right = b;
	int order = by_file(&left->file, &right->file);

	if (order)
		return order;
	if (left->place != right->place)
		return left->place < right->place ? -1 : 1;
	return strcmp(left->name, right->name);
}

static int compare_link(const void *key, const void *element)
{
	const struct link *link = element;

	return by_file(key, &link->file);
}

/* What the symlinks lead to that are named as kernels. */
static int look_at_links(struct search *s, size_t names)
{
	s->links = calloc(names + 1, sizeof(*s->links));
	if (!s->links)
		return -ENOMEM;
	for (size_t i = 0; i < s->place_count; i++) {
		const struct place *place = &s->places[i];

		for (size_t k = 0; k < place->names.count; k++) {
			const struct tree_name *name = &place->names.list[k];
			struct link link = { .place = place,
					     .name = name->name };
			struct bare_name parsed;
			char path[PATH_LEN];

			if (name->is_link &&
			    bare_parse(&parsed, name->name, NULL) == 0 &&
			    join(path, place->path, name->name) &&
			    tree_look(&s->guest->trees[place->tree], path,
				      &link.file, NULL) == 0)
				s->links[s->link_count++] = link;
		}
	}
	if (s->link_count)
		qsort(s->links, s->link_count, sizeof(*s->links), by_link);
	return 0;
}

static const struct tree_names *listed(const struct place *place)
{
	return place->names.cut ? NULL : &place->names;
}

/* The initrd by the names of symlinks to the kernel @file, on its tree. */
static int look_by_links(const struct search *s, const struct bare_kernel *k,
			 const struct tree_file *file)
{
	const struct link *end = s->links + s->link_count, *link = NULL;
	int err = 0;

	if (s->link_count)
		link = bsearch(file, s->links, s->link_count, sizeof(*s->links),
			       compare_link);
	if (!link)
		return 0;
	while (link > s->links && by_file(file, &link[-1].file) == 0)
		link--;
	for (; !err && !k->entry->initrd_count && link < end &&
	       by_file(file, &link->file) == 0;
	     link++) {
		struct bare_name called;

		if (link->place->tree == k->tree_index &&
		    bare_parse(&called, link->name, NULL) == 0)
			err = bare_initrd_look(k, &called, link->place->path,
					       listed(link->place));
	}
	return err;
}

/* Turns the kernel @file at @path into an entry and adds it. */
static int add_kernel(struct search *s, const struct place *place,
		      const char *path, const struct tree_file *file,
		      const struct bare_name *parsed, struct reason *why)
{
	const struct tree *tree = &s->guest->trees[place->tree];
	struct entry entry = { .tree = place->tree,
			       .rescue = parsed->rescue,
			       .old = parsed->old };
	char *own = bare_read_version(tree, path);
	const char *version =
		parsed->is_number ? parsed->version + parsed->number_at : own;
	struct bare_kernel kernel = {
		.entries = s->entries,
		.entry = &entry,
		.tree = tree,
		.tree_index = place->tree,
		.name = parsed,
		.own = own,
	};
	int err = entries_no_memory(why);

	entry.id = strdup(path);
	entry.kernel = strdup(path);
	entry.source = strdup(path);
	entry.version = version ? strdup(version) : NULL;
	if (!entry.id || !entry.kernel || !entry.source)
		goto out;
	if (bare_initrd_look(&kernel, parsed, place->path, listed(place)))
		goto out;
	if (!entry.initrd_count &&
	    bare_initrd_look(&kernel, NULL, place->path, listed(place)))
		goto out;
	if (!entry.initrd_count && look_by_links(s, &kernel, file))
		goto out;
	entry.incomplete = entry.initrd_count == 0;
	err = os_describe(&entry, s->os, s->guest, why);
	if (err)
		goto out;
	if (entries_is_full(s->entries, &entry, why))
		entries_reject(s->entries, path, "%s", why->text);
	else if (entries_add(s->entries, &entry))
		err = entries_no_memory(why);
out:
	free(own);
	entries_free_entry(&entry);
	return err;
}

static bool is_seen(const struct search *s, const struct tree_file *file)
{
	for (size_t i = 0; i < s->seen_count; i++)
		if (s->seen[i].inode == file->inode &&
		    s->seen[i].device == file->device)
			return true;
	return false;
}

/* True if @name is a second form of a kernel that is there as vmlinuz. */
static bool has_twin(const struct place *place, const char *name,
		     const struct bare_name *parsed, char *ret)
{
	bool is_stem = strncmp(parsed->stem, "vmlinuz", 7) == 0;

	(void)snprintf(ret, PATH_LEN, "%s%s%s%s",
		       is_stem ? parsed->stem : "vmlinuz",
		       *parsed->version ? "-" : "", parsed->version,
		       parsed->old ? ".old" : "");
	return parsed->variant && !place->names.cut && strcmp(ret, name) != 0 &&
	       is_there(&place->names, ret);
}

/* Why the file at @path is no kernel, whatever its name: 0 or -errno. */
static int check_kernel(const struct tree *tree, const char *path,
			struct reason *why)
{
	/* What bare_read_version() has to read anyway. */
	uint8_t head[512];
	const char *is;
	int fd, err = tree_open_file(tree, path, &fd, why);

	if (err)
		return err;
	is = looks_foreign(read_at(fd, 0, head, sizeof(head)));
	(void)close(fd);
	return is ? reason(why, ENOEXEC, "is no kernel but %s", is) : 0;
}

/* A file that is named as a kernel: takes it or says why not. */
static int try_kernel(struct search *s, const struct place *place,
		      const char *name, const struct bare_name *parsed,
		      struct reason *why)
{
	const struct tree *tree = &s->guest->trees[place->tree];
	char path[PATH_LEN], twin[PATH_LEN];
	struct tree_file file;
	struct reason problem;
	int err;

	if (!join(path, place->path, name))
		return 0;
	if (!text_is_clean(name)) {
		entries_reject(s->entries, path,
			       "control characters in the name");
		return 0;
	}
	if (has_twin(place, name, parsed, twin)) {
		entries_reject(s->entries, path, "the same kernel as %s", twin);
		return 0;
	}
	err = tree_look(tree, path, &file, &problem);
	if (!err && is_seen(s, &file))
		return 0;
	if (!err)
		err = check_kernel(tree, path, &problem);
	if (err) {
		entries_reject(s->entries, path, "%s", problem.text);
		return 0;
	}
	err = add_kernel(s, place, path, &file, parsed, why);
	if (!err)
		s->seen[s->seen_count++] = file;
	return err;
}

/*
 * The rounds in which names are tried, so that of several names for one file
 * the one that says most becomes the entry: names with a version, other
 * names, symlinks with a version (SUSE's to /usr/lib/modules), other symlinks.
 */
enum {
	ROUND_VERSION,
	ROUND_PLAIN,
	ROUND_LINK_VERSION,
	ROUND_LINK_PLAIN,
	ROUNDS,
};

static int round_of(const struct tree_name *name,
		    const struct bare_name *parsed)
{
	if (name->is_link)
		return parsed->is_number ? ROUND_LINK_VERSION
					 : ROUND_LINK_PLAIN;
	return parsed->version[0] ? ROUND_VERSION : ROUND_PLAIN;
}

static int try_place(struct search *s, const struct place *place, int round,
		     struct reason *why)
{
	int err = 0;

	for (size_t i = 0; !err && i < place->names.count; i++) {
		const struct tree_name *name = &place->names.list[i];
		struct reason problem;
		struct bare_name parsed;
		char path[PATH_LEN];
		int kind;

		kind = bare_parse(&parsed, name->name, &problem);
		if (kind == -ENOENT || round_of(name, &parsed) != round)
			continue;
		if (kind == 0)
			err = try_kernel(s, place, name->name, &parsed, why);
		else if (join(path, place->path, name->name))
			entries_reject(s->entries, path, "%s", problem.text);
	}
	return err;
}

/* Names that no kernel's are. */
static bool is_other(const char *name)
{
	return !is_wanted(name) && name[0] != '.' && text_is_clean(name);
}

/* A file whose name says nothing: takes it if it says that it is Linux. */
static int try_renamed(struct search *s, const struct place *place,
		       const char *name, struct reason *why)
{
	const struct tree *tree = &s->guest->trees[place->tree];
	struct bare_name parsed = { .rescue = strstr(name, "memtest") };
	struct tree_file file;
	char path[PATH_LEN], *version;
	int err;

	if (!join(path, place->path, name) ||
	    tree_look(tree, path, &file, NULL) || is_seen(s, &file))
		return 0;
	version = bare_read_version(tree, path);
	if (!version)
		return 0;
	(void)snprintf(parsed.version, sizeof(parsed.version), "%s", version);
	free(version);
	parsed.is_number = parsed.version[0] >= '0' && parsed.version[0] <= '9';
	err = add_kernel(s, place, path, &file, &parsed, why);
	if (!err)
		s->seen[s->seen_count++] = file;
	return err;
}

/* Nothing is named as a kernel: then the files themselves are asked, the
 * symlinks last. */
static int try_all(struct search *s, const struct place *place,
		   struct reason *why)
{
	const struct tree *tree = &s->guest->trees[place->tree];
	struct tree_names names;
	size_t tried = 0;
	int err = 0;

	if (tree_list(tree, place->path, is_other, &names, NULL))
		names.count = 0;
	for (int links = 0; links < 2; links++) {
		for (size_t i = 0; !err && i < names.count; i++) {
			if (names.list[i].is_link != links)
				continue;
			if (tried++ == RENAMED_MAX)
				break;
			err = try_renamed(s, place, names.list[i].name, why);
		}
	}
	tree_free_names(&names);
	return err;
}

/* Lists one directory, if it is there. */
static int add_place(struct search *s, size_t tree, const char *path,
		     struct reason *why)
{
	struct place *place = &s->places[s->place_count];
	struct reason problem;
	int err;

	place->tree = tree;
	place->path = path;
	err = tree_list(&s->guest->trees[tree], path, is_wanted, &place->names,
			&problem);
	if (err) {
		tree_free_names(&place->names);
		if (err == -ENOMEM)
			return reason(why, ENOMEM, "no memory for %s", path);
		if (err != -ENOENT)
			entries_reject(s->entries, path, "%s", problem.text);
		return 0;
	}
	if (place->names.cut)
		entries_reject(s->entries, path,
			       "more than %d files; the rest is not looked at",
			       TREE_NAMES_MAX);
	s->place_count++;
	return 0;
}

/* What can never be the default last; then the newest first. */
static int by_age(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;
	int order;

	if (left->rescue != right->rescue)
		return left->rescue ? 1 : -1;
	if (left->incomplete != right->incomplete)
		return left->incomplete ? 1 : -1;
	order = version_compare(right->version ? right->version : "",
				left->version ? left->version : "");
	if (order)
		return order;
	if (left->old != right->old)
		return left->old ? 1 : -1;
	if (left->tree != right->tree)
		return left->tree < right->tree ? -1 : 1;
	return strcmp(left->id, right->id);
}

int bare_gather(struct entries *entries, const struct guest *guest,
		struct reason *why)
{
	size_t trees = guest->tree_count, names = 0;
	struct search *s;
	bool nameless;
	int err = 0;

	if (trees > ENTRIES_TREES_MAX)
		return reason(why, E2BIG, "more than %d file systems",
			      ENTRIES_TREES_MAX);
	s = calloc(1, sizeof(*s));
	if (!s)
		return entries_no_memory(why);
	s->entries = entries;
	s->guest = guest;
	os_look_all(s->os, guest);
	for (size_t i = 0; !err && i < trees; i++) {
		err = add_place(s, i, "/boot", why);
		if (!err)
			err = add_place(s, i, "/", why);
	}
	for (size_t i = 0; i < s->place_count; i++)
		names += s->places[i].names.count;
	if (!err && look_at_links(s, names))
		err = entries_no_memory(why);
	names += RENAMED_MAX * s->place_count;
	s->seen = calloc(names + 1, sizeof(*s->seen));
	if (!s->seen)
		err = entries_no_memory(why);
	for (int round = 0; round < ROUNDS; round++)
		for (size_t i = 0; !err && i < s->place_count; i++) {
			size_t before = entries->rejected_count;

			err = try_place(s, &s->places[i], round, why);
			entries_rejected_on(entries, before, s->places[i].tree);
		}
	nameless = entries->count == 0;
	for (size_t i = 0; !err && nameless && i < s->place_count; i++)
		err = try_all(s, &s->places[i], why);
	if (!err && entries->count)
		qsort(entries->list, entries->count, sizeof(*entries->list),
		      by_age);
	for (size_t i = 0; i < s->place_count; i++)
		tree_free_names(&s->places[i].names);
	free(s->seen);
	free(s->links);
	free(s);
	return err;
}
