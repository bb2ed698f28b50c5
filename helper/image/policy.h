/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * May this machine hand over, and by which way? Facts in, decision and
 * sentence out; pure.
 */
#ifndef KBOOT_IMAGE_POLICY_H
#define KBOOT_IMAGE_POLICY_H

#include <stddef.h>

#include "image/facts.h"
#include "image/image.h"

struct reason;

/*
 * Refuses where the jump would end the machine instead of starting the next
 * kernel (Xen PV and PVH without the kernel's self-reset), and where the next
 * kernel would not find what it needs: ACPI's tables, or memory that a balloon
 * has taken and that nobody can tell. Xen HVM passes with a note, since its
 * toolstack must help. @note (of @note_size, sentences parted by "; ") is ""
 * where there is nothing to say. `kboot go` asks this too, before it jumps.
 */
int policy_platform(const struct facts *facts, char *note, size_t note_size,
		    struct reason *why);

/*
 * The way to take when @wanted was asked for, into *@ret (never IMAGE_AUTO).
 * Refuses where the running kernel would refuse any way or the one wanted.
 */
int policy_method(enum image_method *ret, enum image_method wanted,
		  const struct facts *facts, struct reason *why);

/* Why IMAGE_AUTO becomes kexec_file_load here, as the end of a sentence
 * ("the running kernel is locked down"); NULL where it becomes kexec_load. */
const char *policy_file_because(const struct facts *facts);

#endif
