#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
#
# PVH guests: the hand-over needs nothing of the toolstack, and the guest's own
# kernel, a stock one of Debian, finds what it finds when xl starts it itself.
use strict;
use warnings;
use Digest::SHA;
use FindBin;
use lib $FindBin::Bin;
use Lab;

my $words = 'console=hvc0 root=LABEL=guest-root';
my $kboot = $ENV{KBOOT_BZIMAGE} // ($ENV{KBOOT_BUILD} // 'build') . '/kboot-bzImage';

# The third disk is for the last of those that are compared with the first one
my %more = (more => [$kboot]);

boots '6.1 by xl, 1 vCPU', %more, kernel => 'direct';
boots '6.1, 1 vCPU', %more, append => $words, alike => '6.1 by xl, 1 vCPU',
	facts => { cmdline => "$words ro" };
boots '6.1, kexec_file_load', %more, append => "$words kboot.method=file",
	alike => '6.1 by xl, 1 vCPU', facts => { cmdline => "$words ro" };
boots '6.12 by xl, 2 vCPUs', kernel => 'direct', vcpus => 2, guest => 'newest';
boots '6.12, 2 vCPUs', append => $words, vcpus => 2, guest => 'newest',
	alike => '6.12 by xl, 2 vCPUs';
# QEMU's processor has AMD's erratum 400, and its idle routine loses wake-ups
boots '6.1 by xl, 4 vCPUs', kernel => 'direct', vcpus => 4, append => 'console=hvc0 idle=halt';
boots '6.1, 4 vCPUs', append => "$words idle=halt", vcpus => 4, alike => '6.1 by xl, 4 vCPUs';

# Where kboot had its shared info page there is RAM again, for kernels that have
# theirs elsewhere: a hole would read as ones
boots 'no hole in RAM', append => "$words kboot.append=memmap=4K\$0x1000",
	facts => { cmdline => qr/memmap=4K\$0x1000/ }, says => [qr/^ones 0$/m],
	script => <<'SH';
create
expect 'KBOOT-TEST end' $limit
guest 'echo ones $(dd if=/dev/mem bs=4096 skip=1 count=1 | tr -d "\\\\000" | wc -c)'
SH

# All that a guest does in its life, after the hand-over
my $sum = Digest::SHA->new(256)->addfile(Lab::data())->hexdigest;
boots 'a life', append => $words, writes => 1, limit => 400,
	says => [qr/^\Q$sum\E  \/dev\/xvdb/m, qr/ 0% packet loss/,
		qr/^pasted 65536$/m, qr/^xvdz 2048$/m],
	facts => { written => 'same', down => 1 },
	script => <<'SH';
create
expect 'KBOOT-TEST end' $limit
guest 'sha256sum /dev/xvdb'
guest 'ifconfig eth0 10.6.11.2 up && ping -c 3 10.6.11.1'
ping -c 3 10.6.11.2 >/dev/null || fail 'dom0 cannot reach the guest'
guest 'dd if=/dev/xvda of=/dev/xvdb bs=64k skip=32 count=32 conv=notrunc,fsync'
from=$(xenstore-read "/local/domain/0/backend/vbd/$(domid)/51712/params")
to=$(xenstore-read "/local/domain/0/backend/vbd/$(domid)/51728/params")
[ "$(head -c 2097152 "$to" | sha256sum)" != "$(head -c 4194304 "$from" | tail -c 2097152 | sha256sum)" ] ||
	fact written=same
type_in 'stty -echo; cat >/tmp/paste; stty echo; echo pasted $(wc -c </tmp/paste)\n'
sleep 1
type_in "$(yes 0123456789abcde | head -n 4096)\n\004"
expect 'pasted [0-9]+' 60
truncate -s 2M /run/extra.img
xl block-attach "$domain" format=raw,vdev=xvdz,access=rw,target=/run/extra.img
sleep 2
guest 'echo xvdz $(grep xvdz /proc/partitions | tr -s " " | cut -d " " -f 4)'
xl block-detach "$domain" xvdz
xl pause "$domain"
xl unpause "$domain"
xl save "$domain" /run/saved
gone 30
xl restore /run/saved
guest 'sha256sum /dev/xvda | cut -c 1-8; ping -c 1 10.6.11.1'
type_in 'poweroff -f\n'
gone 60
fact down=1
SH

boots 'vCPUs go and come', append => $words, vcpus => 2, says => [qr/^online 0$/m, qr/^online 0-1$/m],
	script => <<'SH';
create
expect 'KBOOT-TEST end' $limit
xl vcpu-set "$domain" 1
sleep 3
guest 'echo online $(cat /sys/devices/system/cpu/online)'
xl vcpu-set "$domain" 2
sleep 3
guest 'echo 1 >/sys/devices/system/cpu/cpu1/online; echo online $(cat /sys/devices/system/cpu/online)'
SH

boots 'reboot: kboot comes again', append => $words, facts => { again => 1 }, script => <<'SH';
create
expect 'KBOOT-TEST end' $limit
type_in 'reboot -f\n'
expect 'kboot: .*vmlinuz' $limit
expect 'KBOOT-TEST end' $limit
fact again=1
SH

# kboot's kernel loads itself, again and again, and then the guest's
boots 'after ten kexecs in a row', %more, limit => 600,
	append => 'console=hvc0 root=/dev/none kboot.wait=0 kboot.onfail=shell',
	alike => '6.1 by xl, 1 vCPU', facts => { rounds => 10 }, script => <<'SH';
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

finish;
