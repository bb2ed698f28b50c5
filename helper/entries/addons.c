/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds and reads PE addons, by load_addons() of systemd-stub. */
#include "entries/addons.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/text.h"
#include "image/pe.h"
#include "image/uki.h"

static void free_one(struct addon *one)
{
	free(one->path);
	free(one->cmdline);
	free(one->uname);
}

void addons_free(struct addons *addons)
{
	for (size_t i = 0; i < addons->count; i++)
		free_one(&addons->list[i]);
	free(addons->list);
	memset(addons, 0, sizeof(*addons));
}

static bool is_addon(const char *name)
{
	static const char ending[] = ".addon.efi";
	size_t len = strlen(name), end = sizeof(ending) - 1;

	return *name != '.' && len > end &&
	       strcasecmp(name + len - end, ending) == 0;
}

/* The section's text up to its first NUL; NULL where it cannot be read. */
static char *read_text(int fd, const struct pe_section *section)
{
	char *text = NULL;

	if (section->size <= ADDONS_TEXT_MAX)
		text = calloc(1, section->size + 1);
	if (text && pread(fd, text, section->size, (off_t)section->offset) !=
			    (ssize_t)section->size) {
		free(text);
		text = NULL;
	}
	if (text)
		uki_trim_cmdline(text);
	return text;
}

/* What the sections are, beside their texts. */
struct found {
	bool has_linux;
	bool has_initrd;
};

/* Of sections of one name the first counts. False: it cannot be read. */
static bool take_section(struct addon *ret, struct found *found, int fd,
			 const struct pe_section *section)
{
	char **text = NULL;

	if (strcmp(section->name, ".cmdline") == 0)
		text = &ret->cmdline;
	else if (strcmp(section->name, ".uname") == 0)
		text = &ret->uname;
	found->has_linux |= strcmp(section->name, ".linux") == 0;
	found->has_initrd |= strcmp(section->name, ".initrd") == 0 ||
			     strcmp(section->name, ".ucode") == 0;
	if (!text || *text)
		return true;
	*text = read_text(fd, section);
	return *text != NULL;
}

/* NULL, or what is wrong with the file. */
static const char *parse(struct addon *ret, struct found *found, int fd)
{
	static const char no_addon[] = "is no PE addon";
	const char *problem = NULL;
	uint8_t *head = malloc(UKI_HEAD_SIZE);
	struct bytes bytes = { head, 0 };
	struct pe_section section;
	ssize_t got = head ? pread(fd, head, UKI_HEAD_SIZE, 0) : -1;
	struct pe pe;

	bytes.len = got > 0 ? (size_t)got : 0;
	if (!head || !pe_parse(&pe, bytes))
		problem = no_addon;
	for (size_t i = 0; !problem && i < pe.section_count; i++)
		if (!pe_section(&pe, i, &section) ||
		    !take_section(ret, found, fd, &section))
			problem = "has a section that cannot be read";
	free(head);
	if (!problem && found->has_linux)
		problem = "is a unified kernel image, no addon";
	if (!problem && !ret->cmdline && !found->has_initrd)
		problem = no_addon;
	return problem;
}

/* Room for one more, doubling at every power of two. */
static int keep(struct addons *addons, struct addon *one)
{
	struct addon *more = addons->list;

	if ((addons->count & (addons->count - 1)) == 0)
		more = reallocarray(more, addons->count ? addons->count * 2 : 1,
				    sizeof(*more));
	if (!more)
		return -ENOMEM;
	addons->list = more;
	more[addons->count++] = *one;
	memset(one, 0, sizeof(*one));
	return 0;
}

static int add_file(struct addons *ret, struct entries *entries,
		    const struct tree *tree, const char *path)
{
	struct addon one = { .path = strdup(path) };
	struct found found = { false, false };
	const char *problem;
	struct reason why;
	int fd, err;

	if (!one.path)
		return -ENOMEM;
	err = tree_open_file(tree, path, &fd, &why);
	problem = err ? why.text : parse(&one, &found, fd);
	if (!err)
		(void)close(fd);
	if (problem)
		entries_reject(entries, path, "%s", problem);
	else if (found.has_initrd)
		entries_reject(entries, path,
			       "the initrd in this addon is not loaded");
	err = problem || !one.cmdline ? 0 : keep(ret, &one);
	free_one(&one);
	return err;
}

int addons_load(struct addons *ret, struct entries *entries,
		const struct tree *tree, const char *dir)
{
	struct tree_names names;
	struct reason why;
	int err = tree_list(tree, dir, is_addon, &names, &why);

	if (err && err != -ENOENT && err != -ENOTDIR && err != -ENOMEM)
		entries_reject(entries, dir, "%s", why.text);
	if (err != -ENOMEM)
		err = 0;
	if (!err && names.count > ADDONS_MAX)
		entries_reject(entries, dir,
			       "more than %d addons; the rest is not looked at",
			       ADDONS_MAX);
	for (size_t i = 0; !err && i < names.count && i < ADDONS_MAX; i++) {
		struct text path = { 0 };

		text_addf(&path, "%s/%s", dir, names.list[i].name);
		err = add_file(ret, entries, tree, text_str(&path));
		text_free(&path);
	}
	tree_free_names(&names);
	return err;
}

void addons_apply(const struct addons *addons, const char *uname,
		  struct text *words)
{
	for (size_t i = 0; i < addons->count; i++) {
		const struct addon *one = &addons->list[i];

		if (one->uname && uname && strcmp(one->uname, uname) != 0)
			continue;
		if (words->len && *one->cmdline)
			text_add_char(words, ' ');
		text_add(words, one->cmdline);
	}
}
