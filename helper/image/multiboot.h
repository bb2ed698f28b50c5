/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Multiboot ("Multiboot Specification version 0.6.96") and Multiboot 2
 * ("version 2.0"), both by GNU: the header by which a kernel says what it
 * wants, and the information that it is given. Pure but for the two rows.
 */
#ifndef KBOOT_IMAGE_MULTIBOOT_H
#define KBOOT_IMAGE_MULTIBOOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "image/elf.h"
#include "image/image.h"
#include "image/loader.h"
#include "image/memmap.h"

struct reason;

enum {
	/* "must be contained completely within the first 8192 bytes" */
	MULTIBOOT1_SEARCH = 8192,
	/* "... 32768 bytes of the OS image, and must be 64-bit aligned" */
	MULTIBOOT2_SEARCH = 32768,
	/* Neither specification has a limit. */
	MULTIBOOT_CMDLINE_MAX = 4095,
};

/*
 * Xen drops the first word of command lines, as the kernel's name, unless the
 * loader's name has "GRUB " in it, and no 0 behind that (xen/arch/x86/setup.c,
 * cmdline_cook(), loader_is_grub2()). We pass no names, like GRUB 2.
 */
#define MULTIBOOT_LOADER_NAME "kboot (passes words as GRUB 2 does)"

/* What the header says, checked. */
struct multiboot {
	/* The header's place in the file. */
	uint64_t offset;
	/* It says itself what is loaded; else the file is an ELF file. */
	bool by_address;
	struct elf_segment segment;
	bool has_entry;
	uint32_t entry;
	/* Version 2: may be moved, wholly within [min, max]. */
	bool relocatable;
	uint32_t min;
	uint32_t max;
	uint32_t align;
	/* It does not run without knowing a screen. */
	bool needs_screen;
};

/* True if there is a header of either version. */
bool multiboot_has_header(struct bytes head);

/*
 * Parses the header in @head, the beginning of a file @file_size bytes long,
 * into *@ret. LOADER_NOT_MINE: none of this version. LOADER_BROKEN has a
 * sentence that begins with @name.
 */
enum loader_answer multiboot1_parse(struct multiboot *ret, struct bytes head,
				    uint64_t file_size, const char *name,
				    struct reason *why);
enum loader_answer multiboot2_parse(struct multiboot *ret, struct bytes head,
				    uint64_t file_size, const char *name,
				    struct reason *why);

/* framebuffer_type of both specifications. */
enum multiboot_screen_type {
	MULTIBOOT_SCREEN_RGB = 1,
	MULTIBOOT_SCREEN_TEXT = 2,
};

/* The screen as the running kernel found it; its units are those of the
 * specification: pixels, or characters, and bytes a line. */
struct multiboot_screen {
	enum multiboot_screen_type type;
	uint64_t address;
	uint32_t pitch;
	uint32_t width;
	uint32_t height;
	uint8_t bpp;
	/* Position and size of red, green, blue. */
	uint8_t color[6];
};

/*
 * The screen of struct boot_params (@params, FACTS_BOOT_PARAMS_SIZE bytes)
 * into *@ret; false when there is none that a newcomer could write to.
 */
bool multiboot_screen(struct multiboot_screen *ret, const uint8_t *params);

/* The same, unless a driver of the running kernel has changed it since. */
bool multiboot_known_screen(struct multiboot_screen *ret,
			    const struct facts *facts);

/*
 * EFI's tables are not among it: the boot services are gone, and pointers in
 * the system table are virtual ones of the running kernel's.
 */
struct multiboot_input {
	const char *cmdline;
	const struct image_module *module;
	size_t module_count;
	const struct memmap *map;
	/* NULL: none known. */
	const struct multiboot_screen *screen;
	/* A copy of the RSDP; len 0: none known. Version 2 only. */
	struct bytes rsdp;
	/* Where a relocatable kernel was put. Version 2 only. */
	bool has_base;
	uint32_t base;
};

/*
 * Write the information and all that it points to into the @size bytes at
 * @buf, which will be at the physical @address, a multiple of 8. Return how
 * many bytes that takes; with @size 0 they only count.
 */
size_t multiboot1_build(uint8_t *buf, size_t size, uint64_t address,
			const struct multiboot_input *in);
size_t multiboot2_build(uint8_t *buf, size_t size,
			const struct multiboot_input *in);

/* The same for a placed (measuring: a parsed) image. */
size_t multiboot1_info_size(const struct image *image);
void multiboot1_info_build(uint8_t *buf, uint64_t address,
			   const struct image *image);
size_t multiboot2_info_size(const struct image *image);
void multiboot2_info_build(uint8_t *buf, uint64_t address,
			   const struct image *image);

extern const struct image_loader multiboot1_loader;
extern const struct image_loader multiboot2_loader;

#endif
