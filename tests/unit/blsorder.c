/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The orders of Boot Loader Specification entries: the specification's
 * sentences one by one; rpm's own tests of rpmvercmp(), and the names that
 * Fedora's kernels have.
 */
#include "entries/blsorder.h"

#include "tap.h"

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

static void spec(struct blsorder_key a, struct blsorder_key b, const char *name)
{
	ok(blsorder_spec(&a, &b) < 0 && blsorder_spec(&b, &a) > 0, "%s", name);
}

/* The file @id, never tried; and one that is counted. */
#define KEY(name, ...)                                                         \
	((struct blsorder_key){                                                \
		.id = name, .tries_left = -1, .tries_done = -1, __VA_ARGS__ })
#define TRIED(name, left, done, ...)                                           \
	((struct blsorder_key){ .id = name,                                    \
				.tries_left = left,                            \
				.tries_done = done,                            \
				__VA_ARGS__ })

static void test_spec(void)
{
	struct blsorder_key one =
		KEY("a", .sort_key = "debian", .version = "6.1");

	ok(blsorder_spec(&one, &one) == 0, "equal");
	spec(KEY("a", .sort_key = "z"), TRIED("a", 0, 0, .sort_key = "a"),
	     "1. bad ones last, whatever they are");
	spec(TRIED("b", 1, 2), KEY("a"),
	     "1. an indeterminate one is none of them");
	spec(KEY("a", .sort_key = "arch"), KEY("a", .sort_key = "fedora"),
	     "2. sort-key, A to Z");
	spec(KEY("a", .sort_key = "Z"), KEY("a", .sort_key = "a"),
	     "2. by strcmp()");
	spec(KEY("a", .sort_key = "f", .machine_id = "1", .version = "1"),
	     KEY("a", .sort_key = "f", .machine_id = "2", .version = "2"),
	     "2. machine-id stands above version");
	spec(KEY("a", .sort_key = "f", .version = "1"),
	     KEY("a", .sort_key = "f", .machine_id = "2", .version = "2"),
	     "2. none is lower");
	spec(KEY("a", .sort_key = "f", .version = "6.10"),
	     KEY("a", .sort_key = "f", .version = "6.9"),
	     "2. versions, newest up");
	spec(KEY("a", .sort_key = "f", .version = "6.1"),
	     KEY("a", .sort_key = "f", .version = "6.1~rc1"), "2. a ~rc");
	spec(KEY("a-2", .sort_key = "f", .version = "1"),
	     KEY("a-1", .sort_key = "f", .version = "1"), "2. then by 4.");
	spec(KEY("a", .sort_key = "z"), KEY("z"),
	     "3. who has a sort-key is earlier");
	spec(KEY("z"), KEY("y", .sort_key = "", .machine_id = "1"),
	     "3. an empty one is none");
	spec(KEY("m-6.10", .version = "1"), KEY("m-6.9", .version = "2"),
	     "4. without sort-key the file name alone");
	spec(KEY("arch", .ending = ".conf"),
	     KEY("arch-fallback", .ending = ".conf"),
	     "4. bootctl's: the plain name before the longer one");
	spec(KEY("m-6.1.1", .ending = ".conf"), KEY("m-6.1", .ending = ".conf"),
	     "4. but not where a version goes on");
	spec(KEY("m-6.1.0-13"), KEY("m-6.1.0-9"), "4. as versions");
	spec(KEY("Zeta", .ending = ".conf"), KEY("alpha", .ending = ".CONF"),
	     "4. names in small letters, as systemd-boot has them");
	spec(KEY("Arch", .ending = ".conf"), KEY("arch-lts", .ending = ".conf"),
	     "4. also in part");
	spec(TRIED("x", 0, 0), KEY("z", .sort_key = "a", .unlisted = true),
	     "what the loader does not list is last");
	spec(TRIED("x", 2, 1), TRIED("x", 1, 2),
	     "counters tell equal names apart");
	spec(TRIED("x", 0, 3), TRIED("x", 0, 4),
	     "bad ones by how often they failed");
	spec(KEY("x"), KEY("x", .profile = 1), "profiles by number");
	spec(KEY("a_1", .profile = 1), KEY("a+1", .profile = 0),
	     "profiles of one file stay together");
}

static void grub(const char *a, int want, const char *b)
{
	int got = sign(blsorder_grub(a, b)), back = sign(blsorder_grub(b, a));

	ok(got == want && back == -want, "%s %s %s", a,
	   want < 0   ? "<"
	   : want > 0 ? ">"
		      : "=",
	   b);
}

/* tests/rpmvercmp.at of rpm, as far as the strings differ for people too. */
static void test_rpm(void)
{
	grub("1.0", 0, "1.0");
	grub("1.0", -1, "2.0");
	grub("2.0.1", 1, "2.0");
	grub("2.0.1a", 1, "2.0.1");
	grub("5.5p1", -1, "5.5p2");
	grub("5.5p10", 1, "5.5p1");
	grub("10xyz", -1, "10.1xyz");
	grub("xyz10", -1, "xyz10.1");
	grub("xyz.4", -1, "8");
	grub("xyz.4", -1, "2");
	grub("5.5p2", -1, "5.6p1");
	grub("5.6p1", -1, "6.5p1");
	grub("6.0.rc1", 1, "6.0");
	grub("10b2", 1, "10a1");
	grub("1.0aa", 1, "1.0a");
	grub("10.0001", -1, "10.0039");
	grub("4.999.9", -1, "5.0");
	grub("20101121", -1, "20101122");
	grub("a", -1, "1");
	grub("a", -1, "a1");
	grub("1.0~rc1", -1, "1.0");
	grub("1.0~rc1", -1, "1.0~rc2");
	grub("1.0~rc1~git123", -1, "1.0~rc1");
	grub("99999999999999999999", -1, "100000000000000000000");
	/* GRUB's own addition */
	grub("1.0+debug", 1, "1.0");
	grub("1.0+debug", -1, "1.0.1");
	grub("1.0+debug", -1, "1.0a");
	grub("1.0~a", -1, "1.0+a");
}

static void test_fedora(void)
{
	static const char *const names[] = {
		/* Oldest first. */
		"ffffffffffffffffffffffffffffffff-0-rescue",
		"ffffffffffffffffffffffffffffffff-5.14.0-70.el9.x86_64",
		"ffffffffffffffffffffffffffffffff-5.14.0-70.13.1.el9_0.x86_64",
		"ffffffffffffffffffffffffffffffff-5.14.0-162.el9.x86_64",
		"ffffffffffffffffffffffffffffffff-6.4.15-200.fc38.x86_64",
		"ffffffffffffffffffffffffffffffff-6.5.6-300.fc39.x86_64",
		"ffffffffffffffffffffffffffffffff-6.5.6-300.fc39.x86_64+debug",
		"ffffffffffffffffffffffffffffffff-6.5.10-300.fc39.x86_64",
		"ffffffffffffffffffffffffffffffff-6.10.0-0.rc1.17.fc41.x86_64",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		for (size_t k = 0; k < i; k++)
			ok(blsorder_grub(names[k], names[i]) < 0 &&
				   blsorder_grub(names[i], names[k]) > 0,
			   "%s is older than %s", names[k] + 33, names[i] + 33);
	/* kernel-install's MAKEDEBUG names the same kernel a second time. */
	grub("f-6.5.6-300.fc39.x86_64~debug", -1, "f-6.5.6-300.fc39.x86_64");
	grub("f-6.5.6-300.fc39.x86_64+debug", 1, "f-6.5.6-300.fc39.x86_64");
	grub("f-6.5.6-300.fc39.x86_64+debug", -1, "f-6.5.6-301.fc39.x86_64");
	grub("f-6.5.6-300.fc39.aarch64+debug", -1,
	     "f-6.5.6-300.fc39.aarch64+rt");
	grub("f-6.5.6-300.fc39.aarch64+64k", 1, "f-6.5.6-300.fc39.aarch64+rt");
	grub("f-6.5.6-300.fc39.aarch64+64k", -1,
	     "f-6.5.6-300.fc39.aarch64+64k+debug");
	/* systemd's strverscmp_improved() */
	spec(KEY("f-6.5.6-300.fc39.x86_64+debug"),
	     KEY("f-6.5.6-300.fc39.x86_64"), "systemd: a +debug kernel");
	spec(KEY("f-6.5.6-301.fc39.x86_64"),
	     KEY("f-6.5.6-300.fc39.x86_64+debug"),
	     "systemd: a newer one than it");
	/* ostree numbers its deployments: the highest is the newest. */
	grub("ostree-1-fedora-coreos", -1, "ostree-2-fedora-coreos");
	grub("ostree-1", -1, "ostree-2");
	grub("ostree-9", -1, "ostree-10");
	/* What it takes for equal is told apart all the same. */
	grub("a-1.0-1", -1, "a-1_0-1");
	grub("", -1, "-");
	grub("--", 1, "-");
}

int main(void)
{
	test_spec();
	test_rpm();
	test_fedora();
	return tap_done();
}
