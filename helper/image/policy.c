/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The decisions about platform and way. Reads nothing, changes nothing. */
#include "image/policy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/reason.h"

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
		(void)snprintf(note, size,
			       "this is a Xen HVM domain on Xen %u.%u%s, whose "
			       "toolstack, unless it was patched, destroys the "
			       "domain instead of starting the next kernel",
			       f->xen_major, f->xen_minor, f->xen_extra);
	else
		(void)snprintf(note, size,
			       "this is a Xen HVM domain: the toolstack on the "
			       "host must do a soft reset for the next kernel "
			       "to start");
	return 0;
}

int policy_platform(const struct facts *facts, char *note, size_t note_size,
		    struct reason *why)
{
	if (note_size > 0)
		note[0] = '\0';
	switch (facts->platform) {
	case FACTS_NATIVE:
		return 0;
	case FACTS_XEN_HVM:
		return xen_hvm(facts, note, note_size, why);
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
	if (wanted == IMAGE_LOAD && facts->lockdown)
		return reason(why, EPERM,
			      "the running kernel is locked down and forbids "
			      "kexec_load: take --method file or auto");
	if (wanted == IMAGE_AUTO)
		*ret = facts->lockdown ? IMAGE_FILE : IMAGE_LOAD;
	else
		*ret = wanted;
	return 0;
}
