# SPDX-License-Identifier: GPL-2.0-or-later
#
# The rig of the Xen tests: Debian's Xen and dom0 in one QEMU, and in it, one after
# the other, all domUs of a test file. Each gives several lines of TAP: that it came
# up; with alike, a line for each thing compared; a line for each of its steps. When
# one is not ok, the reasons, and the end of what guest, hypervisor and toolstack
# said. Their whole logs, the store and the state of the vCPUs lie in
# build/tests/xen-FILE/.
#
#	boots NAME, %how	the guest's own kernel has to come up
#	refuses NAME, %how	kboot has to say why not
#	finish			boots dom0, runs all of it, ends the program
#
# %how, all of them optional:
#	type	 pvh (default), hvm, pv
#	kernel	 kboot (default), or direct: the guest's kernel and initrd, by xl
#	loader	 instead of kernel: the lines of the configuration that say what starts
#	append	 the command line that xl gives
#	guest	 the kernel on the guest's disk: cloud (default), newest, or another one
#		 of make-domu's
#	version	 the kernel that has to come up, if not that one
#	vcpus, memory	1 and 256 (MiB)
#	more	 files as further disks: xvdc, xvdd, …
#	disks	 files as the first ones, instead of the guest's and data
#	config	 more lines of the domain's configuration
#	example	 a file of examples/, which then is the domain's configuration
#	files	 files and directories that dom0 then has in /job
#	script	 what run-domu does, in its words; default: create, wait for the end
#		 of what the guest reports, look
#	steps	 [NAME => script, …]: what it does then, each a test of its own
#	facts	 what the guest has to report of itself: { cpus => 2, cmdline => qr/…/ };
#		 what the script reports counts too
#	alike	 the name of an earlier test: the guest finds the machine, the store
#		 holds, and Xen says what it did there
#	says, never	[qr/…/, …]: what has to be on the console, what must not. Facts,
#		 alike, never and xen are of what had happened at look
#	xen	 [qr/…/, …]: what Xen has to have said
#	writes	 ['xvdb']: the disks that the guest was asked to write to, and has
#	limit	 seconds, default 240
#
# ONLY=REGEX runs those tests alone whose name it matches (and those they are
# compared with).
#
# The first disk (xvda) is the guest's, the second one (xvdb) has data; the guest
# has one network interface on a bridge on which dom0 is 10.6.11.1.
package Lab;
use strict;
use warnings;
use Exporter 'import';
use Cwd qw(abs_path);
use Digest::SHA;
use File::Basename qw(basename dirname);
use File::Path qw(make_path remove_tree);
use List::Util qw(sum uniq);
use Time::HiRes qw(time);
use lib dirname(abs_path(__FILE__));
use Dom0;

our @EXPORT = qw(boots refuses finish);
our @EXPORT_OK = qw(domu_file run_tests);

my $here = dirname(abs_path(__FILE__));
my $build = $ENV{KBOOT_BUILD} // 'build';
my $dir = "$build/tests/xen-" . basename($0, '.t');
my (@tests, %domu, $sum);

# ---- what is to be run -----------------------------------------------------

my $until_end = <<'SH';
create
expect 'KBOOT-TEST end' $limit
look
SH

sub boots {
	my ($name, %how) = @_;
	push @tests, { script => $until_end, %how, name => $name, comes_up => 1 };
}

sub refuses {
	my ($name, %how) = @_;
	push @tests, { never => [qr/^KBOOT-TEST/m], %how, name => $name };
}

# A file of the guests', or of the one with that kernel.
sub domu_file {
	my ($name, $kernel) = @_;
	$kernel //= 'cloud';
	$domu{$kernel} //= output_of("$here/make-domu --kernel $kernel");
	return "$domu{$kernel}/$name";
}

# The kernel that is on the disk of a test's guest.
sub kernel_of {
	my ($test) = @_;
	return $test->{guest} // 'cloud';
}

# The second disk's.
sub data_sum {
	return $sum //= Digest::SHA->new(256)->addfile(domu_file('data.img'))->hexdigest;
}

# kboot as xl gets it: an HVM guest's firmware starts a bzImage only.
sub kboot_file {
	my ($test) = @_;
	my $file = ($test->{type} // 'pvh') eq 'hvm' ? $ENV{KBOOT_BZIMAGE} // "$build/kboot-bzImage"
		: $ENV{KBOOT_ELF} // "$build/kboot.elf";
	-r $file or die "$file: $! (make builds it)\n";
	return $file;
}

# A file of examples/, xl's or libvirt's, less the places that an installed kboot and a
# real host have.
sub example {
	my ($test) = @_;
	my $text = contents("$here/../../examples/$test->{example}");
	$text =~ s/^name\s*=.*/name = "DOMAIN"/m;
	$text =~ s{<name>.*</name>}{<name>DOMAIN</name>};
	$text =~ s{/usr/lib/kboot/}{/job/};
	$text =~ s{/dev/vg/guest}{DISK$test->{vbds}[0]{id}};
	return $text;
}

sub config {
	my ($test) = @_;
	return example($test) if $test->{example};
	my $type = $test->{type} // 'pvh';
	my $guest = kernel_of($test);
	my $direct = ($test->{kernel} // 'kboot') eq 'direct';
	my $kernel = $direct ? "vmlinuz-$guest" : $type eq 'hvm' ? 'kboot' : 'kboot.elf';
	my @lines = (qq(name = "DOMAIN"), qq(type = "$type"),
		$test->{loader} // qq(kernel = "/job/$kernel"),
		$direct ? qq(ramdisk = "/job/initrd-$guest") : (),
		sprintf('cmdline = "%s"', $test->{append} // 'console=hvc0'),
		'memory = ' . ($test->{memory} // 256), 'vcpus = ' . ($test->{vcpus} // 1),
		'disk = [' . join(', ', map { qq("format=raw,access=rw,vdev=$_->{vdev},target=DISK$_->{id}") }
			@{$test->{vbds}}) . ']',
		'vif = ["bridge=xenbr0,mac=00:16:3e:0b:00:01"]',
		$type eq 'hvm' ? 'vga = "none"' : ());
	return join "\n", @lines, $test->{config} // (), '';
}

# What run-domu is to do, with a file for each step.
sub write_script {
	my ($test) = @_;
	my $limit = $test->{limit} // 240;
	my @lines = ("limit=$limit sum=" . data_sum(), $test->{script});
	my @steps = @{$test->{steps} // []};
	for (my $n = 0; 2 * $n < @steps; $n++) {
		write_file("$test->{dir}/step-$n", $steps[2 * $n + 1]);
		push @lines, "step $n";
	}
	write_file("$test->{dir}/script", join "\n", @lines, '');
}

# Lays out the shared directory; returns the disks' files.
sub lay_out {
	remove_tree($dir);
	make_path("$dir/job");
	for my $name (uniq map { ($_->{kernel} // '') eq 'direct' ? kernel_of($_) : () } @tests) {
		copy(domu_file("$_-$name", $name), "$dir/job/$_-$name") for 'vmlinuz', 'initrd';
	}
	my @files;
	my %more = map { $_ => 1 } map { @{$_->{files} // []} } @tests;
	copy($_, "$dir/job/" . basename($_)) for keys %more;
	for my $n (0 .. $#tests) {
		my $test = $tests[$n];
		(my $slug = $test->{name}) =~ s/[^A-Za-z0-9.=-]+/-/g;
		$test->{dir} = sprintf '%s/job/%02d-%s', $dir, $n, substr $slug, 0, 60;
		make_path($test->{dir});
		write_script($test);
		if (!$test->{loader} && ($test->{kernel} // 'kboot') eq 'kboot') {
			my $file = kboot_file($test);
			my $to = "$dir/job/" . (($test->{type} // 'pvh') eq 'hvm' ? 'kboot' : 'kboot.elf');
			copy($file, $to) if !-e $to;
		}
		my $guest = kernel_of($test);
		my @from = $test->{disks} ? @{$test->{disks}}
			: (domu_file("disk-$guest.img", $guest), domu_file('data.img'));
		my $vdev = 'xvda';
		$test->{vbds} = [];
		for my $from (@from, @{$test->{more} // []}) {
			my $file = copy($from, "$dir/disk" . @files . '.img');
			# QEMU counts whole sectors
			truncate $file, (-s $file) + 511 & ~511;
			push @{$test->{vbds}}, { from => $from, vdev => $vdev++, id => scalar @files, file => $file };
			push @files, $file;
		}
		write_file("$test->{dir}/cfg", config($test));
	}
	return @files;
}

# ---- judging ---------------------------------------------------------------

# A store without what differs by nature: ids, names, numbers of grants, pages and
# ports.
sub plain_store {
	my ($test) = @_;
	my @lines;
	for my $line (split /\n/, contents("$test->{dir}/xenstore")) {
		$line =~ s{^/local/domain/\d+}{};
		next if $line =~ m{^(/vm|/name|/domid|/data|/memory/meminfo|/device/suspend)\b};
		$line =~ s{/(vbd|vif|console)/\d+/}{/$1/ID/}g;
		$line =~ s{(ring-ref\d*|page-g?ref|event-channel(-\w+)?|port|tty|backend-id|target|device-model-pid) = ".*"}{$1 = …};
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

# The guest's kernel's complaints, without when.
sub complaints {
	my ($test) = @_;
	my $text = $test->{seen}{complaints} // '';
	$text =~ s/\[ *[0-9.]+\] //g;
	# xl takes the ELF file out of a bzImage and enters it by its PVH note. By the
	# entry of the boot protocol Linux learns only later that there is no such device
	$text =~ s/<3>(?:platform_pci_unplug: )?Xen Platform PCI: unrecognised magic value;//;
	my %said = map { $_ => 1 } split /;/, $text;
	return [sort keys %said];
}

# What is compared with a guest that xl started: the name of a test, the facts.
my @compared = (
	'the machine' => [qw(kernel initrd type cpus clock)],
	'the memory' => [qw(memory balloon e820 iomem)],
	'the ACPI tables' => [qw(acpi)],
	'the devices' => [qw(disks net)],
);

sub unlike {
	my ($test, $other, @facts) = @_;
	my @wrong;
	for my $fact (@facts) {
		my ($was, $is) = map { $_->{seen}{$fact} // '(nothing)' } $other, $test;
		# What the boot protocol hands over takes a page or two of some kernels
		next if $fact eq 'memory' && "$is$was" =~ /^\d+$/ && abs($is - $was) <= 16;
		push @wrong, "the guest's $fact is\n    $is\nand was\n    $was"
			if $is ne $was || $is eq '(nothing)';
	}
	return @wrong;
}

# [name, reasons…] of each comparison.
sub compare {
	my ($test) = @_;
	my ($other) = grep { $_->{name} eq $test->{alike} } @tests;
	my @results;
	for (my $n = 0; $n < @compared; $n += 2) {
		push @results, [$compared[$n], unlike($test, $other, @{$compared[$n + 1]})];
	}
	my $now = complaints($test);
	push @results, ['what its kernel complains of',
		exists $test->{seen}{end} ? () : 'it did not come up',
		grep { !/is missing/ } difference('complaint', complaints($other), $now)];
	push @results, ['its part of the store',
		difference('xenstore', [plain_store($other)], [plain_store($test)])];
	push @results, ["Xen's log", exists $test->{seen}{end} ? () : 'it did not come up',
		grep { !/is missing/ } difference('Xen', [plain_xen($other)], [plain_xen($test)])];
	return map { ["the same as $test->{alike}: $_->[0]", @$_[1 .. $#$_]] } @results;
}

# [name, reasons…] of each step.
sub steps {
	my ($test) = @_;
	my @steps = @{$test->{steps} // []};
	my %ended = contents("$test->{dir}/notes") =~ /^STEP (\d+) (\d+ ms .*)$/mg;
	my @results;
	for (my $n = 0; 2 * $n < @steps; $n++) {
		my ($ms, $why) = ($ended{$n} // '0 ms not reached') =~ /^(\d+) ms (.*)$/;
		push @results, [$steps[2 * $n], $why eq 'ok' ? () : $why];
	}
	return @results;
}

sub judge_disks {
	my ($test) = @_;
	my @wrong;
	for my $disk (@{$test->{vbds}}) {
		my $changed = system('cmp', '-s', '-n', -s $disk->{from}, $disk->{from},
			$disk->{file}) != 0;
		my $wanted = grep { $_ eq $disk->{vdev} } @{$test->{writes} // []};
		push @wrong, "$disk->{vdev} " . ($changed ? 'was written to' : 'is as it was')
			if !!$changed != !!$wanted;
	}
	return @wrong;
}

# What is wrong with the test itself, comparisons and steps left aside.
sub judge {
	my ($test) = @_;
	my @wrong;
	my $done = contents("$test->{dir}/done");
	chomp $done;
	push @wrong, $done || 'dom0 gave no answer' if $done ne 'ok';
	my %facts = %{$test->{facts} // {}};
	if ($test->{comes_up}) {
		my $guest = kernel_of($test);
		chomp($facts{kernel} = $test->{version} // contents(domu_file($guest, $guest)));
		$facts{initrd} = "initrd.img-$facts{kernel}";
	}
	for my $fact (sort keys %facts) {
		my ($want, $is) = ($facts{$fact}, $test->{seen}{$fact} // '(nothing)');
		next if ref $want ? $is =~ $want : $is eq $want;
		push @wrong, "the guest's $fact is\n    $is\nand not\n    $want";
	}
	my $looked = contents("$test->{dir}/console.look");
	push @wrong, map { "the console never said $_" }
		grep { $test->{text} !~ $_ } @{$test->{says} // []};
	push @wrong, map { "the console said $_" }
		grep { $looked =~ $_ } qr/Kernel panic|ended unexpectedly/, @{$test->{never} // []};
	my $xen = contents("$test->{dir}/xen");
	push @wrong, map { "Xen never said $_" } grep { $xen !~ $_ } @{$test->{xen} // []};
	return @wrong, judge_disks($test);
}

# Waits for the test's end; returns [name, reasons…] for each line of TAP.
sub results {
	my ($test) = @_;
	wait_for("$test->{dir}/done", 3 * ($test->{limit} // 240) + 240);
	$test->{text} = contents("$test->{dir}/console");
	$test->{seen} = { (contents("$test->{dir}/console.look") . contents("$test->{dir}/notes"))
		=~ /^KBOOT-TEST (\w+)=?(.*)$/mg };
	return ([$test->{name}, judge($test)],
		map { ["$test->{name}: $_->[0]", @$_[1 .. $#$_]] }
			$test->{alike} ? compare($test) : (), steps($test));
}

sub tail {
	my ($test, $name, $lines) = @_;
	my @tail = split /\n/, contents("$test->{dir}/$name");
	splice @tail, 0, @tail - $lines if @tail > $lines;
	return @tail ? ("The end of $test->{dir}/$name:", map { "  | $_" } @tail) : ();
}

# What is known of a failed test, told once.
sub logs {
	my ($test) = @_;
	return () if $test->{told}++;
	return map { tail($test, @$_) } ['console', 30], ['xen', 10], ['xen.later', 10], ['xl', 10],
		['hotplug', 5], ['notes', 20];
}

sub report {
	my ($n, $test, $took, $name, @wrong) = @_;
	printf "%s %d - %s%s\n", @wrong ? 'not ok' : 'ok', $n, $name, $took;
	return 1 if !@wrong;
	my $why = join "\n", @wrong, logs($test);
	$why =~ s/^/# /mg;
	print STDERR "$why\n";
	return 0;
}

# The tests that ONLY= leaves.
sub chosen {
	my $only = $ENV{ONLY} // return @tests;
	my %with = map { ($_->{name} => 1, $_->{alike} // '' => 1) }
		grep { $_->{name} =~ /$only/ } @tests;
	return grep { $with{$_->{name}} } @tests;
}

# Boots dom0 and calls $each with each test and its results, as they come.
sub run_tests {
	my ($each) = @_;
	@tests = chosen();
	my @files = lay_out();
	dom0_start($dir, dom0_words($dir, disk_words(@files)));
	print "# dom0 is not up: see $dir/dom0.log\n" if !wait_for("$dir/job/ready", 180);
	for my $test (@tests) {
		my $began = time;
		my @results = results($test);
		$each->($test, time - $began, @results);
		unlink map { $_->{file} } @{$test->{vbds}};
	}
	write_file("$dir/job/end", '');
	dom0_stop();
}

sub finish {
	$| = 1;
	@tests = chosen();
	my ($n, $failed) = (0, 0);
	printf "1..%d\n", sum(map { 1 + @{$_->{steps} // []} / 2
		+ ($_->{alike} ? 3 + @compared / 2 : 0) } @tests);
	run_tests(sub {
		my ($test, $took, @results) = @_;
		for my $result (@results) {
			my $seconds = $result == $results[0] ? sprintf ' # %.1f s', $took : '';
			$failed++ if !report(++$n, $test, $seconds, @$result);
		}
	});
	exit($failed ? 1 : 0);
}

1;
