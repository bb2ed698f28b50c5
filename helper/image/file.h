/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The newcomer's files: their heads are read, their bodies are only mapped,
 * for the kernel to copy from. The page cache, which can be reclaimed, is then
 * the only copy beside the one that kexec makes. Changes no file.
 *
 * What is called a file here may be a piece of one (a section of a UKI), or
 * memory of the image (an unpacked vmlinux).
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
 * Makes *@ret the @size bytes at @offset of @whole, under the same name,
 * unmapped. -EINVAL with a sentence where they are not wholly inside.
 */
int file_piece(struct image_file *ret, const struct image_file *whole,
	       uint64_t offset, uint64_t size, struct reason *why);

/* Makes *@file the @size bytes at @memory, which must outlive it, its name
 * kept. */
void file_memory(struct image_file *file, const uint8_t *memory, uint64_t size);

/*
 * The @size bytes at @offset into @buf. -EINVAL with a sentence where they are
 * not wholly inside the file, -EIO and its like where they cannot be read.
 */
int file_read(const struct image_file *file, uint64_t offset, void *buf,
	      size_t size, struct reason *why);

/*
 * The first @size bytes, or all when there are fewer, into @buf; how many, into
 * *@ret.
 */
int file_head(const struct image_file *file, void *buf, size_t size,
	      size_t *ret, struct reason *why);

/* Maps all of the file: sets file->bytes. Nothing to do for an empty one. */
int file_map(struct image_file *file, struct reason *why);

/*
 * The kernel could not read from a mapping: reads the file through to learn
 * where and why. -errno with a sentence naming the file; 0 when it reads well.
 */
int file_check(const struct image_file *file, struct reason *why);

/* Copies the file to where @out stands. */
int file_append(const struct image_file *file, int out, struct reason *why);

/* Unmaps; an empty struct is fine. */
void file_release(struct image_file *file);

#endif
