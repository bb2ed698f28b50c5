/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The settings, as one table. A bad value is never fatal: it leaves a
 * sentence and the default, because a typo must not stop a boot.
 */
#include "settings/settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "settings/conf.h"

/* A day: longer countdowns and waits are typing errors. */
enum { SECONDS_MAX = 24 * 60 * 60 };

/* Who may set it. */
enum scope {
	/* Found out from other words, never set by name. */
	DERIVED,
	/* The command line only: a word that Linux has a meaning for. */
	LINUX,
	/* The embedded file too; the guest's is read when it is too late. */
	HOST,
	/* The guest's file as well. */
	GUEST,
};

enum kind { TEXT, SECONDS, ONE_OF };

struct row {
	const char *name;
	enum scope scope;
	enum kind kind;
	const char *fallback;
	/* ONE_OF: the words that are good, parted by blanks. */
	const char *words;
	/* Taken for a value that is not understood; NULL: the fallback. A lock
	 * that was misspelt is a lock all the same. */
	const char *mistaken;
};

/* clang-format off */
static const struct row rows[SETTING_COUNT] = {
	[SETTING_ROOT]        = { "root",        HOST,    TEXT,    "",     "" },
	[SETTING_BOOT]        = { "boot",        HOST,    TEXT,    "",     "" },
	[SETTING_KERNEL]      = { "kernel",      HOST,    TEXT,    "",     "" },
	[SETTING_KERNEL_DEV]  = { "kernel_dev",  DERIVED, TEXT,    "",     "" },
	[SETTING_RAMDISK]     = { "ramdisk",     HOST,    TEXT,    "",     "" },
	[SETTING_RAMDISK_DEV] = { "ramdisk_dev", DERIVED, TEXT,    "",     "" },
	[SETTING_RW]          = { "rw",          DERIVED, TEXT,    "0",    "" },
	[SETTING_ROOTFSTYPE]  = { "rootfstype",  LINUX,   TEXT,    "",     "" },
	[SETTING_ROOTFLAGS]   = { "rootflags",   LINUX,   TEXT,    "",     "" },
	[SETTING_INIT]        = { "init",        LINUX,   TEXT,    "",     "" },
	[SETTING_INIT_ARGS]   = { "init_args",   DERIVED, TEXT,    "",     "" },
	[SETTING_DEFAULT]     = { "default",     GUEST,   TEXT,    "",     "" },
	[SETTING_TIMEOUT]     = { "timeout",     GUEST,   SECONDS, "5",    "" },
	[SETTING_MENU]        = { "menu",        GUEST,   ONE_OF,  "auto", "auto always never" },
	[SETTING_WAIT]        = { "wait",        HOST,    SECONDS, "10",   "" },
	[SETTING_ONFAIL]      = { "onfail",      GUEST,   ONE_OF,  "menu", "menu shell reboot poweroff" },
	[SETTING_SHELL]       = { "shell",       GUEST,   ONE_OF,  "yes",  "no yes", "no" },
	[SETTING_LOADER]      = { "loader",      GUEST,   ONE_OF,  "kboot", "kboot kexec-tools" },
	[SETTING_METHOD]      = { "method",      GUEST,   ONE_OF,  "auto", "auto load file" },
	[SETTING_CONSOLE]     = { "console",     GUEST,   ONE_OF,  "keep", "keep own" },
	[SETTING_APPEND]      = { "append",      GUEST,   TEXT,    "",     "" },
	[SETTING_REMOVE]      = { "remove",      GUEST,   TEXT,    "",     "" },
	[SETTING_DEBUG]       = { "debug",       GUEST,   ONE_OF,  "0",    "0 1" },
};
/* clang-format on */

/* From here on the command line has "kboot." before the name. */
enum { FIRST_KBOOT = SETTING_DEFAULT };

/*
 * Settings of kboot.conf as petitboot and kboot 2006 know it: they stand for
 * the entries of that file, and are no mistakes.
 */
static const char *const entry_keys[] = { "root", "initrd", "video",
					  "message" };

/*
 * Words for init that people type without "--": Linux hands every word it
 * does not know to init, and these are those that init programs read
 * (init(8) of sysvinit; systemd(1), "Kernel command line"; busybox init).
 */
static const char *const init_words[] = {
	"single", "s", "S", "emergency", "rescue", "auto", "0",	 "1",
	"2",	  "3", "4", "5",	 "6",	   "-b",   "-s",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Leaves the sentence built in @t, which it frees. */
static void note(struct settings *s, struct text *t)
{
	char *sentence = NULL;

	if (s->note_count < SETTINGS_NOTES_MAX)
		sentence = text_take(t);
	text_free(t);
	if (!sentence) {
		s->notes_dropped++;
		return;
	}
	text_clean(sentence);
	s->notes[s->note_count++] = sentence;
}

/* Moves @value past zeroes in front, which sh would take for octal. */
static const char *check_seconds(const char **value)
{
	long seconds = 0;

	if (!**value)
		return "not a number of seconds";
	for (const char *p = *value; *p; p++) {
		if (*p < '0' || *p > '9')
			return "not a number of seconds";
		seconds = seconds * 10 + (*p - '0');
		if (seconds > SECONDS_MAX)
			return "more than a day";
	}
	while ((*value)[0] == '0' && (*value)[1])
		(*value)++;
	return NULL;
}

/* True if @value is one of @words, which are parted by blanks. */
static bool is_one_of(const char *value, const char *words)
{
	size_t len = strlen(value);

	while (len && *words) {
		size_t next = strcspn(words, " ");

		if (next == len && strncmp(words, value, len) == 0)
			return true;
		words += next + (words[next] == ' ');
	}
	return false;
}

/* The word that a switch has for one of its other forms, or @value. */
static const char *switch_word(const char *words, const char *value)
{
	bool no = is_one_of(value, "0 no off false");
	bool yes = is_one_of(value, "1 yes on true");

	if (strcmp(words, "no yes") == 0)
		return no ? "no" : yes ? "yes" : value;
	if (strcmp(words, "0 1") == 0)
		return no ? "0" : yes ? "1" : value;
	return value;
}

/* Puts the one form of a good value into *@value; the problem of a bad one
 * into @problem. */
static bool check(const struct row *row, const char **value,
		  struct text *problem)
{
	const char *seconds = NULL;

	if (row->kind == SECONDS)
		seconds = check_seconds(value);
	if (row->kind == ONE_OF)
		*value = switch_word(row->words, *value);
	if (text_control(*value))
		text_add(problem, "control characters in it");
	else if (seconds)
		text_add(problem, seconds);
	else if (row->kind == ONE_OF && !is_one_of(*value, row->words))
		text_addf(problem, "none of %s", row->words);
	return problem->len == 0;
}

/* Where `DEVICE:/path` parts; 0 when @value is a path alone. */
static size_t device_len(const char *value)
{
	const char *part = strstr(value, ":/");

	if (!part || part == value)
		return 0;
	if (value[0] == '/' && strncmp(value, "/dev/", strlen("/dev/")) != 0)
		return 0;
	return (size_t)(part - value);
}

static int put(struct settings *s, enum setting which, const char *value,
	       size_t len)
{
	free(s->value[which]);
	s->value[which] = strndup(value, len);
	return s->value[which] ? 0 : -ENOMEM;
}

/* kernel= and ramdisk= hold a device as well, whose setting is the next. */
static int put_path(struct settings *s, enum setting which, const char *value)
{
	size_t device = device_len(value);
	int err = put(s, which + 1, value, device);

	if (device)
		value += device + 1;
	return err ? err : put(s, which, value, strlen(value));
}

/*
 * One setting out of the current source; @where ("kboot.conf:3: " or "") and
 * @word are for the note. An empty value means the default.
 */
static int set(struct settings *s, enum setting which, const char *where,
	       const char *word, const char *value)
{
	const struct row *row = &rows[which];
	struct text problem = { 0 };
	const char *good = value;
	int err = 0;

	if (s->by[which] && s->by[which] != s->sources)
		return 0;
	s->by[which] = s->sources;
	free(s->value[which]);
	s->value[which] = NULL;
	if (!*value)
		return 0;
	if (!check(row, &good, &problem)) {
		const char *taken =
			row->mistaken ? row->mistaken : row->fallback;
		struct text t = { 0 };

		text_addf(&t, "%s%s=%s: %s; ", where, word, value,
			  text_str(&problem));
		text_addf(&t, *taken ? "using %s" : "ignored%s", taken);
		note(s, &t);
		if (row->mistaken)
			err = put(s, which, taken, strlen(taken));
	} else if (which == SETTING_KERNEL || which == SETTING_RAMDISK) {
		err = put_path(s, which, good);
	} else {
		err = put(s, which, good, strlen(good));
	}
	text_free(&problem);
	return err;
}

/* The setting called @key, those of kboot.* or the others, or SETTING_COUNT. */
static enum setting find(bool kboot, const char *key)
{
	enum setting which = kboot ? FIRST_KBOOT : 0;
	enum setting end = kboot ? SETTING_COUNT : FIRST_KBOOT;

	for (; which < end; which++)
		if (rows[which].scope != DERIVED &&
		    cmdline_same_key(rows[which].name, key))
			return which;
	return SETTING_COUNT;
}

/* One word of the command line. */
static int set_word(struct settings *s, const struct cmdline_word *word)
{
	static const char prefix[] = "kboot.";
	size_t len = strlen(prefix);
	enum setting which;

	if (strcmp(word->key, "ro") == 0 || strcmp(word->key, "rw") == 0)
		return put(s, SETTING_RW, word->key[1] == 'w' ? "1" : "0", 1);
	if (strncmp(word->key, prefix, len) != 0) {
		which = find(false, word->key);
		if (which == SETTING_COUNT || !word->value)
			return 0;
		return set(s, which, "", word->key, word->value);
	}
	which = find(true, word->key + len);
	if (which == SETTING_COUNT) {
		struct text t = { 0 };

		text_addf(&t, "%s: kboot has no such setting; ignored",
			  word->key);
		note(s, &t);
		return 0;
	}
	if (!word->value && rows[which].kind != ONE_OF) {
		struct text t = { 0 };

		text_addf(&t, "%s: has no value; ignored", word->key);
		note(s, &t);
		return 0;
	}
	/* A switch may stand without a value, as Linux's own do. */
	return set(s, which, "", word->key, word->value ? word->value : "1");
}

/* What init would be given: words it reads, and everything after "--". */
static int put_init_args(struct settings *s)
{
	struct text args = { 0 };
	const char *value;
	int err = 0;

	for (size_t i = 0; i < s->line.count; i++) {
		const struct cmdline_word *word = &s->line.words[i];
		bool wanted = i >= s->line.init_from;

		for (size_t k = 0; !wanted && i < s->line.kernel_count &&
				   k < COUNT(init_words);
		     k++)
			wanted = strcmp(word->raw, init_words[k]) == 0;
		if (!wanted || text_control(word->raw))
			continue;
		text_addf(&args, "%s%s", args.len ? " " : "", word->raw);
	}
	value = text_str(&args);
	err = text_error(&args);
	if (!err && *value)
		err = put(s, SETTING_INIT_ARGS, value, strlen(value));
	text_free(&args);
	return err;
}

int settings_command_line(struct settings *s, const char *text, size_t len,
			  struct reason *why)
{
	int err = cmdline_parse(&s->line, text, len, why);

	s->sources++;
	for (size_t i = 0; !err && i < s->line.kernel_count; i++)
		err = set_word(s, &s->line.words[i]);
	if (!err)
		err = put_init_args(s);
	if (err == -ENOMEM)
		return reason(why, ENOMEM, "no memory for the settings");
	return err;
}

static bool is_entry_key(const char *key)
{
	for (size_t i = 0; i < COUNT(entry_keys); i++)
		if (strcmp(key, entry_keys[i]) == 0)
			return true;
	return false;
}

/* The setting that a line of a kboot.conf means, or SETTING_COUNT. */
static enum setting find_line(const char *key)
{
	enum setting which;

	if (strncmp(key, "kboot.", strlen("kboot.")) == 0)
		return find(true, key + strlen("kboot."));
	which = find(true, key);
	return which == SETTING_COUNT ? find(false, key) : which;
}

bool settings_is_key(const char *key)
{
	return find_line(key) < SETTING_COUNT || is_entry_key(key);
}

/* One line of a kboot.conf; its problem goes into @problem. */
static int set_line(struct settings *s, const char *where, bool is_host,
		    const struct conf_line *line, struct text *problem)
{
	enum setting which;

	if (line->problem) {
		text_addf(problem, "%s", line->problem);
		return 0;
	}
	which = find_line(line->key);
	if (which < SETTING_COUNT && rows[which].scope == GUEST)
		return set(s, which, where, line->key, line->value);
	if (which < SETTING_COUNT && rows[which].scope == HOST && is_host)
		return set(s, which, where, line->key, line->value);
	if (is_entry_key(line->key))
		return 0;
	if (which < SETTING_COUNT && rows[which].scope == HOST)
		text_addf(problem, "%s= is for the host to set", line->key);
	else if (which < SETTING_COUNT)
		text_addf(problem, "%s= belongs on the command line",
			  line->key);
	else if (!conf_is_entry(line))
		text_addf(problem, "%s= is no setting", line->key);
	return 0;
}

/* As set_line(), with the note. */
static int take_line(struct settings *s, const char *name, bool is_host,
		     const struct conf_line *line)
{
	struct text where = { 0 }, problem = { 0 };
	int err;

	text_addf(&where, "%s:%u: ", name, line->number);
	err = set_line(s, text_str(&where), is_host, line, &problem);
	if (problem.len) {
		text_addf(&where, "%s; ignored", text_str(&problem));
		note(s, &where);
	}
	text_free(&where);
	text_free(&problem);
	return err;
}

int settings_conf(struct settings *s, const char *name, bool is_host,
		  const char *bytes, size_t len, struct reason *why)
{
	struct reason limit;
	struct conf conf;
	int err = conf_parse(&conf, bytes, len, &limit);

	s->sources++;
	if (err && err != -ENOMEM) {
		struct text t = { 0 };

		text_addf(&t, "%s: %s", name, limit.text);
		note(s, &t);
		err = 0;
	}
	for (size_t i = 0; !err && i < conf.count; i++)
		err = take_line(s, name, is_host, &conf.lines[i]);
	conf_free(&conf);
	return err ? reason(why, ENOMEM, "no memory for %s", name) : 0;
}

const char *settings_get(const struct settings *s, enum setting which)
{
	if (s->value[which])
		return s->value[which];
	/* Only the guest's own init under this kernel needs a name for it. */
	if (which == SETTING_INIT && s->value[SETTING_KERNEL] &&
	    strcmp(s->value[SETTING_KERNEL], "self") == 0)
		return "/sbin/init";
	return rows[which].fallback;
}

int settings_number(const struct settings *s, enum setting which)
{
	return (int)strtol(settings_get(s, which), NULL, 10);
}

const char *settings_name(enum setting which)
{
	return rows[which].name;
}

int settings_compose(const struct settings *s, const char *options,
		     const char *root, char **ret, struct reason *why)
{
	struct text given = { 0 };
	struct cmdline_recipe recipe = {
		.own = &s->line,
		.options = options,
		.root = root,
		.add_ro = true,
		.own_console =
			strcmp(settings_get(s, SETTING_CONSOLE), "own") == 0,
		.remove = settings_get(s, SETTING_REMOVE),
		.append = settings_get(s, SETTING_APPEND),
	};
	int err;

	/* root= of the embedded file is given as well as the command line's. */
	if (s->value[SETTING_ROOT]) {
		text_addf(&given, "root=%s", s->value[SETTING_ROOT]);
		recipe.root = text_str(&given);
	}
	err = cmdline_compose(&recipe, ret, why);
	text_free(&given);
	return err;
}

void settings_free(struct settings *s)
{
	cmdline_free(&s->line);
	for (size_t i = 0; i < SETTING_COUNT; i++)
		free(s->value[i]);
	for (size_t i = 0; i < s->note_count; i++)
		free(s->notes[i]);
	memset(s, 0, sizeof(*s));
}
