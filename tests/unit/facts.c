/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts about the machine, from a directory that looks like one. */
#include "image/facts.h"

#include <errno.h>

#include "base/reason.h"
#include "machine.h"
#include "tap.h"

static struct facts *read_machine(struct reason *why)
{
	struct facts *f = NULL;

	why->text[0] = '\0';
	if (facts_read(&f, dir_path, why))
		return NULL;
	return f;
}

static void test_plain(void)
{
	struct reason why;
	struct facts *f;

	machine(pc6144_iomem, pc6144_memmap, 5938, 5800);
	f = read_machine(&why);
	if (!ok(f != NULL, "a PC")) {
		printf("# %s\n", why.text);
		return;
	}
	ok(f->firmware.count == 8 && f->firmware.range[6].start == 0x100000000,
	   "its firmware map, all of it");
	ok(f->usable.count == 3, "its System RAM");
	ok(f->mem_total == 5938ULL << 20 && f->mem_available == 5800ULL << 20,
	   "its memory");
	ok(!f->have_boot_params && !f->la57 && !f->lockdown &&
		   !f->load_disabled && f->may_boot &&
		   f->platform == FACTS_NATIVE && !f->self_reset,
	   "nothing special");
	facts_free(f);
}

static void test_special(void)
{
	static uint8_t params[4096];
	struct reason why;
	struct facts *f;

	machine(pc6144_iomem, pc6144_memmap, 5938, 5800);
	params[0x70] = 0x20;
	dir_bytes("sys/kernel/boot_params/data", params, sizeof(params));
	dir_file("proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu la57x\n\n"
				 "processor\t: 1\nflags\t\t: la57\n");
	dir_file("sys/kernel/security/lockdown",
		 "none [integrity] confidentiality\n");
	dir_file("proc/sys/kernel/kexec_load_disabled", "1\n");
	dir_file("proc/self/status",
		 "Name:\tx\nCapEff:\t00000000ffbfffff\nCapBnd:\t0\n");
	f = read_machine(&why);
	ok(f && f->have_boot_params && f->boot_params[0x70] == 0x20,
	   "boot_params");
	ok(f && !f->la57, "la57x is not la57");
	ok(f && f->lockdown, "locked down");
	ok(f && f->load_disabled, "loading switched off");
	ok(f && !f->may_boot, "CAP_SYS_BOOT alone is missing");
	facts_free(f);

	dir_file("proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu la57 nx\n");
	dir_file("sys/kernel/security/lockdown",
		 "[none] integrity confidentiality\n");
	dir_bytes("sys/kernel/boot_params/data", params, 4095);
	f = read_machine(&why);
	ok(f && f->la57, "5-level paging");
	ok(f && !f->lockdown, "not locked down");
	ok(f && !f->have_boot_params && f->boot_params[0x70] == 0,
	   "boot_params of another size are not taken");
	facts_free(f);
}

/* Nothing of it is needed; what is, is missed. */
static void test_silent(void)
{
	struct reason why;
	struct facts *f;

	machine(pc6144_iomem, pc6144_memmap, 5938, 5800);
	ok(unlink(dir_at("proc/cpuinfo")) == 0 &&
		   unlink(dir_at("proc/self/status")) == 0 &&
		   unlink(dir_at("proc/sys/kernel/kexec_load_disabled")) == 0,
	   "a machine that says little");
	f = read_machine(&why);
	ok(f && !f->la57 && f->may_boot && !f->load_disabled,
	   "what is not said is no obstacle");
	facts_free(f);
	dir_file("proc/self/status", "Name:\tkboot\n");
	f = read_machine(&why);
	ok(f && f->may_boot, "no capabilities at all are none to miss");
	facts_free(f);
	dir_file("proc/meminfo", "MemTotal: 1000 kB\n");
	ok(!read_machine(&why), "no MemAvailable");
	is(why.text, "/proc/meminfo: shows no MemTotal or no MemAvailable",
	   "says so");
	ok(unlink(dir_at("proc/meminfo")) == 0 && !read_machine(&why),
	   "no /proc/meminfo");
	is(why.text, "/proc/meminfo: No such file or directory", "says so");
	ok(unlink(dir_at("proc/iomem")) == 0 && !read_machine(&why),
	   "no /proc/iomem");
	is(why.text, "/proc/iomem: No such file or directory", "says so");
}

static enum facts_platform platform_with(const char *type, const char *guest)
{
	enum facts_platform ret = FACTS_NATIVE;
	struct reason why;
	struct facts *f;

	dir_file("sys/hypervisor/type", type);
	dir_file("sys/hypervisor/guest_type", guest);
	f = read_machine(&why);
	if (f)
		ret = f->platform;
	facts_free(f);
	return ret;
}

static void test_xen(void)
{
	struct reason why;
	struct facts *f;

	machine(pvh_iomem, pvh_memmap, 230, 200);
	ok(platform_with("xen\n", "PVH\n") == FACTS_XEN_PVH, "PVH");
	ok(platform_with("xen\n", "HVM\n") == FACTS_XEN_HVM, "HVM");
	ok(platform_with("xen\n", "PV\n") == FACTS_XEN_PV, "PV");
	ok(platform_with("xen\n", "what\n") == FACTS_XEN_PV,
	   "not known: the careful answer");
	ok(platform_with("other\n", "HVM\n") == FACTS_NATIVE, "not Xen");
	dir_file("sys/hypervisor/type", "xen\n");
	dir_file("sys/hypervisor/version/major", "4\n");
	dir_file("sys/hypervisor/version/minor", "17\n");
	dir_file("sys/hypervisor/version/extra", ".6-pre\n");
	dir_file("sys/kernel/kboot/handover", "self-reset\n");
	f = read_machine(&why);
	ok(f && f->xen_major == 4 && f->xen_minor == 17, "Xen's version");
	is(f ? f->xen_extra : NULL, ".6-pre", "and the rest of it");
	ok(f && f->self_reset, "a kernel that resets itself");
	facts_free(f);
	dir_file("sys/kernel/kboot/handover", "self-reset-not\n");
	f = read_machine(&why);
	ok(f && !f->self_reset, "another word is not that word");
	facts_free(f);
}

/* boot_params with @count ranges of memory, 16 MiB each, one GiB apart. */
static void boot_params(uint8_t *params, size_t count)
{
	memset(params, 0, 4096);
	params[0x1e8] = (uint8_t)count;
	for (size_t i = 0; i < count; i++) {
		uint8_t *at = params + 0x2d0 + i * 20;

		at[3] = (uint8_t)(i << 6);
		at[4] = (uint8_t)(i >> 2);
		at[8 + 3] = 1;
		at[16] = 1;
	}
}

static void test_no_memmap(void)
{
	static uint8_t params[4096], ext[20 * 3 + 7];
	struct reason why;
	struct facts *f;

	machine(pc6144_iomem, "", 500, 400);
	boot_params(params, 128);
	dir_bytes("sys/kernel/boot_params/data", params, sizeof(params));
	f = read_machine(&why);
	ok(f && f->firmware_source == FACTS_MEMMAP_BOOT_PARAMS &&
		   f->firmware.count == 128 &&
		   f->firmware.range[127].start == 127ULL << 30,
	   "no sys/firmware/memmap: the table of boot_params");
	facts_free(f);

	for (size_t i = 0; i < 3; i++) {
		ext[i * 20 + 5] = (uint8_t)(i + 1);
		ext[i * 20 + 8 + 2] = 1;
		ext[i * 20 + 16] = 2;
	}
	dir_file("sys/kernel/boot_params/setup_data/0/type", "0x9\n");
	dir_bytes("sys/kernel/boot_params/setup_data/0/data", ext, 32);
	dir_file("sys/kernel/boot_params/setup_data/1/type", "0x1\n");
	dir_bytes("sys/kernel/boot_params/setup_data/1/data", ext, sizeof(ext));
	f = read_machine(&why);
	ok(f && f->firmware.count == 131 &&
		   f->firmware.range[130].start == 3ULL << 40 &&
		   f->firmware.range[130].type == MEMMAP_RESERVED,
	   "and SETUP_E820_EXT behind it");
	facts_free(f);
	/* zero-page.rst: e820_table has 128, and something else follows */
	params[0x1e8] = 255;
	params[0x2d0 + 128 * 20 + 5] = 9;
	params[0x2d0 + 128 * 20 + 8 + 2] = 1;
	params[0x2d0 + 128 * 20 + 16] = 2;
	dir_bytes("sys/kernel/boot_params/data", params, sizeof(params));
	f = read_machine(&why);
	ok(f && f->firmware.count == 131, "a count that is too high");
	facts_free(f);

	machine(pc6144_iomem, "", 500, 400);
	f = read_machine(&why);
	ok(f && f->firmware_source == FACTS_MEMMAP_IOMEM &&
		   f->firmware.count == 9 &&
		   f->firmware.range[4].end == 0xbffdd000,
	   "no boot_params either: what iomem says");
	facts_free(f);
}

/* tests/fixtures/machines/pc-512-plugged-256: the DIMM is its first entry. */
static void test_plugged(void)
{
	static uint8_t params[4096];
	struct reason why;
	struct facts *f;

	machine("00001000-0fffffff : System RAM\n"
		"100000000-10fffffff : System RAM\n",
		"0x100000000 0x10fffffff System RAM\n0x0 0xfffffff System "
		"RAM\n",
		500, 400);
	f = read_machine(&why);
	ok(f && f->firmware.count == 2, "nothing is known of first boot");
	facts_free(f);
	boot_params(params, 1);
	params[0x2d0 + 8 + 3] = 0x10;
	dir_bytes("sys/kernel/boot_params/data", params, sizeof(params));
	f = read_machine(&why);
	ok(f && f->firmware.count == 1 &&
		   f->firmware.range[0].end == 0x10000000 &&
		   f->firmware_source == FACTS_MEMMAP_FIRMWARE,
	   "what was plugged in later is not told");
	facts_free(f);
}

/* sys/firmware/efi of the fixture q35-ovmf-512, shortened. */
static void efi_machine(void)
{
	static const char *const rows[][5] = {
		{ "0xb", "0xffc00000", "0xfffffffeffc00000", "0x400",
		  "0x8000000000000001" },
		{ "0x4", "0x200000", "0xfffffffefd266000", "0x10",
		  "0x800000000000000f" },
	};
	static const char *const names[] = { "type", "phys_addr", "virt_addr",
					     "num_pages", "attribute" };
	static uint8_t params[4096];
	char path[96], line[64];

	machine(pc6144_iomem, pc6144_memmap, 5938, 5800);
	memcpy(params + 0x1c0, "EL64\x18\xb0\x5e\x1f\x30", 9);
	params[0x1cc] = 1;
	params[0x1d8] = 2;
	dir_bytes("sys/kernel/boot_params/data", params, sizeof(params));
	dir_file("sys/firmware/efi/fw_vendor", "0x1f52aa18\n");
	dir_file("sys/firmware/efi/config_table", "0x1f5ebc98\n");
	dir_file("sys/firmware/efi/systab",
		 "ACPI20=0x1f77d014\nACPI=0x1f77d000\nSMBIOS=0x1f520000\n");
	dir_file("sys/firmware/acpi/tables/DSDT", "");
	for (size_t i = 0; i < 2; i++)
		for (size_t k = 0; k < 5; k++) {
			(void)snprintf(path, sizeof(path),
				       "sys/firmware/efi/runtime-map/%zu/%s", i,
				       names[k]);
			(void)snprintf(line, sizeof(line), "%s\n", rows[i][k]);
			dir_file(path, line);
		}
}

static void test_efi(void)
{
	struct reason why;
	struct facts *f;

	efi_machine();
	f = read_machine(&why);
	ok(f && f->is_efi && f->efi.usable && !f->no_efi && f->acpi,
	   "an EFI machine");
	ok(f && f->efi.systab == 0x21f5eb018 && f->efi.memdesc_version == 1 &&
		   f->efi.fw_vendor == 0x1f52aa18 &&
		   f->efi.config_table == 0x1f5ebc98 &&
		   f->efi.smbios == 0x1f520000 && f->efi.count == 2,
	   "what the newcomer needs of it");
	ok(f && f->rsdp == 0x1f77d014, "RSDP: ACPI 2.0");
	ok(f && f->firmware.count == 10 &&
		   f->firmware.range[4].start == 0x200000 &&
		   f->firmware.range[4].end == 0x210000 &&
		   f->firmware.range[4].type == MEMMAP_RESERVED,
	   "what EFI uses is cut out of RAM");
	facts_free(f);

	dir_file("sys/firmware/efi/systab", "ACPI=0x1f77d000\nSMBIOS3=0x1\n");
	f = read_machine(&why);
	ok(f && f->rsdp == 0x1f77d000, "RSDP: ACPI 1.0 alone");
	ok(f && f->efi.usable && f->efi.smbios == 0,
	   "SMBIOS 3 alone: no obstacle");
	facts_free(f);
}

static void no_efi(const char *part, const char *name)
{
	struct reason why;
	struct facts *f = read_machine(&why);

	ok(f && !f->efi.usable && f->no_efi && strstr(f->no_efi, part), "%s",
	   name);
	ok(f && f->rsdp == 0x1f77d014, "%s: RSDP all the same", name);
	facts_free(f);
}

static void test_no_efi(void)
{
	uint8_t params[4096] = { 0 };
	char moved[1024];

	efi_machine();
	dir_file("sys/firmware/efi/runtime-map/1/num_pages", "lots\n");
	no_efi("damaged", "a runtime map that is damaged");
	efi_machine();
	dir_file("sys/firmware/efi/config_table", "0x0\n");
	no_efi("system table", "no config_table");
	efi_machine();
	dir_bytes("sys/kernel/boot_params/data", params, sizeof(params));
	no_efi("32-bit", "not EL64");
	efi_machine();
	(void)snprintf(moved, sizeof(moved), "%s",
		       dir_at("sys/firmware/efi/elsewhere"));
	ok(rename(dir_at("sys/firmware/efi/runtime-map"), moved) == 0,
	   "no runtime map");
	no_efi("efi=noruntime", "no runtime map");
}

static bool screen_gone(const char *fb)
{
	struct reason why;
	struct facts *f;
	bool gone;

	dir_file("proc/fb", fb);
	f = read_machine(&why);
	gone = f && f->screen_gone;
	facts_free(f);
	return gone;
}

static void test_screen(void)
{
	struct reason why;
	struct facts *f;

	machine(pc6144_iomem, pc6144_memmap, 5938, 5800);
	ok(!screen_gone(""), "no framebuffer: text as it was");
	ok(!screen_gone("0 EFI VGA\n"), "EFI's framebuffer");
	ok(!screen_gone("0 VESA VGA\n"), "VESA's");
	ok(!screen_gone("0 simpledrmdrmfb\n"), "DRM over the firmware's");
	ok(screen_gone("0 bochs-drmdrmfb\n"), "a driver of its own");
	ok(screen_gone("0 virtio_gpudrmfb\n1 EFI VGA\n"), "the first counts");
	machine(pc6144_iomem, pc6144_memmap, 5938, 5800);
	dir_file("sys/class/drm/card0/dev", "226:0\n");
	f = read_machine(&why);
	ok(f && f->screen_gone, "DRM without fbdev");
	facts_free(f);
}

static void test_ima(void)
{
	struct reason why;
	struct facts *f;

	machine(pc6144_iomem, pc6144_memmap, 5938, 5800);
	dir_file("sys/kernel/security/ima/policy",
		 "measure func=KEXEC_KERNEL_CHECK\n"
		 "appraise func=MODULE_CHECK appraise_type=imasig\n");
	f = read_machine(&why);
	ok(f && !f->ima_appraises, "IMA measures kernels: no matter");
	facts_free(f);
	dir_file("sys/kernel/security/ima/policy",
		 "dont_appraise fsmagic=0x9fa0\n"
		 "appraise func=KEXEC_KERNEL_CHECK appraise_type=imasig\n");
	f = read_machine(&why);
	ok(f && f->ima_appraises, "IMA appraises kernels");
	facts_free(f);
}

static void test_balloon(void)
{
	static uint8_t flags[0x400 * 8];
	struct reason why;
	struct facts *f;

	machine("00001000-0009ffff : System RAM\n"
		"00100000-003fffff : System RAM\n",
		"0x0 0x9ffff System RAM\n0x100000 0x3fffff System RAM\n", 4, 3);
	/* 0x200 and 0x201 are ballooned; 0xa0 lies in no RAM */
	flags[0x200 * 8 + 2] = 0x80;
	flags[0x201 * 8 + 2] = 0x80;
	flags[0xa0 * 8 + 2] = 0x80;
	dir_bytes("proc/kpageflags", flags, sizeof(flags));
	f = read_machine(&why);
	ok(f && f->balloon == 0 && f->firmware.count == 2,
	   "no balloon: flags are not looked at");
	facts_free(f);
	dir_file("sys/devices/system/xen_memory/xen_memory0/info/low_kb",
		 "8\n");
	dir_file("sys/devices/system/xen_memory/xen_memory0/info/high_kb",
		 "0\n");
	f = read_machine(&why);
	ok(f && f->balloon == 8192 && f->balloon_found == 8192 &&
		   f->firmware.count == 4 &&
		   f->firmware.range[2].start == 0x200000 &&
		   f->firmware.range[2].end == 0x202000 &&
		   f->firmware.range[2].type == MEMMAP_UNUSABLE,
	   "its pages are unusable");
	facts_free(f);
	ok(unlink(dir_at("proc/kpageflags")) == 0, "no kpageflags");
	f = read_machine(&why);
	ok(f && f->balloon == 8192 && f->balloon_found == 0,
	   "no CONFIG_PROC_PAGE_MONITOR: not found");
	facts_free(f);
	dir_file("proc/kpageflags", "");
	f = read_machine(&why);
	ok(f && f->balloon == 8192 && f->balloon_found == 0,
	   "no flags: not found");
	facts_free(f);
}

static void test_missing(void)
{
	struct reason why;

	machine("", pc6144_memmap, 500, 400);
	ok(!read_machine(&why), "no addresses in iomem");
	is(why.text, "/proc/iomem: shows no addresses: run this as root",
	   "says so");
	machine(pc6144_iomem, pc6144_memmap, 500, 0);
	ok(!read_machine(&why), "no free memory");
	dir_clear();
	ok(!read_machine(&why), "nothing at all");
	is(why.text, "/proc/iomem: No such file or directory", "says so");
	facts_free(NULL);
	ok(true, "freeing nothing");
}

/* More of SETUP_E820_EXT than any map may have. */
static void test_long_ext(void)
{
	static uint8_t params[4096], ext[20 * 4000];
	struct reason why;
	struct facts *f;

	machine(pc6144_iomem, "", 500, 400);
	boot_params(params, 1);
	dir_bytes("sys/kernel/boot_params/data", params, sizeof(params));
	for (size_t i = 0; i < sizeof(ext) / 20; i++) {
		ext[i * 20 + 4] = (uint8_t)i;
		ext[i * 20 + 5] = (uint8_t)((i >> 8) + 1);
		ext[i * 20 + 8 + 2] = 1;
		ext[i * 20 + 16] = 2;
	}
	dir_file("sys/kernel/boot_params/setup_data/0/type", "0x1\n");
	dir_bytes("sys/kernel/boot_params/setup_data/0/data", ext, sizeof(ext));
	f = read_machine(&why);
	ok(f && f->firmware.count == MEMMAP_MAX,
	   "4000 more ranges: as many as there may be");
	facts_free(f);
}

int main(void)
{
	dir_start();
	test_plain();
	test_special();
	test_xen();
	test_silent();
	test_no_memmap();
	test_long_ext();
	test_plugged();
	test_efi();
	test_no_efi();
	test_screen();
	test_ima();
	test_balloon();
	test_missing();
	dir_end();
	return tap_done();
}
