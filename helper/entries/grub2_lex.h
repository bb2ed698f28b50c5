/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words of GRUB's shell language (GRUB manual, "Shell-like scripting";
 * grub-core/script/yylex.l). Text becomes tokens; a word is cut into the
 * parts that quoting makes of it, and nothing is expanded yet.
 *
 * GRUB reads a configuration in units: a line, and as many more as open
 * blocks, loops, quotes or a backslash at the end of the line ask for. A unit
 * with a syntax error is left out as a whole.
 */
#ifndef KBOOT_ENTRIES_GRUB2_LEX_H
#define KBOOT_ENTRIES_GRUB2_LEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/reason.h"
#include "entries/grub2_source.h"

enum grub2_part_type {
	/* Outside quotes; backslashes still in it */
	GRUB2_TEXT,
	/* '...' and what "..." has besides variables; as it is meant */
	GRUB2_QUOTED,
	/* $"...": to be translated */
	GRUB2_GETTEXT,
	/* $name outside and inside "..." */
	GRUB2_VARIABLE,
	GRUB2_QUOTED_VARIABLE,
};

struct grub2_part {
	enum grub2_part_type type;
	const char *text;
	struct grub2_part *next;
};

enum grub2_token {
	/* The unit, or the text, is over. */
	GRUB2_END,
	GRUB2_NEWLINE,
	GRUB2_SEMICOLON,
	GRUB2_OPEN,
	GRUB2_CLOSE,
	/* NAME: letters, digits and "_" without quotes; it is a word, too. */
	GRUB2_NAME,
	GRUB2_WORD,
	/* Reserved words, first to last; as arguments they are words. */
	GRUB2_CASE,
	GRUB2_DO,
	GRUB2_DONE,
	GRUB2_ELIF,
	GRUB2_ELSE,
	GRUB2_ESAC,
	GRUB2_FI,
	GRUB2_FOR,
	GRUB2_FUNCTION,
	GRUB2_IF,
	GRUB2_IN,
	GRUB2_SELECT,
	GRUB2_THEN,
	GRUB2_UNTIL,
	GRUB2_WHILE,
	/* Not in the language, or not in this part of it: see the sentence. */
	GRUB2_BAD,
};

struct grub2_lexer {
	const struct grub2_source *source;
	size_t at;
	size_t end;
	unsigned int line;
	/* How many constructs are open: a line break does not end the unit. */
	unsigned int open;
	bool unit_is_over;
	bool end_of_line_given;
	/* The last token: where it begins, its line, its parts if a word. */
	enum grub2_token token;
	size_t token_at;
	unsigned int token_line;
	struct grub2_part *parts;
};

/* Reads @source from @at to @end; @line is the number of the first line. */
void grub2_lex_start(struct grub2_lexer *lexer,
		     const struct grub2_source *source, size_t at, size_t end,
		     unsigned int line);

/* True if there is another unit; it begins then. */
bool grub2_lex_unit(struct grub2_lexer *lexer);

/*
 * The next token, parts from @arena. GRUB2_BAD: @why has the sentence,
 * without file and line.
 */
enum grub2_token grub2_lex(struct grub2_lexer *lexer, struct grub2_arena *arena,
			   struct reason *why);

/* After an error: goes to the line after the last token, as GRUB does. */
void grub2_lex_skip_line(struct grub2_lexer *lexer);

/* A token for messages: "`}'", "the end of the line". */
const char *grub2_lex_name(enum grub2_token token);

#endif
