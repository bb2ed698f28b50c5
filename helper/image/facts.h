/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the running machine says about itself, as far as a hand-over needs it:
 * memory map, boot_params, free memory, policy, platform. Read once, in one
 * place, from files under a root directory, so that a test gives a directory
 * of its own. Decides nothing and changes nothing.
 */
#ifndef KBOOT_IMAGE_FACTS_H
#define KBOOT_IMAGE_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image/efi.h"
#include "image/memmap.h"

struct reason;

/* sizeof(struct boot_params): one page, by the boot protocol. */
enum { FACTS_BOOT_PARAMS_SIZE = 4096, FACTS_SEED_SIZE = 32 };

enum facts_platform {
	FACTS_NATIVE,
	FACTS_XEN_PV,
	FACTS_XEN_PVH,
	FACTS_XEN_HVM,
};

/* Where the map of first boot was found: the best first. */
enum facts_memmap {
	/* sys/firmware/memmap */
	FACTS_MEMMAP_FIRMWARE,
	/* The e820 table of boot_params, and SETUP_E820_EXT */
	FACTS_MEMMAP_BOOT_PARAMS,
	/* proc/iomem: what the running kernel makes of it */
	FACTS_MEMMAP_IOMEM,
};

struct facts {
	/*
	 * What the newcomer is told: the map of first boot, without memory
	 * that was plugged in since; what EFI's services use is reserved, and
	 * what a balloon took is unusable.
	 */
	struct memmap firmware;
	enum facts_memmap firmware_source;
	/* proc/iomem: where loading is allowed (System RAM, nothing in it) */
	struct memmap usable;

	/* Bytes that the domain's balloon holds (sys/devices/system/
	 * xen_memory), and how many of them proc/kpageflags shows. */
	uint64_t balloon;
	uint64_t balloon_found;

	/* sys/kernel/boot_params/data of the running kernel; else all zero */
	bool have_boot_params;
	uint8_t boot_params[FACTS_BOOT_PARAMS_SIZE];

	/* ACPI's root pointer: boot_params, else sys/firmware/efi/systab; 0:
	 * not known. On a PC the newcomer looks for it by itself. */
	uint64_t rsdp;
	/* sys/firmware/acpi/tables: the machine has them */
	bool acpi;

	/* sys/firmware/efi: an EFI machine */
	bool is_efi;
	struct efi efi;
	/* Why the newcomer cannot have EFI's services, for a sentence; NULL
	 * where it can, and on other machines. */
	const char *no_efi;

	/* A graphics driver has taken the screen over: what boot_params say of
	 * it does not hold any longer. */
	bool screen_gone;

	/* proc/meminfo, in bytes */
	uint64_t mem_total;
	uint64_t mem_available;

	/* proc/cpuinfo has la57: the machine runs with 5-level paging */
	bool la57;

	/* sys/kernel/security/lockdown is not [none] */
	bool lockdown;
	/* proc/sys/kernel/kexec_load_disabled is 1 */
	bool load_disabled;
	/* sys/kernel/security/ima/policy appraises kernels: kexec_load, which
	 * has no file to appraise, is refused */
	bool ima_appraises;
	/* CapEff in proc/self/status has CAP_SYS_BOOT */
	bool may_boot;

	/* sys/hypervisor: type, guest_type */
	enum facts_platform platform;
	/* sys/hypervisor/version; 0.0 when unknown */
	unsigned int xen_major, xen_minor;
	char xen_extra[32];
	/* sys/kernel/kboot/handover is "self-reset": docs, Xen PVH */
	bool self_reset;

	/*
	 * From getrandom(GRND_NONBLOCK), only when the pool is ready. Blocking
	 * for it would cost a machine without an entropy source seconds.
	 */
	bool have_seed;
	uint8_t seed[FACTS_SEED_SIZE];
};

/*
 * Reads the machine whose root directory is @root ("" is the running one)
 * into *@ret. The caller frees it with facts_free(). Refuses only when it
 * cannot know the memory map or the free memory.
 */
int facts_read(struct facts **ret, const char *root, struct reason *why);

/* Frees; NULL is fine. Wipes the seed first. */
void facts_free(struct facts *facts);

#endif
