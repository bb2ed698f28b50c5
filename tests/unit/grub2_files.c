/* SPDX-License-Identifier: GPL-2.0-or-later */
/* grub.cfg: the files that it reads and those that its entries name. */
#include "efi_file.h"
#include "grub2_scene.h"

static void test_cycles(void)
{
	struct scene s;

	one_tree(&s, "menuentry a { linux /k; }\n\n"
		     "source $config_directory/grub.cfg\n"
		     "menuentry b { linux /k; }\n");
	ok(s.entries.count == 2 && s.entries.rejected_count == 1,
	   "source of itself: entries once each");
	ok(rejected(&s, "/boot/grub/grub.cfg:3",
		    "/boot/grub/grub.cfg sources itself"),
	   "and the line that does it");
	end(&s);

	dir_file("0/boot/grub/a.cfg", "menuentry a { linux /k; }\n"
				      "source /boot/grub/b.cfg\n");
	dir_file("0/boot/grub/b.cfg", "menuentry b { linux /k; }\n"
				      "source /boot/grub/a.cfg\n"
				      "menuentry c { linux /k; }\n");
	one_tree(&s, "source /boot/grub/a.cfg\n"
		     "menuentry d { linux /k; }\n");
	ok(s.entries.count == 4 && s.entries.rejected_count == 1,
	   "a ring of two: %zu entries", s.entries.count);
	ok(rejected(&s, "b.cfg:2",
		    "/boot/grub/a.cfg is open already: a cycle of files"),
	   "named where it closes");
	end(&s);
}

static void test_not_read(void)
{
	struct scene s;

	(void)dir_at("0/boot/grub/dir/");
	one_tree(&s, "source /none.cfg\n"
		     "configfile /none.cfg\n"
		     "source /boot/grub/dir\n"
		     "legacy_configfile /menu.lst\n"
		     "syslinux_configfile /syslinux.cfg\n"
		     "hiddenentry h { linux /k; }\n"
		     "function f { true; }\n"
		     "f { x }\n"
		     "if [ -f /none.cfg ]; then source /none.cfg; fi\n"
		     "menuentry a { linux /k; }\n");
	ok(s.entries.count == 1 && s.entries.rejected_count == 6,
	   "files that are not read are told of: %zu",
	   s.entries.rejected_count);
	ok(rejected(&s, "grub.cfg:1", "configuration missing: /none.cfg"),
	   "source of a missing file");
	ok(rejected(&s, "grub.cfg:2", "configuration missing: /none.cfg"),
	   "configfile");
	ok(rejected(&s, "grub.cfg:3", "directory"), "a directory");
	ok(rejected(&s, "grub.cfg:4", "legacy_configfile: not followed"),
	   "legacy_configfile");
	ok(rejected(&s, "grub.cfg:5", "syslinux_configfile: not followed"),
	   "syslinux_configfile");
	ok(rejected(&s, "grub.cfg:6", "hiddenentry: GRUB has no such command"),
	   "hiddenentry, which no GRUB up to 2.14 has");
	end(&s);
}

static void test_files(void)
{
	struct scene s;

	start(&s);
	add_tree(&s, "uuid=UUID");
	dir_file("0/boot/grub/grub.cfg",
		 "menuentry a { source /boot/grub/body.cfg; }\n"
		 "menuentry b { configfile $prefix/inner.cfg; }\n"
		 "source $prefix/more.cfg\n"
		 "source $prefix/none.cfg\n"
		 ". $prefix/more.cfg\n"
		 "menuentry z { linux /k $more $config_file; }\n"
		 "menuentry again { configfile $prefix/grub.cfg; }\n"
		 "source $prefix/grub.cfg\n");
	dir_file("0/boot/grub/body.cfg", "linux /k body $config_directory\n");
	dir_file("0/boot/grub/inner.cfg",
		 "default=1\ntimeout=99\n"
		 "menuentry c { linux /k $more; }\n"
		 "menuentry d { linux /k; }\n"
		 "menuentry up { configfile $prefix/grub.cfg; }\n");
	dir_file("0/boot/grub/more.cfg",
		 "more=x$more\nmenuentry \"m$more\" { linux /k; }\n");
	dir_file("0/k", "x");
	gather(&s);
	loads(&s, 0, "/k <body (fs0)/boot/grub>", "source in an entry");
	is(s.entries.list[1].title, "b > c", "configfile in an entry");
	is(s.entries.list[1].id, "b>c", "its id");
	loads(&s, 1, "/k <>", "a context of its own");
	is(s.entries.list[3].title, "mx", "source at the top");
	is(s.entries.list[4].title, "mxx", "twice");
	ok(rejected(&s, "inner.cfg:5", "open already"),
	   "a way back to the menu is no entry");
	ok(rejected(&s, ":7", "open already"), "nor a way to itself");
	ok(s.entries.count < 200, "source of itself comes to an end");
	ok(s.entries.config.timeout == ENTRIES_NO_TIMEOUT,
	   "the inner timeout is not ours");
	end(&s);

	test_cycles();
	test_not_read();

	/* The ESP's stub: search, prefix, configfile. */
	start(&s);
	add_tree(&s, "uuid=1234-ABCD,dev=/dev/vda1");
	add_tree(&s, "uuid=root-uuid,dev=/dev/vda2");
	dir_file("0/EFI/BOOT/readme", "x");
	dir_file("0/EFI/debian/grub.cfg",
		 "search.fs_uuid root-uuid root hd0,gpt2\n"
		 "set prefix=($root)'/boot/grub'\n"
		 "configfile $prefix/grub.cfg\n");
	dir_file("1/boot/grub/grub.cfg",
		 "timeout=4\nmenuentry a { linux /k; }\n");
	dir_file("1/k", "x");
	gather(&s);
	is(s.entries.list[0].id, "a", "an EFI stub leads to the menu");
	ok(s.entries.list[0].tree == 1, "of the other tree");
	ok(s.entries.config.timeout == 4 && s.entries.config.by_default == 0,
	   "with its timeout and default");
	end(&s);

	/* A configuration without a menu that boots by itself */
	start(&s);
	add_tree(&s, "uuid=UUID");
	dir_file("0/boot/grub/grub.cfg", "linux /k root=x\ninitrd /i\nboot\n");
	dir_file("0/k", "x");
	dir_file("0/i", "x");
	gather(&s);
	loads(&s, 0, "/k+/i <root=x>", "linux and boot without an entry");
	ok(s.entries.config.by_default == 0, "are the default");
	end(&s);

	/* The first is empty. */
	start(&s);
	add_tree(&s, "uuid=UUID");
	dir_file("0/boot/grub/grub.cfg", "");
	dir_file("0/boot/grub2/grub.cfg", "menuentry a { linux /k; }\n");
	dir_file("0/k", "x");
	gather(&s);
	loads(&s, 0, "/k <>", "an empty file is followed by the next");
	ok(rejected(&s, "/boot/grub/grub.cfg", "no menu entries"),
	   "and rejected");
	end(&s);
}

static void test_chainloader(void)
{
	static struct efi_file efi;
	struct scene s;
	char bzimage[0x400] = { 0 };

	memcpy(bzimage + 0x202, "HdrS", 4);
	dir_bytes("0/stub", bzimage, sizeof(bzimage));
	efi_start(&efi, 16);
	(void)efi_text(&efi, ".linux", "kernel");
	(void)efi_text(&efi, ".uname", "6.12.9");
	(void)efi_text(&efi, ".cmdline", "root=LABEL=uki quiet");
	dir_bytes("0/EFI/Linux/a.efi", efi.data, efi.size);
	one_tree(&s,
		 "menuentry a { chainloader /EFI/Linux/a.efi; }\n"
		 "menuentry b { chainloader ($root)/EFI/Linux/a.efi x y; }\n"
		 "menuentry c { chainloader /stub root=/dev/vda1 'a b'; }\n"
		 "menuentry d { chainloader /k; }\n"
		 "menuentry e { chainloader /EFI/none.efi; boot; }\n");
	ok(s.entries.count == 3 && s.entries.list[0].kind == ENTRY_UKI,
	   "a UKI");
	loads(&s, 0, "/EFI/Linux/a.efi <root=LABEL=uki quiet>",
	      "with its own words");
	is(s.entries.count ? s.entries.list[0].version : NULL, "6.12.9",
	   "and version");
	loads(&s, 1, "/EFI/Linux/a.efi <x y>", "a UKI with other words");
	loads(&s, 2, "/stub <root=/dev/vda1 \"a b\">",
	      "a kernel by its EFI stub");
	ok(s.entries.count == 3 && s.entries.list[2].kind == ENTRY_LINUX,
	   "which is just a kernel");
	ok(rejected(&s, ":4", "neither a kernel nor a UKI"), "another program");
	ok(rejected(&s, ":5", "EFI program missing: /EFI/none.efi"),
	   "a missing one");
	end(&s);
}

int main(void)
{
	dir_start();
	test_files();
	test_chainloader();
	dir_end();
	return tap_done();
}
