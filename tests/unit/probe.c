/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The order of barrier, look and wait, and the sentences at the end. */
#include "storage/probe.h"

#include <errno.h>
#include <sys/wait.h>

#include "base/reason.h"
#include "disks.h"
#include "storage/wait.h"
#include "tap.h"

static const char uuid[] = "UUID=11111111-2222-3333-4444-55555555abcd";

/* What the callbacks saw; the interface gives them no handle. */
static char guarded[4096];
static char said[REASON_MAX];
static const char *locked;

static int barrier(const char *device, struct reason *why)
{
	(void)why;
	if (locked && strstr(device, locked))
		return -EACCES;
	(void)strcat(guarded, strrchr(device, '/'));
	return 0;
}

static void say(const char *sentence)
{
	(void)snprintf(said, sizeof(said), "%s", sentence);
}

static struct probe prepare(const struct disks *disks)
{
	guarded[0] = '\0';
	said[0] = '\0';
	locked = NULL;
	return (struct probe){ .devices = { .sys = disks->sys,
					    .dev = disks->dev },
			       .barrier = barrier,
			       .say = say };
}

static void want(struct probe *probe, const char *name)
{
	probe->want[probe->want_count++] = name;
}

static struct device *get(struct probe *probe, const char *name)
{
	for (size_t i = 0; i < probe->devices.count; i++)
		if (strcmp(probe->devices.list[i].name, name) == 0)
			return &probe->devices.list[i];
	return NULL;
}

/* @text with every @dir in it taken out: "/tmp/x/dev/vda" becomes "/dev/vda" */
static const char *without(const char *dir, char *text)
{
	for (char *p = text; (p = strstr(p, dir));)
		memmove(p, p + strlen(dir), strlen(p + strlen(dir)) + 1);
	return text;
}

static void found(const struct disks *disks)
{
	struct probe probe = prepare(disks);
	struct reason why;

	disks_add(disks, "vda", NULL, 0, 16);
	disks_add(disks, "vda1", "vda", 1, 16);
	disks_add(disks, "vda2", "vda", 2, 16);
	disks_add(disks, "vdb", NULL, 0, 16);
	disks_ext4(disks, "vda1", uuid + 5, "one");
	disks_ext4(disks, "vdb", "21111111-2222-3333-4444-55555555abcd", "two");
	want(&probe, uuid);
	ok(probe_run(&probe, &why) == 0, "found by its UUID");
	is(probe.found[0]->name, "vda1", "it is vda1");
	is(guarded, "/vda/vda1/vda2/vdb", "the barrier is on all of them");
	ok(get(&probe, "vda2")->depth == CONTENT_UNREAD &&
		   get(&probe, "vdb")->depth == CONTENT_UNREAD,
	   "and what is not needed is not read");
	ok(get(&probe, "vda")->depth == CONTENT_MEMBER,
	   "the disk only as far as it takes to know it is no member");
	probe_free(&probe);

	probe = prepare(disks);
	want(&probe, "vdb");
	want(&probe, uuid);
	ok(probe_run(&probe, &why) == 0, "two wants, two forms");
	is(probe.found[0]->content.label, "two", "what is named is read");
	is(probe.found[1]->name, "vda1", "both are found");
	probe_free(&probe);

	probe = prepare(disks);
	ok(probe_run(&probe, &why) == 0, "no want at all");
	ok(get(&probe, "vda1")->content.kind == CONTENT_FS &&
		   get(&probe, "vdb")->content.kind == CONTENT_FS,
	   "then all is read");
	probe_free(&probe);
	probe_free(NULL);
}

static void missing(const struct disks *disks)
{
	struct probe probe = prepare(disks);
	struct reason why;

	want(&probe, "vdb");
	want(&probe, "UUID=no");
	want(&probe, "/dev/vdz");
	ok(probe_run(&probe, &why) == -ENOENT, "two of three are missing");
	is(without(disks->dir, why.text),
	   "UUID=no and /dev/vdz did not appear; there are /dev/vda "
	   "(partitions), /dev/vda1 (ext4, UUID=11111111-2222-3333-4444-"
	   "55555555abcd, LABEL=one), /dev/vda2 (nothing known), /dev/vdb "
	   "(ext4, UUID=21111111-2222-3333-4444-55555555abcd, LABEL=two)",
	   "the sentence says what there is instead");
	is(probe.found[0]->name, "vdb", "the third is still an answer");
	probe_free(&probe);
}

static void unreadable(const struct disks *disks)
{
	struct probe probe = prepare(disks);
	struct reason why;

	disks_add(disks, "vd0", NULL, 0, 16);
	sh("cd %s; rm vd0; mkdir vd0", disks->dev);
	want(&probe, uuid);
	ok(probe_run(&probe, &why) == 0, "a bad disk before it: still found");
	probe_free(&probe);

	probe = prepare(disks);
	want(&probe, "LABEL=none");
	ok(probe_run(&probe, &why) == -ENOENT, "a bad disk and a missing one");
	ok(strstr(why.text, "/vd0 (cannot be read: ") != NULL,
	   "the disk is named: %s", why.text);
	probe_free(&probe);
	sh("rm %s/class/block/vd0", disks->sys);

	probe = prepare(disks);
	locked = "vda1";
	want(&probe, uuid);
	ok(probe_run(&probe, &why) == -ENOENT, "without a barrier, no look");
	ok(strstr(why.text, "/vda1 (cannot be made read-only: Permission "
			    "denied)") != NULL,
	   "and a reason: %s", why.text);
	probe_free(&probe);
}

static void members(const struct disks *disks)
{
	struct probe probe = prepare(disks);
	char path[DISKS_PATH_MAX];
	const char *ignore[] = { path };
	struct reason why;
	long long start = wait_now();

	(void)snprintf(path, sizeof(path), "%s/vdc", disks->dev);
	disks_add(disks, "vdc", NULL, 0, 16);
	disks_md1(disks, "vdc", 4096, "host:root");
	want(&probe, "/dev/md0");
	probe.wait = 5;
	ok(probe_run(&probe, &why) == -ENOENT, "an array is not there yet");
	ok(probe.members && probe_is_member(&probe, get(&probe, "vdc")),
	   "but a member of one");
	ok(wait_now() - start < 2000, "and so there is nothing to wait for");
	probe_free(&probe);

	probe = prepare(disks);
	want(&probe, uuid);
	ok(probe_run(&probe, &why) == 0, "who needs no array gets none");
	probe_free(&probe);

	probe = prepare(disks);
	want(&probe, "/dev/md0");
	probe.ignore = ignore;
	probe.ignore_count = 1;
	ok(probe_run(&probe, &why) == -ENOENT && !probe.members,
	   "a member to be ignored is none");
	ok(strstr(why.text, "/vdc (linux_raid_member, UUID=") != NULL,
	   "but is named: %s", why.text);
	probe_free(&probe);

	disks_add(disks, "md5", NULL, 0, 16);
	disks_stack(disks, "md5", "vdc");
	probe = prepare(disks);
	want(&probe, "LABEL=none");
	ok(probe_run(&probe, &why) == -ENOENT && !probe.members,
	   "nor is one that an array holds");
	probe_free(&probe);
	sh("rm %s/class/block/md5 %s/class/block/vdc", disks->sys, disks->sys);
}

static void waiting(const struct disks *disks)
{
	struct probe probe = prepare(disks);
	long long start = wait_now();
	struct reason why;
	pid_t child;

	want(&probe, "LABEL=late");
	probe.wait = 3;
	ok(probe_run(&probe, &why) == -ENOENT, "what never appears");
	ok(wait_now() - start >= 3000 && wait_now() - start < 5000,
	   "is waited for as long as asked");
	ok(strstr(why.text, "LABEL=late did not appear within 3 s; there are "),
	   "and the limit is named: %s", why.text);
	is(said, "waiting for LABEL=late, at most 3 s", "one word after 2 s");
	probe_free(&probe);

	disks_add(disks, "vdl", NULL, 0, 16);
	disks_ext4(disks, "vdl", "31111111-2222-3333-4444-55555555abcd",
		   "late");
	sh("mv %s/class/block/vdl %s", disks->sys, disks->dir);
	child = fork();
	if (child == 0) {
		char from[DISKS_PATH_MAX], to[DISKS_PATH_MAX];

		(void)snprintf(from, sizeof(from), "%s/vdl", disks->dir);
		(void)snprintf(to, sizeof(to), "%s/class/block/vdl",
			       disks->sys);
		(void)usleep(300000);
		_exit(rename(from, to) ? 1 : 0);
	}
	probe = prepare(disks);
	want(&probe, "LABEL=late");
	probe.wait = 10;
	start = wait_now();
	ok(probe_run(&probe, &why) == 0, "what appears later is found");
	ok(wait_now() - start < 5000, "soon");
	ok(strstr(guarded, "/vdl") != NULL, "behind the barrier, too");
	ok(strstr(strstr(guarded, "/vda") + 1, "/vda/") == NULL,
	   "which is put up once for each: %s", guarded);
	(void)waitpid(child, NULL, 0);
	probe_free(&probe);
}

static void only(const struct disks *disks)
{
	struct probe probe = prepare(disks);
	const char *names[] = { "vdb" }, *none[] = { "/nowhere" };
	struct reason why;

	probe.only = names;
	probe.only_count = 1;
	ok(probe_run(&probe, &why) == 0, "one device alone");
	ok(probe_is_shown(&probe, get(&probe, "vdb")) &&
		   !probe_is_shown(&probe, get(&probe, "vda1")),
	   "the others are not shown");
	ok(get(&probe, "vda1")->depth == CONTENT_UNREAD, "and not read");
	probe_free(&probe);
	probe = prepare(disks);
	probe.only = none;
	probe.only_count = 1;
	ok(probe_run(&probe, &why) == -ENOENT, "no such device");
	is(why.text, "/nowhere: no such device or image", "says so");
	probe_free(&probe);
}

static void none(const struct disks *disks)
{
	struct probe probe = prepare(disks);
	struct reason why;

	sh("rm %s/class/block/*", disks->sys);
	want(&probe, "vda");
	ok(probe_run(&probe, &why) == -ENOENT, "no disk");
	is(why.text, "vda did not appear; there is no disk at all", "says so");
	probe_free(&probe);
	probe = prepare(disks);
	ok(probe_run(&probe, &why) == 0, "nothing wanted, nothing there");
	probe_free(&probe);
	probe = prepare(disks);
	probe.wait = 1;
	ok(probe_run(&probe, &why) == -ENOENT,
	   "unless it was to be waited for");
	is(why.text,
	   "a file system did not appear within 1 s; there is no disk at all",
	   "says so");
	probe_free(&probe);
}

static void crowd(const struct disks *disks)
{
	struct probe probe = prepare(disks);
	struct reason why;

	for (int i = 0; i < 60; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "vx%d", i);
		disks_add(disks, name, NULL, 0, 2);
	}
	want(&probe, "UUID=no");
	ok(probe_run(&probe, &why) == -ENOENT, "sixty disks, none is it");
	ok(strstr(why.text, " more") && strlen(why.text) < REASON_MAX - 1,
	   "a sentence has an end: %s", strstr(why.text, " and "));
	probe_free(&probe);
}

int main(void)
{
	struct disks disks;

	disks_make(&disks);
	found(&disks);
	missing(&disks);
	unreadable(&disks);
	members(&disks);
	waiting(&disks);
	only(&disks);
	none(&disks);
	crowd(&disks);
	disks_remove(&disks);
	return tap_done();
}
