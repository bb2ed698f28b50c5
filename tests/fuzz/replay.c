/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Gives a fuzzer's target the files that are named, one after the other: what
 * libFuzzer's own main() would do with them, for a compiler without it.
 */
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* More than any input is long. */
enum { INPUT_MAX = 16 << 20 };

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		FILE *file = fopen(argv[i], "re");
		uint8_t *data = malloc(INPUT_MAX);
		size_t size;

		if (!file || !data)
			err(1, "%s", argv[i]);
		size = fread(data, 1, INPUT_MAX, file);
		(void)LLVMFuzzerTestOneInput(data, size);
		free(data);
		(void)fclose(file);
	}
	return 0;
}
