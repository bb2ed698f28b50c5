#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# kernel= and ramdisk=, kernel=self, the two loaders and the two system calls: what
# was asked for is what runs.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Rig;

my $cloud = version('cloud');
my $generic = version('generic');
my $newest = version('newest');
my $root = 'root=/dev/vda1';
my %plain = (disks => ['gpt-three'], cmdline => "console=ttyS0 $root ro");

sub asks {
	my ($name, $words, %how) = @_;
	boots $name, %plain, append => "console=ttyS0 $root $words", %how;
}

asks 'kernel= names one of three, its initrd is found', "kernel=/boot/vmlinuz-$cloud";
asks 'kernel= without /boot', "kernel=/vmlinuz-$generic", kernel => 'generic';
asks 'kernel= and ramdisk=', "kernel=/boot/vmlinuz-$cloud ramdisk=/boot/initrd.img-$newest",
	initrd => "initrd.img-$newest";
asks 'kernel=DEVICE:/path', "kernel=/dev/vda1:/boot/vmlinuz-$cloud";
asks 'kernel=LABEL=:/path, ramdisk=UUID=:/path',
	"kernel=LABEL=guest-root:/boot/vmlinuz-$cloud " .
	"ramdisk=UUID=6b626f6f-7465-7374-0000-000000000007:/boot/initrd.img-$generic",
	initrd => "initrd.img-$generic";
asks 'kernel= on another disk than root', "kernel=/dev/vdb:/boot/vmlinuz-$cloud",
	disks => ['gpt-vfat-boot', 'bare-ext4'];
asks 'kernel= on boot=', "boot=/dev/vda1 kernel=/vmlinuz-$cloud", disks => ['gpt-vfat-boot'],
	append => "console=ttyS0 root=/dev/vda2 boot=/dev/vda1 kernel=/vmlinuz-$cloud",
	cmdline => 'console=ttyS0 root=/dev/vda2 ro';

# Without an initrd Debian's cloud kernel finds no disk and panics: as it should
refuses 'ramdisk=none', disks => ['gpt-three'], panics => 1,
	append => "console=ttyS0 $root kernel=/boot/vmlinuz-$cloud ramdisk=none",
	says => [qr/Linux version \Q$cloud\E/, qr/Unable to mount root/],
	never => [qr/initrd.img/];

# kernel=self: no kexec; a /sbin/init of the guest's under kboot's kernel
boots 'kernel=self, ro', disks => ['mbr-ext4'],
	append => "console=ttyS0 $root kernel=self", facts => { kernel => qr/kboot/, root => qr/^ext4 ro\b/ },
	cmdline => "console=ttyS0 $root kernel=self";
boots 'kernel=self, rw: the guest may write', disks => ['mbr-ext4'],
	append => "console=ttyS0 $root rw kernel=self kboottest.write", changed => 1,
	facts => { kernel => qr/kboot/, root => qr/^ext4 rw\b/, wrote => 'yes' };
# Its journal was replayed in memory first, and is the guest's own to replay then
boots 'kernel=self, a dirty journal', disks => ['dirty-ext4'], changed => 1,
	append => 'console=ttyS0 root=/dev/vda rw kernel=self kboottest.write',
	facts => { kernel => qr/kboot/, root => qr/^ext4 rw\b/, wrote => 'yes' };
boots 'kernel=self, init= and its arguments', disks => ['lvm-raid1'],
	append => 'console=ttyS0 root=/dev/vg/root kernel=self init=/sbin/init -- one two',
	facts => { kernel => qr/kboot/, arguments => 'one two' };

# Loaders and methods
asks 'kboot.method=load', "kernel=/boot/vmlinuz-$cloud kboot.method=load";
asks 'kboot.method=file', "kernel=/boot/vmlinuz-$cloud kboot.method=file",
	says => [qr/kexec_file_load/];
asks 'kboot.loader=kexec-tools', "kernel=/boot/vmlinuz-$cloud kboot.loader=kexec-tools",
	says => [qr/kexec-tools/];
asks 'the 6.12 kernel', "kernel=/boot/vmlinuz-$newest", kernel => 'newest';
finish;
