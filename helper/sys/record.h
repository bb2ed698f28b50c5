/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The recording twin of linux.c, for tests: the calls of sys.h write down
 * what they were given and answer what the test told them to.
 */
#ifndef KBOOT_SYS_RECORD_H
#define KBOOT_SYS_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "sys/sys.h"

enum { RECORD_CMDLINE_MAX = 8192 };

struct record {
	/* Set by the test: the errno that each call fails with, 0 succeeds. */
	int fail_kexec_load;
	int fail_kexec_file_load;
	int fail_reboot;
	int fail_read_only;

	/* Set by the calls. */
	unsigned int kexec_load_calls;
	uint64_t entry;
	struct sys_segment segment[SYS_SEGMENTS_MAX];
	size_t segment_count;

	unsigned int kexec_file_load_calls;
	int kernel_fd;
	int initrd_fd;
	/* The beginning of what the kernel's fd held, and all of its size. */
	uint8_t kernel[4096];
	uint64_t kernel_size;
	/* What the initrd's fd held, at most @initrd_size of it recorded. */
	uint8_t initrd[65536];
	size_t initrd_size;
	char cmdline[RECORD_CMDLINE_MAX];

	unsigned int reboot_calls;
	char read_only[256];
};

/* The one record of the program. */
struct record *record(void);

/* Forgets all. */
void record_reset(void);

#endif
