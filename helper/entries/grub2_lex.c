/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GRUB's words by hand, after the patterns of its flex file (yylex.l): the
 * longest match wins, a word ends at blanks and at { } | & $ ; < >, a "$" that
 * begins no variable is an error outside quotes and in "..." alike.
 */
#include "entries/grub2_lex.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Jumps over the lines at @at that begin with '#'. */
static size_t skip_hash_lines(struct grub2_lexer *lexer, size_t at,
			      unsigned int *lines)
{
	const char *text = lexer->source->text;

	while (lexer->source->is_file && at < lexer->end && text[at] == '#') {
		const char *stop = memchr(text + at, '\n', lexer->end - at);

		if (!stop)
			return lexer->end;
		at = (size_t)(stop - text) + 1;
		(*lines)++;
	}
	return at;
}

void grub2_lex_start(struct grub2_lexer *lexer,
		     const struct grub2_source *source, size_t at, size_t end,
		     unsigned int line)
{
	memset(lexer, 0, sizeof(*lexer));
	lexer->source = source;
	lexer->end = end;
	lexer->line = line;
	lexer->at = at;
	/* A block can begin with '#' behind its brace: a plain comment. */
	if (!at || source->text[at - 1] == '\n')
		lexer->at = skip_hash_lines(lexer, at, &lexer->line);
}

bool grub2_lex_unit(struct grub2_lexer *lexer)
{
	lexer->open = 0;
	lexer->unit_is_over = false;
	lexer->end_of_line_given = false;
	return lexer->at < lexer->end;
}

void grub2_lex_skip_line(struct grub2_lexer *lexer)
{
	const char *text = lexer->source->text, *stop;

	if (lexer->token == GRUB2_NEWLINE || lexer->token == GRUB2_END)
		return;
	stop = memchr(text + lexer->at, '\n', lexer->end - lexer->at);
	if (!stop) {
		lexer->at = lexer->end;
		return;
	}
	lexer->line++;
	lexer->at =
		skip_hash_lines(lexer, (size_t)(stop - text) + 1, &lexer->line);
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Length of the name, the digits or the special character at @p. */
static size_t name_length(const char *p, const char *end)
{
	const char *start = p;

	if (p < end && is_letter(*p)) {
		while (p < end && (is_letter(*p) || is_digit(*p)))
			p++;
	} else if (p < end && is_digit(*p)) {
		while (p < end && is_digit(*p))
			p++;
	} else if (p < end && memchr("?#*@", *p, 4)) {
		p++;
	}
	return (size_t)(p - start);
}

/*
 * The variable whose "$" is at @p: its name, and the length of it all; 0 if
 * there is none.
 */
static size_t variable(const char *p, const char *end, const char **ret_name,
		       size_t *ret_len)
{
	bool braces = end - p > 1 && p[1] == '{';

	*ret_name = p + 1 + braces;
	*ret_len = name_length(*ret_name, end);
	if (!*ret_len)
		return 0;
	if (!braces)
		return 1 + *ret_len;
	if (*ret_name + *ret_len >= end || (*ret_name)[*ret_len] != '}')
		return 0;
	return 3 + *ret_len;
}

/* Behind the quoted string whose quote is at @at; @end + 1 if it is open. */
static size_t skip_quoted(struct grub2_lexer *lexer, size_t at)
{
	const char *text = lexer->source->text;
	char quote = text[at++];

	while (at < lexer->end && text[at] != quote) {
		if (quote == '"' && text[at] == '\\' && ++at == lexer->end)
			break;
		if (text[at++] == '\n') {
			lexer->line++;
			at = skip_hash_lines(lexer, at, &lexer->line);
		}
	}
	return at + 1;
}

/* Behind the word at @at; @end + 1 if the text ends inside it. */
static size_t skip_word(struct grub2_lexer *lexer, size_t at)
{
	const char *text = lexer->source->text, *name;
	size_t len, all;

	while (at < lexer->end) {
		switch (text[at]) {
		case '\'':
		case '"':
			at = skip_quoted(lexer, at);
			break;
		case '\\':
			if (lexer->end - at < 2)
				return lexer->end + 1;
			at += 2;
			if (text[at - 1] != '\n')
				break;
			lexer->line++;
			at = skip_hash_lines(lexer, at, &lexer->line);
			if (at == lexer->end)
				return lexer->end + 1;
			break;
		case '$':
			if (lexer->end - at > 1 && text[at + 1] == '"') {
				at = skip_quoted(lexer, at + 1);
				break;
			}
			all = variable(text + at, text + lexer->end, &name,
				       &len);
			if (!all)
				return at;
			at += all;
			break;
		case '{':
		case '}':
		case '|':
		case '&':
		case ';':
		case '<':
		case '>':
		case ' ':
		case '\t':
		case '\n':
			return at;
		default:
			at++;
		}
	}
	return at;
}

/* A word on its way into parts. */
struct cutter {
	struct grub2_lexer *lexer;
	struct grub2_arena *arena;
	struct grub2_part **tail;
	/* What the present part has so far. */
	char *text;
	size_t len;
	size_t at;
	size_t end;
};

static void add_part(struct cutter *c, enum grub2_part_type type,
		     const char *text, size_t len)
{
	struct grub2_part *part = grub2_arena_get(c->arena, sizeof(*part));

	if (!part)
		return;
	part->type = type;
	part->text = grub2_arena_copy(c->arena, text, len);
	if (!part->text)
		return;
	*c->tail = part;
	c->tail = &part->next;
}

/* Ends the present part. Text that is empty and in no quotes is nothing. */
static void end_part(struct cutter *c, enum grub2_part_type type)
{
	if (c->len || type != GRUB2_TEXT)
		add_part(c, type, c->text, c->len);
	c->len = 0;
}

/* True if a backslash and a line break are at c->at; they are skipped. */
static bool skip_joint(struct cutter *c)
{
	const char *text = c->lexer->source->text;
	unsigned int lines = 0;

	if (c->end - c->at < 2 || text[c->at] != '\\' ||
	    text[c->at + 1] != '\n')
		return false;
	c->at = skip_hash_lines(c->lexer, c->at + 2, &lines);
	return true;
}

/* Takes one byte over; behind a line break lines with '#' are left out. */
static void take(struct cutter *c)
{
	char byte = c->lexer->source->text[c->at++];
	unsigned int lines = 0;

	c->text[c->len++] = byte;
	if (byte == '\n')
		c->at = skip_hash_lines(c->lexer, c->at, &lines);
}

static bool cut_variable(struct cutter *c, enum grub2_part_type type)
{
	const char *text = c->lexer->source->text, *name;
	size_t len;
	size_t all = variable(text + c->at, text + c->end, &name, &len);

	if (!all)
		return false;
	add_part(c, type, name, len);
	c->at += all;
	return true;
}

/* What is between '...'. */
static void cut_single(struct cutter *c)
{
	const char *text = c->lexer->source->text;

	for (c->at++; text[c->at] != '\'';)
		take(c);
	c->at++;
	end_part(c, GRUB2_QUOTED);
}

/* What is between "...". */
static bool cut_double(struct cutter *c)
{
	const char *text = c->lexer->source->text;

	c->at++;
	while (text[c->at] != '"') {
		if (skip_joint(c))
			continue;
		if (text[c->at] == '$') {
			end_part(c, GRUB2_QUOTED);
			if (!cut_variable(c, GRUB2_QUOTED_VARIABLE))
				return false;
			continue;
		}
		if (text[c->at] == '\\' && memchr("$\\\"", text[c->at + 1], 3))
			c->at++;
		take(c);
	}
	c->at++;
	end_part(c, GRUB2_QUOTED);
	return true;
}

/* What is between $"...": \$ and \\ stay, they are gettext's to read. */
static void cut_gettext(struct cutter *c)
{
	const char *text = c->lexer->source->text;

	c->at += 2;
	while (text[c->at] != '"') {
		if (skip_joint(c))
			continue;
		if (text[c->at] == '\\' && text[c->at + 1] == '"')
			c->at++;
		else if (text[c->at] == '\\' && text[c->at + 1] == '\\')
			take(c);
		take(c);
	}
	c->at++;
	end_part(c, GRUB2_GETTEXT);
}

static bool cut_parts(struct cutter *c)
{
	const char *text = c->lexer->source->text;

	while (c->at < c->end) {
		if (skip_joint(c))
			continue;
		if (text[c->at] == '\'') {
			end_part(c, GRUB2_TEXT);
			cut_single(c);
		} else if (text[c->at] == '"') {
			end_part(c, GRUB2_TEXT);
			if (!cut_double(c))
				return false;
		} else if (text[c->at] == '$' && text[c->at + 1] == '"') {
			end_part(c, c->len ? GRUB2_GETTEXT : GRUB2_TEXT);
			cut_gettext(c);
		} else if (text[c->at] == '$') {
			end_part(c, GRUB2_TEXT);
			if (!cut_variable(c, GRUB2_VARIABLE))
				return false;
		} else {
			if (text[c->at] == '\\')
				take(c);
			take(c);
		}
	}
	end_part(c, GRUB2_TEXT);
	return true;
}

static enum grub2_token bad_dollar(struct reason *why)
{
	(void)reason(why, EINVAL, "a \"$\" that begins no variable");
	return GRUB2_BAD;
}

/* What a word without any quoting is. */
static enum grub2_token classify(const char *text, size_t len)
{
	static const char *const reserved[] = {
		"case", "do",	  "done", "elif",     "else",
		"esac", "fi",	  "for",  "function", "if",
		"in",	"select", "then", "until",    "while",
	};

	for (size_t i = 0; i < COUNT(reserved); i++)
		if (strlen(reserved[i]) == len &&
		    memcmp(reserved[i], text, len) == 0)
			return GRUB2_CASE + (enum grub2_token)i;
	return name_length(text, text + len) == len && is_letter(*text)
		       ? GRUB2_NAME
		       : GRUB2_WORD;
}

static enum grub2_token word(struct grub2_lexer *lexer,
			     struct grub2_arena *arena, struct reason *why)
{
	const char *start = lexer->source->text + lexer->at;
	struct cutter c = { .lexer = lexer,
			    .arena = arena,
			    .tail = &lexer->parts,
			    .at = lexer->at };
	bool good;

	c.end = skip_word(lexer, lexer->at);
	if (c.end > lexer->end) {
		lexer->at = lexer->end;
		(void)reason(why, EINVAL,
			     "a quote or a line that goes on, and the text "
			     "ends");
		return GRUB2_BAD;
	}
	if (c.end == c.at)
		return bad_dollar(why);
	lexer->at = c.end;
	if (c.end - c.at == 2 &&
	    (memcmp(start, "[[", 2) == 0 || memcmp(start, "]]", 2) == 0)) {
		(void)reason(why, EINVAL, "GRUB has no %.2s", start);
		return GRUB2_BAD;
	}
	c.text = malloc(c.end - c.at + 1);
	if (!c.text) {
		arena->failed = true;
		return GRUB2_BAD;
	}
	good = cut_parts(&c);
	free(c.text);
	if (!good)
		return bad_dollar(why);
	return classify(start, lexer->at - lexer->token_at);
}

static enum grub2_token line_break(struct grub2_lexer *lexer)
{
	lexer->line++;
	lexer->at = skip_hash_lines(lexer, lexer->at + 1, &lexer->line);
	lexer->unit_is_over = !lexer->open;
	return GRUB2_NEWLINE;
}

/* The text is over: the end of a line first, in case it has none. */
static enum grub2_token end_of_text(struct grub2_lexer *lexer)
{
	if (lexer->end_of_line_given)
		return GRUB2_END;
	lexer->end_of_line_given = true;
	return GRUB2_NEWLINE;
}

static enum grub2_token next(struct grub2_lexer *lexer,
			     struct grub2_arena *arena, struct reason *why)
{
	const char *text = lexer->source->text;

	while (lexer->at < lexer->end &&
	       (text[lexer->at] == ' ' || text[lexer->at] == '\t'))
		lexer->at++;
	lexer->token_at = lexer->at;
	lexer->token_line = lexer->line;
	if (lexer->at < lexer->end && text[lexer->at] == '#') {
		const char *stop =
			memchr(text + lexer->at, '\n', lexer->end - lexer->at);

		lexer->at = stop ? (size_t)(stop - text) : lexer->end;
	}
	if (lexer->at == lexer->end)
		return end_of_text(lexer);
	switch (text[lexer->at]) {
	case '\n':
		return line_break(lexer);
	case ';':
		if (lexer->end - lexer->at > 1 && text[lexer->at + 1] == ';')
			break;
		lexer->at++;
		return GRUB2_SEMICOLON;
	case '{':
		lexer->at++;
		return GRUB2_OPEN;
	case '}':
		lexer->at++;
		return GRUB2_CLOSE;
	case '|':
	case '&':
	case '<':
	case '>':
		break;
	default:
		return word(lexer, arena, why);
	}
	(void)reason(why, EINVAL, "GRUB has no `%.*s' here",
		     lexer->end - lexer->at > 1 &&
				     text[lexer->at] == text[lexer->at + 1]
			     ? 2
			     : 1,
		     text + lexer->at);
	return GRUB2_BAD;
}

enum grub2_token grub2_lex(struct grub2_lexer *lexer, struct grub2_arena *arena,
			   struct reason *why)
{
	lexer->parts = NULL;
	lexer->token_line = lexer->line;
	lexer->token =
		lexer->unit_is_over ? GRUB2_END : next(lexer, arena, why);
	return lexer->token;
}

const char *grub2_lex_name(enum grub2_token token)
{
	static const char *const names[] = {
		[GRUB2_END] = "the end",
		[GRUB2_NEWLINE] = "the end of the line",
		[GRUB2_SEMICOLON] = "`;'",
		[GRUB2_OPEN] = "`{'",
		[GRUB2_CLOSE] = "`}'",
		[GRUB2_NAME] = "a word",
		[GRUB2_WORD] = "a word",
		[GRUB2_CASE] = "`case'",
		[GRUB2_DO] = "`do'",
		[GRUB2_DONE] = "`done'",
		[GRUB2_ELIF] = "`elif'",
		[GRUB2_ELSE] = "`else'",
		[GRUB2_ESAC] = "`esac'",
		[GRUB2_FI] = "`fi'",
		[GRUB2_FOR] = "`for'",
		[GRUB2_FUNCTION] = "`function'",
		[GRUB2_IF] = "`if'",
		[GRUB2_IN] = "`in'",
		[GRUB2_SELECT] = "`select'",
		[GRUB2_THEN] = "`then'",
		[GRUB2_UNTIL] = "`until'",
		[GRUB2_WHILE] = "`while'",
	};

	return (size_t)token < COUNT(names) ? names[token] : "what stands here";
}
