/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads what sysfs and procfs say. Only opens, reads and parses; whatever is
 * missing stays zero unless a hand-over cannot do without it.
 */
#include "image/facts.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/reason.h"
#include "base/scan.h"
#include "image/memsource.h"
#include "image/sysfile.h"

/* linux/capability.h */
enum { CAP_SYS_BOOT_BIT = 22 };

/* Offsets in boot_params (zero-page.rst), and what is there. */
enum {
	RSDP_AT = 0x70,
	EFI_SIGNATURE_AT = 0x1c0,
	EFI_SYSTAB_AT = 0x1c4,
	EFI_MEMDESC_VERSION_AT = 0x1cc,
	EFI_SYSTAB_HI_AT = 0x1d8,
	E820_COUNT_AT = 0x1e8,
	E820_AT = 0x2d0,
	E820_MAX = 128,
	/* boot.rst, struct setup_data */
	SETUP_E820_EXT = 1,
	/* One for each option ROM that EFI's stub found, and a few. */
	SETUP_DATA_MAX = 256,
};

/* proc/kpageflags is read in pieces: flags of this many pages. */
enum { FLAGS_CHUNK = 8192, FLAGS_SIZE = 8, PAGE_SHIFT = 12 };

static struct bytes as_bytes(const char *text)
{
	struct bytes b = { (const uint8_t *)text, strlen(text) };

	return b;
}

/* -ENOENT: the running kernel does not show it. */
static int read_sys_memmap(struct facts *f, const char *root,
			   struct reason *why)
{
	static const char dir[] = "/sys/firmware/memmap";
	static const char *const files[] = { "start", "end", "type", NULL };
	char *text;
	int err;

	text = sysfile_rows(root, dir, files, MEMMAP_MAX + 1);
	if (!text)
		return reason(why, ENOMEM, "%s: no memory to read it", dir);
	err = *text ? memsource_firmware(&f->firmware, as_bytes(text), why)
		    : -ENOENT;
	free(text);
	return err;
}

/* setup_data of type SETUP_E820_EXT behind @table, which has room for @room
 * bytes; how long it is then. */
static size_t add_e820_ext(const char *root, uint8_t *table, size_t len,
			   size_t room)
{
	static const char dir[] = "/sys/kernel/boot_params/setup_data";
	char path[96];
	size_t size;
	char *data;

	for (unsigned int i = 0; i < SETUP_DATA_MAX; i++) {
		(void)snprintf(path, sizeof(path), "%s/%u/type", dir, i);
		if (!sysfile_exists(root, path))
			break;
		if (sysfile_number(root, path) != SETUP_E820_EXT)
			continue;
		(void)snprintf(path, sizeof(path), "%s/%u/data", dir, i);
		if (sysfile_read(root, path, &data, &size, NULL))
			continue;
		size -= size % MEMSOURCE_E820_ENTRY;
		if (size > room - len)
			size = room - len;
		memcpy(table + len, data, size);
		len += size;
		free(data);
	}
	return len;
}

/* The map that the running kernel was given. -ENOENT: it was given none. */
static int read_first_boot(struct memmap *map, const struct facts *f,
			   const char *root, struct reason *why)
{
	size_t room = (size_t)MEMMAP_MAX * MEMSOURCE_E820_ENTRY;
	size_t len = f->boot_params[E820_COUNT_AT];
	struct bytes table;
	uint8_t *buf;
	int err;

	if (!f->have_boot_params || len == 0)
		return -ENOENT;
	buf = malloc(room);
	if (!buf)
		return reason(why, ENOMEM, "no memory for the memory map");
	if (len > E820_MAX)
		len = E820_MAX;
	len *= MEMSOURCE_E820_ENTRY;
	memcpy(buf, f->boot_params + E820_AT, len);
	table.data = buf;
	table.len = add_e820_ext(root, buf, len, room);
	err = memsource_e820(map, table, why);
	free(buf);
	return err;
}

/*
 * The map of first boot: the kernel's record of it, without memory that was
 * plugged in later; where there is no record, what there is.
 */
static int read_firmware(struct facts *f, const char *root, const char *iomem,
			 struct reason *why)
{
	struct memmap *first = malloc(sizeof(*first));
	int err, found;

	if (!first)
		return reason(why, ENOMEM, "no memory for the memory map");
	found = read_first_boot(first, f, root, why);
	err = read_sys_memmap(f, root, why);
	if (!err && !found) {
		err = memsource_unplug(&f->firmware, first, why);
	} else if (err == -ENOENT && !found) {
		f->firmware_source = FACTS_MEMMAP_BOOT_PARAMS;
		f->firmware = *first;
		err = 0;
	} else if (err == -ENOENT) {
		f->firmware_source = FACTS_MEMMAP_IOMEM;
		err = memsource_derive(&f->firmware, as_bytes(iomem), why);
	}
	free(first);
	return err;
}

static int read_maps(struct facts *f, const char *root, struct reason *why)
{
	char *iomem;
	size_t len;
	int err;

	err = sysfile_read(root, "/proc/iomem", &iomem, &len, why);
	if (err)
		return err;
	err = memsource_iomem(&f->usable, as_bytes(iomem), why);
	if (!err)
		err = read_firmware(f, root, iomem, why);
	free(iomem);
	return err;
}

/* "MemTotal:   497264 kB" in @text as bytes; 0 when it is not there. */
static uint64_t meminfo(const char *text, const char *key)
{
	size_t len = strlen(key);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, len) == 0 && line[len] == ':')
			return strtoull(line + len + 1, NULL, 10) * 1024;
	}
	return 0;
}

static int read_memory(struct facts *f, const char *root, struct reason *why)
{
	static const char file[] = "/proc/meminfo";
	char *text;
	size_t len;
	int err;

	err = sysfile_read(root, file, &text, &len, why);
	if (err)
		return err;
	f->mem_total = meminfo(text, "MemTotal");
	f->mem_available = meminfo(text, "MemAvailable");
	free(text);
	if (f->mem_total == 0 || f->mem_available == 0)
		return reason(why, EINVAL,
			      "%s: shows no MemTotal or no MemAvailable", file);
	return 0;
}

/* @size little-endian bytes of boot_params. */
static uint64_t boot_param(const struct facts *f, size_t at, size_t size)
{
	uint64_t value = 0;

	for (size_t i = size; i > 0; i--)
		value = value << 8 | f->boot_params[at + i - 1];
	return value;
}

static void read_boot_params(struct facts *f, const char *root)
{
	char *data;
	size_t len;

	if (sysfile_read(root, "/sys/kernel/boot_params/data", &data, &len,
			 NULL))
		return;
	if (len == FACTS_BOOT_PARAMS_SIZE) {
		memcpy(f->boot_params, data, len);
		f->have_boot_params = true;
	}
	free(data);
}

/* True if the first "flags" line of /proc/cpuinfo has the word @flag. */
static bool has_cpu_flag(const char *root, const char *flag)
{
	char *text, *line, *word, *save;
	bool found = false;
	size_t len;

	if (sysfile_read(root, "/proc/cpuinfo", &text, &len, NULL))
		return false;
	line = strstr(text, "\nflags");
	if (line) {
		line++;
		line[strcspn(line, "\n")] = '\0';
		for (word = strtok_r(line, " \t:", &save); word && !found;
		     word = strtok_r(NULL, " \t:", &save))
			found = strcmp(word, flag) == 0;
	}
	free(text);
	return found;
}

static bool may_boot(const char *root)
{
	unsigned long long caps = 0;
	char *text, *line;
	size_t len;

	if (sysfile_read(root, "/proc/self/status", &text, &len, NULL))
		return true;
	line = strstr(text, "\nCapEff:");
	if (line)
		caps = strtoull(line + strlen("\nCapEff:"), NULL, 16);
	free(text);
	return !line || (caps >> CAP_SYS_BOOT_BIT & 1);
}

/*
 * True if IMA's policy wants kernels appraised: kexec_load is then refused,
 * for it has no file (ima_load_data()). The policy may not be readable; the
 * kernel's own answer is then the first that is heard of it.
 */
static bool ima_appraises(const char *root)
{
	struct bytes text, line;
	bool found = false;
	size_t len;
	char *buf;

	if (sysfile_read(root, "/sys/kernel/security/ima/policy", &buf, &len,
			 NULL))
		return false;
	text = as_bytes(buf);
	while (!found && scan_line(&text, &line))
		found = bytes_match(line, 0, "appraise ", 9) &&
			memmem(line.data, line.len, "KEXEC_KERNEL_CHECK", 18);
	free(buf);
	return found;
}

static void read_policy(struct facts *f, const char *root)
{
	char line[64];

	/* "[none] integrity confidentiality"; no file: no lockdown. */
	sysfile_line(root, "/sys/kernel/security/lockdown", line, sizeof(line));
	f->lockdown = line[0] && !strstr(line, "[none]");
	sysfile_line(root, "/proc/sys/kernel/kexec_load_disabled", line,
		     sizeof(line));
	f->load_disabled = line[0] && strcmp(line, "0") != 0;
	f->ima_appraises = ima_appraises(root);
	f->may_boot = may_boot(root);
}

/* Into f->efi. A static sentence when it is not all there; NULL: it is. */
static const char *read_runtime(struct facts *f, const char *root)
{
	static const char dir[] = "/sys/firmware/efi/runtime-map";
	static const char *const files[] = { "type",	  "phys_addr",
					     "virt_addr", "num_pages",
					     "attribute", NULL };
	struct efi *efi = &f->efi;
	char *text;
	int err;

	if (memcmp(f->boot_params + EFI_SIGNATURE_AT, "EL64", 4) != 0)
		return "the firmware is a 32-bit one";
	efi->systab = boot_param(f, EFI_SYSTAB_AT, 4) |
		      boot_param(f, EFI_SYSTAB_HI_AT, 4) << 32;
	efi->memdesc_version =
		(uint32_t)boot_param(f, EFI_MEMDESC_VERSION_AT, 4);
	efi->fw_vendor = sysfile_number(root, "/sys/firmware/efi/fw_vendor");
	efi->config_table =
		sysfile_number(root, "/sys/firmware/efi/config_table");
	text = sysfile_rows(root, dir, files, EFI_RANGES_MAX + 1);
	err = text ? efi_parse_map(efi, as_bytes(text), NULL) : -ENOMEM;
	free(text);
	if (err == -ENOENT)
		return "the running kernel shows no runtime map (it was "
		       "started with efi=noruntime, or is built without "
		       "CONFIG_EFI_RUNTIME_MAP)";
	if (err)
		return "the runtime map in sys/firmware/efi is damaged or "
		       "too long";
	if (!efi->systab || !efi->fw_vendor || !efi->config_table)
		return "sys/firmware/efi does not say where the system table "
		       "is";
	return NULL;
}

static int read_efi(struct facts *f, const char *root, struct reason *why)
{
	char *text;
	size_t len;

	f->rsdp = boot_param(f, RSDP_AT, 8);
	f->acpi = sysfile_exists(root, "/sys/firmware/acpi/tables");
	f->is_efi = sysfile_exists(root, "/sys/firmware/efi");
	if (!f->is_efi)
		return 0;
	if (!sysfile_read(root, "/sys/firmware/efi/systab", &text, &len,
			  NULL)) {
		f->efi.smbios = efi_systab(as_bytes(text), "SMBIOS");
		if (!f->rsdp)
			f->rsdp = efi_systab(as_bytes(text), "ACPI20");
		if (!f->rsdp)
			f->rsdp = efi_systab(as_bytes(text), "ACPI");
		free(text);
	}
	f->no_efi = read_runtime(f, root);
	f->efi.usable = !f->no_efi;
	return efi_reserve(&f->efi, &f->firmware, why);
}

/*
 * True if the framebuffer is the firmware's no longer: the first one of
 * proc/fb belongs to a driver that sets modes of its own.
 */
static bool is_screen_gone(const char *root)
{
	static const char *const firmware[] = {
		"EFI VGA", "VESA VGA", "VGA16 VGA", "simple", "simpledrmdrmfb",
	};
	char line[64];

	/* "0 EFI VGA" */
	sysfile_line(root, "/proc/fb", line, sizeof(line));
	if (!line[0])
		return sysfile_exists(root, "/sys/class/drm/card0");
	for (size_t i = 0; i < sizeof(firmware) / sizeof(firmware[0]); i++)
		if (strcmp(line + strcspn(line, " ") + 1, firmware[i]) == 0)
			return false;
	return true;
}

/* The pages of one range of RAM that the balloon took. */
static int read_flags(struct facts *f, int fd, const struct memmap_range *ram,
		      uint8_t *buf, struct reason *why)
{
	uint64_t end = ram->end >> PAGE_SHIFT, found = 0;
	int err = 0;

	for (uint64_t page = ram->start >> PAGE_SHIFT; page < end && !err;) {
		struct bytes flags = { buf, 0 };
		uint64_t count = end - page;
		ssize_t n;

		if (count > FLAGS_CHUNK)
			count = FLAGS_CHUNK;
		n = pread(fd, buf, count * FLAGS_SIZE,
			  (off_t)(page * FLAGS_SIZE));
		if (n < 0 && errno == EINTR)
			continue;
		/* What is not shown counts as not found: the policy asks. */
		if (n < FLAGS_SIZE)
			break;
		flags.len = (size_t)n - (size_t)n % FLAGS_SIZE;
		err = memsource_balloon(&f->firmware, page, flags, &found, why);
		page += flags.len / FLAGS_SIZE;
	}
	f->balloon_found += found << PAGE_SHIFT;
	return err;
}

/* Which pages the balloon has, if it has any. */
static int read_balloon(struct facts *f, const char *root, struct reason *why)
{
	static const char info[] =
		"/sys/devices/system/xen_memory/xen_memory0/info";
	char path[PATH_MAX];
	uint8_t *buf = NULL;
	int fd, err = 0;

	(void)snprintf(path, sizeof(path), "%s/low_kb", info);
	f->balloon = sysfile_number(root, path) * 1024;
	(void)snprintf(path, sizeof(path), "%s/high_kb", info);
	f->balloon += sysfile_number(root, path) * 1024;
	if (f->balloon == 0)
		return 0;
	(void)snprintf(path, sizeof(path), "%s/proc/kpageflags", root);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	buf = malloc((size_t)FLAGS_CHUNK * FLAGS_SIZE);
	if (!buf)
		err = reason(why, ENOMEM, "no memory for the memory map");
	for (size_t i = 0; i < f->usable.count && !err; i++)
		err = read_flags(f, fd, &f->usable.range[i], buf, why);
	free(buf);
	(void)close(fd);
	return err;
}

static void read_platform(struct facts *f, const char *root)
{
	char line[64];

	sysfile_line(root, "/sys/hypervisor/type", line, sizeof(line));
	if (strcmp(line, "xen") != 0)
		return;
	sysfile_line(root, "/sys/hypervisor/guest_type", line, sizeof(line));
	if (strcmp(line, "HVM") == 0)
		f->platform = FACTS_XEN_HVM;
	else if (strcmp(line, "PVH") == 0)
		f->platform = FACTS_XEN_PVH;
	else
		f->platform = FACTS_XEN_PV;
	sysfile_line(root, "/sys/hypervisor/version/major", line, sizeof(line));
	f->xen_major = (unsigned int)strtoul(line, NULL, 10);
	sysfile_line(root, "/sys/hypervisor/version/minor", line, sizeof(line));
	f->xen_minor = (unsigned int)strtoul(line, NULL, 10);
	sysfile_line(root, "/sys/hypervisor/version/extra", f->xen_extra,
		     sizeof(f->xen_extra));
	sysfile_line(root, "/sys/kernel/kboot/handover", line, sizeof(line));
	f->self_reset = strcmp(line, "self-reset") == 0;
}

int facts_read(struct facts **ret, const char *root, struct reason *why)
{
	struct facts *f;
	int err;

	f = calloc(1, sizeof(*f));
	if (!f)
		return reason(why, ENOMEM, "no memory for the memory map");
	read_boot_params(f, root);
	err = read_maps(f, root, why);
	if (err)
		goto out;
	err = read_efi(f, root, why);
	if (err)
		goto out;
	err = read_balloon(f, root, why);
	if (err)
		goto out;
	err = read_memory(f, root, why);
	if (err)
		goto out;
	f->screen_gone = is_screen_gone(root);
	f->la57 = has_cpu_flag(root, "la57");
	read_policy(f, root);
	read_platform(f, root);
	f->have_seed = getrandom(f->seed, sizeof(f->seed), GRND_NONBLOCK) ==
		       (ssize_t)sizeof(f->seed);
	*ret = f;
	f = NULL;
out:
	facts_free(f);
	return err;
}

void facts_free(struct facts *facts)
{
	if (!facts)
		return;
	explicit_bzero(facts->seed, sizeof(facts->seed));
	free(facts);
}
