#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# HVM guests: kboot hands over by itself; a stock kernel's kexec, by the program
# kboot in the running guest, goes through a soft reset by xl; and kboot without
# any Xen driver (nopv).
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Lab;

my $words = 'console=hvc0 root=LABEL=guest-root';
my $program = ($ENV{KBOOT_BUILD} // 'build') . '/kboot';
my %hvm = (type => 'hvm', vcpus => 2, limit => 500, more => [$program]);

boots 'by xl', %hvm, kernel => 'direct';
boots 'self reset', %hvm, append => $words, alike => 'by xl', never => [qr/soft reset/],
	facts => { cmdline => "$words ro" };
boots 'nopv', %hvm, append => "$words nopv kboot.remove=nopv", alike => 'by xl',
	facts => { cmdline => "$words ro" };
boots 'soft reset, twice in a row', %hvm, kernel => 'direct', limit => 600,
	alike => 'by xl', facts => { cmdline => 'console=hvc0 n=2' },
	says => [qr/the toolstack on the host must do a soft reset/], script => <<'SH';
create
expect 'KBOOT-TEST end' $limit
for n in 1 2; do
	guest 'cat /dev/xvdc >/bin/kboot; chmod 755 /bin/kboot; mount -o ro /dev/xvda1 /mnt || mkdir /mnt && mount -t ext4 -o ro /dev/xvda1 /mnt'
	guest "kboot load --kernel /mnt/boot/vmlinuz-* --initrd /mnt/boot/initrd.img-* --cmdline 'console=hvc0 n=$n'"
	type_in 'umount /mnt; kboot go\n'
	expect 'KBOOT-TEST end' $limit
done
SH

finish;
