/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * syslinux, extlinux, isolinux, pxelinux, U-Boot's extlinux. What is expected
 * is what doc/syslinux.txt and doc/menu.txt of syslinux 6.04 say, and what its
 * readconfig.c, ldlinux.c, kernel.c, menumain.c and mboot.c do.
 */
#include "entries/syslinux.h"

#include "base/text.h"
#include "dir.h"
#include "entries/draft.h"
#include "entries/syslinux_parse.h"
#include "menu.h"
#include "tap.h"

#define CONF "/boot/extlinux/extlinux.conf"

static void gather(struct menu_scene *s, const char *trees)
{
	menu_open(s, trees);
	s->err = syslinux_gather(&s->entries, &s->guest, 0, &s->why);
}

/* One configuration beside kernels v1 to v3 and initrds i1 to i3. */
static void config(struct menu_scene *s, const char *text)
{
	static const char *const files[] = { "v1", "v2", "v3",	  "i1",
					     "i2", "i3", "xen.gz" };
	char path[128];

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		(void)snprintf(path, sizeof(path), "a/boot/extlinux/%s",
			       files[i]);
		dir_file(path, "x");
	}
	dir_file("a" CONF, text);
	gather(s, "a");
}

#define V1 "/boot/extlinux/v1"
#define V2 "/boot/extlinux/v2"
#define V3 "/boot/extlinux/v3"
#define I1 "/boot/extlinux/i1"
#define I2 "/boot/extlinux/i2"
#define I3 "/boot/extlinux/i3"

static void test_lines(void)
{
	struct menu_scene s;

	config(&s, "# comment\n  Label  One\n\tLiNuX v1\n"
		   "\tINITRD i1\n\tAPPEND  root=/dev/sda1   ro \n");
	menu_is(&s, "One|" V1 "|" I1 "|root=/dev/sda1 ro",
		"blanks, tabs, any case");
	is(s.entries.list[0].id, "One", "the id is the label");
	is(s.entries.list[0].source, CONF ":2", "source");
	menu_end(&s);

	config(&s, "LABEL a\r\nLINUX v1\r\nAPPEND x\r\n");
	menu_is(&s, "a|" V1 "||x", "CRLF");
	menu_end(&s);

	config(&s, "LABEL a\nLINUXv1\nLINUX v1\nAPPENDx\nFOO bar\nFDT /x.dtb\n"
		   "FDTDIR /dtbs\nDEVICETREE /x.dtb\nFDTOVERLAYS /a /b\n"
		   "IPAPPEND 3\nSYSAPPEND 0x2\nSAY hello\n");
	menu_is(&s, "a|" V1 "||",
		"keywords end in a blank; what is of no use is passed over");
	ok(s.entries.rejected_count == 0, "with no harm");
	menu_end(&s);

	config(&s, "LABEL a\nTEXT HELP\n  LINUX v3\n  LABEL b\nENDTEXT\n"
		   "LINUX v1\nTEXT other\nLABEL c\nEndText\nAPPEND x\n");
	menu_is(&s, "a|" V1 "||x", "TEXT HELP");
	menu_end(&s);

	config(&s, "LABEL /boot/extlinux/v1\nAPPEND x\n");
	menu_is(&s, V1 "|" V1 "||x", "a label without KERNEL is the kernel");
	menu_end(&s);

	config(&s, "LABEL two words\nLINUX v1\nMENU LABEL a\x1b[2J ^T^wo\n");
	menu_is(&s, "a?[2J Two|" V1 "||",
		"no hot key marks, no terminal commands");
	is(s.entries.list[0].id, "two", "the label is one word");
	menu_end(&s);
}

static void test_append(void)
{
	struct menu_scene s;

	config(&s, "APPEND all\nLABEL a\nLINUX v1\n"
		   "LABEL b\nLINUX v2\nAPPEND own\n"
		   "LABEL c\nLINUX v3\nAPPEND -\n"
		   "LABEL d\nLINUX v3\nAPPEND\n");
	menu_is(&s, "a|" V1 "||all\nb|" V2 "||own\nc|" V3 "||\nd|" V3 "||",
		"APPEND for all, its own, none");
	menu_end(&s);

	config(&s,
	       "LABEL a\nAPPEND one\nLINUX v1\nAPPEND two\n"
	       "LABEL b\nKERNEL v2 x=1\nAPPEND y=2\nINITRD i1\nINITRD i2\n");
	menu_is(&s, "a|" V1 "||two\nb|" V2 "|" I2 "|x=1 y=2",
		"the last APPEND and the last INITRD; words behind KERNEL");
	menu_end(&s);

	config(&s, "LABEL a\nKERNEL v1\nAPPEND ro initrd=i1,i2 quiet\n"
		   "LABEL b\nKERNEL v1\nAPPEND initrd=i3\nINITRD i1\n"
		   "LABEL c\nKERNEL v1\nINITRD i1,/boot/extlinux/i2,i3\n"
		   "LABEL d\nKERNEL v1\nAPPEND x=\"a  initrd=i1\" "
		   "BOOT_IMAGE=y noinitrd=i1\n");
	menu_is(&s,
		"a|" V1 "|" I1 "+" I2 "|ro quiet\n"
		"b|" V1 "|" I3 "|\n"
		"c|" V1 "|" I1 "+" I2 "+" I3 "|\n"
		"d|" V1 "||x=\"a  initrd=i1\" noinitrd=i1",
		"initrd= in APPEND comes first, and stays with the loader");
	menu_end(&s);

	config(&s, "LABEL a\nLINUX v1\nINITRD i1,gone,i2\n"
		   "LABEL b\nLINUX gone\nINITRD i1\n");
	menu_is(&s, "a|" V1 "|" I1 "+" I2 "|", "files that are missing");
	ok(s.entries.list[0].incomplete &&
		   menu_rejected(&s, CONF ":1",
				 "initrd missing: /boot/extlinux/gone"),
	   "an initrd");
	ok(menu_rejected(&s, CONF ":4", "kernel missing: /boot/extlinux/gone"),
	   "a kernel");
	menu_end(&s);
}

static void test_kinds(void)
{
	struct menu_scene s;

	dir_file("a/boot/extlinux/x.bin", "x");
	dir_file("a/boot/extlinux/x.c32", "x");
	dir_file("a/boot/extlinux/memdisk", "x");
	config(&s, "LABEL a\nLINUX x.bin\n"
		   "LABEL b\nKERNEL x.bin\n"
		   "LABEL c\nKERNEL x.c32\n"
		   "LABEL d\nKERNEL chain.c32\nAPPEND hd0 1\n"
		   "LABEL e\nLOCALBOOT 0x80\n"
		   "LABEL f\nBOOT v1\n"
		   "LABEL g\nKERNEL /MEMDISK\nINITRD dos.img\n"
		   "LABEL h\nKERNEL tftp://host/vmlinuz\n"
		   "LABEL i\nLINUX 10.0.0.1::vmlinuz\n"
		   "LABEL j\nCOM32 linux.c32 v1 initrd=i1 ro\n"
		   "LABEL k\nKERNEL pxelinux.0\n"
		   "LABEL l\nLINUX\n"
		   "LABEL m\nKERNEL ipxe.lkrn\n");
	menu_is(&s, "a|/boot/extlinux/x.bin||\nj|" V1 "|" I1 "|ro",
		"kernels, and what is none");
	ok(menu_rejected(&s, CONF ":3", "boot sector"), "KERNEL x.bin");
	ok(menu_rejected(&s, CONF ":5", "x.c32: a program of syslinux"),
	   "KERNEL x.c32");
	ok(menu_rejected(&s, CONF ":7", "chain.c32"), "chain.c32");
	ok(menu_rejected(&s, CONF ":10", "localboot"), "LOCALBOOT");
	ok(menu_rejected(&s, CONF ":12", "boot sector"), "BOOT");
	ok(menu_rejected(&s, CONF ":14", "kernel missing: /MEMDISK") ||
		   menu_rejected(&s, CONF ":14", "memdisk"),
	   "memdisk");
	ok(menu_rejected(&s, CONF ":17", "network"), "a URL");
	ok(menu_rejected(&s, CONF ":19", "network"), "another TFTP server");
	ok(menu_rejected(&s, CONF ":23", "boot sector"), "PXE");
	ok(menu_rejected(&s, CONF ":25", "no file is named"), "nothing");
	ok(menu_rejected(&s, CONF ":27", "iPXE"), "ipxe.lkrn");
	menu_end(&s);
}

static void test_xen(void)
{
	struct menu_scene s;

	config(&s, "LABEL xen\nKERNEL mboot.c32\n"
		   "APPEND xen.gz dom0_mem=512M  x --- v1 root=/dev/sda1 ro "
		   "--- i1\n"
		   "LABEL opt\nKERNEL /boot/extlinux/mboot.c32\n"
		   "APPEND -nosolaris xen.gz --- v2 single\n"
		   "LABEL no dom0\nCOM32 mboot.c32\nAPPEND xen.gz --- gone --- "
		   "i1\n"
		   "LABEL no initrd\nCOM32 mboot\nAPPEND xen.gz --- v1 --- "
		   "gone\n"
		   "LABEL nothing\nCOM32 mboot.c32\n");
	menu_is(&s,
		"xen|/boot/extlinux/xen.gz|" V1 "[root=/dev/sda1 ro]+" I1
		"[]|dom0_mem=512M x\n"
		"opt|/boot/extlinux/xen.gz|" V2 "[single]|\n"
		"no initrd|/boot/extlinux/xen.gz|" V1 "[]|",
		"Xen by mboot.c32");
	ok(s.entries.list[0].kind == ENTRY_MULTIBOOT, "kind");
	ok(s.entries.list[1].rescue, "dom0's words count");
	ok(s.entries.list[2].incomplete, "a module missing");
	ok(menu_rejected(&s, CONF ":7", "module missing"), "dom0 missing");
	menu_end(&s);
	config(&s, "LABEL fuzz\nKERNEL mboot.c32\n"
		   "APPEND xen.gz x ---  --- v1 y\n");
	menu_is(&s, "fuzz|/boot/extlinux/xen.gz|" V1 "[y]|x",
		"fuzz: nothing between two bars");
	menu_end(&s);
}

static void by_default(const char *text, const char *want, const char *name)
{
	struct text all = { 0 };
	struct menu_scene s;

	text_addf(&all,
		  "%s\nLABEL a\nLINUX v1\nLABEL b\nLINUX v2\n"
		  "LABEL c\nLINUX v3\n",
		  text);
	config(&s, text_str(&all));
	is(menu_default(&s), want, name);
	menu_end(&s);
	text_free(&all);
}

static void test_default(void)
{
	struct menu_scene s;

	by_default("", "a", "nothing: the first");
	by_default("LABEL linux2\nLINUX v1\nLABEL linux\nLINUX v1\n", "linux",
		   "nothing: \"linux\", as before syslinux 4");
	by_default("LABEL x\nLINUX gone\n", "a",
		   "nothing: the first that can be started, as U-Boot does");
	by_default("DEFAULT b\n", "b", "DEFAULT");
	by_default("DEFAULT b\nDEFAULT c\n", "c", "the last DEFAULT");
	by_default("DEFAULT B\n", NULL, "labels are told apart by case");
	by_default("DEFAULT x y\nLABEL x y\nLINUX v1\n", "x",
		   "U-Boot's labels have several words");
	by_default("DEFAULT gone\nLABEL gone\nLINUX gone\n", NULL,
		   "a default that is missing");
	config(&s, "DEFAULT gone\nLABEL gone\nLOCALBOOT 0\n"
		   "LABEL b\nLINUX v1\n");
	ok(menu_skipped(&s, CONF,
			"what it starts by itself is nothing that boots here"),
	   "and it is told");
	menu_end(&s);
	by_default("DEFAULT gone\nONERROR c\nLABEL gone\nLINUX gone\n", "c",
		   "ONERROR");
	by_default("DEFAULT x\nLABEL x\nLINUX v1\nMENU HIDE\n", "x",
		   "a hidden default, without a menu");
	by_default("DEFAULT b\nONTIMEOUT c\nPROMPT 1\nTIMEOUT 50\n", "c",
		   "ONTIMEOUT");
	by_default("DEFAULT b\nONTIMEOUT c\nPROMPT 0\nTIMEOUT 50\n", "b",
		   "ONTIMEOUT without a prompt never comes");
	by_default("MENU TITLE x\nLABEL x\nLINUX v1\nMENU DEFAULT\n"
		   "LABEL y\nLINUX v1\nMENU DEFAULT\n",
		   "y", "U-Boot's MENU DEFAULT");

	by_default("UI menu.c32\n", "a", "a menu: the first");
	by_default("UI menu.c32\nDEFAULT b\n", "b", "a menu, and DEFAULT");
	by_default("DEFAULT menu.c32\n", "a", "a menu by DEFAULT");
	by_default("DEFAULT /syslinux/vesamenu.c32\nLABEL x\nLINUX v1\n"
		   "MENU DEFAULT\n",
		   "x", "MENU DEFAULT");
	by_default("DEFAULT m\nLABEL m\nCOM32 menu.c32\nLABEL x\nLINUX v1\n"
		   "MENU DEFAULT\n",
		   "x", "a menu by a label");
	by_default("UI menu.c32\nDEFAULT x\nLABEL x\nLINUX v1\nMENU HIDE\n",
		   "a", "a hidden label is no default of a menu");
	by_default("UI menu.c32\nLABEL x\nLINUX v1\nMENU HIDE\n"
		   "LABEL -\nMENU LABEL Title\nMENU DISABLE\nMENU SEPARATOR\n",
		   "a", "what cannot be chosen is not the first");
	by_default("UI menu.c32\nTIMEOUT 50\nONTIMEOUT b\n", "b",
		   "a menu, and ONTIMEOUT");
	by_default("UI menu.c32\nONTIMEOUT b\n", "a",
		   "which without TIMEOUT never comes");
	by_default("UI menu.c32\nMENU BEGIN m\nMENU START\nLABEL x\nLINUX v1\n"
		   "LABEL y\nLINUX v1\nMENU DEFAULT\nMENU END\n",
		   "y", "MENU START");
	by_default(
		"UI menu.c32\nMENU BEGIN m\nMENU DEFAULT\nLABEL x\nLINUX v1\n"
		"MENU END\n",
		"x", "a menu as the default of a menu");

	config(&s, "DEFAULT v1 root=/dev/sda1 initrd=i1\n");
	menu_is(&s, "v1 root=/dev/sda1 initrd=i1|" V1 "|" I1 "|root=/dev/sda1",
		"a kernel as DEFAULT, and no label at all");
	ok(s.entries.config.by_default == 0, "is the default");
	menu_end(&s);
	config(&s, "DEFAULT v1\nIMPLICIT 0\nLABEL a\nLINUX v2\n");
	menu_is(&s, "a|" V2 "||", "which IMPLICIT 0 forbids");
	menu_end(&s);
	config(&s, "DEFAULT a  single\nLABEL a\nLINUX v1\nAPPEND ro\n"
		   "INITRD i1\n");
	menu_is(&s, "a|" V1 "|" I1 "|ro\na single|" V1 "|" I1 "|ro single",
		"a label and more words as DEFAULT");
	ok(s.entries.config.by_default == 1 && s.entries.list[1].rescue,
	   "is the default");
	menu_end(&s);
}

static void timeout(const char *text, int want)
{
	struct menu_scene s;
	char name[128];

	(void)snprintf(name, sizeof(name), "%s", text);
	config(&s, text);
	for (char *p = name; *p; p++)
		*p = *p == '\n' ? ' ' : *p;
	ok(s.entries.config.timeout == want, "timeout: %s: %d", name,
	   s.entries.config.timeout);
	menu_end(&s);
}

static void test_timeout(void)
{
#define A "LABEL a\nLINUX v1\n"
	timeout(A, ENTRIES_NO_TIMEOUT);
	timeout("PROMPT 0\n" A, 0);
	timeout("PROMPT 1\nTIMEOUT 50\n" A, 5);
	timeout("PROMPT 1\nTIMEOUT 1\n" A, 1);
	timeout("PROMPT 1\nTIMEOUT 0\n" A, ENTRIES_WAIT);
	timeout("PROMPT 1\n" A, ENTRIES_NO_TIMEOUT);
	/* U-Boot, as u-boot-menu writes it: no prompt, no waiting. */
	timeout("PROMPT 0\nTIMEOUT 50\n" A, 0);
	timeout("UI menu.c32\n" A, ENTRIES_NO_TIMEOUT);
	timeout("UI menu.c32\nTIMEOUT 305\n" A, 31);
	timeout("UI menu.c32\nPROMPT 0\nTIMEOUT 0\n" A, ENTRIES_WAIT);
	timeout("UI menu.c32\nTIMEOUT 600\nTOTALTIMEOUT 100\n" A, 10);
	timeout("UI menu.c32\nTOTALTIMEOUT 9000\n" A, 900);
	timeout("UI menu.c32\nMENU SHIFTKEY\nTIMEOUT 600\n" A, 0);
	timeout("UI menu.c32\nTIMEOUT 99999999999999999999\n" A, 100000);
	timeout("UI menu.c32\nMENU BEGIN\nTIMEOUT 50\nMENU END\n" A,
		ENTRIES_NO_TIMEOUT);
#undef A
}

/* parse_pxefile_top() of U-Boot's boot/pxe_utils.c: MENU is a prompt. */
static void test_uboot_menu_is_prompt(void)
{
#define A "LABEL a\nLINUX v1\nFDTDIR ../dtbs\n"
	struct menu_scene s;

	timeout("DEFAULT a\nMENU TITLE ---\nTIMEOUT 50\n" A, 5);
	timeout("TIMEOUT 30\nmenu background x.bmp\n" A, 3);
	timeout("MENU TITLE x\nTIMEOUT 0\n" A, ENTRIES_WAIT);
	timeout("MENU TITLE x\n" A, ENTRIES_NO_TIMEOUT);
	/* No MENU, or a label's own */
	timeout("TIMEOUT 50\n" A, 0);
	timeout("TIMEOUT 50\n" A "MENU LABEL x\n", 0);
	/* Where PROMPT is, it is what counts. */
	timeout("MENU TITLE x\nPROMPT 0\nTIMEOUT 50\n" A, 0);
	timeout("PROMPT 0\nMENU TITLE x\nTIMEOUT 50\n" A, 0);

	by_default("DEFAULT b\nMENU TITLE x\nTIMEOUT 50\nONTIMEOUT c\n", "c",
		   "U-Boot's ONTIMEOUT");

	dir_file("a/boot/syslinux/v1", "x");
	dir_file("a/boot/syslinux/syslinux.cfg",
		 "MENU TITLE x\nTIMEOUT 50\n" A);
	gather(&s, "a");
	ok(s.entries.count == 1 && s.entries.config.timeout == 0,
	   "syslinux.cfg is not U-Boot's: MENU TITLE needs a menu");
	menu_end(&s);
#undef A
}

static void test_menus(void)
{
	struct menu_scene s;

	config(&s, "UI menu.c32\nMENU TITLE Top\n"
		   "LABEL a\nMENU LABEL ^A\nMENU INDENT 2\nLINUX v1\n"
		   "MENU BEGIN\nMENU TITLE Outer\n"
		   "LABEL b\nLINUX v2\n"
		   "MENU BEGIN inner\nMENU LABEL ^Inner\nMENU TITLE not this\n"
		   "LABEL c\nLINUX v3\n"
		   "LABEL back\nMENU LABEL Back\nMENU EXIT\n"
		   "MENU END\n"
		   "LABEL d\nLINUX v1\n"
		   "MENU END\nMENU END\n"
		   "LABEL e\nLINUX v1\nMENU GOTO inner\n"
		   "LABEL f\nLINUX v1\nMENU HIDE\n"
		   "LABEL g\nLINUX v1\nMENU PASSWD x\n"
		   "LABEL h\nLINUX v1\nMENU DISABLE\n"
		   "MENU SEPARATOR\n"
		   "LABEL i\nLINUX v1\n");
	menu_is(&s,
		"A|" V1 "||\nOuter > b|" V2 "||\nOuter > Inner > c|" V3 "||\n"
		"Outer > d|" V1 "||\nf|" V1 "||\ng|" V1 "||\ni|" V1 "||",
		"menus in menus");
	is(s.entries.list[2].id, "c", "ids are labels all the same");
	ok(s.entries.list[4].hidden && s.entries.list[5].hidden &&
		   !s.entries.list[6].hidden,
	   "MENU HIDE and MENU PASSWD");
	ok(menu_rejected(&s, CONF ":33", "MENU DISABLE"), "MENU DISABLE");
	menu_end(&s);

	/* Without a menu nothing is hidden or locked. */
	config(&s, "DEFAULT f\nLABEL f\nLINUX v1\nMENU HIDE\nMENU PASSWD x\n");
	ok(!s.entries.list[0].hidden, "MENU HIDE without a menu");
	menu_end(&s);
}

static void test_include(void)
{
	struct menu_scene s;

	dir_file("a/boot/extlinux/one.cfg",
		 "LABEL one\nLINUX v1\nINCLUDE sub/two.cfg\nAPPEND x\n");
	dir_file("a/boot/extlinux/sub/two.cfg", "INITRD i1\nLABEL two\n"
						"LINUX v2\n");
	dir_file("a/boot/extlinux/tag.cfg", "LABEL three\nLINUX v3\n");
	config(&s, "INCLUDE one.cfg\nMENU INCLUDE /boot/extlinux/tag.cfg Tag\n"
		   "LABEL four\nLINUX v1\nINCLUDE gone.cfg\nAPPEND y\n"
		   "INCLUDE extlinux.conf\n");
	menu_is(&s,
		"one|" V1 "|" I1 "|\ntwo|" V2 "||x\nTag > three|" V3 "||\n"
		"four|" V1 "||y",
		"INCLUDE is as if the lines stood there; names are from the "
		"first file's directory");
	is(s.entries.list[1].source, "/boot/extlinux/sub/two.cfg:2", "source");
	ok(menu_rejected(&s, CONF ":5", "file missing"), "no such file");
	ok(menu_rejected(&s, CONF ":7", "includes itself"), "a cycle");
	menu_end(&s);

	for (int i = 0; i < 20; i++) {
		char name[64], text[64];

		(void)snprintf(name, sizeof(name), "a/boot/extlinux/%d.cfg", i);
		(void)snprintf(text, sizeof(text),
			       "LABEL l%d\nLINUX v1\nINCLUDE %d.cfg\n", i,
			       i + 1);
		dir_file(name, text);
	}
	config(&s, "INCLUDE 0.cfg\n");
	ok(s.entries.count == 16, "too deep: %zu", s.entries.count);
	ok(menu_rejected(&s, "/boot/extlinux/15.cfg:3",
			 "INCLUDE goes 16 files deep at most"),
	   "is told");
	menu_end(&s);

	dir_file("a/boot/extlinux/all.cfg", "LABEL x\nLINUX v1\n");
	dir_file("a/boot/extlinux/many.cfg",
		 "INCLUDE all.cfg\nINCLUDE all.cfg\nINCLUDE all.cfg\n"
		 "INCLUDE all.cfg\nINCLUDE all.cfg\nINCLUDE all.cfg\n"
		 "INCLUDE all.cfg\nINCLUDE all.cfg\nINCLUDE all.cfg\n"
		 "INCLUDE all.cfg\nINCLUDE all.cfg\nINCLUDE all.cfg\n");
	config(&s, "INCLUDE many.cfg\nINCLUDE many.cfg\nINCLUDE many.cfg\n"
		   "INCLUDE many.cfg\nINCLUDE many.cfg\nINCLUDE many.cfg\n"
		   "INCLUDE many.cfg\nINCLUDE many.cfg\nINCLUDE many.cfg\n"
		   "INCLUDE many.cfg\nINCLUDE many.cfg\nINCLUDE many.cfg\n");
	ok(s.err == 0 && s.entries.count < SYSLINUX_FILES_MAX, "too many: %zu",
	   s.entries.count);
	menu_end(&s);
}

static void test_other_files(void)
{
	struct menu_scene s;

	/* A menu that shows another file: what is here is hidden. */
	dir_file("a/boot/extlinux/menu.cfg",
		 "DEFAULT y\nTIMEOUT 30\n"
		 "LABEL x\nLINUX v1\n"
		 "LABEL y\nLINUX v2\nMENU DEFAULT\n");
	config(&s, "DEFAULT vesamenu.c32 menu.cfg\nPROMPT 0\n"
		   "LABEL hidden\nLINUX v3\n");
	menu_is(&s, "x|" V1 "||\ny|" V2 "||\nhidden|" V3 "||",
		"DEFAULT vesamenu.c32 FILE");
	is(menu_default(&s), "y", "its default");
	ok(s.entries.config.timeout == 3 && s.entries.list[2].hidden,
	   "its timeout");
	menu_end(&s);

	/* Labels that start menus, CONFIG among them, and a way back */
	dir_file("a/boot/extlinux/sub.cfg",
		 "LABEL x\nLINUX v1\n"
		 "LABEL back\nKERNEL menu.c32\nAPPEND extlinux.conf\n"
		 "LABEL again\nCONFIG sub.cfg\n"
		 "LABEL home\nKERNEL vesamenu.c32\nAPPEND ~\n");
	dir_file("a/live/isolinux.cfg", "DEFAULT l\nLABEL k\nLINUX gone\n"
					"LABEL l\nLINUX vmlinuz\n");
	dir_file("a/live/vmlinuz", "x");
	config(&s, "UI menu.c32\nDEFAULT iso\nLABEL sub\nMENU LABEL More\n"
		   "KERNEL menu.c32\n"
		   "APPEND sub.cfg\n"
		   "LABEL iso\nCONFIG /live/isolinux.cfg /live\n"
		   "LABEL z\nLINUX v3\n");
	menu_is(&s, "More > x|" V1 "||\niso > l|/live/vmlinuz||\nz|" V3 "||",
		"labels that are menus");
	is(menu_default(&s), "l", "the default's default");
	ok(menu_rejected(&s, "/boot/extlinux/sub.cfg:3", "leads back") &&
		   menu_rejected(&s, "/boot/extlinux/sub.cfg:6",
				 "leads back") &&
		   menu_rejected(&s, "/boot/extlinux/sub.cfg:8", "leads back"),
	   "ways back");
	menu_end(&s);

	/* debian-installer: the help leads to the same menu once more. */
	dir_file("a/boot/extlinux/prompt.cfg",
		 "PROMPT 1\nINCLUDE labels.cfg\nLABEL menu\n"
		 "KERNEL vesamenu.c32\nCONFIG again.cfg\n"
		 "LABEL only here\nLINUX v3\n");
	dir_file("a/boot/extlinux/labels.cfg",
		 "LABEL install\nDEFAULT install\nMENU LABEL ^Install\n"
		 "LINUX v1\nLABEL help\nMENU LABEL Help\n"
		 "CONFIG prompt.cfg\n");
	dir_file("a/boot/extlinux/again.cfg", "INCLUDE labels.cfg\n");
	config(&s, "PROMPT 0\nTIMEOUT 0\nINCLUDE labels.cfg\n"
		   "DEFAULT vesamenu.c32\n");
	menu_is(&s, "Install|" V1 "||\nHelp > only here|" V3 "||",
		"labels that are listed are not listed again");
	is(menu_default(&s), "install", "the first of the menu");
	menu_end(&s);

	/* The menu shows this file by its name, or one that is not there. */
	config(&s, "UI menu.c32 extlinux.conf\nLABEL a\nLINUX v1\n");
	ok(s.entries.count == 1 && !s.entries.list[0].hidden &&
		   s.entries.config.by_default == 0,
	   "UI menu.c32 with this file");
	menu_end(&s);
	config(&s, "UI menu.c32 gone.cfg\nLABEL a\nLINUX v1\n");
	ok(s.entries.count == 1 && !s.entries.list[0].hidden &&
		   menu_rejected(&s, "/boot/extlinux/gone.cfg", "missing"),
	   "UI menu.c32 with a file that is not there");
	menu_end(&s);

	config(&s, "DEFAULT try\nLABEL try\nKERNEL ifcpu64.c32\n"
		   "APPEND a -- b\nLABEL a\nLINUX v1\nLABEL b\nLINUX v2\n"
		   "LABEL loop\nKERNEL ifcpu64.c32\nAPPEND loop -- b\n");
	menu_is(&s, "try|" V1 "||\na|" V1 "||\nb|" V2 "||", "ifcpu64.c32");
	is(menu_default(&s), "try", "is the default");
	menu_end(&s);

	config(&s, "DEFAULT ifcpu64.c32 b -- a\nLABEL a\nLINUX v1\n"
		   "LABEL b\nLINUX v2\n");
	menu_is(&s, "a|" V1 "||\nb|" V2 "||", "ifcpu64.c32 is no entry");
	is(menu_default(&s), "b", "but chooses one");
	menu_end(&s);

	config(&s, "DEFAULT go\nLABEL go\nCOM32 whichsys.c32\n"
		   "APPEND -pxe- b -sys- c -iso- a\nLABEL a\nLINUX v1\n"
		   "LABEL b\nLINUX v2\nLABEL c\nLINUX v3\n"
		   "LABEL none\nCOM32 whichsys.c32\nAPPEND -pxe- b\n");
	menu_is(&s, "go|" V3 "||\na|" V1 "||\nb|" V2 "||\nc|" V3 "||",
		"whichsys.c32");
	ok(menu_rejected(&s, CONF ":11", "whichsys.c32: no label is named"),
	   "whichsys.c32 with nothing for this one");
	menu_end(&s);
}

/* The word behind a module that chooses is that of the APPEND for all. */
static void test_default_is_a_module(void)
{
	struct menu_scene s;

	config(&s, "DEFAULT ifcpu64.c32\nAPPEND b64 -- a32\nLABEL a32\n"
		   "LINUX v1\nAPPEND a\nLABEL b64\nLINUX v2\nAPPEND b\n");
	menu_is(&s, "a32|" V1 "||a\nb64|" V2 "||b",
		"DEFAULT ifcpu64.c32, its labels in the APPEND for all");
	is(menu_default(&s), "b64", "x86-64's is the default");
	ok(s.entries.rejected_count == 0, "nothing is amiss");
	menu_end(&s);

	config(&s, "DEFAULT ifcpu64.c32 a32\nAPPEND b64\nLABEL a32\n"
		   "LINUX v1\nLABEL b64\nLINUX v2\n");
	is(menu_default(&s), "a32", "KNOPPIX: words behind the module count");
	menu_end(&s);

	dir_file("a/boot/extlinux/new.cfg", "LABEL new\nLINUX v2\n");
	config(&s, "DEFAULT ifcpu64.c32\nAPPEND go\nLABEL go\nCONFIG new.cfg\n"
		   "APPEND -\nLABEL old\nLINUX v1\n");
	menu_is(&s, "new|" V2 "||\nold|" V1 "||go",
		"which starts another configuration");
	menu_end(&s);

	config(&s, "DEFAULT mboot.c32\nAPPEND xen.gz x --- v1 ro --- i1\n");
	menu_is(&s, "mboot.c32|/boot/extlinux/xen.gz|" V1 "[ro]+" I1 "[]|x",
		"DEFAULT mboot.c32, and no label at all");
	menu_end(&s);

	config(&s, "DEFAULT menu.c32\nAPPEND quiet\nLABEL a\nLINUX v1\n");
	menu_is(&s, "a|" V1 "||quiet", "a menu's words are files");
	is(menu_default(&s), "a", "not those for the kernels");
	menu_end(&s);
}

static void is_amiss(const char *text, const char *where, const char *want)
{
	struct menu_scene s;

	config(&s, text);
	is(s.entries.rejected_count ? s.entries.rejected[0].source : NULL,
	   where, "where it is amiss");
	is(s.entries.rejected_count ? s.entries.rejected[0].reason : NULL, want,
	   want);
	menu_end(&s);
}

static void test_sentences_of_modules(void)
{
	is_amiss("DEFAULT ifcpu64.c32\nLABEL a\nLINUX v1\n", CONF ": DEFAULT",
		 "ifcpu64.c32: no label is named");
	is_amiss("DEFAULT ifcpu64.c32\nAPPEND -\nLABEL a\nLINUX v1\n",
		 CONF ": DEFAULT", "ifcpu64.c32: no label is named");
	is_amiss("DEFAULT ifcpu64.c32 x -- a\nLABEL a\nLINUX v1\n",
		 CONF ": DEFAULT", "ifcpu64.c32: x is no label");
	is_amiss("LABEL a\nCOM32 ifcpu64.c32\nAPPEND -- b\n"
		 "LABEL b\nLINUX v1\n",
		 CONF ":1", "ifcpu64.c32: no label is named");
	is_amiss("LABEL a\nCOM32 ifcpu64.c32\nAPPEND a\n", CONF ":1",
		 "ifcpu64.c32: more than 8 modules that choose a label, one "
		 "after the other");
	is_amiss("LABEL a\nCOM32\n", CONF ":1", "no file is named");
	is_amiss("LABEL a\nCONFIG\n", CONF ":1", "no file is named");
	is_amiss("LABEL a\nBOOT\nAPPEND x\n", CONF ":1", "no file is named");
}

/* debian-installer: menu.cfg goes on behind the help, which includes it too. */
static void help_files(void)
{
	dir_file("a/boot/extlinux/menu.cfg",
		 "LABEL install\nMENU LABEL ^Install\nLINUX v1\nLABEL help\n"
		 "MENU LABEL ^Help\nCONFIG prompt.cfg\nINCLUDE spk.cfg\n"
		 "MENU BEGIN more\nMENU LABEL More\nINCLUDE rescue.cfg\n"
		 "MENU END\n");
	dir_file("a/boot/extlinux/prompt.cfg",
		 "PROMPT 1\nDEFAULT install\nINCLUDE menu.cfg\n"
		 "LABEL only here\nLINUX v3\n");
	dir_file("a/boot/extlinux/spk.cfg",
		 "LABEL spk\nMENU LABEL Speech\nLINUX v2\n");
	dir_file("a/boot/extlinux/rescue.cfg", "LABEL rescue\nLINUX v3\n");
}

static void test_help_in_the_middle(void)
{
	struct menu_scene s;

	help_files();
	config(&s, "INCLUDE menu.cfg\nDEFAULT vesamenu.c32\n");
	menu_is(&s,
		"Install|" V1 "||\nHelp > only here|" V3 "||\n"
		"Speech|" V2 "||\nMore > rescue|" V3 "||",
		"what is to come in the menu is not the help's");
	is(menu_default(&s), "install", "the first of the menu");
	ok(s.entries.skipped_count == 0,
	   "the help's default is no matter of the menu's");
	menu_end(&s);

	/* The same one menu further in */
	help_files();
	dir_file("a/boot/extlinux/sub.cfg",
		 "LABEL first\nLINUX v1\nINCLUDE menu.cfg\n");
	config(&s, "UI menu.c32\nLABEL sub\nCONFIG sub.cfg\n"
		   "INCLUDE spk.cfg\n");
	menu_is(&s,
		"sub > first|" V1 "||\nsub > Install|" V1 "||\n"
		"sub > Help > only here|" V3 "||\n"
		"sub > More > rescue|" V3 "||\nSpeech|" V2 "||",
		"each label in the outermost menu that has it");
	menu_end(&s);
}

/* execute() of IMAGE_TYPE_CONFIG, where nothing is asked before it. */
static void test_default_config(void)
{
	static const char text[] = "DEFAULT go\nLABEL go\nCONFIG other.cfg\n"
				   "LABEL old\nLINUX v1\n";
	struct menu_scene s;
	char prompt[128];

	dir_file("a/boot/extlinux/other.cfg",
		 "UI menu.c32\nTIMEOUT 70\nLABEL new\nLINUX v2\n");
	config(&s, text);
	menu_is(&s, "new|" V2 "||\nold|" V1 "||",
		"DEFAULT starts a configuration: its menu is the guest's");
	is(menu_default(&s), "new", "its default");
	ok(s.entries.config.timeout == 7, "its timeout");
	ok(!s.entries.list[0].hidden && s.entries.list[1].hidden,
	   "what is left is not in the menu");
	menu_end(&s);

	dir_file("a/boot/extlinux/other.cfg", "LABEL new\nLINUX v2\n");
	(void)snprintf(prompt, sizeof(prompt), "PROMPT 1\n%s", text);
	config(&s, prompt);
	menu_is(&s, "go > new|" V2 "||\nold|" V1 "||",
		"with a prompt it is a label like any other");
	menu_end(&s);

	dir_file("a/boot/extlinux/other.cfg",
		 "DEFAULT back\nLABEL back\nCONFIG extlinux.conf\n"
		 "LABEL new\nLINUX v2\n");
	config(&s, text);
	menu_is(&s, "new|" V2 "||\nold|" V1 "||",
		"two configurations that start each other");
	menu_end(&s);

	dir_file("a/boot/extlinux/sub/x.cfg", "LABEL x\nLINUX v\n");
	dir_file("a/boot/extlinux/sub/v", "x");
	config(&s, "DEFAULT go\nLABEL go\nCONFIG sub/x.cfg sub/\n");
	menu_is(&s, "x|/boot/extlinux/sub/v||",
		"a configuration with a directory of its own");
	menu_end(&s);

	config(&s, "DEFAULT go\nLABEL go\nCONFIG gone.cfg\n"
		   "LABEL old\nLINUX v1\n");
	menu_is(&s, "old|" V1 "||", "a configuration that is not there");
	ok(!s.entries.list[0].hidden, "hides nothing");
	menu_end(&s);

	dir_file("a/boot/extlinux/sub/y.cfg", "LABEL y\nLINUX missing\n");
	config(&s, "DEFAULT go\nLABEL go\nCONFIG sub/y.cfg sub/\n"
		   "LABEL old\nLINUX v1\n");
	menu_is(&s, "old|" V1 "||", "one whose kernels are missing");
	ok(!s.entries.list[0].hidden, "hides nothing");
	menu_end(&s);
}

static void test_places(void)
{
	static const char text[] = "LABEL a\nLINUX vmlinuz\n";
	static const struct {
		const char *conf;
		const char *kernel;
	} cases[] = {
		{ "/boot/isolinux/isolinux.cfg", "/boot/isolinux/vmlinuz" },
		{ "/boot/extlinux/extlinux.conf", "/boot/extlinux/vmlinuz" },
		{ "/boot/extlinux.conf", "/boot/vmlinuz" },
		{ "/extlinux/extlinux.conf", "/extlinux/vmlinuz" },
		{ "/extlinux.conf", "/vmlinuz" },
		{ "/boot/syslinux/syslinux.cfg", "/boot/syslinux/vmlinuz" },
		{ "/syslinux/syslinux.cfg", "/syslinux/vmlinuz" },
		{ "/syslinux.cfg", "/vmlinuz" },
		{ "/isolinux/isolinux.cfg", "/isolinux/vmlinuz" },
		{ "/boot/x86_64/loader/isolinux.cfg",
		  "/boot/x86_64/loader/vmlinuz" },
		{ "/EFI/syslinux/syslinux.cfg", "/EFI/syslinux/vmlinuz" },
		{ "/pxelinux.cfg/default", "/vmlinuz" },
	};
	struct menu_scene s;
	char path[128];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		(void)snprintf(path, sizeof(path), "a%s", cases[i].conf);
		dir_file(path, text);
		(void)snprintf(path, sizeof(path), "a%s", cases[i].kernel);
		dir_file(path, "x");
		gather(&s, "a");
		(void)snprintf(path, sizeof(path), "a|%s||", cases[i].kernel);
		menu_is(&s, path, cases[i].conf);
		menu_end(&s);
	}

	dir_file("a/boot/extlinux/extlinux.conf", "# empty\n");
	dir_file("a/boot/syslinux/syslinux.cfg",
		 "LABEL a\nLINUX ../vmlinuz\nINITRD ::/boot/i\n"
		 "LABEL b\nLINUX /boot//./vmlinuz\nINITRD \\boot\\i\n"
		 "LABEL c\nLINUX k\n");
	dir_file("a/boot/vmlinuz", "x");
	dir_file("a/boot/i", "x");
	dir_file("a/k", "x");
	gather(&s, "a");
	menu_is(&s,
		"a|/boot/vmlinuz|/boot/i|\nb|/boot/vmlinuz|/boot/i|\nc|/k||",
		"paths; an empty file is no end");
	ok(menu_rejected(&s, CONF, "no label"), "is told");
	menu_end(&s);

	/* pxelinux takes names from where pxelinux.0 is. */
	dir_file("a/srv/x", "x");
	dir_file("a/boot/pxelinux.cfg/default", "LABEL a\nLINUX linux\n");
	dir_file("a/boot/linux", "x");
	gather(&s, "a");
	menu_is(&s, "a|/boot/linux||", "pxelinux.cfg");
	menu_end(&s);

	/* /boot/isolinux/isolinux.cfg, for one, is not there. */
	(void)dir_at("a/isolinux/");
	if (mkfifo(dir_at("a/isolinux/isolinux.cfg"), 0600))
		errx(1, "mkfifo");
	dir_link("a/boot/syslinux/syslinux.cfg", "syslinux.cfg");
	gather(&s, "a");
	ok(s.entries.rejected_count == 2 &&
		   menu_rejected(&s, "/isolinux/isolinux.cfg", "no regular") &&
		   menu_rejected(&s, "/boot/syslinux/syslinux.cfg", "symbolic"),
	   "a FIFO and a loop: told of the files that are there: %zu",
	   s.entries.rejected_count);
	menu_end(&s);

	dir_file("a/etc/x", "x");
	gather(&s, "a");
	ok(s.err == 0 && s.entries.count == 0 && s.entries.rejected_count == 0,
	   "none at all");
	menu_end(&s);
}

/* A file that ends in a label because of the limit. */
static void cut_in(const char *head, const char *want, const char *name)
{
	struct text text = { 0 };
	struct menu_scene s;

	text_add(&text, head);
	text_add(&text, "DEFAULT v2\nLABEL v1\nLINUX v1\nAPPEND root=x\n");
	while (text.len < DRAFT_FILE_MAX - 4096)
		text_addf(&text, "#%0200d\n", 0);
	text_add(&text, "LABEL v2\nLINUX v2\n");
	while (text.len < DRAFT_FILE_MAX - 10)
		text_add(&text, "#\n");
	text_add(&text, "APPEND root=y ro quiet\n");
	config(&s, text_str(&text));
	menu_is(&s, "v1|" V1 "||root=x", name);
	is(menu_default(&s), want, name);
	ok(menu_rejected(&s, CONF, "longer than") &&
		   s.entries.rejected_count == 2 &&
		   strstr(s.entries.rejected[1].reason, "cut off here"),
	   "is told");
	menu_end(&s);
	text_free(&text);
}

static void test_cut(void)
{
	cut_in("", NULL, "no default with half of its words");
	cut_in("UI menu.c32\n", NULL, "nor in a menu");
	cut_in("ONERROR v1\n", "v1", "ONERROR is for that");
}

static void test_fallback(void)
{
	struct menu_scene s;

	config(&s, "LABEL arch\nLINUX v1\n"
		   "LABEL archfallback\nMENU LABEL Arch Linux\nLINUX v1\n"
		   "LABEL b\nMENU LABEL Arch Linux Fallback\nLINUX v1\n");
	ok(s.entries.count == 3 && !s.entries.list[0].rescue &&
		   s.entries.list[1].rescue && s.entries.list[2].rescue,
	   "arch: \"fallback\" is for a rescue");
	menu_end(&s);
}

static void test_bad(void)
{
	struct text text = { 0 };
	struct menu_scene s;

	text_add(&text, "LABEL a\nLINUX v1\nAPPEND ");
	for (int i = 0; i < 5000; i++)
		text_add_char(&text, 'x');
	text_add(&text, "\nLABEL b\nLINUX v2\n");
	config(&s, text_str(&text));
	ok(s.entries.count == 2 && menu_rejected(&s, CONF ":3", "cut off"),
	   "a line too long");
	menu_end(&s);
	text.len = 0;

	for (int i = 0; i < SYSLINUX_LABELS_MAX + 10; i++)
		text_add(&text, "LABEL a\nLINUX v1\n");
	config(&s, text_str(&text));
	ok(s.err == 0 && s.entries.count == SYSLINUX_LABELS_MAX,
	   "very many labels: %zu", s.entries.count);
	menu_end(&s);
	text.len = 0;

	for (int i = 0; i < 5000; i++)
		text_add(&text, "MENU BEGIN x\nLABEL a\nLINUX v1\n");
	config(&s, text_str(&text));
	ok(s.err == 0 && s.entries.count == 5000 &&
		   menu_rejected(&s, CONF ":25", "too many menus"),
	   "very many menus");
	menu_end(&s);
	text.len = 0;

	for (int i = 0; i < 3000; i++)
		text_add(&text, "LABEL a\nKERNEL ifcpu64.c32\nAPPEND a\n");
	config(&s, text_str(&text));
	ok(s.err == 0 && s.entries.count == 0, "labels that name themselves");
	menu_end(&s);
	text_free(&text);

	dir_link("a/boot/extlinux/loop.cfg", "loop.cfg");
	if (mkfifo(dir_at("a/boot/extlinux/fifo.cfg"), 0600))
		errx(1, "mkfifo");
	config(&s, "INCLUDE loop.cfg\nINCLUDE fifo.cfg\nINCLUDE .\n"
		   "LABEL a\nLINUX v1\n");
	menu_is(&s, "a|" V1 "||", "INCLUDE of what is no file");
	menu_end(&s);
}

int main(void)
{
	dir_start();
	test_lines();
	test_append();
	test_kinds();
	test_xen();
	test_default();
	test_timeout();
	test_uboot_menu_is_prompt();
	test_menus();
	test_default_config();
	test_include();
	test_other_files();
	test_help_in_the_middle();
	test_default_is_a_module();
	test_sentences_of_modules();
	test_places();
	test_fallback();
	test_cut();
	test_bad();
	dir_end();
	return tap_done();
}
