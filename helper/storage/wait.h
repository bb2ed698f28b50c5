/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Waiting for devices to appear: the kernel's uevents, and a second look once
 * a second for the case that one was lost. Opens no device.
 */
#ifndef KBOOT_STORAGE_WAIT_H
#define KBOOT_STORAGE_WAIT_H

#include <stdbool.h>
#include <stddef.h>

enum { WAIT_NAME_MAX = 64, WAIT_CHANGES_MAX = 32 };

/* The block devices, by kernel name, whose content is not what it was. */
struct wait_changes {
	char name[WAIT_CHANGES_MAX][WAIT_NAME_MAX];
	size_t count;
	/* Events were lost or there were too many: any may have changed. */
	bool any;
};

/*
 * Starts listening, so that what appears from now on is not missed. Returns a
 * descriptor for wait_for_change(), to be closed with close(); or -1 where
 * that is impossible: wait_for_change() then looks once a second.
 */
int wait_open(void);

/* Milliseconds of a clock that only runs forward (CLOCK_MONOTONIC). */
long long wait_now(void);

/*
 * Sleeps until block devices appeared, went or changed, a second is over, or
 * wait_now() reaches @deadline. True in the first two cases, and *@ret says
 * which ones changed in place; false at the deadline.
 */
bool wait_for_change(int fd, long long deadline, struct wait_changes *ret);

/*
 * Takes one uevent (Documentation/ABI/testing/sysfs-uevent: "action@devpath",
 * then KEY=value, each ended by NUL) of @len bytes. True if it is of a block
 * device; one that changed in place is added to @changes.
 */
bool wait_take_event(const char *event, size_t len,
		     struct wait_changes *changes);

#endif
