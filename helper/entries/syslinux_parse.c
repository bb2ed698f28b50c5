/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The language of syslinux.cfg. Knows nothing of kernels; opens files only
 * for INCLUDE.
 */
#include "entries/syslinux_parse.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "entries/draft.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A reading on its way. All files of one reading share it. */
struct reading {
	struct syslinux_config *config;
	const struct syslinux_place *place;
	/* The label that lines speak of; name is NULL between labels. */
	struct syslinux_label label;
	char *own_append;
	size_t menu;
	bool in_text;
	/* A goto, a passage of text or an end, not a command. */
	bool is_goto;
	bool told_labels;
	struct file *file;
	struct reason *why;
};

/* The file that is being read, and the one that includes it. */
struct file {
	const char *path;
	unsigned int line;
	/* In the budget's paths */
	size_t number;
	struct file *parent;
};

/* looking_at(): what follows the word @word at @s, in any case; or NULL. */
static const char *behind(const char *s, const char *word)
{
	size_t len = strlen(word);

	if (strncasecmp(s, word, len) != 0 || (unsigned char)s[len] > ' ')
		return NULL;
	return syslinux_skip(s + len);
}

static int no_memory(struct reading *r)
{
	return entries_no_memory(r->why);
}

/* Puts a copy of @value in place of *@where. */
static int put(struct reading *r, char **where, const char *value, size_t len)
{
	free(*where);
	*where = strndup(value, len);
	return *where ? 0 : no_memory(r);
}

static int put_all(struct reading *r, char **where, const char *value)
{
	return put(r, where, value, strlen(value));
}

static void tell(struct reading *r, const char *what)
{
	draft_reject(r->place->entries, r->file->path, r->file->line, "%s",
		     what);
}

static void free_label(struct syslinux_label *label)
{
	free(label->source);
	free(label->name);
	free(label->text);
	free(label->title);
	free(label->kernel);
	free(label->append);
	free(label->initrd);
	memset(label, 0, sizeof(*label));
}

void syslinux_free(struct syslinux_config *config)
{
	for (size_t i = 0; i < config->label_count; i++)
		free_label(&config->labels[i]);
	for (size_t i = 0; i < config->menu_count; i++) {
		free(config->menus[i].tag);
		free(config->menus[i].shown);
	}
	free(config->labels);
	free(config->menus);
	free(config->by_default);
	free(config->ui);
	free(config->on_timeout);
	free(config->on_error);
	free(config->append);
	memset(config, 0, sizeof(*config));
}

/* Room for one more in a list that is full at each power of two. */
static void *room_for_one(void *list, size_t count, size_t size)
{
	if (count & (count - 1))
		return list;
	return reallocarray(list, count ? count * 2 : 1, size);
}

/* Moves *@label into the list. */
static int add_label(struct reading *r, struct syslinux_label *label)
{
	struct syslinux_config *c = r->config;
	struct syslinux_label *list;

	if (r->place->budget->labels++ >= SYSLINUX_LABELS_MAX) {
		if (!r->told_labels)
			tell(r, "too many labels; the rest is not read");
		r->told_labels = true;
		free_label(label);
		return 0;
	}
	list = room_for_one(c->labels, c->label_count, sizeof(*list));
	if (!list)
		return no_memory(r);
	c->labels = list;
	list[c->label_count++] = *label;
	memset(label, 0, sizeof(*label));
	return 0;
}

/* "/path:line" of the present line, or NULL. */
static char *source(const struct reading *r)
{
	char *ret = NULL;

	if (asprintf(&ret, "%s:%u", r->file->path, r->file->line) < 0)
		return NULL;
	return ret;
}

/* record(): the label is complete. */
static int end_label(struct reading *r)
{
	struct syslinux_label *label = &r->label;
	const char *append = r->own_append ? r->own_append : r->config->append;
	bool marked = label->marked;
	size_t menu = r->menu;

	if (!label->name)
		return 0;
	if (r->is_goto)
		label->type = SYSLINUX_GOTO;
	r->is_goto = false;
	if (!append || strcmp(append, "-") == 0)
		append = "";
	label->append = strdup(append);
	label->menu = menu;
	free(r->own_append);
	r->own_append = NULL;
	if (!label->append || add_label(r, label))
		return no_memory(r);
	/* Only what can be chosen can be the default. */
	if (marked && r->config->label_count &&
	    r->config->labels[r->config->label_count - 1].type != SYSLINUX_GOTO)
		r->config->menus[menu].by_default =
			(long)r->config->label_count - 1;
	return 0;
}

static int begin_label(struct reading *r, const char *text)
{
	struct syslinux_label *label = &r->label;
	size_t len = syslinux_word(text);
	int err = end_label(r);

	if (err)
		return err;
	memset(label, 0, sizeof(*label));
	label->type = SYSLINUX_KERNEL;
	label->source = source(r);
	label->file = r->file->number;
	label->name = strndup(text, len);
	label->text = draft_words(text);
	label->kernel = strndup(text, len);
	if (!label->source || !label->name || !label->text || !label->kernel)
		return no_memory(r);
	return 0;
}

/* Without '^', which marks the hot key, and blanks around it. */
static int put_title(struct reading *r, char **where, const char *title)
{
	struct text text = { 0 };
	int err;

	for (; *title; title++)
		if (*title != '^')
			text_add_char(&text, *title);
	free(*where);
	*where = draft_words(text_str(&text));
	err = text_error(&text) || !*where ? no_memory(r) : 0;
	text_free(&text);
	return err;
}

static int begin_menu(struct reading *r, const char *tag)
{
	struct syslinux_config *c = r->config;
	struct syslinux_label entry = { .type = SYSLINUX_SUBMENU,
					.menu = r->menu,
					.submenu = c->menu_count };
	struct syslinux_menu menu = { .parent = r->menu, .by_default = -1 };
	struct syslinux_menu *list;
	size_t before, depth = 0;
	int err = end_label(r);

	if (err)
		return err;
	for (size_t i = r->menu; i; i = c->menus[i].parent)
		depth++;
	if (depth == SYSLINUX_DEPTH_MAX ||
	    c->menu_count == SYSLINUX_MENUS_MAX) {
		tell(r, "too many menus, or too many in one another: this one "
			"is not made");
		return 0;
	}
	menu.label = before = c->label_count;
	list = room_for_one(c->menus, c->menu_count, sizeof(*list));
	if (!list)
		return no_memory(r);
	c->menus = list;
	menu.tag = strdup(tag);
	menu.shown = strdup(tag);
	list[c->menu_count++] = menu;
	entry.source = source(r);
	entry.name = strdup("");
	entry.text = strdup("");
	entry.kernel = strdup("");
	entry.append = strdup("");
	if (!menu.tag || !menu.shown || !entry.source || !entry.name ||
	    !entry.text || !entry.kernel || !entry.append) {
		free_label(&entry);
		return no_memory(r);
	}
	err = add_label(r, &entry);
	/* Full: its labels are not read either. */
	if (!err && c->label_count > before)
		r->menu = c->menu_count - 1;
	return err;
}

static int end_menu(struct reading *r)
{
	int err = end_label(r);

	r->menu = r->config->menus[r->menu].parent;
	return err;
}

static int read_file(struct reading *r, const char *name, size_t len);

/* INCLUDE FILE [TAG]: with a tag its labels are a menu in the menu. */
static int include(struct reading *r, const char *arg)
{
	size_t len = syslinux_word(arg);
	const char *tag = syslinux_skip(arg + len);
	size_t menu = r->menu;
	int err = 0;

	if (*tag)
		err = begin_menu(r, tag);
	if (!err)
		err = read_file(r, arg, len);
	if (err || !*tag)
		return err == -ENOENT ? 0 : err;
	err = end_label(r);
	r->menu = menu;
	return err;
}

/* MENU LABEL and MENU TITLE between labels name the menu they stand in. */
static int name_menu(struct reading *r, const char *title, bool always)
{
	struct syslinux_menu *menu = &r->config->menus[r->menu];

	if (!r->menu || (!always && strcmp(menu->shown, menu->tag) != 0))
		return 0;
	return put_title(r, &menu->shown, title);
}

static void mark_default(struct reading *r)
{
	struct syslinux_config *c = r->config;

	if (r->label.name)
		r->label.marked = true;
	else if (r->menu)
		c->menus[c->menus[r->menu].parent].by_default =
			(long)c->menus[r->menu].label;
}

/* What stands behind MENU; whatever is about its looks is passed over. */
static int menu_line(struct reading *r, const char *s)
{
	static const char *const gotos[] = { "goto", "exit", "quit", "help" };
	struct syslinux_label *label = &r->label;
	const char *arg;

	r->config->menu_line |= !label->name;
	if ((arg = behind(s, "label")))
		return label->name ? put_title(r, &label->title, arg)
				   : name_menu(r, arg, true);
	if ((arg = behind(s, "title")))
		return name_menu(r, arg, false);
	if ((arg = behind(s, "include")))
		return include(r, arg);
	if ((arg = behind(s, "begin")))
		return begin_menu(r, arg);
	if (behind(s, "end"))
		return end_menu(r);
	if (behind(s, "separator"))
		return end_label(r);
	if (behind(s, "default"))
		mark_default(r);
	else if (behind(s, "start"))
		r->config->start = r->menu;
	else if (behind(s, "shiftkey"))
		r->config->shift_key = true;
	else if (behind(s, "hide"))
		label->hidden = true;
	else if (behind(s, "disable") || behind(s, "disabled"))
		label->disabled = true;
	else if (behind(s, "passwd"))
		label->locked = true;
	for (size_t i = 0; i < COUNT(gotos); i++)
		if (label->name && behind(s, gotos[i]))
			r->is_goto = true;
	return 0;
}

/* kernel_types of readconfig.c */
static const struct {
	const char *name;
	enum syslinux_type type;
} types[] = {
	{ "kernel", SYSLINUX_KERNEL }, { "linux", SYSLINUX_LINUX },
	{ "com32", SYSLINUX_COM32 },   { "config", SYSLINUX_CONFIG },
	{ "boot", SYSLINUX_BOOT },     { "bss", SYSLINUX_BOOT },
	{ "pxe", SYSLINUX_BOOT },      { "fdimage", SYSLINUX_BOOT },
	{ "comboot", SYSLINUX_BOOT },  { "localboot", SYSLINUX_LOCALBOOT },
};

/* A line about the label. 1: it is none. */
static int label_line(struct reading *r, const char *s)
{
	struct syslinux_label *label = &r->label;
	const char *arg;

	if ((arg = behind(s, "append")))
		return put_all(
			r, label->name ? &r->own_append : &r->config->append,
			arg);
	if ((arg = behind(s, "initrd")))
		return label->name ? put_all(r, &label->initrd, arg) : 0;
	if ((arg = behind(s, "label")))
		return begin_label(r, arg);
	for (size_t i = 0; i < COUNT(types); i++) {
		arg = behind(s, types[i].name);
		if (!arg)
			continue;
		if (!label->name)
			return 0;
		label->type = types[i].type;
		return put_all(r, &label->kernel, arg);
	}
	return 1;
}

/* A number as atoi() has it, within what makes sense. */
static long number(const char *s)
{
	long ret = strtol(s, NULL, 10);

	return ret < 0 ? 0 : ret > 1000000 ? 1000000 : ret;
}

/* A line about all. */
static int global_line(struct reading *r, const char *s)
{
	struct syslinux_config *c = r->config;
	const char *arg;

	if ((arg = behind(s, "default")))
		return put_all(r, &c->by_default, arg);
	if ((arg = behind(s, "ui")))
		return put_all(r, &c->ui, arg);
	if ((arg = behind(s, "ontimeout")))
		return r->menu ? 0 : put_all(r, &c->on_timeout, arg);
	if ((arg = behind(s, "onerror")))
		return r->menu ? 0 : put_all(r, &c->on_error, arg);
	if ((arg = behind(s, "timeout")) && !r->menu)
		c->timeout = number(arg);
	if ((arg = behind(s, "totaltimeout")))
		c->total_timeout = number(arg);
	if ((arg = behind(s, "prompt")))
		c->prompt = number(arg);
	if ((arg = behind(s, "implicit")))
		c->no_implicit = number(arg) == 0;
	return 0;
}

static int run_line(struct reading *r, const char *s)
{
	const char *arg;
	int done;

	s = syslinux_skip(s);
	if (r->in_text) {
		r->in_text = !behind(s, "endtext");
		return 0;
	}
	if ((arg = behind(s, "menu")))
		return menu_line(r, arg);
	if (behind(s, "text")) {
		r->in_text = true;
		return 0;
	}
	if ((arg = behind(s, "include")))
		return include(r, arg);
	done = label_line(r, s);
	return done <= 0 ? done : global_line(r, s);
}

static int run_lines(struct reading *r, const char *at)
{
	char line[SYSLINUX_LINE_MAX + 1];
	int err = 0;

	while (!err && *at) {
		size_t len = strcspn(at, "\n"), cut = len;

		r->file->line++;
		if (len > SYSLINUX_LINE_MAX) {
			cut = SYSLINUX_LINE_MAX;
			tell(r, "longer than 4095 bytes: cut off");
		}
		memcpy(line, at, cut);
		line[cut] = '\0';
		line[strcspn(line, "\r")] = '\0';
		err = run_line(r, line);
		at += len + (at[len] == '\n');
	}
	/* Whoever includes a file goes on behind its text. */
	r->in_text = false;
	return err;
}

/* 0 if the file at @path may be read now. */
static int refuse(const struct reading *r, const char *path, struct reason *why)
{
	size_t depth = 0;

	for (const struct file *f = r->file; f; f = f->parent, depth++)
		if (strcmp(f->path, path) == 0)
			return reason(why, ELOOP, "%s: includes itself", path);
	if (depth > SYSLINUX_INCLUDES_MAX)
		return reason(why, ELOOP,
			      "%s: is not read: INCLUDE goes %d "
			      "files deep at most",
			      path, SYSLINUX_INCLUDES_MAX);
	if (r->place->budget->files == SYSLINUX_FILES_MAX ||
	    r->place->budget->bytes > SYSLINUX_BYTES_MAX)
		return reason(why, E2BIG, "%s: too many or too large files",
			      path);
	return 0;
}

/* Why a file is not read: below the line that names it, or by itself. */
static void refused(struct reading *r, const char *path, const char *sentence)
{
	if (r->file)
		draft_reject(r->place->entries, r->file->path, r->file->line,
			     "%s", sentence);
	else
		entries_reject(r->place->entries, path, "%s", sentence);
}

/* Reads the file called @name. -ENOENT: it cannot be read, which is told. */
static int read_file(struct reading *r, const char *name, size_t len)
{
	const struct syslinux_place *place = r->place;
	struct file file = { .parent = r->file };
	char *path = NULL, *found = NULL;
	struct text text = { 0 };
	struct reason problem;
	int err = syslinux_find(place, name, len, &path, &found, &problem);

	if (err && err != -ENOMEM)
		refused(r, path, problem.text);
	free(path);
	if (err)
		return err == -ENOMEM ? no_memory(r) : -ENOENT;
	err = -ENOENT;
	if (refuse(r, found, &problem)) {
		refused(r, found, problem.text);
	} else {
		err = draft_read(&text, place->entries, place->guest,
				 place->tree, found, r->why);
	}
	if (!err) {
		place->budget->files++;
		place->budget->bytes += text.len;
		file.path = found;
		file.number = syslinux_file_number(place->budget, found);
		if (file.number == SYSLINUX_FILES_MAX) {
			err = no_memory(r);
		} else {
			r->file = &file;
			err = run_lines(r, text_str(&text));
			r->file = file.parent;
			r->label.cut |= syslinux_is_cut(place, found);
		}
	}
	text_free(&text);
	free(found);
	return err;
}

int syslinux_parse(struct syslinux_config *ret,
		   const struct syslinux_place *place, const char *names,
		   struct reason *why)
{
	struct file none = { .path = place->main };
	struct reading r = { .config = ret, .place = place, .why = why };
	bool any = false;
	int err = 0;

	memset(ret, 0, sizeof(*ret));
	ret->timeout = ret->total_timeout = ret->prompt = -1;
	ret->menus = calloc(1, sizeof(*ret->menus));
	if (!ret->menus)
		return no_memory(&r);
	ret->menu_count = 1;
	ret->menus[0].by_default = -1;
	ret->menus[0].tag = strdup("");
	ret->menus[0].shown = strdup("");
	if (!ret->menus[0].tag || !ret->menus[0].shown)
		return no_memory(&r);
	for (names = syslinux_skip(names); *names && !err;
	     names = syslinux_skip(names + syslinux_word(names))) {
		err = read_file(&r, names, syslinux_word(names));
		any |= err == 0;
		err = err == -ENOENT ? 0 : err;
	}
	r.file = &none;
	if (!err)
		err = end_label(&r);
	free_label(&r.label);
	free(r.own_append);
	return err ? err : any ? 0 : -ENOENT;
}
