#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A backend that never answers. The kernel itself waits for it, five minutes at most,
# kboot's and the guest's own alike, each with a word on the console.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/..";
use Lab;

my $words = 'console=hvc0 root=LABEL=guest-root';

# No hotplug script ever tells this backend its device, so it stays in InitWait
boots 'a backend that never answers', append => $words, limit => 900,
	script => <<'SH';
create -p
id=$(domid)
back=/local/domain/0/backend/vbd/$id/51776
front=/local/domain/$id/device/vbd/51776
xenstore-write "$back/frontend" "$front" "$back/frontend-id" "$id" "$back/online" 1 "$back/state" 1 \
	"$front/backend" "$back" "$front/backend-id" 0 "$front/virtual-device" 51776 \
	"$front/device-type" disk "$front/state" 1
for node in "$back" "$front"; do xenstore-chmod -r "$node" n0 "b$id"; done
xl unpause "$domain"
from=$(now)
expect 'kboot: kernel /' 400
fact "kboot_took=$((($(now) - from) / 100))"
expect 'KBOOT-TEST end' $limit
fact "all_took=$((($(now) - from) / 100))"
SH

finish;
