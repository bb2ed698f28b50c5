/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Version order: every example of UAPI.10, each both ways, its sorted row in
 * all pairs, and kernels as distributions number them.
 */
#include "base/version.h"
#include "tap.h"

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

static void compare(const char *a, const char *b, int want)
{
	ok(sign(version_compare(a, b)) == want &&
		   sign(version_compare(b, a)) == -want,
	   "'%s' %s '%s'", a,
	   want < 0   ? "<"
	   : want > 0 ? ">"
		      : "==",
	   b);
}

/* Strings from the oldest to the newest, in all pairs. */
static void row(const char *const *sorted, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = i; k < count; k++)
			compare(sorted[i], sorted[k], i == k ? 0 : -1);
}

int main(void)
{
	static const struct {
		const char *a, *b;
		int want;
	} examples[] = {
		{ "11", "11", 0 },
		{ "systemd-123", "systemd-123", 0 },
		{ "bar-123", "foo-123", -1 },
		{ "123a", "123", 1 },
		{ "123.a", "123", 1 },
		{ "123.a", "123.b", -1 },
		{ "123a", "123.a", 1 },
		{ "11\xce\xb1", "11\xce\xb2", 0 },
		{ "B", "a", -1 },
		{ "", "0", -1 },
		{ "0.", "0", 1 },
		{ "0.0", "0", 1 },
		{ "0", "~", 1 },
		{ "", "~", 1 },
		{ "1_", "1", 0 },
		{ "_1", "1", 0 },
		{ "1_", "1.2", -1 },
		{ "1_2_3", "1.3.3", 1 },
		{ "1+", "1", 0 },
		{ "+1", "1", 0 },
		{ "1+", "1.2", -1 },
		{ "1+2+3", "1.3.3", 1 },
		/* Not in the specification's list */
		{ "6.1.0-9-amd64", "6.1.0-10-amd64", -1 },
		{ "6.1.0-56-amd64", "6.12.9+deb12-amd64", -1 },
		{ "5.14.21-150400.24-default", "5.14.21-150400.22-default", 1 },
		{ "6.5.6-300.fc39.x86_64", "6.5.6-200.fc38.x86_64", 1 },
		{ "6.6.63-1-lts", "6.12.1-arch1-1", -1 },
		{ "007", "7", 0 },
		{ "18446744073709551617", "2", 1 },
		{ "99999999999999999999999", "99999999999999999999998", 1 },
		{ "-~", "-", -1 },
		{ "a0", "a", 1 },
		/* systemd's test, "some corner cases" */
		{ "123.", "123", 1 },
		{ "12_3", "123", -1 },
		{ "12_3", "12", 1 },
		{ "12_3", "12.3", 1 },
		{ "123.0", "123", 1 },
		{ "123_0", "123", 1 },
		{ "123_aa2-67.89", "123aa+2-67.89", 0 },
		{ "_0_", "0", 0 },
		{ "", "_", 0 },
		{ "~", "~", 0 },
		/* "If one of the prefixes is empty, it evaluates as 0": systemd
		 * has no digits below all digits, and these the other way. */
		{ "a", "0", 1 },
		{ "a", "0a", 0 },
		{ "123..0", "123.0", 1 },
		{ "6.6-rc1", "6.6-0", 1 },
		/* Found by the fuzzer: these three ran in a circle. */
		{ "._2", ".a", 1 },
		{ ".0b", ".a", 1 },
		{ "._2", ".0b", 1 },
	};
	static const char *const sorted[] = {
		"122.1",   "123~rc1-1", "123",	   "123-a",
		"123-a.1", "123-1",	"123-1.1", "123^post1",
		"123.a-1", "123.1-1",	"123a-1",  "124-1",
	};
	/* The row of systemd's own test of strverscmp_improved(). */
	static const char *const systemd[] = {
		"~1",	    "",	       "ab",	  "abb",	"abc",
		"0001",	    "002",     "12",	  "122",	"122.9",
		"123~rc1",  "123",     "123-a",	  "123-a.1",	"123-a1",
		"123-a1.1", "123-3",   "123-3.1", "123^patch1", "123^1",
		"123.a-1",  "123.1-1", "123a-1",  "124",
	};

	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
		compare(examples[i].a, examples[i].b, examples[i].want);
	row(sorted, sizeof(sorted) / sizeof(sorted[0]));
	row(systemd, sizeof(systemd) / sizeof(systemd[0]));
	return tap_done();
}
