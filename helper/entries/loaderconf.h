/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * systemd-boot's loader.conf(5), as far as it says what boots and when. Pure:
 * bytes in, words out.
 */
#ifndef KBOOT_ENTRIES_LOADERCONF_H
#define KBOOT_ENTRIES_LOADERCONF_H

#include <stdbool.h>
#include <stddef.h>

#include "entries/entries.h"

enum { LOADERCONF_SIZE_MAX = 64 * 1024 };

/* Start with `struct loaderconf c = { 0 };`. */
struct loaderconf {
	/* Patterns for an id; NULL: not there. The preferred one stands above,
	 * but never for an entry whose tries are used up. */
	char *by_default;
	char *preferred;
	/* As struct entries_config has it. */
	int timeout;
};

/*
 * Parses @len bytes; of a key that is there twice the last counts. What makes
 * no sense is rejected in @entries, as a line of @name. 0 or -ENOMEM.
 */
int loaderconf_parse(struct loaderconf *ret, struct entries *entries,
		     const char *name, const char *text, size_t len);
void loaderconf_free(struct loaderconf *conf);

/* True if the pattern @glob (* ? [a-z]) means @name, in any case of letters. */
bool loaderconf_fits(const char *glob, const char *name);

#endif
