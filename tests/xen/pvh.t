#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# PVH guests: the hand-over needs nothing of the toolstack, and the guest's own
# kernel, a stock one of Debian, finds what it finds when xl starts it itself.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Lab;
use Steps;

my $words = 'console=hvc0 root=LABEL=guest-root';
my $kboot = $ENV{KBOOT_BZIMAGE} // ($ENV{KBOOT_BUILD} // 'build') . '/kboot-bzImage';

# The third disk, kboot itself, is for the last of those that are compared with the first one
my %two = (vcpus => 2, more => [$kboot]);

boots '6.1 by xl', %two, kernel => 'direct';
boots '6.1', %two, append => $words, alike => '6.1 by xl',
	facts => { cmdline => "$words ro" }, writes => ['xvdb'], limit => 120, steps => steps(
		'disks are read and written', 'network, both ways',
		'64 KiB pasted at the console', 'timers and steal time',
		'block-attach, block-detach', 'network-attach, network-detach',
		'vcpu-set 1, then 2', 'mem-set down and up', 'pause, unpause', 'sysrq',
		'save, restore', 'migration to the same host',
		'reboot from inside: kboot comes again', 'xl reboot: kboot comes again',
		'network, both ways', 'xl shutdown');

boots '6.12 by xl', kernel => 'direct', guest => 'newest';
boots '6.12 by kexec_file_load', append => "$words kboot.method=file", guest => 'newest',
	alike => '6.12 by xl', steps => steps('a crash is one for the toolstack');

boots '4 vCPUs by xl', kernel => 'direct', vcpus => 4;
boots '4 vCPUs', append => $words, vcpus => 4, alike => '4 vCPUs by xl';

# As after apt-get install linux-image-…: its files are in /boot, nothing is configured
boots 'unattended', append => $words, more => [Lab::domu_file('boot-newest.tar')],
	writes => ['xvda'], steps => ['the newest kernel starts after an update inside' => <<'SH'];
guest 'mkdir /mnt; mount -t ext4 /dev/xvda1 /mnt && tar -xf /dev/xvdc -C /mnt/boot && umount /mnt'
type_in 'reboot -f\n'
expect 'KBOOT-TEST kernel=6\.12\.' $limit
SH

# The demo of `make run-xen`: the second of two kernels, by the menu
my $raid = Dom0::output_of("$FindBin::Bin/make-domu --lvm-raid1");
boots 'menu, LVM on RAID1 over two disks', disks => [map { "$raid/disk$_.img" } 0, 1],
	append => 'console=hvc0 root=/dev/vg/root kboot.timeout=600',
	facts => { cmdline => 'console=hvc0 root=/dev/vg/root ro' }, script => <<'SH';
create
expect 'Any key: menu' 60
type_in 'x'
expect 'ower off' 60
type_in '\033OB\r'
expect 'KBOOT-TEST end' $limit
SH

# Xen gives pages on demand, and takes none back from kboot, which has no balloon
my %demand = (memory => 256, config => 'maxmem = 512');
boots 'memory < maxmem, by xl', %demand, kernel => 'direct';
boots 'memory < maxmem', %demand, append => $words, alike => 'memory < maxmem, by xl',
	steps => steps('mem-set up to maxmem');

# Where kboot had its shared info page there is RAM again, for kernels that have
# theirs elsewhere: a hole would read as ones
boots 'no hole in RAM', append => "$words kboot.append=memmap=4K\$0x1000",
	facts => { cmdline => qr/memmap=4K\$0x1000/ }, says => [qr/^ones 0$/m],
	script => <<'SH';
create
expect 'KBOOT-TEST end' $limit
guest 'echo ones $(dd if=/dev/mem bs=4096 skip=1 count=1 | tr -d "\\\\000" | wc -c)'
SH

# kboot's kernel loads itself, again and again, and then the guest's
boots 'after ten kexecs in a row', %two, limit => 120,
	append => 'console=hvc0 root=/dev/none kboot.wait=0 kboot.onfail=shell',
	alike => '6.1 by xl', facts => { rounds => 10 }, script => ten_kexecs();

finish;
