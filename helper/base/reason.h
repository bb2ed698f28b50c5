/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why something was refused: one sentence that names the thing and the
 * reason, without a full stop, fit for a person at a console.
 *
 * Library code never prints. It returns 0 or -errno and leaves the sentence
 * here; main.c alone shows it.
 */
#ifndef KBOOT_BASE_REASON_H
#define KBOOT_BASE_REASON_H

enum { REASON_MAX = 1024 };

struct reason {
	char text[REASON_MAX];
};

/*
 * Writes the sentence into @why (NULL: nobody wants it) and returns -@err, so
 * that a refusal is one statement: return reason(why, EINVAL, "...", ...).
 * @err is a positive errno. Bytes that a terminal could take for a command
 * come out as '?'; a sentence too long is cut.
 */
int reason(struct reason *why, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
