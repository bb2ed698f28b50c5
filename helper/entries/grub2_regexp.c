/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * POSIX extended regular expressions with the matched parts. The
 * automaton keeps all positions in the pattern at once (Pike), so that time
 * is the pattern's length times the text's, whatever the pattern; GRUB's own
 * library, and glibc's, can take for ever. With back references two ways to
 * a position are two if what is referred to differs: they are counted.
 */
#include "entries/grub2_regexp.h"

#include <stdlib.h>
#include <string.h>

#include "entries/grub2_pattern.h"

enum { SLOTS = 2 * GRUB2_REGEXP_GROUPS_MAX };

struct thread {
	unsigned int at;
	/* Bytes of a back reference that are behind it. */
	short eaten;
	short slots[SLOTS];
};

/* What add_thread() has to do yet: an instruction, or a slot to put back. */
struct task {
	unsigned int at;
	short slot;
	short value;
};

/* A thread that was at this byte, for a table by its hash. */
struct state {
	unsigned int round;
	struct thread thread;
};

enum { STATES_SIZE = 2 * GRUB2_REGEXP_STATES_MAX };

struct machine {
	const struct grub2_pattern *prog;
	const char *text;
	size_t len;
	/* Threads by rank, now and at the next byte; how many there can be. */
	struct thread *now;
	struct thread *next;
	unsigned int now_count;
	unsigned int next_count;
	unsigned int max;
	struct task *stack;
	/* Who has been added at this byte: by instruction, or with back
	 * references by all that they depend on. */
	unsigned int *seen;
	struct state *states;
	unsigned int state_count;
	unsigned int round;
	size_t work;
	bool over;
	bool matched;
	short best[SLOTS];
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

/* True if nothing that is yet to come tells the two apart. */
static bool is_same(const struct grub2_pattern *prog, const struct thread *a,
		    const struct thread *b)
{
	if (a->at != b->at || a->eaten != b->eaten)
		return false;
	for (unsigned int i = 1; prog->refers >> i; i++)
		if (prog->refers >> i & 1 &&
		    (a->slots[2 * i] != b->slots[2 * i] ||
		     a->slots[2 * i + 1] != b->slots[2 * i + 1]))
			return false;
	return true;
}

static size_t hash(const struct grub2_pattern *prog, const struct thread *t)
{
	size_t h = t->at * 31u + (unsigned short)t->eaten;

	for (unsigned int i = 1; prog->refers >> i; i++)
		if (prog->refers >> i & 1)
			h = (h * 31 + (unsigned short)t->slots[2 * i]) * 31 +
			    (unsigned short)t->slots[2 * i + 1];
	return h * 2654435761u;
}

/* Like is_new(), with back references. */
static bool is_new_state(struct machine *m, const struct thread *thread)
{
	size_t i = hash(m->prog, thread) % STATES_SIZE;

	for (; m->states[i].round == m->round; i = (i + 1) % STATES_SIZE)
		if (is_same(m->prog, &m->states[i].thread, thread))
			return false;
	if (m->state_count == m->max || m->work > GRUB2_REGEXP_WORK_MAX) {
		m->over = true;
		return false;
	}
	m->states[i].round = m->round;
	m->states[i].thread = *thread;
	m->state_count++;
	return true;
}

/* False if what @thread leads to has a better rank already. */
static bool is_new(struct machine *m, const struct thread *thread)
{
	m->work++;
	if (m->states)
		return is_new_state(m, thread);
	if (m->seen[thread->at] == m->round)
		return false;
	m->seen[thread->at] = m->round;
	return true;
}

/* The length of what @thread's group is; -1: it took no part yet. */
static int group_len(const struct thread *thread, unsigned int group)
{
	const short *slots = &thread->slots[2 * group];

	return slots[0] < 0 || slots[1] < 0 ? -1 : slots[1] - slots[0];
}

/* Follows what takes no byte from @thread on, which it changes; the better
 * ways first. */
static void add_thread(struct machine *m, struct thread *thread, size_t pos)
{
	struct task *stack = m->stack;
	size_t count = 0;
	int len;

	stack[count++] = (struct task){ .at = thread->at, .slot = -1 };
	while (count && !m->over) {
		struct task task = stack[--count], *top = &stack[count];
		const struct grub2_pattern_step *in = &m->prog->code[task.at];

		if (task.slot >= 0) {
			thread->slots[task.slot] = task.value;
			continue;
		}
		thread->at = task.at;
		if (!is_new(m, thread))
			continue;
		switch (in->op) {
		case GRUB2_OP_JUMP:
			*top = (struct task){ .at = in->to, .slot = -1 };
			count++;
			break;
		case GRUB2_OP_SPLIT:
			top[0] = (struct task){ .at = in->other, .slot = -1 };
			top[1] = (struct task){ .at = in->to, .slot = -1 };
			count += 2;
			break;
		case GRUB2_OP_SAVE:
			top[0] = (struct task){
				.slot = (short)in->arg,
				.value = thread->slots[in->arg],
			};
			thread->slots[in->arg] = (short)pos;
			top[1] = (struct task){ .at = task.at + 1, .slot = -1 };
			count += 2;
			break;
		case GRUB2_OP_LOOK:
			*top = (struct task){ .at = task.at + 1, .slot = -1 };
			count += looks(m, (char)in->arg, pos);
			break;
		case GRUB2_OP_BACK:
			len = group_len(thread, in->arg);
			*top = (struct task){ .at = task.at + 1, .slot = -1 };
			count += len == 0;
			if (len > 0)
				m->next[m->next_count++] = *thread;
			break;
		default:
			m->next[m->next_count++] = *thread;
		}
	}
}

/* True if @thread takes the byte: it is then behind what took it. */
static bool takes(const struct machine *m, struct thread *thread,
		  unsigned char byte)
{
	const struct grub2_pattern_step *in = &m->prog->code[thread->at];
	bool ret = in->op == GRUB2_OP_ANY;

	if (in->op == GRUB2_OP_CHAR)
		ret = in->arg == byte;
	else if (in->op == GRUB2_OP_SET)
		ret = grub2_pattern_set_has(m->prog->sets[in->arg], byte);
	if (in->op != GRUB2_OP_BACK) {
		thread->at++;
		return ret;
	}
	ret = (unsigned char)
		      m->text[thread->slots[2 * in->arg] + thread->eaten] ==
	      byte;
	if (++thread->eaten == group_len(thread, in->arg)) {
		thread->eaten = 0;
		thread->at++;
	}
	return ret;
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

/* A thread for each byte that it may begin at, while nothing is found. */
static void begin(struct machine *m, size_t pos)
{
	struct thread thread = { .at = 0 }, *list = m->next;

	memset(thread.slots, 0xff, sizeof(thread.slots));
	thread.slots[0] = (short)pos;
	m->next = m->now;
	m->next_count = m->now_count;
	add_thread(m, &thread, pos);
	m->now_count = m->next_count;
	m->next = list;
	m->next_count = 0;
}

static void match(struct machine *m)
{
	for (size_t pos = 0; pos <= m->len && !m->over; pos++) {
		struct thread *swap = m->now;

		m->now = m->next;
		m->now_count = m->next_count;
		m->next = swap;
		m->next_count = 0;
		if (!m->matched)
			begin(m, pos);
		m->round++;
		m->state_count = 0;
		for (unsigned int i = 0; i < m->now_count; i++) {
			struct thread thread = m->now[i];

			if (m->prog->code[thread.at].op == GRUB2_OP_MATCH)
				note_match(m, &thread, pos);
			else if (pos < m->len &&
				 takes(m, &thread, (unsigned char)m->text[pos]))
				add_thread(m, &thread, pos + 1);
		}
	}
}

/* False without memory. */
static bool set_up(struct machine *m)
{
	m->max = m->prog->refers ? GRUB2_REGEXP_STATES_MAX : m->prog->size;
	m->now = calloc(m->max, sizeof(*m->now));
	m->next = calloc(m->max, sizeof(*m->next));
	/* Each state leaves at most one more to do. */
	m->stack = calloc(m->max + 2, sizeof(*m->stack));
	if (m->prog->refers)
		m->states = calloc(STATES_SIZE, sizeof(*m->states));
	else
		m->seen = calloc(m->prog->size, sizeof(*m->seen));
	return m->now && m->next && m->stack && (m->states || m->seen);
}

enum grub2_regexp grub2_regexp_match(const char *pattern, const char *text,
				     struct grub2_regexp_part *parts,
				     size_t *work)
{
	struct grub2_pattern *prog = calloc(1, sizeof(*prog));
	struct machine m = { .prog = prog, .text = text, .round = 1 };
	enum grub2_regexp ret = GRUB2_REGEXP_LIMIT;

	m.len = strlen(text);
	if (!prog || m.len > GRUB2_REGEXP_TEXT_MAX)
		goto out;
	if (!grub2_pattern_compile(prog, pattern)) {
		ret = prog->over ? GRUB2_REGEXP_LIMIT : GRUB2_REGEXP_BAD;
		goto out;
	}
	if (!set_up(&m))
		goto out;
	match(&m);
	if (work)
		*work += m.work;
	if (m.over)
		goto out;
	ret = m.matched ? GRUB2_REGEXP_MATCH : GRUB2_REGEXP_NO_MATCH;
	for (size_t i = 0; i < GRUB2_REGEXP_GROUPS_MAX; i++) {
		parts[i].start = m.matched ? m.best[2 * i] : -1;
		parts[i].end = m.matched ? m.best[2 * i + 1] : -1;
	}
out:
	free(m.now);
	free(m.next);
	free(m.stack);
	free(m.seen);
	free(m.states);
	free(prog);
	return ret;
}
