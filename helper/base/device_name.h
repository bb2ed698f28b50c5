/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What people call block devices, as far as the text of a name tells: /dev/x,
 * x, mapper/name, vg/lv, mdN, md/name, each with /dev/ in front or not; UUID=,
 * LABEL=, PARTUUID=, PARTUUID=/PARTNROFF=, PARTLABEL=, and udev's links to the
 * same, disk/by-{uuid,label,partuuid,partlabel}/x. Knows no device and no file.
 */
#ifndef KBOOT_BASE_DEVICE_NAME_H
#define KBOOT_BASE_DEVICE_NAME_H

#include <stdbool.h>

enum {
	/* The longest label there is, btrfs's, has 255 bytes. */
	DEVICE_NAME_MAX = 256,
	/* The same with each dash written twice */
	DEVICE_NAME_MAPPED_MAX = 2 * DEVICE_NAME_MAX,
	/* No disk has more partitions that count. */
	DEVICE_NAME_OFFSET_MAX = 256,
};

/* What a name is looked up in. */
enum device_name_form {
	DEVICE_NAME_PATH,
	DEVICE_NAME_UUID,
	DEVICE_NAME_LABEL,
	DEVICE_NAME_PARTUUID,
	DEVICE_NAME_PARTLABEL,
};

/* A name taken apart. */
struct device_name {
	enum device_name_form form;
	/* Without what says the form, "/dev/", and quotes; text_is_clean() */
	char value[DEVICE_NAME_MAX];
	/* PARTNROFF=: so many partitions behind the one with this PARTUUID */
	int offset;
};

/*
 * Takes @text apart; false, with the form alone in *@ret, if the value is empty
 * or too long to be any. "UUID=" and its like may be written in either case, and
 * quotes may be around the value.
 */
bool device_name_parse(const char *text, struct device_name *ret);

/* @name with "UUID=", "/dev/" or the like in front, for the caller to free;
 * NULL: no memory. */
char *device_name_text(const struct device_name *name);

/*
 * True if the two are names of one device by their text alone: letters of a
 * UUID in either case, a volume as mapper/vg-lv and as vg/lv, udev's \x20.
 */
bool device_name_is_same(const struct device_name *a,
			 const struct device_name *b);

/* True if @value, of a name, means the label @label as it is on a disk. What
 * cannot stand in a file name is \x20 and so on in udev's links. */
bool device_name_is_label(const char *value, const char *label);

/*
 * The device mapper's name of what @path (mapper/vg-lv, vg/lv) is: "vg-lv", in
 * which a dash of either is written twice (lvm2, dm_build_dm_name()). False:
 * @path is of no such form.
 */
bool device_name_mapped(const char *path, char ret[DEVICE_NAME_MAPPED_MAX]);

#endif
