/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Multiboot headers, and the rows of the table for them. What is unclear
 * in the specifications is done as GRUB does it (grub-core/loader/
 * multiboot_mbi2.c and i386/multiboot_mbi.c).
 */
#include "image/multiboot.h"

#include <errno.h>
#include <string.h>

#include "base/reason.h"

enum {
	MAGIC1 = 0x1badb002,
	ALIGN1 = 4,
	HEADER1_SIZE = 12,
	/* Fields of header 1; those of the address after the checksum. */
	FLAGS1 = 4,
	CHECKSUM1 = 8,
	ADDRESSES1 = 12,
	ENTRY1 = 28,
	MODE_TYPE1 = 32,
};

/* Flags of header 1. The first two are what we always do. */
enum {
	PAGE_ALIGN = 1 << 0,
	MEMORY_INFO = 1 << 1,
	VIDEO_MODE = 1 << 2,
	REQUIRED = 0xffff,
	ADDRESS_FIELDS = 1 << 16,
};

enum {
	ALIGN2 = 8,
	HEADER2_SIZE = 16,
	/* Fields of header 2 */
	ARCHITECTURE2 = 4,
	LENGTH2 = 8,
	CHECKSUM2 = 12,
	/* Of a tag: type, flags, size, contents */
	TAG_FLAGS = 2,
	TAG_SIZE = 4,
	TAG_CONTENTS = 8,
	TAG_OPTIONAL = 1,
};

static const uint32_t MAGIC2 = 0xe85250d6;

/* Types of header 2's tags. */
enum {
	TAG_END = 0,
	TAG_REQUEST = 1,
	TAG_ADDRESS = 2,
	TAG_ENTRY = 3,
	TAG_CONSOLE = 4,
	TAG_FRAMEBUFFER = 5,
	TAG_MODULE_ALIGN = 6,
	TAG_EFI_BS = 7,
	TAG_ENTRY_EFI32 = 8,
	TAG_ENTRY_EFI64 = 9,
	TAG_RELOCATABLE = 10,
};

enum {
	/* The last type of information that the specification has. */
	INFO_LAST = 21,
	INFO_ELF_SECTIONS = 9,
	CONSOLE_REQUIRED = 1,
};

static const uint64_t GIB4 = 1ULL << 32;

/* A header that is being parsed, for sentences and bounds. */
struct parse {
	struct multiboot *to;
	struct bytes head;
	uint64_t file_size;
	const char *name;
	struct reason *why;
};

/* The first header in the first @limit bytes; all three numbers add to 0. */
static bool find1(struct bytes head, uint64_t *ret)
{
	uint32_t magic, flags, checksum;

	for (uint64_t at = 0; at + HEADER1_SIZE <= MULTIBOOT1_SEARCH;
	     at += ALIGN1) {
		if (!bytes_le32(head, at, &magic) ||
		    !bytes_le32(head, at + FLAGS1, &flags) ||
		    !bytes_le32(head, at + CHECKSUM1, &checksum))
			return false;
		if (magic == MAGIC1 && magic + flags + checksum == 0) {
			*ret = at;
			return true;
		}
	}
	return false;
}

static bool find2(struct bytes head, uint64_t *ret)
{
	uint32_t magic, arch, length, checksum;

	for (uint64_t at = 0; at + HEADER2_SIZE <= MULTIBOOT2_SEARCH;
	     at += ALIGN2) {
		if (!bytes_le32(head, at, &magic) ||
		    !bytes_le32(head, at + ARCHITECTURE2, &arch) ||
		    !bytes_le32(head, at + LENGTH2, &length) ||
		    !bytes_le32(head, at + CHECKSUM2, &checksum))
			return false;
		/* Architecture 0 is "32-bit (protected) mode of i386". */
		if (magic == MAGIC2 && arch == 0 &&
		    magic + arch + length + checksum == 0) {
			*ret = at;
			return true;
		}
	}
	return false;
}

bool multiboot_has_header(struct bytes head)
{
	uint64_t at;

	return find1(head, &at) || find2(head, &at);
}

static int bad_addresses(const struct parse *p, const char *how)
{
	return reason(p->why, EINVAL,
		      "%s: is damaged: by the addresses of its Multiboot "
		      "header, %s",
		      p->name, how);
}

/*
 * header_addr, load_addr, load_end_addr and bss_end_addr at @at: which bytes
 * of the file go where. @all is the load_addr that means "from the first byte
 * of the file on", in version 2.
 */
static int take_addresses(struct parse *p, uint64_t at, uint64_t all)
{
	struct elf_segment *s = &p->to->segment;
	uint32_t header, load, load_end, bss_end;
	uint64_t before;

	if (!bytes_le32(p->head, at, &header) ||
	    !bytes_le32(p->head, at + 4, &load) ||
	    !bytes_le32(p->head, at + 8, &load_end) ||
	    !bytes_le32(p->head, at + 12, &bss_end))
		return bad_addresses(p, "it ends in them");
	if (load == all) {
		if (header < p->to->offset)
			return bad_addresses(p, "it begins below 0");
		load = header - (uint32_t)p->to->offset;
	}
	if (header < load)
		return bad_addresses(p, "the header is before all else");
	before = header - load;
	if (before > p->to->offset)
		return bad_addresses(p, "it begins before the file does");
	s->offset = p->to->offset - before;
	s->address = load;
	s->virtual_address = load;
	if (load_end != 0 && load_end < load)
		return bad_addresses(p, "it ends before it begins");
	s->file_size = load_end ? load_end - load : p->file_size - s->offset;
	s->memory_size = bss_end ? (uint64_t)bss_end - load : s->file_size;
	if (bss_end != 0 && (bss_end < load || s->memory_size < s->file_size))
		return bad_addresses(p, "its bss ends before its data");
	if (s->memory_size == 0 || load + s->memory_size > GIB4)
		return bad_addresses(p, "it does not fit below 4 GiB");
	if (s->file_size > p->file_size - s->offset)
		return reason(p->why, EINVAL,
			      "%s: is truncated: %llu bytes of at least %llu",
			      p->name, (unsigned long long)p->file_size,
			      (unsigned long long)(s->offset + s->file_size));
	p->to->by_address = true;
	return 0;
}

/* With addresses, the entry must be inside. */
static int check_entry(const struct parse *p)
{
	const struct multiboot *m = p->to;

	if (!m->by_address)
		return 0;
	if (!m->has_entry)
		return reason(p->why, EINVAL,
			      "%s: has a Multiboot header with addresses but "
			      "no entry address",
			      p->name);
	if (m->entry < m->segment.address ||
	    m->entry - m->segment.address >= m->segment.memory_size)
		return bad_addresses(p, "its entry is outside of it");
	return 0;
}

static int parse1(struct parse *p)
{
	uint64_t at = p->to->offset;
	uint32_t flags, unknown;

	if (!bytes_le32(p->head, at + FLAGS1, &flags))
		return bad_addresses(p, "it has none");
	unknown = flags & REQUIRED &
		  ~(uint32_t)(PAGE_ALIGN | MEMORY_INFO | VIDEO_MODE);
	if (unknown)
		return reason(p->why, ENOTSUP,
			      "%s: its Multiboot header requires what the "
			      "specification does not know (flags 0x%x)",
			      p->name, unknown);
	p->to->needs_screen = flags & VIDEO_MODE;
	if (!(flags & ADDRESS_FIELDS))
		return 0;
	if (!bytes_le32(p->head, at + ENTRY1, &p->to->entry))
		return bad_addresses(p, "it ends in them");
	p->to->has_entry = true;
	/* UINT64_MAX: no address means that */
	return take_addresses(p, at + ADDRESSES1, UINT64_MAX);
}

/*
 * Information that must be there, if the machine has it. All types are known;
 * what a machine does not have (a boot device, APM) nobody can give.
 */
static int take_request(const struct parse *p, uint64_t at, uint32_t size)
{
	uint32_t type;

	for (uint64_t i = TAG_CONTENTS; i + 4 <= size; i += 4) {
		if (!bytes_le32(p->head, at + i, &type))
			return bad_addresses(p, "it ends in them");
		if (type == INFO_ELF_SECTIONS)
			return reason(p->why, ENOTSUP,
				      "%s: its Multiboot header requires its "
				      "ELF sections, which are not loaded",
				      p->name);
		if (type > INFO_LAST)
			return reason(p->why, ENOTSUP,
				      "%s: its Multiboot header requires "
				      "information of type %u, which the "
				      "specification does not know",
				      p->name, type);
	}
	return 0;
}

static int take_relocatable(const struct parse *p, uint64_t at)
{
	struct multiboot *m = p->to;

	if (!bytes_le32(p->head, at, &m->min) ||
	    !bytes_le32(p->head, at + 4, &m->max) ||
	    !bytes_le32(p->head, at + 8, &m->align))
		return bad_addresses(p, "it ends in them");
	if (m->align == 0)
		m->align = 1;
	if (m->align & (m->align - 1) || m->min > m->max)
		return bad_addresses(p, "it can be nowhere");
	m->relocatable = true;
	return 0;
}

/* How long a tag must be. */
static uint32_t tag_size(uint16_t type)
{
	switch (type) {
	case TAG_ADDRESS:
	case TAG_RELOCATABLE:
		return 24;
	case TAG_ENTRY:
	case TAG_CONSOLE:
		return 12;
	default:
		return TAG_CONTENTS;
	}
}

static int take_tag(struct parse *p, uint64_t at, uint16_t type, uint16_t flags,
		    uint32_t size)
{
	uint32_t console;

	switch (type) {
	case TAG_REQUEST:
		return flags & TAG_OPTIONAL ? 0 : take_request(p, at, size);
	case TAG_ADDRESS:
		return take_addresses(p, at + TAG_CONTENTS, UINT32_MAX);
	case TAG_ENTRY:
		p->to->has_entry =
			bytes_le32(p->head, at + TAG_CONTENTS, &p->to->entry);
		return 0;
	case TAG_CONSOLE:
		if (bytes_le32(p->head, at + TAG_CONTENTS, &console))
			p->to->needs_screen = console & CONSOLE_REQUIRED;
		return 0;
	case TAG_RELOCATABLE:
		return take_relocatable(p, at + TAG_CONTENTS);
	case TAG_FRAMEBUFFER:
		/* A wish: the screen stays as it is. */
	case TAG_MODULE_ALIGN:
		/* They always are. */
	case TAG_EFI_BS:
	case TAG_ENTRY_EFI32:
	case TAG_ENTRY_EFI64:
		/* For loaders under EFI's boot services; those are gone. */
		return 0;
	default:
		if (flags & TAG_OPTIONAL)
			return 0;
		return reason(p->why, ENOTSUP,
			      "%s: its Multiboot header requires a tag of type "
			      "%u, which is not known",
			      p->name, type);
	}
}

static int bad_tags(const struct parse *p)
{
	return reason(p->why, EINVAL,
		      "%s: is damaged: the tags of its Multiboot header have "
		      "no end",
		      p->name);
}

static int parse2(struct parse *p)
{
	uint64_t at = p->to->offset, end;
	uint32_t length, size;
	uint16_t type, flags;
	int err;

	if (!bytes_le32(p->head, at + LENGTH2, &length))
		return bad_tags(p);
	/* All of the header is in the part that is searched. */
	end = at + length;
	if (end > MULTIBOOT2_SEARCH)
		return bad_tags(p);
	for (at += HEADER2_SIZE; at + TAG_CONTENTS <= end;
	     at = (at + size + ALIGN2 - 1) & ~(uint64_t)(ALIGN2 - 1)) {
		if (!bytes_le16(p->head, at, &type) ||
		    !bytes_le16(p->head, at + TAG_FLAGS, &flags) ||
		    !bytes_le32(p->head, at + TAG_SIZE, &size))
			return bad_tags(p);
		if (type == TAG_END)
			return 0;
		if (size < tag_size(type) || size > end - at)
			return bad_tags(p);
		err = take_tag(p, at, type, flags, size);
		if (err)
			return err;
	}
	return bad_tags(p);
}

static enum loader_answer parse_header(struct multiboot *ret, struct bytes head,
				       uint64_t file_size, const char *name,
				       bool find(struct bytes, uint64_t *),
				       int parse(struct parse *),
				       struct reason *why)
{
	struct multiboot m;
	struct parse p = { &m, head, file_size, name, why };

	memset(&m, 0, sizeof(m));
	if (!find(head, &m.offset))
		return LOADER_NOT_MINE;
	if (parse(&p) != 0 || check_entry(&p) != 0)
		return LOADER_BROKEN;
	*ret = m;
	return LOADER_MINE;
}

enum loader_answer multiboot1_parse(struct multiboot *ret, struct bytes head,
				    uint64_t file_size, const char *name,
				    struct reason *why)
{
	return parse_header(ret, head, file_size, name, find1, parse1, why);
}

enum loader_answer multiboot2_parse(struct multiboot *ret, struct bytes head,
				    uint64_t file_size, const char *name,
				    struct reason *why)
{
	return parse_header(ret, head, file_size, name, find2, parse2, why);
}
