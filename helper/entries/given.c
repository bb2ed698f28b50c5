/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel= and ramdisk=: looks the paths up where a person may have meant
 * them, on boot first, then on root. Does not guess at anything else.
 */
#include "entries/given.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "entries/bare.h"
#include "entries/os.h"
#include "entries/place.h"

static const char source[] = "command line";

/* Which trees a path is looked for on, in order. */
struct scope {
	size_t tree[ENTRIES_TREES_MAX + 1];
	size_t count;
};

static void scope_add(struct scope *scope, size_t tree)
{
	for (size_t i = 0; i < scope->count; i++)
		if (scope->tree[i] == tree)
			return;
	scope->tree[scope->count++] = tree;
}

/* The tree of the device @name, or -1. */
static long find_device(const struct guest *guest, const char *name)
{
	for (size_t i = 0; i < guest->tree_count; i++)
		if (tree_is_device(&guest->trees[i], name))
			return (long)i;
	return -1;
}

/*
 * The trees to look on: @device's alone if one is named; else @first's (-1:
 * none), boot, root, and the rest, which there is only without root=.
 */
static int find_scope(struct scope *ret, const struct guest *guest,
		      const char *device, long first, const char *what,
		      struct reason *why)
{
	const char *boot = settings_get(guest->settings, SETTING_BOOT);
	long found;

	ret->count = 0;
	if (*device) {
		found = find_device(guest, device);
		if (found < 0)
			return reason(why, ENOENT,
				      "%s: the device %s is not mounted", what,
				      device);
		scope_add(ret, (size_t)found);
		return 0;
	}
	if (first >= 0)
		scope_add(ret, (size_t)first);
	found = *boot ? find_device(guest, boot) : -1;
	if (found >= 0)
		scope_add(ret, (size_t)found);
	else if (*boot && guest->tree_count > 1)
		/* It goes by a name that is not --fs's; it is the second. */
		scope_add(ret, 1);
	for (size_t i = 0; i < guest->tree_count; i++)
		scope_add(ret, i);
	return 0;
}

/*
 * The forms of a path, in the order in which they are tried: as given; the
 * path that /boot/x has on a file system which is mounted on /boot; and the
 * path that x of such a file system has from the root.
 */
enum form { AS_GIVEN, WITHOUT_BOOT, WITH_BOOT, FORMS };

static void squeeze_slashes(char *path)
{
	char *to = path;

	for (const char *from = path; *from; from++)
		if (*from != '/' || from[1] != '/')
			*to++ = *from;
	*to = '\0';
}

static char *form_path(const char *path, enum form form)
{
	static const char boot[] = "/boot/";
	size_t len = strlen(boot);
	char *ret = NULL;
	int done;

	while (*path == '/')
		path++;
	if (form == AS_GIVEN)
		done = asprintf(&ret, "/%s", path);
	else if (form == WITH_BOOT)
		done = asprintf(&ret, "%s%s", boot, path);
	else if (strncmp(path, boot + 1, len - 1) == 0)
		done = asprintf(&ret, "/%s", path + len - 1);
	else
		return NULL;
	if (done < 0)
		return NULL;
	squeeze_slashes(ret);
	return ret;
}

/* Looks for @path; *@ret_path is the caller's to free. */
static int find_file(const struct guest *guest, const struct scope *scope,
		     const char *what, const char *path, size_t *ret_tree,
		     char **ret_path, struct reason *why)
{
	struct text where = { 0 };
	struct reason problem;
	struct tree_file file;
	int err;

	for (enum form form = AS_GIVEN; form < FORMS; form++) {
		for (size_t i = 0; i < scope->count; i++) {
			char *try = form_path(path, form);

			if (!try)
				continue;
			err = tree_look(&guest->trees[scope->tree[i]], try,
					&file, &problem);
			if (err == 0) {
				*ret_tree = scope->tree[i];
				*ret_path = try;
				return 0;
			}
			free(try);
			if (err != -ENOENT && err != -ENOTDIR)
				return reason(why, -err, "%s=%s: %s", what,
					      path, problem.text);
		}
	}
	/* As a configuration there would mean it: in subvolumes, regardless of
	 * case on FAT, and, where no device is named, behind symlinks into
	 * other trees. */
	for (size_t i = 0; i < scope->count; i++) {
		size_t tree = scope->tree[i];

		err = scope->count < guest->tree_count
			      ? place_find_on(ret_path, guest, tree, what, path,
					      NULL)
			      : place_find(&tree, ret_path, guest, tree, what,
					   path, NULL);
		if (err == 0) {
			*ret_tree = tree;
			return 0;
		}
	}
	for (size_t i = 0; i < scope->count; i++)
		text_addf(&where, "%s%s", i ? " and " : "",
			  tree_name(&guest->trees[scope->tree[i]]));
	err = reason(why, ENOENT, "%s=%s: not there; looked on %s", what, path,
		     scope->count ? text_str(&where) : "no file system");
	text_free(&where);
	return err;
}

/* The ramdisks that ramdisk= names, parted by commas. */
static int add_named(struct entry *entry, const struct guest *guest,
		     const struct scope *scope, const char *list,
		     struct reason *why)
{
	int err = 0;

	while (!err && *list) {
		size_t len = strcspn(list, ",");
		char *one = strndup(list, len), *path = NULL;
		size_t tree = 0;

		if (!one)
			return reason(why, ENOMEM, "no memory");
		if (*one)
			err = find_file(guest, scope, "ramdisk", one, &tree,
					&path, why);
		if (!err && path && entries_add_initrd(entry, tree, path))
			err = reason(why, ENOMEM, "no memory");
		free(one);
		free(path);
		list += len + (list[len] == ',');
	}
	return err;
}

/* The initrd by the kernel's name, or by the name that a link leads to. */
static int add_by_name(struct entries *entries, struct entry *entry,
		       const struct guest *guest)
{
	const struct tree *tree = &guest->trees[entry->tree];
	const char *slash = strrchr(entry->kernel, '/');
	struct text path = { 0 };
	char *target;
	int err;

	err = bare_add_initrds(entries, entry, guest, entry->tree,
			       entry->kernel);
	if (err || entry->initrd_count)
		return err;
	target = tree_link(tree, entry->kernel);
	if (!target)
		return 0;
	if (*target != '/')
		text_add_bytes(&path, entry->kernel,
			       (size_t)(slash - entry->kernel) + 1);
	text_add(&path, target);
	err = text_error(&path);
	if (!err)
		err = bare_add_initrds(entries, entry, guest, entry->tree,
				       text_str(&path));
	text_free(&path);
	free(target);
	return err;
}

static int add_ramdisks(struct entries *entries, struct entry *entry,
			const struct guest *guest, struct reason *why)
{
	const struct settings *s = guest->settings;
	const char *ramdisk = settings_get(s, SETTING_RAMDISK);
	const char *kernel_dev = settings_get(s, SETTING_KERNEL_DEV);
	struct scope scope;
	int err;

	if (strcmp(ramdisk, "none") == 0)
		return 0;
	if (!*ramdisk) {
		err = add_by_name(entries, entry, guest);
		return err ? reason(why, ENOMEM, "no memory") : 0;
	}
	/* What lies beside a kernel from another device is meant first. */
	err = find_scope(&scope, guest, settings_get(s, SETTING_RAMDISK_DEV),
			 *kernel_dev ? (long)entry->tree : -1, "ramdisk", why);
	return err ? err : add_named(entry, guest, &scope, ramdisk, why);
}

/* All about the entry but the files: id, version, title, command line. */
static int describe(struct entry *entry, const struct guest *guest,
		    struct reason *why)
{
	struct os os[ENTRIES_TREES_MAX] = { 0 };
	const char *file = strrchr(entry->kernel, '/');
	struct bare_name name;

	file = file ? file + 1 : entry->kernel;
	if (bare_parse(&name, file, NULL) == 0 && name.is_number)
		entry->version = strdup(name.version + name.number_at);
	else
		entry->version = bare_read_version(&guest->trees[entry->tree],
						   entry->kernel);
	entry->id = strdup(entry->kernel);
	entry->source = strdup(source);
	if (!entry->id || !entry->source)
		return reason(why, ENOMEM, "no memory for the entry");
	os_look_all(os, guest);
	return os_describe(entry, os, guest, why);
}

static int add_self(struct entries *entries, const struct guest *guest,
		    struct reason *why)
{
	struct entry entry = { .is_self = true };
	int err = -ENOMEM;

	entry.id = strdup("self");
	entry.kernel = strdup("self");
	entry.source = strdup(source);
	entry.title = strdup("The guest's own init, under kboot's kernel");
	if (entry.id && entry.kernel && entry.source && entry.title) {
		err = settings_compose(guest->settings, NULL, NULL,
				       &entry.cmdline, why);
		if (err) {
			entries_free_entry(&entry);
			return err;
		}
		err = entries_add(entries, &entry);
	}
	entries_free_entry(&entry);
	return err ? reason(why, -err, "no memory for the entry") : 0;
}

int given_gather(struct entries *entries, const struct guest *guest,
		 struct reason *why)
{
	const struct settings *s = guest->settings;
	const char *kernel = settings_get(s, SETTING_KERNEL);
	struct entry entry = { 0 };
	struct scope scope;
	int err;

	if (!*kernel)
		return 0;
	if (strcmp(kernel, "self") == 0)
		return add_self(entries, guest, why);
	if (guest->tree_count > ENTRIES_TREES_MAX)
		return reason(why, E2BIG, "more than %d file systems",
			      ENTRIES_TREES_MAX);
	err = find_scope(&scope, guest, settings_get(s, SETTING_KERNEL_DEV), -1,
			 "kernel", why);
	if (!err)
		err = find_file(guest, &scope, "kernel", kernel, &entry.tree,
				&entry.kernel, why);
	if (!err)
		err = add_ramdisks(entries, &entry, guest, why);
	if (!err)
		err = describe(&entry, guest, why);
	if (err)
		goto out;
	err = entries_add(entries, &entry);
	if (err)
		err = reason(why, -err, "no memory for the entry");
out:
	entries_free_entry(&entry);
	return err;
}
