/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options of GRUB's "extended commands", after grub-core/lib/arg.c. */
#include "entries/grub2_commands.h"

#include <stdlib.h>
#include <string.h>

/* A reading on its way. */
struct reading {
	struct grub2_options *ret;
	const struct grub2_option *options;
	unsigned int flags;
	const struct grub2_args *args;
	size_t at;
};

static bool is_last(const struct grub2_option *option)
{
	return !option->name && !option->letter;
}

static const struct grub2_option *by_letter(const struct grub2_option *option,
					    char letter)
{
	for (; !is_last(option); option++)
		if (option->letter == letter)
			return option;
	return NULL;
}

static const struct grub2_option *by_name(const struct grub2_option *option,
					  const char *name, size_t len)
{
	for (; !is_last(option); option++)
		if (option->name && strncmp(option->name, name, len) == 0 &&
		    !option->name[len])
			return option;
	return NULL;
}

static int put(struct reading *r, const struct grub2_option *option,
	       const char *value)
{
	size_t which = (size_t)(option - r->options);
	size_t *count = &r->ret->set[which].count;

	if (option->has_value && !option->optional && !value)
		return GRUB2_BAD_ARGUMENT;
	/* Of too many the last ones are kept. */
	if (*count == GRUB2_OPTION_VALUES_MAX)
		(*count)--;
	r->ret->set[which].values[(*count)++] = value;
	return GRUB2_OK;
}

static void put_argument(struct reading *r, char *arg)
{
	r->ret->args.list[r->ret->args.count++] = arg;
}

/* -abc, where the last may have a value in the next word. */
static int read_short(struct reading *r, char *arg)
{
	const char *letter;
	const struct grub2_option *option = NULL;
	const char *value = NULL, *next;
	int status = GRUB2_OK;

	for (letter = arg + 1; *letter; letter++)
		if (!by_letter(r->options, *letter) && !strchr("hu", *letter))
			break;
	if (*letter && (r->flags & GRUB2_ACCEPT_DASH)) {
		put_argument(r, arg);
		return GRUB2_OK;
	}
	for (letter = arg + 1; *letter && !status; letter++) {
		option = by_letter(r->options, *letter);
		/* Unknown, or -h and -u, which show help. */
		if (!option)
			return GRUB2_BAD_ARGUMENT;
		if (letter[1])
			status = put(r, option, NULL);
	}
	if (status || !option)
		return status;
	next = r->at + 1 < r->args->count ? r->args->list[r->at + 1] : NULL;
	if (option->has_value && next &&
	    (!option->optional || strlen(next) < 2 || *next != '-')) {
		value = next;
		r->at++;
	}
	return put(r, option, value);
}

/* --name, --name=value, --name value */
static int read_long(struct reading *r, char *arg)
{
	const char *equals = strchr(arg, '='), *next;
	size_t len = equals ? (size_t)(equals - arg) - 2 : strlen(arg) - 2;
	const struct grub2_option *option = by_name(r->options, arg + 2, len);
	const char *value = equals ? equals + 1 : NULL;

	next = r->at + 1 < r->args->count ? r->args->list[r->at + 1] : NULL;
	if (!value && next && *next != '-' && option && option->has_value) {
		value = next;
		r->at++;
	}
	if (option)
		return put(r, option, value);
	if (!(r->flags & GRUB2_ACCEPT_DASH))
		return GRUB2_BAD_ARGUMENT;
	put_argument(r, arg);
	return GRUB2_OK;
}

static int read_all(struct reading *r)
{
	int status = GRUB2_OK;

	for (r->at = 1; !status && r->at < r->args->count; r->at++) {
		char *arg = r->args->list[r->at];

		if ((r->ret->args.count > 1 && (r->flags & GRUB2_AT_START)) ||
		    arg[0] != '-' || !arg[1]) {
			put_argument(r, arg);
		} else if (arg[1] != '-') {
			status = read_short(r, arg);
		} else if (!arg[2]) {
			while (++r->at < r->args->count)
				put_argument(r, r->args->list[r->at]);
		} else {
			status = read_long(r, arg);
		}
	}
	return status;
}

int grub2_options_read(struct grub2_options **ret,
		       const struct grub2_option *options, unsigned int flags,
		       const struct grub2_args *args)
{
	struct reading r = { .options = options, .flags = flags, .args = args };
	int status;

	*ret = NULL;
	r.ret = calloc(1, sizeof(*r.ret));
	if (!r.ret)
		return GRUB2_BAD_ARGUMENT;
	r.ret->args.list = calloc(args->count + 1, sizeof(char *));
	if (!r.ret->args.list) {
		free(r.ret);
		return GRUB2_BAD_ARGUMENT;
	}
	r.ret->args.list[0] = args->list[0];
	r.ret->args.count = 1;
	r.ret->args.block = args->block;
	status = read_all(&r);
	if (status)
		grub2_options_free(r.ret);
	else
		*ret = r.ret;
	return status;
}

void grub2_options_free(struct grub2_options *options)
{
	if (!options)
		return;
	free(options->args.list);
	free(options);
}

const char *grub2_option(const struct grub2_options *options, size_t which)
{
	size_t count = options->set[which].count;

	return count ? options->set[which].values[count - 1] : NULL;
}
