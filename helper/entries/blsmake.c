/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From what a file says to an entry that can be loaded: finds its kernel and
 * initrds, expands its words.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/text.h"
#include "entries/blslist.h"
#include "entries/draft.h"
#include "entries/place.h"

/* This program runs on x86-64 only; the specification's name for it. */
static const char architecture[] = "x64";

/*
 * The text as the loader would hand it on. GRUB expands it, then runs what
 * came out as a line of script, which expands it again.
 */
static char *expand(const struct blslist *s, const char *text)
{
	char *once = bls_expand(text, grubvars_get, &s->vars);
	char *twice = once ? bls_expand(once, grubvars_get, &s->vars) : NULL;

	free(once);
	return twice;
}

/* "/" for "\" as on UEFI; "($root)" of GRUB is the tree itself. */
static void tidy_path(char *path)
{
	char *end = *path == '(' ? strchr(path, ')') : NULL;

	if (end)
		memmove(path, end + 1, strlen(end + 1) + 1);
	for (; *path; path++)
		if (*path == '\\')
			*path = '/';
}

/*
 * The file that @path means: "relative to the root of the file system
 * containing the boot entry", which an ESP that is a plain directory was.
 */
static int find_file(const struct blslist *s, const struct blslist_spot *spot,
		     const char *what, const char *path, size_t *ret_tree,
		     char **ret_path, struct reason *why)
{
	struct text joined = { 0 };
	int err = -ENOENT;

	if (strstr(spot->prefix, "efi")) {
		text_addf(&joined, "%s/%s", spot->prefix, path);
		err = place_find_on(ret_path, s->guest, spot->tree, what,
				    text_str(&joined), why);
		text_free(&joined);
		*ret_tree = spot->tree;
	}
	if (err == -ENOENT)
		err = place_find(ret_tree, ret_path, s->guest, spot->tree, what,
				 path, why);
	return err;
}

/* Adds one initrd. A missing one costs the entry its completeness only. */
static int add_initrd(const struct blslist *s, const struct blslist_item *item,
		      struct entry *entry, const char *path, unsigned int line,
		      struct reason *why)
{
	struct reason problem;
	char *found;
	size_t tree;
	int err = find_file(s, item->spot, "initrd", path, &tree, &found,
			    &problem);

	if (err) {
		entry->incomplete = true;
		draft_reject(s->entries, item->type1->path, line, "%s",
			     problem.text);
		return err == -ENOMEM ? entries_no_memory(why) : 0;
	}
	err = entries_add_initrd(entry, tree, found);
	free(found);
	return err ? entries_no_memory(why) : 0;
}

/* One initrd line: a path, or in Fedora's dialect several. */
static int add_initrd_line(const struct blslist *s,
			   const struct blslist_item *item, struct entry *entry,
			   size_t i, struct reason *why)
{
	const struct bls_entry *one = item->type1;
	char *text = expand(s, one->initrd[i]), *at = text, *path;
	int err = text ? 0 : entries_no_memory(why);

	/* A path may have blanks in it where nothing is to be expanded. */
	if (!err && !strchr(one->initrd[i], '$') && !s->for_grub) {
		tidy_path(text);
		err = add_initrd(s, item, entry, text, one->initrd_line[i],
				 why);
		at = NULL;
	}
	while (!err && at && (path = strsep(&at, " \t"))) {
		tidy_path(path);
		if (*path)
			err = add_initrd(s, item, entry, path,
					 one->initrd_line[i], why);
	}
	free(text);
	return err;
}

/* Linux's EFI stub loads what initrd= names when the loader gave it none. */
static int add_stub_initrds(const struct blslist *s,
			    const struct blslist_item *item,
			    struct entry *entry, struct reason *why)
{
	char *words = strdup(entry->cmdline), *at = words, *word;
	int err = words ? 0 : entries_no_memory(why);

	while (!err && at && (word = strsep(&at, " "))) {
		if (strncmp(word, "initrd=", 7) != 0 || !word[7])
			continue;
		tidy_path(word + 7);
		err = add_initrd(s, item, entry, word + 7,
				 item->type1->kernel_line, why);
	}
	free(words);
	return err;
}

static int add_initrds(const struct blslist *s, const struct blslist_item *item,
		       struct entry *entry, struct reason *why)
{
	int err = 0;

	for (size_t i = 0; !err && i < item->type1->initrd_count; i++)
		err = add_initrd_line(s, item, entry, i, why);
	if (!err && !item->type1->initrd_count && !s->for_grub &&
	    entry->kind == ENTRY_LINUX)
		err = add_stub_initrds(s, item, entry, why);
	return err;
}

/* The options of a type 1 entry, expanded. */
static int set_cmdline(const struct blslist *s, const struct bls_entry *one,
		       struct entry *entry, struct reason *why)
{
	char *text = bls_options(one);
	char *full = text ? expand(s, text) : NULL;

	/* Fedora: an entry without options has the default ones, also where
	 * none of their variables is set. */
	if (full && s->for_grub && !full[strspn(full, " \t")]) {
		free(full);
		full = expand(s, "$default_kernelopts");
	}
	if (full)
		entry->cmdline = draft_words(full);
	free(text);
	free(full);
	return entry->cmdline ? 0 : entries_no_memory(why);
}

/* True if the file begins as a bzImage does: boot.rst, "HdrS". */
static bool is_bzimage(const struct tree *tree, const char *path)
{
	char magic[4] = "";
	int fd;

	if (tree_open_file(tree, path, &fd, NULL))
		return false;
	if (pread(fd, magic, sizeof(magic), 0x202) != sizeof(magic))
		magic[0] = '\0';
	(void)close(fd);
	return memcmp(magic, "HdrS", sizeof(magic)) == 0;
}

/* "@1 quiet": the stub takes the profile off its parameters. */
static long take_profile(const struct bls_entry *one, char *cmdline)
{
	const char *number = one->profile;
	char *end;
	long profile;

	if (!number && *cmdline == '@') {
		profile = strtol(cmdline + 1, &end, 10);
		if (end == cmdline + 1 || (*end && *end != ' '))
			return 0;
		end += *end == ' ';
		memmove(cmdline, end, strlen(end) + 1);
		return profile;
	}
	profile = number ? strtol(number, &end, 10) : 0;
	return number && (*end || end == number) ? -1 : profile;
}

/* What the UKI says where the entry says nothing. */
static int use_uki(struct entry *entry, const struct unified *uki, char **title,
		   char **version, struct reason *why)
{
	struct text words = { 0 };

	entry->kind = ENTRY_UKI;
	entry->profile = uki->profile;
	text_add(&words, *entry->cmdline ? entry->cmdline : uki->cmdline);
	if (*entry->cmdline && *uki->addons)
		text_addf(&words, " %s", uki->addons);
	free(entry->cmdline);
	entry->cmdline = text_take(&words);
	if (!*title)
		*title = strdup(uki->title);
	if (!*version && uki->version)
		*version = strdup(uki->version);
	return entry->cmdline && *title ? 0 : entries_no_memory(why);
}

/*
 * What kind of kernel the file is. A UKI, whichever key names it, is one;
 * what "efi" names has to be a kernel of some kind. 1: rejected.
 */
static int set_kind(const struct blslist *s, const struct blslist_item *item,
		    struct entry *entry, char **version, struct reason *why)
{
	const struct bls_entry *one = item->type1;
	const struct tree *tree = &s->guest->trees[entry->tree];
	struct unified_list list = { 0 };
	struct reason problem;
	long profile;
	int err;

	if (s->for_grub || is_bzimage(tree, entry->kernel))
		return 0;
	err = unified_read_file(&list, s->entries, tree, item->spot->prefix,
				entry->kernel, &problem);
	profile = err ? 0 : take_profile(one, entry->cmdline);
	if (!err && (profile < 0 || (size_t)profile >= list.count))
		err = reason(&problem, EINVAL, "%s: has no profile %s",
			     entry->kernel,
			     one->profile ? one->profile : "of that number");
	if (!err)
		err = use_uki(entry, &list.list[profile], &entry->title,
			      version, &problem);
	else if (err == -ENOEXEC && one->kernel)
		/* It may be a kernel of another format. */
		err = 0;
	else if (err == -ENOEXEC && !one->uki)
		err = reason(&problem, ENOEXEC,
			     "%s: is an EFI program, no Linux kernel",
			     entry->kernel);
	unified_free(&list);
	if (err == -ENOMEM)
		return entries_no_memory(why);
	if (err)
		draft_reject(s->entries, one->path, one->kernel_line, "%s",
			     problem.text);
	return err ? 1 : 0;
}

/* True, with the reason told, if this machine cannot start the entry. */
static bool is_foreign(const struct blslist *s, const struct bls_entry *one)
{
	if (s->for_grub || !one->architecture ||
	    strcasecmp(one->architecture, architecture) == 0)
		return false;
	entries_reject(s->entries, one->source,
		       "is for the architecture %s, this machine is %s",
		       one->architecture, architecture);
	return true;
}

/* Where the kernel of a type 1 entry is. 1: rejected. */
static int set_kernel(const struct blslist *s, const struct blslist_item *item,
		      struct entry *entry, struct reason *why)
{
	const struct bls_entry *one = item->type1;
	const char *path = one->kernel ? one->kernel
			   : one->uki  ? one->uki
				       : one->efi;
	struct reason problem;
	char *clean = strdup(path);
	int err;

	if (!clean)
		return entries_no_memory(why);
	tidy_path(clean);
	err = find_file(s, item->spot, "kernel", clean, &entry->tree,
			&entry->kernel, &problem);
	free(clean);
	if (err == -ENOMEM)
		return entries_no_memory(why);
	if (err)
		draft_reject(s->entries, one->path, one->kernel_line, "%s",
			     problem.text);
	return err ? 1 : 0;
}

/* Arch's second initrd, with all modules, is for when the first fails. */
static bool is_fallback(const struct entry *entry)
{
	return strcasestr(entry->id, "fallback") ||
	       strcasestr(entry->title, "fallback") ||
	       draft_has_word(entry->id, "rescue") ||
	       draft_has_word(entry->id, "recovery");
}

/* Moves the entry into the list; its version is @version, if there is one. */
static int add(const struct blslist *s, struct blslist_item *item,
	       struct entry *entry, char *version, struct reason *why)
{
	struct entry *added;
	int err;

	entry->worn_out = item->key.tries_left == 0;
	if (entry->id && entry->title)
		entry->rescue = is_fallback(entry);
	err = draft_add(s->entries, s->guest, entry, &item->index, why);
	if (err || item->index < 0 || !version) {
		free(version);
		return err;
	}
	added = &s->entries->list[item->index];
	text_clean(version);
	free(added->version);
	added->version = version;
	return 0;
}

static char *copy(const char *s)
{
	return s ? strdup(s) : NULL;
}

/* For an entry without a title: as blscfg, and as systemd-boot. */
static char *title_of(const struct blslist *s, const struct blslist_item *item)
{
	const struct bls_entry *one = item->type1;
	struct text name = { 0 };

	if (s->for_grub)
		return copy(one->kernel ? one->kernel : one->id);
	blslist_add_name(&name, item);
	return text_take(&name);
}

static int add_type1(const struct blslist *s, struct blslist_item *item,
		     struct reason *why)
{
	const struct bls_entry *one = item->type1;
	struct entry entry = { 0 };
	char *version = NULL;
	int err;

	if (is_foreign(s, one))
		return 0;
	if (one->extra)
		entries_reject(s->entries, one->source,
			       "extra %s: is not handed on, since only the "
			       "firmware could; the entry starts without it",
			       one->extra);
	version = copy(one->version);
	entry.title = copy(one->title);
	entry.id = copy(one->id);
	entry.source = copy(one->source);
	err = set_kernel(s, item, &entry, why);
	if (!err)
		err = set_cmdline(s, one, &entry, why);
	if (!err)
		err = set_kind(s, item, &entry, &version, why);
	if (!err)
		err = add_initrds(s, item, &entry, why);
	if (!err && !entry.title)
		entry.title = title_of(s, item);
	if (!err)
		return add(s, item, &entry, version, why);
	free(version);
	entries_free_entry(&entry);
	return err < 0 ? err : 0;
}

static int add_type2(const struct blslist *s, struct blslist_item *item,
		     struct reason *why)
{
	const struct unified *uki = item->type2;
	struct entry entry = {
		.id = copy(uki->id),
		.title = copy(uki->title),
		.source = copy(uki->path),
		.tree = item->spot->tree,
		.kernel = copy(uki->path),
		.cmdline = draft_words(uki->cmdline),
		.kind = ENTRY_UKI,
		.profile = uki->profile,
	};

	return add(s, item, &entry, copy(uki->version), why);
}

int blsmake_entry(const struct blslist *s, struct blslist_item *item,
		  struct reason *why)
{
	return item->type1 ? add_type1(s, item, why) : add_type2(s, item, why);
}
