/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Boot loaders whose configurations are not read: where only bare kernels are
 * found, or nothing, it is told that they are there.
 */
#include "entries/unread.h"

#include "menu.h"

#define NOT_READ                                                               \
	"'s configuration, which kboot does not read; kernels are taken by "   \
	"their names"

static void gather(struct menu_scene *s, const char *trees)
{
	menu_open(s, trees);
	s->err = entries_gather(&s->entries, &s->guest, &s->why);
}

static void test_slackware(void)
{
	struct menu_scene s;

	dir_file("a/etc/lilo.conf", "image = /boot/vmlinuz\n  label = Linux\n");
	dir_file("a/boot/vmlinuz", "x");
	gather(&s, "a");
	ok(s.entries.count == 1 &&
		   menu_skipped(&s, "/etc/lilo.conf", "LILO" NOT_READ),
	   "LILO, and a bare kernel");
	ok(s.entries.rejected_count == 0, "it is not rejected");
	menu_end(&s);

	dir_file("a/boot/vmlinuz", "x");
	dir_file("b/EFI/Slackware/elilo.conf", "image=vmlinuz\n");
	gather(&s, "a,uuid=A b,uuid=12AB-34CD,dev=/dev/sda1");
	ok(menu_skipped(&s, "/EFI/Slackware/elilo.conf", "ELILO" NOT_READ) &&
		   s.entries.skipped[0].on == 2,
	   "ELILO on the ESP, and which file system that is");
	menu_end(&s);

	dir_file("a/boot/vmlinuz", "x");
	dir_file("b/efi/SLACKWARE/ELILO.CONF", "");
	gather(&s, "a,uuid=A b,uuid=12AB-34CD");
	ok(s.entries.skipped_count == 1, "in capital letters, on FAT");
	menu_end(&s);

	dir_file("a/boot/efi/EFI/Slackware/elilo.conf", "image=vmlinuz\n");
	dir_file("a/boot/vmlinuz", "x");
	dir_file("b/EFI/Slackware/elilo.conf", "image=vmlinuz\n");
	gather(&s, "a,uuid=A b,uuid=12AB-34CD");
	ok(menu_skipped(&s, "/boot/efi/EFI/Slackware/elilo.conf",
			"ELILO" NOT_READ),
	   "the ESP mounted: once");
	menu_end(&s);
}

static void test_when(void)
{
	struct menu_scene s;

	dir_file("a/etc/lilo.conf", "");
	gather(&s, "a");
	ok(s.err == -ENOENT &&
		   menu_skipped(&s, "/etc/lilo.conf", "LILO" NOT_READ),
	   "where nothing is found");
	menu_end(&s);

	dir_file("a/etc/lilo.conf", "left behind");
	dir_file("a/boot/grub/menu.lst", "title A\nkernel /boot/vmlinuz\n");
	dir_file("a/boot/vmlinuz", "x");
	gather(&s, "a");
	ok(s.entries.count == 1 && s.entries.skipped_count == 0,
	   "not where another loader's configuration is read");
	menu_end(&s);

	dir_file("a/boot/vmlinuz", "x");
	(void)dir_at("a/etc/lilo.conf/");
	(void)dir_at("a/EFI/Slackware/");
	dir_file("a/EFI/elilo.conf", "");
	gather(&s, "a");
	ok(s.entries.count == 1 && s.entries.skipped_count == 0,
	   "not for directories, nor in another place");
	menu_end(&s);

	/* A file system on /boot that the root hides, looked at twice */
	dir_file("a/etc/fstab", "/dev/sda2 /boot ext4 defaults 0 0\n");
	dir_file("a/etc/lilo.conf", "");
	dir_file("a/boot/vmlinuz", "x");
	dir_file("b/lost", "x");
	gather(&s, "a,dev=/dev/sda1 b,dev=/dev/sda2");
	{
		size_t told = 0;

		for (size_t i = 0; i < s.entries.skipped_count; i++)
			told += strcmp(s.entries.skipped[i].source,
				       "/etc/lilo.conf") == 0;
		ok(s.entries.count == 1 && told == 1, "once all the same");
	}
	menu_end(&s);

	/* On a subvolume */
	dir_file("a/@/etc/fstab", "");
	dir_file("a/@/etc/lilo.conf", "");
	dir_file("a/@/boot/vmlinuz", "x");
	gather(&s, "a");
	ok(s.entries.count == 1 &&
		   menu_skipped(&s, "/@/etc/lilo.conf", "LILO" NOT_READ),
	   "below a subvolume, by the path from outside");
	menu_end(&s);
}

static void test_limit(void)
{
	struct menu_scene s;

	for (int i = 0; i <= UNREAD_VENDORS_MAX; i++) {
		char path[64];

		(void)snprintf(path, sizeof(path), "a/EFI/%03d/x", i);
		dir_file(path, "");
	}
	dir_file("a/EFI/zzz/elilo.conf", "");
	dir_file("a/boot/vmlinuz", "x");
	gather(&s, "a");
	ok(menu_skipped(&s, "/EFI",
			"more than 256 files; the rest is not looked at"),
	   "very many vendors");
	menu_end(&s);
}

int main(void)
{
	dir_start();
	test_slackware();
	test_when();
	test_limit();
	dir_end();
	return tap_done();
}
