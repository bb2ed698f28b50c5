/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The only file that changes the machine. Each function makes one system call
 * and turns its errno into a sentence; nothing is decided here.
 */
#include "sys/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/kexec.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/reason.h"
#include "sys/errors.h"

int sys_set_read_only(const char *device, struct reason *why)
{
	int fd, on = 1, err = 0;

	/* O_NONBLOCK: a drive without a medium opens, too. */
	fd = open(device, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return reason(why, errno, "%s: cannot be opened: %s", device,
			      strerror(errno));
	if (ioctl(fd, BLKROSET, &on) < 0)
		err = reason(why, errno, "%s: cannot be made read-only: %s",
			     device, strerror(errno));
	(void)close(fd);
	return err;
}

int sys_kexec_load(uint64_t entry, const struct sys_segment *segments,
		   size_t count, struct reason *why)
{
	struct kexec_segment list[SYS_SEGMENTS_MAX];

	if (count == 0 || count > SYS_SEGMENTS_MAX)
		return reason(why, E2BIG,
			      "kexec_load: takes 1 to %d segments, not %zu",
			      SYS_SEGMENTS_MAX, count);
	for (size_t i = 0; i < count; i++) {
		list[i].buf = segments[i].buf;
		list[i].bufsz = segments[i].buf_size;
		list[i].mem = (void *)(uintptr_t)segments[i].mem;
		list[i].memsz = segments[i].mem_size;
	}
	if (syscall(SYS_kexec_load, entry, count, list, KEXEC_ARCH_DEFAULT) < 0)
		return errors_explain(ERRORS_KEXEC_LOAD, errno, why);
	return 0;
}

int sys_kexec_file_load(int kernel_fd, int initrd_fd, const char *cmdline,
			struct reason *why)
{
	unsigned long flags = initrd_fd < 0 ? KEXEC_FILE_NO_INITRAMFS : 0;

	if (syscall(SYS_kexec_file_load, kernel_fd, initrd_fd,
		    strlen(cmdline) + 1, cmdline, flags) < 0)
		return errors_explain(ERRORS_KEXEC_FILE_LOAD, errno, why);
	return 0;
}

int sys_reboot_kexec(struct reason *why)
{
	(void)reboot(RB_KEXEC);
	return errors_explain(ERRORS_REBOOT_KEXEC, errno, why);
}
