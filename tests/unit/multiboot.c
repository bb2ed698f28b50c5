/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Multiboot: headers as the two specifications and GRUB have them, Xen's real
 * one, and the information read back by the offsets of multiboot.h and
 * multiboot2.h of GRUB.
 */
#include "image/multiboot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/reason.h"
#include "elf_file.h"
#include "image/file.h"
#include "tap.h"

static struct facts facts;
static struct reason why;
static struct multiboot mb;

static enum loader_answer parse(int version)
{
	struct bytes head = { elf_file, ELF_FILE_SIZE };

	memset(&mb, 0, sizeof(mb));
	why.text[0] = '\0';
	return (version == 1 ? multiboot1_parse : multiboot2_parse)(
		&mb, head, ELF_FILE_SIZE, "kernel", &why);
}

/* Header 1 at @at; with ADDRESS_FIELDS: of a kernel at 1 MiB, the header at
 * the beginning of what is loaded, 0x1000 bytes, bss up to 0x3000. */
static void header1(size_t at, uint32_t flags)
{
	elf_put(at, 4, 0x1badb002);
	elf_put(at + 4, 4, flags);
	elf_put(at + 8, 4, -(0x1badb002U + flags));
	if (!(flags & 1 << 16))
		return;
	elf_put(at + 12, 4, 0x100000);
	elf_put(at + 16, 4, 0x100000);
	elf_put(at + 20, 4, 0x101000);
	elf_put(at + 24, 4, 0x103000);
	elf_put(at + 28, 4, 0x100030);
}

/* Header 2 at @at begins; tags follow; end2() closes it. */
static size_t start2(size_t at)
{
	elf_put(at, 4, 0xe85250d6);
	return at + 16;
}

static size_t tag2(size_t at, uint16_t type, uint16_t flags, size_t count,
		   const uint32_t *words)
{
	elf_put(at, 2, type);
	elf_put(at + 2, 2, flags);
	elf_put(at + 4, 4, 8 + count * 4);
	for (size_t i = 0; i < count; i++)
		elf_put(at + 8 + i * 4, 4, words[i]);
	return (at + 8 + count * 4 + 7) & ~(size_t)7;
}

static void end2(size_t start, size_t at)
{
	size_t length = tag2(at, 0, 0, 0, NULL) - start;

	elf_put(start + 4, 4, 0);
	elf_put(start + 8, 4, length);
	elf_put(start + 12, 4, -(uint32_t)(0xe85250d6 + length));
}

/* Xen with header 2, and one tag in it. */
static void with_tag(uint16_t type, uint16_t flags, size_t count,
		     const uint32_t *words)
{
	elf_xen();
	end2(0x100, tag2(start2(0x100), type, flags, count, words));
}

static void broken(int version, const char *want, const char *name)
{
	ok(parse(version) == LOADER_BROKEN && mb.offset == 0, "%s: broken",
	   name);
	is(why.text, want, name);
}

/* The first 512 bytes of Debian's Xen, in a file of its size. */
static void test_xen(void)
{
	static uint8_t head[512];
	struct bytes bytes = { head, sizeof(head) };
	int fd =
		open("tests/fixtures/multiboot/xen-4.17", O_RDONLY | O_CLOEXEC);

	ok(read(fd, head, sizeof(head)) == sizeof(head), "the fixture");
	(void)close(fd);
	ok(multiboot1_parse(&mb, bytes, 2562652, "xen", &why) == LOADER_MINE,
	   "Xen: version 1");
	ok(mb.offset == 0x88 && !mb.by_address && !mb.has_entry &&
		   !mb.relocatable && !mb.needs_screen,
	   "Xen: all else is in the ELF file");
	ok(multiboot2_parse(&mb, bytes, 2562652, "xen", &why) == LOADER_MINE,
	   "Xen: version 2");
	/* xen/arch/x86/boot/head.S, XEN_IMG_OFFSET and mb2ht_init */
	ok(mb.offset == 0x98 && mb.relocatable && mb.min == 0x200000 &&
		   mb.max == UINT32_MAX && mb.align == 0x200000 &&
		   !mb.needs_screen && !mb.has_entry,
	   "Xen: it may be moved");
	ok(multiboot_has_header(bytes), "Xen: has a header");
}

static void test_search(void)
{
	elf_vmlinux();
	ok(parse(1) == LOADER_NOT_MINE && parse(2) == LOADER_NOT_MINE &&
		   !why.text[0],
	   "no header: silent");
	header1(8192 - 12, 0);
	ok(parse(1) == LOADER_MINE && mb.offset == 8180,
	   "1: the last place of 8192 bytes");
	elf_vmlinux();
	header1(8192 - 8, 0);
	ok(parse(1) == LOADER_NOT_MINE, "1: beyond it");
	elf_vmlinux();
	header1(0x102, 0);
	ok(parse(1) == LOADER_NOT_MINE, "1: not at a multiple of 4");
	elf_vmlinux();
	header1(0x100, 0);
	elf_put(0x108, 4, 0);
	header1(0x200, 3);
	ok(parse(1) == LOADER_MINE && mb.offset == 0x200,
	   "1: the magic number alone is none");
	elf_vmlinux();
	end2(32768 - 24, start2(32768 - 24));
	ok(parse(2) == LOADER_MINE && mb.offset == 32768 - 24,
	   "2: the last place of 32768 bytes");
	elf_vmlinux();
	end2(0x104, start2(0x104));
	ok(parse(2) == LOADER_NOT_MINE, "2: not at a multiple of 8");
	elf_vmlinux();
	end2(0x100, start2(0x100));
	elf_put(0x104, 4, 4);
	elf_put(0x10c, 4, -(uint32_t)(0xe85250d6 + 4 + 24));
	ok(parse(2) == LOADER_NOT_MINE, "2: for MIPS");
}

/* "must be contained completely within the first 32768 bytes" */
static void test_header2_end(void)
{
	static const size_t AT = 32768 - 32;

	elf_xen();
	end2(AT, tag2(start2(AT), 6, 0, 0, NULL));
	ok(parse(2) == LOADER_MINE, "2: up to the end of what is searched");
	memset(elf_file + AT, 0, 32);
	(void)tag2(start2(AT), 6, 0, 0, NULL);
	elf_put(AT + 8, 4, 40);
	elf_put(AT + 12, 4, -(uint32_t)(0xe85250d6 + 40));
	ok(parse(2) == LOADER_BROKEN, "2: beyond it");
}

static void test_flags(void)
{
	elf_xen();
	header1(0x100, 3);
	ok(parse(1) == LOADER_MINE && !mb.needs_screen,
	   "aligned modules and memory are always there");
	header1(0x100, 4);
	ok(parse(1) == LOADER_MINE && mb.needs_screen, "a video mode");
	header1(0x100, 0x8008);
	broken(1,
	       "kernel: its Multiboot header requires what the specification "
	       "does not know (flags 0x8008)",
	       "required flags");
	header1(0x100, 0xfffe0000);
	ok(parse(1) == LOADER_MINE, "other flags are no requirement");
}

static void test_addresses(void)
{
	static const char damaged[] =
		"kernel: is damaged: by the addresses of its Multiboot header, ";
	const struct {
		size_t at;
		uint32_t value;
		const char *how;
	} bad[] = {
		{ 12, 0xff000, "the header is before all else" },
		{ 12, 0x100201, "it begins before the file does" },
		{ 20, 0xfffff, "it ends before it begins" },
		{ 24, 0x100fff, "its bss ends before its data" },
		{ 28, 0x103000, "its entry is outside of it" },
		{ 28, 0xfffff, "its entry is outside of it" },
	};
	struct bytes cut = { elf_file, 0x200 + 31 };
	char want[256];

	elf_vmlinux();
	header1(0x200, 1 << 16);
	ok(parse(1) == LOADER_MINE && mb.by_address && mb.has_entry &&
		   mb.entry == 0x100030 && mb.segment.offset == 0x200 &&
		   mb.segment.file_size == 0x1000 &&
		   mb.segment.address == 0x100000 &&
		   mb.segment.memory_size == 0x3000,
	   "addresses");
	elf_put(0x20c, 4, 0x100200);
	ok(parse(1) == LOADER_MINE && mb.segment.offset == 0,
	   "the header is not the first that is loaded");
	elf_put(0x214, 4, 0);
	elf_put(0x218, 4, 0);
	ok(parse(1) == LOADER_MINE && mb.segment.file_size == ELF_FILE_SIZE &&
		   mb.segment.memory_size == ELF_FILE_SIZE,
	   "load_end_addr 0: all of the file; bss_end_addr 0: no bss");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		header1(0x200, 1 << 16);
		elf_put(0x200 + bad[i].at, 4, bad[i].value);
		(void)snprintf(want, sizeof(want), "%s%s", damaged, bad[i].how);
		broken(1, want, bad[i].how);
	}
	header1(0x200, 1 << 16);
	elf_put(0x214, 4, 0x110000);
	elf_put(0x218, 4, 0);
	broken(1, "kernel: is truncated: 32768 bytes of at least 66048",
	       "longer than the file");
	header1(0x200, 1 << 16);
	ok(multiboot1_parse(&mb, cut, cut.len, "kernel", &why) == LOADER_BROKEN,
	   "the file ends in them");
	elf_put(0x20c, 4, 0xfffffff0);
	elf_put(0x210, 4, 0xfffffff0);
	elf_put(0x214, 4, 0);
	elf_put(0x218, 4, 0);
	broken(1,
	       "kernel: is damaged: by the addresses of its Multiboot header, "
	       "it does not fit below 4 GiB",
	       "past 4 GiB");
}

static void test_tags(void)
{
	static const uint32_t requests[] = { 4, 6, 5, 10 }, sections[] = { 9 },
			      unknown[] = { 22 }, one[] = { 1 }, two[] = { 2 },
			      entry[] = { 0x200040 },
			      place[] = { 0x100000, 0x7fffffff, 0x1000, 2 },
			      nowhere[] = { 2, 1, 0x1000, 0 },
			      odd[] = { 0, 1, 3, 0 },
			      anywhere[] = { 0, 1, 0, 0 };

	with_tag(1, 0, 4, requests);
	ok(parse(2) == LOADER_MINE,
	   "what is known, be it here (memory) or not (APM)");
	with_tag(1, 0, 1, sections);
	broken(2,
	       "kernel: its Multiboot header requires its ELF sections, which "
	       "are not loaded",
	       "sections");
	with_tag(1, 0, 1, unknown);
	broken(2,
	       "kernel: its Multiboot header requires information of type 22, "
	       "which the specification does not know",
	       "unknown information");
	with_tag(1, 1, 1, unknown);
	ok(parse(2) == LOADER_MINE, "unknown information, optional");
	with_tag(11, 0, 0, NULL);
	broken(2,
	       "kernel: its Multiboot header requires a tag of type 11, which "
	       "is not known",
	       "unknown tag");
	with_tag(11, 1, 0, NULL);
	ok(parse(2) == LOADER_MINE, "unknown tag, optional");
	with_tag(4, 0, 1, one);
	ok(parse(2) == LOADER_MINE && mb.needs_screen, "a console");
	with_tag(4, 0, 1, two);
	ok(parse(2) == LOADER_MINE && !mb.needs_screen,
	   "a console that may be text");
	with_tag(3, 0, 1, entry);
	ok(parse(2) == LOADER_MINE && mb.has_entry && mb.entry == 0x200040,
	   "an entry");
	with_tag(10, 0, 4, place);
	ok(parse(2) == LOADER_MINE && mb.relocatable && mb.min == 0x100000 &&
		   mb.max == 0x7fffffff && mb.align == 0x1000,
	   "relocatable");
	with_tag(10, 0, 4, anywhere);
	ok(parse(2) == LOADER_MINE && mb.align == 1, "an alignment of 0 is 1");
	with_tag(10, 0, 4, nowhere);
	ok(parse(2) == LOADER_BROKEN, "relocatable to nowhere");
	with_tag(10, 0, 4, odd);
	ok(parse(2) == LOADER_BROKEN, "an alignment of 3");
	with_tag(10, 0, 3, place);
	broken(2,
	       "kernel: is damaged: the tags of its Multiboot header have no "
	       "end",
	       "a short tag");
	for (uint16_t type = 6; type < 10; type++) {
		with_tag(type, 0, 1, entry);
		ok(parse(2) == LOADER_MINE && !mb.has_entry,
		   "tag %u is nothing to us", type);
	}
	with_tag(5, 0, 3, place);
	ok(parse(2) == LOADER_MINE, "a framebuffer is a wish");
}

/* What is cut off within a header is damaged, or none; it is never read past. */
static void test_cut(void)
{
	static const uint32_t words[] = { 0x100000, 0x100000, 0x101000,
					  0x103000 };
	bool good = true;

	elf_xen();
	header1(0, 1 << 16);
	for (size_t len = 0; len < 32; len++) {
		struct bytes head = { elf_file, len };
		enum loader_answer answer = multiboot1_parse(
			&mb, head, ELF_FILE_SIZE, "kernel", &why);

		good = good &&
		       answer == (len < 12 ? LOADER_NOT_MINE : LOADER_BROKEN);
	}
	ok(good, "1: cut anywhere");
	good = true;
	elf_xen();
	end2(0, tag2(start2(0), 2, 0, 4, words));
	for (size_t len = 0; len < 48; len++) {
		struct bytes head = { elf_file, len };
		enum loader_answer answer = multiboot2_parse(
			&mb, head, ELF_FILE_SIZE, "kernel", &why);

		good = good &&
		       answer == (len < 16 ? LOADER_NOT_MINE : LOADER_BROKEN);
	}
	ok(good, "2: cut anywhere");
}

static void test_tags_damaged(void)
{
	static const char no_end[] = "kernel: is damaged: the tags of its "
				     "Multiboot header have no end";

	with_tag(6, 0, 0, NULL);
	elf_put(0x118, 2, 6);
	broken(2, no_end, "no end tag");
	with_tag(6, 0, 0, NULL);
	elf_put(0x114, 4, 0);
	broken(2, no_end, "a tag of no size");
	with_tag(6, 0, 0, NULL);
	elf_put(0x114, 4, 0xfffffff9);
	broken(2, no_end, "a tag of any size");
	elf_xen();
	end2(0x100, start2(0x100));
	elf_put(0x108, 4, 0x8000);
	elf_put(0x10c, 4, -(uint32_t)(0xe85250d6 + 0x8000));
	broken(2, no_end, "a header longer than what is searched");
}

static void test_addresses2(void)
{
	static const uint32_t all[] = { 0x200100, UINT32_MAX, 0, 0x300000 },
			      below[] = { 0x80, UINT32_MAX, 0, 0 },
			      plain[] = { 0x200100, 0x200100, 0x201000,
					  0x202000 },
			      entry[] = { 0x200180 };
	size_t at;

	with_tag(2, 0, 4, all);
	broken(2,
	       "kernel: has a Multiboot header with addresses but no entry "
	       "address",
	       "no entry");
	elf_xen();
	at = tag2(start2(0x100), 2, 0, 4, all);
	end2(0x100, tag2(at, 3, 0, 1, entry));
	ok(parse(2) == LOADER_MINE && mb.by_address && mb.segment.offset == 0 &&
		   mb.segment.address == 0x200000 &&
		   mb.segment.file_size == ELF_FILE_SIZE &&
		   mb.segment.memory_size == 0x100000,
	   "load_addr -1: from the beginning of the file");
	elf_xen();
	at = tag2(start2(0x100), 2, 0, 4, plain);
	end2(0x100, tag2(at, 3, 0, 1, entry));
	ok(parse(2) == LOADER_MINE && mb.segment.offset == 0x100 &&
		   mb.segment.file_size == 0xf00 &&
		   mb.segment.memory_size == 0x1f00,
	   "addresses");
	with_tag(2, 0, 4, below);
	broken(2,
	       "kernel: is damaged: by the addresses of its Multiboot header, "
	       "it begins below 0",
	       "load_addr -1, but the header lies below");
}

/* The rows. */

static struct image image;

static enum loader_answer ask(const struct image_loader *loader)
{
	memset(&image, 0, sizeof(image));
	why.text[0] = '\0';
	image.facts = &facts;
	image.kernel.name = "xen";
	file_memory(&image.kernel, elf_file, ELF_FILE_SIZE);
	image.head = elf_file;
	image.head_size = ELF_FILE_SIZE;
	return loader->probe(&image, &why);
}

static bool take(const struct image_loader *loader)
{
	return ask(loader) == LOADER_MINE && loader->parse(&image, &why) == 0;
}

static void test_rows(void)
{
	static const uint32_t place[] = { 0x200000, UINT32_MAX, 0x200000, 2 },
			      entry[] = { 0x200040 };

	elf_xen();
	header1(0x100, 3);
	ok(take(&multiboot1_loader) && image.mode == IMAGE_MODE_MULTIBOOT1 &&
		   image.entry == 0x200000 && image.part_count == 1 &&
		   image.part[0].clear && image.preferred == 0x200000 &&
		   image.run_size == 0x3a7000,
	   "Xen by version 1");
	ok(!image.relocatable && image.modules_apart && !image.above_4g &&
		   image.initrd_max == 0xfffffffe,
	   "stays where it is, modules below 4 GiB");
	ok(ask(&multiboot2_loader) == LOADER_NOT_MINE, "it has no other one");
	with_tag(10, 0, 4, place);
	ok(take(&multiboot2_loader) && image.mode == IMAGE_MODE_MULTIBOOT2 &&
		   image.relocatable && image.alignment == 0x200000 &&
		   image.place_min == 0x200000 && image.place_max == 1ULL << 32,
	   "Xen by version 2");
	with_tag(3, 0, 1, entry);
	ok(take(&multiboot2_loader) && image.entry == 0x200040,
	   "the header's entry, not the ELF file's");
	with_tag(10, 0, 4, place);
	elf_put(52 + 8, 4, 0x40200000);
	elf_put(24, 4, 0x40200010);
	ok(take(&multiboot2_loader) && image.entry == 0x200010,
	   "the entry is virtual");
	elf_put(24, 4, 0x3a6fff + 0x200000);
	ok(take(&multiboot2_loader) && image.entry == 0x5a6fff,
	   "or physical, when no piece has it else");
	elf_put(24, 4, 0x5a7000);
	ok(ask(&multiboot2_loader) == LOADER_BROKEN, "or wrong");
	is(why.text,
	   "xen: is damaged: its entry, 0x5a7000, is in none of its pieces",
	   "and says so");
	elf_vmlinux();
	header1(0x300, 3);
	elf_phdr64(2, 1, 0x4000, 0, 0xfffff000, 0x1000, 0x2000, 1);
	elf_phdr64(0, 1, 0x1000, 0, 0xff000000, 0x1200, 0x1200, 1);
	elf_phdr64(1, 1, 0x1000, 0, 0xfe000000, 0x1200, 0x1200, 1);
	ok(ask(&multiboot1_loader) == LOADER_BROKEN, "past 4 GiB");
	is(why.text,
	   "xen: is linked to run above 4 GiB, where Multiboot cannot enter it",
	   "and says so");
	memset(elf_file, 0, sizeof(elf_file));
	header1(0x100, 3);
	ok(ask(&multiboot1_loader) == LOADER_NOT_MINE && !why.text[0],
	   "no ELF, no addresses: there by accident, as in xen.efi");
	header1(0x100, 1 << 16);
	ok(take(&multiboot1_loader) && image.part[0].offset == 0x100 &&
		   image.part[0].file_size == 0x1000 &&
		   image.part[0].mem_size == 0x3000 && image.entry == 0x100030,
	   "by addresses");
}

static void vga_text(void)
{
	memset(&facts, 0, sizeof(facts));
	/* orig_video_cols, orig_video_lines, orig_video_isVGA */
	facts.boot_params[7] = 80;
	facts.boot_params[14] = 25;
	facts.boot_params[15] = 1;
}

/* A framebuffer of 1024x768, as EFI's stub leaves it. */
static void framebuffer(void)
{
	memset(&facts, 0, sizeof(facts));
	/* orig_video_isVGA: EFI; lfb_width, lfb_height, lfb_depth, lfb_base */
	facts.boot_params[15] = 0x70;
	facts.boot_params[0x13] = 0x04;
	facts.boot_params[0x15] = 0x03;
	facts.boot_params[0x16] = 32;
	facts.boot_params[0x1b] = 0xc0;
	/* lfb_linelength; size and position of red, green, blue */
	facts.boot_params[0x25] = 0x10;
	facts.boot_params[0x26] = 8;
	facts.boot_params[0x27] = 16;
	facts.boot_params[0x28] = 8;
	facts.boot_params[0x29] = 8;
	facts.boot_params[0x2a] = 8;
	facts.boot_params[0x2b] = 0;
	/* capabilities: 64-bit base; ext_lfb_base */
	facts.boot_params[0x36] = 2;
	facts.boot_params[0x3a] = 1;
}

static void test_screen(void)
{
	struct multiboot_screen s;

	memset(&facts, 0, sizeof(facts));
	ok(!multiboot_screen(&s, facts.boot_params), "no screen");
	elf_xen();
	header1(0x100, 4);
	ok(ask(&multiboot1_loader) == LOADER_BROKEN, "that needs one");
	is(why.text,
	   "xen: needs a screen, and this machine has none that is known",
	   "and says so");
	vga_text();
	ok(multiboot_screen(&s, facts.boot_params) &&
		   s.type == MULTIBOOT_SCREEN_TEXT && s.address == 0xb8000 &&
		   s.width == 80 && s.height == 25 && s.pitch == 160 &&
		   s.bpp == 16,
	   "VGA text");
	ok(take(&multiboot1_loader), "that needs one");
	facts.screen_gone = true;
	ok(ask(&multiboot1_loader) == LOADER_BROKEN,
	   "a driver of the running kernel has it");
	framebuffer();
	ok(multiboot_screen(&s, facts.boot_params) &&
		   s.type == MULTIBOOT_SCREEN_RGB && s.address == 0x1c0000000 &&
		   s.width == 1024 && s.height == 768 && s.pitch == 4096 &&
		   s.bpp == 32 && s.color[0] == 16 && s.color[1] == 8 &&
		   s.color[2] == 8 && s.color[4] == 0 && s.color[5] == 8,
	   "a framebuffer above 4 GiB");
	memset(&facts, 0, sizeof(facts));
}

/* What is built. */

static uint8_t memory[4096];
static const uint64_t ADDRESS = 0x7fff0000;

static uint32_t get32(uint64_t at)
{
	struct bytes bytes = { memory, sizeof(memory) };
	uint32_t value = 0xdeadbeef;

	(void)bytes_le32(bytes, at, &value);
	return value;
}

static uint64_t get64(uint64_t at)
{
	struct bytes bytes = { memory, sizeof(memory) };
	uint64_t value = 0xdeadbeef;

	(void)bytes_le64(bytes, at, &value);
	return value;
}

static const char *string(uint64_t at)
{
	return at < sizeof(memory) &&
			       memchr(memory + at, 0, sizeof(memory) - at)
		       ? (const char *)memory + at
		       : "outside";
}

static const struct image_module modules[] = {
	{ 0x40000000, 12345, "root=/dev/xvda1 console=hvc0" },
	{ 0x50000000, 1, "" },
};

static struct multiboot_input input(void)
{
	static struct memmap map;
	struct multiboot_input in = {
		.cmdline = "console=com1 dom0_mem=512M",
		.module = modules,
		.module_count = 2,
		.map = &map,
	};

	map.count = 0;
	(void)memmap_add(&map, 0, 0x9fc00, MEMMAP_RAM, "test", &why);
	(void)memmap_add(&map, 0xf0000, 0x100000, MEMMAP_RESERVED, "test",
			 &why);
	(void)memmap_add(&map, 0x100000, 0x7ffe0000, MEMMAP_RAM, "test", &why);
	(void)memmap_add(&map, 0x7ffe0000, 0x80000000, MEMMAP_SOFT_RESERVED,
			 "test", &why);
	return in;
}

static void test_build1(void)
{
	struct multiboot_input in = input();
	uint64_t mods, ranges;
	size_t size;

	memset(memory, 0xee, sizeof(memory));
	size = multiboot1_build(NULL, 0, ADDRESS, &in);
	ok(multiboot1_build(memory, size, ADDRESS, &in) == size &&
		   memory[size] == 0xee,
	   "1: as large as it was counted");
	ok(get32(0) == (1 | 4 | 8 | 0x40 | 0x200), "1: flags");
	ok(get32(4) == 639, "1: mem_lower, KiB");
	ok(get32(8) == (0x7ffe0000 - 0x100000) / 1024, "1: mem_upper, KiB");
	is(string(get32(16) - ADDRESS), in.cmdline, "1: cmdline");
	ok(get32(20) == 2, "1: mods_count");
	mods = get32(24) - ADDRESS;
	ok(get32(mods) == 0x40000000 && get32(mods + 4) == 0x40000000 + 12345 &&
		   get32(mods + 12) == 0,
	   "1: a module");
	is(string(get32(mods + 8) - ADDRESS), modules[0].words, "1: its words");
	is(string(get32(mods + 24) - ADDRESS), "", "1: the next one's");
	ok(get32(44) == 4 * 24, "1: mmap_length");
	ranges = get32(48) - ADDRESS;
	ok(get32(ranges) == 20 && get64(ranges + 4) == 0 &&
		   get64(ranges + 12) == 0x9fc00 && get32(ranges + 20) == 1,
	   "1: memory");
	ok(get32(ranges + 3 * 24 + 20) == 2,
	   "1: Linux's own type is reserved for all others");
	ok(strstr(string(get32(64) - ADDRESS), "kboot") != NULL,
	   "1: boot_loader_name");
	ok(get32(12) == 0 && get32(28) == 0 && get32(52) == 0 &&
		   get32(60) == 0 && get32(68) == 0 && get32(72) == 0 &&
		   get32(112) == 0,
	   "1: nothing else");
	in.module_count = 0;
	(void)multiboot1_build(memory, sizeof(memory), ADDRESS, &in);
	ok(get32(0) == (1 | 4 | 0x40 | 0x200) && get32(20) == 0,
	   "1: no modules");
}

static void test_build1_screen(void)
{
	struct multiboot_input in = input();
	struct multiboot_screen screen;

	framebuffer();
	(void)multiboot_screen(&screen, facts.boot_params);
	in.screen = &screen;
	(void)multiboot1_build(memory, sizeof(memory), ADDRESS, &in);
	ok(get32(0) & 1 << 12, "1: flag of the framebuffer");
	ok(get64(88) == screen.address && get32(96) == 4096 &&
		   get32(100) == 1024 && get32(104) == 768 &&
		   memory[108] == 32 && memory[109] == 1,
	   "1: framebuffer_addr to framebuffer_type");
	ok(memcmp(memory + 110, "\x10\x08\x08\x08\x00\x08", 6) == 0,
	   "1: its colors");
}

/* Tag number @n of type @type: where it begins; or 0. */
static size_t find_tag(uint32_t type, int n)
{
	size_t at = 8;

	while (at < get32(0)) {
		if (get32(at) == type && n-- == 0)
			return at;
		if (get32(at) == 0 || get32(at + 4) < 8)
			break;
		at = (at + get32(at + 4) + 7) & ~(size_t)7;
	}
	return 0;
}

static void test_build2(void)
{
	struct multiboot_input in = input();
	size_t size, tag;

	memset(memory, 0xee, sizeof(memory));
	size = multiboot2_build(NULL, 0, &in);
	ok(multiboot2_build(memory, size, &in) == size && memory[size] == 0xee,
	   "2: as large as it was counted");
	ok(get32(0) == size && get32(4) == 0, "2: total_size");
	tag = find_tag(0, 0);
	ok(tag == size - 8 && get32(tag + 4) == 8, "2: the end tag is last");
	tag = find_tag(1, 0);
	is(string(tag + 8), in.cmdline, "2: command line");
	ok(get32(tag + 4) == 8 + strlen(in.cmdline) + 1, "2: its size");
	ok(strstr(string(find_tag(2, 0) + 8), "kboot") != NULL,
	   "2: boot loader name");
	tag = find_tag(3, 0);
	ok(get32(tag + 8) == 0x40000000 &&
		   get32(tag + 12) == 0x40000000 + 12345,
	   "2: a module");
	is(string(tag + 16), modules[0].words, "2: its words");
	tag = find_tag(3, 1);
	ok(get32(tag + 8) == 0x50000000 && get32(tag + 4) == 17,
	   "2: the next one");
	ok(find_tag(3, 2) == 0, "2: no more");
	tag = find_tag(4, 0);
	ok(get32(tag + 8) == 639 &&
		   get32(tag + 12) == (0x7ffe0000 - 0x100000) / 1024,
	   "2: basic memory information");
	tag = find_tag(6, 0);
	ok(get32(tag + 4) == 16 + 4 * 24 && get32(tag + 8) == 24 &&
		   get32(tag + 12) == 0,
	   "2: memory map");
	ok(get64(tag + 16 + 24) == 0xf0000 && get64(tag + 24 + 24) == 0x10000 &&
		   get32(tag + 32 + 24) == 2 && get32(tag + 36 + 24) == 0,
	   "2: a range of it");
	ok(!find_tag(8, 0) && !find_tag(12, 0) && !find_tag(14, 0) &&
		   !find_tag(15, 0) && !find_tag(21, 0),
	   "2: nothing that is not known");
}

static void test_build2_more(void)
{
	static const uint8_t rsdp[36] = "RSD PTR ";
	struct multiboot_input in = input();
	struct multiboot_screen screen;
	size_t tag;

	framebuffer();
	(void)multiboot_screen(&screen, facts.boot_params);
	in.screen = &screen;
	in.rsdp.data = rsdp;
	in.rsdp.len = sizeof(rsdp);
	in.has_base = true;
	in.base = 0x600000;
	(void)multiboot2_build(memory, sizeof(memory), &in);
	tag = find_tag(8, 0);
	ok(get32(tag + 4) == 38 && get64(tag + 8) == screen.address &&
		   memory[tag + 28] == 32 && memory[tag + 29] == 1 &&
		   memcmp(memory + tag + 32, "\x10\x08\x08\x08\x00\x08", 6) ==
			   0,
	   "2: a framebuffer");
	tag = find_tag(14, 0);
	ok(get32(tag + 4) == 28 && memcmp(memory + tag + 8, rsdp, 20) == 0,
	   "2: ACPI 1.0");
	tag = find_tag(15, 0);
	ok(get32(tag + 4) == 44 && memcmp(memory + tag + 8, rsdp, 36) == 0,
	   "2: ACPI 2.0");
	tag = find_tag(21, 0);
	ok(get32(tag + 4) == 12 && get32(tag + 8) == 0x600000,
	   "2: where it was put");
	vga_text();
	(void)multiboot_screen(&screen, facts.boot_params);
	(void)multiboot2_build(memory, sizeof(memory), &in);
	tag = find_tag(8, 0);
	ok(get32(tag + 4) == 32 && memory[tag + 29] == 2,
	   "2: text has no colors");
	in.rsdp.len = 20;
	(void)multiboot2_build(memory, sizeof(memory), &in);
	ok(find_tag(14, 0) && !find_tag(15, 0), "2: an old RSDP only");
	memset(&facts, 0, sizeof(facts));
}

/* As a placed image has it. */
static void test_image(void)
{
	size_t size, tag;

	memset(&image, 0, sizeof(image));
	memset(&facts, 0, sizeof(facts));
	image.facts = &facts;
	image.cmdline = "quiet";
	image.modules_apart = true;
	image.initrd_count = 1;
	image.initrd[0].words = "words";
	image.initrd[0].address = 0x2000;
	image.initrd[0].size = 7;
	image.relocatable = true;
	image.preferred = 0x200000;
	image.kernel.address = 0x600000;
	size = multiboot2_info_size(&image);
	memset(memory, 0xee, sizeof(memory));
	multiboot2_info_build(memory, ADDRESS, &image);
	ok(get32(0) == size && memory[size] == 0xee, "2: its size");
	tag = find_tag(3, 0);
	ok(get32(tag + 8) == 0x2000 && get32(tag + 12) == 0x2007,
	   "2: its module");
	is(string(tag + 16), "words", "2: its words");
	ok(get32(find_tag(21, 0) + 8) == 0x600000, "2: where it was put");
	ok(!find_tag(8, 0), "2: no screen");
	vga_text();
	multiboot2_info_build(memory, ADDRESS, &image);
	ok(find_tag(8, 0), "2: a screen");
	image.relocatable = false;
	multiboot2_info_build(memory, ADDRESS, &image);
	ok(!find_tag(21, 0), "2: it stays where it was linked");
	size = multiboot1_info_size(&image);
	memset(memory, 0xee, sizeof(memory));
	multiboot1_info_build(memory, ADDRESS, &image);
	ok(memory[size] == 0xee && memory[size - 1] == 0, "1: its size");
	ok(get32(20) == 1 && get32(get32(24) - ADDRESS) == 0x2000 &&
		   get32(0) & 1 << 12,
	   "1: its module, its screen");
	memset(&facts, 0, sizeof(facts));
}

/* xen/arch/x86/setup.c, loader_is_grub2() */
static void test_loader_name(void)
{
	const char *p = strstr(MULTIBOOT_LOADER_NAME, "GRUB ");

	ok(p && p[5] != '0',
	   "Xen does not take the first word for the kernel's name");
}

int main(void)
{
	test_xen();
	test_search();
	test_header2_end();
	test_flags();
	test_addresses();
	test_tags();
	test_cut();
	test_tags_damaged();
	test_addresses2();
	test_rows();
	test_screen();
	test_build1();
	test_build1_screen();
	test_build2();
	test_build2_more();
	test_image();
	test_loader_name();
	return tap_done();
}
