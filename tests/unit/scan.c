/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Taking pieces of text. */
#include "base/scan.h"

#include "tap.h"

static struct bytes text(const char *s)
{
	struct bytes b = { (const uint8_t *)s, strlen(s) };

	return b;
}

static void test_lines(void)
{
	struct bytes t = text("one\n\ntwo"), line;

	ok(scan_line(&t, &line) && scan_is(line, "one"), "a line");
	ok(scan_line(&t, &line) && line.len == 0, "an empty line");
	ok(scan_line(&t, &line) && scan_is(line, "two"), "no last newline");
	ok(!scan_line(&t, &line), "the end");
}

static void test_numbers(void)
{
	struct bytes t = text("0x1f 2A");
	uint64_t n = 42;

	ok(scan_0x(&t, &n) && n == 0x1f, "with 0x");
	ok(scan_blanks(&t) == 1 && scan_blanks(&t) == 0, "a blank");
	ok(!scan_0x(&t, &n) && n == 0x1f && t.len == 2, "without: not taken");
	ok(scan_hex(&t, &n) && n == 2, "as far as it goes");
	ok(scan_is(t, "A"), "capitals are no digits");
	t = text("ffffffffffffffff");
	ok(scan_hex(&t, &n) && n == UINT64_MAX && t.len == 0, "the largest");
	t = text("10000000000000000");
	ok(!scan_hex(&t, &n) && n == UINT64_MAX && t.len == 17,
	   "too large: not taken");
	t = text("0x");
	ok(!scan_0x(&t, &n) && t.len == 2, "no digits: not taken");
	t = text("");
	ok(!scan_hex(&t, &n) && !scan_char(&t, 'x'), "nothing");
}

static void test_words(void)
{
	struct bytes t = text("a:b");

	ok(scan_char(&t, 'a') && !scan_char(&t, 'b') && scan_char(&t, ':'),
	   "characters");
	ok(scan_is(t, "b") && !scan_is(t, "") && !scan_is(t, "bc"), "the rest");
}

int main(void)
{
	test_lines();
	test_numbers();
	test_words();
	return tap_done();
}
