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

/* Initrds of one kernel. Segments must stay below SYS_SEGMENTS_MAX. */
enum { IMAGE_INITRDS_MAX = 12 };

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
};

/* What the caller wants. All pointers and fds stay his and must outlive the
 * image. */
struct image_request {
	struct image_source kernel;
	/* In the order in which the kernel is to unpack them. */
	const struct image_source *initrd;
	size_t initrd_count;
	/* NULL is "". */
	const char *cmdline;
	enum image_method method;
};

/* How the processor enters the newcomer. */
enum image_mode {
	/* Long mode, %rsi = boot_params (boot.rst, 64-bit boot protocol) */
	IMAGE_MODE_LINUX64,
	/* Protected mode, %esi = boot_params (boot.rst, 32-bit) */
	IMAGE_MODE_LINUX32,
	/* Protected mode, %ebx = hvm_start_info (Xen's pvh.pandoc) */
	IMAGE_MODE_PVH,
	/* Protected mode, %eax = magic, %ebx = information */
	IMAGE_MODE_MULTIBOOT,
};

/* One of the newcomer's files. */
struct image_file {
	const char *name;
	int fd;
	uint64_t size;
	/* The whole file, or NULL. Never read by us: only the kernel's copy
	 * routine may meet an I/O error in it (SIGBUS otherwise). */
	void *map;
	/* Where it goes; page aligned. Set by image_build(). */
	uint64_t address;
};

struct image {
	/* From the request. */
	struct image_file kernel;
	struct image_file initrd[IMAGE_INITRDS_MAX];
	size_t initrd_count;
	const char *cmdline;
	const struct facts *facts;

	/* By the policy: IMAGE_LOAD or IMAGE_FILE; auto may still change it. */
	enum image_method method;
	bool may_fall_back;
	/* Something the person should know although it is no refusal, or "". */
	char note[256];

	/* By the loader's parse(). Sizes and limits are the file's own word,
	 * checked. */
	const struct image_loader *loader;
	/* The first bytes of the file: all that loaders look at. */
	uint8_t *head;
	size_t head_size;
	/* The part of the file that is copied. */
	uint64_t payload_offset;
	uint64_t payload_size;
	/* What it occupies from its address on, until it has set itself up. */
	uint64_t run_size;
	uint64_t preferred;
	uint64_t alignment;
	bool relocatable;
	bool above_4g;
	/* Highest address an initrd's last byte may have. */
	uint64_t initrd_max;
	/* Bytes of command line, the terminating zero not counted. */
	uint64_t cmdline_max;
	enum image_mode mode;
	/* Entry point, counted from kernel.address. */
	uint64_t entry_offset;

	/* By placing: what the newcomer finds. */
	struct memmap free;
	uint64_t initrd_address;
	uint64_t initrd_size;

	/* By the architecture: stub, tables, boot_params, command line. */
	uint8_t *area;
	size_t area_size;
	uint64_t area_address;
	uint64_t start;

	/* For kexec_load. */
	struct sys_segment segment[SYS_SEGMENTS_MAX];
	size_t segment_count;
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

/* The plan as text for people: files, segments, entry state, memory map,
 * command line. */
void image_print(const struct image *image, FILE *out);

/* Frees all that the image owns; NULL and half-built images are fine. */
void image_free(struct image *image);

#endif
