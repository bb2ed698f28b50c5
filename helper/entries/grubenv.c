/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GRUB's environment block, read as grub_envblk_iterate() of
 * grub-core/lib/envblk.c reads it. Writes nothing.
 */
#include "entries/grubenv.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char signature[] = "# GRUB Environment Block\n";

/* Room for one more, doubling at every power of two. */
static struct grubenv_value *one_more(struct grubenv *env)
{
	struct grubenv_value *list = env->list;

	if ((env->count & (env->count - 1)) == 0)
		list = reallocarray(list, env->count ? env->count * 2 : 1,
				    sizeof(*list));
	if (!list)
		return NULL;
	env->list = list;
	return &list[env->count];
}

/* A value without its escapes; what follows a NUL byte is not seen by GRUB. */
static char *unescape(const char *from, size_t len)
{
	char *value = malloc(len + 1), *to = value;

	for (size_t i = 0; value && i < len; i++) {
		if (from[i] == '\\' && i + 1 < len)
			i++;
		*to++ = from[i];
	}
	if (value)
		*to = '\0';
	return value;
}

static int add(struct grubenv *env, const char *name, size_t name_len,
	       const char *value, size_t value_len)
{
	struct grubenv_value *one = one_more(env);

	if (!one)
		return -ENOMEM;
	one->name = strndup(name, name_len);
	one->value = unescape(value, value_len);
	if (one->name && one->value) {
		env->count++;
		return 0;
	}
	free(one->name);
	free(one->value);
	return -ENOMEM;
}

/* The line break that ends what begins at @p, or @end; "\" hides the next. */
static const char *line_end(const char *p, const char *end)
{
	while (p < end && *p != '\n')
		p += *p == '\\' && end - p > 1 ? 2 : 1;
	return p;
}

/*
 * One assignment a line. As in GRUB a name reaches to the next "=", over line
 * breaks too (nobody asks for such a name), and what no line break ends is not
 * taken.
 */
static int parse_values(struct grubenv *env, const char *p, const char *end)
{
	int err = 0;

	while (!err && p < end) {
		const char *value = p, *stop;

		if (*p != '#' && *p != '\n' && *p != '\r') {
			value = memchr(p, '=', (size_t)(end - p));
			if (!value)
				break;
			value++;
		}
		stop = line_end(value, end);
		if (stop >= end)
			break;
		if (value > p)
			err = add(env, p, (size_t)(value - 1 - p), value,
				  (size_t)(stop - value));
		p = stop + 1;
	}
	return err;
}

int grubenv_parse(struct grubenv *ret, const char *name, const char *text,
		  size_t len, struct reason *why)
{
	const size_t head = sizeof(signature) - 1;

	memset(ret, 0, sizeof(*ret));
	if (len < head || memcmp(text, signature, head) != 0)
		return reason(why, EINVAL,
			      "%s: does not begin with the line \"%.*s\"", name,
			      (int)head - 1, signature);
	if (parse_values(ret, text + head, text + len)) {
		grubenv_free(ret);
		return reason(why, ENOMEM, "%s: no memory for it", name);
	}
	return 0;
}

int grubenv_read(struct grubenv *ret, const struct tree *tree, const char *path,
		 struct reason *why)
{
	struct text bytes = { 0 };
	int err;

	memset(ret, 0, sizeof(*ret));
	err = tree_read(tree, path, GRUBENV_SIZE_MAX, &bytes, why);
	if (!err)
		err = grubenv_parse(ret, path, text_str(&bytes), bytes.len,
				    why);
	text_free(&bytes);
	return err;
}

const char *grubenv_get(const struct grubenv *env, const char *name)
{
	/* Each assignment stands above those before it. */
	for (size_t i = env->count; i > 0; i--)
		if (strcmp(env->list[i - 1].name, name) == 0)
			return env->list[i - 1].value;
	return NULL;
}

void grubenv_free(struct grubenv *env)
{
	for (size_t i = 0; i < env->count; i++) {
		free(env->list[i].name);
		free(env->list[i].value);
	}
	free(env->list);
	memset(env, 0, sizeof(*env));
}
