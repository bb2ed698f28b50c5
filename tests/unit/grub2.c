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
#include "entries/grub2.h"

#include <dirent.h>

#include "base/text.h"
#include "dir.h"
#include "efi_file.h"
#include "entries/grub2_lex.h"
#include "entries/grub2_run.h"
#include "tap.h"

enum { TREES = 4 };

static const char root[] = "tests/fixtures/grub2";

struct scene {
	struct settings settings;
	char *names[TREES];
	struct tree trees[TREES];
	struct guest guest;
	struct entries entries;
	struct reason why;
	size_t tree;
};

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

static void start(struct scene *s)
{
	static const struct scene empty;

	*s = empty;
	s->entries.by_default = s->entries.config.by_default = -1;
	s->entries.config.saved = -1;
	s->entries.config.timeout = ENTRIES_NO_TIMEOUT;
	if (settings_command_line(&s->settings, "", 0, &s->why))
		errx(1, "%s", s->why.text);
}

/* A tree in directory "0", "1", ... */
static void add_tree(struct scene *s, const char *names)
{
	if (s->guest.tree_count == TREES)
		errx(1, "too many trees");
	s->names[s->guest.tree_count++] = strdup(names);
}

static void gather(struct scene *s)
{
	for (size_t i = 0; i < s->guest.tree_count; i++) {
		struct text spec = { 0 };
		char sub[24];

		(void)snprintf(sub, sizeof(sub), "%zu/", i);
		text_add(&spec, dir_at(sub));
		/* Without the slash at the end */
		spec.data[--spec.len] = '\0';
		text_addf(&spec, "%s%s", *s->names[i] ? "," : "", s->names[i]);
		if (tree_open(&s->trees[i], text_str(&spec), &s->why))
			errx(1, "%s", s->why.text);
		text_free(&spec);
	}
	s->guest.trees = s->trees;
	s->guest.settings = &s->settings;
	if (grub2_gather(&s->entries, &s->guest, s->tree, &s->why))
		errx(1, "%s", s->why.text);
}

static void end(struct scene *s)
{
	entries_free(&s->entries);
	for (size_t i = 0; i < s->guest.tree_count; i++) {
		tree_close(&s->trees[i]);
		free(s->names[i]);
	}
	settings_free(&s->settings);
	dir_clear();
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

/* ---- fixtures ---- */

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

/* ---- single configurations ---- */

/* One tree of the file system "UUID" on vda1, kernels in / and /boot. */
static void one_tree(struct scene *s, const char *config)
{
	start(s);
	add_tree(s, "uuid=UUID,label=LABEL,dev=/dev/vda1");
	dir_file("0/boot/grub/grub.cfg", config);
	dir_file("0/k", "x");
	dir_file("0/i", "x");
	dir_file("0/j", "x");
	gather(s);
}

/* What entry @i is loaded with: kernel+initrd+... <words> */
static void loads(const struct scene *s, size_t i, const char *want,
		  const char *name)
{
	const struct entry *entry = &s->entries.list[i];
	struct text got = { 0 };

	if (i < s->entries.count) {
		text_add(&got, entry->kernel);
		for (size_t k = 0; k < entry->initrd_count; k++)
			text_addf(&got, "+%s", entry->initrd[k].path);
		text_addf(&got, " <%s>", entry->cmdline);
	}
	is(text_str(&got), want, name);
	text_free(&got);
}

static bool rejected(const struct scene *s, const char *source,
		     const char *reason)
{
	for (size_t i = 0; i < s->entries.rejected_count; i++)
		if (strstr(s->entries.rejected[i].source, source) &&
		    strstr(s->entries.rejected[i].reason, reason))
			return true;
	return false;
}

/* A configuration of entries "linux /k WORDS": the ids, and which is first. */
static void menu_is(const char *config, const char *ids, const char *first,
		    const char *name)
{
	struct text got = { 0 };
	struct scene s;
	long index;

	one_tree(&s, config);
	for (size_t i = 0; i < s.entries.count; i++)
		text_addf(&got, "%s%s", i ? " " : "", s.entries.list[i].id);
	is(text_str(&got), ids, name);
	index = s.entries.config.by_default;
	is(index < 0 ? NULL : s.entries.list[index].id, first, name);
	text_free(&got);
	end(&s);
}

#define ABC                                                                    \
	"menuentry 'Title A' --id a { linux /k; }\n"                           \
	"menuentry 'Title B' --id b { linux /k; }\n"                           \
	"submenu 'Sub' --id s {\n"                                             \
	"  menuentry 'Title C' --id c { linux /k; }\n"                         \
	"  menuentry 'Title D' { linux /k; }\n"                                \
	"}\n"

static void test_default(void)
{
	menu_is(ABC, "a b c s>Title D", "a", "no default: the first");
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
		 "v=late; w=exported; default=a\n");
	loads(&s, 0, "/k <late exported a 1 [] a>",
	      "variables as they are when the entry is chosen");
	loads(&s, 1, "/k <changed arg>", "arguments behind the title");
	loads(&s, 2, "/k <late>", "an entry does not see another's variables");
	loads(&s, 3, "/k <exported in>",
	      "a submenu sees what is exported, and its own");
	loads(&s, 4, "/k <in f x>", "functions");
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
		     "menuentry d { loopback loop /x.iso; linux (loop)/k; }\n"
		     "menuentry e { true; }\n"
		     "menuentry f { fwsetup; }\n"
		     "menuentry g { linux k; }\n"
		     "menuentry h { linux (tftp)/k; }\n"
		     "menuentry i { }\n"
		     "menuentry j { while true; do true; done; }\n"
		     "menuentry k { linux (hd0,gpt1/k; }\n"
		     "submenu l { true; }\n"
		     "menuentry m { configfile /none.cfg; }\n"
		     "menuentry n { linux /k; }\n");
	ok(s.entries.count == 1, "what boots nothing is not listed");
	ok(rejected(&s, ":1", "kernel missing: /none"), "kernel missing");
	ok(rejected(&s, ":2", "boot sector"), "chainloader +1");
	ok(rejected(&s, ":3", "reboot"), "reboot");
	ok(rejected(&s, ":4", "/x.iso (loopback)"), "loopback");
	ok(rejected(&s, ":5", "no kernel is loaded"), "nothing");
	ok(rejected(&s, ":6", "fwsetup"), "firmware setup");
	ok(rejected(&s, ":7", "k does not begin with"), "a block list");
	ok(rejected(&s, ":8", "network"), "the network");
	ok(rejected(&s, ":9", "without commands"), "an empty block");
	ok(rejected(&s, ":10", "endless loop"), "an endless loop");
	ok(rejected(&s, ":11", "no `)'"), "a device without an end");
	ok(rejected(&s, ":12", "without entries"), "an empty submenu");
	ok(rejected(&s, ":13", "/none.cfg"), "a missing file");
	end(&s);
}

static void test_devices(void)
{
	static const char config[] =
		"menuentry a { search --set=root --fs-uuid bbbb; linux /k; }\n"
		"menuentry b { search -l --set=root BETA; linux /k; }\n"
		"menuentry c { search --file /only-b --set; linux /k; }\n"
		"menuentry d { linux (lvm/vg-l--v)/k; }\n"
		"menuentry e { search.fs_uuid BBBB r; linux ($r)/k; }\n"
		"menuentry f { search --no-floppy --fs-uuid --set BBBB; "
		"linux /k; }\n"
		"menuentry g { set root=(hd1,msdos2); linux /k; }\n"
		"menuentry h { search --fs-uuid --set=root NONE; linux /k; }\n"
		"menuentry i { probe -u (lvm/vg-l--v) --set=u; linux /k u=$u; "
		"}\n"
		"menuentry j { for d in (*); do if [ -f $d/only-b ]; then "
		"linux $d/k; fi; done; }\n"
		"menuentry k { search --fs-uuid --set=root --hint-bios=hd9,gpt9 "
		"--hint-new=x --hint='a' BBBB; linux /k; }\n"
		"menuentry l { linux (mduuid/1234)/only-b; }\n"
		"menuentry m { linux /only-b; }\n";
	struct text got = { 0 };
	struct scene s;

	start(&s);
	add_tree(&s, "uuid=AAAA,label=ALPHA,dev=/dev/vda1");
	add_tree(&s, "uuid=BBBB,label=BETA,dev=/dev/vg/l-v");
	dir_file("0/boot/grub/grub.cfg", config);
	dir_file("0/k", "x");
	dir_file("1/k", "x");
	dir_file("1/only-b", "x");
	gather(&s);
	for (size_t i = 0; i < s.entries.count; i++)
		text_addf(&got, "%s%zu ", s.entries.list[i].title,
			  s.entries.list[i].tree);
	/* m: /only-b is not where $root says. l: nobody can tell which. */
	is(text_str(&got), "a1 b1 c1 d1 e1 f1 g0 h0 i0 j1 k1 l1 ",
	   "each way to a tree");
	is(s.entries.list[8].cmdline, "u=BBBB", "probe");
	ok(rejected(&s, ":13", "kernel missing: /only-b"),
	   "a device that is known is the only one looked at");
	text_free(&got);
	end(&s);

	/* A captured configuration: nobody knows what the file system is. */
	start(&s);
	add_tree(&s, "");
	dir_file("0/boot/grub/grub.cfg",
		 "search --no-floppy --fs-uuid --set=root 1234-ABCD\n"
		 "menuentry a { set root='hd0,msdos5'\n linux /k; }\n"
		 "menuentry b { linux /boot/k2; }\n");
	dir_file("0/k", "x");
	dir_file("0/boot/k2", "x");
	gather(&s);
	ok(s.entries.count == 2, "a tree without a name is what it must be");
	end(&s);
}

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

static void environment(const char *values)
{
	struct text t = { 0 };

	text_addf(&t, "# GRUB Environment Block\n%s##########", values);
	dir_file("0/boot/grub/grubenv", text_str(&t));
	text_free(&t);
}

/* What 00_header of grub-mkconfig makes of grubenv. */
static void test_environment(void)
{
	static const char header[] =
		"if [ -s $prefix/grubenv ]; then load_env; fi\n"
		"if [ \"${next_entry}\" ] ; then\n"
		"   set default=\"${next_entry}\"\n"
		"   set next_entry=\n   save_env next_entry\n"
		"   set boot_once=true\nelse\n"
		"   set default=\"${saved_entry}\"\nfi\n"
		"if [ \"${prev_saved_entry}\" ]; then\n"
		"  set saved_entry=\"${prev_saved_entry}\"\n"
		"  save_env saved_entry\n  set prev_saved_entry=\n"
		"  save_env prev_saved_entry\n  set boot_once=true\nfi\n" ABC;
	static const struct {
		const char *values;
		const char *by_default;
		const char *saved;
		const char *name;
	} cases[] = {
		{ "saved_entry=b\n", "b", "b", "grub-set-default" },
		{ "saved_entry=s>c\nnext_entry=b\n", "b", "c",
		  "grub-reboot: once, the saved one stays" },
		{ "saved_entry=b\nprev_saved_entry=a\n", "b", "a",
		  "prev_saved_entry is the saved one from now on" },
		{ "saved_entry=gone\n", "a", NULL, "a saved one that is gone" },
		{ "saved_entry=2>1\n", "s>Title D", "s>Title D",
		  "saved numbers" },
		{ "", "a", NULL, "nothing saved" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct entries_config *config;
		struct scene s;

		environment(cases[i].values);
		one_tree(&s, header);
		config = &s.entries.config;
		is(s.entries.list[config->by_default].id, cases[i].by_default,
		   cases[i].name);
		is(config->saved < 0 ? NULL : s.entries.list[config->saved].id,
		   cases[i].saved, cases[i].name);
		end(&s);
	}

	/* Not read by the configuration, and still what "saved" means. */
	environment("saved_entry=b\n");
	{
		struct scene s;

		one_tree(&s, ABC);
		ok(s.entries.config.by_default == 0 &&
			   s.entries.config.saved == 1,
		   "saved_entry without load_env");
		end(&s);
	}
}

/* blscfg expands first, and then sees whether there are options. */
static void test_default_kernelopts(void)
{
	static const char config[] =
		"load_env\nset default_kernelopts=\"root=Z ro\"\nblscfg\n";
	struct scene s;

	dir_file("0/loader/entries/c.conf",
		 "title C\nlinux /k\noptions $kernelopts $tuned_params\n");
	dir_file("0/loader/entries/b.conf", "title B\nlinux /k\n");
	dir_file("0/loader/entries/a.conf",
		 "title A\nlinux /k\noptions $kernelopts quiet\n");
	one_tree(&s, config);
	loads(&s, 0, "/k <root=Z ro>", "rhel 8: options expand to nothing");
	loads(&s, 1, "/k <root=Z ro>", "no options");
	loads(&s, 2, "/k <quiet>", "one word that is no variable");
	end(&s);

	dir_file("0/loader/entries/c.conf",
		 "title C\nlinux /k\noptions $kernelopts $tuned_params\n");
	environment("kernelopts=root=Y\n");
	one_tree(&s, config);
	loads(&s, 0, "/k <root=Y>", "kernelopts of grubenv");
	end(&s);
}

/* save_env and then load_env: as if it had been written. */
static void test_save_env(void)
{
	struct scene s;

	environment("n=old\ng=gone\nm=file\n");
	one_tree(
		&s,
		"load_env\n"
		"n=new\nsave_env n\nn=\n"
		"unset g\nsave_env g\n"
		"m=unsaved\n"
		"load_env n g\n"
		"menuentry a { linux /k [$n] [$g] [$m]; }\n"
		"menuentry b { n=b; save_env n; n=; load_env n; linux /k $n; }\n"
		"menuentry c { load_env; linux /k $n $m; }\n");
	loads(&s, 0, "/k <[new] [] [unsaved]>", "what was saved is loaded");
	loads(&s, 1, "/k <b>", "in an entry");
	loads(&s, 2, "/k <new file>", "whose saving others do not see");
	end(&s);

	one_tree(&s, "n=1\nsave_env n\nn=2\nload_env\n"
		     "menuentry a { linux /k $n; }\n");
	loads(&s, 0, "/k <2>", "there is no file to save to");
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

/* Linux's order of disks is not GRUB's: names of disks are guesses. */
static void test_disk_names(void)
{
	struct scene s;

	start(&s);
	add_tree(&s, "uuid=AAAA,dev=/dev/vdb1");
	add_tree(&s, "uuid=BBBB,dev=/dev/vda1");
	dir_file(
		"0/boot/grub/grub.cfg",
		"menuentry a { set root='hd0,gpt1'; linux /k; }\n"
		"menuentry b { set root='hd0,msdos1'; linux /k; }\n"
		"menuentry c { search --set=root --fs-uuid BBBB; linux /k; }\n"
		"menuentry d { search --set=root --fs-uuid BBBB; linux /j; }\n");
	dir_file("0/k", "x");
	dir_file("1/j", "x");
	gather(&s);
	ok(s.entries.count == 3 && s.entries.list[0].tree == 0 &&
		   s.entries.list[1].tree == 0,
	   "a file is looked for on other disks than the name's");
	ok(rejected(&s, ":3", "kernel missing: /k") &&
		   s.entries.list[2].tree == 1,
	   "but not on others than search found");
	end(&s);
}

/* An os-prober entry of a disk that is not there. */
static void test_absent_disk(void)
{
	static const char config[] =
		"menuentry a { set root='hd1,gpt1'; search --no-floppy "
		"--fs-uuid --set=root 1111-2222; linux /k; }\n"
		"menuentry b { set root='hd0,gpt1'; search --no-floppy "
		"--fs-uuid --set=root 1111-2222; linux /k; }\n"
		"menuentry c { set root='lvm/vg-old'; search --fs-uuid "
		"--set=root 1111-2222; linux /k; }\n"
		"menuentry d { set root='md/7'; search --fs-uuid --set=root "
		"1111-2222; linux /k; }\n"
		"menuentry e { set root='hd1,gpt1'; search --fs-uuid "
		"--set=root AAAA; linux /k; }\n"
		"menuentry f { set root='hd1,gpt1'; linux /k; }\n"
		"menuentry g { set root='hd1,gpt1'; search --fs-uuid "
		"--set=root 1111-2222; set root=hd0,gpt1; linux /k; }\n";
	struct text got = { 0 };
	struct scene s;

	start(&s);
	add_tree(&s, "uuid=AAAA,dev=/dev/vda1");
	dir_file("0/boot/grub/grub.cfg", config);
	dir_file("0/k", "x");
	gather(&s);
	for (size_t i = 0; i < s.entries.count; i++)
		text_add(&got, s.entries.list[i].title);
	is(text_str(&got), "befg", "another disk's kernel is not this one's");
	ok(rejected(&s, ":1",
		    "(hd1,gpt1): no file system with UUID 1111-2222 is here"),
	   "the reason names both");
	ok(rejected(&s, ":3", "1111-2222") && rejected(&s, ":4", "1111-2222"),
	   "volumes and arrays too");
	text_free(&got);
	end(&s);

	start(&s);
	add_tree(&s, "uuid=AAAA,dev=/dev/vda1");
	add_tree(&s, "label=X,dev=/dev/vda2");
	dir_file("0/boot/grub/grub.cfg", config);
	dir_file("0/k", "x");
	dir_file("1/x", "x");
	gather(&s);
	ok(s.entries.count == 7, "a tree of an unknown UUID may be it");
	end(&s);

	start(&s);
	add_tree(&s, "uuid=AAAA,dev=/dev/sdb1");
	dir_file("0/boot/grub/grub.cfg",
		 "menuentry a { set root='hd1,msdos1'; search --fs-uuid "
		 "--set=root 1111-2222; linux /k; }\n");
	dir_file("0/k", "x");
	gather(&s);
	ok(s.entries.count == 1, "the second disk's copy has a new UUID");
	end(&s);
}

/* Ubuntu: /boot is a data set of the pool "bpool". */
static void test_dataset(void)
{
	struct scene s;

	start(&s);
	add_tree(&s, "uuid=1234567890123456,label=bpool");
	dir_file("0/grub/grub.cfg",
		 "set prefix=($root)'/BOOT/ubuntu_abc@/grub'\n"
		 "if [ -s $prefix/grubenv ]; then load_env; fi\n"
		 "search --fs-uuid --set=root 1234567890123456\n"
		 "menuentry a { linux /BOOT/ubuntu_abc@/vmlinuz-5 $x\n"
		 "initrd /BOOT/ubuntu_abc@/initrd.img-5\n}\n"
		 "menuentry b { linux /BOOT/ubuntu_abc@snap/vmlinuz-5; }\n");
	dir_file("0/grub/grubenv", "# GRUB Environment Block\nx=y\n####");
	dir_file("0/vmlinuz-5", "x");
	dir_file("0/initrd.img-5", "x");
	gather(&s);
	loads(&s, 0, "/vmlinuz-5+/initrd.img-5 <y>", "ZFS: the data set");
	ok(rejected(&s, ":7",
		    "kernel missing: /BOOT/ubuntu_abc@snap/vmlinuz-5"),
	   "a snapshot is another file system");
	end(&s);
}

/* ---- limits ---- */

static void big(struct text *t, size_t entries)
{
	text_add(t, "timeout=5\n");
	for (size_t i = 0; i < entries; i++)
		text_addf(t,
			  "menuentry 'entry %zu' --class os --id e%zu {\n"
			  "\tload_video\n\tset root='hd0,gpt1'\n"
			  "\tif [ x$feature_platform_search_hint = xy ]; then\n"
			  "\tsearch --no-floppy --fs-uuid --set=root UUID\n"
			  "\tfi\n\tlinux /k root=UUID=x ro quiet\n"
			  "\tinitrd /i\n}\n",
			  i, i);
}

static void test_limits(void)
{
	struct text t = { 0 };
	struct scene s;

	big(&t, 1000);
	one_tree(&s, text_str(&t));
	ok(s.entries.count == 1000 && !s.entries.rejected_count,
	   "1000 entries");
	end(&s);
	text_free(&t);

	for (size_t i = 0; i < ENTRIES_MAX + 10; i++)
		text_add(&t, "menuentry a { linux /k; }\n");
	one_tree(&s, text_str(&t));
	ok(s.entries.count > 1000 && s.entries.count <= ENTRIES_MAX,
	   "too many entries: %zu are listed", s.entries.count);
	ok(rejected(&s, "grub.cfg", "more than"), "the rest is not");
	end(&s);
	text_free(&t);

	for (size_t i = 0; t.len <= GRUB2_SOURCE_MAX; i++)
		text_add(&t, "# ------------------------------------------\n");
	one_tree(&s, text_str(&t));
	ok(rejected(&s, "grub.cfg", "more than 33554432 bytes"),
	   "a file that is too large");
	end(&s);
	text_free(&t);

	one_tree(&s, "menuentry a { linux /k; }\n"
		     "while true; do\n true; done\n"
		     "menuentry b { linux /k; }\n");
	ok(s.entries.count == 2 && s.entries.rejected_count == 1 &&
		   rejected(&s, "grub.cfg:2", "endless loop"),
	   "an endless loop costs the statement");
	end(&s);

	for (size_t i = 0; i < 100; i++)
		text_addf(&t,
			  "menuentry e%zu { linux /k; }\n"
			  "while true; do true; done\n",
			  i);
	one_tree(&s, text_str(&t));
	ok(s.entries.count == GRUB2_STOPPED_MAX + 1,
	   "many of them: there is an end to it, %zu", s.entries.count);
	end(&s);
	text_free(&t);

	dir_file("0/l.cfg", "true\n");
	one_tree(&s, "menuentry a { linux /k; }\n"
		     "while true; do source /l.cfg; eval true; done\n"
		     "menuentry b { linux /k; }\n");
	ok(s.entries.count == 2 && s.entries.rejected_count == 1 &&
		   rejected(&s, "grub.cfg:2", "endless loop"),
	   "the loop ends, not a statement in it");
	end(&s);

	one_tree(&s, "menuentry a { linux /k; }\n"
		     "function f { f; }\nf\n"
		     "menuentry b { linux /k; }\n");
	ok(s.entries.count == 2 && rejected(&s, "grub.cfg:3", "recursion"),
	   "endless recursion");
	end(&s);

	one_tree(&s, "menuentry a { linux /k; }\n"
		     "x=xxxxxxxxxxxxxxxx\n"
		     "while true; do x=$x$x$x$x; done\n");
	ok(s.entries.count == 1 && rejected(&s, "grub.cfg", "characters"),
	   "a variable without end");
	end(&s);

	for (size_t i = 0; i < 1000; i++)
		text_add(&t, "if true; then ");
	text_add(&t, "\nmenuentry a { linux /k; }\n");
	one_tree(&s, text_str(&t));
	ok(s.entries.count == 1 && rejected(&s, "grub.cfg", "deeper"),
	   "nested too deeply: costs the line");
	end(&s);
	text_free(&t);

	for (size_t i = 0; i < 20; i++)
		text_addf(&t, "submenu s%zu {\n", i);
	text_add(&t, "menuentry a { linux /k; }\n");
	for (size_t i = 0; i < 20; i++)
		text_add(&t, "}\n");
	text_add(&t, "menuentry b { linux /k; }\n");
	one_tree(&s, text_str(&t));
	ok(s.entries.count == 1 &&
		   rejected(&s, "grub.cfg", "nested deeper than"),
	   "menus nested too deeply");
	end(&s);
	text_free(&t);
}

static void test_bytes(void)
{
	static const char nul[] = "menuentry a { linux /k; }\n"
				  "echo \0 \"open\nmenuentry b { linux /k; }\n";
	struct scene s;

	one_tree(&s, "\xef\xbb\xbfmenuentry a {\r\n\tlinux /k x\r\n}\r\n");
	loads(&s, 0, "/k <x>", "a byte order mark, carriage returns");
	end(&s);

	start(&s);
	add_tree(&s, "uuid=UUID");
	dir_bytes("0/boot/grub/grub.cfg", nul, sizeof(nul) - 1);
	dir_file("0/k", "x");
	gather(&s);
	ok(s.entries.count == 2, "what is behind a NUL byte is not read");
	end(&s);

	one_tree(&s, "menuentry \"a\x1b[2J\xff\" { linux /k; }\n"
		     "menuentry b { linux /k \"x\x07\"; }\n");
	is(s.entries.list[0].title, "a?[2J?",
	   "a title that commands terminals");
	ok(s.entries.count == 1 && rejected(&s, ":2", "control characters"),
	   "a command line with control characters");
	end(&s);

	one_tree(&s, "\xff\xfem\0e\0");
	ok(rejected(&s, "grub.cfg", "UTF-16"), "UTF-16");
	end(&s);

	start(&s);
	add_tree(&s, "uuid=UUID");
	(void)dir_at("0/boot/grub/grub.cfg/");
	if (mkfifo(dir_at("0/boot/grub2/grub.cfg"), 0644))
		err(1, "mkfifo");
	dir_link("0/grub/grub.cfg", "grub.cfg");
	gather(&s);
	ok(rejected(&s, "/boot/grub/grub.cfg", "directory"), "a directory");
	ok(rejected(&s, "/boot/grub2/grub.cfg", "regular"), "a FIFO");
	ok(rejected(&s, "/grub/grub.cfg", ""), "a link to itself");
	end(&s);
}

int main(void)
{
	dir_start();
	test_fixtures();
	test_default();
	test_fallback();
	test_timeout();
	test_lazy();
	test_words();
	test_rejects();
	test_devices();
	test_files();
	test_environment();
	test_default_kernelopts();
	test_save_env();
	test_chainloader();
	test_disk_names();
	test_absent_disk();
	test_dataset();
	test_limits();
	test_bytes();
	dir_end();
	return tap_done();
}
