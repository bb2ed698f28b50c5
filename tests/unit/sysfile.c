/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small files of sysfs and procfs, from a directory. */
#include "image/sysfile.h"

#include <errno.h>
#include <stdlib.h>

#include "base/reason.h"
#include "dir.h"
#include "tap.h"

static struct reason why;

static int read_error(const char *path)
{
	char *text = NULL;
	size_t len = 0;
	int error = sysfile_read(dir_path, path, &text, &len, &why);

	free(text);
	return error;
}

static void test_read(void)
{
	static char big[SYSFILE_MAX + 1];
	static char path[5000];
	char *text;
	size_t len;

	dir_bytes("bytes", "a\0b", 3);
	ok(!sysfile_read(dir_path, "/bytes", &text, &len, &why) && len == 3 &&
		   !memcmp(text, "a\0b", 4),
	   "bytes, and a zero behind them");
	free(text);
	memset(big, 'x', sizeof(big));
	dir_bytes("big", big, SYSFILE_MAX);
	ok(!sysfile_read(dir_path, "/big", &text, &len, &why) &&
		   len == SYSFILE_MAX && text[len - 1] == 'x' && !text[len],
	   "as large as there is room for");
	free(text);
	dir_bytes("big", big, SYSFILE_MAX + 1);
	ok(read_error("/big") == -EFBIG, "a larger one");
	is(why.text, "/big: larger than 1048576 bytes", "says so");
	ok(read_error("/none") == -ENOENT, "one that is not there");
	is(why.text, "/none: No such file or directory", "says so");
	ok(read_error("/") == -EISDIR, "a directory");
	is(why.text, "/: Is a directory", "says so");
	memset(path, 'x', sizeof(path) - 1);
	path[0] = '/';
	ok(read_error(path) == -ENAMETOOLONG && !sysfile_exists("", path),
	   "a name that is too long");
}

static void test_line(void)
{
	char line[8];

	dir_file("two", "one\ntwo\n");
	sysfile_line(dir_path, "/two", line, sizeof(line));
	is(line, "one", "the first line");
	dir_file("open", "no end");
	sysfile_line(dir_path, "/open", line, sizeof(line));
	is(line, "no end", "a line without an end");
	dir_file("long", "0123456789\n");
	sysfile_line(dir_path, "/long", line, sizeof(line));
	is(line, "0123456", "as much as there is room for");
	sysfile_line(dir_path, "/none", line, sizeof(line));
	is(line, "", "no file");
	dir_file("hex", "0x1f\n");
	dir_file("decimal", "31 pages\n");
	dir_file("word", "many\n");
	ok(sysfile_number(dir_path, "/hex") == 31 &&
		   sysfile_number(dir_path, "/decimal") == 31 &&
		   sysfile_number(dir_path, "/word") == 0 &&
		   sysfile_number(dir_path, "/none") == 0,
	   "numbers");
}

static void test_rows(void)
{
	static const char *const files[] = { "start", "type", NULL };
	char *text;

	text = sysfile_rows(dir_path, "/rows", files, 9);
	is(text, "", "no directory");
	free(text);
	dir_file("rows/0/start", "0x0\n");
	dir_file("rows/0/type", "System RAM\n");
	dir_file("rows/1/start", "0x1000\n");
	dir_file("rows/3/start", "not seen\n");
	text = sysfile_rows(dir_path, "/rows", files, 9);
	is(text, "0x0 System RAM\n0x1000 \n", "rows up to the first gap");
	free(text);
	text = sysfile_rows(dir_path, "/rows", files, 1);
	is(text, "0x0 System RAM\n", "and no more than were asked for");
	free(text);
}

int main(void)
{
	dir_start();
	test_read();
	test_line();
	test_rows();
	dir_end();
	return tap_done();
}
