/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * search, search.fs_uuid and its kind: file systems by UUID, label or a file on
 * them. Where a tree's UUID or label is not known, one that no tree
 * has may be that tree's: the device is then a guess.
 */
#include "entries/grub2_commands.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "entries/grub2_device.h"
#include "entries/place.h"

enum by { BY_NOTHING, BY_FILE, BY_LABEL, BY_UUID };

enum {
	SEARCH_FILE,
	SEARCH_LABEL,
	SEARCH_UUID,
	SEARCH_SET,
	SEARCH_NO_FLOPPY,
	SEARCH_HINT,
	SEARCH_HINT_BIOS = 7,
	SEARCH_HINT_BAREMETAL,
};

static const struct grub2_option search_options[] = {
	[SEARCH_FILE] = { "file", 'f', false, false },
	[SEARCH_LABEL] = { "label", 'l', false, false },
	[SEARCH_UUID] = { "fs-uuid", 'u', false, false },
	[SEARCH_SET] = { "set", 's', true, true },
	[SEARCH_NO_FLOPPY] = { "no-floppy", 'n', false, false },
	[SEARCH_HINT] = { "hint", 'h', true, false },
	{ "hint-ieee1275", '\0', true, false },
	[SEARCH_HINT_BIOS] = { "hint-bios", '\0', true, false },
	[SEARCH_HINT_BAREMETAL] = { "hint-baremetal", '\0', true, false },
	{ "hint-efi", '\0', true, false },
	{ "hint-arc", '\0', true, false },
	{ "hint-xen", '\0', true, false },
	{ "root-dev-only", '\0', false, false },
	{ "efidisk-only", '\0', false, false },
	{ "cryptodisk-only", '\0', false, false },
	{ NULL, '\0', false, false },
};

/* The tree that has the regular file @path, or -1. */
static long by_file(struct grub2_run *run, const char *path)
{
	for (size_t i = 0; i < run->guest->tree_count; i++) {
		struct tree_file file;

		if (!grub2_run_step(run, GRUB2_STEPS_FILE) || *path != '/')
			return -1;
		if (tree_look(&run->guest->trees[i], path, &file, NULL) == 0)
			return (long)i;
	}
	return -1;
}

static long find(struct grub2_run *run, enum by by, const char *key)
{
	if (by == BY_FILE)
		return by_file(run, key);
	return by == BY_UUID ? place_by_uuid(run->guest, key)
			     : place_by_label(run->guest, key);
}

/* True if a tree could be the one without our knowing. */
static bool may_be_here(const struct guest *guest, enum by by)
{
	for (size_t i = 0; i < guest->tree_count; i++)
		if (by != BY_FILE && !*guest->trees[i].uuid &&
		    !*guest->trees[i].label)
			return true;
	return false;
}

static bool all_uuids_known(const struct guest *guest)
{
	for (size_t i = 0; i < guest->tree_count; i++)
		if (!*guest->trees[i].uuid)
			return false;
	return true;
}

/* Puts down that no tree has the UUID, for files on the device that @variable
 * goes on naming. */
static void miss(struct grub2_run *run, const char *uuid, const char *variable)
{
	const char *device = grub2_run_get(run, variable ? variable : "root");
	struct grub2_missed *missed = &run->missed;

	run->has_missed = true;
	if (strlen(uuid) >= sizeof(missed->uuid) ||
	    strlen(device) >= sizeof(missed->device))
		return;
	(void)strcpy(missed->uuid, uuid);
	(void)strcpy(missed->device, device);
}

static int search(struct grub2_run *run, enum by by, const char *key,
		  const char *variable)
{
	struct text name = { 0 };
	bool sure;
	long tree;

	if (by == BY_NOTHING)
		return GRUB2_INVALID_COMMAND;
	tree = find(run, by, key);
	if (tree < 0 && by == BY_UUID && all_uuids_known(run->guest))
		miss(run, key, variable);
	if (tree < 0 && !may_be_here(run->guest, by))
		return GRUB2_NOT_FOUND;
	if (tree >= 0) {
		text_add(&name, run->devices[tree]);
		run->found[tree] = true;
	} else {
		text_addf(&name, "%s/%s", by == BY_UUID ? "uuid" : "label",
			  key);
	}
	/* It must not look like a tree's own name. */
	if (tree < 0) {
		(void)grub2_device_find(run, text_str(&name), &sure);
		if (sure || strpbrk(key, "()")) {
			text_free(&name);
			return GRUB2_NOT_FOUND;
		}
	}
	if (variable)
		grub2_run_set(run, variable, text_str(&name));
	text_free(&name);
	return GRUB2_OK;
}

int grub2_search(struct grub2_run *run, const struct grub2_args *args)
{
	const char *key, *variable = NULL, *set;
	struct grub2_options *o;
	enum by by = BY_NOTHING;
	size_t i = 1;
	int status =
		grub2_options_read(&o, search_options, GRUB2_ACCEPT_DASH, args);

	if (status)
		return status;
	/* Hints for platforms that are not known. */
	while (i < o->args.count && strncmp(o->args.list[i], "--hint-", 7) == 0)
		i++;
	set = grub2_option(o, SEARCH_SET);
	key = i < o->args.count ? o->args.list[i] : NULL;
	if (o->set[SEARCH_SET].count)
		variable = set && key ? set : "root";
	/* --set took the key for its value: it had none in GRUB 1.98. */
	if (!key && set) {
		key = set;
		run->is_198 = true;
	}
	if (o->set[SEARCH_LABEL].count)
		by = BY_LABEL;
	else if (o->set[SEARCH_UUID].count)
		by = BY_UUID;
	else if (o->set[SEARCH_FILE].count)
		by = BY_FILE;
	status = key ? search(run, by, key, variable) : GRUB2_BAD_ARGUMENT;
	grub2_options_free(o);
	return status;
}

/* search.fs_uuid KEY [VARIABLE [HINT]...] */
int grub2_search_dotted(struct grub2_run *run, const struct grub2_args *args)
{
	const char *name = args->list[0];
	enum by by = BY_UUID;

	if (args->count < 2)
		return GRUB2_BAD_ARGUMENT;
	if (strcmp(name, "search.file") == 0)
		by = BY_FILE;
	else if (strcmp(name, "search.fs_label") == 0)
		by = BY_LABEL;
	return search(run, by, args->list[1],
		      args->count > 2 ? args->list[2] : NULL);
}
