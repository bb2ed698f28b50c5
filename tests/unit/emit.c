/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers byte by byte, and nothing beyond the buffer. */
#include "image/emit.h"

#include "tap.h"

static uint8_t buf[32];

static void write_all(struct emit *e)
{
	emit_u8(e, 0x01);
	emit_u16(e, 0x0302);
	emit_u32(e, 0x07060504);
	emit_u64(e, 0x0f0e0d0c0b0a0908);
	emit_align(e, 4);
	emit_bytes(e, "ab", 2);
	emit_bytes(e, NULL, 0);
}

int main(void)
{
	struct emit e = { .buf = buf, .size = sizeof(buf) };
	bool right = true;

	memset(buf, 0xee, sizeof(buf));
	write_all(&e);
	for (uint8_t i = 1; i < 16; i++)
		right = right && buf[i - 1] == i;
	ok(right, "little-endian");
	ok(buf[15] == 0 && e.at == 18 && buf[16] == 'a' && buf[17] == 'b' &&
		   buf[18] == 0xee,
	   "aligned with a zero");
	ok(emit_string(&e, "xy") == 18 && e.at == 21 && buf[20] == 0 &&
		   buf[21] == 0xee,
	   "a string has its zero");
	emit_align(&e, 1);
	ok(e.at == 21, "any place is a multiple of 1");

	memset(buf, 0xee, sizeof(buf));
	e.at = 0;
	e.size = 0;
	e.buf = NULL;
	write_all(&e);
	ok(e.at == 18, "counts without a buffer");

	e.at = 0;
	e.size = 17;
	e.buf = buf;
	write_all(&e);
	ok(e.at == 18 && buf[14] == 15 && buf[16] == 0xee && buf[17] == 0xee,
	   "bytes that do not fit are not written in part");
	return tap_done();
}
