/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Splitting unified kernel images: the specification, what systemd-stub 257
 * does where that is silent (src/boot/pe.c), and damage.
 */
#include "image/uki.h"

#include "base/reason.h"
#include "efi_file.h"
#include "tap.h"

static struct efi_file f;
static struct uki uki;
static struct reason why;

static enum loader_answer parse(void)
{
	struct bytes head = { f.data, f.size };

	if (head.len > UKI_HEAD_SIZE)
		head.len = UKI_HEAD_SIZE;
	memset(&uki, 0, sizeof(uki));
	why.text[0] = '\0';
	return uki_parse(&uki, head, f.size, "a.efi", &why);
}

/* The bytes of @s are @text; NULL: there is no such section. */
static bool holds(const struct uki_section *s, const char *text)
{
	if (!text)
		return s->size == 0 && s->offset == 0;
	return s->size == strlen(text) && s->offset + s->size <= f.size &&
	       memcmp(f.data + s->offset, text, s->size) == 0;
}

static void broken(const char *want, const char *name)
{
	ok(parse() == LOADER_BROKEN && uki.profile_count == 0, "%s: broken",
	   name);
	is(why.text, want, name);
}

static void test_plain(void)
{
	const struct uki_profile *p = &uki.profile[0];

	efi_start(&f, 16);
	(void)efi_text(&f, ".text", "code of the stub");
	(void)efi_text(&f, ".linux", "kernel");
	ok(parse() == LOADER_MINE && uki.profile_count == 1,
	   "only the .linux section is required");
	ok(holds(&p->linux, "kernel") && holds(&p->initrd, NULL) &&
		   holds(&p->ucode, NULL) && holds(&p->cmdline, NULL) &&
		   holds(&p->osrel, NULL) && holds(&p->uname, NULL) &&
		   holds(&p->profile, NULL),
	   "and nothing else is there");

	(void)efi_text(&f, ".osrel", "ID=debian");
	(void)efi_text(&f, ".cmdline", "root=/dev/vda1 ro");
	(void)efi_text(&f, ".initrd", "070701");
	(void)efi_text(&f, ".ucode", "early");
	(void)efi_text(&f, ".splash", "BM");
	(void)efi_text(&f, ".dtb", "tree");
	(void)efi_text(&f, ".uname", "6.1.0");
	(void)efi_text(&f, ".sbat", "sbat,1");
	(void)efi_text(&f, ".pcrsig", "{}");
	(void)efi_text(&f, ".pcrpkey", "key");
	ok(parse() == LOADER_MINE && uki.profile_count == 1, "all sections");
	ok(holds(&p->linux, "kernel") && holds(&p->initrd, "070701") &&
		   holds(&p->ucode, "early") &&
		   holds(&p->cmdline, "root=/dev/vda1 ro") &&
		   holds(&p->osrel, "ID=debian") && holds(&p->uname, "6.1.0") &&
		   holds(&p->profile, NULL),
	   "each where it belongs");
}

/* The table of the specification, "Multi-Profile UKIs". */
static void test_profiles(void)
{
	efi_start(&f, 16);
	(void)efi_text(&f, ".linux", "kernel");
	(void)efi_text(&f, ".osrel", "os-release");
	(void)efi_text(&f, ".cmdline", "quiet");
	(void)efi_text(&f, ".profile", "ID=regular");
	(void)efi_text(&f, ".profile", "ID=factory-reset");
	(void)efi_text(&f, ".cmdline", "quiet systemd.unit=factory-reset");
	(void)efi_text(&f, ".profile", "ID=storagetm");
	(void)efi_text(&f, ".cmdline", "quiet rd.systemd.unit=storage");
	ok(parse() == LOADER_MINE && uki.profile_count == 3,
	   "three profiles; the base is none of its own");
	ok(holds(&uki.profile[0].profile, "ID=regular") &&
		   holds(&uki.profile[0].cmdline, "quiet"),
	   "the first has what the base has");
	ok(holds(&uki.profile[1].profile, "ID=factory-reset") &&
		   holds(&uki.profile[1].cmdline,
			 "quiet systemd.unit=factory-reset"),
	   "the second overrides it");
	ok(holds(&uki.profile[2].profile, "ID=storagetm") &&
		   holds(&uki.profile[2].cmdline,
			 "quiet rd.systemd.unit=storage"),
	   "the third has nothing of the second");
	for (size_t i = 0; i < 3; i++)
		ok(holds(&uki.profile[i].linux, "kernel") &&
			   holds(&uki.profile[i].osrel, "os-release"),
		   "profile %zu: the base's kernel", i);
}

static void test_profile_corners(void)
{
	size_t row;

	efi_start(&f, 16);
	(void)efi_text(&f, ".cmdline", "quiet");
	(void)efi_text(&f, ".profile", "ID=a");
	(void)efi_text(&f, ".linux", "kernel");
	(void)efi_text(&f, ".profile", "ID=b");
	ok(parse() == LOADER_MINE && uki.profile_count == 2 &&
		   holds(&uki.profile[0].linux, "kernel") &&
		   holds(&uki.profile[1].linux, NULL),
	   "a profile without a kernel, since only another one has one");

	efi_start(&f, 16);
	(void)efi_text(&f, ".linux", "kernel");
	(void)efi_text(&f, ".cmdline", "quiet");
	(void)efi_text(&f, ".profile", "ID=a");
	row = efi_text(&f, ".cmdline", "x");
	efi_put(&f, row + 8, 4, 0);
	ok(parse() == LOADER_MINE && holds(&uki.profile[0].cmdline, NULL),
	   "an empty section of a profile takes away the base's");

	efi_start(&f, 16);
	(void)efi_text(&f, ".linux", "kernel");
	row = efi_text(&f, ".profile", "x");
	efi_put(&f, row + 8, 4, 0);
	ok(parse() == LOADER_MINE && uki.profile_count == 1 &&
		   holds(&uki.profile[0].profile, NULL) &&
		   holds(&uki.profile[0].linux, "kernel"),
	   "an empty .profile begins one all the same");

	efi_start(&f, 16);
	(void)efi_text(&f, ".linux", "first");
	(void)efi_text(&f, ".linux", "second");
	(void)efi_text(&f, ".profile", "ID=a");
	(void)efi_text(&f, ".cmdline", "one");
	(void)efi_text(&f, ".cmdline", "two");
	ok(parse() == LOADER_MINE && holds(&uki.profile[0].linux, "first") &&
		   holds(&uki.profile[0].cmdline, "one"),
	   "of a section that is there twice the first counts");

	efi_start(&f, 16);
	(void)efi_text(&f, ".linux", "kernel");
	(void)efi_text(&f, ".efifw", "firmware");
	(void)efi_text(&f, ".efifw", "firmware");
	(void)efi_text(&f, ".hwids", "ids");
	(void)efi_text(&f, ".dtbauto", "tree");
	(void)efi_text(&f, ".dtbauto", "tree");
	(void)efi_text(&f, ".linuxx", "no kernel");
	(void)efi_text(&f, ".profiles", "ID=a");
	ok(parse() == LOADER_MINE && uki.profile_count == 1 &&
		   holds(&uki.profile[0].profile, "ID=a") &&
		   holds(&uki.profile[0].linux, "kernel"),
	   "eight letters are a whole name: .profiles is .profile");
}

static void test_not_mine(void)
{
	efi_start(&f, 4);
	(void)efi_text(&f, ".text", "code");
	(void)efi_text(&f, ".cmdline", "debug");
	ok(parse() == LOADER_NOT_MINE && !why.text[0] && !uki.profile_count,
	   "a PE addon has no .linux: silent");
	efi_start(&f, 4);
	ok(parse() == LOADER_NOT_MINE, "no sections");
	f.size = 0;
	ok(parse() == LOADER_NOT_MINE, "an empty file");
	efi_start(&f, 4);
	efi_put(&f, EFI_PE + 6, 2, 0xffff);
	ok(parse() == LOADER_NOT_MINE, "sections beyond the head");
	efi_start(&f, 4);
	(void)efi_text(&f, ".linux", "");
	ok(parse() == LOADER_NOT_MINE, "an empty .linux");
}

static void start(void)
{
	efi_start(&f, 16);
	(void)efi_text(&f, ".osrel", "ID=debian");
	(void)efi_text(&f, ".linux", "kernel");
}

static void test_machine(void)
{
	start();
	efi_put(&f, EFI_PE + 4, 2, 0xaa64);
	broken("a.efi: is a unified kernel image for 64-bit Arm, not for "
	       "x86-64",
	       "another processor");
	efi_put(&f, EFI_PE + 4, 2, 0x014c);
	ok(parse() == LOADER_MINE, "a 32-bit stub may have a 64-bit kernel");
}

static void test_damage(void)
{
	size_t row;

	start();
	f.size -= 512 - 5;
	broken("a.efi: is truncated: 2053 bytes, but its section .linux ends "
	       "at 2054",
	       "one byte short");
	start();
	row = efi_text(&f, ".initrd", "initrd");
	efi_put(&f, row + 20, 4, 0x800);
	broken("a.efi: its sections .linux and .initrd overlap: the file is "
	       "damaged",
	       "overlap");
	start();
	row = efi_text(&f, ".initrd", "initrd");
	efi_put(&f, row + 20, 4, EFI_TABLE);
	broken("a.efi: its section .initrd lies in the headers: the file is "
	       "damaged",
	       "in the headers");
	start();
	row = efi_text(&f, ".initrd", "initrd");
	efi_put(&f, row + 8, 4, 0xffffffff);
	efi_put(&f, row + 16, 4, 0xffffffff);
	efi_put(&f, row + 20, 4, 0xffffffff);
	broken("a.efi: is truncated: 3072 bytes, but its section .initrd ends "
	       "at 8589934590",
	       "sums beyond 32 bits");
	start();
	efi_put(&f, EFI_PE + 6, 2, 4096);
	broken("a.efi: has 4096 sections, more than 1024", "too many sections");
	efi_put(&f, EFI_PE + 6, 2, 1024);
	memset(f.data + EFI_TABLE + 2 * EFI_ROW, 0, EFI_ROW);
	broken("a.efi: its headers are cut short",
	       "sections that are not there");
	start();
	row = efi_text(&f, ".text", "x");
	efi_put(&f, row + 20, 4, 0xffffff00);
	ok(parse() == LOADER_MINE, "what is not used is not looked at");
}

static void test_limits(void)
{
	static uint8_t text[UKI_TEXT_MAX / 2];
	size_t row;

	efi_start(&f, UKI_PROFILES_MAX + 2);
	(void)efi_text(&f, ".linux", "kernel");
	for (size_t i = 0; i < UKI_PROFILES_MAX; i++)
		(void)efi_text(&f, ".profile", "ID=x");
	ok(parse() == LOADER_MINE && uki.profile_count == UKI_PROFILES_MAX,
	   "the most profiles");
	(void)efi_text(&f, ".profile", "ID=x");
	broken("a.efi: has more than 64 profiles", "one more");
	start();
	row = efi_section(&f, ".cmdline", text, sizeof(text));
	ok(parse() == LOADER_MINE, "a large .cmdline");
	efi_put(&f, row + 8, 4, UKI_TEXT_MAX + 1);
	efi_put(&f, row + 16, 4, UKI_TEXT_MAX + 512);
	broken("a.efi: its section .cmdline has 1048577 bytes, but takes at "
	       "most 1048576",
	       "too large");
}

/* The beginning of a real file, of which the fixture has 1 KiB. */
static enum loader_answer parse_real(const char *name, uint64_t size)
{
	char path[128];
	struct bytes head = { f.data, 0 };
	FILE *file;

	(void)snprintf(path, sizeof(path), "tests/fixtures/uki/%s", name);
	file = fopen(path, "r");
	if (!ok(file != NULL, "%s: there", path))
		return LOADER_NOT_MINE;
	head.len = fread(f.data, 1, 1024, file);
	(void)fclose(file);
	memset(&uki, 0, sizeof(uki));
	why.text[0] = '\0';
	return uki_parse(&uki, head, size, name, &why);
}

static bool at(const struct uki_section *s, uint64_t offset, uint64_t size)
{
	return s->offset == offset && s->size == size;
}

/* Made as their names say, of Debian's stubs and kernel; the numbers are those
 * of `objdump -h`. */
static void test_real(void)
{
	const struct uki_profile *p = &uki.profile[0];

	ok(parse_real("objcopy-stub-252", 14274401) == LOADER_MINE &&
		   uki.profile_count == 1,
	   "by objcopy");
	ok(at(&p->osrel, 0x11400, 0x1f) && at(&p->cmdline, 0x11600, 0x13) &&
		   at(&p->uname, 0x11800, 0x15) &&
		   at(&p->initrd, 0x11a00, 0xbb9) &&
		   at(&p->linux, 0x12600, 0xd877c0) && p->ucode.size == 0,
	   "by objcopy: where it is");
	ok(parse_real("ukify-257-profiles", 14286336) == LOADER_MINE &&
		   uki.profile_count == 3,
	   "by ukify, with profiles");
	for (size_t i = 0; i < 3; i++, p++)
		ok(at(&p->osrel, 0x16800, 0x1f) &&
			   at(&p->uname, 0x16c00, 0x14) &&
			   at(&p->linux, 0x16e00, 0xd877c0) &&
			   at(&p->initrd, 0xd9e600, 0xbb9) &&
			   at(&p->ucode, 0xd9f200, 5),
		   "by ukify: what profile %zu has of the base", i);
	p = &uki.profile[0];
	ok(at(&p[0].cmdline, 0x16a00, 10) && at(&p[0].profile, 0xd9f400, 7) &&
		   at(&p[1].cmdline, 0xd9f800, 8) &&
		   at(&p[1].profile, 0xd9f600, 0x15) &&
		   at(&p[2].cmdline, 0xd9fc00, 8) &&
		   at(&p[2].profile, 0xd9fa00, 0x15),
	   "by ukify: what each has of its own");
	ok(parse_real("ukify-257-addon", 4096) == LOADER_NOT_MINE,
	   "a profile on its own is no UKI");
	ok(parse_real("bzimage-6.1", 14186432) == LOADER_NOT_MINE,
	   "a bzImage is a PE file, but no UKI");
}

static void trims(const char *from, const char *to, const char *name)
{
	char text[64];

	(void)snprintf(text, sizeof(text), "%s", from);
	uki_trim_cmdline(text);
	is(text, to, name);
}

static void test_cmdline(void)
{
	trims("quiet", "quiet", "as it is");
	trims("quiet\n", "quiet", "the newline of an editor");
	trims(" \t\nroot=x\n  ro \r\n", "root=x   ro",
	      "lines become one, blanks inside stay");
	trims("a\x01\x7f"
	      "b",
	      "a  b", "control characters");
	trims("\xc3\xa4", "\xc3\xa4", "UTF-8");
	trims(" \n ", "", "nothing but blanks");
	trims("", "", "nothing");
}

int main(void)
{
	test_real();
	test_cmdline();
	test_plain();
	test_profiles();
	test_profile_corners();
	test_not_mine();
	test_machine();
	test_damage();
	test_limits();
	return tap_done();
}
