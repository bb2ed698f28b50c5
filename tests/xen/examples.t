#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What lies in examples/ for Xen starts guests as it is: by xl, by libvirt, and as
# Qubes OS starts a VM whose kernel is a folder.
use strict;
use warnings;
use File::Temp qw(tempdir);
use FindBin;
use lib $FindBin::Bin;
use Dom0;
use Lab;

boots 'xl-pvh.cfg', example => 'xl-pvh.cfg', facts => { cpus => 2 };
boots 'xl-hvm.cfg', example => 'xl-hvm.cfg', type => 'hvm', facts => { cpus => 2 }, limit => 600;

# The folder as make-folder makes it; its kernel's command line is put together from
# the folder's words, or Qubes' own, and the VM's kernelopts
my $kernels = tempdir(CLEANUP => 1) . '/vm-kernels';
system("$FindBin::Bin/../../examples/qubes/make-folder",
	$ENV{KBOOT_ELF} // ($ENV{KBOOT_BUILD} // 'build') . '/kboot.elf', "$kernels/kboot") == 0
	or die "make-folder failed\n";
my $folder = contents("$kernels/kboot/default-kernelopts-common.txt") =~ s/\n//r;
my $qubes = 'root=/dev/mapper/dmroot ro nomodeset console=hvc0 rd_NO_PLYMOUTH '
	. 'rd.plymouth.enable=0 plymouth.enable=0 ';
my %vm = (files => [$kernels], loader => <<'CFG',
kernel = "/job/vm-kernels/kboot/vmlinuz"
ramdisk = "/job/vm-kernels/kboot/initramfs"
CFG
	disks => [output_of("$FindBin::Bin/make-domu --layout qubes") . '/disk0.img',
		Lab::domu_file('data.img')],
	facts => { cmdline => 'root=/dev/mapper/dmroot console=tty0 console=hvc0 swiotlb=2048' });

boots "Qubes: the folder's words", %vm, append => $folder;
boots "Qubes: its own words, and the VM's kernelopts", %vm, append => "${qubes}root=/dev/xvda3";
refuses 'Qubes: its own words alone', %vm, facts => {}, append => $qubes,
	says => [qr{/dev/mapper/dmroot did not appear .*/dev/xvda3 \(ext4}], script => <<'SH';
create
expect 'ook at the disks again' $limit
SH

boots 'libvirt-xen.xml', example => 'libvirt-xen.xml', files => [dom0_file('libvirt.tar')],
	facts => { cpus => 2 }, script => <<'SH', steps => [
virsh() {
	timeout 120 virsh -c xen:///system "$@" >>"$work/xl" 2>&1
}
tar -xf /job/libvirt.tar -C /
libvirtd >"$job/libvirtd" 2>&1 &
until_ok 60 virsh version
started=$(now)
virsh create "$work/cfg" || fail "virsh create failed: $(tail -n 3 "$work/xl" | tr '\n' ' ')"
fact "created=$(($(now) - started))0 ms"
expect 'KBOOT-TEST end' $limit
look
SH
	'virsh reboot: kboot comes again' => <<'SH',
virsh reboot "$domain"
expect 'kboot: kernel /' "$limit"
expect 'KBOOT-TEST end' "$limit"
expect 'guest# '
SH
	'virsh shutdown' => <<'SH',
virsh shutdown "$domain"
gone 60
SH
];

finish;
