/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs GRUB's shell language as grub-core/script/execute.c does, under limits,
 * and collects menus. Nothing is booted and nothing written: what commands
 * would load is put down in struct grub2_boot.
 */
#ifndef KBOOT_ENTRIES_GRUB2_RUN_H
#define KBOOT_ENTRIES_GRUB2_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "entries/entries.h"
#include "entries/grub2_env.h"
#include "entries/grub2_parse.h"

enum {
	/* Commands, loops and functions inside one another. */
	GRUB2_DEPTH_MAX = 200,
	/* Files that read one another with source. */
	GRUB2_SOURCE_DEPTH_MAX = 16,
	/* Menus inside one another. */
	GRUB2_MENU_DEPTH_MAX = 6,
	/* Words of one command. */
	GRUB2_WORDS_MAX = 8192,
	/* Characters of one command's words. */
	GRUB2_LINE_MAX = 1024 * 1024,
	/*
	 * Steps: a command is one, and so are 64 characters of its words; a
	 * file that is looked for is GRUB2_STEPS_FILE, one that is read
	 * GRUB2_STEPS_READ, one of blscfg GRUB2_STEPS_BLS. A Fedora or Debian
	 * configuration takes a few thousand to read, an entry a hundred.
	 */
	GRUB2_STEPS_MAX = 500000,
	GRUB2_STEPS_ENTRY = 50000,
	GRUB2_STEPS_ENTRIES = 3000000,
	GRUB2_STEPS_FILE = 64,
	GRUB2_STEPS_READ = 256,
	/* For so many bytes that are read one more, and that are parsed: the
	 * largest file takes two thirds of what a configuration may. */
	GRUB2_READ_STEP = 512,
	GRUB2_PARSE_STEP = 128,
	GRUB2_STEPS_BLS = 32,
	/* Menu entries of one configuration, submenus included. */
	GRUB2_MENU_ENTRIES_MAX = ENTRIES_MAX,
	GRUB2_FUNCTIONS_MAX = 1024,
	/* How often loopback makes or deletes devices. */
	GRUB2_LOOPBACKS_MAX = 64,
	/* Bytes that cmp compares in a step. */
	GRUB2_CMP_STEP = 512,
	/* Syntax errors that are told of one configuration. */
	GRUB2_COMPLAINTS_MAX = 32,
	/*
	 * Statements outside any entry that may run into a limit: each costs
	 * itself, and what follows has so many steps.
	 */
	GRUB2_STOPPED_MAX = 16,
	GRUB2_STEPS_AGAIN = 50000,
	/* Values that save_env has put down. */
	GRUB2_SAVED_MAX = 256,
};

/*
 * The steps of a configuration, of an entry, of all entries, and after a
 * statement that was stopped: those above. Fuzzers link smaller ones, so that an
 * endless loop does not cost them a second each.
 */
struct grub2_limits {
	size_t steps;
	size_t entry;
	size_t entries;
	size_t again;
};

extern const struct grub2_limits grub2_limits;

/* What commands return: grub_err_t (include/grub/err.h). */
enum grub2_status {
	GRUB2_OK = 0,
	GRUB2_FALSE = 1,
	GRUB2_BAD_FILE_TYPE = 4,
	GRUB2_NOT_FOUND = 5,
	GRUB2_BAD_NUMBER = 10,
	GRUB2_OUT_OF_RANGE = 11,
	GRUB2_UNKNOWN_DEVICE = 12,
	GRUB2_BAD_DEVICE = 13,
	GRUB2_UNKNOWN_COMMAND = 16,
	GRUB2_INVALID_COMMAND = 17,
	GRUB2_BAD_ARGUMENT = 18,
	GRUB2_NOT_SUPPORTED = 20,
	GRUB2_NO_STATUS = -1,
};

/* Why nothing more is to be run. */
enum grub2_stop {
	GRUB2_GO,
	/* A limit; run->limit has the sentence. */
	GRUB2_STOP_LIMIT,
	GRUB2_STOP_MEMORY,
	/* boot: what is loaded is what is meant. */
	GRUB2_STOP_BOOT,
	/* configfile and normal: another menu takes over. */
	GRUB2_STOP_MENU,
	/* exit, halt, reboot, ... */
	GRUB2_STOP_EXIT,
};

struct grub2_menu;

struct grub2_menu_entry {
	char *title;
	/* --id, else the title. */
	char *id;
	bool has_id;
	bool is_submenu;
	/* $1 and on; the first is the title. */
	char **args;
	size_t arg_count;
	/* Counted in block.source. */
	struct grub2_block block;
	/* file:line */
	char *from;
	/* Once it has been looked into: its place in the list, or -1, and the
	 * menu that it opens, or NULL. */
	long index;
	struct grub2_menu *opens;
	/* run->home when it was added. */
	size_t home;
};

struct grub2_menu {
	struct grub2_menu_entry *list;
	size_t count;
	struct grub2_env env;
	/* The file that it was read from, if it has one of its own. */
	struct tree_file file;
	bool has_file;
};

/* What commands have loaded so far. */
struct grub2_boot {
	bool loaded;
	/* kernel, initrds, cmdline, kind; the rest is empty */
	struct entry entry;
	/* What the last of these that did not work said; "" */
	struct reason trouble;
	/* Why the entry is none, whatever it has loaded; "" */
	struct reason refused;
	/* Missing initrds and modules, a line each */
	struct text missing;
	/* The menu of GRUB2_STOP_MENU */
	struct grub2_menu *menu;
};

struct grub2_scope {
	char **args;
	size_t count;
	/* setparams put own ones here. */
	char **own;
	size_t own_count;
};

struct grub2_function;

struct grub2_open_file {
	const struct grub2_open_file *outer;
	struct tree_file file;
	bool is_config;
};

/* What save_env would have written; @value NULL: deleted. */
struct grub2_saved {
	struct grub2_saved *next;
	size_t tree;
	char *path;
	char *name;
	char *value;
};

/* What loopback did: a device made, or one that is gone or never was. */
struct grub2_loopback {
	struct grub2_loopback *next;
	char *name;
	/* Why no file can be on it. */
	char *why;
	bool there;
};

/* The last search for a UUID that no tree has; start with { "" }. */
struct grub2_missed {
	char uuid[64];
	/* What the variable that was to be set named, then and now. */
	char device[64];
};

struct grub2_run {
	struct entries *entries;
	const struct guest *guest;
	/* Of each tree, what GRUB would call it, and whether a search has
	 * found it: its name is no guess from then on. */
	char **devices;
	bool *found;
	/* The tree of the configuration that is being read. */
	size_t home;
	/* Whatever is read is read by a GRUB for EFI. */
	bool is_efi;
	/* A partition of the first disk that is not here, after a search for a
	 * UUID that is not here either, may be one that is. */
	bool is_lenient;
	/* A search for a UUID has found nothing. */
	bool has_missed;
	/* A line was written for GRUB 1.98, or before. */
	bool is_198;

	struct grub2_env *env;
	struct grub2_menu *menu;
	struct grub2_scope *scope;
	struct grub2_function *functions;
	size_t function_count;
	struct grub2_boot boot;
	/* A menu entry's commands are being run. */
	bool in_entry;
	/* The last one made or deleted first. */
	struct grub2_loopback *loopbacks;
	size_t loopback_count;

	unsigned int loops;
	unsigned int breaks;
	bool is_continue;
	bool returning;
	/* $?; GRUB2_NO_STATUS until a command has been run: empty */
	int status;

	enum grub2_stop stop;
	struct reason limit;
	size_t steps;
	size_t steps_max;
	unsigned int depth;
	const struct grub2_open_file *files;
	size_t menu_entries;
	size_t complaints;
	/* Statements that a limit has ended. */
	size_t stopped;
	/* The last one saved first. */
	struct grub2_saved *saved;
	size_t saved_count;
	struct grub2_missed missed;
	/* Of the command that is being run, for messages */
	struct grub2_source *source;
	unsigned int line;
	/* Where echo goes; NULL: nobody wants it. */
	struct text *echo;
};

struct grub2_args {
	/* The command's name is the first; NULL behind the last. */
	char **list;
	size_t count;
	/* Of the { block } behind them; source NULL: none */
	const struct grub2_block *block;
};

/*
 * Starts with @env and @menu for a configuration on the tree @home; the
 * variables of a PC GRUB are set. 0 or -ENOMEM; grub2_run_end() either way.
 */
int grub2_run_start(struct grub2_run *run, struct entries *entries,
		    const struct guest *guest, size_t home,
		    struct grub2_menu *menu);
void grub2_run_end(struct grub2_run *run);

/* Counts @steps. False once the limit is reached: run->stop is set. */
bool grub2_run_step(struct grub2_run *run, size_t steps);

/* Stops for want of memory, or for a limit with a sentence. */
void grub2_run_no_memory(struct grub2_run *run);
void grub2_run_limit(struct grub2_run *run, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Sets, exports; stops the run where that fails. */
void grub2_run_set(struct grub2_run *run, const char *name, const char *value);
void grub2_run_export(struct grub2_run *run, const char *name);
void grub2_run_unset(struct grub2_run *run, const char *name);
/* Never NULL. */
const char *grub2_run_get(const struct grub2_run *run, const char *name);

/* Runs a text, unit by unit. Returns the last command's status. */
int grub2_run_block(struct grub2_run *run, const struct grub2_block *block);

/*
 * Runs the file that @spec means ("(dev)/path" or "/path"); its menu entries
 * go to run->menu. False: it cannot be read, @why.
 */
bool grub2_run_file(struct grub2_run *run, const char *spec, bool is_config,
		    struct reason *why);

/* Runs one command whose words are expanded. */
int grub2_run_command(struct grub2_run *run, const struct grub2_args *args);

/* Tells of something at the place that is being run: "file:line". */
void grub2_run_complain(struct grub2_run *run, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void grub2_run_place(const struct grub2_run *run, struct text *ret);

/* Throws away functions defined since run->functions was @mark. */
void grub2_run_forget(struct grub2_run *run, struct grub2_function *mark);

/* Throws away what save_env put down since run->saved was @mark. */
void grub2_run_unsave(struct grub2_run *run, struct grub2_saved *mark);

/* What has been loaded is forgotten. */
void grub2_boot_reset(struct grub2_boot *boot);

#endif
