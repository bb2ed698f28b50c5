/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The system calls themselves: what linux.c asks of the kernel, and what it
 * makes of every answer. No call gets there. A seccomp filter turns each into
 * a signal, and its handler notes the arguments and gives the answer.
 */
#include "sys/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>

#include "base/reason.h"
#include "tap.h"

/* The calls since the last start(), and what each is to return. */
static struct {
	unsigned int count;
	long number[4];
	unsigned long long arg[4][5];
	long answer;
	struct kexec_segment segment[SYS_SEGMENTS_MAX];
} calls;

static void start(long answer)
{
	memset(&calls, 0, sizeof(calls));
	calls.answer = answer;
}

static void handle(int signal, siginfo_t *info, void *context)
{
	greg_t *regs = ((ucontext_t *)context)->uc_mcontext.gregs;
	static const int where[] = { REG_RDI, REG_RSI, REG_RDX, REG_R10,
				     REG_R8 };
	unsigned int n = calls.count++ & 3;

	calls.number[n] = info->si_syscall;
	for (size_t i = 0; i < 5; i++)
		calls.arg[n][i] = (unsigned long long)regs[where[i]];
	/* They lie on the caller's stack. */
	if (info->si_syscall == SYS_kexec_load &&
	    calls.arg[n][1] <= SYS_SEGMENTS_MAX && calls.arg[n][2])
		memcpy(calls.segment, (void *)(uintptr_t)calls.arg[n][2],
		       calls.arg[n][1] * sizeof(calls.segment[0]));
	regs[REG_RAX] = calls.answer;
}

/* What this test must never do, whoever runs it: a trap. */
static bool set_traps(void)
{
	static struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 0, 6),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_kexec_load, 4, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_kexec_file_load, 3, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_reboot, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 2, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, args[1])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, BLKROSET, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	static struct sock_fprog program = { sizeof(code) / sizeof(code[0]),
					     code };
	struct sigaction action = { .sa_sigaction = handle,
				    .sa_flags = SA_SIGINFO };

	return sigaction(SIGSYS, &action, NULL) == 0 &&
	       prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

static void test_kexec_load(void)
{
	static const struct sys_segment segments[2] = {
		{ "kernel", 6, 0x1000000, 4096 },
		{ "area", 4, 0x100000, 8192 },
	};
	struct reason why;

	start(0);
	ok(sys_kexec_load(0x100000, segments, 2, &why) == 0 &&
		   calls.count == 1 && calls.number[0] == SYS_kexec_load,
	   "kexec_load");
	ok(calls.arg[0][0] == 0x100000 && calls.arg[0][1] == 2 &&
		   calls.arg[0][3] == KEXEC_ARCH_DEFAULT,
	   "the entry, the number of segments, no flags");
	ok(calls.segment[1].buf == segments[1].buf &&
		   calls.segment[1].bufsz == 4 &&
		   (uintptr_t)calls.segment[1].mem == 0x100000 &&
		   calls.segment[1].memsz == 8192,
	   "a segment as linux/kexec.h has it");
	start(0);
	ok(sys_kexec_load(0, segments, 0, &why) == -E2BIG && !calls.count,
	   "none would be unloading");
	ok(sys_kexec_load(0, segments, SYS_SEGMENTS_MAX + 1, &why) == -E2BIG &&
		   !calls.count,
	   "more than the kernel takes");
	is(why.text, "kexec_load: takes 1 to 16 segments, not 17", "says so");
}

static void test_kexec_file_load(void)
{
	static const char line[] = "root=/dev/vda1";
	struct reason why;

	start(0);
	ok(sys_kexec_file_load(7, 8, line, &why) == 0 &&
		   calls.number[0] == SYS_kexec_file_load,
	   "kexec_file_load");
	ok(calls.arg[0][0] == 7 && calls.arg[0][1] == 8 &&
		   calls.arg[0][2] == sizeof(line) &&
		   calls.arg[0][3] == (uintptr_t)line && calls.arg[0][4] == 0,
	   "files, the command line with its zero");
	start(0);
	ok(sys_kexec_file_load(7, -1, "", &why) == 0 && calls.arg[0][2] == 1 &&
		   calls.arg[0][4] == KEXEC_FILE_NO_INITRAMFS,
	   "without an initrd");
}

static void test_reboot(void)
{
	struct reason why;

	start(-EINVAL);
	ok(sys_reboot_kexec(&why) == -EINVAL && calls.number[0] == SYS_reboot &&
		   (unsigned int)calls.arg[0][2] == LINUX_REBOOT_CMD_KEXEC,
	   "reboot: the kexec command");
	ok(strstr(why.text, "no kernel is loaded") != NULL, "says what to do");
}

/* Every errno comes back as it is, with a sentence. */
static void test_errnos(void)
{
	static const struct sys_segment segment = { "a", 1, 0x100000, 4096 };
	bool load = true, file = true, go = true;
	struct reason why;

	for (int err = 1; err < 134; err++) {
		start(-err);
		why.text[0] = '\0';
		load = load && sys_kexec_load(0, &segment, 1, &why) == -err &&
		       strncmp(why.text, "kexec_load: ", 12) == 0;
		start(-err);
		why.text[0] = '\0';
		file = file && sys_kexec_file_load(7, 8, "", &why) == -err &&
		       strncmp(why.text, "kexec_file_load: ", 17) == 0;
		start(-err);
		why.text[0] = '\0';
		go = go && sys_reboot_kexec(&why) == -err && why.text[0];
	}
	ok(load, "every errno of kexec_load");
	ok(file, "every errno of kexec_file_load");
	ok(go, "every errno of reboot");
}

static void test_read_only(void)
{
	struct reason why;

	start(0);
	ok(sys_set_read_only("/dev/null", &why) == 0 && calls.count == 1 &&
		   calls.arg[0][1] == BLKROSET,
	   "a device is made read-only");
	start(-EACCES);
	ok(sys_set_read_only("/dev/null", &why) == -EACCES, "is not allowed");
	is(why.text, "/dev/null: cannot be made read-only: Permission denied",
	   "says so");
	start(0);
	ok(sys_set_read_only("/dev/no/such", &why) == -ENOENT && !calls.count,
	   "a device that is not there");
	is(why.text,
	   "/dev/no/such: cannot be opened: No such file or directory",
	   "says so");
}

int main(void)
{
	if (!set_traps()) {
		printf("1..0 # SKIP no seccomp filters here\n");
		return 0;
	}
	test_kexec_load();
	test_kexec_file_load();
	test_reboot();
	test_errnos();
	test_read_only();
	return tap_done();
}
