/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GRUB legacy's menu. What a line is, which title makes an entry, and which
 * entry is started are as in stage2/stage2.c and stage2/cmdline.c of GRUB
 * 0.97. Looks up menus only; its commands see to the rest.
 */
#include "entries/grub1.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "entries/draft.h"
#include "entries/grub1_commands.h"
#include "entries/place.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/*
 * The first that has an entry is the one. pygrub's order; then what GRUB legacy
 * for EFI reads, which Fedora and RHEL 6 had: a file beside the program, on the
 * ESP, and on installation media one that is called as the program is.
 */
static const char *const files[] = {
	"/boot/grub/menu.lst",
	"/boot/grub/grub.conf",
	"/grub/menu.lst",
	"/grub/grub.conf",
	"/etc/grub.conf",
	"/EFI/redhat/grub.conf",
	"/boot/efi/EFI/redhat/grub.conf",
	"/EFI/BOOT/BOOTX64.conf",
	"/EFI/BOOT/grub.conf",
	"/boot/efi/EFI/BOOT/BOOTX64.conf",
	"/boot/efi/EFI/BOOT/grub.conf",
};

static int read_menu(struct grub1_menu *m, struct reason *why);
static long choose(const struct grub1_menu *m, int number);

static void free_stanza(struct grub1_stanza *s)
{
	free(s->title);
	free(s->configfile);
	entries_free_entry(&s->entry);
	memset(s, 0, sizeof(*s));
}

/* The menu that the stanza leads to; *@index is its default. */
static int add_menu(struct grub1_menu *m, long *index, struct reason *why)
{
	struct grub1_stanza *s = &m->stanza;
	struct text titles = { 0 }, ids = { 0 };
	struct grub1_menu inner = { .entries = m->entries,
				    .guest = m->guest,
				    .parent = m,
				    .depth = m->depth + 1,
				    .budget = m->budget,
				    .timeout = ENTRIES_NO_TIMEOUT,
				    .has_password = m->has_password };
	struct reason problem;
	char *path = NULL;
	int err;

	err = place_find(&inner.tree, &path, m->guest, s->configfile_on,
			 "configfile", s->configfile, &problem);
	if (err) {
		draft_reject(m->entries, m->path, s->line, "%s", problem.text);
		return err == -ENOMEM ? entries_no_memory(why) : 0;
	}
	text_addf(&titles, "%s%.*s > ", m->title_prefix, GRUB1_PREFIX_MAX,
		  s->title);
	text_addf(&ids, "%s%.*s>", m->id_prefix, GRUB1_PREFIX_MAX, s->title);
	inner.path = path;
	inner.title_prefix = text_str(&titles);
	inner.id_prefix = text_str(&ids);
	err = text_error(&titles) || text_error(&ids) ? entries_no_memory(why)
						      : read_menu(&inner, why);
	if (!err)
		*index = choose(&inner, inner.number);
	free(inner.index);
	free(path);
	text_free(&titles);
	text_free(&ids);
	return err;
}

static int add_entry(struct grub1_menu *m, long *index, struct reason *why)
{
	struct grub1_stanza *s = &m->stanza;
	struct entry *entry = &s->entry;

	entry->hidden = s->locked;
	if (s->locked)
		draft_reject(m->entries, m->path, s->line,
			     "locked by a password, which kboot does not ask "
			     "for: not in the menu");
	if (asprintf(&entry->id, "%s%s", m->id_prefix, s->title) < 0)
		entry->id = NULL;
	if (asprintf(&entry->title, "%s%s", m->title_prefix, s->title) < 0)
		entry->title = NULL;
	if (asprintf(&entry->source, "%s:%u", m->path, s->line) < 0)
		entry->source = NULL;
	return draft_add(m->entries, m->guest, entry, index, why);
}

/* The stanza is complete: makes an entry of it, or says why not. */
static int end_stanza(struct grub1_menu *m, struct reason *why)
{
	struct grub1_stanza *s = &m->stanza;
	long index = -1;
	int err = 0;

	if (!s->title)
		return 0;
	if (!s->counts)
		draft_reject(m->entries, m->path, s->line,
			     "%s: no command of GRUB's below the title",
			     s->title);
	else if (s->problem.text[0])
		draft_reject(m->entries, m->path, s->problem_line, "%s",
			     s->problem.text);
	else if (s->configfile)
		err = add_menu(m, &index, why);
	else if (!s->entry.kernel)
		draft_reject(m->entries, m->path, s->line, "%s: no kernel line",
			     s->title);
	else
		err = add_entry(m, &index, why);
	if (s->counts)
		m->index[m->count++] = index;
	free_stanza(s);
	return err;
}

static int begin_stanza(struct grub1_menu *m, unsigned int line,
			const char *title, struct reason *why)
{
	int err = end_stanza(m, why);
	long *index = m->index;

	if (err || ++m->budget->titles > GRUB1_TITLES_MAX)
		return err;
	/* Full at each power of two. */
	if ((m->count & (m->count - 1)) == 0)
		index = reallocarray(m->index, m->count ? m->count * 2 : 1,
				     sizeof(*index));
	if (!index)
		return entries_no_memory(why);
	m->index = index;
	m->stanza.line = line;
	m->stanza.on = m->tree;
	m->stanza.likely = -1;
	m->stanza.title = draft_words(title);
	if (m->stanza.title && !*m->stanza.title) {
		free(m->stanza.title);
		m->stanza.title = strdup("(no title)");
	}
	return m->stanza.title ? 0 : entries_no_memory(why);
}

/* One line, as cmain() of stage2.c takes it. */
static int run_line(struct grub1_menu *m, unsigned int number, const char *line,
		    struct reason *why)
{
	if (strcspn(line, " \t=") == 5 && strncmp(line, "title", 5) == 0)
		return begin_stanza(m, number, grub1_skip_word(line, true),
				    why);
	return grub1_run(m, number, line, why);
}

/*
 * The next line into @ret, as get_line_from_config() of cmdline.c makes it: no
 * carriage returns, no blanks before it, a backslash before a line break joins
 * two lines, and a '#' that comes first makes a comment. Returns the text
 * behind it; *@number counts the line breaks passed, *@first those before it.
 */
static const char *next_line(struct text *ret, const char *at,
			     unsigned int *number, unsigned int *first)
{
	bool literal = false, comment = false;

	ret->len = 0;
	for (; *at; at++) {
		char c = *at == '\t' ? ' ' : *at;

		if (c == '\r')
			continue;
		*number += c == '\n';
		if (literal && c == '\n') {
			c = ' ';
			if (ret->len)
				ret->len--;
		}
		literal = c == '\\';
		if (comment) {
			comment = c != '\n';
		} else if (!ret->len) {
			comment = c == '#';
			*first = *number;
			if (!comment && c != ' ' && c != '\n')
				text_add_char(ret, c);
		} else if (c == '\n') {
			return at + 1;
		} else if (ret->len < GRUB1_LINE_MAX) {
			text_add_char(ret, c);
		}
	}
	return at;
}

static int run_lines(struct grub1_menu *m, const char *at, struct reason *why)
{
	struct text line = { 0 };
	unsigned int number = 1, first = 1;
	int err = 0;

	while (!err && *at) {
		at = next_line(&line, at, &number, &first);
		if (text_error(&line)) {
			err = entries_no_memory(why);
			break;
		}
		if (!line.len)
			break;
		line.data[line.len] = '\0';
		if (line.len == GRUB1_LINE_MAX)
			draft_reject(m->entries, m->path, first,
				     "longer than %d bytes: cut off",
				     GRUB1_LINE_MAX);
		err = run_line(m, first, line.data, why);
		if (!err && m->budget->titles > GRUB1_TITLES_MAX) {
			draft_reject(m->entries, m->path, first,
				     "more than %d titles; this one and the "
				     "rest are not read",
				     GRUB1_TITLES_MAX);
			break;
		}
	}
	text_free(&line);
	return err ? err : end_stanza(m, why);
}

/* Reads the file and all in it. 0 with no entry added: the reason is told. */
static int read_menu(struct grub1_menu *m, struct reason *why)
{
	struct text text = { 0 };
	int err = 0;

	for (const struct grub1_menu *p = m->parent; p; p = p->parent)
		if (p->tree == m->tree && strcmp(p->path, m->path) == 0) {
			draft_reject(m->entries, m->parent->path,
				     m->parent->stanza.line,
				     "leads back to the menu %s", m->path);
			return 0;
		}
	/* The files that grub1_gather() tries are few */
	if (m->parent && (m->depth > GRUB1_DEPTH_MAX ||
			  m->budget->files >= GRUB1_FILES_MAX)) {
		draft_reject(m->entries, m->parent->path,
			     m->parent->stanza.line,
			     "more than %d menus in one another, or %d files",
			     GRUB1_DEPTH_MAX, GRUB1_FILES_MAX);
		return 0;
	}
	err = draft_read(&text, m->entries, m->guest, m->tree, m->path, why);
	if (!err) {
		m->budget->files++;
		err = run_lines(m, text_str(&text), why);
		if (!err && !m->count)
			entries_reject(m->entries, m->path,
				       "%s: holds no title with a kernel",
				       m->path);
	}
	free_stanza(&m->stanza);
	text_free(&text);
	return err == -ENOENT ? 0 : err;
}

/* ---- the default ---- */

/* The index of the entry with GRUB's @number if it can be started, or -1. */
static long startable(const struct grub1_menu *m, int number)
{
	long index = -1;

	if ((size_t)number < m->count)
		index = m->index[number];
	if (index < 0 || m->entries->list[index].incomplete ||
	    m->entries->list[index].hidden)
		return -1;
	return index;
}

/*
 * What GRUB starts when @number is the default: where there is no such entry,
 * the first of fallback that there is, or the first entry; where it fails,
 * the next of fallback.
 */
static long choose(const struct grub1_menu *m, int number)
{
	bool is_there = (size_t)number < m->count;
	long index = -1;

	if (is_there)
		index = startable(m, number);
	for (size_t i = 0; index < 0 && i < m->fallback_count; i++) {
		is_there |= (size_t)m->fallback[i] < m->count;
		index = startable(m, m->fallback[i]);
	}
	return is_there ? index : startable(m, 0);
}

/* The number in the file "default" beside the menu; false: no such file. */
static bool read_saved(const struct grub1_menu *m, int *ret)
{
	/* GRUB reads it from where its own files are. */
	const char *path = strncmp(m->path, "/etc/", 5) == 0
				   ? "/boot/grub/menu.lst"
				   : m->path;
	char *name = draft_beside(path, "default");
	struct text text = { 0 };
	int err;

	*ret = 0;
	err = name ? tree_read(&m->guest->trees[m->tree], name, DRAFT_FILE_MAX,
			       &text, NULL)
		   : -ENOMEM;
	if (!err)
		(void)grub1_number(text_str(&text), ret);
	text_free(&text);
	free(name);
	return err == 0;
}

static void set_config(struct grub1_menu *m)
{
	struct entries_config *config = &m->entries->config;
	int saved, number;

	if (read_saved(m, &saved))
		config->saved = choose(m, saved);
	number = m->wants_saved ? saved : m->number;
	if (startable(m, number) < 0)
		entries_skip(m->entries, m->path, "entry %d, the default, %s",
			     number,
			     (size_t)number >= m->count ? "is not there"
			     : m->index[number] < 0
				     ? "boots nothing here"
				     : "lacks a file or is locked");
	config->by_default = choose(m, number);
	config->timeout = m->timeout;
}

int grub1_gather(struct entries *entries, const struct guest *guest,
		 size_t tree, struct reason *why)
{
	struct grub1_budget budget = { 0 };
	int err = 0;

	for (size_t i = 0; !err && !entries->count && i < COUNT(files); i++) {
		struct grub1_menu m = { .entries = entries,
					.guest = guest,
					.tree = tree,
					.path = files[i],
					.budget = &budget,
					.title_prefix = "",
					.id_prefix = "",
					.timeout = ENTRIES_NO_TIMEOUT };

		err = read_menu(&m, why);
		if (!err && entries->count)
			set_config(&m);
		free(m.index);
	}
	return err;
}
