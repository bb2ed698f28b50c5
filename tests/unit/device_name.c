/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of devices taken apart, and which of them mean the same. */
#include "base/device_name.h"

#include <stdlib.h>

#include "tap.h"

static void test_forms(void)
{
	static const struct {
		const char *text;
		enum device_name_form form;
		const char *value;
	} cases[] = {
		{ "vda1", DEVICE_NAME_PATH, "vda1" },
		{ "/dev/vda1", DEVICE_NAME_PATH, "vda1" },
		{ "/dev/mapper/vg-lv", DEVICE_NAME_PATH, "mapper/vg-lv" },
		{ "/dev/disk/by-id/x", DEVICE_NAME_PATH, "disk/by-id/x" },
		{ "UUID=1A2B-3C4D", DEVICE_NAME_UUID, "1A2B-3C4D" },
		{ "uuid=1A2B-3C4D", DEVICE_NAME_UUID, "1A2B-3C4D" },
		{ "LABEL=/boot", DEVICE_NAME_LABEL, "/boot" },
		{ "PARTUUID=4f68bce3-02", DEVICE_NAME_PARTUUID, "4f68bce3-02" },
		{ "PARTLABEL=EFI sys", DEVICE_NAME_PARTLABEL, "EFI sys" },
		{ "/dev/disk/by-uuid/x", DEVICE_NAME_UUID, "x" },
		{ "/dev/disk/by-label/x", DEVICE_NAME_LABEL, "x" },
		{ "/dev/disk/by-partuuid/x", DEVICE_NAME_PARTUUID, "x" },
		{ "/dev/disk/by-partlabel/x", DEVICE_NAME_PARTLABEL, "x" },
		{ "disk/by-uuid/x", DEVICE_NAME_UUID, "x" },
		/* What only looks like one */
		{ "/dev/UUID=x", DEVICE_NAME_PATH, "UUID=x" },
		{ "/dev/disk/by-UUID/x", DEVICE_NAME_PATH, "disk/by-UUID/x" },
		{ "PARTUUIDS=x", DEVICE_NAME_PATH, "PARTUUIDS=x" },
		{ "ID=x", DEVICE_NAME_PATH, "ID=x" },
		/* Quotes, if there are two of a kind */
		{ "UUID=\"x\"", DEVICE_NAME_UUID, "x" },
		{ "LABEL='a \"b\"'", DEVICE_NAME_LABEL, "a \"b\"" },
		{ "LABEL=\"x'", DEVICE_NAME_LABEL, "\"x'" },
		{ "LABEL=\"", DEVICE_NAME_LABEL, "\"" },
		/* The value is what can be compared with a clean one. */
		{ "LABEL=a\x1b[b", DEVICE_NAME_LABEL, "a?[b" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct device_name name;

		ok(device_name_parse(cases[i].text, &name) &&
			   name.form == cases[i].form && !name.offset,
		   "the form of %s", cases[i].text);
		is(name.value, cases[i].value, "its value");
	}
}

static void test_none(void)
{
	static const char *const empty[] = { "",      "/dev/",
					     "UUID=", "LABEL=\"\"",
					     "''",    "/dev/disk/by-uuid/" };
	char text[6 + DEVICE_NAME_MAX + 1] = "LABEL=";
	struct device_name name;

	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++)
		ok(!device_name_parse(empty[i], &name), "nothing in \"%s\"",
		   empty[i]);
	memset(text + 6, 'x', DEVICE_NAME_MAX);
	ok(!device_name_parse(text, &name) && name.form == DEVICE_NAME_LABEL,
	   "longer than any label");
	text[6 + DEVICE_NAME_MAX - 1] = '\0';
	ok(device_name_parse(text, &name) && strlen(name.value) == 255,
	   "btrfs's longest");
}

static void offset(const char *text, int want, const char *value)
{
	struct device_name name;

	ok(device_name_parse(text, &name) && name.offset == want, "%s: %d",
	   text, want);
	is(name.value, value, "its value");
}

static void test_offset(void)
{
	offset("PARTUUID=a/PARTNROFF=1", 1, "a");
	offset("PARTUUID=a/PARTNROFF=-1", -1, "a");
	offset("/dev/disk/by-partuuid/a/PARTNROFF=1", 1, "a");
	offset("PARTUUID=a/PARTNROFF=", 0, "a/PARTNROFF=");
	offset("PARTUUID=a/PARTNROFF=1x", 0, "a/PARTNROFF=1x");
	offset("PARTUUID=a/PARTNROFF=256", 256, "a");
	offset("PARTUUID=a/PARTNROFF=257", 0, "a/PARTNROFF=257");
	offset("PARTUUID=a/PARTNROFF=99999999999999999999", 0,
	       "a/PARTNROFF=99999999999999999999");
	offset("UUID=a/PARTNROFF=1", 0, "a/PARTNROFF=1");
}

static void test_text(void)
{
	static const struct {
		const char *text;
		const char *want;
	} cases[] = {
		{ "vda1", "/dev/vda1" },
		{ "/dev/vg/lv", "/dev/vg/lv" },
		{ "/dev/disk/by-uuid/x", "UUID=x" },
		{ "label=\"my root\"", "LABEL=my root" },
		{ "/dev/disk/by-partlabel/x", "PARTLABEL=x" },
		{ "/dev/disk/by-partuuid/x/PARTNROFF=2",
		  "PARTUUID=x/PARTNROFF=2" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct device_name name;
		char *text;

		(void)device_name_parse(cases[i].text, &name);
		text = device_name_text(&name);
		is(text, cases[i].want, cases[i].text);
		free(text);
	}
}

/* True if @a and @b mean the same, and the other way round. */
static bool same(const char *a, const char *b)
{
	struct device_name left, right;
	bool ret = device_name_parse(a, &left) &&
		   device_name_parse(b, &right) &&
		   device_name_is_same(&left, &right);

	ok(device_name_is_same(&right, &left) == ret, "%s and %s, either way",
	   a, b);
	return ret;
}

static void test_same(void)
{
	ok(same("vda1", "/dev/vda1"), "with /dev/ in front or not");
	ok(!same("vda1", "vda10") && !same("vda1", "VDA1"),
	   "paths are the same or not");
	ok(same("UUID=ab-cd", "/dev/disk/by-uuid/AB-CD"), "a UUID");
	ok(same("PARTUUID=ab-01", "/dev/disk/by-partuuid/AB-01"),
	   "a partition's");
	ok(!same("UUID=ab", "PARTUUID=ab"), "one is not the other");
	ok(!same("PARTUUID=ab", "PARTUUID=ab/PARTNROFF=1"),
	   "another partition");
	ok(same("PARTUUID=ab/PARTNROFF=1", "PARTUUID=AB/PARTNROFF=1"),
	   "both of them that other partition");
	ok(same("LABEL=my root", "/dev/disk/by-label/my\\x20root"),
	   "udev's link has \\x20 for a blank");
	ok(same("PARTLABEL=EFI sys", "PARTLABEL=EFI\\x20sys"),
	   "of a partition, too");
	ok(!same("LABEL=boot", "LABEL=Boot"), "labels have a case");
	ok(same("/dev/my-vg/boot-1", "mapper/my--vg-boot--1"),
	   "a volume, as lvm2 and as the device mapper call it");
	ok(!same("/dev/my-vg/boot", "mapper/my-vg-boot"),
	   "volume vg-boot of the group my");
	ok(!same("UUID=vg/lv", "mapper/UUID=vg-lv"), "no volume");
}

static void test_label(void)
{
	char long_label[DEVICE_NAME_MAX + 1];

	ok(device_name_is_label("my root", "my root"), "itself");
	ok(device_name_is_label("my\\x20root", "my root"), "\\x20 for a blank");
	ok(device_name_is_label("a\\x2fb\\x2Fc", "a/b/c"),
	   "\\x2f for a slash, in either case");
	ok(device_name_is_label("my\\x20root", "my\\x20root"),
	   "a label that has a backslash itself");
	ok(device_name_is_label("my\\x5cx20root", "my\\x20root"),
	   "udev's link for that one");
	ok(!device_name_is_label("my\\x2root", "my root") &&
		   !device_name_is_label("my\\040root", "my root"),
	   "nothing else is decoded");
	ok(!device_name_is_label("a\\x", "a") &&
		   !device_name_is_label("a\\x2", "a"),
	   "half of it at the end");
	ok(device_name_is_label("a?b", "a\x01"
				       "b"),
	   "what is not clean is '?' on either side");
	ok(!device_name_is_label("", "") && !device_name_is_label("x", ""),
	   "no label is nobody's");
	memset(long_label, 'x', DEVICE_NAME_MAX);
	long_label[DEVICE_NAME_MAX] = '\0';
	ok(!device_name_is_label("x", long_label), "longer than any");
}

static void test_mapped(void)
{
	static const struct {
		const char *path;
		const char *want;
	} cases[] = {
		{ "vg/lv", "vg-lv" },
		/* lvm2, dm_build_dm_name() */
		{ "my-vg/lv", "my--vg-lv" },
		{ "vg/a-b--c", "vg-a--b----c" },
		{ "mapper/my--vg-lv", "my--vg-lv" },
		{ "mapper/luks-12ab", "luks-12ab" },
		{ "vda1", "" },
		{ "vg/", "" },
		{ "/lv", "" },
		{ "mapper/", "" },
		{ "disk/by-id/x", "" },
		{ "ZFS=pool/root", "" },
	};
	char got[DEVICE_NAME_MAPPED_MAX], dashes[DEVICE_NAME_MAX + 1];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (!device_name_mapped(cases[i].path, got))
			got[0] = '\0';
		is(got, cases[i].want, cases[i].path);
	}
	memset(dashes, '-', sizeof(dashes));
	dashes[1] = '/';
	dashes[DEVICE_NAME_MAX] = '\0';
	ok(!device_name_mapped(dashes, got), "longer than any name");
	dashes[DEVICE_NAME_MAX - 1] = '\0';
	ok(device_name_mapped(dashes, got) && strlen(got) == 2 * 254 + 1,
	   "there is room for two of every dash");
}

int main(void)
{
	test_forms();
	test_none();
	test_offset();
	test_text();
	test_same();
	test_label();
	test_mapped();
	return tap_done();
}
