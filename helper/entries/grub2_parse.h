/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The grammar of GRUB's shell language (grub-core/script/parser.y): a unit of
 * text becomes a list of commands. Blocks of menu entries stay text, as in
 * GRUB, which reads them again each time the entry is chosen.
 */
#ifndef KBOOT_ENTRIES_GRUB2_PARSE_H
#define KBOOT_ENTRIES_GRUB2_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "entries/grub2_lex.h"

enum {
	/* Blocks, conditions and loops inside one another. */
	GRUB2_NESTING_MAX = 64,
};

struct grub2_word {
	/* NULL: nothing, which is no word at all once it is expanded. */
	const struct grub2_part *parts;
	struct grub2_word *next;
};

enum grub2_kind {
	GRUB2_COMMAND,
	GRUB2_IF_ELSE,
	GRUB2_FOR_LOOP,
	GRUB2_WHILE_LOOP,
};

/* A stretch of a source: what is between the braces of a block. */
struct grub2_block {
	struct grub2_source *source;
	size_t at;
	size_t end;
	unsigned int line;
};

struct grub2_node {
	enum grub2_kind kind;
	unsigned int line;
	struct grub2_node *next;
	/* Of a command, or what a for loop goes through. */
	struct grub2_word *words;
	/* A command's { block }; source NULL: it has none. */
	struct grub2_block block;
	/* What for sets. */
	const char *name;
	struct grub2_node *condition;
	struct grub2_node *body;
	struct grub2_node *otherwise;
	/* until, not while */
	bool is_until;
};

struct grub2_parser {
	struct grub2_lexer lexer;
	struct grub2_source *source;
	/* Of the unit, given back by its reader; of a function, by who keeps
	 * it. */
	struct grub2_arena *arena;
	unsigned int depth;
	bool have_token;
	/* Called for each function when it has been read, which is before the
	 * unit's commands run; takes over @arena. 0, or -errno with a
	 * sentence. */
	int (*define)(void *context, const char *name, struct grub2_node *body,
		      struct grub2_arena *arena, struct reason *why);
	void *context;
};

void grub2_parse_start(struct grub2_parser *parser,
		       const struct grub2_block *block);

/*
 * Reads the next unit into *@ret (NULL: it has no commands), nodes from
 * @arena. 1: there is none. -EINVAL: a syntax error, parsing can go on with
 * the next unit; @line is where, @why has the sentence without it. -ENOMEM.
 */
int grub2_parse(struct grub2_parser *parser, struct grub2_arena *arena,
		struct grub2_node **ret, unsigned int *line,
		struct reason *why);

#endif
