/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bare kernels: files in / and /boot that are named as distributions name
 * their kernels, and the initrds that are named after them.
 */
#ifndef KBOOT_ENTRIES_BARE_H
#define KBOOT_ENTRIES_BARE_H

#include <stdbool.h>

#include "entries/entries.h"

/* What the name of a kernel says. */
struct bare_name {
	/* How it begins: "vmlinuz"; NULL: in a way of its own. */
	const char *stem;
	/* After vmlinuz- and the like, less a known ending; "" if nothing. */
	char version[256];
	/* The version is a number to go by, not "linux-lts" or a rescue id, and
	 * where it begins: behind "genkernel-x86_64-". */
	bool is_number;
	size_t number_at;
	/* The one before the present one: vmlinuz.old */
	bool old;
	/* Has an ending (.signed, .gz) or a stem (vmlinux) that distributions
	 * give to a second form of the same kernel. */
	bool variant;
	bool rescue;
};

/*
 * Takes the file name @name apart. Returns 0, -ENOENT if no kernel is called
 * so, or -EINVAL with the reason if it is a kernel's companion (a checksum,
 * what a package manager left).
 */
int bare_parse(struct bare_name *ret, const char *name, struct reason *why);

/*
 * Adds to @entry the initrds for the kernel at @path on the tree @tree:
 * processor microcode first, as GRUB does, then the initrd, found in the
 * kernel's directory by its name or its version. Finding none is no error.
 * Returns 0 or -ENOMEM.
 */
int bare_add_initrds(struct entries *entries, struct entry *entry,
		     const struct guest *guest, size_t tree, const char *path);

/*
 * The version string of the bzImage at @path (boot.rst, kernel_version),
 * its first word, for the caller to free; NULL if it has none.
 */
char *bare_read_version(const struct tree *tree, const char *path);

/* A format of entries.c: adds the bare kernels, newest first. */
int bare_gather(struct entries *entries, const struct guest *guest,
		struct reason *why);

#endif
