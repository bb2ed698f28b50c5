#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every format of kernel that kboot loads, by a real kernel of that kind: loaded
# and entered in a VM by `kboot load` and `kboot go`, the whole copy compared by
# the stub. And the built image as a file, started without kexec.
use strict;
use warnings;
use Digest::MD5 qw(md5_hex);
use File::Copy qw(copy);
use File::Path qw(make_path remove_tree);
use FindBin;
use lib $FindBin::Bin;
use Rig;

my $work = ($ENV{KBOOT_BUILD} // 'build') . '/tests/formats';
chomp(my $formats = `$FindBin::Bin/make-formats`);
die "make-formats failed\n" if $?;
my $vmlinux = $ENV{KBOOT_ELF} // ($ENV{KBOOT_BUILD} // 'build') . '/kboot.elf';
my $bzimage = $ENV{KBOOT_BZIMAGE} // ($ENV{KBOOT_BUILD} // 'build') . '/kboot-bzImage';
my $kboot = ($ENV{KBOOT_BUILD} // 'build') . '/kboot';
my $initrd = kernel_file('initrd.img', 'cloud');
my $initrd_name = 'initrd.img-' . version('cloud');
my $quiet = 'console=ttyS0 quiet';
remove_tree($work);
make_path($work);

# The tree $root, into which come an /init that runs $script in a directory with the
# files in it, as the archive $archive.
sub pack_tree {
	my ($archive, $root, $script, %files) = @_;
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
# The console has to have said it all
\$b sleep 1
\$b poweroff -f
EOF
	close $init or die "$root/init: $!\n";
	chmod 0755, "$root/init";
	shell('cd "$1" && find . | cpio --quiet -o -H newc >"../$2"', 'sh', $root, $archive);
}

# kboot's own initramfs, with another /init: what -initrd gives is unpacked over what
# the kernel brings.
sub initramfs {
	my ($script, %files) = @_;
	remove_tree("$work/root");
	pack_tree('initramfs', "$work/root", "$script\necho FORMATS-BACK", %files);
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

# Debian's cloud kernel is what most of the others start
for my $kernel (qw(generic newest)) {
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
# Unpacked by each, and the last one started
my %packers = (gzip => 'gzip -1c', xz => 'xz -0c', zstd => 'zstd -1qc', lz4 => 'lz4 -qc',
	'lz4-legacy' => 'lz4 -lqc', bzip2 => 'bzip2 -1c', lzma => 'xz -0c --format=lzma',
	lzo => 'lzop -1c');
my @packed = sort keys %packers;
for my $packer (@packed) {
	shell("$packers{$packer} \"\$1\" >\"\$2\"", 'sh', $vmlinux, "$work/vmlinux.$packer");
}
linux 'vmlinux, packed in every way', "$verify && " . join(' && ', map {
		"kboot load --kernel vmlinux.$_ --initrd initrd --cmdline '$quiet' $verify"
	} @packed), $vmlinux, %own, memory => 1536,
	says => [map { qr/^kernel vmlinux\.$_ /m } @packed],
	load => { map { ("vmlinux.$_" => "$work/vmlinux.$_") } @packed };
unlink map { "$work/vmlinux.$_" } @packed;

# ---- Xen --------------------------------------------------------------------

# Version 2: out of grub.cfg, and the file, below. Of a Xen that knows the word, kboot
# says that it must not call the BIOS, which waits for a disk that Linux has used since
my $xen_words = 'com1=115200,8n1 console=com1';
loads 'Xen by Multiboot 1, with its dom0', "--format multiboot1 $verify " .
	"--kernel xen.gz --cmdline '$xen_words loglvl=all' " .
	"--module 'vmlinuz console=hvc0 of=dom0' --module initrd",
	cpu => 'qemu64', memory => 1024, kernel => 'generic', cmdline => 'console=hvc0 of=dom0',
	load => { 'xen.gz' => "$formats/xen.gz", initrd => kernel_file('initrd.img', 'generic'),
		vmlinuz => kernel_file('vmlinuz', 'generic') },
	says => [qr/\(XEN\) Xen version 4\.17/,
		qr/\(XEN\) Command line: no-real-mode $xen_words loglvl=all$/m];

# ---- UKI --------------------------------------------------------------------

loads 'a UKI, by kexec_file_load', '--kernel uki.efi --method file', kernel => 'cloud',
	cmdline => 'console=ttyS0 from=uki', load => { 'uki.efi' => "$formats/uki.efi" };
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
	# A digit of a hash is a byte more, or nearly
	for my $digits (1 .. 32) {
		my $name = 'three, ' . substr md5_hex('three'), 0, $digits;
		shell('cd "$1" && echo "$2" >name &&
			echo name | cpio --quiet -o -H newc | lz4 -lqc >../three.lz4', 'sh', $tree, $name);
		return $name if (-s "$work/three.lz4") % 4 == 0;
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

# ---- 5-level paging ---------------------------------------------------------

# kboot's own kernel never has it; a guest's kernel, from which it is started by kboot
# once more, has it where the processor does (QEMU's max)
sub from_debian {
	my ($judge, $name, $words, %how) = @_;
	my $root = "$work/debian";
	my %files = %{delete $how{load}};
	remove_tree($root);
	make_path(map { "$root/$_" } qw(bin proc sys dev));
	copy('/bin/busybox', "$root/bin/busybox") or die "busybox: $!\n";
	copy($kboot, "$root/bin/kboot") or die "$kboot: $!\n";
	chmod 0755, "$root/bin/kboot", "$root/bin/busybox";
	pack_tree('debian.cpio', $root, <<"EOF", %files);
echo "LEVELS \$(\$b grep -qw la57 /proc/cpuinfo && echo 5 || echo 4)"
/bin/kboot load $words && /bin/kboot go
EOF
	$judge->($name, limit => 150, append => $quiet, %how,
		image => ['-kernel', kernel_file('vmlinuz', 'cloud'), '-initrd', "$work/debian.cpio"]);
}

my %five = (says => [qr/^LEVELS 5$/m]);
my $files = "--kernel vmlinuz --initrd initrd --cmdline '$quiet' $verify";
from_debian \&boots, '5 levels, to a kernel that takes them', $files, %five, kernel => 'cloud',
	cmdline => $quiet, load => { vmlinuz => kernel_file('vmlinuz', 'cloud'), initrd => $initrd };
from_debian \&boots, '5 levels, to one of 32 bits', $files, %five,
	load => { vmlinuz => "$formats/vmlinuz-686", initrd => "$formats/initrd.img-686" },
	facts => { kernel => qr/-686$/ };
from_debian \&boots, '5 levels, to one that is built for 4, and switches', $files, %five,
	cmdline => $quiet, load => { vmlinuz => $bzimage, initrd => $initrd }, %own;

# ---- as entries of a guest's disk --------------------------------------------

# Listed, chosen and passed on to the loader, each as what it is
my %listed = (images => ["$formats/disk.img"], image => 'elf', cpu => 'qemu64', memory => 1024,
	limit => 150);
boots 'Xen out of grub.cfg, in the menu', %listed, kernel => 'generic',
	append => 'console=ttyS0 kboot.timeout=60', cmdline => 'placeholder console=hvc0 by=grub',
	type => [[qr/Any key: menu/ => ' '], [qr/Power off/ => "\eOB\r"]],
	says => [qr/\(XEN\) Command line: no-real-mode placeholder $xen_words$/m];
boots 'a UKI out of EFI/Linux, by its id', %listed, kernel => 'cloud',
	append => "$quiet kboot.timeout=0 kboot.default=guest", cmdline => 'console=ttyS0 from=uki';

# ---- memory -----------------------------------------------------------------

# A kernel and 60 MB of initrd on a disk, as in a guest: their pages are in the cache,
# which gives way, and once in what kexec_load copies
my $big = "$work/big.img";
shell('mkdir -p "$1" && cp "$2" "$1/vmlinuz" && head -c 60000000 /dev/urandom >"$1/initrd" &&
	truncate -s 90M "$3" && mke2fs -q -t ext4 -d "$1" "$3"', 'sh', "$work/big", kernel_file('vmlinuz', 'cloud'), $big);
sub measures {
	my ($name, $script, %how) = @_;
	refuses $name, image => 'elf', append => $quiet, memory => 256, limit => 120,
		end => 'guest-shutdown', %how, qemu => ['-drive', "if=virtio,format=raw,snapshot=on,file=$big",
			initramfs("mkdir /d /m && \$b mount -t ext4 -o ro /dev/vda /d\n$script")];
}

# RLIMIT_DATA is about what a program has of its own: what it allocates and writes to
measures 'kboot needs less than 1 MiB of its own to load 74 MB', <<'EOF',
own() {
	for kib in 128 256 384 512 768 1024 2048 4096 8192 65536 131072; do
		(ulimit -d $kib && exec "$@") >/dev/null 2>&1 && { echo "OWN $1 $kib KiB"; return; }
	done
	echo "OWN $1 more than that"
}
own kboot load --kernel /d/vmlinuz --initrd /d/initrd --cmdline x
$b mount -t squashfs -o ro,loop /usr.squashfs /usr && /usr/sbin/kexec -u
own /usr/sbin/kexec -c -l /d/vmlinuz --initrd=/d/initrd --command-line=x
EOF
	says => [qr/^OWN kboot \d{1,3} KiB/m, qr/^OWN \S+kexec /m];

# So much of it is taken away that 8 MiB are left above what the running kernel has to
# hold, and then so much that it cannot work: it loads, or says so before it has begun
my $tight = <<'EOF';
kib=$((($($b stat -c %s /d/vmlinuz) + $($b stat -c %s /d/initrd)) / 1024))
left() { $b awk -v need=$kib '/^MemAvailable/ { print $2 - need }' /proc/meminfo; }
$b mount -t tmpfs -o size=95% none /m
# More than once: what is free is told late
for n in 1 2 3 4 5; do
	[ $(left) -le $((LEFT + 256)) ] ||
		$b dd if=/dev/zero bs=1024 count=$(($(left) - LEFT)) 2>/dev/null >>/m/taken
done
echo "LEFT $(left) KiB"
kboot load --kernel /d/vmlinuz --initrd /d/initrd --cmdline x
EOF
(my $enough = $tight) =~ s/\bLEFT\b(?! \$)/8192/g;
(my $too_little = $tight) =~ s/\bLEFT\b(?! \$)/1024/g;
measures '8 MiB above kernel and initrd are enough', $enough,
	says => [qr/^LEFT [1-8]\d{3} KiB/m, qr/^kernel \S+ initrd \S+ .* by kexec_load$/m];
measures '1 MiB is not, and is said', $too_little, never => [qr/by kexec_load/, qr/Out of memory/i],
	says => [qr/^kboot: too little memory: loading \S+ \(14 MiB\) and its initrd \(58 MiB\) takes/m];

# ---- the image as a file ----------------------------------------------------

# Written by one VM to a disk, started by QEMU's own loader in another one like it
my $image = "$work/image";
sub dump_image {
	my ($name, $words, %files) = @_;
	shell('rm -f "$1" && truncate -s 64M "$1"', 'sh', $image);
	refuses $name, image => 'elf', append => $quiet, limit => 60, says => [qr/^FORMATS-BACK/m],
		never => [qr/^kboot: (?!xen\.gz is told no-real-mode)/m], end => 'guest-shutdown',
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
dump_image 'Xen and its dom0, written to a file', "--format multiboot2 --kernel xen.gz " .
	"--module 'vmlinuz console=hvc0 of=dump' --module initrd --cmdline '$xen_words'",
	'xen.gz' => "$formats/xen.gz", initrd => kernel_file('initrd.img', 'generic'),
	vmlinuz => kernel_file('vmlinuz', 'generic');
start_image \&boots, 'and started from there', cpu => 'qemu64', kernel => 'generic',
	cmdline => 'console=hvc0 of=dump', limit => 120;
remove_tree($work);
finish;
