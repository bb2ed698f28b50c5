#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every way a guest's disk can be attached, parted and formatted: its kernel is
# found and started, and not one byte of the disk changes.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Rig;

# Buses, tables, file systems: each at least once, in changing company
finds 'virtio-blk, MBR, ext4', '/dev/vda1', disks => ['mbr-ext4'];
finds 'virtio-scsi, GPT, ext4', '/dev/sda1', disks => ['gpt-ext4'], bus => 'scsi';
finds 'AHCI, GPT, xfs', '/dev/sda1', disks => ['gpt-xfs'], bus => 'ahci', machine => 'q35';
finds 'NVMe, MBR, btrfs', '/dev/nvme0n1p1', disks => ['mbr-btrfs'], bus => 'nvme';
finds 'PIIX IDE, bare ext4', '/dev/sda', disks => ['bare-ext4'], bus => 'ide';
finds 'virtio-blk, bare ext4', '/dev/vda', disks => ['bare-ext4'];
finds 'virtio-blk, GPT, xfs', '/dev/vda1', disks => ['gpt-xfs'];
finds 'virtio-scsi, MBR, btrfs', '/dev/sda1', disks => ['mbr-btrfs'], bus => 'scsi';
finds 'the second disk', '/dev/vdb1', disks => ['unknown', 'mbr-ext4'];
finds 'a disk attached read-only', '/dev/vda1', disks => ['mbr-ext4'],
	drive => 'format=raw,readonly=on,file=%s';

boots '/boot apart, on vfat', disks => ['gpt-vfat-boot'],
	append => 'console=ttyS0 root=/dev/vda2 boot=/dev/vda1',
	cmdline => 'console=ttyS0 root=/dev/vda2 ro';
boots '/boot apart, and nobody says so', disks => ['gpt-vfat-boot'],
	append => 'console=ttyS0 root=/dev/vda2',
	cmdline => 'console=ttyS0 root=/dev/vda2 ro';
finish;
