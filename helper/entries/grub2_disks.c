/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands that ask what devices and files are: probe, loopback, cmp, cat and
 * file. What cannot be known from mounted file systems is told of, not made up.
 */
#include "entries/grub2_commands.h"

#include <ctype.h>
#include <errno.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/device_name.h"
#include "entries/grub2_device.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- files ---- */

int grub2_needs_file(struct grub2_run *run, const struct grub2_args *args)
{
	const char *spec = args->list[args->count - 1];
	struct grub2_look look;

	if (args->count < 2 || *spec == '-')
		return GRUB2_OK;
	grub2_device_look(run, spec, &look);
	return look.exists ? GRUB2_OK : GRUB2_NOT_FOUND;
}

/* The file that a word means, opened; -1: there is none. */
static int open_file(struct grub2_run *run, const char *spec)
{
	size_t tree;
	char *path;
	int fd;

	if (grub2_device_file(run, spec, "file", &tree, &path, NULL))
		return -1;
	if (tree_open_file(&run->guest->trees[tree], path, &fd, NULL))
		fd = -1;
	free(path);
	return fd;
}

static bool same_bytes(struct grub2_run *run, int a, int b)
{
	char left[GRUB2_CMP_STEP], right[GRUB2_CMP_STEP];
	ssize_t got;

	do {
		if (!grub2_run_step(run, 1))
			return false;
		got = read(a, left, sizeof(left));
		if (got < 0 || read(b, right, sizeof(right)) != got ||
		    memcmp(left, right, (size_t)got) != 0)
			return false;
	} while (got);
	return true;
}

/* As since GRUB 2.12; before, it was true of any two files that there are. */
int grub2_cmp(struct grub2_run *run, const struct grub2_args *args)
{
	static const struct grub2_option options[] = {
		{ NULL, 'v', false, false },
		{ NULL, '\0', false, false },
	};
	struct grub2_options *o;
	int status = grub2_options_read(&o, options, 0, args), a, b;

	if (status)
		return status;
	status = GRUB2_BAD_ARGUMENT;
	if (o->args.count == 3) {
		a = open_file(run, o->args.list[1]);
		b = open_file(run, o->args.list[2]);
		status = a >= 0 && b >= 0 && same_bytes(run, a, b)
				 ? GRUB2_OK
				 : GRUB2_FALSE;
		if (a >= 0)
			(void)close(a);
		if (b >= 0)
			(void)close(b);
	}
	grub2_options_free(o);
	return status;
}

/* ---- loopback ---- */

void grub2_loopback_forget(struct grub2_run *run, struct grub2_loopback *mark)
{
	while (run->loopbacks && run->loopbacks != mark) {
		struct grub2_loopback *loop = run->loopbacks;

		run->loopbacks = loop->next;
		run->loopback_count--;
		free(loop->name);
		free(loop->why);
		free(loop);
	}
}

static bool is_there(const struct grub2_run *run, const char *name)
{
	const struct grub2_loopback *loop = run->loopbacks;

	while (loop && strcmp(loop->name, name) != 0)
		loop = loop->next;
	return loop && loop->there;
}

/* Puts down what is to be said of files on the device from now on. */
static void note(struct grub2_run *run, const char *name, bool there,
		 const struct reason *why)
{
	struct grub2_loopback *loop;

	if (run->loopback_count == GRUB2_LOOPBACKS_MAX) {
		grub2_run_limit(run, "more than %d loopback devices",
				GRUB2_LOOPBACKS_MAX);
		return;
	}
	loop = calloc(1, sizeof(*loop));
	if (!loop) {
		grub2_run_no_memory(run);
		return;
	}
	loop->name = strdup(name);
	loop->why = strdup(why->text);
	loop->there = there;
	loop->next = run->loopbacks;
	run->loopbacks = loop;
	run->loopback_count++;
	if (!loop->name || !loop->why)
		grub2_run_no_memory(run);
}

static int delete_device(struct grub2_run *run, const char *name)
{
	struct reason why;

	if (!is_there(run, name))
		return GRUB2_BAD_DEVICE;
	(void)reason(&why, ENODEV, "(%s): deleted by loopback -d", name);
	note(run, name, false, &why);
	return GRUB2_OK;
}

/* Without the file there is no device; but none of the trees is meant either. */
static int add_device(struct grub2_run *run, const char *name, const char *spec)
{
	struct reason missing, why;
	size_t tree;
	char *path;
	int err;

	if (is_there(run, name))
		return GRUB2_BAD_ARGUMENT;
	err = grub2_device_file(run, spec, "image file", &tree, &path,
				&missing);
	if (err) {
		(void)reason(&why, ENODEV, "(%s): %s", name, missing.text);
	} else {
		(void)reason(&why, ENODEV,
			     "inside the image file %s (loopback), which is "
			     "not opened",
			     spec);
		free(path);
	}
	note(run, name, !err, &why);
	if (!err)
		return GRUB2_OK;
	return err == -EISDIR ? GRUB2_BAD_FILE_TYPE : GRUB2_NOT_FOUND;
}

int grub2_loopback(struct grub2_run *run, const struct grub2_args *args)
{
	static const struct grub2_option options[] = {
		{ "delete", 'd', false, false },
		{ "decompress", 'D', false, false },
		{ NULL, '\0', false, false },
	};
	struct grub2_options *o;
	int status = grub2_options_read(&o, options, 0, args);

	if (status)
		return status;
	status = GRUB2_BAD_ARGUMENT;
	if (o->set[0].count && o->args.count > 1)
		status = delete_device(run, o->args.list[1]);
	else if (o->args.count > 2)
		status = add_device(run, o->args.list[1], o->args.list[2]);
	grub2_options_free(o);
	return status;
}

/* ---- probe ---- */

enum {
	PROBE_SET,
	PROBE_DRIVER,
	PROBE_MAP,
	PROBE_FS,
	PROBE_UUID,
	PROBE_LABEL,
	PROBE_PART
};

static const struct grub2_option probe_options[] = {
	[PROBE_SET] = { "set", 's', true, false },
	[PROBE_DRIVER] = { "driver", 'd', false, false },
	[PROBE_MAP] = { "partmap", 'p', false, false },
	[PROBE_FS] = { "fs", 'f', false, false },
	[PROBE_UUID] = { "fs-uuid", 'u', false, false },
	[PROBE_LABEL] = { "label", 'l', false, false },
	[PROBE_PART] = { "part-uuid", '\0', false, false },
	{ NULL, '\0', false, false },
};

const char *grub2_file_system(unsigned long magic)
{
	static const struct {
		unsigned long magic;
		const char *name;
	} kinds[] = {
		{ EXT2_SUPER_MAGIC, "ext2" },
		{ XFS_SUPER_MAGIC, "xfs" },
		{ BTRFS_SUPER_MAGIC, "btrfs" },
		{ MSDOS_SUPER_MAGIC, "fat" },
		{ EXFAT_SUPER_MAGIC, "exfat" },
		{ ISOFS_SUPER_MAGIC, "iso9660" },
		{ SQUASHFS_MAGIC, "squash4" },
		{ F2FS_SUPER_MAGIC, "f2fs" },
		{ REISERFS_SUPER_MAGIC, "reiserfs" },
		{ NILFS_SUPER_MAGIC, "nilfs2" },
		{ UDF_SUPER_MAGIC, "udf" },
		{ EROFS_SUPER_MAGIC_V1, "erofs" },
		/* fs/jfs/jfs_superblock.h, fs/ntfs3/ntfs_fs.h, OpenZFS */
		{ 0x3153464a, "jfs" },
		{ 0x7366746e, "ntfs" },
		{ 0x2fc12fc1, "zfs" },
	};

	for (size_t i = 0; i < COUNT(kinds); i++)
		if (kinds[i].magic == magic)
			return kinds[i].name;
	return NULL;
}

/* What GRUB calls the driver: grub_disk_dev's names, on a PC; NULL: a device
 * whose kind nobody has told. */
static const char *driver_of(const char *device)
{
	static const char *const drivers[][2] = {
		{ "lvm", "diskfilter" },
		{ "md", "diskfilter" },
		{ "crypto", "cryptodisk" },
		{ "ahci", "ATA" },
		{ "ata", "ATA" },
		{ "usb", "scsi" },
		{ "xen/", "xen" },
		{ "hd", "biosdisk" },
		{ "hostdisk/", "hostdisk" },
	};

	for (size_t i = 0; i < COUNT(drivers); i++)
		if (strncmp(device, drivers[i][0], strlen(drivers[i][0])) == 0)
			return drivers[i][1];
	return NULL;
}

/* Writes the PARTUUID by which the tree's device goes, as GRUB writes it;
 * false: it goes by another name. */
static bool part_uuid(const struct tree *tree, struct device_name *ret)
{
	if (!device_name_parse(tree->dev, ret) ||
	    ret->form != DEVICE_NAME_PARTUUID || ret->offset)
		return false;
	for (char *p = ret->value; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return true;
}

/* Appends the partition map that the device's name tells of: the innermost,
 * and gpt where it is "hd0,1" as in the names of grub2_device_names(). */
static bool partition_map(const char *device, struct text *ret)
{
	const char *comma = strrchr(device, ',');
	size_t len;

	if (!driver_of(device))
		return false;
	if (!comma) {
		text_add(ret, "none");
		return true;
	}
	len = strcspn(++comma, "0123456789");
	if (len)
		text_add_bytes(ret, comma, len);
	else
		text_add(ret, "gpt");
	return true;
}

/* Appends what is asked for; false: it is not known. */
static bool answer(const struct tree *tree, const char *device, size_t asked,
		   struct text *ret)
{
	struct device_name name;
	const char *value = NULL;

	switch (asked) {
	case PROBE_DRIVER:
		value = driver_of(device);
		break;
	case PROBE_MAP:
		if (!part_uuid(tree, &name))
			return partition_map(device, ret);
		/* An MBR's is its number and the partition's: 0123abcd-01 */
		value = strlen(name.value) == 36 ? "gpt" : "msdos";
		break;
	case PROBE_PART:
		if (part_uuid(tree, &name))
			value = name.value;
		else if (driver_of(device) && !strchr(device, ','))
			value = "none";
		break;
	case PROBE_FS:
		value = tree_ignores_case(tree)
				? "fat"
				: grub2_file_system(tree_magic(tree));
		break;
	case PROBE_UUID:
		value = *tree->uuid ? tree->uuid : NULL;
		break;
	default:
		/* Who told the UUID would have told a label. */
		value = *tree->label || *tree->uuid ? tree->label : NULL;
	}
	text_add(ret, value ? value : "");
	return value;
}

/* As for answer(), but the one that GRUB looks at of several. */
static size_t asked_for(const struct grub2_options *o)
{
	static const unsigned char order[] = { PROBE_DRIVER, PROBE_MAP,
					       PROBE_PART,   PROBE_FS,
					       PROBE_UUID,   PROBE_LABEL };
	size_t i = 0;

	while (i < sizeof(order) && !o->set[order[i]].count)
		i++;
	return i < sizeof(order) ? order[i] : PROBE_SET;
}

/* Names that are for a kernel's words: without them the entry is another one. */
static int not_known(struct grub2_run *run, size_t asked, const char *device)
{
	const char *what = probe_options[asked].name;
	bool is_name = asked == PROBE_UUID || asked == PROBE_LABEL ||
		       asked == PROBE_PART;

	if (run->in_entry && is_name)
		grub2_run_limit(run, "probe --%s %s: not known here", what,
				device);
	else
		grub2_run_complain(run, "probe --%s %s: not known here", what,
				   device);
	return GRUB2_NOT_SUPPORTED;
}

/* @device is without parentheses, @spec with them. */
static int probe(struct grub2_run *run, const struct grub2_options *o,
		 const char *device, const char *spec)
{
	const char *variable = grub2_option(o, PROBE_SET);
	size_t asked = asked_for(o);
	struct grub2_place place;
	struct grub2_look look;
	struct text value = { 0 };
	int status = GRUB2_OK;

	grub2_device_look(run, spec, &look);
	if (*device == '/' || strpbrk(device, "()") || !look.exists ||
	    !grub2_device_place(run, spec, &place, NULL))
		return GRUB2_UNKNOWN_DEVICE;
	if (asked == PROBE_SET)
		return GRUB2_BAD_ARGUMENT;
	if (!answer(&run->guest->trees[place.tree], device, asked, &value))
		status = not_known(run, asked, device);
	else if (variable)
		grub2_run_set(run, variable, text_str(&value));
	else if (run->echo)
		text_add(run->echo, text_str(&value));
	text_free(&value);
	return status;
}

int grub2_probe(struct grub2_run *run, const struct grub2_args *args)
{
	struct text spec = { 0 }, device = { 0 };
	struct grub2_options *o;
	const char *word;
	size_t len;
	int status = grub2_options_read(&o, probe_options, 0, args);

	if (status)
		return status;
	status = GRUB2_BAD_ARGUMENT;
	if (o->args.count > 1) {
		word = o->args.list[1];
		len = strlen(word);
		if (len > 1 && word[0] == '(' && word[len - 1] == ')')
			text_add_bytes(&device, word + 1, len - 2);
		else
			text_add(&device, word);
		text_addf(&spec, "(%s)", text_str(&device));
		status = probe(run, o, text_str(&device), text_str(&spec));
	}
	text_free(&spec);
	text_free(&device);
	grub2_options_free(o);
	return status;
}
