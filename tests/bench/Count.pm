# SPDX-License-Identifier: GPL-2.0-or-later
#
# Counts guest instructions: the QEMU that does it, the plugin (kcount.c), and where
# kboot's kernel has its functions. `run` tells why it repeats.
package Count;
use strict;
use warnings;
# hex() of 64 bits
no warnings q(portable);
use Exporter qw(import);
use File::Basename qw(dirname);
use File::Path qw(make_path);

our @EXPORT = qw($here $build $out $cache $elf $bzimage $vmlinux output_of contents compile build_plugin
	kernel_addresses pause_word start_qemu run_counted);
our $here = dirname(__FILE__);
our $build = $ENV{KBOOT_BUILD} // 'build';
our $out = "$build/bench";
our $cache = $ENV{KBOOT_CACHE} // ($ENV{XDG_CACHE_HOME} // "$ENV{HOME}/.cache") . '/kboot';
our $elf = $ENV{KBOOT_ELF} // "$build/kboot.elf";
our $bzimage = $ENV{KBOOT_BZIMAGE} // "$build/kboot-bzImage";
our $vmlinux = $ENV{KBOOT_VMLINUX} // "$build/vmlinux";

sub output_of {
	open my $pipe, '-|', @_ or die "$_[0]: $!\n";
	my $line = <$pipe>;
	close $pipe or die "$_[0] failed\n";
	chomp $line;
	return $line;
}

sub contents {
	open my $file, '<', $_[0] or return '';
	local $/;
	return <$file> // '';
}

sub compile {
	my ($to, @words) = @_;
	system('gcc', '-std=c11', '-D_GNU_SOURCE', '-O2', '-Wall', '-Wextra', '-Werror', '-o', $to, @words) == 0
		or die "cannot build $to\n";
}

sub build_plugin {
	make_path($out);
	compile("$out/kcount.so", '-shared', '-fPIC', '-fvisibility=hidden', "$here/kcount.c");
}

# Functions of kboot's kernel; size: of vp_notify, which kicks a virtio-pci disk.
my %kernel;
sub kernel_addresses {
	return %kernel if %kernel;
	my @names = qw(start_kernel start_thread __x64_sys_kexec_load __x64_sys_kexec_file_load
		do_group_exit __x64_sys_reboot kernel_kexec machine_kexec vp_notify);
	open my $nm, '-|', 'nm', '-S', $vmlinux or die "nm: $!\n";
	while (<$nm>) {
		my ($address, $size, undef, $name) = split;
		next if !defined $name || !grep { $_ eq $name } @names;
		$kernel{$name} = "0x$address";
		$kernel{size} = hex $size if $name eq 'vp_notify';
	}
	close $nm or die "nm cannot read $vmlinux (KBOOT_VMLINUX: kboot.elf with symbols)\n";
	$kernel{$_} or die "$vmlinux has no symbol $_\n" for @names;
	return %kernel;
}

# The plugin's word that makes a disk take no time.
sub pause_word {
	my %at = kernel_addresses();
	return "pause=$at{vp_notify}-" . sprintf '0x%x', hex($at{vp_notify}) + $at{size};
}

# ioeventfd=off: the thread that kicks the disk hands its requests over itself.
sub disk_words {
	my ($n, $file) = @_;
	return ('-drive', "if=none,id=d$n,format=raw,snapshot=on,cache=unsafe,file=$file",
		'-device', "virtio-blk-pci,drive=d$n,ioeventfd=off");
}

# Runs QEMU for up to so many seconds on the disks, images; its console is $out/NAME.console.
sub start_qemu {
	my ($name, $seconds, $disks, @words) = @_;
	my @drives = map { disk_words($_, $disks->[$_]) } 0 .. $#$disks;
	system('timeout', '--foreground', $seconds, 'qemu-system-x86_64', '-accel', 'tcg',
		'-icount', 'shift=0,sleep=off', '-smp', '1', '-seed', '1', '-rtc', 'base=2026-01-01,clock=vm', '-machine', 'pc', '-m', '1024',
		'-cpu', 'qemu64,+rdrand', '-nodefaults', '-no-user-config', '-no-reboot',
		'-display', 'none', '-serial', "file:$out/$name.console", @drives, @words);
}

# The same with the plugin and its words; returns its lines: [mark, count].
sub run_counted {
	my ($name, $seconds, $disks, $plugin, @words) = @_;
	my @plugin = @$plugin;
	push @plugin, "profile=$out/$name.profile" if $ENV{BENCH_PROFILE};
	unlink "$out/$name.count";
	start_qemu($name, $seconds, $disks, '-plugin', join(',', "$out/kcount.so", "out=$out/$name.count", @plugin), @words);
	open my $file, '<', "$out/$name.count" or die "$out/$name.count: $!: QEMU did not run\n";
	return map { [split] } <$file>;
}

1;
