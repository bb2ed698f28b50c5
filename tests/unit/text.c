/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The growing string, clean text, shell patterns. */
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>

#include "tap.h"

static void test_growing(void)
{
	struct text t = { 0 };
	char *taken;

	is(text_str(&t), "", "empty at first");
	text_add(&t, "ab");
	text_add_char(&t, 'c');
	text_add_bytes(&t, "dxx", 1);
	text_addf(&t, "-%d-%s", 42, "z");
	is(text_str(&t), "abcd-42-z", "pieces in order");
	for (int i = 0; i < 1000; i++)
		text_addf(&t, "%03d,", i);
	ok(t.len == 9 + 4000 && !text_error(&t), "grows");
	taken = text_take(&t);
	ok(taken && strlen(taken) == 4009 && t.len == 0, "taken whole");
	free(taken);
	taken = text_take(&t);
	is(taken, "", "taken when empty");
	free(taken);
	text_add_bytes(&t, "a", 1);
	text_add_bytes(&t, text_str(&t), TEXT_MAX);
	text_add(&t, "b");
	ok(text_error(&t) == -E2BIG && strcmp(text_str(&t), "a") == 0,
	   "too much is an error that stays");
	ok(!text_take(&t), "nothing to take after an error");
	text_free(NULL);
	text_free(&t);
}

static void test_clean(void)
{
	/* RFC 3629, section 4 and 10 */
	static const char *const clean[] = { "", "Debian 12", "\xc3\xa9",
					     "\xe2\x82\xac", "\xf0\x9f\x90\xa7",
					     "\xc2\xa0",
					     /* U+200D, U+2029, U+202F,
					      * U+2065, U+206A */
					     "\xe2\x80\x8d", "\xe2\x80\xa9",
					     "\xe2\x80\xaf", "\xe2\x81\xa5",
					     "\xe2\x81\xaa" };
	static const char *const dirty[] = {
		"a\tb",
		"a\nb",
		"\x7f",
		"\x1b[2J",
		"\xc2\x9b",
		"\x9b",
		"\xc0\xaf",
		"\xe0\x80\xaf",
		"\xed\xa0\x80",
		"\xf4\x90\x80\x80",
		"\xe2\x82",
		"\xff",
		"\xe2\x80\x8e",
		"\xe2\x80\x8f",
		"\xe2\x80\xaa",
		"a\xe2\x80\xae"
		"b",
		"\xe2\x81\xa6",
		"\xe2\x81\xa9",
	};
	char text[] = "a\x1b[31m\xc3\xa9\xc2\x9b\xe2\x82";
	char turned[] = "a\xe2\x80\xae"
			"b";

	for (size_t i = 0; i < sizeof(clean) / sizeof(clean[0]); i++)
		ok(text_is_clean(clean[i]), "clean %zu", i);
	for (size_t i = 0; i < sizeof(dirty) / sizeof(dirty[0]); i++)
		ok(!text_is_clean(dirty[i]), "dirty %zu", i);
	text_clean(text);
	is(text, "a?[31m\xc3\xa9????", "cleaned");
	ok(text_is_clean(text), "what is cleaned is clean");
	text_clean(turned);
	is(turned, "a???b", "characters that turn the direction");
	ok(!text_control("a b \xff\xc2\x9b") && !text_control(""),
	   "no control character");
	is(text_control("a\tb\x1b"), "\tb\x1b", "the first one");
	is(text_control("a\x7f"), "\x7f", "DEL");
}

static void test_glob(void)
{
	static const struct {
		const char *glob, *s;
		bool match;
	} cases[] = {
		{ "", "", true },
		{ "", "a", false },
		{ "*", "", true },
		{ "*", "abc", true },
		{ "?", "", false },
		{ "?", "a", true },
		{ "a*c", "abbbc", true },
		{ "a*c", "abbbcd", false },
		{ "*.old", "vmlinuz.old", true },
		{ "*.dpkg-*", "vmlinuz-6.1.dpkg-tmp", true },
		{ "*cloud*", "/boot/vmlinuz-6.1.0-9-cloud-amd64", true },
		{ "*a*b*c", "xxaxxbxxbc", true },
		{ "*a*b*c", "xxaxxcxxb", false },
		{ "[abc]x", "bx", true },
		{ "[!abc]x", "bx", false },
		{ "[!abc]x", "dx", true },
		{ "[0-9]*", "6.1", true },
		{ "[0-9]*", "v6", false },
		{ "[]]", "]", true },
		{ "[a-]", "-", true },
		{ "[a", "[a", true },
		{ "[a", "a", false },
		{ "a?c*", "abcdef", true },
		{ "**a", "bba", true },
	};
	char glob[512], s[512];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ok(text_glob(cases[i].glob, cases[i].s) == cases[i].match,
		   "'%s' and '%s'", cases[i].glob, cases[i].s);
	/* Exponential in a matcher that tries every asterisk anew. */
	for (size_t i = 0; i < 510; i++) {
		glob[i] = i % 2 ? 'a' : '*';
		s[i] = 'a';
	}
	glob[509] = 'b';
	glob[510] = s[510] = '\0';
	ok(!text_glob(glob, s), "255 asterisks in no time");
}

int main(void)
{
	test_growing();
	test_clean();
	test_glob();
	return tap_done();
}
