/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * grub.cfg, whole: each folder of tests/fixtures/grub2 is a guest and what its
 * GRUB offers. The file "guest" makes the trees, line by line:
 *
 *	tree N [uuid=U][,label=L][,dev=NAME]	after this the lines of tree N
 *	copy PATH NAME				a file of the folder
 *	file PATH [TEXT]			a file with that text, or "x"
 *	link PATH TARGET
 *	gather N				the tree that is asked
 *
 * "expect" is what is wanted, as show() writes it.
 */
#include <dirent.h>

#include "grub2_scene.h"

static const char root[] = "tests/fixtures/grub2";

static char *read_file(const char *path, size_t *len)
{
	FILE *file = fopen(path, "r");
	char *bytes;
	long size;

	if (!file || fseek(file, 0, SEEK_END) || (size = ftell(file)) < 0 ||
	    fseek(file, 0, SEEK_SET))
		err(1, "%s", path);
	bytes = calloc(1, (size_t)size + 1);
	if (!bytes || fread(bytes, 1, (size_t)size, file) != (size_t)size)
		err(1, "%s", path);
	(void)fclose(file);
	*len = (size_t)size;
	return bytes;
}

static void show_entry(struct text *t, const struct entry *entry)
{
	text_addf(t, "%s\n\t%s\n\t%s", entry->id, entry->title, entry->source);
	if (entry->version)
		text_addf(t, " %s", entry->version);
	if (entry->kind == ENTRY_UKI)
		text_add(t, " uki");
	if (entry->kind == ENTRY_MULTIBOOT)
		text_add(t, " multiboot");
	if (entry->rescue)
		text_add(t, " rescue");
	if (entry->incomplete)
		text_add(t, " incomplete");
	text_addf(t, "\n\t%zu:%s", entry->tree, entry->kernel);
	for (size_t i = 0; i < entry->initrd_count; i++) {
		text_addf(t, "\n\t+ %zu:%s", entry->initrd[i].tree,
			  entry->initrd[i].path);
		if (entry->initrd[i].words)
			text_addf(t, " <%s>", entry->initrd[i].words);
	}
	text_addf(t, "\n\t<%s>\n", entry->cmdline);
}

static void show_index(struct text *t, const char *name, const struct scene *s,
		       long index)
{
	text_addf(t, "%s %s\n", name,
		  index < 0 ? "-" : s->entries.list[index].id);
}

static void show(struct text *t, const struct scene *s)
{
	const struct entries_config *config = &s->entries.config;

	show_index(t, "default", s, config->by_default);
	show_index(t, "saved", s, config->saved);
	if (config->timeout == ENTRIES_WAIT)
		text_add(t, "timeout wait\n");
	else if (config->timeout == ENTRIES_NO_TIMEOUT)
		text_add(t, "timeout -\n");
	else
		text_addf(t, "timeout %d\n", config->timeout);
	for (size_t i = 0; i < s->entries.count; i++)
		show_entry(t, &s->entries.list[i]);
	for (size_t i = 0; i < s->entries.rejected_count; i++)
		text_addf(t, "rejected %s %s\n", s->entries.rejected[i].source,
			  s->entries.rejected[i].reason);
}

static void copy(const char *folder, const char *name, const char *to)
{
	char path[512];
	size_t len;
	char *bytes;

	(void)snprintf(path, sizeof(path), "%s/%s/%s", root, folder, name);
	bytes = read_file(path, &len);
	dir_bytes(to, bytes, len);
	free(bytes);
}

static void guest_line(struct scene *s, const char *folder, char *line)
{
	char *word = strsep(&line, " "), *path, to[512];

	if (!*word || *word == '#')
		return;
	if (strcmp(word, "gather") == 0) {
		s->tree = strtoul(line, NULL, 10);
		return;
	}
	if (strcmp(word, "tree") == 0) {
		(void)strsep(&line, " ");
		add_tree(s, line ? line : "");
		return;
	}
	path = strsep(&line, " ");
	(void)snprintf(to, sizeof(to), "%zu%s", s->guest.tree_count - 1, path);
	if (strcmp(word, "copy") == 0)
		copy(folder, line, to);
	else if (strcmp(word, "file") == 0)
		dir_file(to, line ? line : "x");
	else if (strcmp(word, "link") == 0)
		dir_link(to, line);
	else
		errx(1, "%s/guest: %s", folder, word);
}

static void test_folder(const char *folder)
{
	struct text got = { 0 };
	char path[512], *guest, *at, *want;
	struct scene s;
	size_t len;

	start(&s);
	(void)snprintf(path, sizeof(path), "%s/%s/guest", root, folder);
	guest = at = read_file(path, &len);
	while (at)
		guest_line(&s, folder, strsep(&at, "\n"));
	gather(&s);
	show(&got, &s);
	(void)snprintf(path, sizeof(path), "%s/%s/expect", root, folder);
	want = read_file(path, &len);
	is(text_str(&got), want, folder);
	text_free(&got);
	free(want);
	free(guest);
	end(&s);
}

static void test_fixtures(void)
{
	struct dirent **names;
	int count = scandir(root, &names, NULL, alphasort);

	if (count < 0)
		err(1, "%s", root);
	for (int i = 0; i < count; i++) {
		char path[512];

		(void)snprintf(path, sizeof(path), "%s/%s/guest", root,
			       names[i]->d_name);
		if (*names[i]->d_name != '.' && access(path, R_OK) == 0)
			test_folder(names[i]->d_name);
		free(names[i]);
	}
	free(names);
}

static void test_default(void)
{
	menu_is(ABC, "a b c s>Title D", "a", "no default: the first");
	menu_is("menuentry a { linux /k; }\nmenuentry '' --id '' { linux /k; }\n"
		"submenu s { menuentry x { linux /k; }\n"
		"menuentry '' --id '' { linux /k; }\n}\n",
		"a  s>x ", "a", "no default is not the empty one");
	menu_is("default=1\n" ABC, "a b c s>Title D", "b", "a number");
	menu_is("default=b\n" ABC, "a b c s>Title D", "b", "an id");
	menu_is("default='Title B'\n" ABC, "a b c s>Title D", "b", "a title");
	menu_is("default='2>1'\n" ABC, "a b c s>Title D", "s>Title D",
		"nested numbers");
	menu_is("default='s>c'\n" ABC, "a b c s>Title D", "c", "nested ids");
	menu_is("default='Sub>Title D'\n" ABC, "a b c s>Title D", "s>Title D",
		"nested titles");
	menu_is("default='s>1'\n" ABC, "a b c s>Title D", "s>Title D",
		"an id and a number");
	menu_is("default=2\n" ABC, "a b c s>Title D", "c",
		"a submenu: its first");
	menu_is("default=s\nexport default\n" ABC, "a b c s>Title D", "c",
		"a submenu by its id");
	menu_is("default=9\n" ABC, "a b c s>Title D", "a",
		"no such number: the first");
	menu_is("default=nothing\n" ABC, "a b c s>Title D", "a",
		"no such id: the first");
	menu_is("default=\n" ABC, "a b c s>Title D", "a", "an empty one");
	menu_is("default='2>nothing'\n" ABC, "a b c s>Title D", "c",
		"no such id in the submenu: its first");
	menu_is("default=\"$saved_entry\"\n" ABC, "a b c s>Title D", "a",
		"saved, and nothing saved");
	menu_is("default=0x1\n" ABC, "a b c s>Title D", "b", "hexadecimal");
	menu_is("default=4f2a-6.5\n"
		"menuentry x --id 0a { linux /k; }\n"
		"menuentry y --id 4f2a-6.5 { linux /k; }\n",
		"0a 4f2a-6.5", "4f2a-6.5", "an id that begins with a digit");
	menu_is("default='x>>y'\n"
		"menuentry x { linux /k; }\n"
		"menuentry 'x>y' { linux /k; }\n",
		"x x>>y", "x>>y", "a > in a title is doubled");
	menu_is("submenu s { set default=1\n"
		"menuentry x { linux /k; }\n"
		"menuentry y { linux /k; }\n}\n",
		"s>x s>y", "s>y", "a default of the submenu's own");
}

/* What --explain says of GRUB's default, which is not taken. */
static void passed_over(const char *config, const char *from, const char *want)
{
	struct scene s;

	one_tree(&s, config);
	ok(s.entries.skipped_count == 1, "one sentence for a default");
	is(s.entries.skipped[0].source, from, "where it stands");
	is(s.entries.skipped[0].reason, want, "why it is passed over");
	end(&s);
}

static void test_passed_over(void)
{
	passed_over("default=1\nmenuentry a { linux /k; }\n"
		    "menuentry b { exit; }\n",
		    "/boot/grub/grub.cfg:3",
		    "GRUB's default boots nothing here; there is no fallback "
		    "that does");
	passed_over("default=1\nfallback=a\nmenuentry a { linux /k; }\n"
		    "menuentry b { exit; }\n",
		    "/boot/grub/grub.cfg:4",
		    "GRUB's default boots nothing here; its fallback is taken");
	passed_over("fallback=b\nmenuentry a { linux /k; initrd /none; }\n"
		    "menuentry b { linux /k; }\n",
		    "/boot/grub/grub.cfg:2",
		    "GRUB's default lacks a file; its fallback is taken");
}

/* Fedora's ids begin with a machine id, often with digits. */
static void test_stale_default(void)
{
	menu_is("default=2abc-6.1\n"
		"menuentry a --id 2abc-6.3 { linux /k; }\n"
		"menuentry b --id 2abc-6.2 { linux /k; }\n"
		"menuentry c --id 2abc-0-rescue { linux /k; }\n",
		"2abc-6.3 2abc-6.2 2abc-0-rescue", "2abc-6.3",
		"an id that is gone is no number");
	passed_over("default='s>b'\nmenuentry x { linux /k; }\n"
		    "submenu s { menuentry a { linux /k; }\n}\n",
		    "/boot/grub/grub.cfg",
		    "default=b: there is no such entry; GRUB takes the first");
	passed_over("submenu s { set default=9; menuentry a { linux /k; }\n"
		    "menuentry b { linux /k; }\n}\n",
		    "/boot/grub/grub.cfg",
		    "default=9: there is no such entry; GRUB takes the first");
	passed_over("superusers=root\nmenuentry x { linux /k; }\n",
		    "/boot/grub/grub.cfg",
		    "superusers=root: GRUB asks for a password before what is "
		    "not --unrestricted, kboot does not");
}

/* Flatcar's default entry */
static void test_gptprio(void)
{
	struct scene s;

	one_tree(&s, "menuentry a { gptprio.next -d dev -u uuid\n"
		     "linux /k usr=$uuid\n}\n"
		     "menuentry b { linux /k; }\n");
	ok(s.entries.count == 1 && s.entries.config.by_default < 0,
	   "what goes by partitions' attributes is no entry");
	ok(rejected(&s, ":1", "gptprio.next: goes by attributes"), "told");
	end(&s);
}

static void test_fallback(void)
{
	menu_is("default=0\nfallback='1 3'\n"
		"menuentry a { linux /none; }\n"
		"menuentry b { chainloader +1; }\n"
		"menuentry c { linux /k; }\n"
		"menuentry d { linux /k; }\n",
		"c d", "d", "fallback: the first that boots");
	menu_is("default=1\n"
		"menuentry a { linux /none; }\n"
		"menuentry b { linux /k; }\n",
		"b", "b", "entries that are rejected are counted");
	menu_is("default=0\n"
		"menuentry a { linux /none; }\n"
		"menuentry b { linux /k; }\n",
		"b", NULL, "no fallback: GRUB goes back to its menu");
	menu_is("default=0\nfallback='1 2'\n"
		"menuentry a { linux /k; initrd /none; }\n"
		"menuentry b { linux /k; initrd /none; }\n"
		"menuentry c { linux /k; initrd /i; }\n"
		"menuentry d { linux /k; initrd /i; }\n",
		"a b c d", "c", "without its initrd it is no fallback");
}

/* mkosi's grub.cfg where there is a GRUB for EFI alone. */
static void test_efi_only(void)
{
	menu_is("set timeout=0\n"
		"if [ \"${grub_platform}\" == \"efi\" ]; then\n"
		"menuentry \"debian-6.12\" { linux /k; }\n"
		"fi\n",
		"debian-6.12", "debian-6.12",
		"entries for EFI alone: read so where there are no others");
	menu_is("if [ $grub_platform = efi ]; then\n"
		"menuentry a { linux /k a; }\n"
		"else\n"
		"menuentry b { linux /k b; }\n"
		"fi\n",
		"b", "b", "else as for the BIOS");
}

static void timeout_is(const char *config, int want, const char *name)
{
	struct scene s;
	struct text t = { 0 };

	text_addf(&t, "%s\n" ABC, config);
	one_tree(&s, text_str(&t));
	ok(s.entries.config.timeout == want, "%s: %d", name,
	   s.entries.config.timeout);
	text_free(&t);
	end(&s);
}

static void test_timeout(void)
{
	timeout_is("timeout=5", 5, "timeout");
	timeout_is("timeout=0", 0, "timeout 0");
	timeout_is("timeout=-1", ENTRIES_WAIT, "timeout -1");
	timeout_is("true", ENTRIES_NO_TIMEOUT, "no timeout");
	timeout_is("timeout=", ENTRIES_NO_TIMEOUT, "an empty timeout");
	timeout_is("timeout=0x10", 16, "hexadecimal, as strtoul() has it");
	timeout_is("timeout=010", 8, "octal");
	timeout_is("timeout='5 '", 5, "a blank behind it");
	timeout_is("timeout=abc", ENTRIES_WAIT, "no number");
	timeout_is("timeout=7\nunset timeout", ENTRIES_NO_TIMEOUT,
		   "timeout unset");
	timeout_is("timeout=3; timeout_style=hidden", 3, "hidden");
	timeout_is("if keystatus; then if keystatus --shift; then timeout=-1; "
		   "else timeout=0; fi; fi",
		   0, "nobody holds a key down");
	timeout_is("if sleep --interruptible 3; then timeout=2; fi", 2,
		   "nobody presses one");
}

static void test_lazy(void)
{
	struct scene s;

	one_tree(&s,
		 "v=early\nexport w\n"
		 "menuentry a { linux /k $v $w $1 $2 $# [$default] $chosen; "
		 "}\n"
		 "menuentry b arg { v=changed; linux /k $v \"$2\"; }\n"
		 "menuentry c { linux /k $v; }\n"
		 "submenu s { v2=in; menuentry d { linux /k $v $w $v2; } }\n"
		 "function f { linux /k in f $1; }\n"
		 "menuentry e { f x; }\n"
		 "menuentry g { linux /k $?; }\n"
		 "v=late; w=exported; default=a; false\n");
	loads(&s, 0, "/k <late exported a 1 [] a>",
	      "variables as they are when the entry is chosen");
	loads(&s, 1, "/k <changed arg>", "arguments behind the title");
	loads(&s, 2, "/k <late>", "an entry does not see another's variables");
	loads(&s, 3, "/k <exported in>",
	      "a submenu sees what is exported, and its own");
	loads(&s, 4, "/k <in f x>", "functions");
	/* The setparams that GRUB puts before an entry's commands. */
	loads(&s, 5, "/k <0>", "nothing has failed when an entry begins");
	end(&s);
}

static void test_words(void)
{
	struct scene s;

	one_tree(
		&s,
		"menuentry a { linux /k   x \"a b\" c=\"d e\" f\\\"g h\\'i j\\\\k '' "
		"$nothing \"$nothing\" l; }\n"
		"menuentry b { linux /k dyndbg=\\\"file x +p\\\"; }\n"
		"menuentry c { linux //boot/../k ro;initrd /i /j; }\n"
		"menuentry d { linux (hd0,gpt1)/k; initrd /i; initrd /j; }\n"
		"menuentry e { linux16 /k a; initrd16 /i; }\n"
		"menuentry f { linuxefi /k b; initrdefi /i; }\n"
		"menuentry g { linux ($root)/k; initrd ($root)/i /none; }\n");
	/* lib/cmdline.c: quotes and backslashes escaped, quotes where a blank
	 * is; empty words leave their blank. */
	loads(&s, 0, "/k <x \"a b\" \"c=d e\" f\\\"g h\\'i j\\\\k   l>",
	      "words as GRUB joins them");
	loads(&s, 1, "/k <dyndbg=\\\"file x +p\\\">", "quotes of the kernel's");
	loads(&s, 2, "/k+/i+/j <ro>", "several initrds, a crooked path");
	loads(&s, 3, "/k+/j <>", "a second initrd is instead of the first");
	loads(&s, 4, "/k+/i <a>", "linux16");
	loads(&s, 5, "/k+/i <b>", "linuxefi");
	loads(&s, 6, "/k+/i <>", "a missing initrd");
	ok(s.entries.list[6].incomplete && !s.entries.list[5].incomplete,
	   "leaves the entry incomplete");
	ok(rejected(&s, "grub.cfg:7", "initrd missing: /none"), "and says so");
	end(&s);
}

static void test_rejects(void)
{
	struct scene s;

	one_tree(&s, "true && x=1\n"
		     "true || x=1\n"
		     "true & x=1\n"
		     "menuentry a { linux /k; }\n");
	ok(s.entries.count == 1 && s.entries.rejected_count == 3,
	   "operators of other shells: a line each");
	ok(rejected(&s, ":1", "GRUB has no `&&' here") &&
		   rejected(&s, ":2", "GRUB has no `||' here") &&
		   rejected(&s, ":3", "GRUB has no `&' here"),
	   "named in full");
	end(&s);

	one_tree(&s, "menuentry a { linux /none; initrd /i; }\n"
		     "menuentry b { chainloader +1; }\n"
		     "menuentry c { reboot; }\n"
		     "menuentry d { loopback loop /i; linux (loop)/k; }\n"
		     "menuentry e { true; }\n"
		     "menuentry f { fwsetup; }\n"
		     "menuentry g { linux k; }\n"
		     "menuentry h { linux (tftp)/k; }\n"
		     "menuentry i { }\n"
		     "menuentry j { while true; do true; done; }\n"
		     "menuentry k { linux (hd0,gpt1/k; }\n"
		     "submenu l { true; }\n"
		     "menuentry m { configfile /none.cfg; }\n"
		     "menuentry n { linux /k; }\n"
		     "menuentry o { linux16 /boot/ipxe.lkrn; initrd16 /i; }\n");
	ok(s.entries.count == 1, "what boots nothing is not listed");
	ok(rejected(&s, ":1", "kernel missing: /none"), "kernel missing");
	ok(rejected(&s, ":2", "boot sector"), "chainloader +1");
	ok(rejected(&s, ":3", "reboot"), "reboot");
	ok(rejected(&s, ":4", "/i (loopback)"), "loopback");
	ok(rejected(&s, ":5", "no kernel is loaded"), "nothing");
	ok(rejected(&s, ":6", "fwsetup"), "firmware setup");
	ok(rejected(&s, ":7", "k does not begin with"), "a block list");
	ok(rejected(&s, ":8", "network"), "the network");
	ok(rejected(&s, ":9", "without commands"), "an empty block");
	ok(rejected(&s, ":10", "endless loop"), "an endless loop");
	ok(rejected(&s, ":15", "/boot/ipxe.lkrn: iPXE"), "Debian's ipxe.lkrn");
	ok(rejected(&s, ":11", "a device without its `)'"),
	   "a device without an end");
	ok(rejected(&s, ":12", "without entries"), "an empty submenu");
	ok(rejected(&s, ":13", "/none.cfg"), "a missing file");
	end(&s);
}

/* Each entry is the only one that is booted. */
static void test_loopback(void)
{
	struct scene s;

	one_tree(&s, "menuentry a { loopback loop /i; linux (loop)/k; }\n"
		     "menuentry b { loopback loop /j; linux (loop)/k; }\n"
		     "menuentry c { loopback loop /x.iso; linux (loop)/k; }\n"
		     "menuentry d { loopback l /i; loopback -d l; "
		     "linux (l)/k; }\n"
		     "menuentry e { if loopback l /x.iso; then true; "
		     "else linux /k; fi; }\n"
		     "menuentry f { loopback l /i; loopback l /j; "
		     "linux (l)/k; }\n"
		     "menuentry g { for i in 1 2 3 4 5 6 7 8 9; do\n"
		     "for k in 1 2 3 4 5 6 7 8; do loopback $i$k /i; done\n"
		     "done; linux /k; }\n");
	ok(s.entries.count == 1, "one entry");
	loads(&s, 0, "/k <>", "a missing image is an error");
	ok(rejected(&s, ":1", "inside the image file /i"), "one image");
	ok(rejected(&s, ":2", "inside the image file /j"),
	   "a second entry's device of the same name");
	ok(rejected(&s, ":3", "(loop): image file missing: /x.iso"),
	   "no image");
	ok(rejected(&s, ":4", "(l): deleted by loopback -d"), "loopback -d");
	ok(rejected(&s, ":6", "inside the image file /i"),
	   "a device is not replaced");
	ok(rejected(&s, ":7", "more than 64 loopback devices"), "the limit");
	end(&s);
}

/* To GRUB's functions and devices a submenu is no context of its own. */
static void test_submenu(void)
{
	struct scene s;

	one_tree(&s, "submenu a {\neval 'function f { linux /k $1; }'\n"
		     "loopback l /i\n"
		     "menuentry b { f words; }\n"
		     "menuentry c { linux (l)/k; }\n}\n"
		     "menuentry d { f others; }\n");
	ok(s.entries.count == 1, "one entry");
	loads(&s, 0, "/k <words>", "a function of the submenu");
	ok(rejected(&s, ":5", "inside the image file /i"),
	   "a device of the submenu");
	ok(rejected(&s, ":7", "no kernel is loaded"),
	   "nothing of it is in another entry");
	end(&s);
}

/*
 * lib/cmdline.c of GRUB puts quotes around words with a blank, and hands over
 * tabs and line breaks as they are: to Linux they part words like blanks.
 */
static void test_white_space(void)
{
	struct scene s;

	one_tree(&s, "menuentry a { linux /k \"a\tb\" 'c\nd' e; }\n"
		     "menuentry b { linux /k \"a\tb c\"; }\n"
		     "menuentry c { linux /k a=\"b\\\"c\td\" ; }\n"
		     "menuentry d { multiboot /k \"a\tb\"; module /i x; }\n"
		     "menuentry e { multiboot /k a; module /i \"x\ty\"; }\n");
	ok(s.entries.count == 1, "one entry");
	loads(&s, 0, "/k <a b c d e>", "a tab and a line break in quotes");
	ok(rejected(&s, ":3", "control characters in the command line"),
	   "a tab in quotes that Linux sees, too");
	ok(rejected(&s, ":4", "control characters"),
	   "the same by a quote of its own");
	ok(rejected(&s, ":5", "control characters") &&
		   rejected(&s, ":6", "control characters"),
	   "Xen parts words at blanks alone");
	end(&s);
}

/* Words that are not known do not become a command line. */
static void test_probe(void)
{
	struct scene s;

	one_tree(&s, "menuentry a { probe --set u --fs-uuid $root; "
		     "linux /k root=UUID=$u; }\n"
		     "menuentry b { probe --set p --part-uuid $root; "
		     "linux /k root=PARTUUID=$p; }\n"
		     "probe --set p --part-uuid $root\n");
	ok(s.entries.count == 1, "one entry");
	loads(&s, 0, "/k <root=UUID=UUID>", "probe --fs-uuid");
	ok(rejected(&s, ":2", "probe --part-uuid hd0,gpt1: not known here"),
	   "probe --part-uuid in an entry");
	ok(rejected(&s, ":3", "probe --part-uuid hd0,gpt1: not known here"),
	   "probe --part-uuid outside one");
	end(&s);
}

int main(void)
{
	dir_start();
	test_fixtures();
	test_default();
	test_fallback();
	test_passed_over();
	test_stale_default();
	test_gptprio();
	test_efi_only();
	test_timeout();
	test_lazy();
	test_words();
	test_rejects();
	test_loopback();
	test_submenu();
	test_white_space();
	test_probe();
	dir_end();
	return tap_done();
}
