/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a bzImage is told by its loader. Copied from the running kernel's
 * boot_params is only what describes the machine, as the kernel's own loader
 * does (arch/x86/kernel/kexec-bzimage64.c, setup_boot_parameters()).
 *
 * EFI: runtime services were moved to virtual addresses once and for all. The
 * newcomer gets the map of where (efi_info), and, since the system table's own
 * pointers were moved too, what they were before (SETUP_EFI).
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

/* orig_video_isVGA (arch/x86/boot/video.c): VGA text, no framebuffer */
enum { VIDEO_TYPE_VGA = 1 };

/* A header for a kernel that has none, as far as Linux reads it. */
enum {
	BOOT_FLAG = 0xaa55,
	/* "HdrS" */
	HEADER_MAGIC = 0x53726448,
	VERSION = 0x020f,
	INITRD_MAX = 0x7fffffff,
	ALIGNMENT = 0x200000,
};

/* asm/efi.h of the kernel: struct efi_setup_data. */
struct efi_setup {
	uint64_t fw_vendor;
	uint64_t unused;
	uint64_t tables;
	uint64_t smbios;
	uint64_t reserved[8];
};

/* EFI_MEMORY_DESCRIPTOR with the padding that firmware gives it. */
struct efi_descriptor {
	uint32_t type;
	uint32_t pad;
	uint64_t physical;
	uint64_t virtual_address;
	uint64_t pages;
	uint64_t attribute;
	uint64_t reserved;
};

_Static_assert(sizeof(struct efi_setup) == 96, "efi_setup");
_Static_assert(sizeof(struct efi_descriptor) == 48, "efi_descriptor");

static const uint64_t MIB = 1 << 20;

/* Where what boot_params_setup_data() writes lies; equal: it is not there. */
struct layout {
	size_t e820;
	size_t efi;
	size_t seed;
	size_t efi_map;
	size_t end;
};

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

static struct layout layout(const struct facts *facts)
{
	struct layout l = { 0 };

	l.efi = l.e820;
	if (extra_ranges(facts))
		l.efi += round8(sizeof(struct setup_data) +
				extra_ranges(facts) *
					sizeof(struct boot_e820_entry));
	l.seed = l.efi;
	if (facts->efi.usable)
		l.seed += sizeof(struct setup_data) + sizeof(struct efi_setup);
	l.efi_map = l.seed;
	if (facts->have_seed)
		l.efi_map +=
			round8(sizeof(struct setup_data) + FACTS_SEED_SIZE);
	l.end = l.efi_map;
	if (facts->efi.usable)
		l.end += facts->efi.count * sizeof(struct efi_descriptor);
	return l;
}

size_t boot_params_setup_data_size(const struct facts *facts)
{
	return layout(facts).end;
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

/* A link of the chain at @at; the next one lies at @next, if before @last. */
static void put_link(uint8_t *buf, uint64_t address, size_t at, size_t next,
		     size_t last, uint32_t type, size_t len)
{
	struct setup_data head = {
		.next = next < last ? address + next : 0,
		.type = type,
		.len = (uint32_t)len,
	};

	memcpy(buf + at, &head, sizeof(head));
}

static void put_e820_ext(uint8_t *to, const struct facts *facts)
{
	for (size_t i = 0; i < extra_ranges(facts); i++) {
		struct boot_e820_entry e = entry(
			&facts->firmware.range[E820_MAX_ENTRIES_ZEROPAGE + i]);

		memcpy(to + i * sizeof(e), &e, sizeof(e));
	}
}

static void put_efi_setup(uint8_t *to, const struct efi *efi)
{
	struct efi_setup setup = {
		.fw_vendor = efi->fw_vendor,
		.tables = efi->config_table,
		.smbios = efi->smbios,
	};

	memcpy(to, &setup, sizeof(setup));
}

static void put_efi_map(uint8_t *to, const struct efi *efi)
{
	for (size_t i = 0; i < efi->count; i++) {
		struct efi_descriptor d = {
			.type = efi->range[i].type,
			.physical = efi->range[i].physical,
			.virtual_address = efi->range[i].virtual_address,
			.pages = efi->range[i].pages,
			.attribute = efi->range[i].attribute,
		};

		memcpy(to + i * sizeof(d), &d, sizeof(d));
	}
}

void boot_params_setup_data(uint8_t *buf, uint64_t address,
			    const struct facts *facts)
{
	const size_t head = sizeof(struct setup_data);
	struct layout l = layout(facts);

	memset(buf, 0, l.end);
	if (extra_ranges(facts)) {
		put_link(buf, address, l.e820, l.efi, l.efi_map, SETUP_E820_EXT,
			 extra_ranges(facts) * sizeof(struct boot_e820_entry));
		put_e820_ext(buf + l.e820 + head, facts);
	}
	if (facts->efi.usable) {
		put_link(buf, address, l.efi, l.seed, l.efi_map, SETUP_EFI,
			 sizeof(struct efi_setup));
		put_efi_setup(buf + l.efi + head, &facts->efi);
		put_efi_map(buf + l.efi_map, &facts->efi);
	}
	if (facts->have_seed) {
		put_link(buf, address, l.seed, l.efi_map, l.efi_map,
			 SETUP_RNG_SEED, FACTS_SEED_SIZE);
		memcpy(buf + l.seed + head, facts->seed, FACTS_SEED_SIZE);
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

/*
 * The screen as firmware or boot loader left it, unless a driver has changed
 * its mode: then the newcomer starts without one, until it has a driver too.
 * On a text screen it begins in the last line, as after a boot loader, and not
 * in the middle of what is there.
 */
static void put_screen(struct boot_params *p, const struct boot_params *old,
		       const struct facts *facts)
{
	if (facts->screen_gone)
		return;
	p->screen_info = old->screen_info;
	p->screen_info.ext_mem_k = 0;
	if (old->screen_info.orig_video_isVGA != VIDEO_TYPE_VGA ||
	    old->screen_info.orig_video_lines == 0)
		return;
	p->screen_info.orig_x = 0;
	p->screen_info.orig_y = old->screen_info.orig_video_lines - 1;
}

/* What the running kernel was told about the machine. */
static void put_machine(struct boot_params *p, const struct facts *facts)
{
	struct boot_params old;

	memcpy(&old, facts->boot_params, sizeof(old));
	put_screen(p, &old, facts);
	/* 0 on a PC: the newcomer scans the BIOS area itself. */
	p->acpi_rsdp_addr = facts->rsdp;
	p->eddbuf_entries = old.eddbuf_entries;
	p->edd_mbr_sig_buf_entries = old.edd_mbr_sig_buf_entries;
	memcpy(p->eddbuf, old.eddbuf, sizeof(p->eddbuf));
	memcpy(p->edd_mbr_sig_buffer, old.edd_mbr_sig_buffer,
	       sizeof(p->edd_mbr_sig_buffer));
	p->secure_boot = old.secure_boot;
}

static void put_efi(struct boot_params *p, const struct boot_params_input *in)
{
	const struct efi *efi = &in->facts->efi;
	uint64_t map = in->setup_data + layout(in->facts).efi_map;

	if (!efi->usable || in->setup_data == 0)
		return;
	if (in->head.len > 0 && !(p->hdr.xloadflags & XLF_EFI_KEXEC))
		return;
	memcpy(&p->efi_info.efi_loader_signature, "EL64", 4);
	p->efi_info.efi_systab = (uint32_t)efi->systab;
	p->efi_info.efi_systab_hi = (uint32_t)(efi->systab >> 32);
	p->efi_info.efi_memdesc_size = sizeof(struct efi_descriptor);
	p->efi_info.efi_memdesc_version = efi->memdesc_version;
	p->efi_info.efi_memmap = (uint32_t)map;
	p->efi_info.efi_memmap_hi = (uint32_t)(map >> 32);
	p->efi_info.efi_memmap_size =
		(uint32_t)(efi->count * sizeof(struct efi_descriptor));
}

/* The setup header of @head, as far as it says that it goes. */
static void put_header(struct boot_params *p, struct bytes head)
{
	struct bytes header;
	uint8_t length = 0;
	size_t end;

	(void)bytes_u8(head, HEADER_LENGTH_AT, &length);
	end = HEADER_LENGTH_BASE + length;
	if (end > HEADER_LIMIT)
		end = HEADER_LIMIT;
	if (bytes_sub(head, HEADER_START, end - HEADER_START, &header))
		memcpy((uint8_t *)p + HEADER_START, header.data, header.len);
}

static void make_header(struct boot_params *p)
{
	p->hdr.boot_flag = BOOT_FLAG;
	p->hdr.header = HEADER_MAGIC;
	p->hdr.version = VERSION;
	p->hdr.loadflags = LOADED_HIGH;
	p->hdr.initrd_addr_max = INITRD_MAX;
	p->hdr.kernel_alignment = ALIGNMENT;
}

void boot_params_build(uint8_t *page, const struct boot_params_input *in)
{
	struct boot_params p;

	/* All else zero: boot.rst, "initialized to all zero"; the sentinel
	 * before the header is not part of what is copied. */
	memset(&p, 0, sizeof(p));
	if (in->head.len > 0)
		put_header(&p, in->head);
	else
		make_header(&p);

	put_machine(&p, in->facts);
	put_memory(&p, in->facts);
	put_efi(&p, in);

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
