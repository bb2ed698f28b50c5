/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The entries of kboot.conf, in the forms that kboot of 2006 and petitboot
 * read.
 */
#include "entries/kbootconf.h"

#include "base/text.h"
#include "dir.h"
#include "menu.h"
#include "settings/conf.h"
#include "tap.h"

static void gather(struct menu_scene *s, const char *trees)
{
	menu_open(s, trees);
	s->err = kbootconf_gather(&s->entries, &s->guest, 0, &s->why);
}

static void config(struct menu_scene *s, const char *text)
{
	dir_file("a/boot/vmlinux", "x");
	dir_file("a/boot/initrd.img", "x");
	dir_file("a/boot/more.img", "x");
	dir_file("a/boot/kboot.conf", text);
	gather(s, "a,uuid=AAAA,label=one,dev=/dev/sda1");
}

#define K "/boot/vmlinux"
#define I "/boot/initrd.img"

static void test_lines(void)
{
	struct menu_scene s;

	/* As in petitboot's and kboot's own documentation */
	config(&s, "message=/etc/kboot.msg\n"
		   "timeout=50\n"
		   "default=linux\n"
		   "old='/boot/vmlinux initrd=/boot/initrd.img ro single'\n"
		   "linux='/boot/vmlinux  initrd=/boot/initrd.img "
		   "root=/dev/sda1 quiet' # comment\n");
	menu_is(&s,
		"old|" K "|" I "|ro single\n"
		"linux|" K "|" I "|root=/dev/sda1 quiet",
		"labels");
	is(s.entries.list[1].id, "linux", "the id is the label");
	is(s.entries.list[1].source, "/boot/kboot.conf:5", "source");
	is(menu_default(&s), "linux", "default= names a label");
	ok(s.entries.config.timeout == 50, "timeout=");
	ok(s.entries.list[0].rescue && !s.entries.list[1].rescue, "rescue");
	ok(s.entries.rejected_count == 0, "nothing rejected");
	menu_end(&s);

	config(&s, "a='vmlinux initrd=/boot/initrd.img,/boot/more.img x -- "
		   "initrd=y'\n"
		   "b=/boot/vmlinux x=\"a  b\"\n"
		   "c=\"/vmlinux\"\n");
	menu_is(&s,
		"a|" K "|" I "+/boot/more.img|x -- initrd=y\n"
		"b|" K "||x=\"a  b\"\nc|" K "||",
		"paths and quotes");
	is(menu_default(&s), NULL, "no default");
	ok(s.entries.config.timeout == ENTRIES_NO_TIMEOUT, "no timeout");
	menu_end(&s);

	config(&s, "a='/boot/vmlinux'\nroot=/dev/sda2\nvideo=ps3fb:mode:1\n"
		   "initrd=/boot/initrd.img\n"
		   "b='/boot/vmlinux initrd=/boot/more.img root=x video=y'\n");
	menu_is(&s,
		"a|" K "|" I "|root=/dev/sda2 video=ps3fb:mode:1\n"
		"b|" K "|/boot/more.img|root=x video=y",
		"root=, initrd= and video= stand in for what is not there");
	menu_end(&s);

	config(&s, "default=2\na='/boot/vmlinux'\na='/boot/vmlinux two'\n");
	is(menu_default(&s), NULL, "default= that names no label");
	menu_end(&s);
	config(&s, "default=a\na='/boot/vmlinux'\na='/boot/vmlinux two'\n");
	ok(s.entries.config.by_default == 0, "the first of equal labels");
	menu_end(&s);
	config(&s, "default=a\na='/boot/vmlinux initrd=/boot'\n");
	ok(s.entries.config.by_default == -1 && s.entries.list[0].incomplete &&
		   menu_rejected(&s, "/boot/kboot.conf:2", "is a directory"),
	   "default= without its initrd, which is no file");
	menu_end(&s);
}

static void test_devices(void)
{
	struct menu_scene s;

	dir_file("b/vmlinuz", "x");
	dir_file("b/initrd", "x");
	dir_file("a/boot/kboot.conf",
		 "a='sdb1:/vmlinuz initrd=UUID=BBBB:/initrd x'\n"
		 "b='/dev/sdb1:/vmlinuz initrd=/initrd'\n"
		 "c='LABEL=two:/vmlinuz'\n"
		 "d='sdc1:/vmlinuz'\n"
		 "e='sda1:/vmlinuz'\n"
		 "f='tftp://host/vmlinuz'\n"
		 "g='http://host:/vmlinuz'\n");
	gather(&s, "a,dev=/dev/sda1 b,uuid=BBBB,label=two,dev=/dev/sdb1");
	menu_is(&s, "a|/vmlinuz|/initrd|x\nb|/vmlinuz|/initrd|\nc|/vmlinuz||",
		"DEVICE:/path");
	ok(s.entries.count == 3 && s.entries.list[0].tree == 1 &&
		   s.entries.list[0].initrd[0].tree == 1,
	   "the tree");
	ok(menu_rejected(&s, "/boot/kboot.conf:4", "device sdc1"),
	   "a device that is not mounted");
	ok(menu_rejected(&s, "/boot/kboot.conf:5", "kernel missing"),
	   "a device without that file");
	ok(menu_rejected(&s, "/boot/kboot.conf:6", "network") &&
		   menu_rejected(&s, "/boot/kboot.conf:7", "network"),
	   "the network");
	menu_end(&s);
}

static void test_wrong(void)
{
	struct menu_scene s;

	config(&s, "a='/boot/vmlinux\nb='/boot/gone'\n"
		   "c='/boot/vmlinux initrd=/boot/gone'\n"
		   "timuot=5\nmenu=/boot/vmlinux\nroot='/boot/vmlinux'\n"
		   "kboot.timeout='/boot/vmlinux'\n");
	menu_is(&s, "c|" K "||root=/boot/vmlinux",
		"a wrong line costs itself; settings are no labels");
	ok(s.entries.list[0].incomplete &&
		   menu_rejected(&s, "/boot/kboot.conf:3", "initrd missing"),
	   "an initrd missing");
	ok(menu_rejected(&s, "/boot/kboot.conf:1", "quote is not closed"),
	   "a quote");
	ok(menu_rejected(&s, "/boot/kboot.conf:2", "kernel missing"),
	   "a kernel missing");
	menu_end(&s);

	/* What is the host's alone is no entry, and sets nothing here. */
	config(&s, "kernel='/boot/vmlinux'\nboot=/dev/x\nwait=/dev/x\n"
		   "ramdisk='/boot/initrd.img'\n");
	ok(s.entries.count == 0, "the host's settings");
	menu_end(&s);
}

static void test_places(void)
{
	struct menu_scene s;

	dir_file("a/kboot.conf", "a='/vmlinuz'\n");
	dir_file("a/etc/kboot.conf", "b='/vmlinuz'\n");
	dir_file("a/vmlinuz", "x");
	gather(&s, "a");
	menu_is(&s, "a|/vmlinuz||", "a boot file system");
	menu_end(&s);

	dir_file("a/etc/kboot.conf", "b='/boot/vmlinuz'\n");
	dir_file("a/boot/vmlinuz", "x");
	gather(&s, "a");
	menu_is(&s, "b|/boot/vmlinuz||", "/etc/kboot.conf");
	menu_end(&s);

	/* The first found is the guest's file, whatever is in it. */
	dir_file("a/boot/kboot.conf", "timeout=3\n");
	dir_file("a/etc/kboot.conf", "b='/boot/vmlinuz'\n");
	dir_file("a/boot/vmlinuz", "x");
	gather(&s, "a");
	ok(s.err == 0 && s.entries.count == 0 &&
		   s.entries.config.timeout == ENTRIES_NO_TIMEOUT,
	   "the first is the one");
	menu_end(&s);

	/* On whichever file system that is. */
	for (int i = 0; i < 2; i++) {
		dir_file("a/etc/kboot.conf", "b='/boot/vmlinuz'\n");
		dir_file("a/boot/vmlinuz", "x");
		dir_file(i ? "b/kboot.conf" : "b/boot/kboot.conf",
			 "timeout=3\n");
		gather(&s, "a b");
		ok(s.err == 0 && s.entries.count == 0,
		   "/etc/kboot.conf stands behind another file system's");
		menu_end(&s);
	}

	dir_file("a/etc/kboot.conf", "a='/vmlinuz'\n");
	dir_file("a/vmlinuz", "x");
	dir_file("b/etc/kboot.conf", "b='/vmlinuz'\n");
	(void)dir_at("c/kboot.conf/");
	gather(&s, "a b c");
	menu_is(&s, "a|/vmlinuz||", "but not behind its /etc/kboot.conf");
	menu_end(&s);

	/* Settings beside another configuration count with --conf only. */
	dir_file("a/boot/kboot.conf", "default=x\ntimeout=3\n");
	gather(&s, "a");
	ok(s.err == 0 && s.entries.count == 0 &&
		   s.entries.config.by_default == -1 &&
		   s.entries.config.timeout == ENTRIES_NO_TIMEOUT,
	   "settings without entries are nothing here");
	menu_end(&s);

	dir_file("a/x", "x");
	gather(&s, "a");
	ok(s.err == 0 && s.entries.count == 0 && s.entries.rejected_count == 0,
	   "none");
	menu_end(&s);
}

static void test_limits(void)
{
	struct text text = { 0 };
	struct menu_scene s;

	for (int i = 0; i < CONF_LINES_MAX + 5; i++)
		text_addf(&text, "a%d='/boot/vmlinux'\n", i);
	config(&s, text_str(&text));
	ok(s.err == 0 && s.entries.count == CONF_LINES_MAX &&
		   menu_rejected(&s, "/boot/kboot.conf", "more than 4096"),
	   "too many lines: %zu", s.entries.count);
	menu_end(&s);
	text_free(&text);

	config(&s, "\xef\xbb\xbf"
		   "a\x1b='x'\nb='/boot/vmlinux \x1b[2J'\nc='/boot/vmlinux'\n");
	menu_is(&s, "c|" K "||", "control characters");
	menu_end(&s);
}

int main(void)
{
	dir_start();
	test_lines();
	test_devices();
	test_wrong();
	test_places();
	test_limits();
	dir_end();
	return tap_done();
}
