/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes GRUB legacy menus. Whatever the input says, the list of entries
 * is one that others can rely on (menu_check()).
 */
#include "entries/grub1.h"

#include "menu.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	menu_run(data, size, "/boot/grub/menu.lst", grub1_gather);
	return 0;
}
