/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The settings: what each is called on the kernel command line and in
 * kboot.conf, who may set it, what it may be, and its default. The command
 * line stands above the host's embedded kboot.conf, and that above the
 * guest's. Opens no files: bytes in, values out.
 */
#ifndef KBOOT_SETTINGS_SETTINGS_H
#define KBOOT_SETTINGS_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/reason.h"
#include "base/text.h"
#include "settings/cmdline.h"

/* In the order in which `kboot args` prints them. */
enum setting {
	SETTING_ROOT,
	SETTING_BOOT,
	SETTING_KERNEL,
	SETTING_KERNEL_DEV,
	SETTING_RAMDISK,
	SETTING_RAMDISK_DEV,
	SETTING_RW,
	SETTING_ROOTFSTYPE,
	SETTING_ROOTFLAGS,
	SETTING_INIT,
	SETTING_INIT_ARGS,
	SETTING_DEFAULT,
	SETTING_TIMEOUT,
	SETTING_MENU,
	SETTING_WAIT,
	SETTING_ONFAIL,
	SETTING_SHELL,
	SETTING_LOADER,
	SETTING_METHOD,
	SETTING_CONSOLE,
	SETTING_APPEND,
	SETTING_REMOVE,
	SETTING_DEBUG,
	SETTING_COUNT,
};

/* A file may be all mistakes; a person reads the first few. */
enum { SETTINGS_NOTES_MAX = 20 };

/* Start with `struct settings s = { 0 };`. */
struct settings {
	struct cmdline line;
	/* Read with settings_get(); NULL where the default holds. */
	char *value[SETTING_COUNT];
	/* Which source has spoken, counted from 1 for the strongest, be it
	 * only to say "the default"; 0: none. */
	unsigned int by[SETTING_COUNT];
	unsigned int sources;
	/* Sentences about what was set wrongly, for stderr. */
	char *notes[SETTINGS_NOTES_MAX];
	size_t note_count;
	size_t notes_dropped;
};

/*
 * Takes the settings out of a kernel command line. Comes first, and once. A
 * bad value leaves a note and the default. Returns 0, or what
 * cmdline_parse() refuses.
 */
int settings_command_line(struct settings *s, const char *text, size_t len,
			  struct reason *why);

/*
 * Takes the settings out of a kboot.conf, where nothing before has set them:
 * the strongest file comes first. @name is for the notes. The guest's file
 * may set less than the host's (@is_host). Whatever is wrong in it is noted.
 * Returns 0 or -ENOMEM.
 */
int settings_conf(struct settings *s, const char *name, bool is_host,
		  const char *bytes, size_t len, struct reason *why);

/*
 * True if a line of kboot.conf with this key sets something, be it only for
 * the entries of the file (root=); any other key can be an entry's label.
 */
bool settings_is_key(const char *key);

/* Its value or else its default, never NULL; borrowed. */
const char *settings_get(const struct settings *s, enum setting which);

/* The value of a setting that is a number. */
int settings_number(const struct settings *s, enum setting which);

/* Its name in the output of `kboot args`. */
const char *settings_name(enum setting which);

/*
 * The next kernel's command line as these settings want it. @options are
 * those of a configured entry, NULL for a bare kernel; @root is the root=
 * word that a bare kernel gets when no root= is given, or NULL. As
 * cmdline_compose().
 */
int settings_compose(const struct settings *s, const char *options,
		     const char *root, char **ret, struct reason *why);

void settings_free(struct settings *s);

#endif
