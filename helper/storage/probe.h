/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looking for the devices that a boot names: the write barrier first, then as
 * few superblocks as the question takes, then waiting for what is not there
 * yet. Changes the machine only through probe->barrier.
 */
#ifndef KBOOT_STORAGE_PROBE_H
#define KBOOT_STORAGE_PROBE_H

#include <stdbool.h>
#include <stddef.h>

#include "storage/devices.h"

struct reason;

enum {
	/* root=, boot=, the devices of kernel= and ramdisk=, room to spare */
	PROBE_WANTS_MAX = 16,
	PROBE_IGNORE_MAX = 1024,
	PROBE_WAIT_MAX = 86400,
	/* A wait longer than this is worth a word. */
	PROBE_NOTICE_MS = 2000,
	/*
	 * With nothing named, a first file system may not be the only one.
	 * The kernel has waited for its own scans before it starts init
	 * (init/main.c, async_synchronize_full()), so what is late is rare.
	 */
	PROBE_SETTLE_MS = 300,
};

struct probe {
	/* From the caller, who sets devices.sys and .dev; all is borrowed. */
	const char *want[PROBE_WANTS_MAX];
	size_t want_count;
	/* Members that somebody has tried to assemble already */
	const char *const *ignore;
	size_t ignore_count;
	/* If any: look at these devices and images, and at no other. */
	const char *const *only;
	size_t only_count;
	/* Seconds to wait for every want to appear */
	int wait;
	/* Seconds that were waited before: the sentences count them in */
	int waited;
	/*
	 * Makes a device read-only before it is read: sys_set_read_only() on a
	 * real machine, NULL for none. What it fails for is not read.
	 */
	int (*barrier)(const char *device, struct reason *why);
	/* Shows what is waited for, once (NULL: to nobody). */
	void (*say)(const char *sentence);

	/* The answer. */
	struct devices devices;
	const struct device *found[PROBE_WANTS_MAX];
	/* There is a member that nothing holds, and not to be ignored. */
	bool members;
};

/*
 * Looks until every want is found, a member is met while one is missing, or
 * the wait is over. Without wants: until some file system is there.
 *
 * 0: every want found. -ENOENT: not; @why says what is missing and what there
 * is instead. Other errors: the disks cannot be listed. In every case
 * probe_free() frees what was found.
 */
int probe_run(struct probe *probe, struct reason *why);

/* True if the answer is about @device: it is there, and was asked for. */
bool probe_is_shown(const struct probe *probe, const struct device *device);

/* True if @device is a member, md or LVM, that waits to be assembled. */
bool probe_is_member(const struct probe *probe, const struct device *device);

void probe_free(struct probe *probe);

#endif
