#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The demonstration for unattended guests: in a whole Debian, PVH, that kboot started,
# apt-get installs a newer kernel from an archive on the network, and the next boot
# is into that one.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/..";
use Dom0;
use Lab;

my $debian = output_of("$FindBin::Bin/../make-debian");

# dom0 has the archive, at the address that the guest's apt is told
refuses 'a Debian guest', never => [], disks => ["$debian/disk0.img"], writes => ['xvda'],
	memory => 512, limit => 1800, files => ["$debian/archive"],
	append => 'console=hvc0 root=LABEL=guest-root', script => <<'SH',
log_in() {
	expect 'debian login: ' 600
	type_in 'root\n'
	expect 'root@debian:~# ' 120
	type_in "PS1='guest''# ' exec sh\n"
	expect 'guest# '
}
httpd -p 80 -h /job/archive
create
log_in
guest 'uname -r | grep ^6.1.0-'
guest 'mkdir /boot/grub && update-grub' 600
SH
	steps => ['apt-get install linux-image-…' => <<'SH',
guest 'apt-get update' 600
guest 'apt-get install -y linux-image-6.12-cloud-amd64' 1800
guest 'grep -c 6.12 /boot/grub/grub.cfg'
SH
	'the next boot is into the new kernel' => <<'SH'];
type_in 'reboot\n'
expect 'kboot: kernel /boot/vmlinuz-6\.12\.' 600
log_in
guest 'uname -r | grep ^6.12.'
guest 'systemctl is-system-running --wait' 600
SH

finish;
