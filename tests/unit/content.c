/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What lies on a device: real mkfs, hostile labels, members, bad reads. */
#include "storage/content.h"

#include <errno.h>

#include "base/text.h"
#include "disks.h"
#include "tap.h"

static const char uuid[] = "11111111-2222-3333-4444-55555555abcd";

static int open_image(const struct disks *disks, const char *name)
{
	char path[DISKS_PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/%s", disks->dev, name);
	return open(path, O_RDONLY);
}

static struct content look(const struct disks *disks, const char *name,
			   enum content_depth depth)
{
	struct content content;
	int fd = open_image(disks, name);

	ok(content_identify(fd, depth, &content) == 0, "%s: can be read", name);
	(void)close(fd);
	return content;
}

static void file_systems(const struct disks *disks)
{
	static const struct {
		const char *mkfs;
		const char *type;
		const char *uuid;
		const char *label;
	} cases[] = {
		{ "mkfs.ext4 -q -F -U 11111111-2222-3333-4444-55555555ABCD "
		  "-L 'my root'",
		  "ext4", uuid, "my root" },
		{ "mkfs.ext2 -q -F -U 11111111-2222-3333-4444-55555555ABCD",
		  "ext2", uuid, "" },
		{ "mkfs.xfs -q -f -L XF -m "
		  "uuid=11111111-2222-3333-4444-55555555abcd",
		  "xfs", uuid, "XF" },
		{ "mkfs.btrfs -q -f -L BT -U "
		  "11111111-2222-3333-4444-55555555abcd",
		  "btrfs", uuid, "BT" },
		{ "mkfs.vfat -n BOOT -i ABCD1234", "vfat", "ABCD-1234",
		  "BOOT" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct content content;

		sh("rm -f %s/fs; truncate -s 320M %s/fs; "
		   "PATH=$PATH:/usr/sbin:/sbin; %s %s/fs >/dev/null 2>&1",
		   disks->dev, disks->dev, cases[i].mkfs, disks->dev);
		content = look(disks, "fs", CONTENT_USUAL);
		ok(content.kind == CONTENT_FS, "%s is a file system",
		   cases[i].type);
		is(content.type, cases[i].type, "its type");
		is(content.uuid, cases[i].uuid, "its UUID");
		is(content.label, cases[i].label, "its label");
	}
}

static void others(const struct disks *disks)
{
	struct content content;

	sh("truncate -s 4M %s/squash; PATH=$PATH:/sbin:/usr/sbin; "
	   "mksquashfs /bin/true %s/squashed -quiet >/dev/null; "
	   "dd if=%s/squashed of=%s/squash conv=notrunc status=none; "
	   "truncate -s 8M %s/swap; mkswap -q %s/swap 2>/dev/null",
	   disks->dev, disks->dev, disks->dev, disks->dev, disks->dev,
	   disks->dev);
	content = look(disks, "squash", CONTENT_USUAL);
	is(content.type, "squashfs", "squashfs");
	content = look(disks, "swap", CONTENT_USUAL);
	ok(content.kind == CONTENT_NOTHING, "swap is not looked for at first");
	content = look(disks, "swap", CONTENT_ALL);
	ok(content.kind == CONTENT_OTHER, "swap is no file system");
	is(content.type, "swap", "but known");
	sh("truncate -s 8M %s/zero", disks->dev);
	content = look(disks, "zero", CONTENT_ALL);
	ok(content.kind == CONTENT_NOTHING, "nothing on zeroes");
	is(content.type, "", "and no type");
	sh(": >%s/empty", disks->dev);
	content = look(disks, "empty", CONTENT_ALL);
	ok(content.kind == CONTENT_NOTHING, "nothing in an empty file");
}

static void members(const struct disks *disks)
{
	static const uint64_t at[] = { 0, 4096, 16 * MIB - 8192 };
	struct content content;

	for (size_t i = 0; i < 3; i++) {
		sh("rm -f %s/md; truncate -s 16M %s/md", disks->dev,
		   disks->dev);
		/* With 1.0 the file system inside begins where the disk does. */
		if (at[i] > 4096)
			disks_ext4(disks, "md", uuid, "inside");
		disks_md1(disks, "md", at[i], "host:root");
		content = look(disks, "md", CONTENT_USUAL);
		ok(content.kind == CONTENT_MD, "md superblock at %llu",
		   (unsigned long long)at[i]);
		is(content.label, "host:root", "the array's name");
		content = look(disks, "md", CONTENT_MEMBER);
		ok(content.kind == CONTENT_MD, "seen when only that is asked");
	}
	sh("rm -f %s/md; truncate -s 16M %s/md", disks->dev, disks->dev);
	disks_ext4(disks, "md", uuid, "inside");
	content = look(disks, "md", CONTENT_MEMBER);
	ok(content.kind == CONTENT_NOTHING, "a file system is no member");
	disks_md0(disks, "md", 16);
	content = look(disks, "md", CONTENT_USUAL);
	ok(content.kind == CONTENT_MD, "md 0.90 over an ext4 is the member");

	sh("truncate -s 16M %s/pv %s/luks", disks->dev, disks->dev);
	disks_lvm(disks, "pv");
	content = look(disks, "pv", CONTENT_USUAL);
	ok(content.kind == CONTENT_LVM, "a physical volume");
	is(content.uuid, "abcdef-ghij-klmn-opqr-stuv-wxyz-012345", "its UUID");
	disks_luks(disks, "luks");
	content = look(disks, "luks", CONTENT_USUAL);
	ok(content.kind == CONTENT_CRYPT, "LUKS");
	is(content.type, "crypto_LUKS", "its type");
}

static void hostile(const struct disks *disks)
{
	static const char label[16] = "\33[31mA\tB\nC\177\233D";
	struct content content;

	sh("truncate -s 16M %s/evil", disks->dev);
	disks_ext4(disks, "evil", uuid, "x");
	/* s_volume_name: byte 120 of the superblock at 1024 */
	disks_write(disks, "evil", 1024 + 120, label, sizeof(label));
	content = look(disks, "evil", CONTENT_USUAL);
	ok(content.kind == CONTENT_FS, "a file system all the same");
	ok(text_is_clean(content.label), "no control byte gets out: %s",
	   content.label);
	is(content.label, "?[31mA?B?C??D", "each is a question mark");
}

static void contradiction(const struct disks *disks)
{
	struct content content;

	sh("truncate -s 320M %s/two", disks->dev);
	disks_ext4(disks, "two", uuid, "one");
	/* An XFS superblock in sector 0, where ext4 has nothing. */
	sh("PATH=$PATH:/sbin:/usr/sbin; truncate -s 320M %s/xfs; "
	   "mkfs.xfs -q -f %s/xfs >/dev/null; "
	   "dd if=%s/xfs of=%s/two bs=512 count=1 conv=notrunc status=none",
	   disks->dev, disks->dev, disks->dev, disks->dev);
	content = look(disks, "two", CONTENT_USUAL);
	ok(content.kind == CONTENT_AMBIGUOUS,
	   "ext4 and xfs at once is neither");
	is(content.uuid, "", "and has no UUID");
}

static void unreadable(const struct disks *disks)
{
	struct content content = { .kind = CONTENT_FS };
	int fd = open(disks->dev, O_RDONLY | O_DIRECTORY);

	ok(content_identify(fd, CONTENT_USUAL, &content) < 0,
	   "a directory is refused");
	ok(content.kind == CONTENT_NOTHING, "and leaves nothing behind");
	(void)close(fd);
	ok(content_identify(-1, CONTENT_USUAL, &content) < 0, "so is no file");
}

static void tables(const struct disks *disks)
{
	struct content_table table;
	int fd;

	sh("truncate -s 40M %s/gpt %s/dos; "
	   "printf 'label: gpt\\nsize=10M, name=\"EFI sys\", "
	   "uuid=41111111-2222-3333-4444-555555555555\\n"
	   "name=root, uuid=51111111-2222-3333-4444-5555555555EF\\n' | "
	   "/sbin/sfdisk -q %s/gpt; "
	   "printf 'label: dos\\nlabel-id: 0x0d1f6a2b\\n,10M,c\\n,,5\\n,5M\\n' |"
	   "/sbin/sfdisk -q %s/dos",
	   disks->dev, disks->dev, disks->dev, disks->dev);
	fd = open_image(disks, "gpt");
	ok(content_table(fd, &table) == 0 && table.count == 2,
	   "two GPT entries");
	if (table.count == 2) {
		ok(table.list[0].number == 1 && table.list[1].number == 2,
		   "numbered from 1");
		is(table.list[0].label, "EFI sys", "the first one's name");
		ok(!strcasecmp(table.list[1].uuid,
			       "51111111-2222-3333-4444-5555555555EF"),
		   "the second one's GUID");
	}
	content_table_free(&table);
	(void)close(fd);
	fd = open_image(disks, "dos");
	ok(content_table(fd, &table) == 0 && table.count == 3,
	   "three DOS entries, one of them logical");
	if (table.count == 3) {
		is(table.list[0].uuid, "0d1f6a2b-01", "a DOS PARTUUID");
		ok(table.list[2].number == 5, "logical ones begin with 5");
		is(table.list[2].uuid, "0d1f6a2b-05",
		   "and have their PARTUUID");
	}
	content_table_free(&table);
	(void)close(fd);
	fd = open_image(disks, "zero");
	ok(content_table(fd, &table) == 0 && table.count == 0, "no table");
	content_table_free(&table);
	content_table_free(NULL);
	(void)close(fd);
}

int main(void)
{
	struct disks disks;

	disks_make(&disks);
	file_systems(&disks);
	others(&disks);
	members(&disks);
	hostile(&disks);
	contradiction(&disks);
	unreadable(&disks);
	tables(&disks);
	disks_remove(&disks);
	return tap_done();
}
