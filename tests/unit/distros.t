#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Whole guests, as distributions leave them, and what their own boot loaders
# offer: each folder of tests/fixtures/distros has both. What the folders hold
# is told in the README.md there.
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use JSON::PP;
use Test::More;

my $kboot = $ENV{KBOOT} || 'build/kboot';
my $here = dirname(__FILE__) . '/../fixtures/distros';
my @folders = @ARGV ? @ARGV : sort map { dirname $_ } glob "$here/*/guest";

sub lines_of {
	my ($path) = @_;
	open my $file, '<', $path or die "$path: $!\n";
	chomp(my @lines = <$file>);
	return @lines;
}

sub write_file {
	my ($path, $bytes) = @_;
	make_path(dirname($path));
	open my $file, '>:raw', $path or die "$path: $!\n";
	print $file $bytes;
	close $file or die "$path: $!\n";
}

# The indented lines that begin @$lines, less the indent; empty ones between.
sub take_body {
	my ($lines) = @_;
	my $body = '';
	my $empty = '';
	while (@$lines && $lines->[0] =~ /^(\t.*|)$/) {
		my $line = shift @$lines;
		if ($line eq '') { $empty .= "\n"; next }
		$body .= $empty . substr($line, 1) . "\n";
		$empty = '';
	}
	return $body;
}

# A kernel's head as boot.rst has it, with its version.
sub bzimage {
	my ($version) = @_;
	my $head = "\0" x 0x400;
	substr($head, 0x1f1, 1) = "\x04";
	substr($head, 0x202, 4) = 'HdrS';
	substr($head, 0x20e, 2) = "\x50\0";
	substr($head, 0x250, length $version) = $version;
	return $head;
}

# A unified kernel image with these sections: what of PE a reader goes by.
sub uki {
	my (@parts) = @_;
	my $head = 'MZ' . "\0" x 58 . pack('V', 64)
		. "PE\0\0" . pack('vvVVVvv', 0x8664, @parts / 2, 0, 0, 0, 240, 0x22)
		. pack('v', 0x20b) . "\0" x 238;
	my $at = 64 + 24 + 240 + 40 * @parts / 2;
	my ($table, $data) = ('', '');
	while (my ($name, $text) = splice @parts, 0, 2) {
		my $offset = $at + length $data;
		$table .= pack('a8VVVVVVvvV', $name, length $text, $offset,
			length $text, $offset, 0, 0, 0, 0, 0x40000040);
		$data .= $text;
	}
	return $head . $table . $data;
}

# Makes the guest that the lines describe below $dir; returns the arguments.
sub make_guest {
	my ($folder, $dir) = @_;
	my @lines = lines_of("$folder/guest");
	my ($top, @fs) = ('');
	my $cmdline = '';
	while (defined(my $line = shift @lines)) {
		next if $line =~ /^(#.*|\s*)$/;
		my ($what, @words) = split ' ', $line;
		if ($what eq 'fs') {
			my $name = shift @words;
			$top = "$dir/$name";
			make_path($top);
			push @fs, '--fs', join(',', $top, @words);
		} elsif ($what eq 'file') {
			write_file("$top$words[0]", take_body(\@lines));
		} elsif ($what eq 'files') {
			write_file("$top$_", 'x') for @words;
		} elsif ($what eq 'dir') {
			make_path("$top$_") for @words;
		} elsif ($what eq 'link') {
			make_path(dirname("$top$words[0]"));
			symlink $words[1], "$top$words[0]" or die "$line: $!\n";
		} elsif ($what eq 'from') {
			open my $file, '<:raw', "$folder/$words[1]" or die "$line: $!\n";
			write_file("$top$words[0]", do { local $/; <$file> });
		} elsif ($what eq 'bzimage') {
			write_file("$top$words[0]", bzimage("@words[1..$#words]"));
		} elsif ($what eq 'uki') {
			my @parts;
			while (@lines && $lines[0] =~ /^\t(\.\S+) ?(.*)$/) {
				my ($section, $text) = ($1, $2);
				push @parts, $section, $text =~ s/\\n/\n/gr;
				shift @lines;
			}
			write_file("$top$words[0]", uki(@parts));
		} elsif ($what eq 'cmdline') {
			$cmdline = "@words";
		} elsif ($what eq 'conf') {
			push @fs, '--conf', "$dir/$words[0]";
		} else {
			die "$folder/guest: $line: not understood\n";
		}
	}
	write_file("$dir/cmdline", "$cmdline\n");
	return (@fs, '--cmdline', "$dir/cmdline");
}

# The lines of what is expected, and those that kboot's answer makes, alike.
sub read_expected {
	my ($folder) = @_;
	return grep { !/^(#.*|\s*)$/ } lines_of("$folder/expected");
}

sub show_file {
	my ($fs, $path) = @_;
	return $fs ? "$fs:$path" : $path;
}

sub show_answer {
	my ($got, $keys) = @_;
	my @lines = ('default: ' . ($got->{default} // 'null'),
		'timeout: ' . ($got->{timeout} // 'null'));
	for my $entry (@{$got->{entries}}) {
		push @lines, "entry: $entry->{id}", "  title: $entry->{title}",
			'  kernel: ' . show_file($entry->{fs}, $entry->{kernel});
		my @initrds = @{$entry->{initrd}};
		for my $i (0 .. $#initrds) {
			my $fs = $entry->{initrd_fs} ? $entry->{initrd_fs}[$i] : $entry->{fs};
			push @lines, '  initrd: ' . show_file($fs, $initrds[$i]);
		}
		push @lines, "  cmdline: $entry->{cmdline}";
		push @lines, '  module: ' . show_file($_->{fs}, $_->{path})
			. ($_->{cmdline} eq '' ? '' : " $_->{cmdline}")
			for @{$entry->{modules} || []};
		for my $key (qw(version source kind profile)) {
			push @lines, "  $key: " . ($entry->{$key} // 'null') if $keys->{$key};
		}
		for my $key (qw(hidden rescue incomplete)) {
			push @lines, "  $key" if $entry->{$key};
		}
	}
	push @lines, "rejected: $_->{source}: $_->{reason}" for @{$got->{rejected}};
	return @lines;
}

# True if the expected line $want, "..." in it for anything, is $got.
sub is_like {
	my ($want, $got) = @_;
	my $pattern = join '.*', map { quotemeta } split /\Q...\E/, $want, -1;
	return $got =~ /^$pattern$/;
}

sub compare {
	my ($name, $want, $got) = @_;
	for my $i (0 .. ($#$want > $#$got ? $#$want : $#$got)) {
		my ($wanted, $is) = ($want->[$i] // '(nothing)', $got->[$i] // '(nothing)');
		next if is_like($wanted, $is);
		fail $name;
		diag "line ", $i + 1, "\n got: $is\nwant: $wanted\nall:\n", join "\n", @$got;
		return;
	}
	pass $name;
}

for my $folder (@folders) {
	my $dir = tempdir(CLEANUP => 1);
	my $name = $folder =~ s{.*/}{}r;
	my @args = make_guest($folder, $dir);
	open my $run, '-|', $kboot, 'list', '--json', @args or die "$kboot: $!\n";
	my $json = do { local $/; <$run> };
	close $run;
	my $got = eval { JSON::PP->new->utf8->decode($json) };
	if (!$got) { fail "$name: $@"; next }
	my @want = read_expected($folder);
	my %keys = map { /^  (\w+):/ ? ($1 => 1) : () } @want;
	compare($name, \@want, [show_answer($got, \%keys)]);
}
done_testing;
