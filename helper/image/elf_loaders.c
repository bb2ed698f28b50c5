/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two rows for ELF kernels: Linux by its own entry, and anything by Xen's
 * PVH entry. Which of them a file is for is decided by its notes and
 * addresses; any program is an ELF file as well.
 */
#include "image/elf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/reason.h"
#include "image/file.h"
#include "image/image.h"
#include "image/multiboot.h"
#include "image/pvh.h"

/* public/elfnote.h of Xen */
enum {
	XEN_ELFNOTE_GUEST_OS = 6,
	XEN_ELFNOTE_PHYS32_ENTRY = 18,
	XEN_ELFNOTE_PHYS32_RELOC = 19,
};

enum {
	PAGE = 4096,
	/* arch/x86/kernel/head64.c, __startup_64(): "Is the address not 2M
	 * aligned?"; and the default of XEN_ELFNOTE_PHYS32_RELOC */
	ALIGN_2M = 0x200000,
	/* Linux's COMMAND_LINE_SIZE, less the zero; PVH has no limit itself */
	LINUX_CMDLINE_MAX = 2047,
	PVH_CMDLINE_MAX = 4095,
	/* What every x86 bzImage says in its header (INITRD_MAX) */
	LINUX_INITRD_MAX = 0x7fffffff,
};

static const uint64_t GIB4 = 1ULL << 32;

/* arch/x86/include/asm/page_64_types.h */
static const uint64_t START_KERNEL_MAP = 0xffffffff80000000;

/* arch/x86/include/asm/sparsemem.h: __startup_64() takes no address above
 * MAX_PHYSMEM_BITS of 4-level paging. */
static const uint64_t LINUX64_END = 1ULL << 46;

/* What all of a file's notes say together. */
struct marks {
	bool linux;
	/* Of another system, by name or by Xen's GUEST_OS. */
	bool other;
	bool has_pvh;
	uint64_t pvh_entry;
	/* XEN_ELFNOTE_PHYS32_RELOC: align, first byte, last byte. */
	bool has_reloc;
	uint64_t reloc_align;
	uint64_t reloc_min;
	uint64_t reloc_max;
};

/* A number of 4 or 8 bytes, as public/elfnote.h allows. */
static bool note_number(struct bytes contents, uint64_t *ret)
{
	uint32_t narrow;

	if (contents.len == 8)
		return bytes_le64(contents, 0, ret);
	if (contents.len != 4 || !bytes_le32(contents, 0, &narrow))
		return false;
	*ret = narrow;
	return true;
}

/* "The note may include up to three 32bit values"; the rest has defaults. */
static void take_reloc(struct marks *m, const struct elf *elf,
		       struct bytes contents)
{
	uint32_t value;

	m->has_reloc = true;
	m->reloc_align = elf->align >= PAGE ? elf->align : ALIGN_2M;
	m->reloc_min = 0;
	m->reloc_max = UINT32_MAX;
	if (bytes_le32(contents, 0, &value))
		m->reloc_align = value;
	if (bytes_le32(contents, 4, &value))
		m->reloc_min = value;
	if (bytes_le32(contents, 8, &value))
		m->reloc_max = value;
}

static void take_note(struct marks *m, const struct elf *elf,
		      const struct elf_note *note)
{
	if (strcmp(note->owner, "Linux") == 0) {
		m->linux = true;
	} else if (strcmp(note->owner, "Xen") != 0) {
		/* GNU: the build's id, not the kernel's name */
		if (strcmp(note->owner, "GNU") != 0)
			m->other = true;
	} else if (note->type == XEN_ELFNOTE_GUEST_OS) {
		if (bytes_match(note->contents, 0, "linux", 6))
			m->linux = true;
		else
			m->other = true;
	} else if (note->type == XEN_ELFNOTE_PHYS32_ENTRY) {
		m->has_pvh = note_number(note->contents, &m->pvh_entry);
	} else if (note->type == XEN_ELFNOTE_PHYS32_RELOC) {
		take_reloc(m, elf, note->contents);
	}
}

/* One PT_NOTE. What is longer than any kernel's is read no further. */
static int read_notes(struct marks *m, const struct elf *elf,
		      const struct elf_notes *notes,
		      const struct image_file *file, struct reason *why)
{
	struct elf_note note;
	struct bytes bytes;
	uint64_t at = 0;
	uint8_t *buf;
	int err;

	bytes.len = notes->size < ELF_NOTES_SIZE_MAX ? (size_t)notes->size
						     : ELF_NOTES_SIZE_MAX;
	buf = malloc(bytes.len);
	if (!buf)
		return reason(why, ENOMEM, "%s: no memory to read its notes",
			      file->name);
	err = file_read(file, notes->offset, buf, bytes.len, why);
	bytes.data = buf;
	while (!err && elf_next_note(bytes, notes->align, &at, &note))
		take_note(m, elf, &note);
	free(buf);
	return err;
}

static int read_marks(struct marks *m, const struct elf *elf,
		      const struct image_file *file, struct reason *why)
{
	int err = 0;

	memset(m, 0, sizeof(*m));
	for (size_t i = 0; i < elf->notes_count && !err; i++)
		err = read_notes(m, elf, &elf->notes[i], file, why);
	return err;
}

/* Headers and notes of image->kernel. */
static enum loader_answer read_elf(struct elf *elf, struct marks *m,
				   const struct image *image,
				   struct reason *why)
{
	struct bytes head = { image->head, image->head_size };
	enum loader_answer answer;

	answer = elf_parse(elf, head, image->kernel.size, image->kernel.name,
			   why);
	if (answer == LOADER_MINE &&
	    read_marks(m, elf, &image->kernel, why) != 0)
		return LOADER_BROKEN;
	return answer;
}

/*
 * vmlinux.lds.S: the entry is physical ("phys_startup_64"), and the segment
 * that it lies in is linked START_KERNEL_MAP higher; FreeBSD is linked there,
 * too, but its entry is virtual. The note "Linux" is there from 4.19 on; the
 * 32-bit kernel is claimed by a note only: others are linked just like it.
 */
static bool is_linux(const struct elf *elf, const struct marks *m)
{
	const struct elf_segment *s = elf_find(elf, elf->entry);

	if (!s)
		return false;
	if (elf->bits == 32)
		return m->linux;
	return s->virtual_address - s->address == START_KERNEL_MAP &&
	       (m->linux || !m->other);
}

static void take_parts(struct image *image, const struct elf *elf, bool clear)
{
	for (size_t i = 0; i < elf->segment_count; i++) {
		const struct elf_segment *s = &elf->segment[i];
		struct image_part *part = &image->part[i];

		part->offset = s->offset;
		part->file_size = s->file_size;
		part->address = s->address;
		part->mem_size = s->memory_size;
		part->clear = clear;
	}
	image->part_count = elf->segment_count;
	image->preferred = elf->start;
	image->run_size = elf->end - elf->start;
}

static enum loader_answer probe_linux(const struct image *image,
				      struct reason *why)
{
	struct bytes head = { image->head, image->head_size };
	enum loader_answer answer;
	struct reason broken;
	struct marks marks;
	struct elf elf;

	broken.text[0] = '\0';
	answer = read_elf(&elf, &marks, image, &broken);
	/* Of what has a Multiboot header, that may be the truth, and the ELF
	 * headers may be there for tools only. */
	if (answer == LOADER_BROKEN && !multiboot_has_header(head)) {
		(void)reason(why, EINVAL, "%s", broken.text);
		return LOADER_BROKEN;
	}
	if (answer != LOADER_MINE || !is_linux(&elf, &marks))
		return LOADER_NOT_MINE;
	/* The file does not say whether it knows it, and entered like this it
	 * hangs if it does not. */
	if (elf.bits == 64 && image->facts->la57) {
		(void)reason(why, EINVAL,
			     "%s: does not say whether it knows 5-level "
			     "paging, which the running kernel uses: boot that "
			     "one with no5lvl",
			     image->kernel.name);
		return LOADER_BROKEN;
	}
	return LOADER_MINE;
}

static int parse_linux(struct image *image, struct reason *why)
{
	struct marks marks;
	struct elf elf;

	if (read_elf(&elf, &marks, image, why) != LOADER_MINE)
		return -EINVAL;
	/* clear_bss() is the kernel's own business; bzImage's decompressor
	 * (parse_elf() in boot/compressed/misc.c) clears nothing, either. */
	take_parts(image, &elf, false);
	image->entry = elf.entry;
	image->cmdline_max = LINUX_CMDLINE_MAX;
	image->initrd_max = LINUX_INITRD_MAX;
	if (elf.bits == 32) {
		image->mode = IMAGE_MODE_LINUX32;
		return 0;
	}
	/* __startup_64() finds out where it is; never below where it was
	 * linked, which is what bzImage's decompressor keeps to. */
	image->mode = IMAGE_MODE_LINUX64;
	image->relocatable = elf.start % ALIGN_2M == 0;
	image->alignment = ALIGN_2M;
	image->place_min = elf.start;
	image->place_max = LINUX64_END;
	image->above_4g = true;
	return 0;
}

const struct image_loader elf_linux_loader = {
	.name = "vmlinux",
	.probe = probe_linux,
	.parse = parse_linux,
};

/* The checks of what is PVH's without doubt. */
static int check_pvh(const struct image *image, const struct elf *elf,
		     const struct marks *m, struct reason *why)
{
	const char *name = image->kernel.name;

	/* xen_prepare_pvh() takes any Xen domain entered here for PVH. */
	if (image->facts->platform == FACTS_XEN_HVM)
		return reason(why, EINVAL,
			      "%s: can only be entered as a PVH guest, and "
			      "this is a Xen HVM domain, which it would "
			      "mistake for one",
			      name);
	if (elf->end > GIB4)
		return reason(why, EINVAL,
			      "%s: is linked to run above 4 GiB, where the PVH "
			      "entry cannot be",
			      name);
	if (!elf_find(elf, m->pvh_entry))
		return reason(why, EINVAL,
			      "%s: is damaged: its PVH entry, 0x%llx, is in "
			      "none of its pieces",
			      name, (unsigned long long)m->pvh_entry);
	if (image->facts->firmware.count > PVH_RANGES_MAX)
		return reason(why, E2BIG,
			      "%s: this machine's memory map has %zu ranges, "
			      "and by the PVH entry it takes at most %d",
			      name, image->facts->firmware.count,
			      PVH_RANGES_MAX);
	return 0;
}

static enum loader_answer probe_pvh(const struct image *image,
				    struct reason *why)
{
	enum loader_answer answer;
	struct marks marks;
	struct elf elf;

	answer = read_elf(&elf, &marks, image, why);
	if (answer != LOADER_MINE)
		return answer;
	if (!marks.has_pvh)
		return LOADER_NOT_MINE;
	return check_pvh(image, &elf, &marks, why) ? LOADER_BROKEN
						   : LOADER_MINE;
}

/* As the note says, if it says what can be done. */
static void take_place(struct image *image, const struct elf *elf,
		       const struct marks *m)
{
	uint64_t align = m->reloc_align;

	if (!m->has_reloc || align < PAGE || (align & (align - 1)) != 0 ||
	    elf->start % align != 0)
		return;
	image->relocatable = true;
	image->alignment = align;
	image->place_min = m->reloc_min;
	image->place_max = m->reloc_max + 1;
}

static int parse_pvh(struct image *image, struct reason *why)
{
	struct marks marks;
	struct elf elf;

	if (read_elf(&elf, &marks, image, why) != LOADER_MINE)
		return -EINVAL;
	take_parts(image, &elf, true);
	take_place(image, &elf, &marks);
	image->mode = IMAGE_MODE_PVH;
	image->entry = marks.pvh_entry;
	image->cmdline_max = marks.linux ? LINUX_CMDLINE_MAX : PVH_CMDLINE_MAX;
	image->initrd_max = marks.linux ? LINUX_INITRD_MAX : UINT32_MAX;
	/* Linux takes the first module for its initrd, and no other. */
	image->modules_apart = !marks.linux;
	return 0;
}

const struct image_loader elf_pvh_loader = {
	.name = "PVH",
	.probe = probe_pvh,
	.parse = parse_pvh,
};
