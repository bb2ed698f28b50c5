/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What lies on a block device or in an image of one: the only file that talks
 * to libblkid. Its answers are text that somebody wrote onto a disk, so all
 * that comes out of here is clean (text_is_clean()). Reads, never writes.
 */
#ifndef KBOOT_STORAGE_CONTENT_H
#define KBOOT_STORAGE_CONTENT_H

#include <stddef.h>

enum {
	CONTENT_TYPE_MAX = 32,
	CONTENT_UUID_MAX = 64,
	/* The longest label there is, btrfs's, has 255 bytes. */
	CONTENT_LABEL_MAX = 256,
	/* GPT has 128 entries; a DOS table's chain of logical ones, any. */
	CONTENT_PARTITIONS_MAX = 256,
};

/* How hard to look. Each needs more reads than the one before. */
enum content_depth {
	CONTENT_UNREAD,
	/* For a member of an md array, and for nothing else */
	CONTENT_MEMBER,
	/* For what this kernel mounts, md, LVM and LUKS */
	CONTENT_USUAL,
	/* For all that libblkid knows */
	CONTENT_ALL,
};

enum content_kind {
	CONTENT_NOTHING,
	CONTENT_FS,
	CONTENT_MD,
	CONTENT_LVM,
	CONTENT_CRYPT,
	/* Known, but nothing that can be mounted: swap, a foreign RAID */
	CONTENT_OTHER,
	/* Superblocks that contradict each other */
	CONTENT_AMBIGUOUS,
};

/* Strings are "" where there is nothing. @type is libblkid's name for it. */
struct content {
	enum content_kind kind;
	char type[CONTENT_TYPE_MAX];
	char uuid[CONTENT_UUID_MAX];
	char label[CONTENT_LABEL_MAX];
};

/*
 * Looks at the device or regular file open at @fd, which is not closed. 0 with
 * *@ret filled, CONTENT_NOTHING included; -errno, with *@ret empty, when it
 * cannot be read (-ENOMEDIUM: an empty drive). A member of an array is a
 * member, even if the file system inside shows through (md metadata 0.90 and
 * 1.0 lie at the end).
 */
int content_identify(int fd, enum content_depth depth, struct content *ret);

struct content_partition {
	/* As in the kernel's name of it: 2 is vda2 */
	int number;
	char uuid[CONTENT_UUID_MAX];
	char label[CONTENT_LABEL_MAX];
};

struct content_table {
	struct content_partition *list;
	size_t count;
};

/*
 * The partition table of the disk at @fd. @uuid is what PARTUUID= names: GPT's
 * unique GUID, or for a DOS table the disk's signature and the number
 * (0d1f6a2b-01). 0, also with no table; -errno. content_table_free() frees.
 */
int content_table(int fd, struct content_table *ret);

void content_table_free(struct content_table *table);

#endif
