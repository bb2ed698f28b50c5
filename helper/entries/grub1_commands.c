/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GRUB legacy's commands, as in stage2/builtins.c of GRUB 0.97. Each notes
 * what it means for the menu or the entry; none does what it says.
 */
#include "entries/grub1_commands.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "entries/draft.h"
#include "entries/place.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum when {
	/* In an entry; before the first title it is ignored. */
	ENTRY = 1,
	/* Before the first title; an entry with it fails, but title. */
	MENU = 2,
};

struct command {
	const char *name;
	unsigned int when;
	/* NULL: of no interest here. -ENOMEM, or 0. */
	int (*run)(struct grub1_menu *m, unsigned int line, const char *arg,
		   struct reason *why);
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

const char *grub1_skip_word(const char *s, bool after_equal)
{
	while (*s && !is_blank(*s) && !(after_equal && *s == '='))
		s++;
	while (is_blank(*s) || (after_equal && *s == '='))
		s++;
	return s;
}

static size_t word_len(const char *s)
{
	return strcspn(s, " \t");
}

/* The stanza cannot be started; the first reason is the one. */
__attribute__((format(printf, 3, 4))) static void
fail(struct grub1_menu *m, unsigned int line, const char *fmt, ...)
{
	struct grub1_stanza *s = &m->stanza;
	va_list ap;

	if (s->problem.text[0])
		return;
	va_start(ap, fmt);
	(void)vsnprintf(s->problem.text, sizeof(s->problem.text), fmt, ap);
	va_end(ap);
	s->problem_line = line;
}

/*
 * The file that the first word of @arg names: its path, for the caller to
 * free, and in *@on the tree to look on first. NULL: the stanza has failed,
 * or there is no memory, which *@err tells.
 */
static char *file_arg(struct grub1_menu *m, unsigned int line, const char *arg,
		      const char *what, size_t *on, int *err)
{
	struct grub1_stanza *s = &m->stanza;
	long likely = s->likely;
	char *word = strndup(arg, word_len(arg)), *path, *found;

	*err = word ? 0 : -ENOMEM;
	*on = s->on;
	if (!word)
		return NULL;
	path = word;
	if (m->budget->lookups++ >= GRUB1_LOOKUPS_MAX) {
		fail(m, line, "%s: more than %d files are named", what,
		     GRUB1_LOOKUPS_MAX);
		path = NULL;
	} else if (draft_is_remote(word)) {
		fail(m, line, "%s: %s is on the network", what, word);
		path = NULL;
	} else if (*word == '(') {
		likely = grub1_device(m->guest, word);
		*on = m->tree;
		path = strchr(word, ')');
		path = path && path[1] == '/' ? path + 1 : NULL;
		if (!path)
			fail(m, line, "%s: %s names no file", what, word);
	} else if (!*word) {
		fail(m, line, "%s: no file is named", what);
		path = NULL;
	}
	if (path && likely >= 0 &&
	    place_find_on(&found, m->guest, (size_t)likely, what, path, NULL) ==
		    0) {
		*on = (size_t)likely;
		free(found);
	}
	path = path ? strdup(path) : NULL;
	if (!path && !m->stanza.problem.text[0])
		*err = -ENOMEM;
	free(word);
	return path;
}

/* ---- commands before the first title ---- */

static int run_default(struct grub1_menu *m, unsigned int line, const char *arg,
		       struct reason *why)
{
	m->wants_saved = strncmp(arg, "saved", 5) == 0 && word_len(arg) == 5;
	if (!m->wants_saved && !grub1_number(arg, &m->number))
		draft_reject(m->entries, m->path, line,
			     "default %s: is no number", arg);
	return 0;
}

static int run_fallback(struct grub1_menu *m, unsigned int line,
			const char *arg, struct reason *why)
{
	m->fallback_count = 0;
	for (; *arg; arg = grub1_skip_word(arg, false)) {
		int number;

		if (!grub1_number(arg, &number)) {
			draft_reject(m->entries, m->path, line,
				     "fallback %s: is no number", arg);
			break;
		}
		if (m->fallback_count == GRUB1_FALLBACKS)
			break;
		m->fallback[m->fallback_count++] = number;
	}
	return 0;
}

static int run_timeout(struct grub1_menu *m, unsigned int line, const char *arg,
		       struct reason *why)
{
	/* "-1" is no number to GRUB either: it waits, as without the line. */
	if (!grub1_number(arg, &m->timeout) && strncmp(arg, "-1", 2) == 0)
		m->timeout = ENTRIES_WAIT;
	return 0;
}

/* Before the titles it is for what is locked; in an entry, for that entry. */
static int run_password(struct grub1_menu *m, unsigned int line,
			const char *arg, struct reason *why)
{
	if (m->stanza.title)
		m->stanza.locked = true;
	else
		m->has_password = true;
	return 0;
}

/* ---- commands of an entry ---- */

static int run_lock(struct grub1_menu *m, unsigned int line, const char *arg,
		    struct reason *why)
{
	m->stanza.locked |= m->has_password;
	return 0;
}

/* Before the titles it says nothing of where an entry's files are. */
static int run_network(struct grub1_menu *m, unsigned int line, const char *arg,
		       struct reason *why)
{
	if (m->stanza.title)
		fail(m, line, "its files are on the network");
	return 0;
}

static int run_root(struct grub1_menu *m, unsigned int line, const char *arg,
		    struct reason *why)
{
	m->stanza.on = m->tree;
	m->stanza.likely = grub1_device(m->guest, arg);
	if (strncmp(arg, "(nd", 3) == 0)
		return run_network(m, line, arg, why);
	return 0;
}

/* Debian's and Ubuntu's patch: root by the UUID of the file system. */
static int run_uuid(struct grub1_menu *m, unsigned int line, const char *arg,
		    struct reason *why)
{
	char *uuid = strndup(arg, word_len(arg));
	bool all_known = true;
	long found;

	if (!uuid)
		return entries_no_memory(why);
	found = place_by_uuid(m->guest, uuid);
	for (size_t i = 0; i < m->guest->tree_count; i++)
		all_known &= *m->guest->trees[i].uuid != '\0';
	if (found >= 0)
		m->stanza.on = (size_t)found;
	else if (all_known)
		fail(m, line, "no file system has the UUID %s", uuid);
	m->stanza.likely = found;
	free(uuid);
	return 0;
}

/* Ubuntu's and Gentoo's patch: find --set-root FILE */
static int run_find(struct grub1_menu *m, unsigned int line, const char *arg,
		    struct reason *why)
{
	const char *path = arg;
	char *found, *name;

	if (strncmp(arg, "--set-root", 10) != 0)
		return 0;
	while (strncmp(path, "--", 2) == 0)
		path = grub1_skip_word(path, false);
	name = strndup(path, word_len(path));
	if (!name)
		return entries_no_memory(why);
	for (size_t i = 0; *name && i < m->guest->tree_count; i++) {
		if (place_find_on(&found, m->guest, i, "find", name, NULL))
			continue;
		free(found);
		m->stanza.on = i;
		m->stanza.likely = (long)i;
		break;
	}
	free(name);
	return 0;
}

/* The options of kernel; what comes behind them. */
static const char *kernel_options(struct grub1_menu *m, unsigned int line,
				  const char *arg)
{
	static const char type[] = "--type=";

	m->stanza.entry.kind = ENTRY_LINUX;
	for (;; arg = grub1_skip_word(arg, false)) {
		const char *value = arg + strlen(type);

		if (strncmp(arg, "--no-mem-option", 15) == 0)
			continue;
		if (strncmp(arg, type, strlen(type)) != 0)
			return arg;
		if (strncmp(value, "multiboot", 9) == 0)
			m->stanza.entry.kind = ENTRY_MULTIBOOT;
		else if (strncmp(value, "linux", 5) != 0 &&
			 strncmp(value, "biglinux", 8) != 0)
			fail(m, line, "kernel: %.*s is no kernel of Linux",
			     (int)word_len(arg), arg);
	}
}

static int run_kernel(struct grub1_menu *m, unsigned int line, const char *arg,
		      struct reason *why)
{
	struct entry *entry = &m->stanza.entry;
	struct reason problem;
	const char *name;
	char *path;
	size_t on;
	int err;

	/* Whatever was loaded before is forgotten. */
	entries_free_entry(entry);
	arg = kernel_options(m, line, arg);
	path = file_arg(m, line, arg, "kernel", &on, &err);
	if (!path)
		return err ? entries_no_memory(why) : 0;
	name = strrchr(path, '/');
	name = name ? name + 1 : path;
	if (strncmp(name, "memdisk", 7) == 0)
		fail(m, line,
		     "memdisk starts a disk image, which is no kernel");
	else if (strcmp(name, "core.img") == 0)
		fail(m, line,
		     "core.img is GRUB 2, whose menu is grub.cfg, and no "
		     "kernel");
	else if (draft_is_lkrn(path, &problem))
		fail(m, line, "%s", problem.text);
	else if (place_kernel(entry, m->guest, on, path, &problem))
		fail(m, line, "%s", problem.text);
	free(path);
	entry->cmdline = draft_words(grub1_skip_word(arg, false));
	return entry->cmdline ? 0 : entries_no_memory(why);
}

/* One initrd or module; @words is taken. */
static int add_file(struct grub1_menu *m, unsigned int line, const char *arg,
		    const char *what, char *words, struct reason *why)
{
	struct entry *entry = &m->stanza.entry;
	struct reason problem;
	char *path, *found = NULL;
	size_t on, tree;
	int err;

	path = file_arg(m, line, arg, what, &on, &err);
	if (path)
		err = place_find(&tree, &found, m->guest, on, what, path,
				 &problem);
	if (found) {
		err = entries_add_initrd(entry, tree, found);
		if (!err) {
			entry->initrd[entry->initrd_count - 1].words = words;
			words = NULL;
		}
	} else if (path && words && !entry->initrd_count) {
		/* Without its first module, dom0's kernel, Xen is nothing. */
		fail(m, line, "%s", problem.text);
	} else if (path && err != -ENOMEM && !m->stanza.problem.text[0]) {
		entry->incomplete = true;
		draft_reject(m->entries, m->path, line, "%s", problem.text);
	}
	free(words);
	free(path);
	free(found);
	return err == -ENOMEM ? entries_no_memory(why) : 0;
}

static int run_initrd(struct grub1_menu *m, unsigned int line, const char *arg,
		      struct reason *why)
{
	struct entry *entry = &m->stanza.entry;
	int err = 0;

	if (entry->kind == ENTRY_MULTIBOOT) {
		fail(m, line, "initrd: a Multiboot kernel has modules");
		return 0;
	}
	for (size_t i = 0; i < entry->initrd_count; i++) {
		free(entry->initrd[i].path);
		free(entry->initrd[i].words);
	}
	free(entry->initrd);
	entry->initrd = NULL;
	entry->initrd_count = 0;
	entry->incomplete = false;
	do {
		err = add_file(m, line, arg, "initrd", NULL, why);
		arg = grub1_skip_word(arg, false);
	} while (!err && *arg);
	return err;
}

static int run_module(struct grub1_menu *m, unsigned int line, const char *arg,
		      struct reason *why)
{
	struct entry *entry = &m->stanza.entry;
	char *words;

	if (entry->initrd_count && !entry->initrd[0].words) {
		fail(m, line, "module: a kernel with an initrd has none");
		return 0;
	}
	words = draft_words(grub1_skip_word(arg, false));
	if (!words)
		return entries_no_memory(why);
	entry->kind = ENTRY_MULTIBOOT;
	return add_file(m, line, arg, "module", words, why);
}

static int run_chainloader(struct grub1_menu *m, unsigned int line,
			   const char *arg, struct reason *why)
{
	fail(m, line, "chainloader %s: starts another boot loader, no kernel",
	     arg);
	return 0;
}

static int run_stop(struct grub1_menu *m, unsigned int line, const char *arg,
		    struct reason *why)
{
	if (!m->stanza.entry.kernel)
		fail(m, line, "starts no kernel: it stops or restarts");
	return 0;
}

static int run_configfile(struct grub1_menu *m, unsigned int line,
			  const char *arg, struct reason *why)
{
	struct grub1_stanza *s = &m->stanza;
	int err;

	free(s->configfile);
	s->configfile =
		file_arg(m, line, arg, "configfile", &s->configfile_on, &err);
	return err ? entries_no_memory(why) : 0;
}

/*
 * builtin_table of stage2/builtins.c, and what Debian, Ubuntu, Fedora, SUSE
 * and Gentoo added to it. Anything else is skipped by GRUB as it reads, and
 * does not even make an entry.
 */
/* clang-format off */
static const struct command commands[] = {
	{ "background",    MENU | ENTRY, NULL },
	{ "blocklist",     ENTRY,        NULL },
	{ "boot",          ENTRY,        NULL },
	{ "bootp",         MENU | ENTRY, run_network },
	{ "cat",           ENTRY,        NULL },
	{ "chainloader",   ENTRY,        run_chainloader },
	{ "cmp",           ENTRY,        NULL },
	{ "color",         MENU | ENTRY, NULL },
	{ "configfile",    ENTRY,        run_configfile },
	{ "debug",         ENTRY,        NULL },
	{ "default",       MENU,         run_default },
	{ "device",        MENU | ENTRY, NULL },
	{ "dhcp",          MENU | ENTRY, run_network },
	{ "displayapm",    ENTRY,        NULL },
	{ "displaymem",    ENTRY,        NULL },
	{ "embed",         ENTRY,        NULL },
	{ "fallback",      MENU,         run_fallback },
	{ "find",          ENTRY,        run_find },
	{ "foreground",    MENU | ENTRY, NULL },
	{ "fstest",        ENTRY,        NULL },
	{ "geometry",      ENTRY,        NULL },
	{ "gfxmenu",       MENU | ENTRY, NULL },
	{ "halt",          ENTRY,        run_stop },
	{ "help",          ENTRY,        NULL },
	{ "hiddenmenu",    MENU,         NULL },
	{ "hide",          MENU | ENTRY, NULL },
	{ "ifconfig",      MENU | ENTRY, run_network },
	{ "impsprobe",     ENTRY,        NULL },
	{ "initrd",        ENTRY,        run_initrd },
	{ "install",       ENTRY,        NULL },
	{ "ioprobe",       ENTRY,        NULL },
	{ "kernel",        ENTRY,        run_kernel },
	{ "lock",          ENTRY,        run_lock },
	{ "makeactive",    ENTRY,        NULL },
	{ "map",           ENTRY,        NULL },
	{ "md5crypt",      ENTRY,        NULL },
	{ "module",        ENTRY,        run_module },
	{ "modulenounzip", ENTRY,        run_module },
	{ "pager",         MENU | ENTRY, NULL },
	{ "partnew",       MENU | ENTRY, NULL },
	{ "parttype",      MENU | ENTRY, NULL },
	{ "password",      MENU | ENTRY, run_password },
	{ "pause",         ENTRY,        NULL },
	{ "print",         MENU | ENTRY, NULL },
	{ "quiet",         MENU | ENTRY, NULL },
	{ "quit",          ENTRY,        run_stop },
	{ "rarp",          MENU | ENTRY, run_network },
	{ "read",          ENTRY,        NULL },
	{ "reboot",        ENTRY,        run_stop },
	{ "root",          ENTRY,        run_root },
	{ "rootnoverify",  ENTRY,        run_root },
	{ "savedefault",   ENTRY,        NULL },
	{ "serial",        MENU | ENTRY, NULL },
	{ "setkey",        MENU | ENTRY, NULL },
	{ "setup",         ENTRY,        NULL },
	{ "shade",         MENU | ENTRY, NULL },
	{ "splashimage",   MENU | ENTRY, NULL },
	{ "terminal",      MENU | ENTRY, NULL },
	{ "terminfo",      MENU | ENTRY, NULL },
	{ "testload",      ENTRY,        NULL },
	{ "testvbe",       ENTRY,        NULL },
	{ "tftpserver",    MENU | ENTRY, run_network },
	{ "timeout",       MENU,         run_timeout },
	{ "unhide",        MENU | ENTRY, NULL },
	{ "uppermem",      ENTRY,        NULL },
	{ "uuid",          ENTRY,        run_uuid },
	{ "vbeprobe",      ENTRY,        NULL },
	{ "verbose",       MENU | ENTRY, NULL },
	{ "viewport",      MENU | ENTRY, NULL },
};
/* clang-format on */

static const struct command *find_command(const char *line, size_t len)
{
	for (size_t i = 0; i < COUNT(commands); i++)
		if (strlen(commands[i].name) == len &&
		    strncmp(commands[i].name, line, len) == 0)
			return &commands[i];
	return NULL;
}

static bool has_capital(const char *word, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (word[i] >= 'A' && word[i] <= 'Z')
			return true;
	return false;
}

static void tell_unknown(struct grub1_menu *m, unsigned int number,
			 const char *line, size_t len)
{
	if (m->unknown++ < GRUB1_UNKNOWN_MAX)
		draft_reject(m->entries, m->path, number,
			     "GRUB has no command %.*s%s; the line is skipped",
			     (int)(len < 40 ? len : 40), line,
			     has_capital(line, len)
				     ? " (capital letters matter)"
				     : "");
}

int grub1_run(struct grub1_menu *m, unsigned int number, const char *line,
	      struct reason *why)
{
	size_t len = strcspn(line, " \t=");
	const struct command *command = find_command(line, len);
	unsigned int when = m->stanza.title ? ENTRY : MENU;

	if (!command) {
		tell_unknown(m, number, line, len);
		return 0;
	}
	m->stanza.counts |= when == ENTRY;
	if (command->when & when)
		return command->run
			       ? command->run(m, number,
					      grub1_skip_word(line, true), why)
			       : 0;
	if (when == ENTRY)
		draft_reject(m->entries, m->path, number,
			     "%s belongs before the first title; the line is "
			     "skipped",
			     command->name);
	return 0;
}
