/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In which order loaders show Boot Loader Specification entries.
 */
#ifndef KBOOT_ENTRIES_BLSORDER_H
#define KBOOT_ENTRIES_BLSORDER_H

#include <stdbool.h>

/* What an entry of type 1 or 2 is sorted by; NULL: it has none. Borrowed. */
struct blsorder_key {
	const char *sort_key;
	const char *machine_id;
	const char *version;
	/* The file's name without counters: "a" and ".conf" (NULL: ""). */
	const char *id;
	const char *ending;
	unsigned int profile;
	/* The loader would not list it: behind all that it does. */
	bool unlisted;
	/* Boot counting; -1: not counted. */
	int tries_left;
	int tries_done;
};

/*
 * The specification, "Sorting": below 0 if @a stands before @b. 0 only where
 * all of the two is the same. "With the suffix removed", it says of file
 * names; systemd-boot and bootctl leave ".conf" where it is, so that arch.conf
 * stands before arch-lts.conf, and that is what guests are used to.
 */
int blsorder_spec(const struct blsorder_key *a, const struct blsorder_key *b);

/*
 * Below 0 if the file @a (without .conf) is the older one to GRUB's blscfg as
 * Fedora has it (split_cmp() and vercmp() of grub-core/commands/blscfg.c there):
 * name, version and release are parted at the last two dashes, and compared by
 * rpmvercmp(), in which "+" is above the end and below all else. A "+debug" is
 * so newer than its kernel and older than the next one; systemd's order, in
 * which "+" parts words and no more, agrees as long as that is all there is.
 */
int blsorder_grub(const char *a, const char *b);

#endif
