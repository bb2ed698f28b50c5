/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One sentence for a refusal. Formats and cleans; never prints. */
#include "base/reason.h"

#include <stdarg.h>
#include <stdio.h>

int reason(struct reason *why, int err, const char *fmt, ...)
{
	va_list ap;

	if (!why)
		return -err;
	va_start(ap, fmt);
	(void)vsnprintf(why->text, sizeof(why->text), fmt, ap);
	va_end(ap);
	for (char *p = why->text; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = '?';
	return -err;
}
