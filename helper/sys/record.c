/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The recording twin of linux.c: changes nothing, remembers everything. Its
 * static record is the exception to "no globals", since the interface it
 * imitates has no handle and it is linked into tests only.
 */
#include "sys/record.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/reason.h"
#include "sys/errors.h"

static struct record the_record;

struct record *record(void)
{
	return &the_record;
}

void record_reset(void)
{
	memset(&the_record, 0, sizeof(the_record));
}

int sys_set_read_only(const char *device, struct reason *why)
{
	struct record *r = record();

	(void)snprintf(r->read_only, sizeof(r->read_only), "%s", device);
	if (r->fail_read_only)
		return reason(why, r->fail_read_only,
			      "%s: cannot be made read-only: %s", device,
			      strerror(r->fail_read_only));
	return 0;
}

int sys_kexec_load(uint64_t entry, const struct sys_segment *segments,
		   size_t count, struct reason *why)
{
	struct record *r = record();

	r->kexec_load_calls++;
	r->entry = entry;
	r->segment_count = count < SYS_SEGMENTS_MAX ? count : SYS_SEGMENTS_MAX;
	memcpy(r->segment, segments, r->segment_count * sizeof(r->segment[0]));
	if (r->fail_kexec_load)
		return errors_explain(ERRORS_KEXEC_LOAD, r->fail_kexec_load,
				      why);
	return 0;
}

int sys_kexec_file_load(int kernel_fd, int initrd_fd, const char *cmdline,
			struct reason *why)
{
	struct record *r = record();
	ssize_t n;

	r->kexec_file_load_calls++;
	r->kernel_fd = kernel_fd;
	r->initrd_fd = initrd_fd;
	r->kernel_size = (uint64_t)lseek(kernel_fd, 0, SEEK_END);
	(void)!pread(kernel_fd, r->kernel, sizeof(r->kernel), 0);
	r->initrd_size = 0;
	if (initrd_fd >= 0) {
		n = pread(initrd_fd, r->initrd, sizeof(r->initrd), 0);
		r->initrd_size = n > 0 ? (size_t)n : 0;
	}
	(void)snprintf(r->cmdline, sizeof(r->cmdline), "%s", cmdline);
	if (r->fail_kexec_file_load)
		return errors_explain(ERRORS_KEXEC_FILE_LOAD,
				      r->fail_kexec_file_load, why);
	return 0;
}

int sys_reboot_kexec(struct reason *why)
{
	struct record *r = record();

	r->reboot_calls++;
	if (r->fail_reboot)
		return errors_explain(ERRORS_REBOOT_KEXEC, r->fail_reboot, why);
	return 0;
}
