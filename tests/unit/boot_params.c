/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The zero page, read back by the offsets of zero-page.rst and boot.rst, so
 * that no header of ours stands between the expectation and the bytes.
 */
#include "image/boot_params.h"

#include <stdlib.h>

#include "kernel.h"
#include "tap.h"

static uint8_t head[KERNEL_HEAD];
static uint8_t page[BOOT_PARAMS_SIZE];

static uint64_t at(const uint8_t *from, size_t offset, size_t size)
{
	uint64_t value = 0;

	for (size_t i = size; i > 0; i--)
		value = value << 8 | from[offset + i - 1];
	return value;
}

static uint64_t p(size_t offset, size_t size)
{
	return at(page, offset, size);
}

static struct facts *machine(void)
{
	struct facts *f = calloc(1, sizeof(*f));

	(void)memmap_add(&f->firmware, 0, 0x9fc00, MEMMAP_RAM, "m", NULL);
	(void)memmap_add(&f->firmware, 0x9fc00, 0xa0000, MEMMAP_RESERVED, "m",
			 NULL);
	(void)memmap_add(&f->firmware, 0x100000, 0xbffdd000, MEMMAP_RAM, "m",
			 NULL);
	(void)memmap_add(&f->firmware, 0x100000000, 0x640000000, MEMMAP_RAM,
			 "m", NULL);
	f->have_boot_params = true;
	/* screen_info: text mode, 80 columns, ext_mem_k of the old kernel */
	f->boot_params[0x07] = 80;
	f->boot_params[0x0f] = 1;
	f->boot_params[0x02] = 0x34;
	/* text mode, its lines, and where the cursor was */
	f->boot_params[0x0e] = 25;
	f->boot_params[0x00] = 33;
	f->boot_params[0x01] = 7;
	f->rsdp = 0xf5a20;
	/* setup_data, a sentinel, e820 of its own, secure boot */
	kernel_put(f->boot_params, 0x250, 8, 0x12345000);
	f->boot_params[0x1ef] = 0xff;
	f->boot_params[0x1e8] = 77;
	f->boot_params[0x1ec] = 2;
	/* EDD: one BIOS disk and its signature */
	f->boot_params[0x1e9] = 1;
	f->boot_params[0x1ea] = 1;
	kernel_put(f->boot_params, 0x290, 4, 0xcafef00d);
	kernel_put(f->boot_params, 0xd00, 1, 0x80);
	return f;
}

static void build(const struct facts *f)
{
	struct boot_params_input in = {
		.head = { head, KERNEL_HEAD },
		.facts = f,
		.cmdline = 0x123456789,
		.initrd = 0x2aabbccdd000,
		.initrd_size = 0x200000123,
		.setup_data = 0x108000,
	};

	memset(page, 0xa5, sizeof(page));
	boot_params_build(page, &in);
}

static void test_header(const struct facts *f)
{
	build(f);
	ok(p(0x1f1, 1) == 7 && p(0x202, 4) == 0x53726448 &&
		   p(0x206, 2) == 0x20f && p(0x260, 4) == KERNEL_INIT_SIZE,
	   "the setup header is the kernel's");
	ok(p(0x1ef, 1) == 0, "sentinel: zero");
	ok(p(0x210, 1) == 0xff, "type_of_loader: undefined");
	ok(p(0x211, 1) == 1, "loadflags: LOADED_HIGH");
	ok(p(0x228, 4) == 0x23456789 && p(0xc8, 4) == 1,
	   "cmd_line_ptr and ext_cmd_line_ptr");
	ok(p(0x218, 4) == 0xbccdd000 && p(0xc0, 4) == 0x2aab,
	   "ramdisk_image and ext_ramdisk_image");
	ok(p(0x21c, 4) == 0x123 && p(0xc4, 4) == 2,
	   "ramdisk_size and ext_ramdisk_size");
	ok(p(0x250, 8) == 0x108000, "setup_data is ours, not the old kernel's");
	head[0x211] = 0xff;
	build(f);
	ok(p(0x211, 1) == 1, "loadflags: no flag of another stage");
	head[0x211] = 1;
	head[0x26b] = 0x66;
	head[0x26c] = 0x77;
	build(f);
	ok(p(0x26b, 1) == 0x66 && p(0x26c, 1) == 0,
	   "copied up to 0x202 + byte at 0x201, not beyond");
	head[0x201] = 0xff;
	build(f);
	ok(p(0x28f, 1) == 0 && p(0x290, 4) == 0xcafef00d && p(0x1e8, 1) == 4,
	   "a length that lies does not reach the next field");
	kernel_head(head);
}

static void test_machine(const struct facts *f)
{
	build(f);
	ok(p(0x07, 1) == 80 && p(0x0f, 1) == 1 && p(0x0e, 1) == 25,
	   "screen_info is copied");
	ok(p(0x00, 1) == 0 && p(0x01, 1) == 24,
	   "text goes on in the last line");
	ok(p(0x70, 8) == 0xf5a20, "acpi_rsdp_addr");
	ok(p(0x1ec, 1) == 2, "secure_boot");
	ok(p(0x1e9, 1) == 1 && p(0x1ea, 1) == 1 && p(0x290, 4) == 0xcafef00d &&
		   p(0xd00, 1) == 0x80,
	   "EDD");
	ok(p(0x1e0, 4) == (0xbffdd000 - 0x100000) / 1024, "alt_mem_k");
	ok(p(0x02, 2) == 0xfc00, "ext_mem_k: at most 63 MiB");
	ok(p(0x1e8, 1) == 4, "e820_entries");
	ok(p(0x2d0, 8) == 0 && p(0x2d8, 8) == 0x9fc00 && p(0x2e0, 4) == 1,
	   "first range");
	ok(p(0x2e4, 8) == 0x9fc00 && p(0x2ec, 8) == 0x400 && p(0x2f4, 4) == 2,
	   "second: reserved");
	ok(p(0x2d0 + 60, 8) == 0x100000000 && p(0x2d8 + 60, 8) == 0x540000000,
	   "last: above 4 GiB");
	ok(p(0x2d0 + 80, 8) == 0 && p(0x2d8 + 80, 8) == 0, "none after it");
	ok(p(0x1c0, 8) == 0, "no EFI");
}

static void test_screen(struct facts *f)
{
	/* EFI VGA: 800x600 at 0xc0000000, cursor meaningless */
	f->boot_params[0x0f] = 0x70;
	kernel_put(f->boot_params, 0x18, 4, 0xc0000000);
	build(f);
	ok(p(0x0f, 1) == 0x70 && p(0x18, 4) == 0xc0000000 && p(0x01, 1) == 7,
	   "a framebuffer is copied as it is");
	f->screen_gone = true;
	build(f);
	ok(p(0x0f, 1) == 0 && p(0x18, 4) == 0 && p(0x07, 1) == 0 &&
		   p(0x0e, 1) == 0,
	   "no framebuffer that a driver has taken over");
	ok(p(0x02, 2) == 0xfc00, "ext_mem_k is no part of the screen");
	f->screen_gone = false;
	f->boot_params[0x0f] = 1;
}

/* As OVMF in QEMU has it, shortened. */
static void add_efi(struct facts *f)
{
	f->is_efi = true;
	f->efi = (struct efi){
		.usable = true,
		.systab = 0x11f5eb018,
		.memdesc_version = 1,
		.fw_vendor = 0x1f52aa18,
		.config_table = 0x1f5ebc98,
		.smbios = 0x1f520000,
		.count = 2,
		.range = {
			{ 11, 0xffc00000, 0xfffffffeffc00000, 0x400,
			  0x8000000000000001 },
			{ 6, 0x1fef4000, 0xfffffffeffaf4000, 0x84,
			  0x800000000000000f },
		},
	};
}

static void test_efi(struct facts *f)
{
	static uint8_t buf[4096];

	add_efi(f);
	ok(boot_params_setup_data_size(f) == 16 + 96 + 2 * 48,
	   "SETUP_EFI and the runtime map");
	memset(buf, 0xa5, sizeof(buf));
	boot_params_setup_data(buf, 0x108000, f);
	ok(at(buf, 0, 8) == 0 && at(buf, 8, 4) == 4 && at(buf, 12, 4) == 96,
	   "SETUP_EFI, the last");
	ok(at(buf, 16, 8) == 0x1f52aa18 && at(buf, 24, 8) == 0 &&
		   at(buf, 32, 8) == 0x1f5ebc98 && at(buf, 40, 8) == 0x1f520000,
	   "fw_vendor, nothing, tables, smbios");
	ok(at(buf, 112, 4) == 11 && at(buf, 120, 8) == 0xffc00000 &&
		   at(buf, 128, 8) == 0xfffffffeffc00000 &&
		   at(buf, 136, 8) == 0x400 &&
		   at(buf, 144, 8) == 0x8000000000000001,
	   "EFI_MEMORY_DESCRIPTOR");
	ok(at(buf, 160, 4) == 6 && at(buf, 168, 8) == 0x1fef4000, "the next");
	ok(buf[208] == 0xa5, "nothing behind them");
	build(f);
	ok(p(0x1c0, 4) == 0x34364c45, "EL64");
	ok(p(0x1c4, 4) == 0x1f5eb018 && p(0x1d8, 4) == 1, "efi_systab");
	ok(p(0x1c8, 4) == 48 && p(0x1cc, 4) == 1, "size and version");
	ok(p(0x1d0, 4) == 0x108000 + 112 && p(0x1dc, 4) == 0 &&
		   p(0x1d4, 4) == 96,
	   "efi_memmap");
	kernel_put(head, 0x236, 2, 0x6f);
	build(f);
	ok(p(0x1c0, 32) == 0 && p(0x1d8, 8) == 0,
	   "a kernel without XLF_EFI_KEXEC (before 3.14) goes without");
	ok(p(0x70, 8) == 0xf5a20, "but finds ACPI");
	kernel_head(head);
	f->efi.usable = false;
	build(f);
	ok(p(0x1c0, 8) == 0 && boot_params_setup_data_size(f) == 0,
	   "not usable: nothing");
	f->efi.usable = true;
	f->have_seed = true;
	boot_params_setup_data(buf, 0x108000, f);
	ok(at(buf, 0, 8) == 0x108000 + 112 && at(buf, 112 + 8, 4) == 9 &&
		   at(buf, 112 + 16 + 32, 4) == 11,
	   "with a seed: the map lies behind the chain");
	build(f);
	ok(p(0x1d0, 4) == 0x108000 + 112 + 48, "and is found there");
	f->have_seed = false;
	memset(&f->efi, 0, sizeof(f->efi));
}

/* boot.rst, "The Real-Mode Kernel Header"; what Linux itself reads of it. */
static void test_no_header(const struct facts *f)
{
	struct boot_params_input in = {
		.facts = f,
		.cmdline = 0x123456,
		.initrd = 0x2000000,
		.initrd_size = 0x1000,
	};

	memset(page, 0xa5, sizeof(page));
	boot_params_build(page, &in);
	ok(p(0x1fe, 2) == 0xaa55 && p(0x202, 4) == 0x53726448 &&
		   p(0x206, 2) == 0x20f && p(0x210, 1) == 0xff &&
		   p(0x211, 1) == 1,
	   "a vmlinux gets a header");
	ok(p(0x228, 4) == 0x123456 && p(0x218, 4) == 0x2000000 &&
		   p(0x21c, 4) == 0x1000 && p(0x250, 8) == 0,
	   "with the same in it");
	ok(p(0x1e8, 1) == 4 && p(0x70, 8) == 0xf5a20, "and the machine");
}

static void test_setup_data(struct facts *f)
{
	static uint8_t buf[65536];
	size_t size;

	ok(boot_params_setup_data_size(f) == 0, "few ranges, no seed: nothing");
	f->have_seed = true;
	memset(f->seed, 0x5e, sizeof(f->seed));
	size = boot_params_setup_data_size(f);
	ok(size == 16 + 32, "a seed");
	memset(buf, 0xa5, sizeof(buf));
	boot_params_setup_data(buf, 0x108000, f);
	ok(at(buf, 0, 8) == 0 && at(buf, 8, 4) == 9 && at(buf, 12, 4) == 32,
	   "SETUP_RNG_SEED, the last");
	ok(buf[16] == 0x5e && buf[47] == 0x5e && buf[48] == 0xa5,
	   "the seed and nothing behind it");
	for (uint64_t i = 0; i < 196; i++)
		(void)memmap_add(&f->firmware, 0x1000000000 + i * 0x2000,
				 0x1000000000 + i * 0x2000 + 0x1000, MEMMAP_RAM,
				 "m", NULL);
	ok(f->firmware.count == 200, "200 ranges");
	size = boot_params_setup_data_size(f);
	ok(size == 16 + 72 * 20 + 48, "72 of them beyond the zero page");
	memset(buf, 0xa5, sizeof(buf));
	boot_params_setup_data(buf, 0x108000, f);
	ok(at(buf, 0, 8) == 0x108000 + 16 + 72 * 20 && at(buf, 8, 4) == 1 &&
		   at(buf, 12, 4) == 72 * 20,
	   "SETUP_E820_EXT, then the seed");
	ok(at(buf, 16, 8) == 0x1000000000 + 124 * 0x2000 &&
		   at(buf, 24, 8) == 0x1000 && at(buf, 32, 4) == 1,
	   "it begins with the 129th");
	ok(at(buf, 16 + 71 * 20, 8) == 0x1000000000 + 195 * 0x2000,
	   "and ends with the last");
	ok(at(buf, 16 + 72 * 20 + 8, 4) == 9, "the seed");
	ok(buf[size] == 0xa5, "nothing behind it");
	build(f);
	ok(p(0x1e8, 1) == 128 && p(0xcd0, 8) == 0,
	   "the zero page has 128 and stops there");
}

int main(void)
{
	struct facts *f = machine();

	kernel_head(head);
	test_header(f);
	test_machine(f);
	test_screen(f);
	test_efi(f);
	test_no_header(f);
	test_setup_data(f);
	free(f);
	return tap_done();
}
