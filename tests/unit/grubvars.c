/* SPDX-License-Identifier: GPL-2.0-or-later */
/* GRUB's variables out of grubenv and of the set lines of grub.cfg. */
#include "entries/grubvars.h"

#include "menu.h"

#define ENV "# GRUB Environment Block\n"

static struct menu_scene s;
static struct grubvars vars;

static void find(const char *trees)
{
	menu_open(&s, trees);
	ok(grubvars_find(&vars, &s.entries, &s.guest, 0, &s.why) == 0,
	   "looked in %s", trees);
}

static void end(void)
{
	grubvars_free(&vars);
	menu_end(&s);
}

static void test_set_lines(void)
{
	dir_file("a/boot/grub2/grub.cfg",
		 "set default_kernelopts=\"root=UUID=ab ro\"\n"
		 "\t  set\ttuned_params='skew_tick=1 a\\b'\n"
		 "set tuned_initrd=/tuned.img; echo no\n"
		 "set kernelopts=x=y\n"
		 "# set commented=1\n"
		 "settings=1\n"
		 "set open=\"never closed\n"
		 "set no value=1\n"
		 "set =1\n"
		 "set\n"
		 "set twice=1\n"
		 "if true; then set inner=1; fi\n"
		 "set twice=2\r\n");
	find("a");
	is(grubvars_get(&vars, "default_kernelopts"), "root=UUID=ab ro",
	   "double quotes");
	is(grubvars_get(&vars, "tuned_params"), "skew_tick=1 a\\b",
	   "single quotes, blanks before");
	is(grubvars_get(&vars, "tuned_initrd"), "/tuned.img", "no quotes");
	is(grubvars_get(&vars, "kernelopts"), "x=y", "= in a value");
	is(grubvars_get(&vars, "commented"), NULL, "a comment");
	is(grubvars_get(&vars, "open"), NULL, "an open quote");
	is(grubvars_get(&vars, "no value"), NULL, "a blank in a name");
	is(grubvars_get(&vars, "inner"), NULL, "not at the line's start");
	is(grubvars_get(&vars, "twice"), "2", "the last one; CR LF");
	end();
}

static void test_places(void)
{
	/* The ESP's grub.cfg only leads to the real one. */
	dir_file("a/EFI/fedora/grub.cfg",
		 "search --fs-uuid --set=dev ab\nset prefix=($dev)/grub2\n");
	dir_file("a/EFI/fedora/grubenv", "not one\n");
	dir_file("b/grub2/grub.cfg", "set kernelopts=\"from grub.cfg\"\n");
	dir_file("b/grub2/grubenv", ENV "kernelopts=from grubenv\n");
	find("a b");
	is(grubvars_get(&vars, "kernelopts"), "from grubenv",
	   "grubenv stands above grub.cfg");
	is(grubenv_get(&vars.set, "kernelopts"), "from grub.cfg", "grub.cfg");
	is(vars.source, "/grub2/grubenv", "where it was");
	ok(menu_rejected(&s, "/EFI/fedora/grubenv", "does not begin with"),
	   "a broken grubenv is told of");
	end();

	(void)dir_at("a/boot/");
	find("a");
	is(grubvars_get(&vars, "kernelopts"), NULL, "nothing there");
	ok(s.entries.rejected_count == 0, "nothing to say");
	end();
}

int main(void)
{
	dir_start();
	test_set_lines();
	test_places();
	dir_end();
	return tap_done();
}
