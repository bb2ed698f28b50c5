/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading the small files in which a kernel shows itself (sysfs, procfs), below
 * a root directory, so that a test gives one of its own. Only opens and reads.
 */
#ifndef KBOOT_IMAGE_SYSFILE_H
#define KBOOT_IMAGE_SYSFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reason;

/* /proc/iomem of a machine with many devices is some 50 kB. */
enum { SYSFILE_MAX = 1 << 20 };

bool sysfile_exists(const char *root, const char *path);

/*
 * All of @root@path into *@ret, a zero byte added, the length into *@len. The
 * caller frees it. -EFBIG: more than SYSFILE_MAX.
 */
int sysfile_read(const char *root, const char *path, char **ret, size_t *len,
		 struct reason *why);

/* The first line into @ret; "" when it cannot be read. */
void sysfile_line(const char *root, const char *path, char *ret, size_t size);

/* The number that the file begins with (0x: hexadecimal), or 0. */
uint64_t sysfile_number(const char *root, const char *path);

/*
 * The directories 0, 1, 2... of @dir, at most @max of them, as one text: a
 * line each, the first lines of its @files (NULL ends them) with a blank
 * between them. For the caller to free; NULL without memory. "": no @dir.
 */
char *sysfile_rows(const char *root, const char *dir, const char *const *files,
		   size_t max);

#endif
