/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bounds-checked view: wrong lengths first. */
#include "base/bytes.h"
#include "tap.h"

int main(void)
{
	static const uint8_t data[] = { 0x01, 0x02, 0x03, 0x04, 0x05,
					0x06, 0x07, 0x88, 'H',	'd' };
	struct bytes b = { data, sizeof(data) }, part = { NULL, 77 };
	struct bytes none = { NULL, 0 };
	uint16_t u16 = 7;
	uint32_t u32 = 7;
	uint64_t u64 = 7;
	uint8_t u8 = 7;

	ok(!bytes_has(b, 11, 0), "nothing lies beyond the end");
	ok(bytes_has(b, 10, 0), "an empty part lies at the end");
	ok(!bytes_has(b, 9, 2), "one byte too many");
	ok(!bytes_has(b, UINT64_MAX, 2), "offset + length may not wrap");
	ok(!bytes_has(b, 2, UINT64_MAX), "length + offset may not wrap");
	ok(!bytes_has(none, 0, 1), "an empty view has nothing");

	ok(!bytes_sub(b, 4, 7, &part) && part.len == 77,
	   "a part that does not fit leaves the result alone");
	ok(bytes_sub(b, 4, 6, &part) && part.len == 6 && part.data[0] == 5,
	   "a part to the end");

	ok(!bytes_u8(b, 10, &u8) && u8 == 7, "no byte beyond the end");
	ok(!bytes_le16(b, 9, &u16) && u16 == 7, "half a 16-bit number");
	ok(!bytes_le32(b, 7, &u32) && u32 == 7, "most of a 32-bit number");
	ok(!bytes_le64(b, 3, &u64) && u64 == 7, "most of a 64-bit number");
	ok(bytes_u8(b, 7, &u8) && u8 == 0x88, "8 bits");
	ok(bytes_le16(b, 1, &u16) && u16 == 0x0302, "16 bits, odd offset");
	ok(bytes_le32(b, 1, &u32) && u32 == 0x05040302, "32 bits, odd offset");
	ok(bytes_le64(b, 0, &u64) && u64 == 0x8807060504030201, "64 bits");

	ok(bytes_match(b, 8, "Hd", 2), "match at the end");
	ok(!bytes_match(b, 8, "HdrS", 4), "match beyond the end");
	ok(!bytes_match(b, 7, "Hd", 2), "no match");
	return tap_done();
}
