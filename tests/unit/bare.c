/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bare kernels: the names that distributions give to kernels and initrds, and
 * what lies beside them. Each layout is what that distribution's packages
 * leave in / and /boot.
 */
#include "bare_scene.h"

static void test_names(void)
{
	static const struct {
		const char *name;
		int result;
		const char *version;
		/* n: number, o: old, v: variant, r: rescue */
		const char *flags;
	} cases[] = {
		{ "vmlinuz-6.1.0-56-cloud-amd64", 0, "6.1.0-56-cloud-amd64",
		  "n" },
		{ "vmlinuz", 0, "", "" },
		{ "vmlinuz.old", 0, "", "o" },
		{ "vmlinuz64", 0, "", "" },
		{ "vmlinuz-6.1.0.old", 0, "6.1.0", "no" },
		{ "vmlinuz-linux-lts", 0, "linux-lts", "" },
		{ "vmlinuz-virt", 0, "virt", "" },
		{ "kernel-genkernel-x86_64", 0, "genkernel-x86_64", "" },
		{ "vmlinuz-0-rescue-4f2a", 0, "0-rescue-4f2a", "r" },
		{ "vmlinuz-5.4.0-1-generic.efi.signed", 0, "5.4.0-1-generic",
		  "nv" },
		{ "vmlinux-5.14.21-default.gz", 0, "5.14.21-default", "nv" },
		{ "vmlinux-6.1", 0, "6.1", "nv" },
		{ "bzImage-6.1", 0, "6.1", "n" },
		{ "bzImage", 0, "", "" },
		{ "kernel-6.1.57-gentoo-x86_64", 0, "6.1.57-gentoo-x86_64",
		  "n" },
		{ "kernel-genkernel-x86_64-5.15", 0, "genkernel-x86_64-5.15",
		  "n" },
		{ "vmlinuz-6.1.hmac", -EINVAL, "", "" },
		{ "vmlinuz-6.1.dpkg-tmp", -EINVAL, "", "" },
		{ "vmlinuz-6.1.rpmsave", -EINVAL, "", "" },
		{ "vmlinuz-6.1~", -EINVAL, "", "" },
		{ "vmlinuz-6.1.sha512sum", -EINVAL, "", "" },
		{ "vmlinuz-6.1.sig", -EINVAL, "", "" },
		{ ".vmlinuz-6.1.hmac", -ENOENT, "", "" },
		{ "config-6.1", -ENOENT, "", "" },
		{ "System.map-6.1", -ENOENT, "", "" },
		{ "initrd.img-6.1", -ENOENT, "", "" },
		{ "symvers-6.1.gz", -ENOENT, "", "" },
		{ "xen-4.17-amd64.gz", -ENOENT, "", "" },
		{ "memtest86+x64.bin", -ENOENT, "", "" },
		{ "kernels", -ENOENT, "", "" },
		{ "vmlinuz.foo", -ENOENT, "", "" },
		{ "vmlinuz-", -ENOENT, "", "" },
		{ "", -ENOENT, "", "" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bare_name name;
		struct reason why;
		char flags[8];
		int got = bare_parse(&name, cases[i].name, &why);

		(void)snprintf(flags, sizeof(flags), "%s%s%s%s",
			       name.is_number ? "n" : "", name.old ? "o" : "",
			       name.variant ? "v" : "", name.rescue ? "r" : "");
		ok(got == cases[i].result &&
			   (got || (!strcmp(name.version, cases[i].version) &&
				    !strcmp(flags, cases[i].flags))),
		   "%s: %d %s %s", cases[i].name, got, name.version, flags);
	}
}

static void test_debian(void)
{
	static const char *const paths[] = {
		"a/boot/vmlinuz-6.1.0-9-amd64",
		"a/boot/vmlinuz-6.1.0-56-amd64",
		"a/boot/vmlinuz-6.12.9+deb12-amd64",
		"a/boot/initrd.img-6.1.0-9-amd64",
		"a/boot/initrd.img-6.1.0-56-amd64",
		"a/boot/config-6.1.0-9-amd64",
		"a/boot/System.map-6.1.0-9-amd64",
		"a/boot/grub/grub.cfg",
		NULL,
	};
	struct scene s;

	dir_files(paths);
	dir_link("a/vmlinuz", "boot/vmlinuz-6.1.0-56-amd64");
	dir_link("a/initrd.img", "boot/initrd.img-6.1.0-56-amd64");
	dir_link("a/vmlinuz.old", "boot/vmlinuz-6.1.0-9-amd64");
	dir_link("a/initrd.img.old", "boot/initrd.img-6.1.0-9-amd64");
	dir_file("a/etc/os-release",
		 "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n"
		 "NAME=\"Debian GNU/Linux\"\n");
	gather(&s, "root=/dev/vda1 quiet kboot.timeout=1", 1);
	found(&s,
	      "/boot/vmlinuz-6.1.0-56-amd64+/boot/initrd.img-6.1.0-56-amd64 "
	      "/boot/vmlinuz-6.1.0-9-amd64+/boot/initrd.img-6.1.0-9-amd64 "
	      "/boot/vmlinuz-6.12.9+deb12-amd64",
	      "debian: newest first, complete before incomplete, links once");
	is(s.entries.list[0].id, "/boot/vmlinuz-6.1.0-56-amd64", "id");
	is(s.entries.list[0].title,
	   "Debian GNU/Linux 12 (bookworm), Linux 6.1.0-56-amd64", "title");
	is(s.entries.list[0].version, "6.1.0-56-amd64", "version");
	is(s.entries.list[0].cmdline, "root=/dev/vda1 quiet ro",
	   "command line");
	ok(s.entries.rejected_count == 0, "nothing rejected");
	end(&s);

	/* Only the links' targets are gone: /boot is not mounted. */
	dir_link("a/vmlinuz", "boot/vmlinuz-6.1.0-56-amd64");
	gather(&s, "", 1);
	found(&s, "", "debian: a dangling link");
	ok(rejected(&s, "/vmlinuz", "not there"), "is rejected");
	end(&s);

	/* Old Debian and hand-made systems have real files in /. */
	dir_file("a/vmlinuz", "new");
	dir_file("a/vmlinuz.old", "old");
	dir_file("a/initrd.img", "x");
	dir_file("a/initrd.img.old", "x");
	gather(&s, "", 1);
	found(&s, "/vmlinuz+/initrd.img /vmlinuz.old+/initrd.img.old",
	      "kernels without a version");
	is(s.entries.list[1].title, "Linux vmlinuz.old (old)", "old title");
	end(&s);

	/* installkernel(8) keeps the predecessor under its own version. */
	dir_file("a/boot/vmlinuz-6.1.1", "new");
	dir_file("a/boot/vmlinuz-6.1.1.old", "old");
	dir_file("a/boot/initrd.img-6.1.1", "x");
	gather(&s, "", 1);
	found(&s,
	      "/boot/vmlinuz-6.1.1+/boot/initrd.img-6.1.1 "
	      "/boot/vmlinuz-6.1.1.old+/boot/initrd.img-6.1.1",
	      "make install twice");
	end(&s);
}

static void test_fedora(void)
{
	static const char *const paths[] = {
		"a/boot/vmlinuz-6.5.6-300.fc39.x86_64",
		"a/boot/vmlinuz-6.4.15-200.fc38.x86_64",
		"a/boot/initramfs-6.5.6-300.fc39.x86_64.img",
		"a/boot/initramfs-6.4.15-200.fc38.x86_64.img",
		"a/boot/initramfs-0-rescue-4f2a.img",
		"a/boot/.vmlinuz-6.5.6-300.fc39.x86_64.hmac",
		"a/boot/vmlinuz-6.4.15-200.fc38.x86_64.hmac",
		"a/boot/symvers-6.5.6-300.fc39.x86_64.xz",
		NULL,
	};
	struct scene s;

	dir_files(paths);
	/* The newest of all by its inside, and still the last. */
	bzimage("a/boot/vmlinuz-0-rescue-4f2a", "9.9.9-fc99 (builder) #1");
	gather(&s, "", 1);
	found(&s,
	      "/boot/vmlinuz-6.5.6-300.fc39.x86_64"
	      "+/boot/initramfs-6.5.6-300.fc39.x86_64.img "
	      "/boot/vmlinuz-6.4.15-200.fc38.x86_64"
	      "+/boot/initramfs-6.4.15-200.fc38.x86_64.img "
	      "/boot/vmlinuz-0-rescue-4f2a+/boot/initramfs-0-rescue-4f2a.img",
	      "fedora: rescue last");
	ok(s.entries.list[2].rescue && !s.entries.list[0].rescue,
	   "and marked so");
	is(s.entries.list[2].title, "Linux 9.9.9-fc99 (rescue)", "its title");
	ok(rejected(&s, "/boot/vmlinuz-6.4.15-200.fc38.x86_64.hmac",
		    "checksum"),
	   "a checksum is rejected");
	ok(s.entries.rejected_count == 1, "a hidden one is not even seen");
	end(&s);
}

static void test_arch(void)
{
	static const char *const paths[] = {
		"a/boot/initramfs-linux.img",
		"a/boot/initramfs-linux-fallback.img",
		"a/boot/initramfs-linux-zen-fallback.img",
		"a/boot/initramfs-linux-lts.img",
		"a/boot/intel-ucode.img",
		"a/boot/amd-ucode.img",
		NULL,
	};
	struct scene s;

	dir_files(paths);
	bzimage("a/boot/vmlinuz-linux", "6.12.1-arch1-1 (linux@archlinux) #1");
	bzimage("a/boot/vmlinuz-linux-lts", "6.6.63-1-lts (linux-lts@a) #1");
	bzimage("a/boot/vmlinuz-linux-zen", "6.12.2-zen1-1-zen (x@y) #1");
	gather(&s, "", 1);
	found(&s,
	      "/boot/vmlinuz-linux-zen+/boot/intel-ucode.img"
	      "+/boot/amd-ucode.img+/boot/initramfs-linux-zen-fallback.img "
	      "/boot/vmlinuz-linux+/boot/intel-ucode.img+/boot/amd-ucode.img"
	      "+/boot/initramfs-linux.img "
	      "/boot/vmlinuz-linux-lts+/boot/intel-ucode.img"
	      "+/boot/amd-ucode.img+/boot/initramfs-linux-lts.img",
	      "arch: versions from inside, microcode first");
	is(s.entries.list[1].version, "6.12.1-arch1-1", "its version");
	end(&s);
}

/* Arch's other maker of initrds: no fallback, no version in the name. */
static void test_booster(void)
{
	static const char *const paths[] = {
		"a/boot/vmlinuz-linux",	    "a/boot/vmlinuz-linux-lts",
		"a/boot/booster-linux.img", "a/boot/booster-linux-lts.img",
		"a/boot/amd-ucode.img",	    NULL,
	};
	struct scene s;

	dir_files(paths);
	gather(&s, "", 1);
	found(&s,
	      "/boot/vmlinuz-linux+/boot/amd-ucode.img"
	      "+/boot/booster-linux.img "
	      "/boot/vmlinuz-linux-lts+/boot/amd-ucode.img"
	      "+/boot/booster-linux-lts.img",
	      "arch with booster");
	end(&s);
}

/* openSUSE since 2021: the kernels are in /usr, and /boot has links to them. */
static void test_suse_usrmerge(void)
{
	static const char *const paths[] = {
		"a/usr/lib/modules/6.4.0-9-default/vmlinuz",
		"a/usr/lib/modules/6.4.0-10-default/vmlinuz",
		"a/boot/initrd-6.4.0-9-default",
		"a/boot/initrd-6.4.0-10-default",
		NULL,
	};
	struct scene s;

	dir_files(paths);
	dir_link("a/boot/vmlinuz-6.4.0-9-default",
		 "../usr/lib/modules/6.4.0-9-default/vmlinuz");
	dir_link("a/boot/vmlinuz-6.4.0-10-default",
		 "../usr/lib/modules/6.4.0-10-default/vmlinuz");
	dir_link("a/boot/vmlinuz", "vmlinuz-6.4.0-10-default");
	dir_link("a/boot/initrd", "initrd-6.4.0-10-default");
	gather(&s, "", 1);
	found(&s,
	      "/boot/vmlinuz-6.4.0-10-default+/boot/initrd-6.4.0-10-default "
	      "/boot/vmlinuz-6.4.0-9-default+/boot/initrd-6.4.0-9-default",
	      "suse: the link with the version is the entry");
	is(s.entries.list[0].version, "6.4.0-10-default", "its version");
	end(&s);
}

static void test_others(void)
{
	static const char *const suse[] = {
		"a/boot/vmlinuz-5.14.21-150400.24.100-default",
		"a/boot/vmlinuz-5.14.21-150400.24.97-default",
		"a/boot/initrd-5.14.21-150400.24.100-default",
		"a/boot/initrd-5.14.21-150400.24.97-default",
		"a/boot/vmlinux-5.14.21-150400.24.97-default.gz",
		"a/boot/symvers-5.14.21-150400.24.97-default.gz",
		"a/boot/sysctl.conf-5.14.21-150400.24.97-default",
		NULL,
	};
	static const char *const gentoo[] = {
		"a/boot/kernel-6.1.57-gentoo",
		"a/boot/initramfs-6.1.57-gentoo.img",
		"a/boot/kernel-genkernel-x86_64-5.15.0-gentoo",
		"a/boot/initramfs-genkernel-x86_64-5.15.0-gentoo",
		NULL,
	};
	struct scene s;

	dir_files(suse);
	dir_link("a/boot/vmlinuz", "vmlinuz-5.14.21-150400.24.100-default");
	dir_link("a/boot/initrd", "initrd-5.14.21-150400.24.100-default");
	gather(&s, "", 1);
	found(&s,
	      "/boot/vmlinuz-5.14.21-150400.24.100-default"
	      "+/boot/initrd-5.14.21-150400.24.100-default "
	      "/boot/vmlinuz-5.14.21-150400.24.97-default"
	      "+/boot/initrd-5.14.21-150400.24.97-default",
	      "suse");
	ok(rejected(&s, "/boot/vmlinux-5.14.21-150400.24.97-default.gz",
		    "the same kernel as vmlinuz-5.14.21-150400.24.97-default"),
	   "its debugging twin is not a second entry");
	end(&s);

	bzimage("a/boot/vmlinuz-lts", "6.1.1-0-lts (buildozer@b) #1");
	bzimage("a/boot/vmlinuz-virt", "6.1.2-0-virt (buildozer@b) #1");
	dir_file("a/boot/initramfs-lts", "x");
	dir_file("a/boot/initramfs-virt", "x");
	dir_link("a/boot/boot", ".");
	gather(&s, "", 1);
	found(&s,
	      "/boot/vmlinuz-virt+/boot/initramfs-virt "
	      "/boot/vmlinuz-lts+/boot/initramfs-lts",
	      "alpine");
	end(&s);

	dir_files(gentoo);
	gather(&s, "", 1);
	found(&s,
	      "/boot/kernel-6.1.57-gentoo+/boot/initramfs-6.1.57-gentoo.img "
	      "/boot/kernel-genkernel-x86_64-5.15.0-gentoo"
	      "+/boot/initramfs-genkernel-x86_64-5.15.0-gentoo",
	      "gentoo");
	end(&s);

	dir_file("a/boot/vmlinuz-5.4.0-1-generic", "x");
	dir_file("a/boot/vmlinuz-5.4.0-1-generic.efi.signed", "y");
	dir_file("a/boot/vmlinuz-5.4.0-2-generic.efi.signed", "z");
	gather(&s, "", 1);
	found(&s,
	      "/boot/vmlinuz-5.4.0-2-generic.efi.signed "
	      "/boot/vmlinuz-5.4.0-1-generic",
	      "ubuntu: a signed kernel counts where it is the only form");
	end(&s);
}

static void test_compressed(void)
{
	static const char *const names[] = {
		"a/boot/vmlinux-6.1.gz",  "a/boot/vmlinux-6.2.xz",
		"a/boot/vmlinux-6.3.zst", "a/boot/vmlinuz-6.4.bz2",
		"a/boot/vmlinux-6.5.lz4", "a/boot/initrd-6.5",
		"a/boot/vmlinuz-6.3",	  NULL,
	};
	struct scene s;

	dir_files(names);
	gather(&s, "", 1);
	found(&s,
	      "/boot/vmlinux-6.5.lz4+/boot/initrd-6.5 /boot/vmlinuz-6.4.bz2 "
	      "/boot/vmlinuz-6.3 /boot/vmlinux-6.2.xz /boot/vmlinux-6.1.gz",
	      "compressed as a whole");
	is(s.entries.list[0].version, "6.5", "the ending is no version");
	end(&s);
}

static void test_renamed(void)
{
	struct scene s;

	bzimage("a/boot/linux", "6.1.2-own (me@here) #1");
	dir_file("a/boot/initrd.img-6.1.2-own", "x");
	dir_link("a/boot/current", "linux");
	bzimage("a/boot/memtest86+x64.bin", "6.20");
	bzimage("a/opt/kernels/k", "6.2 x");
	dir_link("a/bootme", "opt/kernels/k");
	dir_file("a/boot/readme", "x");
	gather(&s, "", 1);
	found(&s,
	      "/boot/linux+/boot/initrd.img-6.1.2-own /bootme "
	      "/boot/memtest86+x64.bin",
	      "names that say nothing");
	is(s.entries.list[0].version, "6.1.2-own", "the kernel says its own");
	ok(s.entries.list[2].rescue, "memtest is for rescue");
	end(&s);

	bzimage("a/boot/linux", "6.1.2-own (me@here) #1");
	dir_file("a/boot/vmlinuz-5.1", "x");
	gather(&s, "", 1);
	found(&s, "/boot/vmlinuz-5.1", "no guessing where a name is known");
	end(&s);
}

/* Named as a kernel, and certainly none. */
static void test_not_a_kernel(void)
{
	static char notes[600];
	struct scene s;

	memset(notes, 'n', sizeof(notes) - 1);
	dir_file("a/boot/vmlinuz-notes.txt", "remember the milk");
	dir_file("a/boot/vmlinuz-6.1", "\n<!DOCTYPE HTML PUBLIC ...>");
	dir_file("a/boot/vmlinuz-6.2", "#!/bin/sh\nexec kexec\n");
	dir_file("a/boot/vmlinuz-6.3", "070701000002D1");
	dir_file("a/boot/vmlinuz-6.4", notes);
	dir_file("a/boot/vmlinuz-6.5", "k");
	gather(&s, "", 1);
	found(&s, "/boot/vmlinuz-6.5", "kernels in name only");
	ok(rejected(&s, "/boot/vmlinuz-notes.txt", "a text, no kernel"),
	   "vmlinuz-notes.txt");
	ok(rejected(&s, "/boot/vmlinuz-6.1", "is no kernel but a web page"),
	   "what a mirror said");
	ok(rejected(&s, "/boot/vmlinuz-6.2", "is no kernel but a script"),
	   "a script");
	ok(rejected(&s, "/boot/vmlinuz-6.3", "is no kernel but a cpio"),
	   "an initrd that is called so");
	ok(rejected(&s, "/boot/vmlinuz-6.4", "is no kernel but text"), "text");
	end(&s);
}

/* Captured trees have empty stand-ins for the big files. */
static void test_stand_ins(void)
{
	struct scene s;

	dir_file("a/boot/vmlinuz-6.1", "");
	dir_file("a/boot/initrd.img-6.1", "");
	dir_file("a/boot/vmlinuz-6.2", "the kernel goes here\n");
	dir_file("a/boot/initrd.img-6.2", "");
	gather(&s, "", 1);
	found(&s,
	      "/boot/vmlinuz-6.2+/boot/initrd.img-6.2 "
	      "/boot/vmlinuz-6.1+/boot/initrd.img-6.1",
	      "stand-ins");
	ok(s.entries.list[1].initrd_count == 1 &&
		   !s.entries.list[1].incomplete && !s.entries.rejected_count,
	   "with their initrds");
	end(&s);
}

static void test_bad(void)
{
	struct scene s;

	(void)dir_at("a/boot/vmlinuz-6.2/");
	if (mkfifo(dir_at("a/boot/vmlinuz-6.3"), 0644))
		err(1, "mkfifo");
	dir_file("a/boot/vmlinuz-6.4\x1b[2J", "x");
	dir_file("a/boot/vmlinuz-6.5", "x");
	dir_link("a/boot/vmlinuz-6.6", "/etc/shadow");
	gather(&s, "", 1);
	found(&s, "/boot/vmlinuz-6.5", "only what is usable");
	ok(rejected(&s, "/boot/vmlinuz-6.2", "directory"), "a directory");
	ok(rejected(&s, "/boot/vmlinuz-6.3", "no regular file"), "a FIFO");
	ok(rejected(&s, "/boot/vmlinuz-6.4?[2J", "control characters"),
	   "a name that commands terminals");
	ok(rejected(&s, "/boot/vmlinuz-6.6", "not there"),
	   "a link to nothing in the guest");
	end(&s);

	/* A kernel_version that points beyond the setup sectors, or nowhere */
	bzimage("a/boot/vmlinuz-lts", "6.1.1-0-lts");
	dir_bytes("a/boot/vmlinuz-virt", "HdrS", 4);
	gather(&s, "", 1);
	is(bare_read_version(&s.trees[0], "/boot/vmlinuz-virt"), NULL,
	   "no version in four bytes");
	ok(s.entries.count == 2 && !s.entries.list[1].version,
	   "still an entry");
	end(&s);
}

static void test_two_trees(void)
{
	struct scene s;

	/* Root with /lib/modules, and /boot apart */
	dir_file("a/etc/os-release", "NAME=Test\n");
	dir_file("b/vmlinuz-6.1", "x");
	dir_file("b/initrd.img-6.1", "x");
	dir_link("b/boot", ".");
	gather(&s, "quiet", 2);
	found(&s, "/boot/vmlinuz-6.1+/boot/initrd.img-6.1",
	      "a boot file system, its boot link included");
	is(s.entries.list[0].title, "Test, Linux 6.1", "named after the root");
	is(s.entries.list[0].cmdline, "quiet root=UUID=AAAA ro",
	   "whose UUID is root=");
	ok(s.entries.list[0].tree == 1 && s.entries.list[0].initrd[0].tree == 1,
	   "and the files are on boot");
	end(&s);

	/* Two roots; the modules tell whose kernel it is. */
	dir_file("a/etc/os-release", "NAME=A\n");
	dir_file("a/boot/vmlinuz-5.1", "x");
	dir_file("b/etc/os-release", "NAME=B\n");
	dir_file("b/boot/vmlinuz-6.1", "x");
	gather(&s, "quiet", 2);
	found(&s, "/boot/vmlinuz-6.1 /boot/vmlinuz-5.1", "two systems");
	is(s.entries.list[0].cmdline, "quiet root=UUID=BBBB ro", "own root");
	is(s.entries.list[1].cmdline, "quiet root=UUID=AAAA ro", "each");
	end(&s);
}

int main(void)
{
	dir_start();
	test_names();
	test_debian();
	test_fedora();
	test_arch();
	test_booster();
	test_suse_usrmerge();
	test_others();
	test_compressed();
	test_renamed();
	test_not_a_kernel();
	test_stand_ins();
	test_bad();
	test_two_trees();
	dir_end();
	return tap_done();
}
