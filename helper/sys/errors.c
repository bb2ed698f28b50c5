/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The errnos of kexec_load, kexec_file_load and reboot, as the kernel's
 * kernel/kexec.c, kexec_file.c, kexec_core.c, kernel_read_file.c, reboot.c,
 * arch/x86, crypto/asymmetric_keys and security/integrity/ima return them, as
 * sentences that say what to do. One table; calls nothing.
 */
#include "sys/errors.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "base/reason.h"

static const char *const names[] = {
	[ERRORS_KEXEC_LOAD] = "kexec_load",
	[ERRORS_KEXEC_FILE_LOAD] = "kexec_file_load",
	[ERRORS_REBOOT_KEXEC] = "reboot into the loaded kernel",
};

/* linux/errno.h: verify_pefile.c returns it, no header of libc has it. */
enum { KERNEL_ENOTSUPP = 524 };

/* First match wins; the rows of one call come before those of all. */
static const struct row {
	int call;
	int err;
	const char *text;
} rows[] = {
	{ ERRORS_KEXEC_LOAD, EPERM,
	  "not permitted: it needs root with CAP_SYS_BOOT, "
	  "kernel.kexec_load_disabled=0 and a kernel that is not locked down "
	  "(a locked-down one takes --method file)" },
	{ ERRORS_KEXEC_LOAD, EACCES,
	  "the running kernel takes no kernel that it cannot verify (IMA, or "
	  "Secure Boot); take --method file" },
	{ ERRORS_KEXEC_LOAD, ENOSYS,
	  "the running kernel is built without CONFIG_KEXEC; try "
	  "--method file" },
	{ ERRORS_KEXEC_LOAD, ENOMEM,
	  "the running kernel has not enough free memory; give the machine "
	  "more, or use a smaller initrd" },
	{ ERRORS_KEXEC_LOAD, EADDRNOTAVAIL,
	  "the running kernel does not take the destination addresses; try "
	  "--method file, which leaves them to it" },
	{ ERRORS_KEXEC_LOAD, EINVAL,
	  "the running kernel does not take the segments (they overlap, or "
	  "make up more than half of the memory); give the machine more "
	  "memory, or try --method file" },
	{ ERRORS_KEXEC_LOAD, EFAULT,
	  "the files cannot be read; check the disk" },
	{ ERRORS_KEXEC_FILE_LOAD, EPERM,
	  "not permitted: it needs root with CAP_SYS_BOOT, "
	  "kernel.kexec_load_disabled=0 and, on a locked-down kernel, a signed "
	  "kernel image" },
	{ ERRORS_KEXEC_FILE_LOAD, EACCES,
	  "a security module of the running kernel forbids it: under IMA the "
	  "files need signatures (security.ima), or the policy a rule for "
	  "them" },
	{ ERRORS_KEXEC_FILE_LOAD, ENOSYS,
	  "the running kernel is built without CONFIG_KEXEC_FILE; try "
	  "--method load" },
	{ ERRORS_KEXEC_FILE_LOAD, EKEYREJECTED,
	  "the signature of the kernel image does not verify: the image was "
	  "changed after signing, or its key is not accepted; install the "
	  "kernel anew, or boot another one" },
	{ ERRORS_KEXEC_FILE_LOAD, ENOKEY,
	  "the kernel image is signed with a key that the running kernel does "
	  "not trust: sign it with another one or enroll this key" },
	{ ERRORS_KEXEC_FILE_LOAD, EKEYREVOKED,
	  "the key that the kernel image is signed with was revoked: boot a "
	  "newer kernel, or sign this one anew" },
	{ ERRORS_KEXEC_FILE_LOAD, EKEYEXPIRED,
	  "the key that the kernel image is signed with has expired: boot a "
	  "newer kernel, sign this one anew, or set the clock if it is "
	  "wrong" },
	{ ERRORS_KEXEC_FILE_LOAD, ENODATA,
	  "the kernel image has no signature, and the running kernel demands "
	  "one: sign it, or boot a signed one" },
	{ ERRORS_KEXEC_FILE_LOAD, EBADMSG,
	  "the signature of the kernel image is damaged: install the kernel "
	  "anew" },
	{ ERRORS_KEXEC_FILE_LOAD, ELIBBAD,
	  "the signature of the kernel image is damaged: install the kernel "
	  "anew" },
	{ ERRORS_KEXEC_FILE_LOAD, EMSGSIZE,
	  "the signature of the kernel image is damaged: install the kernel "
	  "anew" },
	{ ERRORS_KEXEC_FILE_LOAD, ENOPKG,
	  "the running kernel lacks the algorithm that the kernel image is "
	  "signed with: sign it with a common one (SHA-256, RSA)" },
	{ ERRORS_KEXEC_FILE_LOAD, KERNEL_ENOTSUPP,
	  "the running kernel does not know this kind of signature: sign the "
	  "kernel image as a PE file (sbsign)" },
	{ ERRORS_KEXEC_FILE_LOAD, EOPNOTSUPP,
	  "the running kernel does not know this kind of signature or of "
	  "machine: sign the kernel image as a PE file (sbsign), or try "
	  "--method load" },
	{ ERRORS_KEXEC_FILE_LOAD, ENOEXEC,
	  "the running kernel does not know this format of kernel image; try "
	  "--method load" },
	{ ERRORS_KEXEC_FILE_LOAD, EINVAL,
	  "the running kernel does not take the files: one is empty, the "
	  "command line is too long, or they make up more than half of the "
	  "memory; shorten or shrink them, or try --method load" },
	{ ERRORS_KEXEC_FILE_LOAD, EFBIG,
	  "a file is larger than the running kernel reads; try --method "
	  "load" },
	{ ERRORS_KEXEC_FILE_LOAD, ETXTBSY,
	  "another program is writing to one of the files: wait until it has "
	  "finished (an update?), and try again" },
	{ ERRORS_KEXEC_FILE_LOAD, EBADF,
	  "one of the files is not open for reading" },
	{ ERRORS_KEXEC_FILE_LOAD, EFAULT, "the command line cannot be read" },
	{ ERRORS_KEXEC_FILE_LOAD, EADDRNOTAVAIL,
	  "the running kernel finds no free range that is large enough; give "
	  "the machine more memory, or use a smaller initrd" },
	{ ERRORS_KEXEC_FILE_LOAD, ENOMEM,
	  "the running kernel has not enough free memory; give the machine "
	  "more, use a smaller initrd, or try --method load, which takes "
	  "less" },
	{ ERRORS_KEXEC_FILE_LOAD, EIO,
	  "reading a file failed (input/output error); check the disk" },
	{ ERRORS_REBOOT_KEXEC, EINVAL,
	  "no kernel is loaded; `kboot load` comes first" },
	{ ERRORS_REBOOT_KEXEC, EPERM,
	  "not permitted: it needs root with CAP_SYS_BOOT" },
	{ -1, EBUSY,
	  "another program is using kexec at this moment; try again" },
	{ -1, EINTR, "it was interrupted; try again" },
	{ -1, EOPNOTSUPP,
	  "the running kernel cannot start another one on this machine (a "
	  "confidential guest?); reboot instead" },
	{ -1, ENOMEM,
	  "the running kernel has not enough free memory; give the machine "
	  "more" },
};

int errors_explain(enum errors_call call, int err, struct reason *why)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if ((rows[i].call == -1 || rows[i].call == (int)call) &&
		    rows[i].err == err)
			return reason(why, err, "%s: %s", names[call],
				      rows[i].text);
	return reason(why, err, "%s: %s", names[call], strerror(err));
}
