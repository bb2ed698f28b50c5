#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Both images on every machine type; consoles; memory and CPUs. The guest's kernel
# sees the machine that it would see without kboot.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Rig;

my $words = 'console=ttyS0 root=/dev/vda1';
my %one = (disks => ['mbr-ext4'], append => $words, cmdline => "$words ro");

# The same kernel and initrd, started by QEMU itself: what it says of memory,
# CPUs and ACPI tables is what it has to say behind kboot
my %machine = (machine => 'pc', memory => 768, qemu => ['-smp', 2]);
my $direct = boots 'directly by QEMU, for comparison', %one, %machine, image => 'direct',
	cmdline => $words;
my %same = map { $_ => $direct->{facts}{$_} } qw(cpus machine);
# A page more or less is where the kernel's own tables came to lie
$same{memory} = sub { abs($_[0] - $direct->{facts}{memory}) <= 64 };
boots 'bzImage: memory, CPUs and tables as without kboot', %one, %machine, facts => \%same;
boots 'ELF: memory, CPUs and tables as without kboot', %one, %machine, image => 'elf',
	facts => { cpus => $same{cpus}, memory => $same{memory} };
boots 'method=file: memory, CPUs and tables as without kboot', %one, %machine, facts => \%same,
	append => "$words kboot.method=file";

# A microvm has neither HPET nor PM timer, and on a busy host measuring the TSC
# against the emulated PIT often fails: kboot's kernel copes, time and again
refuses "microvm, nothing said of its clock, start $_", disks => [], image => 'elf',
	machine => 'microvm', bus => 'mmio', memory => 256, end => 'guest-shutdown',
	append => 'console=ttyS0 root=/dev/vda1 kboot.wait=1 kboot.onfail=poweroff',
	says => [qr/kboot: .*root=.*\/dev\/vda1|kboot: .*vda1/] for 1 .. 5;

# Machine types, CPU models, sizes. Debian's kernels wait for ticks for ever when it
# fails, however they are started, so they are told what their TSC is about
my $tsc = 'tsc_early_khz=2000000';
boots 'ELF on q35', %one, image => 'elf', machine => 'q35';
boots 'ELF on microvm', %one, image => 'elf', machine => 'microvm', bus => 'mmio',
	cmdline => qr/^\Q$words\E .*\bro$/, append => "$words $tsc";
boots 'ELF on microvm without ACPI: virtio_mmio.device= is carried over', %one, image => 'elf',
	machine => 'microvm,acpi=off', bus => 'mmio', append => "$words $tsc",
	cmdline => qr/^\Q$words\E .*\bvirtio_mmio\.device=\S+.*\bro\b/;
boots 'bzImage on microvm', %one, machine => 'microvm', bus => 'mmio',
	append => "$words $tsc", cmdline => qr/^\Q$words\E .*\bro$/;
boots 'a plain 64-bit CPU', %one, cpu => 'qemu64';
boots '4 GiB and more', %one, memory => 5120, machine => 'q35';
boots '256 MiB', %one, memory => 256;

# Consoles: kboot's own words and its menu are on each
my @hvc = ('-device', 'virtio-serial-pci', '-device');
my @both = ('root=/dev/vda1', 'kboot.timeout=60');
my $kernel_line = qr/kboot: kernel .* initrd .* command line/;
my $cloud = version('cloud');
my $down = "\eOB";
boots 'console=hvc0 console=ttyS0, keys on ttyS0', disks => ['gpt-three'],
	qemu => ['-chardev', 'file,id=hvc,path=%d/hvc0', @hvc, 'virtconsole,chardev=hvc'],
	append => "console=hvc0 console=ttyS0 @both",
	type => [[qr/Any key: menu/ => ' '], [qr/Power off/ => "$down\r"]],
	cmdline => 'console=hvc0 console=ttyS0 root=/dev/vda1 ro',
	says => [$kernel_line], files => { hvc0 => [$kernel_line, qr/Any key: menu/] };
# The guest's kernel has no driver for hvc0 built in, and speaks on ttyS0 alone
refuses 'console=ttyS0 console=hvc0, keys on hvc0', disks => ['gpt-three'],
	wires => [@hvc, 'virtconsole,chardev=console', '-serial', 'file:%d/ttyS0'],
	append => "console=ttyS0 console=hvc0 @both",
	type => [[qr/Any key: menu/ => ' '], [qr/Power off/ => "$down\r"]],
	says => [$kernel_line], end => 'guest-reset',
	files => { ttyS0 => [$kernel_line, qr/Any key: menu/, qr/KBOOT-TEST kernel=\Q$cloud\E$/m] };
# A screen and a keyboard. The screen is a window somewhere in the VGA's memory
sub key {
	return qq({"execute": "send-key", "arguments": {"keys": [{"type": "qcode", "data": "$_[0]"}]}});
}
my $dump = '{"execute": "pmemsave", "arguments": {"val": 753664, "size": 32768, "filename": "%d/screen"}}';
boots 'console=tty0 console=ttyS0, keys on the keyboard', disks => ['gpt-three'],
	qemu => ['-vga', 'std'], append => "console=tty0 console=ttyS0 @both",
	# The two consoles count by themselves: some seconds later both have begun
	type => [[qr/in 5[0-6] s\. Any key: menu/ => $dump], [qr/Any key: menu/ => key('spc')],
		[qr/Power off/ => key('down')], [qr/./s => key('ret')]],
	cmdline => 'console=tty0 console=ttyS0 root=/dev/vda1 ro',
	files => { screen => [qr/Any key: menu/, qr/\* Test guest/] };

# The last line before the hand-over
boots 'the last words', %one, says => [qr{^kboot: kernel /boot/vmlinuz-\Q$cloud\E }m,
	qr{ initrd /boot/initrd\.img-\Q$cloud\E }, qr{ command line "\Q$words\E ro"}];
finish;
