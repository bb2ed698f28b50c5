/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Recursive descent over the rules of parser.y. One token is looked at ahead,
 * and none where bison's tables need none: whether a line break ends the unit
 * depends on what is open when it is read.
 */
#include "entries/grub2_parse.h"

#include <errno.h>
#include <string.h>

static bool parse_list(struct grub2_parser *p, struct grub2_node **ret,
		       bool *ret_delimited, struct reason *why);

void grub2_parse_start(struct grub2_parser *parser,
		       const struct grub2_block *block)
{
	memset(parser, 0, sizeof(*parser));
	parser->source = block->source;
	grub2_lex_start(&parser->lexer, block->source, block->at, block->end,
			block->line);
}

/* The token at hand; it stays. */
static enum grub2_token peek(struct grub2_parser *p, struct reason *why)
{
	if (!p->have_token)
		(void)grub2_lex(&p->lexer, p->arena, why);
	p->have_token = true;
	return p->lexer.token;
}

static void eat(struct grub2_parser *p)
{
	p->have_token = false;
}

/* The sentence for a token that cannot stand here. */
static bool unexpected(struct grub2_parser *p, const char *wanted,
		       struct reason *why)
{
	if (p->lexer.token != GRUB2_BAD)
		(void)reason(why, EINVAL, "%s is missing before %s", wanted,
			     grub2_lex_name(p->lexer.token));
	return false;
}

static bool expect(struct grub2_parser *p, enum grub2_token token,
		   struct reason *why)
{
	if (peek(p, why) != token)
		return unexpected(p, grub2_lex_name(token), why);
	eat(p);
	return true;
}

static void skip_newlines(struct grub2_parser *p, struct reason *why)
{
	while (peek(p, why) == GRUB2_NEWLINE)
		eat(p);
}

/* ";" or a line break, and further line breaks: true if there was one. */
static bool delimiters(struct grub2_parser *p, struct reason *why)
{
	enum grub2_token token = peek(p, why);

	if (token != GRUB2_SEMICOLON && token != GRUB2_NEWLINE)
		return false;
	eat(p);
	skip_newlines(p, why);
	return true;
}

/* One construct deeper. */
static bool descend(struct grub2_parser *p, struct reason *why)
{
	if (p->depth == GRUB2_NESTING_MAX) {
		(void)reason(why, E2BIG, "nested deeper than %d",
			     GRUB2_NESTING_MAX);
		return false;
	}
	p->depth++;
	p->lexer.open++;
	return true;
}

static void ascend(struct grub2_parser *p)
{
	p->depth--;
	p->lexer.open--;
}

static bool is_word(enum grub2_token token)
{
	return token == GRUB2_NAME || token == GRUB2_WORD;
}

static bool is_argument(enum grub2_token token)
{
	return token >= GRUB2_NAME && token <= GRUB2_WHILE;
}

static bool begins_command(enum grub2_token token)
{
	return is_word(token) || token == GRUB2_IF || token == GRUB2_FOR ||
	       token == GRUB2_WHILE || token == GRUB2_UNTIL;
}

static bool no_memory(struct reason *why)
{
	(void)reason(why, ENOMEM, "no memory");
	return false;
}

static struct grub2_node *new_node(struct grub2_parser *p, enum grub2_kind kind,
				   struct reason *why)
{
	struct grub2_node *node = grub2_arena_get(p->arena, sizeof(*node));

	if (!node) {
		(void)no_memory(why);
		return NULL;
	}
	node->kind = kind;
	node->line = p->lexer.token_line;
	return node;
}

/* The words up to what is none. */
static bool parse_words(struct grub2_parser *p, struct grub2_word **tail,
			struct reason *why)
{
	while (is_argument(peek(p, why))) {
		struct grub2_word *word =
			grub2_arena_get(p->arena, sizeof(*word));

		if (!word)
			return no_memory(why);
		word->parts = p->lexer.parts;
		*tail = word;
		tail = &word->next;
		eat(p);
	}
	return true;
}

static bool parse_block(struct grub2_parser *p, struct grub2_block *ret,
			struct reason *why)
{
	struct grub2_node *list;
	bool delimited;

	if (!descend(p, why))
		return false;
	eat(p);
	ret->source = p->source;
	ret->at = p->lexer.at;
	ret->line = p->lexer.line;
	skip_newlines(p, why);
	if (peek(p, why) == GRUB2_CLOSE) {
		(void)reason(why, EINVAL, "a block without commands");
		return false;
	}
	if (!parse_list(p, &list, &delimited, why))
		return false;
	if (peek(p, why) != GRUB2_CLOSE)
		return unexpected(p, "`}'", why);
	ret->end = p->lexer.token_at;
	ascend(p);
	eat(p);
	return true;
}

static bool parse_command_line(struct grub2_parser *p, struct grub2_node **ret,
			       struct reason *why)
{
	struct grub2_node *node = new_node(p, GRUB2_COMMAND, why);

	if (!node || !parse_words(p, &node->words, why))
		return false;
	*ret = node;
	if (peek(p, why) == GRUB2_OPEN)
		return parse_block(p, &node->block, why);
	return true;
}

/* A list that a delimiter ends, and then the reserved word @end. */
static bool parse_list_to(struct grub2_parser *p, struct grub2_node **ret,
			  enum grub2_token end, struct reason *why)
{
	bool delimited;

	if (!parse_list(p, ret, &delimited, why))
		return false;
	if (!delimited)
		return unexpected(p, "`;' or a line break", why);
	return expect(p, end, why);
}

/* Behind "if" and "elif", up to before "fi". */
static bool parse_if_clause(struct grub2_parser *p, struct grub2_node **ret,
			    struct reason *why)
{
	struct grub2_node *node;
	bool delimited;

	for (;;) {
		node = new_node(p, GRUB2_IF_ELSE, why);
		if (!node)
			return false;
		*ret = node;
		if (!parse_list_to(p, &node->condition, GRUB2_THEN, why) ||
		    !parse_list(p, &node->body, &delimited, why))
			return false;
		if (!delimited)
			return unexpected(p, "`;' or a line break", why);
		if (peek(p, why) != GRUB2_ELIF)
			break;
		eat(p);
		ret = &node->otherwise;
	}
	if (peek(p, why) != GRUB2_ELSE)
		return true;
	eat(p);
	if (!parse_list(p, &node->otherwise, &delimited, why))
		return false;
	return delimited || unexpected(p, "`;' or a line break", why);
}

static bool parse_if(struct grub2_parser *p, struct grub2_node **ret,
		     struct reason *why)
{
	if (!descend(p, why))
		return false;
	eat(p);
	if (!parse_if_clause(p, ret, why))
		return false;
	if (peek(p, why) != GRUB2_FI)
		return unexpected(p, "`fi'", why);
	ascend(p);
	eat(p);
	return true;
}

/* "do" LIST "done" */
static bool parse_loop_body(struct grub2_parser *p, struct grub2_node *node,
			    struct reason *why)
{
	bool delimited;

	if (!parse_list(p, &node->body, &delimited, why))
		return false;
	if (!delimited)
		return unexpected(p, "`;' or a line break", why);
	if (peek(p, why) != GRUB2_DONE)
		return unexpected(p, "`done'", why);
	ascend(p);
	eat(p);
	return true;
}

static bool parse_for(struct grub2_parser *p, struct grub2_node **ret,
		      struct reason *why)
{
	struct grub2_node *node = new_node(p, GRUB2_FOR_LOOP, why);

	if (!node)
		return false;
	eat(p);
	if (peek(p, why) != GRUB2_NAME)
		return unexpected(p, "a name", why);
	node->name = p->lexer.parts ? p->lexer.parts->text : "";
	if (!descend(p, why))
		return false;
	eat(p);
	if (!expect(p, GRUB2_IN, why) || !parse_words(p, &node->words, why))
		return false;
	if (!delimiters(p, why))
		return unexpected(p, "`;' or a line break", why);
	*ret = node;
	return expect(p, GRUB2_DO, why) && parse_loop_body(p, node, why);
}

static bool parse_while(struct grub2_parser *p, struct grub2_node **ret,
			struct reason *why)
{
	struct grub2_node *node = new_node(p, GRUB2_WHILE_LOOP, why);

	if (!node || !descend(p, why))
		return false;
	node->is_until = p->lexer.token == GRUB2_UNTIL;
	eat(p);
	*ret = node;
	return parse_list_to(p, &node->condition, GRUB2_DO, why) &&
	       parse_loop_body(p, node, why);
}

static bool parse_command(struct grub2_parser *p, struct grub2_node **ret,
			  struct reason *why)
{
	switch (peek(p, why)) {
	case GRUB2_NAME:
	case GRUB2_WORD:
		return parse_command_line(p, ret, why);
	case GRUB2_IF:
		return parse_if(p, ret, why);
	case GRUB2_FOR:
		return parse_for(p, ret, why);
	case GRUB2_WHILE:
	case GRUB2_UNTIL:
		return parse_while(p, ret, why);
	default:
		return unexpected(p, "a command", why);
	}
}

/* At least one command. *@ret_delimited: a delimiter stands behind the last. */
static bool parse_list(struct grub2_parser *p, struct grub2_node **ret,
		       bool *ret_delimited, struct reason *why)
{
	struct grub2_node **tail = ret;

	skip_newlines(p, why);
	do {
		*tail = NULL;
		if (!parse_command(p, tail, why))
			return false;
		tail = &(*tail)->next;
		*ret_delimited = delimiters(p, why);
	} while (*ret_delimited && begins_command(peek(p, why)));
	return true;
}

/* Into memory of its own, because it outlives the unit. */
static bool parse_function(struct grub2_parser *p, struct reason *why)
{
	struct grub2_arena *unit = p->arena, own = { 0 };
	struct grub2_node *body;
	const char *name;
	bool good;

	eat(p);
	if (peek(p, why) != GRUB2_NAME)
		return unexpected(p, "a name", why);
	name = p->lexer.parts ? p->lexer.parts->text : "";
	if (!descend(p, why))
		return false;
	eat(p);
	p->arena = &own;
	skip_newlines(p, why);
	good = expect(p, GRUB2_OPEN, why) &&
	       parse_list_to(p, &body, GRUB2_CLOSE, why);
	p->arena = unit;
	if (!good || own.failed) {
		grub2_arena_free(&own);
		return good ? no_memory(why) : false;
	}
	ascend(p);
	/* The brace has been read, nothing behind it. */
	if (!p->define) {
		grub2_arena_free(&own);
		return true;
	}
	return p->define(p->context, name, body, &own, why) == 0;
}

static bool parse_unit(struct grub2_parser *p, struct grub2_node **ret,
		       struct reason *why)
{
	struct grub2_node **tail = ret;

	skip_newlines(p, why);
	while (peek(p, why) != GRUB2_END) {
		*tail = NULL;
		if (p->lexer.token == GRUB2_FUNCTION) {
			if (!parse_function(p, why))
				return false;
		} else {
			if (!parse_command(p, tail, why))
				return false;
			tail = &(*tail)->next;
		}
		if (!delimiters(p, why))
			return unexpected(p, "`;' or a line break", why);
	}
	return true;
}

int grub2_parse(struct grub2_parser *parser, struct grub2_arena *arena,
		struct grub2_node **ret, unsigned int *line, struct reason *why)
{
	*ret = NULL;
	if (!grub2_lex_unit(&parser->lexer))
		return 1;
	parser->arena = arena;
	parser->depth = 0;
	parser->have_token = false;
	why->text[0] = '\0';
	if (parse_unit(parser, ret, why) && !arena->failed)
		return 0;
	*ret = NULL;
	*line = parser->lexer.token_line;
	grub2_lex_skip_line(&parser->lexer);
	if (arena->failed)
		return reason(why, ENOMEM, "no memory");
	return -EINVAL;
}
