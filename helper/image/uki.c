/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Splits a unified kernel image as its own stub would (the specification,
 * "Multi-Profile UKIs"; systemd-stub where that is silent: of a section that
 * is there twice the first counts, and an empty one of a profile takes away
 * the base's). Pure, but for the loader's parse(), which reads .cmdline.
 */
#include "image/uki.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/reason.h"
#include "image/file.h"
#include "image/image.h"
#include "image/pe.h"

enum { KINDS = 7, KIND_LINUX = 0, KIND_PROFILE = KINDS - 1 };

/*
 * What is used of a UKI. Not used, and so not looked at: .splash, .dtb,
 * .dtbauto, .hwids, .efifw (for machines with a device tree, or for the
 * firmware), .sbat, .pcrsig, .pcrpkey (for the firmware, or a TPM's policy),
 * and the stub's own.
 */
static const struct kind {
	const char *name;
	size_t at;
	/* Read into memory as a whole, as text. */
	bool text;
} kinds[KINDS] = {
	[KIND_LINUX] = { ".linux", offsetof(struct uki_profile, linux), false },
	{ ".initrd", offsetof(struct uki_profile, initrd), false },
	{ ".ucode", offsetof(struct uki_profile, ucode), false },
	{ ".cmdline", offsetof(struct uki_profile, cmdline), true },
	{ ".osrel", offsetof(struct uki_profile, osrel), true },
	{ ".uname", offsetof(struct uki_profile, uname), true },
	[KIND_PROFILE] = { ".profile", offsetof(struct uki_profile, profile),
			   true },
};

/* What is being split: the profile that sections go to, and what it has. */
struct split {
	struct uki *uki;
	const struct pe *pe;
	uint64_t file_size;
	const char *name;
	/* The base, before the first .profile */
	struct uki_profile base;
	struct uki_profile *current;
	bool seen[KINDS];
	size_t profiles;
	/* Of all profiles: what lies in the file, to find overlaps. */
	size_t used_count;
	struct pe_section used[PE_SECTIONS_MAX];
};

static size_t find_kind(const char *name)
{
	size_t i = 0;

	while (i < KINDS && strcmp(kinds[i].name, name) != 0)
		i++;
	return i;
}

static struct uki_section *place(struct uki_profile *profile, size_t kind)
{
	return (struct uki_section *)(void *)((char *)profile + kinds[kind].at);
}

static int check_section(struct split *s, const struct pe_section *section,
			 size_t kind, struct reason *why)
{
	if (section->size == 0)
		return 0;
	if (kinds[kind].text && section->size > UKI_TEXT_MAX)
		return reason(why, EFBIG,
			      "%s: its section %s has %llu bytes, but takes at "
			      "most %d",
			      s->name, section->name,
			      (unsigned long long)section->size, UKI_TEXT_MAX);
	if (section->offset < pe_headers_end(s->pe))
		return reason(why, EINVAL,
			      "%s: its section %s lies in the headers: the "
			      "file is damaged",
			      s->name, section->name);
	if (section->offset + section->size > s->file_size)
		return reason(
			why, EINVAL,
			"%s: is truncated: %llu bytes, but its section "
			"%s ends at %llu",
			s->name, (unsigned long long)s->file_size,
			section->name,
			(unsigned long long)(section->offset + section->size));
	for (size_t i = 0; i < s->used_count; i++)
		if (section->offset < s->used[i].offset + s->used[i].size &&
		    s->used[i].offset < section->offset + section->size)
			return reason(why, EINVAL,
				      "%s: its sections %s and %s overlap: the "
				      "file is damaged",
				      s->name, s->used[i].name, section->name);
	s->used[s->used_count++] = *section;
	return 0;
}

/* Spec: "sections associated with specific profiles comprehensively override
 * those of the same name in the base profile". */
static int next_profile(struct split *s, struct reason *why)
{
	if (s->profiles == UKI_PROFILES_MAX)
		return reason(why, E2BIG, "%s: has more than %d profiles",
			      s->name, UKI_PROFILES_MAX);
	s->current = &s->uki->profile[s->profiles++];
	*s->current = s->base;
	memset(s->seen, 0, sizeof(s->seen));
	return 0;
}

static int take_section(struct split *s, const struct pe_section *section,
			struct reason *why)
{
	size_t kind = find_kind(section->name);
	struct uki_section *at;
	int err;

	if (kind == KINDS)
		return 0;
	if (kind == KIND_PROFILE) {
		err = next_profile(s, why);
		if (err)
			return err;
	}
	if (s->seen[kind])
		return 0;
	s->seen[kind] = true;
	err = check_section(s, section, kind, why);
	if (err)
		return err;
	at = place(s->current, kind);
	at->offset = section->size ? section->offset : 0;
	at->size = section->size;
	return 0;
}

static int split(struct split *s, struct reason *why)
{
	struct pe_section section;
	int err = 0;

	s->current = &s->base;
	for (size_t i = 0; i < s->pe->section_count && !err; i++) {
		if (pe_section(s->pe, i, &section))
			err = take_section(s, &section, why);
	}
	if (!err && s->profiles == 0) {
		s->uki->profile[0] = s->base;
		s->profiles = 1;
	}
	s->uki->profile_count = s->profiles;
	return err;
}

/* What makes a PE file a UKI; a PE addon, say, has none. */
static bool has_kernel(const struct pe *pe)
{
	struct pe_section section;

	for (size_t i = 0; i < pe->section_count; i++)
		if (pe_section(pe, i, &section) && section.size > 0 &&
		    strcmp(section.name, kinds[KIND_LINUX].name) == 0)
			return true;
	return false;
}

/* A 32-bit stub may carry a 64-bit kernel (mixed mode): the kernel decides. */
static int check_pe(const struct pe *pe, const char *name, struct reason *why)
{
	if (pe->machine != PE_MACHINE_X86_64 && pe->machine != PE_MACHINE_I386)
		return reason(why, ENOEXEC,
			      "%s: is a unified kernel image for %s, not for "
			      "x86-64",
			      name, pe_machine_name(pe->machine));
	if (pe->section_count > PE_SECTIONS_MAX)
		return reason(why, E2BIG, "%s: has %zu sections, more than %d",
			      name, pe->section_count, PE_SECTIONS_MAX);
	if (!bytes_has(pe->head, 0, pe_headers_end(pe)))
		return reason(why, EINVAL, "%s: its headers are cut short",
			      name);
	return 0;
}

enum loader_answer uki_parse(struct uki *ret, struct bytes head,
			     uint64_t file_size, const char *name,
			     struct reason *why)
{
	struct uki uki = { 0 };
	struct pe pe;
	struct split s = {
		.uki = &uki,
		.pe = &pe,
		.file_size = file_size,
		.name = name,
	};

	if (!pe_parse(&pe, head) || !has_kernel(&pe))
		return LOADER_NOT_MINE;
	if (check_pe(&pe, name, why) || split(&s, why))
		return LOADER_BROKEN;
	*ret = uki;
	return LOADER_MINE;
}

/*
 * A command line as the stub passes it on (mangle_stub_cmdline()): up to the
 * first zero, without blanks at its ends, and control characters are blanks.
 */
void uki_trim_cmdline(char *text)
{
	char *from = text, *to = text, *end = text;

	for (; *from; from++) {
		bool blank = (unsigned char)*from <= ' ' || *from == 0x7f;

		if (blank && to == text)
			continue;
		*to++ = blank ? ' ' : *from;
		if (!blank)
			end = to;
	}
	*end = '\0';
}

static int take_cmdline(struct image *image, const struct uki_section *section,
			struct reason *why)
{
	int err;

	/* The stub's rule without Secure Boot: the caller's word counts. */
	if (image->request->cmdline || section->size == 0)
		return 0;
	image->own_cmdline = malloc(section->size + 1);
	if (!image->own_cmdline)
		return reason(why, ENOMEM, "%s: no memory for its command line",
			      image->kernel.name);
	err = file_read(&image->kernel, section->offset, image->own_cmdline,
			section->size, why);
	if (err) {
		image->own_cmdline[0] = '\0';
		return err;
	}
	image->own_cmdline[section->size] = '\0';
	uki_trim_cmdline(image->own_cmdline);
	image->cmdline = image->own_cmdline;
	return 0;
}

/* As initrd number *@at; *@at is then the next number. */
static int take_initrd(struct image *image, const struct uki_section *section,
		       size_t *at, struct reason *why)
{
	struct image_file piece;
	int err;

	if (section->size == 0)
		return 0;
	err = file_piece(&piece, &image->kernel, section->offset, section->size,
			 why);
	if (!err)
		err = image_insert_initrd(image, *at, &piece, why);
	if (!err)
		(*at)++;
	return err;
}

static enum loader_answer
parse_image(struct uki *uki, const struct image *image, struct reason *why)
{
	struct bytes head = { image->head, image->head_size };

	return uki_parse(uki, head, image->kernel.size, image->kernel.name,
			 why);
}

static enum loader_answer probe(const struct image *image, struct reason *why)
{
	struct uki uki;

	return parse_image(&uki, image, why);
}

static int choose_profile(const struct uki *uki, const struct image *image,
			  const struct uki_profile **ret, struct reason *why)
{
	unsigned int number = image->request->profile;

	if (number >= uki->profile_count)
		return reason(
			why, ENOENT, "%s: has no profile @%u, only @0 to @%zu",
			image->kernel.name, number, uki->profile_count - 1);
	*ret = &uki->profile[number];
	if ((*ret)->linux.size == 0)
		return reason(why, ENOEXEC, "%s: its profile @%u has no kernel",
			      image->kernel.name, number);
	return 0;
}

/*
 * The order of systemd-stub: microcode, since the kernel takes the first it
 * finds; the UKI's initrd; what else there is, which may replace its files.
 */
static int parse(struct image *image, struct reason *why)
{
	const struct uki_profile *profile = NULL;
	struct image_file whole;
	struct uki uki;
	size_t at = 0;
	int err;

	if (parse_image(&uki, image, why) != LOADER_MINE)
		return -ENOEXEC;
	err = choose_profile(&uki, image, &profile, why);
	if (!err)
		err = take_cmdline(image, &profile->cmdline, why);
	if (!err)
		err = take_initrd(image, &profile->ucode, &at, why);
	if (!err)
		err = take_initrd(image, &profile->initrd, &at, why);
	if (err)
		return err;
	whole = image->kernel;
	return file_piece(&image->kernel, &whole, profile->linux.offset,
			  profile->linux.size, why);
}

/* Before bzImage: the beginning of a UKI is the stub's, which may be anything
 * that is a PE file; the beginning of a bzImage never has .linux. */
const struct image_loader uki_loader = {
	.name = "UKI",
	.container = true,
	.probe = probe,
	.parse = parse,
};
