#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# QEMU's usual PC:	examples/qemu-pc.sh DISK [ROOT]
# Leave with Ctrl-a x. ACCEL=kvm where the host has it; KBOOT=FILE is the image.
set -eu
exec qemu-system-x86_64 -machine q35 -accel "${ACCEL:-tcg}" -cpu max -m 1024 \
	-nographic -kernel "${KBOOT:-/usr/lib/kboot/kboot}" \
	-append "console=ttyS0 root=${2:-/dev/vda1} kboot.timeout=5" \
	-drive if=virtio,format=raw,file="$1" -device virtio-rng-pci
