/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ELF headers and notes, and which kernels the two rows for them take: fields
 * after the System V ABI, Linux's vmlinux.lds.S and Xen's elfnote.h.
 */
#include "image/elf.h"

#include <errno.h>

#include "base/reason.h"
#include "elf_file.h"
#include "image/file.h"
#include "image/image.h"
#include "tap.h"

static struct elf elf;
static struct facts facts;
static struct reason why;

static enum loader_answer parse_most(size_t head, uint64_t file_size)
{
	struct bytes bytes = { elf_file, head };

	memset(&elf, 0, sizeof(elf));
	why.text[0] = '\0';
	return elf_parse(&elf, bytes, file_size, "vmlinux", &why);
}

static enum loader_answer parse(void)
{
	return parse_most(ELF_FILE_SIZE, ELF_FILE_SIZE);
}

/* As it was changed, elf_vmlinux() is refused with the sentence @want. */
static void broken(const char *want, const char *name)
{
	ok(parse() == LOADER_BROKEN && elf.bits == 0, "%s: broken", name);
	is(why.text, want, name);
	elf_vmlinux();
}

static void test_good(void)
{
	elf_vmlinux();
	ok(parse() == LOADER_MINE && elf.bits == 64, "a vmlinux");
	ok(elf.entry == 0x1000123 && elf.align == 0x200000, "its entry");
	ok(elf.segment_count == 3 && elf.start == 0x1000000 &&
		   elf.end == 0x1cc3000 + 0xb63000,
	   "where it goes");
	ok(elf.segment[2].offset == 0x4000 &&
		   elf.segment[2].file_size == 0x1000 &&
		   elf.segment[2].memory_size == 0xb63000 &&
		   elf.segment[2].virtual_address == 0xffffffff81cc3000,
	   "a piece of it");
	ok(elf.notes_count == 1 && elf.notes[0].offset == ELF_NOTES_AT &&
		   elf.notes[0].size == ELF_NOTES_SIZE &&
		   elf.notes[0].align == 4,
	   "its notes");
	ok(elf_find(&elf, 0x1000123) == &elf.segment[0] &&
		   elf_find(&elf, 0x1cc3000 + 0xb62fff) == &elf.segment[2] &&
		   !elf_find(&elf, 0x1cc3000 + 0xb63000) &&
		   !elf_find(&elf, 0xffffff),
	   "by physical address");
	ok(elf_find_virtual(&elf, 0xffffffff81c00000) == &elf.segment[1] &&
		   !elf_find_virtual(&elf, 0x1000123),
	   "by virtual address");
	elf_xen();
	ok(parse() == LOADER_MINE && elf.bits == 32 && elf.segment_count == 1 &&
		   elf.entry == 0x200000 && elf.start == 0x200000 &&
		   elf.end == 0x5a7000,
	   "Xen, 32 bits");
}

static void test_quirks(void)
{
	elf_vmlinux();
	elf_phdr64(0, 1, 0x3000, 0xffffffff81c00000, 0x1c00000, 0xc00, 0xc00,
		   0x200000);
	elf_phdr64(1, 1, 0x1000, 0xffffffff81000000, 0x1000000, 0x1200, 0x1200,
		   0x200000);
	ok(parse() == LOADER_MINE && elf.start == 0x1000000 &&
		   elf.segment[0].offset == 0x1000,
	   "pieces in any order");
	/* Linux up to 6.14: .data..percpu is linked at 0 */
	elf_phdr64(0, 1, 0x3000, 0, 0x1c00000, 0xc00, 0xc00, 0x200000);
	ok(parse() == LOADER_MINE && elf.segment[1].address == 0x1c00000,
	   "percpu is linked at 0");
	elf_phdr64(0, 1, 0x3000, 0, 0x1000000, 0, 0, 0x200000);
	ok(parse() == LOADER_MINE && elf.segment_count == 2,
	   "a piece of no size is none");
	elf_phdr64(0, 1, 0x7fffffff, 0, 0x1c00000, 0, 0x1000, 0x200000);
	ok(parse() == LOADER_BROKEN, "a piece outside, though of no bytes");
	elf_phdr64(0, 1, ELF_FILE_SIZE, 0, 0x1c00000, 0, 0x1000, 0x200000);
	ok(parse() == LOADER_MINE, "no bytes at the very end");
	elf_vmlinux();
	elf_put(16, 2, 3);
	ok(parse() == LOADER_MINE, "position independent");
	elf_vmlinux();
	elf_phdr64(3, 4, 0x1100, 0, 0, 16, 16, 8);
	ok(parse() == LOADER_MINE && elf.notes[0].align == 8,
	   "notes aligned to 8");
	elf_phdr64(3, 4, 0x1100, 0, 0, 16, 16, 0x1000);
	ok(parse() == LOADER_MINE && elf.notes[0].align == 4,
	   "notes are aligned to 4 or 8");
}

static void test_not_mine(void)
{
	elf_vmlinux();
	elf_file[3] = 'f';
	ok(parse() == LOADER_NOT_MINE && !why.text[0], "no ELF: silent");
	ok(parse_most(0, 0) == LOADER_NOT_MINE, "an empty file");
	elf_vmlinux();
	ok(parse_most(3, 3) == LOADER_NOT_MINE, "ends in the magic");
}

static void test_broken_headers(void)
{
	elf_vmlinux();
	ok(parse_most(18, 18) == LOADER_BROKEN, "ends in its header");
	is(why.text, "vmlinux: is an ELF file that is truncated: 18 bytes",
	   "and says so");
	ok(parse_most(63, 63) == LOADER_BROKEN, "one byte short of a header");
	ok(parse_most(287, 287) == LOADER_BROKEN,
	   "one byte short of program headers");
	elf_put(5, 1, 2);
	broken("vmlinux: is an ELF file for another processor than x86 "
	       "(machine 62)",
	       "big-endian");
	elf_put(18, 2, 183);
	broken("vmlinux: is an ELF file for another processor than x86 "
	       "(machine 183)",
	       "ARM64");
	elf_put(4, 1, 1);
	broken("vmlinux: is an ELF file for another processor than x86 "
	       "(machine 62)",
	       "x32");
	elf_put(16, 2, 1);
	broken("vmlinux: is no kernel but an object file, maybe a module (ELF "
	       "type 1)",
	       "a module");
	elf_put(16, 2, 4);
	broken("vmlinux: is no kernel but some other ELF file (ELF type 4)",
	       "a core dump");
	elf_put(54, 2, 55);
	broken("vmlinux: is an ELF file with 4 program headers of 55 bytes, "
	       "which no kernel has",
	       "short program headers");
	elf_put(56, 2, 0xffff);
	broken("vmlinux: is an ELF file with 65535 program headers of 56 "
	       "bytes, which no kernel has",
	       "many program headers");
	elf_put(32, 8, UINT64_MAX - 10);
	broken("vmlinux: is an ELF file that is truncated: 32768 bytes",
	       "program headers past all");
	ok(parse_most(200, ELF_FILE_SIZE) == LOADER_BROKEN,
	   "program headers past what is looked at");
	is(why.text,
	   "vmlinux: is an ELF file with its program headers at byte 64, which "
	   "no kernel has",
	   "and says so");
	elf_put(56, 2, 0);
	broken("vmlinux: is an ELF file with nothing to load", "no pieces");
}

/* A file that ends anywhere in its headers is damaged, or no ELF file. */
static void test_cut(void)
{
	bool good = true;

	elf_vmlinux();
	for (size_t len = 0; len < ELF_PHDRS64 + 4 * 56; len++) {
		struct bytes head = { elf_file, len };
		enum loader_answer answer;

		answer = elf_parse(&elf, head, ELF_FILE_SIZE, "vmlinux", &why);
		good = good &&
		       answer == (len < 4 ? LOADER_NOT_MINE : LOADER_BROKEN);
	}
	ok(good, "64 bits: cut anywhere");
	good = true;
	elf_xen();
	for (size_t len = 4; len < ELF_PHDRS32 + 2 * 32; len++) {
		struct bytes head = { elf_file, len };

		good = good && elf_parse(&elf, head, ELF_FILE_SIZE, "vmlinux",
					 &why) == LOADER_BROKEN;
	}
	ok(good, "32 bits: cut anywhere");
}

static void test_broken_pieces(void)
{
	elf_vmlinux();
	elf_phdr64(1, 1, 0x3000, 0, 0x1c00000, 0xc01, 0xc00, 1);
	broken("vmlinux: is damaged: its piece at 0x1c00000, 0xc00 bytes, has "
	       "more bytes than memory",
	       "filesz");
	elf_phdr64(1, 1, 0x3000, 0, 1ULL << 52, 0xc00, 0xc00, 1);
	broken("vmlinux: is damaged: its piece at 0x10000000000000, 0xc00 "
	       "bytes, is where no memory is",
	       "paddr");
	elf_phdr64(1, 1, 0x3000, 0, 0x1c00000, 0xc00, UINT64_MAX, 1);
	broken("vmlinux: is damaged: its piece at 0x1c00000, "
	       "0xffffffffffffffff bytes, is where no memory is",
	       "memsz");
	elf_phdr64(1, 1, ELF_FILE_SIZE - 0xbff, 0, 0x1c00000, 0xc00, 0xc00, 1);
	broken("vmlinux: is truncated: 32768 bytes, but its piece at "
	       "0x1c00000 is 0xc00 bytes at byte 29697",
	       "one byte short");
	elf_phdr64(1, 1, UINT64_MAX, 0, 0x1c00000, 0xc00, 0xc00, 1);
	ok(parse() == LOADER_BROKEN, "an offset that wraps around");
	elf_vmlinux();
	elf_phdr64(1, 1, 0x3000, 0, 0x10011ff, 0xc00, 0xc00, 1);
	broken("vmlinux: is damaged: its piece at 0x10011ff, 0xc00 bytes, "
	       "overlaps another one",
	       "overlap by a byte");
	elf_phdr64(1, 1, 0x3000, 0, 0x1000000, 0xc00, 0xc00, 1);
	ok(parse() == LOADER_BROKEN, "two at the same place");
	elf_vmlinux();
	elf_phdr64(2, 1, 0x3000, 0, 0x1000000 + (1ULL << 30), 0xc00, 0xc00, 1);
	broken("vmlinux: reaches from 0x1000000 to 0x41000c00, which no kernel "
	       "does",
	       "a GiB between pieces");
	elf_start(64, 2, 0x1000000, 11);
	for (size_t i = 0; i < 11; i++)
		elf_phdr64(i, 1, 0x1000, 0, 0x1000000 + 0x1000 * i, 1, 1, 1);
	broken("vmlinux: is in more than 10 pieces, which no kernel is",
	       "eleven pieces");
	elf_start(64, 2, 0x1000000, 11);
	elf_phdr64(0, 1, 0x1000, 0, 0x1000000, 1, 1, 1);
	for (size_t i = 1; i < 11; i++)
		elf_phdr64(i, 4, 0x1000, 0, 0, 16, 16, 4);
	ok(parse() == LOADER_MINE && elf.notes_count == ELF_NOTES_MAX,
	   "more notes than anyone writes are not looked at");
}

static void test_notes(void)
{
	struct bytes bytes = { elf_file, 0 };
	struct elf_note note;
	uint64_t at = 0;

	memset(elf_file, 0, sizeof(elf_file));
	bytes.len = elf_note_at(elf_note_at(0, "GNU", 3, "12345", 5), "Xen", 18,
				"\1\2\3\4", 4);
	ok(elf_next_note(bytes, 4, &at, &note) && note.type == 3 &&
		   note.contents.len == 5 && at == 24,
	   "a note");
	is(note.owner, "GNU", "its owner");
	ok(elf_next_note(bytes, 4, &at, &note) && note.type == 18 &&
		   bytes_match(note.contents, 0, "\1\2\3\4", 4),
	   "the next one");
	ok(!elf_next_note(bytes, 4, &at, &note), "and no more");
	at = 24;
	bytes.len--;
	ok(!elf_next_note(bytes, 4, &at, &note), "one byte short");
	at = 0;
	elf_put(0, 4, UINT32_MAX);
	ok(!elf_next_note(bytes, 4, &at, &note), "a name past all");
	elf_put(0, 4, 4);
	elf_put(4, 4, UINT32_MAX);
	ok(!elf_next_note(bytes, 4, &at, &note), "contents past all");
	bytes.len = elf_note_at(0, "a name that is longer than that", 1, "", 0);
	at = 0;
	ok(elf_next_note(bytes, 4, &at, &note) && at == bytes.len,
	   "a long name");
	is(note.owner, "a name that is ", "is cut");
	/* Name and contents each at a multiple of 8 from the beginning */
	memset(elf_file, 0, 64);
	memcpy(elf_file, "\4\0\0\0\3\0\0\0\5\0\0\0GNU\0abc\0\0\0\0\0", 24);
	bytes.len = 24;
	at = 0;
	ok(elf_next_note(bytes, 8, &at, &note) && note.contents.len == 3 &&
		   bytes_match(note.contents, 0, "abc", 3) && at == 24,
	   "aligned to 8");
}

/* The rows. */

static struct image image;

static enum loader_answer ask(const struct image_loader *loader)
{
	memset(&image, 0, sizeof(image));
	why.text[0] = '\0';
	image.facts = &facts;
	image.kernel.name = "vmlinux";
	file_memory(&image.kernel, elf_file, ELF_FILE_SIZE);
	image.head = elf_file;
	image.head_size = ELF_FILE_SIZE;
	return loader->probe(&image, &why);
}

static bool take(const struct image_loader *loader)
{
	return ask(loader) == LOADER_MINE && loader->parse(&image, &why) == 0;
}

static void test_linux(void)
{
	elf_vmlinux();
	ok(take(&elf_linux_loader) && image.mode == IMAGE_MODE_LINUX64,
	   "a vmlinux");
	ok(image.part_count == 3 && image.part[2].offset == 0x4000 &&
		   image.part[2].file_size == 0x1000 &&
		   image.part[2].address == 0x1cc3000 &&
		   image.part[2].mem_size == 0xb63000,
	   "its pieces");
	ok(!image.part[2].clear, "it clears its .bss itself");
	ok(image.preferred == 0x1000000 &&
		   image.run_size == 0x1cc3000 + 0xb63000 - 0x1000000,
	   "with .bss and .brk");
	ok(image.relocatable && image.alignment == 0x200000 &&
		   image.place_min == 0x1000000 &&
		   image.place_max == 1ULL << 46,
	   "moves by 2 MiB, upwards");
	ok(image.entry == 0x1000123 && !image.has_setup_header &&
		   !image.by_file && !image.modules_apart,
	   "its entry is physical, it has no setup header");
	ok(image.cmdline_max == 2047, "COMMAND_LINE_SIZE");
	/* Linux before 4.19 has no note of its own */
	elf_put(56, 2, 3);
	ok(take(&elf_linux_loader), "without notes");
	elf_vmlinux();
	elf_note_at(ELF_NOTES_AT, "NetBSD", 1, "\0\0\0", 4);
	ok(ask(&elf_linux_loader) == LOADER_NOT_MINE && !why.text[0],
	   "another system's note");
	elf_vmlinux();
	elf_put(24, 8, 0xffffffff81000123);
	ok(ask(&elf_linux_loader) == LOADER_NOT_MINE,
	   "FreeBSD is linked there, too, but its entry is virtual");
	elf_vmlinux();
	elf_phdr64(0, 1, 0x1000, 0x1000000, 0x1000000, 0x1200, 0x1200, 1);
	ok(ask(&elf_linux_loader) == LOADER_NOT_MINE,
	   "a program is linked where it runs");
	elf_vmlinux();
	elf_put(24, 8, 0x3000000);
	ok(ask(&elf_linux_loader) == LOADER_NOT_MINE, "an entry outside");
	elf_vmlinux();
	facts.la57 = true;
	ok(ask(&elf_linux_loader) == LOADER_BROKEN, "5-level paging");
	is(why.text,
	   "vmlinux: does not say whether it knows 5-level paging, which the "
	   "running kernel uses: boot that one with no5lvl",
	   "and says so");
	facts.la57 = false;
	elf_put(64 + 32, 8, 0x1300);
	ok(ask(&elf_linux_loader) == LOADER_BROKEN, "damaged");
	is(why.text,
	   "vmlinux: is damaged: its piece at 0x1000000, 0x1200 bytes, has "
	   "more bytes than memory",
	   "and says so");
}

/* "readelf -lW" of a vmlinux for i386 */
static void vmlinux32(const char *owner)
{
	elf_start(32, 2, 0x1000000, 2);
	elf_phdr32(0, 1, 0x1000, 0xc1000000, 0x1000000, 0x2000, 0x80000,
		   0x1000);
	elf_phdr32(1, 4, 0x1100, 0xc1000100, 0x1000100, 24, 24, 4);
	elf_note_at(0x1100, owner, 0x100, "\0\0\0", 4);
}

/* FreeBSD for amd64: KERNBASE is where Linux is linked, the entry is virtual,
 * PT_INTERP says /red/herring; it has PVH's note. */
static void test_freebsd(void)
{
	size_t at = ELF_NOTES_AT;

	elf_vmlinux();
	elf_put(24, 8, 0xffffffff81000123);
	memset(elf_file + at, 0, ELF_NOTES_SIZE);
	at = elf_note_at(at, "FreeBSD", 1, "\x5e\xdc\x15\0", 4);
	at = elf_note_at(at, "Xen", 6, "FreeBSD", 8);
	(void)elf_note_at(at, "Xen", 18, "\x40\x02\x00\x01\0\0\0\0", 8);
	elf_phdr64(1, 3, 0x3000, 0, 0, 16, 16, 1);
	ok(ask(&elf_linux_loader) == LOADER_NOT_MINE, "FreeBSD is no Linux");
	ok(take(&elf_pvh_loader) && image.entry == 0x1000240 &&
		   image.modules_apart && !image.relocatable,
	   "FreeBSD by its PVH entry");
	elf_put(24, 8, 0x1000123);
	ok(ask(&elf_linux_loader) == LOADER_NOT_MINE,
	   "nor with a physical entry");
}

static void test_linux32(void)
{
	vmlinux32("Linux");
	ok(take(&elf_linux_loader) && image.mode == IMAGE_MODE_LINUX32 &&
		   image.entry == 0x1000000,
	   "a vmlinux for i386");
	ok(!image.relocatable && !image.above_4g, "stays where it is");
	vmlinux32("NetBS");
	ok(ask(&elf_linux_loader) == LOADER_NOT_MINE,
	   "others are linked like it: only by its note");
	facts.la57 = true;
	vmlinux32("Linux");
	ok(take(&elf_linux_loader), "the 32-bit entry is without paging");
	facts.la57 = false;
	elf_xen();
	ok(ask(&elf_linux_loader) == LOADER_NOT_MINE, "Xen is no Linux");
}

static void test_pvh(void)
{
	elf_vmlinux();
	ok(take(&elf_pvh_loader) && image.mode == IMAGE_MODE_PVH &&
		   image.entry == 0x1000200,
	   "a vmlinux by its PVH entry");
	ok(image.relocatable && image.alignment == 0x200000 &&
		   image.place_min == 0x1000000 &&
		   image.place_max == 0x20000000,
	   "XEN_ELFNOTE_PHYS32_RELOC");
	ok(image.part_count == 3 && image.part[2].clear && !image.modules_apart,
	   "one initrd, as Linux wants it");
	elf_vmlinux();
	elf_put(64 + 3 * 56 + 32, 8, 24);
	ok(ask(&elf_pvh_loader) == LOADER_NOT_MINE && !why.text[0],
	   "without the note");
	elf_vmlinux();
	facts.platform = FACTS_XEN_HVM;
	ok(ask(&elf_pvh_loader) == LOADER_BROKEN, "in a Xen HVM domain");
	is(why.text,
	   "vmlinux: can only be entered as a PVH guest, and this is a Xen HVM "
	   "domain, which it would mistake for one",
	   "and says so");
	facts.platform = FACTS_XEN_PVH;
	ok(ask(&elf_pvh_loader) == LOADER_MINE, "in a Xen PVH domain");
	facts.platform = FACTS_NATIVE;
	facts.firmware.count = 128;
	ok(ask(&elf_pvh_loader) == LOADER_BROKEN, "a long memory map");
	is(why.text,
	   "vmlinux: this machine's memory map has 128 ranges, and by the PVH "
	   "entry it takes at most 127",
	   "and says so");
	facts.firmware.count = 0;
}

/* A kernel whose notes are just @type with @contents, and the entry. */
static void pvh32(uint32_t type, const void *contents, size_t size)
{
	size_t at;

	elf_start(32, 2, 0x100000, 2);
	elf_phdr32(0, 1, 0x1000, 0x100000, 0x100000, 0x2000, 0x4000, 0x10000);
	at = elf_note_at(0x1100, "Xen", 18, "\x10\x00\x10\x00", 4);
	at = elf_note_at(at, "Xen", type, contents, size);
	elf_phdr32(1, 4, 0x1100, 0, 0, (uint32_t)at - 0x1100, 0, 4);
}

static void test_pvh_notes(void)
{
	pvh32(6, "unikernel", 10);
	ok(take(&elf_pvh_loader) && image.entry == 0x100010 &&
		   image.modules_apart && !image.relocatable,
	   "not Linux, an entry of 4 bytes");
	ok(ask(&elf_linux_loader) == LOADER_NOT_MINE, "and not vmlinux");
	pvh32(19, "", 0);
	ok(take(&elf_pvh_loader) && image.relocatable &&
		   image.alignment == 0x10000 && image.place_min == 0 &&
		   image.place_max == 1ULL << 32,
	   "PHYS32_RELOC without values: the largest p_align");
	elf_put(52 + 28, 4, 0x40);
	ok(take(&elf_pvh_loader) && !image.relocatable,
	   "2 MiB when that is less than a page: it is not linked so");
	pvh32(19, "\0\0\1\0\0\0\x20\0", 8);
	ok(take(&elf_pvh_loader) && image.alignment == 0x10000 &&
		   image.place_min == 0x200000 && image.place_max == 1ULL << 32,
	   "PHYS32_RELOC with two values");
	pvh32(19, "\0\0\3\0", 4);
	ok(take(&elf_pvh_loader) && !image.relocatable,
	   "an alignment that is none");
	pvh32(18, "\x10\x00", 2);
	ok(ask(&elf_pvh_loader) == LOADER_NOT_MINE,
	   "an entry of two bytes is none");
	pvh32(18, "\x00\x40\x10\x00", 4);
	ok(ask(&elf_pvh_loader) == LOADER_BROKEN, "an entry outside");
	is(why.text,
	   "vmlinux: is damaged: its PVH entry, 0x104000, is in none of its "
	   "pieces",
	   "and says so");
	elf_vmlinux();
	elf_phdr64(2, 1, 0x4000, 0, 0xfffff000, 0x1000, 0x2000, 1);
	elf_phdr64(0, 1, 0x1000, 0, 0xff000000, 0x1200, 0x1200, 1);
	elf_phdr64(1, 1, 0x1000, 0, 0xfe000000, 0x1200, 0x1200, 1);
	ok(ask(&elf_pvh_loader) == LOADER_BROKEN, "above 4 GiB");
	is(why.text,
	   "vmlinux: is linked to run above 4 GiB, where the PVH entry cannot "
	   "be",
	   "and says so");
	elf_vmlinux();
	elf_put(64 + 3 * 56 + 8, 8, 0x7000);
	elf_put(64 + 3 * 56 + 32, 8, 0x2000);
	ok(ask(&elf_pvh_loader) == LOADER_BROKEN, "notes beyond the file");
	is(why.text,
	   "vmlinux: is truncated: 8192 bytes at byte 28672 are wanted of its "
	   "32768",
	   "and says so");
}

int main(void)
{
	test_good();
	test_quirks();
	test_not_mine();
	test_broken_headers();
	test_cut();
	test_broken_pieces();
	test_notes();
	test_linux();
	test_freebsd();
	test_linux32();
	test_pvh();
	test_pvh_notes();
	return tap_done();
}
