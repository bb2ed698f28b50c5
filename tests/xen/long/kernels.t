#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Debian's kernels from 5.10 to 7.2, as PVH and HVM guests: what each finds when
# kboot starts it is what it finds when xl does. And kboot's own kernel, on a
# guest's disk. Debian's 6.1 for clouds is that of pvh.t and hvm.t; 6.12 as an HVM
# guest is in hvm.t of this directory.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/..";
use Dom0;
use Lab qw(boots finish domu_file);

my $words = 'console=hvc0 root=LABEL=guest-root';
my $build = $ENV{KBOOT_BUILD} // 'build';

# A file system with kboot.elf, as a file.
sub kboot_disk {
	my $tree = "$build/tests/kboot-disk";
	system('mkdir', '-p', $tree);
	copy($ENV{KBOOT_ELF} // "$build/kboot.elf", "$tree/kboot.elf");
	write_file("$tree.img", '');
	truncate "$tree.img", 64 << 20;
	system('mke2fs', '-q', '-t', 'ext4', '-d', $tree, "$tree.img") == 0
		or die "cannot make $tree.img\n";
	return "$tree.img";
}

my %third = (more => [kboot_disk()], vcpus => 2);

for my $type ('pvh', 'hvm') {
	for my $kernel ('bullseye', 'generic', $type eq 'pvh' ? 'newest' : (), 'sid') {
		chomp(my $version = contents(domu_file($kernel, $kernel)));
		my %how = (%third, type => $type, guest => $kernel, limit => 600);
		boots "$type, $version by xl", %how, kernel => 'direct';
		boots "$type, $version", %how, append => $words, alike => "$type, $version by xl",
			facts => { cmdline => "$words ro" };
		next if $kernel ne 'generic';
		# The first leaves its own words out of the second one's
		boots "$type, kboot by kboot, then $version", %how, alike => "$type, $version by xl",
			append => "$words kernel=xvdc:/kboot.elf ramdisk=none kboot.timeout=3",
			facts => { cmdline => "$words ro" },
			says => [qr/kboot: [^\n]*kboot\.elf.*kboot: [^\n]*vmlinuz/s];
	}
}

finish;
