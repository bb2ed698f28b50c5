/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GRUB's shell language: scripts that the real GRUB has run
 * (tests/fixtures/grub2/language), and what can only be tried on files of our
 * own: tests of files, wildcards, environment blocks.
 */
#include "entries/grub2_run.h"

#include "base/text.h"
#include "dir.h"
#include "entries/grub2_menu.h"
#include "tap.h"
#include <sys/time.h>

struct scene {
	struct settings settings;
	struct tree tree;
	struct guest guest;
	struct entries entries;
	struct grub2_menu menu;
	struct grub2_run run;
	struct text echo;
	struct reason why;
};

/* Runs /boot/grub/grub.cfg of the tree "0". */
static void run(struct scene *s)
{
	static const struct scene empty;
	char spec[512];

	*s = empty;
	(void)snprintf(spec, sizeof(spec), "%s/0,uuid=UUID,dev=/dev/vda1",
		       dir_path);
	if (tree_open(&s->tree, spec, &s->why))
		errx(1, "%s", s->why.text);
	s->guest.trees = &s->tree;
	s->guest.tree_count = 1;
	s->guest.settings = &s->settings;
	if (grub2_run_start(&s->run, &s->entries, &s->guest, 0, &s->menu))
		errx(1, "no memory");
	s->run.echo = &s->echo;
	grub2_run_set(&s->run, "prefix", "(hd0,gpt1)/boot/grub");
	if (!grub2_run_file(&s->run, "/boot/grub/grub.cfg", true, &s->why))
		errx(1, "%s", s->why.text);
}

static void end(struct scene *s)
{
	grub2_run_end(&s->run);
	for (size_t i = 0; i < s->menu.count; i++) {
		struct grub2_menu_entry *entry = &s->menu.list[i];

		free(entry->title);
		free(entry->id);
		for (size_t k = 0; k < entry->arg_count; k++)
			free(entry->args[k]);
		free(entry->args);
		free(entry->from);
		grub2_source_done(entry->block.source);
	}
	free(s->menu.list);
	grub2_env_free(&s->menu.env);
	entries_free(&s->entries);
	text_free(&s->echo);
	tree_close(&s->tree);
}

static char *read_file(const char *name)
{
	struct text text = { 0 };
	char path[256], buffer[4096];
	FILE *file;
	size_t got;

	(void)snprintf(path, sizeof(path), "tests/fixtures/grub2/language/%s",
		       name);
	file = fopen(path, "r");
	if (!file)
		err(1, "%s", path);
	while ((got = fread(buffer, 1, sizeof(buffer), file)))
		text_add_bytes(&text, buffer, got);
	(void)fclose(file);
	return text_take(&text);
}

/* The next line of @at without blanks at its end; NULL behind the last. */
static char *line_of(char **at)
{
	char *line = *at && **at ? strsep(at, "\n") : NULL;
	size_t len = line ? strlen(line) : 0;

	while (len && line[len - 1] == ' ')
		line[--len] = '\0';
	return line;
}

/* Line by line against the real GRUB; empty lines its terminal swallows. */
static void test_like_grub(const char *name)
{
	char file[64], *config, *want, *got, *left, *right;
	struct scene s;

	(void)snprintf(file, sizeof(file), "%s.cfg", name);
	config = read_file(file);
	(void)snprintf(file, sizeof(file), "%s.out", name);
	left = want = read_file(file);
	dir_file("0/boot/grub/grub.cfg", config);
	run(&s);
	right = got = strdup(text_str(&s.echo));
	for (;;) {
		char *wanted = line_of(&left), *has = line_of(&right);

		while (has && !*has)
			has = line_of(&right);
		if (!wanted && !has)
			break;
		is(has, wanted, name);
		if (!wanted || !has)
			break;
	}
	ok(!s.run.stop, "%s: %s", name, s.run.limit.text);
	free(got);
	free(want);
	free(config);
	end(&s);
	dir_clear();
}

static void echoes(const char *config, const char *want, const char *name)
{
	struct scene s;

	dir_file("0/boot/grub/grub.cfg", config);
	run(&s);
	is(text_str(&s.echo), want, name);
	end(&s);
}

static void touch(const char *path, const char *text, time_t when)
{
	struct timeval times[2] = { { .tv_sec = when }, { .tv_sec = when } };

	dir_file(path, text);
	if (utimes(dir_at(path), times))
		err(1, "%s", path);
}

static void test_files(void)
{
	touch("0/old", "x", 1000000);
	touch("0/new", "x", 1000100);
	dir_file("0/empty", "");
	dir_file("0/dir/a", "x");
	dir_file("0/dir/b.cfg", "x");
	dir_file("0/dir/c.cfg", "x");
	dir_file("0/dir/sub/c.cfg", "x");
	dir_file("0/dir/sub2/d.cfg", "x");
	dir_link("0/link", "dir/a");
	dir_link("0/dirlink", "dir");
	dir_link("0/dangling", "nowhere");

	echoes("for f in /old /none /empty /dir /dir/ /link / (hd0,gpt1)/old "
	       "(hd0,gpt1) (hd0)/old /dirlink /dangling; do\n"
	       "r=\nfor o in -e -f -d -s; do if [ $o $f ]; then r=$r$o; fi; "
	       "done\necho \"$f: $r\"\ndone\n",
	       "/old: -e-f-s\n"
	       "/none: \n"
	       "/empty: -e-f\n"
	       "/dir: -e-d\n"
	       "/dir/: -e-d\n"
	       "/link: -e-f-s\n"
	       "/: -e-d\n"
	       "(hd0,gpt1)/old: -e-f-s\n"
	       "(hd0,gpt1): -e-d\n"
	       "(hd0)/old: -e-f-s\n"
	       /* What GRUB's directories say of a symlink: no directory. */
	       "/dirlink: -e-f\n"
	       "/dangling: -e-f\n",
	       "-e -f -d -s");
	echoes("for o in -nt -ot -nt99 -nt100 -nt101 -ot-100 -ot-101 -nt-1; do\n"
	       "if [ /new $o /old ]; then echo -n \" new$o\"; fi\n"
	       "if [ /old $o /new ]; then echo -n \" old$o\"; fi\n"
	       "if [ /old $o /none ]; then echo -n \" one$o\"; fi\n"
	       "if [ /none $o /old ]; then echo -n \" none$o\"; fi\n"
	       "done\n",
	       " new-nt one-nt old-ot none-ot"
	       " new-nt99 one-nt99"
	       " new-nt100 one-nt100"
	       " new-nt101 old-nt101 one-nt101"
	       " old-ot-100 none-ot-100"
	       " new-ot-101 old-ot-101 none-ot-101"
	       " new-nt-1 one-nt-1",
	       "-nt and -ot, with seconds for the first file");
	echoes("echo /dir/*.cfg\necho /dir/?.cfg /dir/*/c.cfg\n"
	       "echo /d*r/s*/*\necho /none/* '/dir/*' \"/dir/*\" /dir/\\*\n"
	       "p=/dir/*.cfg; echo $p \"$p\"\n"
	       "for f in (hd0,gpt1)/dir/[a-z].cfg (*)/old; do echo $f; done\n"
	       "set x=/dir/*; echo $x\n"
	       "echo * */old (*)/old /dir/*/ /*/sub/\n",
	       "/dir/b.cfg /dir/c.cfg\n"
	       "/dir/b.cfg /dir/c.cfg /dir/sub/c.cfg\n"
	       "/dir/sub/c.cfg /dir/sub2/d.cfg\n"
	       "/none/* /dir/* /dir/* /dir/*\n"
	       "/dir/b.cfg /dir/c.cfg /dir/*.cfg\n"
	       "(hd0,gpt1)/dir/[a-z].cfg\n"
	       "(hd0,gpt1)/old\n"
	       "/dir/a /dir/b.cfg /dir/c.cfg /dir/sub /dir/sub2\n"
	       /* Devices without parentheses are those that are no
		* partitions: none here. */
	       "* */old (hd0,gpt1)/old /dir/sub/ /dir/sub2/ /dir/sub/ "
	       "/dirlink/sub/\n",
	       "wildcards");
	dir_clear();
}

/* A block as grub-editenv makes it: padded with # to 1024 bytes. */
static void environment(const char *path, const char *values)
{
	char block[1025];

	memset(block, '#', 1024);
	block[1024] = '\0';
	memcpy(block, "# GRUB Environment Block\n", 25);
	memcpy(block + 25, values, strlen(values));
	dir_file(path, block);
}

static void test_environment(void)
{
	environment("0/boot/grub/grubenv",
		    "saved_entry=a\\\\b\nnext_entry=x y\nempty=\n");
	environment("0/other", "saved_entry=other\nthird=3\n");
	dir_file("0/broken", "saved_entry=broken\n");
	echoes("load_env; echo \"$? [$saved_entry] [$next_entry]\"\n"
	       "load_env -f /other; echo \"$? [$saved_entry] [$third]\"\n"
	       "unset third; saved_entry=\n"
	       "load_env --file (hd0,gpt1)/other third\n"
	       "echo \"$? [$saved_entry] [$third]\"\n"
	       "load_env -f /broken; r=$?; echo \"$r [$saved_entry]\"\n"
	       "load_env -f /none; if [ $? = 0 ]; then echo no; fi\n"
	       "saved_entry=z; save_env saved_entry; echo $?\n"
	       "load_env; echo \"[$saved_entry]\"\n",
	       "0 [a\\b] [x y]\n0 [other] [3]\n0 [] [3]\n4 []\n0\n[z]\n",
	       "load_env, save_env");
	echoes("save_env; echo $?; save_env -f /none a; echo $?\n"
	       "save_env -f /broken a; echo $?; save_env unset; echo $?\n",
	       "18\n5\n4\n0\n", "what save_env says of blocks");
	echoes("increment n; echo $?; n=5; increment n; echo $n; decrement n; "
	       "decrement n; echo $n; n=0; decrement n; echo $n\n",
	       "10\n6\n4\n-1\n", "increment and decrement");
	dir_clear();
}

static void test_platform(void)
{
	echoes("echo $grub_platform $grub_cpu $feature_menuentry_id "
	       "$feature_timeout_style $feature_all_video_module $prefix $root "
	       "$config_file $config_directory\n",
	       "pc i386 y y y (hd0,gpt1)/boot/grub hd0,gpt1 "
	       "(hd0,gpt1)/boot/grub/grub.cfg (hd0,gpt1)/boot/grub\n",
	       "variables of a PC GRUB");
	echoes("root=(hd0,msdos5); echo $root; set root='(x)'; echo $root; "
	       "root=y; echo $root\n",
	       "hd0,msdos5\nx\ny\n", "root loses its parentheses");
	echoes("cpuid -l; echo $?; if loadfont unicode; then echo font; fi; "
	       "terminal_output gfxterm; echo $?; insmod nothing; echo $?; "
	       "hwmatch /x 3; echo $? $match; fwsetup --is-supported; echo $?\n",
	       "0\nfont\n0\n0\n0 0\n1\n", "what does nothing");
	dir_clear();
}

int main(void)
{
	dir_start();
	test_like_grub("words");
	test_like_grub("errors");
	test_like_grub("flow");
	test_like_grub("eval");
	test_like_grub("numbers");
	test_like_grub("regexp");
	test_files();
	test_environment();
	test_platform();
	dir_end();
	return tap_done();
}
