/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes grub.cfg: the input is the configuration of a tree that has a few
 * kernels, an environment block, a BLS entry and a second configuration; what
 * follows a line of "%%" is that second one. Whatever it says, what is listed
 * is clean and its files are there, and the default is one of the list.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "entries/entries.h"
#include "entries/grub2.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const files[][2] = {
	{ "boot/vmlinuz-6.1.0", "x" },
	{ "boot/vmlinuz-5.4.0", "x" },
	{ "boot/initrd.img-6.1.0", "x" },
	{ "k", "x" },
	{ "i", "x" },
	{ "boot/grub/grubenv",
	  "# GRUB Environment Block\nsaved_entry=b\nnext_entry=1>0\n####" },
	{ "loader/entries/a-6.1.conf",
	  "title A\nversion 6.1\nlinux /k\ninitrd /i $t\n"
	  "options $kernelopts ro\n" },
	{ "boot/grub/grub.cfg", "" },
	{ "x.cfg", "" },
};

enum { FILES = sizeof(files) / sizeof(files[0]) };

static const char *const dirs[] = { "boot", "boot/grub", "loader",
				    "loader/entries" };

enum { DIRS = sizeof(dirs) / sizeof(dirs[0]) };

static struct tree tree = TREE_NONE;
static int base = -1;

static void end(void)
{
	for (size_t i = 0; i < FILES; i++)
		(void)unlinkat(base, files[i][0], 0);
	for (size_t i = DIRS; i > 0; i--)
		(void)unlinkat(base, dirs[i - 1], AT_REMOVEDIR);
	(void)rmdir(tree.dir);
	(void)close(base);
	tree_close(&tree);
}

static void put(const char *path, const char *bytes, size_t len)
{
	int fd = openat(base, path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || write(fd, bytes, len) != (ssize_t)len)
		abort();
	(void)close(fd);
}

static void start(void)
{
	char dir[] = "/tmp/kboot-fuzz.XXXXXX", spec[96];

	if (!mkdtemp(dir))
		abort();
	(void)snprintf(spec, sizeof(spec), "%s,uuid=UUID,dev=/dev/vda1", dir);
	if (tree_open(&tree, spec, NULL))
		abort();
	base = open(dir, O_RDONLY | O_DIRECTORY);
	if (base < 0 || atexit(end))
		abort();
	for (size_t i = 0; i < DIRS; i++)
		if (mkdirat(base, dirs[i], 0700))
			abort();
	for (size_t i = 0; i < FILES; i++)
		put(files[i][0], files[i][1], strlen(files[i][1]));
}

static void check(const struct entries *entries)
{
	struct tree_file file;

	for (size_t i = 0; i < entries->count; i++) {
		const struct entry *entry = &entries->list[i];

		if (!text_is_clean(entry->id) || !text_is_clean(entry->title))
			abort();
		if (tree_look(&tree, entry->kernel, &file, NULL))
			abort();
		for (size_t k = 0; k < entry->initrd_count; k++)
			if (tree_look(&tree, entry->initrd[k].path, &file,
				      NULL))
				abort();
		if (strpbrk(entry->cmdline, "\n\t\x1b"))
			abort();
	}
	if (entries->config.by_default >= (long)entries->count ||
	    entries->config.saved >= (long)entries->count ||
	    entries->config.timeout < ENTRIES_WAIT)
		abort();
	for (size_t i = 0; i < entries->rejected_count; i++)
		if (!text_is_clean(entries->rejected[i].source) ||
		    !text_is_clean(entries->rejected[i].reason))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct settings settings = { 0 };
	struct entries entries = { .config = { -1, -1, ENTRIES_NO_TIMEOUT } };
	struct guest guest = { &tree, 1, &settings };
	const char *text = (const char *)data;
	const char *second = memmem(text, size, "\n%%\n", 4);
	size_t first = second ? (size_t)(second - text) + 1 : size;

	if (base < 0)
		start();
	put("boot/grub/grub.cfg", text, first);
	put("x.cfg", second ? second + 4 : "", second ? size - first - 3 : 0);
	if (grub2_gather(&entries, &guest, 0, NULL))
		abort();
	check(&entries);
	entries_free(&entries);
	return 0;
}
