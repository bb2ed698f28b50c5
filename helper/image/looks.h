/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a file that no loader knows looks like, so that the refusal helps: the
 * wrong file named, a download gone wrong, a format not built in. Pure.
 */
#ifndef KBOOT_IMAGE_LOOKS_H
#define KBOOT_IMAGE_LOOKS_H

#include "base/bytes.h"

/* Completes the sentence "this is ...": "an ELF file". Never NULL. */
const char *looks_like(struct bytes head);

/*
 * The same for what no loader could ever take, told by the file's beginning
 * alone: a script, a web page, a package. NULL: it may be a kernel. One sector
 * of text is enough to be text; less than that is left to the loaders, which
 * have the whole file.
 */
const char *looks_foreign(struct bytes head);

#endif
