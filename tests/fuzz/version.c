/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes the version order, which a sort relies on: three strings, parted by
 * line breaks, must be in an order that does not contradict itself.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/version.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	char *at = text, *v[3];

	for (int i = 0; i < 3; i++) {
		v[i] = at ? strsep(&at, "\n") : text + strlen(text);
		if (version_compare(v[i], v[i]) != 0)
			abort();
	}
	for (int i = 0; i < 3; i++) {
		const char *a = v[i], *b = v[(i + 1) % 3], *c = v[(i + 2) % 3];
		int ab = version_compare(a, b), bc = version_compare(b, c);

		if ((ab < 0) != (version_compare(b, a) > 0))
			abort();
		if (ab <= 0 && bc <= 0 && version_compare(a, c) > 0)
			abort();
	}
	free(text);
	return 0;
}
