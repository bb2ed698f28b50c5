/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where memory maps come from: the texts and tables in which a running kernel
 * shows what it was told of memory and what it does with it. Two maps come of
 * them: where the newcomer may be loaded to, and what it is told. Pure: bytes
 * in, ranges out; opens nothing.
 */
#ifndef KBOOT_IMAGE_MEMSOURCE_H
#define KBOOT_IMAGE_MEMSOURCE_H

#include <stdint.h>

#include "base/bytes.h"
#include "image/memmap.h"

struct reason;

/* struct boot_e820_entry: address, size, type; packed. */
enum { MEMSOURCE_E820_ENTRY = 20 };

/*
 * The text of sys/firmware/memmap, one entry a line, "START END TYPE" as the
 * three files of the directory say (END is inclusive):
 *	0x0 0x9fbff System RAM
 * into @map, which is overwritten. A type that is not known becomes
 * MEMMAP_RESERVED. Overlaps and a map without RAM are refused.
 */
int memsource_firmware(struct memmap *map, struct bytes text,
		       struct reason *why);

/*
 * The table of boot_params (with that of SETUP_E820_EXT behind it) into @map,
 * which is overwritten. It is as the firmware made it; where entries overlap
 * the higher type holds, as in e820__update_table() of arch/x86. A map
 * without RAM is refused.
 */
int memsource_e820(struct memmap *map, struct bytes table, struct reason *why);

/*
 * The text of /proc/iomem into @map, which is overwritten: the top-level
 * ranges called exactly "System RAM", less everything inside them except the
 * running kernel itself ("Kernel code" and its like: those die at the jump).
 * Addresses that are all zero (the file read without CAP_SYS_ADMIN) are
 * refused with a sentence.
 */
int memsource_iomem(struct memmap *map, struct bytes text, struct reason *why);

/*
 * The same text as a firmware's map, for kernels that show no other: RAM with
 * all that is in it, and what is called reserved, ACPI's, unusable or
 * persistent outside of it. Address space of devices is no memory. What mem=
 * took away, and memory that was added later, cannot be told from the rest.
 */
int memsource_derive(struct memmap *map, struct bytes text, struct reason *why);

/*
 * Takes out of @map the RAM that is not RAM in @first, the map of first boot:
 * memory that was plugged in later is in sys/firmware/memmap too, but the
 * newcomer is to find it as the running kernel did, by ACPI.
 */
int memsource_unplug(struct memmap *map, const struct memmap *first,
		     struct reason *why);

/*
 * @flags are the eight bytes each of /proc/kpageflags for the pages from
 * number @page on. Those that a balloon took (KPF_OFFLINE) become
 * MEMMAP_UNUSABLE in @map; how many, is added to *@count.
 */
int memsource_balloon(struct memmap *map, uint64_t page, struct bytes flags,
		      uint64_t *count, struct reason *why);

#endif
