/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The JSON writer, against RFC 8259. */
#include "base/json.h"
#include "tap.h"

int main(void)
{
	struct text out = { 0 };
	struct json j;

	json_start(&j, &out);
	json_open_object(&j, NULL);
	json_string(&j, "id", "a");
	json_string(&j, "none", NULL);
	json_number(&j, "n", -5);
	json_bool(&j, "yes", true);
	json_open_array(&j, "empty");
	json_close_array(&j);
	json_open_array(&j, "list");
	json_open_object(&j, NULL);
	json_bool(&j, "no", false);
	json_close_object(&j);
	json_string(&j, NULL, "x");
	json_close_array(&j);
	json_open_object(&j, "o");
	json_close_object(&j);
	json_close_object(&j);
	json_end(&j);
	is(text_str(&out),
	   "{\n  \"id\": \"a\",\n  \"none\": null,\n  \"n\": -5,\n"
	   "  \"yes\": true,\n  \"empty\": [],\n  \"list\": [\n    {\n"
	   "      \"no\": false\n    },\n    \"x\"\n  ],\n  \"o\": {}\n}\n",
	   "commas and levels");
	text_free(&out);

	json_start(&j, &out);
	json_string(&j, NULL, "\"\\/\b\x1f\x7f\xc3\xa9");
	is(text_str(&out), "\"\\\"\\\\/\\u0008\\u001f\\u007f\xc3\xa9\"",
	   "what must be escaped, RFC 8259 section 7");
	text_free(&out);

	json_start(&j, &out);
	json_string(&j, NULL, "a\xff\xe2\x82z");
	is(text_str(&out), "\"a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz\"",
	   "bytes that are no UTF-8 become U+FFFD");
	text_free(&out);
	return tap_done();
}
