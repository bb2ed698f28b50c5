/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which machines may hand over, and by which way. */
#include "image/policy.h"

#include <errno.h>

#include "base/reason.h"
#include "tap.h"

static char note[IMAGE_NOTE_SIZE];

static int platform(struct facts f, struct reason *why)
{
	why->text[0] = '\0';
	memset(note, 'x', sizeof(note));
	return policy_platform(&f, note, sizeof(note), why);
}

static struct facts xen_hvm(unsigned int major, unsigned int minor,
			    const char *extra)
{
	struct facts f = {
		.platform = FACTS_XEN_HVM,
		.xen_major = major,
		.xen_minor = minor,
	};

	(void)snprintf(f.xen_extra, sizeof(f.xen_extra), "%s", extra);
	return f;
}

static void test_platform(void)
{
	struct reason why;

	ok(platform((struct facts){ 0 }, &why) == 0 && !note[0], "native");
	ok(platform((struct facts){ .platform = FACTS_XEN_PV }, &why) ==
		   -ENOTSUP,
	   "Xen PV");
	ok(strstr(why.text, "would power the domain off") != NULL,
	   "says what would happen");
	ok(platform((struct facts){ .platform = FACTS_XEN_PVH }, &why) ==
		   -ENOTSUP,
	   "Xen PVH");
	ok(strstr(why.text, "would destroy the domain") != NULL,
	   "says what would happen");
	ok(platform((struct facts){ .platform = FACTS_XEN_PVH,
				    .self_reset = true },
		    &why) == 0 &&
		   !note[0],
	   "Xen PVH with self-reset");
	ok(platform((struct facts){ .platform = FACTS_XEN_PV,
				    .self_reset = true },
		    &why) == 0,
	   "Xen PV with self-reset");
}

static void test_xen_hvm(void)
{
	struct facts resets = xen_hvm(4, 6, ".6");
	struct reason why;

	ok(platform(xen_hvm(4, 17, ".3"), &why) == 0 &&
		   strstr(note, "soft reset"),
	   "Xen HVM: the note says that the toolstack must help");
	ok(platform(xen_hvm(4, 6, ".6"), &why) == -ENOTSUP &&
		   strstr(why.text, "on Xen 4.6,"),
	   "Xen 4.6 knows no soft reset");
	ok(platform(xen_hvm(4, 7, ".0"), &why) == 0, "Xen 4.7 does");
	ok(platform(xen_hvm(0, 0, ""), &why) == 0, "version not known");
	resets.self_reset = true;
	ok(platform(resets, &why) == 0 && !note[0],
	   "a kernel that resets itself needs no help, not from Xen 4.6 either");
	ok(platform(xen_hvm(5, 0, ".0"), &why) == 0 &&
		   !strstr(note, "destroys"),
	   "a Xen that is yet to come");
	ok(platform(xen_hvm(4, 16, ".3"), &why) == 0 &&
		   strstr(note, "Xen 4.16.3, whose toolstack, unless"),
	   "4.16.3: a warning");
	ok(platform(xen_hvm(4, 16, ".4"), &why) == 0 && !strstr(note, "4.16"),
	   "4.16.4: none");
	ok(platform(xen_hvm(4, 17, ".0"), &why) == 0 && strstr(note, "4.17.0"),
	   "4.17.0: a warning");
	ok(platform(xen_hvm(4, 17, "-unstable"), &why) == 0 &&
		   !strstr(note, "destroys"),
	   "an extra version that is no number: none");
}

static void test_acpi(void)
{
	struct facts pvh = { .platform = FACTS_XEN_PVH,
			     .self_reset = true,
			     .acpi = true };
	struct facts efi = { .is_efi = true, .acpi = true };
	struct facts pc = { .acpi = true };
	struct reason why;

	ok(platform(pc, &why) == 0, "a PC finds its tables by itself");
	ok(platform(pvh, &why) == -ENOTSUP &&
		   strstr(why.text, "boot_params/data"),
	   "Xen PVH without an RSDP");
	pvh.rsdp = 0xfc008000;
	ok(platform(pvh, &why) == 0, "with one");
	pvh.rsdp = 0;
	pvh.acpi = false;
	ok(platform(pvh, &why) == 0, "ACPI is not in use");
	ok(platform(efi, &why) == -ENOTSUP && strstr(why.text, "efi/systab"),
	   "EFI without an RSDP, and without its services");
	efi.efi.usable = true;
	ok(platform(efi, &why) == 0, "EFI's own table has it");
	efi.efi.usable = false;
	efi.rsdp = 0x1f77d014;
	efi.no_efi = "because";
	ok(platform(efi, &why) == 0, "EFI with an RSDP");
	is(note, "the next kernel goes without EFI's services: because",
	   "goes on without, and says so");
}

static void test_balloon(void)
{
	struct facts f = { .balloon = 120 << 20,
			   .balloon_found = (120 << 20) - 4096 };
	struct reason why;

	ok(platform(f, &why) == -ENOTSUP && strstr(why.text, "120 MiB") &&
		   strstr(why.text, "xl mem-set"),
	   "pages of the balloon that cannot be told");
	f.balloon_found = 120 << 20;
	ok(platform(f, &why) == 0 && strstr(note, "120 MiB"),
	   "all can be told: goes on without them, and says so");
	f.balloon_found = 130 << 20;
	ok(platform(f, &why) == 0, "others that are offline do no harm");
	f.platform = FACTS_XEN_HVM;
	ok(platform(f, &why) == 0 && strstr(note, "soft reset for the next "
						  "kernel to start; the "
						  "balloon"),
	   "two notes");
}

static void test_iomem(void)
{
	struct facts f = { .firmware_source = FACTS_MEMMAP_IOMEM };
	struct reason why;
	char small[8];

	ok(platform(f, &why) == 0 && strstr(note, "/proc/iomem"),
	   "a map that is put together: says so");
	ok(policy_platform(&f, small, sizeof(small), &why) == 0 && !small[0],
	   "a note that there is no room for");
	ok(policy_platform(&f, small, 0, &why) == 0, "no room for a note");
}

static int method(enum image_method wanted, struct facts f,
		  enum image_method *got, struct reason *why)
{
	*got = IMAGE_AUTO;
	return policy_method(got, wanted, &f, why);
}

/* The longest that a machine can have to say, each of it whole. */
static void test_all_notes(void)
{
	struct facts f = xen_hvm(4, 17, ".0-0123456789012345678901234567");
	struct reason why;

	f.balloon = f.balloon_found = UINT64_MAX / 2;
	f.no_efi = "the running kernel shows no runtime map (it was started "
		   "with efi=noruntime, or is built without "
		   "CONFIG_EFI_RUNTIME_MAP)";
	f.firmware_source = FACTS_MEMMAP_IOMEM;
	ok(platform(f, &why) == 0, "all notes at once");
	ok(strstr(note, "starting the next kernel; the balloon") &&
		   strstr(note, "next boot; the next kernel goes") &&
		   strstr(note, "RUNTIME_MAP); the memory map") &&
		   strstr(note, "no CONFIG_FIRMWARE_MEMMAP"),
	   "each is there to its end");
	ok(strlen(note) + 200 < sizeof(note), "with room for one more");
}

static void test_method(void)
{
	struct facts free = { .may_boot = true };
	struct facts locked = { .may_boot = true, .lockdown = true };
	struct facts ima = { .may_boot = true, .ima_appraises = true };
	struct facts secure = { .may_boot = true };
	struct facts off = { .may_boot = true, .load_disabled = true };
	struct facts user = { .may_boot = false };
	enum image_method m;
	struct reason why;

	ok(!method(IMAGE_AUTO, free, &m, &why) && m == IMAGE_LOAD,
	   "auto takes kexec_load");
	ok(!method(IMAGE_FILE, free, &m, &why) && m == IMAGE_FILE,
	   "file is file");
	ok(!method(IMAGE_LOAD, free, &m, &why) && m == IMAGE_LOAD,
	   "load is load");
	ok(!method(IMAGE_AUTO, locked, &m, &why) && m == IMAGE_FILE,
	   "locked down: auto takes kexec_file_load");
	ok(method(IMAGE_LOAD, locked, &m, &why) == -EPERM &&
		   strstr(why.text, "--method file"),
	   "locked down: load is refused, with the way out");
	ok(!method(IMAGE_AUTO, ima, &m, &why) && m == IMAGE_FILE,
	   "IMA appraises: auto takes kexec_file_load");
	ok(method(IMAGE_LOAD, ima, &m, &why) == -EPERM &&
		   strstr(why.text, "IMA policy"),
	   "IMA appraises: load is refused");
	secure.boot_params[0x1ec] = 3;
	ok(!method(IMAGE_AUTO, secure, &m, &why) && m == IMAGE_FILE,
	   "Secure Boot: auto takes kexec_file_load");
	ok(!method(IMAGE_LOAD, secure, &m, &why) && m == IMAGE_LOAD,
	   "Secure Boot: load is tried, if that is wanted");
	is(policy_file_because(&secure), "Secure Boot is on", "says why");
	secure.boot_params[0x1ec] = 2;
	ok(!method(IMAGE_AUTO, secure, &m, &why) && m == IMAGE_LOAD &&
		   !policy_file_because(&secure),
	   "Secure Boot is there, but off");
	ok(method(IMAGE_AUTO, off, &m, &why) == -EPERM &&
		   strstr(why.text, "kexec_load_disabled"),
	   "switched off: nothing goes");
	ok(method(IMAGE_FILE, off, &m, &why) == -EPERM, "by either way");
	ok(method(IMAGE_AUTO, user, &m, &why) == -EPERM &&
		   strstr(why.text, "as root"),
	   "not root");
}

int main(void)
{
	test_platform();
	test_xen_hvm();
	test_acpi();
	test_balloon();
	test_iomem();
	test_all_notes();
	test_method();
	return tap_done();
}
