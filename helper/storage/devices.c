/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sysfs, and names. Holds to the kernel's ABI documents: stable/sysfs-block,
 * testing/sysfs-block-dm, testing/sysfs-block-loop; a device mapper UUID with
 * something behind the volume's is private (lvm2 WHATS_NEW 2.02.45, libblkid's
 * sysfs_devno_is_dm_private()).
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
#include <strings.h>
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

static struct device *named(const struct devices *devices, const char *name)
{
	for (size_t i = 0; i < devices->count; i++)
		if (strcmp(devices->list[i].name, name) == 0)
			return &devices->list[i];
	return NULL;
}

/* What was found out about @device in the list before stays known. */
static void remember(const struct devices *before, struct device *device)
{
	const struct device *old = named(before, device->name);
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
		struct device *disk = now.list[i].number
					      ? named(&now, now.list[i].disk)
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

static void forget(struct device *device)
{
	device->depth = CONTENT_UNREAD;
	device->content = (struct content){ 0 };
	device->table_read = false;
	device->partuuid[0] = '\0';
	device->partlabel[0] = '\0';
	device->array[0] = '\0';
	device->inside_member = false;
	device->absent = false;
	/* Without the barrier nothing is read. */
	if (device->step != DEVICES_BARRIER)
		device->error = 0;
}

void devices_forget(struct devices *devices, const char *name)
{
	for (size_t i = 0; i < devices->count; i++)
		if (!name || strcmp(devices->list[i].name, name) == 0 ||
		    strcmp(devices->list[i].disk, name) == 0)
			forget(&devices->list[i]);
}

void devices_fail(struct device *device, int error, enum devices_step step)
{
	if (error == -ENOENT || error == -ENXIO || error == -ENODEV ||
	    error == -ENOMEDIUM)
		device->absent = true;
	device->error = error;
	device->step = step;
}

const char *devices_trouble(const struct device *device, char *buffer,
			    size_t size)
{
	static const char *const words[] = {
		[DEVICES_BARRIER] = "cannot be made read-only",
		[DEVICES_OPEN] = "cannot be opened",
		[DEVICES_READ] = "cannot be read",
	};

	if (!device->error)
		return NULL;
	(void)snprintf(buffer, size, "%s: %s", words[device->step],
		       strerror(-device->error));
	return buffer;
}

/* A descriptor of @device for libblkid, or -1 with the trouble noted. */
static int open_device(struct device *device)
{
	/* O_NONBLOCK: an empty drive answers at once, its tray stays open. */
	int fd = open(device->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		devices_fail(device, -errno, DEVICES_OPEN);
	return fd;
}

void devices_identify(struct devices *devices, struct device *device,
		      enum content_depth depth)
{
	struct device *disk =
		device->number ? named(devices, device->disk) : NULL;
	struct content content;
	int fd, err;

	if (device->error || device->depth >= depth)
		return;
	if (disk) {
		devices_identify(devices, disk, CONTENT_MEMBER);
		device->inside_member = disk->content.kind == CONTENT_MD;
	}
	device->depth = depth;
	if (device->inside_member)
		return;
	fd = open_device(device);
	if (fd < 0)
		return;
	err = content_identify(fd, depth, &content);
	(void)close(fd);
	if (!err)
		device->content = content;
	else if (depth != CONTENT_ALL || err == -ENOMEDIUM)
		devices_fail(device, err, DEVICES_READ);
}

/* PARTUUID and PARTLABEL of all partitions of @disk. */
static void read_table(struct devices *devices, struct device *disk)
{
	struct content_table table;
	int fd;

	if (disk->table_read || disk->error)
		return;
	disk->table_read = true;
	fd = open_device(disk);
	if (fd < 0)
		return;
	/* Without a table nothing has a PARTUUID: no more than that. */
	if (content_table(fd, &table)) {
		(void)close(fd);
		return;
	}
	(void)close(fd);
	for (size_t i = 0; i < devices->count; i++) {
		struct device *device = &devices->list[i];

		if (!device->number || strcmp(device->disk, disk->name) != 0)
			continue;
		for (size_t k = 0; k < table.count; k++) {
			const struct content_partition *entry = &table.list[k];

			if (entry->number != device->number)
				continue;
			memcpy(device->partuuid, entry->uuid,
			       sizeof(device->partuuid));
			memcpy(device->partlabel, entry->label,
			       sizeof(device->partlabel));
		}
	}
	content_table_free(&table);
}

void devices_read_tables(struct devices *devices)
{
	for (size_t i = 0; i < devices->count; i++)
		if (devices->list[i].partitioned)
			read_table(devices, &devices->list[i]);
}

/* The name of the array that @device is, from the first member that has it. */
static void name_array(struct devices *devices, struct device *device)
{
	int dir = open_device_dir(devices->sys, device->name);
	DIR *slaves = dir < 0 ? NULL : open_list(dir, "slaves");
	const char *name, *colon;

	while (slaves && !device->array[0] && (name = next_name(slaves))) {
		struct device *member = named(devices, name);

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

unsigned int devices_rank(const struct device *device)
{
	if (device->held)
		return 3;
	if (device->partitioned)
		return 2;
	return device->snapshot ? 1 : 0;
}

/* ---- names ---- */

/* A name taken apart: its form, and the value without prefix and quotes. */
struct name {
	enum devices_form form;
	char value[CONTENT_LABEL_MAX];
	/* PARTNROFF= */
	int offset;
};

static const struct {
	const char *start;
	enum devices_form form;
} forms[] = {
	{ "UUID=", DEVICES_BY_UUID },
	{ "LABEL=", DEVICES_BY_LABEL },
	{ "PARTUUID=", DEVICES_BY_PARTUUID },
	{ "PARTLABEL=", DEVICES_BY_PARTLABEL },
	{ "/dev/disk/by-uuid/", DEVICES_BY_UUID },
	{ "/dev/disk/by-label/", DEVICES_BY_LABEL },
	{ "/dev/disk/by-partuuid/", DEVICES_BY_PARTUUID },
	{ "/dev/disk/by-partlabel/", DEVICES_BY_PARTLABEL },
	{ "/dev/", DEVICES_BY_PATH },
	{ "", DEVICES_BY_PATH },
};

/* PARTUUID=x/PARTNROFF=n: the n-th partition from x (kernel, devt_from_partuuid). */
static void take_offset(struct name *name)
{
	char *slash = strchr(name->value, '/');
	char *end;
	long offset;

	if (!slash || !starts_with(slash, "/PARTNROFF="))
		return;
	offset = strtol(slash + strlen("/PARTNROFF="), &end, 10);
	if (*end || end == slash + strlen("/PARTNROFF=") ||
	    offset < -CONTENT_PARTITIONS_MAX || offset > CONTENT_PARTITIONS_MAX)
		return;
	name->offset = (int)offset;
	*slash = '\0';
}

/* False for a name too long to be any. */
static bool parse(const char *text, struct name *ret)
{
	const char *quote;
	size_t i = 0, len;

	*ret = (struct name){ 0 };
	while (!starts_with(text, forms[i].start))
		i++;
	ret->form = forms[i].form;
	text += strlen(forms[i].start);
	len = strlen(text);
	quote = len >= 2 && (*text == '"' || *text == '\'') &&
				text[len - 1] == *text
			? text
			: NULL;
	if (quote) {
		text++;
		len -= 2;
	}
	if (len == 0 || len >= sizeof(ret->value))
		return false;
	memcpy(ret->value, text, len);
	if (ret->form == DEVICES_BY_PARTUUID)
		take_offset(ret);
	/* As what was read from the disk was: '?' is compared with '?'. */
	text_clean(ret->value);
	return true;
}

enum devices_form devices_form(const char *name)
{
	struct name parsed;

	(void)parse(name, &parsed);
	return parsed.form;
}

bool devices_may_be_array(const char *name)
{
	struct name parsed;

	return parse(name, &parsed) && parsed.form == DEVICES_BY_PATH &&
	       starts_with(parsed.value, "md");
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* udev writes what cannot stand in a file name as \xNN; back into *@ret. */
static void decode(const char *from, char *ret, size_t size)
{
	size_t n = 0;

	while (*from && n + 1 < size) {
		if (from[0] == '\\' && from[1] == 'x' && hex(from[2]) >= 0 &&
		    hex(from[3]) >= 0) {
			ret[n++] = (char)(hex(from[2]) << 4 | hex(from[3]));
			from += 4;
		} else {
			ret[n++] = *from++;
		}
	}
	ret[n] = '\0';
	text_clean(ret);
}

static bool is_label(const char *value, const char *label)
{
	char decoded[CONTENT_LABEL_MAX];

	if (!label[0])
		return false;
	if (strcmp(value, label) == 0)
		return true;
	decode(value, decoded, sizeof(decoded));
	return strcmp(decoded, label) == 0;
}

/*
 * True if device mapper's name @alias is volume lv of group vg: "vg-lv", in
 * which a dash of either is written twice (lvm2, dm_build_dm_name()).
 */
static bool is_volume(const char *alias, const char *vg_lv)
{
	for (; *vg_lv; vg_lv++) {
		if (*vg_lv == '/') {
			if (*alias++ != '-')
				return false;
		} else {
			if (*alias++ != *vg_lv)
				return false;
			if (*vg_lv == '-' && *alias++ != '-')
				return false;
		}
	}
	return *alias == '\0';
}

static bool is_mapped(const struct device *device, const char *value)
{
	if (starts_with(value, "mapper/"))
		return strcmp(value + strlen("mapper/"), device->alias) == 0;
	return strcmp(value, device->alias) == 0 ||
	       (strchr(value, '/') && is_volume(device->alias, value));
}

/*
 * True if @value (md/root, md0) is @array, or partition @number (0: none) of
 * it: md/root1, md0p1; a p where a digit goes before.
 */
static bool is_array(const char *array, int number_wanted, const char *value)
{
	size_t len = strlen(array);
	char *end;

	if (len == 0 || !starts_with(value, "md"))
		return false;
	value += 2;
	if (*value == '/')
		value++;
	else if (!isdigit((unsigned char)*value))
		return false;
	if (strncmp(value, array, len) != 0)
		return false;
	value += len;
	if (number_wanted == 0)
		return *value == '\0';
	if (*value == 'p')
		value++;
	else if (isdigit((unsigned char)array[len - 1]))
		return false;
	return isdigit((unsigned char)*value) &&
	       strtol(value, &end, 10) == number_wanted && !*end;
}

static bool is_path(const struct devices *devices, const struct device *device,
		    const char *value)
{
	const struct device *disk =
		device->number ? named(devices, device->disk) : device;

	if (strcmp(value, device->path + strlen(devices->dev) + 1) == 0)
		return true;
	if (starts_with(device->name, "dm-"))
		return device->alias[0] && is_mapped(device, value);
	if (!disk || !starts_with(disk->name, "md"))
		return false;
	return is_array(disk->alias, device->number, value) ||
	       is_array(disk->array, device->number, value);
}

static bool matches(const struct devices *devices, const struct device *device,
		    const struct name *name)
{
	const struct content *content = &device->content;

	if (device->absent || device->inside_member)
		return false;
	switch (name->form) {
	case DEVICES_BY_UUID:
		return content->kind == CONTENT_FS && content->uuid[0] &&
		       strcasecmp(name->value, content->uuid) == 0;
	case DEVICES_BY_LABEL:
		return content->kind == CONTENT_FS &&
		       is_label(name->value, content->label);
	case DEVICES_BY_PARTUUID:
		return device->partuuid[0] &&
		       strcasecmp(name->value, device->partuuid) == 0;
	case DEVICES_BY_PARTLABEL:
		return is_label(name->value, device->partlabel);
	case DEVICES_BY_PATH:
		return is_path(devices, device, name->value);
	}
	return false;
}

/* What a link below dev leads to: by-id, or whatever else somebody made. */
static struct device *by_link(const struct devices *devices, const char *value)
{
	char path[PATH_MAX], real[PATH_MAX];
	struct device *device;
	size_t dev = strlen(devices->dev);
	int len = snprintf(path, sizeof(path), "%s/%s", devices->dev, value);

	if (value[0] == '/' || len < 0 || (size_t)len >= sizeof(path) ||
	    !realpath(path, real))
		return NULL;
	if (strncmp(real, devices->dev, dev) != 0 || real[dev] != '/')
		return NULL;
	device = named(devices, strrchr(real, '/') + 1);
	return device && !device->absent && !device->inside_member ? device
								   : NULL;
}

static struct device *with_offset(const struct devices *devices,
				  const struct device *from, int offset)
{
	for (size_t i = 0; i < devices->count; i++) {
		struct device *device = &devices->list[i];

		if (device->number == from->number + offset && device->number &&
		    strcmp(device->disk, from->disk) == 0)
			return device;
	}
	return NULL;
}

struct device *devices_find(const struct devices *devices, const char *text)
{
	struct device *found = NULL;
	struct name name;

	if (!parse(text, &name))
		return NULL;
	for (size_t i = 0; i < devices->count; i++) {
		struct device *device = &devices->list[i];

		if (matches(devices, device, &name) &&
		    (!found || devices_rank(device) < devices_rank(found)))
			found = device;
	}
	if (found && name.offset)
		return with_offset(devices, found, name.offset);
	if (!found && name.form == DEVICES_BY_PATH)
		return by_link(devices, name.value);
	return found;
}
