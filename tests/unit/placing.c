/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where everything goes on machines of text, and when there is too little
 * memory: checked against the kernel's rules for segments and the boot
 * protocol's for the newcomer. Several initrds.
 */
#include "image/placing.h"

#include "elf_file.h"
#include "trial.h"

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

/* No room for the stub, or for an initrd wherever it is. */
static void test_no_room(void)
{
	static const char high[] = "100000000-17fffffff : System RAM\n";
	static const char high_map[] = "0x100000000 0x17fffffff System RAM\n";
	static const char apart[] = "00100000-043fffff : System RAM\n"
				    "100000000-101ffffff : System RAM\n";
	static const char apart_map[] = "0x100000 0x43fffff System RAM\n"
					"0x100000000 0x101ffffff System RAM\n";
	struct try t;

	machine(high, high_map, 2000, 1900);
	prepare(&t, 0, 0);
	refused(&t, EADDRNOTAVAIL,
		"what the kernel is told: no room: takes 1 MiB in one piece "
		"from 0x100000 on and below 0x100000000, the largest piece "
		"free there has 0 MiB",
		"no memory below 4 GiB");
	machine(apart, apart_map, 2000, 1900);
	prepare(&t, 1, 40 * MIB);
	refused(&t, EADDRNOTAVAIL,
		"initrd.a: no room: takes 40 MiB in one piece from 0x100000 "
		"on, the largest piece free there has 32 MiB",
		"memory enough, but in two pieces");
}

/* Neither limit is one byte off: all that is free, and half of all there is
 * (sanity_check_segment_list() refuses more than half). */
static void test_limits(void)
{
	struct reason why = { "" };
	uint64_t copied;
	struct facts f;
	struct try t;

	machine(q35_iomem, q35_memmap, 470, 440);
	prepare(&t, 2, 20000);
	if (!ok(run(&t), "what is enough"))
		return;
	f = *t.facts;
	t.image->facts = &f;
	f.mem_available = t.image->need;
	ok(!placing_memory(t.image, &why), "exactly as much as it takes");
	f.mem_available--;
	ok(placing_memory(t.image, &why) == -ENOMEM, "one byte less");
	f.mem_available++;
	copied = 0;
	for (size_t i = 0; i < record()->segment_count; i++)
		copied += record()->segment[i].mem_size;
	f.mem_total = 2 * copied;
	ok(!placing_memory(t.image, &why), "half of the memory");
	f.mem_total -= 2;
	ok(placing_memory(t.image, &why) == -ENOMEM &&
		   strstr(why.text, "at most half"),
	   "more than half");
	t.image->facts = t.facts;
	end(&t);
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

/* The kernel unpacks one area: archives, and zeroes between them. */
static void test_several_initrds(void)
{
	uint64_t start, size, at;
	struct try t;

	machine(q35_iomem, q35_memmap, 470, 440);
	prepare(&t, 3, 30000);
	t.initrd[PARTS].fd = open("/dev/null", O_RDONLY);
	loads(&t, "three initrds");
	at = number(record()->entry + STUB_PARAMS + STUB_RSI_AT, 8);
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
	refused(&t, ENODATA,
		"initrd initrd.b is empty (an upgrade cut off, a full disk?)",
		"one of them empty");
}

/*
 * lib/decompress_unlz4.c finds the end of its data by four zeroes: they have
 * to be there although the archive fills its last page.
 */
static void test_zeroes_between_initrds(void)
{
	struct try t;

	machine(q35_iomem, q35_memmap, 470, 440);
	for (uint64_t size = 3 * PAGE - 4; size <= 3 * PAGE; size++) {
		uint64_t first, second;
		const struct sys_segment *s;

		prepare(&t, 1, size);
		t.initrd[1].name = "initrd.b";
		make_file("initrd.b", "b", 1, 1000);
		t.initrd[1].fd = open_at("initrd.b");
		t.request.initrd_count = 2;
		loads(&t, "an initrd that fills its pages");
		first = t.image->initrd[0].address;
		second = t.image->initrd[1].address;
		s = &record()->segment[1];
		ok(second - first >= size + 4 && s->mem == first &&
			   s->buf_size == size &&
			   s->mem + s->mem_size == second,
		   "%llu bytes: four zeroes before the next one",
		   (unsigned long long)size);
		end(&t);
	}
}

/* An archive with one file; padded to a multiple of 512 like cpio's. */
static void make_cpio(const char *path, const char *name)
{
	char data[1024] = { 0 };
	int n;

	n = snprintf(data, 112, "070701%08x%08x%048x%08x%016x%08x%08x", 1,
		     0100644, 0, 0, 0, (unsigned int)strlen(name) + 1, 0);
	(void)snprintf(data + n, 64, "%s", name);
	n = (n + (int)strlen(name) + 1 + 3) & ~3;
	n += snprintf(data + n, 112, "070701%0104x", 0);
	memcpy(data + n - 16, "0000000b", 8);
	(void)snprintf(data + n, 16, "TRAILER!!!");
	dir_bytes(path, data, sizeof(data));
}

static void test_microcode_first(void)
{
	struct try t;

	machine(q35_iomem, q35_memmap, 470, 440);
	prepare(&t, 3, 30000);
	make_cpio("initrd.b", "kernel/x86/microcode/AuthenticAMD.bin");
	make_cpio("initrd.c", "etc/passwd");
	loads(&t, "microcode given second");
	is(t.image->initrd[0].name, "initrd.b", "lies first");
	is(t.image->initrd[1].name, "initrd.a", "the others behind it");
	is(t.image->initrd[2].name, "initrd.c", "in their order");
	end(&t);

	prepare(&t, 2, 30000);
	make_cpio("initrd.b", "kernel/x86/microcode/GenuineIntel.bin");
	t.request.method = IMAGE_FILE;
	ok(run(&t) && !memcmp(record()->initrd, "070701", 6) &&
		   !memcmp(record()->initrd + 1028, "initrd.a", 8),
	   "for kexec_file_load, too");
	end(&t);
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

/* The kernel and twelve initrds are fourteen; a kernel of parts has no room. */
static void test_too_many_segments(void)
{
	struct try t;

	machine(q35_iomem, q35_memmap, 470, 440);
	prepare(&t, 1, 1000);
	elf_vmlinux();
	make_file("vmlinuz", elf_file, sizeof(elf_file), sizeof(elf_file));
	for (size_t i = 1; i < IMAGE_INITRDS_MAX; i++) {
		t.initrd[i].name = "initrd.a";
		t.initrd[i].fd = open_at("initrd.a");
	}
	t.request.initrd_count = IMAGE_INITRDS_MAX;
	ok(run(&t) && record()->segment_count == SYS_SEGMENTS_MAX,
	   "a kernel of 3 parts, 12 initrds and the area are 16 segments");
	image_free(t.image);
	facts_free(t.facts);
	t.image = NULL;
	elf_phdr64(3, 1, 0x5000, 0xffffffff83000000, 0x3000000, 0x1000, 0x1000,
		   0x200000);
	make_file("vmlinuz", elf_file, sizeof(elf_file), sizeof(elf_file));
	refused(&t, E2BIG,
		"vmlinuz: with its 12 initrds it comes in more than 16 pieces, "
		"which is more than kexec takes",
		"one more part");
}

int main(void)
{
	dir_start();
	kernel_head(head);
	test_machines();
	test_elsewhere();
	test_no_room();
	test_limits();
	test_far();
	test_memory();
	test_several_initrds();
	test_zeroes_between_initrds();
	test_microcode_first();
	test_initrds_limit();
	test_too_many_segments();
	dir_end();
	return tap_done();
}
