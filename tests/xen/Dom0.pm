# SPDX-License-Identifier: GPL-2.0-or-later
#
# The Xen host of the tests: a machine that QEMU emulates, with Debian's Xen and
# dom0, and a directory that it shares with us. dom0 runs what lies there.
package Dom0;
use strict;
use warnings;
use Cwd qw(abs_path);
use Exporter 'import';
use File::Basename qw(dirname);
use POSIX qw(WNOHANG);
use Time::HiRes qw(time sleep);

our @EXPORT = qw(output_of contents write_file copy disk_words dom0_file dom0_words dom0_start dom0_stop wait_for);

my $here = dirname(abs_path(__FILE__));
my $qemu;

$SIG{$_} = sub { exit 1 } for qw(INT TERM HUP);
END {
	my $code = $?;
	dom0_stop();
	$? = $code;
}

# The only line that the command prints.
sub output_of {
	my $out = `@_`;
	die "$_[0] failed\n" if $?;
	chomp $out;
	return $out;
}

sub contents {
	open my $file, '<', $_[0] or return '';
	local $/;
	my $text = <$file> // '';
	$text =~ s/\e\[[0-9;?]*[A-Za-z]|\e[()][A-Z0-9]|\e[=>78cM]|[\r\0\x0e\x0f]//g;
	return $text;
}

sub write_file {
	my ($file, $text) = @_;
	open my $out, '>', $file or die "$file: $!\n";
	print $out $text;
	close $out or die "$file: $!\n";
}

# A file, or a directory with all that is in it.
sub copy {
	my ($from, $to) = @_;
	system('cp', '-rLp', '--sparse=always', $from, $to) == 0 or die "cannot copy $from\n";
	return $to;
}

# A file that make-dom0 made.
sub dom0_file {
	return output_of("$here/make-dom0") . "/$_[0]";
}

# QEMU's command line: DIR/job is the shared directory, DIR/dom0.log the console of
# Xen and dom0; then disks and what else there is. Puts run-domu into place.
sub dom0_words {
	my ($dir, @more) = @_;
	copy("$here/run-domu", "$dir/job/run-domu");
	my $dom0 = dom0_file('.');
	my $accel = $ENV{ACCEL} // 'tcg';
	my $threads = $ENV{TCG_THREADS} // 'single';
	return (output_of("$here/make-qemu"), '-machine', 'q35', '-smp', 2, '-m', 3072,
		$accel eq 'tcg' ? ('-accel', "tcg,thread=$threads", '-cpu', 'qemu64,+svm,+npt,-cx16')
			: ('-accel', $accel, '-cpu', 'host'),
		'-display', 'none', '-nodefaults', '-no-user-config', '-no-reboot',
		'-kernel', "$dom0/xen", '-append', 'com1=115200,8n1 console=com1 conring_size=1M '
			. 'loglvl=all guest_loglvl=all dom0_mem=768M,max:768M dom0_max_vcpus=1',
		'-initrd', "$dom0/vmlinuz console=hvc0 mitigations=off nokaslr panic=5,"
			. "$dom0/initramfs",
		'-fsdev', "local,id=job,path=$dir/job,security_model=none",
		'-device', 'virtio-9p-pci,fsdev=job,mount_tag=job', '-serial', "file:$dir/dom0.log",
		'-device', 'virtio-scsi-pci', @more);
}

# QEMU's words for the disks, dom0's SCSI targets 0, 1, …
sub disk_words {
	my $id = 0;
	return map { ('-drive', "if=none,id=d$id,file=$_,format=raw,cache=unsafe",
		'-device', "scsi-hd,drive=d$id,scsi-id=" . $id++) } @_;
}

sub dom0_start {
	my ($dir, @words) = @_;
	$qemu = fork // die "fork: $!";
	return if $qemu;
	open STDIN, '<', '/dev/null';
	open STDOUT, '>', "$dir/qemu.log";
	open STDERR, '>&', *STDOUT;
	exec @words or POSIX::_exit(127);
}

sub alive {
	return $qemu && waitpid($qemu, WNOHANG) == 0;
}

sub dom0_stop {
	return if !$qemu;
	kill 'TERM', $qemu;
	for (1 .. 50) {
		last if waitpid($qemu, WNOHANG) != 0;
		sleep 0.1;
	}
	kill 'KILL', $qemu;
	waitpid $qemu, 0;
	undef $qemu;
}

# Waits until dom0 wrote the file; false when it is gone or time is up.
sub wait_for {
	my ($file, $limit) = @_;
	my $over = time + $limit;
	until (-e $file) {
		return 0 if time > $over || !alive();
		sleep 0.3;
	}
	return 1;
}

1;
