/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * grub.cfg: names of devices; which are guesses, and what is said of those
 * that are not there.
 */
#include "entries/grub2_device.h"

#include "grub2_scene.h"

static void test_devices(void)
{
	static const char config[] =
		"menuentry a { search --set=root --fs-uuid bbbb; linux /k; }\n"
		"menuentry b { search -l --set=root BETA; linux /k; }\n"
		"menuentry c { search --file /only-b --set; linux /k; }\n"
		"menuentry d { linux (lvm/vg-l--v)/k; }\n"
		"menuentry e { search.fs_uuid BBBB r; linux ($r)/k; }\n"
		"menuentry f { search --no-floppy --fs-uuid --set BBBB; "
		"linux /k; }\n"
		"menuentry g { set root=(hd1,msdos2); linux /k; }\n"
		"menuentry h { search --fs-uuid --set=root NONE; linux /k; }\n"
		"menuentry i { probe -u (lvm/vg-l--v) --set=u; linux /k u=$u; "
		"}\n"
		"menuentry j { for d in (*); do if [ -f $d/only-b ]; then "
		"linux $d/k; fi; done; }\n"
		"menuentry k { search --fs-uuid --set=root --hint-bios=hd9,gpt9 "
		"--hint-new=x --hint='a' BBBB; linux /k; }\n"
		"menuentry l { linux (mduuid/1234)/only-b; }\n"
		"menuentry m { linux /only-b; }\n";
	struct text got = { 0 };
	struct scene s;

	start(&s);
	add_tree(&s, "uuid=AAAA,label=ALPHA,dev=/dev/vda1");
	add_tree(&s, "uuid=BBBB,label=BETA,dev=/dev/vg/l-v");
	dir_file("0/boot/grub/grub.cfg", config);
	dir_file("0/k", "x");
	dir_file("1/k", "x");
	dir_file("1/only-b", "x");
	gather(&s);
	for (size_t i = 0; i < s.entries.count; i++)
		text_addf(&got, "%s%zu ", s.entries.list[i].title,
			  s.entries.list[i].tree);
	/* m: /only-b is not where $root says. l: nobody can tell which. */
	is(text_str(&got), "a1 b1 c1 d1 e1 f1 g0 h0 i0 j1 k1 l1 ",
	   "each way to a tree");
	is(s.entries.list[8].cmdline, "u=BBBB", "probe");
	ok(rejected(&s, ":13", "kernel missing: /only-b"),
	   "a device that is known is the only one looked at");
	text_free(&got);
	end(&s);

	/* A captured configuration: nobody knows what the file system is. */
	start(&s);
	add_tree(&s, "");
	dir_file("0/boot/grub/grub.cfg",
		 "search --no-floppy --fs-uuid --set=root 1234-ABCD\n"
		 "menuentry a { set root='hd0,msdos5'\n linux /k; }\n"
		 "menuentry b { linux /boot/k2; }\n");
	dir_file("0/k", "x");
	dir_file("0/boot/k2", "x");
	gather(&s);
	ok(s.entries.count == 2, "a tree without a name is what it must be");
	end(&s);
}

/* Linux's order of disks is not GRUB's: names of disks are guesses. */
static void test_disk_names(void)
{
	struct scene s;

	start(&s);
	add_tree(&s, "uuid=AAAA,dev=/dev/vdb1");
	add_tree(&s, "uuid=BBBB,dev=/dev/vda1");
	dir_file(
		"0/boot/grub/grub.cfg",
		"menuentry a { set root='hd0,gpt1'; linux /k; }\n"
		"menuentry b { set root='hd0,msdos1'; linux /k; }\n"
		"menuentry c { search --set=root --fs-uuid BBBB; linux /k; }\n"
		"menuentry d { search --set=root --fs-uuid BBBB; linux /j; }\n");
	dir_file("0/k", "x");
	dir_file("1/j", "x");
	gather(&s);
	ok(s.entries.count == 3 && s.entries.list[0].tree == 0 &&
		   s.entries.list[1].tree == 0,
	   "a file is looked for on other disks than the name's");
	ok(rejected(&s, ":3", "kernel missing: /k") &&
		   s.entries.list[2].tree == 1,
	   "but not on others than search found");
	end(&s);
}

/* An os-prober entry of a disk that is not there. */
static void test_absent_disk(void)
{
	static const char config[] =
		"menuentry a { set root='hd1,gpt1'; search --no-floppy "
		"--fs-uuid --set=root 1111-2222; linux /k; }\n"
		"menuentry b { set root='hd0,gpt1'; search --no-floppy "
		"--fs-uuid --set=root 1111-2222; linux /k; }\n"
		"menuentry c { set root='lvm/vg-old'; search --fs-uuid "
		"--set=root 1111-2222; linux /k; }\n"
		"menuentry d { set root='md/7'; search --fs-uuid --set=root "
		"1111-2222; linux /k; }\n"
		"menuentry e { set root='hd1,gpt1'; search --fs-uuid "
		"--set=root AAAA; linux /k; }\n"
		"menuentry f { set root='hd1,gpt1'; linux /k; }\n"
		"menuentry g { set root='hd1,gpt1'; search --fs-uuid "
		"--set=root 1111-2222; set root=hd0,gpt1; linux /k; }\n";
	struct text got = { 0 };
	struct scene s;

	start(&s);
	add_tree(&s, "uuid=AAAA,dev=/dev/vda1");
	dir_file("0/boot/grub/grub.cfg", config);
	dir_file("0/k", "x");
	gather(&s);
	for (size_t i = 0; i < s.entries.count; i++)
		text_add(&got, s.entries.list[i].title);
	is(text_str(&got), "befg", "another disk's kernel is not this one's");
	ok(rejected(&s, ":1",
		    "(hd1,gpt1): no file system with UUID 1111-2222 is here"),
	   "the reason names both");
	ok(rejected(&s, ":3", "1111-2222") && rejected(&s, ":4", "1111-2222"),
	   "volumes and arrays too");
	text_free(&got);
	end(&s);

	start(&s);
	add_tree(&s, "uuid=AAAA,dev=/dev/vda1");
	dir_file("0/boot/grub/grub.cfg",
		 "default=1\n"
		 "menuentry a { set root='hd0,msdos1'; search --fs-uuid "
		 "--set=root 1111-2222; linux /k; }\n"
		 "menuentry b { set root='hd0,msdos2'; search --fs-uuid "
		 "--set=root 1111-2222; linux /k; }\n");
	dir_file("0/k", "x");
	gather(&s);
	ok(s.entries.count == 1 && strcmp(s.entries.list[0].id, "a") == 0,
	   "a copy of the first disk is it still, with its partitions");
	ok(rejected(&s, ":3",
		    "(hd0,msdos2): no file system with UUID 1111-2222 is here"),
	   "the kernel of its other partition is not that of this one");
	end(&s);

	start(&s);
	add_tree(&s, "uuid=AAAA,dev=/dev/vda1");
	dir_file("0/boot/grub/grub.cfg",
		 "menuentry b { set root='hd0,msdos2'; search --fs-uuid "
		 "--set=root 1111-2222; linux /k; }\n");
	dir_file("0/k", "x");
	gather(&s);
	ok(s.entries.count == 1 && !s.entries.rejected_count,
	   "where nothing else boots, it was moved to another disk");
	end(&s);

	start(&s);
	add_tree(&s, "uuid=AAAA,dev=/dev/vda1");
	dir_file("0/boot/grub/grub.cfg",
		 "search --fs-uuid --set=root 1111-2222\n"
		 "if [ $grub_platform = efi ]; then\n"
		 "menuentry b { set root='hd0,msdos2'; search --fs-uuid "
		 "--set=root 1111-2222; linux /k; }\nfi\n");
	dir_file("0/k", "x");
	gather(&s);
	ok(s.entries.count == 1, "and so where all is for EFI");
	end(&s);

	start(&s);
	add_tree(&s, "uuid=BBBB,dev=/dev/sda1");
	add_tree(&s, "uuid=BBBB,dev=/dev/sdb1");
	dir_file("0/boot/grub/grub.cfg",
		 "menuentry a { search --fs-uuid --set=root BBBB; "
		 "linux /boot/k; }\n");
	dir_file("1/boot/k", "x");
	gather(&s);
	ok(!s.entries.count, "a copy on another disk is no subvolume");
	end(&s);

	/* Fedora's /boot may be a subvolume of its own: GRUB's path to it is
	 * from the top level. */
	start(&s);
	add_tree(&s, "uuid=BBBB,dev=/dev/vda1");
	add_tree(&s, "uuid=BBBB,dev=/dev/vda1");
	s.tree = 1;
	dir_file("0/etc/x", "x");
	dir_file("1/grub2/grub.cfg",
		 "search --fs-uuid --set=root BBBB\n"
		 "if [ -f /boot/k ]; then timeout=3; fi\n"
		 "menuentry a { linux /boot/k; initrd /boot/i; }\n");
	dir_file("1/k", "x");
	dir_file("1/i", "x");
	gather(&s);
	loads(&s, 0, "/k+/i <>", "a kernel in another subvolume");
	ok(s.entries.count == 1 && s.entries.list[0].tree == 1 &&
		   s.entries.config.timeout == 3,
	   "it is found and tested for there");
	end(&s);

	start(&s);
	add_tree(&s, "uuid=AAAA,dev=/dev/vda1");
	add_tree(&s, "label=X,dev=/dev/vda2");
	dir_file("0/boot/grub/grub.cfg", config);
	dir_file("0/k", "x");
	dir_file("1/x", "x");
	gather(&s);
	ok(s.entries.count == 7, "a tree of an unknown UUID may be it");
	end(&s);

	start(&s);
	add_tree(&s, "uuid=AAAA,dev=/dev/sdb1");
	dir_file("0/boot/grub/grub.cfg",
		 "menuentry a { set root='hd1,msdos1'; search --fs-uuid "
		 "--set=root 1111-2222; linux /k; }\n");
	dir_file("0/k", "x");
	gather(&s);
	ok(s.entries.count == 1, "the second disk's copy has a new UUID");
	end(&s);
}

/* What GRUB says of a path on a device that the guest has not. */
static const char tests_config[] =
	"function is { if [ -e $2 ]; then set $1=y; else set $1=n; fi; }\n"
	"is a (md/md-boot)\n"
	"is b (md/md-boot)/k\n"
	"is c (lvm/vg-other)/k\n"
	"is d (cryptouuid/12ab)/k\n"
	"is e (hd9,gpt7)/k\n"
	"is f (hd9,gpt1)/k\n"
	"is g (lvmid/a-b/c-d)/k\n"
	"set root=hd0,msdos5\n"
	"is h /k\n"
	"is i ($root)/k\n"
	"menuentry x { linux /k a=$a b=$b c=$c d=$d e=$e f=$f g=$g h=$h i=$i; "
	"}\n";

static void tests_say(const char *names, const char *want, const char *name)
{
	struct scene s;

	start(&s);
	add_tree(&s, names);
	dir_file("0/boot/grub/grub.cfg", tests_config);
	dir_file("0/k", "x");
	gather(&s);
	loads(&s, 0, want, name);
	end(&s);
}

static void test_existence(void)
{
	tests_say("uuid=AAAA,dev=/dev/vda1",
		  "/k <a=n b=n c=n d=n e=n f=y g=n h=y i=y>", "of a partition");
	tests_say("uuid=AAAA,dev=md127",
		  "/k <a=y b=y c=n d=n e=n f=n g=n h=y i=y>",
		  "of an array, whatever its name");
	tests_say("uuid=AAAA,dev=vg/root",
		  "/k <a=n b=n c=n d=n e=n f=n g=y h=y i=y>", "of a volume");
	tests_say("uuid=AAAA,dev=/dev/mapper/luks-12ab",
		  "/k <a=n b=n c=n d=y e=n f=n g=y h=y i=y>",
		  "of what the device mapper has");
	tests_say("uuid=AAAA,dev=UUID=AAAA",
		  "/k <a=y b=y c=y d=y e=y f=y g=y h=y i=y>",
		  "of what may be any of them");
	tests_say("uuid=AAAA,dev=/dev/disk/by-uuid/AAAA",
		  "/k <a=y b=y c=y d=y e=y f=y g=y h=y i=y>",
		  "of what has one of udev's names");
	tests_say("", "/k <a=y b=y c=y d=y e=y f=y g=y h=y i=y>", "unknown");
}

/* GRUB writes a pool's number in another base than libblkid. */
static void test_zfs_uuid(void)
{
	struct scene s;

	start(&s);
	add_tree(&s, "uuid=AAAA-0001,dev=/dev/vda1");
	add_tree(&s, "uuid=3075138244486492596,label=bpool,dev=/dev/vda2");
	dir_file("0/grub/grub.cfg",
		 "search --fs-uuid --set=root 2aad15f0c9d5f1b4\n"
		 "menuentry a { linux /BOOT/u@/vmlinuz-1 root=ZFS=r; }\n"
		 "menuentry b { search --fs-uuid --set=root 2AAD15F0C9D5F1B5\n"
		 "linux /BOOT/u@/vmlinuz-1; }\n");
	dir_file("1/vmlinuz-1", "x");
	gather(&s);
	loads(&s, 0, "/vmlinuz-1 <root=ZFS=r>", "ZFS: its UUID");
	ok(s.entries.count && s.entries.list[0].tree == 1, "the pool");
	end(&s);
}

/* Ubuntu: /boot is a data set of the pool "bpool". */
static void test_dataset(void)
{
	struct scene s;

	start(&s);
	add_tree(&s, "uuid=1234567890123456,label=bpool");
	dir_file("0/grub/grub.cfg",
		 "set prefix=($root)'/BOOT/ubuntu_abc@/grub'\n"
		 "if [ -s $prefix/grubenv ]; then load_env; fi\n"
		 "search --fs-uuid --set=root 1234567890123456\n"
		 "menuentry a { linux /BOOT/ubuntu_abc@/vmlinuz-5 $x\n"
		 "initrd /BOOT/ubuntu_abc@/initrd.img-5\n}\n"
		 "menuentry b { linux /BOOT/ubuntu_abc@snap/vmlinuz-5; }\n");
	dir_file("0/grub/grubenv", "# GRUB Environment Block\nx=y\n####");
	dir_file("0/vmlinuz-5", "x");
	dir_file("0/initrd.img-5", "x");
	gather(&s);
	loads(&s, 0, "/vmlinuz-5+/initrd.img-5 <y>", "ZFS: the data set");
	ok(rejected(&s, ":7",
		    "kernel missing: /BOOT/ubuntu_abc@snap/vmlinuz-5"),
	   "a snapshot is another file system");
	end(&s);
}

int main(void)
{
	dir_start();
	test_devices();
	test_disk_names();
	test_absent_disk();
	test_dataset();
	test_existence();
	test_zfs_uuid();
	dir_end();
	return tap_done();
}
