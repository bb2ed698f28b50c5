/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading and mapping the newcomer's files. A mapping is never touched here:
 * an I/O error in it would be a SIGBUS for us, but is an -EFAULT for the
 * kernel's copy routine.
 */
#include "image/file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/reason.h"

/* One read of file_check(). */
enum { CHUNK = 1 << 20 };

int file_init(struct image_file *file, const struct image_source *source,
	      struct reason *why)
{
	struct stat st;

	memset(file, 0, sizeof(*file));
	if (fstat(source->fd, &st) < 0)
		return reason(why, errno, "%s: %s", source->name,
			      strerror(errno));
	if (!S_ISREG(st.st_mode))
		return reason(why, EINVAL, "%s: is not a regular file",
			      source->name);
	file->name = source->name;
	file->fd = source->fd;
	file->size = (uint64_t)st.st_size;
	return 0;
}

static int read_error(const struct image_file *file, uint64_t at, int err,
		      struct reason *why)
{
	return reason(why, err, "%s: cannot be read at byte %llu of %llu: %s",
		      file->name, (unsigned long long)at,
		      (unsigned long long)file->size, strerror(err));
}

int file_head(const struct image_file *file, void *buf, size_t size,
	      size_t *ret, struct reason *why)
{
	size_t done = 0;
	ssize_t n;

	while (done < size) {
		n = pread(file->fd, (char *)buf + done, size - done,
			  (off_t)done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return read_error(file, done, errno, why);
		if (n == 0)
			break;
		done += (size_t)n;
	}
	*ret = done;
	return 0;
}

int file_map(struct image_file *file, struct reason *why)
{
	void *map;

	if (file->size == 0)
		return 0;
	map = mmap(NULL, file->size, PROT_READ, MAP_PRIVATE, file->fd, 0);
	if (map == MAP_FAILED)
		return reason(why, errno, "%s: cannot be mapped: %s",
			      file->name, strerror(errno));
	/* Read ahead in large pieces: the copy goes through once, in order. */
	(void)madvise(map, file->size, MADV_SEQUENTIAL);
	file->map = map;
	return 0;
}

int file_check(const struct image_file *file, struct reason *why)
{
	uint64_t at = 0;
	int err = 0;
	ssize_t n;
	char *buf;

	buf = malloc(CHUNK);
	if (!buf)
		return reason(why, ENOMEM, "%s: no memory to check it",
			      file->name);
	while (at < file->size) {
		n = pread(file->fd, buf, CHUNK, (off_t)at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			err = read_error(file, at, errno, why);
		else if (n == 0)
			err = reason(why, EIO,
				     "%s: ends at byte %llu, but had %llu a "
				     "moment ago",
				     file->name, (unsigned long long)at,
				     (unsigned long long)file->size);
		if (err)
			break;
		at += (uint64_t)n;
	}
	free(buf);
	return err;
}

/* sendfile() failed: was it the reading or the writing? */
static int copy_error(const struct image_file *file, int err,
		      struct reason *why)
{
	int found = file_check(file, why);

	if (found)
		return found;
	return reason(why, err, "%s: cannot be copied: %s", file->name,
		      strerror(err));
}

int file_append(const struct image_file *file, int out, struct reason *why)
{
	off_t at = 0;
	ssize_t n;

	while ((uint64_t)at < file->size) {
		n = sendfile(out, file->fd, &at, file->size - (uint64_t)at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return copy_error(file, errno, why);
		if (n == 0)
			return file_check(file, why);
	}
	return 0;
}

void file_release(struct image_file *file)
{
	if (file->map)
		(void)munmap(file->map, file->size);
	file->map = NULL;
}
