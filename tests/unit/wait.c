/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Uevents, taken apart; the limits of a wait, by a socket pair. */
#include "storage/wait.h"

#include <stdint.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

#define EVENT(s) s, sizeof(s)

static void events(void)
{
	struct wait_changes changes = { 0 };

	ok(wait_take_event(EVENT("add@/devices/pci0/virtio0/block/vda/vda1\0"
				 "ACTION=add\0DEVPATH=/devices/pci0/virtio0/"
				 "block/vda/vda1\0SUBSYSTEM=block\0"
				 "DEVNAME=vda1\0SEQNUM=5"),
			   &changes),
	   "a partition appeared");
	ok(changes.count == 0 && !changes.any, "none changed in place");
	ok(wait_take_event(EVENT("change@/devices/virtual/block/md127\0"
				 "ACTION=change\0DEVPATH=/devices/virtual/block"
				 "/md127\0SUBSYSTEM=block\0DEVNAME=md127"),
			   &changes),
	   "an array was started");
	ok(changes.count == 1, "that is a change in place");
	is(changes.name[0], "md127", "of md127");
	ok(!wait_take_event(EVENT("add@/devices/x\0ACTION=add\0SUBSYSTEM=net"),
			    &changes),
	   "network cards are of no interest");
	ok(!wait_take_event(EVENT("add@/devices/x\0NOT_SUBSYSTEM=block"),
			    &changes),
	   "a longer key is another key");
	ok(!wait_take_event("SUBSYSTEM=block", 15, &changes),
	   "a word that nothing ends is none");
	ok(!wait_take_event("", 0, &changes), "an empty event");
	ok(wait_take_event(EVENT("SUBSYSTEM=block\0ACTION=change"), &changes) &&
		   changes.any,
	   "a change of who knows what may be of any");
	changes = (struct wait_changes){ .count = WAIT_CHANGES_MAX };
	ok(wait_take_event(EVENT("SUBSYSTEM=block\0ACTION=change\0"
				 "DEVPATH=/block/sr0"),
			   &changes) &&
		   changes.any && changes.count == WAIT_CHANGES_MAX,
	   "too many changes are a change of any");
}

/* How long a wait took, and what it said. */
static bool timed(int fd, int limit, long long *took)
{
	struct wait_changes changes;
	long long start = wait_now();
	bool more = wait_for_change(fd, start + limit, &changes);

	*took = wait_now() - start;
	return more;
}

static void limits(void)
{
	static const char event[] = "SUBSYSTEM=block\0ACTION=add";
	long long took;
	clock_t busy;
	int pair[2];

	ok(!timed(-1, 0, &took) && took < 50, "no time is no wait");
	ok(!timed(-1, 120, &took) && took >= 120 && took < 900,
	   "the deadline holds without events: %lld ms", took);
	ok(timed(-1, 5000, &took) && took >= 1000 && took < 2500,
	   "once a second there is another look: %lld ms", took);
	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, pair) < 0)
		return;
	(void)!write(pair[1], "SUBSYSTEM=net", 14);
	ok(!timed(pair[0], 150, &took) && took >= 150,
	   "an event of something else does not end it: %lld ms", took);
	(void)!write(pair[1], event, sizeof(event));
	ok(timed(pair[0], 5000, &took) && took < 900,
	   "an event of a disk does: %lld ms", took);
	(void)close(pair[1]);
	(void)close(pair[0]);
	busy = clock();
	ok(!timed(pair[0], 400, &took) && took >= 400,
	   "a broken descriptor is as none: %lld ms", took);
	ok(clock() - busy < CLOCKS_PER_SEC / 5, "and no busy loop");
}

int main(void)
{
	int fd = wait_open();

	ok(fd >= -1, "listening, or known not to");
	if (fd >= 0)
		(void)close(fd);
	events();
	limits();
	return tap_done();
}
