/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Device names to trees. Linux's names for the trees' devices are taken as
 * the order of GRUB's disks (vda is hd0), which is a guess as well; only
 * what search found, and what carries a name of its own (LVM, md), is sure.
 */
#include "entries/grub2_device.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/device_name.h"
#include "entries/place.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A disk's number and a partition's; part 0: the whole disk. */
struct disk {
	unsigned long disk;
	unsigned long part;
};

static bool starts(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A number of at most six digits; moves behind it. */
static bool take_number(const char **p, unsigned long *ret)
{
	const char *start = *p;

	*ret = 0;
	while (is_digit(**p) && *p - start < 6)
		*ret = *ret * 10 + (unsigned long)(*(*p)++ - '0');
	return *p > start && !is_digit(**p);
}

static const char *short_name(const char *dev)
{
	return starts(dev, "/dev/") ? dev + 5 : dev;
}

/* sda2, vdb, xvda1: letters count disks, from "a". */
static bool parse_letters(const char *p, struct disk *ret)
{
	static const char *const stems[] = { "sd", "vd", "xvd", "hd" };
	size_t i = 0;

	while (i < COUNT(stems) && !starts(p, stems[i]))
		i++;
	if (i == COUNT(stems))
		return false;
	p += strlen(stems[i]);
	if (*p < 'a' || *p > 'z')
		return false;
	ret->disk = (unsigned long)(*p++ - 'a');
	if (*p >= 'a' && *p <= 'z')
		ret->disk = (ret->disk + 1) * 26 + (unsigned long)(*p++ - 'a');
	ret->part = 0;
	return !*p || (take_number(&p, &ret->part) && !*p);
}

/* nvme0n1p2, mmcblk0p1 */
static bool parse_numbered(const char *p, struct disk *ret)
{
	unsigned long space;

	if (starts(p, "nvme")) {
		p += 4;
		if (!take_number(&p, &ret->disk) || *p++ != 'n' ||
		    !take_number(&p, &space))
			return false;
	} else if (starts(p, "mmcblk")) {
		p += 6;
		if (!take_number(&p, &ret->disk))
			return false;
	} else {
		return false;
	}
	ret->part = 0;
	if (!*p)
		return true;
	return *p++ == 'p' && take_number(&p, &ret->part) && !*p;
}

/* A device as Linux calls it. */
static bool parse_linux(const char *dev, struct disk *ret)
{
	dev = short_name(dev);
	return parse_letters(dev, ret) || parse_numbered(dev, ret);
}

/* The partition in ",msdos1", ",gpt2", ",3", ",msdos1,bsd2": the first. */
static bool parse_part(const char *p, struct disk *ret)
{
	static const char *const maps[] = { "msdos", "gpt", "apple",
					    "bsd",   "sun", "dfly" };

	if (!*p)
		return true;
	if (*p++ != ',')
		return false;
	for (size_t i = 0; i < COUNT(maps); i++)
		if (starts(p, maps[i])) {
			p += strlen(maps[i]);
			break;
		}
	return take_number(&p, &ret->part) && (!*p || *p == ',');
}

/* A disk as a GRUB calls it: for a PC, a native driver, Xen, grub-emu. */
static bool parse_grub(const char *name, struct disk *ret)
{
	static const char *const stems[] = { "hd", "ahci", "ata", "usb" };
	char dev[32];
	size_t len;

	ret->part = 0;
	if (starts(name, "xen/") || starts(name, "hostdisk/")) {
		name = strchr(name, '/') + 1;
		len = strcspn(name, ",");
		if (len >= sizeof(dev))
			return false;
		memcpy(dev, name, len);
		dev[len] = '\0';
		return parse_linux(dev, ret) && parse_part(name + len, ret);
	}
	for (size_t i = 0; i < COUNT(stems); i++) {
		const char *p = name + strlen(stems[i]);

		if (starts(name, stems[i]) && is_digit(*p))
			return take_number(&p, &ret->disk) &&
			       parse_part(p, ret);
	}
	return false;
}

/* "lvm/vg-lv" for vg/lv and mapper/vg-lv. */
static bool add_volume(struct text *t, const char *dev)
{
	char mapped[DEVICE_NAME_MAPPED_MAX];

	if (starts(dev, "md/") || !device_name_mapped(dev, mapped))
		return false;
	text_addf(t, "lvm/%s", mapped);
	return true;
}

static char *device_name(const struct tree *tree, size_t number)
{
	const char *dev = short_name(tree->dev), *p = dev;
	struct text t = { 0 };
	struct disk disk;
	unsigned long md;

	if (parse_linux(dev, &disk)) {
		text_addf(&t, "hd%lu", disk.disk);
		if (disk.part)
			text_addf(&t, ",gpt%lu", disk.part);
	} else if (starts(dev, "md/")) {
		text_add(&t, dev);
	} else if (starts(dev, "md") && (p += 2, take_number(&p, &md)) && !*p) {
		text_addf(&t, "md/%lu", md);
	} else if (strchr(dev, '=') || !add_volume(&t, dev)) {
		text_addf(&t, "fs%zu", number);
	}
	/* A name ends at the parenthesis. */
	if (strpbrk(text_str(&t), "() \t")) {
		text_free(&t);
		text_addf(&t, "fs%zu", number);
	}
	return text_take(&t);
}

char **grub2_device_names(const struct guest *guest)
{
	char **names = calloc(guest->tree_count + 1, sizeof(*names));

	for (size_t i = 0; names && i < guest->tree_count; i++) {
		names[i] = device_name(&guest->trees[i], i);
		for (size_t k = 0; names[i] && k < i; k++)
			if (strcmp(names[i], names[k]) == 0) {
				free(names[i]);
				if (asprintf(&names[i], "fs%zu", i) < 0)
					names[i] = NULL;
				break;
			}
		if (names[i])
			continue;
		while (i)
			free(names[--i]);
		free(names);
		return NULL;
	}
	return names;
}

/* The one tree whose device is of the kind that @stem begins, or -1. */
static long only_one(const struct guest *guest, const char *stem)
{
	long found = -1;

	for (size_t i = 0; i < guest->tree_count; i++) {
		if (!starts(short_name(guest->trees[i].dev), stem))
			continue;
		if (found >= 0)
			return -1;
		found = (long)i;
	}
	return found;
}

/* The likeliest tree for a name that is none of ours. */
static size_t guess(const struct grub2_run *run, const char *name)
{
	const struct guest *guest = run->guest;
	struct disk want, have;
	long found = -1;

	if (starts(name, "md"))
		found = only_one(guest, "md");
	else if (starts(name, "crypto"))
		found = only_one(guest, "mapper/");
	else if (parse_grub(name, &want))
		for (size_t i = 0; i < guest->tree_count; i++) {
			if (!parse_linux(guest->trees[i].dev, &have) ||
			    have.part != want.part)
				continue;
			if (have.disk == want.disk)
				return i;
			if (found < 0)
				found = (long)i;
		}
	return found < 0 ? run->home : (size_t)found;
}

size_t grub2_device_find(const struct grub2_run *run, const char *name,
			 bool *ret_sure)
{
	struct disk disk;

	for (size_t i = 0; i < run->guest->tree_count; i++)
		if (strcmp(run->devices[i], name) == 0) {
			*ret_sure = run->found[i] || !parse_grub(name, &disk);
			return i;
		}
	*ret_sure = false;
	return guess(run, name);
}

/* Devices that no tree can be. */
static bool is_elsewhere(const struct grub2_run *run, const char *name,
			 struct reason *why)
{
	static const char *const nets[] = { "tftp", "http", "https", "pxe",
					    "nfs" };

	for (const struct grub2_loopback *loop = run->loopbacks; loop;
	     loop = loop->next) {
		if (!starts(name, loop->name) ||
		    (name[strlen(loop->name)] &&
		     name[strlen(loop->name)] != ','))
			continue;
		(void)reason(why, ENODEV, "%s", loop->why);
		return true;
	}
	for (size_t i = 0; i < COUNT(nets); i++)
		if (starts(name, nets[i]) &&
		    strchr(",:", name[strlen(nets[i])])) {
			(void)reason(
				why, ENODEV,
				"(%s): is on the network, which kboot does not read",
				name);
			return true;
		}
	if (strcmp(name, "memdisk") == 0 || strcmp(name, "proc") == 0) {
		(void)reason(why, ENODEV,
			     "(%s): is inside GRUB itself, on no disk", name);
		return true;
	}
	return false;
}

/* True if a tree has the name, or one that begins with @stem. */
static bool is_tree(const struct grub2_run *run, const char *name,
		    const char *stem)
{
	struct disk want, have;
	bool is_disk = parse_grub(name, &want);

	for (size_t i = 0; i < run->guest->tree_count; i++)
		if (strcmp(run->devices[i], name) == 0 ||
		    (stem && starts(run->devices[i], stem)) ||
		    (is_disk && parse_linux(run->guest->trees[i].dev, &have) &&
		     have.disk == want.disk && have.part == want.part))
			return true;
	return false;
}

/* True if each tree is known to be on a partition, by another number. */
static bool is_no_partition(const struct grub2_run *run,
			    const struct disk *want)
{
	struct disk have;

	for (size_t i = 0; i < run->guest->tree_count; i++) {
		const struct tree *tree = &run->guest->trees[i];

		if (!*tree->uuid || !parse_linux(tree->dev, &have) ||
		    !have.part || have.part == want->part)
			return false;
	}
	return want->part != 0;
}

/*
 * A device that a search for a UUID has not found on any tree. The first disk
 * may be here for all that: a copy of it has a new UUID, but no new partitions.
 * Volumes and arrays that go by an id of theirs may be one that is here.
 */
static bool is_absent(const struct grub2_run *run, const char *name,
		      struct reason *why)
{
	const struct grub2_missed *missed = &run->missed;
	const char *stem = NULL;
	struct disk disk;

	if (!*missed->uuid || strcmp(missed->device, name) != 0)
		return false;
	if (starts(name, "lvmid/"))
		stem = "lvm/";
	else if (starts(name, "mduuid/"))
		stem = "md/";
	else if (!starts(name, "lvm/") && !starts(name, "md/") &&
		 (!parse_grub(name, &disk) ||
		  (!disk.disk &&
		   (run->is_lenient || !is_no_partition(run, &disk)))))
		return false;
	if (is_tree(run, name, stem))
		return false;
	(void)reason(why, ENODEV, "(%s): no file system with UUID %s is here",
		     name, missed->uuid);
	return true;
}

bool grub2_device_place(const struct grub2_run *run, const char *spec,
			struct grub2_place *ret, struct reason *why)
{
	const char *root = grub2_run_get(run, "root"), *close;
	char name[256];
	size_t len = strlen(root);

	ret->path = spec;
	if (*spec == '(') {
		close = strchr(spec, ')');
		if (!close) {
			(void)reason(why, EINVAL,
				     "%s: a device without its `)'", spec);
			return false;
		}
		root = spec + 1;
		len = (size_t)(close - root);
		ret->path = close + 1;
	}
	if (!len || len >= sizeof(name)) {
		(void)reason(why, EINVAL, "%s: names no device", spec);
		return false;
	}
	memcpy(name, root, len);
	name[len] = '\0';
	if (is_elsewhere(run, name, why) || is_absent(run, name, why))
		return false;
	ret->tree = grub2_device_find(run, name, &ret->sure);
	return true;
}

/*
 * ZFS, "/BOOT/ubuntu_1@/vmlinuz": what is behind the data set, which is what
 * is mounted. NULL: there is none, or it is a snapshot ("@name").
 */
static const char *behind_dataset(const char *path)
{
	const char *at = strstr(path, "@/");

	return at && at > path + 1 ? at + 1 : NULL;
}

/* True if @b is another subvolume or data set of the file system @a, and not a
 * copy of it on another partition. */
static bool is_same_system(const struct guest *guest, size_t a, size_t b)
{
	const struct tree *one = &guest->trees[a], *other = &guest->trees[b];
	struct disk disk;

	return a != b && *one->uuid &&
	       strcasecmp(one->uuid, other->uuid) == 0 &&
	       (!parse_linux(one->dev, &disk) ||
		!parse_linux(other->dev, &disk) ||
		strcmp(short_name(one->dev), short_name(other->dev)) == 0);
}

static int find_file(const struct grub2_run *run,
		     const struct grub2_place *place, const char *path,
		     const char *what, size_t *ret_tree, char **ret_path,
		     struct reason *why)
{
	int err;

	if (!place->sure)
		return place_find(ret_tree, ret_path, run->guest, place->tree,
				  what, path, why);
	*ret_tree = place->tree;
	err = place_find_on(ret_path, run->guest, place->tree, what, path, why);
	for (size_t i = 0; err == -ENOENT && i < run->guest->tree_count; i++) {
		if (!is_same_system(run->guest, place->tree, i) ||
		    place_find_on(ret_path, run->guest, i, what, path, NULL))
			continue;
		*ret_tree = i;
		err = 0;
	}
	return err;
}

int grub2_device_file(struct grub2_run *run, const char *spec, const char *what,
		      size_t *ret_tree, char **ret_path, struct reason *why)
{
	struct grub2_place place;
	const char *behind;
	int err;

	if (!grub2_run_step(run, GRUB2_STEPS_FILE))
		return reason(why, E2BIG, "%s", run->limit.text);
	if (!grub2_device_place(run, spec, &place, why))
		return -ENODEV;
	/* GRUB takes anything else for a list of blocks. */
	if (*place.path != '/')
		return reason(why, ENOENT,
			      "%s missing: %s does not begin with `/'", what,
			      spec);
	err = find_file(run, &place, place.path, what, ret_tree, ret_path, why);
	behind = err == -ENOENT ? behind_dataset(place.path) : NULL;
	if (behind &&
	    find_file(run, &place, behind, what, ret_tree, ret_path, NULL) == 0)
		err = 0;
	return err;
}

int grub2_device_read(struct grub2_run *run, const char *spec, const char *what,
		      size_t max, struct text *ret, size_t *ret_tree,
		      char **ret_path, struct reason *why)
{
	int err = grub2_device_file(run, spec, what, ret_tree, ret_path, why);

	if (err)
		return err;
	err = tree_read(&run->guest->trees[*ret_tree], *ret_path, max, ret,
			why);
	if (err) {
		free(*ret_path);
		*ret_path = NULL;
		return err;
	}
	(void)grub2_run_step(run,
			     GRUB2_STEPS_READ + ret->len / GRUB2_READ_STEP);
	return 0;
}

/* When the file was last written to; 0: not known. */
static time_t changed(const struct tree *tree, const char *path)
{
	struct stat st;
	time_t ret = 0;
	int fd;

	if (tree_open_file(tree, path, &fd, NULL))
		return 0;
	if (fstat(fd, &st) == 0)
		ret = st.st_mtime;
	(void)close(fd);
	return ret;
}

/* False if GRUB does not call @tree's device @name, which is not the name
 * that it has in run->devices. */
static bool may_be(const struct tree *tree, const char *name)
{
	const char *dev = short_name(tree->dev);
	struct disk want, have;

	if (!*dev || strchr(dev, '=') || starts(dev, "disk/") ||
	    starts(dev, "dm-"))
		return true;
	if (starts(name, "md/") || starts(name, "mduuid/"))
		return starts(dev, "md");
	if (starts(name, "lvm/"))
		return false;
	if (starts(name, "lvmid/"))
		return strchr(dev, '/') && !starts(dev, "md/");
	if (starts(name, "crypto"))
		return starts(dev, "mapper/");
	if (!parse_grub(name, &want))
		return true;
	/* A disk may be a partition elsewhere: Xen hands over single ones. */
	if (parse_linux(dev, &have))
		return !have.part || !want.part || have.part == want.part;
	return !starts(dev, "md") && !strchr(dev, '/');
}

/*
 * True if @spec begins with a device that none of the trees can be: then GRUB,
 * too, finds nothing there, if the guest has that device or not. The disk in
 * $root is not judged: it is one of the trees, by the name of another machine.
 */
static bool names_no_tree(const struct grub2_run *run, const char *spec)
{
	size_t len = strcspn(spec, ")");
	struct disk disk;
	bool ret = true;
	char *name;

	if (*spec != '(' || !spec[len])
		return false;
	name = strndup(spec + 1, len - 1);
	if (!name || (strcmp(name, grub2_run_get(run, "root")) == 0 &&
		      parse_grub(name, &disk)))
		ret = false;
	for (size_t i = 0; ret && i < run->guest->tree_count; i++)
		ret = strcmp(run->devices[i], name) != 0 &&
		      !may_be(&run->guest->trees[i], name);
	free(name);
	return ret;
}

/* What is at @path of one tree; false: nothing. */
static bool look_on(const struct guest *guest, size_t on, const char *path,
		    struct grub2_look *ret)
{
	const struct tree *tree = &guest->trees[on];
	struct tree_file file = { 0 };
	char *other;
	int err;

	if (!*path) {
		ret->exists = ret->is_dir = true;
		return true;
	}
	err = tree_look(tree, path, &file, NULL);
	if (err && err != -EISDIR && err != -ENODEV) {
		other = tree_link(tree, path);
		ret->exists = other;
		free(other);
		if (ret->exists)
			return true;
		if (place_find_on(&other, guest, on, "file", path, NULL) == 0) {
			(void)tree_look(tree, other, &file, NULL);
			ret->exists = true;
			ret->size = file.size;
			ret->changed = changed(tree, other);
			free(other);
			return true;
		}
		/* A directory in the subvolume that is mounted. */
		if (!starts(path, "/@") || !strchr(path + 1, '/'))
			return false;
		path = strchr(path + 1, '/');
		err = tree_look(tree, path, &file, NULL);
		if (err != -EISDIR)
			return false;
	}
	ret->exists = true;
	ret->is_dir = err == -EISDIR;
	ret->size = file.size;
	if (ret->is_dir) {
		other = tree_link(tree, path);
		ret->is_dir = !other;
		free(other);
	}
	if (err == 0)
		ret->changed = changed(tree, path);
	return true;
}

/* The same where @place may be: on other trees if it is a guess, and on others
 * of the same file system. */
static bool look_at(const struct grub2_run *run,
		    const struct grub2_place *place, const char *path,
		    struct grub2_look *ret)
{
	const struct guest *guest = run->guest;

	if (look_on(guest, place->tree, path, ret))
		return true;
	for (size_t i = 0; i < guest->tree_count; i++)
		if (i != place->tree &&
		    (!place->sure || is_same_system(guest, place->tree, i)) &&
		    look_on(guest, i, path, ret))
			return true;
	return false;
}

void grub2_device_look(struct grub2_run *run, const char *spec,
		       struct grub2_look *ret)
{
	struct grub2_place place;
	const char *behind;
	size_t len;
	char *path;

	memset(ret, 0, sizeof(*ret));
	if (!grub2_run_step(run, GRUB2_STEPS_FILE) ||
	    names_no_tree(run, spec) ||
	    !grub2_device_place(run, spec, &place, NULL))
		return;
	len = strlen(place.path);
	while (len && place.path[len - 1] == '/')
		len--;
	if (len >= 4096 || (len && *place.path != '/'))
		return;
	path = strndup(place.path, len);
	if (!path) {
		grub2_run_no_memory(run);
		return;
	}
	behind = behind_dataset(path);
	if (!look_at(run, &place, path, ret) && behind)
		(void)look_at(run, &place, behind, ret);
	free(path);
}
