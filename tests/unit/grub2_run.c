/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GRUB's shell language: scripts that the real GRUB has run
 * (tests/fixtures/grub2/language), and what can only be tried on files of our
 * own: tests of files, wildcards, environment blocks.
 */
#include "entries/grub2_run.h"

#include "base/text.h"
#include "dir.h"
#include "entries/grub2_commands.h"
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

/* Runs /boot/grub/grub.cfg of the tree "0", which is on @dev. */
static void run_on(struct scene *s, const char *dev)
{
	static const struct scene empty;
	char spec[512];

	*s = empty;
	(void)snprintf(spec, sizeof(spec),
		       "%s/0,uuid=11111111-2222-3333-4444-555555555555,"
		       "label=LBL,dev=%s",
		       dir_path, dev);
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

static void run(struct scene *s)
{
	run_on(s, "/dev/vda1");
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

/* The same on another device. */
static void echoes_on(const char *dev, const char *config, const char *want,
		      const char *name)
{
	struct scene s;

	dir_file("0/boot/grub/grub.cfg", config);
	run_on(&s, dev);
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

/* The files that were there for the real GRUB. */
static void test_disks(void)
{
	(void)dir_at("0/dir/sub/");
	dir_file("0/file", "x\n");
	dir_file("0/empty", "");
	dir_file("0/img", "x\n");
	dir_link("0/ldir", "dir");
	dir_link("0/lfile", "file");
	dir_link("0/ldead", "nowhere");
	test_like_grub("disks");
}

/* commands/cmp.c of GRUB 2.14; that of 2.06 has no status for "differ". */
static void test_cmp(void)
{
	char long_one[GRUB2_CMP_STEP * 2 + 2];

	memset(long_one, 'a', sizeof(long_one));
	long_one[sizeof(long_one) - 1] = '\0';
	dir_file("0/a", long_one);
	dir_file("0/b", long_one);
	long_one[sizeof(long_one) - 2] = 'b';
	dir_file("0/last", long_one);
	long_one[sizeof(long_one) - 2] = '\0';
	dir_file("0/shorter", long_one);
	dir_file("0/empty", "");
	dir_file("0/empty2", "");
	dir_file("0/dir/x", "");
	dir_link("0/link", "a");
	echoes("for f in b last shorter empty none dir link a; do\n"
	       "cmp /a /$f; echo -n $?; cmp /$f /a; echo \" $? $f\"\ndone\n"
	       "cmp /empty /empty2; echo $?; cmp /none /none; echo $?\n"
	       "cmp; echo $?; cmp /a; echo $?; cmp /a /b /b; echo $?\n"
	       "cmp -v /a /b; echo $?; cmp a b; echo $?\n"
	       "cmp (hd0,gpt1)/a /b; echo $?\n",
	       "0 0 b\n1 1 last\n1 1 shorter\n1 1 empty\n1 1 none\n1 1 dir\n"
	       "0 0 link\n0 0 a\n0\n1\n18\n18\n18\n0\n1\n0\n",
	       "cmp: true of equal files alone");
	dir_clear();
}

/* What GRUB knows from the disk, and a tree from its names. */
static void test_probe(void)
{
	static const struct {
		unsigned long magic;
		const char *name;
	} kinds[] = {
		{ 0xef53, "ext2" },
		{ 0x58465342, "xfs" },
		{ 0x9123683e, "btrfs" },
		{ 0x4d44, "fat" },
		{ 0x9660, "iso9660" },
		{ 0x73717368, "squash4" },
		{ 0xf2f52010, "f2fs" },
		{ 0x3434, "nilfs2" },
		{ 0x52654973, "reiserfs" },
		{ 0x794c7630, NULL },
		{ 0, NULL },
	};
	static const char config[] =
		"function p { v=old; probe --set v $1 $root; "
		"echo \"$1 $? $v\"; }\n"
		"p --driver; p --partmap; p --part-uuid\n";

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		is(grub2_file_system(kinds[i].magic), kinds[i].name,
		   "probe --fs");
	echoes_on("/dev/vda1", config,
		  "--driver 0 biosdisk\n--partmap 0 gpt\n"
		  "--part-uuid 20 old\n",
		  "probe: a partition");
	echoes_on("/dev/vda", config,
		  "--driver 0 biosdisk\n--partmap 0 none\n"
		  "--part-uuid 0 none\n",
		  "probe: a disk without partitions");
	echoes_on("vg/root", config,
		  "--driver 0 diskfilter\n--partmap 0 none\n"
		  "--part-uuid 0 none\n",
		  "probe: LVM");
	echoes_on("/dev/md0", config,
		  "--driver 0 diskfilter\n--partmap 0 none\n"
		  "--part-uuid 0 none\n",
		  "probe: md");
	echoes_on("PARTUUID=0123ABCD-02", config,
		  "--driver 20 old\n--partmap 0 msdos\n"
		  "--part-uuid 0 0123abcd-02\n",
		  "probe: a PARTUUID of an MBR");
	echoes_on("PARTUUID=9210dcb0-7332-9d49-8787-ee098d422f7d", config,
		  "--driver 20 old\n--partmap 0 gpt\n"
		  "--part-uuid 0 9210dcb0-7332-9d49-8787-ee098d422f7d\n",
		  "probe: a PARTUUID of a GPT");
	echoes_on("UUID=1", config,
		  "--driver 20 old\n--partmap 20 old\n--part-uuid 20 old\n",
		  "probe: a device by the UUID of its file system");
	echoes("probe -p --set v (hd0,msdos1); echo $v; "
	       "probe -p --set v (hd0,msdos1,bsd1); echo $v\n"
	       "probe -d --set v (ahci0,gpt1); echo $v; probe -u (hd0,gpt1); "
	       "echo; probe -l; echo $?; probe -l '(hd0,gpt1)/'; echo $?\n",
	       "msdos\nbsd\nATA\n11111111-2222-3333-4444-555555555555\n"
	       "18\n12\n",
	       "probe: what the device's name tells");
	dir_clear();
}

/* A word of words does not make the program go deeper. */
static void test_time(void)
{
	struct text t = { 0 };

	for (int i = 0; i < 5000; i++)
		text_add(&t, "time ");
	text_add(&t,
		 "set v=x; echo $v\n"
		 "time ! true; echo $?; time menuentry a { true; }; echo $?\n");
	echoes(text_str(&t), "x\n16\n18\n", "time of time");
	text_free(&t);
	dir_clear();
}

/* grub-core/commands/wildcard.c makes regular expressions of them. */
static void test_wildcard_regexps(void)
{
	dir_file("0/dir/a.cfg", "x");
	dir_file("0/dir/b^.cfg", "x");
	dir_file("0/dir/$v", "x");
	dir_file("0/s p/a", "x");
	echoes("echo /d\\ir/*.cfg /d\\ir/a.cfg /d*/\\a.c?g /\\dir\\/a*\n"
	       "echo /s\\ p/* '/s p'/*\n",
	       "/dir/*.cfg /dir/a.cfg /dir/a.cfg /dir/a*\n"
	       "/s p/* /s p/a\n",
	       "a backslash in the directory of a wildcard");
	echoes("echo /dir/^a* /dir/a^* /dir/*^.cfg /dir/*\\^.cfg /dir/a*'$'\n"
	       "echo /dir/'$'* /dir/\\$*\n",
	       "/dir/a.cfg /dir/a^* /dir/*^.cfg /dir/b^.cfg /dir/a.cfg\n"
	       "/dir/$* /dir/$v\n",
	       "^ and $ are the ends of a name");
	dir_clear();
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
	dir_file("0/EFI/ubuntu/grub.cfg",
		 "echo $grub_platform $grub_cpu; source /s.cfg; "
		 "configfile /boot/next.cfg\n");
	dir_file("0/s.cfg", "echo $grub_platform $grub_cpu\n");
	dir_file("0/boot/next.cfg", "echo $grub_platform $grub_cpu\n");
	echoes("configfile /EFI/ubuntu/grub.cfg\n",
	       "efi x86_64\nefi x86_64\npc i386\n",
	       "what snapd asks of an EFI GRUB, and whom that hands over to");
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
	test_like_grub("params");
	test_like_grub("errors");
	test_like_grub("flow");
	test_like_grub("eval");
	test_like_grub("numbers");
	test_like_grub("regexp");
	test_disks();
	test_cmp();
	test_probe();
	test_time();
	test_files();
	test_wildcard_regexps();
	test_environment();
	test_platform();
	dir_end();
	return tap_done();
}
