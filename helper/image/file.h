/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The newcomer's files: their heads are read, their bodies are only mapped,
 * for the kernel to copy from. The page cache, which can be reclaimed, is then
 * the only copy beside the one that kexec makes. Changes no file.
 */
#ifndef KBOOT_IMAGE_FILE_H
#define KBOOT_IMAGE_FILE_H

#include <stddef.h>

#include "image/image.h"

struct reason;

/*
 * Takes @source into *@file: its size. Refuses what is not a regular file.
 * The fd stays the caller's.
 */
int file_init(struct image_file *file, const struct image_source *source,
	      struct reason *why);

/*
 * The first @size bytes, or all when there are fewer, into @buf; how many, into
 * *@ret.
 */
int file_head(const struct image_file *file, void *buf, size_t size,
	      size_t *ret, struct reason *why);

/* Maps all of the file. Nothing to do for an empty one. */
int file_map(struct image_file *file, struct reason *why);

/*
 * The kernel could not read from a mapping: reads the file through to learn
 * where and why. -errno with a sentence naming the file; 0 when it reads well.
 */
int file_check(const struct image_file *file, struct reason *why);

/* Copies the file to the end of @out. */
int file_append(const struct image_file *file, int out, struct reason *why);

/* Unmaps; an empty struct is fine. */
void file_release(struct image_file *file);

#endif
