/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a configuration of GRUB boots by itself: $default, $fallback, $timeout,
 * and what grubenv has saved (grub-core/normal/menu.c of GRUB 2.06).
 */
#include "entries/grub2_default.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "entries/grub2_commands.h"
#include "entries/grubenv.h"

/* Seconds; who writes more means for ever. */
enum { TIMEOUT_MAX = 999999 };

const char *grub2_inner_default(const struct grub2_menu *menu, const char *rest)
{
	const char *own = grub2_env_get(&menu->env, "default");

	return own || !*rest ? own : rest;
}

/*
 * Which entry is booted when @wanted is chosen in @menu; NULL: there is none.
 * Where @wanted is NULL nothing is chosen. *@ret_missed, if not NULL: the name
 * that is none of a menu's, whose first entry is taken then.
 */
static const struct grub2_menu_entry *
chosen_entry(const struct grub2_menu *menu, const char *wanted, bool or_first,
	     const char **ret_missed)
{
	struct grub2_menu_entry *item = NULL;
	const char *rest;

	while (menu->count) {
		rest = "";
		item = wanted ? grub2_menu_find(menu, wanted, &rest) : NULL;
		if (!item && !or_first)
			return NULL;
		if (ret_missed && !item && wanted && *wanted)
			*ret_missed = wanted;
		item = item ? item : &menu->list[0];
		if (item->index >= 0 || !item->opens)
			break;
		menu = item->opens;
		wanted = grub2_inner_default(menu, rest);
		or_first = true;
	}
	return item;
}

static long index_of(const struct grub2_menu_entry *item)
{
	return item ? item->index : -1;
}

/* True if it is not to be booted: GRUB itself starts a kernel whose initrd is
 * missing, which ends in a panic. */
static bool fails(const struct entries *entries, long index)
{
	return index < 0 || entries->list[index].incomplete;
}

/* The first of $fallback that boots. */
static long fallback_index(const struct entries *entries,
			   const struct grub2_menu *menu)
{
	const char *list = grub2_env_get(&menu->env, "fallback");
	char *copy = list ? strdup(list) : NULL, *at = copy, *word;
	long found = -1;

	while (found < 0 && at && (word = strsep(&at, " \t\n"))) {
		if (*word)
			found = index_of(chosen_entry(menu, word, false, NULL));
		if (fails(entries, found))
			found = -1;
	}
	free(copy);
	return found;
}

/* saved_entry, from the file itself where the configuration did not ask. */
static long saved_index(const struct tree *tree, const char *config,
			const struct grub2_menu *menu)
{
	const char *saved = grub2_env_get(&menu->env, "saved_entry");
	struct grubenv env = { 0 };
	struct text path = { 0 };
	long found = -1;

	text_addf(&path, "%.*s/grubenv", (int)(strrchr(config, '/') - config),
		  config);
	if (!saved && grubenv_read(&env, tree, text_str(&path), NULL) == 0)
		saved = grubenv_get(&env, "saved_entry");
	if (saved && *saved)
		found = index_of(chosen_entry(menu, saved, false, NULL));
	text_free(&path);
	grubenv_free(&env);
	return found;
}

/*
 * GRUB reads it as C does, hexadecimal and octal included, and waits for ever
 * where $timeout is no number, "-1" above all.
 */
static int timeout(const struct grub2_menu *menu)
{
	const char *value = grub2_env_get(&menu->env, "timeout");
	unsigned long long seconds;

	if (!value || !*value)
		return ENTRIES_NO_TIMEOUT;
	if (grub2_number(value, 0, NULL, &seconds))
		return ENTRIES_WAIT;
	return seconds < TIMEOUT_MAX ? (int)seconds : TIMEOUT_MAX;
}

/* What $default means; where it boots nothing, what $fallback means. */
static long default_index(struct entries *entries, const char *config,
			  const struct grub2_menu *menu)
{
	const char *wanted = grub2_env_get(&menu->env, "default");
	const struct grub2_menu_entry *item;
	long index, fallback = -1;
	const char *missed = NULL;

	item = chosen_entry(menu, wanted, true, &missed);
	index = index_of(item);
	if (missed)
		entries_skip(entries, config,
			     "default=%s: there is no such entry; GRUB takes "
			     "the first",
			     missed);
	if (fails(entries, index))
		fallback = fallback_index(entries, menu);
	if (item && index < 0)
		entries_skip(entries, item->from,
			     "GRUB's default boots nothing here; %s",
			     fallback < 0 ? "there is no fallback that does"
					  : "its fallback is taken");
	else if (item && fallback >= 0)
		entries_skip(entries, item->from,
			     "GRUB's default lacks a file; its fallback is "
			     "taken");
	return fallback < 0 ? index : fallback;
}

/* Who has set one expects it to be asked for. */
static void tell_of_passwords(struct entries *entries, const char *config,
			      const struct grub2_menu *menu)
{
	const char *users = grub2_env_get(&menu->env, "superusers");

	if (users && *users)
		entries_skip(entries, config,
			     "superusers=%s: GRUB asks for a password before "
			     "what is not --unrestricted, kboot does not",
			     users);
}

void grub2_default(struct entries *entries, const struct tree *tree,
		   const char *config, const struct grub2_menu *menu)
{
	entries->config.by_default = default_index(entries, config, menu);
	entries->config.saved = saved_index(tree, config, menu);
	entries->config.timeout = timeout(menu);
	tell_of_passwords(entries, config, menu);
}
