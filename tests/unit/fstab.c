/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a guest's fstab(5) hides: the /boot of the installation below the boot
 * file system that came later, and what must not be hidden.
 */
#include "entries/fstab.h"

#include <errno.h>

#include "entries/views.h"
#include "menu.h"

static struct menu_scene s;

/* Root on a, boot on b, the ESP on c. */
static const char three[] = "a,uuid=AAAA,label=root,dev=/dev/vda1 "
			    "b,uuid=BBBB,label=my\\boot,dev=/dev/vda2 "
			    "c,uuid=1A2B-3C4D,dev=/dev/vda3";

static void gather_opened(const char *line)
{
	if (settings_command_line(&s.settings, line, strlen(line), &s.why))
		errx(1, "%s", s.why.text);
	s.err = entries_gather(&s.entries, &s.guest, &s.why);
}

static void gather(const char *trees, const char *line)
{
	(void)dir_at("c/");
	menu_open(&s, trees);
	gather_opened(line);
}

/* "tree:kernel" of each entry, a star before the default. */
static void found(const char *want, const char *name)
{
	struct text got = { 0 };

	for (size_t i = 0; i < s.entries.count; i++)
		text_addf(&got, "%s%s%zu:%s", i ? " " : "",
			  (long)i == s.entries.by_default ? "*" : "",
			  s.entries.list[i].tree, s.entries.list[i].kernel);
	if (!is(text_str(&got), want, name))
		printf("# %s\n", s.why.text);
	text_free(&got);
}

static bool skipped(const char *source, const char *reason)
{
	for (size_t i = 0; i < s.entries.skipped_count; i++)
		if (strcmp(s.entries.skipped[i].source, source) == 0 &&
		    strstr(s.entries.skipped[i].reason, reason))
			return true;
	return false;
}

/* A root whose /boot was there before the boot file system. */
static void stale(const char *fstab)
{
	dir_file("a/etc/fstab", fstab);
	dir_file("a/boot/vmlinuz-5.10", "k");
	dir_file("a/boot/initrd.img-5.10", "i");
	dir_file("a/boot/grub/grub.cfg",
		 "menuentry Stale { linux /boot/vmlinuz-5.10\n"
		 "initrd /boot/initrd.img-5.10\n}\n");
	dir_file("b/vmlinuz-6.1", "k");
	dir_file("b/initrd.img-6.1", "i");
	dir_file("b/grub/grub.cfg", "menuentry Fresh { linux /vmlinuz-6.1\n"
				    "initrd /initrd.img-6.1\n}\n");
}

static void names(const char *device, const char *want)
{
	char fstab[256];

	(void)snprintf(fstab, sizeof(fstab),
		       "# <file system> <mount point>\n\n"
		       "UUID=AAAA\t/\text4 defaults 0 1\r\n"
		       "%s  /boot  ext4 ro 0 2\nproc /proc proc\n",
		       device);
	stale(fstab);
	gather(three, "");
	found(want, device);
	menu_end(&s);
}

static void test_stale_boot(void)
{
	stale("UUID=AAAA / ext4\nUUID=BBBB /boot ext4\n");
	gather(three, "");
	found("*1:/vmlinuz-6.1", "the /boot that the guest sees");
	ok(skipped("/etc/fstab:2",
		   "the guest mounts UUID=BBBB (/dev/vda2) on /boot; what "
		   "/dev/vda1 itself has in /boot is not looked at"),
	   "and that is told");
	menu_end(&s);

	stale("UUID=AAAA / ext4\n");
	gather(three, "");
	found("*0:/boot/vmlinuz-5.10 1:/vmlinuz-6.1",
	      "without that line nothing is hidden");
	menu_end(&s);
}

static void test_names_of_devices(void)
{
	static const char fresh[] = "*1:/vmlinuz-6.1";

	names("UUID=BBBB", fresh);
	names("UUID=bbbb", fresh);
	names("UUID=\"BBBB\"", fresh);
	names("/dev/disk/by-uuid/BBBB", fresh);
	names("LABEL=my\\134boot", fresh);
	names("/dev/vda2", fresh);
	/* A disk that had another name, and one that only the partition table
	 * names: there is just one boot file system here. */
	names("/dev/sda2", fresh);
	names("PARTUUID=4f68bce3-e8cd-4db1-96e7-fbcaf984b709", fresh);
	/* A link of udev's that says nothing to us is no reason against it. */
	names("/dev/disk/by-id/ata-QEMU_HARDDISK-part2", fresh);
	/* Itself: a subvolume of the same btrfs. */
	names("UUID=AAAA", "*0:/boot/vmlinuz-5.10 1:/vmlinuz-6.1");
	/* Its UUID is known, and is another one. */
	names("UUID=CCCC", "*0:/boot/vmlinuz-5.10 1:/vmlinuz-6.1");
	names("tmpfs", "*0:/boot/vmlinuz-5.10 1:/vmlinuz-6.1");
	names("# UUID=BBBB", "*0:/boot/vmlinuz-5.10 1:/vmlinuz-6.1");
}

static const char all_there[] = "*0:/boot/vmlinuz-5.10 1:/vmlinuz-6.1";

/* The tree b, called @dev, is @device for the guest. */
static void called(const char *dev, const char *device)
{
	char fstab[256], trees[256];

	(void)snprintf(fstab, sizeof(fstab),
		       "UUID=AAAA / ext4\n%s /boot ext4\n", device);
	(void)snprintf(trees, sizeof(trees),
		       "a,uuid=AAAA,dev=/dev/vda1 b,uuid=BBBB,dev=%s", dev);
	stale(fstab);
	gather(trees, "");
	found("*1:/vmlinuz-6.1", device);
	menu_end(&s);
}

static void test_links_of_udev(void)
{
	called("PARTUUID=4f68bce3-02", "PARTUUID=4F68BCE3-02");
	called("PARTUUID=4F68BCE3-02", "/dev/disk/by-partuuid/4f68bce3-02");
	called("/dev/disk/by-partuuid/4f68bce3-02", "PARTUUID=4f68bce3-02");
	called("PARTLABEL=boot", "/dev/disk/by-partlabel/boot");
	/* lvm2, dm_build_dm_name() */
	called("vg/boot", "/dev/mapper/vg-boot");
	called("/dev/vg/boot", "/dev/mapper/vg-boot");
	called("/dev/mapper/vg-boot", "/dev/vg/boot");
	called("/dev/my-vg/boot-1", "/dev/mapper/my--vg-boot--1");
}

/* A blank is \040 in fstab, and \x20 in udev's links: with that backslash, or
 * as \134, which stands for it in fstab. */
static void test_label_with_blank(void)
{
	static const char *const devices[] = {
		"LABEL=my\\040boot",
		"LABEL=\"my\\040boot\"",
		"LABEL=my\\x20boot",
		"/dev/disk/by-label/my\\x20boot",
		"/dev/disk/by-label/my\\134x20boot",
	};

	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
		char fstab[128];

		(void)snprintf(fstab, sizeof(fstab),
			       "UUID=AAAA / ext4\n%s /boot ext4\n", devices[i]);
		stale(fstab);
		(void)dir_at("c/");
		menu_open(&s, three);
		s.trees[1].label[strlen("my")] = ' ';
		gather_opened("");
		found("*1:/vmlinuz-6.1", devices[i]);
		menu_end(&s);
	}
}

/* The only file system that could be it, but for its own name. */
static void is_not(const char *dev, const char *device)
{
	char fstab[256], trees[256];

	(void)snprintf(fstab, sizeof(fstab), "%s /boot ext4\n", device);
	(void)snprintf(
		trees, sizeof(trees),
		"a,uuid=AAAA,dev=/dev/vda1 b,uuid=BBBB,label=data,dev=%s", dev);
	stale(fstab);
	gather(trees, "");
	found(all_there, device);
	menu_end(&s);
}

static void test_another_name(void)
{
	is_not("/dev/vda2", "/dev/disk/by-uuid/CCCC");
	is_not("/dev/vda2", "/dev/disk/by-label/boot");
	is_not("PARTUUID=4f68bce3-02", "PARTUUID=4f68bce3-03");
	is_not("PARTLABEL=data", "/dev/disk/by-partlabel/boot");
	is_not("PARTLABEL=boot", "PARTLABEL=Boot");
	is_not("/dev/my-vg/boot", "/dev/mapper/my-vg-boot");
	is_not("/dev/vg/data", "/dev/mapper/vg-boot");
}

/* root=/dev/sdb1, and what is sda1 here is another system's. */
static void test_other_machine(void)
{
	static const char copied[] = "/dev/sda1 /boot ext4\n/dev/sda2 / ext4\n";

	stale(copied);
	gather("a,uuid=AAAA,dev=/dev/sdb1 b,uuid=BBBB,dev=/dev/sda1", "");
	found(all_there, "names of a machine where the root was sda2");
	ok(skipped("/etc/fstab:1",
		   "the guest mounts /dev/sda1 on /boot, a name "
		   "of another machine; what /dev/sdb1 itself "
		   "has in /boot may be old"),
	   "as is told");
	menu_end(&s);

	stale(copied);
	gather("a,uuid=AAAA b,uuid=BBBB,dev=/dev/sda1", "");
	found(all_there, "a root whose device nobody knows");
	menu_end(&s);

	stale(copied);
	gather("a,uuid=AAAA,dev=/dev/sda2 b,uuid=BBBB,dev=/dev/sda1", "");
	found("*1:/vmlinuz-6.1", "the machine that it was written for");
	menu_end(&s);

	stale("/dev/sda2 / ext4\nUUID=BBBB /boot ext4\n");
	gather("a,uuid=AAAA,dev=/dev/sdb1 b,uuid=BBBB,dev=/dev/sda1", "");
	found("*1:/vmlinuz-6.1", "a UUID is the same everywhere");
	menu_end(&s);

	stale("UUID=AAAA / ext4\n/dev/sda1 /boot ext4\n");
	dir_file("b/etc/fstab", "");
	gather("a,uuid=AAAA,dev=/dev/sdb1 b,uuid=BBBB,dev=/dev/sda1", "");
	found(all_there, "the root of another system is no /boot");
	menu_end(&s);

	stale("UUID=AAAA / ext4\n/dev/sda1 /boot ext4\n");
	(void)remove(dir_at("b/vmlinuz-6.1"));
	(void)remove(dir_at("b/initrd.img-6.1"));
	(void)remove(dir_at("b/grub/grub.cfg"));
	(void)remove(dir_at("b/grub"));
	dir_file("b/@/etc/fstab", "");
	dir_file("b/@/boot/vmlinuz-6.1", "k");
	dir_file("b/@/boot/grub/grub.cfg",
		 "menuentry Other { linux /boot/vmlinuz-6.1\n}\n");
	gather("a,uuid=AAAA,dev=/dev/sdb1 b,uuid=BBBB,dev=/dev/sda1", "");
	found("*0:/boot/vmlinuz-5.10 1:/@/boot/vmlinuz-6.1",
	      "nor where that is in a subvolume");
	menu_end(&s);
}

/* Disk 1: a boot file system and its root; disk 2: a system on one partition,
 * which once had sda1 on its /boot. */
static void test_second_system(void)
{
	stale("/dev/sda1 /boot ext4\n");
	dir_file("c/etc/fstab", "UUID=CCCC / ext4\nUUID=BBBB /boot ext4\n");
	gather("a,uuid=AAAA,dev=/dev/vdb1 b,uuid=BBBB,dev=/dev/vda1 "
	       "c,uuid=CCCC,dev=/dev/vda2",
	       "");
	found(all_there, "the /boot of the one is not that of the other");
	menu_end(&s);

	stale("PARTUUID=1234 /boot ext4\n");
	dir_file("c/@/etc/fstab", "UUID=CCCC / ext4\nUUID=BBBB /boot ext4\n");
	gather("a,uuid=AAAA b,uuid=BBBB c,uuid=CCCC", "");
	found(all_there, "nor where that is in a subvolume");
	menu_end(&s);
}

/* What a file system without a boot loader's directory has. */
static void test_looks_like_boot(void)
{
	static const char *const files[] = { "b/extlinux.conf", "b/vmlinuz-6.1",
					     "b/bzImage" };

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		dir_file("a/etc/fstab", "PARTUUID=1234 /boot ext4\n");
		dir_file("a/boot/vmlinuz-5.10", "k");
		dir_file("a/boot/initrd.img-5.10", "i");
		dir_file(files[i], "");
		dir_file("b/kernel-6.1", "k");
		gather("a,uuid=AAAA b,uuid=BBBB", "");
		ok(s.entries.count && s.entries.list[0].tree == 1, "%s",
		   files[i]);
		menu_end(&s);
	}
	dir_file("a/etc/fstab", "PARTUUID=1234 /boot ext4\n");
	dir_file("a/boot/vmlinuz-5.10", "k");
	dir_file("b/photo", "");
	dir_file("b/kernel-6.1", "k");
	gather("a,uuid=AAAA b,uuid=BBBB", "");
	found("*1:/kernel-6.1 0:/boot/vmlinuz-5.10", "any other file");
	menu_end(&s);
}

/* openSUSE: more lines about subvolumes than there is room for, each with the
 * UUID of the root. */
static void test_own_subvolumes(void)
{
	stale("UUID=AAAA / btrfs\n"
	      "UUID=AAAA /boot/grub2/i386-pc btrfs subvol=@/boot/grub2/i386-pc\n"
	      "UUID=AAAA /boot/grub2/x86_64-efi btrfs subvol=@/b\n"
	      "/dev/vda1 /boot/grub2/arm64-efi btrfs subvol=@/c\n"
	      "LABEL=root /boot/grub2/xen btrfs subvol=@/d\n"
	      "UUID=AAAA /boot/writable btrfs subvol=@/e\n"
	      "UUID=BBBB /boot ext4\n");
	gather(three, "");
	found("*1:/vmlinuz-6.1", "subvolumes of the root use no room up");
	menu_end(&s);
}

/* Two that could be it: nothing is hidden for a guess. */
static void test_no_guess(void)
{
	stale("PARTUUID=1234 /boot ext4\n");
	(void)dir_at("c/loader/entries/");
	gather(three, "");
	found("*0:/boot/vmlinuz-5.10 1:/vmlinuz-6.1", "which of the two?");
	menu_end(&s);
}

/* Whatever path leads there. */
static void test_links(void)
{
	stale("UUID=BBBB /boot/ ext4\n");
	dir_link("a/vmlinuz", "boot/vmlinuz-5.10");
	dir_file("a/grub/grub.cfg", "menuentry Link { linux /vmlinuz\n}\n"
				    "menuentry Up { linux /x/../boot/"
				    "vmlinuz-5.10\n}\n");
	(void)dir_at("a/x/");
	gather(three, "");
	found("*1:/vmlinuz-6.1", "links into the hidden directory dangle");
	menu_end(&s);
}

static void test_nested(void)
{
	stale("UUID=BBBB /boot ext4\nUUID=1A2B-3C4D /boot/efi vfat\n");
	dir_file("b/efi/loader/entries/old.conf", "linux /vmlinuz-6.1\n");
	dir_file("b/grub/grub.cfg", "");
	dir_file("c/loader/entries/new.conf", "linux /vmlinuz-6.2\n");
	dir_file("c/vmlinuz-6.2", "k");
	gather(three, "");
	found("*2:/vmlinuz-6.2", "/boot/efi lies over efi of /boot's");
	menu_end(&s);

	dir_file("a/etc/fstab", "UUID=1A2B-3C4D /efi vfat\n");
	dir_file("a/efi/loader/entries/old.conf", "linux /vmlinuz-6.1\n");
	dir_file("a/efi/vmlinuz-6.1", "k");
	dir_file("b/x", "");
	dir_file("c/loader/entries/new.conf", "linux /vmlinuz-6.2\n");
	dir_file("c/vmlinuz-6.2", "k");
	gather(three, "");
	found("*2:/vmlinuz-6.2", "/efi");
	menu_end(&s);
}

/* A boot file system with nothing on it, or that is not among the trees. */
static void test_last_resort(void)
{
	stale("UUID=BBBB /boot ext4\n");
	(void)remove(dir_at("b/vmlinuz-6.1"));
	gather(three, "");
	found("*0:/boot/vmlinuz-5.10", "better an old kernel than none");
	ok(skipped("/etc/fstab", "no kernel is found elsewhere: what the guest "
				 "mounts others over is looked at after all"),
	   "as is told");
	menu_end(&s);

	dir_file("a/etc/fstab", "UUID=BBBB /boot ext4\n");
	dir_file("a/boot/vmlinuz-5.10", "k");
	dir_file("b/vmlinuz-6.1.hmac", "");
	gather(three, "");
	found("*0:/boot/vmlinuz-5.10", "the same without configurations");
	ok(menu_rejected(&s, "/vmlinuz-6.1.hmac", "") &&
		   s.entries.rejected_count == 1,
	   "what was rejected is told once");
	menu_end(&s);

	stale("UUID=CCCC /boot ext4\n");
	gather("a,uuid=AAAA", "");
	found("*0:/boot/vmlinuz-5.10", "a file system that is not there");
	ok(skipped("/etc/fstab:1",
		   "the guest mounts UUID=CCCC on /boot, which is not among "
		   "the file systems looked at"),
	   "as is told");
	menu_end(&s);
}

/* A copy of the root has a copy of the file. */
static void test_copied_root(void)
{
	stale("UUID=AAAA / ext4\nUUID=BBBB /boot ext4\n");
	dir_file("c/etc/fstab", "UUID=AAAA / ext4\nUUID=BBBB /boot ext4\n");
	dir_file("c/boot/vmlinuz-4.19", "k");
	dir_file("c/boot/initrd.img-4.19", "i");
	dir_file("c/boot/grub/grub.cfg",
		 "menuentry Copy { linux /boot/vmlinuz-4.19\n}\n");
	gather(three, "");
	found("*1:/vmlinuz-6.1 2:/boot/vmlinuz-4.19",
	      "what it says is not said of the copy");
	menu_end(&s);
}

static void test_given(void)
{
	stale("UUID=BBBB /boot ext4\n");
	dir_file("b/vmlinuz-5.10", "newer");
	gather(three, "kernel=/boot/vmlinuz-5.10");
	found("*1:/vmlinuz-5.10", "kernel= means what the guest sees");
	menu_end(&s);

	stale("UUID=BBBB /boot ext4\n");
	gather(three, "kernel=/boot/vmlinuz-5.10");
	found("*0:/boot/vmlinuz-5.10", "or else what is there");
	menu_end(&s);
}

static void test_hostile(void)
{
	static char many[FSTAB_SIZE_MAX + 2];
	size_t len = 0;

	while (len < sizeof(many) - 64)
		len += (size_t)sprintf(many + len, "UUID=BBBB /boot/%zu\n",
				       len);
	memset(many + len, '#', sizeof(many) - 1 - len);
	stale(many);
	gather(three, "");
	found("*0:/boot/vmlinuz-5.10 1:/vmlinuz-6.1", "a file too big");
	ok(menu_rejected(&s, "/etc/fstab", "more than 262144 bytes"),
	   "is told");
	menu_end(&s);

	many[len] = '\0';
	stale(many);
	gather(three, "");
	found("*0:/boot/vmlinuz-5.10 1:/vmlinuz-6.1", "thousands of lines");
	menu_end(&s);

	stale("UUID=BBBB\n \t\n\\\n\"\" /boot\n\\777 /boot\nUUID= /boot\n"
	      "LABEL=\\04 /boot/../etc\nUUID=BBBB /boot/../../..\n");
	gather(three, "");
	found("*0:/boot/vmlinuz-5.10 1:/vmlinuz-6.1", "words of all kinds");
	menu_end(&s);

	stale("");
	(void)remove(dir_at("a/etc/fstab"));
	if (mkfifo(dir_at("a/etc/fstab"), 0644))
		err(1, "mkfifo");
	gather(three, "");
	found("*0:/boot/vmlinuz-5.10 1:/vmlinuz-6.1", "a FIFO");
	menu_end(&s);
}

/* What init mounts besides the root that it was given: by the file at @file of
 * the root @names ("uuid=X,dev=Y"). */
static void boot_of(const char *names, const char *file, const char *text,
		    const char *want, const char *name)
{
	struct tree root = TREE_NONE;
	const struct guest guest = { &root, 1, NULL };
	struct views views;
	struct reason why;
	char spec[320], path[64], *got;

	(void)snprintf(path, sizeof(path), "r%s", file);
	dir_file(path, text);
	(void)snprintf(spec, sizeof(spec), "%s/r,%s", dir_path, names);
	if (tree_open(&root, spec, &why))
		errx(1, "%s", why.text);
	if (views_open(&views, &guest))
		errx(1, "views_open");
	got = fstab_boot(views.trees, views.count);
	is(got, want, name);
	free(got);
	views_close(&views);
	tree_close(&root);
}

static void boot_is(const char *text, const char *want, const char *name)
{
	boot_of("uuid=AAAA,dev=/dev/vda2", "/etc/fstab", text, want, name);
}

static void test_boot_of_subvolume(void)
{
	static const char text[] = "UUID=AAAA / btrfs subvol=root\n"
				   "UUID=BBBB /boot ext4\n";

	boot_of("uuid=AAAA", "/root/etc/fstab", text, "UUID=BBBB", "Fedora's");
	dir_clear();
	boot_of("uuid=AAAA", "/@/etc/fstab", text, "UUID=BBBB", "Ubuntu's");
	boot_of("uuid=AAAA", "/@/etc/fstab", "UUID=AAAA /boot btrfs\n", NULL,
		"a subvolume beside it");
	(void)dir_at("r/@a/boot/");
	boot_of("uuid=AAAA", "/@/etc/fstab", text, "UUID=BBBB",
		"the first has none");
	boot_of("uuid=AAAA", "/etc/fstab", "UUID=CCCC /boot ext4\n",
		"UUID=CCCC", "what is mounted is a root itself");
	dir_clear();
}

/* On the disk of a root that is sdb1, and was sda2. */
static void test_boot_of_other_machine(void)
{
	static const char text[] = "/dev/sda1 /boot ext4\n/dev/sda2 / ext4\n";

	boot_of("uuid=AAAA,dev=/dev/sdb1", "/etc/fstab", text, NULL,
		"another machine's sda1");
	boot_of("uuid=AAAA,dev=UUID=AAAA", "/etc/fstab", text, NULL,
		"a root whose device nobody knows");
	boot_of("uuid=AAAA,dev=/dev/sda2", "/etc/fstab", text, "/dev/sda1",
		"this machine's");
	boot_of("uuid=AAAA,dev=/dev/sdb1", "/etc/fstab",
		"/dev/sda2 / ext4\nUUID=BBBB /boot ext4\n", "UUID=BBBB",
		"a UUID is the same everywhere");
	boot_of("uuid=AAAA,dev=/dev/sdb1", "/etc/fstab",
		"/dev/sda2 / ext4\n/dev/vg/boot /boot ext4\n", "/dev/vg/boot",
		"a volume, too");
	dir_clear();
}

static void test_boot_device(void)
{
	boot_is("UUID=AAAA / ext4\nUUID=BBBB /boot ext4 defaults 0 2\n",
		"UUID=BBBB", "Debian's");
	boot_is("/dev/disk/by-uuid/BBBB /boot/ ext4\n", "UUID=BBBB",
		"Ubuntu's, by udev's link");
	boot_is("/dev/disk/by-partlabel/boot /boot ext4\n", "PARTLABEL=boot",
		"another of them");
	boot_is("PARTUUID=\"6b-01\" /boot vfat\n", "PARTUUID=6b-01", "quoted");
	boot_is("/dev/sda1\t/boot\text2\tnoauto 0 0\r\n", "/dev/sda1",
		"Gentoo's");
	boot_is("LABEL=my\\040boot /boot ext4\n", "LABEL=my boot",
		"with a blank");
	boot_is("/dev/disk/by-label/my\\x20boot /boot ext4\n",
		"LABEL=my\\x20boot", "with udev's \\x20");
	boot_is("PARTUUID=6b-01/PARTNROFF=1 /boot vfat\n",
		"PARTUUID=6b-01/PARTNROFF=1", "the partition behind another");
	boot_is("UUID=BBBB /boot/efi vfat\n#UUID=BBBB /boot ext4\n", NULL,
		"none");
	boot_is("UUID=AAAA /boot btrfs subvol=@boot\n", NULL,
		"a subvolume of the root");
	boot_is("/dev/vda2 /boot btrfs subvol=@boot\n", NULL,
		"by the other name");
	boot_is("server:/boot /boot nfs\n", NULL, "on the network");
	boot_is("UUID= /boot ext4\n", NULL, "an empty name");
	boot_is("LABEL=a\\012b /boot ext4\n", NULL, "a line break");
	boot_is("/dev/disk/by-id/ata-x-part1 /boot ext4\n", NULL,
		"udev's link by serial number: kboot has none");
	boot_is("/dev/disk/by-path/pci-0000:00:05.0-part1 /boot ext4\n", NULL,
		"udev's link by path");
	boot_is("/dev/disk/by-uuid/ /boot ext4\n", NULL, "a link to nothing");
	boot_is("/dev/mapper/vg-boot /boot ext4\n", "/dev/mapper/vg-boot",
		"a volume");
	boot_is("LABEL=/boot /boot ext3\n", "LABEL=/boot", "RHEL 5's");
	boot_is("", NULL, "an empty file");
	dir_clear();
}

int main(void)
{
	dir_start();
	test_stale_boot();
	test_names_of_devices();
	test_links_of_udev();
	test_label_with_blank();
	test_another_name();
	test_other_machine();
	test_second_system();
	test_looks_like_boot();
	test_own_subvolumes();
	test_no_guess();
	test_links();
	test_nested();
	test_last_resort();
	test_copied_root();
	test_given();
	test_hostile();
	test_boot_device();
	test_boot_of_subvolume();
	test_boot_of_other_machine();
	dir_end();
	return tap_done();
}
