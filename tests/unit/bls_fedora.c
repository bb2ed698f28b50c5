/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entries in Fedora's dialect, for guests whose grub.cfg cannot be used: what
 * kernel-install, grubby and tuned leave on Fedora and RHEL.
 */
#include "bls_scene.h"

#define ENV "# GRUB Environment Block\n"

/* A boot file system of its own. */
static void fedora(void)
{
	static const char *const paths[] = {
		"a/vmlinuz-6.5.6-300.fc39.x86_64",
		"a/initramfs-6.5.6-300.fc39.x86_64.img",
		"a/vmlinuz-6.5.10-300.fc39.x86_64",
		"a/initramfs-6.5.10-300.fc39.x86_64.img",
		"a/vmlinuz-0-rescue-1234",
		"a/initramfs-0-rescue-1234.img",
		NULL,
	};

	dir_files(paths);
	dir_file("a/loader/entries/1234-6.5.6-300.fc39.x86_64.conf",
		 "title Fedora Linux (6.5.6-300.fc39.x86_64) 39\n"
		 "version 6.5.6-300.fc39.x86_64\n"
		 "linux /vmlinuz-6.5.6-300.fc39.x86_64\n"
		 "initrd /initramfs-6.5.6-300.fc39.x86_64.img $tuned_initrd\n"
		 "options root=UUID=ab ro rhgb quiet $tuned_params\n"
		 "grub_users $grub_users\n"
		 "grub_arg --unrestricted\n"
		 "grub_class fedora\n");
	dir_file("a/loader/entries/1234-6.5.10-300.fc39.x86_64.conf",
		 "title Fedora Linux (6.5.10-300.fc39.x86_64) 39\n"
		 "version 6.5.10-300.fc39.x86_64\n"
		 "linux /vmlinuz-6.5.10-300.fc39.x86_64\n"
		 "initrd /initramfs-6.5.10-300.fc39.x86_64.img $tuned_initrd\n"
		 "options $kernelopts $tuned_params console=ttyS0\n"
		 "grub_users $grub_users\n"
		 "grub_arg --unrestricted\n"
		 "grub_class fedora\n");
	dir_file("a/loader/entries/1234-0-rescue.conf",
		 "title Fedora Linux (0-rescue-1234) 39\n"
		 "version 0-rescue-1234\n"
		 "linux /vmlinuz-0-rescue-1234\n"
		 "initrd /initramfs-0-rescue-1234.img\n"
		 "grub_users $grub_users\n"
		 "grub_arg --unrestricted\n"
		 "grub_class kernel\n");
}

static void test_fedora(void)
{
	fedora();
	dir_file("a/grub2/grubenv",
		 ENV "saved_entry=1234-6.5.6-300.fc39.x86_64\n"
		     "kernelopts=root=UUID=cd ro \n"
		     "boot_success=1\n###");
	dir_file("a/grub2/grub.cfg",
		 "if [ -z \"${kernelopts}\" ]; then\n"
		 "  set kernelopts=\"root=UUID=wrong ro\"\n"
		 "fi\n"
		 "set default_kernelopts=\"root=UUID=ef ro quiet\"\n"
		 "set tuned_params=\"skew_tick=1 nohz=on\"\n"
		 "set tuned_initrd=\"($root)/tuned.img\"\n"
		 "if this is [ broken {{{\n");
	dir_file("a/tuned.img", "x");
	gather("a");
	menu_is(&s,
		"Fedora Linux (6.5.10-300.fc39.x86_64) 39|"
		"/vmlinuz-6.5.10-300.fc39.x86_64|"
		"/initramfs-6.5.10-300.fc39.x86_64.img+/tuned.img|"
		"root=UUID=cd ro skew_tick=1 nohz=on console=ttyS0\n"
		"Fedora Linux (6.5.6-300.fc39.x86_64) 39|"
		"/vmlinuz-6.5.6-300.fc39.x86_64|"
		"/initramfs-6.5.6-300.fc39.x86_64.img+/tuned.img|"
		"root=UUID=ab ro rhgb quiet skew_tick=1 nohz=on\n"
		"Fedora Linux (0-rescue-1234) 39|/vmlinuz-0-rescue-1234|"
		"/initramfs-0-rescue-1234.img|root=UUID=ef ro quiet",
		"fedora: variables from grubenv, then from grub.cfg");
	is(menu_default(&s), "1234-6.5.6-300.fc39.x86_64", "saved_entry");
	ok(s.entries.config.saved == 1, "which is what is saved");
	ok(s.entries.list[2].rescue, "rescue");
	ok(s.entries.rejected_count == 0, "nothing rejected");
	menu_end(&s);
}

static void test_unset(void)
{
	fedora();
	gather("a");
	menu_is(&s,
		"Fedora Linux (6.5.10-300.fc39.x86_64) 39|"
		"/vmlinuz-6.5.10-300.fc39.x86_64|"
		"/initramfs-6.5.10-300.fc39.x86_64.img|console=ttyS0\n"
		"Fedora Linux (6.5.6-300.fc39.x86_64) 39|"
		"/vmlinuz-6.5.6-300.fc39.x86_64|"
		"/initramfs-6.5.6-300.fc39.x86_64.img|"
		"root=UUID=ab ro rhgb quiet\n"
		"Fedora Linux (0-rescue-1234) 39|/vmlinuz-0-rescue-1234|"
		"/initramfs-0-rescue-1234.img|",
		"variables that nothing sets are nothing");
	is(menu_default(&s), "1234-6.5.10-300.fc39.x86_64", "the newest");
	menu_end(&s);
}

/* grub_strcmp (filename + n - 5, ".conf"): the case of letters counts. */
static void test_case_of_ending(void)
{
	fedora();
	dir_file("a/loader/entries/1234-6.6.0.CONF",
		 "title Upper\nlinux /vmlinuz-6.5.10-300.fc39.x86_64\n");
	gather("a");
	ids("1234-6.5.10-300.fc39.x86_64 1234-6.5.6-300.fc39.x86_64 "
	    "1234-0-rescue",
	    "blscfg does not see .CONF");
	menu_end(&s);
}

static void saved(const char *env, const char *want, const char *name)
{
	struct text block = { 0 };

	fedora();
	text_addf(&block, ENV "%s\n", env);
	dir_file("a/grub2/grubenv", text_str(&block));
	gather("a");
	is(menu_default(&s), want, name);
	text_free(&block);
	menu_end(&s);
}

static void test_saved(void)
{
	static const char old[] = "1234-6.5.6-300.fc39.x86_64";

	saved("saved_entry=1234-6.5.6-300.fc39.x86_64.conf", old,
	      "an id with .conf");
	saved("saved_entry=Fedora Linux (6.5.6-300.fc39.x86_64) 39", old,
	      "a title");
	saved("saved_entry=1", old, "a number");
	saved("saved_entry=2", "1234-0-rescue", "even of a rescue entry");
	saved("saved_entry=9", "1234-6.5.10-300.fc39.x86_64",
	      "a number of nothing");
	saved("saved_entry=gone", "1234-6.5.10-300.fc39.x86_64",
	      "a name of nothing");
	saved("saved_entry=0\nnext_entry=1", old, "next_entry stands above");
	saved("saved_entry=1\nnext_entry=", old, "but not an empty one");
}

/* GRUB counts entries whose kernel is missing: they are in its menu. */
static void test_missing(void)
{
	fedora();
	(void)remove(dir_at("a/vmlinuz-6.5.10-300.fc39.x86_64"));
	(void)remove(dir_at("a/initramfs-6.5.6-300.fc39.x86_64.img"));
	dir_file("a/grub2/grubenv", ENV "saved_entry=1\n");
	gather("a");
	ids("1234-6.5.6-300.fc39.x86_64 1234-0-rescue", "one kernel is gone");
	is(menu_default(&s), "1234-6.5.6-300.fc39.x86_64",
	   "the others keep their numbers");
	ok(menu_rejected(&s,
			 "/loader/entries/1234-6.5.10-300.fc39.x86_64.conf:3",
			 "kernel missing: /vmlinuz-6.5.10-300.fc39.x86_64"),
	   "the reason names line and file");
	ok(menu_rejected(&s,
			 "/loader/entries/1234-6.5.6-300.fc39.x86_64.conf:4",
			 "initrd missing"),
	   "so for an initrd");
	ok(s.entries.list[0].incomplete, "whose entry is incomplete");
	menu_end(&s);
}

/* /boot on the root; RHEL 8 with everything in $kernelopts; UEFI's grubenv. */
static void test_rhel(void)
{
	dir_file("a/boot/vmlinuz-4.18.0-513.el8.x86_64", "x");
	dir_file("a/boot/initramfs-4.18.0-513.el8.x86_64.img", "x");
	dir_file("a/boot/loader/entries/ab-4.18.0-513.el8.x86_64.conf",
		 "title Red Hat Enterprise Linux (4.18.0-513.el8.x86_64) 8.9\n"
		 "version 4.18.0-513.el8.x86_64\n"
		 "linux /boot/vmlinuz-4.18.0-513.el8.x86_64\n"
		 "initrd /boot/initramfs-4.18.0-513.el8.x86_64.img "
		 "$tuned_initrd\n"
		 "options $kernelopts $tuned_params\n"
		 "id rhel-20231011-4.18.0-513.el8.x86_64\n"
		 "grub_users $grub_users\n"
		 "grub_arg --unrestricted\n"
		 "grub_class kernel\n");
	dir_link("a/boot/grub2/grubenv", "../efi/EFI/redhat/grubenv");
	dir_file("b/EFI/redhat/grubenv",
		 ENV "kernelopts=root=/dev/mapper/rhel-root ro "
		     "crashkernel=auto $tuned_params\n");
	dir_file("b/EFI/redhat/grub.cfg",
		 "search --no-floppy --fs-uuid --set=dev ab\n"
		 "set prefix=($dev)/grub2\n");
	gather("a b");
	menu_is(&s,
		"Red Hat Enterprise Linux (4.18.0-513.el8.x86_64) 8.9|"
		"/boot/vmlinuz-4.18.0-513.el8.x86_64|"
		"/boot/initramfs-4.18.0-513.el8.x86_64.img|"
		"root=/dev/mapper/rhel-root ro crashkernel=auto",
		"rhel 8: grubenv on the ESP; a variable in a variable");
	menu_end(&s);
}

/* Options that are there, and empty when they are expanded. */
static void test_default_kernelopts(void)
{
	dir_file("a/k", "x");
	dir_file("a/loader/entries/a.conf",
		 "title A\nlinux /k\noptions $kernelopts $tuned_params\n");
	dir_file("a/loader/entries/b.conf",
		 "title B\nlinux /k\noptions $kernelopts\noptions quiet\n");
	dir_file("a/grub2/grub.cfg", "set default_kernelopts=\"root=Z ro\"\n");
	gather("a");
	menu_is(&s, "B|/k||quiet\nA|/k||root=Z ro",
		"rhel 8: default_kernelopts for what expands to nothing");
	menu_end(&s);

	dir_file("a/k", "x");
	dir_file("a/loader/entries/a.conf",
		 "title A\nlinux /k\noptions $kernelopts $tuned_params\n");
	dir_file("a/grub2/grubenv", ENV "default_kernelopts=root=Y\n");
	dir_file("a/grub2/grub.cfg", "set tuned_params=nohz=on\n");
	gather("a");
	menu_is(&s, "A|/k||nohz=on", "not where one variable is set");
	menu_end(&s);
}

/* What ostree writes, and saved_entry is never set. */
static void test_coreos(void)
{
	dir_file("a/ostree/fedora-coreos-1/vmlinuz-6.5.6", "x");
	dir_file("a/ostree/fedora-coreos-1/initramfs-6.5.6.img", "x");
	dir_file("a/ostree/fedora-coreos-2/vmlinuz-6.5.10", "x");
	dir_file("a/ostree/fedora-coreos-2/initramfs-6.5.10.img", "x");
	dir_link("a/loader", "loader.1");
	dir_file("a/loader.1/entries/ostree-1-fedora-coreos.conf",
		 "title Fedora CoreOS 38 (ostree:1)\nversion 1\n"
		 "options $ignition_firstboot ostree=/ostree/boot.1/1\n"
		 "linux /ostree/fedora-coreos-1/vmlinuz-6.5.6\n"
		 "initrd /ostree/fedora-coreos-1/initramfs-6.5.6.img\n");
	dir_file("a/loader.1/entries/ostree-2-fedora-coreos.conf",
		 "title Fedora CoreOS 39 (ostree:0)\nversion 2\n"
		 "options $ignition_firstboot ostree=/ostree/boot.1/2\n"
		 "linux /ostree/fedora-coreos-2/vmlinuz-6.5.10\n"
		 "initrd /ostree/fedora-coreos-2/initramfs-6.5.10.img\n");
	gather("a");
	menu_is(&s,
		"Fedora CoreOS 39 (ostree:0)|"
		"/ostree/fedora-coreos-2/vmlinuz-6.5.10|"
		"/ostree/fedora-coreos-2/initramfs-6.5.10.img|"
		"ostree=/ostree/boot.1/2\n"
		"Fedora CoreOS 38 (ostree:1)|"
		"/ostree/fedora-coreos-1/vmlinuz-6.5.6|"
		"/ostree/fedora-coreos-1/initramfs-6.5.6.img|"
		"ostree=/ostree/boot.1/1",
		"coreos: ostree's entries, loader being a link");
	menu_end(&s);
}

/* Fedora with systemd-boot: the dialect is gone, a stale grubenv is not. */
static void test_systemd_boot(void)
{
	fedora();
	dir_file("a/grub2/grubenv",
		 ENV "saved_entry=1234-6.5.6-300.fc39.x86_64\n");
	dir_file("a/loader/loader.conf", "timeout 4\n");
	gather("a");
	is(menu_default(&s), "1234-6.5.10-300.fc39.x86_64",
	   "with a loader.conf, grubenv does not speak");
	ok(s.entries.config.timeout == 4, "but loader.conf does");
	menu_end(&s);

	fedora();
	dir_file("a/grub2/grubenv", "broken\n");
	dir_file("a/grub/grubenv", ENV "saved_entry=1\n");
	gather("a");
	is(menu_default(&s), "1234-6.5.6-300.fc39.x86_64",
	   "the grubenv behind a broken one");
	ok(menu_rejected(&s, "/grub2/grubenv", "does not begin with"),
	   "which is told of");
	menu_end(&s);
}

int main(void)
{
	dir_start();
	test_fedora();
	test_unset();
	test_case_of_ending();
	test_saved();
	test_missing();
	test_rhel();
	test_default_kernelopts();
	test_coreos();
	test_systemd_boot();
	dir_end();
	return tap_done();
}
