/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the newcomer's pieces go, and whether there is memory for loading
 * them. Numbers in, numbers out: reads no file and loads nothing.
 */
#ifndef KBOOT_IMAGE_PLACING_H
#define KBOOT_IMAGE_PLACING_H

#include "image/image.h"

struct reason;

/* For sentences: in MiB, rounded up, so that nothing is ever "0 MiB". */
unsigned long long placing_mib(uint64_t size);

/* The bytes of the kernel that are copied, without what is cleared. */
uint64_t placing_copied(const struct image *image);

/*
 * Where the initrd behind number @index begins when that one begins at @at; or
 * where the last one ends. Joined initrds are archives on their own, with
 * enough zeroes between them for Linux to tell one from the other.
 */
uint64_t placing_after(const struct image *image, size_t index, uint64_t at);

/*
 * What loading takes of this machine's memory by image->method, into
 * image->need. -ENOMEM with a sentence when it is more than there is: known
 * before anything is loaded.
 */
int placing_memory(struct image *image, struct reason *why);

/*
 * Sets the addresses of kernel, area and initrds, and image->free.
 * -EADDRNOTAVAIL with a sentence when there is no room.
 */
int placing_place(struct image *image, struct reason *why);

#endif
