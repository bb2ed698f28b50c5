#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every format of kernel that kboot loads, by a real kernel of that kind: loaded
# and entered in a VM by `kboot load` and `kboot go`, the whole copy compared by
# the stub. And the built image as a file, started without kexec.
use strict;
use warnings;
use File::Copy qw(copy);
use File::Path qw(make_path remove_tree);
use FindBin;
use lib $FindBin::Bin;
use Rig;

my $work = ($ENV{KBOOT_BUILD} // 'build') . '/tests/formats';
chomp(my $formats = `$FindBin::Bin/make-formats`);
die "make-formats failed\n" if $?;
my $vmlinux = $ENV{KBOOT_ELF} // ($ENV{KBOOT_BUILD} // 'build') . '/kboot.elf';
my $initrd = kernel_file('initrd.img', 'cloud');
my $initrd_name = 'initrd.img-' . version('cloud');
my $quiet = 'console=ttyS0 quiet';
remove_tree($work);
make_path($work);

sub shell {
	system('sh', '-euc', @_) == 0 or die "failed: @_\n";
}

# kboot's own initramfs, with another /init that runs $script in a directory with
# the files in it: what -initrd gives is unpacked over what the kernel brings.
sub initramfs {
	my ($script, %files) = @_;
	my $root = "$work/root";
	remove_tree($root);
	make_path("$root/t");
	copy($files{$_}, "$root/t/$_") or die "$files{$_}: $!\n" for keys %files;
	open my $init, '>', "$root/init" or die "$root/init: $!\n";
	print $init <<"EOF";
#!/bin/busybox sh
b=/bin/busybox
\$b mount -t proc proc /proc
\$b mount -t sysfs sysfs /sys
\$b mount -t devtmpfs dev /dev
cd /t
$script
echo FORMATS-BACK
# The console has to have said it all
\$b sleep 1
\$b poweroff -f
EOF
	close $init;
	chmod 0755, "$root/init";
	shell('cd "$1" && find . | cpio --quiet -o -H newc >"$2"', 'sh', $root, "../initramfs");
	return ('-initrd', "$work/initramfs");
}

# Loads with these words, and goes. %how as Rig's; files: what is there to load.
sub loads {
	my ($name, $words, %how) = @_;
	my %files = %{delete $how{load}};
	my $judge = delete $how{by} // \&boots;
	$judge->($name, image => 'elf', append => $quiet, limit => 150, %how,
		qemu => [@{$how{qemu} // []}, initramfs("kboot load $words && kboot go", %files)]);
}

sub linux {
	my ($name, $words, $kernel, %how) = @_;
	loads $name, "--kernel vmlinuz --initrd initrd --cmdline '$quiet' $words",
		cmdline => $quiet, initrd => $initrd_name, %how,
		load => { vmlinuz => $kernel, initrd => $initrd, %{$how{load} // {}} };
}

my $verify = '--verify-copy';

# ---- bzImage ----------------------------------------------------------------

for my $kernel (qw(cloud generic newest)) {
	linux "bzImage, Debian's $kernel", $verify, kernel_file('vmlinuz', $kernel),
		kernel => $kernel;
}
linux "bzImage, by kexec_file_load", '--method file', kernel_file('vmlinuz', 'cloud'),
	kernel => 'cloud';
linux 'bzImage of 32 bits', $verify, "$formats/vmlinuz-686",
	load => { initrd => "$formats/initrd.img-686" }, facts => { kernel => qr/-686$/ },
	initrd => 'initrd.img-686';

# ---- vmlinux ----------------------------------------------------------------

my %own = (facts => { kernel => qr/-kboot$/ });
linux 'vmlinux by its 64-bit entry', $verify, $vmlinux, %own;
linux 'vmlinux by its PVH entry', "$verify --format pvh", $vmlinux, %own;
my %packers = (gzip => 'gzip -1c', xz => 'xz -0c', zstd => 'zstd -1qc', lz4 => 'lz4 -qc',
	'lz4, as Linux packs' => 'lz4 -lqc', bzip2 => 'bzip2 -1c', lzma => 'xz -0c --format=lzma',
	lzo => 'lzop -1c');
for my $packer (sort keys %packers) {
	shell("$packers{$packer} \"\$1\" >\"\$2\"", 'sh', $vmlinux, "$work/packed");
	linux "vmlinux, $packer", $verify, "$work/packed", %own;
}

# ---- Xen --------------------------------------------------------------------

for my $version (1, 2) {
	loads "Xen by Multiboot $version, with its dom0", "--format multiboot$version $verify " .
		"--kernel xen.gz --cmdline 'com1=115200,8n1 console=com1 loglvl=all' " .
		"--module 'vmlinuz console=hvc0 of=dom0' --module initrd",
		cpu => 'qemu64', memory => 1024, kernel => 'generic', cmdline => 'console=hvc0 of=dom0',
		load => { 'xen.gz' => "$formats/xen.gz", initrd => kernel_file('initrd.img', 'generic'),
			vmlinuz => kernel_file('vmlinuz', 'generic') },
		says => [qr/\(XEN\) Xen version 4\.17/,
			qr/\(XEN\) Command line: com1=115200,8n1 console=com1 loglvl=all$/m];
}

# ---- UKI --------------------------------------------------------------------

for my $method ('load', 'file') {
	loads "a UKI, by $method", "--kernel uki.efi --method $method", kernel => 'cloud',
		cmdline => 'console=ttyS0 from=uki', load => { 'uki.efi' => "$formats/uki.efi" };
}
shell('mkdir -p "$1" && echo extra >"$1/name" && cd "$1" &&
	echo name | cpio --quiet -o -H newc | gzip -9 >../extra', 'sh', "$work/extra.d");
loads 'a UKI with one more initrd and another command line',
	"--kernel uki.efi --initrd extra --cmdline '$quiet of=caller' $verify", kernel => 'cloud',
	initrd => 'extra', cmdline => "$quiet of=caller",
	load => { 'uki.efi' => "$formats/uki.efi", extra => "$work/extra" };

# ---- memtest86+ -------------------------------------------------------------

for my $bits (64, 32) {
	loads "memtest86+ of $bits bits", "--kernel mt --cmdline console=ttyS0,115200 $verify",
		by => \&refuses, load => { mt => "$formats/memtest$bits.bin" },
		says => [qr/Memtest86\+ v6\.\d/, qr/Address test/, qr/Errors: 0/];
}

# ---- several initrds --------------------------------------------------------

# An archive packed by LZ4 that ends at a multiple of 4, where another one could
# begin: Linux would take that for more of the first
sub three_initrds {
	my $tree = "$work/three";
	shell('rm -rf "$1" && mkdir -p "$1" && cd "$1" && cpio --quiet -id <"$2" && mkdir ../three/add &&
		find . -name init -o -name add | cpio --quiet -o -H newc | gzip -9 >../three.gz &&
		find . -path ./bin -o -path "./bin/*" -o -name proc -o -name sys -o -name dev |
			cpio --quiet -o -H newc >../three.cpio', 'sh', $tree, $initrd);
	for my $try (1 .. 100) {
		shell('cd "$1" && echo "three, try $2" >name &&
			echo name | cpio --quiet -o -H newc | lz4 -lqc >../three.lz4', 'sh', $tree, $try);
		return "three, try $try" if (-s "$work/three.lz4") % 4 == 0;
	}
	die "no archive of the size wanted\n";
}
my $three = three_initrds();
for my $method ('load', 'file') {
	loads "three initrds: LZ4, plain, gzip; by $method", "--kernel vmlinuz --initrd three.lz4 " .
		"--initrd three.cpio --initrd three.gz --cmdline '$quiet' --method $method",
		kernel => 'cloud', initrd => $three, cmdline => $quiet, load => {
			vmlinuz => kernel_file('vmlinuz', 'cloud'),
			map { ("three.$_" => "$work/three.$_") } qw(lz4 cpio gz) };
}

# ---- the image as a file ----------------------------------------------------

# Written by one VM to a disk, started by QEMU's own loader in another one like it
my $image = "$work/image";
sub dump_image {
	my ($name, $words, %files) = @_;
	shell('rm -f "$1" && truncate -s 64M "$1"', 'sh', $image);
	refuses $name, image => 'elf', append => $quiet, limit => 60, says => [qr/^FORMATS-BACK/m],
		never => [qr/^kboot: /m], end => 'guest-shutdown',
		qemu => ['-drive', "if=virtio,format=raw,file=$image",
			initramfs("kboot load $words --dry-run --dump /dev/vda", %files)];
}

# As QEMU starts it, or with one byte changed at @at
sub start_image {
	my ($judge, $name, %how) = @_;
	$judge->($name, image => ['-kernel', $image], limit => 60, %how);
}

sub change_byte {
	my ($at) = @_;
	open my $file, '+<', $image or die "$image: $!\n";
	seek $file, $at, 0;
	read $file, my $byte, 1;
	seek $file, $at, 0;
	print $file chr(ord($byte) ^ 1);
	close $file or die "$image: $!\n";
}

my %cloud = (vmlinuz => kernel_file('vmlinuz', 'cloud'), initrd => $initrd);
my $cloud = "--kernel vmlinuz --initrd initrd --cmdline '$quiet of=dump' $verify";
dump_image 'a bzImage, written to a file', $cloud, %cloud;
start_image \&boots, 'and started from there', kernel => 'cloud', cmdline => "$quiet of=dump";
# Segments begin at 32 KiB; this is in the kernel
change_byte(32768 + 1000000);
start_image \&refuses, 'one byte changed: told on serial and port 0xe9, and reset',
	qemu => ['-debugcon', 'file:%d/e9'], end => 'guest-reset',
	says => [qr/kboot: at 0x0000000001000000, .* did not arrive as they were loaded .*: resetting/],
	files => { e9 => [qr/did not arrive as they were loaded/] };
dump_image 'Xen and its dom0, written to a file', "--kernel xen.gz --module " .
	"'vmlinuz console=hvc0 of=dump' --module initrd --cmdline 'com1=115200,8n1 console=com1'",
	'xen.gz' => "$formats/xen.gz", initrd => kernel_file('initrd.img', 'generic'),
	vmlinuz => kernel_file('vmlinuz', 'generic');
start_image \&boots, 'and started from there', cpu => 'qemu64', kernel => 'generic',
	cmdline => 'console=hvc0 of=dump', limit => 120;
remove_tree($work);
finish;
