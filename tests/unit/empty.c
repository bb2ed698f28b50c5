/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernels and initrds without a byte in them, which a full /boot or a power cut
 * leaves: where others are not so, they start nothing.
 */
#include "entries/empty.h"

#include "efi_file.h"
#include "menu.h"

static void gather(struct menu_scene *s, const char *trees)
{
	menu_open(s, trees);
	s->err = entries_gather(&s->entries, &s->guest, &s->why);
}

/* Two kernels of Debian with what is in their files; the newer one's menu entry
 * is the default. */
static void debian(struct menu_scene *s, const char *kernel_1,
		   const char *initrd_1, const char *kernel_2,
		   const char *initrd_2)
{
	dir_file("a/boot/vmlinuz-6.1", kernel_1);
	dir_file("a/boot/initrd.img-6.1", initrd_1);
	dir_file("a/boot/vmlinuz-6.2", kernel_2);
	dir_file("a/boot/initrd.img-6.2", initrd_2);
	dir_file("a/boot/grub/grub.cfg",
		 "set default=0\n"
		 "menuentry 'Two' {\n linux /boot/vmlinuz-6.2 quiet\n"
		 " initrd /boot/initrd.img-6.2\n}\n"
		 "menuentry 'One' {\n linux /boot/vmlinuz-6.1 quiet\n"
		 " initrd /boot/initrd.img-6.1\n}\n");
	gather(s, "a");
}

static const char *chosen(const struct menu_scene *s)
{
	const struct entry *entry = entries_chosen(&s->entries);

	return entry ? entry->title : NULL;
}

/* A letter for each entry: i is incomplete, c complete. */
static void are(const struct menu_scene *s, const char *want, const char *name)
{
	struct text got = { 0 };

	for (size_t i = 0; i < s->entries.count; i++)
		text_add_char(&got, s->entries.list[i].incomplete ? 'i' : 'c');
	is(text_str(&got), want, name);
	text_free(&got);
}

static void test_full_boot(void)
{
	struct menu_scene s;

	debian(&s, "k", "i", "k", "");
	are(&s, "ic", "an empty initrd");
	is(chosen(&s), "One", "the older kernel is the default");
	ok(menu_rejected(&s, "/boot/grub/grub.cfg:2",
			 "initrd /boot/initrd.img-6.2 is empty") &&
		   s.entries.rejected_count == 1,
	   "and why is told");
	is(s.entries.default_note.text,
	   "Two, the configured default, has an empty file; the default is One",
	   "of the default, too");
	menu_end(&s);

	debian(&s, "k", "i", "", "i");
	are(&s, "ic", "an empty kernel");
	is(chosen(&s), "One", "the older kernel is the default again");
	ok(menu_rejected(&s, "/boot/grub/grub.cfg:2",
			 "kernel /boot/vmlinuz-6.2 is empty"),
	   "the kernel is told");
	menu_end(&s);

	debian(&s, "k", "i", "", "");
	are(&s, "ic", "both");
	ok(s.entries.rejected_count == 2, "both are told");
	menu_end(&s);

	dir_file("a/boot/vmlinuz-6.1", "k");
	dir_file("a/boot/initrd.img-6.1", "i");
	dir_file("a/boot/vmlinuz-6.2", "k");
	dir_file("a/boot/initrd.img-6.2", "");
	gather(&s, "a");
	are(&s, "ic", "bare kernels");
	ok(s.entries.by_default == 1 &&
		   menu_rejected(&s, "/boot/vmlinuz-6.2",
				 "initrd /boot/initrd.img-6.2 is empty"),
	   "the default gives way, and it is told");
	menu_end(&s);
}

/* Emptiness says nothing where all are so: in a captured tree. */
static void test_stand_ins(void)
{
	struct menu_scene s;

	debian(&s, "", "", "", "");
	are(&s, "cc", "all are empty");
	is(chosen(&s), "Two", "the default is what is configured");
	ok(!s.entries.rejected_count, "nothing is rejected");
	menu_end(&s);

	debian(&s, "k", "", "k", "");
	are(&s, "cc", "all initrds are");
	menu_end(&s);

	debian(&s, "", "i", "", "i");
	are(&s, "cc", "all kernels are");
	menu_end(&s);

	debian(&s, "k", "", "", "");
	are(&s, "cc", "one kernel has its head, and no initrd a byte");
	menu_end(&s);

	debian(&s, "k", "", "", "i");
	are(&s, "cc", "no entry is whole");
	is(chosen(&s), "Two", "and none to give way to");
	menu_end(&s);

	/* memtest has no initrd: that says nothing of those of others. */
	dir_file("a/boot/memtest", "k");
	dir_file("a/boot/vmlinuz-6.2", "");
	dir_file("a/boot/initrd.img-6.2", "");
	dir_file("a/boot/grub/menu.lst",
		 "title Two\nkernel /boot/vmlinuz-6.2\n"
		 "initrd /boot/initrd.img-6.2\n"
		 "title Memory\nkernel /boot/memtest\n");
	gather(&s, "a");
	are(&s, "ic", "an empty kernel beside memtest");
	is(chosen(&s), "Two", "which is never the default for it");
	ok(menu_rejected(&s, "/boot/grub/menu.lst:1", "vmlinuz-6.2 is empty") &&
		   s.entries.rejected_count == 1,
	   "kernels and initrds are judged apart");
	menu_end(&s);
}

static void test_whole_answer(void)
{
	struct menu_scene s;

	/* Another file system's is another format's. */
	dir_file("a/boot/grub/menu.lst", "title Two\nkernel /boot/vmlinuz-6.2\n"
					 "initrd /boot/initrd.img-6.2\n");
	dir_file("a/boot/vmlinuz-6.2", "k");
	dir_file("a/boot/initrd.img-6.2", "");
	dir_file("b/boot/extlinux.conf", "label one\nkernel /boot/vmlinuz-6.1\n"
					 "initrd /boot/initrd.img-6.1\n");
	dir_file("b/boot/vmlinuz-6.1", "k");
	dir_file("b/boot/initrd.img-6.1", "i");
	gather(&s, "a,uuid=A b,uuid=B");
	are(&s, "ic", "the file systems together");
	is(chosen(&s), "one", "the default is on the other");
	ok(s.entries.rejected_count == 1 && s.entries.rejected[0].on == 1,
	   "and which file system's it is, is told");
	menu_end(&s);

	dir_file("a/boot/grub/menu.lst",
		 "title Two\nkernel /boot/xen.gz\nmodule /boot/vmlinuz-6.2 ro\n"
		 "module /boot/initrd.img-6.2\n"
		 "title One\nkernel /boot/xen.gz\nmodule /boot/vmlinuz-6.1 ro\n"
		 "module /boot/initrd.img-6.1\n");
	dir_file("a/boot/xen.gz", "x");
	dir_file("a/boot/vmlinuz-6.1", "k");
	dir_file("a/boot/initrd.img-6.1", "i");
	dir_file("a/boot/vmlinuz-6.2", "");
	dir_file("a/boot/initrd.img-6.2", "i");
	gather(&s, "a");
	are(&s, "ic", "Xen's dom0");
	ok(menu_rejected(&s, "/boot/grub/menu.lst:1",
			 "module /boot/vmlinuz-6.2 is empty"),
	   "a module");
	menu_end(&s);
}

/* Its own kernel is in it, whatever the others are. */
static void test_beside_a_uki(void)
{
	static struct efi_file f;
	struct menu_scene s;

	efi_start(&f, 16);
	(void)efi_text(&f, ".linux", "kernel");
	(void)efi_text(&f, ".osrel", "PRETTY_NAME=Foo\nID=foo\n");
	(void)efi_text(&f, ".uname", "6.3");
	dir_bytes("a/EFI/Linux/foo-6.3.efi", f.data, f.size);
	dir_file("a/loader/entries/b.conf",
		 "title Bar\nversion 6.2\nlinux /k\ninitrd /i\n");
	dir_file("a/k", "");
	dir_file("a/i", "");
	gather(&s, "a");
	are(&s, "cc", "stand-ins beside a UKI");
	menu_end(&s);
}

int main(void)
{
	dir_start();
	test_full_boot();
	test_stand_ins();
	test_whole_answer();
	test_beside_a_uki();
	dir_end();
	return tap_done();
}
