/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes GRUB's environment block: what it takes, it takes again when it is
 * written out as GRUB writes it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "entries/grubenv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* grub_envblk_set() for each value. */
static void write_out(struct text *out, const struct grubenv *env)
{
	text_add(out, "# GRUB Environment Block\n");
	for (size_t i = 0; i < env->count; i++) {
		text_addf(out, "%s=", env->list[i].name);
		for (const char *p = env->list[i].value; *p; p++) {
			if (*p == '\\' || *p == '\n')
				text_add_char(out, '\\');
			text_add_char(out, *p);
		}
		text_add_char(out, '\n');
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct grubenv env = { 0 }, again = { 0 };
	struct text out = { 0 };

	if (grubenv_parse(&env, "f", (const char *)data, size, NULL))
		return 0;
	write_out(&out, &env);
	if (grubenv_parse(&again, "f", text_str(&out), out.len, NULL) ||
	    again.count != env.count)
		abort();
	for (size_t i = 0; i < env.count; i++) {
		const char *last = grubenv_get(&env, env.list[i].name);

		if (strcmp(env.list[i].name, again.list[i].name) != 0 ||
		    strcmp(env.list[i].value, again.list[i].value) != 0)
			abort();
		if (!last ||
		    strcmp(last, grubenv_get(&again, env.list[i].name)) != 0)
			abort();
	}
	text_free(&out);
	grubenv_free(&env);
	grubenv_free(&again);
	return 0;
}
