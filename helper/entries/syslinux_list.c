/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What syslinux's labels start: kernels, menus, programs of its own. As in
 * com32/elflink/ldlinux (ldlinux.c, execute.c) of syslinux 6.04.
 */
#include "entries/syslinux_list.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "entries/draft.h"
#include "entries/syslinux_boot.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Modules that show a menu of labels. */
static const char *const menu_modules[] = { "menu", "vesamenu", "gfxboot",
					    "gfxmenu" };

static const char cut_off[] =
	"its file is too long and cut off here; it may not be all there";

static bool ends_with(const char *s, size_t len, const char *ending)
{
	size_t end = strlen(ending);

	return len >= end && strncasecmp(s + len - end, ending, end) == 0;
}

/* file_extensions of ldlinux.c; .cbt and .com are those of syslinux 4. */
static enum syslinux_type type_by_name(const char *name)
{
	static const char *const boot[] = { ".bss", ".bin", ".bs",
					    ".0",   ".cbt", ".com" };
	size_t len = syslinux_word(name);

	if (ends_with(name, len, ".c32"))
		return SYSLINUX_COM32;
	for (size_t i = 0; i < COUNT(boot); i++)
		if (ends_with(name, len, boot[i]))
			return SYSLINUX_BOOT;
	return SYSLINUX_LINUX;
}

bool syslinux_is_module(const char *name, const char *module)
{
	size_t len = syslinux_word(name), want = strlen(module);

	if (ends_with(name, len, ".c32"))
		len -= strlen(".c32");
	return ends_with(name, len, module) &&
	       (len == want || strchr("/\\:", name[len - want - 1]));
}

bool syslinux_is_menu_module(const char *name)
{
	for (size_t i = 0; i < COUNT(menu_modules); i++)
		if (syslinux_is_module(name, menu_modules[i]))
			return true;
	return false;
}

/* An entry out of a kernel and its words. */
static int add_entry(struct syslinux_listing *l,
		     const struct syslinux_command *c, bool is_mboot,
		     const char *args, long *index, struct reason *why)
{
	struct syslinux_start what = { .source = c->source,
				       .id = c->id,
				       .hidden = c->hidden,
				       .is_mboot = is_mboot,
				       .text = args };
	struct text title = { 0 };
	int err;

	text_addf(&title, "%s%s", l->prefix, c->title);
	what.title = text_str(&title);
	err = text_error(&title) ? entries_no_memory(why)
				 : syslinux_boot(&l->place, &what, index, why);
	text_free(&title);
	return err;
}

char *syslinux_first_path(const struct syslinux_listing *l, const char *names)
{
	char *word = strndup(names, syslinux_word(names)), *path;

	if (!word)
		return NULL;
	path = strcmp(word, "~") == 0 ? strdup(l->place.main)
				      : syslinux_path(&l->place, word);
	free(word);
	return path;
}

/*
 * A configuration file that a label starts: its labels are a menu in this one,
 * and *@index is its default. @dir, if not empty, is where its files are.
 */
static int add_config(struct syslinux_listing *l,
		      const struct syslinux_command *c, const char *names,
		      const char *dir, long *index, struct reason *why)
{
	struct syslinux_listing inner = { .place = l->place,
					  .depth = l->depth + 1,
					  .parent = l,
					  .is_menu = l->is_menu,
					  .all_hidden = l->all_hidden };
	struct text prefix = { 0 };
	char *path = NULL;
	int err = 0;

	inner.path = syslinux_first_path(l, names);
	if (!inner.path)
		return entries_no_memory(why);
	for (const struct syslinux_listing *p = l; p; p = p->parent)
		if (strcmp(p->path, inner.path) == 0) {
			entries_reject(l->place.entries, c->source,
				       "leads back to the menu it is in");
			free(inner.path);
			return 0;
		}
	if (inner.depth > SYSLINUX_DEPTH_MAX) {
		entries_reject(l->place.entries, c->source,
			       "more than %d menus in one another",
			       SYSLINUX_DEPTH_MAX);
		free(inner.path);
		return 0;
	}
	text_addf(&prefix, "%s%.*s > ", l->prefix, SYSLINUX_TITLE_MAX,
		  c->title);
	inner.prefix = text_str(&prefix);
	if (*dir) {
		path = syslinux_path(&l->place, dir);
		if (path)
			path[syslinux_word(path)] = '\0';
		inner.place.dir = path;
	}
	err = text_error(&prefix) || (*dir && !path) ? entries_no_memory(why)
						     : 0;
	if (!err)
		err = syslinux_parse(&inner.config, &inner.place, names, why);
	if (!err)
		err = syslinux_list(&inner, why);
	if (!err)
		err = syslinux_default(&inner, index, why);
	syslinux_free_listing(&inner);
	text_free(&prefix);
	free(path);
	return err == -ENOENT ? 0 : err;
}

const struct syslinux_label *
syslinux_find_label(const struct syslinux_listing *l, const char *name,
		    size_t len)
{
	for (size_t i = 0; i < l->config.label_count; i++) {
		const struct syslinux_label *label = &l->config.labels[i];

		if (len && !label->disabled && strlen(label->name) == len &&
		    strncmp(label->name, name, len) == 0)
			return label;
	}
	return NULL;
}

char *syslinux_label_text(const struct syslinux_label *label)
{
	struct text text = { 0 };

	text_addf(&text, "%s %s", label->kernel, label->append);
	if (label->initrd)
		text_addf(&text, " initrd=%s", label->initrd);
	return text_take(&text);
}

/* Words of its own come first: KNOPPIX names labels behind ifcpu64.c32, and has
 * an APPEND for the kernels. Those of a menu are files. */
char *syslinux_implicit_text(const struct syslinux_listing *l, const char *text)
{
	const char *append = l->config.append;
	char *ret = NULL;

	if (!append || strcmp(append, "-") == 0 ||
	    *syslinux_skip(text + syslinux_word(text)) ||
	    type_by_name(text) != SYSLINUX_COM32 ||
	    syslinux_is_menu_module(text))
		return strdup(text);
	return asprintf(&ret, "%s %s", text, append) < 0 ? NULL : ret;
}

/* What stands behind @word among the words @text, or NULL. */
static const char *behind_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (; *text; text = syslinux_skip(text + syslinux_word(text)))
		if (syslinux_word(text) == len && strncmp(text, word, len) == 0)
			return syslinux_skip(text + len);
	return NULL;
}

/*
 * The command that a module which only chooses goes on with, by the label that
 * begins it; NULL: @text is no such module. ifcpu64.c32 LABEL [WORDS] [-- LABEL]
 * -- LABEL: the first, on x86-64. whichsys.c32 [-iso- LABEL] [-pxe- LABEL]
 * [-sys- LABEL]: by what of syslinux's kin reads the file, as far as its name
 * tells.
 */
static const char *chosen_command(const struct syslinux_listing *l,
				  const char *text)
{
	const char *args = syslinux_skip(text + syslinux_word(text));
	const char *found;

	/* "-- LABEL": there is none for x86-64. */
	if (syslinux_is_module(text, "ifcpu64"))
		return syslinux_word(args) == 2 && strncmp(args, "--", 2) == 0
			       ? ""
			       : args;
	if (!syslinux_is_module(text, "whichsys"))
		return NULL;
	if (strstr(l->place.main, "pxelinux.cfg/"))
		found = behind_word(args, "-pxe-");
	else if (strstr(l->place.main, "isolinux") ||
		 !behind_word(args, "-sys-"))
		found = behind_word(args, "-iso-");
	else
		found = behind_word(args, "-sys-");
	return found ? found : "";
}

/* The label that the module @c goes on with, which begins the command @args. */
static int find_choice(struct syslinux_listing *l,
		       const struct syslinux_command *c, const char *args,
		       const struct syslinux_label **ret, struct reason *why)
{
	int module = (int)syslinux_word(c->text),
	    len = (int)syslinux_word(args);

	if (!len)
		return reason(why, EINVAL, "%.*s: no label is named", module,
			      c->text);
	if (c->depth == SYSLINUX_DEPTH_MAX)
		return reason(why, ELOOP,
			      "%.*s: more than %d modules that choose a label, "
			      "one after the other",
			      module, c->text, SYSLINUX_DEPTH_MAX);
	/* Each look costs as much as there are labels. */
	if (l->place.budget->searches++ >= SYSLINUX_SEARCHES_MAX)
		return reason(why, E2BIG,
			      "%.*s: more than %d labels are looked for",
			      module, c->text, SYSLINUX_SEARCHES_MAX);
	*ret = syslinux_find_label(l, args, (size_t)len);
	if (!*ret)
		return reason(why, ENOENT, "%.*s: %.*s is no label", module,
			      c->text, len, args);
	if ((*ret)->cut)
		return reason(why, EIO, "%s", cut_off);
	return 0;
}

/* Goes on with the label that begins the command @args. */
static int start_label(struct syslinux_listing *l,
		       const struct syslinux_command *c, const char *args,
		       long *index, struct reason *why)
{
	const struct syslinux_label *label = NULL;
	struct syslinux_command inner = *c;
	struct reason problem;
	char *text;
	int err = find_choice(l, c, args, &label, &problem);

	if (err) {
		entries_reject(l->place.entries, c->source, "%s", problem.text);
		return 0;
	}
	text = syslinux_label_text(label);
	if (!text)
		return entries_no_memory(why);
	inner.type = label->type;
	inner.text = text;
	inner.depth++;
	err = syslinux_start_command(l, &inner, index, why);
	free(text);
	return err;
}

/* A module of syslinux: some start kernels, some are menus. */
static int start_module(struct syslinux_listing *l,
			const struct syslinux_command *c, const char *args,
			long *index, struct reason *why)
{
	const char *chosen = chosen_command(l, c->text);
	int len = (int)syslinux_word(c->text);

	if (chosen)
		return start_label(l, c, chosen, index, why);
	if (syslinux_is_module(c->text, "mboot"))
		return add_entry(l, c, true, args, index, why);
	if (syslinux_is_module(c->text, "linux")) {
		while (*args == '-')
			args = syslinux_skip(args + syslinux_word(args));
		return add_entry(l, c, false, args, index, why);
	}
	if (syslinux_is_menu_module(c->text))
		return add_config(l, c, *args ? args : "~", "", index, why);
	entries_reject(l->place.entries, c->source,
		       "%.*s: a program of syslinux, no kernel", len, c->text);
	return 0;
}

int syslinux_start_command(struct syslinux_listing *l,
			   const struct syslinux_command *c, long *index,
			   struct reason *why)
{
	const char *args = syslinux_skip(c->text + syslinux_word(c->text));
	enum syslinux_type type = c->type;
	char *name;
	int err;

	if (type == SYSLINUX_KERNEL)
		type = type_by_name(c->text);
	if (!syslinux_word(c->text) &&
	    (type == SYSLINUX_COM32 || type == SYSLINUX_CONFIG ||
	     type == SYSLINUX_BOOT)) {
		entries_reject(l->place.entries, c->source, "no file is named");
		return 0;
	}
	switch (type) {
	case SYSLINUX_KERNEL:
	case SYSLINUX_LINUX:
		return add_entry(l, c, false, c->text, index, why);
	case SYSLINUX_COM32:
		return start_module(l, c, args, index, why);
	case SYSLINUX_CONFIG:
		name = strndup(c->text, syslinux_word(c->text));
		if (!name)
			return entries_no_memory(why);
		err = add_config(l, c, name, args, index, why);
		free(name);
		return err;
	case SYSLINUX_LOCALBOOT:
		entries_reject(l->place.entries, c->source,
			       "localboot: starts what the firmware finds "
			       "next, no kernel");
		break;
	case SYSLINUX_BOOT:
		entries_reject(l->place.entries, c->source,
			       "%.*s: a boot sector or a program for the "
			       "BIOS, no kernel",
			       (int)syslinux_word(c->text), c->text);
		break;
	case SYSLINUX_GOTO:
	case SYSLINUX_SUBMENU:
		break;
	}
	return 0;
}

/* The names of the menus around @label, outermost first. */
static void add_menus(struct text *text, const struct syslinux_listing *l,
		      size_t menu)
{
	size_t path[SYSLINUX_DEPTH_MAX + 1], depth = 0;

	for (; menu && depth <= SYSLINUX_DEPTH_MAX;
	     menu = l->config.menus[menu].parent)
		path[depth++] = menu;
	while (depth) {
		const char *shown = l->config.menus[path[--depth]].shown;

		text_addf(text, "%.*s > ", SYSLINUX_TITLE_MAX,
			  *shown ? shown : "(menu)");
	}
}

/*
 * Takes the files of all labels for this reading, those too whose turn is still
 * to come: a menu that one of the labels leads to does not list them again.
 */
static void take_files(struct syslinux_listing *l)
{
	struct syslinux_budget *budget = l->place.budget;

	l->number = ++budget->readings;
	for (size_t i = 0; i < l->config.label_count; i++) {
		const struct syslinux_label *label = &l->config.labels[i];

		if (label->type != SYSLINUX_SUBMENU &&
		    !budget->listed_by[label->file])
			budget->listed_by[label->file] = l->number;
	}
}

/* True if another reading lists the labels of this one's file. */
static bool is_taken(const struct syslinux_listing *l,
		     const struct syslinux_label *label)
{
	return l->place.budget->listed_by[label->file] != l->number;
}

/* Makes an entry of the label, or says why not. */
static int list_label(struct syslinux_listing *l, size_t number,
		      struct reason *why)
{
	const struct syslinux_label *label = &l->config.labels[number];
	struct text title = { 0 };
	struct syslinux_command c = { .type = label->type,
				      .source = label->source,
				      .id = *label->name ? label->name
							 : "(no label)" };
	char *text;
	int err;

	if (label->type == SYSLINUX_SUBMENU || is_taken(l, label))
		return 0;
	if (label->disabled || label->cut) {
		entries_reject(l->place.entries, label->source, "%s",
			       label->disabled ? "disabled by MENU DISABLE"
					       : cut_off);
		return 0;
	}
	c.hidden = l->all_hidden ||
		   (l->is_menu && (label->hidden || label->locked));
	if (l->is_menu && label->locked)
		entries_reject(l->place.entries, label->source,
			       "locked by a password, which kboot does not ask "
			       "for: not in the menu");
	add_menus(&title, l, label->menu);
	text_add(&title, label->title && *label->title ? label->title
			 : *label->text		       ? label->text
						       : c.id);
	text = syslinux_label_text(label);
	c.text = text;
	c.title = text_str(&title);
	err = text_error(&title) || !text
		      ? entries_no_memory(why)
		      : syslinux_start_command(l, &c, &l->index[number], why);
	text_free(&title);
	free(text);
	return err;
}

void syslinux_free_listing(struct syslinux_listing *l)
{
	syslinux_free(&l->config);
	free(l->index);
	free(l->path);
}

int syslinux_list(struct syslinux_listing *l, struct reason *why)
{
	int err = 0;

	take_files(l);
	l->index = calloc(l->config.label_count + 1, sizeof(*l->index));
	if (!l->index)
		return entries_no_memory(why);
	for (size_t i = 0; i < l->config.label_count; i++)
		l->index[i] = -1;
	for (size_t i = 0; !err && i < l->config.label_count; i++)
		err = list_label(l, i, why);
	return err;
}

bool syslinux_default_is_menu(const struct syslinux_listing *l)
{
	const char *text = l->config.by_default;
	const struct syslinux_label *label;

	if (!text)
		return false;
	label = syslinux_find_label(l, text, syslinux_word(text));
	if (label && label->type != SYSLINUX_COM32 &&
	    type_by_name(label->kernel) != SYSLINUX_COM32)
		return false;
	return syslinux_is_menu_module(label ? label->kernel : text);
}

const struct syslinux_label *
syslinux_chosen_label(const struct syslinux_listing *l, const char *text)
{
	const char *chosen = chosen_command(l, text);

	return chosen ? syslinux_find_label(l, chosen, syslinux_word(chosen))
		      : NULL;
}

/* The same for a command that is the caller's own, and is freed. */
static const struct syslinux_label *
take_chosen_label(const struct syslinux_listing *l, char *text)
{
	const struct syslinux_label *label =
		text ? syslinux_chosen_label(l, text) : NULL;

	free(text);
	return label;
}

const struct syslinux_label *
syslinux_default_config(const struct syslinux_listing *l)
{
	const char *text = l->config.by_default;
	const struct syslinux_label *label;
	size_t depth = 0;

	if (!text || l->config.ui || l->config.prompt > 0)
		return NULL;
	label = syslinux_find_label(l, text, syslinux_word(text));
	if (!label)
		label = take_chosen_label(l, syslinux_implicit_text(l, text));
	while (label && !label->cut && label->type != SYSLINUX_CONFIG &&
	       depth++ < SYSLINUX_DEPTH_MAX)
		label = take_chosen_label(l, syslinux_label_text(label));
	return label && label->type == SYSLINUX_CONFIG && !label->cut ? label
								      : NULL;
}
