/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The beginning of a bzImage for tests, its fields at the offsets of boot.rst,
 * "The Real-Mode Kernel Header", with the values of Debian's cloud kernel
 * 6.1.0-56 except for the sizes.
 */
#ifndef KBOOT_TESTS_KERNEL_H
#define KBOOT_TESTS_KERNEL_H

#include <stdint.h>
#include <string.h>

enum {
	KERNEL_HEAD = 4096,
	/* setup_sects 7, so code from 4096 on; 64 KiB of it */
	KERNEL_CODE = 4096,
	KERNEL_CODE_SIZE = 0x10000,
	KERNEL_FILE_SIZE = KERNEL_CODE + KERNEL_CODE_SIZE,
	KERNEL_INIT_SIZE = 0x3378000,
};

/* @size little-endian bytes of @value at @at. */
static inline void kernel_put(uint8_t *head, size_t at, size_t size,
			      uint64_t value)
{
	for (size_t i = 0; i < size; i++)
		head[at + i] = (uint8_t)(value >> 8 * i);
}

static inline void kernel_head(uint8_t *head)
{
	memset(head, 0, KERNEL_HEAD);
	kernel_put(head, 0x1ef, 1, 0xff);
	kernel_put(head, 0x1f1, 1, 7);
	kernel_put(head, 0x1f2, 2, 1);
	kernel_put(head, 0x1f4, 4, KERNEL_CODE_SIZE / 16);
	kernel_put(head, 0x1fe, 2, 0xaa55);
	kernel_put(head, 0x200, 1, 0xeb);
	kernel_put(head, 0x201, 1, 0x6a);
	memcpy(head + 0x202, "HdrS", 4);
	kernel_put(head, 0x206, 2, 0x020f);
	kernel_put(head, 0x211, 1, 0x01);
	kernel_put(head, 0x214, 4, 0x100000);
	kernel_put(head, 0x22c, 4, 0x7fffffff);
	kernel_put(head, 0x230, 4, 0x200000);
	kernel_put(head, 0x234, 1, 1);
	kernel_put(head, 0x235, 1, 21);
	kernel_put(head, 0x236, 2, 0x7f);
	kernel_put(head, 0x238, 4, 2047);
	kernel_put(head, 0x258, 8, 0x1000000);
	kernel_put(head, 0x260, 4, KERNEL_INIT_SIZE);
}

#endif
