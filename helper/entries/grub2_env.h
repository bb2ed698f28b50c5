/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GRUB's environment variables (grub-core/kern/env.c) in layers: what an
 * entry's commands set lies over what the configuration set, and is thrown
 * away with the layer; a new context (submenu, configfile) has only what was
 * exported.
 */
#ifndef KBOOT_ENTRIES_GRUB2_ENV_H
#define KBOOT_ENTRIES_GRUB2_ENV_H

#include <stdbool.h>
#include <stddef.h>

enum {
	/* Of one value, and of a word on its way to a command. */
	GRUB2_VALUE_MAX = 64 * 1024,
	/* Names and values of one layer together. */
	GRUB2_ENV_MAX = 1024 * 1024,
	GRUB2_ENV_SLOTS = 128,
};

struct grub2_variable;

/* Start with { 0 } or { .below = ... }. */
struct grub2_env {
	/* Borrowed; what is not in this layer is looked for there. */
	const struct grub2_env *below;
	size_t bytes;
	struct grub2_variable *slots[GRUB2_ENV_SLOTS];
};

/* The value, borrowed until the variable changes; NULL: not set. */
const char *grub2_env_get(const struct grub2_env *env, const char *name);

/*
 * Sets. $root loses parentheses around it, as GRUB's hook has it. -E2BIG over
 * a limit, -ENOMEM; the variable is then as it was.
 */
int grub2_env_set(struct grub2_env *env, const char *name, const char *value);
int grub2_env_export(struct grub2_env *env, const char *name);
int grub2_env_unset(struct grub2_env *env, const char *name);

/* Fills the empty @env with what is exported from @from. */
int grub2_env_open(struct grub2_env *env, const struct grub2_env *from);

void grub2_env_free(struct grub2_env *env);

#endif
