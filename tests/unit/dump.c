/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An image as a file: read back with <elf.h>, against what was loaded and
 * against what a PVH loader wants (pvh.pandoc).
 */
#include <elf.h>

#include "stub/stub.h"
#include "trial.h"

static char *text;
static size_t size;

static int dump(struct try *t)
{
	FILE *out = open_memstream(&text, &size);
	int error = image_dump(t->image, "image.elf", out, &t->why);

	(void)fclose(out);
	return error;
}

static Elf64_Phdr header(size_t i)
{
	Elf64_Ehdr e;
	Elf64_Phdr p;

	memcpy(&e, text, sizeof(e));
	memcpy(&p, text + e.e_phoff + i * e.e_phentsize, sizeof(p));
	return p;
}

/* Segment number @i of kexec is the ELF file's PT_LOAD number @i. */
static bool same(size_t i)
{
	const struct sys_segment *s = &record()->segment[i];
	Elf64_Phdr p = header(i);

	return p.p_type == PT_LOAD && p.p_paddr == s->mem &&
	       p.p_filesz == s->buf_size && p.p_memsz == s->mem_size &&
	       p.p_offset + p.p_filesz <= size &&
	       !memcmp(text + p.p_offset, s->buf, s->buf_size);
}

static void test_dump(void)
{
	struct try t;
	Elf64_Ehdr e;
	Elf64_Phdr p;
	uint64_t entry;

	machine(q35_iomem, q35_memmap, 470, 440);
	prepare(&t, 2, 10000);
	ok(run(&t) && !dump(&t), "written");
	memcpy(&e, text, sizeof(e));
	ok(!memcmp(e.e_ident, "\177ELF\2\1\1", 7) && e.e_machine == 62 &&
		   e.e_phnum == record()->segment_count + 1,
	   "an ELF file for x86-64");
	for (size_t i = 0; i < record()->segment_count; i++)
		ok(same(i), "segment %zu as it is loaded", i);
	p = header(record()->segment_count);
	ok(p.p_type == PT_NOTE && p.p_filesz == 24 &&
		   !memcmp(text + p.p_offset, "\4\0\0\0\10\0\0\0\22\0\0\0Xen",
			   16),
	   "Xen's note, type 18");
	memcpy(&entry, text + p.p_offset + 16, 8);
	/* mov $self, %ebp */
	ok(entry == e.e_entry && number(entry, 1) == 0xbd &&
		   number(entry + 1, 4) == record()->entry &&
		   entry == record()->entry + STUB_ENTRY32,
	   "the entry, which knows where it lies");
	free(text);
	end(&t);
}

static void test_refused(void)
{
	struct try t;
	FILE *out;

	machine(q35_iomem, q35_memmap, 470, 440);
	prepare(&t, 0, 0);
	t.request.method = IMAGE_FILE;
	ok(run(&t) && dump(&t) == -ENOTSUP, "by kexec_file_load: nothing");
	is(t.why.text,
	   "image.elf: there is nothing to write: kexec_file_load has the "
	   "running kernel build the image",
	   "says so");
	free(text);
	end(&t);

	prepare(&t, 0, 0);
	out = fopen("/dev/full", "w");
	(void)setvbuf(out, NULL, _IONBF, 0);
	ok(run(&t) && image_dump(t.image, "image.elf", out, &t.why) == -EIO,
	   "a full disk");
	is(t.why.text, "image.elf: cannot be written: No space left on device",
	   "says so");
	(void)fclose(out);
	end(&t);

	prepare(&t, 1, 1000);
	ok(run(&t), "an initrd");
	make_file("initrd.a", "", 0, 10);
	ok(dump(&t) == -EIO, "that became shorter");
	is(t.why.text, "initrd.a: ends at byte 10, but had 1000 a moment ago",
	   "says so");
	free(text);
	end(&t);
}

int main(void)
{
	dir_start();
	kernel_head(head);
	test_dump();
	test_refused();
	dir_end();
	return tap_done();
}
