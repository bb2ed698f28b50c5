/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which format a kernel is: the table of loaders, asked through whatever the
 * kernel is wrapped in.
 */
#ifndef KBOOT_IMAGE_RECOGNISE_H
#define KBOOT_IMAGE_RECOGNISE_H

#include <stdbool.h>
#include <stddef.h>

#include "image/image.h"

struct reason;

enum {
	/* A kernel in a container in a compressed file is deep enough. */
	RECOGNISE_LAYERS_MAX = 3,
	/* Kernels whose parts share pages are put together in memory first. */
	RECOGNISE_JOINED_MAX = 64 * 1024 * 1024,
};

/* The most that a compressed kernel may unpack to, on any machine. */
extern const uint64_t recognise_unpacked_max;

/*
 * Finds the loader for image->kernel and has it fill in what the file says.
 * -ENOEXEC with a sentence when there is none.
 */
int recognise(struct image *image, struct reason *why);

/* True if there is a loader of this name, in either case. */
bool recognise_has(const char *format);

#endif
