/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Uevents by netlink, and the clock. */
#include "storage/wait.h"

#include <errno.h>
#include <linux/netlink.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* UEVENT_BUFFER_SIZE of linux/kobject.h is 2048; the header comes on top. */
enum { LOOK_AGAIN_MS = 1000, EVENT_MAX = 8192, KERNEL_GROUP = 1 };

int wait_open(void)
{
	struct sockaddr_nl address = {
		.nl_family = AF_NETLINK,
		/* The kernel's own words, not udevd's */
		.nl_groups = KERNEL_GROUP,
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
			NETLINK_KOBJECT_UEVENT);

	if (fd >= 0 &&
	    bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		(void)close(fd);
		fd = -1;
	}
	return fd;
}

long long wait_now(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* The value of @key in the event's words, or NULL. All end within @len. */
static const char *value(const char *event, size_t len, const char *key)
{
	size_t key_len = strlen(key);

	for (size_t i = 0; i < len;) {
		size_t word = strnlen(event + i, len - i);

		if (i + word == len)
			return NULL;
		if (word > key_len && event[i + key_len] == '=' &&
		    memcmp(event + i, key, key_len) == 0)
			return event + i + key_len + 1;
		i += word + 1;
	}
	return NULL;
}

bool wait_take_event(const char *event, size_t len,
		     struct wait_changes *changes)
{
	const char *subsystem = value(event, len, "SUBSYSTEM");
	const char *action = value(event, len, "ACTION");
	const char *path = value(event, len, "DEVPATH");
	const char *name;

	if (!subsystem || strcmp(subsystem, "block") != 0)
		return false;
	/* What is new has a new directory in sysfs; the caller sees that. */
	if (!action || strcmp(action, "change") != 0)
		return true;
	name = path ? strrchr(path, '/') : NULL;
	if (!name || strlen(name + 1) >= WAIT_NAME_MAX ||
	    changes->count == WAIT_CHANGES_MAX)
		changes->any = true;
	else
		memcpy(changes->name[changes->count++], name + 1,
		       strlen(name + 1) + 1);
	return true;
}

/* Everything that has come in; true if any of it is of a block device. */
static bool drain(int fd, struct wait_changes *changes)
{
	bool any = false;

	for (;;) {
		struct sockaddr_nl from = { 0 };
		socklen_t from_len = sizeof(from);
		char event[EVENT_MAX];
		ssize_t got = recvfrom(fd, event, sizeof(event), 0,
				       (struct sockaddr *)&from, &from_len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && errno == ENOBUFS) {
			changes->any = true;
			any = true;
			continue;
		}
		if (got <= 0)
			return any;
		/* Port 0 is the kernel; a program could send here, too. */
		if (from.nl_pid == 0)
			any |= wait_take_event(event, (size_t)got, changes);
	}
}

bool wait_for_change(int fd, long long deadline, struct wait_changes *ret)
{
	long long now = wait_now(), again = now + LOOK_AGAIN_MS;

	*ret = (struct wait_changes){ 0 };
	if (now >= deadline)
		return false;
	if (again > deadline)
		again = deadline;
	for (; now < again; now = wait_now()) {
		/* poll() takes a negative descriptor as none: it sleeps. */
		struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

		if (poll(&poll_fd, 1, (int)(again - now)) <= 0)
			continue;
		if (drain(fd, ret))
			return true;
		/* A broken socket is always ready: do not spin on it. */
		if (!(poll_fd.revents & POLLIN))
			fd = -1;
	}
	return now < deadline;
}
