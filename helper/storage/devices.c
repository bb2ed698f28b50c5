/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of devices, by sysfs. Holds to the kernel's ABI documents:
 * stable/sysfs-block, testing/sysfs-block-dm, testing/sysfs-block-loop; a device
 * mapper UUID with something behind the volume's is private (lvm2 WHATS_NEW
 * 2.02.45, libblkid's sysfs_devno_is_dm_private()).
 */
#include "storage/devices.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/reason.h"
#include "base/text.h"

/* The first line of the attribute @name below the directory @dir. */
static bool attribute(int dir, const char *name, char *ret, size_t size)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (fd < 0)
		return false;
	got = read(fd, ret, size - 1);
	(void)close(fd);
	if (got < 0)
		return false;
	ret[got] = '\0';
	ret[strcspn(ret, "\n")] = '\0';
	return true;
}

static uint64_t number(int dir, const char *name)
{
	char text[32];

	return attribute(dir, name, text, sizeof(text))
		       ? strtoull(text, NULL, 10)
		       : 0;
}

/* The directory @name in @dir, to read entries of; NULL where there is none. */
static DIR *open_list(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *list = fd < 0 ? NULL : fdopendir(fd);

	if (!list && fd >= 0)
		(void)close(fd);
	return list;
}

/* The next entry that is no dot file; NULL after the last. */
static const char *next_name(DIR *list)
{
	struct dirent *entry;

	while ((entry = readdir(list)))
		if (entry->d_name[0] != '.')
			return entry->d_name;
	return NULL;
}

static bool starts_with(const char *s, const char *start)
{
	return strncmp(s, start, strlen(start)) == 0;
}

/* The device directory of @name: @sys/class/block/@name. */
static int open_device_dir(const char *sys, const char *name)
{
	char path[PATH_MAX];
	int len = snprintf(path, sizeof(path), "%s/class/block/%s", sys, name);

	if (len < 0 || (size_t)len >= sizeof(path))
		return -1;
	return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* A loop whose file is in RAM can be no disk of the guest's: it is ours. */
static bool loop_is_ours(int dir)
{
	char file[PATH_MAX];
	struct statfs fs;

	if (!attribute(dir, "loop/backing_file", file, sizeof(file)) ||
	    !file[0])
		return true;
	return statfs(file, &fs) == 0 &&
	       (fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC);
}

/* True if one of the devices that lie below is such a loop. */
static bool stands_on_ours(const char *sys, int dir)
{
	DIR *slaves = open_list(dir, "slaves");
	const char *name;
	bool ours = false;

	while (slaves && !ours && (name = next_name(slaves))) {
		int slave;

		if (!starts_with(name, "loop"))
			continue;
		slave = open_device_dir(sys, name);
		ours = slave >= 0 && loop_is_ours(slave);
		if (slave >= 0)
			(void)close(slave);
	}
	if (slaves)
		(void)closedir(slaves);
	return ours;
}

/* A snapshot's exception store is called like it, and -cow (lvm2). */
static bool is_snapshot(const char *sys, int dir)
{
	DIR *slaves = open_list(dir, "slaves");
	bool found = false;
	const char *name;

	while (slaves && !found && (name = next_name(slaves))) {
		char alias[DEVICES_ALIAS_MAX];
		int slave = open_device_dir(sys, name);
		size_t len;

		if (slave < 0)
			continue;
		if (attribute(slave, "dm/name", alias, sizeof(alias))) {
			len = strlen(alias);
			found = len > 4 && strcmp(alias + len - 4, "-cow") == 0;
		}
		(void)close(slave);
	}
	if (slaves)
		(void)closedir(slaves);
	return found;
}

/* Device mapper's part; false when the device is not for use. */
static bool take_mapped(const char *sys, int dir, struct device *device)
{
	enum { LVM_UUID_LEN = 4 + 2 * 32 };
	char uuid[160] = "";

	(void)attribute(dir, "dm/name", device->alias, sizeof(device->alias));
	(void)attribute(dir, "dm/uuid", uuid, sizeof(uuid));
	/* A read of a suspended device waits until it is resumed. */
	if (number(dir, "dm/suspended") != 0)
		return false;
	if (starts_with(uuid, "LVM-") && strlen(uuid) > LVM_UUID_LEN)
		return false;
	if (stands_on_ours(sys, dir))
		return false;
	device->snapshot = is_snapshot(sys, dir);
	return true;
}

/* The link in dev/md that mdadm makes for the name of an array. */
static void take_array(const char *dev, struct device *device)
{
	char path[PATH_MAX];
	const char *name;
	DIR *links;

	(void)snprintf(path, sizeof(path), "%s/md", dev);
	links = opendir(path);
	while (links && !device->alias[0] && (name = next_name(links))) {
		char target[PATH_MAX];
		ssize_t len = readlinkat(dirfd(links), name, target,
					 sizeof(target) - 1);
		const char *base;

		if (len <= 0 || strlen(name) >= sizeof(device->alias))
			continue;
		target[len] = '\0';
		base = strrchr(target, '/');
		if (strcmp(base ? base + 1 : target, device->name) == 0)
			(void)snprintf(device->alias, sizeof(device->alias),
				       "%s", name);
	}
	if (links)
		(void)closedir(links);
}

/* The disk of a partition: its directory lies in the disk's. */
static void take_disk(int class, const char *name, struct device *device)
{
	char target[PATH_MAX];
	ssize_t len = readlinkat(class, name, target, sizeof(target) - 1);
	char *slash;

	if (len <= 0)
		return;
	target[len] = '\0';
	slash = strrchr(target, '/');
	if (!slash)
		return;
	*slash = '\0';
	slash = strrchr(target, '/');
	if (slash && strlen(slash + 1) < sizeof(device->disk))
		memcpy(device->disk, slash + 1, strlen(slash + 1) + 1);
}

static bool is_held(int dir)
{
	DIR *holders = open_list(dir, "holders");
	bool held = holders && next_name(holders);

	if (holders)
		(void)closedir(holders);
	return held;
}

/* What sysfs says about @name into @device; false if it is not for use. */
static bool describe(const struct devices *devices, int class, int dir,
		     const char *name, struct device *device)
{
	struct stat st;

	*device = (struct device){ 0 };
	device->sectors = number(dir, "size");
	if (device->sectors == 0 || fstat(dir, &st) < 0)
		return false;
	device->inode = st.st_ino;
	(void)snprintf(device->name, sizeof(device->name), "%s", name);
	(void)snprintf(device->path, sizeof(device->path), "%s/%s",
		       devices->dev, name);
	/* A slash in a kernel name is '!' in sysfs (kobject_set_name). */
	for (char *p = device->path; *p; p++)
		if (*p == '!')
			*p = '/';
	if (starts_with(name, "dm-") && !take_mapped(devices->sys, dir, device))
		return false;
	if (starts_with(name, "loop") && loop_is_ours(dir))
		return false;
	device->number = (int)number(dir, "partition");
	if (device->number)
		take_disk(class, name, device);
	else if (starts_with(name, "md"))
		take_array(devices->dev, device);
	device->held = is_held(dir);
	text_clean(device->name);
	text_clean(device->path);
	text_clean(device->alias);
	return true;
}

/* ram0, zram0, fd0: never a guest's disk, and a floppy drive takes seconds. */
static bool is_passed_over(const char *name)
{
	return starts_with(name, "ram") || starts_with(name, "zram") ||
	       (starts_with(name, "fd") && isdigit((unsigned char)name[2])) ||
	       strlen(name) >= DEVICES_NAME_MAX;
}

static int by_name(const void *a, const void *b)
{
	return strverscmp(((const struct device *)a)->name,
			  ((const struct device *)b)->name);
}

struct device *devices_get(const struct devices *devices, const char *name)
{
	for (size_t i = 0; i < devices->count; i++)
		if (strcmp(devices->list[i].name, name) == 0)
			return &devices->list[i];
	return NULL;
}

/* What was found out about @device in the list before stays known. */
static void remember(const struct devices *before, struct device *device)
{
	const struct device *old = devices_get(before, device->name);
	struct device new = *device;

	if (!old || old->inode != device->inode ||
	    old->sectors != device->sectors)
		return;
	*device = *old;
	memcpy(device->alias, new.alias, sizeof(device->alias));
	device->held = new.held;
	device->snapshot = new.snapshot;
}

/* One more element at the end of the list, not filled in; NULL: no memory. */
static struct device *more(struct devices *devices, size_t *room)
{
	struct device *list;

	if (devices->count == *room) {
		size_t wanted = *room ? 2 * *room : 8;

		list = realloc(devices->list, wanted * sizeof(*list));
		if (!list)
			return NULL;
		devices->list = list;
		*room = wanted;
	}
	return &devices->list[devices->count];
}

/* Fills the empty list @now from the directory @class. */
static int scan_class(struct devices *now, const struct devices *before,
		      DIR *class)
{
	size_t room = 0;
	const char *name;

	while (now->count < DEVICES_MAX && (name = next_name(class))) {
		struct device *device;
		int dir;

		if (is_passed_over(name))
			continue;
		device = more(now, &room);
		if (!device)
			return -ENOMEM;
		dir = openat(dirfd(class), name,
			     O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (dir < 0)
			continue;
		if (describe(now, dirfd(class), dir, name, device)) {
			remember(before, device);
			now->count++;
		}
		(void)close(dir);
	}
	return 0;
}

int devices_scan(struct devices *devices, struct reason *why)
{
	struct devices now = { .sys = devices->sys, .dev = devices->dev };
	char path[PATH_MAX];
	DIR *class;
	int err;

	(void)snprintf(path, sizeof(path), "%s/class/block", devices->sys);
	class = opendir(path);
	if (!class)
		return reason(why, errno, "%s: cannot be read: %s", path,
			      strerror(errno));
	err = scan_class(&now, devices, class);
	(void)closedir(class);
	if (err) {
		devices_free(&now);
		return reason(why, -err, "no memory for the list of disks");
	}
	if (now.count)
		qsort(now.list, now.count, sizeof(*now.list), by_name);
	for (size_t i = 0; i < now.count; i++) {
		struct device *disk =
			now.list[i].number ? devices_get(&now, now.list[i].disk)
					   : NULL;

		if (disk)
			disk->partitioned = true;
	}
	devices_free(devices);
	*devices = now;
	return 0;
}

void devices_free(struct devices *devices)
{
	if (!devices)
		return;
	free(devices->list);
	devices->list = NULL;
	devices->count = 0;
}

struct device *devices_add_image(struct devices *devices, const char *path)
{
	size_t room = devices->count;
	struct device *device;
	struct stat st;

	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode) ||
	    strlen(path) >= sizeof(device->path) || !text_is_clean(path))
		return NULL;
	device = more(devices, &room);
	if (!device)
		return NULL;
	*device = (struct device){ .inode = st.st_ino };
	memcpy(device->path, path, strlen(path) + 1);
	devices->count++;
	return device;
}

/* The name of the array that @device is, from the first member that has it. */
static void name_array(struct devices *devices, struct device *device)
{
	int dir = open_device_dir(devices->sys, device->name);
	DIR *slaves = dir < 0 ? NULL : open_list(dir, "slaves");
	const char *name, *colon;

	while (slaves && !device->array[0] && (name = next_name(slaves))) {
		struct device *member = devices_get(devices, name);

		if (!member)
			continue;
		devices_identify(devices, member, CONTENT_MEMBER);
		if (member->content.kind != CONTENT_MD)
			continue;
		/* md(4): set_name is "homehost:name" or "name". */
		colon = strchr(member->content.label, ':');
		(void)snprintf(device->array, sizeof(device->array), "%.100s",
			       colon ? colon + 1 : member->content.label);
	}
	if (slaves)
		(void)closedir(slaves);
	if (dir >= 0)
		(void)close(dir);
}

void devices_name_arrays(struct devices *devices)
{
	for (size_t i = 0; i < devices->count; i++) {
		struct device *device = &devices->list[i];

		if (starts_with(device->name, "md") && !device->number &&
		    !device->array[0])
			name_array(devices, device);
	}
}
