/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list: ids, the default, limits, and what is said when it is empty. */
#include "entries/entries.h"

#include "dir.h"
#include "tap.h"

static void add(struct entries *list, const char *id, const char *title,
		const char *version, const char *flags)
{
	struct entry entry = {
		.id = strdup(id),
		.title = strdup(title),
		.version = *version ? strdup(version) : NULL,
		.source = strdup(id),
		.kernel = strdup(id),
		.cmdline = strdup(""),
		.hidden = strchr(flags, 'h') != NULL,
		.rescue = strchr(flags, 'r') != NULL,
		.incomplete = strchr(flags, 'i') != NULL,
	};

	if (entries_add(list, &entry))
		errx(1, "entries_add");
}

static void chooses(const struct entries *list, const char *wanted, long want,
		    bool noted)
{
	struct reason note;
	const char *by;
	long got = entries_default(list, wanted, &by, &note);

	ok(got == want && (note.text[0] != '\0') == noted, "default=%s: %ld %s",
	   wanted, got, note.text);
}

static void test_default(void)
{
	struct entries list = ENTRIES_NONE;

	chooses(&list, "", -1, false);
	add(&list, "/boot/vmlinuz-rescue", "Rescue", "99", "r");
	chooses(&list, "", -1, false);
	chooses(&list, "nope", -1, true);
	add(&list, "/boot/vmlinuz-6.9", "Incomplete", "6.9", "i");
	chooses(&list, "newest", 1, false);
	add(&list, "/boot/vmlinuz-6.1", "Debian, Linux 6.1", "6.1", "");
	add(&list, "/boot/vmlinuz-6.2", "Debian, Linux 6.2", "6.2", "");
	add(&list, "/boot/vmlinuz-6.2-b", "Debian, Linux 6.2 b", "6.2", "");
	add(&list, "/boot/vmlinuz-9", "Hidden", "9", "h");
	add(&list, "3", "A number", "", "");
	chooses(&list, "", 3, false);
	chooses(&list, "newest", 3, false);
	chooses(&list, "saved", 3, false);
	chooses(&list, "config", 3, false);
	chooses(&list, "/boot/vmlinuz-6.1", 2, false);
	chooses(&list, "Debian, Linux 6.1", 2, false);
	chooses(&list, "/boot/vmlinuz-rescue", 0, false);
	chooses(&list, "vmlinuz-6.1", 2, false);
	chooses(&list, "*6.2-*", 4, false);
	chooses(&list, "Debian*6.2", 3, false);
	chooses(&list, "0", 0, false);
	chooses(&list, "2", 2, false);
	/* An id goes before a number. */
	chooses(&list, "3", 6, false);
	chooses(&list, "7", 3, true);
	chooses(&list, "18446744073709551617", 3, true);
	chooses(&list, "nope", 3, true);
	ok(entries_find(&list, "/boot/vmlinuz-9") == &list.list[5] &&
		   !entries_find(&list, "vmlinuz-9"),
	   "found by id only");
	entries_free(&list);
}

/* What @wanted chooses, and why. */
static void is_by(const struct entries *list, const char *wanted,
		  const char *want)
{
	struct reason note;
	const char *by = "";

	(void)entries_default(list, wanted, &by, &note);
	ok(strcmp(by, want) == 0, "default=%s: %s", wanted, by);
}

/* As much as there may be of words, and not a byte more. */
static void test_words(void)
{
	enum { LENGTH = 1 << 20 };
	struct entries list = ENTRIES_NONE;
	char *words = malloc(LENGTH);
	struct entry entry = { 0 };
	struct reason why;
	size_t n = 0;

	if (!words)
		errx(1, "malloc");
	memset(words, 'a', LENGTH - 1);
	words[LENGTH - 1] = '\0';
	for (;; n++) {
		entry = (struct entry){ .id = strdup(""),
					.cmdline = strdup(words) };
		if (entries_is_full(&list, &entry, &why))
			break;
		if (entries_add(&list, &entry))
			errx(1, "entries_add");
	}
	ok(n == ENTRIES_WORDS_MAX / LENGTH, "%zu entries of 1 MiB", n);
	is(why.text,
	   "the entries have more than 12 MiB of words; this one is left out",
	   "why no more");
	ok(entries_add(&list, &entry) == -E2BIG && list.count == n, "none");
	entry = (struct entry){ .id = strdup("b") };
	ok(entries_add(&list, &entry) == 0, "a small one still");
	entries_free(&list);
	free(words);
}

static void test_long_reason(void)
{
	struct entries list = ENTRIES_NONE;
	char words[3 * ENTRIES_REASON_MAX];

	memset(words, 'a', sizeof(words) - 1);
	words[sizeof(words) - 1] = '\0';
	entries_reject(&list, "x", "%s", words);
	ok(list.rejected_count == 1 &&
		   strlen(list.rejected[0].reason) == ENTRIES_REASON_MAX &&
		   strstr(list.rejected[0].reason, "a..."),
	   "a reason is cut where it is too long");
	entries_free(&list);
}

static void test_path(void)
{
	struct entries list = ENTRIES_NONE;

	add(&list, "gnulinux-simple-U", "Debian", "3", "");
	add(&list, "gnulinux-1-advanced-U", "Advanced > Debian, Linux 1", "1",
	    "");
	add(&list, "gnulinux-2-advanced-U", "Advanced > Debian, Linux 2", "2",
	    "");
	list.list[1].path = strdup("gnulinux-advanced-U>gnulinux-1-advanced-U");
	list.list[2].path = strdup("gnulinux-advanced-U>gnulinux-2-advanced-U");
	chooses(&list, "gnulinux-advanced-U>gnulinux-1-advanced-U", 1, false);
	chooses(&list, "Advanced>Debian, Linux 2", 2, false);
	chooses(&list, "Advanced>Debian, Linux", 0, true);
	chooses(&list, "Advanced>", 0, true);
	chooses(&list, "other>gnulinux-1-advanced-U", 0, true);
	entries_free(&list);
}

static void test_configured(void)
{
	struct entries list = ENTRIES_NONE;
	struct reason note;
	const char *by;

	add(&list, "a", "A", "9", "i");
	add(&list, "b", "B", "5", "");
	add(&list, "c", "C", "7", "");
	add(&list, "d", "D", "8", "r");
	list.config.by_default = 1;
	chooses(&list, "", 1, false);
	chooses(&list, "config", 1, false);
	chooses(&list, "saved", 1, false);
	chooses(&list, "newest", 2, false);
	chooses(&list, "nope", 1, true);
	is_by(&list, "", "by its configuration");
	is_by(&list, "saved", "by its configuration");
	is_by(&list, "newest", "the newest");
	is_by(&list, "C", "by kboot.default=");
	is_by(&list, "nope", "by its configuration");
	list.config.saved = 2;
	chooses(&list, "saved", 2, false);
	is_by(&list, "saved", "by what its configuration has saved");
	list.config.by_default = 3;
	chooses(&list, "", 3, false);
	list.config.by_default = 99;
	chooses(&list, "", 2, false);
	list.config.by_default = 0;
	chooses(&list, "", 2, true);
	(void)entries_default(&list, "", &by, &note);
	is(by, "the newest", "and why it is told");
	is(note.text,
	   "a, the configured default, lacks a file; the default is c",
	   "what lacks a file gives way, and it is told");
	list.list[1].worn_out = true;
	list.list[2].incomplete = true;
	chooses(&list, "", 0, false);
	list.config.by_default = -1;
	list.list[0].worn_out = true;
	chooses(&list, "", 2, false);
	list.list[2].worn_out = true;
	chooses(&list, "", -1, false);
	entries_free(&list);
}

static void test_timeout(void)
{
	struct entries list = ENTRIES_NONE;
	struct settings settings = { 0 };

	ok(entries_timeout(&list, &settings) == ENTRIES_NO_TIMEOUT,
	   "nobody says how long");
	list.config.timeout = ENTRIES_WAIT;
	ok(entries_timeout(&list, &settings) == ENTRIES_WAIT,
	   "the configuration waits");
	list.config.timeout = 0;
	ok(entries_timeout(&list, &settings) == 0, "or not at all");
	if (settings_command_line(&settings, "kboot.timeout=3", 15, NULL))
		errx(1, "settings");
	ok(entries_timeout(&list, &settings) == 3, "a person stands above");
	settings_free(&settings);
}

static void test_limits(void)
{
	struct entries list = ENTRIES_NONE;
	struct entry one = { 0 };

	for (int i = 0; i < ENTRIES_MAX; i++)
		add(&list, "x", "y", "", "");
	one.id = strdup("z");
	ok(entries_add(&list, &one) == -E2BIG && list.count == ENTRIES_MAX &&
		   !one.id,
	   "no more entries than the limit");
	for (int i = 0; i < ENTRIES_REJECTED_MAX + 3; i++)
		entries_reject(&list, "a\nb", "c\x1b%d", i);
	ok(list.rejected_count == ENTRIES_REJECTED_MAX &&
		   list.rejected_dropped == 3,
	   "nor rejections; the rest is counted");
	is(list.rejected[1].source, "a?b", "sources are cleaned");
	is(list.rejected[1].reason, "c?1", "reasons are cleaned");
	entries_free(&list);
	entries_free(&list);
}

/* A reason that begins with its source says it once. */
static void test_reject_source(void)
{
	static const struct {
		const char *source, *sentence, *want;
	} cases[] = {
		{ "/a", "/a: is empty", "is empty" },
		{ "/a:12", "/a: is empty", "is empty" },
		{ "/a:12", "/a:12: is empty", "is empty" },
		{ "/a:b", "/a:b: is empty", "is empty" },
		{ "/a", "/ab: is empty", "/ab: is empty" },
		{ "/a", "/a is empty", "/a is empty" },
		{ "/a", "/a: ", "/a: " },
		{ "", ": is empty", ": is empty" },
		{ "a\nb", "a\nb: is empty", "is empty" },
	};
	struct entries list = ENTRIES_NONE;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		entries_reject(&list, cases[i].source, "%s", cases[i].sentence);
		is(list.rejected[i].reason, cases[i].want, cases[i].sentence);
	}
	entries_free(&list);
}

/* @count trees "0", "1", ... of the test's directory, all of one UUID. */
static int gather(struct entries *ret, const char *line, size_t count,
		  struct reason *why)
{
	struct settings settings = { 0 };
	struct tree trees[3];
	struct guest guest = { trees, count, &settings };
	int err;

	if (settings_command_line(&settings, line, strlen(line), why))
		errx(1, "%s", why->text);
	for (size_t i = 0; i < count; i++) {
		char spec[512];

		(void)snprintf(spec, sizeof(spec), "%zu/", i);
		(void)dir_at(spec);
		(void)snprintf(spec, sizeof(spec), "%s/%zu%s", dir_path, i,
			       i ? ",uuid=U" : ",dev=/dev/vda1");
		if (tree_open(&trees[i], spec, why))
			errx(1, "%s", why->text);
	}
	err = entries_gather(ret, &guest, why);
	for (size_t i = 0; i < count; i++)
		tree_close(&trees[i]);
	settings_free(&settings);
	return err;
}

static void test_gather(void)
{
	struct entries list;
	struct reason why;

	ok(gather(&list, "", 0, &why) == -ENOENT &&
		   strstr(why.text, "no file system"),
	   "nowhere to look");
	entries_free(&list);
	ok(gather(&list, "", 2, &why) == -ENOENT, "nothing there");
	is(why.text,
	   "no kernel found in / and /boot of /dev/vda1, U (0 rejected)",
	   "says where it was looked");
	entries_free(&list);

	dir_file("0/boot/vmlinuz-6.1", "a");
	dir_file("1/boot/vmlinuz-6.1", "b");
	dir_file("2/boot/vmlinuz-6.1", "c");
	ok(gather(&list, "kboot.default=nope", 3, &why) == 0 && list.count == 3,
	   "one path on three file systems");
	is(list.list[0].id, "/boot/vmlinuz-6.1", "the first has a short id");
	is(list.list[1].id, "UUID=U:/boot/vmlinuz-6.1",
	   "the second says where it is, as kernel= does");
	is(list.list[2].id, "fs2:UUID=U:/boot/vmlinuz-6.1",
	   "a clone of it differs all the same");
	ok(list.by_default == 0, "the first is the default");
	is(list.default_note.text,
	   "kboot.default=nope: there is no such entry; the default is "
	   "/boot/vmlinuz-6.1",
	   "and why it is");
	entries_free(&list);

	ok(gather(&list, "kernel=vmlinuz-6.1", 3, &why) == 0 &&
		   list.count == 1 &&
		   strcmp(list.list[0].source, "command line") == 0,
	   "kernel= stands above what is found");
	entries_free(&list);
	ok(gather(&list, "kernel=other", 3, &why) == -ENOENT && !list.count,
	   "and is not guessed around");
	entries_free(&list);
}

int main(void)
{
	dir_start();
	test_default();
	test_configured();
	test_path();
	test_long_reason();
	test_words();
	test_timeout();
	test_limits();
	test_reject_source();
	test_gather();
	dir_end();
	return tap_done();
}
