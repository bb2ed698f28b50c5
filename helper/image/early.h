/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Microcode, and whatever else Linux wants to find before it has unpacked
 * anything: lib/earlycpio.c looks through plain archives at the beginning of
 * the initrd, and gives up at the first compressed one.
 */
#ifndef KBOOT_IMAGE_EARLY_H
#define KBOOT_IMAGE_EARLY_H

#include <stdbool.h>
#include <stddef.h>

#include "image/image.h"

enum {
	/* Files of an archive beyond this many are no microcode. */
	EARLY_ENTRIES_MAX = 64,
	/* Zeroes between two archives, at most. */
	EARLY_PADDING_MAX = 64 * 1024,
};

/*
 * True if @file is nothing but plain cpio archives (newc) whose names are all
 * below "kernel": Documentation/arch/x86/microcode.rst, admin-guide/acpi. What
 * cannot be read is not.
 */
bool early_is(const struct image_file *file);

/* Puts such files in front; the order is kept otherwise. */
void early_first(struct image_file *files, size_t count);

#endif
