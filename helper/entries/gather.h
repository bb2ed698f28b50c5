/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs the formats over the trees and makes one list of what they find.
 */
#ifndef KBOOT_ENTRIES_GATHER_H
#define KBOOT_ENTRIES_GATHER_H

#include "entries/entries.h"
#include "entries/views.h"

/*
 * Adds the entries of all configurations of @guest, whose trees are those of
 * @views, to the empty @ret, with the default and timeout of the first of
 * them. Trees and paths in @ret are those of the caller of @views. A format
 * that fails is rejected and the next one asked. Returns 0 or -ENOMEM.
 */
int gather_configured(struct entries *ret, const struct views *views,
		      const struct guest *guest, struct reason *why);

#endif
