#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The demo guest: a real Debian with its own kernels, initrds and systemd, from
# kboot's menu to the login prompt.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Rig;

chomp(my $disk = `$FindBin::Bin/../guest/make-guest`);
die "no demo guest\n" if $?;
my %guest = (images => [$disk], machine => 'q35', memory => 1024, limit => 240,
	qemu => ['-device', 'virtio-rng-pci']);
my $words = 'console=ttyS0 root=LABEL=kboot-demo';

# Debian's initrd stops before it looks at a disk: none of it has changed
refuses 'the generic kernel with its own initrd', %guest, image => 'elf',
	append => "$words break=top kboot.timeout=1 kboot.default=vmlinuz-6.1.*[0-9]-amd64",
	type => [[qr/\(initramfs\) / => "uname -r; cat /proc/cmdline\r"]],
	says => [qr/^6\.1\.\S*\d-amd64/m, qr/^\Q$words\E break=top ro$/m];

# The guest's own init mounts root and writes to it
refuses 'menu, systemd, login', %guest, changed => 1, append => "$words kboot.timeout=60",
	type => [[qr/Any key: menu/ => ' '], [qr/Power off/ => "\eOB\r"],
		[qr/kboot-demo login: / => "root\r"],
		[qr/root\@kboot-demo:~# / => "uname -r; cat /proc/cmdline\r"],
		[qr/^6\.1\.\S*cloud-amd64\s+\Q$words\E ro$/m => "sync; systemctl is-system-running\r"]],
	says => [qr/^running$/m];
finish;
