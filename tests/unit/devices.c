/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which devices there are by a sysfs of our own, and which one a name means. */
#include "storage/devices.h"

#include <errno.h>

#include "base/reason.h"
#include "disks.h"
#include "tap.h"

static const char uuid[] = "11111111-2222-3333-4444-55555555abcd";

static struct device *get(struct devices *devices, const char *name)
{
	for (size_t i = 0; i < devices->count; i++)
		if (strcmp(devices->list[i].name, name) == 0)
			return &devices->list[i];
	return NULL;
}

static void scan(struct devices *devices)
{
	struct reason why;

	if (devices_scan(devices, &why))
		printf("Bail out! %s\n", why.text);
}

/* The name of what @name means, or "nothing". */
static const char *means(const struct devices *devices, const char *name)
{
	const struct device *device = devices_find(devices, name);

	return device ? device->name : "nothing";
}

static void which(const struct disks *disks)
{
	struct devices devices = { .sys = disks->sys, .dev = disks->dev };
	struct device *device;

	disks_add(disks, "vda", NULL, 0, 16);
	disks_add(disks, "vda10", "vda", 10, 1);
	disks_add(disks, "vda2", "vda", 2, 16);
	disks_add(disks, "nvme0n1", NULL, 0, 1);
	disks_add(disks, "nvme0n1p1", "nvme0n1", 1, 1);
	disks_add(disks, "ram0", NULL, 0, 1);
	disks_add(disks, "zram0", NULL, 0, 1);
	disks_add(disks, "fd0", NULL, 0, 1);
	disks_add(disks, "loop0", NULL, 0, 1);
	disks_add(disks, "sr0", NULL, 0, 0);
	disks_add(disks, "cciss!c0d0", NULL, 0, 1);
	scan(&devices);
	ok(devices.count == 6, "six are for use, not %zu", devices.count);
	ok(!get(&devices, "ram0") && !get(&devices, "zram0") &&
		   !get(&devices, "fd0"),
	   "no RAM disk, no floppy");
	ok(!get(&devices, "loop0"), "no loop without a file");
	ok(!get(&devices, "sr0"), "nothing of size 0");
	ok(get(&devices, "vda2") < get(&devices, "vda10"), "2 is before 10");
	device = get(&devices, "vda2");
	is(device->disk, "vda", "a partition has a disk");
	ok(device->number == 2, "and a number");
	ok(get(&devices, "vda")->partitioned, "the disk has partitions");
	device = get(&devices, "cciss!c0d0");
	ok(strstr(device->path, "/dev/cciss/c0d0") != NULL,
	   "a slash is '!' in sysfs: %s", device->path);
	devices_free(&devices);
	devices_free(NULL);
}

static void loops(const struct disks *disks)
{
	struct devices devices = { .sys = disks->sys, .dev = disks->dev };
	char path[DISKS_PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/vda", disks->dev);
	disks_set(disks, "loop0", "loop/backing_file", path);
	disks_add(disks, "loop1", NULL, 0, 1);
	/* /dev/shm is in RAM, as all files of the initramfs are. */
	disks_set(disks, "loop1", "loop/backing_file", "/dev/shm");
	disks_add(disks, "dm-9", NULL, 0, 1);
	disks_set(disks, "dm-9", "dm/name", "scratch-vda2");
	disks_stack(disks, "dm-9", "loop1");
	scan(&devices);
	ok(get(&devices, "loop0") != NULL, "a loop over a file counts");
	ok(!get(&devices, "loop1"), "a loop over RAM is our own");
	ok(!get(&devices, "dm-9"), "and so is what writes to it");
	devices_free(&devices);
	sh("rm %s/class/block/dm-9 %s/class/block/loop?", disks->sys,
	   disks->sys);
}

static void paths(const struct disks *disks)
{
	struct devices devices = { .sys = disks->sys, .dev = disks->dev };
	static const struct {
		const char *name;
		const char *device;
	} cases[] = {
		{ "/dev/vda2", "vda2" },
		{ "vda2", "vda2" },
		{ "\"vda2\"", "vda2" },
		{ "/dev/cciss/c0d0", "cciss!c0d0" },
		{ "vda1", "nothing" },
		{ "vda", "vda" },
		{ "", "nothing" },
		{ "/dev/", "nothing" },
		{ "/vda2", "nothing" },
		/* vg "my-vg", volume "root": a dash is doubled */
		{ "my-vg/root", "dm-0" },
		{ "/dev/my-vg/root", "dm-0" },
		{ "/dev/mapper/my--vg-root", "dm-0" },
		{ "mapper/my--vg-root", "dm-0" },
		{ "my--vg-root", "dm-0" },
		{ "dm-0", "dm-0" },
		{ "my/vg-root", "nothing" },
		{ "my-vg/roo", "nothing" },
		{ "mapper/my-vg/root", "nothing" },
		{ "md127", "md127" },
		{ "md/root", "md127" },
		{ "/dev/md/root", "md127" },
		{ "/dev/md/root2", "md127p2" },
		{ "md/rootp2", "md127p2" },
		{ "md/root3", "nothing" },
		{ "md127p2", "md127p2" },
		{ "/dev/disk/by-id/virtio-ABC", "vda2" },
		{ "disk/by-id/virtio-ABC", "vda2" },
		{ "/dev/../vda2", "nothing" },
	};

	disks_add(disks, "dm-0", NULL, 0, 1);
	disks_set(disks, "dm-0", "dm/name", "my--vg-root");
	disks_set(disks, "dm-0", "dm/uuid",
		  "LVM-abcdefghijklmnopqrstuvwxyz012345"
		  "abcdefghijklmnopqrstuvwxyz012345");
	disks_add(disks, "md127", NULL, 0, 1);
	disks_add(disks, "md127p2", "md127", 2, 1);
	sh("cd %s; mkdir -p md disk/by-id; ln -s ../md127 md/root; "
	   "ln -s ../../vda2 disk/by-id/virtio-ABC; : >../vda2",
	   disks->dev);
	scan(&devices);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is(means(&devices, cases[i].name), cases[i].device,
		   cases[i].name);
	devices_free(&devices);
}

static void mapped(const struct disks *disks)
{
	struct devices devices = { .sys = disks->sys, .dev = disks->dev };

	disks_add(disks, "dm-1", NULL, 0, 1);
	disks_set(disks, "dm-1", "dm/name", "vg-thin_tdata");
	disks_set(disks, "dm-1", "dm/uuid",
		  "LVM-abcdefghijklmnopqrstuvwxyz012345"
		  "abcdefghijklmnopqrstuvwxyz012345-tdata");
	disks_add(disks, "dm-2", NULL, 0, 1);
	disks_set(disks, "dm-2", "dm/name", "vg-asleep");
	disks_set(disks, "dm-2", "dm/suspended", "1");
	scan(&devices);
	ok(!get(&devices, "dm-1"), "lvm2's private devices are not for use");
	ok(!get(&devices, "dm-2"), "a suspended one would not answer");
	devices_free(&devices);
}

static void content(const struct disks *disks)
{
	struct devices devices = { .sys = disks->sys, .dev = disks->dev };
	struct device *device;

	disks_ext4(disks, "vda2", uuid, "my root");
	scan(&devices);
	is(means(&devices, "LABEL=my root"), "nothing", "before it is read");
	devices_identify(&devices, get(&devices, "vda2"), CONTENT_USUAL);
	is(means(&devices, "UUID=11111111-2222-3333-4444-55555555abcd"), "vda2",
	   "UUID=");
	is(means(&devices, "UUID=11111111-2222-3333-4444-55555555ABCD"), "vda2",
	   "UUID= in upper case");
	is(means(&devices, "UUID='11111111-2222-3333-4444-55555555abcd'"),
	   "vda2", "UUID= in quotes");
	is(means(&devices,
		 "/dev/disk/by-uuid/11111111-2222-3333-4444-55555555abcd"),
	   "vda2", "by-uuid, without udev");
	is(means(&devices, "UUID=11111111-2222-3333-4444-55555555abc"),
	   "nothing", "part of a UUID");
	is(means(&devices, "UUID="), "nothing", "no UUID");
	is(means(&devices, "LABEL=my root"), "vda2", "LABEL=");
	is(means(&devices, "LABEL=\"my root\""), "vda2", "LABEL= in quotes");
	is(means(&devices, "LABEL=my\\x20root"), "vda2", "as udev writes it");
	is(means(&devices, "/dev/disk/by-label/my\\x20root"), "vda2",
	   "by-label, without udev");
	is(means(&devices, "LABEL=MY ROOT"), "nothing", "labels have a case");

	device = get(&devices, "vda2");
	sh("rm %s/vda2", disks->dev);
	devices_identify(&devices, device, CONTENT_USUAL);
	is(device->content.type, "ext4", "what is known is not read again");
	scan(&devices);
	is(means(&devices, "LABEL=my root"), "vda2", "known after a scan, too");
	devices_forget(&devices, "vda2");
	devices_identify(&devices, get(&devices, "vda2"), CONTENT_USUAL);
	ok(get(&devices, "vda2")->absent, "without a node it is absent");
	is(means(&devices, "vda2"), "nothing", "and nothing means it");
	sh("truncate -s 16M %s/vda2", disks->dev);
	disks_ext4(disks, "vda2", uuid, "my root");
	disks_add(disks, "vda2", "vda", 2, 16);
	sh("cd %s/devices/block/vda; cp -r vda2 new; rm -r vda2; mv new vda2",
	   disks->sys);
	scan(&devices);
	ok(get(&devices, "vda2")->depth == CONTENT_UNREAD,
	   "another device of this name is another device");
	devices_free(&devices);
}

static void trouble(void)
{
	struct device device = { .name = "vdb" };
	char buffer[128];

	ok(!devices_trouble(&device, buffer, sizeof(buffer)), "no trouble");
	devices_fail(&device, -EIO, DEVICES_READ);
	is(devices_trouble(&device, buffer, sizeof(buffer)),
	   "cannot be read: Input/output error", "an I/O error");
	ok(!device.absent, "it is there");
	devices_fail(&device, -ENOMEDIUM, DEVICES_READ);
	ok(device.absent, "a drive without a medium is not");
}

static void inside(const struct disks *disks)
{
	struct devices devices = { .sys = disks->sys, .dev = disks->dev };

	disks_add(disks, "vdc", NULL, 0, 16);
	disks_add(disks, "vdc1", "vdc", 1, 16);
	disks_ext4(disks, "vdc1", "21111111-2222-3333-4444-55555555abcd", "c");
	disks_md1(disks, "vdc", 16 * MIB - 8192, "host:disk");
	scan(&devices);
	devices_identify(&devices, get(&devices, "vdc1"), CONTENT_USUAL);
	is(means(&devices, "LABEL=c"), "nothing",
	   "a partition inside a member of an array is none");
	is(means(&devices, "vdc1"), "nothing", "nor by its name");
	devices_free(&devices);
}

static void stacked(const struct disks *disks)
{
	struct devices devices = { .sys = disks->sys, .dev = disks->dev };
	static const char same[] = "31111111-2222-3333-4444-55555555abcd";
	static const char *const names[] = { "dm-5", "dm-6", "sda", "sdb" };

	/* Multipath: sda and sdb are the same disk, dm-5 both of them. */
	for (size_t i = 0; i < 4; i++) {
		disks_add(disks, names[i], NULL, 0, 16);
		disks_ext4(disks, names[i], same, "same");
	}
	disks_set(disks, "dm-5", "dm/name", "zz");
	disks_stack(disks, "dm-5", "sda");
	disks_stack(disks, "dm-5", "sdb");
	sh("rm %s/class/block/dm-6", disks->sys);
	scan(&devices);
	for (size_t i = 0; i < 4; i++)
		if (get(&devices, names[i]))
			devices_identify(&devices, get(&devices, names[i]),
					 CONTENT_USUAL);
	is(means(&devices, "LABEL=same"), "dm-5", "what lies on top is meant");
	is(means(&devices, "sda"), "sda", "unless it is named");
	devices_free(&devices);

	/* dm-4 is a snapshot of dm-5, its changes are in dm-7. */
	disks_add(disks, "dm-4", NULL, 0, 16);
	disks_set(disks, "dm-4", "dm/name", "vg-snap");
	disks_ext4(disks, "dm-4", same, "same");
	disks_add(disks, "dm-7", NULL, 0, 16);
	disks_set(disks, "dm-7", "dm/name", "vg-snap-cow");
	disks_stack(disks, "dm-4", "dm-7");
	scan(&devices);
	devices_identify(&devices, get(&devices, "dm-4"), CONTENT_USUAL);
	devices_identify(&devices, get(&devices, "dm-5"), CONTENT_USUAL);
	is(means(&devices, "LABEL=same"), "dm-5", "the origin, no snapshot");
	is(means(&devices, "vg/snap"), "dm-4", "unless it is named");
	devices_free(&devices);
}

static void arrays(const struct disks *disks)
{
	struct devices devices = { .sys = disks->sys, .dev = disks->dev };

	/* Assembled under a name that nobody asks for. */
	disks_add(disks, "vdd", NULL, 0, 16);
	disks_add(disks, "vde", NULL, 0, 16);
	disks_add(disks, "md126", NULL, 0, 16);
	disks_add(disks, "md125", NULL, 0, 16);
	disks_md1(disks, "vdd", 4096, "other:0");
	disks_md1(disks, "vde", 4096, "data");
	disks_stack(disks, "md126", "vdd");
	disks_stack(disks, "md125", "vde");
	scan(&devices);
	ok(devices_may_be_array("/dev/md0") && devices_may_be_array("md/data"),
	   "these can be names in a superblock");
	ok(!devices_may_be_array("UUID=md0") && !devices_may_be_array("vda"),
	   "these can not");
	is(means(&devices, "md0"), "nothing", "there is no md0");
	devices_name_arrays(&devices);
	is(means(&devices, "md0"), "md126", "but an array with this name");
	is(means(&devices, "/dev/md/0"), "md126", "or so");
	is(means(&devices, "md/data"), "md125", "a name without a host");
	is(means(&devices, "md/dat"), "nothing", "all of the name");
	devices_free(&devices);
}

static void partitions(const struct disks *disks)
{
	struct devices devices = { .sys = disks->sys, .dev = disks->dev };
	static const struct {
		const char *name;
		const char *device;
	} cases[] = {
		{ "PARTUUID=41111111-2222-3333-4444-5555555555AB", "vdf1" },
		{ "PARTUUID=41111111-2222-3333-4444-5555555555ab/PARTNROFF=1",
		  "vdf2" },
		{ "PARTUUID=51111111-2222-3333-4444-555555555555/PARTNROFF=-1",
		  "vdf1" },
		{ "PARTUUID=41111111-2222-3333-4444-5555555555ab/PARTNROFF=2",
		  "nothing" },
		{ "PARTUUID=41111111-2222-3333-4444-5555555555ab/PARTNROFF=-1",
		  "nothing" },
		{ "PARTUUID=41111111-2222-3333-4444-5555555555ab/PARTNROFF=x",
		  "nothing" },
		{ "PARTLABEL=EFI sys", "vdf1" },
		{ "PARTLABEL=\"EFI sys\"", "vdf1" },
		{ "PARTLABEL=EFI\\x20sys", "vdf1" },
		{ "/dev/disk/by-partuuid/51111111-2222-3333-4444-555555555555",
		  "vdf2" },
		{ "/dev/disk/by-partlabel/root", "vdf2" },
		{ "PARTLABEL=none", "nothing" },
		{ "UUID=51111111-2222-3333-4444-555555555555", "nothing" },
	};

	disks_add(disks, "vdf", NULL, 0, 40);
	disks_add(disks, "vdf1", "vdf", 1, 1);
	disks_add(disks, "vdf2", "vdf", 2, 1);
	sh("printf 'label: gpt\\nsize=10M, name=\"EFI sys\", "
	   "uuid=41111111-2222-3333-4444-5555555555AB\\n"
	   "name=root, uuid=51111111-2222-3333-4444-555555555555\\n' | "
	   "/sbin/sfdisk -q %s/vdf",
	   disks->dev);
	scan(&devices);
	is(means(&devices, cases[0].name), "nothing", "before it is read");
	devices_read_tables(&devices);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is(means(&devices, cases[i].name), cases[i].device,
		   cases[i].name);
	devices_free(&devices);
}

static void images(const struct disks *disks)
{
	struct devices devices = { .sys = disks->sys, .dev = disks->dev };
	char path[DISKS_PATH_MAX];
	struct device *device;

	(void)snprintf(path, sizeof(path), "%s/image", disks->dir);
	sh("cp %s/vda2 %s", disks->dev, path);
	device = devices_add_image(&devices, path);
	if (ok(device != NULL, "an image is added")) {
		devices_identify(&devices, device, CONTENT_USUAL);
		is(device->content.type, "ext4", "and looked at");
	}
	ok(!devices_add_image(&devices, disks->dir), "no directory");
	ok(!devices_add_image(&devices, "/nowhere"), "nothing");
	devices_free(&devices);
}

static void no_sysfs(void)
{
	struct devices devices = { .sys = "/nowhere", .dev = "/dev" };
	struct reason why;

	ok(devices_scan(&devices, &why) == -ENOENT, "without a sysfs");
	is(why.text,
	   "/nowhere/class/block: cannot be read: No such file or directory",
	   "there is a sentence");
}

int main(void)
{
	struct disks disks;

	disks_make(&disks);
	which(&disks);
	loops(&disks);
	paths(&disks);
	mapped(&disks);
	content(&disks);
	trouble();
	inside(&disks);
	stacked(&disks);
	arrays(&disks);
	partitions(&disks);
	images(&disks);
	no_sysfs();
	disks_remove(&disks);
	return tap_done();
}
