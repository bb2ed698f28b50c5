#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# HVM guests with self reset: what tests/xen/pvh.t sees of PVH guests, and
# tests/xen/hvm.t, for the time that it takes, does not.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/..";
use Lab;
use Steps;

my $words = 'console=hvc0 root=LABEL=guest-root';
my $kboot = $ENV{KBOOT_BZIMAGE} // ($ENV{KBOOT_BUILD} // 'build') . '/kboot-bzImage';
my %hvm = (type => 'hvm', limit => 300);

my %one = (%hvm, more => [$kboot], config => 'maxvcpus = 2');
boots '1 vCPU of 2, by xl', %one, kernel => 'direct', steps => steps('vcpu-set 2');
boots '1 vCPU of 2', %one, append => $words, alike => '1 vCPU of 2, by xl',
	steps => steps('vcpu-set 2', 'xl reboot: kboot comes again', 'xl shutdown');

boots '4 vCPUs by xl', %hvm, kernel => 'direct', vcpus => 4;
boots '4 vCPUs', %hvm, append => $words, vcpus => 4, alike => '4 vCPUs by xl';

boots '6.12 by xl', %hvm, kernel => 'direct', guest => 'newest';
boots '6.12 by kexec_file_load', %hvm, append => "$words kboot.method=file", guest => 'newest',
	alike => '6.12 by xl';

my %demand = (memory => 256, config => 'maxmem = 512');
boots 'memory < maxmem, by xl', %hvm, %demand, kernel => 'direct';
boots 'memory < maxmem', %hvm, %demand, append => $words, alike => 'memory < maxmem, by xl',
	steps => steps('mem-set up to maxmem');

boots 'after ten kexecs in a row', %one,
	append => 'console=hvc0 root=/dev/none kboot.wait=0 kboot.onfail=shell',
	alike => '1 vCPU of 2, by xl', facts => { rounds => 10 }, script => ten_kexecs();

finish;
