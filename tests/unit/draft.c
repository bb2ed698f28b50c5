/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What entries of all formats of lines have in common: which are for rescue. */
#include "entries/draft.h"

#include "dir.h"
#include "menu.h"
#include "tap.h"

static void test_has_word(void)
{
	ok(draft_has_word("rescue", "rescue") &&
		   draft_has_word("Linux (Rescue target)", "rescue") &&
		   draft_has_word("0-rescue-1b3f", "rescue") &&
		   draft_has_word("rescue2", "rescue"),
	   "a word in any case, whatever sign or number is beside it");
	ok(!draft_has_word("SystemRescue", "rescue") &&
		   !draft_has_word("Rescuezilla", "rescue") &&
		   !draft_has_word("", "rescue"),
	   "not a part of one");
	ok(draft_has_word("SystemRescue, rescue shell", "rescue"),
	   "the second time");
}

static void marks(const char *title, const char *cmdline, bool want)
{
	struct menu_scene s;
	struct entry entry = { .id = strdup("id"),
			       .title = strdup(title),
			       .source = strdup("/menu:1"),
			       .kernel = strdup("/k"),
			       .cmdline = strdup(cmdline) };
	long index;

	dir_file("a/k", "x");
	menu_open(&s, "a");
	if (draft_add(&s.entries, &s.guest, &entry, &index, &s.why) ||
	    index != 0)
		errx(1, "%s", s.why.text);
	ok(s.entries.list[0].rescue == want, "%s <%s>", title, cmdline);
	menu_end(&s);
}

static void test_titles(void)
{
	marks("Debian GNU/Linux", "ro quiet", false);
	marks("Debian GNU/Linux, with Linux 6.1.0-28-amd64 (recovery mode)",
	      "ro", true);
	marks("Debian GNU/Linux 12 (bookworm) 6.1.0-28-amd64 (rescue target)",
	      "ro", true);
	marks("Ubuntu, kernel 2.6.24 (single-user mode)", "ro", true);
	marks("Failsafe -- openSUSE", "ro", true);
	marks("Arch Linux, with Linux linux (fallback initramfs)", "rw", true);
	marks("Boot SystemRescue using default options", "ro", false);
	marks("Memory test (memtest86+x64.bin)", "", true);
	marks("Memtester (VGA 800x600)", "", true);
	marks("PCMemTest", "", true);
}

static void test_words(void)
{
	marks("a", "ro single", true);
	marks("a", "1", true);
	marks("a", "ro systemd.unit=rescue.target quiet", true);
	marks("a", "ro x=1 single=1", false);
	/* Bottlerocket: a word is up to its second quote, next_arg() */
	marks("a", "ro \"dm-mod.create=root,,,ro,0 8 verity 1 x S 1\" quiet",
	      false);
	marks("a", "dm=\"1 vroot none ro 1,0 8 verity\" quiet", false);
	marks("a", "dm=\"1 vroot none\" single", true);
	marks("a", "x=\"no end single", false);
}

int main(void)
{
	dir_start();
	test_has_word();
	test_titles();
	test_words();
	dir_end();
	return tap_done();
}
