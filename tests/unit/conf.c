/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The grammar of kboot.conf. */
#include "settings/conf.h"

#include <errno.h>
#include <stdlib.h>

#include "base/text.h"
#include "tap.h"

/* All lines as number:key=value; or number:!problem; */
static void lines(const char *bytes, const char *want, const char *name)
{
	struct text got = { 0 };
	struct conf conf;
	struct reason why;

	if (conf_parse(&conf, bytes, strlen(bytes), &why))
		text_addf(&got, "(%s)", why.text);
	for (size_t i = 0; i < conf.count; i++) {
		const struct conf_line *line = &conf.lines[i];

		if (line->problem)
			text_addf(&got, "%u:!%s;", line->number, line->problem);
		else
			text_addf(&got, "%u:%s=%s;", line->number, line->key,
				  line->value);
	}
	is(text_str(&got), want, name);
	text_free(&got);
	conf_free(&conf);
}

static void test_lines(void)
{
	lines("", "", "an empty file");
	lines("# c\n\n  # d\n", "", "comments and empty lines");
	lines("timeout=5\nmenu=auto", "1:timeout=5;2:menu=auto;",
	      "no line break at the end");
	lines("\ttimeout = 5 \r\n", "1:timeout=5;", "blanks and CRLF");
	lines("\xef\xbb\xbf"
	      "timeout=5\n",
	      "1:timeout=5;", "a byte order mark");
	lines("append=a b # c\n", "1:append=a b # c;",
	      "a value goes to the end of the line");
	lines("append='a \"b\"' # c\n", "1:append=a \"b\";",
	      "quotes, then a comment");
	lines("append=\"it's\"\n", "1:append=it's;", "the other quotes");
	lines("append=\n", "1:append=;", "an empty value");
	lines("append=''\n", "1:append=;", "an empty quoted value");
	lines("append='a\nmenu=never\n",
	      "1:!a quote is not closed;2:menu=never;",
	      "a wrong line costs itself only");
	lines("a='b' c\n", "1:!something stands after the closing quote;",
	      "words after the quote");
	lines("hello\n=x\na b=c\n",
	      "1:!not of the form key=value;2:!not of the form key=value;"
	      "3:!not of the form key=value;",
	      "no key, no =");
	lines("a=b\x1b[2J\n", "1:!a control character stands in it;",
	      "control characters");
}

static void test_limits(void)
{
	struct text bytes = { 0 };
	struct conf conf;
	struct reason why;

	text_add(&bytes, "a=");
	for (int i = 0; i < CONF_LINE_MAX; i++)
		text_add_char(&bytes, 'x');
	text_add(&bytes, "\nb=1\n");
	ok(conf_parse(&conf, text_str(&bytes), bytes.len, &why) == 0 &&
		   conf.count == 2 && conf.lines[0].problem &&
		   !conf.lines[1].problem,
	   "a line too long");
	conf_free(&conf);
	text_free(&bytes);

	for (int i = 0; i < CONF_LINES_MAX + 1; i++)
		text_add(&bytes, "a=1\n");
	ok(conf_parse(&conf, text_str(&bytes), bytes.len, &why) == -E2BIG &&
		   conf.count == CONF_LINES_MAX,
	   "too many lines: those before count");
	conf_free(&conf);
	text_free(&bytes);

	text_add(&bytes, "a=1\n");
	while (bytes.len <= CONF_SIZE_MAX)
		text_add(&bytes, "# ......................................\n");
	ok(conf_parse(&conf, text_str(&bytes), bytes.len, &why) == -E2BIG &&
		   conf.count == 1 && strstr(why.text, "262144"),
	   "too many bytes: those before count");
	conf_free(&conf);
	text_free(&bytes);

	ok(conf_parse(&conf, "a=1\0b", 5, &why) == -EINVAL, "NUL bytes");
	conf_free(&conf);
}

static void entry(const char *value, const char *want, const char *name)
{
	struct text got = { 0 };
	struct conf_entry e;
	struct reason why;

	if (conf_entry_parse(&e, value, &why))
		text_add(&got, why.text);
	else
		text_addf(&got, "%s|%s|%s", e.kernel, e.initrd, e.options);
	is(text_str(&got), want, name);
	text_free(&got);
	conf_entry_free(&e);
}

static bool is_entry(const char *text)
{
	struct conf conf;
	bool found;

	(void)conf_parse(&conf, text, strlen(text), NULL);
	found = conf.count && conf_is_entry(&conf.lines[0]);
	conf_free(&conf);
	return found;
}

static void test_entries(void)
{
	/* petitboot's documentation and tests have these forms. */
	entry("/boot/vmlinux initrd=/boot/initrd.img root=/dev/sda1 quiet",
	      "/boot/vmlinux|/boot/initrd.img|root=/dev/sda1 quiet",
	      "kernel, initrd, options");
	entry("sda2:/vmlinuz", "sda2:/vmlinuz||", "a kernel alone");
	entry("k a=\"b c\" -- initrd=x", "k||a=\"b c\" -- initrd=x",
	      "quotes, and words for init");
	entry(" ", "no kernel is named", "nothing");
	ok(is_entry("linux='vmlinux initrd=x'"), "a quoted entry");
	ok(is_entry("linux=/boot/vmlinux root=x"), "a path is enough");
	ok(!is_entry("timuot=5"), "a typing error is no entry");
	ok(!is_entry("linux=''"), "nor is nothing");
}

int main(void)
{
	test_lines();
	test_limits();
	test_entries();
	return tap_done();
}
