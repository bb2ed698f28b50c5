/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A PE file for tests, as objcopy lays one out: MS-DOS header, PE headers, the
 * section table, then the sections, each on a multiple of 512 (FileAlignment).
 * Offsets are those of Microsoft's "PE Format".
 */
#ifndef KBOOT_TESTS_EFI_FILE_H
#define KBOOT_TESTS_EFI_FILE_H

#include <stdint.h>
#include <string.h>

enum {
	EFI_FILE_MAX = 1 << 20,
	EFI_PE = 0x80,
	EFI_OPTIONAL_SIZE = 240,
	EFI_TABLE = EFI_PE + 24 + EFI_OPTIONAL_SIZE,
	EFI_ROW = 40,
	EFI_ALIGN = 512,
};

struct efi_file {
	/* The room for the table, given at the start. */
	size_t rows;
	size_t count;
	size_t size;
	uint8_t data[EFI_FILE_MAX];
};

static inline void efi_put(struct efi_file *f, size_t at, size_t size,
			   uint64_t value)
{
	for (size_t i = 0; i < size; i++)
		f->data[at + i] = (uint8_t)(value >> 8 * i);
}

static inline void efi_start(struct efi_file *f, size_t rows)
{
	memset(f, 0, sizeof(*f));
	f->rows = rows;
	memcpy(f->data, "MZ", 2);
	efi_put(f, 0x3c, 4, EFI_PE);
	memcpy(f->data + EFI_PE, "PE\0", 4);
	efi_put(f, EFI_PE + 4, 2, 0x8664);
	efi_put(f, EFI_PE + 20, 2, EFI_OPTIONAL_SIZE);
	efi_put(f, EFI_PE + 24, 2, 0x20b);
	/* Subsystem: EFI application */
	efi_put(f, EFI_PE + 24 + 68, 2, 10);
	f->size = (EFI_TABLE + rows * EFI_ROW + EFI_ALIGN - 1) &
		  ~(size_t)(EFI_ALIGN - 1);
}

/* Adds a section; where its row is. */
static inline size_t efi_section(struct efi_file *f, const char *name,
				 const void *bytes, size_t len)
{
	size_t row = EFI_TABLE + f->count * EFI_ROW;
	size_t raw = (len + EFI_ALIGN - 1) & ~(size_t)(EFI_ALIGN - 1);

	f->count++;
	efi_put(f, EFI_PE + 6, 2, f->count);
	memcpy(f->data + row, name, strnlen(name, 8));
	efi_put(f, row + 8, 4, len);
	efi_put(f, row + 12, 4, 0x10000 + f->size);
	efi_put(f, row + 16, 4, raw);
	efi_put(f, row + 20, 4, f->size);
	efi_put(f, row + 36, 4, 0x40000040);
	memcpy(f->data + f->size, bytes, len);
	f->size += raw;
	return row;
}

static inline size_t efi_text(struct efi_file *f, const char *name,
			      const char *text)
{
	return efi_section(f, name, text, strlen(text));
}

#endif
