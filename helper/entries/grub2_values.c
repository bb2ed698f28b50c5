/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands that work on the values of variables: load_env, save_env, regexp, tr
 * and Fedora's counters.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entries/grub2_commands.h"
#include "entries/grub2_device.h"
#include "entries/grub2_regexp.h"
#include "entries/grubenv.h"
#include "entries/place.h"

/* Fedora: counts $boot_counter down and $boot_indeterminate up. */
static int count_by(struct grub2_run *run, const struct grub2_args *args,
		    int step)
{
	unsigned long long old = 0;
	char number[24];

	if (args->count != 2)
		return GRUB2_BAD_ARGUMENT;
	if (grub2_number(grub2_run_get(run, args->list[1]), 0, NULL, &old))
		return GRUB2_BAD_NUMBER;
	(void)snprintf(number, sizeof(number), "%lld",
		       (long long)(old & 0xffffff) + step);
	grub2_run_set(run, args->list[1], number);
	return GRUB2_OK;
}

int grub2_increment(struct grub2_run *run, const struct grub2_args *args)
{
	return count_by(run, args, 1);
}

int grub2_decrement(struct grub2_run *run, const struct grub2_args *args)
{
	return count_by(run, args, -1);
}

enum { TR_SET, TR_UPCASE, TR_DOWNCASE };

/* What tr puts for what in what; NULL: not said. */
struct translation {
	const char *from;
	const char *to;
	const char *input;
};

/* By the options, then by the arguments FROM TO, INPUT or both. */
static void read_translation(struct translation *ret,
			     const struct grub2_run *run,
			     const struct grub2_options *o)
{
	static const char lower[] = "abcdefghijklmnopqrstuvwxyz";
	static const char upper[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	const char *var = grub2_option(o, TR_SET);

	*ret = (struct translation){ 0 };
	if (var)
		ret->input = grub2_env_get(run->env, var);
	if (o->set[TR_UPCASE].count) {
		ret->from = lower;
		ret->to = upper;
	}
	if (o->set[TR_DOWNCASE].count) {
		ret->from = upper;
		ret->to = lower;
	}
	if (o->args.count == 3 || o->args.count == 4) {
		ret->from = o->args.list[1];
		ret->to = o->args.list[2];
	}
	if (o->args.count == 2 || o->args.count == 4)
		ret->input = o->args.list[o->args.count - 1];
}

/* Sets the variable, if one is named, to what the translation makes. */
static void translate(struct grub2_run *run, const struct translation *t,
		      const char *var)
{
	struct text out = { 0 };

	for (const char *p = t->input; *p; p++) {
		const char *at = strchr(t->from, *p);

		text_add_char(&out, at ? t->to[at - t->from] : *p);
	}
	(void)grub2_run_step(run, out.len / 8);
	if (var)
		grub2_run_set(run, var, text_str(&out));
	text_free(&out);
}

int grub2_tr(struct grub2_run *run, const struct grub2_args *args)
{
	static const struct grub2_option options[] = {
		[TR_SET] = { "set", 's', true, false },
		[TR_UPCASE] = { "upcase", 'U', false, false },
		[TR_DOWNCASE] = { "downcase", 'D', false, false },
		{ NULL, '\0', false, false },
	};
	struct grub2_options *o;
	struct translation t;
	int status = grub2_options_read(&o, options, 0, args);

	if (status)
		return status;
	read_translation(&t, run, o);
	status = GRUB2_BAD_ARGUMENT;
	if (o->args.count <= 4 && t.from && t.to && t.input &&
	    strlen(t.from) == strlen(t.to)) {
		status = GRUB2_OK;
		translate(run, &t, grub2_option(o, TR_SET));
	}
	grub2_options_free(o);
	return status;
}

/* ---- the environment block ---- */

enum { ENV_FILE, ENV_SKIP_SIGNATURE };

static const struct grub2_option env_options[] = {
	[ENV_FILE] = { "file", 'f', true, false },
	[ENV_SKIP_SIGNATURE] = { "skip-sig", 's', false, false },
	{ NULL, '\0', false, false },
};

static void take_value(struct grub2_run *run, const struct grub2_options *o,
		       const struct grubenv_value *value)
{
	bool wanted = o->args.count == 1;

	for (size_t i = 1; !wanted && i < o->args.count; i++)
		wanted = strcmp(o->args.list[i], value->name) == 0;
	if (wanted)
		grub2_run_set(run, value->name, value->value);
}

/*
 * Reads the block. Fedora's /boot/grub2/grubenv was a link into the EFI system
 * partition: what GRUB could not follow is followed.
 */
static int read_block(struct grub2_run *run, const char *spec,
		      struct text *block, size_t *tree, char **path)
{
	struct grub2_place place;
	int err = grub2_device_read(run, spec, "environment block",
				    GRUBENV_SIZE_MAX, block, tree, path, NULL);

	if (!err || !grub2_device_place(run, spec, &place, NULL) ||
	    *place.path != '/')
		return err;
	err = place_find(tree, path, run->guest, place.tree,
			 "environment block", place.path, NULL);
	if (!err)
		err = tree_read(&run->guest->trees[*tree], *path,
				GRUBENV_SIZE_MAX, block, NULL);
	return err;
}

/* What was saved last for @name; NULL: nothing was. */
static const struct grub2_saved *find_saved(const struct grub2_saved *list,
					    size_t tree, const char *path,
					    const char *name)
{
	for (; list; list = list->next)
		if (list->tree == tree && strcmp(list->path, path) == 0 &&
		    strcmp(list->name, name) == 0)
			break;
	return list;
}

/* The block's values, but for those that have been saved anew. */
static void take_values(struct grub2_run *run, const struct grub2_options *o,
			const struct grubenv *env, size_t tree,
			const char *path)
{
	if (!grub2_run_step(run, env->count * run->saved_count / 64))
		return;
	for (size_t i = 0; i < env->count && !run->stop; i++)
		if (!find_saved(run->saved, tree, path, env->list[i].name))
			take_value(run, o, &env->list[i]);
	for (struct grub2_saved *s = run->saved; s && !run->stop; s = s->next) {
		struct grubenv_value value = { s->name, s->value };

		if (s->value && grub2_run_step(run, run->saved_count / 16) &&
		    find_saved(run->saved, tree, path, s->name) == s)
			take_value(run, o, &value);
	}
}

static bool save(struct grub2_run *run, size_t tree, const char *path,
		 const char *name)
{
	const char *value = grub2_env_get(run->env, name);
	struct grub2_saved *saved;

	if (run->saved_count == GRUB2_SAVED_MAX) {
		grub2_run_limit(run, "more than %d values saved",
				GRUB2_SAVED_MAX);
		return false;
	}
	saved = calloc(1, sizeof(*saved));
	if (!saved) {
		grub2_run_no_memory(run);
		return false;
	}
	saved->tree = tree;
	saved->path = strdup(path);
	saved->name = strdup(name);
	saved->value = value ? strdup(value) : NULL;
	saved->next = run->saved;
	run->saved = saved;
	run->saved_count++;
	if (saved->path && saved->name && (saved->value || !value))
		return true;
	grub2_run_no_memory(run);
	return false;
}

/* What the option, or else $prefix, says. */
static void block_spec(struct grub2_run *run, const struct grub2_options *o,
		       struct text *ret)
{
	if (grub2_option(o, ENV_FILE))
		text_add(ret, grub2_option(o, ENV_FILE));
	else
		text_addf(ret, "%s/grubenv", grub2_run_get(run, "prefix"));
}

/* Nothing is written: a load_env that follows is told. */
int grub2_save_env(struct grub2_run *run, const struct grub2_args *args)
{
	struct text spec = { 0 }, block = { 0 };
	struct grubenv env = { 0 };
	struct grub2_options *o;
	char *path = NULL;
	size_t tree;
	int status = grub2_options_read(&o, env_options, 0, args);

	if (status)
		return status;
	block_spec(run, o, &spec);
	status = GRUB2_BAD_ARGUMENT;
	if (o->args.count > 1)
		status = GRUB2_NOT_FOUND;
	if (o->args.count > 1 &&
	    read_block(run, text_str(&spec), &block, &tree, &path) == 0) {
		status = GRUB2_BAD_FILE_TYPE;
		if (grubenv_parse(&env, path, text_str(&block), block.len,
				  NULL) == 0)
			status = GRUB2_OK;
	}
	for (size_t i = 1; status == GRUB2_OK && i < o->args.count; i++)
		if (!save(run, tree, path, o->args.list[i]))
			break;
	grubenv_free(&env);
	free(path);
	text_free(&spec);
	text_free(&block);
	grub2_options_free(o);
	return status;
}

int grub2_load_env(struct grub2_run *run, const struct grub2_args *args)
{
	struct grubenv env = { 0 };
	struct grub2_options *o;
	struct text spec = { 0 }, block = { 0 };
	char *path = NULL;
	size_t tree;
	int status = grub2_options_read(&o, env_options, 0, args);

	if (status)
		return status;
	block_spec(run, o, &spec);
	status = GRUB2_NOT_FOUND;
	if (read_block(run, text_str(&spec), &block, &tree, &path) == 0) {
		status = GRUB2_BAD_FILE_TYPE;
		if (grubenv_parse(&env, path, text_str(&block), block.len,
				  NULL) == 0)
			status = GRUB2_OK;
		take_values(run, o, &env, tree, path);
	}
	grubenv_free(&env);
	free(path);
	text_free(&spec);
	text_free(&block);
	grub2_options_free(o);
	return status;
}

/* ---- regexp ---- */

/* --set=[NUMBER:]NAME; without a number the first part. */
static int set_part(struct grub2_run *run, const char *option, const char *text,
		    const struct grub2_regexp_part *parts)
{
	const char *colon = strchr(option, ':');
	unsigned long long number = 1;
	const char *end;
	char *value;

	if (colon) {
		/* No number at all is 0. */
		(void)grub2_number(option, 10, &end, &number);
		if (end != colon)
			return GRUB2_BAD_ARGUMENT;
		option = colon + 1;
	}
	if (number >= GRUB2_REGEXP_GROUPS_MAX || parts[number].start < 0) {
		grub2_run_unset(run, option);
		return GRUB2_OK;
	}
	value = strndup(text + parts[number].start,
			(size_t)(parts[number].end - parts[number].start));
	if (value)
		grub2_run_set(run, option, value);
	else
		grub2_run_no_memory(run);
	free(value);
	return GRUB2_OK;
}

/* What regexp costs in steps: so much, and one for so many threads moved on. */
enum { REGEXP_STEPS = 16, REGEXP_WORK_A_STEP = 64 };

static int match(struct grub2_run *run, const char *pattern, const char *text,
		 struct grub2_regexp_part *parts)
{
	size_t work = 0;
	enum grub2_regexp answer =
		grub2_regexp_match(pattern, text, parts, &work);

	(void)grub2_run_step(run, REGEXP_STEPS + work / REGEXP_WORK_A_STEP);
	if (answer == GRUB2_REGEXP_LIMIT)
		grub2_run_complain(run,
				   "regexp %s: longer, or with more ways to "
				   "match, than kboot follows",
				   pattern);
	return answer == GRUB2_REGEXP_MATCH ? GRUB2_OK : GRUB2_FALSE;
}

int grub2_regexp(struct grub2_run *run, const struct grub2_args *args)
{
	static const struct grub2_option options[] = {
		{ "set", 's', true, false },
		{ NULL, '\0', false, false },
	};
	struct grub2_regexp_part parts[GRUB2_REGEXP_GROUPS_MAX];
	struct grub2_options *o;
	int status = grub2_options_read(&o, options, 0, args);

	if (status)
		return status;
	status = GRUB2_BAD_ARGUMENT;
	if (o->args.count == 3) {
		status = match(run, o->args.list[1], o->args.list[2], parts);
		for (size_t i = 0; !status && i < o->set[0].count; i++)
			status = set_part(run, o->set[0].values[i],
					  o->args.list[2], parts);
	}
	grub2_options_free(o);
	return status;
}
