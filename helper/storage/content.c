/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libblkid's low-level probing, with a filter: what its default looks for in
 * some ninety places is read in ten when only the usual types are asked for.
 */
#include "storage/content.h"

#include <blkid/blkid.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

/* Copies text from outside, cut to @size and cleaned. */
static void copy_clean(char *to, size_t size, const char *from)
{
	size_t len = strnlen(from, size - 1);

	memcpy(to, from, len);
	to[len] = '\0';
	text_clean(to);
}

static void take(blkid_probe probe, const char *key, char *ret, size_t size)
{
	const char *value;

	if (blkid_probe_lookup_value(probe, key, &value, NULL) == 0)
		copy_clean(ret, size, value);
}

/*
 * LUKS is left to a second look unless its magic ("LUKS\xba\xbe", LUKS2
 * on-disk format 2.1) is where it belongs: for lost primary headers libblkid
 * reads in nine more places.
 */
static bool looks_like_luks(int fd)
{
	static const char magic[6] = { 'L', 'U', 'K', 'S', '\xba', '\xbe' };
	char head[sizeof(magic)];

	return pread(fd, head, sizeof(head), 0) == (ssize_t)sizeof(head) &&
	       memcmp(head, magic, sizeof(magic)) == 0;
}

static int filter(blkid_probe probe, int fd, enum content_depth depth)
{
	char *member[] = { "linux_raid_member", NULL };
	/* The file systems of kernel-config/filesystems.config, and jbd, a
	 * journal on a device of its own, which looks like an ext4. */
	char *usual[] = { "linux_raid_member",
			  "LVM2_member",
			  "ext4",
			  "ext3",
			  "ext2",
			  "jbd",
			  "xfs",
			  "btrfs",
			  "vfat",
			  "squashfs",
			  "iso9660",
			  NULL,
			  NULL };
	const size_t spare = sizeof(usual) / sizeof(usual[0]) - 2;

	if (depth == CONTENT_ALL)
		return 0;
	if (depth == CONTENT_USUAL && looks_like_luks(fd))
		usual[spare] = "crypto_LUKS";
	return blkid_probe_filter_superblocks_type(
		probe, BLKID_FLTR_ONLYIN,
		depth == CONTENT_MEMBER ? member : usual);
}

static enum content_kind kind_of(const char *usage, const char *type)
{
	if (strcmp(type, "linux_raid_member") == 0)
		return CONTENT_MD;
	if (strcmp(type, "LVM2_member") == 0)
		return CONTENT_LVM;
	if (strcmp(usage, "filesystem") == 0)
		return CONTENT_FS;
	if (strcmp(usage, "crypto") == 0)
		return CONTENT_CRYPT;
	return CONTENT_OTHER;
}

/* A probe over @fd; NULL with *@ret_err -errno. */
static blkid_probe open_probe(int fd, int *ret_err)
{
	blkid_probe probe = blkid_new_probe();

	errno = 0;
	if (probe && blkid_probe_set_device(probe, fd, 0, 0) == 0)
		return probe;
	*ret_err = !probe ? -ENOMEM : errno ? -errno : -EIO;
	if (probe)
		blkid_free_probe(probe);
	return NULL;
}

int content_identify(int fd, enum content_depth depth, struct content *ret)
{
	char usage[CONTENT_TYPE_MAX] = "";
	blkid_probe probe;
	int err = 0, found;

	*ret = (struct content){ 0 };
	probe = open_probe(fd, &err);
	if (!probe)
		return err;
	if (blkid_probe_set_superblocks_flags(
		    probe, BLKID_SUBLKS_LABEL | BLKID_SUBLKS_UUID |
				   BLKID_SUBLKS_TYPE | BLKID_SUBLKS_USAGE) ||
	    filter(probe, fd, depth)) {
		err = -EINVAL;
		goto out;
	}
	errno = 0;
	found = blkid_do_safeprobe(probe);
	if (found == -2) {
		ret->kind = CONTENT_AMBIGUOUS;
	} else if (found < 0) {
		err = errno ? -errno : -EIO;
	} else if (found == 0) {
		take(probe, "TYPE", ret->type, sizeof(ret->type));
		take(probe, "USAGE", usage, sizeof(usage));
		take(probe, "UUID", ret->uuid, sizeof(ret->uuid));
		take(probe, "LABEL", ret->label, sizeof(ret->label));
		ret->kind = kind_of(usage, ret->type);
	}
out:
	blkid_free_probe(probe);
	return err;
}

static void take_partition(blkid_partition from, struct content_partition *to)
{
	const char *uuid = blkid_partition_get_uuid(from);
	const char *label = blkid_partition_get_name(from);

	to->number = blkid_partition_get_partno(from);
	copy_clean(to->uuid, sizeof(to->uuid), uuid ? uuid : "");
	copy_clean(to->label, sizeof(to->label), label ? label : "");
}

int content_table(int fd, struct content_table *ret)
{
	blkid_partlist partitions;
	blkid_probe probe;
	int err = 0, count;

	*ret = (struct content_table){ 0 };
	probe = open_probe(fd, &err);
	if (!probe)
		return err;
	errno = 0;
	partitions = blkid_probe_get_partitions(probe);
	count = partitions ? blkid_partlist_numof_partitions(partitions) : 0;
	if (!partitions && errno)
		err = -errno;
	if (count <= 0)
		goto out;
	if (count > CONTENT_PARTITIONS_MAX)
		count = CONTENT_PARTITIONS_MAX;
	ret->list = calloc((size_t)count, sizeof(*ret->list));
	if (!ret->list) {
		err = -ENOMEM;
		goto out;
	}
	for (int i = 0; i < count; i++) {
		blkid_partition partition =
			blkid_partlist_get_partition(partitions, i);

		if (partition)
			take_partition(partition, &ret->list[ret->count++]);
	}
out:
	blkid_free_probe(probe);
	return err;
}

void content_table_free(struct content_table *table)
{
	if (!table)
		return;
	free(table->list);
	*table = (struct content_table){ 0 };
}
