/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * acpi_rsdp= for kernels that do not read boot_params.acpi_rsdp_addr: Linux
 * 4.20 is the first that does, and until 5.5 (boot.rst: protocol 2.15; 2.14
 * was never used) the header does not tell which it is. And no-real-mode for
 * Xen.
 */
#include "image/words.h"

#include "image/bzimage.h"
#include "trial.h"

/* boot_params of a PVH domain or of a machine without BIOS: RSDP at @rsdp. */
static void boot_params(uint64_t rsdp)
{
	static uint8_t params[PAGE];

	kernel_put(params, 0x70, 8, rsdp);
	dir_bytes("sys/kernel/boot_params/data", params, sizeof(params));
}

/* The kernel of boot protocol @version. */
static void prepare_version(struct try *t, uint16_t version)
{
	kernel_put(head, 0x206, 2, version);
	prepare(t, 0, 0);
}

static void pvh_machine(uint64_t rsdp)
{
	machine(pvh_iomem, pvh_memmap, 226, 200);
	dir_file("sys/hypervisor/type", "xen\n");
	dir_file("sys/hypervisor/guest_type", "PVH\n");
	dir_file("sys/kernel/kboot/handover", "self-reset\n");
	boot_params(rsdp);
}

/* The command line that the newcomer is given, as boot_params point to it. */
static const char *given(void)
{
	uint64_t zero_page =
		number(record()->entry + STUB_PARAMS + STUB_RSI_AT, 8);
	const uint8_t *line = loaded(number(zero_page + 0x228, 4), 1);

	return line ? (const char *)line : "(none)";
}

static void test_old_kernel(void)
{
	static const char want[] =
		"acpi_rsdp=0xfc008000 root=/dev/vda1 ro quiet";
	struct try t;

	pvh_machine(0xfc008000);
	prepare_version(&t, 0x020d);
	ok(run(&t), "boot protocol 2.13 in a Xen PVH domain");
	is(given(), want, "told by a word");
	is(t.image->note,
	   "vmlinuz may be older than Linux 4.20: it is told where ACPI's "
	   "tables are by acpi_rsdp=0xfc008000",
	   "and kboot says so");
	end(&t);

	prepare_version(&t, 0x020d);
	t.request.method = IMAGE_FILE;
	ok(run(&t), "by kexec_file_load");
	is(record()->cmdline, want, "the same");
	end(&t);

	prepare_version(&t, 0x020d);
	t.request.cmdline = NULL;
	ok(run(&t), "without a command line");
	is(given(), "acpi_rsdp=0xfc008000", "it is all there is");
	end(&t);
}

static void test_no_need(void)
{
	static const struct {
		unsigned int rsdp;
		bool told;
	} edges[] = { { 0xdfff0, true },
		      { 0xe0000, false },
		      { 0xffff0, false },
		      { 0x100000, true } };
	struct try t;

	pvh_machine(0xfc008000);
	prepare_version(&t, 0x020f);
	ok(run(&t), "boot protocol 2.15: Linux 5.5 or newer");
	is(given(), t.request.cmdline, "reads boot_params");
	is(t.image->note, "", "nothing to say");
	end(&t);

	prepare_version(&t, 0x020d);
	t.request.cmdline = "quiet acpi_rsdp=0x1000";
	ok(run(&t), "a command line with the word");
	is(given(), "quiet acpi_rsdp=0x1000", "stands");
	end(&t);
	prepare_version(&t, 0x020d);
	t.request.cmdline = "not.acpi_rsdp=0x1000";
	ok(run(&t), "a word that ends like it");
	is(given(), "acpi_rsdp=0xfc008000 not.acpi_rsdp=0x1000", "is another");
	end(&t);

	machine(q35_iomem, q35_memmap, 470, 440);
	boot_params(0xf59d0);
	prepare_version(&t, 0x020d);
	ok(run(&t), "a PC: below the first megabyte");
	is(given(), t.request.cmdline, "the kernel looks there by itself");
	end(&t);
	for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++) {
		boot_params(edges[i].rsdp);
		prepare_version(&t, 0x020d);
		ok(run(&t), "at 0x%x", edges[i].rsdp);
		ok((strstr(given(), "acpi_rsdp=") != NULL) == edges[i].told,
		   edges[i].told ? "told" : "where a BIOS has it");
		end(&t);
	}
	boot_params(0);
	prepare_version(&t, 0x020d);
	ok(run(&t), "not known");
	is(given(), t.request.cmdline, "nothing to tell");
	end(&t);
}

/* The word counts when it is asked whether the line fits. */
static void test_too_long(void)
{
	static char line[2048];
	struct try t;

	pvh_machine(0xfc008000);
	memset(line, 'x', 2047);
	prepare_version(&t, 0x020d);
	t.request.cmdline = line;
	refused(&t, E2BIG,
		"vmlinuz: the command line is 2068 characters long, but this "
		"kernel takes at most 2047",
		"too long with the word");
}

/* EFI's own tables lead to ACPI's, in a kernel that takes them. */
static void test_efi(void)
{
	struct facts facts = { .rsdp = 0x1fb7e014 };
	uint8_t bytes[KERNEL_HEAD];
	struct image image;

	memset(&image, 0, sizeof(image));
	image.facts = &facts;
	image.kernel.name = "vmlinuz";
	image.kernel.size = KERNEL_FILE_SIZE;
	image.head = bytes;
	image.head_size = sizeof(bytes);
	kernel_head(bytes);
	kernel_put(bytes, 0x206, 2, 0x020d);
	ok(!bzimage_loader.parse(&image, NULL) && image.rsdp_by_word,
	   "EFI's services cannot be used: by the word");
	facts.efi.usable = true;
	ok(!bzimage_loader.parse(&image, NULL) && !image.rsdp_by_word,
	   "EFI: by its tables");
	/* xloadflags without XLF_EFI_KEXEC: boot_params.c gives it no EFI */
	kernel_put(bytes, 0x236, 2, 0x6f);
	ok(!bzimage_loader.parse(&image, NULL) && image.rsdp_by_word,
	   "a kernel that cannot take EFI over: by the word");
}

enum {
	/* All that is loaded of multiboot_kernel()'s file. */
	MULTIBOOT_SIZE = 0xa000,
};

/*
 * A Multiboot 1 kernel ("Multiboot Specification version 0.6.96", 3.1.1, with
 * address fields) that has @size bytes of @name at @at.
 */
static void multiboot_kernel(struct try *t, const char *name, size_t size,
			     size_t at)
{
	static const uint32_t header[] = {
		0x1badb002,
		1 << 16,
		-(0x1badb002 + (1 << 16)),
		0x200000,
		0x200000,
		0x200000 + MULTIBOOT_SIZE,
		0x200000 + MULTIBOOT_SIZE,
		0x200000,
	};
	static uint8_t file[KERNEL_FILE_SIZE];

	prepare(t, 0, 0);
	memset(file, 0, sizeof(file));
	for (size_t i = 0; i < sizeof(header) / sizeof(header[0]); i++)
		for (size_t k = 0; k < 4; k++)
			file[i * 4 + k] = (uint8_t)(header[i] >> 8 * k);
	memcpy(file + at, name, size);
	dir_bytes("vmlinuz", file, sizeof(file));
	(void)close(t->request.kernel.fd);
	t->request.kernel.fd = open_at("vmlinuz");
	t->request.cmdline = "placeholder com1=115200,8n1";
}

/* What a kernel with @name, its zero included, at @at is given. */
static void is_given(const char *name, size_t at, const char *cmdline,
		     const char *want, const char *what)
{
	struct try t;

	multiboot_kernel(&t, name, strlen(name) + 1, at);
	if (cmdline)
		t.request.cmdline = cmdline;
	if (ok(run(&t), "%s: loads", what))
		is(t.image->cmdline, want, what);
	else
		printf("# %s\n", t.why.text);
	end(&t);
}

static void test_no_real_mode(void)
{
	static const char line[] = "placeholder com1=115200,8n1";
	static const char told[] = "no-real-mode placeholder com1=115200,8n1";
	static const char word[] = "no-real-mode";
	struct try t;

	machine(q35_iomem, q35_memmap, 470, 440);
	multiboot_kernel(&t, word, sizeof(word), 0x1000);
	ok(run(&t), "Multiboot, and knows no-real-mode: Xen");
	is(t.image->cmdline, told, "is told");
	is(t.image->note,
	   "vmlinuz is told no-real-mode: it would call the BIOS, whose "
	   "devices Linux has used since",
	   "and kboot says so");
	end(&t);

	/* Wherever it is, across pages and reads, to the last byte. */
	for (size_t at = 0x3ff0; at <= 0x4001; at++)
		is_given(word, at, NULL, told, "around 16 KiB");
	is_given(word, MULTIBOOT_SIZE - sizeof(word), NULL, told, "at the end");
	is_given(word, MULTIBOOT_SIZE, NULL, line, "in what is not loaded");
	is_given("no-real-modes", 0x1000, NULL, line, "a longer word");
	is_given("", 0x1000, NULL, line, "a kernel that does not know it");
	is_given(word, 0x1000, "", word, "without a command line");
	is_given(word, 0x1000, "x no-real-mode edd=off",
		 "x no-real-mode edd=off", "the word is there");
	is_given(word, 0x1000, "x -- y", "no-real-mode x -- y",
		 "Xen reads as far as --");

	prepare(&t, 0, 0);
	memcpy(head + 0x800, word, sizeof(word));
	make_file("vmlinuz", head, sizeof(head), KERNEL_FILE_SIZE);
	ok(run(&t), "a bzImage with the word");
	is(given(), t.request.cmdline, "is no Xen");
	end(&t);
}

int main(void)
{
	dir_start();
	kernel_head(head);
	test_old_kernel();
	test_no_need();
	test_too_long();
	test_efi();
	test_no_real_mode();
	dir_end();
	return tap_done();
}
