# SPDX-License-Identifier: GPL-2.0-or-later
#
# The rig of the VM tests: this disk + this command line -> this kernel ran with
# exactly these words, or kboot said this sentence; and in either case the disks
# are byte for byte what they were. One TAP line a boot, with the reasons and the
# end of the console log where it is not ok. Perl's own modules only.
#
#	boots NAME, %how	the guest's kernel has to come up
#	finds NAME, ROOT, %how	the same, with root=ROOT, which the kernel has to be told
#	refuses NAME, %how	kboot has to say why not
#
# %how, all of them optional:
#	disks	 layouts of make-disk, each with all its images, in order
#	images	 files instead of layouts
#	bus	 virtio (default), scsi, ahci, ide, nvme, mmio
#	image	 bzimage (default) or elf, kboot's; direct: the cloud kernel itself; or
#		 QEMU's words: ['-kernel', file, ...]
#	append	 kboot's command line; machine, memory (MiB), cpu, qemu (more words)
#	kernel, initrd, cmdline	what the guest has to report of itself; the kernel as
#		 cloud, generic or newest; cmdline as a string, exactly, or qr//
#	facts	 other things the guest has to report, { cpus => 2, … }; string, qr// or
#		 a sub that says whether it is right
#	type	 [[qr/…/ => "keys"], …]: wait for the one, then type the other; what
#		 begins with { is a command for QEMU's monitor (QMP)
#	late	 1: the disks are there, but not plugged in: `type` does it
#	says	 [qr/…/, …]: what has to appear on the console, in any order
#	never	 [qr/…/, …]: what must not
#	files	 { name => [qr/…/, …] }: what has to be in files that QEMU wrote in the
#		 run's directory, %d in the words of QEMU and its monitor; screen: a
#		 dump of VGA text memory
#	wires	 what the rig's end of the console is: -serial chardev:console
#	end	 how the VM has to end: guest-reset (reboot), guest-shutdown (power
#		 off); default: the rig stops it when it has seen all it waits for
#	panics	 1: the guest's kernel is expected to
#	changed	 1: the guest was asked to write to its disk, and has to have done so
#	limit	 seconds, default 90
package Rig;
use strict;
use warnings;
use Exporter 'import';
use File::Basename qw(basename dirname);
use File::Path qw(make_path remove_tree);
use IO::Select;
use POSIX qw(WNOHANG);
use Socket;
use Time::HiRes qw(time sleep);

our @EXPORT = qw(boots finds refuses run judge layout version kernel_file finish
	shell read_file);

my $here = dirname(__FILE__);
my $build = $ENV{KBOOT_BUILD} // 'build';
my $logs = "$build/tests";
my $subject = basename($0, '.t');
my ($count, $failed, %running) = (0, 0);
my $kernels;

# Descriptors for QEMU (the monitor's socket) survive exec
$^F = 64;
$SIG{PIPE} = 'IGNORE';
$SIG{$_} = sub { exit 1 } for qw(INT TERM HUP);
END {
	my $code = $?;
	stop($_) for keys %running;
	$? = $code;
}

# ---- what is booted --------------------------------------------------------

# A script, and its arguments from $0 on.
sub shell {
	system('sh', '-euc', @_) == 0 or die "failed: @_\n";
}

# The only line that the command prints.
sub output_of {
	my $out = `@_`;
	die "$_[0] failed\n" if $?;
	chomp $out;
	return $out;
}

# The images of a layout, as they lie in the cache: to be read only.
sub layout {
	my $dir = output_of("$here/make-disk", @_);
	return sort glob "$dir/disk*.img";
}

# The version of the test kernel cloud, generic or newest.
sub version {
	$kernels //= output_of("$here/make-kernels");
	open my $file, '<', "$kernels/$_[0]" or die "$kernels/$_[0]: $!\n";
	chomp(my $version = <$file>);
	return $version;
}

# A file of the test kernels: kernel_file('vmlinuz', 'cloud').
sub kernel_file {
	my $version = version($_[1]);
	return "$kernels/$_[0]-$version";
}

sub kboot_words {
	my ($image) = @_;
	return @$image if ref $image;
	return ('-kernel', kernel_file('vmlinuz', 'cloud'), '-initrd',
		kernel_file('initrd.img', 'cloud')) if $image eq 'direct';
	my $file = $image eq 'elf' ? $ENV{KBOOT_ELF} // "$build/kboot.elf"
		: $ENV{KBOOT_BZIMAGE} // "$build/kboot-bzImage";
	-r $file or die "$file: $! (make builds it)\n";
	return ('-kernel', $file);
}

my %bus = (
	virtio => sub { ("virtio-blk-pci,drive=d$_[0]") },
	mmio => sub { ("virtio-blk-device,drive=d$_[0]") },
	scsi => sub { (($_[0] ? () : 'virtio-scsi-pci'), "scsi-hd,drive=d$_[0]") },
	ahci => sub { (($_[0] ? () : 'ich9-ahci,id=ahci'), "ide-hd,bus=ahci.$_[0],drive=d$_[0]") },
	ide => sub { ("ide-hd,bus=ide.0,unit=$_[0],drive=d$_[0]") },
	nvme => sub { ("nvme,serial=kboot$_[0],drive=d$_[0]") },
);

# QEMU's words for disk number $n. drive: more options of -drive.
sub disk_words {
	my ($how, $n, $file) = @_;
	my $drive = "if=none,id=d$n,cache=unsafe," . ($how->{drive} // "format=raw,file=%s");
	return ('-drive', sprintf($drive, $file), $how->{late} ? () :
		map { ('-device', $_) } $bus{$how->{bus} // 'virtio'}->($n));
}

sub in_dir {
	my ($dir, @words) = @_;
	s/%d/$dir/g for @words;
	return wantarray ? @words : $words[0];
}

# Whether one byte of the copy differs from what lies in the cache.
sub changed {
	my ($disk) = @_;
	my $code = system('cmp', '--quiet', $disk->{from}, $disk->{file}) >> 8;
	die "cannot compare $disk->{file}\n" if $code > 1;
	return $code;
}

# Copies of the disks, so that a test that writes harms itself only.
sub copy_disks {
	my ($how, $dir) = @_;
	my @copies;
	for my $from (@{$how->{images} // []}, map { layout($_) } @{$how->{disks} // []}) {
		my $to = "$dir/disk" . @copies . '.img';
		system('cp', '--sparse=always', $from, $to) == 0 or die "cannot copy $from\n";
		push @copies, { from => $from, file => $to };
	}
	return @copies;
}

# ---- one run ---------------------------------------------------------------

# What a person would read: without colours and cursor movements.
sub plain {
	my ($text) = @_;
	$text =~ s/\e\[[0-9;?]*[A-Za-z]|\e[()][A-Z0-9]|\e[=>78cM]|[\r\0\x0e\x0f]//g;
	return $text;
}

# Starts QEMU with the console and the monitor on descriptors of ours.
sub start {
	my ($log, @words) = @_;
	socketpair(my $console, my $theirs, AF_UNIX, SOCK_STREAM, PF_UNSPEC) or die "socketpair: $!";
	socketpair(my $monitor, my $its, AF_UNIX, SOCK_STREAM, PF_UNSPEC) or die "socketpair: $!";
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		close $console;
		close $monitor;
		open STDIN, '<', '/dev/null';
		open STDOUT, '>&', $log;
		open STDERR, '>&', $log;
		exec 'qemu-system-x86_64', '-chardev', 'socket,id=console,fd=' . fileno($theirs),
			'-chardev', 'socket,id=monitor,fd=' . fileno($its),
			'-mon', 'chardev=monitor,mode=control', @words or POSIX::_exit(127);
	}
	$running{$pid} = 1;
	syswrite $monitor, qq({"execute": "qmp_capabilities"}\n);
	return { pid => $pid, console => $console, monitor => $monitor, text => '', events => '' };
}

sub stop {
	my ($pid) = @_;
	return if !delete $running{$pid};
	kill 'TERM', $pid;
	for (1 .. 50) {
		return if waitpid($pid, WNOHANG) == $pid;
		sleep 0.1;
	}
	kill 'KILL', $pid;
	waitpid $pid, 0;
}

# Keys like a person's, one after the other; arrows as a vt102 sends them to a
# program that asked for application keys, as dialog does: \eOA, \eOB.
sub type_keys {
	my ($vm, $keys) = @_;
	return syswrite $vm->{monitor}, in_dir($vm->{dir}, "$keys\n") if $keys =~ /^\{/;
	for my $key ($keys =~ /\eO[A-Z]|./gs) {
		syswrite $vm->{console}, $key;
		sleep 0.05;
	}
}

# Reads until everything waited for was seen, the VM is gone or time is up.
sub watch {
	my ($vm, $how, $log) = @_;
	my $select = IO::Select->new($vm->{console}, $vm->{monitor});
	my $began = time;
	my $limit = $began + ($how->{limit} // 90);
	my @steps = @{$how->{type} // []};
	my $typed_to = 0;
	my $raw = '';
	while ($select->count && time < $limit) {
		for my $from ($select->can_read(0.5)) {
			my $got = sysread $from, my $bytes, 65536;
			$select->remove($from) if !$got;
			next if !$got;
			if ($from == $vm->{monitor}) {
				$vm->{events} .= $bytes;
				next;
			}
			print $log $bytes;
			$raw .= $bytes;
		}
		$vm->{text} = plain($raw);
		pos($vm->{text}) = $typed_to;
		while (@steps && $vm->{text} =~ /$steps[0][0]/g) {
			$typed_to = pos $vm->{text};
			type_keys($vm, (shift @steps)->[1]);
			pos($vm->{text}) = $typed_to;
		}
		last if !@steps && !$how->{end} && $how->{enough}->($vm);
		# Nothing will come after these, but what is on its way already
		my $over = time + 2;
		$limit = $over if $vm->{text} =~ $how->{hopeless} && $limit > $over;
	}
	$vm->{took} = time - $began;
	$vm->{timed_out} = time >= $limit;
	$vm->{steps_left} = \@steps;
}

# All of QEMU's words but where the console goes. The CPU is one without CMPXCHG16B,
# which leaves any number in the flags, at least in QEMU 7.2 (docs/xen.md).
sub machine_words {
	my ($how, $dir, @disks) = @_;
	return ('-accel', $ENV{ACCEL} // 'tcg', '-machine', $how->{machine} // 'pc',
		'-cpu', $how->{cpu} // 'max,-cx16', '-m', $how->{memory} // 512, '-nodefaults',
		'-no-user-config', '-no-reboot', '-display', 'none',
		in_dir($dir, @{$how->{wires} // ['-serial', 'chardev:console']}, @{$how->{qemu} // []}),
		kboot_words($how->{image} // 'bzimage'), '-append', $how->{append} // 'console=ttyS0',
		map { disk_words($how, $_, $disks[$_]{file}) } 0 .. $#disks);
}

# All of a file; '' if it cannot be read.
sub read_file {
	open my $file, '<', $_[0] or return '';
	local $/;
	return <$file> // '';
}

sub contents {
	return plain(read_file($_[0]));
}

# Runs one VM; returns what was seen. The log is kept, the disks are not.
# Debian's kernel gives up when a host does not let it have ten ticks in time, as an
# emulated machine on a busy host: such a start says nothing of kboot, so there is one
# more. What fails twice fails.
sub run {
	my ($name, $how) = @_;
	my $vm = run_once($name, $how);
	return $vm if $vm->{text} !~ /IO-APIC \+ timer doesn't work/;
	print STDERR "# $name: the guest's kernel missed its timer on a busy host; once more\n";
	return run_once($name, $how);
}

sub run_once {
	my ($name, $how) = @_;
	(my $file = "$subject-$name") =~ s/[^A-Za-z0-9.=-]+/-/g;
	$file = substr $file, 0, 100;
	my $dir = "$logs/$file";
	make_path($dir);
	my @disks = copy_disks($how, $dir);
	my @words = machine_words($how, $dir, @disks);
	unlink "$logs/$file.log";
	open my $log, '>>', "$logs/$file.log" or die "$logs/$file.log: $!\n";
	$log->autoflush(1);
	my $vm = start($log, @words);
	$vm->{dir} = $dir;
	watch($vm, $how, $log);
	stop($vm->{pid});
	$vm->{files} = { map { $_ => contents("$dir/$_") } keys %{$how->{files} // {}} };
	# A character and its colour, eighty times a line
	$vm->{files}{screen} =~ s/(.)./$1/gs if $vm->{files}{screen};
	$vm->{log} = "$logs/$file.log";
	$vm->{disks} = [map { { %$_, changed => changed($_) } } @disks];
	$vm->{facts} = { $vm->{text} =~ /^KBOOT-TEST (\w+)=(.*)$/mg };
	remove_tree($dir);
	return $vm;
}

# ---- judging it ------------------------------------------------------------

# Everything that is not as %$how wants it: sentences, none when all is well.
sub judge {
	my ($vm, $how) = @_;
	my @wrong;
	my %facts = %{$how->{facts} // {}};
	$facts{kernel} = version($how->{kernel}) if $how->{kernel};
	$facts{initrd} = $how->{initrd} if defined $how->{initrd};
	$facts{cmdline} = $how->{cmdline} if defined $how->{cmdline};
	for my $fact (sort keys %facts) {
		my ($want, $is) = ($facts{$fact}, $vm->{facts}{$fact} // '(nothing)');
		next if ref $want eq 'CODE' ? $want->($is) : ref $want ? $is =~ $want : $is eq $want;
		push @wrong, "the guest's $fact is\n    $is\nand not\n    $want";
	}
	for my $want (@{$how->{says} // []}) {
		push @wrong, "the console never said $want" if $vm->{text} !~ $want;
	}
	for my $not ($how->{panics} ? () : qr/Kernel panic/, qr/ended unexpectedly/,
		@{$how->{never} // []}) {
		push @wrong, "the console said $not: $&" if $vm->{text} =~ $not;
	}
	for my $name (sort keys %{$how->{files} // {}}) {
		push @wrong, map { "$name never said $_: …" . substr $vm->{files}{$name}, -1500 }
			grep { $vm->{files}{$name} !~ $_ } @{$how->{files}{$name}};
	}
	push @wrong, "the keys for $_->[0] were never typed" for @{$vm->{steps_left}};
	push @wrong, "the VM did not end by $how->{end}: $vm->{events}"
		if $how->{end} && $vm->{events} !~ /"$how->{end}"/;
	push @wrong, sprintf("time was up after %d s", $vm->{took}) if $vm->{timed_out};
	for my $disk (@{$vm->{disks}}) {
		push @wrong, basename($disk->{file}) . ($disk->{changed} ? ' was written to' : ' is as it was')
			if !!$disk->{changed} != !!$how->{changed};
	}
	return @wrong;
}

sub report {
	my ($name, $vm, @wrong) = @_;
	$count++;
	printf "%s %d - %s # %.1f s\n", @wrong ? 'not ok' : 'ok', $count, $name, $vm->{took};
	return 1 if !@wrong;
	$failed++;
	my @tail = split /\n/, contents($vm->{log});
	splice @tail, 0, @tail - 25 if @tail > 25;
	my $why = join("\n", @wrong, "The end of $vm->{log}:", map { "  | $_" } @tail);
	$why =~ s/^/# /mg;
	print STDERR "$why\n";
	return 0;
}

sub boots {
	my ($name, %how) = @_;
	$how{kernel} //= 'cloud' if !$how{facts}{kernel};
	$how{initrd} //= 'initrd.img-' . version($how{kernel}) if $how{kernel};
	$how{enough} = sub { $_[0]{text} =~ /^KBOOT-TEST end/m };
	# kboot's last resort, which a test for that types an answer to
	$how{hopeless} = $how{type} ? qr/Kernel panic/ : qr/Kernel panic|Look at the disks again/;
	my $vm = run($name, \%how);
	report($name, $vm, judge($vm, \%how));
	return $vm;
}

# boots, with a root= that is also what the guest's kernel has to be told.
sub finds {
	my ($name, $root, %how) = @_;
	return boots($name, append => "console=ttyS0 root=$root",
		cmdline => "console=ttyS0 root=$root ro", %how);
}

sub refuses {
	my ($name, %how) = @_;
	my @says = @{$how{says}};
	$how{enough} = sub { my $vm = shift; !grep { $vm->{text} !~ $_ } @says };
	$how{never} = [@{$how{never} // []}, qr/^KBOOT-TEST/m];
	$how{hopeless} = qr/Kernel panic|^KBOOT-TEST end/m;
	my $vm = run($name, \%how);
	report($name, $vm, judge($vm, \%how));
	return $vm;
}

sub finish {
	print "1..$count\n";
	exit($failed ? 1 : 0);
}

1;
