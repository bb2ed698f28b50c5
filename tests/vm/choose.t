#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Which of several kernels: the newest by itself after the countdown, another one
# by a setting, or by keys that a person types on the console.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Rig;

my $cloud = version('cloud');
my $generic = version('generic');
my $newest = version('newest');
my %three = (disks => ['gpt-three'], cmdline => 'console=ttyS0 root=/dev/vda1 ro');
my $words = 'console=ttyS0 root=/dev/vda1';
my $down = "\eOB";

boots 'the newest, after the countdown', %three, append => "$words kboot.timeout=2",
	kernel => 'newest', says => [qr/\* .*\Q$newest\E/, qr/Starting the marked one in 2 s/];
boots 'kboot.timeout=0', %three, append => "$words kboot.timeout=0", kernel => 'newest',
	never => [qr/Starting the marked one/];
boots 'kboot.menu=never', %three, append => "$words kboot.menu=never", kernel => 'newest',
	never => [qr/Starting the marked one/];
boots 'kboot.default= by name', %three, kernel => 'cloud',
	append => "$words kboot.timeout=1 kboot.default=vmlinuz-$cloud";
boots 'kboot.default= by id', %three, kernel => 'generic',
	append => "$words kboot.timeout=0 kboot.default=/boot/vmlinuz-$generic";
boots 'kboot.default= by pattern', %three, kernel => 'cloud',
	append => "$words kboot.timeout=0 kboot.default=*6.1.*cloud*";
boots 'kboot.default= of what is not there: the newest', %three, kernel => 'newest',
	append => "$words kboot.timeout=0 kboot.default=vmlinuz-none", says => [qr/vmlinuz-none/];
boots 'a bad kboot.timeout= stops nothing', %three, kernel => 'newest',
	append => "$words kboot.timeout=soon kboot.menu=never", says => [qr/kboot\.timeout=soon/];

# Keys: the newest is marked; below it lie the older ones
boots 'menu: the marked one', %three, append => "$words kboot.timeout=60", kernel => 'newest',
	type => [[qr/Any key: menu/ => ' '], [qr/Power off/ => "\r"]];
boots 'menu: two further down', %three, append => "$words kboot.timeout=60", kernel => 'generic',
	type => [[qr/Any key: menu/ => ' '], [qr/Power off/ => "$down$down\r"]];
boots 'menu: always, with one kernel', disks => ['mbr-ext4'],
	append => "$words kboot.timeout=60 kboot.menu=always", cmdline => "$words ro",
	type => [[qr/Any key: menu/ => 'x'], [qr/Power off/ => "\r"]];
refuses 'menu: power off', %three, append => "$words kboot.timeout=60", cmdline => undef,
	type => [[qr/Any key: menu/ => ' '], [qr/Power off/ => "P\r"]],
	says => [qr/kboot: poweroff/], end => 'guest-shutdown';
refuses 'menu: restart', %three, append => "$words kboot.timeout=60", cmdline => undef,
	type => [[qr/Any key: menu/ => ' '], [qr/Power off/ => "R\r"]],
	says => [qr/kboot: reboot/], end => 'guest-reset';
boots 'menu: a shell, and back', %three, append => "$words kboot.timeout=60", kernel => 'newest',
	type => [[qr/Any key: menu/ => ' '], [qr/Power off/ => "S\r"],
		[qr/[#\$] $/ => "echo in the \$((40 + 2))nd shell\r"],
		[qr/in the 42nd shell/ => "exit\r"], [qr/Power off/ => "\r"]];
refuses 'kboot.shell=no: none is offered', %three, cmdline => undef,
	append => "$words kboot.timeout=60 kboot.shell=no",
	type => [[qr/Any key: menu/ => ' ']], says => [qr/Power off/], never => [qr/Shell/];

# What the guest's own kboot.conf wants, and who stands above it
boots 'kboot.conf of the guest', disks => ['conf'], append => $words, kernel => 'cloud',
	says => [qr/in 1 s/], cmdline => "$words ro from.guest.conf";
boots 'the host above the guest', disks => ['conf'], kernel => 'generic',
	append => "$words kboot.timeout=0 kboot.default=vmlinuz-$generic kboot.append=from.host",
	cmdline => "$words ro from.host", never => [qr/Starting the marked one/];
# The guest's own boot configuration: its default, its words
my $uuid = 'root=UUID=6b626f6f-7465-7374-0000-00000000000a';
boots 'grub.cfg: the saved entry of a submenu', disks => ['gpt-grub'], append => $words,
	kernel => 'generic', cmdline => "$uuid ro console=ttyS0 by=v$generic",
	says => [qr/\* Advanced options > Test guest, with Linux \Q$generic\E/, qr/in 2 s/];
boots 'grub.cfg: kboot.default=newest stands above it', disks => ['gpt-grub'],
	append => "$words kboot.default=newest kboot.timeout=1", kernel => 'newest',
	cmdline => "$uuid ro console=ttyS0 by=simple";
boots 'grub.cfg: an entry picked in the menu', disks => ['gpt-grub'],
	append => 'console=ttyS0 kboot.timeout=60', kernel => 'cloud',
	type => [[qr/Any key: menu/ => ' '], [qr/Power off/ => "$down\r"]],
	cmdline => "$uuid ro console=ttyS0 by=vcloud";
finish;
