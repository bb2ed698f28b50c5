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
	file->words = source->words;
	file->fd = source->fd;
	file->size = (uint64_t)st.st_size;
	return 0;
}

static int not_inside(const struct image_file *file, uint64_t offset,
		      uint64_t size, struct reason *why)
{
	return reason(why, EINVAL,
		      "%s: is truncated: %llu bytes at byte %llu are wanted of "
		      "its %llu",
		      file->name, (unsigned long long)size,
		      (unsigned long long)offset,
		      (unsigned long long)file->size);
}

static bool inside(const struct image_file *file, uint64_t offset,
		   uint64_t size)
{
	return offset <= file->size && size <= file->size - offset;
}

int file_piece(struct image_file *ret, const struct image_file *whole,
	       uint64_t offset, uint64_t size, struct reason *why)
{
	struct image_file piece = {
		.name = whole->name,
		.words = whole->words,
		.fd = whole->fd,
		.size = size,
	};

	if (!inside(whole, offset, size))
		return not_inside(whole, offset, size, why);
	if (whole->memory)
		piece.memory = whole->memory + offset;
	else
		piece.offset = whole->offset + offset;
	*ret = piece;
	return 0;
}

void file_memory(struct image_file *file, const uint8_t *memory, uint64_t size)
{
	file_release(file);
	file->fd = -1;
	file->offset = 0;
	file->memory = memory;
	file->size = size;
}

static int read_error(const struct image_file *file, uint64_t at, int err,
		      struct reason *why)
{
	return reason(why, err, "%s: cannot be read at byte %llu of %llu: %s",
		      file->name, (unsigned long long)at,
		      (unsigned long long)file->size, strerror(err));
}

static int shorter(const struct image_file *file, uint64_t at,
		   struct reason *why)
{
	return reason(why, EIO,
		      "%s: ends at byte %llu, but had %llu a moment ago",
		      file->name, (unsigned long long)at,
		      (unsigned long long)file->size);
}

/* Into @buf what is there of @size bytes at @offset; their number or -errno. */
static ssize_t read_some(const struct image_file *file, uint64_t offset,
			 void *buf, size_t size)
{
	uint64_t left = offset < file->size ? file->size - offset : 0;
	ssize_t n;

	if (size > left)
		size = (size_t)left;
	if (file->memory && size > 0) {
		memcpy(buf, file->memory + offset, size);
		return (ssize_t)size;
	}
	do
		n = size > 0 ? pread(file->fd, buf, size,
				     (off_t)(file->offset + offset))
			     : 0;
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

int file_read(const struct image_file *file, uint64_t offset, void *buf,
	      size_t size, struct reason *why)
{
	size_t done = 0;

	if (!inside(file, offset, size))
		return not_inside(file, offset, size, why);
	while (done < size) {
		ssize_t n = read_some(file, offset + done, (char *)buf + done,
				      size - done);

		if (n < 0)
			return read_error(file, offset + done, (int)-n, why);
		if (n == 0)
			return shorter(file, offset + done, why);
		done += (size_t)n;
	}
	return 0;
}

int file_head(const struct image_file *file, void *buf, size_t size,
	      size_t *ret, struct reason *why)
{
	int err;

	if (size > file->size)
		size = (size_t)file->size;
	err = file_read(file, 0, buf, size, why);
	if (!err)
		*ret = size;
	return err;
}

/* mmap() wants whole pages: those that hold the piece. */
int file_map(struct image_file *file, struct reason *why)
{
	uint64_t skip = file->offset % (uint64_t)sysconf(_SC_PAGESIZE);
	void *map;

	if (file->memory) {
		file->bytes = file->memory;
		return 0;
	}
	if (file->size == 0 || file->map)
		return 0;
	map = mmap(NULL, file->size + skip, PROT_READ, MAP_PRIVATE, file->fd,
		   (off_t)(file->offset - skip));
	if (map == MAP_FAILED)
		return reason(why, errno, "%s: cannot be mapped: %s",
			      file->name, strerror(errno));
	/* Read ahead in large pieces: the copy goes through once, in order. */
	(void)madvise(map, file->size + skip, MADV_SEQUENTIAL);
	file->map = map;
	file->map_size = file->size + skip;
	file->bytes = (const uint8_t *)map + skip;
	return 0;
}

int file_check(const struct image_file *file, struct reason *why)
{
	uint64_t at = 0;
	int err = 0;
	char *buf;

	buf = malloc(CHUNK);
	if (!buf)
		return reason(why, ENOMEM, "%s: no memory to check it",
			      file->name);
	while (at < file->size && !err) {
		size_t want = file->size - at < CHUNK ? file->size - at : CHUNK;

		err = file_read(file, at, buf, want, why);
		at += want;
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

static int append_memory(const struct image_file *file, int out,
			 struct reason *why)
{
	uint64_t at = 0;

	while (at < file->size) {
		ssize_t n = write(out, file->memory + at, file->size - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return copy_error(file, n < 0 ? errno : ENOSPC, why);
		at += (uint64_t)n;
	}
	return 0;
}

int file_append(const struct image_file *file, int out, struct reason *why)
{
	off_t at = (off_t)file->offset;
	off_t end = at + (off_t)file->size;
	ssize_t n;

	if (file->memory)
		return append_memory(file, out, why);
	while (at < end) {
		n = sendfile(out, file->fd, &at, (size_t)(end - at));
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
		(void)munmap(file->map, file->map_size);
	file->map = NULL;
	file->bytes = NULL;
}
