#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The menu as a person sees it: a terminal (tmux) of 80 by 24 is the console,
# keys are typed into it. What the screen showed stays in build/tests/menu.txt.
use strict;
use warnings;
use File::Path qw(make_path remove_tree);
use FindBin;
use lib $FindBin::Bin;
use Rig;
use Test::More;
use Time::HiRes qw(sleep time);

my $dir = ($ENV{KBOOT_BUILD} // 'build') . '/tests/screen';
my @tmux = ('tmux', '-L', "kboot-$$", '-f', '/dev/null');

sub tmux {
	open my $out, '-|', @tmux, @_ or die "tmux: $!\n";
	local $/;
	return <$out> // '';
}

# The screen as text, with the terminal's line drawing as lines.
sub screen {
	my $screen = tmux('capture-pane', '-e', '-p', '-t', 'kboot');
	utf8::decode($screen);
	$screen =~ s/\e\[[0-9;]*m//g;
	$screen =~ s{\x0e([^\x0f]*)\x0f?}{
		(my $lines = $1) =~ tr/lqkxmjtu/\x{250c}\x{2500}\x{2510}\x{2502}\x{2514}\x{2518}\x{251c}\x{2524}/;
		$lines }gse;
	return $screen;
}

# Waits until the screen shows what is wanted; returns it.
sub see {
	my ($what, $limit) = (@_, 60);
	my $until = time + $limit;
	my $screen = '';
	while (time < $until) {
		$screen = screen();
		return $screen if $screen =~ $what;
		sleep 0.3;
	}
	diag "not seen: $what\n$screen";
	return '';
}

make_path($dir);
my @disks = Rig::copy_disks({ disks => ['gpt-three'] }, $dir);
my @words = Rig::machine_words({ append => 'console=ttyS0 root=/dev/vda1 kboot.timeout=60' },
	$dir, @disks);
# The last word stays on the screen when QEMU has ended
my $command = join ' ', map { "'$_'" } 'qemu-system-x86_64', '-chardev',
	'stdio,id=console,signal=off', @words;
$ENV{TERM} = 'screen';
$ENV{LC_ALL} = 'C.UTF-8';
system(@tmux, '-u', 'new-session', '-d', '-s', 'kboot', '-x', 80, '-y', 24, "$command; sleep 60") == 0
	or die "tmux does not start\n";
END { tmux('kill-server') if @tmux }

my ($cloud, $generic, $newest) = map { version($_) } qw(cloud generic newest);
my $screen = see(qr/Any key: menu/);
like $screen, qr/\* Test guest, Linux \Q$newest\E/, 'the countdown marks the newest';
tmux('send-keys', '-t', 'kboot', 'Space');
$screen = see(qr/Power off.*OK/s);
like see(qr/\Q$newest\E.*\n.*\Q$cloud\E.*\n.*\Q$generic\E.*\n.*Shell.*\n.*Restart.*\n.*Power off/), qr/\Q$newest\E.*\n.*\Q$cloud\E.*\n.*\Q$generic\E.*\n.*Shell.*\n.*Restart.*\n.*Power off/,
	'the menu shows every kernel, then the rest';
my @lines = split /\n/, $screen;
is scalar(grep { length > 80 } @lines), 0, 'it fits in 80 columns';
open my $file, '>:utf8', "$dir/../menu.txt" or die "menu.txt: $!\n";
print $file $screen;
close $file;
tmux('send-keys', '-t', 'kboot', 'Down', 'Down', 'Enter');
like see(qr/KBOOT-TEST end/), qr/KBOOT-TEST kernel=\Q$generic\E$/m, 'arrow keys and Enter choose';
ok !Rig::changed($_), 'the disk is as it was' for @disks;
remove_tree($dir);
done_testing;
