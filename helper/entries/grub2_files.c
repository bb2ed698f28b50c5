/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that are run: configurations and what they source. Knows which are
 * open, so that none leads back to itself for ever.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "entries/grub2_device.h"
#include "entries/grub2_run.h"

/* @name is the file's, for the sentence. */
static bool is_open(const struct grub2_run *run, const struct tree_file *file,
		    const char *name, bool is_config, struct reason *why)
{
	const struct grub2_open_file *open = run->files;
	size_t depth = 0;

	for (; open; open = open->outer) {
		if ((!is_config || open->is_config) &&
		    open->file.inode == file->inode &&
		    open->file.device == file->device) {
			if (!is_config && !depth)
				(void)reason(why, ELOOP, "%s sources itself",
					     name);
			else
				(void)reason(why, ELOOP,
					     "%s is open already: a cycle of "
					     "%s",
					     name,
					     is_config ? "menus" : "files");
			return true;
		}
		if (++depth >= GRUB2_SOURCE_DEPTH_MAX) {
			(void)reason(why, ELOOP, "files nested deeper than %d",
				     GRUB2_SOURCE_DEPTH_MAX);
			return true;
		}
	}
	return false;
}

/* UTF-16, or an image: what GRUB would make nothing of. */
static bool is_text(const struct text *text, struct reason *why)
{
	const char *bytes = text_str(text);

	if (text->len < 2 || (memcmp(bytes, "\xff\xfe", 2) != 0 &&
			      memcmp(bytes, "\xfe\xff", 2) != 0))
		return true;
	(void)reason(why, EINVAL, "UTF-16, which GRUB does not read");
	return false;
}

static struct grub2_source *load(struct grub2_run *run, const char *spec,
				 struct tree_file *file, struct reason *why)
{
	struct grub2_source *source = NULL;
	struct text text = { 0 };
	char *path = NULL;
	size_t tree, len;

	if (grub2_device_read(run, spec, "configuration", GRUB2_SOURCE_MAX,
			      &text, &tree, &path, why))
		goto out;
	if (tree_look(&run->guest->trees[tree], path, file, why) ||
	    !is_text(&text, why))
		goto out;
	len = text.len;
	if (!len)
		text_add(&text, "");
	source = grub2_source_new(path, text_take(&text), len, true);
	if (source)
		source->tree = tree;
	else
		grub2_run_no_memory(run);
out:
	free(path);
	text_free(&text);
	return source;
}

/* $config_file and $config_directory of the file that is being read. */
static void set_config_variables(struct grub2_run *run, const char *spec)
{
	struct text t = { 0 };
	char *slash;

	if (*spec != '(')
		text_addf(&t, "(%s)", grub2_run_get(run, "root"));
	text_add(&t, spec);
	grub2_run_set(run, "config_file", text_str(&t));
	slash = t.data ? strrchr(t.data, '/') : NULL;
	if (slash)
		*slash = '\0';
	grub2_run_set(run, "config_directory", text_str(&t));
	grub2_run_export(run, "config_file");
	grub2_run_export(run, "config_directory");
	text_free(&t);
}

/*
 * An EFI GRUB alone reads what is below /EFI. A file elsewhere is read as a
 * GRUB for the BIOS does even if the former hands over to it: the menu is one.
 */
static void set_platform(struct grub2_run *run, const char *path)
{
	bool efi = run->is_efi || strcasestr(path, "/EFI/");

	grub2_run_set(run, "grub_cpu", efi ? "x86_64" : "i386");
	grub2_run_set(run, "grub_platform", efi ? "efi" : "pc");
}

static void restore(struct grub2_run *run, const char *name, char *value)
{
	if (value)
		grub2_run_set(run, name, value);
	else
		grub2_run_unset(run, name);
	free(value);
}

static char *copy_of(struct grub2_run *run, const char *name)
{
	const char *value = grub2_env_get(run->env, name);

	return value ? strdup(value) : NULL;
}

bool grub2_run_file(struct grub2_run *run, const char *spec, bool is_config,
		    struct reason *why)
{
	struct grub2_open_file open = { .outer = run->files,
					.is_config = is_config };
	struct grub2_source *source = load(run, spec, &open.file, why);
	struct grub2_block block = { .source = source, .line = 1 };
	char *old_file, *old_directory;
	size_t home = run->home;

	if (!source)
		return false;
	if (is_open(run, &open.file, source->name, is_config, why)) {
		grub2_source_done(source);
		return false;
	}
	block.end = source->len;
	old_file = copy_of(run, "config_file");
	old_directory = copy_of(run, "config_directory");
	set_config_variables(run, spec);
	if (is_config) {
		run->menu->file = open.file;
		run->menu->has_file = true;
		set_platform(run, source->name);
	}
	run->files = &open;
	run->home = source->tree;
	(void)grub2_run_block(run, &block);
	run->files = open.outer;
	run->home = home;
	restore(run, "config_file", old_file);
	restore(run, "config_directory", old_directory);
	grub2_source_done(source);
	return true;
}
