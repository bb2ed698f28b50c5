/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Subvolumes as trees, and the way back. Goes by names: a copy of a btrfs in
 * a directory looks the same. */
#include "entries/views.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "entries/os.h"
#include "entries/place.h"

/* Subvolumes of one file system that are looked at. */
enum { SUBVOLUMES_MAX = 8 };

static bool is_directory(const struct tree *tree, const char *path)
{
	struct tree_file file;

	return tree_look(tree, path, &file, NULL) == -EISDIR;
}

/* True if boot loaders look for something on @tree as it is mounted. */
static bool is_bootable(const struct tree *tree)
{
	static const char *const dirs[] = {
		"/boot", "/grub", "/grub2", "/loader", "/extlinux", "/syslinux",
	};

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		if (is_directory(tree, dirs[i]))
			return true;
	return false;
}

/* What distributions call the subvolume of their root or /boot: "@" and names
 * that begin so (Ubuntu, Debian, Arch, openSUSE), "root" (Fedora). */
static bool is_wanted(const char *name)
{
	return name[0] == '@' || strcmp(name, "root") == 0 ||
	       strcmp(name, "rootfs") == 0;
}

/* 1: it was a subvolume of interest; 0: it was not; -ENOMEM. */
static int add_view(struct views *views, size_t on, const char *name)
{
	struct tree *view = &views->trees[views->count];
	struct os os;
	char *path;
	int err;

	if (!text_is_clean(name))
		return 0;
	if (asprintf(&path, "/%s", name) < 0)
		return -ENOMEM;
	err = tree_open_below(view, &views->trees[on], path, NULL);
	if (!err) {
		os_look(&os, view);
		if (os.is_root || is_bootable(view)) {
			views->on[views->count] = on;
			views->path[views->count++] = path;
			return 1;
		}
	}
	tree_close(view);
	free(path);
	return err == -ENOMEM ? err : 0;
}

static int add_views(struct views *views, size_t on)
{
	const struct tree *tree = &views->trees[on];
	struct tree_names names;
	size_t added = 0;
	struct os os;
	int err = 0;

	os_look(&os, tree);
	if (os.is_root || is_bootable(tree))
		return 0;
	(void)tree_list(tree, "/", is_wanted, &names, NULL);
	for (size_t i = 0; i < names.count && added < SUBVOLUMES_MAX; i++) {
		if (views->count == ENTRIES_TREES_MAX || err < 0)
			break;
		err = add_view(views, on, names.list[i].name);
		added += err == 1;
	}
	tree_free_names(&names);
	return err < 0 ? err : 0;
}

int views_open(struct views *ret, const struct guest *guest)
{
	int err = 0;

	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < guest->tree_count; i++) {
		ret->trees[i] = guest->trees[i];
		ret->on[i] = i;
	}
	ret->borrowed = ret->count = guest->tree_count;
	for (size_t i = 0; !err && i < guest->tree_count; i++)
		err = add_views(ret, i);
	return err;
}

void views_close(struct views *views)
{
	for (size_t i = views->borrowed; i < views->count; i++) {
		tree_close(&views->trees[i]);
		free(views->path[i]);
	}
	memset(views, 0, sizeof(*views));
}

/*
 * The path from the top level to the file at @path of @view. An absolute
 * symlink means something else there: what it leads to is taken then.
 */
static char *path_from_top(const struct views *views, size_t view,
			   const char *path)
{
	const struct tree *top = &views->trees[views->on[view]];
	struct tree_file here, there;
	char *ret, *real;

	if (asprintf(&ret, "%s%s", views->path[view], path) < 0)
		return NULL;
	if (tree_look(&views->trees[view], path, &here, NULL) ||
	    (tree_look(top, ret, &there, NULL) == 0 &&
	     here.inode == there.inode && here.device == there.device))
		return ret;
	if (place_real(&real, &views->trees[view], path))
		return ret;
	free(ret);
	if (asprintf(&ret, "%s%s", views->path[view], real) < 0)
		ret = NULL;
	free(real);
	return ret;
}

/* Maps one path and its tree. */
static int map(const struct views *views, size_t *tree, char **path)
{
	char *mapped;

	if (*tree < views->borrowed)
		return 0;
	mapped = path_from_top(views, *tree, *path);
	if (!mapped)
		return -ENOMEM;
	free(*path);
	*path = mapped;
	*tree = views->on[*tree];
	return 0;
}

int views_map(const struct views *views, struct entry *entry)
{
	int err = map(views, &entry->tree, &entry->kernel);

	for (size_t i = 0; !err && i < entry->initrd_count; i++)
		err = map(views, &entry->initrd[i].tree,
			  &entry->initrd[i].path);
	return err;
}

/* The subvolume that is the root for what is on the view @tree, or NULL. */
static const char *root_of(const struct views *views, size_t tree)
{
	struct os os;

	os_look(&os, &views->trees[tree]);
	if (os.is_root)
		return views->path[tree];
	for (size_t i = views->borrowed; i < views->count; i++) {
		os_look(&os, &views->trees[i]);
		if (views->on[i] == views->on[tree] && os.is_root)
			return views->path[i];
	}
	return NULL;
}

int views_add_rootflags(const struct views *views, size_t tree, char **line)
{
	const char *root, *path;
	char *ret;

	root = strncmp(*line, "root=", 5) == 0 ? *line
					       : strstr(*line, " root=");
	path = tree < views->borrowed ? NULL : root_of(views, tree);
	if (!root || !path || strstr(*line, "rootflags="))
		return 0;
	root += 1 + strcspn(root + 1, " ");
	if (asprintf(&ret, "%.*s rootflags=subvol=%s%s", (int)(root - *line),
		     *line, path + 1, root) < 0)
		return -ENOMEM;
	free(*line);
	*line = ret;
	return 0;
}

char *views_source(const struct views *views, size_t tree, const char *source)
{
	char *ret = NULL;

	if (tree < views->borrowed || *source != '/')
		return strdup(source);
	return asprintf(&ret, "%s%s", views->path[tree], source) < 0 ? NULL
								     : ret;
}
