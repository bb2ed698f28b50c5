/* SPDX-License-Identifier: GPL-2.0-or-later */
/* grub.cfg: every limit is met and told, and bytes of all kinds. */
#include "entries/grub2_lex.h"
#include "entries/grub2_run.h"

#include "grub2_scene.h"

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

/* Entries that take all steps, and then the one that is booted. */
static void test_default_behind(void)
{
	struct text t = { 0 };
	struct scene s;
	const struct entry *last;

	text_add(&t, "default='s>good'\n");
	for (size_t i = 0; i < 100; i++)
		text_add(&t, "menuentry x { while true; do true; done; }\n");
	/* Nobody has named these. */
	for (size_t i = 0; i < 10; i++)
		text_add(&t, "menuentry '' { while true; do true; done; }\n");
	text_add(&t, "menuentry lost { linux /k; }\n"
		     "submenu s { menuentry lost { linux /k; }\n"
		     "menuentry good { linux /k ro; }\n}\n");
	one_tree(&s, text_str(&t));
	last = s.entries.count == 1 ? &s.entries.list[0] : NULL;
	ok(last && strcmp(last->id, "s>good") == 0 &&
		   s.entries.config.by_default == 0,
	   "the default is looked into when the steps are used up");
	ok(rejected(&s, "grub.cfg", "the rest is left out"), "the rest is not");
	end(&s);
	text_free(&t);
}

/* A small file whose entries have more words than all may have. */
static void test_many_words(void)
{
	struct text t = { 0 };
	struct scene s;

	text_add(&t, "x=");
	for (size_t i = 0; i < 60000; i++)
		text_add_char(&t, 'a');
	text_add(&t, "\nexport x\nfor i in");
	for (size_t i = 0; i < 230; i++)
		text_addf(&t, " %zu", i);
	text_add(&t, "; do menuentry t$i { linux /k $x\n}\ndone\n");
	one_tree(&s, text_str(&t));
	ok(s.entries.count > 200 && s.entries.count < 210,
	   "%zu of 230 entries of 60 kB", s.entries.count);
	ok(rejected(&s, "grub.cfg:3", "more than 12 MiB of words"), "told");
	ok(s.entries.config.by_default == 0, "the default is there");
	end(&s);
	text_free(&t);
}

static void test_large_comment(void)
{
	struct text t = { 0 };
	struct scene s;

	text_add(&t, "menuentry a { linux /k; }\n");
	while (t.len < GRUB2_SOURCE_MAX - 100)
		text_add(&t, "# ------------------------------------------\n");
	text_add(&t, "menuentry b { linux /k; }\n");
	one_tree(&s, text_str(&t));
	ok(s.entries.count == 2 && !s.entries.rejected_count,
	   "a file just not too large is read");
	end(&s);
	text_free(&t);
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
	test_default_behind();
	test_large_comment();
	test_many_words();
	test_limits();
	test_bytes();
	dir_end();
	return tap_done();
}
