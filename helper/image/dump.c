/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A built image as an ELF file: a header, a program header for each segment,
 * and Xen's note with the entry (pvh.pandoc; QEMU's hw/i386/pvh.c and others
 * start by it). Writes to the stream that it is given, reads the newcomer's
 * files.
 */
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/reason.h"
#include "image/file.h"
#include "image/image.h"

enum {
	/* xen/include/public/elfnote.h */
	XEN_ELFNOTE_PHYS32_ENTRY = 18,
	NOTE_ALIGN = 4,
	/* The segments' bytes begin here: whoever looks for a Multiboot header
	 * searches the first 32 KiB, and must not find the newcomer's. */
	DATA_START = 32768,
	DATA_ALIGN = 4096,
	CHUNK = 1 << 20,
};

/* Xen's note: header, name, value. */
struct note {
	Elf64_Nhdr head;
	char name[4];
	uint64_t entry;
} __attribute__((packed));

/* All that comes before the segments' bytes. */
struct front {
	Elf64_Ehdr head;
	Elf64_Phdr segment[SYS_SEGMENTS_MAX + 1];
	struct note note;
};

static uint64_t aligned(uint64_t n)
{
	return (n + DATA_ALIGN - 1) & ~(uint64_t)(DATA_ALIGN - 1);
}

static void build_front(struct front *f, const struct image *image)
{
	Elf64_Phdr *p = f->segment;
	uint64_t at = DATA_START;

	memset(f, 0, sizeof(*f));
	memcpy(f->head.e_ident, ELFMAG, SELFMAG);
	f->head.e_ident[EI_CLASS] = ELFCLASS64;
	f->head.e_ident[EI_DATA] = ELFDATA2LSB;
	f->head.e_ident[EI_VERSION] = EV_CURRENT;
	f->head.e_type = ET_EXEC;
	f->head.e_machine = EM_X86_64;
	f->head.e_version = EV_CURRENT;
	f->head.e_entry = image->start32;
	f->head.e_phoff = offsetof(struct front, segment);
	f->head.e_ehsize = sizeof(f->head);
	f->head.e_phentsize = sizeof(f->segment[0]);
	f->head.e_phnum = (Elf64_Half)(image->segment_count + 1);
	for (size_t i = 0; i < image->segment_count; i++, p++) {
		p->p_type = PT_LOAD;
		p->p_flags = PF_R | PF_W | PF_X;
		p->p_offset = at;
		p->p_vaddr = p->p_paddr = image->segment[i].mem;
		p->p_filesz = image->segment[i].buf_size;
		p->p_memsz = image->segment[i].mem_size;
		p->p_align = DATA_ALIGN;
		at = aligned(at + p->p_filesz);
	}
	p->p_type = PT_NOTE;
	p->p_flags = PF_R;
	p->p_offset = offsetof(struct front, note);
	p->p_filesz = p->p_memsz = sizeof(f->note);
	p->p_align = NOTE_ALIGN;
	f->note.head.n_namesz = sizeof(f->note.name);
	f->note.head.n_descsz = sizeof(f->note.entry);
	f->note.head.n_type = XEN_ELFNOTE_PHYS32_ENTRY;
	memcpy(f->note.name, "Xen", 4);
	f->note.entry = image->start32;
}

static int write_bytes(const void *data, size_t size, const char *name,
		       FILE *out, struct reason *why)
{
	if (fwrite(data, 1, size, out) == size)
		return 0;
	return reason(why, EIO, "%s: cannot be written: %s", name,
		      strerror(errno));
}

static int write_file(const struct image_file *file, uint64_t offset,
		      uint64_t size, const char *name, FILE *out,
		      struct reason *why)
{
	uint8_t *buf = malloc(CHUNK);
	int err = 0;

	if (!buf)
		return reason(why, ENOMEM, "%s: no memory to write it", name);
	while (size > 0 && !err) {
		size_t n = size < CHUNK ? (size_t)size : CHUNK;

		err = file_read(file, offset, buf, n, why);
		if (!err)
			err = write_bytes(buf, n, name, out, why);
		offset += n;
		size -= n;
	}
	free(buf);
	return err;
}

/* Zeroes up to where segment number @index begins. */
static int seek(const struct front *f, size_t index, const char *name,
		FILE *out, struct reason *why)
{
	if (fseeko(out, (off_t)f->segment[index].p_offset, SEEK_SET) == 0)
		return 0;
	return reason(why, errno, "%s: cannot be written: %s", name,
		      strerror(errno));
}

int image_dump(const struct image *image, const char *name, FILE *out,
	       struct reason *why)
{
	struct front f;
	size_t n = 0;
	int err;

	if (image->method != IMAGE_LOAD)
		return reason(why, ENOTSUP,
			      "%s: there is nothing to write: kexec_file_load "
			      "has the running kernel build the image",
			      name);
	build_front(&f, image);
	err = write_bytes(&f, sizeof(f), name, out, why);
	for (size_t i = 0; i < image->part_count && !err; i++) {
		const struct image_part *p = &image->part[i];

		if (p->file_size == 0)
			continue;
		err = seek(&f, n++, name, out, why);
		if (!err)
			err = write_file(&image->kernel, p->offset,
					 p->file_size, name, out, why);
	}
	for (size_t i = 0; i < image->initrd_count && !err; i++) {
		err = seek(&f, n++, name, out, why);
		if (!err)
			err = write_file(&image->initrd[i], 0,
					 image->initrd[i].size, name, out, why);
	}
	if (!err)
		err = seek(&f, n, name, out, why);
	if (!err)
		err = write_bytes(image->area, image->area_size, name, out,
				  why);
	return err;
}
