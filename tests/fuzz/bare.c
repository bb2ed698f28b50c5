/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes the search for bare kernels: the input's lines are the names of files
 * in /boot, what follows an empty line is in each of them. Whatever the names
 * are, ids and titles stay clean and every initrd has its kernel.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "entries/bare.h"
#include "entries/entries.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NAMES_MAX = 12 };

/* The tree, and its /boot; made once, emptied after each input. */
static struct tree tree = TREE_NONE;
static int boot = -1;

static void end(void)
{
	(void)unlinkat(tree.fd, "boot", AT_REMOVEDIR);
	(void)rmdir(tree.dir);
	(void)close(boot);
	tree_close(&tree);
}

static void start(void)
{
	char dir[] = "/tmp/kboot-fuzz.XXXXXX", path[64];

	if (!mkdtemp(dir) || tree_open(&tree, dir, NULL))
		abort();
	(void)snprintf(path, sizeof(path), "%s/boot", dir);
	if (mkdir(path, 0700))
		abort();
	boot = open(path, O_RDONLY | O_DIRECTORY);
	if (boot < 0 || atexit(end))
		abort();
}

static void make(const char *name, const char *bytes)
{
	int fd = openat(boot, name, O_WRONLY | O_CREAT | O_EXCL, 0600);

	if (fd < 0)
		return;
	if (write(fd, bytes, strlen(bytes)) < 0)
		abort();
	(void)close(fd);
}

static void check(const struct entries *entries)
{
	for (size_t i = 0; i < entries->count; i++) {
		const struct entry *entry = &entries->list[i];
		struct bare_name name;

		if (!text_is_clean(entry->id) || !text_is_clean(entry->title))
			abort();
		if (bare_parse(&name, entry->kernel + strlen("/boot/"), NULL))
			abort();
		if (entry->incomplete != (entry->initrd_count == 0))
			abort();
		if (i && entry[-1].rescue && !entry->rescue)
			abort();
	}
	for (size_t i = 0; i < entries->rejected_count; i++)
		if (!text_is_clean(entries->rejected[i].source) ||
		    !text_is_clean(entries->rejected[i].reason))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	char *body = strstr(text, "\n\n"), *at = text, *names[NAMES_MAX];
	struct settings settings = { 0 };
	struct entries entries = { 0 };
	struct guest guest = { &tree, 1, &settings };
	size_t count = 0;

	if (boot < 0)
		start();
	if (body) {
		*body = '\0';
		body += 2;
	}
	while (at && count < NAMES_MAX) {
		names[count] = strsep(&at, "\n");
		if (*names[count] && strlen(names[count]) < 256 &&
		    !strchr(names[count], '/'))
			make(names[count++], body ? body : "x");
	}
	if (settings_command_line(&settings, "", 0, NULL) ||
	    bare_gather(&entries, &guest, NULL))
		abort();
	check(&entries);
	for (size_t i = 0; i < count; i++)
		(void)unlinkat(boot, names[i], 0);
	entries_free(&entries);
	settings_free(&settings);
	free(text);
	return 0;
}
