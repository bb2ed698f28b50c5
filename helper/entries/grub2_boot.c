/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * linux, initrd, multiboot, module, chainloader: what would be loaded, with
 * the words as GRUB hands them over (grub-core/lib/cmdline.c). Files are
 * looked for, not read, but for what says that a chainloaded one is a UKI.
 */
#include "entries/grub2_commands.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "entries/draft.h"
#include "entries/grub2_device.h"
#include "entries/unified.h"

/*
 * Words joined by blanks: a word with a blank in it gets double quotes, and
 * quotes and backslashes a backslash. BOOT_IMAGE= is not put before them: it
 * names a path as GRUB saw it.
 */
static char *join(char *const *words, size_t count)
{
	struct text t = { 0 };

	text_add(&t, "");
	for (size_t i = 0; i < count; i++) {
		const char *quote = strchr(words[i], ' ') ? "\"" : "";

		text_addf(&t, "%s%s", i ? " " : "", quote);
		for (const char *p = words[i]; *p; p++) {
			if (strchr("\\'\"", *p))
				text_add_char(&t, '\\');
			text_add_char(&t, *p);
		}
		text_add(&t, quote);
	}
	return text_take(&t);
}

static void forget(struct grub2_boot *boot)
{
	entries_free_entry(&boot->entry);
	text_free(&boot->missing);
	boot->loaded = false;
}

/* A kernel at @spec, with the words behind it. */
static int load_kernel(struct grub2_run *run, enum entry_kind kind,
		       const char *spec, char *const *words, size_t count)
{
	struct grub2_boot *boot = &run->boot;

	forget(boot);
	if (grub2_device_file(run, spec, "kernel", &boot->entry.tree,
			      &boot->entry.kernel, &boot->trouble))
		return GRUB2_NOT_FOUND;
	boot->entry.kind = kind;
	boot->entry.cmdline = join(words, count);
	if (!boot->entry.cmdline) {
		grub2_run_no_memory(run);
		return GRUB2_OK;
	}
	boot->loaded = true;
	return GRUB2_OK;
}

int grub2_linux(struct grub2_run *run, const struct grub2_args *args)
{
	const char *name;

	if (args->count < 2)
		return GRUB2_BAD_ARGUMENT;
	name = strrchr(args->list[1], '/');
	if (name && strcmp(name, "/memdisk") == 0) {
		forget(&run->boot);
		(void)reason(&run->boot.trouble, ENOTSUP,
			     "memdisk: starts a disk image by the BIOS, which "
			     "is gone by now");
		return GRUB2_OK;
	}
	if (draft_is_lkrn(args->list[1], &run->boot.trouble)) {
		forget(&run->boot);
		return GRUB2_OK;
	}
	return load_kernel(run, ENTRY_LINUX, args->list[1], args->list + 2,
			   args->count - 2);
}

/* What the trouble is, unless something before it was. */
static void trouble(struct grub2_run *run, const char *sentence)
{
	if (!*run->boot.trouble.text)
		(void)reason(&run->boot.trouble, EINVAL, "%s", sentence);
}

static void add_missing(struct grub2_run *run, const struct reason *why)
{
	run->boot.entry.incomplete = true;
	text_addf(&run->boot.missing, "%s%s", run->boot.missing.len ? "; " : "",
		  why->text);
}

/* "newc:NAME:FILE" puts the file into the initrd under a name. */
static const char *behind_newc(const char *spec)
{
	const char *colon;

	if (strncmp(spec, "newc:", 5) != 0)
		return spec;
	colon = strchr(spec + 5, ':');
	return colon ? colon + 1 : spec;
}

/* The initrds of one command; a second command's are instead of them. */
int grub2_initrd(struct grub2_run *run, const struct grub2_args *args)
{
	struct entry *entry = &run->boot.entry;
	int status = GRUB2_OK;

	if (args->count < 2)
		return GRUB2_BAD_ARGUMENT;
	if (!run->boot.loaded || entry->kind != ENTRY_LINUX) {
		trouble(run, "initrd: no kernel before it");
		return GRUB2_BAD_ARGUMENT;
	}
	for (size_t i = 0; i < entry->initrd_count; i++)
		free(entry->initrd[i].path);
	entry->initrd_count = 0;
	entry->incomplete = false;
	text_free(&run->boot.missing);
	for (size_t i = 1; i < args->count && !run->stop; i++) {
		const char *spec = behind_newc(args->list[i]);
		struct reason why = { { 0 } };
		size_t tree;
		char *path;

		if (spec != args->list[i])
			(void)reason(&why, ENOTSUP,
				     "initrd %s: kboot puts no file into an "
				     "archive",
				     args->list[i]);
		else if (grub2_device_file(run, spec, "initrd", &tree, &path,
					   &why) == 0) {
			if (entries_add_initrd(entry, tree, path))
				grub2_run_no_memory(run);
			free(path);
			continue;
		}
		add_missing(run, &why);
		status = GRUB2_NOT_FOUND;
	}
	return status;
}

/* Where the file name is: behind --quirk-... and --nounzip. */
static size_t behind_options(const struct grub2_args *args)
{
	size_t i = 1;

	while (i < args->count && strncmp(args->list[i], "--", 2) == 0)
		i++;
	return i;
}

int grub2_multiboot(struct grub2_run *run, const struct grub2_args *args)
{
	size_t i = behind_options(args);

	if (i == args->count)
		return GRUB2_BAD_ARGUMENT;
	return load_kernel(run, ENTRY_MULTIBOOT, args->list[i],
			   args->list + i + 1, args->count - i - 1);
}

int grub2_module(struct grub2_run *run, const struct grub2_args *args)
{
	struct entry *entry = &run->boot.entry;
	size_t i = behind_options(args), tree;
	struct reason why = { { 0 } };
	char *path = NULL, *words;
	int status = GRUB2_OK;

	if (i == args->count)
		return GRUB2_BAD_ARGUMENT;
	if (!run->boot.loaded || entry->kind != ENTRY_MULTIBOOT) {
		trouble(run, "module: no multiboot kernel before it");
		return GRUB2_BAD_ARGUMENT;
	}
	if (grub2_device_file(run, args->list[i], "module", &tree, &path,
			      &why)) {
		/* Without its first module Xen is nothing. */
		if (!entry->initrd_count) {
			forget(&run->boot);
			run->boot.trouble = why;
		} else {
			add_missing(run, &why);
		}
		return GRUB2_NOT_FOUND;
	}
	words = join(args->list + i + 1, args->count - i - 1);
	if (!words || entries_add_module(entry, tree, path, words))
		grub2_run_no_memory(run);
	free(path);
	free(words);
	return status;
}

/* True if the file is a bzImage: the kernel's own EFI stub is started. */
static bool is_linux(const struct tree *tree, const char *path)
{
	uint8_t head[0x206] = { 0 };
	struct bytes view = { head, sizeof(head) };
	int fd;
	ssize_t got;

	if (tree_open_file(tree, path, &fd, NULL))
		return false;
	got = pread(fd, head, sizeof(head), 0);
	(void)close(fd);
	return got == (ssize_t)sizeof(head) &&
	       bytes_match(view, 0x202, "HdrS", 4);
}

/* Words behind a UKI's name are there instead of its own. */
static char *uki_words(const struct unified *uki, char *const *words,
		       size_t count)
{
	struct text t = { 0 };
	char *own;

	if (!count)
		return strdup(uki->cmdline);
	own = join(words, count);
	if (!own)
		return NULL;
	text_add(&t, own);
	if (uki->addons && *uki->addons)
		text_addf(&t, " %s", uki->addons);
	free(own);
	return text_take(&t);
}

static int load_uki(struct grub2_run *run, size_t tree, const char *path,
		    char *const *words, size_t count)
{
	struct unified_list list = { 0 };
	struct entry *entry = &run->boot.entry;
	int err =
		unified_read_file(&list, run->entries, &run->guest->trees[tree],
				  "", path, &run->boot.trouble);

	if (!err && list.count) {
		entry->kind = ENTRY_UKI;
		entry->tree = tree;
		entry->kernel = strdup(path);
		entry->cmdline = uki_words(&list.list[0], words, count);
		if (list.list[0].version)
			entry->version = strdup(list.list[0].version);
		if (!entry->kernel || !entry->cmdline)
			err = -ENOMEM;
		run->boot.loaded = !err;
	}
	unified_free(&list);
	return err;
}

int grub2_chainloader(struct grub2_run *run, const struct grub2_args *args)
{
	size_t i = behind_options(args), tree;
	const char *spec;
	char *path;
	int err;

	if (i == args->count)
		return GRUB2_BAD_ARGUMENT;
	spec = args->list[i++];
	forget(&run->boot);
	if (!strchr(spec, '/')) {
		(void)reason(&run->boot.trouble, ENOTSUP,
			     "chainloader %s: another system's boot sector",
			     spec);
		return GRUB2_OK;
	}
	if (grub2_device_file(run, spec, "EFI program", &tree, &path,
			      &run->boot.trouble))
		return GRUB2_NOT_FOUND;
	err = load_uki(run, tree, path, args->list + i, args->count - i);
	if (err == -ENOMEM)
		grub2_run_no_memory(run);
	else if (err == -ENOEXEC && is_linux(&run->guest->trees[tree], path))
		(void)load_kernel(run, ENTRY_LINUX, spec, args->list + i,
				  args->count - i);
	else if (err == -ENOEXEC)
		(void)reason(&run->boot.trouble, ENOTSUP,
			     "chainloader %s: an EFI program, neither a "
			     "kernel nor a UKI",
			     spec);
	free(path);
	return GRUB2_OK;
}

/* Kernels of other systems. */
int grub2_loads_other(struct grub2_run *run, const struct grub2_args *args)
{
	forget(&run->boot);
	(void)reason(
		&run->boot.trouble, ENOTSUP,
		"%s: loads another system than Linux, which kboot does not start",
		args->list[0]);
	return GRUB2_OK;
}
