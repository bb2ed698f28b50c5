/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The setup header of a bzImage: what boot.rst says, and damage. */
#include "image/bzimage.h"

#include "base/reason.h"
#include "kernel.h"
#include "tap.h"

static uint8_t head[KERNEL_HEAD];

static enum loader_answer parse(struct bzimage *b, size_t head_size,
				uint64_t file_size, struct reason *why)
{
	struct bytes bytes = { head, head_size };

	why->text[0] = '\0';
	return bzimage_parse(b, bytes, file_size, "vmlinuz", why);
}

/* The header as it was changed is refused with the sentence @want. */
static void broken(const char *want, const char *name)
{
	struct bzimage b = { .version = 1 };
	struct reason why;

	ok(parse(&b, KERNEL_HEAD, KERNEL_FILE_SIZE, &why) == LOADER_BROKEN &&
		   b.version == 1,
	   "%s: broken", name);
	is(why.text, want, name);
	kernel_head(head);
}

static void test_good(void)
{
	struct reason why;
	struct bzimage b;

	kernel_head(head);
	ok(parse(&b, KERNEL_HEAD, KERNEL_FILE_SIZE, &why) == LOADER_MINE,
	   "a kernel");
	ok(b.version == 0x20f, "version");
	ok(b.payload_offset == KERNEL_CODE &&
		   b.payload_size == KERNEL_CODE_SIZE,
	   "where its code is");
	ok(b.run_size == KERNEL_INIT_SIZE, "init_size");
	ok(b.preferred == 0x1000000 && b.alignment == 0x200000 && b.relocatable,
	   "where it goes");
	ok(b.above_4g && b.five_level, "xloadflags");
	ok(b.initrd_max == 0x7fffffff && b.cmdline_max == 2047, "limits");
	ok(parse(&b, KERNEL_HEAD, KERNEL_FILE_SIZE + 1472, &why) ==
			   LOADER_MINE &&
		   b.payload_size == KERNEL_CODE_SIZE,
	   "a signature behind it is not loaded");
}

static void test_quirks(void)
{
	struct reason why;
	struct bzimage b;

	kernel_head(head);
	kernel_put(head, 0x1f1, 1, 0);
	ok(parse(&b, KERNEL_HEAD, KERNEL_FILE_SIZE, &why) == LOADER_MINE &&
		   b.payload_offset == 5 * 512,
	   "setup_sects 0 means 4");
	kernel_head(head);
	kernel_put(head, 0x260, 4, 4096);
	ok(parse(&b, KERNEL_HEAD, KERNEL_FILE_SIZE, &why) == LOADER_MINE &&
		   b.run_size == KERNEL_CODE_SIZE,
	   "init_size smaller than the code");
	kernel_head(head);
	kernel_put(head, 0x258, 8, 0x1000001);
	ok(parse(&b, KERNEL_HEAD, KERNEL_FILE_SIZE, &why) == LOADER_MINE &&
		   b.preferred == 0x1200000,
	   "pref_address is rounded up to the alignment");
	kernel_head(head);
	kernel_put(head, 0x258, 8, 0);
	kernel_put(head, 0x230, 4, 0x1000);
	ok(parse(&b, KERNEL_HEAD, KERNEL_FILE_SIZE, &why) == LOADER_MINE &&
		   b.preferred == 0x100000,
	   "never below 1 MiB");
	kernel_head(head);
	kernel_put(head, 0x234, 1, 0);
	kernel_put(head, 0x230, 4, 0);
	ok(parse(&b, KERNEL_HEAD, KERNEL_FILE_SIZE, &why) == LOADER_MINE &&
		   !b.relocatable && b.preferred == 0x1000000,
	   "not relocatable: the alignment does not matter");
	kernel_head(head);
	kernel_put(head, 0x258, 8, 0x1000010);
	kernel_put(head, 0x230, 4, 0x10);
	ok(parse(&b, KERNEL_HEAD, KERNEL_FILE_SIZE, &why) == LOADER_MINE &&
		   b.alignment == 4096 && b.preferred == 0x1001000,
	   "aligned to less than a page: kexec takes whole ones");
	kernel_head(head);
	kernel_put(head, 0x236, 2, 1);
	ok(parse(&b, KERNEL_HEAD, KERNEL_FILE_SIZE, &why) == LOADER_MINE &&
		   !b.above_4g && !b.five_level,
	   "XLF_KERNEL_64 alone");
	kernel_head(head);
	kernel_put(head, 0x206, 2, 0x20c);
	kernel_put(head, 0x201, 1, 0x62);
	ok(parse(&b, KERNEL_HEAD, KERNEL_FILE_SIZE, &why) == LOADER_MINE,
	   "protocol 2.12, the shortest header");
}

/* Debian's memtest86+ 6.10: 0x22dc paragraphs, of which the file has 8 bytes
 * less; not relocatable, at 1 MiB. */
static void test_memtest86(void)
{
	struct reason why;
	struct bzimage b;

	kernel_head(head);
	ok(parse(&b, KERNEL_HEAD, KERNEL_FILE_SIZE - 8, &why) == LOADER_MINE &&
		   b.payload_size == KERNEL_CODE_SIZE - 8,
	   "the last paragraph is not full");
	ok(parse(&b, KERNEL_HEAD, KERNEL_FILE_SIZE - 15, &why) == LOADER_MINE &&
		   b.payload_size == KERNEL_CODE_SIZE - 15,
	   "but begun");
}

/* Kernels of 32 bits, and 64-bit ones from before there was a 64-bit entry. */
static void test_protected_mode(void)
{
	struct reason why;
	struct bzimage b;

	kernel_head(head);
	ok(parse(&b, KERNEL_HEAD, KERNEL_FILE_SIZE, &why) == LOADER_MINE &&
		   b.entry64,
	   "XLF_KERNEL_64: entered in long mode");
	kernel_put(head, 0x236, 2, 0x7e);
	ok(parse(&b, KERNEL_HEAD, KERNEL_FILE_SIZE, &why) == LOADER_MINE &&
		   !b.entry64 && !b.above_4g,
	   "without: in protected mode, below 4 GiB whatever else it says");
	kernel_head(head);
	kernel_put(head, 0x206, 2, 0x020b);
	ok(parse(&b, KERNEL_HEAD, KERNEL_FILE_SIZE, &why) == LOADER_MINE &&
		   !b.entry64 && !b.above_4g && !b.five_level,
	   "before 2.12 xloadflags mean nothing");
	kernel_put(head, 0x206, 2, 0x020a);
	ok(parse(&b, KERNEL_HEAD, KERNEL_FILE_SIZE, &why) == LOADER_MINE,
	   "2.10: the first with init_size");
}

/* boot.rst, "xloadflags": one bit at a time, with the one for 64 bits. */
static void test_xloadflags(void)
{
	struct reason why;

	kernel_head(head);
	for (int bit = 1; bit < 8; bit++) {
		struct bzimage b = { 0 };

		kernel_put(head, 0x236, 2, 1U | 1U << bit);
		ok(parse(&b, KERNEL_HEAD, KERNEL_FILE_SIZE, &why) ==
				   LOADER_MINE &&
			   b.entry64 && b.above_4g == (bit == 1) &&
			   b.efi_kexec == (bit == 4) &&
			   b.five_level == (bit == 5),
		   "XLF_KERNEL_64 and bit %d", bit);
	}
}

static void test_not_mine(void)
{
	struct bzimage b = { .version = 1 };
	struct reason why;

	kernel_head(head);
	head[0x202] = 'h';
	ok(parse(&b, KERNEL_HEAD, KERNEL_FILE_SIZE, &why) == LOADER_NOT_MINE &&
		   b.version == 1 && !why.text[0],
	   "no HdrS: silent");
	kernel_head(head);
	ok(parse(&b, 0, 0, &why) == LOADER_NOT_MINE, "an empty file");
	ok(parse(&b, 0x205, 0x205, &why) == LOADER_NOT_MINE,
	   "ends in the magic");
	ok(parse(&b, 0x207, 0x207, &why) == LOADER_NOT_MINE,
	   "ends in the version");
}

static void test_broken(void)
{
	struct reason why;
	struct bzimage b;

	kernel_head(head);
	head[0x1fe] = 0;
	broken("vmlinuz: has a kernel's header but no boot flag (0xaa00, not "
	       "0xaa55): it is damaged",
	       "boot flag");
	kernel_put(head, 0x206, 2, 0x0209);
	broken("vmlinuz: speaks boot protocol 2.09, but it takes 2.10 (Linux "
	       "2.6.31) or newer",
	       "too old");
	kernel_put(head, 0x201, 1, 0x61);
	broken("vmlinuz: its header is cut short", "short header");
	head[0x211] = 0;
	broken("vmlinuz: is a zImage (loaded low), not a bzImage", "zImage");
	kernel_put(head, 0x1f4, 4, 0);
	broken("vmlinuz: its header says that it holds no code: it is damaged",
	       "no code");
	kernel_put(head, 0x1f4, 4, 0x20);
	broken("vmlinuz: its code ends before its entry point: the header is "
	       "damaged",
	       "fuzz: 512 bytes of code");
	kernel_put(head, 0x230, 4, 0x300000);
	broken("vmlinuz: its alignment, 0x300000, is no power of two: the "
	       "header is damaged",
	       "alignment");
	kernel_put(head, 0x258, 8, 1ULL << 63);
	broken("vmlinuz: wants to run at 0x8000000000000000, which no kernel "
	       "can: the header is damaged",
	       "address");
	kernel_put(head, 0x234, 1, 0);
	kernel_put(head, 0x258, 8, 0x1000001);
	broken("vmlinuz: wants to run at 0x1000001, which no kernel can: the "
	       "header is damaged",
	       "address of one that cannot move");
	kernel_put(head, 0x1f4, 4, 0xffffffff);
	broken("vmlinuz: is truncated: 69632 bytes of at least 68719480816",
	       "largest syssize");
	ok(parse(&b, KERNEL_HEAD, KERNEL_FILE_SIZE - 16, &why) == LOADER_BROKEN,
	   "one paragraph short");
	is(why.text, "vmlinuz: is truncated: 69616 bytes of at least 69632",
	   "with both sizes");
	ok(parse(&b, 0x263, 0x263, &why) == LOADER_BROKEN,
	   "ends in its header");
	is(why.text, "vmlinuz: its header is cut short", "and says so");
}

int main(void)
{
	test_good();
	test_quirks();
	test_memtest86();
	test_protected_mode();
	test_xloadflags();
	test_not_mine();
	test_broken();
	return tap_done();
}
