/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Type 1 files: every key of the specification, Fedora's dialect, boot
 * counting, and files that are none.
 */
#include "entries/bls.h"

#include <errno.h>

#include "menu.h"

static struct bls_entry one;
static struct reason why;

static int parse_bytes(const char *text, size_t len, enum bls_order order)
{
	bls_free_entry(&one);
	why.text[0] = '\0';
	return bls_parse(&one, text, len, order, &why);
}

static int parse(const char *text)
{
	return parse_bytes(text, strlen(text), BLS_ORDER_SPEC);
}

/* The example of the specification, with the keys that it lacks. */
static void test_keys(void)
{
	ok(parse("# /boot/loader/entries/6a9857a393724b7a981ebb5b8495b9ea-3.8."
		 "0-2.fc19.x86_64.conf\n"
		 "title        Fedora 19 (Rawhide)\n"
		 "sort-key     fedora\n"
		 "machine-id   6a9857a393724b7a981ebb5b8495b9ea\n"
		 "version      3.8.0-2.fc19.x86_64\n"
		 "options      root=UUID=6d3376e4-fc93-4509-95ec-a21d68011da2 "
		 "quiet\n"
		 "architecture x64\n"
		 "linux        /6a98/3.8.0-2.fc19.x86_64/linux\n"
		 "initrd       /6a98/3.8.0-2.fc19.x86_64/initrd\n"
		 "initrd       /6a98/3.8.0-2.fc19.x86_64/modules\n"
		 "options      ro\n"
		 "devicetree   6a98/tegra20-paz00.dtb\n"
		 "devicetree-overlay /a.dtbo /b.dtbo\n"
		 "extra        /6a98/somedata.cred\n"
		 "uki          /a.efi\n"
		 "uki-url      http://example.com/fooos.efi\n"
		 "profile      1\n"
		 "efi          /shell.efi\n"
		 "future-key   something\n") == 0,
	   "the specification's example");
	is(one.title, "Fedora 19 (Rawhide)", "title");
	is(one.sort_key, "fedora", "sort-key");
	is(one.machine_id, "6a9857a393724b7a981ebb5b8495b9ea", "machine-id");
	is(one.version, "3.8.0-2.fc19.x86_64", "version");
	is(one.architecture, "x64", "architecture");
	is(one.kernel, "/6a98/3.8.0-2.fc19.x86_64/linux", "linux");
	is(one.uki, "/a.efi", "uki");
	is(one.uki_url, "http://example.com/fooos.efi", "uki-url");
	is(one.efi, "/shell.efi", "efi");
	is(one.profile, "1", "profile");
	is(one.extra, "/6a98/somedata.cred", "extra");
	ok(one.initrd_count == 2 && one.initrd_line[1] == 10, "two initrds");
	is(one.initrd[0], "/6a98/3.8.0-2.fc19.x86_64/initrd", "the first");
	is(one.initrd[1], "/6a98/3.8.0-2.fc19.x86_64/modules", "the second");
	ok(one.option_count == 2, "two lines of options");
	is(one.options[1], "ro", "the second of them");
	ok(one.tries_left == -1 && one.tries_done == -1, "not counted");
}

static void test_lines(void)
{
	char *text;

	ok(parse(" \t title \t a  b \t\n\n   \n#linux /a\n # linux /b\n"
		 "linux\t/c\n") == 0,
	   "blanks, empty lines, comments");
	is(one.title, "a  b", "blanks inside stay");
	is(one.kernel, "/c", "no comment is taken");
	ok(one.kernel_line == 6, "the line of the kernel: %u", one.kernel_line);
	ok(parse("\xef\xbb\xbftitle x\r\nlinux /k\r\n\r\ninitrd /i\r\n") == 0,
	   "BOM and CR LF");
	is(one.title, "x", "no BOM before the first key");
	is(one.kernel, "/k", "no CR behind a value");
	ok(one.initrd_line[0] == 4, "CR LF is one line break");
	ok(parse("linux /k\ntitle") == 0 && !one.title, "a key alone");
	ok(parse("linux /k\ntitle \"Quoted\"\noptions 'a b' c='d'\n"
		 "options a='d'\n") == 0,
	   "quotes");
	is(one.title, "Quoted", "systemd-boot takes them off a whole value");
	is(one.options[0], "a b' c='d", "and looks at its two ends alone");
	is(one.options[1], "a='d'", "both are needed");
	ok(parse("linux /k\nlinux \"\"\ntitle ''\ninitrd \"\"\n") == 0,
	   "nothing in quotes");
	is(one.kernel, "/k", "takes the place of nothing");
	ok(!one.title && one.initrd_count == 0, "and is nothing");
	ok(parse("linux \"\"\n") == -EINVAL, "also where a kernel should be");
	ok(parse("linux /a\nlinux /b\ntitle 1\ntitle 2\n") == 0, "keys twice");
	is(one.kernel, "/b", "systemd-boot: the last");
	ok(parse_bytes("linux /a\nlinux /b\ntitle \"1\"\ntitle 2\n", 38,
		       BLS_ORDER_GRUB) == 0,
	   "for GRUB");
	is(one.kernel, "/a", "GRUB: the first");
	is(one.title, "\"1\"", "and no quotes taken off");
	ok(parse("Linux /a\nLINUX /b\nlinux/c /d\n") == -EINVAL,
	   "keys are exact: %s", why.text);
	ok(parse("linux /k\noptions a\noptions b  c\noptions\n") == 0,
	   "options");
	text = bls_options(&one);
	is(text, "a b  c", "are joined by a blank");
	free(text);
	ok(parse("linux /k\n") == 0, "without options");
	text = bls_options(&one);
	is(text, "", "none");
	free(text);
}

static void test_broken(void)
{
	char *big = malloc(40000);
	size_t len = 0;

	ok(parse("") == -EINVAL, "no bytes");
	is(why.text, "has no linux, efi or uki line", "say so");
	ok(parse("title only\n") == -EINVAL, "no kernel");
	ok(parse("uki-url :fooos.efi\n") == -EINVAL, "on the network");
	is(why.text, "its kernel is on the network: :fooos.efi", "says so");
	ok(parse_bytes("\0\0\0\0", 4, BLS_ORDER_SPEC) == -EINVAL,
	   "zeroes, as FAT leaves them after a crash");
	is(why.text, "no linux line before the NUL byte in line 0", "says so");
	ok(parse_bytes("linux /k\ntitle a\0b\nversion 1\n", 29,
		       BLS_ORDER_SPEC) == 0,
	   "a NUL byte");
	is(one.title, "a", "ends the file");
	is(one.version, NULL, "as for the loaders");
	ok(parse_bytes("\xff\xfel\0i\0n\0u\0x\0", 12, BLS_ORDER_SPEC) ==
		   -EINVAL,
	   "UTF-16");
	is(why.text, "is UTF-16, not UTF-8", "says so");
	for (int i = 0; big && i <= BLS_LINES_MAX; i++)
		len += (size_t)sprintf(big + len, "initrd /%d\n", i);
	ok(parse_bytes(big, len, BLS_ORDER_SPEC) == -EINVAL, "many initrds");
	is(why.text, "more than 256 lines of initrd", "say so");
	free(big);
}

static void counters(const char *name, const char *want, int left, int done)
{
	char copy[128];
	int got_left, got_done;

	(void)snprintf(copy, sizeof(copy), "%s", name);
	ok(bls_take_counters(copy, &got_left, &got_done) == (left >= 0) &&
		   !strcmp(copy, want) && got_left == left && got_done == done,
	   "%s: %s %d %d", name, copy, got_left, got_done);
}

static void test_counters(void)
{
	counters("foo", "foo", -1, -1);
	counters("foo+3", "foo", 3, 0);
	counters("foo+2-1", "foo", 2, 1);
	counters("foo+0-3", "foo", 0, 3);
	counters("foo+00-0003", "foo", 0, 3);
	counters("foo+0", "foo", 0, 0);
	counters("6.12.9+deb12-amd64", "6.12.9+deb12-amd64", -1, -1);
	counters("6.12.9+deb12-amd64+3-0", "6.12.9+deb12-amd64", 3, 0);
	counters("a+1-2+3-4", "a+1-2", 3, 4);
	counters("foo+", "foo+", -1, -1);
	counters("foo+-1", "foo+-1", -1, -1);
	counters("foo+1-", "foo+1-", -1, -1);
	counters("foo+1-2-3", "foo+1-2-3", -1, -1);
	counters("foo+ 1", "foo+ 1", -1, -1);
	counters("foo+99999999999", "foo+99999999999", -1, -1);
	counters("+3", "", 3, 0);
}

static const char *get(const void *context, const char *name)
{
	if (strcmp(name, "kernelopts") == 0)
		return "root=/dev/vda1 ro";
	if (strcmp(name, "a_1") == 0)
		return "$kernelopts";
	return strcmp(name, "empty") == 0 ? "" : NULL;
}

static void expands(const char *text, const char *want)
{
	char *got = bls_expand(text, get, NULL);

	is(got, want, text);
	free(got);
}

static void test_expand(void)
{
	expands("", "");
	expands("root=x quiet", "root=x quiet");
	expands("$kernelopts quiet", "root=/dev/vda1 ro quiet");
	expands("${kernelopts} quiet", "root=/dev/vda1 ro quiet");
	expands("a $tuned_params b", "a  b");
	expands("$empty$kernelopts", "root=/dev/vda1 ro");
	expands("x=$a_1", "x=$kernelopts");
	expands("a$", "a");
	expands("$$kernelopts$", "root=/dev/vda1 ro");
	expands("${kernelopts", "{kernelopts");
	expands("${}x", "x");
	expands("$kernelopts/x", "root=/dev/vda1 ro/x");
}

static void test_names(void)
{
	ok(bls_is_named("6a98-6.1", "6a98-6.1"), "an id");
	ok(bls_is_named("6a98-6.1", "6a98-6.1.conf"), "with .conf");
	ok(bls_is_named("Foo", "foo.EFI"), "with .efi, in any case");
	ok(!bls_is_named("6a98-6.1", "6a98-6.1.1"), "another one");
	ok(!bls_is_named("6a98-6.1", "6a98"), "a part of one");
}

static void test_directory(void)
{
	static char big[BLS_FILE_MAX + 2];
	struct menu_scene s;
	struct bls_list list;

	memset(big, '#', sizeof(big) - 1);
	dir_file("a/loader/entries/x-6.1.0-9.conf", "linux /9\n");
	dir_file("a/loader/entries/x-6.1.0-13.CONF", "linux /13\n");
	dir_file("a/loader/entries/x-6.1.0-14+0-3.conf", "linux /14\n");
	dir_file("a/loader/entries/.hidden.conf", "linux /h\n");
	dir_file("a/loader/entries/notes.txt", "linux /n\n");
	dir_file("a/loader/entries/.conf", "linux /c\n");
	dir_file("a/loader/entries/big.conf", big);
	dir_file("a/loader/entries/esc\x1b[2J.conf", "linux /e\n");
	(void)dir_at("a/loader/entries/dir.conf/");
	if (mkfifo(dir_at("a/loader/entries/fifo.conf"), 0644))
		err(1, "mkfifo");
	dir_link("a/loader/entries/loop.conf", "loop.conf");
	menu_open(&s, "a");
	ok(bls_read(&list, &s.entries, &s.guest, 0, "/loader/entries",
		    BLS_ORDER_SPEC, &why) == 0 &&
		   list.count == 3,
	   "files that are entries");
	is(list.list[0].id, "x-6.1.0-13", "newest first");
	is(list.list[1].id, "x-6.1.0-9", "then the older");
	is(list.list[2].id, "x-6.1.0-14", "last what has failed");
	ok(list.list[2].tries_left == 0 && list.list[2].tries_done == 3,
	   "three times");
	is(list.list[2].path, "/loader/entries/x-6.1.0-14+0-3.conf", "path");
	is(list.list[0].source, "/loader/entries/x-6.1.0-13.CONF:1", "source");
	bls_free(&list);
	ok(menu_rejected(&s, "/loader/entries/big.conf", "65536 bytes"), "big");
	ok(menu_rejected(&s, "/loader/entries/dir.conf", "directory"), "dir");
	ok(menu_rejected(&s, "/loader/entries/fifo.conf", "no regular file"),
	   "FIFO");
	ok(menu_rejected(&s, "/loader/entries/loop.conf", "symbolic links"),
	   "loop");
	ok(menu_rejected(&s, "/loader/entries/esc?[2J.conf", "control"),
	   "a name that commands terminals");
	ok(s.entries.rejected_count == 5, "no more");

	ok(bls_read(&list, &s.entries, &s.guest, 0, "/loader/entries",
		    BLS_ORDER_GRUB, &why) == 0 &&
		   list.count == 2,
	   "as GRUB reads it");
	is(list.list[0].id, "x-6.1.0-14+0-3", "which counts no tries");
	bls_free(&list);
	ok(bls_read(&list, &s.entries, &s.guest, 0, "/boot/loader/entries",
		    BLS_ORDER_GRUB, &why) == -ENOENT,
	   "no directory");
	menu_end(&s);
}

/*
 * systemd-boot: endswith_no_case(f->FileName, u".conf") (boot.c); GRUB's
 * blscfg: grub_strcmp (filename + n - 5, ".conf").
 */
static void test_case_of_ending(void)
{
	struct menu_scene s;
	struct bls_list list;

	dir_file("a/loader/entries/one.conf", "linux /1\n");
	dir_file("a/loader/entries/TWO.CONF", "linux /2\n");
	dir_file("a/loader/entries/three.Conf", "linux /3\n");
	menu_open(&s, "a");
	ok(bls_read(&list, &s.entries, &s.guest, 0, "/loader/entries",
		    BLS_ORDER_SPEC, &why) == 0 &&
		   list.count == 3,
	   "systemd-boot takes .CONF");
	bls_free(&list);
	ok(bls_read(&list, &s.entries, &s.guest, 0, "/loader/entries",
		    BLS_ORDER_GRUB, &why) == 0 &&
		   list.count == 1 && strcmp(list.list[0].id, "one") == 0,
	   "GRUB does not");
	bls_free(&list);
	menu_end(&s);
}

/* systemd-boot keeps "auto-" for entries of its own making; GRUB does not. */
static void test_auto(void)
{
	struct menu_scene s;
	struct bls_list list;

	dir_file("a/loader/entries/auto-x.conf", "linux /1\n");
	dir_file("a/loader/entries/AUTO-y.conf", "linux /2\n");
	dir_file("a/loader/entries/autox.conf", "linux /3\n");
	menu_open(&s, "a");
	ok(bls_read(&list, &s.entries, &s.guest, 0, "/loader/entries",
		    BLS_ORDER_SPEC, &why) == 0 &&
		   list.count == 1 && strcmp(list.list[0].id, "autox") == 0,
	   "auto-* is passed over");
	bls_free(&list);
	ok(bls_read(&list, &s.entries, &s.guest, 0, "/loader/entries",
		    BLS_ORDER_GRUB, &why) == 0 &&
		   list.count == 3,
	   "but not by GRUB");
	bls_free(&list);
	menu_end(&s);
}

/* What a hostile guest may have: names beyond every limit. */
static void test_many(void)
{
	static char words[60000];
	struct menu_scene s;
	struct bls_list list;
	char name[64];

	memset(words, 'x', sizeof(words) - 1);
	memcpy(words, "linux /k\noptions ", 17);
	for (int i = 0; i < 300; i++) {
		(void)snprintf(name, sizeof(name), "a/loader/entries/%d.conf",
			       i);
		dir_file(name, words);
	}
	menu_open(&s, "a");
	ok(bls_read(&list, &s.entries, &s.guest, 0, "/loader/entries",
		    BLS_ORDER_SPEC, &why) == 0,
	   "300 files of 60 000 bytes");
	ok(list.count == 280 && s.entries.rejected_count == 1,
	   "16 MiB are read: %zu", list.count);
	bls_free(&list);
	menu_end(&s);

	for (int i = 0; i < TREE_NAMES_MAX + 100; i++) {
		(void)snprintf(name, sizeof(name), "a/loader/entries/%d.conf",
			       i);
		dir_file(name, "linux /k\n");
	}
	menu_open(&s, "a");
	ok(bls_read(&list, &s.entries, &s.guest, 0, "/loader/entries",
		    BLS_ORDER_SPEC, &why) == 0 &&
		   list.count == TREE_NAMES_MAX,
	   "more files than are looked at");
	ok(menu_rejected(&s, "/loader/entries", "more than 16384"), "is told");
	bls_free(&list);
	menu_end(&s);
}

int main(void)
{
	dir_start();
	test_keys();
	test_lines();
	test_broken();
	test_counters();
	test_expand();
	test_names();
	test_directory();
	test_case_of_ending();
	test_auto();
	test_many();
	bls_free_entry(&one);
	dir_end();
	return tap_done();
}
