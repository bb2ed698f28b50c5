/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rows for Multiboot kernels: the header, and the ELF file around it,
 * into struct image.
 */
#include <errno.h>
#include <string.h>

#include "base/reason.h"
#include "image/multiboot.h"

enum { PAGE = 4096 };

static const uint64_t GIB4 = 1ULL << 32;

typedef enum loader_answer parse_header(struct multiboot *ret,
					struct bytes head, uint64_t file_size,
					const char *name, struct reason *why);

/* All of it: the pieces, and where it is entered, as linked. */
struct kernel {
	struct multiboot header;
	size_t count;
	struct elf_segment segment[ELF_SEGMENTS_MAX];
	uint64_t start;
	uint64_t end;
	uint64_t entry;
};

/* GRUB: the entry is virtual. Where no piece has it: physical. */
static bool elf_entry(struct kernel *k, const struct elf *elf)
{
	const struct elf_segment *s = elf_find_virtual(elf, elf->entry);

	if (k->header.has_entry)
		k->entry = k->header.entry;
	else if (s)
		k->entry = elf->entry - s->virtual_address + s->address;
	else
		k->entry = elf->entry;
	return elf_find(elf, k->entry) != NULL;
}

/*
 * The ELF file that a header without addresses belongs to. In any other file
 * it is there by accident: xen.efi has Xen's.
 */
static enum loader_answer take_elf(struct kernel *k, const struct image *image,
				   struct reason *why)
{
	struct bytes head = { image->head, image->head_size };
	const char *name = image->kernel.name;
	enum loader_answer answer;
	struct elf elf;

	answer = elf_parse(&elf, head, image->kernel.size, name, why);
	if (answer != LOADER_MINE)
		return answer;
	if (elf.end > GIB4) {
		(void)reason(why, EINVAL,
			     "%s: is linked to run above 4 GiB, where "
			     "Multiboot cannot enter it",
			     name);
		return LOADER_BROKEN;
	}
	if (!elf_entry(k, &elf)) {
		(void)reason(why, EINVAL,
			     "%s: is damaged: its entry, 0x%llx, is in none "
			     "of its pieces",
			     name, (unsigned long long)k->entry);
		return LOADER_BROKEN;
	}
	k->count = elf.segment_count;
	memcpy(k->segment, elf.segment, sizeof(k->segment));
	k->start = elf.start;
	k->end = elf.end;
	return LOADER_MINE;
}

static int check_screen(const struct kernel *k, const struct image *image,
			struct reason *why)
{
	struct multiboot_screen screen;

	if (!k->header.needs_screen ||
	    multiboot_known_screen(&screen, image->facts))
		return 0;
	return reason(why, ENODEV,
		      "%s: needs a screen, and this machine has none that is "
		      "known",
		      image->kernel.name);
}

static enum loader_answer read_kernel(struct kernel *k,
				      const struct image *image,
				      parse_header *parse, struct reason *why)
{
	struct bytes head = { image->head, image->head_size };
	enum loader_answer answer;

	memset(k, 0, sizeof(*k));
	answer = parse(&k->header, head, image->kernel.size, image->kernel.name,
		       why);
	if (answer == LOADER_MINE && !k->header.by_address)
		answer = take_elf(k, image, why);
	if (answer == LOADER_MINE && check_screen(k, image, why) != 0)
		answer = LOADER_BROKEN;
	if (answer != LOADER_MINE || !k->header.by_address)
		return answer;
	k->count = 1;
	k->segment[0] = k->header.segment;
	k->start = k->segment[0].address;
	k->end = k->start + k->segment[0].memory_size;
	k->entry = k->header.entry;
	return LOADER_MINE;
}

static int fill(struct image *image, parse_header *parse, enum image_mode mode,
		struct reason *why)
{
	struct kernel k;

	if (read_kernel(&k, image, parse, why) != LOADER_MINE)
		return -EINVAL;
	for (size_t i = 0; i < k.count; i++) {
		const struct elf_segment *s = &k.segment[i];
		struct image_part *part = &image->part[i];

		part->offset = s->offset;
		part->file_size = s->file_size;
		part->address = s->address;
		part->mem_size = s->memory_size;
		part->clear = true;
	}
	image->part_count = k.count;
	image->preferred = k.start;
	image->run_size = k.end - k.start;
	image->entry = k.entry;
	image->mode = mode;
	image->alignment = k.header.align > PAGE ? k.header.align : PAGE;
	/* What begins within a page could not stay where it was in it. */
	image->relocatable =
		k.header.relocatable && k.start % image->alignment == 0;
	image->place_min = k.header.min;
	image->place_max = (uint64_t)k.header.max + 1;
	image->cmdline_max = MULTIBOOT_CMDLINE_MAX;
	/* mod_start and mod_end have 32 bits */
	image->initrd_max = UINT32_MAX - 1;
	image->modules_apart = true;
	return 0;
}

static enum loader_answer probe1(const struct image *image, struct reason *why)
{
	struct kernel k;

	return read_kernel(&k, image, multiboot1_parse, why);
}

static int parse1(struct image *image, struct reason *why)
{
	return fill(image, multiboot1_parse, IMAGE_MODE_MULTIBOOT1, why);
}

static enum loader_answer probe2(const struct image *image, struct reason *why)
{
	struct kernel k;

	return read_kernel(&k, image, multiboot2_parse, why);
}

static int parse2(struct image *image, struct reason *why)
{
	return fill(image, multiboot2_parse, IMAGE_MODE_MULTIBOOT2, why);
}

const struct image_loader multiboot1_loader = {
	.name = "Multiboot1",
	.probe = probe1,
	.parse = parse1,
};

const struct image_loader multiboot2_loader = {
	.name = "Multiboot2",
	.probe = probe2,
	.parse = parse2,
};
