/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel command line: its words, exactly as Linux splits them (next_arg()
 * in lib/cmdline.c, parse_args() in kernel/params.c), and the composition of
 * the next kernel's command line out of words. Pure: text in, text out.
 *
 * Linux knows a double quote, which hides white space until the next one and
 * cannot be escaped; no single quotes, no backslashes. '-' and '_' in names
 * are one. The word "--" ends what is for the kernel; the rest is for init.
 */
#ifndef KBOOT_SETTINGS_CMDLINE_H
#define KBOOT_SETTINGS_CMDLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/reason.h"

/*
 * Far above every kernel's COMMAND_LINE_SIZE (2048 on x86), which the loader
 * checks against the kernel that is loaded.
 */
enum { CMDLINE_MAX = 64 * 1024, CMDLINE_WORDS_MAX = 8192 };

struct cmdline_word {
	/* As written, quotes and all: what another kernel reads the same way. */
	const char *raw;
	/* The name, and what follows '=' less its quotes; NULL without '='. */
	const char *key;
	const char *value;
};

struct cmdline {
	struct cmdline_word *words;
	size_t count;
	/* words[0 .. kernel_count) are for the kernel; a "--" and the rest,
	 * words[init_from .. count), are for init. */
	size_t kernel_count;
	size_t init_from;
	/* Owns the bytes that the words point into. */
	char *raws;
	char *parts;
};

/*
 * Splits @len bytes at @text, up to the first NUL. Returns 0, or -E2BIG past
 * one of the limits above, or -ENOMEM; *@ret is then empty. The caller frees
 * it with cmdline_free() either way.
 */
int cmdline_parse(struct cmdline *ret, const char *text, size_t len,
		  struct reason *why);

/* Takes a zeroed or failed one. */
void cmdline_free(struct cmdline *line);

/*
 * Puts a blank in place of every tab, line break and the like that parts words,
 * to Linux as a blank does. Those in double quotes stay: they belong to a value.
 */
void cmdline_blank(char *text);

/* Equal names in Linux's eyes: '-' and '_' are one (parameq()). */
bool cmdline_same_key(const char *a, const char *b);

/*
 * The last word for the kernel named @key, as Linux lets the last win; NULL
 * if there is none.
 */
const struct cmdline_word *cmdline_last(const struct cmdline *line,
					const char *key);

/*
 * True for the words that speak to kboot or of it and must not reach the next
 * kernel: boot=, kernel=, ramdisk=, kboot.*, and BOOT_IMAGE=, the name that
 * boot loaders give to the kernel which is running now.
 */
bool cmdline_is_own(const struct cmdline_word *word);

/* What the next kernel's command line is made of. Pointers are borrowed. */
struct cmdline_recipe {
	/* kboot's own command line. */
	const struct cmdline *own;
	/*
	 * The options of a configured entry; NULL for a bare kernel, which
	 * gets kboot's own command line less its own words.
	 */
	const char *options;
	/* For a bare kernel without root=: the word to add, or NULL. */
	const char *root;
	/* For a bare kernel: `ro` is added where neither ro nor rw stands. */
	bool add_ro;
	/* Put kboot's own console= words in place of the entry's. */
	bool own_console;
	/* Patterns of words to drop, parted by commas or white space; NULL. */
	const char *remove;
	/* Words to add, just before a "--"; NULL. */
	const char *append;
};

/*
 * Composes it: base words; for an entry what only kboot's own command line
 * says of the machine (virtio_mmio.device=, pci=off, reboot=: the table in
 * cmdline.c), for a bare kernel root= and ro; then @remove, then @append, so
 * that what is appended stays. A pattern of @remove drops a word that it matches
 * as a whole (text_glob()) and every word of that name (`console` drops
 * console=ttyS0). Words for init, after "--", are neither dropped nor
 * replaced and stay last. Returns 0 with *@ret for the caller to free, or
 * -E2BIG, -ENOMEM, or -EINVAL when a control character would get into it.
 */
int cmdline_compose(const struct cmdline_recipe *recipe, char **ret,
		    struct reason *why);

#endif
