/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Menus and their entries. Runs nothing. */
#include "entries/grub2_menu.h"

#include <stdlib.h>
#include <string.h>

#include "entries/grub2_commands.h"

struct grub2_menu *grub2_menu_open(struct grub2_run *run,
				   const struct grub2_env *from)
{
	struct grub2_menu *menu = calloc(1, sizeof(*menu));

	if (menu && grub2_env_open(&menu->env, from) == 0)
		return menu;
	grub2_menu_free(menu);
	grub2_run_no_memory(run);
	return NULL;
}

static void free_entry(struct grub2_menu_entry *entry)
{
	free(entry->title);
	free(entry->id);
	for (size_t i = 0; entry->args && i < entry->arg_count; i++)
		free(entry->args[i]);
	free(entry->args);
	free(entry->from);
	grub2_source_done(entry->block.source);
	grub2_menu_free(entry->opens);
}

void grub2_menu_free(struct grub2_menu *menu)
{
	if (!menu)
		return;
	for (size_t i = 0; i < menu->count; i++)
		free_entry(&menu->list[i]);
	free(menu->list);
	grub2_env_free(&menu->env);
	free(menu);
}

static bool copy_words(struct grub2_menu_entry *entry,
		       const struct grub2_menu_new *new)
{
	entry->args = calloc(new->arg_count, sizeof(*entry->args));
	if (!entry->args)
		return false;
	entry->arg_count = new->arg_count;
	for (size_t i = 0; i < new->arg_count; i++) {
		entry->args[i] = strdup(new->args[i]);
		if (!entry->args[i])
			return false;
	}
	entry->title = strdup(new->args[0]);
	entry->id = strdup(new->id ? new->id : new->args[0]);
	entry->from = strdup(new->from);
	return entry->title && entry->id && entry->from;
}

void grub2_menu_add(struct grub2_run *run, const struct grub2_menu_new *new)
{
	struct grub2_menu *menu = run->menu;
	struct grub2_menu_entry entry = {
		.has_id = new->id,
		.is_submenu = new->is_submenu,
		.index = -1,
	};
	struct grub2_menu_entry *list = menu->list;

	if (run->menu_entries == GRUB2_MENU_ENTRIES_MAX) {
		grub2_run_limit(run, "more than %d menu entries",
				GRUB2_MENU_ENTRIES_MAX);
		return;
	}
	/* Doubles at every power of two. */
	if ((menu->count & (menu->count - 1)) == 0)
		list = reallocarray(list, menu->count ? menu->count * 2 : 1,
				    sizeof(*list));
	if (list)
		menu->list = list;
	if (!list || !copy_words(&entry, new)) {
		free_entry(&entry);
		grub2_run_no_memory(run);
		return;
	}
	entry.home = run->home;
	entry.block = *new->block;
	(void)grub2_source_use(entry.block.source);
	list[menu->count++] = entry;
	run->menu_entries++;
}

/* menuentry and submenu, grub-core/commands/menuentry.c */

enum { MENU_CLASS, MENU_USERS, MENU_HOTKEY, MENU_SOURCE, MENU_ID, MENU_FREE };

static const struct grub2_option menu_options[] = {
	[MENU_CLASS] = { "class", '\1', true, false },
	[MENU_USERS] = { "users", '\2', true, false },
	[MENU_HOTKEY] = { "hotkey", '\3', true, false },
	[MENU_SOURCE] = { "source", '\4', true, false },
	[MENU_ID] = { "id", '\0', true, false },
	[MENU_FREE] = { "unrestricted", '\0', false, false },
	{ NULL, '\0', false, false },
};

/* --source: the entry's commands as a word. */
static struct grub2_source *source_option(struct grub2_run *run,
					  const char *text)
{
	char *copy = strdup(text);
	struct grub2_source *source;

	if (!copy) {
		grub2_run_no_memory(run);
		return NULL;
	}
	source = grub2_source_new("menuentry --source", copy, strlen(text),
				  false);
	if (!source)
		grub2_run_no_memory(run);
	return source;
}

static void add_entry(struct grub2_run *run, const struct grub2_options *o,
		      const struct grub2_block *block)
{
	struct text from = { 0 };
	struct grub2_menu_new new = {
		.args = o->args.list + 1,
		.arg_count = o->args.count - 1,
		.id = grub2_option(o, MENU_ID),
		.is_submenu = o->args.list[0][0] == 's',
		.block = block,
	};

	grub2_run_place(run, &from);
	new.from = text_str(&from);
	grub2_menu_add(run, &new);
	text_free(&from);
}

int grub2_menuentry(struct grub2_run *run, const struct grub2_args *args)
{
	struct grub2_block own = { .line = 1 };
	const char *source;
	struct grub2_options *o;
	int status =
		grub2_options_read(&o, menu_options, GRUB2_ACCEPT_DASH, args);

	if (status) {
		grub2_run_complain(run, "%s: an option without its value",
				   args->list[0]);
		return status;
	}
	source = grub2_option(o, MENU_SOURCE);
	status = GRUB2_BAD_ARGUMENT;
	if (o->args.count < 2) {
		grub2_run_complain(run, "%s without a title", args->list[0]);
	} else if (!args->block == !source) {
		grub2_run_complain(run, "%s \"%s\" without commands",
				   args->list[0], o->args.list[1]);
	} else {
		status = GRUB2_OK;
		if (source)
			own.source = source_option(run, source);
		if (own.source)
			own.end = own.source->len;
		if (args->block || own.source)
			add_entry(run, o, args->block ? args->block : &own);
		grub2_source_done(own.source);
	}
	grub2_options_free(o);
	return status;
}

/*
 * True if @name is the first part of @wanted, where ">>" is a ">" of the
 * name's own.
 */
static bool is_called(const char *name, const char *wanted)
{
	for (;; name++, wanted++) {
		if (*wanted == '>' && wanted[1] != '>')
			return !*name;
		if (*wanted == '>')
			wanted++;
		if (*name != *wanted)
			return false;
		if (!*name)
			return true;
	}
}

static struct grub2_menu_entry *by_name(const struct grub2_menu *menu,
					const char *wanted)
{
	for (size_t i = 0; i < menu->count; i++)
		if (is_called(menu->list[i].title, wanted) ||
		    is_called(menu->list[i].id, wanted))
			return &menu->list[i];
	return NULL;
}

/* What is behind the first part. */
static const char *behind_part(const char *wanted)
{
	for (; *wanted; wanted++) {
		if (wanted[0] == '>' && wanted[1] == '>')
			wanted++;
		else if (wanted[0] == '>')
			return wanted + 1;
	}
	return wanted;
}

/*
 * A number that is all of the part is one; else the part may be an id or a
 * title that begins with digits, as Fedora's machine ids do. GRUB 2.06 takes
 * the digits for a number even so; Fedora's has it as here, and it alone has
 * such names: of a kernel that is gone they are no number.
 */
struct grub2_menu_entry *grub2_menu_find(const struct grub2_menu *menu,
					 const char *wanted, const char **rest)
{
	unsigned long long number;
	const char *end = wanted;
	bool is_number = grub2_number(wanted, 0, &end, &number) == GRUB2_OK;

	*rest = behind_part(wanted);
	if (!is_number || (*end && *end != '>' && *end != ' '))
		return by_name(menu, wanted);
	return number < menu->count ? &menu->list[number] : NULL;
}
