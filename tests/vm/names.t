#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every form of a name that root= and boot= take, and no name at all. The guest's
# kernel is told the name as it was given.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Rig;

sub named {
	my ($root, $layout) = @_;
	finds "root=$root", $root, disks => [$layout];
}

named '/dev/vda1', 'mbr-ext4';
named 'vda1', 'mbr-ext4';
named 'UUID=6b626f6f-7465-7374-0000-000000000002', 'gpt-ext4';
named 'UUID=6B626F6F-7465-7374-0000-000000000002', 'gpt-ext4';
named 'LABEL=guest-root', 'gpt-ext4';
named 'PARTUUID=6b626f6f-0000-4000-8000-000000000002', 'gpt-ext4';
named 'PARTUUID=6b626f6f-01', 'mbr-ext4';
named 'PARTLABEL=guest-root', 'gpt-ext4';
named 'md0', 'raid1';
named 'md/guest', 'raid1-named';
named 'guest-vg/root', 'lvm';
named 'mapper/guest--vg-root', 'lvm';

boots 'boot=LABEL=', disks => ['gpt-vfat-boot'],
	append => 'console=ttyS0 root=PARTLABEL=root boot=LABEL=BOOT',
	cmdline => 'console=ttyS0 root=PARTLABEL=root ro';
boots 'boot=UUID= of vfat', disks => ['gpt-vfat-boot'],
	append => 'console=ttyS0 root=PARTLABEL=root boot=UUID=6B62-6F6F',
	cmdline => 'console=ttyS0 root=PARTLABEL=root ro';
boots 'boot=PARTLABEL=, rw and quiet kept', disks => ['gpt-vfat-boot'],
	append => 'console=ttyS0 root=/dev/vda2 rw quiet boot=PARTLABEL=boot',
	cmdline => 'console=ttyS0 root=/dev/vda2 rw quiet';

# Without it the grub.cfg below would count, whose kernel is none
boots 'root= alone: /boot as the fstab of the root has it', disks => ['gpt-stale-boot'],
	append => 'console=ttyS0 root=/dev/vda2', cmdline => 'console=ttyS0 root=/dev/vda2 ro';

boots 'no root=', disks => ['mbr-ext4'], append => 'console=ttyS0',
	cmdline => 'console=ttyS0 root=UUID=6b626f6f-7465-7374-0000-000000000001 ro';
boots 'no root=, on a disk behind an unknown one', disks => ['unknown', 'bare-ext4'],
	append => 'console=ttyS0',
	cmdline => 'console=ttyS0 root=UUID=6b626f6f-7465-7374-0000-000000000003 ro';
boots 'no root=, on LVM on RAID1', disks => ['lvm-raid1'], append => 'console=ttyS0',
	cmdline => 'console=ttyS0 root=UUID=6b626f6f-7465-7374-0000-000000000015 ro';
boots 'a disk that is plugged in while kboot waits', disks => ['gpt-ext4'], late => 1,
	qemu => ['-device', 'virtio-scsi-pci,id=scsi'],
	type => [[qr/kboot: .*waiting for LABEL=guest-root/i => '{"execute": "device_add", ' .
		'"arguments": {"driver": "scsi-hd", "bus": "scsi.0", "drive": "d0"}}']],
	append => 'console=ttyS0 root=LABEL=guest-root',
	cmdline => 'console=ttyS0 root=LABEL=guest-root ro';
finish;
