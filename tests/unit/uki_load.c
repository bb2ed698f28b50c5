/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A unified kernel image on its way into memory: its parts, which profile,
 * and what is added to them. The order is that of systemd-stub.
 */
#include "image/uki.h"

#include "efi_file.h"
#include "trial.h"

static struct efi_file efi;
static uint8_t kernel[KERNEL_FILE_SIZE];

/* The base has a kernel and words; profile 1 others, profile 2 microcode. */
static void make_uki(void)
{
	memset(kernel, 0, sizeof(kernel));
	kernel_head(kernel);
	memset(kernel + KERNEL_CODE, 0xc3, KERNEL_CODE_SIZE);
	efi_start(&efi, 16);
	(void)efi_text(&efi, ".osrel", "ID=debian\n");
	(void)efi_text(&efi, ".cmdline", " root=LABEL=base\nro \n");
	(void)efi_text(&efi, ".initrd", "initrd of the base");
	(void)efi_section(&efi, ".linux", kernel, sizeof(kernel));
	(void)efi_text(&efi, ".profile", "ID=main\n");
	(void)efi_text(&efi, ".profile", "ID=reset\n");
	(void)efi_text(&efi, ".cmdline", "reset");
	(void)efi_text(&efi, ".profile", "ID=new\n");
	(void)efi_text(&efi, ".ucode", "microcode");
	(void)efi_text(&efi, ".initrd", "initrd of its own");
}

static void try_uki(struct try *t, size_t initrds)
{
	machine(q35_iomem, q35_memmap, 470, 440);
	prepare(t, initrds, initrds * 100);
	make_file("vmlinuz", efi.data, efi.size, efi.size);
	t->request.cmdline = NULL;
}

/* What begins at the start of page @page of the newcomer's initrd. */
static bool initrd_is(const struct try *t, uint64_t page, const char *text)
{
	const uint8_t *p =
		loaded(t->image->initrd_address + page * PAGE, strlen(text));

	return p && memcmp(p, text, strlen(text)) == 0;
}

static void test_base(void)
{
	struct try t;

	try_uki(&t, 0);
	if (!ok(run(&t), "a UKI"))
		printf("# %s\n", t.why.text);
	is(t.image->loader->name, "bzImage", "by the loader of its kernel");
	ok(loaded(t.image->kernel.address, KERNEL_CODE_SIZE) &&
		   !memcmp(loaded(t.image->kernel.address, KERNEL_CODE_SIZE),
			   kernel + KERNEL_CODE, KERNEL_CODE_SIZE),
	   "the code of .linux, from the middle of the file");
	is(t.image->cmdline, "root=LABEL=base ro",
	   "the words of .cmdline, as the stub passes them on");
	ok(t.image->initrd_count == 1 && initrd_is(&t, 0, "initrd of the base"),
	   "its initrd");
	end(&t);
}

static void test_profiles(void)
{
	struct try t;

	try_uki(&t, 0);
	t.request.profile = 1;
	ok(run(&t), "another profile");
	is(t.image->cmdline, "reset", "has words of its own");
	ok(initrd_is(&t, 0, "initrd of the base"), "and the base's initrd");
	end(&t);

	try_uki(&t, 2);
	t.request.profile = 2;
	ok(run(&t) && t.image->initrd_count == 4, "microcode and others");
	ok(initrd_is(&t, 0, "microcode") &&
		   initrd_is(&t, 1, "initrd of its own") &&
		   initrd_is(&t, 2, "initrd.a") && initrd_is(&t, 3, "initrd.b"),
	   "microcode, its own, then those of the request");
	is(t.image->cmdline, "root=LABEL=base ro", "the base's words");
	end(&t);

	try_uki(&t, 0);
	t.request.profile = 3;
	ok(!run(&t) && t.err == -ENOENT, "a profile that it does not have");
	is(t.why.text, "vmlinuz: has no profile @3, only @0 to @2", "says so");
	end(&t);
}

static void test_cmdline(void)
{
	struct try t;

	try_uki(&t, 0);
	t.request.cmdline = "debug";
	ok(run(&t), "words of the request");
	is(t.image->cmdline, "debug", "stand in place of its own");
	end(&t);
	try_uki(&t, 0);
	t.request.cmdline = "";
	ok(run(&t), "no words, by request");
	is(t.image->cmdline, "", "stand in their place, too");
	end(&t);
}

static void test_refusals(void)
{
	struct try t;

	try_uki(&t, PARTS);
	for (size_t i = PARTS; i < IMAGE_INITRDS_MAX; i++)
		t.initrd[i] = t.initrd[0];
	t.request.initrd_count = IMAGE_INITRDS_MAX;
	ok(!run(&t) && t.err == -E2BIG, "too many initrds with its own: %s",
	   t.why.text);
	t.request.initrd_count = PARTS;
	end(&t);

	efi_start(&efi, 4);
	(void)efi_text(&efi, ".profile", "ID=a");
	(void)efi_section(&efi, ".linux", kernel, sizeof(kernel));
	(void)efi_text(&efi, ".profile", "ID=b");
	try_uki(&t, 0);
	t.request.profile = 1;
	ok(!run(&t), "a profile without a kernel");
	is(t.why.text, "vmlinuz: its profile @1 has no kernel", "says so");
	end(&t);

	efi_start(&efi, 4);
	(void)efi_text(&efi, ".linux", "this is no kernel");
	try_uki(&t, 0);
	ok(!run(&t) && strstr(t.why.text, "vmlinuz: is no kernel but text"),
	   "a kernel that is none: %s", t.why.text);
	end(&t);

	make_uki();
	efi.size -= 512;
	try_uki(&t, 0);
	ok(!run(&t) && strstr(t.why.text, "is truncated"), "cut short: %s",
	   t.why.text);
	end(&t);
}

int main(void)
{
	dir_start();
	kernel_head(head);
	make_uki();
	test_base();
	test_profiles();
	test_cmdline();
	test_refusals();
	dir_end();
	return tap_done();
}
