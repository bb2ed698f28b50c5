/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a disk: what comes out of libblkid is clean text, or nothing.
 * The first byte says how much zero lies around the rest, since many a
 * superblock is at the end, or far from the beginning.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/text.h"
#include "storage/content.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An input is 64 KiB at most; 2 MiB is more than libblkid calls a floppy. */
enum { DISK_MIN = 2 * 1024 * 1024, UNIT = 4096 };

static void demand(bool good)
{
	if (!good)
		abort();
}

/* One for all inputs: to make one takes longer than to probe it. */
static void make_disk(int fd, const uint8_t *data, size_t size)
{
	off_t before = (data[0] & 0x3f) * UNIT;
	off_t whole = data[0] & 0x40 ? before + (off_t)size : DISK_MIN;

	if (data[0] & 0x80)
		before = DISK_MIN - (off_t)size + 1;
	demand(ftruncate(fd, 0) == 0 && ftruncate(fd, whole) == 0 &&
	       (before < 0 ||
		pwrite(fd, data + 1, size - 1, before) == (ssize_t)size - 1));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct content_table table;
	struct content content;
	static int fd = -1;

	if (size < 2 || size > DISK_MIN)
		return 0;
	if (fd < 0)
		fd = memfd_create("disk", MFD_CLOEXEC);
	demand(fd >= 0 && fcntl(fd, F_SETFL, O_NOATIME) == 0 &&
	       lseek(fd, 0, SEEK_SET) == 0);
	make_disk(fd, data, size);
	for (enum content_depth depth = CONTENT_MEMBER; depth <= CONTENT_ALL;
	     depth++) {
		int err = content_identify(fd, depth, &content);

		demand(err <= 0);
		demand(!err || content.kind == CONTENT_NOTHING);
		demand(text_is_clean(content.type) &&
		       text_is_clean(content.uuid) &&
		       text_is_clean(content.label));
		demand((content.kind == CONTENT_NOTHING ||
			content.kind == CONTENT_AMBIGUOUS) ==
		       (content.type[0] == '\0'));
		demand(depth != CONTENT_MEMBER ||
		       content.kind == CONTENT_NOTHING ||
		       content.kind == CONTENT_MD);
	}
	if (content_table(fd, &table) == 0)
		for (size_t i = 0; i < table.count; i++)
			demand(text_is_clean(table.list[i].uuid) &&
			       text_is_clean(table.list[i].label));
	content_table_free(&table);
	return 0;
}
