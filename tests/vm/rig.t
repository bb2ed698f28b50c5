#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The rig itself, with a guest that QEMU starts directly, without kboot: it has
# to notice what is wrong. A rig that cannot fail proves nothing.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Rig;
use Test::More;

my %direct = (image => 'direct', disks => ['mbr-ext4'], append => 'console=ttyS0 one=1');
my %good = (kernel => 'cloud', cmdline => 'console=ttyS0 one=1');
my $enough = sub { $_[0]{text} =~ /^KBOOT-TEST end/m };

my $vm = run('direct', { %direct, enough => $enough, hopeless => qr/panic/ });
is_deeply [judge($vm, \%good)], [], 'a good boot';
cmp_ok scalar(judge($vm, { %good, kernel => 'newest' })), '==', 1, 'another kernel';
cmp_ok scalar(judge($vm, { %good, cmdline => 'console=ttyS0 one=1 ro' })), '==', 1, 'a word missing';
cmp_ok scalar(judge($vm, { %good, cmdline => 'console=ttyS0' })), '==', 1, 'a word too many';
cmp_ok scalar(judge($vm, { %good, initrd => 'another' })), '==', 1, 'another initrd';
cmp_ok scalar(judge($vm, { %good, says => [qr/^kboot: /m] })), '==', 1, 'a sentence missing';
cmp_ok scalar(judge($vm, { %good, never => [qr/Linux version/] })), '==', 1, 'a sentence too many';
cmp_ok scalar(judge($vm, { %good, end => 'guest-shutdown' })), '==', 1, 'another end';
cmp_ok scalar(judge($vm, { %good, changed => 1 })), '==', 1, 'a disk not written to';

$vm = run('hang', { %direct, append => 'console=ttyS0 rdinit=/bin/busybox -- sleep 60',
	limit => 4, enough => sub { 0 }, hopeless => qr/panic/ });
cmp_ok scalar(grep { /time was up/ } judge($vm, {})), '==', 1, 'a hang';
$vm = run('panic', { %direct, append => 'console=ttyS0 rdinit=/nothing init=/nothing',
	limit => 60, enough => sub { 0 }, hopeless => qr/Kernel panic/ });
cmp_ok scalar(grep { /Kernel panic/ } judge($vm, {})), '==', 1, 'a panic';
$vm->{disks} = [{ %{$vm->{disks}[0]}, changed => 1 }];
cmp_ok scalar(grep { /written to/ } judge($vm, {})), '==', 1, 'a disk written to';

# One byte at the end of a disk
my ($image) = layout('mbr-ext4');
my $copy = ($ENV{KBOOT_BUILD} // 'build') . "/tests/rig-$$.img";
system('cp', '--sparse=always', $image, $copy) == 0 or die "cannot copy $image\n";
ok !Rig::changed({ from => $image, file => $copy }), 'a copy is the same';
open my $file, '+<', $copy or die "$copy: $!\n";
seek $file, -1, 2;
print $file 'x';
close $file;
ok Rig::changed({ from => $image, file => $copy }), 'one byte of a copy is not';
unlink $copy;
done_testing;
