/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sentences for what the kernel's kexec calls answer. */
#include "sys/errors.h"

#include <errno.h>

#include "base/reason.h"
#include "sys/record.h"
#include "tap.h"

struct expect {
	enum errors_call call;
	int err;
	/* What the sentence must say: the cause, or what to do. */
	const char *part;
};

/* Every errno that the kernel's source (6.12) returns from the calls, and who
 * returns it. */
static const struct expect expects[] = {
	/* kexec_load_check(): capable(), kexec_load_disabled, lockdown */
	{ ERRORS_KEXEC_LOAD, EPERM, "--method file" },
	{ ERRORS_KEXEC_LOAD, EPERM, "CAP_SYS_BOOT" },
	/* ima_load_data() */
	{ ERRORS_KEXEC_LOAD, EACCES, "--method file" },
	{ ERRORS_KEXEC_LOAD, ENOSYS, "--method file" },
	/* kexec_trylock() */
	{ ERRORS_KEXEC_LOAD, EBUSY, "try again" },
	/* sanity_check_segment_list() */
	{ ERRORS_KEXEC_LOAD, EINVAL, "half of the memory" },
	{ ERRORS_KEXEC_LOAD, EADDRNOTAVAIL, "destination" },
	{ ERRORS_KEXEC_LOAD, ENOMEM, "give the machine more" },
	/* kimage_load_normal_segment(): copy_from_user() */
	{ ERRORS_KEXEC_LOAD, EFAULT, "check the disk" },
	{ ERRORS_KEXEC_LOAD, EINTR, "try again" },
	/* machine_kexec_prepare(), from 6.15 on */
	{ ERRORS_KEXEC_LOAD, EOPNOTSUPP, "reboot instead" },
	{ ERRORS_KEXEC_FILE_LOAD, EPERM, "a signed kernel image" },
	/* ima_post_read_file() */
	{ ERRORS_KEXEC_FILE_LOAD, EACCES, "security.ima" },
	{ ERRORS_KEXEC_FILE_LOAD, ENOSYS, "--method load" },
	{ ERRORS_KEXEC_FILE_LOAD, EBUSY, "try again" },
	/* verify_pefile_signature(), verify_pkcs7_signature() */
	{ ERRORS_KEXEC_FILE_LOAD, EKEYREJECTED, "does not verify" },
	{ ERRORS_KEXEC_FILE_LOAD, EKEYREJECTED, "install the kernel anew" },
	{ ERRORS_KEXEC_FILE_LOAD, ENOKEY, "enroll this key" },
	{ ERRORS_KEXEC_FILE_LOAD, EKEYREVOKED, "revoked" },
	{ ERRORS_KEXEC_FILE_LOAD, EKEYEXPIRED, "set the clock" },
	{ ERRORS_KEXEC_FILE_LOAD, ENODATA, "no signature" },
	{ ERRORS_KEXEC_FILE_LOAD, ENODATA, "sign it" },
	{ ERRORS_KEXEC_FILE_LOAD, EBADMSG, "signature of the kernel" },
	{ ERRORS_KEXEC_FILE_LOAD, ELIBBAD, "signature of the kernel" },
	{ ERRORS_KEXEC_FILE_LOAD, EMSGSIZE, "signature of the kernel" },
	{ ERRORS_KEXEC_FILE_LOAD, ENOPKG, "algorithm" },
	{ ERRORS_KEXEC_FILE_LOAD, 524, "sbsign" },
	{ ERRORS_KEXEC_FILE_LOAD, EOPNOTSUPP, "sbsign" },
	/* kexec_image_probe_default() */
	{ ERRORS_KEXEC_FILE_LOAD, ENOEXEC, "--method load" },
	/* bzImage64_load(), kernel_read_file() */
	{ ERRORS_KEXEC_FILE_LOAD, EINVAL, "command line is too long" },
	{ ERRORS_KEXEC_FILE_LOAD, EFBIG, "larger" },
	{ ERRORS_KEXEC_FILE_LOAD, ETXTBSY, "wait until it has finished" },
	{ ERRORS_KEXEC_FILE_LOAD, EBADF, "not open for reading" },
	{ ERRORS_KEXEC_FILE_LOAD, EIO, "check the disk" },
	{ ERRORS_KEXEC_FILE_LOAD, EFAULT, "command line" },
	/* kexec_locate_mem_hole() */
	{ ERRORS_KEXEC_FILE_LOAD, EADDRNOTAVAIL, "no free range" },
	{ ERRORS_KEXEC_FILE_LOAD, ENOMEM, "--method load" },
	{ ERRORS_KEXEC_FILE_LOAD, EINTR, "try again" },
	{ ERRORS_REBOOT_KEXEC, EINVAL, "no kernel is loaded" },
	{ ERRORS_REBOOT_KEXEC, EPERM, "CAP_SYS_BOOT" },
	{ ERRORS_REBOOT_KEXEC, EBUSY, "try again" },
	{ ERRORS_REBOOT_KEXEC, ENOMEM, "give the machine more" },
	/* An errno that nobody foresaw: at least its own name. */
	{ ERRORS_REBOOT_KEXEC, EXDEV, "Invalid cross-device link" },
};

static void set_errno(const struct expect *e)
{
	record_reset();
	if (e->call == ERRORS_KEXEC_LOAD)
		record()->fail_kexec_load = e->err;
	else if (e->call == ERRORS_KEXEC_FILE_LOAD)
		record()->fail_kexec_file_load = e->err;
	else
		record()->fail_reboot = e->err;
}

/* The same through the calls themselves: the recording twin answers @e. */
static void through_sys(const struct expect *e)
{
	struct sys_segment segment = { "x", 1, 0x100000, 4096 };
	struct reason why = { "" };
	int err = 0;

	set_errno(e);
	if (e->call == ERRORS_KEXEC_LOAD)
		err = sys_kexec_load(0x100000, &segment, 1, &why);
	else if (e->call == ERRORS_KEXEC_FILE_LOAD)
		err = sys_kexec_file_load(0, -1, "", &why);
	else if (e->call == ERRORS_REBOOT_KEXEC)
		err = sys_reboot_kexec(&why);
	else
		return;
	ok(err == -e->err && strstr(why.text, e->part), "twin: %s", e->part);
}

int main(void)
{
	static const char *const calls[] = {
		[ERRORS_KEXEC_LOAD] = "kexec_load: ",
		[ERRORS_KEXEC_FILE_LOAD] = "kexec_file_load: ",
		[ERRORS_REBOOT_KEXEC] = "reboot into the loaded kernel: ",
	};

	for (size_t i = 0; i < sizeof(expects) / sizeof(expects[0]); i++) {
		const struct expect *e = &expects[i];
		struct reason why = { "" };
		const char *call = calls[e->call];

		ok(errors_explain(e->call, e->err, &why) == -e->err &&
			   strncmp(why.text, call, strlen(call)) == 0 &&
			   strstr(why.text, e->part),
		   "%s", why.text);
		through_sys(e);
	}
	return tap_done();
}
