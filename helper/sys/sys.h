/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The system calls that change the machine. linux.c makes them; record.c is
 * its twin for tests, which only writes down what would have been called.
 * A program links exactly one of the two. Nothing else in the helper may call
 * kexec_load, kexec_file_load, reboot or BLKROSET.
 *
 * Each function returns 0 or -errno, with a sentence that tells the person
 * what to do about it in *@why (NULL: nobody wants it).
 */
#ifndef KBOOT_SYS_SYS_H
#define KBOOT_SYS_SYS_H

#include <stddef.h>
#include <stdint.h>

struct reason;

/* KEXEC_SEGMENT_MAX of linux/kexec.h: the kernel takes no more. */
enum { SYS_SEGMENTS_MAX = 16 };

/*
 * The kernel's struct kexec_segment (linux/kexec.h): @buf_size bytes at @buf
 * go to the physical address @mem; @mem_size, a multiple of the page size, is
 * what is occupied there, and what lies beyond @buf_size is zeroed.
 */
struct sys_segment {
	const void *buf;
	size_t buf_size;
	uint64_t mem;
	size_t mem_size;
};

/*
 * Makes the block device at the path @device (a disk or a partition)
 * read-only in the kernel (BLKROSET 1), without reading from it.
 */
int sys_set_read_only(const char *device, struct reason *why);

/*
 * Loads @count segments for the jump; execution will start at the physical
 * address @entry (kexec_load(2)). A kernel loaded before is replaced on
 * success and kept on failure. -EFAULT: a @buf could not be read; when it maps
 * a file, that is an I/O error on the file, and only the caller knows which.
 */
int sys_kexec_load(uint64_t entry, const struct sys_segment *segments,
		   size_t count, struct reason *why);

/*
 * Has the kernel load and, where its policy says so, verify a kernel from
 * @kernel_fd with the initrd from @initrd_fd (-1: none) (kexec_file_load(2)).
 */
int sys_kexec_file_load(int kernel_fd, int initrd_fd, const char *cmdline,
			struct reason *why);

/*
 * Jumps into the kernel that was loaded: the point of no return. Returns on
 * failure only. Flushes no file system; that is the caller's business.
 */
int sys_reboot_kexec(struct reason *why);

#endif
