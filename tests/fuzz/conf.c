/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes kboot.conf: its lines, its entries, and what it sets, as the host's
 * file and as the guest's, who must not reach what is the host's to set.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "settings/conf.h"
#include "settings/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_settings(const char *bytes, size_t size, bool is_host)
{
	struct settings s = { 0 };

	if (settings_command_line(&s, "", 0, NULL))
		abort();
	(void)settings_conf(&s, "kboot.conf", is_host, bytes, size, NULL);
	if (!is_host && (*settings_get(&s, SETTING_ROOT) ||
			 *settings_get(&s, SETTING_KERNEL)))
		abort();
	for (enum setting i = 0; i < SETTING_COUNT; i++)
		if (strpbrk(settings_get(&s, i), "\n\t\x1b"))
			abort();
	for (size_t i = 0; i < s.note_count; i++)
		if (!text_is_clean(s.notes[i]))
			abort();
	settings_free(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;
	struct conf conf;

	(void)conf_parse(&conf, bytes, size, NULL);
	for (size_t i = 0; i < conf.count; i++) {
		const struct conf_line *line = &conf.lines[i];
		struct conf_entry entry;

		if (!line->value == !line->problem)
			abort();
		if (!conf_is_entry(line))
			continue;
		(void)conf_entry_parse(&entry, line->value, NULL);
		conf_entry_free(&entry);
	}
	conf_free(&conf);
	check_settings(bytes, size, false);
	check_settings(bytes, size, true);
	return 0;
}
