/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recognising a root file system, and its name: os-release(5). */
#include "entries/os.h"

#include "dir.h"
#include "tap.h"

/* What is said about the directory "t" with this os-release (NULL: none). */
static void looks(const char *release, const char *name, bool is_root,
		  const char *test)
{
	struct tree tree = TREE_NONE;
	struct reason why;
	struct os os;
	char spec[512];

	if (release)
		dir_file("t/etc/os-release", release);
	(void)dir_at("t/");
	(void)snprintf(spec, sizeof(spec), "%s/t", dir_path);
	if (tree_open(&tree, spec, &why))
		errx(1, "%s", why.text);
	os_look(&os, &tree);
	ok(strcmp(os.name, name) == 0 && os.is_root == is_root, "%s: %s", test,
	   os.name);
	tree_close(&tree);
	dir_clear();
}

int main(void)
{
	char longer[OS_NAME_MAX * 2 + 8] = "NAME=";

	dir_start();
	looks(NULL, "", false, "an empty tree");
	looks("PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n"
	      "NAME=\"Debian GNU/Linux\"\nID=debian\n",
	      "Debian GNU/Linux 12 (bookworm)", true, "debian");
	looks("NAME=\"Alpine Linux\"\nPRETTY_NAME=\"Alpine Linux v3.19\"\n",
	      "Alpine Linux v3.19", true, "in the other order");
	looks("NAME='Gentoo'\n", "Gentoo", true, "only NAME");
	looks("# nothing\n", "", true, "a root without a name");
	looks("PRETTY_NAME=\"\"\nNAME=x\n", "x", true, "an empty PRETTY_NAME");
	looks("NAME=\"a\xc2\x9b\xff"
	      "b\"\n",
	      "a???b", true, "bytes that a terminal obeys");
	memset(longer + 5, 'x', OS_NAME_MAX * 2);
	longer[5 + OS_NAME_MAX - 1] = '\n';
	looks(longer, (longer[5 + OS_NAME_MAX - 1] = '\0', longer + 5), true,
	      "as long as may be");
	dir_file("t/usr/lib/os-release", "NAME=Usr\n");
	looks(NULL, "Usr", true, "in /usr/lib");
	dir_file("t/usr/lib/os-release", "NAME=Usr\n");
	dir_link("t/etc/os-release", "../usr/lib/os-release");
	looks(NULL, "Usr", true, "the usual link");
	dir_file("t/etc/fstab", "");
	looks(NULL, "", true, "/etc/fstab");
	dir_file("t/usr/bin/init", "");
	dir_link("t/sbin", "usr/bin");
	looks(NULL, "", true, "/sbin/init");
	dir_file("t/grub/grub.cfg", "");
	looks(NULL, "", false, "a boot file system");
	dir_end();
	return tap_done();
}
