#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The distribution's own programs write the boot configuration, in guests that kboot
# booted and on their own disks; then kboot boots them from what was written. Each
# guest is a real Debian root; what its kernel starts is producers-init, with a job.
#
#	producers.t [LAYOUT]...
#
# By itself it does the unattended upgrade. KBOOT_PRODUCERS=short: each layout of Debian
# 12. long: more programs and settings, and Debian 13. KBOOT_CAPTURES=DIR keeps what the
# programs wrote, as folders of tests/fixtures/distros, which tests/fixtures/make-real
# makes by this.
use strict;
use warnings;
use File::Copy qw(copy);
use File::Path qw(make_path remove_tree);
use FindBin;
use JSON::PP;
use lib $FindBin::Bin;
use Rig;

my $build = $ENV{KBOOT_BUILD} // 'build';
my $work = "$build/tests/producers";
my $cloud = version('cloud');
my $newest = version('newest');
my $own = 'console=ttyS0 init=/sbin/producers';
my $machine = '6b626f6f7470726f6475636572730001';
my $ext4_root = '6b626f6f-7072-6f64-0000-000000000001';
remove_tree($work);
make_path($work);

sub made {
	chomp(my $path = `$FindBin::Bin/make-producers $_[0]`);
	die "make-producers $_[0] failed\n" if $?;
	return $path;
}

# ---- a guest, and one boot of it -------------------------------------------

# A guest with the disk of a layout, which stays from boot to boot.
sub guest {
	my ($layout, $name) = @_;
	$name //= $layout;
	my $disk = "$work/$name.img";
	shell('cp --sparse=always "$1/disk0.img" "$2"', 'sh', made($layout), $disk);
	return { name => $name, disk => $disk };
}

# The disk "job": what runs in the guest, and the files it needs.
sub job_disk {
	my ($script, @files) = @_;
	remove_tree("$work/job");
	make_path("$work/job");
	copy("$FindBin::Bin/producers-init", "$work/job/init") or die "producers-init: $!\n";
	copy("$build/kboot", "$work/job/kboot") or die "$build/kboot: $! (make builds it)\n";
	chmod 0755, "$work/job/kboot";
	copy($_, "$work/job/") or die "$_: $!\n" for @files;
	open my $file, '>', "$work/job/job" or die "$work/job/job: $!\n";
	print $file $script;
	close $file or die "$work/job/job: $!\n";
	shell('tar -C "$1/job" -cf "$1/job.img" .', 'sh', $work);
}

sub drive {
	my ($name, $file, $more) = @_;
	return ('-drive', "if=none,id=$name,format=raw,cache=unsafe,file=$file$more",
		'-device', "virtio-blk-pci,drive=$name,serial=$name");
}

# Boots the guest, runs the job in it; returns the directory of what it captured, and Rig's VM.
# %how as Rig's, and: name; job; files it needs.
sub boot {
	my ($guest, %how) = @_;
	my ($name, $job) = delete @how{qw(name job)};
	job_disk($job // ":\n", @{delete $how{files} // []});
	shell('rm -f "$1" && truncate -s 96M "$1"', 'sh', "$work/capture.img");
	my $step = ++$guest->{step};
	my $vm = boots "$guest->{name}: $name", image => 'elf', memory => 768, limit => 1800,
		end => 'guest-reset', %how, facts => { job => 'done', %{$how{facts}} },
		qemu => [drive('root', $guest->{disk}, ''), drive('job', "$work/job.img", ',readonly=on'),
			drive('capture', "$work/capture.img", '')];
	my $to = ($ENV{KBOOT_CAPTURES} // "$work/captures") . "/$guest->{name}-$step";
	remove_tree($to);
	make_path($to);
	shell('tar -xf "$1" -C "$2" || :', 'sh', "$work/capture.img", $to);
	return ($to, $vm);
}

# ---- what a capture has to hold --------------------------------------------

# The default of kboot's answer $name in the guest is this entry, and --explain
# says so.
sub lists {
	my ($capture, $vm, $name, %want) = @_;
	my $list = eval { JSON::PP->new->utf8->decode(read_file("$capture/$name.json")) };
	my @wrong;
	if (!$list) {
		@wrong = "no answer of kboot list: $@";
	} else {
		my ($entry) = grep { $_->{id} eq ($list->{default} // '') } @{$list->{entries}};
		for my $key (sort keys %want) {
			my $is = $entry->{$key} // '(nothing)';
			push @wrong, "its $key is\n    $is\nand not\n    $want{$key}" if $is ne $want{$key};
		}
		my $explained = read_file("$capture/$name.explain");
		push @wrong, "--explain does not name it:\n$explained"
			if index($explained, $list->{default} // '(nothing)') < 0;
	}
	Rig::report("what kboot list says there: $name", $vm, @wrong);
}

# ---- ext4, an ESP ------------------------------------------------------------

# The words of grub-mkconfig's entries, and their ids: --id and the root's UUID
# (grub.d/10_linux of Debian's grub-common).
sub grub_entry {
	my ($uuid, $version, $words, $root) = @_;
	return (id => $version ? "gnulinux-$version-advanced-$uuid" : "gnulinux-simple-$uuid",
		title => $version ? "Advanced options for Debian GNU/Linux > Debian GNU/Linux, with Linux $version"
			: 'Debian GNU/Linux',
		cmdline => 'root=' . ($root // "UUID=$uuid") . " ro $words quiet");
}

# The unattended upgrade; returns the guest, and the words by which u-boot-update's and
# kernel-install's entries start.
sub upgrade {
	my $ext4 = guest('ext4');
	my %first = grub_entry($ext4_root, '', $own);

	# One entry by hand, and then the upgrade: the package's own scripts make the initrd
	# and tell GRUB, if there is a grub.cfg, systemd-boot and u-boot-menu of the kernel
	my ($capture, $vm) = boot $ext4, name => 'a kernel without a configuration; dpkg installs a newer one',
		append => "$own root=UUID=$ext4_root", facts => { kernel => $cloud, root => '/dev/vda2 ext4',
			cmdline => "$own root=UUID=$ext4_root ro" }, files => [made('new-kernel')], job => <<"JOB";
cp /etc/grub.d/40_custom /root/
cat >>/etc/grub.d/40_custom <<'END'
menuentry "By hand" --id by-hand {
	search --no-floppy --fs-uuid --set=root $ext4_root
	linux /vmlinuz.old root=UUID=$ext4_root ro $own by="hand, and  quoted"
	initrd /initrd.img.old
}
END
sed -i 's/^GRUB_DEFAULT=.*/GRUB_DEFAULT=saved/' /etc/default/grub
mkdir -p /boot/grub
: >/boot/grub/grub.cfg
bootctl --no-variables install
dpkg --install "\$job"/linux-image-*.deb
ask_kboot grub /
ask_kboot esp /efi
capture real-grub-upgrade 'Debian 12: update-grub, by the hooks of a kernel that dpkg installed' /
capture real-esp-upgrade 'Debian 12: kernel-install, by the hooks of a kernel that dpkg installed' /efi
JOB
	lists $capture, $vm, 'grub', %first, kernel => "/boot/vmlinuz-$newest", version => $newest;
	my $bls = "root=UUID=$ext4_root ro $own by=kernel-install systemd.machine_id=$machine";
	lists $capture, $vm, 'esp', id => "$machine-$newest", title => 'Debian GNU/Linux 12 (bookworm)',
		kernel => "/$machine/$newest/linux", version => $newest, cmdline => $bls;

	($capture, $vm) = boot $ext4, name => 'the newest kernel, by the grub.cfg that dpkg had written',
		append => "console=ttyS0 root=UUID=$ext4_root", says => [qr/\* Debian GNU\/Linux\s/],
		facts => { kernel => $newest, cmdline => $first{cmdline}, root => '/dev/vda2 ext4' },
		job => <<"JOB";
grub-set-default by-hand
grub-reboot 'gnulinux-advanced-$ext4_root>gnulinux-$cloud-advanced-$ext4_root'
grub-editenv list
ask_kboot once /
capture real-grub-once 'Debian 12: grub-reboot, once and not what grub-set-default says' /
grub-editenv - unset next_entry
ask_kboot saved /
grub-reboot 'gnulinux-advanced-$ext4_root>gnulinux-$cloud-advanced-$ext4_root'
JOB
	my %once = grub_entry($ext4_root, $cloud, $own);
	lists $capture, $vm, 'once', %once, kernel => "/boot/vmlinuz-$cloud";
	# GRUB quotes an argument with a blank in it whole
	lists $capture, $vm, 'saved', id => 'by-hand', title => 'By hand', kernel => '/vmlinuz.old',
		cmdline => qq(root=UUID=$ext4_root ro $own "by=hand, and  quoted");

	# kboot writes to no disk: what was for once stays until the guest takes it back
	($capture, $vm) = boot $ext4, name => 'once another kernel, by grub-reboot',
		append => "console=ttyS0 root=UUID=$ext4_root",
		facts => { kernel => $cloud, cmdline => $once{cmdline} }, job => <<"JOB";
[ "\$(grubenv next_entry)" = 'gnulinux-advanced-$ext4_root>gnulinux-$cloud-advanced-$ext4_root' ]
rm -r /boot/grub
u-boot-update
ask_kboot extlinux /
capture real-extlinux 'Debian 12: u-boot-update, after GRUB was given up' /
JOB
	my $extlinux = "root=UUID=$ext4_root ro $own by=u-boot-update";
	lists $capture, $vm, 'extlinux', id => 'l0', kernel => "/boot/vmlinuz-$newest",
		title => "Debian GNU/Linux 12 (bookworm) $newest", cmdline => $extlinux;
	return ($ext4, $extlinux, $bls);
}

sub ext4 {
	my ($ext4, $extlinux, $bls) = upgrade();
	boot $ext4, name => 'by u-boot-update: extlinux.conf', append => "console=ttyS0 root=UUID=$ext4_root",
		facts => { kernel => $newest, cmdline => $extlinux };
	boot $ext4, name => 'by kernel-install: the ESP alone', append => 'console=ttyS0 boot=LABEL=ESP',
		facts => { kernel => $newest, cmdline => $bls };
}

# ---- a logical volume, /boot apart -----------------------------------------

sub lvm {
	my ($lvm_root, $lvm_boot) = ('6b626f6f-7072-6f64-0000-000000000002',
		'6b626f6f-7072-6f64-0000-000000000003');
	my $volume = '/dev/mapper/guest--vg-root';
	my $lvm = guest('lvm');
	my ($capture, $vm) = boot $lvm, name => 'kernels without a configuration; grub-mkconfig',
		append => "$own root=/dev/guest-vg/root boot=UUID=$lvm_boot",
		facts => { kernel => $newest, root => '/dev/guest-vg/root ext4',
			cmdline => "$own root=/dev/guest-vg/root ro" }, job => <<"JOB";
mkdir -p /boot/grub
grub-mkconfig -o /boot/grub/grub.cfg
grub-set-default 0
ask_kboot grub / /boot
capture real-grub-lvm 'Debian 12: grub-mkconfig, the root on a logical volume' / /boot
JOB
	my %volume = grub_entry($lvm_root, '', $own, $volume);
	lists $capture, $vm, 'grub', %volume, kernel => "/vmlinuz-$newest", fs => 1;
	boot $lvm, name => 'by grub-mkconfig, without a word on the disks', append => 'console=ttyS0',
		facts => { kernel => $newest, cmdline => $volume{cmdline}, root => "$volume ext4" };
}

# ---- btrfs, the root in a subvolume ----------------------------------------

sub btrfs {
	my $btrfs_root = '6b626f6f-7072-6f64-0000-000000000004';
	my $btrfs = guest('btrfs');
	my ($capture, $vm) = boot $btrfs, name => 'kernels without a configuration; grub-mkconfig, saved',
		append => "$own root=UUID=$btrfs_root rootflags=subvol=\@",
		facts => { kernel => $newest, root => '/dev/vda1[/@] btrfs',
			cmdline => "$own root=UUID=$btrfs_root rootflags=subvol=\@ ro" }, job => <<"JOB";
sed -i 's/^GRUB_DEFAULT=.*/GRUB_DEFAULT=saved/' /etc/default/grub
mkdir -p /boot/grub
grub-mkconfig -o /boot/grub/grub.cfg
grub-set-default '1>2'
ask_kboot grub /
capture real-grub-btrfs 'Debian 12: grub-mkconfig on btrfs, seen from the root in a subvolume' /
capture real-grub-btrfs-top 'Debian 12: grub-mkconfig on btrfs, seen from the top level' /
sed -E -i 's,^(from|files|link) ,&/\@,' "\$kept/real-grub-btrfs-top/guest"
JOB
	my %sub = grub_entry($btrfs_root, $cloud, "rootflags=subvol=\@ $own");
	lists $capture, $vm, 'grub', %sub, kernel => "/boot/vmlinuz-$cloud";
	boot $btrfs, name => 'by grub-mkconfig, from the top level', append => 'console=ttyS0',
		facts => { kernel => $cloud, cmdline => $sub{cmdline}, root => '/dev/vda1[/@] btrfs' };
}

# ---- unified kernel images, by Debian 13 -----------------------------------

sub uki {
	my $root = '6b626f6f-7072-6f64-0000-000000000005';
	my $uki = guest('uki');
	my ($capture, $vm) = boot $uki, name => 'a kernel without a configuration; kernel-install, ukify',
		append => "$own root=UUID=$root", facts => { kernel => qr/^6\.\S+-cloud-amd64$/,
			cmdline => "$own root=UUID=$root ro" }, job => <<"JOB";
version=\$(uname -r)
bootctl --no-variables install
kernel-install --entry-token=machine-id add "\$version" "/boot/vmlinuz-\$version"
ask_kboot uki /efi
printf 'root=UUID=$root ro $own profile=other' >/root/other
printf 'ID=main\nTITLE=As usual' >/root/main.profile
printf 'ID=other\nTITLE=In another way' >/root/other.profile
ukify build --profile=\@/root/other.profile --cmdline=\@/root/other --output=/root/other.efi
rm /efi/EFI/Linux/*
ukify build --linux="/boot/vmlinuz-\$version" --initrd="/boot/initrd.img-\$version" \\
	--cmdline=\@/etc/kernel/cmdline --os-release=\@/etc/os-release --uname="\$version" \\
	--profile=\@/root/main.profile --join-profile=/root/other.efi --output=/efi/EFI/Linux/two.efi
printf 'default two.efi\n' >/efi/loader/loader.conf
ask_kboot profiles /efi
JOB
	my $version = $vm->{facts}{kernel} // '';
	my $words = "root=UUID=$root ro $own by=kernel-install";
	lists $capture, $vm, 'uki', id => "$machine-$version", title => 'Debian GNU/Linux 13 (trixie)',
		kernel => "/EFI/Linux/$machine-$version.efi", kind => 'uki', version => $version,
		cmdline => "$words systemd.machine_id=$machine";
	lists $capture, $vm, 'profiles', kernel => '/EFI/Linux/two.efi', kind => 'uki', profile => 0,
		version => $version, cmdline => $words;
	boot $uki, name => 'by ukify: the first of two profiles', append => 'console=ttyS0 boot=LABEL=ESP',
		facts => { kernel => $version, cmdline => $words }, job => <<"JOB";
rm /efi/EFI/Linux/* /efi/loader/loader.conf
kernel-install --entry-token=machine-id add "\$(uname -r)" "/boot/vmlinuz-\$(uname -r)"
JOB
	boot $uki, name => 'by kernel-install: a unified kernel image',
		append => 'console=ttyS0 boot=LABEL=ESP', facts => { kernel => $version,
			cmdline => "$words systemd.machine_id=$machine" };
}

# ---- more settings, and kernels that are but names -------------------------

sub more {
	my ($layout, $root) = @_;
	boot guest($layout, "$layout-more"), name => 'one configuration after the other',
		append => "$own root=UUID=$root",
		facts => { kernel => qr/-cloud-amd64$/, cmdline => "$own root=UUID=$root ro" },
		job => read_file("$FindBin::Bin/producers-more");
}

# ---- parts of grub.cfg by other packages, and menu.lst --------------------

sub snippets {
	my ($layout, $root, $xen) = @_;
	my $guest = guest($layout);
	my ($capture, $vm) = boot $guest, name => 'grub-mkconfig with all that Debian adds to it',
		append => "$own root=UUID=$root", facts => { kernel => qr/-cloud-amd64$/,
			cmdline => "$own root=UUID=$root ro" },
		job => read_file("$FindBin::Bin/producers-snippets");
	lists $capture, $vm, 'snippets', id => "xen-gnulinux-simple-$root", kernel => "/boot/$xen",
		cmdline => 'placeholder', kind => 'multiboot';
	return ($guest, $capture, $vm, $vm->{facts}{kernel} // '');
}

# The GRUBs that Xen starts guests by read menu.lst.
sub snippets_12 {
	my $root = '6b626f6f-7072-6f64-0000-000000000006';
	my ($guest, $capture, $vm, $version) = snippets('snippets', $root, 'xen-4.17-amd64.gz');
	lists $capture, $vm, 'pv-grub-menu', kernel => '/boot/vmlinuz-6.1.0-28-amd64',
		title => 'Debian GNU/Linux, kernel 6.1.0-28-amd64', cmdline => "root=UUID=$root ro";
	boot $guest, name => 'by pv-grub-menu: menu.lst', append => "console=ttyS0 root=UUID=$root",
		facts => { kernel => $version, cmdline => "root=UUID=$root ro $own" };
}

# TuneD's words are a variable in grub.cfg. There is no Xen for this kernel: the default
# that xen-hypervisor-common names is not in the menu, and GRUB takes the first.
sub snippets_13 {
	my $root = '6b626f6f-7072-6f64-0000-000000000008';
	my ($guest, undef, undef, $version) = snippets('snippets13', $root, 'xen-4.20-amd64.gz');
	boot $guest, name => 'by grub-mkconfig and TuneD', append => "console=ttyS0 root=UUID=$root",
		facts => { kernel => $version,
			cmdline => "root=UUID=$root ro $own quiet nosoftlockup isolcpus=1" };
}

my %layouts = (upgrade => \&upgrade, ext4 => \&ext4, lvm => \&lvm, btrfs => \&btrfs, uki => \&uki,
	snippets => \&snippets_12, snippets13 => \&snippets_13,
	'ext4-more' => sub { more('ext4', $ext4_root) },
	'uki-more' => sub { more('uki', '6b626f6f-7072-6f64-0000-000000000005') });
my %sets = (short => [qw(ext4 lvm btrfs)], long => [grep { $_ ne 'upgrade' } sort keys %layouts]);
$layouts{$_}->() for @ARGV ? @ARGV : @{$sets{$ENV{KBOOT_PRODUCERS} // ''} // ['upgrade']};
remove_tree($work);
finish;
