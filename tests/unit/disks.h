/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Disks for the tests of storage/: a directory with a sys/ and a dev/ of its
 * own, images made by the real mkfs, and superblocks of md, LVM and LUKS
 * written down from their formats, since those tools want a kernel's help.
 * After the program a test directory is gone.
 */
#ifndef KBOOT_TESTS_DISKS_H
#define KBOOT_TESTS_DISKS_H

#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DISKS_PATH_MAX = 512, MIB = 1024 * 1024 };

struct disks {
	char dir[64];
	char sys[80];
	char dev[80];
};

/* Runs a shell command; a test that cannot make its disks must fail loudly. */
__attribute__((format(printf, 1, 2))) static inline void sh(const char *fmt,
							    ...)
{
	char command[2048];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(command, sizeof(command), fmt, ap);
	va_end(ap);
	if (system(command) != 0) {
		printf("Bail out! failed: %s\n", command);
		exit(1);
	}
}

static inline void disks_make(struct disks *disks)
{
	(void)snprintf(disks->dir, sizeof(disks->dir), "%s/kboot-XXXXXX",
		       "/tmp");
	if (!mkdtemp(disks->dir))
		exit(1);
	(void)snprintf(disks->sys, sizeof(disks->sys), "%s/sys", disks->dir);
	(void)snprintf(disks->dev, sizeof(disks->dev), "%s/dev", disks->dir);
	sh("mkdir -p %s/class/block %s/devices/block %s", disks->sys,
	   disks->sys, disks->dev);
}

static inline void disks_remove(const struct disks *disks)
{
	sh("rm -rf %s", disks->dir);
}

/* The attribute sys/class/block/@name/@attribute with @value in it. */
static inline void disks_set(const struct disks *disks, const char *name,
			     const char *attribute, const char *value)
{
	sh("f=%s/class/block/%s/%s; mkdir -p \"${f%%/*}\"; echo '%s' >\"$f\"",
	   disks->sys, name, attribute, value);
}

/*
 * A disk, or with @number the partition @name of @disk: its directory in
 * sysfs, and an empty image of @mib MiB as its node.
 */
static inline void disks_add(const struct disks *disks, const char *name,
			     const char *disk, int number, unsigned int mib)
{
	char text[32];

	sh("cd %s; d=devices/block/%s/%s; mkdir -p $d/holders $d/slaves; "
	   "ln -sfn ../../$d class/block/%s; truncate -s %uM %s/%s",
	   disks->sys, disk ? disk : "", name, name, mib, disks->dev, name);
	(void)snprintf(text, sizeof(text), "%u", mib * 2048);
	disks_set(disks, name, "size", text);
	(void)snprintf(text, sizeof(text), "%d", number);
	if (number)
		disks_set(disks, name, "partition", text);
}

/* @upper, which is there already, lies upon @lower. */
static inline void disks_stack(const struct disks *disks, const char *upper,
			       const char *lower)
{
	sh("cd %s/class/block; ln -s ../../../$(readlink %s) %s/holders/%s; "
	   "ln -s ../../../$(readlink %s) %s/slaves/%s",
	   disks->sys, upper, lower, upper, lower, upper, lower);
}

/* mkfs.ext4 into dev/@name. No checksums, so that a test may change a byte. */
static inline void disks_ext4(const struct disks *disks, const char *name,
			      const char *uuid, const char *label)
{
	sh("mkfs.ext4 -q -F -O ^metadata_csum,^has_journal -U %s -L '%s' "
	   "%s/%s",
	   uuid, label, disks->dev, name);
}

static inline void put32(uint8_t *to, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		to[i] = (uint8_t)(value >> 8 * i);
}

static inline void put64(uint8_t *to, uint64_t value)
{
	put32(to, (uint32_t)value);
	put32(to + 4, (uint32_t)(value >> 32));
}

static inline void disks_write(const struct disks *disks, const char *name,
			       uint64_t offset, const void *data, size_t len)
{
	char path[DISKS_PATH_MAX];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", disks->dev, name);
	fd = open(path, O_WRONLY);
	if (fd < 0 || pwrite(fd, data, len, (off_t)offset) != (ssize_t)len)
		sh("echo cannot write %s; false", path);
	(void)close(fd);
}

/*
 * An md superblock 1.x (linux/raid/md_p.h, struct mdp_superblock_1) for the
 * array @array at byte @offset: 0 is 1.1, 4096 is 1.2, near the end is 1.0.
 */
static inline void disks_md1(const struct disks *disks, const char *name,
			     uint64_t offset, const char *array)
{
	uint8_t sb[256] = { 0 };
	uint64_t sum = 0;

	put32(sb, 0xa92b4efc);
	put32(sb + 4, 1);
	memset(sb + 16, 0xab, 16);
	memcpy(sb + 32, array, strlen(array));
	put32(sb + 72, 1);
	put32(sb + 92, 2);
	put64(sb + 144, offset / 512);
	for (size_t i = 0; i < sizeof(sb); i += 4)
		sum += sb[i] | (uint32_t)sb[i + 1] << 8 |
		       (uint32_t)sb[i + 2] << 16 | (uint32_t)sb[i + 3] << 24;
	put32(sb + 216, (uint32_t)(sum + (sum >> 32)));
	disks_write(disks, name, offset, sb, sizeof(sb));
}

/* Version 0.90 (mdp_super_t): 64 KiB aligned, 64 KiB before the end. */
static inline void disks_md0(const struct disks *disks, const char *name,
			     unsigned int mib)
{
	uint64_t offset = (uint64_t)mib * MIB - 65536;
	uint8_t sb[4096] = { 0 };

	put32(sb, 0xa92b4efc);
	put32(sb + 8, 90);
	put32(sb + 20, 0x11223344);
	put32(sb + 32, (uint32_t)(offset / 1024));
	disks_write(disks, name, offset, sb, sizeof(sb));
}

/* lvm2, lib/format_text/layout.h: label_header and pv_header in sector 1. */
static inline void disks_lvm(const struct disks *disks, const char *name)
{
	uint8_t label[512] = { 0 };
	uint32_t crc = 0xf597a6cf;

	memcpy(label, "LABELONE", 8);
	put64(label + 8, 1);
	put32(label + 20, 32);
	memcpy(label + 24, "LVM2 001", 8);
	memcpy(label + 32, "abcdefghijklmnopqrstuvwxyz012345", 32);
	/* calc_crc(): CRC-32, reflected, with lvm2's own start value. */
	for (size_t i = 20; i < sizeof(label); i++) {
		crc ^= label[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	put32(label + 16, crc);
	disks_write(disks, name, 512, label, sizeof(label));
}

/* LUKS On-Disk Format 1.2.3, figure 1: big-endian version, UUID at 168. */
static inline void disks_luks(const struct disks *disks, const char *name)
{
	uint8_t header[592] = "LUKS\xba\xbe\0\1";

	memcpy(header + 168, "61111111-2222-3333-4444-555555555555", 36);
	disks_write(disks, name, 0, header, sizeof(header));
}

#endif
