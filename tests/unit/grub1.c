/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GRUB legacy. What is expected is what GRUB 0.97 does: its manual, "Commands"
 * and "Configuration", and stage2/stage2.c and cmdline.c.
 */
#include "entries/grub1.h"

#include "base/text.h"
#include "dir.h"
#include "entries/draft.h"
#include "menu.h"
#include "tap.h"

#define MENU "a/boot/grub/menu.lst"

static void gather(struct menu_scene *s, const char *trees)
{
	menu_open(s, trees);
	s->err = grub1_gather(&s->entries, &s->guest, 0, &s->why);
}

/* One menu on one tree, whose kernels and initrds are all there. */
static void menu(struct menu_scene *s, const char *text)
{
	static const char *const files[] = {
		"a/boot/vmlinuz-1", "a/boot/vmlinuz-2", "a/boot/vmlinuz-3",
		"a/boot/initrd-1",  "a/boot/initrd-2",	"a/boot/xen.gz",
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		dir_file(files[i], "x");
	dir_file(MENU, text);
	gather(s, "a");
}

static void test_lines(void)
{
	struct menu_scene s;

	menu(&s, "  # comment\n\ttitle\tOne  two \n"
		 "\tkernel   /boot/vmlinuz-1  root=/dev/sda1 \t ro\n");
	menu_is(&s, "One two|/boot/vmlinuz-1||root=/dev/sda1 ro",
		"blanks and tabs");
	is(s.entries.list[0].id, "One two", "the id is the title");
	is(s.entries.list[0].source, "/boot/grub/menu.lst:2", "source");
	menu_end(&s);

	menu(&s, "title One\r\nroot (hd0,0)\r\nkernel /boot/vmlinuz-1 ro\r\n"
		 "initrd /boot/initrd-1\r\n");
	menu_is(&s, "One|/boot/vmlinuz-1|/boot/initrd-1|ro", "CRLF");
	menu_end(&s);

	menu(&s, "\xef\xbb\xbftitle One\nkernel /boot/vmlinuz-1");
	menu_is(&s, "One|/boot/vmlinuz-1||",
		"a byte order mark; no line break at the end");
	menu_end(&s);

	menu(&s,
	     "title One\nkernel /boot/vmlinuz-1 a \\\n   b\\\nc # no comment\n"
	     "# a comment goes on \\\ninitrd /boot/none\n");
	menu_is(&s, "One|/boot/vmlinuz-1||a b c # no comment",
		"a backslash joins lines, of comments too");
	menu_end(&s);

	menu(&s, "title=One\nkernel=/boot/vmlinuz-1 a=b\n");
	menu_is(&s, "One|/boot/vmlinuz-1||a=b", "'=' behind any command");
	menu_end(&s);

	menu(&s, "Title Zero\nkernel /boot/vmlinuz-1\n"
		 "title One\nKERNEL /boot/vmlinuz-2\nkernel /boot/vmlinuz-1\n");
	menu_is(&s, "One|/boot/vmlinuz-1||", "capital letters are no command");
	ok(menu_rejected(&s, "/boot/grub/menu.lst:1", "no command Title") &&
		   menu_rejected(&s, "/boot/grub/menu.lst:4",
				 "KERNEL (capital letters matter)"),
	   "which is told");
	menu_end(&s);

	menu(&s, "title One\nkernle /boot/vmlinuz-2\nkernel /boot/vmlinuz-1\n");
	ok(menu_rejected(&s, "/boot/grub/menu.lst:2",
			 "GRUB has no command kernle; the line"),
	   "a command without capital letters that GRUB does not have");
	menu_end(&s);

	menu(&s, "title a\x1b[2Jb\nkernel /boot/vmlinuz-1\n"
		 "title c\nkernel /boot/vmlinuz-1 a\x1b[2J\n");
	menu_is(&s, "a?[2Jb|/boot/vmlinuz-1||", "terminal commands in a title");
	ok(menu_rejected(&s, "/boot/grub/menu.lst:3", "control characters"),
	   "and in a command line");
	menu_end(&s);
}

static void test_numbers(void)
{
	static const struct {
		const char *text;
		int want;
	} cases[] = {
		{ "0", 0 },	{ "12 # x", 12 }, { "0x1f", 31 },
		{ "0X1F", 31 }, { "12abc", 12 },  { "-1", -1 },
		{ "", -1 },	{ "x", -1 },	  { "99999999999", -1 },
		{ "\x11", -1 }, { "saved", -1 },  { "2147483647", 2147483647 },
		{ "0x", -1 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int got = -1;

		(void)grub1_number(cases[i].text, &got);
		ok(got == cases[i].want, "number '%s': %d", cases[i].text, got);
	}
}

/* Entries A, B, C with kernels 1, 2, 3 below @head. */
static void three(struct menu_scene *s, const char *head)
{
	struct text text = { 0 };

	text_addf(&text,
		  "%stitle A\nkernel /boot/vmlinuz-1\n"
		  "title B\nkernel /boot/vmlinuz-2\n"
		  "title C\nkernel /boot/vmlinuz-3\n",
		  head);
	menu(s, text_str(&text));
	text_free(&text);
}

static void by_default(const char *head, const char *want, const char *name)
{
	struct menu_scene s;

	three(&s, head);
	is(menu_default(&s), want, name);
	menu_end(&s);
}

static void test_default(void)
{
	struct menu_scene s;

	by_default("", "A", "no default: the first");
	by_default("default 1\n", "B", "default");
	by_default("default=2\n", "C", "default with =");
	by_default("default\t = 2  \n", "C", "default with blanks and =");
	by_default("default 0x2\n", "C", "a hexadecimal default");
	by_default("default two\n", "A", "no number: the first");
	by_default("default 7\n", "A", "too large: the first");
	by_default("default 7\nfallback 2\n", "C", "too large: fallback");
	by_default("default 7\nfallback 9 1\n", "B",
		   "fallback entries that are not there are passed over");
	by_default("default 1\ntitle X\ntitle Y\nnonsense\n", "B",
		   "a title without a command of GRUB's is not counted");
	by_default("default 1\ntitle X\nchainloader +1\n", "A",
		   "what kboot cannot start is counted");
	by_default("title X\ndefault 1\n", NULL,
		   "default below a title makes an entry, and no default");
	by_default("title X\nkernel /boot/gone\n", NULL,
		   "a default that fails, without fallback");
	by_default("fallback 2 1\ntitle X\nkernel /boot/gone\n", "B",
		   "a default that fails: fallback");
	by_default("fallback 1 2\ntitle X\nkernel /boot/gone\n"
		   "title Y\nkernel /boot/gone\n",
		   "A", "a fallback that fails: the next");
	by_default("fallback 1\ntitle X\nkernel /boot/vmlinuz-1\n"
		   "initrd /boot/gone\n",
		   "A", "GRUB fails without the initrd as well");

	three(&s, "default 1\ntitle X\nchainloader +1\n");
	ok(s.entries.skipped_count == 0, "a default that boots");
	menu_end(&s);
	three(&s, "default 0\ntitle X\nchainloader +1\n");
	ok(menu_skipped(&s, "/boot/grub/menu.lst",
			"entry 0, the default, boots nothing here"),
	   "a default that boots nothing is told");
	menu_end(&s);
	three(&s, "default 9\n");
	ok(menu_skipped(&s, "/boot/grub/menu.lst",
			"entry 9, the default, is not there"),
	   "one that is not there, too");
	menu_end(&s);

	three(&s, "default saved\n");
	is(menu_default(&s), "A", "saved, and nothing was saved");
	ok(s.entries.config.saved == -1, "nothing");
	menu_end(&s);

	/* What grub-set-default 2 writes */
	dir_file("a/boot/grub/default", "2\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n"
					"# WARNING: If you want to edit this "
					"file directly, do not remove any "
					"line\n");
	three(&s, "default saved\n");
	is(menu_default(&s), "C", "saved");
	menu_end(&s);
	dir_file("a/boot/grub/default", "1\n");
	three(&s, "default 0\n");
	is(menu_default(&s), "A", "saved is not asked for");
	ok(s.entries.config.saved == 1, "but known");
	menu_end(&s);
}

static void timeout(const char *head, int want, const char *name)
{
	struct menu_scene s;

	three(&s, head);
	ok(s.entries.config.timeout == want, "%s: %d", name,
	   s.entries.config.timeout);
	menu_end(&s);
}

static void test_timeout(void)
{
	timeout("", ENTRIES_NO_TIMEOUT, "no timeout");
	timeout("timeout 5\n", 5, "timeout");
	timeout("timeout=0\nhiddenmenu\n", 0, "timeout 0, hidden");
	timeout("timeout -1\n", ENTRIES_WAIT, "timeout -1");
	timeout("title X\ntimeout 5\n", ENTRIES_NO_TIMEOUT,
		"timeout below a title");
}

static void test_kernel(void)
{
	struct menu_scene s;

	menu(&s, "title A\nkernel --type=linux --no-mem-option "
		 "(hd0,0)/boot/vmlinuz-1 root=/dev/hda1 initrd=x\n"
		 "initrd (hd0,0)/boot/initrd-1\n"
		 "title B\nkernel /boot/vmlinuz-1 a\nkernel /boot/vmlinuz-2 b\n"
		 "initrd /boot/initrd-1\ninitrd /boot/initrd-2\nboot\n"
		 "title C\nkernel --type=netbsd /boot/vmlinuz-3\n"
		 "title D\nkernel (nd)/vmlinuz\n"
		 "title E\nroot (nd)\nkernel /boot/vmlinuz-1\n"
		 "title F\nkernel\n"
		 "title G\ninitrd /boot/initrd-1\n"
		 "title H\nkernel (hd0,0)+1\n"
		 "title I\nkernel /boot/memdisk\ninitrd /boot/dos.img\n"
		 "title J\nkernel /boot/vmlinuz-1 x=\"a  b\"\n"
		 "initrd /boot/initrd-1 /boot/initrd-2\n"
		 "title K\nkernel /boot/ipxe.lkrn dhcp\n");
	menu_is(&s,
		"A|/boot/vmlinuz-1|/boot/initrd-1|root=/dev/hda1 initrd=x\n"
		"B|/boot/vmlinuz-2|/boot/initrd-2|b\n"
		"J|/boot/vmlinuz-1|/boot/initrd-1+/boot/initrd-2|x=\"a  b\"",
		"kernel and its options");
	ok(menu_rejected(&s, "/boot/grub/menu.lst:11", "--type=netbsd"),
	   "another system's kernel");
	ok(menu_rejected(&s, "/boot/grub/menu.lst:13", "network"), "(nd)");
	ok(menu_rejected(&s, "/boot/grub/menu.lst:15", "network"), "root (nd)");
	ok(menu_rejected(&s, "/boot/grub/menu.lst:18", "no file is named"),
	   "kernel without a file");
	ok(menu_rejected(&s, "/boot/grub/menu.lst:19", "no kernel line"),
	   "no kernel");
	ok(menu_rejected(&s, "/boot/grub/menu.lst:22", "names no file"),
	   "a block list");
	ok(menu_rejected(&s, "/boot/grub/menu.lst:24", "memdisk"), "memdisk");
	ok(menu_rejected(&s, "/boot/grub/menu.lst:30", "iPXE"), "ipxe.lkrn");
	menu_end(&s);

	/* What Debian's upgrade-from-grub-legacy puts first. */
	dir_file("a/boot/grub/core.img", "x");
	menu(&s, "default 0\ntitle Chainload into GRUB 2\nroot (hd0,0)\n"
		 "kernel /boot/grub/core.img\n"
		 "title B\nkernel /boot/vmlinuz-1\n");
	menu_is(&s, "B|/boot/vmlinuz-1||", "GRUB 2's core.img");
	ok(menu_rejected(&s, "/boot/grub/menu.lst:4", "is GRUB 2"), "is told");
	menu_end(&s);

	menu(&s, "title A\nkernel /boot/vmlinuz-9\n"
		 "title B\nkernel /boot/vmlinuz-1\ninitrd /boot/initrd-9\n");
	menu_is(&s, "B|/boot/vmlinuz-1||", "files that are missing");
	ok(s.entries.list[0].incomplete, "without its initrd");
	ok(menu_rejected(&s, "/boot/grub/menu.lst:2",
			 "kernel missing: /boot/vmlinuz-9"),
	   "the kernel");
	ok(menu_rejected(&s, "/boot/grub/menu.lst:5",
			 "initrd missing: /boot/initrd-9"),
	   "the initrd");
	menu_end(&s);
}

static void test_xen(void)
{
	struct menu_scene s;

	menu(&s, "title Xen 3.0.3\nroot (hd0,0)\n"
		 "kernel /boot/xen.gz dom0_mem=512M  noreboot\n"
		 "module /boot/vmlinuz-1 root=/dev/sda1 ro console=tty0\n"
		 "modulenounzip /boot/initrd-1\n"
		 "title No dom0\nkernel /boot/xen.gz\nmodule /boot/gone ro\n"
		 "title No initrd\nkernel /boot/xen.gz\n"
		 "module /boot/vmlinuz-2 single\nmodule /boot/gone\n"
		 "title Mixed\nkernel /boot/xen.gz\nmodule /boot/vmlinuz-2\n"
		 "initrd /boot/initrd-1\n"
		 "title Alone\nkernel --type=multiboot /boot/xen.gz x\n");
	menu_is(&s,
		"Xen 3.0.3|/boot/xen.gz|/boot/vmlinuz-1[root=/dev/sda1 ro "
		"console=tty0]+/boot/initrd-1[]|dom0_mem=512M noreboot\n"
		"No initrd|/boot/xen.gz|/boot/vmlinuz-2[single]|\n"
		"Alone|/boot/xen.gz||x",
		"Xen with its modules");
	ok(s.entries.list[0].kind == ENTRY_MULTIBOOT &&
		   s.entries.list[2].kind == ENTRY_MULTIBOOT,
	   "kind");
	is(s.entries.list[0].version, "1", "the version is dom0's");
	ok(s.entries.list[1].incomplete && s.entries.list[1].rescue,
	   "a module missing; dom0's words count");
	ok(menu_rejected(&s, "/boot/grub/menu.lst:8",
			 "module missing: /boot/gone"),
	   "dom0 missing");
	ok(menu_rejected(&s, "/boot/grub/menu.lst:16", "Multiboot"),
	   "initrd for Multiboot");
	menu_end(&s);

	/* A fuzzer's find */
	menu(&s, "title A\nkernel /boot/vmlinuz-1\ninitrd /boot/initrd-1\n"
		 "module /boot/vmlinuz-2 single\n"
		 "title B\ninitrd /boot/initrd-1\n"
		 "module /boot/vmlinuz-2\nkernel /boot/xen.gz\n"
		 "module /boot/vmlinuz-1 x\n");
	menu_is(&s, "", "an initrd and a module");
	ok(menu_rejected(&s, "/boot/grub/menu.lst:4", "has none"),
	   "is no entry to GRUB");
	menu_end(&s);
}

static void test_others(void)
{
	struct menu_scene s;

	menu(&s, "password --md5 $1$x\n"
		 "title Windows\nrootnoverify (hd0,0)\nmakeactive\n"
		 "chainloader +1\n"
		 "title Reboot\nreboot\n"
		 "title Net\ndhcp\nkernel /boot/vmlinuz-1\n"
		 "title Locked\nlock\nkernel /boot/vmlinuz-1\n"
		 "title Own password\npassword x\nkernel /boot/vmlinuz-1\n"
		 "title Recovery mode\nkernel /boot/vmlinuz-1 ro single\n"
		 "title Good\nsavedefault\nkernel /boot/vmlinuz-1\n");
	menu_is(&s,
		"Locked|/boot/vmlinuz-1||\n"
		"Own password|/boot/vmlinuz-1||\n"
		"Recovery mode|/boot/vmlinuz-1||ro single\n"
		"Good|/boot/vmlinuz-1||",
		"locked, recovery");
	ok(s.entries.list[0].hidden && s.entries.list[1].hidden &&
		   !s.entries.list[3].hidden,
	   "what is locked is hidden");
	ok(!s.entries.list[1].rescue && s.entries.list[2].rescue, "rescue");
	ok(menu_rejected(&s, "/boot/grub/menu.lst:5", "another boot loader"),
	   "Windows");
	ok(menu_rejected(&s, "/boot/grub/menu.lst:7", "stops or restarts"),
	   "reboot");
	ok(menu_rejected(&s, "/boot/grub/menu.lst:9", "network"), "dhcp");
	is(menu_default(&s), NULL, "no default");
	menu_end(&s);

	menu(&s, "password x\ntitle A\nlock\nkernel /boot/vmlinuz-1\n");
	is(menu_default(&s), NULL, "GRUB starts no locked entry by itself");
	menu_end(&s);
	menu(&s, "title A\nlock\nkernel /boot/vmlinuz-1\n");
	is(menu_default(&s), "A", "lock without a password");
	menu_end(&s);

	/* It asks for an address; where files are is for each entry to say. */
	menu(&s, "dhcp\ntitle A\nkernel /boot/vmlinuz-1\n"
		 "title B\nroot (nd)\nkernel /boot/vmlinuz-1\n");
	menu_is(&s, "A|/boot/vmlinuz-1||",
		"dhcp before the first title is not about the first entry");
	menu_end(&s);

	menu(&s, "title Same\nkernel /boot/vmlinuz-1\n"
		 "title Same\nkernel /boot/vmlinuz-2\n"
		 "title\nkernel /boot/vmlinuz-3\n");
	ok(s.entries.count == 3, "two entries of one title");
	is(s.entries.list[2].id, "(no title)", "no title");
	menu_end(&s);
}

static void test_configfile(void)
{
	struct menu_scene s;

	dir_file("a/boot/grub/more.lst",
		 "default 1\n"
		 "title X\nkernel /boot/vmlinuz-2\n"
		 "title Y\nkernel /boot/vmlinuz-3\n"
		 "title Back\nconfigfile /boot/grub/menu.lst\n");
	menu(&s, "default 1\ntitle A\nkernel /boot/vmlinuz-1\n"
		 "title More\nconfigfile /boot/grub/more.lst\n"
		 "title Gone\nconfigfile (hd0,0)/boot/grub/gone.lst\n");
	menu_is(&s,
		"A|/boot/vmlinuz-1||\n"
		"More > X|/boot/vmlinuz-2||\nMore > Y|/boot/vmlinuz-3||",
		"a menu in a menu");
	is(s.entries.list[2].id, "More>Y", "id");
	is(menu_default(&s), "More>Y", "the default's default");
	ok(menu_rejected(&s, "/boot/grub/more.lst:6", "leads back"), "a cycle");
	ok(menu_rejected(&s, "/boot/grub/menu.lst:6", "configfile missing"),
	   "no such menu");
	menu_end(&s);

	for (int i = 0; i < 10; i++) {
		char name[64], text[128];

		(void)snprintf(name, sizeof(name), "a/boot/grub/%d.lst", i);
		(void)snprintf(text, sizeof(text),
			       "title N\nconfigfile /boot/grub/%d.lst\n"
			       "title K\nkernel /boot/vmlinuz-1\n",
			       i + 1);
		dir_file(name, text);
	}
	menu(&s, "title N\nconfigfile /boot/grub/0.lst\n");
	ok(s.entries.count == GRUB1_DEPTH_MAX, "menus too deep: %zu",
	   s.entries.count);
	ok(menu_rejected(&s, "/boot/grub/3.lst:1", "more than 4 menus"),
	   "are told");
	menu_end(&s);
}

/* Menus of a menu are limited; that takes nothing from the next file. */
static void test_files(void)
{
	struct text text = { 0 };
	struct menu_scene s;
	char path[64];

	for (int i = 0; i < GRUB1_FILES_MAX; i++) {
		(void)snprintf(path, sizeof(path), "a/boot/grub/%d.lst", i);
		dir_file(path, "# none\n");
		text_addf(&text, "title N\nconfigfile /boot/grub/%d.lst\n", i);
	}
	dir_file("a/boot/grub/grub.conf",
		 "title One\nkernel /boot/vmlinuz-1\n");
	menu(&s, text_str(&text));
	menu_is(&s, "One|/boot/vmlinuz-1||", "the next file is still read");
	text_free(&text);
	menu_end(&s);
}

static void test_places(void)
{
	static const char text[] = "title A\nroot (hd0,0)\nkernel /vmlinuz ro\n"
				   "initrd /initrd.img\n";
	struct menu_scene s;

	/* /boot apart: what menu.lst says is from there. */
	dir_file("a/grub/grub.conf", text);
	dir_file("a/vmlinuz", "x");
	dir_file("a/initrd.img", "x");
	gather(&s, "a");
	menu_is(&s, "A|/vmlinuz|/initrd.img|ro", "a boot file system");
	menu_end(&s);

	/* Mounted as / but called without /boot */
	dir_file("a/boot/grub/grub.conf", text);
	dir_link("a/etc/grub.conf", "../boot/grub/grub.conf");
	dir_file("a/boot/vmlinuz", "x");
	dir_file("a/boot/initrd.img", "x");
	gather(&s, "a");
	menu_is(&s, "A|/boot/vmlinuz|/boot/initrd.img|ro",
		"paths of a boot file system, seen from the root");
	menu_end(&s);

	dir_link("a/etc/grub.conf", "../boot/elsewhere");
	dir_file("a/boot/elsewhere", text);
	dir_file("a/boot/vmlinuz", "x");
	gather(&s, "a");
	is(s.entries.list[0].source, "/etc/grub.conf:1", "/etc/grub.conf");
	menu_end(&s);

	/* Two systems, by partition number */
	dir_file("a/boot/grub/menu.lst",
		 "title A\nroot (hd0,0)\nkernel /boot/vmlinuz ro\n"
		 "title B\nroot (hd0,4)\nkernel /boot/vmlinuz ro\n"
		 "title C\nkernel (hd0,4)/boot/vmlinuz ro\n"
		 "title D\nuuid BBBB\nkernel /boot/vmlinuz ro\n"
		 "title E\nuuid CCCC\nkernel /boot/vmlinuz ro\n"
		 "title F\nfind --set-root --ignore-floppies /boot/b\n"
		 "kernel /boot/vmlinuz\n"
		 "title G\nroot (hd7,0)\nkernel /boot/vmlinuz\n");
	dir_file("a/boot/vmlinuz", "x");
	dir_file("b/boot/vmlinuz", "x");
	dir_file("b/boot/b", "x");
	gather(&s, "a,uuid=AAAA,dev=/dev/sda1 b,uuid=bbbb,dev=sda5");
	ok(s.entries.count == 6, "two systems");
	for (size_t i = 0; i < s.entries.count; i++) {
		static const size_t want[] = { 0, 1, 1, 1, 1, 0 };

		ok(s.entries.list[i].tree == want[i], "tree of %s: %zu",
		   s.entries.list[i].title, s.entries.list[i].tree);
	}
	ok(menu_rejected(&s, "/boot/grub/menu.lst:13", "UUID CCCC"),
	   "no such file system");
	ok(grub1_device(&s.guest, "(hd0,4)") == 1 &&
		   grub1_device(&s.guest, "(hd0)") == -1 &&
		   grub1_device(&s.guest, "(hd0,4") == -1 &&
		   grub1_device(&s.guest, "(fd0)") == -1,
	   "devices");
	menu_end(&s);

	dir_file("a/x", "x");
	dir_file("b/x", "x");
	gather(&s, "a,dev=/dev/xvda b,dev=/dev/nvme1n1p2");
	ok(grub1_device(&s.guest, "(hd0)") == 0 &&
		   grub1_device(&s.guest, "(hd1,1)") == 1 &&
		   grub1_device(&s.guest, "(hd0,0)") == -1,
	   "a disk without partitions; NVMe");
	ok(s.err == 0 && s.entries.count == 0 && s.entries.rejected_count == 0,
	   "no menu at all");
	menu_end(&s);
}

/* anaconda's file for UEFI; the second partition is /boot. */
#define RHEL6_EFI                                                              \
	"device (hd0) HD(1,800,64000,faacb4ef-e361-455e-bd97-ca33632550c3)\n"  \
	"default=1\ntimeout=5\nsplashimage=(hd0,1)/grub/splash.xpm.gz\n"       \
	"hiddenmenu\n"                                                         \
	"title new\n root (hd0,1)\n kernel /vmlinuz-2.6.32-2 ro "              \
	"root=/dev/vg/lv rd_LVM_LV=vg/lv\n initrd /initramfs-2.6.32-2.img\n"   \
	"title old\n root (hd0,1)\n kernel /vmlinuz-2.6.32-1 ro "              \
	"root=/dev/vg/lv rd_LVM_LV=vg/lv\n initrd /initramfs-2.6.32-1.img\n"

static void rhel6_efi(const char *file, const char *trees, const char *name)
{
	static const char *const boot[] = {
		"b/vmlinuz-2.6.32-1",
		"b/vmlinuz-2.6.32-2",
		"b/initramfs-2.6.32-1.img",
		"b/initramfs-2.6.32-2.img",
	};
	struct menu_scene s;

	for (size_t i = 0; i < sizeof(boot) / sizeof(boot[0]); i++)
		dir_file(boot[i], "x");
	dir_file("c/vmlinuz-2.6.32-1", "of another system");
	dir_file(file, RHEL6_EFI);
	gather(&s, trees);
	menu_is(&s,
		"new|/vmlinuz-2.6.32-2|/initramfs-2.6.32-2.img|"
		"ro root=/dev/vg/lv rd_LVM_LV=vg/lv\n"
		"old|/vmlinuz-2.6.32-1|/initramfs-2.6.32-1.img|"
		"ro root=/dev/vg/lv rd_LVM_LV=vg/lv",
		name);
	is(menu_default(&s), "old", "the default of it");
	ok(s.entries.config.timeout == 5 && !s.entries.rejected_count,
	   "its timeout, and every line is known");
	for (size_t i = 0; i < s.entries.count; i++)
		ok(s.entries.list[i].tree == s.guest.tree_count - 1,
		   "(hd0,1) is /boot");
	menu_end(&s);
}

static void test_rhel6_efi(void)
{
	struct menu_scene s;

	rhel6_efi("a/EFI/redhat/grub.conf",
		  "a,uuid=12AB-34CD,dev=/dev/sda1 c,uuid=C,dev=/dev/sda3 "
		  "b,uuid=B,dev=/dev/sda2",
		  "RHEL 6 on UEFI");
	rhel6_efi("a/efi/REDHAT/GRUB.CONF",
		  "a,uuid=12AB-34CD,dev=/dev/sda1 c,uuid=C,dev=/dev/sda3 "
		  "b,uuid=B,dev=/dev/sda2",
		  "in capital letters, on FAT");
	rhel6_efi("a/EFI/redhat/grub.conf", "a,uuid=12AB-34CD b,uuid=B",
		  "where no device is known");
	rhel6_efi("a/boot/efi/EFI/redhat/grub.conf", "a,uuid=A b,uuid=B",
		  "the ESP mounted below the root");

	/* The media's, whose kernels lie beside them */
	dir_file("a/EFI/BOOT/BOOTX64.conf",
		 "default=0\nsplashimage=/EFI/BOOT/splash.xpm.gz\ntimeout 5\n"
		 "hiddenmenu\ntitle Install\n"
		 "\tkernel /images/pxeboot/vmlinuz\n"
		 "\tinitrd /images/pxeboot/initrd.img\n");
	dir_file("a/images/pxeboot/vmlinuz", "x");
	dir_file("a/images/pxeboot/initrd.img", "x");
	gather(&s, "a");
	menu_is(&s,
		"Install|/images/pxeboot/vmlinuz|"
		"/images/pxeboot/initrd.img|",
		"the installation media of RHEL 6");
	menu_end(&s);

	dir_file("a/grub/grub.conf", "title A\nkernel /vmlinuz-1\n");
	dir_file("a/EFI/redhat/grub.conf", "title B\nkernel /vmlinuz-1\n");
	dir_file("a/vmlinuz-1", "x");
	gather(&s, "a");
	menu_is(&s, "A|/vmlinuz-1||", "the BIOS's goes before it");
	menu_end(&s);
}

static void test_bad(void)
{
	struct text text = { 0 };
	struct menu_scene s;

	/* An empty menu does not hide a good one. */
	dir_file("a/boot/grub/grub.conf", "title A\nkernel /boot/vmlinuz-1\n");
	menu(&s, "# empty\n");
	is(s.entries.count ? s.entries.list[0].source : NULL,
	   "/boot/grub/grub.conf:1", "an empty menu.lst");
	ok(menu_rejected(&s, "/boot/grub/menu.lst", "no title"), "is told");
	menu_end(&s);

	dir_bytes("a/boot/grub/grub.conf",
		  "title A\nkernel /boot/vmlinuz-1\0 a\nkernel "
		  "/boot/vmlinuz-2\n",
		  57);
	dir_file("a/boot/vmlinuz-2", "x");
	gather(&s, "a");
	menu_is(&s, "A|/boot/vmlinuz-2||", "a line with NUL bytes");
	ok(menu_rejected(&s, "/boot/grub/grub.conf", "1 lines hold NUL"),
	   "is told");
	menu_end(&s);

	dir_bytes("a/boot/grub/grub.conf", "\xff\xfet\0i\0t\0l\0e\0", 12);
	gather(&s, "a");
	ok(s.entries.count == 0 &&
		   menu_rejected(&s, "/boot/grub/grub.conf", "UTF-16"),
	   "UTF-16");
	menu_end(&s);

	if (mkfifo(dir_at("a/boot/grub/menu.lst"), 0600))
		errx(1, "mkfifo");
	gather(&s, "a");
	ok(menu_rejected(&s, "/boot/grub/menu.lst", "no regular file"),
	   "a FIFO");
	menu_end(&s);

	text_add(&text, "title A\nkernel /boot/vmlinuz-1 ");
	for (int i = 0; i < GRUB1_LINE_MAX; i++)
		text_add_char(&text, 'x');
	text_add(&text, "\ntitle B\nkernel /boot/vmlinuz-2\n");
	menu(&s, text_str(&text));
	ok(s.entries.count == 2 &&
		   menu_rejected(&s, "/boot/grub/menu.lst:2", "cut off"),
	   "a line too long");
	menu_end(&s);
	text.len = 0;

	while (text.len <= DRAFT_FILE_MAX)
		text_add(&text, "title A\nkernel /boot/vmlinuz-1\n"
				"# ..........................................."
				".....................................\n");
	menu(&s, text_str(&text));
	ok(s.err == 0 && s.entries.count == ENTRIES_MAX, "very many: %zu",
	   s.entries.count);
	ok(menu_rejected(&s, "/boot/grub/menu.lst", "longer than"),
	   "a file too long");
	menu_end(&s);
	text.len = 0;

	for (int i = 0; i < GRUB1_TITLES_MAX; i++)
		text_add(&text, "title A\nkernel /boot/vmlinuz-1\n");
	menu(&s, text_str(&text));
	ok(s.entries.count == GRUB1_TITLES_MAX && !s.entries.rejected_count,
	   "as many titles as are read");
	menu_end(&s);
	text_add(&text, "title B");
	menu(&s, text_str(&text));
	ok(menu_rejected(&s, "/boot/grub/menu.lst:32769",
			 "more than 16384 titles"),
	   "one title more, which is the last line");
	menu_end(&s);
	text_free(&text);
}

int main(void)
{
	dir_start();
	test_lines();
	test_numbers();
	test_default();
	test_timeout();
	test_kernel();
	test_xen();
	test_others();
	test_configfile();
	test_files();
	test_places();
	test_rhel6_efi();
	test_bad();
	dir_end();
	return tap_done();
}
