/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Both orders are total on purpose: entries that a loader takes for equal are
 * told apart by their file names, so that no sort depends on the directory.
 */
#include "entries/blsorder.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/version.h"

/* "If just one of the strings is unspecified or empty, it compares lower." */
static int compare_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int compare_version(const char *a, const char *b)
{
	return version_compare(a ? a : "", b ? b : "");
}

static int compare_number(long a, long b)
{
	return (a > b) - (a < b);
}

/* systemd-boot takes all names in small letters, as FAT has no others. */
static void take_name(char *ret, size_t size, const struct blsorder_key *key)
{
	(void)snprintf(ret, size, "%s%s", key->id,
		       key->ending ? key->ending : "");
	for (; *ret; ret++)
		if (*ret >= 'A' && *ret <= 'Z')
			*ret = (char)(*ret - 'A' + 'a');
}

/* File names as versions. */
static int compare_names(const struct blsorder_key *a,
			 const struct blsorder_key *b)
{
	char name_a[NAME_MAX + 1], name_b[NAME_MAX + 1];

	take_name(name_a, sizeof(name_a), a);
	take_name(name_b, sizeof(name_b), b);
	return version_compare(name_a, name_b);
}

static bool is_set(const char *s)
{
	return s && *s;
}

/* Entries of one name: good ones, then by the tries that are left. */
static int compare_tries(const struct blsorder_key *a,
			 const struct blsorder_key *b)
{
	int order = compare_number(a->tries_left >= 0, b->tries_left >= 0);

	if (!order)
		order = compare_number(b->tries_left, a->tries_left);
	if (!order)
		order = compare_number(a->tries_done, b->tries_done);
	return order;
}

int blsorder_spec(const struct blsorder_key *a, const struct blsorder_key *b)
{
	bool keys = is_set(a->sort_key) && is_set(b->sort_key);
	int order;

	order = compare_number(a->unlisted, b->unlisted);
	if (!order)
		order = compare_number(a->tries_left == 0, b->tries_left == 0);
	if (!order)
		order = compare_number(!is_set(a->sort_key),
				       !is_set(b->sort_key));
	if (!order && keys)
		order = compare_text(a->sort_key, b->sort_key);
	if (!order && keys)
		order = compare_text(a->machine_id, b->machine_id);
	if (!order && keys)
		order = compare_version(b->version, a->version);
	if (!order)
		order = compare_names(b, a);
	/* "1" and "1_" are one version: the profiles of each stay together. */
	if (!order)
		order = strcmp(b->id, a->id);
	if (!order)
		order = compare_text(b->ending, a->ending);
	if (!order)
		order = compare_number(a->profile, b->profile);
	return order ? order : compare_tries(a, b);
}

/* Part of a file name. */
struct part {
	const char *at;
	const char *end;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* What the next piece of a version is; a lower value is an older version. */
enum piece {
	PIECE_TILDE,
	PIECE_END,
	PIECE_PLUS,
	PIECE_LETTERS,
	PIECE_DIGITS,
};

/* Takes the next piece from @part; digits lose their leading zeroes. */
static enum piece next_piece(struct part *part, struct part *ret)
{
	const char *p = part->at, *end = part->end;
	bool digits;

	while (p < end && !is_digit(*p) && !is_letter(*p) && *p != '~' &&
	       *p != '+')
		p++;
	ret->at = ret->end = part->at = p;
	if (p == end)
		return PIECE_END;
	if (*p == '~' || *p == '+') {
		part->at = p + 1;
		return *p == '~' ? PIECE_TILDE : PIECE_PLUS;
	}
	digits = is_digit(*p);
	while (p < end && (digits ? is_digit(*p) : is_letter(*p)))
		p++;
	part->at = ret->end = p;
	while (digits && ret->at < p && *ret->at == '0')
		ret->at++;
	return digits ? PIECE_DIGITS : PIECE_LETTERS;
}

/* Pieces of one kind: numbers by value, letters as strcmp() has it. */
static int compare_piece(enum piece kind, struct part a, struct part b)
{
	size_t len_a = (size_t)(a.end - a.at), len_b = (size_t)(b.end - b.at);
	size_t len = len_a < len_b ? len_a : len_b;
	int order = 0;

	if (kind == PIECE_DIGITS && len_a != len_b)
		return len_a < len_b ? -1 : 1;
	if (len)
		order = memcmp(a.at, b.at, len);
	return order ? order : compare_number((long)len_a, (long)len_b);
}

/* rpm's rpmvercmp(), with "+" above the end and below the rest. */
static int compare_rpm(struct part a, struct part b)
{
	for (;;) {
		struct part piece_a, piece_b;
		enum piece kind_a = next_piece(&a, &piece_a);
		enum piece kind_b = next_piece(&b, &piece_b);
		int order = compare_number(kind_a, kind_b);

		if (!order)
			order = compare_piece(kind_a, piece_a, piece_b);
		if (order || kind_a == PIECE_END)
			return order;
	}
}

enum { NAME, VERSION, RELEASE, PARTS };

/* name-version-release; with one dash, name-version. */
static void split(struct part *ret, const char *file)
{
	const struct part none = { "", "" };
	const char *end = file + strlen(file);
	const char *last = strrchr(file, '-'), *middle = last;

	ret[VERSION] = ret[RELEASE] = none;
	ret[NAME].at = file;
	ret[NAME].end = last ? last : end;
	if (!last)
		return;
	while (middle > file && middle[-1] != '-')
		middle--;
	if (middle == file) {
		ret[VERSION].at = last + 1;
		ret[VERSION].end = end;
		return;
	}
	ret[NAME].end = middle - 1;
	ret[VERSION].at = middle;
	ret[VERSION].end = last;
	ret[RELEASE].at = last + 1;
	ret[RELEASE].end = end;
}

int blsorder_grub(const char *a, const char *b)
{
	struct part parts_a[PARTS], parts_b[PARTS];
	int order = 0;

	split(parts_a, a);
	split(parts_b, b);
	for (int i = NAME; !order && i < PARTS; i++)
		order = compare_rpm(parts_a[i], parts_b[i]);
	return order ? order : strcmp(a, b);
}
