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

#endif
