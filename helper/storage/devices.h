/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Block devices: which there are (by sysfs), what is on them (storage/content,
 * read when asked for and only once), and which of them a name means. Changes
 * nothing; whoever wants a write barrier puts it on device->path before the
 * device is identified.
 */
#ifndef KBOOT_STORAGE_DEVICES_H
#define KBOOT_STORAGE_DEVICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "storage/content.h"

struct reason;

enum {
	/* More disks and partitions than any guest has */
	DEVICES_MAX = 4096,
	/* DISK_NAME_LEN of linux/blkdev.h is 32, and a partition's number */
	DEVICES_NAME_MAX = 64,
	/* DM_NAME_LEN of linux/dm-ioctl.h */
	DEVICES_ALIAS_MAX = 128,
	DEVICES_PATH_MAX = 256,
};

/* What went wrong with a device, before devices_trouble() says it. */
enum devices_step { DEVICES_BARRIER, DEVICES_OPEN, DEVICES_READ };

struct device {
	/* Name in sysfs (vda1, dm-0, cciss!c0d0) and node (/dev/cciss/c0d0) */
	char name[DEVICES_NAME_MAX];
	char path[DEVICES_PATH_MAX];
	/* Device mapper's name (vg-lv), the link in /dev/md (root), or "" */
	char alias[DEVICES_ALIAS_MAX];
	/* md: the name in the members' superblock, by devices_name_arrays() */
	char array[DEVICES_ALIAS_MAX];
	/* Partitions: the disk's name in sysfs, and the number; else "", 0 */
	char disk[DEVICES_NAME_MAX];
	int number;
	/* Of the sysfs directory: another device of this name has another. */
	ino_t inode;
	uint64_t sectors;
	/* An array or a volume lies upon it. */
	bool held;
	/* A device mapper snapshot: has the UUID of what it was taken of */
	bool snapshot;
	/* There are partitions of it. */
	bool partitioned;

	/* The caller's: the barrier was put on it. */
	bool guarded;

	/* From here on by devices_identify() and devices_read_tables(). */
	enum content_depth depth;
	struct content content;
	bool table_read;
	char partuuid[CONTENT_UUID_MAX];
	char partlabel[CONTENT_LABEL_MAX];
	/* A partition seen through a member of an array: not for use */
	bool inside_member;
	/* No such device (any more), or a drive without a medium */
	bool absent;
	/* -errno and where it came from; 0: none */
	int error;
	enum devices_step step;
};

struct devices {
	/* By the order of the disks' names: vda, vda1, vda2, vda10, vdb */
	struct device *list;
	size_t count;
	/* Borrowed: "/sys", "/dev", or what a test has instead */
	const char *sys;
	const char *dev;
};

/*
 * Lists the disks and partitions below @devices->sys; no device is opened.
 * Left out: RAM disks, loops without a file, loops over a file in RAM and
 * snapshots that write to one (kboot's own: its packed tools, its scratch
 * space), floppies, private and suspended device mapper devices, and all of
 * size 0. What is known of a device since an earlier call is kept. 0 or -errno
 * with the list as it was.
 */
int devices_scan(struct devices *devices, struct reason *why);

/* Takes NULL; frees the list. */
void devices_free(struct devices *devices);

/* The device called @name in sysfs, or NULL. */
struct device *devices_get(const struct devices *devices, const char *name);

/* Forgets what was read of the device @name (as in sysfs), or of all (NULL). */
void devices_forget(struct devices *devices, const char *name);

/*
 * Reads what is on @device, one of the list, at least as far as @depth, unless
 * that is known. For a partition its disk is looked at first: inside a member
 * of an array it is none. Trouble is noted in the device, not returned.
 */
void devices_identify(struct devices *devices, struct device *device,
		      enum content_depth depth);

/* Notes what is wrong with @device: @error is -errno, of @step. */
void devices_fail(struct device *device, int error, enum devices_step step);

/* "cannot be read: Input/output error", or NULL when there is no trouble. */
const char *devices_trouble(const struct device *device, char *buffer,
			    size_t size);

/*
 * Adds the regular file at @path, an image of a disk or file system, to the
 * list, for as long as it is not scanned again. NULL: it is no such file, or
 * there is no memory.
 */
struct device *devices_add_image(struct devices *devices, const char *path);

/* Reads the partition tables of all disks, for PARTUUID= and PARTLABEL=. */
void devices_read_tables(struct devices *devices);

/* Reads the members of each array, for its name in the superblock. */
void devices_name_arrays(struct devices *devices);

/*
 * Names, as base/device_name.h has them. True if partition tables must be read
 * for @name; true if @name may mean an array by the name in its superblock.
 */
bool devices_in_tables(const char *name);
bool devices_may_be_array(const char *name);

/*
 * The device that @name means, of those identified so far (by path: of all),
 * or NULL. UUID= and LABEL= mean file systems only, never a member. Of several
 * with one UUID the first by devices_rank() is meant.
 */
struct device *devices_find(const struct devices *devices, const char *name);

/*
 * The order in which devices are tried, 0 to DEVICES_RANKS - 1: what nothing
 * lies upon before what is below something (multipath, a raw disk below its
 * mirror), the origin before its snapshot, a partition before a whole disk
 * that has some.
 */
enum { DEVICES_RANKS = 4 };
unsigned int devices_rank(const struct device *device);

#endif
