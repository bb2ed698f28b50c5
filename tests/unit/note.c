/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sentences in one string. */
#include "image/note.h"

#include "tap.h"

int main(void)
{
	char note[16] = "";
	char none[1] = "";

	note_add(note, sizeof(note), "one %d", 1);
	is(note, "one 1", "a sentence");
	note_add(note, sizeof(note), "two");
	is(note, "one 1; two", "one more");
	note_add(note, sizeof(note), "much too long");
	is(note, "one 1; two", "one that does not fit is left out");
	note_add(note, sizeof(note), "123");
	is(note, "one 1; two; 123", "one that just fits");
	note_add(note, sizeof(note), "x");
	is(note, "one 1; two; 123", "nothing behind a full one");
	note_add(none, sizeof(none), "x");
	is(none, "", "no room at all");
	note_add(none, 0, "x");
	ok(none[0] == '\0', "nobody wants it");
	return tap_done();
}
