/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Version order. The numbers in the comments are the steps of UAPI.10,
 * "Version Comparison". Pure; knows nothing of kernels.
 */
#include "base/version.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static const char *skip_foreign(const char *s)
{
	while (*s && !is_digit(*s) && !is_letter(*s) && !strchr("-.~^", *s))
		s++;
	return s;
}

/*
 * Steps 2, 4, 5, 6: who alone begins with @mark is the lower. Foreign
 * characters are skipped behind a mark as they are in step 1: where they
 * stood, "._2" would be below ".a", that below ".0b", and that below "._2"
 * again, and a sort needs an order that does not run in circles.
 */
static int compare_mark(const char **a, const char **b, char mark)
{
	bool in_a = **a == mark, in_b = **b == mark;

	if (in_a != in_b)
		return in_a ? -1 : 1;
	if (in_a) {
		*a = skip_foreign(*a + 1);
		*b = skip_foreign(*b + 1);
	}
	return 0;
}

/* The digits at *@s without leading zeroes; *@s moves behind them. */
static const char *number(const char **s, size_t *ret_len)
{
	const char *from;

	while (**s == '0')
		(*s)++;
	from = *s;
	while (is_digit(**s))
		(*s)++;
	*ret_len = (size_t)(*s - from);
	return from;
}

/* Step 7. As strings, since a number may be longer than any integer. */
static int compare_numbers(const char **a, const char **b)
{
	size_t len_a, len_b;
	const char *from_a = number(a, &len_a);
	const char *from_b = number(b, &len_b);

	if (len_a != len_b)
		return len_a < len_b ? -1 : 1;
	return memcmp(from_a, from_b, len_a);
}

/* Step 8. ASCII has the capitals below the small letters already. */
static int compare_letters(const char **a, const char **b)
{
	while (is_letter(**a) && **a == **b) {
		(*a)++;
		(*b)++;
	}
	if (is_letter(**a) && is_letter(**b))
		return **a < **b ? -1 : 1;
	return (int)is_letter(**a) - (int)is_letter(**b);
}

int version_compare(const char *a, const char *b)
{
	for (;;) {
		int order;

		/* Step 1 */
		a = skip_foreign(a);
		b = skip_foreign(b);
		order = compare_mark(&a, &b, '~');
		if (order)
			return order;
		/* Step 3 */
		if (!*a || !*b)
			return (*a != '\0') - (*b != '\0');
		order = compare_mark(&a, &b, '-');
		if (!order)
			order = compare_mark(&a, &b, '^');
		if (!order)
			order = compare_mark(&a, &b, '.');
		if (order)
			return order;
		if (is_digit(*a) || is_digit(*b))
			order = compare_numbers(&a, &b);
		else
			order = compare_letters(&a, &b);
		if (order)
			return order;
	}
}
