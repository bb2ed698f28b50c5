/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words that the newcomer needs on its command line because it does not
 * understand what it is told in a better way, or would do what cannot be done
 * any more. Changes the image alone.
 */
#ifndef KBOOT_IMAGE_WORDS_H
#define KBOOT_IMAGE_WORDS_H

#include "image/image.h"

struct reason;

/*
 * Adds, and says so in image->note, unless the command line has the word:
 * acpi_rsdp=, for a kernel of image->rsdp_by_word where its own search would
 * not find ACPI's tables; no-real-mode, for a Multiboot kernel that knows the
 * word (Xen), which would call a BIOS whose devices Linux has used since. To
 * be called when the kernel's parts are known. -errno with a sentence.
 */
int words_add(struct image *image, struct reason *why);

#endif
