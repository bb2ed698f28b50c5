# SPDX-License-Identifier: GPL-2.0-or-later
# mini kboot. `make help` lists what there is to make.

# Debian's linux-source of this version is kboot's kernel: 6.12 or 6.1
KERNEL ?= 6.12
# Kernel objects, the demo guest and test disks are kept here between clones
export KBOOT_CACHE ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/kboot
# tcg: software emulation, works everywhere; kvm: where the host has it
export ACCEL ?= tcg
FUZZ_SECONDS ?= 60
PREFIX ?= /usr
DESTDIR ?=
JOBS ?= $(shell nproc)
export JOBS

SUDO = $(if $(filter-out 0,$(shell id -u)),sudo)
B = build

# ---- the helper: one C program ----

CC = gcc
VERSION := $(shell git describe --always --dirty 2>/dev/null || echo unknown)
CPPFLAGS = -D_GNU_SOURCE -Ihelper -I$(B)
CFLAGS = -std=c11 -O2 -g -Wall -Wextra -Werror -Wshadow -Wvla \
	-Wstrict-prototypes -Wmissing-prototypes -Wno-unused-parameter
LDLIBS = -lblkid -lz -llzma -lzstd -llz4 -lbz2 -llzo2

# All rooms but main.c and the two ends of sys/
HELPER_LIB = \
	base/bytes base/device_name base/json base/reason base/scan base/text base/version \
	entries/addons entries/bare entries/bare_initrd entries/bare_name entries/bls \
	entries/bls_gather entries/blschoose entries/blsline entries/blsmake \
	entries/blsorder entries/draft entries/empty entries/entries entries/fstab entries/gather \
	entries/given \
	entries/grub1 entries/grub1_commands entries/grub1_device entries/grub2 \
	entries/grub2_blscfg entries/grub2_boot entries/grub2_commands \
	entries/grub2_default entries/grub2_device entries/grub2_disks entries/grub2_env \
	entries/grub2_files entries/grub2_lex entries/grub2_limits entries/grub2_menu \
	entries/grub2_options entries/grub2_parse entries/grub2_pattern \
	entries/grub2_regexp entries/grub2_run entries/grub2_search \
	entries/grub2_source entries/grub2_test entries/grub2_values entries/grub2_words \
	entries/grubenv entries/grubvars \
	entries/ids entries/kbootconf entries/loaderconf entries/os entries/place \
	entries/same entries/show entries/syslinux entries/syslinux_boot \
	entries/syslinux_default entries/syslinux_files entries/syslinux_list \
	entries/syslinux_parse \
	entries/tree entries/unified entries/unread entries/views \
	image/boot_params image/bzimage image/decompress image/dump image/early \
	image/efi image/elf image/elf_loaders image/emit image/facts image/file \
	image/image image/looks image/memmap image/memsource image/multiboot \
	image/multiboot_info image/multiboot_load image/note image/pe image/placing \
	image/policy image/pvh image/recognise image/sysfile image/uki \
	image/unpack_bzip2 image/unpack_gzip image/unpack_lz4 image/unpack_lzo \
	image/unpack_xz image/unpack_zstd image/unpackers image/words image/x86_64 \
	settings/cmdline settings/conf settings/settings \
	storage/content storage/devices storage/devices_find storage/devices_read \
	storage/probe storage/wait \
	sys/errors
HELPER = main sys/linux $(HELPER_LIB)
UNIT_TESTS = \
	bare bare_initrd bls bls_fedora bls_gather blsorder boot_params bytes bzimage \
	cmdline conf content decompress device_name devices draft dump early efi elf emit empty entries errors \
	facts failing file fstab gather given grub1 grub2 grub2_device grub2_env \
	grub2_files grub2_limits grub2_regexp grub2_run grubenv grubvars ids image json \
	kbootconf linux loaderconf looks memmap memsource multiboot note os pe place \
	placing policy probe pvh reason recognise same scan settings show sysfile \
	syslinux text tree uki uki_load unified unread version views wait words x86_64
FUZZERS = \
	bare bls bls_gather bzimage cmdline conf decompress elf facts grub1 grub2 \
	grubenv image kbootconf memfs memmap multiboot place superblock syslinux uki \
	version

.PHONY: all helper image run check unit check-vm check-xen check-xen-long run-xen lint \
	fuzz coverage bench size install clean help packages-helper packages-build packages-run \
	packages-check packages-lint
.DELETE_ON_ERROR:
.SECONDARY:

all: image

help:
	@echo 'make run        demo: a Debian guest comes up through the menu, on this terminal'
	@echo 'make run-xen    demo: the menu of a Xen guest, on this terminal'
	@echo 'make check      all tests; ends in "N passed, N failed"'
	@echo 'make            build/kboot-bzImage and build/kboot.elf'
	@echo 'make helper     the C program alone: build/kboot'
	@echo 'make unit       tests of the C program and the scripts; seconds'
	@echo 'make check-vm   tests in virtual machines; TESTS="..." for some of them'
	@echo 'make check-xen  tests in the domains of a real Xen, in one virtual machine'
	@echo 'make lint       shellcheck, clang-format, the rules of style'
	@echo 'make fuzz       all fuzzers, FUZZ_SECONDS=60 each'
	@echo 'make coverage   lines of helper/image and helper/sys that no test reaches'
	@echo 'make bench      instructions from power-on to the guest, beside the rivals'
	@echo 'make size       what the image weighs, part by part'
	@echo 'make install    DESTDIR= PREFIX=/usr'
	@echo 'make clean      removes build/; caches stay in KBOOT_CACHE'
	@echo 'Variables: KERNEL=6.12|6.1 ACCEL=tcg|kvm KBOOT_CONF=FILE (embedded settings)'

helper: packages-helper $(B)/kboot

$(B)/kboot: $(HELPER:%=$(B)/obj/%.o) $(B)/stub/blob.o
	$(CC) -static -o $@.debug $^ $(LDLIBS)
	strip -o $@ $@.debug

$(B)/obj/main.o: CPPFLAGS += -DKBOOT_VERSION='"$(VERSION)"'

$(B)/obj/%.o: helper/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# The code between the kernels: flat, position independent, embedded as bytes
STUB_CFLAGS = -std=c11 -Os -Wall -Wextra -Werror -ffreestanding -fpie \
	-mgeneral-regs-only -mno-red-zone -fno-stack-protector -fno-jump-tables \
	-fcf-protection=none -fno-asynchronous-unwind-tables

$(B)/stub/%.o: helper/stub/%.S helper/stub/stub.h
	@mkdir -p $(@D)
	$(CC) -c -Ihelper -o $@ $<

$(B)/stub/%.o: helper/stub/%.c helper/stub/stub.h helper/stub/sum.h
	@mkdir -p $(@D)
	$(CC) -c -Ihelper $(STUB_CFLAGS) -o $@ $<

$(B)/stub/stub.bin: $(B)/stub/stub.o $(B)/stub/main.o helper/stub/stub.lds
	ld -T helper/stub/stub.lds -o $(B)/stub/stub.elf $(B)/stub/stub.o $(B)/stub/main.o
	objcopy -O binary $(B)/stub/stub.elf $@

$(B)/stub/blob.o: helper/stub/blob.S $(B)/stub/stub.bin
	$(CC) -c -Wa,-I$(B)/stub -o $@ $<

# ---- tests of the helper, sanitised, in a directory of their own ----

SAN = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

$(B)/san/%.o: helper/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(SAN) -MMD -MP -c -o $@ $<

$(B)/san/tests/%.o: tests/unit/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Itests/unit $(CFLAGS) $(SAN) -MMD -MP -c -o $@ $<

# An archive, so that a command line is one that a person can read
$(B)/san/kboot.a: $(HELPER_LIB:%=$(B)/san/%.o) $(B)/san/sys/record.o $(B)/stub/blob.o
	@rm -f $@
	@ar rcs $@ $^

$(B)/unit/%: $(B)/san/tests/%.o $(B)/san/kboot.a
	@mkdir -p $(@D)
	$(CC) $(SAN) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LDLIBS)

# The real end of sys/, before its twin in the archive
$(B)/unit/linux: $(B)/san/sys/linux.o

# Calls that the test makes fail
FAILING = malloc calloc realloc mmap pread read write sendfile memfd_create ftruncate
$(B)/unit/failing $(B)/cov/unit/failing: LDFLAGS += $(FAILING:%=-Wl,--wrap=%)

unit: packages-helper packages-check $(B)/kboot $(UNIT_TESTS:%=$(B)/unit/%)
	tests/run $(UNIT_TESTS:%=$(B)/unit/%) $(wildcard tests/unit/*.t)

# ---- fuzzers ----

FUZZ = -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all

# Texts: libFuzzer sees what strcmp() and its kin compare, and the dictionaries have
# the words. To trace each comparison of a character as well takes half the time,
# and finds less in the same time.
$(B)/fuzz-obj/entries/%.o $(B)/fuzz-obj/base/%.o: FUZZ += -fno-sanitize-coverage=trace-cmp

$(B)/fuzz-obj/%.o: helper/%.c
	@mkdir -p $(@D)
	clang $(CPPFLAGS) -std=c11 -O1 -g $(FUZZ) -MMD -MP -c -o $@ $<

$(B)/fuzz-obj/kboot.a: $(HELPER_LIB:%=$(B)/fuzz-obj/%.o) $(B)/fuzz-obj/sys/record.o \
		$(B)/stub/blob.o
	@rm -f $@
	@ar rcs $@ $^

# A file system in memory for those that read files: not counted as code that is
# to be covered. The calls that it takes the place of:
MEMFS = memfs bare bls_gather grub1 grub2 kbootconf place syslinux
WRAPPED = open close read pread fstat fstatfs readlink readlinkat fdopendir readdir closedir syscall

$(B)/fuzz-obj/memfs.o: tests/fuzz/lib/memfs.c tests/fuzz/lib/memfs.h
	@mkdir -p $(@D)
	clang $(CPPFLAGS) -std=c11 -O2 -g -c -o $@ $<

$(MEMFS:%=$(B)/fuzz/%) $(MEMFS:%=$(B)/cov/fuzz/%): $(B)/fuzz-obj/memfs.o
$(MEMFS:%=$(B)/fuzz/%) $(MEMFS:%=$(B)/cov/fuzz/%): FUZZ_LINK = $(WRAPPED:%=-Wl,--wrap=%)

$(B)/fuzz/%: tests/fuzz/%.c $(B)/fuzz-obj/kboot.a tests/fuzz/menu.h tests/fuzz/lib/memfs.h
	@mkdir -p $(@D)
	clang $(CPPFLAGS) -std=c11 -O1 -g -fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=all $(FUZZ_LINK) -o $@ $(filter-out %.h,$^) $(LDLIBS)

fuzz: packages-helper packages-check $(FUZZERS:%=$(B)/fuzz/%)
	tests/fuzz/run $(FUZZ_SECONDS) $(FUZZERS)

# ---- which lines the tests reach ----

COV = --coverage -O0 -Wno-error
COVERAGE_ROOMS ?= image sys

$(B)/cov/obj/%.o: helper/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(COV) -MMD -MP -c -o $@ $<

$(B)/cov/kboot.a: $(HELPER_LIB:%=$(B)/cov/obj/%.o) $(B)/cov/obj/sys/record.o $(B)/stub/blob.o
	@rm -f $@
	@ar rcs $@ $^

$(B)/cov/unit/%: tests/unit/%.c $(B)/cov/kboot.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Itests/unit $(CFLAGS) -O0 -fprofile-arcs $(LDFLAGS) -o $@ \
		$(filter %.c %.o,$^) $(filter %.a,$^) $(LDLIBS)

$(B)/cov/unit/linux: $(B)/cov/obj/sys/linux.o

$(B)/cov/fuzz/%: tests/fuzz/%.c tests/fuzz/replay.c $(B)/cov/kboot.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -O0 -fprofile-arcs $(FUZZ_LINK) -o $@ $^ $(LDLIBS)

coverage: packages-helper packages-check $(UNIT_TESTS:%=$(B)/cov/unit/%) \
		$(FUZZERS:%=$(B)/cov/fuzz/%)
	tests/coverage $(B)/cov $(COVERAGE_ROOMS)

# ---- the image ----

image: packages-build $(B)/kboot-bzImage $(B)/kboot.elf

# Two of each: the bzImage has to be small, the ELF file fast
$(B)/tools-%.squashfs: mkinitramfs
	@mkdir -p $(B)
	./mkinitramfs --tools $@ $*

$(B)/initramfs-%.list: mkinitramfs init select-kernel etc/lvm.conf etc/mdadm.conf \
		$(B)/kboot $(B)/tools-%.squashfs $(KBOOT_CONF)
	KBOOT_CONF=$(abspath $(KBOOT_CONF)) KBOOT=$(abspath $(B)/kboot) \
		./mkinitramfs --list $(abspath $(B)/tools-$*.squashfs) >$@.new
	mv $@.new $@

KERNEL_CONFIG = $(wildcard kernel-config/*.config kernel-config/patches/*/*.patch) \
	kernel-config/build kernel-config/check

$(B)/kboot-bzImage: $(B)/initramfs-small.list $(B)/initramfs-fast.list $(KERNEL_CONFIG)
	kernel-config/build $(KERNEL) $< $@ $(B)/initramfs-fast.list $(B)/kboot.elf

$(B)/kboot.elf: $(B)/kboot-bzImage ;

size: image
	kernel-config/size $(B)

# ---- demo, tests, measurements ----

run: packages-run image
	tests/guest/run $(B)

run-xen: packages-check packages-run image
	tests/xen/run $(B)

# The longest first
XEN_TESTS = $(addprefix tests/xen/,pvh.t hvm.t) \
	$(filter-out %/pvh.t %/hvm.t,$(wildcard tests/xen/*.t))

check: packages-build packages-check packages-run image $(UNIT_TESTS:%=$(B)/unit/%)
	tests/run $(XEN_TESTS) $(UNIT_TESTS:%=$(B)/unit/%) $(wildcard tests/unit/*.t tests/vm/*.t)

TESTS ?= $(wildcard tests/vm/*.t)
check-vm: packages-check packages-run image
	tests/run $(TESTS)

check-xen: packages-check packages-run image
	tests/run $(XEN_TESTS)

check-xen-long: packages-check packages-run image
	tests/run $(wildcard tests/xen/long/*.t)

bench: packages-check packages-run image
	tests/bench/run
	tests/bench/list

lint: packages-lint helper
	tests/lint

# ---- what Debian has to give ----

PACKAGES_HELPER = gcc libc6-dev libblkid-dev binutils zlib1g-dev liblzma-dev libzstd-dev \
	liblz4-dev libbz2-dev liblzo2-dev
PACKAGES_BUILD = $(PACKAGES_HELPER) linux-source-$(KERNEL) patch \
	xz-utils zstd lz4 bzip2 flex bison bc libelf-dev libssl-dev perl \
	squashfs-tools busybox-static dialog lvm2 dmsetup mdadm kexec-tools \
	klibc-utils ncurses-base
PACKAGES_RUN = qemu-system-x86 mmdebstrap e2fsprogs fdisk
PACKAGES_CHECK = clang libclang-rt-14-dev libasan8 libubsan1 cpio tmux kmod perl \
	squashfs-tools \
	e2fsprogs fdisk xfsprogs btrfs-progs dosfstools mtools libxml2-utils mandoc \
	grub-pc-bin grub-common lzop
PACKAGES_LINT = shellcheck clang-format

# Installs what is missing; asks nothing, and does nothing when all is there
packages-helper: NEED = $(PACKAGES_HELPER)
packages-build: NEED = $(PACKAGES_BUILD)
packages-run: NEED = $(PACKAGES_RUN)
packages-check: NEED = $(PACKAGES_CHECK)
packages-lint: NEED = $(PACKAGES_LINT)
packages-helper packages-build packages-run packages-check packages-lint:
	@missing=$$(for p in $(NEED); do \
		dpkg-query -W -f '$${Status}' $$p 2>/dev/null | \
			grep -q 'install ok installed' || echo $$p; done); \
	[ -z "$$missing" ] || { echo "installing" $$missing; \
		$(SUDO) apt-get update -q && \
		$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
			--no-install-recommends $$missing; }

# ---- install, clean ----

install: image
	install -D -m 644 $(B)/kboot-bzImage $(DESTDIR)$(PREFIX)/lib/kboot/kboot
	install -D -m 644 $(B)/kboot.elf $(DESTDIR)$(PREFIX)/lib/kboot/kboot.elf
	install -D -m 755 $(B)/kboot $(DESTDIR)$(PREFIX)/sbin/kboot
	install -D -m 644 kboot.conf.example \
		$(DESTDIR)$(PREFIX)/share/doc/kboot/kboot.conf.example
	install -D -m 644 man/kboot.8 $(DESTDIR)$(PREFIX)/share/man/man8/kboot.8
	install -D -m 644 man/kboot.conf.5 \
		$(DESTDIR)$(PREFIX)/share/man/man5/kboot.conf.5

clean:
	rm -rf $(B)

-include $(shell find $(B) -name '*.d' 2>/dev/null)
