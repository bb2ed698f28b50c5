/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel on its way into memory: what was asked for, what the files are,
 * where each byte goes, in which state the processor enters. One struct holds
 * it all; formats are rows of a table of loaders (image.c), the architecture
 * is behind arch.h, the system calls behind sys/sys.h.
 *
 *	facts_read()	what the machine is
 *	image_build()	probe, choose the way, place, build; changes nothing
 *	image_print()	the plan, for --dry-run
 *	image_load()	kexec_load or kexec_file_load
 *	image_free()
 *	sys_reboot_kexec()	(another process may do this)
 */
#ifndef KBOOT_IMAGE_IMAGE_H
#define KBOOT_IMAGE_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "image/facts.h"
#include "image/memmap.h"
#include "sys/sys.h"

struct reason;
struct image_loader;

enum {
	/* Initrds, or modules, of one kernel. */
	IMAGE_INITRDS_MAX = 12,
	/* Pieces of a kernel with places of their own (PT_LOAD). Linux's
	 * vmlinux has 5, Xen 2. */
	IMAGE_PARTS_MAX = 10,
	/* What loaders are given of a kernel: Multiboot 2 wants 32 KiB, a
	 * UKI's section table 64. */
	IMAGE_HEAD_SIZE = 64 * 1024,
	/* What the person should know: all sentences that there are fit. */
	IMAGE_NOTE_SIZE = 1024,
};

/*
 * IMAGE_AUTO takes kexec_load, and kexec_file_load where lockdown forbids
 * kexec_load or the running kernel does not have it; it never falls back on
 * anything else, a signature error least of all.
 */
enum image_method {
	IMAGE_AUTO,
	IMAGE_LOAD,
	IMAGE_FILE,
};

/* A file, open for reading by the caller, and its name for sentences. */
struct image_source {
	int fd;
	const char *name;
	/* The words of a Multiboot module; NULL is "". No meaning for Linux. */
	const char *words;
};

/* What the caller wants. It, all pointers and fds stay his and must outlive
 * the image. */
struct image_request {
	struct image_source kernel;
	/* In the order in which the kernel is to unpack them. */
	const struct image_source *initrd;
	size_t initrd_count;
	/* NULL: what a UKI brings, else "". */
	const char *cmdline;
	enum image_method method;
	/* Which profile of a UKI; 0 for all else. */
	unsigned int profile;
	/* The name of a loader: no other one is asked (but what unpacks);
	 * NULL: the first that knows the file. */
	const char *format;
	/* The stub compares what has arrived with what was loaded. */
	bool verify_copy;
};

/* How the processor enters the newcomer. */
enum image_mode {
	/* Long mode, %rsi = boot_params (boot.rst, 64-bit boot protocol) */
	IMAGE_MODE_LINUX64,
	/* Protected mode, %esi = boot_params (boot.rst, 32-bit) */
	IMAGE_MODE_LINUX32,
	/* Protected mode, %ebx = hvm_start_info (Xen's pvh.pandoc) */
	IMAGE_MODE_PVH,
	/* Protected mode, %eax = 0x2badb002, %ebx = Multiboot information */
	IMAGE_MODE_MULTIBOOT1,
	/* Protected mode, %eax = 0x36d76289, %ebx = information of version 2 */
	IMAGE_MODE_MULTIBOOT2,
};

/*
 * Bytes of the newcomer: a file, or a piece of one, or memory of the image.
 * Made by file_init(), file_piece() and file_memory() (file.h).
 */
struct image_file {
	const char *name;
	int fd;
	/* Which bytes of the file. */
	uint64_t offset;
	uint64_t size;
	/* Not NULL: the bytes are here and not in the file. Borrowed. */
	const uint8_t *memory;
	const char *words;
	/* Mapped whole pages, or NULL; @bytes is where the piece begins in
	 * them or in @memory. Never read by us when it is a file's: only the
	 * kernel's copy routine may meet an I/O error there (SIGBUS
	 * otherwise); file_read() is for us. */
	void *map;
	size_t map_size;
	const uint8_t *bytes;
	/* Where it goes; page aligned. Set by image_build(). */
	uint64_t address;
};

/*
 * A piece of the kernel with a place of its own, as linked: all parts move
 * together, by kernel.address - preferred. What lies between file_size and
 * mem_size is zeroed by the stub before the newcomer runs, if @clear.
 */
struct image_part {
	/* In image->kernel. */
	uint64_t offset;
	uint64_t file_size;
	uint64_t address;
	uint64_t mem_size;
	bool clear;
};

/* A module as a Multiboot or PVH kernel is told of it. */
struct image_module {
	uint64_t address;
	uint64_t size;
	/* Never NULL. */
	const char *words;
};

struct image {
	/* From the request; a loader that opens a container puts what it holds
	 * in its place. In the order in which the newcomer gets them. */
	const struct image_request *request;
	struct image_file kernel;
	struct image_file initrd[IMAGE_INITRDS_MAX];
	size_t initrd_count;
	/* The first that was asked for and has no bytes, or NULL. */
	const struct image_source *empty;
	const char *cmdline;
	const struct facts *facts;

	/* By the policy: IMAGE_LOAD or IMAGE_FILE; auto may still change it. */
	enum image_method method;
	bool may_fall_back;
	/* Something the person should know although it is no refusal, or "". */
	char note[IMAGE_NOTE_SIZE];

	/* Owned: what a kernel was unpacked to (mmap); and the command line
	 * (malloc) where it is a UKI's or has words added to it. */
	uint8_t *unpacked;
	size_t unpacked_size;
	char *own_cmdline;

	/* By the loader's parse(). Sizes and limits are the file's own word,
	 * checked. */
	const struct image_loader *loader;
	/* The first IMAGE_HEAD_SIZE bytes of image->kernel, or all: what
	 * loaders look at. Further bytes: file_read(). */
	uint8_t *head;
	size_t head_size;
	/* By rising address, without overlap. */
	struct image_part part[IMAGE_PARTS_MAX];
	size_t part_count;
	/* What it occupies from @preferred on, until it has set itself up:
	 * all parts, and more (init_size). */
	uint64_t preferred;
	uint64_t run_size;
	/* Where else it may go, when relocatable: at multiples of @alignment,
	 * wholly in [place_min, place_max). */
	bool relocatable;
	uint64_t alignment;
	uint64_t place_min;
	uint64_t place_max;
	/* Initrds may lie above 4 GiB. */
	bool above_4g;
	/* Highest address an initrd's last byte may have. */
	uint64_t initrd_max;
	/* Bytes of command line, the terminating zero not counted. */
	uint64_t cmdline_max;
	enum image_mode mode;
	/* As linked; moves with the parts. */
	uint64_t entry;
	/* The bytes begin with Linux's setup header (boot.rst), which
	 * boot_params gets a copy of. */
	bool has_setup_header;
	/* It may be older than Linux 4.20 and gets no tables of EFI's: where
	 * ACPI's are it knows by acpi_rsdp= alone. */
	bool rsdp_by_word;
	/* The running kernel's kexec_file_load takes it. */
	bool by_file;
	/* Each initrd is a module of its own; else all are one piece. */
	bool modules_apart;

	/* By placing: what the newcomer finds. */
	struct memmap free;
	/* All initrds as one piece; 0 without any, or with modules_apart. */
	uint64_t initrd_address;
	uint64_t initrd_size;

	/* By the architecture: stub, tables, boot_params, command line. */
	uint8_t *area;
	size_t area_size;
	uint64_t area_address;
	uint64_t start;
	/* The same from protected mode, as PVH enters: for image_dump(). */
	uint64_t start32;

	/* For kexec_load. The area is the last one. */
	struct sys_segment segment[SYS_SEGMENTS_MAX];
	size_t segment_count;
	/* With request->verify_copy, of each segment but the area. */
	uint64_t sum[SYS_SEGMENTS_MAX];
	/* What loading will take of the machine's memory, by its method. */
	uint64_t need;
};

/*
 * Reads the files' heads, recognises the format, chooses the way and the
 * places, and builds what the newcomer is given. Changes nothing outside the
 * struct. *@ret is set on success only; @facts must outlive it.
 */
int image_build(struct image **ret, const struct image_request *request,
		const struct facts *facts, struct reason *why);

/* Makes the system call. On success image_method_name() says which it was. */
int image_load(struct image *image, struct reason *why);

/* "kexec_load" or "kexec_file_load". */
const char *image_method_name(const struct image *image);

/* Why that one, for people ("the running kernel is locked down"); NULL: it is
 * the one that is taken where nothing speaks against it. */
const char *image_method_because(const struct image *image);

/*
 * Writes what kexec_load would load to @out, as an ELF file with a PVH entry,
 * through which the stub is entered: a machine like this one can be started
 * with it without kexec (qemu -kernel). Only what was built for kexec_load.
 */
int image_dump(const struct image *image, const char *name, FILE *out,
	       struct reason *why);

/* The plan as text for people: files, segments, entry state, memory map,
 * command line. */
void image_print(const struct image *image, FILE *out);

/*
 * For loaders and for what builds the newcomer's tables.
 */

/* Puts a copy of @file before initrd number @at (or at the end). */
int image_insert_initrd(struct image *image, size_t at,
			const struct image_file *file, struct reason *why);

/* What an address of a part, or the entry, is after placing. */
uint64_t image_moved(const struct image *image, uint64_t linked);

/* The modules, as the newcomer is told of them: all initrds in one, or one
 * each (modules_apart). */
size_t image_module_count(const struct image *image);
struct image_module image_module(const struct image *image, size_t index);

/* Frees all that the image owns; NULL and half-built images are fine. */
void image_free(struct image *image);

#endif
