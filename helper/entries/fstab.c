/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which tree lies over /boot of another. Goes by the names in fstab(5); asks
 * no device. */
#include "entries/fstab.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/device_name.h"
#include "base/text.h"
#include "entries/os.h"

static const char path[] = "/etc/fstab";

/* A line about a directory that matters here. */
struct point {
	char dir[TREE_HIDDEN_LEN];
	char device[DEVICE_NAME_MAX];
	unsigned int line;
	/* What is mounted there; -1: none of the trees. */
	long tree;
	/* Its device has another name here, or none. */
	bool unsure;
};

/* The file of one root. */
struct fstab {
	struct tree *trees;
	size_t count;
	const size_t *on;
	size_t root;
	struct point points[FSTAB_POINTS_MAX];
	size_t point_count;
	/* It is the file of another root: a copy was made of it. */
	bool foreign;
	/* It has another kernel's name for the root: its other names of that
	 * kind (sda1) are not those of this machine either. */
	bool renamed;
};

/* On which of the caller's trees @tree lies. */
static size_t base_of(const struct fstab *f, size_t tree)
{
	return f->on ? f->on[tree] : tree;
}

static bool is_of_interest(const char *dir)
{
	return strcmp(dir, "/boot") == 0 || strcmp(dir, "/efi") == 0 ||
	       strncmp(dir, "/boot/", 6) == 0;
}

/* "\040" for a blank and so on, in place: fstab(5). */
static void unescape(char *word)
{
	char *to = word;

	for (const char *from = word; *from; from++) {
		if (from[0] == '\\' && strspn(from + 1, "01234567") >= 3 &&
		    from[1] < '4') {
			*to++ = (char)((from[1] - '0') * 64 +
				       (from[2] - '0') * 8 + (from[3] - '0'));
			from += 3;
		} else {
			*to++ = *from;
		}
	}
	*to = '\0';
}

/* UUID="x" is UUID=x. */
static void unquote(char *device)
{
	char *to = device;

	for (const char *from = device; *from; from++)
		if (*from != '"')
			*to++ = *from;
	*to = '\0';
}

/* sda1, vda1, nvme0n1p1: what a kernel calls the devices that it finds, in its
 * own order. */
static bool is_kernel_name(const char *device)
{
	return strncmp(device, "/dev/", 5) == 0 && !strchr(device + 5, '/');
}

/* The tree that goes by the name @device, a view never; or -1. */
static long find_device(const struct fstab *f, const char *device)
{
	for (size_t i = 0; i < f->count; i++)
		if (base_of(f, i) == i && tree_is_device(&f->trees[i], device))
			return (long)i;
	return -1;
}

static void take_point(struct fstab *f, const char *device, const char *dir,
		       unsigned int line)
{
	struct point *p = &f->points[f->point_count];

	if (f->point_count == FSTAB_POINTS_MAX ||
	    strlen(device) >= DEVICE_NAME_MAX ||
	    tree_is_device(&f->trees[f->root], device))
		return;
	(void)snprintf(p->device, sizeof(p->device), "%s", device);
	(void)snprintf(p->dir, sizeof(p->dir), "%s", dir);
	p->line = line;
	p->tree = -1;
	f->point_count++;
}

static void take_root(struct fstab *f, const char *device)
{
	if (tree_is_device(&f->trees[f->root], device))
		return;
	f->foreign |= find_device(f, device) >= 0;
	f->renamed |= is_kernel_name(device);
}

/* One line, which is taken apart. */
static void take_line(struct fstab *f, char *line, unsigned int number)
{
	char *device = strtok_r(line, " \t", &line);
	char *dir = device ? strtok_r(NULL, " \t", &line) : NULL;
	size_t len = dir ? strlen(dir) : 0;

	if (!dir || *device == '#')
		return;
	unescape(device);
	unquote(device);
	while (len > 1 && dir[len - 1] == '/')
		dir[--len] = '\0';
	if (len >= TREE_HIDDEN_LEN)
		return;
	if (strcmp(dir, "/") == 0)
		take_root(f, device);
	else if (is_of_interest(dir))
		take_point(f, device, dir, number);
}

static bool is_root(const struct tree *tree)
{
	struct os os;

	os_look(&os, tree);
	return os.is_root;
}

/* True if a system is on the caller's tree @base or in a subvolume there. */
static bool has_root(const struct fstab *f, long base)
{
	for (size_t i = 0; i < f->count; i++)
		if ((long)base_of(f, i) == base && is_root(&f->trees[i]))
			return true;
	return false;
}

/* Finds the tree of @p by the name that the file has for it. */
static void find_point(const struct fstab *f, struct point *p)
{
	bool by_kernel = is_kernel_name(p->device);

	p->unsure = by_kernel && f->renamed;
	if (!p->unsure)
		p->tree = find_device(f, p->device);
	/* Another system's root is no one's /boot. */
	if (by_kernel && p->tree >= 0 && has_root(f, p->tree)) {
		p->tree = -1;
		p->unsure = true;
	}
}

/* Reads the file of f->root; false if it has none of its own. */
static bool read_file(struct fstab *f, struct entries *notes)
{
	struct text bytes = { 0 };
	struct reason why;
	unsigned int number = 0;
	char *at, *line;
	int err = tree_read(&f->trees[f->root], path, FSTAB_SIZE_MAX, &bytes,
			    &why);

	if (err == -EFBIG && notes)
		entries_reject(notes, path, "%s", why.text);
	at = err ? NULL : bytes.data;
	while ((line = strsep(&at, "\n"))) {
		line[strcspn(line, "\r")] = '\0';
		take_line(f, line, ++number);
	}
	text_free(&bytes);
	for (size_t i = 0; i < f->point_count; i++)
		find_point(f, &f->points[i]);
	return f->point_count && !f->foreign;
}

static bool has_directory(const struct tree *tree, const char *dir)
{
	struct tree_file file;

	return tree_look(tree, dir, &file, NULL) == -EISDIR;
}

static bool is_kernel(const char *name)
{
	return strncmp(name, "vmlinuz-", 8) == 0 ||
	       strncmp(name, "bzImage", 7) == 0;
}

/* True if a boot loader or kernels are right at the top of @tree. */
static bool looks_like_boot(const struct tree *tree)
{
	static const char *const dirs[] = { "/grub", "/grub2", "/loader",
					    "/extlinux", "/syslinux" };
	struct tree_file file;
	struct tree_names names;
	bool ret;

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		if (has_directory(tree, dirs[i]))
			return true;
	if (tree_look(tree, "/extlinux.conf", &file, NULL) == 0)
		return true;
	(void)tree_list(tree, "/", is_kernel, &names, NULL);
	ret = names.count > 0;
	tree_free_names(&names);
	return ret;
}

/* True if @tree can be what is mounted on @dir. */
static bool looks_like(const struct tree *tree, const char *dir)
{
	if (is_root(tree))
		return false;
	return strcmp(dir, "/boot") == 0 ? looks_like_boot(tree)
					 : has_directory(tree, "/EFI");
}

static bool is_taken(const struct fstab *f, size_t tree)
{
	for (size_t i = 0; i < f->point_count; i++)
		if (f->points[i].tree == (long)tree)
			return true;
	return base_of(f, tree) != tree || base_of(f, f->root) == tree;
}

static bool is_mapped(const struct device_name *name)
{
	char mapped[DEVICE_NAME_MAPPED_MAX];

	return name->form == DEVICE_NAME_PATH &&
	       device_name_mapped(name->value, mapped);
}

/* True if a device that is called @own has one name like @other, which is not
 * it. */
static bool is_another(const struct device_name *own,
		       const struct device_name *other)
{
	if (own->form == DEVICE_NAME_PATH)
		return is_mapped(own) && is_mapped(other);
	return own->form == other->form;
}

/* False if @tree's own names tell that it is not @device. */
static bool may_be(const struct tree *tree, const char *device)
{
	struct device_name name, own;

	if (!device_name_parse(device, &name))
		return false;
	if (name.form == DEVICE_NAME_UUID)
		return !*tree->uuid;
	if (name.form == DEVICE_NAME_LABEL)
		return !*tree->label;
	if (device_name_parse(tree->dev, &own) && is_another(&own, &name))
		return false;
	return name.form != DEVICE_NAME_PATH ||
	       strncmp(device, "/dev/", 5) == 0;
}

/* True if there is no second system, whose the other trees may be. */
static bool is_only_root(const struct fstab *f)
{
	for (size_t i = 0; i < f->count; i++)
		if (i != f->root && is_root(&f->trees[i]))
			return false;
	return true;
}

/* The only tree that may be at the point whose device nobody knows, or -1. */
static long guess(const struct fstab *f, const struct point *p)
{
	long found = -1;

	if (p->unsure || !is_only_root(f))
		return -1;
	for (size_t i = 0; i < f->count; i++) {
		if (is_taken(f, i) || !may_be(&f->trees[i], p->device) ||
		    !looks_like(&f->trees[i], p->dir))
			continue;
		if (found >= 0)
			return -1;
		found = (long)i;
	}
	return found;
}

/* How much of @p's directory is the mount point that it lies on; the tree. */
static size_t parent_of(const struct fstab *f, const struct point *p,
			size_t *ret_tree)
{
	size_t best = 0;

	*ret_tree = f->root;
	for (size_t i = 0; i < f->point_count; i++) {
		const struct point *other = &f->points[i];
		size_t len = strlen(other->dir);

		if (other->tree < 0 || len <= best || p->dir[len] != '/' ||
		    strncmp(p->dir, other->dir, len) != 0)
			continue;
		best = len;
		*ret_tree = (size_t)other->tree;
	}
	return best;
}

/* Tells of what @tree has in @dir, below the mount point, if anything. */
static void tell(const struct fstab *f, const struct point *p, size_t tree,
		 const char *dir, struct entries *notes)
{
	const char *name = tree_name(&f->trees[tree]);
	char source[sizeof(path) + 16];
	struct tree_names names = { 0 };

	if (notes)
		(void)tree_list(&f->trees[tree], dir, NULL, &names, NULL);
	(void)snprintf(source, sizeof(source), "%s:%u", path, p->line);
	if (names.count && p->tree >= 0)
		entries_skip(notes, source,
			     "the guest mounts %s (%s) on %s; what %s itself "
			     "has in %s is not looked at",
			     p->device, tree_name(&f->trees[p->tree]), p->dir,
			     name, dir);
	else if (names.count && p->unsure)
		entries_skip(notes, source,
			     "the guest mounts %s on %s, a name of another "
			     "machine; what %s itself has in %s may be old",
			     p->device, p->dir, name, dir);
	else if (names.count)
		entries_skip(notes, source,
			     "the guest mounts %s on %s, which is not among "
			     "the file systems looked at; what %s itself has "
			     "in %s may be old",
			     p->device, p->dir, name, dir);
	tree_free_names(&names);
}

static size_t hide(const struct fstab *f, const struct point *p,
		   struct entries *notes)
{
	size_t tree, skip = parent_of(f, p, &tree);
	const char *dir = p->dir + skip;

	if (tree_is_device(&f->trees[base_of(f, tree)], p->device) ||
	    (long)base_of(f, tree) == p->tree ||
	    tree_is_mounted(&f->trees[tree], dir))
		return 0;
	tell(f, p, tree, dir, notes);
	return p->tree < 0 ? 0 : tree_hide(&f->trees[tree], dir);
}

size_t fstab_hide(struct tree *trees, size_t count, const size_t *on,
		  struct entries *notes)
{
	size_t hidden = 0;

	for (size_t root = 0; root < count; root++) {
		struct fstab f = {
			.trees = trees, .count = count, .on = on, .root = root
		};

		if (!read_file(&f, notes))
			continue;
		for (size_t i = 0; i < f.point_count; i++)
			if (f.points[i].tree < 0)
				f.points[i].tree = guess(&f, &f.points[i]);
		for (size_t i = 0; i < f.point_count; i++)
			hidden += hide(&f, &f.points[i], notes);
	}
	return hidden;
}

void fstab_unhide(struct tree *trees, size_t count)
{
	for (size_t i = 0; i < count; i++)
		memset(trees[i].hidden, 0, sizeof(trees[i].hidden));
}

/* @device as `kboot probe` takes it; NULL: no device's name, or one that it
 * would wait for in vain. */
static char *wanted_name(const char *device)
{
	struct device_name name;

	if (!text_is_clean(device) || !device_name_parse(device, &name))
		return NULL;
	if (name.form == DEVICE_NAME_PATH &&
	    (strncmp(device, "/dev/", 5) != 0 ||
	     strncmp(name.value, "disk/", 5) == 0))
		return NULL;
	return device_name_text(&name);
}

/* What @tree's own file has on /boot. */
static char *boot_of(struct tree *tree)
{
	struct fstab f = { .trees = tree, .count = 1 };

	if (!read_file(&f, NULL) || tree_is_mounted(tree, "/boot"))
		return NULL;
	for (size_t i = 0; i < f.point_count; i++)
		if (strcmp(f.points[i].dir, "/boot") == 0)
			return f.points[i].unsure
				       ? NULL
				       : wanted_name(f.points[i].device);
	return NULL;
}

char *fstab_boot(struct tree *trees, size_t count)
{
	struct tree_file file;

	for (size_t i = 0; i < count; i++)
		if (tree_look(&trees[i], path, &file, NULL) == 0)
			return boot_of(&trees[i]);
	return NULL;
}
