/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unified kernel images (specs/unified_kernel_image.md): a PE file whose
 * sections are a kernel and what belongs to it. Splitting is pure.
 */
#ifndef KBOOT_IMAGE_UKI_H
#define KBOOT_IMAGE_UKI_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "image/loader.h"

struct reason;

enum {
	/* The PE headers and the section table lie in this much. */
	UKI_HEAD_SIZE = 64 * 1024,
	UKI_PROFILES_MAX = 64,
	/* Small sections (all but .linux, .initrd, .ucode, .splash). */
	UKI_TEXT_MAX = 1024 * 1024,
};

/* Bytes of the file. size 0: no such section. */
struct uki_section {
	uint64_t offset;
	uint64_t size;
};

/* What one profile boots: its own sections, else the base's. */
struct uki_profile {
	struct uki_section linux;
	struct uki_section initrd;
	struct uki_section ucode;
	struct uki_section cmdline;
	struct uki_section osrel;
	struct uki_section uname;
	/* Its own only: empty without .profile sections. */
	struct uki_section profile;
};

struct uki {
	/* At least 1: without .profile sections the base is profile 0. */
	size_t profile_count;
	struct uki_profile profile[UKI_PROFILES_MAX];
};

/*
 * Parses @head, the beginning (UKI_HEAD_SIZE or all) of a file @file_size
 * bytes long. LOADER_NOT_MINE: no PE file, or one without .linux.
 * LOADER_BROKEN has a sentence that begins with @name.
 */
enum loader_answer uki_parse(struct uki *ret, struct bytes head,
			     uint64_t file_size, const char *name,
			     struct reason *why);

/*
 * Makes @text, the contents of .cmdline, what the stub makes of it: the words
 * that the kernel gets. Blanks at the ends go, control characters become
 * blanks.
 */
void uki_trim_cmdline(char *text);

extern const struct image_loader uki_loader;

#endif
