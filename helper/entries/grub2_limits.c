/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How many steps configurations may take. A file of its own: fuzzers have another. */
#include "entries/grub2_run.h"

const struct grub2_limits grub2_limits = {
	.steps = GRUB2_STEPS_MAX,
	.entry = GRUB2_STEPS_ENTRY,
	.entries = GRUB2_STEPS_ENTRIES,
	.again = GRUB2_STEPS_AGAIN,
};
