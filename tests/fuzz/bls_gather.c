/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes the gathering of Boot Loader Specification entries: each line "=== N"
 * of the input begins a file, whose path is number N of the table below.
 * Whatever is in them, ids and titles are clean and the default is an entry.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "entries/bls.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const paths[] = {
	"loader/loader.conf",
	"loader/entries/a.conf",
	"loader/entries/b.conf",
	"loader/entries/c+0-3.conf",
	"grub2/grubenv",
	"grub2/grub.cfg",
	"EFI/Linux/x.efi",
	"EFI/Linux/y+2.efi",
	"loader/addons/a.addon.efi",
	"k",
};

static const char *const dirs[] = { "loader",	     "loader/entries",
				    "loader/addons", "grub2",
				    "EFI",	     "EFI/Linux" };

enum {
	PATHS = sizeof(paths) / sizeof(paths[0]),
	DIRS = sizeof(dirs) / sizeof(dirs[0])
};

static struct tree tree = TREE_NONE;
/* Which of the files are there. */
static bool made[PATHS];

static void end(void)
{
	char path[256];

	for (int i = DIRS; i > 0; i--) {
		(void)snprintf(path, sizeof(path), "%s/%s", tree.dir,
			       dirs[i - 1]);
		(void)rmdir(path);
	}
	(void)rmdir(tree.dir);
	tree_close(&tree);
}

static void start(void)
{
	char dir[] = "/tmp/kboot-fuzz.XXXXXX", path[256];

	if (!mkdtemp(dir) || tree_open(&tree, dir, NULL))
		abort();
	for (int i = 0; i < DIRS; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", dir, dirs[i]);
		if (mkdir(path, 0700))
			abort();
	}
	if (atexit(end))
		abort();
}

static void full(char *ret, size_t size, int number)
{
	(void)snprintf(ret, size, "%s/%s", tree.dir, paths[number]);
}

static void make(int number, const char *bytes, size_t len)
{
	char path[256];
	int fd;

	full(path, sizeof(path), number);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	made[number] = true;
	if (fd < 0 || write(fd, bytes, len) < 0)
		abort();
	(void)close(fd);
}

/* Makes the files of the input. */
static void make_all(const char *at, const char *stop)
{
	while (stop - at >= 6 && memcmp(at, "=== ", 4) == 0) {
		int number = at[4] - '0';
		const char *next;

		at += 6;
		next = memmem(at, (size_t)(stop - at), "\n=== ", 5);
		if (number >= 0 && number < PATHS)
			make(number, at, (size_t)((next ? next : stop) - at));
		if (!next)
			break;
		at = next + 1;
	}
}

static void check(const struct entries *entries)
{
	const struct entries_config *config = &entries->config;

	if (config->by_default >= (long)entries->count ||
	    config->saved >= (long)entries->count ||
	    config->timeout < ENTRIES_WAIT)
		abort();
	for (size_t i = 0; i < entries->count; i++) {
		const struct entry *entry = &entries->list[i];

		if (!text_is_clean(entry->id) || !text_is_clean(entry->title) ||
		    (entry->version && !text_is_clean(entry->version)))
			abort();
		if (strchr(entry->cmdline, '\n') || *entry->kernel != '/')
			abort();
	}
	for (size_t i = 0; i < entries->rejected_count; i++)
		if (!text_is_clean(entries->rejected[i].source) ||
		    !text_is_clean(entries->rejected[i].reason))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct entries entries = {
		.config = { -1, -1, ENTRIES_NO_TIMEOUT },
	};
	struct settings settings = { 0 };
	struct guest guest = { &tree, 1, &settings };
	char path[256];

	if (tree.fd < 0)
		start();
	make_all((const char *)data, (const char *)data + size);
	if (bls_gather(&entries, &guest, 0, NULL))
		abort();
	check(&entries);
	entries_free(&entries);
	for (int i = 0; i < PATHS; i++) {
		if (!made[i])
			continue;
		full(path, sizeof(path), i);
		(void)unlink(path);
		made[i] = false;
	}
	return 0;
}
