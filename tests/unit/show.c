/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list in its three forms; the JSON is the one that docs promise. */
#include "entries/show.h"

#include "tap.h"

/* Xen with its modules, and the second profile of a UKI. */
static void test_kinds(void)
{
	char xen[] = "/xen.gz", k[] = "/vmlinuz", words[] = "root=/dev/vda1",
	     dir[] = "/mnt", none[] = "";
	struct entry_initrd module = { .tree = 1, .path = k, .words = words };
	struct entry list[] = {
		{ .id = xen,
		  .title = xen,
		  .source = xen,
		  .kernel = xen,
		  .cmdline = none,
		  .kind = ENTRY_MULTIBOOT,
		  .initrd = &module,
		  .initrd_count = 1,
		  .rescue = true },
		{ .id = k,
		  .title = k,
		  .source = k,
		  .kernel = k,
		  .cmdline = none,
		  .kind = ENTRY_UKI,
		  .profile = 1,
		  .worn_out = true },
	};
	struct entries_rejected skipped[] = { { .source = dir,
						.reason = words } };
	struct entries entries = { .list = list,
				   .count = 2,
				   .skipped = skipped,
				   .skipped_count = 1,
				   .by_default = -1 };
	struct tree tree = {
		.fd = -1, .dir = dir, .uuid = none, .label = none, .dev = none
	};
	struct tree trees[] = { tree, tree };
	struct text out = { 0 };

	show_json(&out, &entries, ENTRIES_WAIT);
	ok(strstr(text_str(&out), "\"timeout\": null"), "json: no timeout");
	ok(strstr(text_str(&out),
		  "      \"initrd\": [],\n      \"modules\": [\n        {\n"
		  "          \"path\": \"/vmlinuz\",\n"
		  "          \"cmdline\": \"root=/dev/vda1\",\n"
		  "          \"fs\": 1\n        }\n      ],\n"),
	   "json: modules");
	ok(strstr(text_str(&out), "\"kind\": \"multiboot\",\n") &&
		   strstr(text_str(&out), "\"kind\": \"uki\",\n"
					  "      \"profile\": 1,\n") &&
		   strstr(text_str(&out), "\"rescue\": true"),
	   "json: kinds");
	text_free(&out);
	show_tab(&out, &entries, trees, ENTRIES_WAIT);
	is(text_str(&out),
	   "timeout\t\nentry\t/xen.gz\t/xen.gz\nkernel\t/mnt/xen.gz\n"
	   "module\t/mnt/vmlinuz\ncmdline\t\n"
	   "entry\t/vmlinuz\t/vmlinuz\nkernel\t/mnt/vmlinuz\ncmdline\t\n",
	   "tab: waits for a person; modules");
	text_free(&out);
	show_table(&out, &entries, trees, true);
	ok(strstr(text_str(&out), "module /vmlinuz on /mnt: root=/dev/vda1\n"),
	   "for people: a module and its words");
	ok(strstr(text_str(&out), "no tries left") &&
		   strstr(text_str(&out), "for rescue"),
	   "for people: what is never the default");
	ok(strstr(text_str(&out), "skipped /mnt: root=/dev/vda1\n"),
	   "for people: the skipped");
	text_free(&out);
	entries.rejected = skipped;
	entries.rejected_count = 1;
	skipped[0].on = 2;
	show_table(&out, &entries, trees, true);
	ok(strstr(text_str(&out), "rejected /mnt on /mnt: root=/dev/vda1\n"),
	   "for people: which file system a file is on");
	text_free(&out);
	show_json(&out, &entries, 0);
	ok(strstr(text_str(&out), "\"reason\": \"root=/dev/vda1\",\n"
				  "      \"fs\": 1\n"),
	   "json: the same");
	text_free(&out);
}

int main(void)
{
	char aa[] = "a", two[] = "/2", title[] = "T \"q\"", line[] = "ro x";
	char cc[] = "c", cfg[] = "/boot/grub/grub.cfg:143", why[] = "broken";
	char dir[] = "/mnt", none[] = "";
	struct entry_initrd initrd[] = { { .path = two },
					 { .tree = 1, .path = two } };
	struct entry list[] = {
		{ .id = aa,
		  .title = title,
		  .source = cfg,
		  .kernel = two,
		  .cmdline = line,
		  .tree = 1,
		  .initrd = initrd,
		  .initrd_count = 2 },
		{ .id = cc,
		  .title = cc,
		  .version = two,
		  .source = cfg,
		  .kernel = two,
		  .cmdline = line,
		  .hidden = true,
		  .incomplete = true },
	};
	struct entries_rejected rejected[] = { { .source = cfg,
						 .reason = why } };
	struct entries entries = { .list = list,
				   .count = 2,
				   .rejected = rejected,
				   .rejected_count = 1,
				   .rejected_dropped = 4,
				   .by_default = 1 };
	struct tree tree = {
		.fd = -1, .dir = dir, .uuid = none, .label = none, .dev = none
	};
	struct tree trees[] = { tree, tree };
	struct text out = { 0 };

	show_json(&out, &entries, 7);
	is(text_str(&out),
	   "{\n  \"default\": \"c\",\n  \"timeout\": 7,\n  \"entries\": [\n"
	   "    {\n      \"id\": \"a\",\n      \"title\": \"T \\\"q\\\"\",\n"
	   "      \"version\": null,\n"
	   "      \"source\": \"/boot/grub/grub.cfg:143\",\n"
	   "      \"fs\": 1,\n      \"kernel\": \"/2\",\n"
	   "      \"initrd\": [\n        \"/2\",\n        \"/2\"\n      ],\n"
	   "      \"initrd_fs\": [\n        0,\n        1\n      ],\n"
	   "      \"cmdline\": \"ro x\",\n      \"hidden\": false,\n"
	   "      \"kind\": \"linux\",\n      \"rescue\": false,\n"
	   "      \"incomplete\": false\n    },\n"
	   "    {\n      \"id\": \"c\",\n      \"title\": \"c\",\n"
	   "      \"version\": \"/2\",\n"
	   "      \"source\": \"/boot/grub/grub.cfg:143\",\n"
	   "      \"fs\": 0,\n      \"kernel\": \"/2\",\n"
	   "      \"initrd\": [],\n"
	   "      \"cmdline\": \"ro x\",\n      \"hidden\": true,\n"
	   "      \"kind\": \"linux\",\n      \"rescue\": false,\n"
	   "      \"incomplete\": true\n    }\n"
	   "  ],\n  \"rejected\": [\n    {\n"
	   "      \"source\": \"/boot/grub/grub.cfg:143\",\n"
	   "      \"reason\": \"broken\"\n    },\n"
	   "    {\n      \"source\": \"\",\n"
	   "      \"reason\": \"4 more are left out\"\n    }\n  ]\n}\n",
	   "json");
	text_free(&out);

	show_tab(&out, &entries, trees, 7);
	is(text_str(&out),
	   "default\tc\ntimeout\t7\nentry\ta\tT \"q\"\n"
	   "kernel\t/mnt/2\ninitrd\t/mnt/2\ninitrd\t/mnt/2\n"
	   "cmdline\tro x\n",
	   "tab, the hidden one left out");
	text_free(&out);

	entries.by_default = -1;
	show_tab(&out, &entries, trees, 0);
	ok(strncmp(text_str(&out), "timeout\t0\nentry\ta\t", 18) == 0,
	   "tab without a default");
	text_free(&out);

	show_table(&out, &entries, trees, true);
	ok(strstr(text_str(&out), "no default: none but rescue entries\n"),
	   "for people: no default");
	ok(strstr(text_str(&out), "        initrd /2 on /mnt\n"),
	   "for people: an initrd");
	ok(strstr(text_str(&out), "no initrd found"), "for people: none");
	ok(!strstr(text_str(&out), "a file of it is empty"),
	   "nothing is empty");
	ok(strstr(text_str(&out), "rejected /boot/grub/grub.cfg:143: broken\n"
				  "rejected 4 more\n"),
	   "for people: the rejected");
	text_free(&out);
	show_table(&out, &entries, trees, false);
	ok(!strstr(text_str(&out), "rejected"), "not without --explain");
	text_free(&out);
	list[1].has_empty = true;
	show_table(&out, &entries, trees, true);
	ok(strstr(text_str(&out), "incomplete: a file of it is empty\n"),
	   "for people: an empty file");
	text_free(&out);
	test_kinds();
	return tap_done();
}
