/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a bzImage is told by its loader. Copied from the running kernel's
 * boot_params is only what describes the machine, as the kernel's own loader
 * does (arch/x86/kernel/kexec-bzimage64.c, setup_boot_parameters()).
 *
 * Not given: efi_info and SETUP_EFI. Without them the newcomer runs without
 * EFI runtime services; it finds ACPI by acpi_rsdp_addr.
 */
#include "image/boot_params.h"

#include <asm/bootparam.h>
#include <string.h>

_Static_assert(sizeof(struct boot_params) == BOOT_PARAMS_SIZE, "boot_params");

/* boot.rst, type_of_loader: undefined, no number was assigned to us */
enum { LOADER_UNDEFINED = 0xff };

enum {
	/* boot.rst: "The end of setup header can be calculated as 0x0202 +
	 * byte value at offset 0x0201" */
	HEADER_START = 0x1f1,
	HEADER_LENGTH_AT = 0x201,
	HEADER_LENGTH_BASE = 0x202,
	/* where edd_mbr_sig_buffer begins */
	HEADER_LIMIT = 0x290,
};

static const uint64_t MIB = 1 << 20;

static size_t extra_ranges(const struct facts *facts)
{
	size_t count = facts->firmware.count;

	return count > E820_MAX_ENTRIES_ZEROPAGE
		       ? count - E820_MAX_ENTRIES_ZEROPAGE
		       : 0;
}

static size_t round8(size_t n)
{
	return (n + 7) & ~(size_t)7;
}

static size_t e820_ext_size(const struct facts *facts)
{
	return round8(sizeof(struct setup_data) +
		      extra_ranges(facts) * sizeof(struct boot_e820_entry));
}

size_t boot_params_setup_data_size(const struct facts *facts)
{
	size_t size = 0;

	if (extra_ranges(facts))
		size += e820_ext_size(facts);
	if (facts->have_seed)
		size += round8(sizeof(struct setup_data) + FACTS_SEED_SIZE);
	return size;
}

static struct boot_e820_entry entry(const struct memmap_range *range)
{
	struct boot_e820_entry e = {
		.addr = range->start,
		.size = range->end - range->start,
		.type = range->type,
	};

	return e;
}

static void e820_ext(uint8_t *buf, uint64_t next, const struct facts *facts)
{
	size_t count = extra_ranges(facts);
	struct setup_data head = {
		.next = next,
		.type = SETUP_E820_EXT,
		.len = (uint32_t)(count * sizeof(struct boot_e820_entry)),
	};

	memcpy(buf, &head, sizeof(head));
	for (size_t i = 0; i < count; i++) {
		struct boot_e820_entry e = entry(
			&facts->firmware.range[E820_MAX_ENTRIES_ZEROPAGE + i]);

		memcpy(buf + sizeof(head) + i * sizeof(e), &e, sizeof(e));
	}
}

void boot_params_setup_data(uint8_t *buf, uint64_t address,
			    const struct facts *facts)
{
	struct setup_data seed = {
		.next = 0,
		.type = SETUP_RNG_SEED,
		.len = FACTS_SEED_SIZE,
	};
	size_t at = 0;

	memset(buf, 0, boot_params_setup_data_size(facts));
	if (extra_ranges(facts)) {
		at = e820_ext_size(facts);
		e820_ext(buf, facts->have_seed ? address + at : 0, facts);
	}
	if (facts->have_seed) {
		memcpy(buf + at, &seed, sizeof(seed));
		memcpy(buf + at + sizeof(seed), facts->seed, FACTS_SEED_SIZE);
	}
}

static void put_memory(struct boot_params *p, const struct facts *facts)
{
	const struct memmap *map = &facts->firmware;
	size_t count = map->count - extra_ranges(facts);

	for (size_t i = 0; i < count; i++) {
		struct boot_e820_entry e = entry(&map->range[i]);

		memcpy(&p->e820_table[i], &e, sizeof(e));
	}
	p->e820_entries = (uint8_t)count;

	/* The sizes of before e820: kilobytes from 1 MiB on, in one piece. */
	for (size_t i = 0; i < map->count; i++) {
		const struct memmap_range *r = &map->range[i];
		uint64_t k;

		if (r->type != MEMMAP_RAM || r->start > MIB || r->end <= MIB)
			continue;
		k = (r->end - MIB) / 1024;
		p->screen_info.ext_mem_k = k > 0xfc00 ? 0xfc00 : (uint16_t)k;
		p->alt_mem_k = k > UINT32_MAX ? UINT32_MAX : (uint32_t)k;
	}
}

/* What the running kernel was told about the machine. */
static void put_machine(struct boot_params *p, const struct facts *facts)
{
	struct boot_params old;

	memcpy(&old, facts->boot_params, sizeof(old));
	p->screen_info = old.screen_info;
	p->screen_info.ext_mem_k = 0;
	/* 0 on a PC: the newcomer scans the BIOS area itself. */
	p->acpi_rsdp_addr = old.acpi_rsdp_addr;
	p->eddbuf_entries = old.eddbuf_entries;
	p->edd_mbr_sig_buf_entries = old.edd_mbr_sig_buf_entries;
	memcpy(p->eddbuf, old.eddbuf, sizeof(p->eddbuf));
	memcpy(p->edd_mbr_sig_buffer, old.edd_mbr_sig_buffer,
	       sizeof(p->edd_mbr_sig_buffer));
	p->secure_boot = old.secure_boot;
}

void boot_params_build(uint8_t *page, const struct boot_params_input *in)
{
	struct boot_params p;
	struct bytes header;
	uint8_t length = 0;
	size_t end;

	/* All else zero: boot.rst, "initialized to all zero"; the sentinel
	 * before the header is not part of what is copied. */
	memset(&p, 0, sizeof(p));
	(void)bytes_u8(in->head, HEADER_LENGTH_AT, &length);
	end = HEADER_LENGTH_BASE + length;
	if (end > HEADER_LIMIT)
		end = HEADER_LIMIT;
	if (bytes_sub(in->head, HEADER_START, end - HEADER_START, &header))
		memcpy((uint8_t *)&p + HEADER_START, header.data, header.len);

	put_machine(&p, in->facts);
	put_memory(&p, in->facts);

	p.hdr.type_of_loader = LOADER_UNDEFINED;
	p.hdr.ext_loader_type = 0;
	p.hdr.ext_loader_ver = 0;
	/* The other flags are for the real-mode code, or the kernel's own. */
	p.hdr.loadflags &= LOADED_HIGH;
	p.hdr.cmd_line_ptr = (uint32_t)in->cmdline;
	p.ext_cmd_line_ptr = (uint32_t)(in->cmdline >> 32);
	p.hdr.ramdisk_image = (uint32_t)in->initrd;
	p.ext_ramdisk_image = (uint32_t)(in->initrd >> 32);
	p.hdr.ramdisk_size = (uint32_t)in->initrd_size;
	p.ext_ramdisk_size = (uint32_t)(in->initrd_size >> 32);
	p.hdr.setup_data = in->setup_data;
	memcpy(page, &p, sizeof(p));
}
