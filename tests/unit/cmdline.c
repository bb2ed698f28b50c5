/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words of a command line as Linux has them, and the composition of the next
 * one. Expectations follow next_arg() in lib/cmdline.c of Linux 6.12.
 */
#include "settings/cmdline.h"

#include <errno.h>
#include <stdlib.h>

#include "base/text.h"
#include "tap.h"

static void parse(struct cmdline *line, const char *text)
{
	struct reason why;

	if (cmdline_parse(line, text, strlen(text), &why))
		ok(false, "'%s' refused: %s", text, why.text);
}

/* All words as raw|key|value; */
static void words(const char *text, const char *want, const char *name)
{
	struct text got = { 0 };
	struct cmdline line;

	parse(&line, text);
	for (size_t i = 0; i < line.count; i++)
		text_addf(&got, "%s|%s|%s;", line.words[i].raw,
			  line.words[i].key,
			  line.words[i].value ? line.words[i].value : "NULL");
	is(text_str(&got), want, name);
	text_free(&got);
	cmdline_free(&line);
}

static void test_blank(void)
{
	char text[] = "a\tb\r\n\"c\td\"\ne=\"f\ng\"\vh\f\xc3\xa0\ti \x07\tj";

	cmdline_blank(text);
	is(text, "a b  \"c\td\" e=\"f\ng\" h \xc3\xa0 i \x07 j",
	   "white space between words, none in quotes");
	cmdline_blank(text + strlen(text));
	is(text + strlen(text), "", "nothing");
}

static void test_words(void)
{
	words("", "", "nothing");
	words(" \t\n ", "", "only white space");
	words("a b=c\n", "a|a|NULL;b=c|b|c;", "two words");
	words("a=b=c", "a=b=c|a|b=c;", "the first = counts");
	words("a=", "a=|a|;", "an empty value");
	words("a=\"b c\" d", "a=\"b c\"|a|b c;d|d|NULL;", "a quoted value");
	words("\"a=b c\" d", "\"a=b c\"|a|b c;d|d|NULL;", "a quoted word");
	words("\"a b\"", "\"a b\"|a b|NULL;", "a quoted word without =");
	words("a=b\"c d\"e", "a=b\"c d\"e|a|b\"c d\"e;",
	      "quotes inside a value stay");
	words("a=\"b", "a=\"b|a|b;", "a quote that nothing closes");
	words("a=\"", "a=\"|a|;", "a quote and no more");
	words("\"", "\"||NULL;", "only a quote");
	words("a='b c'", "a='b|a|'b;c'|c'|NULL;",
	      "single quotes quote nothing");
	words("a=\\\"b c\\\"", "a=\\\"b c\\\"|a|\\\"b c\\\";",
	      "a backslash escapes nothing");
	words("=a", "=a|=a|NULL;", "= in first place parts nothing");
	words("=a=b", "=a=b|=a|b;", "and the next one does");
	words("a\xa0\x62", "a|a|NULL;b|b|NULL;",
	      "0xa0 is white space to Linux");
	words("a\vb\fc\rd", "a|a|NULL;b|b|NULL;c|c|NULL;d|d|NULL;",
	      "all of isspace()");
}

static void test_meaning(void)
{
	struct cmdline line;

	parse(&line, "root=a quiet root=b -- root=c single");
	is(cmdline_last(&line, "root")->value, "b", "the last wins, up to --");
	ok(line.kernel_count == 3 && line.init_from == 4 && line.count == 6,
	   "what is for whom");
	ok(!cmdline_last(&line, "single"), "words for init are not found");
	ok(!cmdline_last(&line, "roo"), "a name is a whole name");
	cmdline_free(&line);
	parse(&line, "a -- b -- c");
	ok(line.kernel_count == 1 && line.init_from == 2,
	   "the first -- counts");
	cmdline_free(&line);
	parse(&line, "--x=1 a=--");
	ok(line.kernel_count == 2 && line.init_from == 2, "no -- in there");
	cmdline_free(&line);
	ok(cmdline_same_key("kboot.on-fail", "kboot.on_fail"), "- is _");
	ok(!cmdline_same_key("a", "a-"), "but not nothing");
	ok(!cmdline_same_key("A", "a"), "letters have a case");
}

static void test_limits(void)
{
	static char text[CMDLINE_MAX + 2];
	struct cmdline line;
	struct reason why;

	memset(text, 'x', sizeof(text));
	ok(cmdline_parse(&line, text, CMDLINE_MAX + 1, &why) == -E2BIG &&
		   strstr(why.text, "65537 bytes") && !line.words,
	   "one byte too many");
	ok(cmdline_parse(&line, text, CMDLINE_MAX, &why) == 0 &&
		   line.count == 1,
	   "as long as may be");
	cmdline_free(&line);
	for (size_t i = 0; i < CMDLINE_MAX; i += 2)
		text[i] = ' ';
	ok(cmdline_parse(&line, text, CMDLINE_MAX, &why) == -E2BIG &&
		   strstr(why.text, "words"),
	   "too many words");
	ok(cmdline_parse(&line, "a\0b c", 5, &why) == 0 && line.count == 1,
	   "NUL ends it");
	cmdline_free(&line);
	cmdline_free(&line);
}

/* @r with kboot's own command line @own composes to @want. */
static void composes(struct cmdline_recipe r, const char *own, const char *want,
		     const char *name)
{
	struct cmdline line;
	struct reason why;
	char *got = NULL;

	parse(&line, own);
	r.own = &line;
	if (cmdline_compose(&r, &got, &why))
		ok(false, "%s: %s", name, why.text);
	else
		is(got, want, name);
	free(got);
	cmdline_free(&line);
}

static void test_bare(void)
{
	struct cmdline_recipe r = { .add_ro = true };

	composes(r,
		 "quiet root=/dev/vda1 boot=vda2 kernel=/x ramdisk=none "
		 "kboot.timeout=3 BOOT_IMAGE=/kboot console=hvc0 ro",
		 "quiet root=/dev/vda1 console=hvc0 ro",
		 "kboot's own words stay behind");
	composes(r, "root=xvda1", "root=xvda1 ro", "ro where neither stands");
	composes(r, "root=xvda1 rw", "root=xvda1 rw", "rw stays");
	composes(r, "", "ro", "nothing but ro");
	composes(r, "a=\"b c\" \"kboot.append=x y\" d", "a=\"b c\" d ro",
		 "quotes survive");
	composes(r, "a=\"b c", "a=\"b c\" ro",
		 "a quote left open does not swallow what is added");
	composes(r, "quiet boot kernel", "quiet boot kernel ro",
		 "words without a value are not ours");
	composes(r, "quiet -- single boot=x", "quiet ro -- single boot=x",
		 "words for init stay last and whole");
	r.root = "root=UUID=1-2";
	composes(r, "quiet", "quiet root=UUID=1-2 ro", "root= is added");
	composes(r, "root=a quiet", "root=a quiet ro", "unless it is given");
	r.append = "x y";
	r.remove = "quiet,foo*";
	composes(r, "quiet foo=1 food splash -- quiet",
		 "splash root=UUID=1-2 ro x y -- quiet",
		 "removed and appended before --");
	r.append = "quiet";
	composes(r, "quiet a", "a root=UUID=1-2 ro quiet",
		 "what is appended stays");
	r.append = NULL;
	r.remove = "console ro";
	composes(r, "console=ttyS0 console=hvc0 a", "a root=UUID=1-2",
		 "a name alone removes every word of that name, kboot's too");
	r.remove = "console=ttyS*";
	composes(r, "console=ttyS0,115200 console=hvc0 rw",
		 "console=hvc0 rw root=UUID=1-2", "a pattern for whole words");
}

static void test_entry(void)
{
	struct cmdline_recipe r = { .options = "root=/dev/sda1 console=tty0 q",
				    .root = "root=no",
				    .add_ro = true };
	char *got = NULL;
	struct cmdline own;
	struct reason why;

	composes(r, "console=hvc0 kboot.x=1 root=z",
		 "root=/dev/sda1 console=tty0 q", "an entry's options as is");
	r.own_console = true;
	composes(r, "console=hvc0 console=ttyS0",
		 "root=/dev/sda1 q console=hvc0 console=ttyS0",
		 "kboot's consoles instead of the entry's");
	r.options = "";
	composes(r, "quiet", "", "an entry without options");

	parse(&own, "a=\"b\nc\"");
	r.options = NULL;
	r.own = &own;
	ok(cmdline_compose(&r, &got, &why) == -EINVAL && !got &&
		   strstr(why.text, "0x0a"),
	   "no control character gets through");
	cmdline_free(&own);
}

/* What only the host's command line says of the machine. */
static void test_machine(void)
{
	struct cmdline_recipe r = { .options = "root=/dev/vda1 -- single" };

	composes(r,
		 "console=ttyS0 reboot=k panic=1 pci=off nomodule "
		 "virtio_mmio.device=4K@0xd0000000:5 "
		 "virtio_mmio.device=4K@0xd0001000:6",
		 "root=/dev/vda1 reboot=k pci=off "
		 "virtio_mmio.device=4K@0xd0000000:5 "
		 "virtio_mmio.device=4K@0xd0001000:6 -- single",
		 "Firecracker: devices and quirks, in order, before --");
	r.options =
		"pci=nommconf reboot=t virtio-mmio.device=512@0xfeb00e00:12 "
		"virtio_mmio.device=4K@0xd0000000:5";
	composes(r,
		 "reboot=k pci=off virtio_mmio.device=4K@0xd0000000:5 "
		 "virtio_mmio.device=4K@0xd0001000:6",
		 "pci=nommconf reboot=t "
		 "virtio-mmio.device=512@0xfeb00e00:12 "
		 "virtio_mmio.device=4K@0xd0000000:5 "
		 "virtio_mmio.device=4K@0xd0001000:6",
		 "the entry's own words stand; a device is there once");
	r.options = "quiet";
	composes(r, "memmap=1G!4G memmap=64K$0x10000000 noapic",
		 "quiet memmap=1G!4G memmap=64K$0x10000000 noapic",
		 "memory that is nowhere else");
	composes(r, "tsc_early_khz=2000000 acpi_rsdp=0xe0000 mem=1G",
		 "quiet tsc_early_khz=2000000 acpi_rsdp=0xe0000",
		 "a limit for kboot alone is none for the entry");
	composes(r, "quiet -- pci=off", "quiet", "a word for init is none");
	composes(r, "BOOT_IMAGE=/vmlinuz pci=nomsi reboot=a", "quiet",
		 "a line that GRUB made is not the host's");
	r.remove = "pci reboot=*";
	composes(r, "pci=off reboot=k noapic", "quiet noapic",
		 "policy may remove them");
}

int main(void)
{
	test_machine();
	test_words();
	test_blank();
	test_meaning();
	test_limits();
	test_bare();
	test_entry();
	return tap_done();
}
