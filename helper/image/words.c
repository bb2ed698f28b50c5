/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which words those are, and by what a kernel that needs one is known. */
#include "image/words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/reason.h"
#include "image/file.h"
#include "image/note.h"

/*
 * acpi_rsdp= (Linux 3.2 and newer, CONFIG_KEXEC; drivers/acpi/osl.c). Kernels
 * from 4.20 on read boot_params.acpi_rsdp_addr, and then it says the same.
 */
static const char acpi_rsdp[] = "acpi_rsdp=";

/* ACPI 6.5, 5.2.5.1, "Finding the RSDP on IA-PC Systems": where all of them
 * look. */
static const uint64_t BIOS_START = 0xe0000, BIOS_END = 0x100000;

/*
 * Xen (xen/arch/x86/boot/cmdline.c, trampoline.S): it does not go to real mode
 * and call the BIOS for memory, disks and screen.
 */
static const char no_real_mode[] = "no-real-mode";

enum {
	/* One read of what is searched. */
	SEARCH_CHUNK = 16 * 1024,
};

/* True if a word of @line begins with @word. */
static bool has_word(const char *line, const char *word)
{
	const char *at = line;

	for (; (at = strstr(at, word)); at++)
		if (at == line || (unsigned char)at[-1] <= ' ')
			return true;
	return false;
}

/* In front: behind a "--" it would be a word for init, or for Xen's dom0. */
static int put_in_front(struct image *image, const char *word,
			struct reason *why)
{
	char *line;

	if (asprintf(&line, "%s%s%s", word, image->cmdline[0] ? " " : "",
		     image->cmdline) < 0)
		return reason(why, ENOMEM, "%s: no memory for its command line",
			      image->kernel.name);
	free(image->own_cmdline);
	image->own_cmdline = line;
	image->cmdline = line;
	return 0;
}

static int add_acpi_rsdp(struct image *image, struct reason *why)
{
	unsigned long long rsdp = image->facts->rsdp;
	char word[sizeof(acpi_rsdp) + 2 * sizeof(rsdp) + 2];
	int err;

	if (!image->rsdp_by_word || rsdp == 0 ||
	    (rsdp >= BIOS_START && rsdp < BIOS_END) ||
	    has_word(image->cmdline, acpi_rsdp))
		return 0;
	(void)snprintf(word, sizeof(word), "%s0x%llx", acpi_rsdp, rsdp);
	err = put_in_front(image, word, why);
	if (!err)
		note_add(image->note, sizeof(image->note),
			 "%s may be older than Linux 4.20: it is told where "
			 "ACPI's tables are by %s",
			 image->kernel.name, word);
	return err;
}

/* Whether @part has no_real_mode and its zero, into *@ret. */
static int search_part(const struct image *image, const struct image_part *part,
		       bool *ret, struct reason *why)
{
	uint8_t bytes[SEARCH_CHUNK];
	uint64_t at = 0;

	while (!*ret && part->file_size - at >= sizeof(no_real_mode)) {
		uint64_t left = part->file_size - at;
		size_t size =
			left < sizeof(bytes) ? (size_t)left : sizeof(bytes);
		int err = file_read(&image->kernel, part->offset + at, bytes,
				    size, why);

		if (err)
			return err;
		*ret = memmem(bytes, size, no_real_mode,
			      sizeof(no_real_mode)) != NULL;
		/* It may lie across the end of what was read. */
		at += size - (sizeof(no_real_mode) - 1);
	}
	return 0;
}

/*
 * Only for what knows the word: it is in the code by which Xen reads its
 * command line, and a Multiboot kernel of another kind is given nothing.
 */
static int add_no_real_mode(struct image *image, struct reason *why)
{
	bool knows = false;
	int err = 0;

	if ((image->mode != IMAGE_MODE_MULTIBOOT1 &&
	     image->mode != IMAGE_MODE_MULTIBOOT2) ||
	    has_word(image->cmdline, no_real_mode))
		return 0;
	for (size_t i = 0; i < image->part_count && !err && !knows; i++)
		err = search_part(image, &image->part[i], &knows, why);
	if (!err && knows)
		err = put_in_front(image, no_real_mode, why);
	if (!err && knows)
		note_add(image->note, sizeof(image->note),
			 "%s is told %s: it would call the BIOS, whose devices "
			 "Linux has used since",
			 image->kernel.name, no_real_mode);
	return err;
}

int words_add(struct image *image, struct reason *why)
{
	int err = add_acpi_rsdp(image, why);

	return err ? err : add_no_real_mode(image, why);
}
