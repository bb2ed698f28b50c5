/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every call that asks the system for memory or bytes fails, one after the
 * other: what follows is a refusal with a sentence, nothing half done, and
 * nothing that is not freed (the sanitizer sees to that). The same with calls
 * that are interrupted or give less than was asked for: those change nothing.
 *
 * The linker has the calls of helper/ come here (--wrap, in the Makefile).
 */
#include <errno.h>
#include <sys/mman.h>
#include <sys/sendfile.h>

#include <zlib.h>

#include "efi_file.h"
#include "elf_file.h"
#include "image/decompress.h"
#include "image/file.h"
#include "trial.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_mmap(void *at, size_t size, int prot, int flags, int fd, off_t to);
ssize_t __real_pread(int fd, void *buf, size_t size, off_t at);
ssize_t __real_read(int fd, void *buf, size_t size);
ssize_t __real_write(int fd, const void *buf, size_t size);
ssize_t __real_sendfile(int out, int in, off_t *at, size_t size);
int __real_memfd_create(const char *name, unsigned int flags);
int __real_ftruncate(int fd, off_t size);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_mmap(void *at, size_t size, int prot, int flags, int fd, off_t to);
ssize_t __wrap_pread(int fd, void *buf, size_t size, off_t at);
ssize_t __wrap_read(int fd, void *buf, size_t size);
ssize_t __wrap_write(int fd, const void *buf, size_t size);
ssize_t __wrap_sendfile(int out, int in, off_t *at, size_t size);
int __wrap_memfd_create(const char *name, unsigned int flags);
int __wrap_ftruncate(int fd, off_t size);

/* How a call fails. */
enum way {
	FAILS,
	/* Reading and writing only. */
	INTERRUPTED,
	SHORT,
	WAYS,
};

static const char *const way_names[] = { "fails", "is interrupted",
					 "is short" };

/* The call that is to fail is the last one of so many; 0: none. */
static unsigned int calls_left;
static enum way way;

static bool is_the_one(void)
{
	return calls_left > 0 && --calls_left == 0;
}

static bool fails(int error)
{
	if (way != FAILS || !is_the_one())
		return false;
	errno = error;
	return true;
}

void *__wrap_malloc(size_t size)
{
	return fails(ENOMEM) ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails(ENOMEM) ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return fails(ENOMEM) ? NULL : __real_realloc(old, size);
}

void *__wrap_mmap(void *at, size_t size, int prot, int flags, int fd, off_t to)
{
	return fails(ENOMEM) ? MAP_FAILED
			     : __real_mmap(at, size, prot, flags, fd, to);
}

int __wrap_memfd_create(const char *name, unsigned int flags)
{
	return fails(ENFILE) ? -1 : __real_memfd_create(name, flags);
}

int __wrap_ftruncate(int fd, off_t size)
{
	return fails(ENOSPC) ? -1 : __real_ftruncate(fd, size);
}

/* How much of @size is to be moved; -1: nothing, errno says why. */
static ssize_t moved(size_t size, int error)
{
	if (!is_the_one())
		return (ssize_t)size;
	if (way == SHORT)
		return (ssize_t)(size + 1) / 2;
	errno = way == INTERRUPTED ? EINTR : error;
	return -1;
}

ssize_t __wrap_pread(int fd, void *buf, size_t size, off_t at)
{
	ssize_t n = moved(size, EIO);

	return n < 0 ? n : __real_pread(fd, buf, (size_t)n, at);
}

ssize_t __wrap_read(int fd, void *buf, size_t size)
{
	ssize_t n = moved(size, EIO);

	return n < 0 ? n : __real_read(fd, buf, (size_t)n);
}

ssize_t __wrap_write(int fd, const void *buf, size_t size)
{
	ssize_t n = moved(size, ENOSPC);

	return n < 0 ? n : __real_write(fd, buf, (size_t)n);
}

ssize_t __wrap_sendfile(int out, int in, off_t *at, size_t size)
{
	ssize_t n = moved(size, ENOSPC);

	return n < 0 ? n : __real_sendfile(out, in, at, (size_t)n);
}

/* ---- what is done ---- */

static struct reason why;

/* Builds and loads, with two initrds; @change makes it what it is about. */
static int load(void (*change)(struct try *t))
{
	unsigned int left = calls_left;
	struct try t;
	int error;

	calls_left = 0;
	prepare(&t, 2, 20000);
	record_reset();
	if (facts_read(&t.facts, dir_path, &t.why))
		errx(1, "facts: %s", t.why.text);
	change(&t);
	calls_left = left;
	error = image_build(&t.image, &t.request, t.facts, &why);
	if (!error)
		error = image_load(t.image, &why);
	left = calls_left;
	calls_left = 0;
	/* Else what was recorded is gone. */
	if (error && record()->kexec_load_calls)
		error = 1;
	end(&t);
	calls_left = left;
	return error;
}

static void by_load(struct try *t)
{
	t->request.verify_copy = true;
}

static int test_load(void)
{
	return load(by_load);
}

static void by_file(struct try *t)
{
	t->request.method = IMAGE_FILE;
}

static int test_file(void)
{
	return load(by_file);
}

/* A UKI's parts are joined with what else there is. */
static void uki(struct try *t)
{
	static uint8_t kernel[KERNEL_FILE_SIZE];
	static struct efi_file efi;

	kernel_head(kernel);
	efi_start(&efi, 3);
	(void)efi_text(&efi, ".cmdline", "root=/dev/vda1");
	(void)efi_text(&efi, ".initrd", "initrd.u");
	(void)efi_section(&efi, ".linux", kernel, sizeof(kernel));
	make_file("vmlinuz", efi.data, efi.size, efi.size);
	t->request.cmdline = NULL;
}

static int test_uki(void)
{
	return load(uki);
}

static void uki_by_file(struct try *t)
{
	uki(t);
	t->request.method = IMAGE_FILE;
}

static int test_uki_by_file(void)
{
	return load(uki_by_file);
}

static void vmlinux(struct try *t)
{
	elf_vmlinux();
	make_file("vmlinuz", elf_file, sizeof(elf_file), sizeof(elf_file));
}

static int test_vmlinux(void)
{
	return load(vmlinux);
}

/* By Multiboot: searched for a word that it knows. */
static void xen(struct try *t)
{
	elf_xen();
	elf_put(0x80, 4, 0x1badb002);
	elf_put(0x88, 4, (uint32_t)-0x1badb002);
	memcpy(elf_file + 0x2000, "no-real-mode", sizeof("no-real-mode"));
	make_file("vmlinuz", elf_file, sizeof(elf_file), sizeof(elf_file));
}

static int test_xen(void)
{
	return load(xen);
}

/* Two parts in one page are put together in memory. */
static void joined(struct try *t)
{
	elf_vmlinux();
	elf_phdr64(1, 1, 0x3000, 0xffffffff81001800, 0x1001800, 0xc00, 0xc00,
		   0x200000);
	make_file("vmlinuz", elf_file, sizeof(elf_file), sizeof(elf_file));
}

static int test_joined(void)
{
	return load(joined);
}

/* Packed, and by kexec_file_load: unpacked, then a file in memory. */
static void packed(struct try *t, const void *data, size_t size)
{
	gzFile file = gzopen(dir_at("vmlinuz"), "w1");

	if (gzwrite(file, data, (unsigned int)size) != (int)size ||
	    gzclose(file) != Z_OK)
		errx(1, "gzip");
	(void)close(t->request.kernel.fd);
	t->request.kernel.fd = open_at("vmlinuz");
}

static void packed_by_file(struct try *t)
{
	static uint8_t kernel[KERNEL_FILE_SIZE];

	kernel_head(kernel);
	packed(t, kernel, sizeof(kernel));
	t->request.method = IMAGE_FILE;
}

static int test_packed_by_file(void)
{
	return load(packed_by_file);
}

static void packed_joined(struct try *t)
{
	joined(t);
	packed(t, elf_file, sizeof(elf_file));
}

static int test_packed_joined(void)
{
	return load(packed_joined);
}

static int test_dump(void)
{
	unsigned int left = calls_left;
	FILE *out = fopen("/dev/null", "we");
	struct try t;
	int error;

	calls_left = 0;
	prepare(&t, 2, 20000);
	if (!run(&t))
		errx(1, "dump: %s", t.why.text);
	calls_left = left;
	error = image_dump(t.image, "image.elf", out, &why);
	left = calls_left;
	calls_left = 0;
	end(&t);
	(void)fclose(out);
	calls_left = left;
	return error;
}

static int test_facts(void)
{
	struct facts *facts = NULL;
	int error = facts_read(&facts, dir_path, &why);

	facts_free(facts);
	return error;
}

static int unpack(const char *name)
{
	struct image_file file = { .name = name };
	struct image_source source = { .name = name };
	unsigned int left = calls_left;
	uint8_t *data = NULL;
	char path[128];
	size_t size;
	int error;

	calls_left = 0;
	(void)snprintf(path, sizeof(path), "tests/fixtures/packed/%s", name);
	source.fd = open(path, O_RDONLY | O_CLOEXEC);
	if (file_init(&file, &source, &why))
		errx(1, "%s", why.text);
	calls_left = left;
	error = decompress(&file, 1 << 24, &data, &size, &why);
	(void)close(source.fd);
	if (data)
		(void)munmap(data, size);
	return error;
}

static int test_gzip(void)
{
	return unpack("gzip");
}

static int test_xz(void)
{
	return unpack("xz");
}

static int test_lzma(void)
{
	return unpack("lzma");
}

static int test_zstd(void)
{
	return unpack("zstd");
}

static int test_lz4(void)
{
	return unpack("lz4");
}

static int test_lz4_legacy(void)
{
	return unpack("lz4-legacy");
}

static int test_bzip2(void)
{
	return unpack("bzip2");
}

static int test_lzo(void)
{
	return unpack("lzo-checks");
}

/* More calls than any work makes. */
enum { CALLS_MAX = 2000 };

static const struct work {
	const char *name;
	int (*run)(void);
	/* Calls that it does without: of an initrd that cannot be read nobody
	 * knows whether it is microcode, and the twin of sys/ reads, too. */
	unsigned int spared;
} works[] = {
	{ "a bzImage by kexec_load", test_load, 2 },
	{ "a bzImage by kexec_file_load", test_file, 4 },
	{ "a UKI by kexec_load", test_uki, 3 },
	{ "a UKI by kexec_file_load", test_uki_by_file, 5 },
	{ "a vmlinux", test_vmlinux, 2 },
	{ "Xen", test_xen, 2 },
	{ "a vmlinux whose parts share a page", test_joined, 2 },
	{ "a packed bzImage by kexec_file_load", test_packed_by_file, 4 },
	{ "a packed vmlinux whose parts share a page", test_packed_joined, 2 },
	{ "writing an image", test_dump, 0 },
	{ "reading the machine", test_facts, CALLS_MAX },
	{ "gzip", test_gzip, 0 },
	{ "xz", test_xz, 0 },
	{ "lzma", test_lzma, 0 },
	{ "zstd", test_zstd, 0 },
	{ "lz4", test_lz4, 0 },
	{ "lz4, as Linux packs", test_lz4_legacy, 0 },
	{ "bzip2", test_bzip2, 0 },
	{ "lzo", test_lzo, 0 },
};

static const struct work all_of_it = { "reading a machine that has all of it",
				       test_facts, CALLS_MAX };

/* The @nth call goes wrong. False: there is none. */
static bool try_call(const struct work *work, unsigned int nth, bool *good,
		     unsigned int *spared)
{
	int error;

	calls_left = nth;
	why.text[0] = '\0';
	error = work->run();
	if (calls_left > 0) {
		calls_left = 0;
		*good = error == 0;
		return false;
	}
	if (way == FAILS)
		*good = error < 0 && why.text[0];
	else
		*good = error == 0;
	if (way == FAILS && error == 0)
		*good = ++*spared <= work->spared;
	return true;
}

static void try_all(const struct work *work)
{
	unsigned int nth = 1, spared = 0;
	bool good, all = true;

	while (try_call(work, nth, &good, &spared) && nth < CALLS_MAX) {
		if (!good)
			printf("# call %u: %s\n", nth, why.text);
		all = all && good;
		nth++;
	}
	if (!good)
		printf("# without any failure: %s\n", why.text);
	ok(all && good && nth > 1 && nth < CALLS_MAX, "%s: a call %s (%u)",
	   work->name, way_names[way], nth - 1);
}

/* A machine that has all that is read. */
static void full_machine(void)
{
	static uint8_t params[PAGE], flags[4096];

	machine(q35_iomem, q35_memmap, 470, 440);
	kernel_put(params, 0x1e8, 1, 1);
	kernel_put(params, 0x2d8, 8, 0x20000000);
	kernel_put(params, 0x2e0, 4, 1);
	dir_bytes("sys/kernel/boot_params/data", params, sizeof(params));
	dir_file("sys/kernel/boot_params/setup_data/0/type", "0x9\n");
	dir_file("sys/kernel/boot_params/setup_data/1/type", "0x1\n");
	dir_bytes("sys/kernel/boot_params/setup_data/1/data", params, 20);
	dir_file("sys/devices/system/xen_memory/xen_memory0/info/low_kb",
		 "4\n");
	dir_file("sys/devices/system/xen_memory/xen_memory0/info/high_kb",
		 "0\n");
	dir_bytes("proc/kpageflags", flags, sizeof(flags));
	dir_file("sys/kernel/security/ima/policy", "dont_appraise x\n");
	dir_file("sys/kernel/security/lockdown", "[none] integrity\n");
}

int main(void)
{
	dir_start();
	kernel_head(head);
	full_machine();
	/* Without it a kernel could not be loaded at all here. */
	for (way = FAILS; way < WAYS; way++)
		try_all(&all_of_it);
	machine(q35_iomem, q35_memmap, 470, 440);
	for (way = FAILS; way < WAYS; way++)
		for (size_t i = 0; i < sizeof(works) / sizeof(works[0]); i++)
			try_all(&works[i]);
	dir_end();
	return tap_done();
}
