/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A memory map as text, for comparing: "START-END/TYPE ..." in hexadecimal. */
#ifndef KBOOT_TESTS_RANGES_H
#define KBOOT_TESTS_RANGES_H

#include <stdio.h>
#include <string.h>

#include "image/memmap.h"

static inline const char *ranges(const struct memmap *map)
{
	static char buf[4096];
	size_t at = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < map->count && at < sizeof(buf) - 64; i++)
		at += (size_t)snprintf(buf + at, sizeof(buf) - at,
				       "%s%llx-%llx/%u", i ? " " : "",
				       (unsigned long long)map->range[i].start,
				       (unsigned long long)map->range[i].end,
				       map->range[i].type);
	return buf;
}

#endif
