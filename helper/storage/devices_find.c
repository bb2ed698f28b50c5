/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which device a name means, of those that are in the list. Reads nothing of
 * them; follows links below dev. */
#include "storage/devices.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/device_name.h"

static bool starts_with(const char *s, const char *start)
{
	return strncmp(s, start, strlen(start)) == 0;
}

bool devices_in_tables(const char *text)
{
	struct device_name name;

	return device_name_parse(text, &name) &&
	       (name.form == DEVICE_NAME_PARTUUID ||
		name.form == DEVICE_NAME_PARTLABEL);
}

bool devices_may_be_array(const char *text)
{
	struct device_name name;

	return device_name_parse(text, &name) &&
	       name.form == DEVICE_NAME_PATH && starts_with(name.value, "md");
}

unsigned int devices_rank(const struct device *device)
{
	if (device->held)
		return 3;
	if (device->partitioned)
		return 2;
	return device->snapshot ? 1 : 0;
}

static bool is_mapped(const char *alias, const char *value)
{
	char mapped[DEVICE_NAME_MAPPED_MAX];

	return strcmp(value, alias) == 0 ||
	       (device_name_mapped(value, mapped) &&
		strcmp(mapped, alias) == 0);
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
		device->number ? devices_get(devices, device->disk) : device;

	if (strcmp(value, device->path + strlen(devices->dev) + 1) == 0)
		return true;
	if (starts_with(device->name, "dm-"))
		return device->alias[0] && is_mapped(device->alias, value);
	if (!disk || !starts_with(disk->name, "md"))
		return false;
	return is_array(disk->alias, device->number, value) ||
	       is_array(disk->array, device->number, value);
}

static bool matches(const struct devices *devices, const struct device *device,
		    const struct device_name *name)
{
	const struct content *content = &device->content;

	if (device->absent || device->inside_member)
		return false;
	switch (name->form) {
	case DEVICE_NAME_UUID:
		return content->kind == CONTENT_FS && content->uuid[0] &&
		       strcasecmp(name->value, content->uuid) == 0;
	case DEVICE_NAME_LABEL:
		return content->kind == CONTENT_FS &&
		       device_name_is_label(name->value, content->label);
	case DEVICE_NAME_PARTUUID:
		return device->partuuid[0] &&
		       strcasecmp(name->value, device->partuuid) == 0;
	case DEVICE_NAME_PARTLABEL:
		return device_name_is_label(name->value, device->partlabel);
	case DEVICE_NAME_PATH:
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
	device = devices_get(devices, strrchr(real, '/') + 1);
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
	struct device_name name;

	if (!device_name_parse(text, &name))
		return NULL;
	for (size_t i = 0; i < devices->count; i++) {
		struct device *device = &devices->list[i];

		if (matches(devices, device, &name) &&
		    (!found || devices_rank(device) < devices_rank(found)))
			found = device;
	}
	if (found && name.offset)
		return with_offset(devices, found, name.offset);
	if (!found && name.form == DEVICE_NAME_PATH)
		return by_link(devices, name.value);
	return found;
}
