#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Bad input: kboot says in one sentence what is wrong and what there is instead,
# then does what kboot.onfail= wants. No panic, no hang, no byte changed.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Rig;

my $cloud = version('cloud');
my $words = 'console=ttyS0 root=/dev/vda1';

# The sentence, on a line of its own, and then the menu that is the last resort
sub bad {
	my ($name, $sentence, %how) = @_;
	refuses $name, %how, says => [qr/^kboot: .*$sentence/m, qr/Look at the disks again/,
		qr/Power off/], never => [qr{^/init: }m, qr/^sh: /m];
}

# Devices and file systems
bad 'root= never appears', qr{/dev/vdx7 did not appear within 2 s.*/dev/vda1 \(ext4, UUID=6b626f6f-},
	disks => ['mbr-ext4'], append => 'console=ttyS0 root=/dev/vdx7 kboot.wait=2';
bad 'root=UUID= never appears', qr{UUID=1234-5678 did not appear within 2 s.*ext4.*xfs},
	disks => ['mbr-ext4', 'gpt-xfs'], append => 'console=ttyS0 root=UUID=1234-5678 kboot.wait=2';
bad 'boot= never appears', qr{LABEL=nowhere did not appear},
	disks => ['mbr-ext4'], append => "$words boot=LABEL=nowhere kboot.wait=1";
bad 'no disk at all', qr{/dev/vda1.*no disk}, append => "$words kboot.wait=1";
bad 'no disk at all, and no root=', qr{no (disk|file system)}, append => 'console=ttyS0 kboot.wait=1';
bad 'a file system that kboot does not know', qr{/dev/vda1.*minix}, disks => ['unknown'],
	append => $words;
bad 'nothing known', qr{/dev/vda2}, disks => ['unknown'], append => 'console=ttyS0 root=/dev/vda2 kboot.wait=1';
bad 'a damaged file system', qr{/dev/vda.*ext4.*cannot be mounted}, disks => ['damaged'],
	append => 'console=ttyS0 root=/dev/vda';

# Kernels and ramdisks
bad 'root= without a kernel', qr{no kernel .*/dev/vda1}, disks => ['bad'], append => $words;
bad 'no root=, no kernel anywhere', qr{no kernel}, disks => ['bad'], append => 'console=ttyS0';
bad 'kernel= that is not there', qr{kernel=/boot/none.*/dev/vda1}, disks => ['mbr-ext4'],
	append => "$words kernel=/boot/none";
bad 'ramdisk= that is not there', qr{ramdisk=/boot/none.*/dev/vda1}, disks => ['mbr-ext4'],
	append => "$words kernel=/boot/vmlinuz-$cloud ramdisk=/boot/none";
bad 'a truncated kernel', qr{/broken/truncated.*(truncated|cut|short|3000000|ends)}, disks => ['bad'],
	append => "$words kernel=/broken/truncated ramdisk=none";
bad 'a text file as kernel', qr{/broken/text}, disks => ['bad'],
	append => "$words kernel=/broken/text ramdisk=none";
bad 'an empty file as kernel', qr{/broken/empty}, disks => ['bad'],
	append => "$words kernel=/broken/empty ramdisk=none";
bad 'a directory as kernel', qr{/broken}, disks => ['bad'], append => "$words kernel=/broken";

# Memory, and a command line of 2047 characters at most (x86)
bad 'an initrd larger than the memory', qr{initrd.*1024 MiB.*of this machine.s \d+ MiB}, disks => ['bad'],
	append => "$words kernel=/broken/vmlinuz ramdisk=/broken/initrd-1G";
bad 'too little memory for kernel and initrd', qr{\d+ ?(MiB|MB|KiB|bytes).*\d+ ?(MiB|MB|KiB|bytes)},
	disks => ['bad'], memory => 128,
	append => "$words kernel=/broken/vmlinuz ramdisk=/broken/initrd-64M";
bad 'too long a command line', qr{command line.*2047}, disks => ['long-append'],
	append => "$words one=" . '1' x 200;

# A disk that cannot read a sector in the middle of the kernel
sub sector_of {
	my ($image, $path) = @_;
	my @blocks = split ' ', `/usr/sbin/debugfs -R 'blocks $path' '$image' 2>/dev/null`;
	my ($size) = `/usr/sbin/dumpe2fs -h '$image' 2>/dev/null` =~ /Block size: *(\d+)/ or die;
	return $blocks[@blocks / 2] * $size / 512;
}
my ($image) = layout('bare-ext4');
my $sector = sector_of($image, "/boot/vmlinuz-$cloud");
for my $method ('load', 'file') {
	bad "I/O errors on the kernel, method $method", qr{/boot/vmlinuz-\Q$cloud\E.*(I/O|[Ii]nput/output) error},
		disks => ['bare-ext4'], append => "console=ttyS0 root=/dev/vda kboot.method=$method",
		drive => 'driver=raw,file.driver=blkdebug,file.image.driver=file,file.image.filename=%s,' .
		"file.inject-error.0.event=read_aio,file.inject-error.0.sector=$sector";
}

# The guest's own init
bad 'kernel=self without root=', qr{kernel=self.*root=}, disks => ['mbr-ext4'],
	append => 'console=ttyS0 kernel=self';
bad 'kernel=self, init= that is not there', qr{kernel=self.*/sbin/none}, disks => ['mbr-ext4'],
	append => "$words kernel=self init=/sbin/none";
finish;
