/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A root directory that looks like a machine, in the directory of dir.h: what
 * facts_read() reads.
 */
#ifndef KBOOT_TESTS_MACHINE_H
#define KBOOT_TESTS_MACHINE_H

#include <stdint.h>

#include "dir.h"
#include "machines.h"

/* sys/firmware/memmap/N/{start,end,type} out of lines "START END TYPE". */
static inline void machine_memmap(const char *lines)
{
	char start[32], end[32], type[64], path[64], text[80];
	int n = 0, used = 0;

	for (; sscanf(lines, "%31s %31s %63[^\n]%*c%n", start, end, type,
		      &used) == 3;
	     lines += used, n++) {
		const char *const files[][2] = {
			{ "start", start },
			{ "end", end },
			{ "type", type },
		};

		for (size_t i = 0; i < 3; i++) {
			(void)snprintf(path, sizeof(path),
				       "sys/firmware/memmap/%d/%s", n,
				       files[i][0]);
			(void)snprintf(text, sizeof(text), "%s\n", files[i][1]);
			dir_file(path, text);
		}
	}
}

/* /proc/meminfo as Linux writes it, in MiB. */
static inline void machine_meminfo(unsigned int total, unsigned int available)
{
	char text[256];

	(void)snprintf(text, sizeof(text),
		       "MemTotal:       %8u kB\nMemFree:        %8u kB\n"
		       "MemAvailable:   %8u kB\nBuffers:               0 kB\n",
		       total * 1024, available * 1024 / 2, available * 1024);
	dir_file("proc/meminfo", text);
}

static inline void machine(const char *iomem, const char *memmap,
			   unsigned int total, unsigned int available)
{
	dir_clear();
	dir_file("proc/iomem", iomem);
	machine_memmap(memmap);
	machine_meminfo(total, available);
	dir_file("proc/self/status", "Name:\tkboot\nCapInh:\t0000000000000000\n"
				     "CapEff:\t000001ffffffffff\n");
	dir_file("proc/sys/kernel/kexec_load_disabled", "0\n");
	dir_file("proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu lm nx pae\n");
}

#endif
