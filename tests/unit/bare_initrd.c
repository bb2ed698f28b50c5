/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The initrds of bare kernels whose name alone does not lead to one: by the
 * version inside, by the names of symlinks.
 */
#include "entries/bare_initrd.h"

#include "bare_scene.h"

/* The initrd has another name than the kernel, but its version. */
static void test_initrd_by_version(void)
{
	struct scene s;

	bzimage("a/boot/vmlinuz", "6.1.9 (me@here) #1");
	dir_file("a/boot/initrd.img-6.1.9", "x");
	dir_file("a/boot/initrd.img-6.1.8", "x");
	gather(&s, "", 1);
	found(&s, "/boot/vmlinuz+/boot/initrd.img-6.1.9",
	      "vmlinuz and an initrd with a version");
	end(&s);

	bzimage("a/boot/bzImage-custom", "6.1.9 (me@here) #1");
	dir_file("a/boot/initramfs-6.1.9.img", "x");
	dir_file("a/boot/amd-ucode.img", "x");
	gather(&s, "", 1);
	found(&s,
	      "/boot/bzImage-custom+/boot/amd-ucode.img"
	      "+/boot/initramfs-6.1.9.img",
	      "bzImage-custom, microcode first");
	ok(!s.entries.list[0].incomplete, "it is complete");
	end(&s);

	bzimage("a/boot/vmlinuz-6.1-custom", "6.1.9-custom (me@here) #1");
	dir_file("a/boot/initrd.img-6.1.9-custom", "x");
	gather(&s, "", 1);
	found(&s, "/boot/vmlinuz-6.1-custom+/boot/initrd.img-6.1.9-custom",
	      "a kernel renamed to a shorter version");
	end(&s);

	bzimage("a/boot/vmlinuz", "6.1.9 (me@here) #1");
	dir_file("a/boot/initrd.img-6.1.8", "x");
	dir_link("a/boot/initrd.img", "initrd.img-6.1.8");
	gather(&s, "", 1);
	found(&s, "/boot/vmlinuz", "never the initrd of another version");
	ok(s.entries.list[0].incomplete, "it is incomplete then");
	ok(rejected(&s, "/boot/initrd.img",
		    "of another version than /boot/vmlinuz"),
	   "and why is told");
	end(&s);

	dir_file("a/boot/vmlinuz", "k");
	dir_file("a/boot/initrd.img-6.1.8", "x");
	dir_link("a/boot/initrd.img", "initrd.img-6.1.8");
	gather(&s, "", 1);
	found(&s, "/boot/vmlinuz+/boot/initrd.img",
	      "a kernel without a version takes what is beside it");
	end(&s);

	bzimage("a/boot/vmlinuz-6.1.0", "6.1.9 (me@here) #1");
	dir_file("a/boot/initrd-6.1.0.gz", "x");
	bzimage("a/boot/vmlinuz", "6.2.0 (me@here) #1");
	dir_file("a/boot/initrd.zst", "x");
	gather(&s, "", 1);
	found(&s,
	      "/boot/vmlinuz+/boot/initrd.zst "
	      "/boot/vmlinuz-6.1.0+/boot/initrd-6.1.0.gz",
	      "endings by the compressor");
	end(&s);

	/* A path that a person names, in a directory that is not listed */
	bzimage("a/opt/linux", "6.1.9 (me@here) #1");
	dir_file("a/opt/initrd-6.1.9.xz", "x");
	gather(&s, "", 1);
	{
		struct entry entry = { .kernel = dir_path };

		ok(bare_add_initrds(&s.entries, &entry, &s.guest, 0,
				    "/opt/linux") == 0 &&
			   entry.initrd_count == 1,
		   "beside a kernel whose name says nothing");
		is(entry.initrd_count ? entry.initrd[0].path : "",
		   "/opt/initrd-6.1.9.xz", "is that of its version");
		entry.kernel = NULL;
		entries_free_entry(&entry);
	}
	end(&s);

	dir_file("a/vmlinuz", "x");
	dir_file("a/initrd.xz", "x");
	gather(&s, "", 1);
	found(&s, "/vmlinuz+/initrd.xz", "xz");
	end(&s);
}

/* The initrd has the name of a symlink that leads to the kernel. */
static void test_initrd_by_link(void)
{
	struct scene s;

	dir_file("a/boot/vmlinuz-6.1-custom", "k");
	dir_link("a/boot/vmlinuz", "vmlinuz-6.1-custom");
	dir_file("a/boot/initrd.img", "x");
	gather(&s, "", 1);
	found(&s, "/boot/vmlinuz-6.1-custom+/boot/initrd.img",
	      "vmlinuz beside initrd.img");
	end(&s);

	dir_file("a/boot/vmlinuz-6.1-custom", "k");
	dir_file("a/boot/vmlinuz-6.0-custom", "k");
	dir_file("a/boot/my-initrd", "x");
	dir_link("a/vmlinuz", "boot/vmlinuz-6.1-custom");
	dir_link("a/initrd.img", "/boot/my-initrd");
	dir_link("a/vmlinuz.old", "boot/vmlinuz-6.0-custom");
	dir_link("a/initrd.img.old", "/boot/my-initrd");
	gather(&s, "", 1);
	found(&s,
	      "/boot/vmlinuz-6.1-custom+/initrd.img "
	      "/boot/vmlinuz-6.0-custom+/initrd.img.old",
	      "/vmlinuz and /initrd.img, the old ones too");
	end(&s);

	dir_file("a/boot/vmlinuz-6.2", "k");
	dir_file("a/boot/vmlinuz-6.1", "k");
	dir_file("a/boot/initrd.img-6.1", "x");
	dir_link("a/vmlinuz", "boot/vmlinuz-6.2");
	dir_link("a/initrd.img", "boot/initrd.img-6.1");
	gather(&s, "", 1);
	found(&s, "/boot/vmlinuz-6.1+/boot/initrd.img-6.1 /boot/vmlinuz-6.2",
	      "links to two versions are no pair");
	ok(rejected(&s, "/initrd.img", "of another version"), "as is told");
	end(&s);

	/* Two links to one kernel: the first that has an initrd. */
	dir_file("a/boot/kernel-own", "k");
	dir_link("a/boot/vmlinuz", "kernel-own");
	dir_link("a/boot/vmlinuz-lts", "vmlinuz");
	dir_file("a/boot/initramfs-lts", "x");
	gather(&s, "", 1);
	found(&s, "/boot/kernel-own+/boot/initramfs-lts", "a link to a link");
	end(&s);
}

/* Slackware 15: the generic kernel wants its initrd, the huge one has none. */
static void test_slackware(void)
{
	struct scene s;

	bzimage("a/boot/vmlinuz-generic-5.15.19", "5.15.19 (root@z) #1");
	bzimage("a/boot/vmlinuz-huge-5.15.19", "5.15.19 (root@z) #2");
	dir_link("a/boot/vmlinuz-generic", "vmlinuz-generic-5.15.19");
	dir_link("a/boot/vmlinuz-huge", "vmlinuz-huge-5.15.19");
	dir_link("a/boot/vmlinuz", "vmlinuz-generic");
	dir_file("a/boot/initrd.gz", "x");
	dir_file("a/boot/initrd-tree/init", "x");
	gather(&s, "", 1);
	found(&s,
	      "/boot/vmlinuz-generic-5.15.19+/boot/initrd.gz "
	      "/boot/vmlinuz-huge-5.15.19",
	      "slackware");
	end(&s);
}

/* TinyCore: an initrd for each of the two kernels, and no version. */
static void test_tinycore(void)
{
	struct scene s;

	bzimage("a/boot/vmlinuz64", "6.6.8-tinycore64 (tc@box) #2018 SMP");
	dir_file("a/boot/corepure64.gz", "x");
	gather(&s, "", 1);
	found(&s, "/boot/vmlinuz64+/boot/corepure64.gz", "tinycore, 64 bits");
	ok(!s.entries.rejected_count && !s.entries.list[0].incomplete,
	   "it is complete");
	is(s.entries.list[0].version, "6.6.8-tinycore64", "version");
	end(&s);

	bzimage("a/boot/vmlinuz", "6.6.8-tinycore (tc@box) #2018 SMP");
	dir_file("a/boot/core.gz", "x");
	gather(&s, "", 1);
	found(&s, "/boot/vmlinuz+/boot/core.gz", "32 bits");
	end(&s);

	dir_file("a/boot/vmlinuz", "32");
	dir_file("a/boot/vmlinuz64", "64");
	dir_file("a/boot/vmlinuz64.gz", "64, packed");
	dir_file("a/boot/core.gz", "x");
	dir_file("a/boot/corepure64.gz", "x");
	gather(&s, "", 1);
	found(&s,
	      "/boot/vmlinuz+/boot/core.gz "
	      "/boot/vmlinuz64+/boot/corepure64.gz",
	      "both of one medium");
	ok(rejected(&s, "/boot/vmlinuz64.gz", "the same kernel as vmlinuz64"),
	   "a second form of that of 64 bits");
	end(&s);

	dir_file("a/boot/vmlinuz64", "64");
	dir_file("a/boot/core.gz", "modules of the other");
	gather(&s, "", 1);
	found(&s, "/boot/vmlinuz64", "never that of the other");
	end(&s);

	dir_file("a/boot/vmlinuz", "k");
	dir_file("a/boot/initrd.img", "x");
	dir_file("a/boot/core.gz", "a core dump");
	gather(&s, "", 1);
	found(&s, "/boot/vmlinuz+/boot/initrd.img", "other systems' first");
	end(&s);

	bzimage("a/mnt/vmlinuz64", "6.6.8-tinycore64 (tc@box) #2018 SMP");
	dir_file("a/mnt/corepure64.gz", "x");
	gather(&s, "", 1);
	{
		struct entry entry = { .kernel = dir_path };

		ok(bare_add_initrds(&s.entries, &entry, &s.guest, 0,
				    "/mnt/vmlinuz64") == 0 &&
			   entry.initrd_count == 1,
		   "by a path that a person names");
		entry.kernel = NULL;
		entries_free_entry(&entry);
	}
	end(&s);
}

int main(void)
{
	dir_start();
	test_initrd_by_version();
	test_initrd_by_link();
	test_slackware();
	test_tinycore();
	dir_end();
	return tap_done();
}
