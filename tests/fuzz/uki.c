/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes the splitting of unified kernel images: eight bytes of file size,
 * then the beginning of the file. What is accepted must lie in the file, each
 * part of a profile for itself, and a command line must come out clean.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/reason.h"
#include "image/uki.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PARTS = sizeof(struct uki_profile) / sizeof(struct uki_section) };

static void check_profile(const struct uki_profile *profile, uint64_t file_size)
{
	struct uki_section part[PARTS];

	memcpy(part, profile, sizeof(part));
	for (size_t i = 0; i < PARTS; i++) {
		if (part[i].size == 0 && part[i].offset != 0)
			abort();
		if (part[i].offset > file_size ||
		    part[i].size > file_size - part[i].offset)
			abort();
		for (size_t j = 0; j < i; j++)
			if (part[i].size > 0 && part[j].size > 0 &&
			    part[i].offset < part[j].offset + part[j].size &&
			    part[j].offset < part[i].offset + part[i].size)
				abort();
	}
}

static void check(const struct uki *uki, uint64_t file_size)
{
	if (uki->profile_count == 0 || uki->profile_count > UKI_PROFILES_MAX)
		abort();
	for (size_t i = 0; i < uki->profile_count; i++)
		check_profile(&uki->profile[i], file_size);
}

static void check_cmdline(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (!text)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	uki_trim_cmdline(text);
	if (strlen(text) > size)
		abort();
	for (const char *c = text; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			abort();
	if (text[0] == ' ' || (text[0] && text[strlen(text) - 1] == ' '))
		abort();
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reason why = { "" };
	struct bytes head;
	uint64_t file_size;
	struct uki uki;

	if (size < sizeof(file_size))
		return 0;
	memcpy(&file_size, data, sizeof(file_size));
	head.data = data + sizeof(file_size);
	head.len = size - sizeof(file_size);
	if (head.len > UKI_HEAD_SIZE)
		head.len = UKI_HEAD_SIZE;
	if (file_size < head.len)
		file_size = head.len;
	switch (uki_parse(&uki, head, file_size, "a.efi", &why)) {
	case LOADER_NOT_MINE:
		if (why.text[0])
			abort();
		break;
	case LOADER_BROKEN:
		if (strncmp(why.text, "a.efi: ", 7) != 0)
			abort();
		break;
	case LOADER_MINE:
		check(&uki, file_size);
		break;
	}
	check_cmdline(head.data, head.len);
	return 0;
}
