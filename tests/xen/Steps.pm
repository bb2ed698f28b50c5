# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a guest and its host do with each other after the hand-over, in run-domu's
# words: steps for Lab's tests.
#
#	steps NAME, …		[NAME => script, …] for %how
#	ten_kexecs		the script for %how: kboot's kernel starts itself ten times,
#				from the third disk, and then the guest's
#
# They go by the order of the list: the network steps want the first one's address.
package Steps;
use strict;
use warnings;
use Exporter 'import';

our @EXPORT = qw(steps ten_kexecs);

my %steps = (
	'disks are read and written' => <<'SH',
guest "[ \$(sha256sum </dev/xvdb | cut -c -64) = $sum ]"
guest 'dd if=/dev/xvda of=/dev/xvdb bs=64k skip=32 count=32 conv=notrunc,fsync'
from=$(xenstore-read "/local/domain/0/backend/vbd/$(domid)/51712/params")
to=$(xenstore-read "/local/domain/0/backend/vbd/$(domid)/51728/params")
[ "$(head -c 2097152 "$to" | sha256sum)" = "$(tail -c +2097153 "$from" | head -c 2097152 | sha256sum)" ] ||
	fail 'dom0 does not see what the guest wrote'
SH

	'network, both ways' => <<'SH',
guest 'ifconfig eth0 10.6.11.2 up && ping -c 3 10.6.11.1'
ping -c 3 10.6.11.2 >/dev/null || fail 'dom0 cannot reach the guest'
nc -l -p 7001 -e cat &
guest 'dd if=/dev/xvdb of=/tmp/out bs=64k count=16; nc 10.6.11.1 7001 </tmp/out >/tmp/back; cmp /tmp/out /tmp/back'
SH

	'64 KiB pasted at the console' => <<'SH',
text=$(yes 0123456789abcde | head -n 4096)
type_in 'stty -echo; cat >/tmp/paste; stty echo; echo pasted $(md5sum </tmp/paste)\n'
sleep 1
type_in "$text\n\004"
expect "pasted $(printf '%s\n' "$text" | md5sum | cut -c -32)"
expect 'guest# '
SH

	'timers and steal time' => <<'SH',
from=$(now)
guest 'sleep 3'
took=$(($(now) - from))
[ "$took" -ge 290 ] && [ "$took" -le 900 ] || fail "three seconds took ${took}0 ms"
guest "off=\$((\$(date +%s) - $(date +%s))); echo off \$off; [ \$off -ge -3 ] && [ \$off -le 8 ]"
# It counts from the domain's start on, firmware and loader included
guest 'steal() { head -n 1 /proc/stat | cut -d " " -f 10; }; a=$(steal); sleep 2; b=$(steal); echo steal $a $b; [ $b -ge $a ] && [ $((b - a)) -le 2000 ]'
guest "[ \$(steal) -le \$(($(($(now) - started)) * \$(grep -c ^processor /proc/cpuinfo))) ]"
SH

	'block-attach, block-detach' => <<'SH',
truncate -s 2M /run/extra.img
xl block-attach "$domain" format=raw,vdev=xvdz,access=rw,target=/run/extra.img
guest 'wait_for grep -q xvdz /proc/partitions'
guest 'dd if=/dev/xvda of=/dev/xvdz bs=64k count=32 conv=fsync'
from=$(xenstore-read "/local/domain/0/backend/vbd/$(domid)/51712/params")
[ "$(head -c 2097152 "$from" | sha256sum)" = "$(sha256sum </run/extra.img)" ] ||
	fail 'dom0 does not see what the guest wrote'
xl block-detach "$domain" xvdz
guest 'wait_for not grep -q xvdz /proc/partitions'
SH

	'network-attach, network-detach' => <<'SH',
xl network-attach "$domain" bridge=xenbr0 mac=00:16:3e:0b:00:02
ip addr add 10.6.12.1/24 dev xenbr0 2>/dev/null || :
guest 'wait_for [ -e /sys/class/net/eth1 ]; ifconfig eth1 10.6.12.2 up; ping -c 3 10.6.12.1'
xl network-detach "$domain" 1
guest 'wait_for not [ -e /sys/class/net/eth1 ]'
SH

	'vcpu-set 1, then 2' => <<'SH',
xl vcpu-set "$domain" 1
guest 'wait_for grep -qx 0 /sys/devices/system/cpu/online'
xl vcpu-set "$domain" 2
guest 'up() { echo 1 >/sys/devices/system/cpu/cpu1/online; }; wait_for up; grep -qx 0-1 /sys/devices/system/cpu/online'
SH

	# In HVM a processor is the device model's to add, and nobody's to take away
	'vcpu-set 2' => <<'SH',
xl vcpu-set "$domain" 2
guest 'up() { echo 1 >/sys/devices/system/cpu/cpu1/online; }; wait_for up; grep -qx 0-1 /sys/devices/system/cpu/online'
SH

	'mem-set down and up' => <<'SH',
has() {
	[ "$(xl list "$domain" | awk 'NR == 2 { print $3 }')" "$1" "$2" ]
}
xl mem-set "$domain" 200
until_ok 60 has -le 202
guest 'true'
xl mem-set "$domain" 256
until_ok 60 has -ge 255
guest 'dd if=/dev/zero of=/tmp/much bs=1M count=128 && rm /tmp/much'
SH

	'mem-set up to maxmem' => <<'SH',
xl mem-set "$domain" 500
guest 'more() { [ $(grep MemTotal /proc/meminfo | tr -dc 0-9) -gt 450000 ]; }; wait_for more'
guest 'dd if=/dev/zero of=/tmp/much bs=1M count=350 && rm /tmp/much'
SH

	'pause, unpause' => <<'SH',
xl pause "$domain"
state=$(xl list "$domain" | tail -n 1)
case $state in
*[r-][b-]p---*) ;;
*) fail "not paused: $state" ;;
esac
sleep 2
xl unpause "$domain"
guest 'true'
SH

	'save, restore' => <<'SH',
xl save "$domain" /run/saved
gone 30
xl restore /run/saved
rm /run/saved
guest "wait_for ping -c 1 10.6.11.1 && sha256sum /dev/xvda"
SH

	'migration to the same host' => <<'SH',
xl migrate -s '' "$domain" 'xl migrate-receive'
guest "wait_for ping -c 1 10.6.11.1 && sha256sum /dev/xvda"
SH

	'sysrq' => <<'SH',
xl sysrq "$domain" h
expect 'sysrq: HELP'
type_in '\n'
expect 'guest# '
SH

	'reboot from inside: kboot comes again' => <<'SH',
type_in 'reboot -f\n'
expect 'kboot: kernel /' "$limit"
expect 'KBOOT-TEST end' "$limit"
expect 'guest# '
SH

	'xl reboot: kboot comes again' => <<'SH',
xl reboot "$domain"
expect 'kboot: kernel /' "$limit"
expect 'KBOOT-TEST end' "$limit"
expect 'guest# '
SH

	'xl shutdown' => <<'SH',
xl shutdown "$domain"
gone 60
SH

	# In HVM Linux resets the machine (arch/x86/xen/enlighten_hvm.c: emergency_restart
	# is Xen's in PVH alone)
	'a crash resets the guest: kboot comes again' => <<'SH',
type_in 'echo c >/proc/sysrq-trigger\n'
expect 'sysrq triggered crash'
expect 'kboot: kernel /' "$limit"
expect 'KBOOT-TEST end' "$limit"
grep -q 'Domain .* has shut down, reason code 1' /var/log/xen/xl-"$domain"*.log || fail 'xl saw no reset'
SH

	'a crash is one for the toolstack' => <<'SH',
type_in 'echo c >/proc/sysrq-trigger\n'
gone 60
grep -q 'Domain .* has shut down, reason code 3' /var/log/xen/xl-"$domain"*.log || fail 'xl saw no crash'
SH
);

sub steps {
	return [map { $_ => $steps{$_} // die "no step $_\n" } @_];
}

sub ten_kexecs {
	return <<'SH';
create
expect 'exit leaves it' $limit
for n in 1 2 3 4 5 6 7 8 9 10; do
	type_in 'cat /dev/xvdc >/tmp/kernel\n'
	type_in "kboot load --kernel /tmp/kernel --cmdline 'console=hvc0 root=/dev/none kboot.wait=0 kboot.onfail=shell n=$n' && kboot go\n"
	expect 'exit leaves it' $limit
done
fact "rounds=$n"
type_in 'cat /proc/cmdline; mount -t ext4 -o ro /dev/xvda1 /mnt; cd /mnt/boot\n'
expect "kboot.onfail=shell n=10" 20
type_in 'kboot load --kernel vmlinuz-* --initrd initrd.img-* --cmdline console=hvc0; cd /; umount /mnt; kboot go\n'
expect 'KBOOT-TEST end' $limit
SH
}

1;
