/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The whole way on machines of text, with the recording twin of sys/: what
 * would be loaded is checked against the kernel's rules for segments and the
 * boot protocol's for the newcomer, not against numbers of ours.
 */
#include "image/image.h"

#include <errno.h>
#include <fcntl.h>

#include "base/reason.h"
#include "kernel.h"
#include "machine.h"
#include "stub/stub.h"
#include "sys/record.h"
#include "tap.h"

enum { PAGE = 4096, PARTS = 3 };

static const uint64_t MIB = 1 << 20, GIB = 1 << 30;

static uint8_t head[KERNEL_HEAD];

/* One try: files, request, result. */
struct
try {
	struct image_source initrd[IMAGE_INITRDS_MAX + 1];
	struct image_request request;
	struct facts *facts;
	struct image *image;
	struct reason why;
	int err;
};

static int open_at(const char *path)
{
	return open(dir_at(path), O_RDONLY | O_CLOEXEC);
}

/* A file of @size bytes that begins with @head and is sparse behind it. */
static void make_file(const char *path, const void *data, size_t len,
		      uint64_t size)
{
	dir_bytes(path, data, len);
	if (truncate(dir_at(path), (off_t)size))
		err(1, "%s", path);
}

/* The kernel of head[], and @parts initrds of @initrd_size bytes in all. */
static void prepare(struct try *t, size_t parts, uint64_t initrd_size)
{
	static const char *const names[] = { "initrd.a", "initrd.b",
					     "initrd.c" };

	memset(t, 0, sizeof(*t));
	make_file("vmlinuz", head, sizeof(head), KERNEL_FILE_SIZE);
	t->request.kernel.name = "vmlinuz";
	t->request.kernel.fd = open_at("vmlinuz");
	t->request.cmdline = "root=/dev/vda1 ro quiet";
	t->request.initrd = t->initrd;
	t->request.initrd_count = parts;
	for (size_t i = 0; i < parts; i++) {
		make_file(names[i], names[i], strlen(names[i]),
			  initrd_size / parts + i);
		t->initrd[i].name = names[i];
		t->initrd[i].fd = open_at(names[i]);
	}
}

static bool run(struct try *t)
{
	record_reset();
	t->err = facts_read(&t->facts, dir_path, &t->why);
	if (!t->err)
		t->facts->have_seed = true;
	if (!t->err)
		t->err = image_build(&t->image, &t->request, t->facts, &t->why);
	if (!t->err)
		t->err = image_load(t->image, &t->why);
	return !t->err;
}

static void end(struct try *t)
{
	image_free(t->image);
	facts_free(t->facts);
	(void)close(t->request.kernel.fd);
	for (size_t i = 0; i < t->request.initrd_count; i++)
		(void)close(t->initrd[i].fd);
	kernel_head(head);
}

static void refused(struct try *t, int error, const char *want,
		    const char *name)
{
	ok(!run(t) && t->err == -error && !t->image, "%s: refused (%d)", name,
	   t->err);
	is(t->why.text, want, name);
	ok(record()->kexec_load_calls == 0 &&
		   record()->kexec_file_load_calls == 0,
	   "%s: before anything was loaded", name);
	end(t);
}

/* ---- what was loaded, as the newcomer finds it ---- */

/* Bytes at the physical address @address; NULL when no segment has them. */
static const uint8_t *loaded(uint64_t address, uint64_t size)
{
	const struct record *r = record();

	for (size_t i = 0; i < r->segment_count; i++) {
		const struct sys_segment *s = &r->segment[i];

		if (address >= s->mem && address - s->mem < s->buf_size &&
		    size <= s->buf_size - (address - s->mem))
			return (const uint8_t *)s->buf + (address - s->mem);
	}
	return NULL;
}

static uint64_t number(uint64_t address, size_t size)
{
	const uint8_t *p = loaded(address, size);
	uint64_t value = 0;

	for (size_t i = size; p && i > 0; i--)
		value = value << 8 | p[i - 1];
	return value;
}

/*
 * Walks the page tables as Intel SDM volume 3, "4-Level Paging" says; true if
 * @address is mapped to itself, writable.
 */
static bool maps_itself(uint64_t root, int levels, uint64_t address)
{
	uint64_t table = root, entry;

	for (int level = levels; level >= 2; level--) {
		int shift = 12 + 9 * (level - 1);

		entry = number(table + (address >> shift & 511) * 8, 8);
		if (!loaded(table, PAGE) || (entry & 3) != 3)
			return false;
		table = entry & 0xffffffffff000;
		if (level == 2)
			return (entry & 0x80) &&
			       table == (address & ~(uint64_t)0x1fffff);
		if (entry & 0x80)
			return false;
	}
	return false;
}

static bool maps_range(uint64_t root, int levels, uint64_t start, uint64_t size)
{
	for (uint64_t at = start & ~(uint64_t)0x1fffff; at < start + size;
	     at += 0x200000)
		if (!maps_itself(root, levels, at))
			return false;
	return true;
}

/* kernel/kexec_core.c, sanity_check_segment_list() */
static bool kernel_takes(uint64_t mem_total)
{
	const struct record *r = record();
	uint64_t sum = 0;

	for (size_t i = 0; i < r->segment_count; i++) {
		const struct sys_segment *a = &r->segment[i];

		if (a->mem % PAGE || a->mem_size % PAGE || !a->buf_size ||
		    a->buf_size > a->mem_size)
			return false;
		for (size_t j = 0; j < i; j++)
			if (a->mem < r->segment[j].mem +
					     r->segment[j].mem_size &&
			    r->segment[j].mem < a->mem + a->mem_size)
				return false;
		sum += a->mem_size;
	}
	return r->segment_count > 0 && r->segment_count <= SYS_SEGMENTS_MAX &&
	       sum <= mem_total / 2;
}

/* No segment in the kernel's run_size but its own, none outside of RAM. */
static bool places_good(const struct try *t)
{
	const struct record *r = record();
	uint64_t start = t->image->kernel.address;
	uint64_t stop = start + t->image->run_size;

	for (size_t i = 0; i < r->segment_count; i++) {
		const struct sys_segment *s = &r->segment[i];

		if (s->mem < MIB ||
		    !memmap_contains(&t->facts->firmware, s->mem,
				     s->mem + s->mem_size) ||
		    !memmap_contains(&t->facts->usable, s->mem,
				     s->mem + s->mem_size))
			return false;
		if (s->mem != start && s->mem < stop &&
		    start < s->mem + s->mem_size)
			return false;
	}
	return memmap_contains(&t->facts->firmware, start, stop) &&
	       memmap_contains(&t->facts->usable, start, stop);
}

/* The stub's parameters and boot_params agree with where things are. */
static void check_entry(const struct try *t, const char *name)
{
	uint64_t start = record()->entry, params = start + STUB_PARAMS;
	uint64_t entry = number(params + STUB_ENTRY_AT, 8);
	uint64_t zero_page = number(params + STUB_ARGUMENT_AT, 8);
	uint64_t root4 = number(params + STUB_ROOT4_AT, 8);
	uint64_t root5 = number(params + STUB_ROOT5_AT, 8);
	uint64_t kernel = entry - 0x200, line, initrd;
	const uint8_t *cmdline;

	ok(loaded(start, 1) && !memcmp(loaded(start, 8), stub_blob, 8),
	   "%s: entered through the stub", name);
	ok(kernel == t->image->kernel.address && kernel % 0x200000 == 0 &&
		   loaded(kernel, KERNEL_CODE_SIZE),
	   "%s: which enters the kernel at 0x200", name);
	ok(number(zero_page + 0x202, 4) == 0x53726448,
	   "%s: %%rsi is boot_params", name);
	line = number(zero_page + 0x228, 4) | number(zero_page + 0xc8, 4) << 32;
	cmdline = loaded(line, strlen(t->request.cmdline) + 1);
	is((const char *)cmdline, t->request.cmdline, "the command line");
	initrd = number(zero_page + 0x218, 4) | number(zero_page + 0xc0, 4)
							<< 32;
	ok(t->request.initrd_count == 0
		   ? initrd == 0
		   : loaded(initrd, 8) && initrd == t->image->initrd[0].address,
	   "%s: the initrd", name);
	ok(maps_range(root4, 4, kernel, t->image->run_size) &&
		   maps_itself(root4, 4, zero_page) &&
		   maps_itself(root4, 4, line) && maps_itself(root4, 4, start),
	   "%s: the page tables map what boot.rst demands", name);
	ok(maps_range(root5, 5, kernel, t->image->run_size) &&
		   maps_itself(root5, 5, zero_page) &&
		   maps_itself(root5, 5, line) && maps_itself(root5, 5, start),
	   "%s: with 5 levels, too", name);
}

static void loads(struct try *t, const char *name)
{
	if (!ok(run(t), "%s: loads", name)) {
		printf("# %s\n", t->why.text);
		return;
	}
	is(image_method_name(t->image), "kexec_load", "by kexec_load");
	ok(kernel_takes(t->facts->mem_total), "%s: the kernel takes it", name);
	ok(places_good(t), "%s: in RAM, nothing in the kernel's way", name);
	check_entry(t, name);
}

/* ---- tests ---- */

static void test_machines(void)
{
	static const struct {
		const char *name, *iomem, *memmap;
		unsigned int mib;
	} machines[] = {
		{ "pc", pc6144_iomem, pc6144_memmap, 5938 },
		{ "q35", q35_iomem, q35_memmap, 470 },
		{ "microvm", microvm_iomem, microvm_memmap, 480 },
		{ "Firecracker", firecracker_iomem, firecracker_memmap, 24105 },
		{ "Xen PVH", pvh_iomem, pvh_memmap, 226 },
		{ "awkward", awkward_iomem, awkward_memmap, 700 },
	};

	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		struct try t;

		machine(machines[i].iomem, machines[i].memmap, machines[i].mib,
			machines[i].mib - 30);
		prepare(&t, 0, 0);
		loads(&t, machines[i].name);
		ok(t.image && t.image->kernel.address == 16 * MIB,
		   "where it wants to be");
		end(&t);
		prepare(&t, PARTS, 60 * MIB);
		loads(&t, machines[i].name);
		ok(t.image && t.image->initrd_address + t.image->initrd_size <=
				      0x80000000,
		   "the initrd ends below initrd_addr_max");
		end(&t);
	}
}

/* The kernel unpacks one area: archives, and zeroes between them. */
static void test_several_initrds(void)
{
	uint64_t start, size, at;
	struct try t;

	machine(q35_iomem, q35_memmap, 470, 440);
	prepare(&t, 3, 30000);
	t.initrd[PARTS].fd = open("/dev/null", O_RDONLY);
	loads(&t, "three initrds");
	at = number(record()->entry + STUB_PARAMS + STUB_ARGUMENT_AT, 8);
	start = number(at + 0x218, 4);
	size = number(at + 0x21c, 4);
	ok(start % PAGE == 0 && size == 3 * PAGE + 3 * PAGE + 10002,
	   "padded to pages, the last one exactly");
	ok(!memcmp(loaded(start, 8), "initrd.a", 8) &&
		   !memcmp(loaded(start + 3 * PAGE, 8), "initrd.b", 8) &&
		   !memcmp(loaded(start + 6 * PAGE, 8), "initrd.c", 8),
	   "in their order");
	(void)close(t.initrd[PARTS].fd);
	end(&t);

	prepare(&t, 3, 30000);
	(void)close(t.initrd[1].fd);
	make_file("initrd.b", "", 0, 0);
	t.initrd[1].fd = open_at("initrd.b");
	loads(&t, "one of them empty");
	ok(t.image && t.image->initrd_count == 2, "is left out");
	end(&t);
}

static void test_elsewhere(void)
{
	static const char taken[] = "00001000-0009fbff : System RAM\n"
				    "00100000-3fffffff : System RAM\n"
				    "  01800000-018fffff : Crash kernel\n";
	static const char small[] = "00001000-0009fbff : System RAM\n"
				    "00100000-01ffffff : System RAM\n"
				    "100000000-17fffffff : System RAM\n";
	static const char small_map[] = "0x1000 0x9fbff System RAM\n"
					"0x100000 0x1ffffff System RAM\n"
					"0x100000000 0x17fffffff System RAM\n";
	struct try t;

	machine(taken,
		"0x1000 0x9fbff System RAM\n"
		"0x100000 0x3fffffff System RAM\n",
		1000, 900);
	prepare(&t, 1, MIB);
	loads(&t, "its place is taken");
	ok(t.image && t.image->kernel.address == 0x1a00000,
	   "the next aligned place");
	end(&t);

	prepare(&t, 1, MIB);
	kernel_put(head, 0x234, 1, 0);
	make_file("vmlinuz", head, sizeof(head), KERNEL_FILE_SIZE);
	refused(&t, EADDRNOTAVAIL,
		"vmlinuz: takes the 52 MiB at 0x1000000 and no others, and "
		"they are not free",
		"not relocatable");

	machine(small, small_map, 2000, 1900);
	prepare(&t, 1, 40 * MIB);
	loads(&t, "little memory below 4 GiB");
	ok(t.image && t.image->kernel.address == 4 * GIB,
	   "the kernel lies above 4 GiB");
	ok(t.image && t.image->initrd_address > 4 * GIB, "the initrd, too");
	ok(t.image && t.image->area_address < 4 * GIB,
	   "what it is told does not");
	end(&t);

	prepare(&t, 1, 40 * MIB);
	kernel_put(head, 0x236, 2, 1);
	make_file("vmlinuz", head, sizeof(head), KERNEL_FILE_SIZE);
	refused(&t, EADDRNOTAVAIL,
		"vmlinuz: no room: takes 52 MiB in one piece from 0x1000000 "
		"on and below 0x100000000, the largest piece free there has "
		"16 MiB",
		"a kernel that must be below 4 GiB");

	machine("00100000-041fffff : System RAM\n",
		"0x100000 0x41fffff System RAM\n", 60, 50);
	prepare(&t, 0, 0);
	refused(&t, EADDRNOTAVAIL,
		"vmlinuz: no room: takes 52 MiB in one piece from 0x1000000 "
		"on, the largest piece free there has 50 MiB",
		"64 MiB in one piece, but not where it can run");

	machine(small, small_map, 2000, 1900);
	prepare(&t, 1, 40 * MIB);
	kernel_put(head, 0x236, 2, 1);
	kernel_put(head, 0x260, 4, 8 * MIB);
	make_file("vmlinuz", head, sizeof(head), KERNEL_FILE_SIZE);
	refused(&t, EADDRNOTAVAIL,
		"initrd.a: no room: takes 40 MiB in one piece from 0x100000 "
		"on and below 0x80000000, the largest piece free there has "
		"14 MiB",
		"an initrd that must be");
}

/* Page tables beyond 512 GiB, and a kernel across such a border. */
static void test_far(void)
{
	static const char iomem[] = "00001000-0009fbff : System RAM\n"
				    "00100000-003fffff : System RAM\n"
				    "7fff000000-807fffffff : System RAM\n";
	static const char memmap[] = "0x1000 0x9fbff System RAM\n"
				     "0x100000 0x3fffff System RAM\n"
				     "0x7fff000000 0x807fffffff System RAM\n";
	struct try t;

	machine(iomem, memmap, 2000, 1900);
	prepare(&t, 1, MIB);
	loads(&t, "across 512 GiB");
	ok(t.image && t.image->kernel.address == 0x7fff000000,
	   "that is where it is");
	end(&t);
}

static void test_memory(void)
{
	struct try t;

	machine(q35_iomem, q35_memmap, 470, 100);
	prepare(&t, 1, 120 * MIB);
	refused(&t, ENOMEM,
		"too little memory: loading vmlinuz (1 MiB) and its initrd "
		"(120 MiB) takes 123 MiB, but of this machine's 470 MiB only "
		"100 are free",
		"an initrd larger than what is free");
	machine(q35_iomem, q35_memmap, 470, 460);
	prepare(&t, 1, 240 * MIB);
	refused(&t, ENOMEM,
		"too little memory: vmlinuz (1 MiB) and its initrd (240 MiB) "
		"are 241 MiB to load, but kexec takes at most half of this "
		"machine's 470 MiB",
		"more than half of the memory");
	prepare(&t, 1, 600 * MIB);
	ok(!run(&t) && t.err == -ENOMEM && strstr(t.why.text, "600 MiB"),
	   "an initrd larger than the memory");
	end(&t);
	/* kexec_file_load copies init_size, and reads into buffers before. */
	prepare(&t, 1, 60 * MIB);
	t.request.method = IMAGE_FILE;
	machine_meminfo(470, 170);
	refused(&t, ENOMEM,
		"too little memory: loading vmlinuz (1 MiB) and its initrd "
		"(60 MiB) takes 174 MiB, but of this machine's 470 MiB only "
		"170 are free",
		"kexec_file_load takes more");
	machine_meminfo(470, 170);
	prepare(&t, 1, 60 * MIB);
	loads(&t, "kexec_load does not");
	end(&t);
}

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
	make_file("vmlinuz", head, sizeof(head), KERNEL_FILE_SIZE - 5);
	refused(&t, ENOEXEC,
		"vmlinuz: is truncated: 69627 bytes of at least 69632",
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

static void test_initrds_limit(void)
{
	struct try t;

	machine(q35_iomem, q35_memmap, 470, 440);
	prepare(&t, 1, 1000);
	for (size_t i = 1; i <= IMAGE_INITRDS_MAX; i++) {
		t.initrd[i].name = "initrd.a";
		t.initrd[i].fd = open_at("initrd.a");
	}
	t.request.initrd_count = IMAGE_INITRDS_MAX;
	loads(&t, "as many initrds as fit");
	ok(record()->segment_count == IMAGE_INITRDS_MAX + 2,
	   "one segment each");
	image_free(t.image);
	facts_free(t.facts);
	t.image = NULL;
	t.request.initrd_count = IMAGE_INITRDS_MAX + 1;
	refused(&t, E2BIG, "vmlinuz: 13 initrds are more than 12", "one more");
}

static void test_file_method(void)
{
	static const char want[] = "initrd.a\0\0\0\0initrd.b\0\0\0\0";
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
	ok(run(&t) && record()->initrd_size == 12 + 10 &&
		   !memcmp(record()->initrd, want, 22),
	   "with two: joined at a multiple of 4");
	end(&t);
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
	test_machines();
	test_several_initrds();
	test_elsewhere();
	test_far();
	test_memory();
	test_cmdline();
	test_not_a_kernel();
	test_initrds_limit();
	test_file_method();
	test_auto();
	test_kernel_refuses();
	test_xen();
	test_print();
	dir_end();
	return tap_done();
}
