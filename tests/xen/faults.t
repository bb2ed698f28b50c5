#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The host at fault, under kboot in a PVH guest: a disk torn away under the menu, a
# xenstored that is deaf for ten seconds. kboot says what it knows, and nothing waits
# without a limit.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Lab;

my $words = 'console=hvc0 root=LABEL=guest-root';

# At the menu the disk with the kernel goes; the menu comes again, with the reason
refuses 'a disk torn away under the menu', append => "$words kboot.menu=always kboot.timeout=600",
	says => [qr/kboot: .*(?:error|cannot|gone|missing)/i], script => <<'SH';
create
expect 'Any key: menu' 60
type_in 'x'
expect 'ower off' 60
xl block-detach "$domain" xvda force || :
sleep 2
type_in '\r'
expect 'ower off' 60
SH

boots 'xenstored is deaf for ten seconds', append => "$words kboot.menu=always kboot.timeout=600",
	script => <<'SH';
create
expect 'Any key: menu' 60
type_in 'x'
expect 'ower off' 60
xenstored=$(cat /run/xenstored.pid)
tty=$(xenstore-read "/local/domain/$(domid)/console/tty")
kill -STOP "$xenstored"
printf '\r' >"$tty"
sleep 10
kill -CONT "$xenstored"
expect 'KBOOT-TEST end' $limit
SH

finish;
