# SPDX-License-Identifier: GPL-2.0-or-later
#
# The rig of the Xen tests: Debian's Xen and dom0 in one QEMU, and in it, one after
# the other, all domUs of a test file. A line of TAP a domU; when it is not ok, the
# reasons, and the end of what guest, hypervisor and toolstack said. Their whole
# logs, the store and the state of the vCPUs lie in build/tests/xen-FILE/.
#
#	boots NAME, %how	the guest's own kernel has to come up
#	refuses NAME, %how	kboot has to say why not
#	finish			boots dom0, runs all of it, ends the program
#
# %how, all of them optional:
#	type	 pvh (default), hvm, pv
#	kernel	 kboot (default), or direct: the guest's kernel and initrd, by xl
#	append	 the command line that xl gives
#	guest	 the kernel on the guest's disk: cloud (default) or newest
#	vcpus, memory	1 and 256 (MiB)
#	more	 files as further disks: xvdc, xvdd, …
#	config	 more lines of the domain's configuration
#	script	 what run-domu does, in its words; default: create, wait for the end
#		 of what the guest reports
#	facts	 what the guest has to report of itself: { cpus => 2, cmdline => qr/…/ };
#		 what the script reports counts too
#	alike	 the name of an earlier test: the guest finds the machine, the store
#		 holds, and Xen says what it did there
#	says, never	[qr/…/, …]: what has to be on the console, what must not
#	xen	 [qr/…/, …]: what Xen has to have said
#	writes	 1: the guest was asked to write to its second disk, and has
#	limit	 seconds, default 240
#
# QEMU's emulation of AMD's SVM (7.2, TCG) is not free of faults: a guest gets an
# interrupt twice, or loses one. It happens to guests that xl starts itself as well:
# with two busy vCPUs they were seen to die within minutes. Where a failed test has
# the marks of that it is run once more, and that is said.
#
# The first disk (xvda) is the guest's, the second one (xvdb) has data; the guest
# has one network interface on a bridge on which dom0 is 10.6.11.1.
package Lab;
use strict;
use warnings;
use Exporter 'import';
use Cwd qw(abs_path);
use File::Basename qw(basename dirname);
use File::Path qw(make_path remove_tree);
use POSIX qw(WNOHANG);
use Time::HiRes qw(time sleep);

our @EXPORT = qw(boots refuses finish);

my $here = dirname(abs_path(__FILE__));
my $build = $ENV{KBOOT_BUILD} // 'build';
my $dir = "$build/tests/xen-" . basename($0, '.t');
my (@tests, $qemu, $domu);

$SIG{$_} = sub { exit 1 } for qw(INT TERM HUP);
END {
	my $code = $?;
	stop();
	$? = $code;
}

# ---- what is to be run -----------------------------------------------------

my $until_end = <<'SH';
create
expect 'KBOOT-TEST end' $limit
SH

sub boots {
	my ($name, %how) = @_;
	push @tests, { script => $until_end, %how, name => $name, comes_up => 1 };
}

sub refuses {
	my ($name, %how) = @_;
	push @tests, { never => [qr/^KBOOT-TEST/m], %how, name => $name };
}

# The file that the second disk is a copy of.
sub data {
	$domu //= output_of("$here/make-domu");
	return "$domu/data.img";
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

sub copy {
	my ($from, $to) = @_;
	system('cp', '--sparse=always', $from, $to) == 0 or die "cannot copy $from\n";
	return $to;
}

# kboot as xl gets it: an HVM guest's firmware starts a bzImage only.
sub kboot_file {
	my ($test) = @_;
	my $file = ($test->{type} // 'pvh') eq 'hvm' ? $ENV{KBOOT_BZIMAGE} // "$build/kboot-bzImage"
		: $ENV{KBOOT_ELF} // "$build/kboot.elf";
	-r $file or die "$file: $! (make builds it)\n";
	return $file;
}

sub config {
	my ($test) = @_;
	my $type = $test->{type} // 'pvh';
	my $guest = $test->{guest} // 'cloud';
	my $direct = ($test->{kernel} // 'kboot') eq 'direct';
	my $kernel = $direct ? "vmlinuz-$guest" : $type eq 'hvm' ? 'kboot' : 'kboot.elf';
	my @lines = (qq(name = "DOMAIN"), qq(type = "$type"), qq(kernel = "/job/$kernel"),
		$direct ? qq(ramdisk = "/job/initrd-$guest") : (),
		sprintf('cmdline = "%s"', $test->{append} // 'console=hvc0'),
		'memory = ' . ($test->{memory} // 256), 'vcpus = ' . ($test->{vcpus} // 1),
		'disk = [' . join(', ', map { qq("format=raw,access=rw,vdev=$_->{vdev},target=DISK$_->{id}") }
			@{$test->{disks}}) . ']',
		'vif = ["bridge=xenbr0,mac=00:16:3e:0b:00:01"]',
		$type eq 'hvm' ? 'vga = "none"' : ());
	return join "\n", @lines, $test->{config} // (), '';
}

# Lays out the shared directory; returns QEMU's words for the disks.
sub lay_out {
	remove_tree($dir);
	make_path("$dir/job");
	for my $name ('cloud', 'newest') {
		copy("$domu/$_-$name", "$dir/job/$_-$name") for 'vmlinuz', 'initrd';
	}
	my ($id, @words) = (0);
	for my $n (0 .. $#tests) {
		my $test = $tests[$n];
		(my $slug = $test->{name}) =~ s/[^A-Za-z0-9.=-]+/-/g;
		$test->{dir} = sprintf '%s/job/%02d-%s', $dir, $n, substr $slug, 0, 60;
		make_path($test->{dir});
		my $limit = $test->{limit} // 240;
		write_file("$test->{dir}/script", "limit=$limit\n$test->{script}");
		if (($test->{kernel} // 'kboot') eq 'kboot') {
			my $file = kboot_file($test);
			my $to = "$dir/job/" . (($test->{type} // 'pvh') eq 'hvm' ? 'kboot' : 'kboot.elf');
			copy($file, $to) if !-e $to;
		}
		my $vdev = 'xvda';
		$test->{disks} = [map { { from => $_, vdev => $vdev++, id => $id++ } }
			"$domu/disk-" . ($test->{guest} // 'cloud') . '.img', "$domu/data.img",
			@{$test->{more} // []}];
		for my $disk (@{$test->{disks}}) {
			$disk->{file} = copy($disk->{from}, "$dir/disk$disk->{id}.img");
			# QEMU counts whole sectors
			truncate $disk->{file}, (-s $disk->{file}) + 511 & ~511;
			push @words, '-drive', "if=none,id=d$disk->{id},file=$disk->{file},format=raw,cache=unsafe",
				'-device', "scsi-hd,drive=d$disk->{id},scsi-id=$disk->{id}";
		}
		write_file("$test->{dir}/cfg", config($test));
	}
	return @words;
}

# ---- dom0 ------------------------------------------------------------------

sub start {
	my (@disks) = @_;
	my $dom0 = output_of("$here/make-dom0");
	my $accel = $ENV{ACCEL} // 'tcg';
	my @words = ('qemu-system-x86_64', '-machine', 'q35', '-smp', 2, '-m', 3072,
		$accel eq 'tcg' ? ('-accel', 'tcg,thread=multi', '-cpu', 'qemu64,+svm,+npt')
			: ('-accel', $accel, '-cpu', 'host'),
		'-display', 'none', '-nodefaults', '-no-user-config', '-no-reboot',
		'-kernel', "$dom0/xen", '-append', 'com1=115200,8n1 console=com1 conring_size=1M '
			. 'loglvl=all guest_loglvl=all dom0_mem=768M,max:768M dom0_max_vcpus=1',
		'-initrd', "$dom0/vmlinuz console=hvc0 mitigations=off nokaslr panic=5,"
			. "$dom0/initramfs",
		'-device', 'virtio-scsi-pci', @disks,
		'-fsdev', "local,id=job,path=$dir/job,security_model=none",
		'-device', 'virtio-9p-pci,fsdev=job,mount_tag=job', '-serial', "file:$dir/dom0.log");
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

sub stop {
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

# ---- judging ---------------------------------------------------------------

# A store without what differs by nature: ids, names, numbers of grants and ports.
sub plain_store {
	my ($test) = @_;
	my @lines;
	for my $line (split /\n/, contents("$test->{dir}/xenstore")) {
		$line =~ s{^/local/domain/\d+}{};
		next if $line =~ m{^(/vm|/name|/domid|/data|/memory/meminfo|/device/suspend)\b};
		$line =~ s{/(vbd|vif|console)/\d+/}{/$1/ID/}g;
		$line =~ s{(ring-ref\d*|event-channel(-\w+)?|port|tty|backend-id|target|device-model-pid) = ".*"}{$1 = …};
		$line =~ s{/backend/(\w+)/\d+/}{/backend/$1/DOMID/}g;
		push @lines, $line;
	}
	return sort @lines;
}

# What Xen said of the domain, without its number.
sub plain_xen {
	my ($test) = @_;
	my %said;
	for my $line (split /\n/, contents("$test->{dir}/xen")) {
		next if $line !~ s/^\(XEN\) (?:\[[^]]*\] )?//;
		next if $line =~ /^HVM\d* (?:d\d+)?.*(?:save|restore)|^HVM\d+ restore/;
		$line =~ s/\bd\d+/dN/g;
		$line =~ s/0x[0-9a-f]+|\b[0-9a-f]{8,}\b/#/g;
		$said{$line} = 1;
	}
	return sort keys %said;
}

sub difference {
	my ($what, $before, $now) = @_;
	my (%before, %now);
	@before{@$before} = ();
	@now{@$now} = ();
	return ((map { "$what is new: $_" } grep { !exists $before{$_} } @$now),
		(map { "$what is missing: $_" } grep { !exists $now{$_} } @$before));
}

# What is not as it was when the same guest was started in another way.
sub unlike {
	my ($test, $other) = @_;
	my @wrong;
	for my $fact (qw(kernel initrd type cpus memory clock e820 iomem acpi disks net)) {
		my ($was, $is) = map { $_->{facts}{$fact} // '(nothing)' } $other, $test;
		# What the boot protocol hands over takes a page or two of some kernels
		next if $fact eq 'memory' && "$is$was" =~ /^\d+$/ && abs($is - $was) <= 16;
		push @wrong, "the guest's $fact is\n    $is\nand was\n    $was" if $is ne $was;
	}
	push @wrong, difference('xenstore', [plain_store($other)], [plain_store($test)]);
	my @new = grep { !/is missing/ } difference('Xen', [plain_xen($other)], [plain_xen($test)]);
	return @wrong, @new;
}

sub judge {
	my ($test) = @_;
	my @wrong;
	my $done = contents("$test->{dir}/done");
	chomp $done;
	push @wrong, $done || 'dom0 gave no answer' if $done ne 'ok';
	my %facts = %{$test->{facts} // {}};
	if ($test->{comes_up}) {
		chomp($facts{kernel} = contents("$domu/" . ($test->{guest} // 'cloud')));
		$facts{initrd} = "initrd.img-$facts{kernel}";
	}
	for my $fact (sort keys %facts) {
		my ($want, $is) = ($facts{$fact}, $test->{facts_seen}{$fact} // '(nothing)');
		next if ref $want ? $is =~ $want : $is eq $want;
		push @wrong, "the guest's $fact is\n    $is\nand not\n    $want";
	}
	push @wrong, map { "the console never said $_" }
		grep { $test->{text} !~ $_ } @{$test->{says} // []};
	push @wrong, map { "the console said $_" }
		grep { $test->{text} =~ $_ } qr/Kernel panic|ended unexpectedly/, @{$test->{never} // []};
	my $xen = contents("$test->{dir}/xen");
	push @wrong, map { "Xen never said $_" } grep { $xen !~ $_ } @{$test->{xen} // []};
	for my $d (0, 1) {
		my $changed = system('cmp', '-s', '-n', -s $test->{disks}[$d]{from},
			$test->{disks}[$d]{from}, $test->{disks}[$d]{file}) != 0;
		my $wanted = $d == 1 && $test->{writes};
		push @wrong, "disk $d " . ($changed ? 'was written to' : 'is as it was')
			if !!$changed != !!$wanted;
	}
	if ($test->{alike}) {
		my ($other) = grep { $_->{name} eq $test->{alike} } @tests;
		push @wrong, unlike({ %$test, facts => $test->{facts_seen} },
			{ %$other, facts => $other->{facts_seen} });
	}
	return @wrong;
}

# The marks of the emulator's faults: an interrupt that comes while interrupts are
# off, in the first instruction of a handler, or one that never comes.
sub emulators_fault {
	my ($test) = @_;
	return 0 if ($ENV{ACCEL} // 'tcg') ne 'tcg';
	return contents("$test->{dir}/xen") =~ /Triple fault/
		|| $test->{text} =~ /ENTRY_TRAMPOLINE stack guard page was hit|soft lockup/;
}

# The same test anew, with its disks as they were; what it said the first time is
# kept beside.
sub once_more {
	my ($test) = @_;
	copy($_->{from}, $_->{file}), truncate($_->{file}, (-s $_->{file}) + 511 & ~511)
		for @{$test->{disks}};
	make_path("$dir/anew");
	copy("$test->{dir}/$_", "$dir/anew/$_") for 'cfg', 'script';
	rename $test->{dir}, "$dir/first-" . basename($test->{dir}) or die "rename: $!\n";
	rename "$dir/anew", $test->{dir} or die "rename: $!\n";
}

# Waits for the test's end; returns what is wrong.
sub result {
	my ($test) = @_;
	wait_for("$test->{dir}/done", 2 * ($test->{limit} // 240) + 240);
	$test->{text} = contents("$test->{dir}/console");
	$test->{facts_seen} = { ($test->{text} . contents("$test->{dir}/notes"))
		=~ /^KBOOT-TEST (\w+)=(.*)$/mg };
	return judge($test);
}

sub tail {
	my ($test, $name, $lines) = @_;
	my @tail = split /\n/, contents("$test->{dir}/$name");
	splice @tail, 0, @tail - $lines if @tail > $lines;
	return @tail ? ("The end of $test->{dir}/$name:", map { "  | $_" } @tail) : ();
}

sub report {
	my ($n, $test, $took, @wrong) = @_;
	printf "%s %d - %s # %.1f s\n", @wrong ? 'not ok' : 'ok', $n, $test->{name}, $took;
	return 1 if !@wrong;
	my $why = join "\n", @wrong, tail($test, 'console', 25), tail($test, 'xen', 15),
		tail($test, 'xl', 10), tail($test, 'hotplug', 5), tail($test, 'notes', 5);
	$why =~ s/^/# /mg;
	print STDERR "$why\n";
	return 0;
}

sub finish {
	$| = 1;
	printf "1..%d\n", scalar @tests;
	data();
	start(lay_out());
	my $failed = 0;
	print "# dom0 is not up: see $dir/dom0.log\n" if !wait_for("$dir/job/ready", 180);
	for my $n (0 .. $#tests) {
		my $test = $tests[$n];
		my $began = time;
		my @wrong = result($test);
		if (@wrong && emulators_fault($test)) {
			print "# $test->{name}: a fault of the emulator; once more\n";
			once_more($test);
			@wrong = result($test);
		}
		$failed++ if !report($n + 1, $test, time - $began, @wrong);
		unlink map { $_->{file} } @{$test->{disks}};
	}
	write_file("$dir/job/end", '');
	stop();
	exit($failed ? 1 : 0);
}

1;
