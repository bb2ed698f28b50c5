/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Paths of boot configurations to files of trees. A path is tried in several
 * forms, because a configuration speaks of the file systems as its loader
 * sees them, and the trees are mounted as the guest or kboot mounts them.
 * Opens nothing.
 */
#include "entries/place.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

enum {
	/* As long as Linux takes one (PATH_MAX). */
	PATH_LEN_MAX = 4096,
	/* Symlinks in one path: Linux's own limit. */
	LINKS_MAX = 40,
	/* "/@/.snapshots/1/snapshot" */
	SUBVOLUME_PARTS_MAX = 4,
};

static const char boot[] = "/boot";

/* A path that is being followed. */
struct walk {
	/* Resolved: "" for the root, or "/a/b". */
	struct text done;
	/* What is to be resolved still. */
	struct text rest;
	size_t links;
};

/* Takes the last component off what is resolved. */
static void to_parent(struct text *done)
{
	while (done->len && done->data[done->len - 1] != '/')
		done->len--;
	if (done->len)
		done->len--;
	if (done->data)
		done->data[done->len] = '\0';
}

/* Puts the symlink @target in place of the component resolved last. */
static int follow(struct walk *w, const char *target, const char *behind_it)
{
	struct text next = { 0 };

	if (++w->links > LINKS_MAX)
		return -ELOOP;
	if (*target == '/')
		text_free(&w->done);
	else
		to_parent(&w->done);
	text_addf(&next, "%s%s", target, behind_it);
	text_free(&w->rest);
	w->rest = next;
	return 0;
}

/* Takes one component from what is left. 1: there was none. */
static int step(struct walk *w, const struct tree *tree, size_t *at)
{
	const char *part = text_str(&w->rest) + *at, *end;
	char *target;
	int err;

	part += strspn(part, "/");
	end = part + strcspn(part, "/");
	*at = (size_t)(end - text_str(&w->rest));
	if (part == end)
		return 1;
	if (strncmp(part, ".", (size_t)(end - part)) == 0)
		return 0;
	if (strncmp(part, "..", (size_t)(end - part)) == 0) {
		to_parent(&w->done);
		return 0;
	}
	text_add_char(&w->done, '/');
	text_add_bytes(&w->done, part, (size_t)(end - part));
	if (w->done.len >= PATH_LEN_MAX || w->rest.len > 2 * PATH_LEN_MAX)
		return -ENAMETOOLONG;
	target = tree ? tree_link(tree, text_str(&w->done)) : NULL;
	if (!target)
		return 0;
	err = follow(w, target, end);
	*at = 0;
	free(target);
	return err;
}

/*
 * The path that @path leads to on @tree when all symlinks are followed as far
 * as they are there; without @tree the names alone are gone by. Slashes, "."
 * and ".." are gone.
 */
static int expand(char **ret, const struct tree *tree, const char *path)
{
	struct walk w = { 0 };
	size_t at = 0;
	int err;

	text_add(&w.rest, path);
	do
		err = step(&w, tree, &at);
	while (err == 0);
	if (err == 1) {
		if (!w.done.len)
			text_add_char(&w.done, '/');
		*ret = text_error(&w.rest) ? NULL : text_take(&w.done);
		err = *ret ? 0 : -ENOMEM;
	}
	text_free(&w.rest);
	text_free(&w.done);
	return err;
}

/* True if @path is @dir or lies below it. */
static bool is_below(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	return strncmp(path, dir, len) == 0 && (path[len] == '/' || !path[len]);
}

/* The part behind the first @count components, or NULL. */
static const char *behind(const char *path, size_t count)
{
	for (; count; count--) {
		path = strchr(path + 1, '/');
		if (!path)
			return NULL;
	}
	return path;
}

/*
 * True if the first @parts components of @path can name a subvolume. Any name
 * can; what gives it away is /boot behind it, the habit of an "@" before it,
 * or that snapper made it.
 */
static bool is_subvolume(const char *path, size_t parts)
{
	const char *rest = behind(path, parts);
	const char *name = parts > 3 ? behind(path, parts - 3) : path;

	/* Below it is another snapshot than the one that is mounted. */
	if (!rest || is_below(path, "/.snapshots"))
		return false;
	if (is_below(rest, boot))
		return true;
	if (parts == 1)
		return path[1] == '@';
	return parts > 3 && is_below(name, "/.snapshots") &&
	       is_below(behind(name, 2), "/snapshot");
}

/* A form of the path that may exist, or NULL: none of this number. */
static char *form(const char *path, size_t number)
{
	const char *rest;
	char *ret = NULL;
	size_t parts;

	if (number == 0)
		return strdup(path);
	if (number == 1)
		return is_below(path, boot) && path[5] ? strdup(path + 5)
						       : NULL;
	if (number == 2)
		return asprintf(&ret, "%s%s", boot, path) < 0 ? NULL : ret;
	parts = (number - 3) / 2 + 1;
	rest = behind(path, parts);
	if (!is_subvolume(path, parts))
		return NULL;
	if (number % 2)
		return strdup(rest);
	/* A boot subvolume "@boot", mounted on /boot */
	return asprintf(&ret, "%s%s", boot, rest) < 0 ? NULL : ret;
}

enum { FORMS = 3 + 2 * SUBVOLUME_PARTS_MAX };

/* A regular file at @path on @tree: 0, or why not. */
static int look(const struct tree *tree, const char *path, struct reason *why)
{
	struct tree_file file;
	int err = tree_look(tree, path, &file, why);

	return err == -ENOTDIR ? -ENOENT : err;
}

/* True if letters of either case are one in @path although @tree is no FAT: an
 * ESP was copied there, or its files below. */
static bool holds_esp(const struct tree *tree, const char *path)
{
	struct tree_file file;

	return strcasestr(path, "/EFI/") ||
	       tree_look(tree, "/EFI", &file, NULL) == -EISDIR;
}

int place_exactly(char **ret, const struct tree *tree, const char *path,
		  struct reason *why)
{
	int err = look(tree, path, why);
	char *real = NULL;

	if (err == 0)
		real = tree_ignores_case(tree) ? tree_real_case(tree, path)
					       : strdup(path);
	else if (err == -ENOENT && !tree_ignores_case(tree) &&
		 holds_esp(tree, path))
		real = tree_real_case(tree, path);
	if (err == -ENOENT && real)
		err = look(tree, real, why);
	if (err == 0 && !real)
		err = reason(why, ENOMEM, "no memory for %s", path);
	if (err == 0)
		*ret = real;
	else
		free(real);
	return err;
}

/*
 * The file that the clean @path means on @tree. -ENOENT: none; -ENOMEM; any
 * other error is of a form that is there and no file to load.
 */
static int find_on(char **ret, const struct tree *tree, const char *path,
		   struct reason *why)
{
	int first = -ENOENT;

	for (size_t i = 0; i < FORMS; i++) {
		struct reason problem;
		char *try = form(path, i);
		int err;

		if (!try)
			continue;
		err = place_exactly(ret, tree, try, &problem);
		free(try);
		if (err == 0)
			return 0;
		if (err != -ENOENT && first == -ENOENT) {
			first = err;
			*why = problem;
		}
	}
	return first;
}

/* The same on all trees but @on, in their order. */
static int find_elsewhere(size_t *ret_tree, char **ret_path,
			  const struct guest *guest, size_t on,
			  const char *path, struct reason *why)
{
	for (size_t i = 0; i < guest->tree_count; i++) {
		int err = -ENOENT;

		if (i != on)
			err = find_on(ret_path, &guest->trees[i], path, why);
		if (err == 0)
			*ret_tree = i;
		if (err != -ENOENT)
			return err;
	}
	return -ENOENT;
}

/* What a symlink on @on means that leads into another file system. */
static int find_behind_links(size_t *ret_tree, char **ret_path,
			     const struct guest *guest, size_t on,
			     const char *path, struct reason *why)
{
	int err = -ENOENT;

	for (size_t i = 0; err == -ENOENT && i < FORMS; i++) {
		char *try = form(path, i), *target;

		if (!try)
			continue;
		if (expand(&target, &guest->trees[on], try) == 0) {
			if (strcmp(target, try) != 0)
				err = find_elsewhere(ret_tree, ret_path, guest,
						     on, target, why);
			free(target);
		}
		free(try);
	}
	return err;
}

static int find(size_t *ret_tree, char **ret_path, const struct guest *guest,
		size_t on, bool others, const char *what, const char *path,
		struct reason *why)
{
	bool up = strstr(path, "..") != NULL;
	struct reason unwanted;
	char *clean = NULL;
	int err;

	why = why ? why : &unwanted;
	if (!text_is_clean(path))
		return reason(why, EINVAL, "%s: control characters in %s", what,
			      path);
	if (strlen(path) >= PATH_LEN_MAX)
		return reason(why, ENAMETOOLONG, "%s: a path of %zu bytes",
			      what, strlen(path));
	/* ".." of a symlinked directory is where the link leads to. */
	err = expand(&clean, up ? &guest->trees[on] : NULL, path);
	if (err)
		return reason(why, -err, "%s: %s: %s", what, path,
			      strerror(-err));
	err = find_on(ret_path, &guest->trees[on], clean, why);
	if (err == 0)
		*ret_tree = on;
	if (err == -ENOENT && others)
		err = find_behind_links(ret_tree, ret_path, guest, on, clean,
					why);
	if (err == -ENOENT && others)
		err = find_elsewhere(ret_tree, ret_path, guest, on, clean, why);
	if (err == -ENOENT)
		err = reason(why, ENOENT, "%s missing: %s", what, clean);
	free(clean);
	return err;
}

int place_find(size_t *ret_tree, char **ret_path, const struct guest *guest,
	       size_t on, const char *what, const char *path,
	       struct reason *why)
{
	return find(ret_tree, ret_path, guest, on, true, what, path, why);
}

int place_find_on(char **ret_path, const struct guest *guest, size_t on,
		  const char *what, const char *path, struct reason *why)
{
	const struct guest alone = { .trees = &guest->trees[on],
				     .tree_count = 1,
				     .settings = guest->settings };
	size_t tree;

	return find(&tree, ret_path, &alone, 0, false, what, path, why);
}

int place_real(char **ret, const struct tree *tree, const char *path)
{
	return expand(ret, tree, path);
}

/* ZFS: GRUB writes the pool's number as 16 digits of base 16 (zfs.c,
 * grub_zfs_uuid()), libblkid as a decimal number. */
static bool is_same_number(const char *decimal, const char *hex)
{
	const char *const digits = "0123456789abcdefABCDEF";
	size_t len = strspn(decimal, "0123456789");
	unsigned long long number;

	if (!len || decimal[len] || strlen(hex) != 16 ||
	    strspn(hex, digits) != 16)
		return false;
	errno = 0;
	number = strtoull(decimal, NULL, 10);
	return errno == 0 && number == strtoull(hex, NULL, 16);
}

long place_by_uuid(const struct guest *guest, const char *uuid)
{
	for (size_t i = 0; *uuid && i < guest->tree_count; i++)
		if (strcasecmp(guest->trees[i].uuid, uuid) == 0 ||
		    is_same_number(guest->trees[i].uuid, uuid))
			return (long)i;
	return -1;
}

long place_by_label(const struct guest *guest, const char *label)
{
	for (size_t i = 0; *label && i < guest->tree_count; i++)
		if (strcmp(guest->trees[i].label, label) == 0)
			return (long)i;
	return -1;
}

int place_kernel(struct entry *entry, const struct guest *guest, size_t on,
		 const char *path, struct reason *why)
{
	char *found;
	int err = place_find(&entry->tree, &found, guest, on, "kernel", path,
			     why);

	if (err)
		return err;
	free(entry->kernel);
	entry->kernel = found;
	return 0;
}

int place_initrd(struct entry *entry, const struct guest *guest, size_t on,
		 const char *path, struct reason *why)
{
	size_t tree;
	char *found;
	int err = place_find(&tree, &found, guest, on, "initrd", path, why);

	if (err == -ENOENT)
		entry->incomplete = true;
	if (err)
		return err;
	err = entries_add_initrd(entry, tree, found);
	free(found);
	return err ? entries_no_memory(why) : 0;
}
