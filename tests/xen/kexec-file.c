/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kexec_file_load(2) for a test, with nothing in between: kexec-file KERNEL.
 * kexec-tools does not get as far as that in a PV guest.
 */
#include <fcntl.h>
#include <linux/kexec.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int fd = open(argv[argc - 1], O_RDONLY);

	if (fd < 0 || syscall(SYS_kexec_file_load, fd, -1, 1UL, "",
			      (unsigned long)KEXEC_FILE_NO_INITRAMFS) != 0) {
		perror("kexec_file_load");
		return 1;
	}
	puts("kexec_file_load: done");
	return 0;
}
