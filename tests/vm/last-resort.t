#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What kboot does when it cannot go on: the next best kernel, or one of the last
# resorts that kboot.onfail= names.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Rig;

my $cloud = version('cloud');
my $newest = version('newest');
my $words = 'console=ttyS0 root=/dev/vda1';

boots 'the newest is truncated: the next one', disks => ['second-best'],
	append => "$words kboot.timeout=1", cmdline => "$words ro",
	says => [qr{^kboot: .*vmlinuz-\Q$newest\E}m, qr/^kboot: trying .*\Q$cloud\E/m];

refuses 'kboot.onfail=poweroff', disks => ['bad'], append => "$words kboot.onfail=poweroff",
	says => [qr/^kboot: no kernel/m], end => 'guest-shutdown';
refuses 'kboot.onfail=reboot', disks => ['bad'], append => "$words kboot.onfail=reboot",
	says => [qr/^kboot: no kernel/m], end => 'guest-reset';
refuses 'kboot.onfail=menu: look again, then power off', disks => ['bad'], append => $words,
	type => [[qr/Power off/ => "L\r"], [qr/kboot: no kernel/ => ''], [qr/Power off/ => "P\r"]],
	says => [qr/^kboot: no kernel/m], end => 'guest-shutdown';
refuses 'kboot.onfail=shell: with the tools in it', disks => ['lvm'],
	append => 'console=ttyS0 root=/dev/none kboot.wait=1 kboot.onfail=shell',
	type => [
		[qr/^kboot: .*shell/m => "\r"], [qr/# $/ => "lvm lvs; kboot --version\r"],
		[qr/kboot \S+\s/ => ''], [qr/# $/ => "mdadm --version; kexec --version; dialog --version\r"],
		[qr/Version: /i => ''], [qr/# $/ => "dd if=/dev/zero of=/dev/vda bs=512 count=1\r"],
		[qr/# $/ => "dmsetup info -c; blockdev --getro /dev/vda; cat /proc/mdstat | grep Pers\r"],
		[qr/Personalities/ => ''], [qr/# $/ => "reboot -f\r"]],
	says => [qr/guest-vg/, qr/mdadm - v/, qr/kexec-tools 2/, qr/not permitted|Read-only|denied/i],
	end => 'guest-reset';
finish;
