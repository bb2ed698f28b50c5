/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sentences in one string. Pure. */
#include "image/note.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char between[] = "; ";

void note_add(char *note, size_t size, const char *fmt, ...)
{
	size_t end = size > 0 ? strlen(note) : 0;
	size_t at = end > 0 ? end + strlen(between) : 0;
	va_list ap;
	int len;

	if (at >= size)
		return;
	va_start(ap, fmt);
	len = vsnprintf(note + at, size - at, fmt, ap);
	va_end(ap);
	if (len < 0 || (size_t)len >= size - at)
		note[end] = '\0';
	else if (end > 0)
		memcpy(note + end, between, strlen(between));
}
