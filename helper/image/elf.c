/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ELF's headers and notes. Pure: bytes in, numbers out. */
#include "image/elf.h"

#include <elf.h>
#include <errno.h>
#include <string.h>

#include "base/reason.h"
#include "image/image.h"

_Static_assert((int)ELF_SEGMENTS_MAX == (int)IMAGE_PARTS_MAX, "parts");

/* With debugging information: 30 MB are loaded of 800 MB. */
const uint64_t elf_span_max = 1ULL << 30;

/* Addresses that x86-64 has: 52 bits. */
static const uint64_t ADDRESS_END = 1ULL << 52;

/* Where the two classes keep the same things. */
static const struct class
{
	unsigned int bits;
	uint64_t header_size;
	uint64_t entry;
	uint64_t phoff;
	uint64_t phentsize;
	uint64_t phnum;
	/* In a program header. */
	uint64_t phdr_size;
	uint64_t offset;
	uint64_t vaddr;
	uint64_t paddr;
	uint64_t filesz;
	uint64_t memsz;
	uint64_t align;
} classes[] = {
	{ 32, 52, 24, 28, 42, 44, 32, 4, 8, 12, 16, 20, 28 },
	{ 64, 64, 24, 32, 54, 56, 56, 8, 16, 24, 32, 40, 48 },
};

/* Offsets that do not differ. */
enum { E_TYPE = 16, E_MACHINE = 18, E_VERSION = 20, P_TYPE = 0 };

/* A file that is being parsed, for sentences and bounds. */
struct parse {
	const struct class *class;
	struct bytes head;
	uint64_t file_size;
	const char *name;
	struct reason *why;
};

/* An address or size, as wide as the class has it. */
static bool get(const struct parse *p, uint64_t offset, uint64_t *ret)
{
	uint32_t narrow;

	if (p->class->bits == 64)
		return bytes_le64(p->head, offset, ret);
	if (!bytes_le32(p->head, offset, &narrow))
		return false;
	*ret = narrow;
	return true;
}

static enum loader_answer truncated(const struct parse *p)
{
	(void)reason(p->why, EINVAL,
		     "%s: is an ELF file that is truncated: %llu bytes",
		     p->name, (unsigned long long)p->file_size);
	return LOADER_BROKEN;
}

static enum loader_answer check_ident(struct parse *p)
{
	uint8_t class, data;
	uint16_t type, machine;

	if (!bytes_match(p->head, 0, ELFMAG, SELFMAG))
		return LOADER_NOT_MINE;
	if (!bytes_u8(p->head, EI_CLASS, &class) ||
	    !bytes_u8(p->head, EI_DATA, &data) ||
	    !bytes_le16(p->head, E_TYPE, &type) ||
	    !bytes_le16(p->head, E_MACHINE, &machine))
		return truncated(p);
	if (data != ELFDATA2LSB ||
	    !((class == ELFCLASS64 && machine == EM_X86_64) ||
	      (class == ELFCLASS32 && machine == EM_386))) {
		(void)reason(p->why, EINVAL,
			     "%s: is an ELF file for another processor than "
			     "x86 (machine %u)",
			     p->name, machine);
		return LOADER_BROKEN;
	}
	if (type != ET_EXEC && type != ET_DYN) {
		(void)reason(p->why, EINVAL,
			     "%s: is no kernel but %s (ELF type %u)", p->name,
			     type == ET_REL ? "an object file, maybe a module"
					    : "some other ELF file",
			     type);
		return LOADER_BROKEN;
	}
	p->class = &classes[class == ELFCLASS64];
	return bytes_has(p->head, 0, p->class->header_size) ? LOADER_MINE
							    : truncated(p);
}

static enum loader_answer
bad_segment(const struct parse *p, const struct elf_segment *s, const char *how)
{
	(void)reason(p->why, EINVAL,
		     "%s: is damaged: its piece at 0x%llx, 0x%llx bytes, %s",
		     p->name, (unsigned long long)s->address,
		     (unsigned long long)s->memory_size, how);
	return LOADER_BROKEN;
}

static enum loader_answer check_segment(const struct parse *p,
					const struct elf_segment *s)
{
	if (s->file_size > s->memory_size)
		return bad_segment(p, s, "has more bytes than memory");
	if (s->address >= ADDRESS_END || s->memory_size > elf_span_max)
		return bad_segment(p, s, "is where no memory is");
	if (s->file_size > p->file_size ||
	    s->offset > p->file_size - s->file_size) {
		(void)reason(p->why, EINVAL,
			     "%s: is truncated: %llu bytes, but its piece at "
			     "0x%llx is 0x%llx bytes at byte %llu",
			     p->name, (unsigned long long)p->file_size,
			     (unsigned long long)s->address,
			     (unsigned long long)s->file_size,
			     (unsigned long long)s->offset);
		return LOADER_BROKEN;
	}
	return LOADER_MINE;
}

/* Sorts @s in by its address. */
static enum loader_answer add_segment(const struct parse *p, struct elf *elf,
				      const struct elf_segment *s)
{
	enum loader_answer answer = check_segment(p, s);
	size_t i = elf->segment_count;

	if (answer != LOADER_MINE)
		return answer;
	if (elf->segment_count == ELF_SEGMENTS_MAX) {
		(void)reason(p->why, E2BIG,
			     "%s: is in more than %d pieces, which no kernel "
			     "is",
			     p->name, ELF_SEGMENTS_MAX);
		return LOADER_BROKEN;
	}
	for (; i > 0 && elf->segment[i - 1].address > s->address; i--)
		elf->segment[i] = elf->segment[i - 1];
	elf->segment[i] = *s;
	elf->segment_count++;
	return LOADER_MINE;
}

/* Program header at @at. */
static enum loader_answer take_header(const struct parse *p, struct elf *elf,
				      uint64_t at)
{
	const struct class *c = p->class;
	struct elf_segment s;
	uint64_t align;
	uint32_t type;

	if (!bytes_le32(p->head, at + P_TYPE, &type) ||
	    !get(p, at + c->offset, &s.offset) ||
	    !get(p, at + c->vaddr, &s.virtual_address) ||
	    !get(p, at + c->paddr, &s.address) ||
	    !get(p, at + c->filesz, &s.file_size) ||
	    !get(p, at + c->memsz, &s.memory_size) ||
	    !get(p, at + c->align, &align))
		return truncated(p);
	if (type == PT_LOAD && s.memory_size > 0) {
		if (align > elf->align)
			elf->align = align;
		return add_segment(p, elf, &s);
	}
	if (type == PT_INTERP)
		elf->interpreted = true;
	/* More notes than anyone writes are not looked at. */
	if (type == PT_NOTE && s.file_size > 0 &&
	    elf->notes_count < ELF_NOTES_MAX) {
		struct elf_notes *n = &elf->notes[elf->notes_count++];

		n->offset = s.offset;
		n->size = s.file_size;
		n->align = align == 8 ? 8 : 4;
	}
	return LOADER_MINE;
}

static enum loader_answer take_headers(const struct parse *p, struct elf *elf)
{
	enum loader_answer answer = LOADER_MINE;
	uint16_t size, count;
	uint64_t at;

	if (!get(p, p->class->phoff, &at) ||
	    !bytes_le16(p->head, p->class->phentsize, &size) ||
	    !bytes_le16(p->head, p->class->phnum, &count) ||
	    !get(p, p->class->entry, &elf->entry))
		return truncated(p);
	if (size < p->class->phdr_size || count > ELF_HEADERS_MAX) {
		(void)reason(p->why, EINVAL,
			     "%s: is an ELF file with %u program headers of %u "
			     "bytes, which no kernel has",
			     p->name, count, size);
		return LOADER_BROKEN;
	}
	if (!bytes_has(p->head, at, (uint64_t)size * count)) {
		if (at > p->file_size ||
		    (uint64_t)size * count > p->file_size - at)
			return truncated(p);
		(void)reason(p->why, EINVAL,
			     "%s: is an ELF file with its program headers at "
			     "byte %llu, which no kernel has",
			     p->name, (unsigned long long)at);
		return LOADER_BROKEN;
	}
	for (uint16_t i = 0; i < count && answer == LOADER_MINE; i++)
		answer = take_header(p, elf, at + (uint64_t)i * size);
	return answer;
}

/* All pieces together. */
static enum loader_answer check_whole(const struct parse *p, struct elf *elf)
{
	uint64_t end = 0;

	if (elf->segment_count == 0) {
		(void)reason(p->why, EINVAL,
			     "%s: is an ELF file with nothing to load",
			     p->name);
		return LOADER_BROKEN;
	}
	for (size_t i = 0; i < elf->segment_count; i++) {
		const struct elf_segment *s = &elf->segment[i];

		if (s->address < end)
			return bad_segment(p, s, "overlaps another one");
		end = s->address + s->memory_size;
	}
	elf->start = elf->segment[0].address;
	elf->end = end;
	if (elf->end - elf->start > elf_span_max) {
		(void)reason(p->why, EINVAL,
			     "%s: reaches from 0x%llx to 0x%llx, which no "
			     "kernel does",
			     p->name, (unsigned long long)elf->start,
			     (unsigned long long)elf->end);
		return LOADER_BROKEN;
	}
	return LOADER_MINE;
}

enum loader_answer elf_parse(struct elf *ret, struct bytes head,
			     uint64_t file_size, const char *name,
			     struct reason *why)
{
	struct parse p = {
		.head = head, .file_size = file_size, .name = name, .why = why
	};
	enum loader_answer answer;
	struct elf elf;

	memset(&elf, 0, sizeof(elf));
	answer = check_ident(&p);
	if (answer != LOADER_MINE)
		return answer;
	elf.bits = p.class->bits;
	answer = take_headers(&p, &elf);
	if (answer == LOADER_MINE)
		answer = check_whole(&p, &elf);
	if (answer == LOADER_MINE)
		*ret = elf;
	return answer;
}

static uint64_t round_up(uint64_t n, uint64_t align)
{
	return (n + align - 1) & ~(align - 1);
}

bool elf_next_note(struct bytes bytes, uint64_t align, uint64_t *at,
		   struct elf_note *ret)
{
	uint32_t name_size, size, type;
	uint64_t name, contents, end;
	struct elf_note note;
	size_t copied;

	if (!bytes_le32(bytes, *at, &name_size) ||
	    !bytes_le32(bytes, *at + 4, &size) ||
	    !bytes_le32(bytes, *at + 8, &type))
		return false;
	name = *at + 12;
	contents = round_up(name + name_size, align);
	end = contents + size;
	if (!bytes_has(bytes, name, name_size) ||
	    !bytes_sub(bytes, contents, size, &note.contents))
		return false;
	memset(note.owner, 0, sizeof(note.owner));
	copied = name_size < sizeof(note.owner) ? name_size
						: sizeof(note.owner) - 1;
	memcpy(note.owner, bytes.data + name, copied);
	note.type = type;
	*at = round_up(end, align);
	*ret = note;
	return true;
}

const struct elf_segment *elf_find(const struct elf *elf, uint64_t address)
{
	for (size_t i = 0; i < elf->segment_count; i++) {
		const struct elf_segment *s = &elf->segment[i];

		if (address >= s->address &&
		    address - s->address < s->memory_size)
			return s;
	}
	return NULL;
}

const struct elf_segment *elf_find_virtual(const struct elf *elf,
					   uint64_t address)
{
	for (size_t i = 0; i < elf->segment_count; i++) {
		const struct elf_segment *s = &elf->segment[i];

		if (address >= s->virtual_address &&
		    address - s->virtual_address < s->memory_size)
			return s;
	}
	return NULL;
}
