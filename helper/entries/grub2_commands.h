/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GRUB's commands, as far as they decide what a menu offers; what shows,
 * loads modules or drives hardware does nothing, successfully.
 */
#ifndef KBOOT_ENTRIES_GRUB2_COMMANDS_H
#define KBOOT_ENTRIES_GRUB2_COMMANDS_H

#include "entries/grub2_run.h"

struct grub2_command {
	const char *name;
	/* Returns an enum grub2_status, or any other non-zero number. */
	int (*run)(struct grub2_run *run, const struct grub2_args *args);
};

/* The command called @name, or NULL. */
const struct grub2_command *grub2_command_find(const char *name);

/* ---- options, as grub-core/lib/arg.c reads them ---- */

enum { GRUB2_OPTIONS_MAX = 16, GRUB2_OPTION_VALUES_MAX = 16 };

struct grub2_option {
	/* NULL or '\0': it has none. The last of a list has neither. */
	const char *name;
	char letter;
	bool has_value;
	/* The value may be left out. */
	bool optional;
};

struct grub2_options {
	/* What is no option */
	struct grub2_args args;
	struct {
		/* How often it is there, up to GRUB2_OPTION_VALUES_MAX. */
		size_t count;
		const char *values[GRUB2_OPTION_VALUES_MAX];
	} set[GRUB2_OPTIONS_MAX];
};

enum grub2_options_flag {
	/* Words with "-" that are no options are arguments. */
	GRUB2_ACCEPT_DASH = 1,
	/* Behind the first argument there are no options. */
	GRUB2_AT_START = 2,
};

/* Returns GRUB2_OK, or what the command fails with. args.list[0] stays the
 * command's name. @ret's memory is the caller's, by grub2_options_free(). */
int grub2_options_read(struct grub2_options **ret,
		       const struct grub2_option *options, unsigned int flags,
		       const struct grub2_args *args);
void grub2_options_free(struct grub2_options *options);

/* The last value of an option, or NULL. */
const char *grub2_option(const struct grub2_options *options, size_t which);

/* ---- in files of their own ---- */

/* grub2_test.c */
int grub2_test(struct grub2_run *run, const struct grub2_args *args);
/* grub2_values.c */
int grub2_regexp(struct grub2_run *run, const struct grub2_args *args);
int grub2_tr(struct grub2_run *run, const struct grub2_args *args);
int grub2_load_env(struct grub2_run *run, const struct grub2_args *args);
int grub2_save_env(struct grub2_run *run, const struct grub2_args *args);
int grub2_increment(struct grub2_run *run, const struct grub2_args *args);
int grub2_decrement(struct grub2_run *run, const struct grub2_args *args);
/* grub2_search.c */
int grub2_search(struct grub2_run *run, const struct grub2_args *args);
int grub2_search_dotted(struct grub2_run *run, const struct grub2_args *args);
/* grub2_disks.c */
int grub2_probe(struct grub2_run *run, const struct grub2_args *args);
int grub2_loopback(struct grub2_run *run, const struct grub2_args *args);
int grub2_cmp(struct grub2_run *run, const struct grub2_args *args);
/* cat and file: fails if the file is not there. */
int grub2_needs_file(struct grub2_run *run, const struct grub2_args *args);
/* grub2_menu.c */
int grub2_menuentry(struct grub2_run *run, const struct grub2_args *args);
/* grub2_blscfg.c */
int grub2_blscfg(struct grub2_run *run, const struct grub2_args *args);
/* grub2_boot.c */
int grub2_linux(struct grub2_run *run, const struct grub2_args *args);
int grub2_initrd(struct grub2_run *run, const struct grub2_args *args);
int grub2_multiboot(struct grub2_run *run, const struct grub2_args *args);
int grub2_module(struct grub2_run *run, const struct grub2_args *args);
int grub2_chainloader(struct grub2_run *run, const struct grub2_args *args);
int grub2_loads_other(struct grub2_run *run, const struct grub2_args *args);

/* Throws away what loopback did since run->loopbacks was @mark. */
void grub2_loopback_forget(struct grub2_run *run, struct grub2_loopback *mark);

/* What GRUB calls the kind of file system that statfs(2) says by @magic, or
 * NULL. */
const char *grub2_file_system(unsigned long magic);

/*
 * A number as grub_strtoul() reads it; with @base 0, "0x" and "0" before it
 * say which. GRUB2_BAD_NUMBER: none is there, *@ret is 0. GRUB2_OUT_OF_RANGE:
 * all its bits are set. @end, unless NULL, is what is behind it.
 */
int grub2_number(const char *text, unsigned int base, const char **end,
		 unsigned long long *ret);
/* What GRUB skips as blanks: neither vertical tab nor form feed. */
bool grub2_is_space(char c);

#endif
