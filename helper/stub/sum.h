/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sum by which the stub knows that what arrived is what was loaded. No
 * protection against an attacker, who could change the sum as well: against
 * memory that the old kernel or a device wrote to after it was loaded. Each
 * step is a bijection of the sum so far and of the word, so that one changed
 * word always changes the sum.
 */
#ifndef KBOOT_STUB_SUM_H
#define KBOOT_STUB_SUM_H

#include <stddef.h>
#include <stdint.h>

/* The sum of nothing. */
#define STUB_SUM_START 0x9e3779b97f4a7c15ULL

/*
 * The sum after @size more bytes at @data; a last word is filled up with
 * zeroes, so only the last of several calls may have a size that is no
 * multiple of 8.
 */
static inline uint64_t stub_sum(uint64_t sum, const uint8_t *data, size_t size)
{
	while (size > 0) {
		size_t step = size < 8 ? size : 8;
		uint64_t word = 0;

		if (step == 8)
			__builtin_memcpy(&word, data, 8);
		else
			for (size_t i = 0; i < step; i++)
				word |= (uint64_t)data[i] << 8 * i;
		sum = (sum ^ word) * 0xff51afd7ed558ccdULL;
		sum = sum << 29 | sum >> 35;
		data += step;
		size -= step;
	}
	return sum;
}

#endif
