/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which machines may hand over, and by which way. */
#include "image/policy.h"

#include <errno.h>

#include "base/reason.h"
#include "tap.h"

static char note[256];

static int platform(struct facts f, struct reason *why)
{
	why->text[0] = '\0';
	memset(note, 'x', sizeof(note));
	return policy_platform(&f, note, sizeof(note), why);
}

static struct facts xen_hvm(unsigned int major, unsigned int minor,
			    const char *extra)
{
	struct facts f = {
		.platform = FACTS_XEN_HVM,
		.xen_major = major,
		.xen_minor = minor,
	};

	(void)snprintf(f.xen_extra, sizeof(f.xen_extra), "%s", extra);
	return f;
}

static void test_platform(void)
{
	struct reason why;

	ok(platform((struct facts){ 0 }, &why) == 0 && !note[0], "native");
	ok(platform((struct facts){ .platform = FACTS_XEN_PV }, &why) ==
		   -ENOTSUP,
	   "Xen PV");
	ok(strstr(why.text, "would power the domain off") != NULL,
	   "says what would happen");
	ok(platform((struct facts){ .platform = FACTS_XEN_PVH }, &why) ==
		   -ENOTSUP,
	   "Xen PVH");
	ok(strstr(why.text, "would destroy the domain") != NULL,
	   "says what would happen");
	ok(platform((struct facts){ .platform = FACTS_XEN_PVH,
				    .self_reset = true },
		    &why) == 0 &&
		   !note[0],
	   "Xen PVH with self-reset");
	ok(platform((struct facts){ .platform = FACTS_XEN_PV,
				    .self_reset = true },
		    &why) == 0,
	   "Xen PV with self-reset");
}

static void test_xen_hvm(void)
{
	struct reason why;

	ok(platform(xen_hvm(4, 17, ".3"), &why) == 0 &&
		   strstr(note, "soft reset"),
	   "Xen HVM: the note says that the toolstack must help");
	ok(platform(xen_hvm(4, 6, ".6"), &why) == -ENOTSUP &&
		   strstr(why.text, "on Xen 4.6,"),
	   "Xen 4.6 knows no soft reset");
	ok(platform(xen_hvm(4, 7, ".0"), &why) == 0, "Xen 4.7 does");
	ok(platform(xen_hvm(0, 0, ""), &why) == 0, "version not known");
	ok(platform(xen_hvm(4, 16, ".3"), &why) == 0 &&
		   strstr(note, "Xen 4.16.3, whose toolstack, unless"),
	   "4.16.3: a warning");
	ok(platform(xen_hvm(4, 16, ".4"), &why) == 0 && !strstr(note, "4.16"),
	   "4.16.4: none");
	ok(platform(xen_hvm(4, 17, ".0"), &why) == 0 && strstr(note, "4.17.0"),
	   "4.17.0: a warning");
	ok(platform(xen_hvm(4, 17, "-unstable"), &why) == 0 &&
		   !strstr(note, "destroys"),
	   "an extra version that is no number: none");
}

static int method(enum image_method wanted, struct facts f,
		  enum image_method *got, struct reason *why)
{
	*got = IMAGE_AUTO;
	return policy_method(got, wanted, &f, why);
}

static void test_method(void)
{
	struct facts free = { .may_boot = true };
	struct facts locked = { .may_boot = true, .lockdown = true };
	struct facts off = { .may_boot = true, .load_disabled = true };
	struct facts user = { .may_boot = false };
	enum image_method m;
	struct reason why;

	ok(!method(IMAGE_AUTO, free, &m, &why) && m == IMAGE_LOAD,
	   "auto takes kexec_load");
	ok(!method(IMAGE_FILE, free, &m, &why) && m == IMAGE_FILE,
	   "file is file");
	ok(!method(IMAGE_LOAD, free, &m, &why) && m == IMAGE_LOAD,
	   "load is load");
	ok(!method(IMAGE_AUTO, locked, &m, &why) && m == IMAGE_FILE,
	   "locked down: auto takes kexec_file_load");
	ok(method(IMAGE_LOAD, locked, &m, &why) == -EPERM &&
		   strstr(why.text, "--method file"),
	   "locked down: load is refused, with the way out");
	ok(method(IMAGE_AUTO, off, &m, &why) == -EPERM &&
		   strstr(why.text, "kexec_load_disabled"),
	   "switched off: nothing goes");
	ok(method(IMAGE_FILE, off, &m, &why) == -EPERM, "by either way");
	ok(method(IMAGE_AUTO, user, &m, &why) == -EPERM &&
		   strstr(why.text, "as root"),
	   "not root");
}

int main(void)
{
	test_platform();
	test_xen_hvm();
	test_method();
	return tap_done();
}
