#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# PV guests: kboot comes up to its menu, with disks and console, and refuses the
# hand-over before it loads anything.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Lab;

refuses 'PV', type => 'pv',
	append => 'console=hvc0 root=LABEL=guest-root kboot.timeout=1',
	says => [qr/Xen PV domain, and handing\s+over would\s+power\s+the\s+domain\s+off/],
	never => [qr/Oops|BUG:|^KBOOT-TEST/m], script => <<'SH';
create
expect 'power the domain off' $limit
expect 'ook at the disks again' 60
SH

# Past kboot's refusal, by a program of our own: the kernel says no, where a stock
# one has an Oops
my $build = $ENV{KBOOT_BUILD} // 'build';
system('gcc', '-static', '-O', '-o', "$build/kexec-file", "$FindBin::Bin/kexec-file.c") == 0
	or die "kexec-file.c cannot be compiled\n";
refuses 'PV, the system call by itself', type => 'pv', more => ["$build/kexec-file"],
	append => 'console=hvc0 root=LABEL=guest-root kboot.onfail=shell',
	says => [qr/kexec_file_load: Operation not supported/],
	never => [qr/Oops|BUG:|^KBOOT-TEST/m], script => <<'SH';
create
expect 'exit leaves it' $limit
type_in 'cat /dev/xvdc >/tmp/k; chmod 755 /tmp/k; /tmp/k /mnt/root/boot/vmlinuz-*\n'
expect 'kexec_file_load: .*' 60
SH

finish;
