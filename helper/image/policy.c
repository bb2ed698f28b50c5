/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The decisions about platform and way. Reads nothing, changes nothing. */
#include "image/policy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/reason.h"
#include "image/note.h"

/*
 * Xen versions whose toolstack cannot soft-reset a domain: before 4.7 there
 * is none; 4.16.0 to 4.16.3 and 4.17.0 fail while setting the CPUID policy
 * (fixed by "libxl: fix guest kexec - skip cpuid policy").
 */
static bool soft_reset_broken(const struct facts *f)
{
	long patch = f->xen_extra[0] == '.' ? strtol(f->xen_extra + 1, NULL, 10)
					    : -1;

	if (f->xen_major != 4)
		return false;
	return (f->xen_minor == 16 && patch >= 0 && patch <= 3) ||
	       (f->xen_minor == 17 && patch == 0);
}

static int xen_hvm(const struct facts *f, char *note, size_t size,
		   struct reason *why)
{
	if (f->self_reset)
		return 0;
	if (f->xen_major == 4 && f->xen_minor < 7)
		return reason(
			why, ENOTSUP,
			"this is a Xen HVM domain on Xen %u.%u, which "
			"would destroy the domain instead of starting the "
			"next kernel: it takes Xen 4.7 or newer, or nopv "
			"on kboot's command line",
			f->xen_major, f->xen_minor);
	if (soft_reset_broken(f))
		note_add(note, size,
			 "this is a Xen HVM domain on Xen %u.%u%s, whose "
			 "toolstack, unless it was patched, destroys the "
			 "domain instead of starting the next kernel",
			 f->xen_major, f->xen_minor, f->xen_extra);
	else
		note_add(note, size,
			 "this is a Xen HVM domain: the toolstack on the "
			 "host must do a soft reset for the next kernel "
			 "to start");
	return 0;
}

static int check_xen(const struct facts *facts, char *note, size_t size,
		     struct reason *why)
{
	switch (facts->platform) {
	case FACTS_NATIVE:
		return 0;
	case FACTS_XEN_HVM:
		return xen_hvm(facts, note, size, why);
	case FACTS_XEN_PV:
		if (facts->self_reset)
			return 0;
		return reason(why, ENOTSUP,
			      "this is a Xen PV domain, and handing over would "
			      "power the domain off instead of starting the "
			      "next kernel: run it as HVM, or as PVH with a "
			      "kboot kernel that resets itself");
	case FACTS_XEN_PVH:
		if (facts->self_reset)
			return 0;
		return reason(why, ENOTSUP,
			      "this is a Xen PVH domain, and the toolstack "
			      "would destroy the domain instead of starting "
			      "the next kernel: it takes a kboot kernel that "
			      "resets itself (/sys/kernel/kboot/handover)");
	}
	return reason(why, ENOTSUP, "this platform is not known");
}

/*
 * Where there is no BIOS, the next kernel finds ACPI only by what it is told:
 * without it a PVH domain is taken for an HVM one, and an EFI machine has
 * neither processors nor devices.
 */
static int check_acpi(const struct facts *f, struct reason *why)
{
	if (f->rsdp || !f->acpi || f->efi.usable ||
	    (f->platform != FACTS_XEN_PVH && !f->is_efi))
		return 0;
	return reason(why, ENOTSUP,
		      "where ACPI's tables are is not known here, and the next "
		      "kernel would not find them: it takes a kernel that says "
		      "so in %s",
		      f->is_efi ? "/sys/firmware/efi/systab"
				: "/sys/kernel/boot_params/data");
}

/* The kernel's drivers/xen/balloon.c: pages that the balloon took
 * are holes; a kernel that uses one reads ones, or stops. */
static int check_balloon(const struct facts *f, char *note, size_t size,
			 struct reason *why)
{
	unsigned long long held = (f->balloon + (1 << 20) - 1) >> 20;

	if (f->balloon > f->balloon_found)
		return reason(why, ENOTSUP,
			      "this domain's balloon has taken %llu MiB, and "
			      "which pages cannot be told: give the domain all "
			      "of its memory first (xl mem-set), or run a "
			      "kernel with CONFIG_PROC_PAGE_MONITOR",
			      held);
	if (f->balloon > 0)
		note_add(
			note, size,
			"the balloon has taken %llu MiB of this domain: the next "
			"kernel will not have them, until the next boot",
			held);
	return 0;
}

int policy_platform(const struct facts *facts, char *note, size_t note_size,
		    struct reason *why)
{
	int err;

	if (note_size > 0)
		note[0] = '\0';
	err = check_xen(facts, note, note_size, why);
	if (!err)
		err = check_balloon(facts, note, note_size, why);
	if (!err)
		err = check_acpi(facts, why);
	if (err)
		return err;
	if (facts->no_efi)
		note_add(note, note_size,
			 "the next kernel goes without EFI's services: %s",
			 facts->no_efi);
	if (facts->firmware_source == FACTS_MEMMAP_IOMEM)
		note_add(
			note, note_size,
			"the memory map is put together from /proc/iomem, since "
			"the running kernel has no CONFIG_FIRMWARE_MEMMAP");
	return 0;
}

/* boot_params, secure_boot (zero-page.rst; efi_secureboot_mode_enabled) */
static bool is_secure_boot(const struct facts *facts)
{
	enum { SECURE_BOOT_AT = 0x1ec, ENABLED = 3 };

	return facts->boot_params[SECURE_BOOT_AT] == ENABLED;
}

const char *policy_file_because(const struct facts *facts)
{
	if (facts->lockdown)
		return "the running kernel is locked down";
	if (facts->ima_appraises)
		return "the running kernel's IMA policy wants kernels signed";
	/* ima_load_data() then refuses kexec_load, if IMA is built in. */
	if (is_secure_boot(facts))
		return "Secure Boot is on";
	return NULL;
}

int policy_method(enum image_method *ret, enum image_method wanted,
		  const struct facts *facts, struct reason *why)
{
	if (!facts->may_boot)
		return reason(why, EPERM,
			      "loading a kernel is not permitted here: run "
			      "this as root (it takes CAP_SYS_BOOT)");
	if (facts->load_disabled)
		return reason(why, EPERM,
			      "loading a kernel is switched off until the next "
			      "boot (kernel.kexec_load_disabled is 1)");
	if (wanted == IMAGE_LOAD && (facts->lockdown || facts->ima_appraises))
		return reason(why, EPERM,
			      "%s and forbids kexec_load: take --method file "
			      "or auto",
			      policy_file_because(facts));
	if (wanted == IMAGE_AUTO)
		*ret = policy_file_because(facts) ? IMAGE_FILE : IMAGE_LOAD;
	else
		*ret = wanted;
	return 0;
}
