/* SPDX-License-Identifier: GPL-2.0-or-later */
/* loader.conf(5), as systemd-boot reads it. */
#include "entries/loaderconf.h"

#include "tap.h"

static struct loaderconf conf;
static struct entries entries;

static void parse(const char *text)
{
	loaderconf_free(&conf);
	entries_free(&entries);
	if (loaderconf_parse(&conf, &entries, "/loader/loader.conf", text,
			     strlen(text)))
		ok(false, "parsing %s", text);
}

static void test_files(void)
{
	parse("#timeout 3\n#console-mode keep\ndefault 6a98-*\n");
	is(conf.by_default, "6a98-*", "bootctl install's");
	ok(conf.timeout == ENTRIES_NO_TIMEOUT, "without a timeout");

	parse("timeout 5\ndefault nixos-generation-42.conf\n"
	      "console-mode keep\n");
	is(conf.by_default, "nixos-generation-42.conf", "nixos");
	ok(conf.timeout == 5, "five seconds");

	parse("default  arch.conf\ntimeout  menu-force\neditor   no\n");
	is(conf.by_default, "arch.conf", "several blanks");
	ok(conf.timeout == ENTRIES_WAIT, "menu-force waits");

	parse("\xef\xbb\xbf"
	      "timeout\tmenu-hidden\r\ndefault\t\"Pop_OS-current\"\r\n");
	is(conf.by_default, "Pop_OS-current", "tabs, quotes, CR LF, BOM");
	ok(conf.timeout == 0, "menu-hidden does not wait");

	parse("timeout 4\rdefault one\r\r\ndefault @two\r\n");
	is(conf.by_default, "one", "a line ends at CR, as at CR LF");
	ok(conf.timeout == 4, "and so does its value");
	is(entries.rejected[0].source, "/loader/loader.conf:4",
	   "CR LF counts as one");

	parse("default \"a\" \"b\"\n");
	is(conf.by_default, "a\" \"b",
	   "the outer quotes go, whatever is inside");
	parse("default x\ndefault '\ndefault \"'\n");
	is(conf.by_default, "\"'", "a quote alone is nothing, two kinds none");

	parse("timeout 4294967295\n");
	ok(conf.timeout == ENTRIES_WAIT, "menu-force as a number");

	parse("timeout menu-disabled");
	ok(conf.timeout == 0, "menu-disabled neither; no last line break");

	parse("timeout 3\ntimeout 0\ndefault a\ndefault b\n");
	ok(conf.timeout == 0, "the last line counts");
	is(conf.by_default, "b", "of each key");

	parse("preferred new-*\ndefault old\n");
	is(conf.preferred, "new-*", "preferred");
	ok(entries.rejected_count == 0, "nothing to say");
}

static void test_wrong(void)
{
	parse("");
	ok(conf.timeout == ENTRIES_NO_TIMEOUT && !conf.by_default, "empty");
	parse("timeout\ndefault\ndefault  \n \n timeoutx 3\n");
	ok(conf.timeout == ENTRIES_NO_TIMEOUT && !conf.by_default,
	   "keys without values");
	parse("timeout 7\ntimeout soon\n");
	ok(conf.timeout == 7, "no number: what was before it holds");
	is(entries.rejected[0].source, "/loader/loader.conf:2", "its line");
	is(entries.rejected[0].reason, "timeout soon: no number of seconds",
	   "its reason");
	parse("timeout -1\ntimeout 99999999999999999999\ntimeout 3s\n"
	      "timeout 4294967296\n");
	ok(conf.timeout == ENTRIES_NO_TIMEOUT && entries.rejected_count == 4,
	   "numbers that are none");
	parse("default @saved\n");
	ok(!conf.by_default && entries.rejected_count == 1, "@saved");
	ok(strstr(entries.rejected[0].reason, "EFI variables") != NULL,
	   "says where it would be: %s", entries.rejected[0].reason);
	parse("default @next\n");
	ok(!conf.by_default && entries.rejected_count == 1, "@next");
}

static void test_patterns(void)
{
	ok(loaderconf_fits("arch-*.conf", "arch-lts.conf"), "an asterisk");
	ok(loaderconf_fits("Pop_OS-current", "pop_os-CURRENT"),
	   "any case, as on FAT");
	ok(!loaderconf_fits("arch", "arch-lts"), "all of it");
	ok(loaderconf_fits("nixos-generation-[0-4]?.conf",
			   "nixos-generation-42.conf"),
	   "a range");
}

int main(void)
{
	test_files();
	test_wrong();
	test_patterns();
	loaderconf_free(&conf);
	entries_free(&entries);
	return tap_done();
}
