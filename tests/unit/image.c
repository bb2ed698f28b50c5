/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The whole way on machines of text, with the recording twin of sys/: what
 * would be loaded is checked against the kernel's rules for segments and the
 * boot protocol's for the newcomer, not against numbers of ours.
 */
#include "image/image.h"

#include "efi_file.h"
#include "elf_file.h"
#include "trial.h"

static void test_cmdline(void)
{
	static char line[4096];
	struct try t;

	machine(q35_iomem, q35_memmap, 470, 440);
	memset(line, 'x', 2047);
	prepare(&t, 0, 0);
	t.request.cmdline = line;
	loads(&t, "a command line as long as the kernel takes");
	end(&t);
	line[2047] = 'x';
	prepare(&t, 0, 0);
	t.request.cmdline = line;
	refused(&t, E2BIG,
		"vmlinuz: the command line is 2048 characters long, but this "
		"kernel takes at most 2047",
		"one more");
	/* cmdline_len + MAX_ELFCOREHDR_STR_LEN > header->cmdline_size */
	line[2017] = '\0';
	prepare(&t, 0, 0);
	t.request.cmdline = line;
	t.request.method = IMAGE_FILE;
	refused(&t, E2BIG,
		"vmlinuz: the command line is 2017 characters long, but this "
		"kernel takes at most 2016",
		"kexec_file_load takes less");
	prepare(&t, 0, 0);
	t.request.cmdline = NULL;
	ok(run(&t), "none at all");
	end(&t);
	for (size_t len = 15; len < 18; len++) {
		uint64_t zero_page, at;

		memset(line, 'y', len);
		line[len] = '\0';
		prepare(&t, 0, 0);
		t.request.cmdline = line;
		ok(run(&t), "%zu characters", len);
		zero_page =
			number(record()->entry + STUB_PARAMS + STUB_RSI_AT, 8);
		at = number(zero_page + 0x228, 4);
		ok(number(zero_page + 0x250, 8) > at + len &&
			   number(zero_page + 0x250, 8) % 8 == 0,
		   "setup_data begins behind its zero, at a multiple of 8");
		end(&t);
	}
}

static void test_not_a_kernel(void)
{
	static const char script[] = "#!/bin/sh\necho hello\n";
	struct try t;

	machine(q35_iomem, q35_memmap, 470, 440);
	prepare(&t, 0, 0);
	make_file("vmlinuz", script, sizeof(script) - 1, sizeof(script) - 1);
	refused(&t, ENOEXEC, "vmlinuz: is no kernel but a script", "a script");
	prepare(&t, 0, 0);
	make_file("vmlinuz", "", 0, 0);
	refused(&t, ENOEXEC, "vmlinuz: is no kernel but an empty file",
		"an empty file");
	prepare(&t, 0, 0);
	make_file("vmlinuz", head, sizeof(head), KERNEL_FILE_SIZE - 20);
	refused(&t, ENOEXEC,
		"vmlinuz: is truncated: 69612 bytes of at least 69632",
		"a truncated kernel");
	prepare(&t, 0, 0);
	(void)close(t.request.kernel.fd);
	t.request.kernel.fd = open(dir_path, O_RDONLY | O_CLOEXEC);
	refused(&t, EINVAL, "vmlinuz: is not a regular file", "a directory");

	dir_file("proc/cpuinfo", "processor\t: 0\nflags\t\t: la57\n");
	prepare(&t, 0, 0);
	loads(&t, "5-level paging");
	end(&t);
	prepare(&t, 0, 0);
	kernel_put(head, 0x236, 2, 0x5f);
	make_file("vmlinuz", head, sizeof(head), KERNEL_FILE_SIZE);
	refused(&t, ENOEXEC,
		"vmlinuz: does not know 5-level paging, which the running "
		"kernel uses: boot that one with no5lvl",
		"and a kernel that does not know it");
}

static void test_file_method(void)
{
	static const char want[16 + 10] = "initrd.a\0\0\0\0\0\0\0\0initrd.b";
	struct try t;

	machine(q35_iomem, q35_memmap, 470, 440);
	prepare(&t, 0, 0);
	t.request.method = IMAGE_FILE;
	ok(run(&t) && record()->kexec_load_calls == 0 &&
		   record()->kernel_fd == t.request.kernel.fd &&
		   record()->initrd_fd == -1,
	   "kexec_file_load without an initrd");
	is(image_method_name(t.image), "kexec_file_load", "says so");
	is(image_method_because(t.image), "as asked for", "and why");
	is(record()->cmdline, t.request.cmdline, "the command line");
	end(&t);

	prepare(&t, 1, 1000);
	t.request.method = IMAGE_FILE;
	ok(run(&t) && record()->initrd_fd == t.initrd[0].fd,
	   "with one: its own fd");
	end(&t);

	prepare(&t, 2, 18);
	t.request.method = IMAGE_FILE;
	/* 9 bytes, 4 zeroes, and 3 more. */
	ok(run(&t) && record()->initrd_size == sizeof(want) &&
		   !memcmp(record()->initrd, want, sizeof(want)),
	   "with two: joined at a multiple of 4, with 4 zeroes at least");
	end(&t);
}

/* kexec_file_load reads whole files: what is a piece of one becomes one. */
static void test_file_method_pieces(void)
{
	static struct efi_file efi;
	static uint8_t kernel[KERNEL_FILE_SIZE];
	struct try t;

	kernel_head(kernel);
	efi_start(&efi, 2);
	(void)efi_text(&efi, ".initrd", "initrd.u");
	(void)efi_section(&efi, ".linux", kernel, sizeof(kernel));
	machine(q35_iomem, q35_memmap, 470, 440);
	prepare(&t, 1, 1000);
	make_file("vmlinuz", efi.data, efi.size, efi.size);
	t.request.method = IMAGE_FILE;
	ok(run(&t) && record()->kernel_fd != t.request.kernel.fd &&
		   record()->kernel_size == sizeof(kernel) &&
		   !memcmp(record()->kernel, kernel, sizeof(record()->kernel)),
	   "a UKI: the kernel in it, alone");
	ok(!memcmp(record()->initrd, "initrd.u\0\0\0\0initrd.a", 20),
	   "its own initrd first");
	end(&t);

	/* arch/x86/kernel/machine_kexec_64.c knows bzImage64 and no other. */
	elf_vmlinux();
	prepare(&t, 0, 0);
	make_file("vmlinuz", elf_file, sizeof(elf_file), sizeof(elf_file));
	t.request.method = IMAGE_FILE;
	refused(&t, ENOTSUP,
		"vmlinuz: is a vmlinux kernel, and kexec_file_load takes "
		"nothing but a 64-bit bzImage",
		"a vmlinux");
	prepare(&t, 0, 0);
	kernel_put(head, 0x236, 2, 4);
	make_file("vmlinuz", head, sizeof(head), KERNEL_FILE_SIZE);
	t.request.method = IMAGE_FILE;
	refused(&t, ENOTSUP,
		"vmlinuz: is a bzImage kernel, and kexec_file_load takes "
		"nothing but a 64-bit bzImage",
		"a bzImage of 32 bits");
	dir_file("sys/kernel/security/lockdown", "none [integrity]\n");
	prepare(&t, 0, 0);
	make_file("vmlinuz", elf_file, sizeof(elf_file), sizeof(elf_file));
	refused(&t, ENOTSUP,
		"vmlinuz: is a vmlinux kernel, and kexec_file_load, all that "
		"the running kernel permits, takes nothing but a 64-bit "
		"bzImage",
		"a vmlinux, locked down");
}

static void test_auto(void)
{
	struct try t;

	machine(q35_iomem, q35_memmap, 470, 440);
	dir_file("sys/kernel/security/lockdown", "none [integrity]\n");
	prepare(&t, 1, 1000);
	ok(run(&t) && record()->kexec_load_calls == 0 &&
		   record()->kexec_file_load_calls == 1,
	   "locked down: kexec_file_load at once");
	is(image_method_because(t.image), "the running kernel is locked down",
	   "and why");
	end(&t);
	dir_file("sys/kernel/security/lockdown", "[none] integrity\n");

	prepare(&t, 1, 1000);
	t.facts = NULL;
	record_reset();
	ok(!facts_read(&t.facts, dir_path, &t.why) &&
		   !image_build(&t.image, &t.request, t.facts, &t.why),
	   "a kernel to load");
	is(image_method_because(t.image), NULL,
	   "the usual way needs no reason");
	record()->fail_kexec_load = ENOSYS;
	ok(!image_load(t.image, &t.why) && record()->kexec_load_calls == 1 &&
		   record()->kexec_file_load_calls == 1,
	   "no kexec_load: kexec_file_load");
	is(image_method_name(t.image), "kexec_file_load", "says so");
	is(image_method_because(t.image),
	   "the running kernel has no kexec_load", "and why");
	end(&t);
}

/* The way round has a limit of its own: told, and nothing is loaded. */
static void test_way_round(void)
{
	static char line[2048];
	struct try t;

	machine(q35_iomem, q35_memmap, 470, 440);
	memset(line, 'x', 2047);
	prepare(&t, 0, 0);
	t.request.cmdline = line;
	ok(run(&t), "a command line that kexec_load takes");
	record()->fail_kexec_load = ENOSYS;
	ok(image_load(t.image, &t.why) == -E2BIG &&
		   record()->kexec_file_load_calls == 0,
	   "and kexec_file_load does not");
	is(t.why.text,
	   "vmlinuz: the command line is 2047 characters long, but this "
	   "kernel takes at most 2016",
	   "says so");
	end(&t);
}

static void test_not_permitted(void)
{
	struct try t;

	machine(q35_iomem, q35_memmap, 470, 440);
	dir_file("proc/self/status", "Name:\tx\nCapEff:\t0\n");
	prepare(&t, 0, 0);
	refused(&t, EPERM,
		"loading a kernel is not permitted here: run this as root (it "
		"takes CAP_SYS_BOOT)",
		"not root");
	machine(q35_iomem, q35_memmap, 470, 440);
	prepare(&t, 1, 1000);
	(void)close(t.initrd[0].fd);
	t.initrd[0].fd = open(dir_path, O_RDONLY | O_CLOEXEC);
	refused(&t, EINVAL, "initrd.a: is not a regular file",
		"a directory for an initrd");
}

static void test_kernel_refuses(void)
{
	static const int errors[] = { EPERM,  ENOMEM, EBUSY,	    EINVAL,
				      EACCES, EFAULT, EADDRNOTAVAIL };
	static const int signature[] = { EKEYREJECTED, ENOKEY, EBADMSG, EPERM,
					 ENODATA };
	struct try t;

	machine(q35_iomem, q35_memmap, 470, 440);
	prepare(&t, 1, 1000);
	ok(run(&t), "a kernel that loads");
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		record_reset();
		record()->fail_kexec_load = errors[i];
		ok(image_load(t.image, &t.why) == -errors[i] &&
			   record()->kexec_file_load_calls == 0,
		   "no way round: %s", t.why.text);
	}
	record_reset();
	record()->fail_kexec_load = EFAULT;
	ok(truncate(dir_at("initrd.a"), 500) == 0 &&
		   image_load(t.image, &t.why) == -EIO,
	   "the kernel cannot read a file");
	is(t.why.text, "initrd.a: ends at byte 500, but had 1000 a moment ago",
	   "which one, and why");
	end(&t);

	prepare(&t, 1, 1000);
	t.request.method = IMAGE_FILE;
	ok(run(&t), "a kernel that loads by file");
	for (size_t i = 0; i < sizeof(signature) / sizeof(signature[0]); i++) {
		record_reset();
		record()->fail_kexec_file_load = signature[i];
		ok(image_load(t.image, &t.why) == -signature[i] &&
			   record()->kexec_load_calls == 0,
		   "never round a signature: %s", t.why.text);
	}
	end(&t);

	prepare(&t, 1, 1000);
	t.request.method = IMAGE_LOAD;
	ok(run(&t), "a kernel that loads by segments");
	record_reset();
	record()->fail_kexec_load = ENOSYS;
	ok(image_load(t.image, &t.why) == -ENOSYS &&
		   record()->kexec_file_load_calls == 0,
	   "--method load stays load");
	end(&t);
}

static void test_xen(void)
{
	struct try t;

	machine(pvh_iomem, pvh_memmap, 226, 200);
	dir_file("sys/hypervisor/type", "xen\n");
	dir_file("sys/hypervisor/guest_type", "PVH\n");
	prepare(&t, 1, 1000);
	ok(!run(&t) && t.err == -ENOTSUP && record()->kexec_load_calls == 0 &&
		   strstr(t.why.text, "destroy the domain"),
	   "Xen PVH: refused before anything was loaded");
	end(&t);
	dir_file("sys/hypervisor/guest_type", "HVM\n");
	prepare(&t, 1, 1000);
	ok(run(&t) && strstr(t.image->note, "soft reset"),
	   "Xen HVM: loads, with a note");
	end(&t);
}

static void test_print(void)
{
	char *text = NULL;
	size_t len = 0;
	struct try t;
	FILE *out;

	machine(q35_iomem, q35_memmap, 470, 440);
	prepare(&t, 2, 10000);
	ok(run(&t), "a plan");
	out = open_memstream(&text, &len);
	image_print(t.image, out);
	(void)fclose(out);
	ok(strstr(text, "format   bzImage, by kexec_load\n") != NULL,
	   "format and way");
	ok(!strstr(text, "as asked for"), "which nobody asked for");
	ok(strstr(text, "kernel   0x001000000-0x001010000 vmlinuz\n") != NULL,
	   "the kernel's place");
	ok(strstr(text, "initrd.a\n") && strstr(text, "initrd.b\n"),
	   "the initrds");
	ok(strstr(text, "entry    0x1000200 in long mode, rsi=0x") != NULL,
	   "the entry state");
	ok(strstr(text, "command line \"root=/dev/vda1 ro quiet\"\n") != NULL,
	   "the command line");
	free(text);
	end(&t);
	image_free(NULL);
	ok(true, "freeing nothing");
}

/* kexec_file_load: the running kernel chooses; a note stands below it all. */
static void test_print_file(void)
{
	char *text = NULL;
	size_t len = 0;
	struct try t;
	FILE *out;

	machine(pvh_iomem, pvh_memmap, 226, 200);
	dir_file("sys/hypervisor/type", "xen\n");
	dir_file("sys/hypervisor/guest_type", "HVM\n");
	dir_file("sys/kernel/security/lockdown", "none [integrity]\n");
	prepare(&t, 1, 10000);
	ok(run(&t), "a plan for kexec_file_load");
	out = open_memstream(&text, &len);
	image_print(t.image, out);
	(void)fclose(out);
	ok(strstr(text, "bzImage, by kexec_file_load (the running kernel is "
			"locked down)\n") != NULL,
	   "the way, and why");
	ok(strstr(text, "kernel   vmlinuz\ninitrd   initrd.a\n") &&
		   strstr(text, "places and parameters are the running "
				"kernel's choice\n"),
	   "the files, no places");
	ok(strstr(text, "\nnote     this is a Xen HVM domain") != NULL,
	   "the note");
	free(text);
	end(&t);
}

/* What an upgrade that was cut off leaves: init takes the next entry then. */
static void test_initrds_empty(void)
{
	struct try t;

	machine(q35_iomem, q35_memmap, 470, 440);
	prepare(&t, 1, 1000);
	make_file("initrd.a", "", 0, 0);
	refused(&t, ENODATA,
		"initrd initrd.a is empty (an upgrade cut off, a full disk?)",
		"an empty initrd");
	prepare(&t, 2, 1000);
	make_file("initrd.a", "", 0, 0);
	make_file("initrd.b", "", 0, 0);
	refused(&t, ENODATA,
		"initrd initrd.a is empty (an upgrade cut off, a full disk?)",
		"two of them");
	prepare(&t, 2, 1000);
	make_file("initrd.b", "", 0, 0);
	refused(&t, ENODATA,
		"initrd initrd.b is empty (an upgrade cut off, a full disk?)",
		"behind one that is not: microcode finds no root");
	prepare(&t, 1, 1000);
	t.initrd[0].words = "";
	make_file("initrd.a", "", 0, 0);
	refused(&t, ENODATA,
		"module initrd.a is empty (an upgrade cut off, a full disk?)",
		"a module");
	prepare(&t, 1, 1000);
	make_file("vmlinuz", "", 0, 0);
	make_file("initrd.a", "", 0, 0);
	refused(&t, ENOEXEC, "vmlinuz: is no kernel but an empty file",
		"an empty kernel comes first");
}

/* The kernel cannot read a file: which, and why. */
static void test_file_unreadable(void)
{
	struct try t;

	machine(q35_iomem, q35_memmap, 470, 440);
	prepare(&t, 1, 1000);
	t.request.method = IMAGE_FILE;
	ok(run(&t), "a kernel and an initrd");
	record()->fail_kexec_file_load = EIO;
	ok(truncate(dir_at("initrd.a"), 500) == 0 &&
		   image_load(t.image, &t.why) == -EIO,
	   "one of them cannot be read any longer");
	is(t.why.text, "initrd.a: ends at byte 500, but had 1000 a moment ago",
	   "which one, and why");
	end(&t);
}

static void test_insert(void)
{
	struct image_file empty = { .name = "empty" };
	struct image_file one = { .name = "one", .size = 1 };
	struct image_file two = { .name = "two", .size = 2 };
	struct reason why = { "" };
	struct image image;

	memset(&image, 0, sizeof(image));
	ok(!image_insert_initrd(&image, 0, &empty, &why) &&
		   image.initrd_count == 0,
	   "an empty initrd is none");
	ok(!image_insert_initrd(&image, 5, &one, &why) &&
		   !image_insert_initrd(&image, 0, &two, &why) &&
		   image.initrd[0].size == 2 && image.initrd[1].size == 1,
	   "in front, and at the end");
	image.initrd_count = IMAGE_INITRDS_MAX;
	ok(image_insert_initrd(&image, 0, &one, &why) == -E2BIG, "too many");
	is(why.text, "one: more than 12 initrds", "says so");
}

int main(void)
{
	dir_start();
	kernel_head(head);
	test_cmdline();
	test_not_a_kernel();
	test_file_method();
	test_file_method_pieces();
	test_auto();
	test_way_round();
	test_not_permitted();
	test_kernel_refuses();
	test_xen();
	test_print();
	test_print_file();
	test_initrds_empty();
	test_file_unreadable();
	test_insert();
	dir_end();
	return tap_done();
}
