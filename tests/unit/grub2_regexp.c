/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Regular expressions: what matches, and which part, is what glibc's
 * regexec() says; then what glibc would not come to an end with.
 */
#include "entries/grub2_regexp.h"

#include <regex.h>

#include "base/text.h"
#include "tap.h"

/* The same match and the same parts as glibc has. */
static void same(const char *pattern, const char *text)
{
	struct grub2_regexp_part parts[GRUB2_REGEXP_GROUPS_MAX];
	enum grub2_regexp got = grub2_regexp_match(pattern, text, parts, NULL);
	regmatch_t want[GRUB2_REGEXP_GROUPS_MAX];
	struct text shown = { 0 };
	bool good = true;
	regex_t regex;
	int err;

	err = regcomp(&regex, pattern, REG_EXTENDED);
	if (err) {
		ok(got == GRUB2_REGEXP_BAD, "/%s/ is none", pattern);
		return;
	}
	err = regexec(&regex, text, GRUB2_REGEXP_GROUPS_MAX, want, 0);
	regfree(&regex);
	good = got == (err ? GRUB2_REGEXP_NO_MATCH : GRUB2_REGEXP_MATCH);
	for (size_t i = 0; good && !err && i < GRUB2_REGEXP_GROUPS_MAX; i++) {
		text_addf(&shown, " %d-%d/%d-%d", parts[i].start, parts[i].end,
			  want[i].rm_so, want[i].rm_eo);
		good &= parts[i].start == want[i].rm_so;
		good &= parts[i].start < 0 || parts[i].end == want[i].rm_eo;
	}
	ok(good, "/%s/ %s%s", pattern, text, good ? "" : text_str(&shown));
	text_free(&shown);
}

static void test_like_glibc(void)
{
	static const char *const cases[][2] = {
		/* From configurations */
		{ "^\\(([^,]*),(.*)\\)$", "(hd0,gpt2)" },
		{ "^([^,]*),?.*$", "hd0,gpt2" },
		{ "^/live/vmlinuz-(.*)$", "/live/vmlinuz-6.1.0-18-amd64" },
		{ "(.*)/([^/]*)\\.iso$", "/isos/a/debian-12.iso" },
		{ "vmlinuz-([0-9]+)\\.([0-9]+)", "vmlinuz-6.12.9" },
		{ "^(hd[0-9]+)", "hd12,msdos1" },
		{ "^x86_64|i386$", "i386" },
		{ "[[:digit:]]{2,}", "a1b22c333" },
		/* The rules */
		{ "a", "bab" },
		{ "a*", "" },
		{ "a*", "baaa" },
		{ "a+", "baaab" },
		{ "ab?c", "ac abc" },
		{ "a|ab", "ab" },
		{ "(a|ab)(c|bcd)?", "abcd" },
		{ "(a)|(b)", "b" },
		{ "(a(b)?)+", "aba" },
		{ "^$", "" },
		{ "^a", "ba" },
		{ "a$", "ab" },
		{ "[abc]+", "xxbcaxx" },
		{ "[^abc]+", "abxyzc" },
		{ "[]x]+", "a]x]" },
		{ "[a-c]+-[x-z]", "abc-y" },
		{ "[a-]+", "b-a-" },
		{ "a{2}", "aaa" },
		{ "a{2,}", "baaaa" },
		{ "a{1,2}b", "aaab" },
		{ "a{0}b", "ab" },
		{ "(ab){2,3}", "abababab" },
		{ "(ab){0,1}c", "abc" },
		{ "x{0,2}y", "xxxy" },
		{ "\\.", "a.b" },
		{ "\\*\\+\\?\\(\\)\\[\\]\\{\\}\\|\\^\\$", "*+?()[]{}|^$" },
		{ "a.c", "abc" },
		{ ".*", "line\nbreak" },
		{ "(a*)*", "aaa" },
		{ "(a*)+b", "aab" },
		{ "((a)|b)*", "ab" },
		{ "a{,2}", "a{,2}" },
		{ "a{x", "a{x" },
		{ "a{", "a{" },
		{ "a{,}", "a" },
		{ "{1}", "{1}" },
		{ "*a", "*a" },
		{ "()", "a" },
		{ "[[:alpha:][:digit:]_]+", "-a_1-" },
		{ "[[:space:]]", "a b" },
		{ "[[:upper:]]+[[:lower:]]", "ABc" },
		{ "[[:xdigit:]]+$", "xyz1aF" },
		{ "[[:punct:]]", "a!" },
		/* GNU's backslashes */
		{ "\\w+", "- a_1 -" },
		{ "\\W+", "a_1 -b" },
		{ "\\s\\S+", "a \t b" },
		{ "\\<(\\w+)\\>$", "one two" },
		{ "\\bfoo\\b", "afoo foo" },
		{ "\\Bo\\B", "o foo" },
		{ "\\`a|b\\'", "ab" },
		{ "a\\`", "ba" },
		{ "[^[.-.]a]", "-ab" },
		{ "[[=a=]b]+", "xab" },
		{ "[^-a]", "-ab" },
		{ "[a-]", "-" },
		/* Back references */
		{ "^(.*),\\1$", "hd0,hd0" },
		{ "(.)(.)\\2\\1", "xabbay" },
		{ "(\\w+) \\1\\>", "the then the the" },
		{ "(a)\\1{2,}", "aaaaa" },
		{ "(x)?y\\1", "y" },
		{ "(a)|b\\1", "a" },
		{ "((a)|b)*\\2", "aba" },
		{ "(a)\\10", "aa0" },
		{ "(a\\1)", "aa" },
		{ "\\1(a)", "aa" },
		{ "(a)\\2", "aa" },
		/* No patterns */
		{ "[a-c-e]", "-" },
		{ "[[.a]", "a" },
		{ "[[=ab=]]", "a" },
		{ "\\b*", "a" },
		{ "(", "(" },
		{ "a)", "a)" },
		{ "[", "[" },
		{ "[z-a]", "b" },
		{ "[[:nothing:]]", "a" },
		{ "\\", "\\" },
		{ "a{2,1}", "aa" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		same(cases[i][0], cases[i][1]);
}

static void is_answer(const char *pattern, const char *text,
		      enum grub2_regexp want, const char *name)
{
	struct grub2_regexp_part parts[GRUB2_REGEXP_GROUPS_MAX];

	ok(grub2_regexp_match(pattern, text, parts, NULL) == want, "%s", name);
}

static void test_hostile(void)
{
	char text[GRUB2_REGEXP_TEXT_MAX + 2];

	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	is_answer("a", text, GRUB2_REGEXP_LIMIT, "a text too long");
	text[sizeof(text) - 2] = '\0';
	is_answer("(((a*)*)*)*b", text, GRUB2_REGEXP_NO_MATCH,
		  "stars in stars");
	is_answer("(a|aa)*c", text, GRUB2_REGEXP_NO_MATCH, "many ways");
	is_answer("a{200}{200}", text, GRUB2_REGEXP_LIMIT, "many copies");
	is_answer("((a{1,250}){1,250}){1,250}", text, GRUB2_REGEXP_LIMIT,
		  "copies of copies");
	is_answer("a{99999999999}", text, GRUB2_REGEXP_BAD, "a large number");
	is_answer("a{256}", text, GRUB2_REGEXP_LIMIT, "more than 255 times");
	is_answer("(a*)(a*)(a*)\\1\\2\\3b", text, GRUB2_REGEXP_LIMIT,
		  "back references with too many ways");
	is_answer("((a*)*\\2)*b", text, GRUB2_REGEXP_LIMIT,
		  "back references in stars");
	is_answer("(a*|b*)*\\1c", "aaaabbbb", GRUB2_REGEXP_NO_MATCH,
		  "loops of nothing");
	is_answer("(a?)*\\1b", "ab", GRUB2_REGEXP_MATCH,
		  "what GRUB does not come to an end with");
	is_answer("()()()()()()()()()()()()()()()()()()()", "a",
		  GRUB2_REGEXP_MATCH, "nineteen groups");
	is_answer("()()()()()()()()()()()()()()()()()()()()", "a",
		  GRUB2_REGEXP_LIMIT, "twenty groups");
	memset(text, '(', 200);
	text[200] = '\0';
	is_answer(text, "a", GRUB2_REGEXP_LIMIT, "many parentheses");
	memset(text, '|', 100);
	text[100] = '\0';
	is_answer(text, "a", GRUB2_REGEXP_MATCH, "many alternatives");
	memset(text, '[', 500);
	text[500] = '\0';
	is_answer(text, "a", GRUB2_REGEXP_BAD, "many brackets");
}

int main(void)
{
	test_like_glibc();
	test_hostile();
	return tap_done();
}
