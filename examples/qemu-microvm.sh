#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# QEMU's microvm, which wants the ELF:	examples/qemu-microvm.sh DISK [ROOT]
# Leave with Ctrl-a x. ACCEL=kvm where the host has it; KBOOT=FILE is the image.
# Without KVM about half of the starts of Debian's kernel hang where it measures the
# TSC, with kboot or without: then add tsc_early_khz=2000000 to the words of -append.
set -eu
exec qemu-system-x86_64 -machine microvm -accel "${ACCEL:-tcg}" -cpu max -m 1024 \
	-nographic -kernel "${KBOOT:-/usr/lib/kboot/kboot.elf}" \
	-append "console=ttyS0 root=${2:-/dev/vda1} kboot.timeout=5" \
	-drive if=none,id=disk,format=raw,file="$1" \
	-device virtio-blk-device,drive=disk -device virtio-rng-device
