/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The initrds of bare kernels. Judges by names alone. */
#include "entries/bare_initrd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entries/place.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum {
	/* Paths that are put together here. Longer ones are not a
	 * distribution's. */
	PATH_LEN = 1024,
};

/*
 * How an initrd is named after a kernel's version. The first that is there
 * wins; on one system only one of these namings is in use.
 */
static const char *const initrd_formats[] = {
	/* Debian, Ubuntu */
	"initrd.img-%s",
	/* Fedora, RHEL, Arch, Void, Gentoo's dracut */
	"initramfs-%s.img",
	/* SUSE */
	"initrd-%s",
	/* Alpine, Gentoo's genkernel */
	"initramfs-%s",
	/* RHEL 5, Slackware */
	"initrd-%s.img",
	/* Slackware's mkinitrd, by the compressor */
	"initrd-%s.gz",
	"initrd-%s.xz",
	"initrd-%s.zst",
	/* Arch's booster */
	"booster-%s.img",
	/* Arch's second one, with all modules: better than none */
	"initramfs-%s-fallback.img",
};

/* For a kernel that is called just vmlinuz: Debian's links, SUSE's,
 * Slackware's, others; TinyCore's, each for its one kernel (@stem). */
static const struct {
	const char *name;
	const char *stem;
} initrd_plain[] = {
	{ "corepure64.gz", "vmlinuz64" },
	{ "initrd.img", NULL },
	{ "initrd", NULL },
	{ "initramfs.img", NULL },
	{ "initramfs", NULL },
	{ "initrd.gz", NULL },
	{ "initrd.xz", NULL },
	{ "initrd.zst", NULL },
	{ "core.gz", "vmlinuz" },
};

/*
 * Processor microcode, which must come before the initrd. The names are those
 * of GRUB_EARLY_INITRD_LINUX_STOCK in GRUB's 10_linux.
 */
static const char *const microcode[] = {
	"intel-uc.img",	 "intel-ucode.img",  "amd-uc.img",
	"amd-ucode.img", "early_ucode.cpio", "microcode.cpio",
};

bool bare_initrd_is_microcode(const char *name)
{
	for (size_t i = 0; i < COUNT(microcode); i++)
		if (strcmp(name, microcode[i]) == 0)
			return true;
	return false;
}

bool bare_initrd_is_plain(const char *name)
{
	for (size_t i = 0; i < COUNT(initrd_plain); i++)
		if (strcmp(name, initrd_plain[i].name) == 0)
			return true;
	return false;
}

/* One directory in which initrds of a kernel are looked for. */
struct beside {
	const struct bare_kernel *kernel;
	const char *dir;
	const struct tree_names *names;
};

static int compare_name(const void *key, const void *element)
{
	const struct tree_name *name = element;

	return strcmp(key, name->name);
}

/* True if @name is in the sorted @names, or there are none to ask. */
static bool may_be_there(const struct tree_names *names, const char *name)
{
	if (!names)
		return true;
	return names->count && bsearch(name, names->list, names->count,
				       sizeof(*names->list), compare_name);
}

static const char *file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* True if @name is an initrd's for @version; NULL: for any number. */
static bool is_for(const char *name, const char *version)
{
	for (size_t i = 0; i < COUNT(initrd_formats); i++) {
		const char *part = strchr(initrd_formats[i], '%');
		size_t len = (size_t)(part - initrd_formats[i]);
		const char *rest = name + len;

		if (strncmp(name, initrd_formats[i], len) != 0)
			continue;
		if (!version && *rest >= '0' && *rest <= '9')
			return true;
		len = version ? strlen(version) : 0;
		if (!len || strncmp(rest, version, len) != 0)
			continue;
		rest += len;
		len = strlen(part + 2);
		if (strncmp(rest, part + 2, len) == 0 &&
		    (!rest[len] || strcmp(rest + len, ".old") == 0))
			return true;
	}
	return false;
}

static bool is_ours(const struct bare_kernel *kernel, const char *name)
{
	return (kernel->name && is_for(name, kernel->name->version)) ||
	       (kernel->own && is_for(name, kernel->own));
}

/* False if the initrd at @path, or what a link there leads to, is named after
 * a version, and the kernel is known to be of another one. */
static bool fits(const struct bare_kernel *kernel, const char *path)
{
	char *real;
	bool ret;

	if (is_ours(kernel, file_name(path)))
		return true;
	if (!kernel->own && !(kernel->name && kernel->name->is_number))
		return true;
	if (is_for(file_name(path), NULL))
		return false;
	if (place_real(&real, kernel->tree, path))
		return true;
	ret = is_ours(kernel, file_name(real)) ||
	      !is_for(file_name(real), NULL);
	free(real);
	return ret;
}

/* Adds the file @name. 1: added, 0: not there or not usable, or -errno. */
static int add_file(const struct beside *b, const char *name)
{
	const struct bare_kernel *kernel = b->kernel;
	struct tree_file file;
	char path[PATH_LEN];
	struct reason why;
	int err = snprintf(path, sizeof(path), "%s%s%s", b->dir,
			   b->dir[strlen(b->dir) - 1] == '/' ? "" : "/", name);

	if (err < 0 || err >= PATH_LEN || !may_be_there(b->names, name))
		return 0;
	err = tree_look(kernel->tree, path, &file, &why);
	if (err == -ENOENT && !b->names)
		return 0;
	if (err)
		entries_reject(kernel->entries, path, "%s", why.text);
	else if (!fits(kernel, path))
		entries_reject(kernel->entries, path,
			       "of another version than %s",
			       kernel->entry->kernel);
	else
		return entries_add_initrd(kernel->entry, kernel->tree_index,
					  path)
			       ? -ENOMEM
			       : 1;
	return 0;
}

/* Tries the namings for one version; @ending is ".old" or "". */
static int add_by_version(const struct beside *b, const char *version,
			  const char *ending)
{
	int done = 0;

	for (size_t i = 0; !done && i < COUNT(initrd_formats); i++) {
		/* The formats are the constants above. */
		const char *part = strchr(initrd_formats[i], '%');
		char name[PATH_LEN];

		(void)snprintf(name, sizeof(name), "%.*s%s%s%s",
			       (int)(part - initrd_formats[i]),
			       initrd_formats[i], version, part + 2, ending);
		done = add_file(b, name);
	}
	return done;
}

/* Tries the names for a kernel that says no version. */
static int add_plain(const struct beside *b, const char *stem,
		     const char *ending)
{
	int done = 0;

	for (size_t i = 0; !done && i < COUNT(initrd_plain); i++) {
		const char *only = initrd_plain[i].stem;
		char name[PATH_LEN];

		if (only && (!stem || strcmp(stem, only) != 0))
			continue;
		(void)snprintf(name, sizeof(name), "%s%s", initrd_plain[i].name,
			       ending);
		done = add_file(b, name);
	}
	return done;
}

static int add_by_name(const struct beside *b, const struct bare_name *called,
		       const char *ending)
{
	return *called->version ? add_by_version(b, called->version, ending)
				: add_plain(b, called->stem, ending);
}

int bare_initrd_look(const struct bare_kernel *kernel,
		     const struct bare_name *called, const char *dir,
		     const struct tree_names *names)
{
	const struct beside b = { kernel, dir, names };
	struct entry *entry = kernel->entry;
	size_t before = entry->initrd_count;
	struct entry_initrd initrd;
	int done = 0;

	if (called && called->old)
		done = add_by_name(&b, called, ".old");
	if (!done && called && (!called->old || *called->version))
		done = add_by_name(&b, called, "");
	if (!done && !called && kernel->own)
		done = add_by_version(&b, kernel->own, "");
	if (done <= 0)
		return done;
	for (size_t i = 0; i < COUNT(microcode) && done >= 0; i++)
		done = add_file(&b, microcode[i]);
	if (done < 0)
		return done;
	/* The initrd was found first, and goes last. */
	initrd = entry->initrd[before];
	memmove(&entry->initrd[before], &entry->initrd[before + 1],
		(entry->initrd_count - before - 1) * sizeof(initrd));
	entry->initrd[entry->initrd_count - 1] = initrd;
	return 0;
}
