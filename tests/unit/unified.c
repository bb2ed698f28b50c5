/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unified kernel images as entries: what systemd-boot 257 shows of them, the
 * words of addons, and UKIs that type 1 entries name.
 */
#include "entries/unified.h"

#include "efi_file.h"
#include "entries/bls.h"
#include "menu.h"

static struct menu_scene s;
static struct efi_file f;

static void gather(void)
{
	menu_open(&s, "a");
	s.err = bls_gather(&s.entries, &s.guest, 0, &s.why);
	ok(s.err == 0, "gathered: %s", s.why.text);
}

/* id, title, profile, words; per entry. */
static void found(const char *want, const char *name)
{
	struct text got = { 0 };

	for (size_t i = 0; i < s.entries.count; i++) {
		const struct entry *e = &s.entries.list[i];

		text_addf(&got, "%s%s|%s|%u|%s", i ? "\n" : "", e->id, e->title,
			  e->profile, e->cmdline);
	}
	if (!is(text_str(&got), want, name))
		for (size_t i = 0; i < s.entries.rejected_count; i++)
			printf("# rejected %s: %s\n",
			       s.entries.rejected[i].source,
			       s.entries.rejected[i].reason);
	text_free(&got);
}

static void save(const char *path)
{
	dir_bytes(path, f.data, f.size);
}

/* A UKI of Fedora 39 with the kernel @uname. */
static void fedora(const char *path, const char *uname, const char *cmdline)
{
	efi_start(&f, 16);
	(void)efi_text(&f, ".linux", "kernel");
	(void)efi_text(&f, ".osrel",
		       "NAME=\"Fedora Linux\"\nVERSION=\"39 (Forty)\"\n"
		       "ID=fedora\nVERSION_ID=39\n"
		       "PRETTY_NAME=\"Fedora Linux 39 (Forty)\"\n");
	if (uname)
		(void)efi_text(&f, ".uname", uname);
	if (cmdline)
		(void)efi_text(&f, ".cmdline", cmdline);
	save(path);
}

static void test_plain(void)
{
	fedora("a/EFI/Linux/m-6.5.6-300.fc39.x86_64.efi",
	       "6.5.6-300.fc39.x86_64", "root=UUID=ab\nro  quiet\n\n");
	fedora("a/EFI/Linux/m-6.5.10-300.fc39.x86_64.efi",
	       "6.5.10-300.fc39.x86_64\n", NULL);
	dir_file("a/loader/loader.conf", "timeout 2\ndefault m-6.5.6*.efi\n");
	gather();
	found("m-6.5.10-300.fc39.x86_64|"
	      "Fedora Linux 39 (Forty) (39 (Forty)) "
	      "(m-6.5.10-300.fc39.x86_64.efi)|0|\n"
	      "m-6.5.6-300.fc39.x86_64|"
	      "Fedora Linux 39 (Forty) (39 (Forty)) "
	      "(m-6.5.6-300.fc39.x86_64.efi)|0|"
	      "root=UUID=ab ro quiet",
	      "two kernels of one system: systemd-boot tells them apart by "
	      "VERSION, then by the files' names");
	is(menu_default(&s), "m-6.5.6-300.fc39.x86_64", "the default");
	is(s.entries.list[0].version, "6.5.10-300.fc39.x86_64", "version");
	is(s.entries.list[0].kernel, "/EFI/Linux/m-6.5.10-300.fc39.x86_64.efi",
	   "kernel");
	is(s.entries.list[0].source, s.entries.list[0].kernel, "source");
	ok(s.entries.list[0].kind == ENTRY_UKI, "kind");
	menu_end(&s);
}

/* The table of the specification, "Multi-Profile UKIs". */
static void test_profiles(void)
{
	efi_start(&f, 16);
	(void)efi_text(&f, ".linux", "kernel");
	(void)efi_text(&f, ".osrel", "PRETTY_NAME=Foo\nID=foo\n");
	(void)efi_text(&f, ".cmdline", "quiet");
	(void)efi_text(&f, ".profile", "ID=regular\nTITLE=\"Regular boot\"\n");
	(void)efi_text(&f, ".profile",
		       "ID=factory-reset\n"
		       "TITLE=\"Reset Device to Factory Defaults\"\n");
	(void)efi_text(&f, ".cmdline",
		       "quiet systemd.unit=factory-reset.target");
	(void)efi_text(&f, ".profile", "ID=storagetm\n");
	(void)efi_text(&f, ".cmdline",
		       "quiet rd.systemd.unit=storage-target-mode.target");
	(void)efi_text(&f, ".profile", "");
	save("a/EFI/Linux/foo.efi");
	gather();
	found("foo|Foo (Regular boot)|0|quiet\n"
	      "foo@factory-reset|Foo (Reset Device to Factory Defaults)|1|"
	      "quiet systemd.unit=factory-reset.target\n"
	      "foo@storagetm|Foo (storagetm)|2|"
	      "quiet rd.systemd.unit=storage-target-mode.target\n"
	      "foo@3|Foo (Profile #4)|3|quiet",
	      "profiles, with a title, an ID, or nothing");
	is(menu_default(&s), "foo", "the first is the default");
	menu_end(&s);

	save("a/EFI/Linux/foo+2-1.efi");
	dir_file("a/loader/loader.conf", "default foo.efi@storagetm\n");
	gather();
	ok(s.entries.count == 4, "counted: %zu", s.entries.count);
	is(menu_default(&s), "foo@storagetm", "a default as systemd-boot's");
	menu_end(&s);
}

static void test_sorting(void)
{
	fedora("a/EFI/Linux/b-old+0-3.efi", "6.6", "worn");
	fedora("a/EFI/Linux/a-1.efi", NULL, "one");
	efi_start(&f, 16);
	(void)efi_text(&f, ".linux", "kernel");
	(void)efi_text(&f, ".osrel",
		       "ID=fedora\nIMAGE_ID=aaa\nIMAGE_VERSION=3\n");
	save("a/EFI/Linux/image_3.efi");
	efi_start(&f, 16);
	(void)efi_text(&f, ".linux", "kernel");
	save("a/EFI/Linux/plain.efi");
	dir_file("a/k", "x");
	dir_file("a/loader/entries/t1.conf",
		 "title T1\nsort-key debian\nlinux /k\n");
	dir_file("a/loader/entries/old.conf", "title Old\nlinux /k\n");
	gather();
	found("image_3|aaa|0|\n"
	      "t1|T1|0|\n"
	      "a-1|Fedora Linux 39 (Forty) (39 (Forty)) (a-1.efi)|0|one\n"
	      "old|Old|0|\n"
	      "b-old|Fedora Linux 39 (Forty) (39 (Forty)) (b-old.efi)|0|worn\n"
	      "plain|plain|0|",
	      "both types in one order; without .osrel, which systemd-boot "
	      "does not list, last");
	ok(s.entries.list[4].worn_out, "no tries left");
	is(s.entries.list[0].version, "3", "IMAGE_VERSION");
	is(s.entries.list[2].version, "39 (Forty)", "no .uname: VERSION");
	is(s.entries.list[5].version, NULL, "nothing known");
	menu_end(&s);
}

static void test_addons(void)
{
	fedora("a/EFI/Linux/x+3-0.efi", "6.5", "base");
	fedora("a/EFI/Linux/y.efi", "6.4", NULL);
	efi_start(&f, 4);
	(void)efi_text(&f, ".cmdline", "for-all\n");
	save("a/loader/addons/b.addon.efi");
	efi_start(&f, 4);
	(void)efi_text(&f, ".cmdline", "for-6.5");
	(void)efi_text(&f, ".uname", "6.5");
	save("a/loader/addons/a.addon.efi");
	efi_start(&f, 4);
	(void)efi_text(&f, ".cmdline", "for-x");
	(void)efi_text(&f, ".ucode", "early");
	save("a/EFI/Linux/x.efi.extra.d/x.addon.efi");
	fedora("a/loader/addons/uki.addon.efi", "1", "not-me");
	dir_file("a/loader/addons/junk.addon.efi", "junk");
	dir_file("a/loader/addons/readme.txt", "junk");
	gather();
	found("y|Fedora Linux 39 (Forty) (39 (Forty)) (y.efi)|0|for-all\n"
	      "x|Fedora Linux 39 (Forty) (39 (Forty)) (x.efi)|0|base for-6.5 for-all for-x",
	      "addons for all, for one kernel, for one file");
	ok(menu_rejected(&s, "/EFI/Linux/x.efi.extra.d/x.addon.efi",
			 "initrd in this addon"),
	   "an initrd in an addon");
	ok(menu_rejected(&s, "/loader/addons/uki.addon.efi", "no addon"),
	   "a UKI that pretends to be one");
	ok(menu_rejected(&s, "/loader/addons/junk.addon.efi", "is no PE addon"),
	   "junk");
	ok(s.entries.rejected_count == 3, "each told once");
	menu_end(&s);
}

static void test_type1(void)
{
	fedora("a/images/one.efi", "6.5", "own words");
	dir_file("a/images/extra.img", "x");
	efi_start(&f, 16);
	(void)efi_text(&f, ".linux", "kernel");
	(void)efi_text(&f, ".cmdline", "base");
	(void)efi_text(&f, ".profile", "ID=a");
	(void)efi_text(&f, ".profile", "ID=b");
	(void)efi_text(&f, ".cmdline", "second");
	save("a/images/two.efi");
	dir_file("a/loader/entries/a.conf", "uki /images/one.efi\n");
	dir_file("a/loader/entries/b.conf",
		 "title B\nuki /images/one.efi\noptions other words\n"
		 "initrd /images/extra.img\n");
	dir_file("a/loader/entries/c.conf",
		 "title C\nefi /images/two.efi\nprofile 1\n");
	dir_file("a/loader/entries/d.conf",
		 "title D\nefi /images/two.efi\noptions @1 typed\n");
	dir_file("a/loader/entries/e.conf",
		 "title E\nlinux /images/two.efi\nprofile 2\n");
	dir_file("a/loader/entries/f.conf", "title F\nuki /images/extra.img\n");
	dir_file("a/loader/entries/g.conf", "title G\nefi /images/extra.img\n");
	dir_file("a/loader/entries/h.conf",
		 "title H\nlinux /images/extra.img\n");
	gather();
	found("h|H|0|\n"
	      "d|D|1|typed\n"
	      "c|C|1|second\n"
	      "b|B|0|other words\n"
	      "a|Fedora Linux 39 (Forty)|0|own words",
	      "UKIs by the keys uki, efi and linux");
	ok(s.entries.list[1].kind == ENTRY_UKI &&
		   s.entries.list[0].kind == ENTRY_LINUX,
	   "kinds");
	is(s.entries.list[4].version, "6.5", "its version");
	is(s.entries.list[3].initrd[0].path, "/images/extra.img",
	   "an initrd more");
	ok(menu_rejected(&s, "/loader/entries/e.conf:2", "has no profile 2"),
	   "a profile that is not there");
	ok(menu_rejected(&s, "/loader/entries/f.conf:2",
			 "is no unified kernel image"),
	   "uki means a UKI");
	ok(menu_rejected(&s, "/loader/entries/g.conf:2", "is an EFI program"),
	   "efi means what we can start");
	menu_end(&s);
}

static void test_bad(void)
{
	dir_file("a/EFI/Linux/junk.efi", "junk");
	dir_file("a/EFI/Linux/empty.efi", "");
	dir_file("a/EFI/Linux/auto-x.efi", "junk");
	dir_file("a/EFI/Linux/.hidden.efi", "junk");
	dir_file("a/EFI/Linux/esc\x1b.efi", "junk");
	(void)dir_at("a/EFI/Linux/dir.efi/");
	/* A kernel of Debian is a PE file too, and no UKI. */
	efi_start(&f, 4);
	(void)efi_text(&f, ".setup", "x");
	save("a/EFI/Linux/bzimage.efi");
	/* Cut behind the headers. */
	fedora("a/EFI/Linux/x.efi", "6.5", "words");
	f.size = 1024;
	save("a/EFI/Linux/cut.efi");
	fedora("a/EFI/Linux/x.efi", "6.5\x1b[2J", "a\x1b[2Jb \xff\n\0 hidden");
	gather();
	found("x|Fedora Linux 39 (Forty)|0|a [2Jb \xff",
	      "control characters become blanks, as in the stub");
	is(s.entries.list[0].version, "6.5 [2J", "in a version too");
	ok(menu_rejected(&s, "/EFI/Linux/junk.efi",
			 "is no unified kernel image"),
	   "junk");
	ok(menu_rejected(&s, "/EFI/Linux/empty.efi",
			 "is no unified kernel image"),
	   "an empty file");
	ok(menu_rejected(&s, "/EFI/Linux/bzimage.efi",
			 "is no unified kernel image"),
	   "a plain kernel");
	ok(menu_rejected(&s, "/EFI/Linux/dir.efi", "directory"), "directory");
	ok(menu_rejected(&s, "/EFI/Linux/esc?.efi", "control"), "a bad name");
	ok(menu_rejected(&s, "/EFI/Linux/cut.efi", ""), "cut short");
	ok(s.entries.rejected_count == 6, "not those of others: %zu",
	   s.entries.rejected_count);
	menu_end(&s);

	efi_start(&f, 4);
	(void)efi_text(&f, ".linux", "kernel");
	memset(f.data + f.size, 'x', UNIFIED_TEXT_MAX + 1);
	(void)efi_section(&f, ".cmdline", f.data + f.size,
			  UNIFIED_TEXT_MAX + 1);
	save("a/EFI/Linux/long.efi");
	gather();
	found("", "a command line of more than 64 KiB");
	ok(menu_rejected(&s, "/EFI/Linux/long.efi",
			 ".cmdline has more than 65536 bytes"),
	   "says so");
	menu_end(&s);
}

int main(void)
{
	dir_start();
	test_plain();
	test_profiles();
	test_sorting();
	test_addons();
	test_type1();
	test_bad();
	dir_end();
	return tap_done();
}
