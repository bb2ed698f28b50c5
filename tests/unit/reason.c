/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One sentence for a refusal. */
#include "base/reason.h"

#include <errno.h>

#include "tap.h"

int main(void)
{
	char longer[2 * REASON_MAX];
	struct reason why;

	ok(reason(NULL, EINVAL, "nobody %s", "listens") == -EINVAL,
	   "without a reader");
	ok(reason(&why, ENOENT, "%s: not there", "/x") == -ENOENT,
	   "returns -errno");
	is(why.text, "/x: not there", "the sentence");
	(void)reason(&why, EIO, "a\x1b[31mb\nc\x7f");
	is(why.text, "a?[31mb?c?", "bytes that a terminal obeys");
	memset(longer, 'x', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	(void)reason(&why, EIO, "%s", longer);
	ok(strlen(why.text) == REASON_MAX - 1, "too long is cut");
	return tap_done();
}
