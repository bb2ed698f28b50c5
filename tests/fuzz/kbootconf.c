/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes the entries of kboot.conf. Whatever the input says, the list of entries
 * is one that others can rely on (menu_check()).
 */
#include "entries/kbootconf.h"

#include "menu.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	menu_run(data, size, "/boot/kboot.conf", kbootconf_gather);
	return 0;
}
