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
	end(&t);
	dir_file("sys/kernel/security/lockdown", "[none] integrity\n");

	prepare(&t, 1, 1000);
	t.facts = NULL;
	record_reset();
	ok(!facts_read(&t.facts, dir_path, &t.why) &&
		   !image_build(&t.image, &t.request, t.facts, &t.why),
	   "a kernel to load");
	record()->fail_kexec_load = ENOSYS;
	ok(!image_load(t.image, &t.why) && record()->kexec_load_calls == 1 &&
		   record()->kexec_file_load_calls == 1,
	   "no kexec_load: kexec_file_load");
	is(image_method_name(t.image), "kexec_file_load", "says so");
	end(&t);
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

int main(void)
{
	dir_start();
	kernel_head(head);
	test_cmdline();
	test_not_a_kernel();
	test_file_method();
	test_file_method_pieces();
	test_auto();
	test_kernel_refuses();
	test_xen();
	test_print();
	dir_end();
	return tap_done();
}
