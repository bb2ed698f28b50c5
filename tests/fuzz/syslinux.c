/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes configurations of syslinux. Whatever the input says, the list of entries
 * is one that others can rely on (menu_check()).
 */
#include "entries/syslinux.h"

#include "menu.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	menu_run(data, size, "/boot/extlinux/extlinux.conf", syslinux_gather);
	return 0;
}
