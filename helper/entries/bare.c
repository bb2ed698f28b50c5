/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bare kernels. Judges by names, plus the version inside a kernel whose name
 * has none; whether a file really is a kernel is found out by loading it. Only
 * where no name speaks of a kernel, files are asked what they are.
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
#include "entries/os.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum {
	/* Paths that are put together here. Longer ones are not a
	 * distribution's. */
	PATH_LEN = 1024,
	/* Files of a directory that are read to see if they are kernels. */
	RENAMED_MAX = 256,
};

/*
 * How an initrd is named after a kernel's version. The first that is there
 * wins; on one system only one of these namings is in use.
 */
static const char *const initrd_formats[] = {
	/* Debian, Ubuntu */
	"initrd.img-%s",
	/* Fedora, RHEL, Arch, Void, Gentoo's dracut */
	"initramfs-%s.img",
	/* SUSE */
	"initrd-%s",
	/* Alpine, Gentoo's genkernel */
	"initramfs-%s",
	/* RHEL 5, Slackware */
	"initrd-%s.img",
	/* Arch's second one, with all modules: better than none */
	"initramfs-%s-fallback.img",
};

/* For a kernel that is called just vmlinuz: Debian's links, SUSE's, others. */
static const char *const initrd_plain[] = {
	"initrd.img", "initrd", "initramfs.img", "initramfs", "initrd.gz",
};

/*
 * Processor microcode, which must come before the initrd. The names are those
 * of GRUB_EARLY_INITRD_LINUX_STOCK in GRUB's 10_linux.
 */
static const char *const microcode[] = {
	"intel-uc.img",	 "intel-ucode.img",  "amd-uc.img",
	"amd-ucode.img", "early_ucode.cpio", "microcode.cpio",
};

/* One directory of one tree, and what in it may be of interest. */
struct place {
	size_t tree;
	/* "/boot" or "/" */
	const char *path;
	struct tree_names names;
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
};

/* Names worth keeping of a directory listing. */
static bool is_wanted(const char *name)
{
	struct bare_name parsed;

	if (strncmp(name, "init", 4) == 0)
		return true;
	for (size_t i = 0; i < COUNT(microcode); i++)
		if (strcmp(name, microcode[i]) == 0)
			return true;
	return bare_parse(&parsed, name, NULL) != -ENOENT;
}

static int compare_name(const void *key, const void *element)
{
	const struct tree_name *name = element;

	return strcmp(key, name->name);
}

/* True if @name is in the sorted @names, or there are none to ask. */
static bool may_be_there(const struct tree_names *names, const char *name)
{
	if (!names)
		return true;
	return names->count && bsearch(name, names->list, names->count,
				       sizeof(*names->list), compare_name);
}

static bool join(char *ret, const char *dir, const char *name)
{
	int len = snprintf(ret, PATH_LEN, "%s%s%s", dir,
			   dir[strlen(dir) - 1] == '/' ? "" : "/", name);

	return len > 0 && len < PATH_LEN;
}

/* What is the same for every file that may belong to one kernel. */
struct beside {
	struct entries *entries;
	struct entry *entry;
	const struct tree *tree;
	size_t tree_index;
	const char *dir;
	/* NULL: not listed */
	const struct tree_names *names;
};

/* Adds the file @name. 1: added, 0: not there or not usable, or -errno. */
static int add_file(const struct beside *b, const char *name)
{
	struct tree_file file;
	char path[PATH_LEN];
	struct reason why;
	int err;

	if (!may_be_there(b->names, name) || !join(path, b->dir, name))
		return 0;
	err = tree_look(b->tree, path, &file, &why);
	if (err == -ENOENT && !b->names)
		return 0;
	if (err)
		entries_reject(b->entries, path, "%s", why.text);
	else if (file.size == 0)
		entries_reject(b->entries, path, "%s: is empty", path);
	else
		return entries_add_initrd(b->entry, b->tree_index, path)
			       ? -ENOMEM
			       : 1;
	return 0;
}

/* Tries the namings for one version; @ending is ".old" or "". */
static int add_by_format(const struct beside *b, const char *version,
			 const char *ending)
{
	size_t count = *version ? COUNT(initrd_formats) : COUNT(initrd_plain);
	int done = 0;

	for (size_t i = 0; !done && i < count; i++) {
		char name[PATH_LEN];
		size_t len;

		if (*version) {
			/* The formats are the constants above. */
			const char *part = strchr(initrd_formats[i], '%');

			(void)snprintf(name, sizeof(name), "%.*s%s%s",
				       (int)(part - initrd_formats[i]),
				       initrd_formats[i], version, part + 2);
		} else {
			(void)snprintf(name, sizeof(name), "%s",
				       initrd_plain[i]);
		}
		len = strlen(name);
		(void)snprintf(name + len, sizeof(name) - len, "%s", ending);
		done = add_file(b, name);
	}
	return done;
}

/* The initrd for the kernel called @parsed, microcode before it. */
static int add_initrds(const struct beside *b, const struct bare_name *parsed)
{
	struct entry_initrd initrd;
	size_t before = b->entry->initrd_count;
	int done = 0;

	if (parsed->old)
		done = add_by_format(b, parsed->version, ".old");
	if (!done && (!parsed->old || *parsed->version))
		done = add_by_format(b, parsed->version, "");
	if (done <= 0)
		return done;
	for (size_t i = 0; i < COUNT(microcode) && done >= 0; i++)
		done = add_file(b, microcode[i]);
	if (done < 0)
		return done;
	/* The initrd was found first, and goes last. */
	initrd = b->entry->initrd[before];
	memmove(&b->entry->initrd[before], &b->entry->initrd[before + 1],
		(b->entry->initrd_count - before - 1) * sizeof(initrd));
	b->entry->initrd[b->entry->initrd_count - 1] = initrd;
	return 0;
}

int bare_add_initrds(struct entries *entries, struct entry *entry,
		     const struct guest *guest, size_t tree, const char *path)
{
	struct beside b = { .entries = entries,
			    .entry = entry,
			    .tree = &guest->trees[tree],
			    .tree_index = tree };
	const char *slash = strrchr(path, '/');
	struct bare_name parsed;
	char dir[PATH_LEN];
	size_t len;

	if (!slash)
		return 0;
	if (bare_parse(&parsed, slash + 1, NULL) != 0) {
		/* linux-6.1 and initrd.img-6.1: any name, its last part. */
		const char *dash = strchr(slash, '-');

		memset(&parsed, 0, sizeof(parsed));
		if (!dash || strlen(dash + 1) >= sizeof(parsed.version))
			return 0;
		(void)snprintf(parsed.version, sizeof(parsed.version), "%s",
			       dash + 1);
	}
	len = (size_t)(slash - path);
	if (len >= sizeof(dir))
		return 0;
	memcpy(dir, path, len);
	dir[len] = '\0';
	b.dir = len ? dir : "/";
	return add_initrds(&b, &parsed);
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

/* Turns the kernel at @path into an entry and adds it. */
static int add_kernel(struct search *s, const struct place *place,
		      const char *path, const struct bare_name *parsed,
		      struct reason *why)
{
	struct entry entry = { .tree = place->tree,
			       .rescue = parsed->rescue,
			       .old = parsed->old };
	struct beside b = {
		.entries = s->entries,
		.entry = &entry,
		.tree = &s->guest->trees[place->tree],
		.tree_index = place->tree,
		.dir = place->path,
		.names = place->names.cut ? NULL : &place->names,
	};
	int err = reason(why, ENOMEM, "no memory for the entries");

	entry.id = strdup(path);
	entry.kernel = strdup(path);
	entry.source = strdup(path);
	if (!entry.id || !entry.kernel || !entry.source)
		goto out;
	entry.version = parsed->is_number ? strdup(parsed->version)
					  : bare_read_version(b.tree, path);
	if (add_initrds(&b, parsed))
		goto out;
	entry.incomplete = entry.initrd_count == 0;
	err = os_describe(&entry, s->os, s->guest, why);
	if (err)
		goto out;
	err = entries_add(s->entries, &entry);
	if (err == -E2BIG) {
		entries_reject(s->entries, path, "more than %d entries",
			       ENTRIES_MAX);
		err = 0;
	} else if (err) {
		(void)reason(why, -err, "no memory for the entries");
	}
out:
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
	(void)snprintf(ret, PATH_LEN, "vmlinuz%s%s%s",
		       *parsed->version ? "-" : "", parsed->version,
		       parsed->old ? ".old" : "");
	return parsed->variant && !place->names.cut && strcmp(ret, name) != 0 &&
	       may_be_there(&place->names, ret);
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
	if (err) {
		entries_reject(s->entries, path, "%s", problem.text);
		return 0;
	}
	if (file.size == 0) {
		entries_reject(s->entries, path, "%s: is empty", path);
		return 0;
	}
	if (is_seen(s, &file))
		return 0;
	err = add_kernel(s, place, path, parsed, why);
	if (!err)
		s->seen[s->seen_count++] = file;
	return err;
}

/*
 * The rounds in which names are tried, so that of several names for one file
 * the one that says most becomes the entry: names with a version, other
 * names, symlinks.
 */
enum { ROUND_VERSION, ROUND_PLAIN, ROUND_LINK, ROUNDS };

static int try_place(struct search *s, const struct place *place, int round,
		     struct reason *why)
{
	int err = 0;

	for (size_t i = 0; !err && i < place->names.count; i++) {
		const struct tree_name *name = &place->names.list[i];
		struct reason problem;
		struct bare_name parsed;
		char path[PATH_LEN];
		int kind, mine;

		if (name->is_link != (round == ROUND_LINK))
			continue;
		kind = bare_parse(&parsed, name->name, &problem);
		mine = parsed.version[0] ? ROUND_VERSION : ROUND_PLAIN;
		if (kind == -ENOENT || (!name->is_link && mine != round))
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
	err = add_kernel(s, place, path, &parsed, why);
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
		return reason(why, ENOMEM, "no memory for the entries");
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
	names += RENAMED_MAX * s->place_count;
	s->seen = calloc(names + 1, sizeof(*s->seen));
	if (!s->seen)
		err = reason(why, ENOMEM, "no memory for the entries");
	for (int round = 0; round < ROUNDS; round++)
		for (size_t i = 0; !err && i < s->place_count; i++)
			err = try_place(s, &s->places[i], round, why);
	nameless = entries->count == 0;
	for (size_t i = 0; !err && nameless && i < s->place_count; i++)
		err = try_all(s, &s->places[i], why);
	if (!err && entries->count)
		qsort(entries->list, entries->count, sizeof(*entries->list),
		      by_age);
	for (size_t i = 0; i < s->place_count; i++)
		tree_free_names(&s->places[i].names);
	free(s->seen);
	free(s);
	return err;
}
