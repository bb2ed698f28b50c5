/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernel= and ramdisk=: where a path is found, and what is said if not. */
#include "entries/given.h"

#include "base/text.h"
#include "dir.h"
#include "tap.h"

/*
 * What @line yields with root on "root" and, if @boot, boot on "boot" and a
 * third device: "FS:kernel +FS:initrd..." or the refusal.
 */
static void yields(const char *line, bool boot, const char *want,
		   const char *name)
{
	static const char *const devices[] = { "root,uuid=R,dev=UUID=R",
					       "boot,uuid=B,dev=vda2",
					       "iso,uuid=I,dev=/dev/sr0" };
	struct settings settings = { 0 };
	struct entries list = { 0 };
	struct text got = { 0 };
	struct tree trees[3];
	struct guest guest = { trees, boot ? 3 : 1, &settings };
	struct reason why;

	if (settings_command_line(&settings, line, strlen(line), &why))
		errx(1, "%s", why.text);
	for (size_t i = 0; i < guest.tree_count; i++) {
		char spec[512];

		(void)snprintf(spec, sizeof(spec), "%s/%s", dir_path,
			       devices[i]);
		if (tree_open(&trees[i], spec, &why))
			errx(1, "%s", why.text);
	}
	if (given_gather(&list, &guest, &why))
		text_add(&got, why.text);
	for (size_t i = 0; i < list.count; i++) {
		const struct entry *entry = &list.list[i];

		text_addf(&got, "%zu:%s", entry->tree, entry->kernel);
		for (size_t k = 0; k < entry->initrd_count; k++)
			text_addf(&got, " +%zu:%s", entry->initrd[k].tree,
				  entry->initrd[k].path);
	}
	is(text_str(&got), want, name);
	text_free(&got);
	entries_free(&list);
	for (size_t i = 0; i < guest.tree_count; i++)
		tree_close(&trees[i]);
	settings_free(&settings);
}

static void test_kernel(void)
{
	yields("", true, "", "no kernel=, nothing to do");
	yields("kernel=/boot/vmlinuz-6.1", false,
	       "0:/boot/vmlinuz-6.1 +0:/boot/initrd.img-6.1",
	       "a path on root, its ramdisk by name");
	yields("kernel=boot//vmlinuz-6.1", false,
	       "0:/boot/vmlinuz-6.1 +0:/boot/initrd.img-6.1",
	       "without the slash in front");
	yields("kernel=vmlinuz-6.1", false,
	       "0:/boot/vmlinuz-6.1 +0:/boot/initrd.img-6.1",
	       "a name alone means /boot too");
	yields("kernel=/@/boot/vmlinuz-6.1", false,
	       "0:/boot/vmlinuz-6.1 +0:/boot/initrd.img-6.1",
	       "as GRUB would call it, with the subvolume");
	yields("kernel=/boot/vmlinuz-6.2 boot=vda2", true,
	       "1:/vmlinuz-6.2 +1:/initrd.img-6.2",
	       "/boot/x is x on the boot file system");
	yields("kernel=vmlinuz-6.2 boot=/dev/vda2", true,
	       "1:/vmlinuz-6.2 +1:/initrd.img-6.2", "x on boot");
	yields("kernel=both boot=vda2", true, "1:/both",
	       "boot comes before root");
	yields("kernel=both boot=LABEL=other", true, "1:/both",
	       "boot= by a name that --fs does not have");
	yields("kernel=both", true, "0:/both", "without boot= root is first");
	yields("kernel=/dev/sr0:/live/vmlinuz", true,
	       "2:/live/vmlinuz +2:/live/initrd", "on a device");
	yields("kernel=UUID=I:/live/vmlinuz", true,
	       "2:/live/vmlinuz +2:/live/initrd", "on a device by UUID");
	yields("kernel=sr0:/both", true,
	       "kernel=/both: not there; looked on /dev/sr0",
	       "a device named is the only one");
	yields("kernel=sdz:/both", true,
	       "kernel: the device sdz is not mounted",
	       "a device that is not there");
	yields("kernel=nope", true,
	       "kernel=nope: not there; looked on UUID=R and vda2 and /dev/sr0",
	       "a kernel that is not there");
	yields("kernel=boot", false, "kernel=boot: /boot: is a directory",
	       "a directory");
	yields("kernel=vmlinuz", false, "0:/vmlinuz +0:/boot/initrd.img-6.1",
	       "a link's ramdisk is that of what it points to");
	yields("kernel=custom-6.1", false,
	       "0:/boot/custom-6.1 +0:/boot/initrd.img-6.1",
	       "any name with a version finds its ramdisk");
}

static void test_ramdisk(void)
{
	yields("kernel=vmlinuz-6.1 ramdisk=none", false, "0:/boot/vmlinuz-6.1",
	       "none means none");
	yields("kernel=vmlinuz-6.1 ramdisk=both", false,
	       "0:/boot/vmlinuz-6.1 +0:/both", "a ramdisk named");
	yields("kernel=vmlinuz-6.1 ramdisk=/boot/initrd.img-6.1,both", false,
	       "0:/boot/vmlinuz-6.1 +0:/boot/initrd.img-6.1 +0:/both",
	       "several");
	yields("kernel=vmlinuz-6.1 ramdisk=nope", false,
	       "ramdisk=nope: not there; looked on UUID=R",
	       "one that is not there");
	yields("kernel=vmlinuz-6.1 ramdisk=both,nope", false,
	       "ramdisk=nope: not there; looked on UUID=R",
	       "the second of which is not there");
	yields("kernel=vmlinuz-6.1 ramdisk=sr0:/live/initrd", true,
	       "0:/boot/vmlinuz-6.1 +2:/live/initrd", "from another device");
	yields("kernel=sr0:/live/vmlinuz ramdisk=/live/initrd", true,
	       "2:/live/vmlinuz +2:/live/initrd",
	       "beside a kernel from another device");
	yields("kernel=sr0:/live/vmlinuz ramdisk=both boot=vda2", true,
	       "2:/live/vmlinuz +1:/both", "else on boot");
}

/* Of a captured tree, or of an upgrade that was cut off: loading tells. */
static void test_empty(void)
{
	yields("kernel=/boot/vmlinuz-empty", true, "0:/boot/vmlinuz-empty",
	       "an empty kernel");
	yields("kernel=vmlinuz-6.1 ramdisk=/boot/initrd.empty", true,
	       "0:/boot/vmlinuz-6.1 +0:/boot/initrd.empty", "an empty ramdisk");
}

static void test_words(void)
{
	static const char line[] = "kernel=/vmlinuz-6.1 quiet";
	struct settings settings = { 0 };
	struct entries list = { 0 };
	struct tree tree = TREE_NONE;
	struct guest guest = { &tree, 1, &settings };
	struct reason why;
	char spec[512];

	(void)snprintf(spec, sizeof(spec), "%s/root,uuid=R", dir_path);
	if (tree_open(&tree, spec, &why) ||
	    settings_command_line(&settings, line, sizeof(line), &why) ||
	    given_gather(&list, &guest, &why))
		errx(1, "%s", why.text);
	is(list.list[0].id, "/boot/vmlinuz-6.1", "id");
	is(list.list[0].title, "Given, Linux 6.1", "title");
	is(list.list[0].version, "6.1", "version");
	is(list.list[0].source, "command line", "source");
	is(list.list[0].cmdline, "quiet root=UUID=R ro", "command line");
	entries_free(&list);
	settings_free(&settings);

	if (settings_command_line(&settings, "kernel=self rw a", 16, &why) ||
	    given_gather(&list, &guest, &why))
		errx(1, "%s", why.text);
	ok(list.count == 1 && list.list[0].is_self, "kernel=self");
	is(list.list[0].id, "self", "its id");
	is(list.list[0].cmdline, "rw a", "its command line");
	entries_free(&list);
	settings_free(&settings);
	tree_close(&tree);
}

int main(void)
{
	dir_start();
	dir_file("root/boot/vmlinuz-6.1", "x");
	dir_file("root/boot/custom-6.1", "x");
	dir_file("root/boot/initrd.img-6.1", "x");
	dir_file("root/boot/vmlinuz-empty", "");
	dir_file("root/boot/initrd.empty", "");
	dir_file("root/both", "x");
	dir_file("root/etc/os-release", "NAME=Given\n");
	dir_link("root/vmlinuz", "boot/vmlinuz-6.1");
	dir_file("boot/vmlinuz-6.2", "x");
	dir_file("boot/initrd.img-6.2", "x");
	dir_file("boot/both", "x");
	dir_file("iso/live/vmlinuz", "x");
	dir_file("iso/live/initrd", "x");
	test_kernel();
	test_ramdisk();
	test_empty();
	test_words();
	dir_end();
	return tap_done();
}
