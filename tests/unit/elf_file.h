/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ELF files for tests, field by field after the System V ABI. elf_vmlinux() is
 * the vmlinux of Linux 6.12 by its headers ("readelf -lW"), elf_xen() Debian's
 * Xen 4.17 by its; only the sizes are smaller.
 */
#ifndef KBOOT_TESTS_ELF_FILE_H
#define KBOOT_TESTS_ELF_FILE_H

#include <stdint.h>
#include <string.h>

enum {
	ELF_FILE_SIZE = 0x8000,
	/* Program headers begin here in both. */
	ELF_PHDRS64 = 64,
	ELF_PHDRS32 = 52,
	/* Where elf_vmlinux() has its notes. */
	ELF_NOTES_AT = 0x1100,
	ELF_NOTES_SIZE = 0x60
};

static uint8_t elf_file[ELF_FILE_SIZE];

/* @size little-endian bytes of @value at @at. */
static inline void elf_put(size_t at, size_t size, uint64_t value)
{
	for (size_t i = 0; i < size; i++)
		elf_file[at + i] = (uint8_t)(value >> 8 * i);
}

static inline void elf_start(unsigned int bits, uint16_t type, uint64_t entry,
			     uint16_t phnum)
{
	memset(elf_file, 0, sizeof(elf_file));
	memcpy(elf_file, "\177ELF", 4);
	elf_put(4, 1, bits / 32);
	elf_put(5, 1, 1);
	elf_put(6, 1, 1);
	elf_put(16, 2, type);
	elf_put(18, 2, bits == 64 ? 62 : 3);
	elf_put(20, 4, 1);
	if (bits == 64) {
		elf_put(24, 8, entry);
		elf_put(32, 8, ELF_PHDRS64);
		elf_put(52, 2, 64);
		elf_put(54, 2, 56);
		elf_put(56, 2, phnum);
	} else {
		elf_put(24, 4, entry);
		elf_put(28, 4, ELF_PHDRS32);
		elf_put(40, 2, 52);
		elf_put(42, 2, 32);
		elf_put(44, 2, phnum);
	}
}

/* Program header number @i: type 1 is PT_LOAD, 4 PT_NOTE. */
static inline void elf_phdr64(size_t i, uint32_t type, uint64_t offset,
			      uint64_t vaddr, uint64_t paddr, uint64_t filesz,
			      uint64_t memsz, uint64_t align)
{
	size_t at = ELF_PHDRS64 + i * 56;

	elf_put(at, 4, type);
	elf_put(at + 8, 8, offset);
	elf_put(at + 16, 8, vaddr);
	elf_put(at + 24, 8, paddr);
	elf_put(at + 32, 8, filesz);
	elf_put(at + 40, 8, memsz);
	elf_put(at + 48, 8, align);
}

static inline void elf_phdr32(size_t i, uint32_t type, uint32_t offset,
			      uint32_t vaddr, uint32_t paddr, uint32_t filesz,
			      uint32_t memsz, uint32_t align)
{
	const uint32_t fields[] = { type,   offset, vaddr, paddr,
				    filesz, memsz,  0,	   align };

	for (size_t k = 0; k < 8; k++)
		elf_put(ELF_PHDRS32 + i * 32 + k * 4, 4, fields[k]);
}

/* A note at @at, 4-byte alignment; where the next one begins. */
static inline size_t elf_note_at(size_t at, const char *owner, uint32_t type,
				 const void *contents, size_t size)
{
	size_t name = strlen(owner) + 1;

	elf_put(at, 4, name);
	elf_put(at + 4, 4, size);
	elf_put(at + 8, 4, type);
	memcpy(elf_file + at + 12, owner, name);
	at += 12 + ((name + 3) & ~(size_t)3);
	memcpy(elf_file + at, contents, size);
	return at + ((size + 3) & ~(size_t)3);
}

static inline void elf_vmlinux(void)
{
	size_t at = ELF_NOTES_AT;

	elf_start(64, 2, 0x1000123, 4);
	elf_phdr64(0, 1, 0x1000, 0xffffffff81000000, 0x1000000, 0x1200, 0x1200,
		   0x200000);
	elf_phdr64(1, 1, 0x3000, 0xffffffff81c00000, 0x1c00000, 0xc00, 0xc00,
		   0x200000);
	elf_phdr64(2, 1, 0x4000, 0xffffffff81cc3000, 0x1cc3000, 0x1000,
		   0xb63000, 0x200000);
	elf_phdr64(3, 4, ELF_NOTES_AT, 0xffffffff81000100, 0x1000100,
		   ELF_NOTES_SIZE, ELF_NOTES_SIZE, 4);
	at = elf_note_at(at, "Linux", 0x101, "\0\0\0\0", 4);
	/* PHYS32_RELOC: 2 MiB, from 16 MiB on, the last byte below 512 MiB */
	at = elf_note_at(at, "Xen", 19,
			 "\x00\x00\x20\x00\x00\x00\x00\x01\xff\xff\xff\x1f",
			 12);
	(void)elf_note_at(at, "Xen", 18, "\x00\x02\x00\x01\0\0\0\0", 8);
}

/* Without its Multiboot headers. */
static inline void elf_xen(void)
{
	elf_start(32, 2, 0x200000, 2);
	elf_phdr32(0, 1, 0x80, 0x200000, 0x200000, 0x3000, 0x3a7000, 0x40);
	elf_phdr32(1, 4, 0x2f80, 0x202f00, 0x202f00, 0x24, 0x24, 4);
	(void)elf_note_at(0x2f80, "GNU", 3,
			  "\1\2\3\4\5\6\7\10\1\2\3\4\5\6\7\10"
			  "\1\2\3\4",
			  20);
}

#endif
