/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sentences for what the kernel's kexec calls answer. */
#include "sys/errors.h"

#include <errno.h>
#include <ctype.h>

#include "base/reason.h"
#include "tap.h"

struct expect {
	enum errors_call call;
	int err;
	/* What the sentence must say: the cause, or what to do. */
	const char *part;
};

/* Every errno that the kernel's source returns from the calls. */
static const struct expect expects[] = {
	{ ERRORS_KEXEC_LOAD, EPERM, "CAP_SYS_BOOT" },
	{ ERRORS_KEXEC_LOAD, EACCES, "security module" },
	{ ERRORS_KEXEC_LOAD, ENOSYS, "CONFIG_KEXEC;" },
	{ ERRORS_KEXEC_LOAD, EBUSY, "try again" },
	{ ERRORS_KEXEC_LOAD, EINVAL, "half of the memory" },
	{ ERRORS_KEXEC_LOAD, EADDRNOTAVAIL, "destination" },
	{ ERRORS_KEXEC_LOAD, ENOMEM, "not enough free memory" },
	{ ERRORS_KEXEC_LOAD, EFAULT, "cannot be read" },
	{ ERRORS_KEXEC_FILE_LOAD, EPERM, "signed" },
	{ ERRORS_KEXEC_FILE_LOAD, EACCES, "security module" },
	{ ERRORS_KEXEC_FILE_LOAD, ENOSYS, "CONFIG_KEXEC_FILE" },
	{ ERRORS_KEXEC_FILE_LOAD, EBUSY, "try again" },
	{ ERRORS_KEXEC_FILE_LOAD, EKEYREJECTED, "does not verify" },
	{ ERRORS_KEXEC_FILE_LOAD, ENOKEY, "does not trust" },
	{ ERRORS_KEXEC_FILE_LOAD, ENODATA, "no signature" },
	{ ERRORS_KEXEC_FILE_LOAD, EBADMSG, "signature" },
	{ ERRORS_KEXEC_FILE_LOAD, ELIBBAD, "signature" },
	{ ERRORS_KEXEC_FILE_LOAD, ENOPKG, "algorithm" },
	{ ERRORS_KEXEC_FILE_LOAD, ENOEXEC, "--method load" },
	{ ERRORS_KEXEC_FILE_LOAD, EINVAL, "command line" },
	{ ERRORS_KEXEC_FILE_LOAD, EFBIG, "larger" },
	{ ERRORS_KEXEC_FILE_LOAD, EADDRNOTAVAIL, "no free range" },
	{ ERRORS_KEXEC_FILE_LOAD, ENOMEM, "--method load" },
	{ ERRORS_KEXEC_FILE_LOAD, EIO, "input/output" },
	{ ERRORS_KEXEC_UNLOAD, EPERM, "root" },
	{ ERRORS_KEXEC_UNLOAD, ENOSYS, "CONFIG_KEXEC" },
	{ ERRORS_KEXEC_UNLOAD, EBUSY, "try again" },
	{ ERRORS_REBOOT_KEXEC, EINVAL, "no kernel is loaded" },
	{ ERRORS_REBOOT_KEXEC, EPERM, "CAP_SYS_BOOT" },
	{ ERRORS_REBOOT_KEXEC, EBUSY, "try again" },
	/* An errno that nobody foresaw: at least its own name. */
	{ ERRORS_REBOOT_KEXEC, EXDEV, "Invalid cross-device link" },
};

int main(void)
{
	static const char *const calls[] = {
		[ERRORS_KEXEC_LOAD] = "kexec_load: ",
		[ERRORS_KEXEC_FILE_LOAD] = "kexec_file_load: ",
		[ERRORS_KEXEC_UNLOAD] = "unloading with kexec_load: ",
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
	}
	return tap_done();
}
