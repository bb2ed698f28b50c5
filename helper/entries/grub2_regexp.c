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

#include "entries/grub2_pattern.h"

enum { SLOTS = 2 * GRUB2_REGEXP_GROUPS_MAX };

struct thread {
	unsigned int at;
	short slots[SLOTS];
};

struct machine {
	const struct grub2_pattern *prog;
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
	bool before =
		pos && grub2_pattern_is_word((unsigned char)m->text[pos - 1]);
	bool behind = grub2_pattern_is_word((unsigned char)m->text[pos]);

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
		const struct grub2_pattern_step *in = &m->prog->code[task.at];
		struct thread *thread;

		if (task.slot >= 0) {
			slots[task.slot] = task.value;
			continue;
		}
		if (m->seen[task.at] == m->round)
			continue;
		m->seen[task.at] = m->round;
		switch (in->op) {
		case GRUB2_OP_JUMP:
			stack[count++] =
				(struct task){ .at = in->to, .slot = -1 };
			break;
		case GRUB2_OP_SPLIT:
			stack[count++] =
				(struct task){ .at = in->other, .slot = -1 };
			stack[count++] =
				(struct task){ .at = in->to, .slot = -1 };
			break;
		case GRUB2_OP_SAVE:
			stack[count++] = (struct task){
				.slot = (short)in->arg,
				.value = slots[in->arg],
			};
			slots[in->arg] = (short)pos;
			stack[count++] =
				(struct task){ .at = task.at + 1, .slot = -1 };
			break;
		case GRUB2_OP_LOOK:
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

static bool takes(const struct machine *m, const struct grub2_pattern_step *in,
		  unsigned char byte)
{
	if (in->op == GRUB2_OP_CHAR)
		return in->arg == byte;
	if (in->op == GRUB2_OP_SET)
		return grub2_pattern_set_has(m->prog->sets[in->arg], byte);
	return in->op == GRUB2_OP_ANY;
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
			const struct grub2_pattern_step *in =
				&m->prog->code[m->now[i].at];

			if (in->op == GRUB2_OP_MATCH)
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
	struct grub2_pattern *prog = calloc(1, sizeof(*prog));
	struct machine m = { .prog = prog, .text = text, .round = 1 };
	enum grub2_regexp ret = GRUB2_REGEXP_BAD;

	m.len = strlen(text);
	if (!prog || m.len > GRUB2_REGEXP_TEXT_MAX ||
	    !grub2_pattern_compile(prog, pattern))
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
