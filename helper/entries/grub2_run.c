/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Control flow, functions and files. Statuses, $?, break and return go the
 * ways of grub-core/script/execute.c, its odd corners included.
 */
#include "entries/grub2_run.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entries/grub2_commands.h"
#include "entries/grub2_device.h"
#include "entries/grub2_words.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct grub2_function {
	struct grub2_function *next;
	struct grub2_arena arena;
	struct grub2_source *source;
	const struct grub2_node *body;
	/* How often it is being run. */
	unsigned int running;
	char name[];
};

static int run_list(struct grub2_run *run, const struct grub2_node *list);

/* ---- limits and messages ---- */

bool grub2_run_step(struct grub2_run *run, size_t steps)
{
	if (run->stop)
		return false;
	run->steps += steps;
	if (run->steps <= run->steps_max)
		return true;
	grub2_run_limit(run, "more than %zu steps: an endless loop?",
			run->steps_max);
	return false;
}

void grub2_run_no_memory(struct grub2_run *run)
{
	run->stop = GRUB2_STOP_MEMORY;
	(void)reason(&run->limit, ENOMEM, "no memory");
}

void grub2_run_limit(struct grub2_run *run, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	if (run->stop)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	run->stop = GRUB2_STOP_LIMIT;
	if (run->source)
		(void)reason(&run->limit, E2BIG, "stopped at %s:%u: %s",
			     run->source->name, run->line, text);
	else
		(void)reason(&run->limit, E2BIG, "%s", text);
}

void grub2_run_place(const struct grub2_run *run, struct text *ret)
{
	if (run->source)
		text_addf(ret, "%s:%u", run->source->name, run->line);
	else
		text_add(ret, "grub.cfg");
}

void grub2_run_complain(struct grub2_run *run, const char *fmt, ...)
{
	struct text where = { 0 };
	char text[REASON_MAX];
	va_list ap;

	if (run->complaints++ >= GRUB2_COMPLAINTS_MAX)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	grub2_run_place(run, &where);
	entries_reject(run->entries, text_str(&where), "%s", text);
	text_free(&where);
}

/* ---- variables ---- */

/* Stops the run if @err is a limit or the end of memory. */
static void check(struct grub2_run *run, int err, const char *name)
{
	if (err == -ENOMEM)
		grub2_run_no_memory(run);
	else if (err)
		grub2_run_limit(run, "the variable %.32s: too much text", name);
}

void grub2_run_set(struct grub2_run *run, const char *name, const char *value)
{
	check(run, grub2_env_set(run->env, name, value), name);
}

void grub2_run_export(struct grub2_run *run, const char *name)
{
	check(run, grub2_env_export(run->env, name), name);
}

void grub2_run_unset(struct grub2_run *run, const char *name)
{
	check(run, grub2_env_unset(run->env, name), name);
}

const char *grub2_run_get(const struct grub2_run *run, const char *name)
{
	const char *value = grub2_env_get(run->env, name);

	return value ? value : "";
}

/* ---- functions ---- */

static struct grub2_function *find_function(const struct grub2_run *run,
					    const char *name)
{
	struct grub2_function *function = run->functions;

	while (function && strcmp(function->name, name) != 0)
		function = function->next;
	return function;
}

/* A function that has been read. One that is being run stays as it is. */
static int define(void *context, const char *name, struct grub2_node *body,
		  struct grub2_arena *arena, struct reason *why)
{
	struct grub2_run *run = context;
	struct grub2_function *function = find_function(run, name);
	size_t len = strlen(name);

	if (function && function->running) {
		grub2_arena_free(arena);
		return 0;
	}
	if (run->function_count == GRUB2_FUNCTIONS_MAX) {
		grub2_arena_free(arena);
		return reason(why, E2BIG, "more than %d functions",
			      GRUB2_FUNCTIONS_MAX);
	}
	function = calloc(1, sizeof(*function) + len + 1);
	if (!function) {
		grub2_arena_free(arena);
		return reason(why, ENOMEM, "no memory");
	}
	memcpy(function->name, name, len);
	function->arena = *arena;
	function->body = body;
	/* The source outlives its units: whoever runs it holds it. */
	function->source = grub2_source_use(run->source);
	function->next = run->functions;
	run->functions = function;
	run->function_count++;
	return 0;
}

void grub2_run_forget(struct grub2_run *run, struct grub2_function *mark)
{
	while (run->functions && run->functions != mark) {
		struct grub2_function *function = run->functions;

		run->functions = function->next;
		run->function_count--;
		grub2_source_done(function->source);
		grub2_arena_free(&function->arena);
		free(function);
	}
}

static void drop_own(struct grub2_scope *scope)
{
	for (size_t i = 0; i < scope->own_count; i++)
		free(scope->own[i]);
	free(scope->own);
}

static int call(struct grub2_run *run, struct grub2_function *function,
		char **args, size_t count)
{
	struct grub2_scope scope = { .args = args, .count = count };
	struct grub2_scope *outer = run->scope;
	struct grub2_source *source = run->source;
	unsigned int loops = run->loops, line = run->line;
	int status;

	run->loops = 0;
	run->scope = &scope;
	run->source = function->source;
	function->running++;
	status = run_list(run, function->body);
	function->running--;
	run->returning = false;
	run->loops = loops;
	run->scope = outer;
	run->source = source;
	run->line = line;
	drop_own(&scope);
	return status;
}

/* ---- commands ---- */

/* What is neither command nor function: "a=b" sets, all else does nothing. */
static void assign(struct grub2_run *run, const char *word)
{
	const char *equals = strchr(word, '=');
	char *name;

	if (!equals || (*word >= '0' && *word <= '9') ||
	    ((equals - word) == 1 && strchr("#*@", *word)))
		return;
	name = strndup(word, (size_t)(equals - word));
	if (name)
		grub2_run_set(run, name, equals + 1);
	else
		grub2_run_no_memory(run);
	free(name);
}

int grub2_run_command(struct grub2_run *run, const struct grub2_args *args)
{
	struct grub2_args rest = *args;
	const struct grub2_command *command;
	struct grub2_function *function = NULL;
	bool invert;
	int status;

	if (!rest.count)
		return GRUB2_OK;
	invert = strcmp(rest.list[0], "!") == 0;
	if (invert && rest.count < 2)
		return GRUB2_BAD_ARGUMENT;
	rest.list += invert;
	rest.count -= invert;
	command = grub2_command_find(rest.list[0]);
	if (!command)
		function = find_function(run, rest.list[0]);
	if (!command && !function) {
		assign(run, rest.list[0]);
		return GRUB2_OK;
	}
	if (command)
		status = command->run(run, &rest);
	else
		status = call(run, function, rest.list + 1, rest.count - 1);
	if (!invert)
		return status;
	return status == GRUB2_OK ? GRUB2_FALSE : GRUB2_OK;
}

/* To all but menu entries a block is a word with its text. */
static void add_block_word(struct grub2_run *run, struct grub2_arena *arena,
			   const struct grub2_block *block,
			   struct grub2_args *args)
{
	size_t len = block->end - block->at;
	char **list = grub2_arena_get(arena, (args->count + 2) * sizeof(*list));
	char *word =
		len <= GRUB2_VALUE_MAX ? grub2_arena_get(arena, len + 3) : NULL;

	if (!list || !word) {
		grub2_run_limit(run, "a block of %zu characters as a word",
				len);
		return;
	}
	word[0] = '{';
	len = grub2_source_copy(block->source, block->at, block->end, word + 1);
	word[len + 1] = '}';
	memcpy(list, args->list, args->count * sizeof(*list));
	list[args->count++] = word;
	args->list = list;
}

/* A block that no command takes looks like an entry: hiddenentry. */
static void check_block(struct grub2_run *run, const char *name)
{
	if (!run->in_entry && !grub2_command_find(name) &&
	    !find_function(run, name))
		grub2_run_complain(run,
				   "%s: GRUB has no such command; its block is "
				   "left out",
				   name);
}

static int run_command(struct grub2_run *run, const struct grub2_node *node)
{
	struct grub2_arena arena = { 0 };
	struct grub2_args args;
	int status = GRUB2_OK;

	if (grub2_words_expand(run, node->words, &arena, &args)) {
		run->line = node->line;
		if (node->block.source && args.count &&
		    (strcmp(args.list[0], "menuentry") == 0 ||
		     strcmp(args.list[0], "submenu") == 0))
			args.block = &node->block;
		else if (node->block.source && args.count) {
			check_block(run, args.list[0]);
			add_block_word(run, &arena, &node->block, &args);
		}
		if (!run->stop)
			status = grub2_run_command(run, &args);
	}
	grub2_arena_free(&arena);
	return status;
}

static int run_if(struct grub2_run *run, const struct grub2_node *node)
{
	int status;

	for (;;) {
		status = run_list(run, node->condition);
		if (run->returning || run->stop)
			return status;
		if (status == GRUB2_OK)
			return run_list(run, node->body);
		if (!node->otherwise)
			return GRUB2_OK;
		/* An elif: without going deeper. */
		if (node->otherwise->kind != GRUB2_IF_ELSE ||
		    node->otherwise->next)
			return run_list(run, node->otherwise);
		node = node->otherwise;
	}
}

static int run_for(struct grub2_run *run, const struct grub2_node *node)
{
	struct grub2_arena arena = { 0 };
	struct grub2_args args;
	int status = GRUB2_OK;

	if (!grub2_words_expand(run, node->words, &arena, &args)) {
		grub2_arena_free(&arena);
		return GRUB2_OK;
	}
	run->loops++;
	for (size_t i = 0; i < args.count && !run->stop; i++) {
		if (run->is_continue && run->breaks == 1)
			run->breaks = 0;
		if (run->breaks || !grub2_run_step(run, 1))
			break;
		grub2_run_set(run, node->name, args.list[i]);
		status = run_list(run, node->body);
		if (run->returning)
			break;
	}
	if (run->breaks)
		run->breaks--;
	run->loops--;
	grub2_arena_free(&arena);
	return status;
}

static int run_while(struct grub2_run *run, const struct grub2_node *node)
{
	int status;

	run->loops++;
	for (;;) {
		status = run_list(run, node->condition);
		if (run->returning || run->stop || !grub2_run_step(run, 1) ||
		    (node->is_until ? !status : status))
			break;
		status = run_list(run, node->body);
		if (run->returning || run->stop)
			break;
		if (run->breaks == 1 && run->is_continue)
			run->breaks = 0;
		if (run->breaks)
			break;
	}
	if (run->breaks)
		run->breaks--;
	run->loops--;
	return status;
}

static int run_node(struct grub2_run *run, const struct grub2_node *node)
{
	int status = GRUB2_OK;

	run->line = node->line;
	if (!grub2_run_step(run, 1))
		return GRUB2_OK;
	if (run->depth >= GRUB2_DEPTH_MAX) {
		grub2_run_limit(run,
				"nested deeper than %d: endless recursion?",
				GRUB2_DEPTH_MAX);
		return GRUB2_OK;
	}
	run->depth++;
	switch (node->kind) {
	case GRUB2_COMMAND:
		status = run_command(run, node);
		break;
	case GRUB2_IF_ELSE:
		status = run_if(run, node);
		break;
	case GRUB2_FOR_LOOP:
		status = run_for(run, node);
		break;
	case GRUB2_WHILE_LOOP:
		status = run_while(run, node);
		break;
	}
	run->depth--;
	run->status = status;
	return status;
}

static int run_list(struct grub2_run *run, const struct grub2_node *list)
{
	int status = GRUB2_OK;

	for (; list && !run->breaks && !run->stop; list = list->next) {
		status = run_node(run, list);
		if (run->returning)
			break;
	}
	run->status = status;
	return status;
}

/*
 * After a limit: a statement of a file, in no loop, function or entry, costs
 * itself and what comes behind it is run.
 */
static void go_on(struct grub2_run *run, const struct grub2_node *statement)
{
	if (run->stop != GRUB2_STOP_LIMIT || run->in_entry || run->scope ||
	    run->loops || !run->source->is_file ||
	    run->menu_entries == GRUB2_MENU_ENTRIES_MAX ||
	    run->stopped == GRUB2_STOPPED_MAX)
		return;
	run->stopped++;
	run->line = statement->line;
	grub2_run_complain(run, "the statement is left out: %s",
			   run->limit.text);
	run->stop = GRUB2_GO;
	run->limit.text[0] = '\0';
	run->breaks = 0;
	run->is_continue = run->returning = false;
	if (run->steps_max < run->steps + grub2_limits.again)
		run->steps_max = run->steps + grub2_limits.again;
}

int grub2_run_block(struct grub2_run *run, const struct grub2_block *block)
{
	struct grub2_source *outer = run->source;
	unsigned int outer_line = run->line, line;
	struct grub2_arena arena = { 0 };
	struct grub2_parser parser;
	struct grub2_node *list;
	struct reason why;
	int err = 0, status = GRUB2_OK;

	run->source = block->source;
	grub2_parse_start(&parser, block);
	parser.define = define;
	parser.context = run;
	/* A return ends the line that it stands in, and of each line behind it
	 * the first command is run. */
	while (err != 1 && !run->stop) {
		size_t before = parser.lexer.at;

		err = grub2_parse(&parser, &arena, &list, &line, &why);
		if (err == -ENOMEM) {
			grub2_run_no_memory(run);
		} else if (err < 0) {
			run->line = line;
			grub2_run_complain(run,
					   "syntax error: %s; GRUB leaves the "
					   "statement out",
					   why.text);
			/* Of a file the rest is read, of eval's words not: an
			 * error that has been shown is forgotten. */
			if (!block->source->is_file) {
				err = 1;
				status = GRUB2_OK;
			}
		} else if (err == 0 &&
			   grub2_run_step(run, (parser.lexer.at - before) /
						       GRUB2_PARSE_STEP)) {
			status = GRUB2_OK;
			if (list) {
				status = run_list(run, list);
				go_on(run, list);
			}
		}
		grub2_arena_free(&arena);
	}
	run->source = outer;
	run->line = outer_line;
	/* What is behind the last line break is a line, and does nothing. */
	if (!block->source->is_file && block->end > block->at &&
	    block->source->text[block->end - 1] == '\n')
		return GRUB2_OK;
	return status;
}

/* ---- the whole ---- */

/* What a GRUB for the PC's BIOS sets (grub-core/normal/main.c). */
static void set_variables(struct grub2_run *run)
{
	static const char *const features[] = {
		"feature_chainloader_bpb",	"feature_ntldr",
		"feature_platform_search_hint", "feature_default_font_path",
		"feature_all_video_module",	"feature_menuentry_id",
		"feature_menuentry_options",	"feature_200_final",
		"feature_nativedisk_cmd",	"feature_timeout_style",
	};
	static const char *const others[][2] = {
		{ "grub_cpu", "i386" },
		{ "grub_platform", "pc" },
		{ "color_normal", "light-gray/black" },
		{ "color_highlight", "black/light-gray" },
		{ "pager", "" },
		{ "cmdpath", "(hd0)" },
	};

	for (size_t i = 0; i < COUNT(features); i++) {
		grub2_run_set(run, features[i], "y");
		grub2_run_export(run, features[i]);
	}
	for (size_t i = 0; i < COUNT(others); i++) {
		grub2_run_set(run, others[i][0], others[i][1]);
		grub2_run_export(run, others[i][0]);
	}
	grub2_run_set(run, "root", run->devices[run->home]);
	grub2_run_export(run, "root");
}

int grub2_run_start(struct grub2_run *run, struct entries *entries,
		    const struct guest *guest, size_t home,
		    struct grub2_menu *menu)
{
	memset(run, 0, sizeof(*run));
	run->entries = entries;
	run->guest = guest;
	run->home = home;
	run->menu = menu;
	run->env = &menu->env;
	run->steps_max = grub2_limits.steps;
	run->status = GRUB2_NO_STATUS;
	run->devices = grub2_device_names(guest);
	run->found = calloc(guest->tree_count + 1, sizeof(*run->found));
	if (!run->devices || !run->found)
		return -ENOMEM;
	run->found[home] = true;
	set_variables(run);
	return run->stop ? -ENOMEM : 0;
}

void grub2_run_unsave(struct grub2_run *run, struct grub2_saved *mark)
{
	while (run->saved && run->saved != mark) {
		struct grub2_saved *saved = run->saved;

		run->saved = saved->next;
		run->saved_count--;
		free(saved->path);
		free(saved->name);
		free(saved->value);
		free(saved);
	}
}

void grub2_boot_reset(struct grub2_boot *boot)
{
	entries_free_entry(&boot->entry);
	text_free(&boot->missing);
	memset(boot, 0, sizeof(*boot));
}

void grub2_run_end(struct grub2_run *run)
{
	grub2_run_forget(run, NULL);
	grub2_run_unsave(run, NULL);
	grub2_boot_reset(&run->boot);
	grub2_loopback_forget(run, NULL);
	for (size_t i = 0; run->devices && i < run->guest->tree_count; i++)
		free(run->devices[i]);
	free(run->devices);
	free(run->found);
	memset(run, 0, sizeof(*run));
}
