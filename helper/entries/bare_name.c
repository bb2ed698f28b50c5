/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the name of a kernel says, as distributions name them. Looks at no
 * file. */
#include "entries/bare.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/*
 * How a kernel's name begins; then comes "-VERSION", or nothing.
 * Debian, Fedora, SUSE, Arch (vmlinuz-linux), Alpine (vmlinuz-lts); Gentoo
 * (kernel-, bzImage-); vmlinux is the same kernel as an ELF file; TinyCore's of
 * 64 bits comes first, as vmlinuz begins it.
 */
static const struct {
	const char *name;
	bool variant;
} stems[] = {
	{ "vmlinuz64", false }, { "vmlinuz", false }, { "vmlinux", true },
	{ "bzImage", false },	{ "kernel", false },
};

/* Endings that a second form of a kernel has: Ubuntu's signed one, SUSE's
 * compressed ELF file (gzip, xz or zstd, as rpm is set up), and what else
 * people compress kernels with. */
static const char *const variant_endings[] = {
	".efi.signed", ".signed", ".efi",  ".gz",  ".xz",
	".zst",	       ".bz2",	  ".lzma", ".lz4", ".lzo",
};

/* What lies beside a kernel, has its name and is none. */
static const struct {
	const char *glob;
	const char *what;
} companions[] = {
	{ "*.hmac", "a checksum (FIPS), no kernel" },
	{ "*.sha[0-9]*", "a checksum, no kernel" },
	{ "*.sig", "a signature, no kernel" },
	{ "*.asc", "a signature, no kernel" },
	{ "*.p7[sb]", "a signature, no kernel" },
	{ "*.dpkg-*", "left over by dpkg" },
	{ "*.rpmsave", "left over by rpm" },
	{ "*.rpmnew", "left over by rpm" },
	{ "*.rpmorig", "left over by rpm" },
	{ "*.apk-new", "left over by apk" },
	{ "*.pacnew", "left over by pacman" },
	{ "*.pacsave", "left over by pacman" },
	{ "*.new", "half installed" },
	{ "*.tmp", "half installed" },
	{ "*.part", "half installed" },
	{ "*.bak", "a backup copy" },
	{ "*~", "a backup copy" },
	{ "*.config", "a configuration, no kernel" },
	{ "*.map", "a symbol table, no kernel" },
	{ "*.debug", "debugging data, no kernel" },
	{ "*.txt", "a text, no kernel" },
	{ "*.md", "a text, no kernel" },
	{ "*.html", "a web page, no kernel" },
};

static bool ends_with(const char *s, const char *ending, size_t *ret_len)
{
	size_t len = strlen(s), end = strlen(ending);

	if (len < end || strcmp(s + len - end, ending) != 0)
		return false;
	*ret_len = len - end;
	return true;
}

/* Takes known endings off the version. */
static void strip_endings(struct bare_name *name)
{
	size_t len;

	for (size_t i = 0; i < COUNT(variant_endings); i++) {
		if (!ends_with(name->version, variant_endings[i], &len))
			continue;
		name->version[len] = '\0';
		name->variant = true;
		break;
	}
	if (ends_with(name->version, ".old", &len)) {
		name->version[len] = '\0';
		name->old = true;
	}
}

/* Gentoo's genkernel: "genkernel-x86_64-5.15.52-gentoo" */
static size_t number_at(const char *version)
{
	static const char maker[] = "genkernel-";
	size_t len = sizeof(maker) - 1;
	const char *dash;

	if (strncmp(version, maker, len) != 0)
		return 0;
	dash = strchr(version + len, '-');
	return dash ? (size_t)(dash + 1 - version) : 0;
}

int bare_parse(struct bare_name *ret, const char *name, struct reason *why)
{
	const char *rest = NULL;

	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < COUNT(stems) && !rest; i++) {
		size_t len = strlen(stems[i].name);

		if (strncmp(name, stems[i].name, len) != 0)
			continue;
		rest = name + len;
		ret->stem = stems[i].name;
		ret->variant = stems[i].variant;
	}
	if (!rest || (*rest && !strchr("-.~", *rest)) ||
	    strlen(rest) >= sizeof(ret->version))
		return -ENOENT;
	for (size_t i = 0; i < COUNT(companions); i++)
		if (text_glob(companions[i].glob, name))
			return reason(why, EINVAL, "%s", companions[i].what);
	(void)snprintf(ret->version, sizeof(ret->version), "%s", rest);
	strip_endings(ret);
	if (ret->version[0] && (ret->version[0] != '-' || !ret->version[1]))
		return -ENOENT;
	if (ret->version[0])
		memmove(ret->version, ret->version + 1, strlen(ret->version));
	/* Fedora: vmlinuz-0-rescue-MACHINEID */
	ret->rescue = strstr(ret->version, "rescue") != NULL;
	ret->number_at = number_at(ret->version);
	ret->is_number = !ret->rescue && ret->version[ret->number_at] >= '0' &&
			 ret->version[ret->number_at] <= '9';
	return 0;
}
