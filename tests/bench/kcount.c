/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A QEMU plugin that counts guest instructions and writes the count down
 * whenever the guest passes a mark; it changes nothing in the guest. For one
 * virtual CPU (-icount shift=0 -smp 1), so that no lock is needed here. Debian
 * has no header of the plugin interface; what is needed of it is declared below
 * as in QEMU 7.2's include/qemu/qemu-plugin.h.
 *
 *	-plugin kcount.so,out=FILE[,mark=NAME@WHERE]...[,switch=NAME]...
 *		[,stop=NAME][,pause=0xA-0xB]...[,profile=FILE]
 *
 * out	a line `NAME COUNT` each time that a mark is passed; COUNT is how many
 *	instructions began before it. The last line is `end COUNT`.
 * mark	WHERE is 0xADDRESS, virtual, of an instruction. Or 0xOFFSET=HEX: these
 *	bytes at this offset of any page, for code whose place is not known;
 *	they may reach over several instructions, up to a branch. A NAME given
 *	twice is the one or the other.
 * switch	NAME is a mark. The marks given before `switch` count until it is
 *	passed, those after it from then on: after a kexec the same addresses
 *	hold another kernel.
 * stop	ends QEMU at this mark.
 * pause	waits, wherever the function from A to B returns, until all other
 *	threads of QEMU sleep. Given for the one that tells a disk of new
 *	requests, they are done when the guest goes on, as if the disk took no
 *	time; otherwise the count depends on how fast the host is, by what the
 *	guest does while it waits.
 * profile	for each mark passed a line `phase NAME COUNT`, and for each block
 *	of code that ran since the mark before a line `ADDRESS INSTRUCTIONS
 *	TIMES`, the address in hexadecimal. The script `profile` reads it.
 *
 * A `rep` instruction counts once for each round; one that faults counts again
 * when it is repeated.
 */
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_MARKS   64
#define MAX_BYTES   16
#define MAX_NAME    32
#define MAX_STAGES  16
#define HASH_SIZE   (1u << 16)
#define PAGE_OFFSET 0xfff
#define MAX_PAUSES  8
/* All others sleep at so many looks in a row; so many looks at most. */
#define LOOK_USEC  300
#define LOOKS_IDLE 3
#define LOOKS_MAX  100000
/* How a function returns: `ret`, or `jmp` to a return thunk. */
#define OPCODE_RET 0xc3
#define OPCODE_JMP 0xe9

/* QEMU's plugin interface, version 1. */
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_info_t;
enum qemu_plugin_cb_flags {
	QEMU_PLUGIN_CB_NO_REGS,
	QEMU_PLUGIN_CB_R_REGS,
	QEMU_PLUGIN_CB_RW_REGS
};
enum qemu_plugin_op { QEMU_PLUGIN_INLINE_ADD_U64 };

void qemu_plugin_register_vcpu_tb_trans_cb(
	uint64_t id, void (*cb)(uint64_t id, struct qemu_plugin_tb *tb));
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *tb,
					      enum qemu_plugin_op op, void *ptr,
					      uint64_t imm);
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *insn,
						enum qemu_plugin_op op,
						void *ptr, uint64_t imm);
void qemu_plugin_register_vcpu_insn_exec_cb(
	struct qemu_plugin_insn *insn, void (*cb)(unsigned int cpu, void *data),
	enum qemu_plugin_cb_flags flags, void *data);
void qemu_plugin_register_atexit_cb(uint64_t id,
				    void (*cb)(uint64_t id, void *data),
				    void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *
qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t idx);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);

#define EXPORT __attribute__((visibility("default")))
EXPORT int qemu_plugin_version = 1;
EXPORT int qemu_plugin_install(uint64_t id, const struct qemu_info_t *info,
			       int argc, char **argv);

struct mark {
	char name[MAX_NAME];
	uint64_t addr;
	unsigned char bytes[MAX_BYTES];
	size_t n_bytes;
	int stage;
	bool last;
};

struct range {
	uint64_t from;
	uint64_t to;
};

struct block {
	struct block *next;
	uint64_t vaddr;
	uint64_t n_insns;
	uint64_t times;
};

struct counter {
	uint64_t count;
	FILE *out;
	FILE *profile;
	struct mark marks[MAX_MARKS];
	int n_marks;
	char ends[MAX_STAGES][MAX_NAME];
	int n_stages;
	int stage;
	struct range pauses[MAX_PAUSES];
	int n_pauses;
	struct block *blocks[HASH_SIZE];
};

/*
 * The translation callback carries no pointer of ours, so one variable is
 * unavoidable; all else is reached through it.
 */
static struct counter *the;

static struct block *block_find(uint64_t vaddr, uint64_t n_insns)
{
	uint64_t hash = (vaddr ^ vaddr >> 16 ^ n_insns * 0x9e37) % HASH_SIZE;
	struct block *b;

	for (b = the->blocks[hash]; b; b = b->next) {
		if (b->vaddr == vaddr && b->n_insns == n_insns)
			return b;
	}
	b = calloc(1, sizeof(*b));
	if (!b) {
		fprintf(stderr, "kcount: out of memory\n");
		_exit(1);
	}
	b->vaddr = vaddr;
	b->n_insns = n_insns;
	b->next = the->blocks[hash];
	the->blocks[hash] = b;
	return b;
}

static void dump_blocks(const char *name)
{
	fprintf(the->profile, "phase %s %" PRIu64 "\n", name, the->count);
	for (size_t i = 0; i < HASH_SIZE; i++) {
		for (struct block *b = the->blocks[i]; b; b = b->next) {
			if (!b->times)
				continue;
			fprintf(the->profile,
				"%" PRIx64 " %" PRIu64 " %" PRIu64 "\n",
				b->vaddr, b->n_insns, b->times);
			b->times = 0;
		}
	}
}

static void finish(uint64_t id, void *data)
{
	(void)id;
	(void)data;
	fprintf(the->out, "end %" PRIu64 "\n", the->count);
	fclose(the->out);
	if (the->profile) {
		dump_blocks("end");
		fclose(the->profile);
	}
}

static void passed(unsigned int cpu, void *data)
{
	const struct mark *m = data;

	(void)cpu;
	if (m->stage != the->stage)
		return;
	/* The instruction itself is counted already. */
	fprintf(the->out, "%s %" PRIu64 "\n", m->name, the->count - 1);
	fflush(the->out);
	if (the->profile)
		dump_blocks(m->name);
	if (the->stage < the->n_stages &&
	    !strcmp(the->ends[the->stage], m->name))
		the->stage++;
	if (m->last) {
		finish(0, NULL);
		/* No orderly end: this is the CPU's thread, and nothing of the run is wanted any more. */
		_exit(0);
	}
}

static bool begins_with(const struct qemu_plugin_tb *tb, size_t i,
			const struct mark *m)
{
	size_t done = 0;

	for (; i < qemu_plugin_tb_n_insns(tb) && done < m->n_bytes; i++) {
		const struct qemu_plugin_insn *insn =
			qemu_plugin_tb_get_insn(tb, i);
		size_t n = qemu_plugin_insn_size(insn);

		if (n > m->n_bytes - done)
			n = m->n_bytes - done;
		if (memcmp(qemu_plugin_insn_data(insn), m->bytes + done, n) !=
		    0)
			return false;
		done += n;
	}
	return done == m->n_bytes;
}

/*
 * Whether a thread waits for something that another one does. Who works for the
 * disk is running, runnable or waiting for the host's disk ("D"), and wakes the
 * next one before it sleeps. proc_pid_stat(5): the state is behind the name.
 */
static bool sleeps(int tasks, const char *tid)
{
	char path[64], text[128];
	const char *state;
	ssize_t size;
	int fd;

	snprintf(path, sizeof(path), "%.20s/stat", tid);
	fd = openat(tasks, path, O_RDONLY);
	if (fd < 0)
		return true;
	size = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[size > 0 ? size : 0] = '\0';
	state = strrchr(text, ')');
	return !state || state[1] != ' ' ||
	       (state[2] != 'R' && state[2] != 'D');
}

static bool others_sleep(void)
{
	DIR *dir = opendir("/proc/self/task");
	const struct dirent *entry;
	bool all = true;

	if (!dir)
		return true;
	while (all && (entry = readdir(dir))) {
		if (entry->d_name[0] != '.' && atoi(entry->d_name) != gettid())
			all = sleeps(dirfd(dir), entry->d_name);
	}
	closedir(dir);
	return all;
}

static void paused(unsigned int cpu, void *data)
{
	int idle = 0;

	(void)cpu;
	(void)data;
	for (int i = 0; i < LOOKS_MAX && idle < LOOKS_IDLE; i++) {
		usleep(LOOK_USEC);
		idle = others_sleep() ? idle + 1 : 0;
	}
}

static bool is_pause(const struct qemu_plugin_insn *insn, uint64_t addr)
{
	const unsigned char *code = qemu_plugin_insn_data(insn);

	for (int i = 0; i < the->n_pauses; i++) {
		if (addr >= the->pauses[i].from && addr < the->pauses[i].to &&
		    (code[0] == OPCODE_RET || code[0] == OPCODE_JMP))
			return true;
	}
	return false;
}

static void translated(uint64_t id, struct qemu_plugin_tb *tb)
{
	size_t n = qemu_plugin_tb_n_insns(tb);

	(void)id;
	if (the->profile) {
		struct block *b = block_find(qemu_plugin_tb_vaddr(tb), n);

		qemu_plugin_register_vcpu_tb_exec_inline(
			tb, QEMU_PLUGIN_INLINE_ADD_U64, &b->times, 1);
	}
	for (size_t i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint64_t addr = qemu_plugin_insn_vaddr(insn);

		qemu_plugin_register_vcpu_insn_exec_inline(
			insn, QEMU_PLUGIN_INLINE_ADD_U64, &the->count, 1);
		if (is_pause(insn, addr))
			qemu_plugin_register_vcpu_insn_exec_cb(
				insn, paused, QEMU_PLUGIN_CB_NO_REGS, NULL);
		for (int k = 0; k < the->n_marks; k++) {
			struct mark *m = &the->marks[k];

			if (m->n_bytes ? (addr & PAGE_OFFSET) != m->addr ||
						 !begins_with(tb, i, m)
				       : addr != m->addr)
				continue;
			qemu_plugin_register_vcpu_insn_exec_cb(
				insn, passed, QEMU_PLUGIN_CB_NO_REGS, m);
		}
	}
}

static bool read_bytes(const char *hex, struct mark *m)
{
	unsigned int byte;

	for (; *hex; hex += 2) {
		if (m->n_bytes == MAX_BYTES || sscanf(hex, "%2x", &byte) != 1 ||
		    !hex[1])
			return false;
		m->bytes[m->n_bytes++] = (unsigned char)byte;
	}
	return m->n_bytes > 0;
}

static bool read_mark(const char *text)
{
	const char *at = strchr(text, '@');
	struct mark *m = &the->marks[the->n_marks];
	char *end;

	if (!at || at == text || at - text >= MAX_NAME ||
	    the->n_marks == MAX_MARKS)
		return false;
	memcpy(m->name, text, (size_t)(at - text));
	m->addr = strtoull(at + 1, &end, 16);
	m->stage = the->n_stages;
	if (*end == '=' && !read_bytes(end + 1, m))
		return false;
	if (*end && *end != '=')
		return false;
	the->n_marks++;
	return true;
}

static bool read_switch(const char *name)
{
	if (the->n_stages == MAX_STAGES || strlen(name) >= MAX_NAME)
		return false;
	strcpy(the->ends[the->n_stages++], name);
	return true;
}

static bool read_stop(const char *name)
{
	bool found = false;

	for (int k = 0; k < the->n_marks; k++) {
		if (strcmp(the->marks[k].name, name) != 0)
			continue;
		the->marks[k].last = true;
		found = true;
	}
	return found;
}

static bool read_pause(const char *text)
{
	struct range *r = &the->pauses[the->n_pauses];
	char *end;

	if (the->n_pauses == MAX_PAUSES)
		return false;
	r->from = strtoull(text, &end, 16);
	if (*end != '-')
		return false;
	r->to = strtoull(end + 1, &end, 16);
	if (*end || r->to <= r->from)
		return false;
	the->n_pauses++;
	return true;
}

static bool read_argument(const char *arg)
{
	if (!strncmp(arg, "out=", 4))
		return (the->out = fopen(arg + 4, "w")) != NULL;
	if (!strncmp(arg, "profile=", 8))
		return (the->profile = fopen(arg + 8, "w")) != NULL;
	if (!strncmp(arg, "mark=", 5))
		return read_mark(arg + 5);
	if (!strncmp(arg, "switch=", 7))
		return read_switch(arg + 7);
	if (!strncmp(arg, "stop=", 5))
		return read_stop(arg + 5);
	if (!strncmp(arg, "pause=", 6))
		return read_pause(arg + 6);
	return false;
}

int qemu_plugin_install(uint64_t id, const struct qemu_info_t *info, int argc,
			char **argv)
{
	(void)info;
	the = calloc(1, sizeof(*the));
	if (!the)
		return -1;
	for (int i = 0; i < argc; i++) {
		if (!read_argument(argv[i])) {
			fprintf(stderr, "kcount: bad argument: %s\n", argv[i]);
			return -1;
		}
	}
	if (!the->out) {
		fprintf(stderr, "kcount: out=FILE is missing\n");
		return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_atexit_cb(id, finish, NULL);
	return 0;
}
