/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds GRUB's variables without running GRUB's scripts: a line matcher, good
 * for `set kernelopts=`, `set tuned_params=` and the like that Fedora's
 * grub.cfg has for its BLS entries, and for nothing else.
 */
#include "entries/grubvars.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Where grubenv and grub.cfg lie beside each other. */
static const char *const dirs[] = {
	"/boot/grub2",
	"/grub2",
	"/boot/grub",
	"/grub",
};

/* In each directory of these, for its vendor: RHEL 8's grubenv on UEFI. */
static const char *const vendor_dirs[] = { "/EFI", "/boot/efi/EFI",
					   "/efi/EFI" };

/* A search on its way. */
struct search {
	struct grubvars *vars;
	struct entries *entries;
	const struct tree *tree;
	bool has_env;
	bool has_set;
};

void grubvars_free(struct grubvars *vars)
{
	grubenv_free(&vars->env);
	grubenv_free(&vars->set);
	free(vars->source);
	memset(vars, 0, sizeof(*vars));
}

const char *grubvars_get(const void *context, const char *name)
{
	const struct grubvars *vars = context;
	const char *value = grubenv_get(&vars->env, name);

	return value ? value : grubenv_get(&vars->set, name);
}

/* The name of the variable that the line sets, or NULL; *@ret is its value. */
static char *parse_set(char *line, char **ret)
{
	char *name = line + strspn(line, " \t"), *end;

	if (strncmp(name, "set", 3) != 0 || !strchr(" \t", name[3]))
		return NULL;
	name += 3;
	name += strspn(name, " \t");
	*ret = strchr(name, '=');
	if (!*ret || *ret == name ||
	    strcspn(name, " \t'\"") < (size_t)(*ret - name))
		return NULL;
	*(*ret)++ = '\0';
	if (**ret == '"' || **ret == '\'') {
		end = strchr(*ret + 1, **ret);
		(*ret)++;
		if (!end)
			return NULL;
		*end = '\0';
	} else {
		(*ret)[strcspn(*ret, " \t;\r")] = '\0';
	}
	return name;
}

/* All `set` lines of @text, which is changed, as an environment block. */
static int parse_config(struct grubenv *ret, char *text)
{
	struct text block = { 0 };
	char *line;
	int err;

	text_add(&block, "# GRUB Environment Block\n");
	while ((line = strsep(&text, "\n"))) {
		char *value, *name = parse_set(line, &value);

		if (!name || strchr("#\r", *name))
			continue;
		text_addf(&block, "%s=", name);
		for (; *value; value++) {
			if (*value == '\\')
				text_add_char(&block, '\\');
			text_add_char(&block, *value);
		}
		text_add_char(&block, '\n');
	}
	err = text_error(&block);
	if (!err)
		err = grubenv_parse(ret, "", text_str(&block), block.len, NULL);
	text_free(&block);
	return err ? -ENOMEM : 0;
}

static int try_env(struct search *s, const char *path)
{
	struct reason why;
	int err = grubenv_read(&s->vars->env, s->tree, path, &why);

	if (err == -ENOMEM)
		return err;
	if (err && err != -ENOENT && err != -ENOTDIR)
		entries_reject(s->entries, path, "%s", why.text);
	if (err)
		return 0;
	s->has_env = true;
	s->vars->source = strdup(path);
	return s->vars->source ? 0 : -ENOMEM;
}

/* True if it sets what entries ask for. */
static bool is_useful(const struct grubenv *set)
{
	static const char *const names[] = { "kernelopts", "default_kernelopts",
					     "tuned_params", "tuned_initrd" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (grubenv_get(set, names[i]))
			return true;
	return false;
}

static int try_config(struct search *s, const char *path)
{
	struct text bytes = { 0 };
	int err = tree_read(s->tree, path, GRUBVARS_FILE_MAX, &bytes, NULL);

	if (!err && bytes.len)
		err = parse_config(&s->vars->set, bytes.data);
	text_free(&bytes);
	/* The ESP often has one that only leads to the real one. */
	s->has_set = is_useful(&s->vars->set);
	if (!s->has_set)
		grubenv_free(&s->vars->set);
	return err == -ENOMEM ? err : 0;
}

static int try_dir(struct search *s, const char *dir, const char *vendor)
{
	char *env = NULL, *config = NULL;
	int err = -ENOMEM;

	if (asprintf(&env, "%s%s/grubenv", dir, vendor) < 0)
		env = NULL;
	if (asprintf(&config, "%s%s/grub.cfg", dir, vendor) < 0)
		config = NULL;
	if (env && config) {
		err = s->has_env ? 0 : try_env(s, env);
		if (!err && !s->has_set)
			err = try_config(s, config);
	}
	free(env);
	free(config);
	return err;
}

static int try_vendors(struct search *s, const char *dir)
{
	struct tree_names names;
	int err = tree_list(s->tree, dir, NULL, &names, NULL);

	if (err != -ENOMEM)
		err = 0;
	for (size_t i = 0; !err && i < names.count && i < GRUBVARS_DIRS_MAX;
	     i++) {
		char *vendor = NULL;

		if (asprintf(&vendor, "/%s", names.list[i].name) < 0)
			err = -ENOMEM;
		else
			err = try_dir(s, dir, vendor);
		free(vendor);
	}
	tree_free_names(&names);
	return err;
}

static int try_tree(struct search *s, const struct tree *tree)
{
	int err = 0;

	s->tree = tree;
	for (size_t i = 0; !err && i < sizeof(dirs) / sizeof(dirs[0]); i++)
		err = try_dir(s, dirs[i], "");
	for (size_t i = 0;
	     !err && i < sizeof(vendor_dirs) / sizeof(vendor_dirs[0]); i++)
		err = try_vendors(s, vendor_dirs[i]);
	return err;
}

int grubvars_find(struct grubvars *ret, struct entries *entries,
		  const struct guest *guest, size_t tree, struct reason *why)
{
	struct search s = { .vars = ret, .entries = entries };
	int err;

	memset(ret, 0, sizeof(*ret));
	err = try_tree(&s, &guest->trees[tree]);
	for (size_t i = 0; !err && i < guest->tree_count; i++)
		if (i != tree)
			err = try_tree(&s, &guest->trees[i]);
	if (!err)
		return 0;
	grubvars_free(ret);
	return entries_no_memory(why);
}
