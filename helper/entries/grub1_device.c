/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GRUB legacy's numbers, and its names for disks and partitions: which of the
 * trees they can mean. Opens nothing.
 */
#include "entries/grub1.h"

#include <limits.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum {
	/* More than Linux ever names with letters: no overflow on the way */
	DISKS_MAX = 100000,
	/* GRUB legacy keeps a partition's number in a byte. */
	PARTITION_MAX = 255,
};

bool grub1_number(const char *text, int *ret)
{
	static const char digits[] = "0123456789abcdef";
	int base = 10, number = 0;
	const char *digit;
	bool found = false;

	if (text[0] == '0' && (text[1] | 0x20) == 'x') {
		base = 16;
		text += 2;
	}
	for (; *text; text++, found = true) {
		/* Capital letters are A to F alone: '@' | 0x20 is no digit. */
		digit = strchr(digits, *text | 0x20);
		if (*text < '0' || !digit || digit - digits >= base)
			break;
		if (number > (INT_MAX - (int)(digit - digits)) / base)
			return false;
		number = number * base + (int)(digit - digits);
	}
	if (found)
		*ret = number;
	return found;
}

/* Disk and partition of a device name; the partition is 0 for a disk. */
static bool split_name(const char *name, int *disk, int *part)
{
	static const char *const lettered[] = { "xvd", "vd", "sd", "hd",
						"ubd" };
	static const char *const numbered[] = { "nvme", "mmcblk" };
	const char *at = NULL;
	int number = 0;

	name += strncmp(name, "/dev/", 5) == 0 ? 5 : 0;
	*part = 0;
	for (size_t i = 0; i < COUNT(numbered); i++) {
		if (strncmp(name, numbered[i], strlen(numbered[i])) != 0)
			continue;
		at = strchr(name + strlen(numbered[i]), 'p');
		return grub1_number(name + strlen(numbered[i]), disk) &&
		       (!at || grub1_number(at + 1, part));
	}
	for (size_t i = 0; i < COUNT(lettered) && !at; i++)
		if (strncmp(name, lettered[i], strlen(lettered[i])) == 0)
			at = name + strlen(lettered[i]);
	if (!at || *at < 'a' || *at > 'z')
		return false;
	for (; *at >= 'a' && *at <= 'z'; at++) {
		number = number * 26 + (*at - 'a') + 1;
		if (number > DISKS_MAX)
			return false;
	}
	*disk = number - 1;
	return !*at || grub1_number(at, part);
}

long grub1_device(const struct guest *guest, const char *device)
{
	int disk, part = -1, tree_disk, tree_part;
	const char *end = strchr(device, ')');
	const char *comma;

	if (strncmp(device, "(hd", 3) != 0 || !end ||
	    !grub1_number(device + 3, &disk))
		return -1;
	comma = memchr(device, ',', (size_t)(end - device));
	if (comma && (!grub1_number(comma + 1, &part) || part > PARTITION_MAX))
		return -1;
	for (size_t i = 0; i < guest->tree_count; i++)
		if (split_name(guest->trees[i].dev, &tree_disk, &tree_part) &&
		    tree_disk == disk && tree_part == part + 1)
			return (long)i;
	return -1;
}
