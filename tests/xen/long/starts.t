#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# kboot comes up each time: 200 starts of a PVH guest in a row (STARTS=).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/..";
use Lab;

my $starts = $ENV{STARTS} // 200;

refuses 'PVH starts', limit => 120 * $starts, facts => { starts => $starts },
	append => 'console=hvc0 earlyprintk=xen root=/dev/none kboot.wait=0 kboot.onfail=shell',
	script => <<SH;
n=0
while [ \$n -lt $starts ]; do
	create
	expect 'exit leaves it' 120
	xl destroy "\$domain"
	gone 30
	n=\$((n + 1))
done
fact "starts=\$n"
SH

finish;
