/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the configuration of syslinux and its kin is, and which menu of it the
 * guest shows.
 */
#include "entries/syslinux.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "entries/place.h"
#include "entries/syslinux_list.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/*
 * The first that has an entry is the one: pygrub's five, then the places where
 * syslinux (generic_open_config()), isolinux (iso_open_config()), U-Boot
 * (boot_prefixes), syslinux.efi and pxelinux look, and that of SUSE's media.
 */
static const char *const files[] = {
	"/boot/isolinux/isolinux.cfg",
	"/boot/extlinux/extlinux.conf",
	"/boot/extlinux.conf",
	"/extlinux/extlinux.conf",
	"/extlinux.conf",
	"/boot/extlinux/syslinux.cfg",
	"/extlinux/syslinux.cfg",
	"/boot/syslinux/extlinux.conf",
	"/boot/syslinux/syslinux.cfg",
	"/boot/syslinux.cfg",
	"/syslinux/extlinux.conf",
	"/syslinux/syslinux.cfg",
	"/isolinux/isolinux.cfg",
	"/boot/isolinux/syslinux.cfg",
	"/isolinux/syslinux.cfg",
	"/isolinux.cfg",
	"/boot/x86_64/loader/isolinux.cfg",
	"/syslinux.cfg",
	"/EFI/syslinux/syslx64.cfg",
	"/EFI/syslinux/syslinux.cfg",
	"/boot/efi/EFI/syslinux/syslx64.cfg",
	"/boot/efi/EFI/syslinux/syslinux.cfg",
	"/boot/EFI/syslinux/syslinux.cfg",
	"/EFI/BOOT/syslx64.cfg",
	"/EFI/BOOT/syslinux.cfg",
	"/boot/pxelinux.cfg/default",
	"/pxelinux.cfg/default",
};

/*
 * The files that the menu shows instead of this one ("UI menu.c32 a.cfg"),
 * borrowed; NULL: there is no menu, "": this one.
 */
static const char *menu_files(const struct syslinux_listing *l)
{
	const char *text = l->config.ui;
	const struct syslinux_label *label;

	if (!text && syslinux_default_is_menu(l)) {
		text = l->config.by_default;
		label = syslinux_find_label(l, text, syslinux_word(text));
		if (label)
			return label->append;
	}
	if (!text)
		return NULL;
	/* What stands behind gfxboot is its pictures. */
	return syslinux_is_module(text, "menu") ||
			       syslinux_is_module(text, "vesamenu")
		       ? syslinux_skip(text + syslinux_word(text))
		       : "";
}

/* The labels of @l with its default and timeout, which are the guest's. */
static int list_guest(struct syslinux_listing *l, struct reason *why)
{
	struct entries_config *config = &l->place.entries->config;
	int err = syslinux_list(l, why);

	if (!err)
		err = syslinux_default(l, &config->by_default, why);
	if (!err && config->by_default < 0 && l->place.entries->count)
		entries_skip(l->place.entries, l->place.main,
			     "what it starts by itself is nothing that boots "
			     "here");
	config->timeout = syslinux_seconds(l);
	return err;
}

static int list_all(struct syslinux_listing *l, struct reason *why);

/*
 * What the configuration that @label starts shows; it stands for that of @l,
 * nobody having been asked. -ENOENT: it cannot be read, it is this one, or there
 * is nothing in it that can be started.
 */
static int list_instead(struct syslinux_listing *l,
			const struct syslinux_label *label, struct reason *why)
{
	struct syslinux_listing inner = {
		.place = l->place,
		.prefix = "",
		.parent = l,
		.depth = l->depth + 1,
	};
	char *text = syslinux_label_text(label), *dir = NULL;
	size_t before = l->place.entries->count;
	const char *words;
	int err = entries_no_memory(why);

	if (!text)
		return err;
	words = syslinux_skip(text + syslinux_word(text));
	inner.path = syslinux_first_path(l, text);
	if (*words)
		dir = syslinux_first_path(l, words);
	if (!inner.path || (*words && !dir))
		goto out;
	err = -ENOENT;
	inner.place.main = inner.path;
	inner.place.dir = dir ? dir : l->place.dir;
	for (const struct syslinux_listing *p = l; p; p = p->parent)
		if (strcmp(p->path, inner.path) == 0)
			goto out;
	if (inner.depth <= SYSLINUX_DEPTH_MAX)
		err = syslinux_parse(&inner.config, &inner.place, "~", why);
	if (!err)
		err = list_all(&inner, why);
	if (!err && l->place.entries->count == before)
		err = -ENOENT;
out:
	syslinux_free_listing(&inner);
	free(text);
	free(dir);
	return err;
}

/* The labels of @l, and before them those of the files that its menu shows. */
static int list_all(struct syslinux_listing *l, struct reason *why)
{
	const struct syslinux_label *instead = syslinux_default_config(l);
	const char *names = menu_files(l);
	struct syslinux_listing menu = {
		.place = l->place, .prefix = "", .parent = l, .is_menu = true
	};
	bool is_itself;
	int err;

	l->is_menu = names;
	if (instead && !names) {
		err = list_instead(l, instead, why);
		if (err != -ENOENT)
			goto others;
	}
	if (!names || !*names)
		return list_guest(l, why);
	menu.path = syslinux_first_path(l, names);
	if (!menu.path)
		return entries_no_memory(why);
	is_itself = strcmp(menu.path, l->path) == 0 &&
		    !*syslinux_skip(names + syslinux_word(names));
	err = is_itself ? -ENOENT
			: syslinux_parse(&menu.config, &menu.place, names, why);
	if (!err)
		err = list_guest(&menu, why);
	syslinux_free_listing(&menu);
	if (err == -ENOENT)
		return list_guest(l, why);
others:
	l->all_hidden = true;
	return err ? err : syslinux_list(l, why);
}

static int gather_file(struct entries *entries, const struct guest *guest,
		       size_t tree, const char *path,
		       struct syslinux_budget *budget, struct reason *why)
{
	/* pxelinux's directory is the one that pxelinux.cfg is in. */
	const char *in_pxelinux = strstr(path, "/pxelinux.cfg/");
	const char *slash = in_pxelinux ? in_pxelinux : strrchr(path, '/');
	char *dir = strndup(path, (size_t)(slash - path));
	struct syslinux_listing l = { .place = { .entries = entries,
						 .guest = guest,
						 .tree = tree,
						 .dir = dir,
						 .main = path,
						 .budget = budget },
				      .prefix = "",
				      .path = strdup(path) };
	int err = dir && l.path ? 0 : entries_no_memory(why);

	if (!err)
		err = syslinux_parse(&l.config, &l.place, "~", why);
	if (!err)
		err = list_all(&l, why);
	if (!err && !entries->count)
		entries_reject(entries, path,
			       "%s: holds no label with a kernel", path);
	syslinux_free_listing(&l);
	free(dir);
	return err == -ENOENT ? 0 : err;
}

int syslinux_gather(struct entries *entries, const struct guest *guest,
		    size_t tree, struct reason *why)
{
	struct syslinux_budget budget = { 0 };
	int err = 0;

	for (size_t i = 0; !err && !entries->count && i < COUNT(files); i++) {
		struct reason problem;
		char *path;

		err = place_exactly(&path, &guest->trees[tree], files[i],
				    &problem);
		if (err == -ENOMEM) {
			(void)entries_no_memory(why);
			break;
		}
		if (err && err != -ENOENT)
			entries_reject(entries, files[i], "%s", problem.text);
		if (err) {
			err = 0;
			continue;
		}
		err = gather_file(entries, guest, tree, path, &budget, why);
		free(path);
	}
	syslinux_end(&budget);
	return err;
}
