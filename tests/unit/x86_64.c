/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In which state each kind of kernel is entered, what the stub clears and
 * compares, and what it compares by: checked against the protocols, from the
 * parameters that the stub finds in its blob.
 */
#include "image/arch.h"

#include "elf_file.h"
#include "image/placing.h"
#include "stub/stub.h"
#include "stub/sum.h"
#include "trial.h"

/* What the stub was given in the image that was loaded. */
static struct stub_params params(void)
{
	const uint8_t *p = loaded(record()->entry + STUB_PARAMS,
				  sizeof(struct stub_params));
	struct stub_params ret = { 0 };

	if (p)
		memcpy(&ret, p, sizeof(ret));
	return ret;
}

static void load(struct try *t, const void *data, size_t len, const char *name)
{
	make_file("vmlinuz", data, len, len);
	if (!ok(run(t) && kernel_takes(t->facts->mem_total), "%s: loads", name))
		printf("# %s\n", t->why.text);
}

/* Below 4 GiB all of it, for there is no address above in protected mode. */
static bool all_low(void)
{
	for (size_t i = 0; i < record()->segment_count; i++)
		if (record()->segment[i].mem + record()->segment[i].mem_size >
		    1ULL << 32)
			return false;
	return record()->segment_count > 0;
}

static void test_linux32(void)
{
	static uint8_t file[KERNEL_FILE_SIZE];
	struct stub_params p;
	struct try t;

	machine(pc6144_iomem, pc6144_memmap, 5938, 5000);
	kernel_head(file);
	/* A 686 kernel of Debian: xloadflags EFI_HANDOVER_32 */
	kernel_put(file, 0x236, 2, 4);
	prepare(&t, 1, 100 * MIB);
	load(&t, file, sizeof(file), "a 32-bit bzImage");
	p = params();
	ok(p.mode == STUB_PROTECTED_MODE && p.entry == 0x1000000,
	   "entered in protected mode at its beginning");
	ok(p.rax == 0 && p.rbx == 0 && number(p.rsi + 0x202, 4) == 0x53726448,
	   "esi is boot_params, ebx zero");
	ok(number(p.rsi + 0x218, 4) == t.image->initrd_address &&
		   number(p.rsi + 0xc0, 4) == 0,
	   "the initrd");
	ok(all_low(), "all of it below 4 GiB");
	end(&t);
}

static void test_vmlinux(void)
{
	struct stub_params p;
	struct try t;

	machine(q35_iomem, q35_memmap, 470, 440);
	elf_vmlinux();
	memset(elf_file + 0x3000, 0x33, 0xc00);
	prepare(&t, 1, 1000);
	load(&t, elf_file, sizeof(elf_file), "a vmlinux");
	p = params();
	ok(p.mode == STUB_LONG_MODE && p.entry == 0x1000123 && p.rbx == 0,
	   "entered in long mode");
	ok(number(p.rsi + 0x202, 4) == 0x53726448 &&
		   number(p.rsi + 0x1fe, 2) == 0xaa55 &&
		   number(p.rsi + 0x210, 1) == 0xff,
	   "with a header that it did not bring");
	ok(number(0x1c00000, 2) == 0x3333 && number(0x1c00bff, 1) == 0x33 &&
		   loaded(0x1cc3000, 0x1000) && p.clear_count == 0,
	   "its parts where they are linked; it clears .bss itself");
	end(&t);

	prepare(&t, 2, 5000);
	t.request.format = "pvh";
	load(&t, elf_file, sizeof(elf_file), "by its PVH entry");
	p = params();
	ok(p.mode == STUB_PROTECTED_MODE && p.entry == 0x1000200 &&
		   p.rax == 0 && p.rsi == 0,
	   "entered in protected mode");
	ok(number(p.rbx, 4) == 0x336ec578 && number(p.rbx + 4, 4) == 1,
	   "ebx is hvm_start_info");
	ok(number(p.rbx + 12, 4) == 1 && number(number(p.rbx + 16, 8), 8) ==
						 t.image->initrd[0].address,
	   "Linux takes one module: all initrds");
	ok(p.clear_count == 1 && p.clear[0].start == 0x1cc4000 &&
		   p.clear[0].size == 0xb63000 - 0x1000,
	   "what is not in the file is cleared");
	ok(all_low(), "all of it below 4 GiB");
	end(&t);
}

static void put_header(uint32_t magic)
{
	bool second = magic == 0xe85250d6;

	elf_put(0x100, 4, magic);
	elf_put(0x104, 4, 0);
	elf_put(0x108, 4, second ? 24 : -(uint64_t)magic);
	elf_put(0x10c, 4, second ? -(uint64_t)(magic + 24) : 0);
	elf_put(0x110, 8, 8ULL << 32);
}

static void test_multiboot(void)
{
	static const struct {
		uint32_t magic, eax;
	} versions[] = {
		{ 0x1badb002, 0x2badb002 },
		{ 0xe85250d6, 0x36d76289 },
	};
	struct stub_params p;
	struct try t;

	for (size_t i = 0; i < 2; i++) {
		elf_xen();
		put_header(versions[i].magic);
		prepare(&t, 2, 5000);
		t.initrd[0].words = "root=/dev/sda ro";
		load(&t, elf_file, sizeof(elf_file), "Xen");
		p = params();
		ok(p.mode == STUB_PROTECTED_MODE && p.entry == 0x200000 &&
			   p.rax == versions[i].eax && p.rbx != 0,
		   "version %zu: eax is 0x%x", i + 1, versions[i].eax);
		ok(p.clear_count == 1 && p.clear[0].start == 0x203000 &&
			   p.clear[0].size == 0x3a7000 - 0x3000,
		   "its .bss is cleared");
		ok(image_module_count(t.image) == 2 &&
			   image_module(t.image, 0).size == 2500 &&
			   !strcmp(image_module(t.image, 0).words,
				   "root=/dev/sda ro") &&
			   !strcmp(image_module(t.image, 1).words, "") &&
			   !memcmp(loaded(image_module(t.image, 1).address, 8),
				   "initrd.b", 8),
		   "the modules stay apart");
		ok(t.image->initrd_address == 0 && all_low(),
		   "and below 4 GiB");
		end(&t);
	}
}

/* ---- comparing ---- */

static void test_sum(void)
{
	static const uint8_t zeroes[16];
	uint8_t data[37];
	uint64_t whole, parts;
	bool all = true;

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 7 + 3);
	whole = stub_sum(STUB_SUM_START, data, sizeof(data));
	parts = stub_sum(STUB_SUM_START, data, 16);
	parts = stub_sum(parts, data + 16, sizeof(data) - 16);
	ok(whole == parts, "a sum in two steps is the same");
	for (size_t bit = 0; bit < sizeof(data) * 8; bit++) {
		data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		all = all &&
		      stub_sum(STUB_SUM_START, data, sizeof(data)) != whole;
		data[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	ok(all, "each bit counts");
	ok(stub_sum(STUB_SUM_START, zeroes, 8) !=
		   stub_sum(STUB_SUM_START, zeroes, 16),
	   "zeroes count");
	memset(data, 0, sizeof(data));
	data[0] = 1;
	whole = stub_sum(STUB_SUM_START, data, 24);
	data[0] = 0;
	data[8] = 1;
	ok(stub_sum(STUB_SUM_START, data, 24) != whole, "so do places");
}

/* Every byte of every segment but the stub's own page is in one check, and
 * the sum is that of what is loaded. */
static bool checks_all(const struct stub_params *p)
{
	const struct record *r = record();
	size_t found = 0;

	for (size_t i = 0; i < r->segment_count; i++) {
		uint64_t start = r->segment[i].mem;
		uint64_t size = r->segment[i].buf_size;

		if (start == r->entry) {
			start += STUB_SIZE;
			size -= STUB_SIZE;
		}
		for (uint32_t k = 0; k < p->check_count; k++)
			found += p->check[k].start == start &&
				 p->check[k].size == size &&
				 p->check[k].sum ==
					 stub_sum(STUB_SUM_START,
						  loaded(start, size), size);
	}
	return found == r->segment_count && p->check_count == found;
}

static void test_verify(void)
{
	struct stub_params p;
	struct try t;

	elf_vmlinux();
	prepare(&t, 3, 100000);
	load(&t, elf_file, sizeof(elf_file), "nothing asked for");
	p = params();
	ok(p.check_count == 0, "nothing compared");
	end(&t);

	prepare(&t, 3, 5 * MIB);
	t.request.verify_copy = true;
	load(&t, elf_file, sizeof(elf_file), "--verify-copy");
	p = params();
	ok(p.check_count == 3 + 3 + 1, "as many pieces as segments");
	ok(checks_all(&p), "and all of them");
	end(&t);
}

/* Initrds above 4 GiB are in the stub's page tables when it has to read them. */
static void test_verify_far(void)
{
	static const char iomem[] = "00001000-0009fbff : System RAM\n"
				    "00100000-047fffff : System RAM\n"
				    "7fc0000000-807fffffff : System RAM\n";
	static const char memmap[] = "0x1000 0x9fbff System RAM\n"
				     "0x100000 0x47fffff System RAM\n"
				     "0x7fc0000000 0x807fffffff System RAM\n";
	static uint8_t file[KERNEL_FILE_SIZE];
	uint64_t entry, address;
	struct stub_params p;
	struct try t;

	machine(iomem, memmap, 3000, 2900);
	kernel_head(file);
	prepare(&t, 2, 40 * MIB);
	t.request.verify_copy = true;
	load(&t, file, sizeof(file), "initrds above 4 GiB");
	p = params();
	address = t.image->initrd[1].address;
	ok(address > 4 * GIB && checks_all(&p), "compared");
	entry = number(p.root4 + (address >> 39 & 511) * 8, 8);
	entry = number((entry & ~0xfffULL) + (address >> 30 & 511) * 8, 8);
	entry = number((entry & ~0xfffULL) + (address >> 21 & 511) * 8, 8);
	ok((entry & 0x81) == 0x81 &&
		   (entry & ~0x1fffffULL) == (address & ~0x1fffffULL),
	   "and mapped");
	/* What is compared must not change: not even by the processor. */
	ok((entry & 0x60) == 0x60, "accessed and dirty already");
	end(&t);
	machine(q35_iomem, q35_memmap, 470, 440);
}

int main(void)
{
	dir_start();
	kernel_head(head);
	test_linux32();
	test_vmlinux();
	test_multiboot();
	test_sum();
	test_verify();
	test_verify_far();
	dir_end();
	return tap_done();
}
