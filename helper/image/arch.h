/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What differs between architectures. Exactly one file that implements this is
 * linked (x86_64.c); nothing else knows of page tables or boot_params.
 */
#ifndef KBOOT_IMAGE_ARCH_H
#define KBOOT_IMAGE_ARCH_H

#include <stddef.h>
#include <stdint.h>

#include "image/image.h"

struct reason;

enum { ARCH_PAGE = 4096 };

/* Memory below this is the firmware's, old and new kernel's alike. */
extern const uint64_t arch_lowest;

/* Addresses from here on need a newcomer that says that it knows them. */
extern const uint64_t arch_easy_end;

/*
 * How many bytes arch_build() will need for the parsed @image, whole pages. A
 * little more once kernel.address is set than before.
 */
size_t arch_area_size(const struct image *image);

/*
 * The sum by which the stub compares: of nothing, and after @size more bytes,
 * a multiple of 8 but in the last of several calls.
 */
extern const uint64_t arch_sum_start;
uint64_t arch_sum(uint64_t sum, const void *data, size_t size);

/*
 * Fills image->area (area_size bytes, zeroed) for its place area_address: the
 * stub, what it needs, and what the newcomer is told. All places are known,
 * and all other segments, with their sums when they are to be compared. Sets
 * image->start and start32.
 */
int arch_build(struct image *image, struct reason *why);

/* The state in which the newcomer is entered, as one line for people. */
void arch_print(const struct image *image, FILE *out);

#endif
