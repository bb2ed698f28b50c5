/* SPDX-License-Identifier: GPL-2.0-or-later */
/* POSIX extended regular expressions, and what GNU adds, made a program. */
#include "entries/grub2_pattern.h"

#include <string.h>

struct compiler {
	struct grub2_pattern *prog;
	const char *p;
	unsigned int depth;
	/* A bit for each group that can be referred back to. */
	unsigned int complete;
};

static void over_limit(struct grub2_pattern *prog)
{
	prog->bad = prog->over = true;
}

static unsigned int emit(struct compiler *c, enum grub2_pattern_op op,
			 unsigned int arg)
{
	struct grub2_pattern *prog = c->prog;

	if (prog->size == GRUB2_REGEXP_CODE_MAX) {
		over_limit(prog);
		return prog->size - 1;
	}
	prog->code[prog->size] =
		(struct grub2_pattern_step){ .op = op, .arg = arg };
	return prog->size++;
}

/* Makes room for one instruction at @at: what is behind moves. */
static void insert(struct compiler *c, unsigned int at)
{
	struct grub2_pattern *prog = c->prog;

	if (prog->size == GRUB2_REGEXP_CODE_MAX) {
		over_limit(prog);
		return;
	}
	memmove(&prog->code[at + 1], &prog->code[at],
		(prog->size - at) * sizeof(prog->code[0]));
	prog->size++;
	for (unsigned int i = at + 1; i < prog->size; i++) {
		struct grub2_pattern_step *in = &prog->code[i];

		if (in->op != GRUB2_OP_SPLIT && in->op != GRUB2_OP_JUMP)
			continue;
		in->to += in->to >= at;
		in->other += in->other >= at;
	}
}

static void alternatives(struct compiler *c);

bool grub2_pattern_set_has(const uint8_t *set, unsigned char byte)
{
	return set[byte / 8] & 1u << byte % 8;
}

static void set_add(uint8_t *set, unsigned char byte)
{
	set[byte / 8] |= (uint8_t)(1u << byte % 8);
}

/* [:alpha:] and the like, in the C locale. */
static bool add_class(struct compiler *c, uint8_t *set)
{
	static const struct {
		const char *name;
		const char *ranges;
	} classes[] = {
		{ "alpha", "azAZ" },	 { "digit", "09" },
		{ "alnum", "azAZ09" },	 { "upper", "AZ" },
		{ "lower", "az" },	 { "space", "\t\r  " },
		{ "blank", "\t\t  " },	 { "xdigit", "09afAF" },
		{ "punct", "!/:@[`{~" }, { "print", " ~" },
		{ "graph", "!~" },	 { "cntrl", "\1\x1f\x7f\x7f" },
	};
	const char *end = strstr(c->p, ":]");

	for (size_t i = 0; end && i < sizeof(classes) / sizeof(classes[0]);
	     i++) {
		const char *r = classes[i].ranges;
		size_t len = strlen(classes[i].name);

		if ((size_t)(end - c->p) != len + 2 ||
		    memcmp(c->p + 2, classes[i].name, len) != 0)
			continue;
		for (; *r; r += 2)
			for (unsigned int byte = (unsigned char)r[0];
			     byte <= (unsigned char)r[1]; byte++)
				set_add(set, (unsigned char)byte);
		c->p = end + 2;
		return true;
	}
	return false;
}

/* A set of its own, empty; NULL: there are too many. */
static uint8_t *new_set(struct grub2_pattern *prog)
{
	if (prog->set_count < GRUB2_REGEXP_SETS_MAX)
		return prog->sets[prog->set_count++];
	over_limit(prog);
	return NULL;
}

static void negate_set(uint8_t *set)
{
	for (size_t i = 0; i < 32; i++)
		set[i] = (uint8_t)~set[i];
}

/* [.a.] and [=a=], in the C locale: the one character. */
static bool add_collating(struct compiler *c, uint8_t *set)
{
	const char *p = c->p;

	if (!p[2] || p[3] != p[1] || p[4] != ']')
		return false;
	set_add(set, (unsigned char)p[2]);
	c->p += 5;
	return true;
}

/* [abc], [a-z], [^...], "]" first is itself. */
static void bracket(struct compiler *c)
{
	struct grub2_pattern *prog = c->prog;
	bool negate = *c->p == '^', first = true;
	uint8_t *set = new_set(prog);

	if (!set)
		return;
	c->p += negate;
	for (; *c->p && (*c->p != ']' || first); first = false) {
		unsigned char low = (unsigned char)*c->p, high = low;

		if (c->p[0] == '[' && c->p[1] && strchr(".=", c->p[1])) {
			if (add_collating(c, set))
				continue;
			prog->bad = true;
			return;
		}
		/* "-" that neither begins nor ends the list */
		prog->bad |= low == '-' && !first && c->p[1] != ']';

		if (c->p[0] == '[' && c->p[1] == ':') {
			if (add_class(c, set))
				continue;
			prog->bad = true;
			return;
		}
		c->p++;
		if (c->p[0] == '-' && c->p[1] && c->p[1] != ']') {
			high = (unsigned char)c->p[1];
			c->p += 2;
		}
		prog->bad |= high < low;
		for (unsigned int byte = low; byte <= high; byte++)
			set_add(set, (unsigned char)byte);
	}
	if (*c->p != ']') {
		prog->bad = true;
		return;
	}
	c->p++;
	if (negate)
		negate_set(set);
	(void)emit(c, GRUB2_OP_SET, (unsigned int)((set - prog->sets[0]) / 32));
}

bool grub2_pattern_is_word(unsigned char byte)
{
	return (byte >= '0' && byte <= '9') || byte == '_' ||
	       ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z');
}

/* \w, \s: what they stand for, and with a capital what is not that. */
static void escaped_set(struct compiler *c)
{
	char letter = *c->p++;
	uint8_t *set = new_set(c->prog);

	if (!set)
		return;
	for (unsigned int byte = 0; byte < 256; byte++)
		if ((letter | 0x20) == 'w'
			    ? grub2_pattern_is_word((unsigned char)byte)
			    : byte == ' ' || (byte >= '\t' && byte <= '\r'))
			set_add(set, (unsigned char)byte);
	if (letter < 'a')
		negate_set(set);
	(void)emit(c, GRUB2_OP_SET,
		   (unsigned int)((set - c->prog->sets[0]) / 32));
}

/* GNU's extensions behind a backslash. False: it is none. */
static bool escaped(struct compiler *c)
{
	if (strchr("wWsS", *c->p)) {
		escaped_set(c);
		return true;
	}
	if (!strchr("bB<>`'", *c->p))
		return false;
	(void)emit(c, GRUB2_OP_LOOK, (unsigned char)*c->p++);
	c->prog->bad |= *c->p && strchr("*+?{", *c->p);
	return true;
}

static bool group(struct compiler *c)
{
	unsigned int number = ++c->prog->groups;

	c->p++;
	if (number >= GRUB2_REGEXP_GROUPS_MAX ||
	    ++c->depth > GRUB2_REGEXP_DEPTH_MAX) {
		over_limit(c->prog);
		return false;
	}
	(void)emit(c, GRUB2_OP_SAVE, 2 * number);
	alternatives(c);
	(void)emit(c, GRUB2_OP_SAVE, 2 * number + 1);
	c->depth--;
	if (*c->p != ')')
		c->prog->bad = true;
	else
		c->p++;
	c->complete |= 1u << number;
	return true;
}

/* \1 to \9, of a group that ends before it and not in another alternative. */
static bool back_reference(struct compiler *c)
{
	unsigned int number = (unsigned int)(*c->p++ - '0');

	if (!(c->complete & 1u << number)) {
		c->prog->bad = true;
		return false;
	}
	c->prog->refers |= 1u << number;
	(void)emit(c, GRUB2_OP_BACK, number);
	return true;
}

/* What "*", "+", "?" and "{n,m}" can stand behind. False: nothing is there. */
static bool atom(struct compiler *c)
{
	switch (*c->p) {
	case '\0':
	case '|':
		return false;
	case ')':
		/* Without an opening one it is itself. */
		if (c->depth)
			return false;
		break;
	case '(':
		return group(c);
	case '[':
		c->p++;
		bracket(c);
		return true;
	case '.':
		c->p++;
		(void)emit(c, GRUB2_OP_ANY, 0);
		return true;
	case '^':
	case '$':
		(void)emit(c, GRUB2_OP_LOOK, *c->p++ == '^' ? '`' : '\'');
		c->prog->bad |= *c->p && strchr("*+?{", *c->p);
		return true;
	case '*':
	case '+':
	case '?':
	case '{':
		c->prog->bad = true;
		return false;
	case '\\':
		c->p++;
		/* Nothing to take the meaning from */
		if (!*c->p) {
			c->prog->bad = true;
			return false;
		}
		if (*c->p >= '1' && *c->p <= '9')
			return back_reference(c);
		if (escaped(c))
			return true;
		break;
	default:
		break;
	}
	(void)emit(c, GRUB2_OP_CHAR, (unsigned char)*c->p++);
	return true;
}

/* The code from @start on any number of times; @least: none or one. */
static void repeat_any(struct compiler *c, unsigned int start, bool once)
{
	struct grub2_pattern *prog = c->prog;
	unsigned int end;

	if (once) {
		end = emit(c, GRUB2_OP_SPLIT, 0);
		prog->code[end].to = start;
		prog->code[end].other = end + 1;
		return;
	}
	insert(c, start);
	end = emit(c, GRUB2_OP_JUMP, 0);
	prog->code[end].to = start;
	prog->code[start] = (struct grub2_pattern_step){ .op = GRUB2_OP_SPLIT,
							 .to = start + 1,
							 .other = end + 1 };
}

static void repeat_maybe(struct compiler *c, unsigned int start)
{
	insert(c, start);
	c->prog->code[start] = (struct grub2_pattern_step){
		.op = GRUB2_OP_SPLIT, .to = start + 1, .other = c->prog->size
	};
}

/* Another copy of @len instructions that begin at @from. */
static unsigned int copy_code(struct compiler *c, unsigned int from,
			      unsigned int len)
{
	struct grub2_pattern *prog = c->prog;
	unsigned int start = prog->size;

	for (unsigned int i = 0; i < len && !prog->bad; i++) {
		struct grub2_pattern_step in = prog->code[from + i];
		unsigned int at = emit(c, in.op, in.arg);

		in.to += start - from;
		in.other += start - from;
		prog->code[at] = in;
	}
	return start;
}

static bool take_number(const char **p, unsigned long *ret)
{
	const char *start = *p;

	*ret = 0;
	for (; **p >= '0' && **p <= '9' && *p - start < 6; (*p)++)
		*ret = *ret * 10 + (unsigned long)(**p - '0');
	return *p > start;
}

/* {n}, {n,}, {n,m}, {,m}, {,}: the numbers; no upper one is ~0ul. */
static bool take_counts(struct compiler *c, unsigned long *low,
			unsigned long *high)
{
	const char *p = c->p + 1;
	bool has_low = take_number(&p, low), has_high = true;

	*high = *low;
	if (*p == ',') {
		p++;
		has_high = take_number(&p, high);
		if (!has_high)
			*high = ~0ul;
	} else if (!has_low) {
		return false;
	}
	if (*p != '}' || *high < *low)
		return false;
	if (*low > GRUB2_REGEXP_REPEAT_MAX ||
	    (has_high && *high > GRUB2_REGEXP_REPEAT_MAX)) {
		over_limit(c->prog);
		return false;
	}
	c->p = p + 1;
	return true;
}

/* So many of the code from @start on. */
static void repeat_counted(struct compiler *c, unsigned int start)
{
	unsigned int len = c->prog->size - start, copy = start;
	unsigned long low, high;

	if (!take_counts(c, &low, &high)) {
		c->prog->bad = true;
		return;
	}
	if (high == 0) {
		c->prog->size = start;
		return;
	}
	for (unsigned long i = 1; i < low && !c->prog->bad; i++)
		copy = copy_code(c, start, len);
	if (high == ~0ul && low) {
		repeat_any(c, copy, true);
		return;
	}
	if (high == ~0ul) {
		repeat_any(c, start, false);
		return;
	}
	/* The first one that may be missing is a copy, or the original. */
	for (unsigned long i = low ? low : 1; i < high && !c->prog->bad; i++) {
		copy = copy_code(c, start, len);
		repeat_maybe(c, copy);
	}
	if (!low)
		repeat_maybe(c, start);
}

static void sequence(struct compiler *c)
{
	while (!c->prog->bad) {
		unsigned int start = c->prog->size;

		if (!atom(c))
			return;
		while (!c->prog->bad && *c->p && strchr("*+?{", *c->p)) {
			if (*c->p == '{') {
				repeat_counted(c, start);
				continue;
			}
			if (*c->p == '?')
				repeat_maybe(c, start);
			else
				repeat_any(c, start, *c->p == '+');
			c->p++;
		}
	}
}

static void alternatives(struct compiler *c)
{
	unsigned int start = c->prog->size, before = c->complete, done, jump;

	sequence(c);
	if (*c->p != '|' || c->prog->bad)
		return;
	done = c->complete;
	c->complete = before;
	c->p++;
	insert(c, start);
	jump = emit(c, GRUB2_OP_JUMP, 0);
	if (c->prog->bad)
		return;
	c->prog->code[start] = (struct grub2_pattern_step){
		.op = GRUB2_OP_SPLIT, .to = start + 1, .other = jump + 1
	};
	alternatives(c);
	c->complete |= done;
	c->prog->code[jump].to = c->prog->size;
}

bool grub2_pattern_compile(struct grub2_pattern *ret, const char *pattern)
{
	struct compiler c = { .prog = ret, .p = pattern };

	if (strlen(pattern) > GRUB2_REGEXP_PATTERN_MAX) {
		over_limit(ret);
		return false;
	}
	alternatives(&c);
	(void)emit(&c, GRUB2_OP_MATCH, 0);
	return !ret->bad && !*c.p;
}
