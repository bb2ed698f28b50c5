#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Cloud Hypervisor:	examples/cloud-hypervisor.sh DISK [ROOT]
# Wants KVM. KBOOT=FILE is the image. Not run yet.
set -eu
exec cloud-hypervisor --cpus boot=2 --memory size=1G \
	--kernel "${KBOOT:-/usr/lib/kboot/kboot.elf}" \
	--cmdline "console=ttyS0 root=${2:-/dev/vda1} kboot.timeout=5" \
	--disk path="$1" --serial tty --console off
