/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the person should know although it is no refusal: sentences in one
 * string, parted by "; ". Pure.
 */
#ifndef KBOOT_IMAGE_NOTE_H
#define KBOOT_IMAGE_NOTE_H

#include <stddef.h>

/*
 * Adds a sentence to @note (a string in @size bytes; 0: nobody wants it). One
 * that does not fit is left out as a whole.
 */
__attribute__((format(printf, 3, 4))) void note_add(char *note, size_t size,
						    const char *fmt, ...);

#endif
