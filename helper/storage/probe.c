/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The loop around scan, barrier, identify, find and wait. Decides what is read
 * and when to stop.
 */
#include "storage/probe.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/reason.h"
#include "base/text.h"
#include "storage/wait.h"

/* So much of a sentence goes to the list of devices; the rest are counted. */
enum { LIST_LEN_MAX = 700 };

static bool is_one_of(const struct probe *probe, const struct device *device,
		      const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], device->path) == 0 ||
		    devices_find(&probe->devices, names[i]) == device)
			return true;
	return false;
}

bool probe_is_shown(const struct probe *probe, const struct device *device)
{
	return !device->absent &&
	       (!probe->only_count ||
		is_one_of(probe, device, probe->only, probe->only_count));
}

bool probe_is_member(const struct probe *probe, const struct device *device)
{
	return (device->content.kind == CONTENT_MD ||
		device->content.kind == CONTENT_LVM) &&
	       !device->held && probe_is_shown(probe, device) &&
	       !is_one_of(probe, device, probe->ignore, probe->ignore_count);
}

/* Looks every want up in what is known so far; true if none is missing. */
static bool all_found(struct probe *probe)
{
	bool all = true;

	for (size_t i = 0; i < probe->want_count; i++) {
		probe->found[i] = devices_find(&probe->devices, probe->want[i]);
		if (probe->found[i] && !probe_is_shown(probe, probe->found[i]))
			probe->found[i] = NULL;
		all = all && probe->found[i];
	}
	return all;
}

/* A usual content is found cheaply; only where there is none, look for all. */
static void identify_fully(struct probe *probe, struct device *device)
{
	devices_identify(&probe->devices, device, CONTENT_USUAL);
	if (device->content.kind == CONTENT_NOTHING && !device->partitioned)
		devices_identify(&probe->devices, device, CONTENT_ALL);
}

/* The wants that need no superblock: by path, by partition table. */
static void find_by_place(struct probe *probe)
{
	bool tables = false, arrays = false;

	(void)all_found(probe);
	for (size_t i = 0; i < probe->want_count; i++) {
		tables |= devices_in_tables(probe->want[i]);
		arrays |= !probe->found[i] &&
			  devices_may_be_array(probe->want[i]);
	}
	if (tables)
		devices_read_tables(&probe->devices);
	if (arrays)
		devices_name_arrays(&probe->devices);
	if (tables || arrays)
		(void)all_found(probe);
}

/* What was found is to be identified as well; that can show it is no such. */
static bool identify_found(struct probe *probe)
{
	struct devices *devices = &probe->devices;

	for (size_t i = 0; i < devices->count; i++)
		for (size_t k = 0; k < probe->want_count; k++)
			if (probe->found[k] == &devices->list[i])
				identify_fully(probe, &devices->list[i]);
	return all_found(probe);
}

/* All devices shown, in the order of rank; true as soon as all is found. */
static bool identify_until_found(struct probe *probe, enum content_depth depth)
{
	struct devices *devices = &probe->devices;

	for (unsigned int rank = 0; rank < DEVICES_RANKS; rank++)
		for (size_t i = 0; i < devices->count; i++) {
			struct device *device = &devices->list[i];

			if (devices_rank(device) != rank ||
			    !probe_is_shown(probe, device))
				continue;
			if (depth == CONTENT_ALL)
				identify_fully(probe, device);
			else
				devices_identify(devices, device, depth);
			if (probe->want_count && all_found(probe))
				return true;
		}
	return false;
}

/* Reads as little as answers the question. */
static void identify(struct probe *probe)
{
	find_by_place(probe);
	if (probe->want_count && (identify_found(probe) ||
				  identify_until_found(probe, CONTENT_USUAL)))
		return;
	(void)identify_until_found(probe, CONTENT_ALL);
}

static void put_barrier(struct probe *probe)
{
	for (size_t i = 0; i < probe->devices.count; i++) {
		struct device *device = &probe->devices.list[i];
		int err;

		if (device->guarded || device->error)
			continue;
		err = probe->barrier(device->path, NULL);
		if (err)
			devices_fail(device, err, DEVICES_BARRIER);
		else
			device->guarded = true;
	}
}

/* One look at the machine, with the barrier in front of it. */
static int look(struct probe *probe, struct reason *why)
{
	int err;

	/* They point into the list that is about to go. */
	memset(probe->found, 0, sizeof(probe->found));
	err = devices_scan(&probe->devices, why);
	if (err)
		return err;
	if (probe->barrier)
		put_barrier(probe);
	identify(probe);
	probe->members = false;
	for (size_t i = 0; i < probe->devices.count; i++)
		probe->members |=
			probe_is_member(probe, &probe->devices.list[i]);
	return 0;
}

static bool has_file_system(const struct probe *probe)
{
	for (size_t i = 0; i < probe->devices.count; i++)
		if (probe->devices.list[i].content.kind == CONTENT_FS)
			return true;
	return false;
}

/* A name that says more than the node's: "vg-root, ", "md/guest, ". */
static void add_alias(struct text *out, const struct device *device)
{
	bool md = strncmp(device->name, "md", 2) == 0;

	if (device->alias[0] &&
	    !(md && !strcmp(device->name + 2, device->alias)))
		text_addf(out, "%s%s, ", md ? "md/" : "", device->alias);
}

/* What a device is, for a person: "ext4, UUID=…" */
static void describe(struct text *out, const struct device *device)
{
	const struct content *content = &device->content;
	char trouble[128];

	text_addf(out, "%s (", device->path);
	add_alias(out, device);
	if (devices_trouble(device, trouble, sizeof(trouble)))
		text_add(out, trouble);
	else if (device->inside_member)
		text_addf(out, "inside the array's member %s", device->disk);
	else if (content->kind == CONTENT_AMBIGUOUS)
		text_add(out, "superblocks that contradict each other");
	else if (content->kind == CONTENT_NOTHING)
		text_add(out,
			 device->partitioned ? "partitions" : "nothing known");
	else
		text_addf(out, "%s%s%s%s%s", content->type,
			  content->uuid[0] ? ", UUID=" : "", content->uuid,
			  content->label[0] ? ", LABEL=" : "", content->label);
	text_add(out, ")");
}

/* "there are /dev/vda (…), /dev/vda1 (…)" */
static void describe_all(struct text *out, struct probe *probe)
{
	size_t shown = 0, more = 0;
	struct text list = { 0 };

	for (size_t i = 0; i < probe->devices.count; i++) {
		struct device *device = &probe->devices.list[i];

		if (!probe_is_shown(probe, device))
			continue;
		identify_fully(probe, device);
		if (device->absent)
			continue;
		if (list.len > LIST_LEN_MAX) {
			more++;
			continue;
		}
		text_add(&list, shown++ ? ", " : "");
		describe(&list, device);
	}
	if (!shown)
		text_add(out, "there is no disk at all");
	else
		text_addf(out, "there %s %s", shown + more > 1 ? "are" : "is",
			  text_str(&list));
	if (more)
		text_addf(out, " and %zu more", more);
	text_free(&list);
}

/* The names of the wants that are missing: "a and b". */
static void list_missing(struct text *out, const struct probe *probe)
{
	size_t count = 0;

	if (!probe->want_count)
		text_add(out, "a file system");
	for (size_t i = 0; i < probe->want_count; i++)
		if (!probe->found[i])
			text_addf(out, "%s%s", count++ ? " and " : "",
				  probe->want[i]);
}

/* The sentence for what did not appear. */
static int refuse(struct probe *probe, struct reason *why)
{
	struct text what = { 0 }, there = { 0 };
	char limit[32] = "";
	int err;

	list_missing(&what, probe);
	describe_all(&there, probe);
	if (probe->wait + probe->waited)
		(void)snprintf(limit, sizeof(limit), " within %d s",
			       probe->wait + probe->waited);
	err = reason(why, ENOENT, "%.200s did not appear%s; %s",
		     text_str(&what), limit, text_str(&there));
	text_free(&what);
	text_free(&there);
	return err;
}

static void say_waiting(const struct probe *probe)
{
	struct text what = { 0 };

	text_add(&what, "waiting for ");
	list_missing(&what, probe);
	text_addf(&what, ", at most %d s", probe->wait);
	if (probe->say && !text_error(&what)) {
		text_clean(what.data);
		probe->say(text_str(&what));
	}
	text_free(&what);
}

/* Looks and waits in turn; 0, or -errno when there is nothing to look at. */
static int look_and_wait(struct probe *probe, int events, struct reason *why)
{
	long long start = wait_now(), deadline = start + probe->wait * 1000LL;
	bool last = probe->wait == 0, said = false;

	for (;;) {
		long long until = deadline;
		struct wait_changes changes;
		int err = look(probe, why);

		if (err || last)
			return err;
		if (probe->want_count && (all_found(probe) || probe->members))
			return 0;
		if (!said && wait_now() - start >= PROBE_NOTICE_MS) {
			said = true;
			say_waiting(probe);
		}
		if (!probe->want_count &&
		    (probe->members || has_file_system(probe)))
			until = wait_now() + PROBE_SETTLE_MS;
		last = !wait_for_change(
			events, until < deadline ? until : deadline, &changes);
		for (size_t i = 0; i < changes.count; i++)
			devices_forget(&probe->devices, changes.name[i]);
		if (changes.any)
			devices_forget(&probe->devices, NULL);
	}
}

/* The devices asked for that sysfs does not know may be images. */
static int add_images(struct probe *probe, struct reason *why)
{
	for (size_t i = 0; i < probe->only_count; i++) {
		struct device *image;

		if (devices_find(&probe->devices, probe->only[i]))
			continue;
		image = devices_add_image(&probe->devices, probe->only[i]);
		if (!image)
			return reason(why, ENOENT,
				      "%s: no such device or image",
				      probe->only[i]);
		identify_fully(probe, image);
	}
	return 0;
}

int probe_run(struct probe *probe, struct reason *why)
{
	/* Listens before the first look, so that nothing falls in between. */
	int events = probe->wait ? wait_open() : -1;
	int err = look_and_wait(probe, events, why);

	if (events >= 0)
		(void)close(events);
	if (!err)
		err = add_images(probe, why);
	if (err)
		return err;
	if (!all_found(probe))
		return refuse(probe, why);
	if (!probe->want_count && probe->wait && !probe->members &&
	    !has_file_system(probe))
		return refuse(probe, why);
	return 0;
}

void probe_free(struct probe *probe)
{
	if (!probe)
		return;
	devices_free(&probe->devices);
	memset(probe->found, 0, sizeof(probe->found));
}
