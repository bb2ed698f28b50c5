#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The host at fault, under kboot in a PVH guest: a disk torn away under the menu, a
# xenstored that is deaf for ten seconds, a backend that never answers, a dom0 that has
# hardly a processor. kboot says what it knows, and nothing waits without a limit.
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

# No hotplug script ever tells this backend its device, so it stays in InitWait. The
# guest's own kernel finds that disk as it would without kboot, and waits for it too
my $silent = <<'SH';
create -p
id=$(domid)
back=/local/domain/0/backend/vbd/$id/51776
front=/local/domain/$id/device/vbd/51776
xenstore-write "$back/frontend" "$front" "$back/frontend-id" "$id" "$back/online" 1 "$back/state" 1 \
	"$front/backend" "$back" "$front/backend-id" 0 "$front/virtual-device" 51776 \
	"$front/device-type" disk "$front/state" 1
for node in "$back" "$front"; do xenstore-chmod -r "$node" n0 "b$id"; done
xl unpause "$domain"
SH
boots 'a backend that never answers', append => $words, facts => { kboot_took => qr/^[1-6]?\d$/ },
	says => [qr/Timeout connecting to device: device\/vbd\/51776/], script => $silent . <<'SH';
from=$(now)
expect 'kboot: kernel /' 120
fact "kboot_took=$((($(now) - from) / 100))"
expect 'Device with no driver: device/vbd/51776' 120
expect 'Waiting for devices to initialise' 60
xenstore-rm "$back"
xenstore-rm "$front"
expect 'KBOOT-TEST end' $limit
SH

# dom0 answers disks, console and store with a quarter of its processor
boots 'a slow dom0', append => $words, limit => 400, script => <<'SH';
create -p
trap 'xl sched-credit2 -d Domain-0 -c 0' EXIT
xl sched-credit2 -d Domain-0 -c 25
xl unpause "$domain"
expect 'KBOOT-TEST end' $limit
look
SH

finish;
