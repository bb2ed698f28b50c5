#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# More of Debian's kernels, and kboot's own, as PVH and HVM guests through kboot.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/..";
use Dom0;
use Lab;

for my $type ('pvh', 'hvm') {
	for my $layout ('ext4-generic', 'ext4-newest') {
		my ($name) = $layout =~ /-(.*)/;
		my $dir = output_of("$FindBin::Bin/../make-domu --layout $layout");
		chomp(my $version = contents("$dir/$name"));
		boots "$type, $version", type => $type, disks => ["$dir/disk0.img"],
			append => 'console=hvc0 root=LABEL=guest-root', version => $version;
	}
}

finish;
