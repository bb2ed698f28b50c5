/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The setup header of a bzImage. Field names and meanings are those of
 * boot.rst, "The Real-Mode Kernel Header". Pure: bytes in, numbers out.
 */
#include "image/bzimage.h"

#include <errno.h>

#include "base/reason.h"
#include "image/image.h"

/* Offsets of the header's fields in the file. */
enum {
	SETUP_SECTS = 0x1f1,
	SYSSIZE = 0x1f4,
	BOOT_FLAG = 0x1fe,
	JUMP_LENGTH = 0x201,
	HEADER = 0x202,
	VERSION = 0x206,
	LOADFLAGS = 0x211,
	INITRD_ADDR_MAX = 0x22c,
	KERNEL_ALIGNMENT = 0x230,
	RELOCATABLE_KERNEL = 0x234,
	XLOADFLAGS = 0x236,
	CMDLINE_SIZE = 0x238,
	PREF_ADDRESS = 0x258,
	INIT_SIZE = 0x260,
	/* Where a header of protocol 2.10 ends at the earliest. */
	HEADER_END = 0x264,
};

enum {
	/* The first that tells init_size: how much room the kernel takes. */
	VERSION_MIN = 0x020a,
	/* The first with xloadflags. */
	VERSION_XLOADFLAGS = 0x020c,
	/* Linux 5.5: no version tells 4.20 from what came before. */
	VERSION_KERNEL_INFO = 0x020f,
};

enum { LOADED_HIGH = 1 << 0 };

enum {
	XLF_KERNEL_64 = 1 << 0,
	XLF_CAN_BE_LOADED_ABOVE_4G = 1 << 1,
	XLF_EFI_KEXEC = 1 << 4,
	XLF_5LEVEL = 1 << 5,
};

enum {
	SECTOR = 512,
	PARAGRAPH = 16,
	PAGE = 4096,
	/* "For backwards compatibility, if the setup_sects field contains 0,
	 * the real value is 4." */
	SETUP_SECTS_OLD = 4,
	/* boot.rst, "64-bit Boot Protocol": start of the kernel plus 0x200;
	 * "32-bit Boot Protocol": its start */
	ENTRY64 = 0x200,
	ENTRY32 = 0,
	/* The first megabyte belongs to the firmware. */
	LOWEST = 0x100000,
};

/* Addresses that x86-64 has: 52 bits. */
static const uint64_t ADDRESS_END = 1ULL << 52;

static const uint64_t FOUR_GIB = 1ULL << 32;

static bool power_of_two(uint64_t n)
{
	return n != 0 && (n & (n - 1)) == 0;
}

/* The checks that come before any size makes sense. */
static enum loader_answer check_kind(struct bytes head, const char *name,
				     struct reason *why)
{
	uint8_t loadflags, length;
	uint16_t flag, version;

	if (!bytes_match(head, HEADER, "HdrS", 4) ||
	    !bytes_le16(head, BOOT_FLAG, &flag) ||
	    !bytes_le16(head, VERSION, &version))
		return LOADER_NOT_MINE;
	if (flag != 0xaa55) {
		(void)reason(why, EINVAL,
			     "%s: has a kernel's header but no boot flag "
			     "(0x%04x, not 0xaa55): it is damaged",
			     name, flag);
		return LOADER_BROKEN;
	}
	if (version < VERSION_MIN) {
		(void)reason(why, EINVAL,
			     "%s: speaks boot protocol %u.%02u, but it takes "
			     "2.10 (Linux 2.6.31) or newer",
			     name, version >> 8, version & 0xffU);
		return LOADER_BROKEN;
	}
	if (!bytes_has(head, 0, HEADER_END) ||
	    !bytes_u8(head, JUMP_LENGTH, &length) ||
	    !bytes_u8(head, LOADFLAGS, &loadflags) ||
	    HEADER + length < HEADER_END) {
		(void)reason(why, EINVAL, "%s: its header is cut short", name);
		return LOADER_BROKEN;
	}
	if (!(loadflags & LOADED_HIGH)) {
		(void)reason(why, EINVAL,
			     "%s: is a zImage (loaded low), not a bzImage",
			     name);
		return LOADER_BROKEN;
	}
	return LOADER_MINE;
}

/* Where the kernel may go. */
static enum loader_answer check_place(struct bzimage *b, const char *name,
				      struct reason *why)
{
	if (b->relocatable && !power_of_two(b->alignment)) {
		(void)reason(why, EINVAL,
			     "%s: its alignment, 0x%llx, is no power of two: "
			     "the header is damaged",
			     name, (unsigned long long)b->alignment);
		return LOADER_BROKEN;
	}
	if (!b->relocatable || b->alignment < PAGE)
		b->alignment = PAGE;
	if (b->preferred < LOWEST)
		b->preferred = LOWEST;
	if (b->preferred >= (b->entry64 ? ADDRESS_END : FOUR_GIB) ||
	    (!b->relocatable && b->preferred % PAGE != 0)) {
		(void)reason(why, EINVAL,
			     "%s: wants to run at 0x%llx, which no kernel "
			     "can: the header is damaged",
			     name, (unsigned long long)b->preferred);
		return LOADER_BROKEN;
	}
	/* "A relocatable kernel will move itself to this address if it loaded
	 * below", then up to the alignment: do it for the kernel. */
	b->preferred = (b->preferred + b->alignment - 1) & ~(b->alignment - 1);
	return LOADER_MINE;
}

enum loader_answer bzimage_parse(struct bzimage *ret, struct bytes head,
				 uint64_t file_size, const char *name,
				 struct reason *why)
{
	uint32_t syssize, initrd_max, alignment, cmdline_size, init_size;
	enum loader_answer answer;
	uint8_t setup_sects, relocatable;
	uint16_t xloadflags;
	struct bzimage b;

	answer = check_kind(head, name, why);
	if (answer != LOADER_MINE)
		return answer;
	if (!bytes_u8(head, SETUP_SECTS, &setup_sects) ||
	    !bytes_le32(head, SYSSIZE, &syssize) ||
	    !bytes_le16(head, VERSION, &b.version) ||
	    !bytes_le32(head, INITRD_ADDR_MAX, &initrd_max) ||
	    !bytes_le32(head, KERNEL_ALIGNMENT, &alignment) ||
	    !bytes_u8(head, RELOCATABLE_KERNEL, &relocatable) ||
	    !bytes_le16(head, XLOADFLAGS, &xloadflags) ||
	    !bytes_le32(head, CMDLINE_SIZE, &cmdline_size) ||
	    !bytes_le64(head, PREF_ADDRESS, &b.preferred) ||
	    !bytes_le32(head, INIT_SIZE, &init_size)) {
		(void)reason(why, EINVAL, "%s: its header is cut short", name);
		return LOADER_BROKEN;
	}
	if (setup_sects == 0)
		setup_sects = SETUP_SECTS_OLD;
	b.payload_offset = (setup_sects + 1ULL) * SECTOR;
	/* What follows in the file (signatures) is not for the memory. */
	b.payload_size = (uint64_t)syssize * PARAGRAPH;
	if (syssize == 0) {
		(void)reason(why, EINVAL,
			     "%s: its header says that it holds no code: it "
			     "is damaged",
			     name);
		return LOADER_BROKEN;
	}
	/* syssize counts paragraphs, the last of which memtest86+ does not
	 * fill: its file ends where its code does. */
	if (file_size < b.payload_offset + b.payload_size &&
	    file_size > b.payload_offset + b.payload_size - PARAGRAPH)
		b.payload_size = file_size - b.payload_offset;
	if (file_size < b.payload_offset + b.payload_size) {
		(void)reason(why, EINVAL,
			     "%s: is truncated: %llu bytes of at least %llu",
			     name, (unsigned long long)file_size,
			     (unsigned long long)(b.payload_offset +
						  b.payload_size));
		return LOADER_BROKEN;
	}
	b.run_size = init_size > b.payload_size ? init_size : b.payload_size;
	b.alignment = alignment;
	b.relocatable = relocatable != 0;
	/* What was there before was reserved, but nobody said that it is zero. */
	if (b.version < VERSION_XLOADFLAGS)
		xloadflags = 0;
	b.entry64 = xloadflags & XLF_KERNEL_64;
	b.above_4g = b.entry64 && (xloadflags & XLF_CAN_BE_LOADED_ABOVE_4G);
	b.five_level = xloadflags & XLF_5LEVEL;
	b.efi_kexec = xloadflags & XLF_EFI_KEXEC;
	b.initrd_max = initrd_max;
	b.cmdline_max = cmdline_size;
	if (b.entry64 && b.payload_size <= ENTRY64) {
		(void)reason(why, EINVAL,
			     "%s: its code ends before its entry point: the "
			     "header is damaged",
			     name);
		return LOADER_BROKEN;
	}
	answer = check_place(&b, name, why);
	if (answer == LOADER_MINE)
		*ret = b;
	return answer;
}

static enum loader_answer
parse_image(struct bzimage *b, const struct image *image, struct reason *why)
{
	struct bytes head = { image->head, image->head_size };
	enum loader_answer answer;

	answer = bzimage_parse(b, head, image->kernel.size, image->kernel.name,
			       why);
	if (answer != LOADER_MINE)
		return answer;
	/* boot.rst, XLF_5LEVEL; the paging mode is not changed on the way to
	 * the 64-bit entry: that takes leaving long mode. */
	if (image->facts->la57 && b->entry64 && !b->five_level) {
		(void)reason(why, EINVAL,
			     "%s: does not know 5-level paging, which the "
			     "running kernel uses: boot that one with no5lvl",
			     image->kernel.name);
		return LOADER_BROKEN;
	}
	return LOADER_MINE;
}

static enum loader_answer probe(const struct image *image, struct reason *why)
{
	struct bzimage b;

	return parse_image(&b, image, why);
}

static int parse(struct image *image, struct reason *why)
{
	struct bzimage b;

	if (parse_image(&b, image, why) != LOADER_MINE)
		return -EINVAL;
	/* It clears its .bss itself, and more than that it does not expect to
	 * be zero (arch/x86/boot/compressed/head_64.S). */
	image->part[0].offset = b.payload_offset;
	image->part[0].file_size = b.payload_size;
	image->part[0].address = b.preferred;
	image->part[0].mem_size = b.run_size;
	image->part_count = 1;
	image->preferred = b.preferred;
	image->run_size = b.run_size;
	image->relocatable = b.relocatable;
	image->alignment = b.alignment;
	image->place_min = b.preferred;
	image->place_max = b.above_4g ? UINT64_MAX : FOUR_GIB;
	image->above_4g = b.above_4g;
	image->initrd_max = b.initrd_max;
	image->cmdline_max = b.cmdline_max;
	image->has_setup_header = true;
	image->mode = b.entry64 ? IMAGE_MODE_LINUX64 : IMAGE_MODE_LINUX32;
	image->entry = b.preferred + (b.entry64 ? ENTRY64 : ENTRY32);
	image->rsdp_by_word = b.version < VERSION_KERNEL_INFO &&
			      !(image->facts->efi.usable && b.efi_kexec);
	/* kexec-bzimage64.c, bzImage64_probe() */
	image->by_file =
		b.entry64 && b.above_4g && b.version >= VERSION_XLOADFLAGS;
	return 0;
}

const struct image_loader bzimage_loader = {
	.name = "bzImage",
	.probe = probe,
	.parse = parse,
};
