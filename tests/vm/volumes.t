#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Roots on md arrays and LVM volumes, and file systems that were cut off while
# mounted: assembled, replayed and read, and not one byte of a disk changes.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Rig;

# Arrays and volumes
finds 'md RAID1', '/dev/md0', disks => ['raid1'];
finds 'md RAID1 by UUID=', 'UUID=6b626f6f-7465-7374-0000-000000000011', disks => ['raid1'];
finds 'md RAID1 with a name, on whole disks', '/dev/md/guest', disks => ['raid1-named'];
finds 'md RAID1, degraded', '/dev/md0', disks => ['raid1-degraded'],
	append => 'console=ttyS0 root=/dev/md0 kboot.wait=3';
finds 'LVM', '/dev/guest-vg/root', disks => ['lvm'];
finds 'LVM by its mapper name', '/dev/mapper/guest--vg-root', disks => ['lvm'];
finds 'LVM on RAID1', '/dev/vg/root', disks => ['lvm-raid1'];
finds 'LVM on RAID1, AHCI', 'UUID=6b626f6f-7465-7374-0000-000000000015',
	disks => ['lvm-raid1'], bus => 'ahci';

# Cut off while mounted: without the journal there is no kernel
finds 'ext4 with a dirty journal', '/dev/vda', disks => ['dirty-ext4'];
finds 'xfs with a dirty log', '/dev/vda', disks => ['dirty-xfs'];
finds 'ext4 with a dirty journal, attached read-only', '/dev/vda', disks => ['dirty-ext4'],
	drive => 'format=raw,readonly=on,file=%s';
finish;
