/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * POSIX extended regular expressions with the matched parts. The
 * automaton keeps all positions in the pattern at once (Pike), so that time
 * is the pattern's length times the text's, whatever the pattern; GRUB's own
 * library, and glibc's, can take for ever. Back references are not had.
 */
#include "entries/grub2_regexp.h"

#include <stdlib.h>
#include <string.h>

enum op {
	OP_CHAR,
	OP_ANY,
	OP_SET,
	OP_LOOK,
	OP_SAVE,
	OP_SPLIT,
	OP_JUMP,
	OP_MATCH,
};

struct instruction {
	enum op op;
	/* OP_CHAR: the byte; OP_SAVE: which slot; OP_SET: which set;
	 * OP_LOOK: what is behind the backslash */
	unsigned int arg;
	/* OP_SPLIT: the way that is tried first; OP_JUMP */
	unsigned int to;
	unsigned int other;
};

struct program {
	struct instruction code[GRUB2_REGEXP_CODE_MAX];
	unsigned int size;
	uint8_t sets[GRUB2_REGEXP_SETS_MAX][32];
	unsigned int set_count;
	unsigned int groups;
	bool bad;
};

struct compiler {
	struct program *prog;
	const char *p;
	unsigned int depth;
};

/* ---- the pattern ---- */

static unsigned int emit(struct compiler *c, enum op op, unsigned int arg)
{
	struct program *prog = c->prog;

	if (prog->size == GRUB2_REGEXP_CODE_MAX) {
		prog->bad = true;
		return prog->size - 1;
	}
	prog->code[prog->size] = (struct instruction){ .op = op, .arg = arg };
	return prog->size++;
}

/* Makes room for one instruction at @at: what is behind moves. */
static void insert(struct compiler *c, unsigned int at)
{
	struct program *prog = c->prog;

	if (prog->size == GRUB2_REGEXP_CODE_MAX) {
		prog->bad = true;
		return;
	}
	memmove(&prog->code[at + 1], &prog->code[at],
		(prog->size - at) * sizeof(prog->code[0]));
	prog->size++;
	for (unsigned int i = at + 1; i < prog->size; i++) {
		struct instruction *in = &prog->code[i];

		if (in->op != OP_SPLIT && in->op != OP_JUMP)
			continue;
		in->to += in->to >= at;
		in->other += in->other >= at;
	}
}

static void alternatives(struct compiler *c);

static bool set_has(const uint8_t *set, unsigned char byte)
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
static uint8_t *new_set(struct program *prog)
{
	if (prog->set_count < GRUB2_REGEXP_SETS_MAX)
		return prog->sets[prog->set_count++];
	prog->bad = true;
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
	struct program *prog = c->prog;
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
	(void)emit(c, OP_SET, (unsigned int)((set - prog->sets[0]) / 32));
}

static bool is_word_byte(unsigned char byte)
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
			    ? is_word_byte((unsigned char)byte)
			    : byte == ' ' || (byte >= '\t' && byte <= '\r'))
			set_add(set, (unsigned char)byte);
	if (letter < 'a')
		negate_set(set);
	(void)emit(c, OP_SET, (unsigned int)((set - c->prog->sets[0]) / 32));
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
	(void)emit(c, OP_LOOK, (unsigned char)*c->p++);
	c->prog->bad |= *c->p && strchr("*+?{", *c->p);
	return true;
}

/* What "*", "+", "?" and "{n,m}" can stand behind. False: nothing is there. */
static bool atom(struct compiler *c)
{
	unsigned int group;

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
		c->p++;
		group = ++c->prog->groups;
		if (group >= GRUB2_REGEXP_GROUPS_MAX ||
		    ++c->depth > GRUB2_REGEXP_DEPTH_MAX) {
			c->prog->bad = true;
			return false;
		}
		(void)emit(c, OP_SAVE, 2 * group);
		alternatives(c);
		(void)emit(c, OP_SAVE, 2 * group + 1);
		c->depth--;
		if (*c->p != ')')
			c->prog->bad = true;
		else
			c->p++;
		return true;
	case '[':
		c->p++;
		bracket(c);
		return true;
	case '.':
		c->p++;
		(void)emit(c, OP_ANY, 0);
		return true;
	case '^':
	case '$':
		(void)emit(c, OP_LOOK, *c->p++ == '^' ? '`' : '\'');
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
		/* Back references, and nothing to take the meaning from */
		if (!*c->p || (*c->p >= '1' && *c->p <= '9')) {
			c->prog->bad = true;
			return false;
		}
		if (escaped(c))
			return true;
		break;
	default:
		break;
	}
	(void)emit(c, OP_CHAR, (unsigned char)*c->p++);
	return true;
}

/* The code from @start on any number of times; @least: none or one. */
static void repeat_any(struct compiler *c, unsigned int start, bool once)
{
	struct program *prog = c->prog;
	unsigned int end;

	if (once) {
		end = emit(c, OP_SPLIT, 0);
		prog->code[end].to = start;
		prog->code[end].other = end + 1;
		return;
	}
	insert(c, start);
	end = emit(c, OP_JUMP, 0);
	prog->code[end].to = start;
	prog->code[start] = (struct instruction){ .op = OP_SPLIT,
						  .to = start + 1,
						  .other = end + 1 };
}

static void repeat_maybe(struct compiler *c, unsigned int start)
{
	insert(c, start);
	c->prog->code[start] = (struct instruction){ .op = OP_SPLIT,
						     .to = start + 1,
						     .other = c->prog->size };
}

/* Another copy of @len instructions that begin at @from. */
static unsigned int copy_code(struct compiler *c, unsigned int from,
			      unsigned int len)
{
	struct program *prog = c->prog;
	unsigned int start = prog->size;

	for (unsigned int i = 0; i < len && !prog->bad; i++) {
		struct instruction in = prog->code[from + i];
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
	if (*p != '}' || *high < *low || *low > GRUB2_REGEXP_REPEAT_MAX ||
	    (has_high && *high > GRUB2_REGEXP_REPEAT_MAX))
		return false;
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
	unsigned int start = c->prog->size, jump;

	sequence(c);
	if (*c->p != '|' || c->prog->bad)
		return;
	c->p++;
	insert(c, start);
	jump = emit(c, OP_JUMP, 0);
	if (c->prog->bad)
		return;
	c->prog->code[start] = (struct instruction){ .op = OP_SPLIT,
						     .to = start + 1,
						     .other = jump + 1 };
	alternatives(c);
	c->prog->code[jump].to = c->prog->size;
}

/* ---- the text ---- */

enum { SLOTS = 2 * GRUB2_REGEXP_GROUPS_MAX };

struct thread {
	unsigned int at;
	short slots[SLOTS];
};

struct machine {
	const struct program *prog;
	const char *text;
	size_t len;
	/* Threads by rank, now and at the next byte; who has been added. */
	struct thread *now;
	struct thread *next;
	unsigned int now_count;
	unsigned int next_count;
	unsigned int *seen;
	unsigned int round;
	bool matched;
	short best[SLOTS];
};

/* What add_thread() has to do yet: an instruction, or a slot to put back. */
struct task {
	unsigned int at;
	short slot;
	short value;
};

/* What \b, \B, \<, \>, \` and \' ask of the place between two bytes; "^" and
 * "$" are the last two. */
static bool looks(const struct machine *m, char what, size_t pos)
{
	bool before = pos && is_word_byte((unsigned char)m->text[pos - 1]);
	bool behind = is_word_byte((unsigned char)m->text[pos]);

	switch (what) {
	case 'b':
		return before != behind;
	case 'B':
		return before == behind;
	case '<':
		return !before && behind;
	case '>':
		return before && !behind;
	case '`':
		return pos == 0;
	default:
		return pos == m->len;
	}
}

/* Follows what takes no byte from @at on, the better ways first. */
static void add_thread(struct machine *m, unsigned int first, short *slots,
		       size_t pos)
{
	struct task stack[3 * GRUB2_REGEXP_CODE_MAX];
	size_t count = 0;

	stack[count++] = (struct task){ .at = first, .slot = -1 };
	while (count) {
		struct task task = stack[--count];
		const struct instruction *in = &m->prog->code[task.at];
		struct thread *thread;

		if (task.slot >= 0) {
			slots[task.slot] = task.value;
			continue;
		}
		if (m->seen[task.at] == m->round)
			continue;
		m->seen[task.at] = m->round;
		switch (in->op) {
		case OP_JUMP:
			stack[count++] =
				(struct task){ .at = in->to, .slot = -1 };
			break;
		case OP_SPLIT:
			stack[count++] =
				(struct task){ .at = in->other, .slot = -1 };
			stack[count++] =
				(struct task){ .at = in->to, .slot = -1 };
			break;
		case OP_SAVE:
			stack[count++] = (struct task){
				.slot = (short)in->arg,
				.value = slots[in->arg],
			};
			slots[in->arg] = (short)pos;
			stack[count++] =
				(struct task){ .at = task.at + 1, .slot = -1 };
			break;
		case OP_LOOK:
			if (looks(m, (char)in->arg, pos))
				stack[count++] =
					(struct task){ .at = task.at + 1,
						       .slot = -1 };
			break;
		default:
			thread = &m->next[m->next_count++];
			thread->at = task.at;
			memcpy(thread->slots, slots, sizeof(thread->slots));
		}
	}
}

static bool takes(const struct machine *m, const struct instruction *in,
		  unsigned char byte)
{
	if (in->op == OP_CHAR)
		return in->arg == byte;
	if (in->op == OP_SET)
		return set_has(m->prog->sets[in->arg], byte);
	return in->op == OP_ANY;
}

/* The longest of the leftmost matches; of equally long ones the best rank. */
static void note_match(struct machine *m, const struct thread *thread,
		       size_t pos)
{
	if (m->matched &&
	    (thread->slots[0] > m->best[0] ||
	     (thread->slots[0] == m->best[0] && (short)pos <= m->best[1])))
		return;
	m->matched = true;
	memcpy(m->best, thread->slots, sizeof(m->best));
	m->best[1] = (short)pos;
}

static void match(struct machine *m)
{
	for (size_t pos = 0; pos <= m->len; pos++) {
		struct thread *swap = m->now;
		short slots[SLOTS];

		m->now = m->next;
		m->now_count = m->next_count;
		m->next = swap;
		m->next_count = 0;
		/* The threads for @pos; a new one while nothing is found. */
		if (!m->matched) {
			struct thread *list = m->next;

			memset(slots, 0xff, sizeof(slots));
			slots[0] = (short)pos;
			m->next = m->now;
			m->next_count = m->now_count;
			add_thread(m, 0, slots, pos);
			m->now_count = m->next_count;
			m->next = list;
			m->next_count = 0;
		}
		m->round++;
		for (unsigned int i = 0; i < m->now_count; i++) {
			const struct instruction *in =
				&m->prog->code[m->now[i].at];

			if (in->op == OP_MATCH)
				note_match(m, &m->now[i], pos);
			else if (pos < m->len &&
				 takes(m, in, (unsigned char)m->text[pos]))
				add_thread(m, m->now[i].at + 1, m->now[i].slots,
					   pos + 1);
		}
	}
}

enum grub2_regexp grub2_regexp_match(const char *pattern, const char *text,
				     struct grub2_regexp_part *parts)
{
	struct program *prog = calloc(1, sizeof(*prog));
	struct compiler c = { .prog = prog, .p = pattern };
	struct machine m = { .prog = prog, .text = text, .round = 1 };
	enum grub2_regexp ret = GRUB2_REGEXP_BAD;

	m.len = strlen(text);
	if (!prog || strlen(pattern) > GRUB2_REGEXP_PATTERN_MAX ||
	    m.len > GRUB2_REGEXP_TEXT_MAX)
		goto out;
	alternatives(&c);
	(void)emit(&c, OP_MATCH, 0);
	if (prog->bad || *c.p)
		goto out;
	m.now = calloc(prog->size, sizeof(*m.now));
	m.next = calloc(prog->size, sizeof(*m.next));
	m.seen = calloc(prog->size, sizeof(*m.seen));
	if (!m.now || !m.next || !m.seen)
		goto out;
	match(&m);
	ret = m.matched ? GRUB2_REGEXP_MATCH : GRUB2_REGEXP_NO_MATCH;
	for (size_t i = 0; i < GRUB2_REGEXP_GROUPS_MAX; i++) {
		parts[i].start = m.matched ? m.best[2 * i] : -1;
		parts[i].end = m.matched ? m.best[2 * i + 1] : -1;
	}
out:
	free(m.now);
	free(m.next);
	free(m.seen);
	free(prog);
	return ret;
}
