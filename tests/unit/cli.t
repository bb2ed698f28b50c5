#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The program as others call it: verbs, exit codes, messages, the text and the
# JSON of `kboot list` on trees named as distributions name them.
set -eu
export LC_ALL=C
kboot=${KBOOT:-build/kboot}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
tab=$(printf '\t')
run=0 failed=0

# ok NAME COMMAND...: the command succeeds.
ok() {
	name=$1
	shift
	run=$((run + 1))
	if "$@" >"$dir/ok.out" 2>&1; then
		printf 'ok %d - %s\n' "$run" "$name"
	else
		failed=$((failed + 1))
		printf 'not ok %d - %s\n' "$run" "$name"
		sed 's/^/# /' "$dir/ok.out"
	fi
}

# is NAME GOT WANT
is() {
	run=$((run + 1))
	if [ "$2" = "$3" ]; then
		printf 'ok %d - %s\n' "$run" "$1"
	else
		failed=$((failed + 1))
		printf 'not ok %d - %s\n' "$run" "$1"
		printf '%s\n' "$2" | sed 's/^/#  got: /'
		printf '%s\n' "$3" | sed 's/^/# want: /'
	fi
}

# Runs kboot; leaves its exit code in $code, its words in $out and $err.
kboot() {
	code=0
	"$kboot" "$@" >"$dir/out" 2>"$dir/err" || code=$?
	out=$(cat "$dir/out")
	err=$(cat "$dir/err")
}

# file PATH...: files with a byte in each.
file() {
	for path; do
		mkdir -p "$dir/${path%/*}"
		printf 'x' >"$dir/$path"
	done
}

# cmdline WORD...: what --cmdline "$dir/cmdline" says.
cmdline() { printf '%s\n' "$*" >"$dir/cmdline"; }

# The value at a path of the JSON in $out: json entries 0 initrd 1. Its
# printed form parts "1" from 1, and absent from null.
json() {
	perl -MJSON::PP -e '
		my $at = JSON::PP->new->utf8->decode(do { local $/; <STDIN> });
		for (@ARGV) {
			if (ref $at eq "ARRAY" ? $_ < @$at : exists $at->{$_}) {
				$at = ref $at eq "ARRAY" ? $at->[$_] : $at->{$_};
			} else { print "absent"; exit }
		}
		print JSON::PP->new->canonical->allow_nonref->encode($at);
	' "$@" <"$dir/out"
}

test_usage() {
	kboot
	is 'no verb: usage' "$code" 2
	kboot nonsense
	is 'a wrong verb: usage' "$code" 2
	ok 'it is named' grep -q 'no such verb: nonsense' "$dir/err"
	kboot --help
	is 'help is no error' "$code" 0
	for verb in args list load go; do
		ok "help tells of $verb" grep -q "kboot $verb" "$dir/out"
	done
	kboot --version
	is 'nor is the version' "$code ${out%% *}" '0 kboot'
	for words in 'args x' 'args --json' 'args --cmdline' 'list x' \
		'list --fs' 'load --initrd x' 'load a b' 'load a --kernel b' \
		'load --method=x a' 'load --cmdline=x' 'go x' \
		'load --format=x a' 'load --module=x' 'load --profile=1' \
		'load --kernel k --profile=-1' 'load --kernel k --profile=x' \
		'load --kernel k --profile=99999999999'; do
		# shellcheck disable=SC2086 # words to split
		kboot $words
		is "kboot $words: usage" "$code" 2
	done
	for verb in args list load go probe; do
		kboot "$verb" --help
		is "kboot $verb --help" "$code ${out%% [[-]*}" "0 usage: kboot $verb"
	done
}

test_args() {
	cmdline 'root=/dev/vda1 ro quiet kernel=vg/lv:/boot/k kboot.timeout=abc'
	kboot args --cmdline "$dir/cmdline"
	is 'args: a typing error stops nothing' "$code" 0
	is 'args: but is told' "$err" \
		'kboot: kboot.timeout=abc: not a number of seconds; using 5'
	is 'args: every key, in order' \
		"$(printf '%s\n' "$out" | cut -d= -f1 | tr '\n' ' ')" \
		'root boot kernel kernel_dev ramdisk ramdisk_dev rw rootfstype rootflags init init_args default timeout menu wait onfail shell loader method console append remove debug '
	is 'args: the values set' "$(printf '%s\n' "$out" | head -n 4)" \
		'root=/dev/vda1
boot=
kernel=/boot/k
kernel_dev=vg/lv'

	cmdline 'kboot.menu=never'
	printf 'menu=always\ntimeout=3\n' >"$dir/strong.conf"
	printf 'timeout=4\nonfail=shell\nshell=maybe\nboot=vda2\n' >"$dir/weak.conf"
	kboot args --cmdline "$dir/cmdline" --conf "$dir/strong.conf" \
		--conf "$dir/none.conf" --conf "$dir/weak.conf"
	is 'args: the strongest file comes first' \
		"$(printf '%s\n' "$out" | grep -E '^(menu|timeout|onfail|shell|boot)=' | tr '\n' ' ')" \
		'boot= timeout=3 menu=never onfail=shell shell=no '
	is 'args: what is wrong in a file' "$code $err" \
		"0 kboot: $dir/weak.conf:3: shell=maybe: none of no yes; using no
kboot: $dir/weak.conf:4: boot= is for the host to set; ignored"

	kboot args --cmdline "$dir/none"
	is 'args: no command line is a refusal' "$code" 1
	kboot args --cmdline "$dir/cmdline" --conf "$dir"
	is 'args: a directory for a file stops nothing' "$code" 0
	head -c 70000 /dev/zero | tr '\0' 'x' >"$dir/cmdline"
	kboot args --cmdline "$dir/cmdline"
	is 'args: a command line beyond reason' "$code $err" \
		'1 kboot: the command line is 65537 bytes long, more than 65536'
	is 'args: a full disk is noticed' "$(
		cmdline ''
		"$kboot" args --cmdline "$dir/cmdline" 2>&1 >/dev/full || printf ' %s' "$?"
	)" 'kboot: cannot write the output: No space left on device
 1'
}

test_debian() {
	file d/boot/vmlinuz-6.1.0-9-amd64 d/boot/initrd.img-6.1.0-9-amd64 \
		d/boot/vmlinuz-6.1.0-56-amd64 d/boot/initrd.img-6.1.0-56-amd64 \
		d/boot/vmlinuz-6.1.0-56-amd64.dpkg-tmp d/boot/config-6.1.0-9-amd64
	ln -s boot/vmlinuz-6.1.0-56-amd64 "$dir/d/vmlinuz"
	ln -s boot/initrd.img-6.1.0-56-amd64 "$dir/d/initrd.img"
	mkdir -p "$dir/d/etc"
	printf 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n' >"$dir/d/etc/os-release"
	cmdline 'quiet "a=b c" kboot.timeout=7 kboot.append=x y="z'
	set -- --fs "$dir/d,uuid=1-2,label=root,dev=/dev/vda1" --cmdline "$dir/cmdline"

	kboot list "$@" --tab
	is 'tab' "$code$out" "0default$tab/boot/vmlinuz-6.1.0-56-amd64
timeout${tab}7
entry$tab/boot/vmlinuz-6.1.0-56-amd64${tab}Debian GNU/Linux 12 (bookworm), Linux 6.1.0-56-amd64
kernel$tab$dir/d/boot/vmlinuz-6.1.0-56-amd64
initrd$tab$dir/d/boot/initrd.img-6.1.0-56-amd64
cmdline${tab}quiet \"a=b c\" y=\"z\" root=UUID=1-2 ro x
entry$tab/boot/vmlinuz-6.1.0-9-amd64${tab}Debian GNU/Linux 12 (bookworm), Linux 6.1.0-9-amd64
kernel$tab$dir/d/boot/vmlinuz-6.1.0-9-amd64
initrd$tab$dir/d/boot/initrd.img-6.1.0-9-amd64
cmdline${tab}quiet \"a=b c\" y=\"z\" root=UUID=1-2 ro x"
	is 'nothing on stderr' "$err" ''

	kboot list "$@" --json
	is 'json: default' "$(json default)" '"/boot/vmlinuz-6.1.0-56-amd64"'
	is 'json: timeout' "$(json timeout)" 7
	is 'json: an entry' "$(json entries 1)" \
		'{"cmdline":"quiet \"a=b c\" y=\"z\" root=UUID=1-2 ro x","fs":0,"hidden":false,"id":"/boot/vmlinuz-6.1.0-9-amd64","incomplete":false,"initrd":["/boot/initrd.img-6.1.0-9-amd64"],"kernel":"/boot/vmlinuz-6.1.0-9-amd64","kind":"linux","rescue":false,"source":"/boot/vmlinuz-6.1.0-9-amd64","title":"Debian GNU/Linux 12 (bookworm), Linux 6.1.0-9-amd64","version":"6.1.0-9-amd64"}'
	is 'json: two entries' "$(json entries 2)" absent
	is 'json: rejected' "$(json rejected)" \
		'[{"reason":"left over by dpkg","source":"/boot/vmlinuz-6.1.0-56-amd64.dpkg-tmp"}]'

	kboot list "$@" --explain
	is 'for people: the default is marked' \
		"$(printf '%s\n' "$out" | head -n 1)" \
		'*   0  Debian GNU/Linux 12 (bookworm), Linux 6.1.0-56-amd64  /boot/vmlinuz-6.1.0-56-amd64'
	ok 'for people: the initrd and its device' \
		grep -q 'initrd /boot/initrd.img-6.1.0-9-amd64 on /dev/vda1' "$dir/out"
	ok 'for people: the rejected' \
		grep -q 'rejected /boot/vmlinuz-6.1.0-56-amd64.dpkg-tmp: left' "$dir/out"

	mkdir -p "$dir/f/etc" "$dir/f/boot"
	printf 'UUID=1-3 / ext4\nUUID=1-2 /boot vfat\n' >"$dir/f/etc/fstab"
	kboot list --boot-device --fs "$dir/f,uuid=1-3"
	is 'list: what fstab has on /boot' "$code $out" '0 UUID=1-2'
	mkdir -p "$dir/sub/root/etc"
	cp "$dir/f/etc/fstab" "$dir/sub/root/etc"
	kboot list --boot-device --fs "$dir/sub,uuid=1-3"
	is "list: Fedora's root is a subvolume" "$code $out" '0 UUID=1-2'
	kboot list --boot-device --fs "$dir/d,uuid=1-2"
	is 'list: nothing' "$code $out" '0 '

	# The words of this machine are not those of a file system looked at
	kboot list --tab --fs "$dir/d,uuid=1-2"
	is 'list: --fs alone reads no command line' \
		"$(printf '%s\n' "$out" | grep -m 1 '^cmdline')" "cmdline${tab}root=UUID=1-2 ro"
	kboot list --tab --fs "$dir/d,uuid=1-2" --cmdline /proc/cmdline
	same=$out
	kboot list --tab --fs "$dir/d,uuid=1-2" --host-cmdline
	is 'list: --host-cmdline is that of the machine' "$out" "$same"

	cmdline 'kboot.default=nope root=x'
	kboot list "$@" --json
	is 'a default that is not there' "$err" \
		'kboot: kboot.default=nope: there is no such entry; the default is /boot/vmlinuz-6.1.0-56-amd64'
	is 'is the newest' "$(json default)" '"/boot/vmlinuz-6.1.0-56-amd64"'
	cmdline 'kboot.default=*-9-*'
	kboot list "$@" --json
	is 'a default by pattern' "$(json default)" '"/boot/vmlinuz-6.1.0-9-amd64"'
	cmdline ''
	printf 'default=1\n' >"$dir/d/boot/kboot.conf"
	kboot list "$@" --conf "$dir/d/boot/kboot.conf" --json
	is "a default by number, the guest's" "$(json default)" \
		'"/boot/vmlinuz-6.1.0-9-amd64"'
	ln -s /boot/kboot.conf "$dir/d/etc/kboot.conf"
	kboot list "$@" --conf "$dir/d/etc/kboot.conf" --json
	is "a link of the guest's is followed inside the guest" "$(json default)" \
		'"/boot/vmlinuz-6.1.0-9-amd64"'
}

test_given() {
	set -- --fs "$dir/d" --cmdline "$dir/cmdline" --json
	cmdline 'kernel=vmlinuz-6.1.0-9-amd64 ramdisk=none root=/dev/x'
	kboot list "$@"
	is 'kernel=: one entry' "$(json entries 0 kernel) $(json entries 1)" \
		'"/boot/vmlinuz-6.1.0-9-amd64" absent'
	is 'kernel=: its source' "$(json entries 0 source)" '"command line"'
	is 'ramdisk=none' "$(json entries 0 initrd)" '[]'
	cmdline 'kernel=/vmlinuz root=/dev/x'
	kboot list "$@"
	is 'kernel=: through a link' "$(json entries 0 initrd)" '["/initrd.img"]'
	cmdline 'kernel=/none'
	kboot list "$@"
	is 'kernel=: not there' "$code $err" \
		"1 kboot: kernel=/none: not there; looked on $dir/d"
	is 'and an answer in JSON all the same' \
		"$(json default)$(json entries)" 'null[]'
	cmdline 'kernel=/vmlinuz ramdisk=/none'
	kboot list "$@"
	is 'ramdisk=: not there' "$code $err" \
		"1 kboot: ramdisk=/none: not there; looked on $dir/d"
	cmdline 'kernel=self rw'
	kboot list "$@"
	is 'kernel=self' "$(json entries 0 id)$(json default)$(json entries 0 cmdline)" \
		'"self""self""rw"'
	file e/initrd
	cmdline 'kernel=/vmlinuz ramdisk=vdb:initrd,initrd'
	kboot list "$@" --fs "$dir/e,dev=vdb"
	is 'ramdisk= needs a path behind a device' "$code" 1
	cmdline 'kernel=/vmlinuz ramdisk=vdb:/initrd'
	kboot list "$@" --fs "$dir/e,dev=vdb"
	is 'a ramdisk on another device' \
		"$(json entries 0 initrd)$(json entries 0 initrd_fs)$(json entries 0 fs)" \
		'["/initrd"][1]0'
}

test_distributions() {
	cmdline 'root=x'
	file f/boot/vmlinuz-6.5.6-300.fc39.x86_64 \
		f/boot/initramfs-6.5.6-300.fc39.x86_64.img \
		f/boot/vmlinuz-0-rescue-0123 f/boot/initramfs-0-rescue-0123.img
	kboot list --cmdline "$dir/cmdline" --fs "$dir/f" --json
	is 'fedora' "$(json default)$(json entries 0 initrd)$(json entries 1 id)" \
		'"/boot/vmlinuz-6.5.6-300.fc39.x86_64"["/boot/initramfs-6.5.6-300.fc39.x86_64.img"]"/boot/vmlinuz-0-rescue-0123"'
	rm "$dir/f/boot/vmlinuz-6.5.6-300.fc39.x86_64"
	kboot list --cmdline "$dir/cmdline" --fs "$dir/f" --json
	is 'a rescue kernel alone is no default' \
		"$code$(json default)$(json entries 0 id)" \
		'0null"/boot/vmlinuz-0-rescue-0123"'
	kboot list --cmdline "$dir/cmdline" --fs "$dir/f" --tab
	is 'nor for the shell' "$(printf '%s\n' "$out" | cut -f 1 | tr '\n' ' ')" \
		'timeout entry kernel initrd cmdline '

	file a/boot/vmlinuz-linux a/boot/initramfs-linux.img \
		a/boot/initramfs-linux-fallback.img a/boot/amd-ucode.img
	kboot list --cmdline "$dir/cmdline" --fs "$dir/a" --json
	is 'arch' "$(json entries 0 kernel)$(json entries 0 initrd)$(json entries 1)$(json entries 0 version)" \
		'"/boot/vmlinuz-linux"["/boot/amd-ucode.img","/boot/initramfs-linux.img"]absentnull'

	file s/vmlinuz-5.14.21-default s/initrd-5.14.21-default
	ln -s vmlinuz-5.14.21-default "$dir/s/vmlinuz"
	kboot list --cmdline "$dir/cmdline" --fs "$dir/a" --fs "$dir/s" --json
	is 'suse, on a boot file system' \
		"$(json entries 0 kernel)$(json entries 0 fs)$(json entries 0 initrd)$(json entries 2)" \
		'"/vmlinuz-5.14.21-default"1["/initrd-5.14.21-default"]absent'
}

test_nothing() {
	mkdir -p "$dir/n"
	kboot list --cmdline "$dir/cmdline" --fs "$dir/n,dev=/dev/vda1" --tab
	is 'no kernel: one sentence' "$code $out$err" \
		'1 kboot: no kernel found in / and /boot of /dev/vda1 (0 rejected)'
	file n/boot/vmlinuz-6.1.hmac
	kboot list --cmdline "$dir/cmdline" --fs "$dir/n" --json
	is 'what was rejected is told' "$code$(json rejected 0 source)" \
		'1"/boot/vmlinuz-6.1.hmac"'
	kboot list --cmdline "$dir/cmdline" --fs "$dir/nowhere"
	is 'no such directory' "$code $err" \
		"1 kboot: $dir/nowhere: No such file or directory"
	kboot list --cmdline "$dir/cmdline" --fs "$dir/n,what=x"
	is 'a wrong --fs' "$code" 1
	file "t/boot/vmlinuz-6.1${tab}x"
	kboot list --cmdline "$dir/cmdline" --fs "$dir/t" --tab
	is 'no tab gets into a field' "$code$out" 1
}

test_load() {
	kboot load --fs "$dir/n" /boot/none
	is 'load: nothing there' "$code" 1
	kboot load --fs "$dir/d" /boot/none
	is 'load: no such entry' "$code $err" \
		'1 kboot: /boot/none: there is no such entry'
	kboot load --kernel "$dir/none"
	is 'load: no such file' "$code $err" \
		"1 kboot: $dir/none: No such file or directory"
	kboot load --kernel "$dir/none" --format pvh --verify-copy --module 'a b c'
	is 'load: the file comes before its words' "$code $err" \
		"1 kboot: $dir/none: No such file or directory"
	kboot load --fs "$dir/d" --dry-run /boot/vmlinuz-6.1.0-9-amd64
	is 'load: a file that is no kernel is refused' "$code" 1
	is 'load: in one sentence' "$(printf '%s\n' "$err" | wc -l)" 1
}

main() {
	test_usage
	test_args
	test_debian
	test_given
	test_distributions
	test_nothing
	test_load
	printf '1..%d\n' "$run"
	[ "$failed" = 0 ]
}

main "$@"
