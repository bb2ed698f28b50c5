/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PID 1 of the initrds that tests/bench/run gives to the guest's kernel. Only
 * one boot gets this far, the one that finds out where the functions of a
 * kernel without symbols are: it prints the lines of /proc/kallsyms for the
 * functions that its arguments name, and powers off.
 */
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE_SIZE = 1024 };

static void print_symbols(FILE *symbols, int count, char **names)
{
	char line[LINE_SIZE], name[LINE_SIZE];

	while (fgets(line, sizeof(line), symbols)) {
		if (sscanf(line, "%*s %*s %1023s", name) != 1)
			continue;
		for (int i = 0; i < count; i++) {
			if (strcmp(name, names[i]) == 0)
				printf("\nSYMBOL %s", line);
		}
	}
}

int main(int argc, char **argv)
{
	FILE *symbols;

	(void)mkdir("/proc", 0755);
	(void)mount("proc", "/proc", "proc", 0, NULL);
	symbols = fopen("/proc/kallsyms", "r");
	if (symbols)
		print_symbols(symbols, argc - 1, argv + 1);
	fflush(stdout);
	(void)reboot(RB_POWER_OFF);
	return 1;
}
