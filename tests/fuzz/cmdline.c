/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes the kernel command line: splitting it, the settings in it, and the
 * next command line made of it, which must hold on to its promises: no word
 * of kboot's own, root= and ro or rw in it, and composing it once more changes
 * nothing.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "settings/cmdline.h"
#include "settings/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_next(const char *next)
{
	struct cmdline line;
	struct cmdline_recipe again = { .own = &line,
					.root = "root=x",
					.add_ro = true };
	char *same = NULL;

	if (cmdline_parse(&line, next, strlen(next), NULL))
		abort();
	for (size_t i = 0; i < line.kernel_count; i++)
		if (cmdline_is_own(&line.words[i]))
			abort();
	if (!cmdline_last(&line, "root"))
		abort();
	if (!cmdline_last(&line, "ro") && !cmdline_last(&line, "rw"))
		abort();
	if (cmdline_compose(&again, &same, NULL) == 0 &&
	    strcmp(same, next) != 0)
		abort();
	free(same);
	cmdline_free(&line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct settings settings = { 0 };
	struct cmdline line;
	struct cmdline_recipe recipe = { .own = &line,
					 .root = "root=x",
					 .add_ro = true };
	char *next = NULL;

	if (cmdline_parse(&line, text, size, NULL) == 0 &&
	    cmdline_compose(&recipe, &next, NULL) == 0)
		check_next(next);
	free(next);
	next = NULL;
	/* Its own words as policy: append, remove, console. */
	if (settings_command_line(&settings, text, size, NULL) == 0)
		(void)settings_compose(&settings, "a console=b c=\"d e\"", NULL,
				       &next, NULL);
	for (enum setting i = 0; i < SETTING_COUNT; i++)
		for (const char *p = settings_get(&settings, i); *p; p++)
			if ((unsigned char)*p < 0x20 || *p == 0x7f)
				abort();
	free(next);
	settings_free(&settings);
	cmdline_free(&line);
	return 0;
}
