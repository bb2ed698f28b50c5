/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unpacking: files that the real tools have packed (tests/fixtures/packed, all
 * of the same PLAIN_SIZE bytes), cut, damaged, joined, and followed by things.
 */
#include "image/decompress.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include "base/reason.h"
#include "image/file.h"
#include "tap.h"

enum { PLAIN_SIZE = 300000, PACKED_MAX = 64 * 1024, PAGE = 4096 };

static const uint64_t ROOM = 1 << 24;

/* What was packed; twice, for what was joined. */
static uint8_t plain[2 * PLAIN_SIZE];

static const struct packed {
	const char *file;
	enum decompress_kind kind;
	const char *name;
	/* A wrong byte is always noticed; an end is. */
	bool checked;
	bool ended;
} all[] = {
	{ "gzip", DECOMPRESS_GZIP, "gzip", true, true },
	{ "xz", DECOMPRESS_XZ, "xz", true, true },
	{ "lzma", DECOMPRESS_LZMA, "lzma", false, true },
	{ "zstd", DECOMPRESS_ZSTD, "zstd", true, true },
	{ "zstd-window", DECOMPRESS_ZSTD, "zstd", false, true },
	{ "lz4", DECOMPRESS_LZ4, "lz4", true, true },
	{ "lz4-legacy", DECOMPRESS_LZ4_LEGACY, "lz4", false, false },
	{ "bzip2", DECOMPRESS_BZIP2, "bzip2", true, true },
	{ "lzo", DECOMPRESS_LZO, "lzo", true, true },
	{ "lzo-checks", DECOMPRESS_LZO, "lzo", true, true },
};

enum { ALL = sizeof(all) / sizeof(all[0]) };

static size_t load(uint8_t *buf, const char *name)
{
	char path[128];
	ssize_t n;
	int fd;

	(void)snprintf(path, sizeof(path), "tests/fixtures/packed/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = read(fd, buf, PACKED_MAX);
	(void)close(fd);
	if (n < 0) {
		printf("Bail out! %s: %s\n", path, strerror(errno));
		exit(1);
	}
	return (size_t)n;
}

/* One try; what came out is unmapped by done(). */
struct result {
	int err;
	uint8_t *data;
	size_t size;
	struct reason why;
};

static struct result unpack_most(const void *data, size_t len, uint64_t max)
{
	struct image_file file = { .name = "vmlinux", .fd = -1 };
	struct result r = { .data = NULL };

	file_memory(&file, data, len);
	r.err = decompress(&file, max, &r.data, &r.size, &r.why);
	return r;
}

static struct result unpack(const void *data, size_t len)
{
	return unpack_most(data, len, ROOM);
}

static void done(struct result *r)
{
	if (r->data)
		(void)munmap(r->data, r->size);
}

/* @size bytes of what was packed came out. */
static bool good(struct result r, size_t size)
{
	bool same =
		!r.err && r.size == size && memcmp(r.data, plain, size) == 0;

	if (!same)
		printf("# %d, %zu bytes: %s\n", r.err, r.size,
		       r.err ? r.why.text : "");
	done(&r);
	return same;
}

/* Refused, with nothing given. */
static bool refused(struct result r, int err, const char *begin)
{
	bool right = r.err == err && !r.data &&
		     strncmp(r.why.text, begin, strlen(begin)) == 0;

	if (!right)
		printf("# %d: %s\n", r.err, r.err ? r.why.text : "");
	done(&r);
	return right;
}

/* Room that was not needed is given back, the page behind it too. */
static void test_room(void)
{
	static uint8_t buf[PACKED_MAX];
	struct result r = unpack(buf, load(buf, "gzip"));

	ok(r.data && msync(r.data + ROOM - PAGE, PAGE, MS_ASYNC) < 0 &&
		   errno == ENOMEM &&
		   msync(r.data + ROOM, PAGE, MS_ASYNC) < 0 && errno == ENOMEM,
	   "what is left of the room is given back");
	done(&r);
}

static void test_tools(void)
{
	static uint8_t buf[PACKED_MAX];

	for (size_t i = 0; i < ALL; i++) {
		struct bytes head = { buf, load(buf, all[i].file) };

		ok(good(unpack(buf, head.len), PLAIN_SIZE), "%s", all[i].file);
		ok(decompress_kind(head) == all[i].kind, "%s: its kind",
		   all[i].file);
		is(decompress_name(all[i].kind), all[i].name, all[i].file);
		head.len = DECOMPRESS_HEAD;
		ok(decompress_kind(head) == all[i].kind,
		   "%s: its first bytes are enough", all[i].file);
	}
}

/* No piece of it is taken for the whole, and none makes us crash. */
static void test_cut(void)
{
	static uint8_t buf[PACKED_MAX];

	for (size_t i = 0; i < ALL; i++) {
		size_t len = load(buf, all[i].file), wrong = 0, prefix = 0;

		for (size_t at = 1; at < len; at += at < 64 ? 1 : 61) {
			/* A buffer of this size: reading on is found out */
			uint8_t *cut = malloc(at);
			struct result r;

			memcpy(cut, buf, at);
			r = unpack(cut, at);
			if (r.err == 0 && !all[i].ended &&
			    memcmp(r.data, plain, r.size) == 0)
				prefix++;
			else if (r.err != -EINVAL)
				wrong++;
			done(&r);
			free(cut);
		}
		ok(wrong == 0, "%s: each cut is refused (%zu not)", all[i].file,
		   wrong);
		ok(all[i].ended ? prefix == 0 : prefix < 2,
		   "%s: and not at a place between blocks only", all[i].file);
		ok(refused(unpack(buf, len - 5), -EINVAL,
			   "vmlinux: is truncated: its "),
		   "%s: what lacks its end is truncated", all[i].file);
	}
	load(buf, "gzip");
	is(unpack(buf, 1000).why.text,
	   "vmlinux: is truncated: its gzip data go on after byte 1000, where "
	   "it ends",
	   "the sentence");
}

static void test_damage(void)
{
	static uint8_t buf[PACKED_MAX];

	for (size_t i = 0; i < ALL; i++) {
		size_t len = load(buf, all[i].file), missed = 0;

		for (size_t at = DECOMPRESS_HEAD; at < len; at += 41) {
			struct result r;

			buf[at] ^= 0x10;
			r = unpack(buf, len);
			if (r.err == 0 && (r.size != PLAIN_SIZE ||
					   memcmp(r.data, plain, r.size) != 0))
				missed++;
			done(&r);
			buf[at] ^= 0x10;
		}
		ok(missed == 0 || !all[i].checked,
		   "%s: each damage is noticed (%zu not)", all[i].file, missed);
	}
	load(buf, "gzip");
	memset(buf + 500, 0xff, 100);
	ok(refused(unpack(buf, 9219), -EINVAL,
		   "vmlinux: is damaged: its gzip data are wrong near byte "),
	   "the sentence");
}

/* As Linux does with what is packed into a bzImage, and the tools with all. */
static void test_behind(void)
{
	static uint8_t buf[2 * PACKED_MAX];

	for (size_t i = 0; i < ALL; i++) {
		size_t len = load(buf, all[i].file);
		const char *file = all[i].file;

		memset(buf + len, 0, 1000);
		ok(good(unpack(buf, len + 1), PLAIN_SIZE), "%s: a zero", file);
		ok(good(unpack(buf, len + 1000), PLAIN_SIZE), "%s: zeroes",
		   file);
		/* scripts/Makefile.lib, size_append: 300000, little-endian */
		memcpy(buf + len, "\xe0\x93\x04\x00", 4);
		ok(good(unpack(buf, len + 4), PLAIN_SIZE),
		   "%s: its size, as Linux appends it", file);
		memcpy(buf + len, "\xff\xff\xff\xffsignature", 13);
		ok(good(unpack(buf, len + 13), PLAIN_SIZE),
		   "%s: something else", file);
		memcpy(buf + len, buf, len);
		ok(good(unpack(buf, 2 * len), 2 * PLAIN_SIZE), "%s: another",
		   file);
		memset(buf + len, 0, 8);
		memcpy(buf + len + 8, buf, len);
		ok(good(unpack(buf, 2 * len + 8), 2 * PLAIN_SIZE),
		   "%s: another after padding", file);
	}
}

static void test_limit(void)
{
	static uint8_t buf[PACKED_MAX];

	for (size_t i = 0; i < ALL; i++) {
		size_t len = load(buf, all[i].file);

		ok(good(unpack_most(buf, len, PLAIN_SIZE), PLAIN_SIZE),
		   "%s: just fits", all[i].file);
		ok(refused(unpack_most(buf, len, PLAIN_SIZE - 1), -E2BIG,
			   "vmlinux: its "),
		   "%s: one byte too many", all[i].file);
		ok(refused(unpack_most(buf, len, 0), -E2BIG, "vmlinux: its "),
		   "%s: no room at all", all[i].file);
	}
	load(buf, "xz");
	is(unpack_most(buf, PACKED_MAX, 200000).why.text,
	   "vmlinux: its xz data unpack to more than the 0 MiB that there is "
	   "room for",
	   "the sentence");
}

/* 512 MiB of zeroes in half a megabyte */
static void test_bomb(void)
{
	static uint8_t packed[1 << 20], zeroes[1 << 16];
	z_stream z = { .next_out = packed, .avail_out = sizeof(packed) };

	(void)deflateInit2(&z, 9, Z_DEFLATED, 31, 9, Z_DEFAULT_STRATEGY);
	for (int i = 0; i < 8192; i++) {
		z.next_in = zeroes;
		z.avail_in = sizeof(zeroes);
		(void)deflate(&z, i == 8191 ? Z_FINISH : Z_NO_FLUSH);
	}
	ok(refused(unpack(packed, z.total_out), -E2BIG,
		   "vmlinux: its gzip data unpack to more than the 16 MiB"),
	   "a bomb");
	(void)deflateEnd(&z);
}

/* What many reads take, from the middle of a file. */
static void test_large(void)
{
	enum { SIZE = 3 << 20, FRONT = 4097 };
	uint8_t *data = malloc(SIZE), *packed = malloc(2 * SIZE);
	z_stream z = { .next_in = data, .avail_in = SIZE };
	struct image_source source = { .name = "vmlinux" };
	struct image_file file, piece;
	struct result r = { .data = NULL };
	uint32_t seed = 1;

	for (size_t i = 0; i < SIZE; i++) {
		seed = seed * 1664525 + 1013904223;
		data[i] = (uint8_t)(seed >> 24);
	}
	z.next_out = packed;
	z.avail_out = 2 * SIZE;
	(void)deflateInit2(&z, 1, Z_DEFLATED, 31, 9, Z_DEFAULT_STRATEGY);
	(void)deflate(&z, Z_FINISH);
	(void)deflateEnd(&z);
	source.fd = memfd_create("packed", MFD_CLOEXEC);
	if (pwrite(source.fd, packed, z.total_out, FRONT) < 0)
		printf("Bail out! pwrite\n");
	(void)file_init(&file, &source, &r.why);
	(void)file_piece(&piece, &file, FRONT, z.total_out, &r.why);
	r.err = decompress(&piece, ROOM, &r.data, &r.size, &r.why);
	ok(r.err == 0 && r.size == SIZE && memcmp(r.data, data, SIZE) == 0,
	   "a piece of a file, larger than a read");
	done(&r);
	r.data = NULL;
	file.size = FRONT + z.total_out;
	(void)file_piece(&piece, &file, FRONT, z.total_out, &r.why);
	(void)ftruncate(source.fd, FRONT + SIZE / 2);
	r.err = decompress(&piece, ROOM, &r.data, &r.size, &r.why);
	ok(refused(r, -EIO, "vmlinux: ends at byte "),
	   "a file that shrinks meanwhile");
	(void)close(source.fd);
	free(data);
	free(packed);
}

/* LZ4's blocks of literals: a token, the length less 15 in bytes of 255. */
static size_t lz4_literals(uint8_t *to, const uint8_t *data, size_t len)
{
	size_t at = 0, rest = len - 15;

	to[at++] = 0xf0;
	for (; rest >= 255; rest -= 255)
		to[at++] = 255;
	to[at++] = (uint8_t)rest;
	memcpy(to + at, data, len);
	return at + len;
}

/* A block that is larger than a read */
static void test_lz4_large(void)
{
	enum { SIZE = 1 << 20 };
	uint8_t *data = calloc(1, SIZE), *packed = malloc(2 * SIZE);
	size_t len = 8 + lz4_literals(packed + 8, data, SIZE);
	struct result r;

	memcpy(packed, "\x02\x21\x4c\x18", 4);
	for (size_t i = 0; i < 4; i++)
		packed[4 + i] = (uint8_t)((len - 8) >> 8 * i);
	r = unpack(packed, len);
	ok(r.err == 0 && r.size == SIZE && memcmp(r.data, data, SIZE) == 0,
	   "lz4-legacy: a block larger than a read");
	done(&r);
	ok(refused(unpack(packed, len - 1), -EINVAL, "vmlinux: is truncated"),
	   "lz4-legacy: one byte short of it");
	/* LZ4_COMPRESSBOUND(8 MiB) + 1: "maybe a new stream" to lz4 */
	memcpy(packed + len, "\x91\x80\x80\x00zzzz", 8);
	r = unpack(packed, len + 8);
	ok(r.err == 0 && r.size == SIZE,
	   "lz4-legacy: a length that no block has is the end");
	done(&r);
	free(data);
	free(packed);
}

static void test_empty(void)
{
	static uint8_t buf[PACKED_MAX];
	char name[32];

	for (size_t i = 0; i < ALL; i++) {
		/* Those of the same kind are alike when they are empty. */
		if (strchr(all[i].file, '-') && !strstr(all[i].file, "legacy"))
			continue;
		(void)snprintf(name, sizeof(name), "empty-%s", all[i].file);
		ok(refused(unpack(buf, load(buf, name)), -EINVAL,
			   "vmlinux: its "),
		   "%s", name);
	}
	is(unpack(buf, load(buf, "empty-gzip")).why.text,
	   "vmlinux: its gzip data unpack to nothing", "the sentence");
	ok(refused(unpack("", 0), -EINVAL,
		   "vmlinux: is not packed in any way that is known"),
	   "an empty file");
}

/* Two streams with @zeroes between them. */
static struct result apart(size_t zeroes)
{
	static uint8_t buf[4 * PACKED_MAX];
	size_t len = load(buf, "gzip");

	memset(buf + len, 0, sizeof(buf) - len);
	memcpy(buf + len + zeroes, buf, len);
	return unpack(buf, 2 * len + zeroes);
}

/* 20 bytes each */
static struct result empty_members(size_t count)
{
	size_t len = 20 * count;
	uint8_t *buf = malloc(len + PACKED_MAX);
	struct result r;

	(void)load(buf, "empty-gzip");
	for (size_t i = 1; i < count; i++)
		memcpy(buf + 20 * i, buf, 20);
	len += load(buf + len, "gzip");
	r = unpack(buf, len);
	free(buf);
	return r;
}

static void test_members(void)
{
	ok(good(apart(65536), 2 * PLAIN_SIZE), "64 KiB of padding");
	ok(good(apart(65537), PLAIN_SIZE),
	   "what comes after more is not looked at");
	ok(good(empty_members(99999), PLAIN_SIZE), "100000 members");
	ok(refused(empty_members(100000), -E2BIG,
		   "vmlinux: its gzip data are in more than 100000 pieces"),
	   "one more");
}

static void test_dictionary(void)
{
	static uint8_t buf[PACKED_MAX];

	is(unpack(buf, load(buf, "xz-dictionary")).why.text,
	   "vmlinux: takes a dictionary of 512 MiB to unpack, more than the "
	   "192 MiB that are allowed",
	   "a dictionary that is too large");
}

static enum decompress_kind kind(const void *data, size_t len)
{
	struct bytes head = { data, len };

	return decompress_kind(head);
}

/* What begins like packed data but is none. */
static void test_not_packed(void)
{
	static const uint8_t zeroes[64];
	char lzma[] = "]\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0\1";

	ok(kind(zeroes, sizeof(zeroes)) == DECOMPRESS_NONE, "zeroes");
	ok(kind("BZh is no word of a script", 26) == DECOMPRESS_NONE,
	   "text that begins like bzip2");
	ok(kind("BZh91AY&SY", 10) == DECOMPRESS_BZIP2, "bzip2");
	ok(kind("BZh01AY&SY", 10) == DECOMPRESS_NONE, "bzip2, block size 0");
	ok(kind("]]]]]]]]]]]]]]]]", 16) == DECOMPRESS_NONE,
	   "text that begins like lzma");
	ok(kind(lzma, 15) == DECOMPRESS_LZMA, "lzma, 8 MiB, size unknown");
	lzma[3] = (char)0xc0;
	ok(kind(lzma, 15) == DECOMPRESS_LZMA, "lzma, 12 MiB");
	lzma[3] = (char)0xa0;
	ok(kind(lzma, 15) == DECOMPRESS_NONE, "no dictionary has 10 MiB");
	lzma[3] = (char)0xe0;
	ok(kind(lzma, 15) == DECOMPRESS_NONE, "no dictionary has 14 MiB");
	lzma[3] = (char)0x80;
	lzma[13] = 1;
	ok(kind(lzma, 15) == DECOMPRESS_NONE, "the first byte is zero");
	ok(kind("\x1f\x8b\x07", 3) == DECOMPRESS_NONE, "gzip knows one method");
	ok(kind("\x1f\x9e\x08", 3) == DECOMPRESS_NONE,
	   "gzip 0.5, which zlib does not know");
	ok(kind("\x1f\x8b", 2) == DECOMPRESS_NONE, "the rest is missing");
	ok(kind("070701", 6) == DECOMPRESS_NONE, "a cpio archive");
	ok(kind("\177ELF", 4) == DECOMPRESS_NONE, "an ELF file");
	ok(kind("MZ\0\0zimg\0\0\0\0\0\0\0\0", 16) == DECOMPRESS_NONE,
	   "an EFI zboot image is packed inside only");
}

/* lzop's options that no kernel is packed with, and its header's checks. */
static void test_lzop(void)
{
	static uint8_t buf[PACKED_MAX];
	size_t len = load(buf, "lzo");

	buf[0x12] ^= 1;
	ok(refused(unpack(buf, len), -EINVAL, "vmlinux: is damaged: "),
	   "the header's checksum");
	buf[0x12] ^= 1;
	/* Filter, mtime, name: as lzop --filter=1 writes it, its checksum too */
	memcpy(buf,
	       "\x89LZO\0\r\n\x1a\n\x10\x40\x20\xa0\x09\x40\x03\x09"
	       "\x03\0\x08\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0",
	       38);
	memcpy(buf + 38, "\x25\x5e\x01\x72", 4);
	ok(refused(unpack(buf, len), -ENOTSUP,
		   "vmlinux: is an lzop file with options"),
	   "a filter");
}

/* The header of the fixture, which says ADLER32_D, and blocks behind it. */
static void test_lzop_blocks(void)
{
	static uint8_t buf[PACKED_MAX];
	struct result r;

	(void)load(buf, "lzo");
	/* "abc" as it is; adler32 by hand: 1+97+98+99, 98+196+295 */
	memcpy(buf + 43,
	       "\0\0\0\3\0\0\0\3\2\x4d\1\x27"
	       "abc\0\0\0\0",
	       19);
	r = unpack(buf, 62);
	ok(r.err == 0 && r.size == 3 && memcmp(r.data, "abc", 3) == 0,
	   "a block that could not be packed");
	done(&r);
	buf[55] = 'x';
	ok(refused(unpack(buf, 62), -EINVAL, "vmlinux: is damaged: "),
	   "its checksum");
	memcpy(buf + 43, "\0\4\0\1\0\0\0\3", 8);
	ok(refused(unpack(buf, 62), -EINVAL, "vmlinux: is damaged: "),
	   "a block of more than 256 KiB");
	memcpy(buf + 43, "\0\0\0\3\0\0\0\4", 8);
	ok(refused(unpack(buf, 62), -EINVAL, "vmlinux: is damaged: "),
	   "a block that is larger packed");
}

int main(void)
{
	for (size_t i = 0; i < sizeof(plain); i++) {
		size_t n = i % PLAIN_SIZE;

		plain[i] = (uint8_t)((n % 251) ^ (n / 5021));
	}
	test_room();
	test_tools();
	test_cut();
	test_damage();
	test_behind();
	test_limit();
	test_bomb();
	test_large();
	test_lz4_large();
	test_empty();
	test_members();
	test_dictionary();
	test_not_packed();
	test_lzop();
	test_lzop_blocks();
	return tap_done();
}
