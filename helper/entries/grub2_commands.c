/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of commands, and those of a few lines. A command that is not here
 * does nothing and succeeds, as an unknown one does in GRUB.
 */
#include "entries/grub2_commands.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entries/grub2_device.h"
#include "entries/grub2_menu.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

bool grub2_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* ~0u: no digit. */
static unsigned int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned int)(c - '0');
	c |= 0x20;
	return c >= 'a' && c <= 'z' ? (unsigned int)(c - 'a') + 10 : ~0u;
}

/* The base that the text itself tells; *@text goes behind "0x". */
static unsigned int guess_base(const char **text)
{
	const char *t = *text;

	if (t[0] == '0' && t[1] == 'x') {
		*text += 2;
		return 16;
	}
	return t[0] == '0' && t[1] >= '0' && t[1] <= '7' ? 8 : 10;
}

int grub2_number(const char *text, unsigned int base, const char **end,
		 unsigned long long *ret)
{
	unsigned long long number = 0;
	unsigned int digit;
	int status = GRUB2_BAD_NUMBER;

	while (grub2_is_space(*text))
		text++;
	if (!base)
		base = guess_base(&text);
	for (; (digit = digit_of(*text)) < base; text++) {
		status = GRUB2_OUT_OF_RANGE;
		if (number > (~0ULL - digit) / base) {
			number = ~0ULL;
			break;
		}
		status = GRUB2_OK;
		number = number * base + digit;
	}
	if (end)
		*end = text;
	*ret = number;
	return status;
}

/* The number that the last of at most one argument is; @ret is its default. */
static int number_argument(const struct grub2_args *args,
			   unsigned long long *ret)
{
	const char *end;
	int status;

	if (args->count < 2)
		return GRUB2_OK;
	if (args->count > 2)
		return GRUB2_BAD_ARGUMENT;
	status = grub2_number(args->list[1], 10, &end, ret);
	if (status)
		return status;
	return *end ? GRUB2_BAD_ARGUMENT : GRUB2_OK;
}

static int nothing(struct grub2_run *run, const struct grub2_args *args)
{
	(void)run;
	(void)args;
	return GRUB2_OK;
}

static int fails(struct grub2_run *run, const struct grub2_args *args)
{
	(void)run;
	(void)args;
	return GRUB2_FALSE;
}

/* ---- variables ---- */

static int set(struct grub2_run *run, const struct grub2_args *args)
{
	char *equals;

	if (args->count < 2)
		return GRUB2_OK;
	equals = strchr(args->list[1], '=');
	if (!equals)
		return GRUB2_BAD_ARGUMENT;
	*equals = '\0';
	grub2_run_set(run, args->list[1], equals + 1);
	*equals = '=';
	return GRUB2_OK;
}

static int unset(struct grub2_run *run, const struct grub2_args *args)
{
	if (args->count < 2)
		return GRUB2_BAD_ARGUMENT;
	grub2_run_unset(run, args->list[1]);
	return GRUB2_OK;
}

static int export(struct grub2_run *run, const struct grub2_args *args)
{
	if (args->count < 2)
		return GRUB2_BAD_ARGUMENT;
	for (size_t i = 1; i < args->count; i++)
		grub2_run_export(run, args->list[i]);
	return GRUB2_OK;
}

/* Nobody types anything. */
static int read_line(struct grub2_run *run, const struct grub2_args *args)
{
	if (args->count > 1)
		grub2_run_set(run, args->list[args->count - 1], "");
	return GRUB2_OK;
}

/* ---- control ---- */

static int break_loop(struct grub2_run *run, const struct grub2_args *args)
{
	unsigned long long count = 1;
	int status = number_argument(args, &count);

	if (status)
		return status;
	if (!count)
		return GRUB2_BAD_ARGUMENT;
	run->is_continue = strcmp(args->list[0], "break") != 0;
	run->breaks = count > run->loops ? run->loops : (unsigned int)count;
	return GRUB2_OK;
}

static int shift(struct grub2_run *run, const struct grub2_args *args)
{
	unsigned long long count = 1;

	if (!run->scope)
		return GRUB2_OK;
	if (number_argument(args, &count) || count > run->scope->count)
		return GRUB2_BAD_ARGUMENT;
	run->scope->args += count;
	run->scope->count -= (size_t)count;
	return GRUB2_OK;
}

static int setparams(struct grub2_run *run, const struct grub2_args *args)
{
	struct grub2_scope *scope = run->scope;
	char **own;
	size_t count = args->count - 1;

	if (!scope)
		return GRUB2_INVALID_COMMAND;
	own = calloc(count + 1, sizeof(*own));
	for (size_t i = 0; own && i < count; i++) {
		own[i] = strdup(args->list[i + 1]);
		if (own[i])
			continue;
		while (i)
			free(own[--i]);
		free(own);
		own = NULL;
	}
	if (!own) {
		grub2_run_no_memory(run);
		return GRUB2_OK;
	}
	for (size_t i = 0; i < scope->own_count; i++)
		free(scope->own[i]);
	free(scope->own);
	scope->own = own;
	scope->own_count = count;
	scope->args = own;
	scope->count = count;
	return GRUB2_OK;
}

static int return_from(struct grub2_run *run, const struct grub2_args *args)
{
	unsigned long long number = 0;
	int status;

	if (!run->scope)
		return GRUB2_BAD_ARGUMENT;
	if (run->status != GRUB2_NO_STATUS)
		number = (unsigned long long)run->status;
	status = number_argument(args, &number);
	if (status)
		return status;
	run->returning = true;
	return (int)(number & 0xffff);
}

static int eval(struct grub2_run *run, const struct grub2_args *args)
{
	struct grub2_block block = { .line = 1 };
	struct text t = { 0 };
	size_t len;
	int status;

	for (size_t i = 1; i < args->count; i++)
		text_addf(&t, "%s%s", i > 1 ? " " : "", args->list[i]);
	text_add(&t, "");
	len = t.len;
	block.source = grub2_source_new("eval", text_take(&t), len, false);
	if (!block.source) {
		grub2_run_no_memory(run);
		return GRUB2_OK;
	}
	block.end = block.source->len;
	status = grub2_run_block(run, &block);
	grub2_source_done(block.source);
	return status;
}

/* SteamOS: a command, to which its GRUB adds words that it finds in files of
 * its own on the ESP (what to start once, a rescue): none here. */
static int steamenv_boot(struct grub2_run *run, const struct grub2_args *args)
{
	struct grub2_args words = *args;

	while (words.count && strcmp(*words.list, "steamenv_boot") == 0) {
		words.list++;
		words.count--;
	}
	return words.count ? grub2_run_command(run, &words)
			   : GRUB2_BAD_ARGUMENT;
}

/* The command behind it, which is no function; a block it does not get. */
static int time_command(struct grub2_run *run, const struct grub2_args *args)
{
	struct grub2_args words = { .list = args->list, .count = args->count };
	const struct grub2_command *command;

	while (words.count && strcmp(*words.list, "time") == 0) {
		words.list++;
		words.count--;
	}
	if (!words.count)
		return GRUB2_BAD_ARGUMENT;
	command = grub2_command_find(*words.list);
	return command ? command->run(run, &words) : GRUB2_UNKNOWN_COMMAND;
}

/*
 * A file that is not read: among an entry's commands it is what is wrong with
 * the entry, outside any it is told of at once.
 */
static void not_read(struct grub2_run *run, const struct reason *why)
{
	if (run->stop)
		return;
	run->boot.trouble = *why;
	if (!run->in_entry)
		grub2_run_complain(run, "%s", why->text);
}

static int source(struct grub2_run *run, const struct grub2_args *args)
{
	struct reason why;

	if (args->count != 2)
		return GRUB2_BAD_ARGUMENT;
	if (!grub2_run_file(run, args->list[1], false, &why))
		not_read(run, &why);
	return GRUB2_OK;
}

/*
 * A configuration in a context of its own, whose menu GRUB shows at once. If
 * it has entries, that menu is what there is.
 */
static int configfile(struct grub2_run *run, const struct grub2_args *args)
{
	struct grub2_menu *menu, *outer = run->menu;
	struct grub2_env *env = run->env;
	struct reason why = { { 0 } };

	if (args->count != 2)
		return GRUB2_BAD_ARGUMENT;
	menu = grub2_menu_open(run, env);
	if (!menu)
		return GRUB2_OK;
	run->menu = menu;
	run->env = &menu->env;
	if (!grub2_run_file(run, args->list[1], true, &why))
		not_read(run, &why);
	run->menu = outer;
	run->env = env;
	/* What a limit cut off is better than nothing. */
	if (!menu->count || run->boot.menu || run->stop == GRUB2_STOP_MEMORY) {
		grub2_menu_free(menu);
		return GRUB2_OK;
	}
	run->boot.menu = menu;
	if (!run->stop)
		run->stop = GRUB2_STOP_MENU;
	return GRUB2_OK;
}

/* As configfile, but in the same context and with the same menu. */
static int normal(struct grub2_run *run, const struct grub2_args *args)
{
	struct text spec = { 0 };
	struct reason why;

	if (args->count > 1)
		text_add(&spec, args->list[1]);
	else
		text_addf(&spec, "%s/grub.cfg", grub2_run_get(run, "prefix"));
	if (!grub2_run_file(run, text_str(&spec), true, &why))
		not_read(run, &why);
	text_free(&spec);
	if (run->menu->count && !run->stop)
		run->stop = GRUB2_STOP_MENU;
	return GRUB2_OK;
}

static int boot(struct grub2_run *run, const struct grub2_args *args)
{
	(void)args;
	if (!run->boot.loaded)
		return GRUB2_INVALID_COMMAND;
	run->stop = GRUB2_STOP_BOOT;
	return GRUB2_OK;
}

/* exit, halt, reboot and the like: nothing comes behind them. */
static int leave(struct grub2_run *run, const struct grub2_args *args)
{
	/* fwsetup --is-supported: there is no firmware to set up. */
	if (args->count > 1 && strcmp(args->list[0], "fwsetup") == 0)
		return GRUB2_FALSE;
	(void)reason(&run->boot.trouble, ENOTSUP,
		     "boots nothing: it is there for `%s'", args->list[0]);
	run->stop = GRUB2_STOP_EXIT;
	return GRUB2_OK;
}

/* ---- what GRUB shows or asks ---- */

static int echo(struct grub2_run *run, const struct grub2_args *args)
{
	static const struct grub2_option options[] = {
		{ NULL, 'n', false, false },
		{ NULL, 'e', false, false },
		{ NULL, '\0', false, false },
	};
	struct grub2_options *o;
	int status = grub2_options_read(
		&o, options, GRUB2_ACCEPT_DASH | GRUB2_AT_START, args);

	if (status)
		return status;
	for (size_t i = 1; run->echo && i < o->args.count; i++)
		text_addf(run->echo, "%s%s", i > 1 ? " " : "", o->args.list[i]);
	if (run->echo && !o->set[0].count)
		text_add_char(run->echo, '\n');
	grub2_options_free(o);
	return GRUB2_OK;
}

/* Supported, and no key is held down. */
static int keystatus(struct grub2_run *run, const struct grub2_args *args)
{
	(void)run;
	return args->count > 1 ? GRUB2_FALSE : GRUB2_OK;
}

/* Ubuntu: is one of the PCI devices in the list? None is. */
static int hwmatch(struct grub2_run *run, const struct grub2_args *args)
{
	(void)args;
	grub2_run_set(run, "match", "0");
	return GRUB2_OK;
}

/* Chromium OS: gptpriority DEVICE PARTITION [VARIABLE]. Attributes of
 * partitions are not seen from file systems; then none is above another. */
static int gptpriority(struct grub2_run *run, const struct grub2_args *args)
{
	const char *last = args->list[args->count - 1];

	if (args->count < 3)
		return GRUB2_BAD_ARGUMENT;
	/* $grubdisk, the device, is set by that GRUB alone. */
	if (*last < '0' || *last > '9')
		grub2_run_set(run, last, "0");
	return GRUB2_OK;
}

/*
 * Flatcar: gptprio.next -d VARIABLE -u VARIABLE. What the attributes say is not
 * known here, and the entry is about nothing else.
 */
static int gptprio_next(struct grub2_run *run, const struct grub2_args *args)
{
	for (size_t i = 2; i < args->count; i++)
		if (strcmp(args->list[i - 1], "-d") == 0 ||
		    strcmp(args->list[i - 1], "-u") == 0)
			grub2_run_unset(run, args->list[i]);
	(void)reason(&run->boot.refused, ENOTSUP,
		     "gptprio.next: goes by attributes of partitions, which "
		     "kboot does not see");
	return GRUB2_NOT_FOUND;
}

/* Another loader's configuration: its own format lists it. */
static int other_format(struct grub2_run *run, const struct grub2_args *args)
{
	struct reason why;

	(void)reason(&why, ENOTSUP,
		     "%s: not followed; that file is looked for by itself",
		     args->list[0]);
	not_read(run, &why);
	return GRUB2_NOT_SUPPORTED;
}

/* By name, for the search. */
static const struct grub2_command commands[] = {
	{ ".", source },
	{ "[", grub2_test },
	{ "appleloader", grub2_loads_other },
	{ "background_color", nothing },
	{ "background_image", nothing },
	{ "blscfg", grub2_blscfg },
	{ "boot", boot },
	{ "break", break_loop },
	{ "cat", grub2_needs_file },
	{ "chainloader", grub2_chainloader },
	{ "clear", nothing },
	{ "cmp", grub2_cmp },
	{ "configfile", configfile },
	{ "continue", break_loop },
	{ "cpuid", nothing },
	{ "cryptomount", nothing },
	{ "decrement", grub2_decrement },
	{ "devicetree", nothing },
	{ "drivemap", nothing },
	{ "echo", echo },
	{ "eval", eval },
	{ "exit", leave },
	{ "export", export },
	{ "extract_entries_configfile", source },
	{ "extract_entries_source", source },
	{ "false", fails },
	{ "file", grub2_needs_file },
	{ "freedos", grub2_loads_other },
	{ "fwsetup", leave },
	{ "gptprio.next", gptprio_next },
	{ "gptpriority", gptpriority },
	{ "halt", leave },
	{ "hwmatch", hwmatch },
	{ "increment", grub2_increment },
	{ "initrd", grub2_initrd },
	{ "initrd16", grub2_initrd },
	{ "initrdefi", grub2_initrd },
	{ "insmod", nothing },
	{ "keystatus", keystatus },
	{ "kfreebsd", grub2_loads_other },
	{ "knetbsd", grub2_loads_other },
	{ "kopenbsd", grub2_loads_other },
	{ "legacy_configfile", other_format },
	{ "legacy_source", other_format },
	{ "linux", grub2_linux },
	{ "linux16", grub2_linux },
	{ "linuxefi", grub2_linux },
	{ "load_env", grub2_load_env },
	{ "loadfont", nothing },
	{ "loopback", grub2_loopback },
	{ "ls", nothing },
	{ "menuentry", grub2_menuentry },
	{ "module", grub2_module },
	{ "module2", grub2_module },
	{ "multiboot", grub2_multiboot },
	{ "multiboot2", grub2_multiboot },
	{ "normal", normal },
	{ "normal_exit", leave },
	{ "ntldr", grub2_loads_other },
	{ "plan9", grub2_loads_other },
	{ "probe", grub2_probe },
	{ "pxechainloader", grub2_loads_other },
	{ "read", read_line },
	{ "reboot", leave },
	{ "regexp", grub2_regexp },
	{ "return", return_from },
	{ "save_env", grub2_save_env },
	{ "search", grub2_search },
	{ "search.file", grub2_search_dotted },
	{ "search.fs_label", grub2_search_dotted },
	{ "search.fs_uuid", grub2_search_dotted },
	{ "set", set },
	{ "setparams", setparams },
	{ "shift", shift },
	{ "sleep", nothing },
	{ "smbios", fails },
	{ "source", source },
	{ "steamenv_boot", steamenv_boot },
	{ "submenu", grub2_menuentry },
	{ "syslinux_configfile", other_format },
	{ "syslinux_source", other_format },
	{ "terminal_input", nothing },
	{ "terminal_output", nothing },
	{ "test", grub2_test },
	{ "time", time_command },
	{ "tr", grub2_tr },
	{ "true", nothing },
	{ "truecrypt", grub2_loads_other },
	{ "unset", unset },
	{ "xen_hypervisor", grub2_multiboot },
	{ "xen_module", grub2_module },
	{ "xnu_kernel", grub2_loads_other },
	{ "xnu_kernel64", grub2_loads_other },
};

static int by_name(const void *name, const void *command)
{
	return strcmp(name, ((const struct grub2_command *)command)->name);
}

const struct grub2_command *grub2_command_find(const char *name)
{
	return bsearch(name, commands, COUNT(commands), sizeof(commands[0]),
		       by_name);
}
