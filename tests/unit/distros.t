#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Whole guests, as distributions leave them, and what their own boot loaders
# offer: each folder of tests/fixtures/distros has both. What the folders hold
# is told in the README.md there.
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use FindBin;
use JSON::PP;
use Test::More;
use lib "$FindBin::Bin/../fixtures";
use Guest qw(lines_of make_guest);

my $kboot = $ENV{KBOOT} || 'build/kboot';
my $here = dirname(__FILE__) . '/../fixtures/distros';
my @folders = @ARGV ? @ARGV : sort map { dirname $_ } glob "$here/*/guest";

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
