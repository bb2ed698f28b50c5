/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The newcomer's files: heads, mappings, and files that change or fail. */
#include "image/file.h"

#include <errno.h>
#include <fcntl.h>

#include "base/reason.h"
#include "dir.h"
#include "tap.h"

static int open_file(struct image_file *f, const char *path, int flags,
		     struct reason *why)
{
	struct image_source source = {
		.fd = open(dir_at(path), flags | O_CLOEXEC),
		.name = path,
	};

	return file_init(f, &source, why);
}

static void test_reading(void)
{
	struct image_file f;
	struct reason why;
	char buf[16];
	size_t n;

	dir_file("ten", "0123456789");
	ok(!open_file(&f, "ten", O_RDONLY, &why) && f.size == 10, "size");
	ok(!file_head(&f, buf, 4, &n, &why) && n == 4 &&
		   !memcmp(buf, "0123", 4),
	   "its head");
	ok(!file_head(&f, buf, sizeof(buf), &n, &why) && n == 10,
	   "a file shorter than a head");
	ok(!file_check(&f, &why), "reads well");
	ok(!file_map(&f, &why) && f.map && !memcmp(f.map, "0123456789", 10),
	   "mapped");
	file_release(&f);
	ok(!f.map, "released");
	file_release(&f);
	(void)close(f.fd);

	dir_file("empty", "");
	ok(!open_file(&f, "empty", O_RDONLY, &why) && !file_map(&f, &why) &&
		   !f.map,
	   "an empty file has no mapping");
	ok(!file_head(&f, buf, sizeof(buf), &n, &why) && n == 0, "and no head");
	(void)close(f.fd);
}

static bool reads(const struct image_file *f, uint64_t at, const char *want)
{
	struct reason why;
	char buf[16];

	return !file_read(f, at, buf, strlen(want), &why) &&
	       !memcmp(buf, want, strlen(want));
}

/* A section of a UKI: bytes in the middle of a file, on no page's border. */
static void test_pieces(void)
{
	static char big[10000];
	struct image_file f, piece, inner;
	struct reason why;
	char buf[16];
	size_t n;

	memset(big, 'x', sizeof(big));
	memcpy(big + 4700, "0123456789", 10);
	dir_bytes("big", big, sizeof(big));
	ok(!open_file(&f, "big", O_RDONLY, &why) &&
		   !file_piece(&piece, &f, 4700, 10, &why) && piece.size == 10,
	   "a piece of a file");
	ok(reads(&piece, 0, "0123456789") && reads(&piece, 7, "789"),
	   "its bytes");
	ok(file_read(&piece, 8, buf, 3, &why) == -EINVAL, "not those behind");
	is(why.text,
	   "big: is truncated: 3 bytes at byte 8 are wanted of its 10",
	   "says so");
	ok(file_read(&piece, UINT64_MAX, buf, 3, &why) == -EINVAL,
	   "nor far behind");
	ok(!file_head(&piece, buf, sizeof(buf), &n, &why) && n == 10,
	   "its head ends with it");
	ok(!file_map(&piece, &why) && !memcmp(piece.bytes, "0123456789", 10),
	   "mapped, although no page begins there");
	file_release(&piece);
	ok(!piece.map && !piece.bytes, "released");
	ok(!file_piece(&inner, &piece, 3, 4, &why) && reads(&inner, 0, "3456"),
	   "a piece of a piece");
	ok(file_piece(&inner, &piece, 3, 8, &why) == -EINVAL && inner.size == 4,
	   "larger than what it is of: refused");
	ok(file_piece(&inner, &piece, UINT64_MAX, 2, &why) == -EINVAL,
	   "so is a sum that is too large");
	(void)close(f.fd);
}

static void test_memory(void)
{
	struct image_file f = { .name = "vmlinux" }, piece, copy;
	const uint8_t bytes[] = "0123456789";
	struct reason why;
	int out;

	file_memory(&f, bytes, 10);
	is(f.name, "vmlinux", "memory keeps the name");
	ok(f.size == 10 && reads(&f, 4, "456789"), "and is read");
	ok(!file_map(&f, &why) && f.bytes == bytes && !f.map,
	   "there is nothing to map");
	ok(!file_piece(&piece, &f, 2, 5, &why) && reads(&piece, 0, "23456") &&
		   !file_check(&piece, &why),
	   "a piece of it");
	dir_file("copy", "");
	out = open(dir_at("copy"), O_RDWR | O_CLOEXEC);
	ok(!file_append(&piece, out, &why) && !file_append(&f, out, &why),
	   "copied");
	(void)close(out);
	ok(!open_file(&copy, "copy", O_RDONLY, &why) &&
		   reads(&copy, 0, "234560123456789"),
	   "as it is");
	(void)close(copy.fd);
	file_release(&f);
	ok(!f.bytes && f.memory == bytes, "releasing leaves it alone");
}

static void test_refused(void)
{
	struct image_file f;
	struct reason why;
	char buf[16];
	size_t n;

	ok(open_file(&f, ".", O_RDONLY | O_DIRECTORY, &why) == -EINVAL,
	   "a directory");
	is(why.text, ".: is not a regular file", "says so");
	ok(open_file(&f, "nothing", O_RDONLY, &why) == -EBADF, "not open");
	dir_file("closed", "x");
	ok(!open_file(&f, "closed", O_WRONLY, &why), "opened for writing only");
	ok(file_head(&f, buf, sizeof(buf), &n, &why) == -EBADF, "cannot read");
	is(why.text,
	   "closed: cannot be read at byte 0 of 1: Bad file descriptor",
	   "says where and why");
	ok(file_check(&f, &why) == -EBADF, "found when asked later, too");
	ok(file_map(&f, &why) == -EACCES, "cannot map");
	is(why.text, "closed: cannot be mapped: Permission denied", "says so");
	(void)close(f.fd);
}

static void test_shrinks(void)
{
	struct image_file f;
	struct reason why;

	dir_file("shrinks", "0123456789");
	ok(!open_file(&f, "shrinks", O_RDWR, &why), "a file");
	ok(ftruncate(f.fd, 4) == 0, "that shrinks");
	ok(file_check(&f, &why) == -EIO, "is noticed");
	is(why.text, "shrinks: ends at byte 4, but had 10 a moment ago",
	   "with both sizes");
	(void)close(f.fd);
}

static void test_append(void)
{
	struct image_file f;
	struct reason why;
	char buf[16] = "";
	int out;

	dir_file("part", "0123456789");
	dir_file("out", "");
	out = open(dir_at("out"), O_RDWR | O_CLOEXEC);
	ok(!open_file(&f, "part", O_RDONLY, &why), "a part");
	(void)lseek(f.fd, 5, SEEK_SET);
	ok(!file_append(&f, out, &why) && !file_append(&f, out, &why),
	   "appended twice, wherever its offset was");
	ok(pread(out, buf, sizeof(buf), 0) == 16 &&
		   !memcmp(buf, "0123456789012345", 16) &&
		   lseek(out, 0, SEEK_END) == 20,
	   "all of it");
	(void)close(out);
	out = open("/dev/full", O_WRONLY | O_CLOEXEC);
	ok(file_append(&f, out, &why) < 0 &&
		   strstr(why.text, "part: cannot be copied: "),
	   "no room for it: not the file's fault");
	(void)close(out);
	(void)close(f.fd);
}

int main(void)
{
	dir_start();
	test_reading();
	test_pieces();
	test_memory();
	test_refused();
	test_shrinks();
	test_append();
	dir_end();
	return tap_done();
}
