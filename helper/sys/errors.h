/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a failed system call means and what to do about it. Pure, shared by
 * the real file and its twin, so that tests see the sentences people see.
 */
#ifndef KBOOT_SYS_ERRORS_H
#define KBOOT_SYS_ERRORS_H

struct reason;

enum errors_call {
	ERRORS_KEXEC_LOAD,
	ERRORS_KEXEC_FILE_LOAD,
	ERRORS_REBOOT_KEXEC,
};

/* The sentence for the positive errno @err of @call into *@why; -@err. */
int errors_explain(enum errors_call call, int err, struct reason *why);

#endif
