#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Disks made to hurt: for every format, files that are huge, endless, nested,
# of the wrong kind or in the wrong code. Each time the program has to come
# back soon, in little memory, with a reason, and with what else there is to
# boot.
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Copy qw(copy);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use JSON::PP;
use POSIX qw(mkfifo);
use Test::More;

# Of one run: seconds of a processor, which a person waits for; seconds that
# pass on a busy machine; and what the initramfs has room for.
use constant { SECONDS => 5, PATIENCE => 120, KIBIBYTES => 192 * 1024 };

# A copy where everybody may run it
my $kboot = tempdir(CLEANUP => 1, TMPDIR => 1);
chmod 0755, $kboot;
$kboot .= '/kboot';
copy($ENV{KBOOT} || 'build/kboot', $kboot) or die "kboot: $!\n";
chmod 0755, $kboot;
# In memory, where there is some: tens of thousands of files take a disk long
my $top = tempdir(CLEANUP => 1, $ENV{TMPDIR} || !-w '/dev/shm' ? (TMPDIR => 1)
	: (DIR => '/dev/shm'));
my $guest = "$top/guest";
my $root = $> == 0;
# The program runs without root's rights, to which nothing is forbidden
chmod 0755, $top;

# Each format: its file, and how it writes an entry of that title for
# /boot/vmlinuz-1; whether it has one entry a file.
my %formats = (
	'grub.cfg' => {
		path => '/boot/grub/grub.cfg',
		entry => sub { "menuentry '$_[0]' {\n linux /boot/vmlinuz-1 quiet\n}\n" },
	},
	'BLS' => {
		path => '/loader/entries/a.conf',
		entry => sub { "title $_[0]\nlinux /boot/vmlinuz-1\noptions quiet\n" },
		single => 1,
	},
	'extlinux' => {
		path => '/boot/extlinux/extlinux.conf',
		entry => sub { "label $_[0]\n linux /boot/vmlinuz-1\n append quiet\n" },
	},
	'GRUB legacy' => {
		path => '/boot/grub/menu.lst',
		entry => sub { "title $_[0]\n kernel /boot/vmlinuz-1 quiet\n" },
	},
	'kboot.conf' => {
		path => '/boot/kboot.conf',
		entry => sub { "$_[0]='/boot/vmlinuz-1 quiet'\n" },
	},
);
my @names = sort keys %formats;

sub put {
	my ($path, $bytes) = @_;
	make_path(dirname("$guest$path"));
	open my $file, '>:raw', "$guest$path" or die "$path: $!\n";
	print $file $bytes;
	close $file or die "$path: $!\n";
}

sub fresh {
	system 'rm', '-rf', $guest;
	put('/boot/vmlinuz-1', 'kernel');
}

# getrusage(RUSAGE_CHILDREN): seconds of user and system, and ru_maxrss.
sub spent {
	my $rusage = "\0" x 144;
	syscall(98, -1, $rusage);
	my @t = unpack 'q5', $rusage;
	return ($t[0] + $t[2] + ($t[1] + $t[3]) / 1e6, $t[4]);
}

# Lists the guest in that form; what came, or undef where the program did not
# behave.
sub run {
	my ($name, $form) = @_;
	my ($before) = spent();
	my $pid = open my $run, '-|';
	defined $pid or die "fork: $!\n";
	if (!$pid) {
		my @as = $root ? qw(setpriv --reuid 65534 --clear-groups) : ();
		open STDERR, '>', '/dev/null';
		alarm PATIENCE;
		exec 'sh', '-c', 'ulimit -v ' . KIBIBYTES . '; exec "$@"', 'sh', @as,
			$kboot, 'list', $form, '--fs', $guest;
		die "sh: $!\n";
	}
	my $text = do { local $/; <$run> };
	close $run;
	my ($after, $most) = spent();
	note sprintf '%s: %.2f s, %d MiB', $name, $after - $before, $most / 1024;
	return $text if !($? & 127) && $? >> 8 <= 1 && $after - $before <= SECONDS;
	fail sprintf '%s: %.1f seconds, status %d', $name, $after - $before, $?;
	return;
}

# The answer of one run.
sub list {
	my ($name) = @_;
	my $json = run($name, '--json') // return;
	my $got = eval { JSON::PP->new->utf8->decode($json) };
	fail "$name: no JSON" if !$got;
	return $got;
}

# More than a thousand entries, and a line like $why about the rest. Not by
# JSON, which takes Perl longer than kboot.
sub lists_many {
	my ($name, $why) = @_;
	my $text = run($name, '--explain') // return;
	my $count = () = $text =~ /^[* ] +\d+  /mg;
	ok($count > 1000 && $text =~ /^rejected .*$why/m, $name)
		or diag "$count entries\n", $text =~ /^rejected .*\n/mg;
}

# True if something whose source has $source in it has a reason like $why.
sub told {
	my ($got, $source, $why) = @_;
	return grep { index($_->{source}, $source) >= 0 && $_->{reason} =~ $why }
		@{$got->{rejected}};
}

sub titles { return map { $_->{title} } @{$_[0]{entries}} }

sub explained {
	my ($got) = @_;
	diag "$_->{source}: $_->{reason}" for @{$got->{rejected}};
	diag 'entries: ', join '|', titles($got);
}

# The guest as it stands has an entry of this title, and a reason like $why
# for a source with $source in it; neither is asked where it is undef.
sub lists {
	my ($name, $title, $source, $why) = @_;
	my $got = list($name) or return;
	my $good = (!defined $title || grep { $_ eq $title } titles($got))
		&& (!defined $source || told($got, $source, $why));
	ok($good, $name) or explained($got);
	return $got;
}

sub each_format {
	my ($what, $do) = @_;
	for my $name (@names) {
		fresh();
		$do->($formats{$name}, "$name: $what");
	}
}

# ---- bytes ----

each_format('CR LF', sub {
	my ($f, $name) = @_;
	put($f->{path}, $f->{entry}->('good') =~ s/\n/\r\n/gr);
	my $got = lists($name, 'good');
	is($got->{entries}[0]{cmdline}, 'quiet', "$name: the words") if $got;
});
each_format('a byte order mark', sub {
	my ($f, $name) = @_;
	put($f->{path}, "\xef\xbb\xbf" . $f->{entry}->('good'));
	lists($name, 'good');
});
each_format('UTF-16', sub {
	my ($f, $name) = @_;
	put($f->{path}, "\xff\xfe" . join '', map { "$_\0" }
		split //, $f->{entry}->('bad'));
	lists($name, 'Linux 1', $f->{path}, qr/UTF-16/);
});
each_format('NUL bytes', sub {
	my ($f, $name) = @_;
	put($f->{path}, $f->{entry}->('good') . "\0\0" . $f->{entry}->('ba\0d')
		. "\0" x 4096);
	lists($name, 'good');
});
each_format('terminal commands in a title', sub {
	my ($f, $name) = @_;
	put($f->{path}, $f->{entry}->("go\e[2Jod\x07\x9b"));
	my $got = list($name) or return;
	ok(!(grep { /[\0-\x1f\x7f]/ } map { @$_{qw(id title source)} } @{$got->{entries}}),
		$name) or explained($got);
});

# ---- what is no file ----

my %kinds = (
	'a FIFO' => [sub { mkfifo($_[0], 0644) }, qr/no regular file/],
	'a directory' => [sub { mkdir $_[0] }, qr/directory/],
	'a symlink to itself' => [sub { symlink 'x/../' . ($_[0] =~ s{.*/}{}r), $_[0];
		mkdir dirname($_[0]) . '/x' }, qr/symbolic links/],
	'a device' => [sub { system 'mknod', $_[0], 'c', 1, 5 }, qr/no regular file/],
	'a link to a device' => [sub { symlink '/dev/zero', $_[0] }, undef],
);
for my $kind (sort keys %kinds) {
	my ($make, $why) = @{$kinds{$kind}};
	next if $kind eq 'a device' && !$root;
	each_format("$kind in place of the file", sub {
		my ($f, $name) = @_;
		make_path(dirname("$guest$f->{path}"));
		$make->("$guest$f->{path}");
		lists($name, 'Linux 1', $f->{path}, $why) if $why;
		lists($name, 'Linux 1') if !$why;
	});
	each_format("$kind in place of the kernel", sub {
		my ($f, $name) = @_;
		$make->("$guest/boot/vmlinuz-2");
		put($f->{path}, $f->{entry}->('bad') =~ s/vmlinuz-1/vmlinuz-2/r
			. ($f->{single} ? '' : $f->{entry}->('good')));
		put('/loader/entries/b.conf', $f->{entry}->('good')) if $f->{single};
		lists($name, 'good', $f->{path}, $why || qr/missing/);
	});
	fresh();
	$make->("$guest/boot/vmlinuz-2");
	lists("bare: $kind", 'Linux 1', '/boot/vmlinuz-2', $why || qr/not there/);
	fresh();
	make_path("$guest/EFI/Linux");
	$make->("$guest/EFI/Linux/x.efi");
	lists("UKI: $kind", 'Linux 1', '/EFI/Linux/x.efi', $why || qr/not there/);
}

# ---- size ----

each_format('100 MB', sub {
	my ($f, $name) = @_;
	put($f->{path}, $f->{entry}->('good'));
	open my $file, '>>:raw', "$guest$f->{path}" or die;
	print $file ('#' . 'x' x 98 . "\n") x 80_000;
	# A hole, which costs no room on the disk
	truncate $file, 100_000_000;
	close $file;
	lists($name, undef, $f->{path}, qr/bytes|lines|cut off|rest/);
});
each_format('one line of 8 MB', sub {
	my ($f, $name) = @_;
	put($f->{path}, $f->{entry}->('good' . 'x' x 8_000_000));
	my $got = list($name) or return;
	ok(@{$got->{entries}} || @{$got->{rejected}}, $name);
});
each_format('100 000 entries', sub {
	my ($f, $name) = @_;
	if ($f->{single}) {
		put($f->{path}, $f->{entry}->('e'));
		link "$guest$f->{path}", "$guest/loader/entries/e$_.conf" for 1 .. 17_000;
	} else {
		put($f->{path}, join '', map { $f->{entry}->("e$_") } 1 .. 100_000);
	}
	lists_many($name, qr/more than|longer than|too many/);
});

# ---- loops, cycles, nesting: grub.cfg ----

my $good = $formats{'grub.cfg'}{entry}->('good');

sub script {
	my ($name, $script, $why) = @_;
	fresh();
	put('/boot/grub/grub.cfg', "$good$script");
	lists("grub.cfg: $name", 'good', defined $why ? '/boot/grub/' : undef, $why);
}

script('while true', "while true; do true; done\n", qr/stopped/);
script('until false', "until false; do set x=y; done\n", qr/stopped/);
script('while loops in one another', "while true; do while true; do a=1; done; done\n", qr/stopped/);
script('a function that calls itself', "function f {\n f\n}\nf\n", qr/deep|stopped/);
script('two that call each other', "function f {\n g; g\n}\nfunction g {\n f; f\n}\nf\n", qr/deep|stopped/);
script('a word that doubles', 'a=xxxxxxxx' . "\n" . "set a=\"\$a\$a\"\n" x 60
	. "menuentry \"\$a\" { linux /boot/vmlinuz-1 \$a\n}\n", qr/./);
script('a word that doubles, for ever', "a=xx\nwhile true; do set a=\"\$a\$a\"; done\n", qr/stopped/);
script('eval of itself', "a='eval \"\$a\"'\neval \"\$a\"\n", qr/deep|stopped/);
script('source of itself', "source /boot/grub/grub.cfg\n", qr/itself/);
script('configfile of itself', "configfile /boot/grub/grub.cfg\n", undef);
put('/boot/grub/grub.cfg', "while true; do $good\ndone\n");
lists_many('grub.cfg: entries that are made in a loop', qr/stopped at/);
script('an entry that runs for ever',
	"menuentry x { while true; do true; done\n linux /boot/vmlinuz-1\n}\n", qr/./);
script('sleep', "sleep 100000\nsleep --interruptible 99999\nread x\n", undef);
script('a regular expression for a long day',
	'regexp --set=1:x "((a*)*)*b" "' . 'a' x 5000 . "\"\n", undef);
script('back references',
	'regexp "\\\\(a*\\\\)*\\\\1b" "' . 'a' x 5000 . "\"\n", undef);
script('commands that end the machine', "halt\nreboot\nexit\nnormal_exit\n", undef);
for my $open ('{ ', 'if true; then ', 'while true; do ', "submenu x {\n", "menuentry x {\n",
	"function f {\n", '"', "'", '$', '${', '\\', '[ ', '! ', '( ', 'for a in b; do ') {
	script('never closed: ' . ($open =~ s/\n//r), $open x 50_000, undef);
}
script('submenus, 5000 deep', "submenu x {\n" x 5000 . $good . "}\n" x 5000, qr/./);
script('if, 5000 deep', "if true; then\n" x 5000 . "true\n" . "fi\n" x 5000, qr/./);

# Files of which each names the next: as $write has it.
sub chain {
	my ($path, $write, $count) = @_;
	put(sprintf($path, $_), $write->(sprintf($path, $_ + 1))) for 0 .. $count - 1;
}

fresh();
chain('/boot/grub/%d.cfg', sub { "source $_[0]\n" x 10 }, 200);
put('/boot/grub/grub.cfg', "${good}source /boot/grub/0.cfg\n");
lists('grub.cfg: files that source others, ten times each', 'good', '/boot/grub/', qr/./);
fresh();
put('/boot/grub/grub.cfg', "submenu x {\n configfile /boot/grub/b.cfg\n}\n$good");
put('/boot/grub/b.cfg', "submenu x {\n configfile /boot/grub/grub.cfg\n}\n" x 100);
lists('grub.cfg: menus that lead to one another', 'good');

# ---- the same for the others ----

my $label = $formats{extlinux}{entry}->('good');
fresh();
put('/boot/extlinux/extlinux.conf', "${label}INCLUDE extlinux.conf\n");
lists('extlinux: INCLUDE of itself', 'good', '/boot/extlinux/', qr/itself/);
fresh();
chain('/boot/extlinux/%d.conf', sub { "INCLUDE $_[0]\n" x 10 }, 100);
put('/boot/extlinux/extlinux.conf', "${label}INCLUDE /boot/extlinux/0.conf\n");
lists('extlinux: files that include others, ten times each', 'good', '/boot/extlinux/', qr/./);
fresh();
put('/boot/extlinux/extlinux.conf', $label . "MENU BEGIN x\n" x 20_000);
lists('extlinux: menus in menus', 'good');
fresh();
put('/boot/extlinux/extlinux.conf',
	"${label}label m\n kernel menu.c32\n append /boot/extlinux/extlinux.conf\n" . "label n\n config extlinux.conf\n" x 100);
lists('extlinux: CONFIG of itself', 'good');

my $title = $formats{'GRUB legacy'}{entry}->('good');
fresh();
put('/boot/grub/menu.lst', "${title}title x\n configfile /boot/grub/menu.lst\n");
lists('GRUB legacy: configfile of itself', 'good');
fresh();
chain('/boot/grub/%d.lst', sub { "title x\n configfile $_[0]\n" x 10 }, 100);
put('/boot/grub/menu.lst', "${title}title x\n configfile /boot/grub/0.lst\n");
lists('GRUB legacy: menus in menus, ten times each', 'good', '/boot/grub/', qr/./);

fresh();
put('/loader/entries/a.conf', "title good\nlinux /boot/vmlinuz-1\n"
	. "options \$a\ngrub_arg --x\n");
put('/boot/grub2/grubenv', "# GRUB Environment Block\na=" . '$a' x 400 . "\n" . '#' x 100);
lists('BLS: a variable that holds itself', 'Linux 1', '/loader/', qr/more than 65536/);
fresh();
put('/loader/entries/a.conf', "title good\nlinux /boot/vmlinuz-1\n"
	. 'options ' . '$a' x 20_000 . "\ngrub_arg --x\n");
put('/boot/grub2/grubenv', "# GRUB Environment Block\na=" . 'x' x 900 . "\n" . '#' x 40);
lists('BLS: variables by the thousand', undef);

# ---- what belongs to a menu ----

for my $path (qw(/boot/grub/grubenv /loader/loader.conf /loader/entries.srel /etc/os-release
	/etc/fstab /boot/grub/custom.cfg)) {
	for my $kind ('a FIFO', 'a directory', 'a symlink to itself', 'a link to a device') {
		fresh();
		put('/boot/grub/grub.cfg', "load_env\nsource /boot/grub/custom.cfg\n$good");
		put('/loader/entries/a.conf', $formats{BLS}{entry}->('other'));
		unlink "$guest$path";
		make_path(dirname("$guest$path"));
		$kinds{$kind}[0]->("$guest$path");
		lists("$path: $kind", 'good');
	}
	fresh();
	put('/boot/grub/grub.cfg', "load_env\nsource /boot/grub/custom.cfg\n$good");
	put($path, ('#' x 99 . "\n") x 80_000);
	lists("$path: 8 MB", 'good');
}

# ---- directories ----

for my $path (qw(/boot /boot/grub /boot/extlinux /loader /loader/entries /EFI /EFI/Linux)) {
	for my $kind ('a FIFO', 'a symlink to itself', 'a file') {
		system 'rm', '-rf', $guest;
		put('/vmlinuz-1', 'kernel');
		make_path(dirname("$guest$path"));
		$kind eq 'a file' ? put($path, 'x') : $kinds{$kind}[0]->("$guest$path");
		lists("$path: $kind", 'Linux 1');
	}
}
fresh();
for my $number (1 .. 17_000) {
	open my $file, '>', "$guest/boot/vmlinuz-6.$number" or die "$!\n";
	print $file 'k';
}
lists_many('bare: 17 000 kernels', qr/more than 16384 files/);
fresh();
symlink 'vmlinuz-1', "$guest/boot/vmlinuz-l$_" for 1 .. 17_000;
lists('bare: 17 000 links to a kernel', undef, '/boot', qr/more than 16384 files/);
fresh();
put('/EFI/Linux/x.efi', 'MZ');
link "$guest/EFI/Linux/x.efi", "$guest/EFI/Linux/$_.efi" for 1 .. 17_000;
lists('UKI: 17 000 files', 'Linux 1', '/EFI/Linux', qr/more than \d+ files/);

# ---- what may not be read ----

for my $path (qw(/boot/grub /boot/grub/grub.cfg /loader/entries /loader/entries/a.conf
	/boot/extlinux /boot/extlinux/extlinux.conf /EFI/Linux /EFI/Linux/x.efi /boot/vmlinuz-2)) {
	fresh();
	put('/boot/grub/grub.cfg', $good) if $path =~ /grub/;
	put('/loader/entries/a.conf', $formats{BLS}{entry}->('x')) if $path =~ /loader/;
	put('/boot/extlinux/extlinux.conf', $label) if $path =~ /extlinux/;
	put('/EFI/Linux/x.efi', 'x') if $path =~ /EFI/;
	put('/boot/vmlinuz-2', 'x');
	chmod 0, "$guest$path";
	lists("$path: no right to read it", 'Linux 1', $path, qr/Permission denied/);
	chmod 0755, "$guest$path";
}

done_testing;
