/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * As in GRUB, words go through a form in which a backslash keeps the next
 * character from being a wildcard; the last step takes these backslashes
 * away.
 */
#include "entries/grub2_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entries/grub2_commands.h"
#include "entries/grub2_device.h"

/* Words that are being put together. */
struct builder {
	struct grub2_run *run;
	struct grub2_arena *arena;
	char **list;
	size_t count;
	size_t room;
	size_t bytes;
	/* The word at the end, if there is one yet. */
	struct text word;
	bool open;
};

static bool push(struct builder *b, char *word)
{
	char **list;
	size_t room;

	if (!word) {
		grub2_run_no_memory(b->run);
		return false;
	}
	if (b->count == GRUB2_WORDS_MAX) {
		grub2_run_limit(b->run, "a command of more than %d words",
				GRUB2_WORDS_MAX);
		return false;
	}
	/* One stays free for the NULL. */
	if (b->count + 1 >= b->room) {
		room = b->room ? b->room * 2 : 16;
		list = grub2_arena_get(b->arena, room * sizeof(*list));
		if (!list) {
			grub2_run_no_memory(b->run);
			return false;
		}
		if (b->count)
			memcpy(list, b->list, b->count * sizeof(*list));
		b->list = list;
		b->room = room;
	}
	b->list[b->count++] = word;
	return true;
}

/* The next word; where none has been begun, this one is still it. */
static void next(struct builder *b)
{
	if (!b->open)
		return;
	(void)push(b,
		   grub2_arena_copy(b->arena, text_str(&b->word), b->word.len));
	b->word.len = 0;
	b->open = false;
}

static void append(struct builder *b, const char *text, size_t len)
{
	b->open = true;
	b->bytes += len;
	if (b->word.len + len > GRUB2_VALUE_MAX) {
		grub2_run_limit(b->run, "a word of more than %d characters",
				GRUB2_VALUE_MAX);
		return;
	}
	if (b->bytes > GRUB2_LINE_MAX) {
		grub2_run_limit(b->run, "a command of more than %d characters",
				GRUB2_LINE_MAX);
		return;
	}
	text_add_bytes(&b->word, text, len);
	if (text_error(&b->word))
		grub2_run_no_memory(b->run);
}

/* Appends what no character of is a wildcard. */
static void append_plain(struct builder *b, const char *text, size_t len)
{
	const char *end = text + len;

	append(b, "", 0);
	while (text < end && !b->run->stop) {
		const char *start = text;

		while (text < end && *text != '*' && *text != '\\' &&
		       *text != '?')
			text++;
		append(b, start, (size_t)(text - start));
		if (text == end)
			break;
		append(b, "\\", 1);
		append(b, text++, 1);
	}
}

/* Appends an unquoted variable's text: its wildcards work. */
static void append_wild(struct builder *b, const char *text, size_t len)
{
	const char *end = text + len;

	append(b, "", 0);
	while (text < end && !b->run->stop) {
		const char *slash = memchr(text, '\\', (size_t)(end - text));

		slash = slash ? slash : end;
		append(b, text, (size_t)(slash - text));
		text = slash;
		if (text == end)
			break;
		append(b, "\\", 1);
		if (end - text > 1 && (text[1] == '?' || text[1] == '*'))
			append(b, "\\", 1);
		append(b, text++, 1);
	}
}

/* A value outside quotes: its words, the first joined to what there is. */
static void append_split(struct builder *b, const char *value)
{
	while (grub2_is_space(*value))
		value++;
	while (*value && !b->run->stop) {
		const char *start = value;

		while (*value && !grub2_is_space(*value))
			value++;
		append_wild(b, start, (size_t)(value - start));
		while (grub2_is_space(*value))
			value++;
		if (*value)
			next(b);
	}
}

static void append_value(struct builder *b, const char *value, bool quoted)
{
	if (quoted)
		append_plain(b, value, strlen(value));
	else
		append_split(b, value);
}

/* $@ and $*. Outside quotes what has no words keeps nothing apart. */
static void append_all(struct builder *b, char name, bool quoted)
{
	const struct grub2_scope *scope = b->run->scope;
	bool any = false;

	for (size_t i = 0; i < scope->count && !b->run->stop; i++) {
		const char *value = scope->args[i];

		while (!quoted && grub2_is_space(*value))
			value++;
		if (!quoted && !*value)
			continue;
		if (any && name == '*' && quoted)
			append(b, " ", 1);
		else if (any)
			next(b);
		append_value(b, value, quoted);
		any = true;
	}
}

/* $1, $#, $@, $*: what the scope has. */
static void append_special(struct builder *b, const char *name, bool quoted)
{
	const struct grub2_scope *scope = b->run->scope;
	char number[24];
	unsigned long n;

	if (!scope)
		return;
	if (*name == '#') {
		(void)snprintf(number, sizeof(number), "%zu", scope->count);
		append_value(b, number, quoted);
	} else if (*name == '*' || *name == '@') {
		append_all(b, *name, quoted);
	} else {
		n = strtoul(name, NULL, 10);
		if (n && n <= scope->count)
			append_value(b, scope->args[n - 1], quoted);
	}
}

static void append_variable(struct builder *b, const char *name, bool quoted)
{
	char number[24];
	const char *value;

	if ((*name >= '0' && *name <= '9') || *name == '#' || *name == '*' ||
	    *name == '@') {
		append_special(b, name, quoted);
		return;
	}
	if (*name == '?') {
		if (b->run->status == GRUB2_NO_STATUS)
			return;
		(void)snprintf(number, sizeof(number), "%d", b->run->status);
		append_value(b, number, quoted);
		return;
	}
	value = grub2_run_get(b->run, name);
	if (*value)
		append_value(b, value, quoted);
}

/* Length of the name at @p as gettext reads it. */
static size_t gettext_name(const char *p)
{
	size_t len = strspn(p, "0123456789");

	if (len || *p == '?' || *p == '#')
		return len ? len : 1;
	return strspn(p, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			 "_0123456789");
}

/* The variable behind a "$" in $"..."; returns what is behind it. */
static const char *append_gettext_variable(struct builder *b, const char *p)
{
	bool braces = *p == '{';
	size_t len = braces ? strcspn(p + 1, "}") : gettext_name(p);
	const char *name = p + braces;
	char copy[64];

	if (!len && !braces) {
		append(b, "$", 1);
		return p;
	}
	/* An open brace swallows the rest. */
	if (braces && !name[len])
		return name + len;
	if (len < sizeof(copy)) {
		memcpy(copy, name, len);
		copy[len] = '\0';
		if (*copy == '?' || (*copy == '#' && b->run->scope))
			append_variable(b, copy, true);
		else
			append_plain(b, grub2_run_get(b->run, copy),
				     strlen(grub2_run_get(b->run, copy)));
	}
	return name + len + braces;
}

/* $"...": no language is set, so the text is its own translation. */
static void append_gettext(struct builder *b, const char *p)
{
	bool escaped = false;

	append(b, "", 0);
	while (*p && !b->run->stop) {
		if (*p == '\\') {
			escaped = !escaped;
			if (!escaped)
				append_plain(b, "\\", 1);
			p++;
		} else if (*p == '$' && !escaped) {
			p = append_gettext_variable(b, p + 1);
		} else {
			if (escaped && *p != '$')
				append_plain(b, "\\", 1);
			escaped = false;
			append_plain(b, p++, 1);
		}
	}
}

static void append_part(struct builder *b, const struct grub2_part *part)
{
	switch (part->type) {
	case GRUB2_TEXT:
		append(b, part->text, strlen(part->text));
		break;
	case GRUB2_QUOTED:
		append_plain(b, part->text, strlen(part->text));
		break;
	case GRUB2_GETTEXT:
		append_gettext(b, part->text);
		break;
	case GRUB2_VARIABLE:
		append_variable(b, part->text, false);
		break;
	case GRUB2_QUOTED_VARIABLE:
		append_variable(b, part->text, true);
		break;
	}
}

/* True if a character of @word is a wildcard. */
static bool is_wild(const char *word, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (word[i] == '*' || word[i] == '?')
			return true;
		i += word[i] == '\\';
	}
	return false;
}

/* Takes the backslashes out of the first @len characters, in place. */
static void unescape(char *word, size_t len)
{
	size_t to = 0;

	for (size_t i = 0; i < len; i++) {
		if (word[i] == '\\' && ++i == len)
			break;
		word[to++] = word[i];
	}
	word[to] = '\0';
}

/* The same for directories with wildcards in them: make_dir() of wildcard.c
 * leaves the backslash before other characters. */
static void unescape_dir(char *dir)
{
	char *to = dir;

	while (*dir) {
		if (*dir == '\\' && dir[1] && strchr("*.\\|+{}[]?", dir[1]))
			dir++;
		*to++ = *dir++;
	}
	*to = '\0';
}

/*
 * True if @name matches @pattern, where "*" and "?" are wildcards and a
 * backslash takes the next character's meaning away. GRUB makes it a regular
 * expression, where "^" and "$" are the ends of the name.
 */
static bool matches(const char *pattern, size_t len, const char *name)
{
	size_t p = 0, star = 0, from = 0, n = 0;
	bool have_star = false;

	while (name[n]) {
		bool escaped = p + 1 < len && pattern[p] == '\\';

		if (p < len && pattern[p] == '*') {
			have_star = true;
			star = ++p;
			from = n;
		} else if (p < len && pattern[p] == '^' && !n) {
			p++;
		} else if (p < len && !strchr("^$", pattern[p]) &&
			   (pattern[p + escaped] == name[n] ||
			    pattern[p] == '?')) {
			p += 1 + escaped;
			n++;
		} else if (have_star) {
			p = star;
			n = ++from;
		} else {
			return false;
		}
	}
	while (p < len && (pattern[p] == '*' || pattern[p] == '$'))
		p++;
	return p == len;
}

/* Which paths a pattern has become so far. */
struct paths {
	char **list;
	size_t count;
};

static void add_path(struct builder *b, struct paths *paths, const char *dir,
		     const char *name)
{
	size_t len = strlen(dir) + strlen(name) + 1;
	char *path;

	if (paths->count == GRUB2_WORDS_MAX) {
		grub2_run_limit(b->run,
				"a pattern that fits more than %d files",
				GRUB2_WORDS_MAX);
		return;
	}
	/* Doubles at every power of two; the old ones go with the arena. */
	if ((paths->count & (paths->count - 1)) == 0) {
		char **list = grub2_arena_get(
			b->arena,
			(paths->count ? paths->count * 2 : 1) * sizeof(*list));

		if (list && paths->count)
			memcpy(list, paths->list, paths->count * sizeof(*list));
		paths->list = list;
	}
	b->bytes += len;
	path = b->bytes < GRUB2_LINE_MAX ? grub2_arena_get(b->arena, len)
					 : NULL;
	if (!path || !paths->list) {
		grub2_run_limit(b->run, "a pattern that fits too many files");
		return;
	}
	(void)snprintf(path, len, "%s%s", dir, name);
	paths->list[paths->count++] = path;
}

/* The devices that fit: "(hd*,*)"; "*" is all that are no partitions. */
static void match_devices(struct builder *b, struct paths *paths,
			  const char *pattern, size_t len)
{
	char name[300];

	for (size_t i = 0; i < b->run->guest->tree_count; i++) {
		(void)snprintf(name, sizeof(name), "(%s)", b->run->devices[i]);
		if ((*pattern != '(' && strchr(name, ',')) ||
		    !matches(pattern, len, name))
			continue;
		b->run->found[i] = true;
		add_path(b, paths, "", name);
	}
}

/* The files in the directory @dir that fit. */
static void match_files(struct builder *b, struct paths *paths, const char *dir,
			const char *pattern, size_t len)
{
	struct tree_names names = { 0 };
	struct grub2_place place;
	int err = -1;

	if (!grub2_run_step(b->run, GRUB2_STEPS_FILE))
		return;
	if (grub2_device_place(b->run, dir, &place, NULL) && *place.path == '/')
		err = tree_list(&b->run->guest->trees[place.tree], place.path,
				NULL, &names, NULL);
	for (size_t i = 0; !err && i < names.count && !b->run->stop; i++) {
		if (!grub2_run_step(b->run, 1))
			break;
		if (matches(pattern, len, names.list[i].name))
			add_path(b, paths, dir, names.list[i].name);
	}
	tree_free_names(&names);
}

/* Behind a wildcard a path has to be there, and be a directory if it ends as
 * one. */
static bool is_there(struct builder *b, const char *path)
{
	size_t len = strlen(path);
	struct tree_names names = { 0 };
	struct grub2_place place;
	struct grub2_look look;
	int err;

	if (!len || path[len - 1] != '/') {
		grub2_device_look(b->run, path, &look);
		return look.exists;
	}
	if (!grub2_run_step(b->run, GRUB2_STEPS_FILE) ||
	    !grub2_device_place(b->run, path, &place, NULL) ||
	    *place.path != '/')
		return false;
	err = tree_list(&b->run->guest->trees[place.tree], place.path, NULL,
			&names, NULL);
	tree_free_names(&names);
	return !err;
}

/*
 * Where the stretch at @p ends that goes together: up to the slash before a
 * component with wildcards, or just that component.
 */
static size_t stretch(const char *p, bool *ret_wild)
{
	size_t len = 0, plain = 0;

	*ret_wild = false;
	while (p[len]) {
		size_t part = strcspn(p + len + (p[len] == '/'), "/") +
			      (p[len] == '/');

		if (is_wild(p + len, part)) {
			if (plain)
				break;
			*ret_wild = true;
			return part;
		}
		len += part;
		plain = len;
	}
	return plain;
}

/* What a pattern stands for; no path: it stays as it is. */
static void expand_wild(struct builder *b, const char *word,
			struct paths *paths)
{
	bool wild;

	add_path(b, paths, "", "");
	while (*word && paths->count && !b->run->stop) {
		size_t len = stretch(word, &wild);
		struct paths longer = { 0 };
		char *plain;

		for (size_t i = 0; i < paths->count && !b->run->stop; i++) {
			char *path = paths->list[i];

			if (wild && !*path && *word != '/') {
				match_devices(b, &longer, word, len);
			} else if (wild && *word == '/') {
				plain = grub2_arena_get(b->arena,
							strlen(path) + 2);
				if (!plain)
					return;
				(void)snprintf(plain, strlen(path) + 2, "%s/",
					       path);
				match_files(b, &longer, plain, word + 1,
					    len - 1);
			} else if (!wild) {
				plain = grub2_arena_copy(b->arena, word, len);
				if (!plain)
					return;
				if (word[len])
					unescape_dir(plain);
				else
					unescape(plain, len);
				add_path(b, &longer, path, plain);
				if (!*path || !longer.count)
					continue;
				plain = longer.list[longer.count - 1];
				longer.count -= !is_there(b, plain);
			}
		}
		*paths = longer;
		word += len;
	}
}

/* The last step for one word. */
static void finish_word(struct builder *b, char *word)
{
	size_t len = strlen(word);
	struct paths paths = { 0 };

	if (strchr("/(*", *word) && is_wild(word, len))
		expand_wild(b, word, &paths);
	if (!paths.count) {
		unescape(word, len);
		(void)push(b, word);
	}
	for (size_t i = 0; i < paths.count && !b->run->stop; i++)
		(void)push(b, paths.list[i]);
}

bool grub2_words_expand(struct grub2_run *run, const struct grub2_word *words,
			struct grub2_arena *arena, struct grub2_args *ret)
{
	struct builder b = { .run = run, .arena = arena };
	struct builder done = { .run = run, .arena = arena };

	for (; words && !run->stop; words = words->next) {
		next(&b);
		for (const struct grub2_part *part = words->parts;
		     part && !run->stop; part = part->next)
			append_part(&b, part);
	}
	next(&b);
	text_free(&b.word);
	for (size_t i = 0; i < b.count && !run->stop; i++)
		finish_word(&done, b.list[i]);
	if (arena->failed)
		grub2_run_no_memory(run);
	ret->list = done.list;
	ret->count = done.count;
	ret->block = NULL;
	(void)grub2_run_step(run, b.bytes / 64);
	return !run->stop;
}
