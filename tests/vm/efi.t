#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# kboot in a running guest on EFI firmware (OVMF): the kernel that it starts
# finds ACPI, the screen and the firmware's services as the first one did.
use strict;
use warnings;
use File::Copy qw(copy);
use File::Path qw(make_path);
use FindBin;
use lib $FindBin::Bin;
use Rig;

my $build = $ENV{KBOOT_BUILD} // 'build';
chomp(my $efi = `$FindBin::Bin/make-efi $build/kboot`);
-d $efi or die "make-efi failed\n";
make_path("$build/tests");
my $vars = "$build/tests/efi-vars.fd";
# On a busy host the emulated timer may fail the kernel's check
my $first = 'console=ttyS0 panic=-1 no_timer_check';

# QEMU's words; the firmware's variables are fresh for each start.
sub firmware {
	copy("$efi/vars.fd", $vars) or die "$vars: $!\n";
	return (machine => 'q35', memory => 1024, limit => 180,
		qemu => ['-smp', 2, '-vga', 'std',
			'-drive', "if=pflash,format=raw,readonly=on,file=$efi/code.fd",
			'-drive', "if=pflash,format=raw,file=$vars"]);
}

sub machine {
	my ($append) = @_;
	return (firmware(), append => "$first $append",
		image => ['-kernel', kernel_file('vmlinuz', 'cloud'), '-initrd', "$efi/initrd"]);
}

my $direct = boots 'directly by OVMF, for comparison', machine(''), initrd => 'efi',
	facts => { map => qr/^[1-9]/, services => qr/^[1-9]\d+$/, screen => '0 EFI VGA', smbios => 'EFI Development Kit II / OVMF' };
my %same = map { $_ => $direct->{facts}{$_} } qw(cpus tables rsdp screen map services smbios);
# What EFI's tables lie in stays reserved: some hundred KiB
$same{memory} = sub { abs($_[0] - $direct->{facts}{memory}) <= 1024 };

boots 'by kexec_load', machine('test.load=first test.with=--method,load'), initrd => 'efi',
	facts => \%same, cmdline => "$first ", says => [qr/by kexec_load/];
boots 'by kexec_file_load', machine('test.load=first test.with=--method,file'), initrd => 'efi',
	facts => \%same, says => [qr/by kexec_file_load/];
# Its module for variables is not at hand
boots 'a newer kernel', machine('test.load=newest'), kernel => 'newest', initrd => 'efi',
	facts => { %same, services => 'no module', memory => qr/^9\d{5}$/ };
boots 'a unified kernel image', machine('test.load=uki'), initrd => 'efi',
	facts => \%same, cmdline => 'console=ttyS0 panic=-1 no_timer_check from=uki';
boots 'two hand-overs, one after the other',
	machine('test.load=next test.then=test.load=first,test.then=third'), initrd => 'efi',
	facts => \%same, cmdline => "$first third";
# SMBIOS is found by EFI's tables alone
boots 'without the firmware\'s services: ACPI all the same',
	machine('efi=noruntime test.load=first'), initrd => 'efi',
	facts => { %same, map => '0', services => 'none', smbios => '' }, says => [qr/without EFI's services.*efi=noruntime/];

# kboot's own kernel, which the firmware starts
my $root = "$first root=/dev/vda1";
boots 'kboot by OVMF', firmware(), disks => ['mbr-ext4'], append => $root,
	facts => { cpus => 2 }, cmdline => "$root ro";
refuses 'kboot by OVMF: ACPI is found, and powers off', firmware(), disks => ['unknown'],
	append => "$root kboot.wait=1 kboot.onfail=poweroff", end => 'guest-shutdown',
	says => [qr/^kboot: .*vda1/m];
finish;
