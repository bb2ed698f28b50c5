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
expect 'power the domain off' 120
expect 'ook at the disks again' 60
SH

# By the shell, past kboot's refusal: the kernel says no instead of an Oops. The
# other system call is out of reach: kexec-tools asks Xen for the memory map first
refuses 'PV, kexec-tools by hand', type => 'pv',
	append => 'console=hvc0 root=LABEL=guest-root kboot.onfail=shell',
	says => [qr/kexec_file_load failed: Operation not supported/],
	never => [qr/Oops|BUG:|^KBOOT-TEST/m], script => <<'SH';
create
expect 'exit leaves it' 120
type_in 'kexec -l -s /mnt/root/boot/vmlinuz-*\n'
expect 'failed: .*' 60
SH

finish;
