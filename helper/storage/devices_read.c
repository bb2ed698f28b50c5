/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is on the devices of the list: read once, kept, and forgotten. The only
 * file here that opens a device. */
#include "storage/devices.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

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
		device->number ? devices_get(devices, device->disk) : NULL;
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
