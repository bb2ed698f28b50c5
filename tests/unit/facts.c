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

static void test_missing(void)
{
	struct reason why;

	machine("", pc6144_memmap, 500, 400);
	ok(!read_machine(&why), "no addresses in iomem");
	is(why.text, "/proc/iomem: shows no addresses: run this as root",
	   "says so");
	machine(pc6144_iomem, "", 500, 400);
	ok(!read_machine(&why), "no firmware map");
	is(why.text,
	   "/sys/firmware/memmap: missing: the running kernel needs "
	   "CONFIG_FIRMWARE_MEMMAP",
	   "says so");
	machine(pc6144_iomem, pc6144_memmap, 500, 0);
	ok(!read_machine(&why), "no free memory");
	dir_clear();
	ok(!read_machine(&why), "nothing at all");
	is(why.text, "/proc/iomem: No such file or directory", "says so");
	facts_free(NULL);
	ok(true, "freeing nothing");
}

int main(void)
{
	dir_start();
	test_plain();
	test_special();
	test_xen();
	test_missing();
	dir_end();
	return tap_done();
}
