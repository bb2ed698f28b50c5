#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Configurations of GRUB legacy and of syslinux and its kin, most of them made
# by Debian's own programs: each folder's guest file says how. The form is that
# of tests/fixtures/distros.
use strict;
use warnings;
use File::Basename qw(dirname);

my $unit = dirname(__FILE__);
my @folders = map { dirname $_ } glob "$unit/../fixtures/{grub1,syslinux}/*/guest";
exec $^X, "$unit/distros.t", sort @folders or die "distros.t: $!\n";
