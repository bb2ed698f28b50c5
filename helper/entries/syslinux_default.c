/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What syslinux starts by itself, and when: DEFAULT, ONTIMEOUT, ONERROR, MENU
 * DEFAULT and the timeouts, as in com32/elflink/ldlinux/ldlinux.c and
 * com32/menu/menumain.c of syslinux 6.04.
 */
#include "entries/syslinux_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "entries/draft.h"

static bool is_startable(const struct syslinux_listing *l, long index)
{
	return index >= 0 && !l->place.entries->list[index].incomplete;
}

/* The label that the command @text begins with, or that U-Boot, which takes all
 * of the line for a label, finds by its @words; or NULL. */
static const struct syslinux_label *
label_of(const struct syslinux_listing *l, const char *text, const char *words)
{
	const struct syslinux_label *label =
		syslinux_find_label(l, text, syslinux_word(text));

	for (size_t i = 0; i < l->config.label_count; i++)
		if (strcmp(l->config.labels[i].text, words) == 0)
			label = &l->config.labels[i];
	return label;
}

/* True if the command is what a label has and no more: *@ret is its entry. */
static bool find_listed(const struct syslinux_listing *l,
			const struct syslinux_label *label, const char *text,
			const char *words, long *ret)
{
	if (label && !label->cut && text[syslinux_word(text)] &&
	    strcmp(label->text, words) != 0)
		return false;
	if (!label)
		label = syslinux_chosen_label(l, text);
	if (label)
		*ret = l->index[label - l->config.labels];
	return label;
}

/* The label's own command, with the words of @text behind it; or NULL. */
static char *add_words(const struct syslinux_label *label, const char *text)
{
	char *base = syslinux_label_text(label), *ret = NULL;

	if (base &&
	    asprintf(&ret, "%s%s", base, text + syslinux_word(text)) < 0)
		ret = NULL;
	free(base);
	return ret;
}

/*
 * The entry that a command as DEFAULT has it means: a label; a label and more
 * words, or a kernel, which become an entry of their own.
 */
static int find_command(struct syslinux_listing *l, const char *what,
			const char *text, long *ret, struct reason *why)
{
	struct syslinux_command c = { .type = SYSLINUX_KERNEL, .text = text };
	char *words = draft_words(text), *own = NULL, *source = NULL;
	const struct syslinux_label *label;
	int err = words ? 0 : entries_no_memory(why);

	*ret = -1;
	if (err || !*words)
		goto out;
	label = label_of(l, text, words);
	if (!label) {
		own = syslinux_implicit_text(l, text);
		c.text = own;
	}
	if (c.text && find_listed(l, label, c.text, words, ret))
		goto out;
	if (label) {
		own = add_words(label, text);
		c.type = label->type;
		c.text = own;
	}
	if (asprintf(&source, "%s: %s", l->place.main, what) < 0)
		source = NULL;
	c.source = source;
	c.id = c.title = words;
	if (!c.text || !c.source)
		err = entries_no_memory(why);
	else if (!label && l->config.no_implicit)
		entries_reject(l->place.entries, source, "%s is no label",
			       words);
	else
		err = syslinux_start_command(l, &c, ret, why);
out:
	free(words);
	free(own);
	free(source);
	return err;
}

/* The default of a menu; a menu in it stands for its own default. */
static long menu_default(const struct syslinux_listing *l, size_t menu)
{
	const struct syslinux_config *c = &l->config;
	long label = -1;

	for (size_t depth = 0; depth <= SYSLINUX_DEPTH_MAX; depth++) {
		label = c->menus[menu].by_default;
		/* The first that can be chosen. */
		for (size_t i = 0; label < 0 && i < c->label_count; i++)
			if (c->labels[i].menu == menu &&
			    !c->labels[i].disabled && !c->labels[i].hidden)
				label = (long)i;
		if (label < 0 || c->labels[label].type != SYSLINUX_SUBMENU)
			break;
		menu = c->labels[label].submenu;
	}
	return label < 0 ? -1 : l->index[label];
}

/* Where nothing names one: "linux" (syslinux before 4), else the first. */
static long first_startable(const struct syslinux_listing *l)
{
	const struct syslinux_label *label = syslinux_find_label(l, "linux", 5);
	long index = label ? l->index[label - l->config.labels] : -1;

	/* U-Boot's MENU DEFAULT needs no menu. */
	if (l->config.menus[0].by_default >= 0)
		index = l->index[l->config.menus[0].by_default];
	for (size_t i = 0; !is_startable(l, index) && i < l->config.label_count;
	     i++)
		index = l->index[i];
	return index;
}

/*
 * True if there is a prompt or a menu before it starts. U-Boot, which reads an
 * extlinux.conf and starts no modules, prompts for any MENU outside labels
 * (parse_pxefile_top() of its boot/pxe_utils.c); a PROMPT there is believed all the
 * same, as extlinux reads the file too.
 */
static bool is_waiting(const struct syslinux_listing *l)
{
	static const char uboot[] = "/extlinux.conf";
	const char *name = strrchr(l->place.main, '/');

	if (l->is_menu || l->config.prompt >= 0)
		return l->is_menu || l->config.prompt > 0;
	return l->config.menu_line && name && strcasecmp(name, uboot) == 0;
}

/* True if something waits before it starts, and ends waiting by itself. */
static bool has_timeout(const struct syslinux_listing *l)
{
	return is_waiting(l) &&
	       (l->config.timeout > 0 || l->config.total_timeout > 0);
}

int syslinux_default(struct syslinux_listing *l, long *ret, struct reason *why)
{
	const struct syslinux_config *c = &l->config;
	bool named = c->by_default && !syslinux_default_is_menu(l);
	const struct syslinux_label *label = NULL;
	int err = 0;

	*ret = -1;
	if (named)
		label = syslinux_find_label(l, c->by_default,
					    syslinux_word(c->by_default));
	if (c->on_timeout && has_timeout(l))
		err = find_command(l, "ONTIMEOUT", c->on_timeout, ret, why);
	else if (l->is_menu && label && !label->hidden)
		*ret = l->index[label - c->labels];
	else if (l->is_menu)
		*ret = menu_default(l, c->start);
	else if (named)
		err = find_command(l, "DEFAULT", c->by_default, ret, why);
	else
		*ret = first_startable(l);
	if (!err && !is_startable(l, *ret) && c->on_error)
		err = find_command(l, "ONERROR", c->on_error, ret, why);
	if (!is_startable(l, *ret))
		*ret = -1;
	return err;
}

int syslinux_seconds(const struct syslinux_listing *l)
{
	const struct syslinux_config *c = &l->config;
	long tenths = c->timeout;

	if (l->is_menu && c->shift_key)
		return 0;
	if (!is_waiting(l))
		return c->prompt < 0 && tenths < 0 ? ENTRIES_NO_TIMEOUT : 0;
	if (c->total_timeout > 0 && (tenths <= 0 || c->total_timeout < tenths))
		tenths = c->total_timeout;
	if (tenths < 0)
		return ENTRIES_NO_TIMEOUT;
	return tenths ? (int)((tenths + 9) / 10) : ENTRIES_WAIT;
}
