/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hash table with layers. A variable that is unset in a layer while one below
 * has it stays as a stone that hides it.
 */
#include "entries/grub2_env.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct grub2_variable {
	struct grub2_variable *next;
	/* NULL: unset here. */
	char *value;
	bool exported;
	char name[];
};

/* How deep layers can lie on one another: entries in submenus. */
enum { LAYERS_MAX = 64 };

static size_t slot_of(const char *name)
{
	size_t hash = 5381;

	while (*name)
		hash = hash * 33 + (unsigned char)*name++;
	return hash % GRUB2_ENV_SLOTS;
}

static struct grub2_variable *find_here(const struct grub2_env *env,
					const char *name)
{
	struct grub2_variable *variable = env->slots[slot_of(name)];

	while (variable && strcmp(variable->name, name) != 0)
		variable = variable->next;
	return variable;
}

static const struct grub2_variable *find(const struct grub2_env *env,
					 const char *name)
{
	const struct grub2_variable *variable = NULL;

	for (; env && !variable; env = env->below)
		variable = find_here(env, name);
	return variable;
}

const char *grub2_env_get(const struct grub2_env *env, const char *name)
{
	const struct grub2_variable *variable = find(env, name);

	return variable ? variable->value : NULL;
}

/* The variable in this layer, made if it is not there. */
static struct grub2_variable *have(struct grub2_env *env, const char *name)
{
	struct grub2_variable *variable = find_here(env, name);
	const struct grub2_variable *below;
	size_t len = strlen(name), slot = slot_of(name);

	if (variable)
		return variable;
	variable = calloc(1, sizeof(*variable) + len + 1);
	if (!variable)
		return NULL;
	memcpy(variable->name, name, len);
	below = find(env->below, name);
	variable->exported = below && below->exported;
	env->bytes += sizeof(*variable) + len;
	variable->next = env->slots[slot];
	env->slots[slot] = variable;
	return variable;
}

int grub2_env_set(struct grub2_env *env, const char *name, const char *value)
{
	size_t len = strlen(value), name_len = strlen(name);
	struct grub2_variable *variable;
	char *copy;

	if (strcmp(name, "root") == 0 && len > 1 && value[0] == '(' &&
	    value[len - 1] == ')') {
		value++;
		len -= 2;
	}
	if (len > GRUB2_VALUE_MAX || name_len > GRUB2_VALUE_MAX ||
	    env->bytes + len + name_len > GRUB2_ENV_MAX)
		return -E2BIG;
	copy = strndup(value, len);
	variable = copy ? have(env, name) : NULL;
	if (!variable) {
		free(copy);
		return -ENOMEM;
	}
	env->bytes += len;
	if (variable->value)
		env->bytes -= strlen(variable->value);
	free(variable->value);
	variable->value = copy;
	return 0;
}

int grub2_env_export(struct grub2_env *env, const char *name)
{
	const char *value = grub2_env_get(env, name);
	int err = 0;

	if (!find_here(env, name) || !value)
		err = grub2_env_set(env, name, value ? value : "");
	if (!err)
		find_here(env, name)->exported = true;
	return err;
}

int grub2_env_unset(struct grub2_env *env, const char *name)
{
	struct grub2_variable *variable;

	if (!find(env, name))
		return 0;
	if (env->bytes + strlen(name) > GRUB2_ENV_MAX)
		return -E2BIG;
	variable = have(env, name);
	if (!variable)
		return -ENOMEM;
	if (variable->value)
		env->bytes -= strlen(variable->value);
	free(variable->value);
	variable->value = NULL;
	variable->exported = false;
	return 0;
}

/* Lays what is exported from one layer over @env. */
static int lay_over(struct grub2_env *env, const struct grub2_env *layer)
{
	int err = 0;

	for (size_t i = 0; i < GRUB2_ENV_SLOTS; i++) {
		const struct grub2_variable *variable = layer->slots[i];

		for (; variable && !err; variable = variable->next) {
			if (!variable->exported || !variable->value) {
				err = grub2_env_unset(env, variable->name);
				continue;
			}
			err = grub2_env_set(env, variable->name,
					    variable->value);
			if (!err)
				err = grub2_env_export(env, variable->name);
		}
	}
	return err;
}

int grub2_env_open(struct grub2_env *env, const struct grub2_env *from)
{
	const struct grub2_env *layers[LAYERS_MAX];
	size_t count = 0;
	int err = 0;

	for (; from; from = from->below) {
		if (count == LAYERS_MAX)
			return -E2BIG;
		layers[count++] = from;
	}
	while (!err && count)
		err = lay_over(env, layers[--count]);
	return err;
}

void grub2_env_free(struct grub2_env *env)
{
	for (size_t i = 0; i < GRUB2_ENV_SLOTS; i++)
		while (env->slots[i]) {
			struct grub2_variable *next = env->slots[i]->next;

			free(env->slots[i]->value);
			free(env->slots[i]);
			env->slots[i] = next;
		}
	memset(env, 0, sizeof(*env));
}
