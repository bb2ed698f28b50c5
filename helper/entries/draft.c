/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entries out of configurations that are lists of lines. Knows no format.
 */
#include "entries/draft.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "entries/bare.h"
#include "settings/cmdline.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Words in titles of entries for a rescue. */
static const char *const rescue_titles[] = {
	/* Debian's and Ubuntu's "(recovery mode)", "(single-user mode)";
	 * u-boot-update's "(rescue target)"; SUSE's "Failsafe -- openSUSE";
	 * Arch's "(fallback initramfs)" */
	"recovery", "rescue",	 "single-user", "single user",
	"failsafe", "fail-safe", "fallback",
};

/* What kernels are called that only test the memory, and what their titles
 * hold: PCMemTest, Memtest86+ */
static const char *const memtest_names[] = { "memtest", "mt86", "pcmemtest" };
static const char *const memtest_titles[] = { "memtest", "memory test" };

/* Words of a command line that end in a shell for the administrator. */
static const char *const rescue_words[] = {
	"single",
	"s",
	"S",
	"1",
	"emergency",
	"rescue",
	"recovery",
	"systemd.unit=rescue.target",
	"systemd.unit=emergency.target",
	"init=/bin/sh",
	"init=/bin/bash",
};

/* Reads up to one byte more than is wanted, to know that there is more. */
static int read_all(struct text *ret, int fd, size_t max)
{
	char buffer[4096];
	ssize_t got;

	do {
		got = read(fd, buffer, sizeof(buffer));
		if (got < 0)
			return -errno;
		text_add_bytes(ret, buffer, (size_t)got);
	} while (got && ret->len <= max && !text_error(ret));
	return text_error(ret);
}

/* Leaves out what is beyond the limit, from the line that it cuts on. */
static bool cut(struct text *text)
{
	if (text->len <= DRAFT_FILE_MAX)
		return false;
	text->len = DRAFT_FILE_MAX;
	while (text->len && text->data[text->len - 1] != '\n')
		text->len--;
	text->data[text->len] = '\0';
	return true;
}

static bool is_utf16(const struct text *text)
{
	const char *s = text_str(text);

	return text->len >= 2 &&
	       (memcmp(s, "\xff\xfe", 2) == 0 || memcmp(s, "\xfe\xff", 2) == 0);
}

/*
 * Appends the lines of @text to @ret, in place of each with NUL bytes an empty
 * one: file systems that lost power leave such files. Returns how many.
 */
static size_t copy_lines(struct text *ret, const struct text *text)
{
	const char *at = text_str(text), *end = at + text->len;
	size_t bad = 0;

	if (text->len >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0)
		at += 3;
	while (at < end) {
		const char *eol = memchr(at, '\n', (size_t)(end - at));

		eol = eol ? eol : end;
		if (memchr(at, '\0', (size_t)(eol - at)))
			bad++;
		else
			text_add_bytes(ret, at, (size_t)(eol - at));
		text_add_char(ret, '\n');
		at = eol < end ? eol + 1 : end;
	}
	return bad;
}

int draft_read(struct text *ret, struct entries *entries,
	       const struct guest *guest, size_t tree, const char *path,
	       struct reason *why)
{
	struct text text = { 0 };
	struct reason problem;
	size_t bad;
	int fd, err;

	err = tree_open_file(&guest->trees[tree], path, &fd, &problem);
	if (err == -ENOENT || err == -ENOTDIR)
		return -ENOENT;
	if (err)
		goto reject;
	err = read_all(&text, fd, DRAFT_FILE_MAX);
	(void)close(fd);
	if (err == -ENOMEM)
		goto out;
	if (err) {
		(void)reason(&problem, -err, "%s: %s", path, strerror(-err));
		goto reject;
	}
	if (cut(&text))
		entries_reject(entries, path,
			       "longer than %d bytes; the rest is not read",
			       DRAFT_FILE_MAX);
	if (is_utf16(&text)) {
		(void)reason(&problem, EINVAL,
			     "%s: is UTF-16, which its boot loader cannot read",
			     path);
		goto reject;
	}
	bad = copy_lines(ret, &text);
	if (bad)
		entries_reject(entries, path,
			       "%zu lines hold NUL bytes and are left out",
			       bad);
	err = text_error(ret);
out:
	text_free(&text);
	return err ? reason(why, ENOMEM, "no memory for %s", path) : 0;
reject:
	text_free(&text);
	entries_reject(entries, path, "%s", problem.text);
	return -ENOENT;
}

char *draft_beside(const char *path, const char *name)
{
	const char *slash = strrchr(path, '/');
	char *ret = NULL;

	if (*name == '/' || !slash)
		return strdup(name);
	if (asprintf(&ret, "%.*s/%s", (int)(slash - path), path, name) < 0)
		return NULL;
	return ret;
}

bool draft_is_remote(const char *path)
{
	const char *part = strstr(path, "::");

	if (part && part != path)
		return true;
	return strstr(path, "://") || strncmp(path, "(nd)", 4) == 0;
}

bool draft_is_lkrn(const char *path, struct reason *why)
{
	size_t len = strlen(path);

	if (len < 5 || strcasecmp(path + len - 5, ".lkrn") != 0)
		return false;
	(void)reason(why, ENOTSUP,
		     "%s: iPXE, which is started by the BIOS, and that is "
		     "gone by now",
		     path);
	return true;
}

char *draft_words(const char *text)
{
	struct text words = { 0 };
	bool quoted = false, gap = false;

	for (; *text; text++) {
		if (!quoted && strchr(" \t\r\n\v\f", *text)) {
			gap = words.len > 0;
			continue;
		}
		if (gap)
			text_add_char(&words, ' ');
		gap = false;
		quoted ^= *text == '"';
		text_add_char(&words, *text);
	}
	return text_take(&words);
}

void draft_reject(struct entries *entries, const char *path, unsigned int line,
		  const char *fmt, ...)
{
	struct text source = { 0 };
	struct reason sentence;
	va_list ap;

	text_addf(&source, "%s:%u", path, line);
	va_start(ap, fmt);
	(void)vsnprintf(sentence.text, sizeof(sentence.text), fmt, ap);
	va_end(ap);
	entries_reject(entries, text_str(&source), "%s", sentence.text);
	text_free(&source);
}

static const char *file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool is_letter(char c)
{
	return ((unsigned char)c | 0x20) >= 'a' &&
	       ((unsigned char)c | 0x20) <= 'z';
}

bool draft_has_word(const char *text, const char *word)
{
	const char *at = text;

	while ((at = strcasestr(at, word))) {
		if ((at == text || !is_letter(at[-1])) &&
		    !is_letter(at[strlen(word)]))
			return true;
		at++;
	}
	return false;
}

/* The length of the word at @cmdline: next_arg() in Linux's lib/cmdline.c. */
static size_t word_length(const char *cmdline)
{
	bool quoted = false;
	size_t len = 0;

	for (; cmdline[len] && (quoted || cmdline[len] != ' '); len++)
		quoted ^= cmdline[len] == '"';
	return len;
}

/* dm-mod.create= holds such words as well, in double quotes. */
static bool has_rescue_word(const char *cmdline)
{
	while (*cmdline) {
		size_t len = word_length(cmdline);

		for (size_t i = 0; i < COUNT(rescue_words); i++)
			if (strlen(rescue_words[i]) == len &&
			    strncmp(cmdline, rescue_words[i], len) == 0)
				return true;
		cmdline += len + (cmdline[len] == ' ');
	}
	return false;
}

static bool is_for_rescue(const struct entry *entry)
{
	const char *name = file_name(entry->kernel);

	for (size_t i = 0; i < COUNT(rescue_titles); i++)
		if (draft_has_word(entry->title, rescue_titles[i]))
			return true;
	for (size_t i = 0; i < COUNT(memtest_titles); i++)
		if (strcasestr(entry->title, memtest_titles[i]))
			return true;
	for (size_t i = 0; i < COUNT(memtest_names); i++)
		if (strncasecmp(name, memtest_names[i],
				strlen(memtest_names[i])) == 0)
			return true;
	if (entry->kind == ENTRY_MULTIBOOT && entry->initrd_count &&
	    has_rescue_word(entry->initrd[0].words))
		return true;
	return has_rescue_word(entry->cmdline);
}

/* The file whose name and head tell the version: Xen's is its first module. */
static void find_version(struct entry *entry, const struct guest *guest)
{
	const char *path = entry->kernel;
	size_t tree = entry->tree;
	struct bare_name name;

	if (entry->kind == ENTRY_MULTIBOOT) {
		if (!entry->initrd_count)
			return;
		path = entry->initrd[0].path;
		tree = entry->initrd[0].tree;
	}
	if (bare_parse(&name, file_name(path), NULL) == 0) {
		entry->rescue |= name.rescue;
		entry->old |= name.old;
		if (name.is_number) {
			entry->version = strdup(name.version + name.number_at);
			return;
		}
	}
	entry->version = bare_read_version(&guest->trees[tree], path);
}

/* True if the entry was rejected. */
static bool is_rejected(struct entries *entries, const struct entry *entry)
{
	bool bad = text_control(entry->cmdline) != NULL;
	struct reason why;

	for (size_t i = 0; i < entry->initrd_count; i++)
		bad |= entry->initrd[i].words &&
		       text_control(entry->initrd[i].words);
	if (bad)
		entries_reject(entries, entry->source,
			       "control characters in the command line");
	else if (entries_is_full(entries, entry, &why))
		entries_reject(entries, entry->source, "%s", why.text);
	else
		return false;
	return true;
}

int draft_add(struct entries *entries, const struct guest *guest,
	      struct entry *entry, long *ret_index, struct reason *why)
{
	int err = -ENOMEM;

	*ret_index = -1;
	if (!entry->id || !entry->title || !entry->source || !entry->kernel ||
	    !entry->cmdline)
		goto out;
	for (size_t i = 0; i < entry->initrd_count; i++)
		if (entry->kind == ENTRY_MULTIBOOT && !entry->initrd[i].words)
			goto out;
	err = 0;
	/* Xen's command line and its dom0's are not read by Linux's rules. */
	if (entry->kind != ENTRY_MULTIBOOT)
		cmdline_blank(entry->cmdline);
	if (is_rejected(entries, entry))
		goto out;
	text_clean(entry->id);
	text_clean(entry->title);
	find_version(entry, guest);
	entry->rescue |= is_for_rescue(entry);
	if (is_rejected(entries, entry))
		goto out;
	err = entries_add(entries, entry);
	if (!err)
		*ret_index = (long)entries->count - 1;
out:
	entries_free_entry(entry);
	return err ? entries_no_memory(why) : 0;
}
