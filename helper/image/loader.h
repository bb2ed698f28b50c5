/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a format of kernel image is to the rest: a row of the table in image.c.
 */
#ifndef KBOOT_IMAGE_LOADER_H
#define KBOOT_IMAGE_LOADER_H

#include <stdbool.h>

struct image;
struct reason;

enum loader_answer {
	/* Some other format; the next loader is asked. */
	LOADER_NOT_MINE,
	/* This format, and it can be loaded. */
	LOADER_MINE,
	/* This format without doubt, but not loadable: see the sentence. */
	LOADER_BROKEN,
};

struct image_loader {
	/* For people, and for --format. */
	const char *name;
	/* parse() leaves in image->kernel what the file holds, and all loaders
	 * are asked again about that. */
	bool container;
	/* Looks at image->head, kernel.size, facts, request, and at further
	 * bytes with file_read(); changes nothing. */
	enum loader_answer (*probe)(const struct image *image,
				    struct reason *why);
	/* Fills "by the loader's parse()" of struct image; 0 or -errno. Only
	 * called after LOADER_MINE. */
	int (*parse)(struct image *image, struct reason *why);
};

#endif
