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
use Steps;

my $words = 'console=hvc0 root=LABEL=guest-root';
my $program = ($ENV{KBOOT_BUILD} // 'build') . '/kboot';
# Most of the time is the firmware's, which copies the kernel
my %hvm = (type => 'hvm', vcpus => 2, more => [$program], limit => 300);

boots 'by xl', %hvm, kernel => 'direct';
boots 'self reset', %hvm, append => $words, alike => 'by xl', never => [qr/soft reset/],
	facts => { cmdline => "$words ro" }, writes => ['xvdb'], steps => steps(
		'disks are read and written', 'network, both ways',
		'64 KiB pasted at the console', 'timers and steal time',
		'block-attach, block-detach', 'network-attach, network-detach',
		'mem-set down and up', 'pause, unpause', 'sysrq', 'save, restore',
		'migration to the same host',
		'reboot from inside: kboot comes again', 'network, both ways',
		'a crash resets the guest: kboot comes again');
boots 'nopv', %hvm, append => "$words nopv kboot.remove=nopv", alike => 'by xl',
	facts => { cmdline => "$words ro" };
# libxl's soft reset takes /platform out of the store, and leaves x2APIC mode as it was: so
# this is no guest that xl started, but it has all that it had
boots 'soft reset, twice in a row', %hvm, kernel => 'direct',
	facts => { cmdline => 'console=hvc0 n=2', type => 'HVM', cpus => 2, net => 1,
		disks => 'xvda;xvda;xvdb;xvdc;' },
	says => [qr/the toolstack on the host must do a soft reset/], script => <<'SH';
create
expect 'KBOOT-TEST end' $limit
for n in 1 2; do
	guest 'cat /dev/xvdc >/bin/kboot; chmod 755 /bin/kboot; mkdir -p /mnt; mount -t ext4 -o ro /dev/xvda1 /mnt'
	guest "kboot load --kernel /mnt/boot/vmlinuz-* --initrd /mnt/boot/initrd.img-* --cmdline 'console=hvc0 n=$n'"
	type_in 'umount /mnt; kboot go\n'
	expect 'KBOOT-TEST end' $limit
done
SH

finish;
