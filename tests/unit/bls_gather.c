/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guests of systemd-boot: what their installers write, and what bootctl list
 * (systemd 252) shows for the same files, in its order.
 */
#include "bls_scene.h"

#define MID "6a9857a393724b7a981ebb5b8495b9ea"

/* What 90-loaderentry.install of systemd 252 writes. */
static void kernel_install(const char *version, const char *counters)
{
	char path[256], text[1024];

	(void)snprintf(path, sizeof(path), "a/loader/entries/" MID "-%s%s.conf",
		       version, counters);
	(void)snprintf(text, sizeof(text),
		       "title      Debian GNU/Linux 12 (bookworm)\n"
		       "version    %s\n"
		       "machine-id " MID "\n"
		       "sort-key   debian\n"
		       "options    root=UUID=6d3376e4 ro quiet "
		       "systemd.machine_id=" MID "\n"
		       "linux      /" MID "/%s/linux\n"
		       "initrd     /" MID "/%s/initrd.img-%s\n",
		       version, version, version, version);
	dir_file(path, text);
	(void)snprintf(path, sizeof(path), "a/" MID "/%s/linux", version);
	dir_file(path, "x");
	(void)snprintf(path, sizeof(path), "a/" MID "/%s/initrd.img-%s",
		       version, version);
	dir_file(path, "x");
}

static void test_debian(void)
{
	kernel_install("6.1.0-9-amd64", "");
	kernel_install("6.1.0-13-amd64", "");
	dir_file("a/loader/loader.conf",
		 "#timeout 3\n#console-mode keep\ndefault " MID "-*\n");
	dir_file("a/loader/entries.srel", "type1\n");
	gather("a");
	menu_is(&s,
		"Debian GNU/Linux 12 (bookworm) (6.1.0-13-amd64)|"
		"/" MID "/6.1.0-13-amd64/linux|"
		"/" MID "/6.1.0-13-amd64/initrd.img-6.1.0-13-amd64|"
		"root=UUID=6d3376e4 ro quiet systemd.machine_id=" MID "\n"
		"Debian GNU/Linux 12 (bookworm) (6.1.0-9-amd64)|"
		"/" MID "/6.1.0-9-amd64/linux|"
		"/" MID "/6.1.0-9-amd64/initrd.img-6.1.0-9-amd64|"
		"root=UUID=6d3376e4 ro quiet systemd.machine_id=" MID,
		"debian: kernel-install's entries, titles parted by version");
	is(menu_default(&s), MID "-6.1.0-13-amd64",
	   "the pattern means the newest");
	is(s.entries.list[0].id, MID "-6.1.0-13-amd64", "id");
	is(s.entries.list[0].version, "6.1.0-13-amd64", "version");
	is(s.entries.list[0].source,
	   "/loader/entries/" MID "-6.1.0-13-amd64.conf:1", "source");
	ok(s.entries.config.timeout == ENTRIES_NO_TIMEOUT, "no timeout");
	ok(s.entries.rejected_count == 0, "nothing rejected");
	menu_end(&s);
}

static void test_counting(void)
{
	kernel_install("6.1.0-9-amd64", "+3");
	kernel_install("6.1.0-13-amd64", "+0-3");
	kernel_install("6.12.9+deb12-amd64", "+1-2");
	kernel_install("6.1.0-37-amd64", "");
	gather("a");
	ids(MID "-6.12.9+deb12-amd64 " MID "-6.1.0-37-amd64 " MID
		"-6.1.0-9-amd64 " MID "-6.1.0-13-amd64",
	    "boot counting: what has failed is last");
	ok(s.entries.list[3].worn_out && !s.entries.list[0].worn_out,
	   "and said to be so");
	is(menu_default(&s), MID "-6.12.9+deb12-amd64", "the first is started");
	menu_end(&s);

	kernel_install("6.1.0-13-amd64", "+0-3");
	dir_file("a/loader/loader.conf", "preferred *-amd64.conf\n");
	gather("a");
	is(menu_default(&s), MID "-6.1.0-13-amd64",
	   "nothing preferred is left: systemd-boot starts the first");
	ok(menu_skipped(&s, "/loader/loader.conf",
			"preferred *-amd64.conf: no entry that has tries left"),
	   "and it is told");
	menu_end(&s);

	kernel_install("6.1.0-9-amd64", "");
	kernel_install("6.1.0-13-amd64", "+0-3");
	dir_file("a/loader/loader.conf", "preferred *-13-amd64.conf\n"
					 "default *-9-amd64.conf\n");
	gather("a");
	is(menu_default(&s), MID "-6.1.0-9-amd64",
	   "preferred is for what has tries left, default for the rest");
	menu_end(&s);
}

static void test_arch(void)
{
	static const char *const paths[] = {
		"a/vmlinuz-linux",
		"a/vmlinuz-linux-lts",
		"a/intel-ucode.img",
		"a/initramfs-linux.img",
		"a/initramfs-linux-fallback.img",
		"a/initramfs-linux-lts.img",
		NULL,
	};

	dir_files(paths);
	dir_file("a/loader/entries/arch.conf", "title   Arch Linux\n"
					       "linux   /vmlinuz-linux\n"
					       "initrd  /intel-ucode.img\n"
					       "initrd  /initramfs-linux.img\n"
					       "options root=PARTUUID=x rw\n");
	dir_file("a/loader/entries/arch-fallback.conf",
		 "title   Arch Linux (fallback initramfs)\n"
		 "linux   /vmlinuz-linux\n"
		 "initrd  /intel-ucode.img\n"
		 "initrd  /initramfs-linux-fallback.img\n"
		 "options root=PARTUUID=x rw\n");
	dir_file("a/loader/entries/arch-lts.conf",
		 "title   Arch Linux LTS\n"
		 "efi     /vmlinuz-linux-lts\n"
		 "options initrd=\\initramfs-linux-lts.img root=PARTUUID=x\n");
	gather("a");
	menu_is(&s,
		"Arch Linux|/vmlinuz-linux|"
		"/intel-ucode.img+/initramfs-linux.img|root=PARTUUID=x rw\n"
		"Arch Linux (fallback initramfs)|/vmlinuz-linux|"
		"/intel-ucode.img+/initramfs-linux-fallback.img|"
		"root=PARTUUID=x rw",
		"arch: microcode first");
	is(menu_default(&s), "arch", "without loader.conf, the first");
	ok(s.entries.list[1].rescue, "the fallback is for rescue");
	ok(menu_rejected(&s, "/loader/entries/arch-lts.conf:2",
			 "is an EFI program, no Linux kernel"),
	   "efi means a program that has to be a kernel");
	menu_end(&s);
}

/* The EFI stub of a kernel that "efi" names, and its initrd=. */
static void test_efi_stub(void)
{
	static char kernel[0x400];

	memcpy(kernel, "MZ", 2);
	memcpy(kernel + 0x202, "HdrS", 4);
	dir_bytes("a/EFI/arch/vmlinuz.efi", kernel, sizeof(kernel));
	dir_file("a/initramfs-linux-lts.img", "x");
	dir_file("a/loader/entries/arch-lts.conf",
		 "title   Arch Linux LTS\n"
		 "efi     \\EFI\\arch\\vmlinuz.efi\n"
		 "options initrd=\\initramfs-linux-lts.img root=PARTUUID=x\n");
	gather("a");
	menu_is(&s,
		"Arch Linux LTS|/EFI/arch/vmlinuz.efi|"
		"/initramfs-linux-lts.img|"
		"initrd=\\initramfs-linux-lts.img root=PARTUUID=x",
		"a kernel by its EFI stub, with its initrd=");
	menu_end(&s);
}

static void test_nixos(void)
{
	static const char *const paths[] = {
		"a/EFI/nixos/1-linux-6.1.63-bzImage.efi",
		"a/EFI/nixos/1-initrd-linux-6.1.63-initrd.efi",
		"a/EFI/nixos/2-linux-6.1.64-bzImage.efi",
		"a/EFI/nixos/2-initrd-linux-6.1.64-initrd.efi",
		NULL,
	};

	dir_files(paths);
	dir_file("a/loader/entries/nixos-generation-9.conf",
		 "title NixOS\n"
		 "version Generation 9 NixOS 23.11, Linux Kernel 6.1.63, "
		 "Built on 2023-11-29\n"
		 "linux /EFI/nixos/1-linux-6.1.63-bzImage.efi\n"
		 "initrd /EFI/nixos/1-initrd-linux-6.1.63-initrd.efi\n"
		 "options init=/nix/store/1-nixos-system/init loglevel=4\n"
		 "machine-id 1\nsort-key nixos\n");
	dir_file("a/loader/entries/nixos-generation-10.conf",
		 "title NixOS\n"
		 "version Generation 10 NixOS 23.11, Linux Kernel 6.1.64, "
		 "Built on 2023-12-06\n"
		 "linux /EFI/nixos/2-linux-6.1.64-bzImage.efi\n"
		 "initrd /EFI/nixos/2-initrd-linux-6.1.64-initrd.efi\n"
		 "options init=/nix/store/2-nixos-system/init loglevel=4\n"
		 "machine-id 1\nsort-key nixos\n");
	dir_file("a/loader/loader.conf",
		 "timeout 5\ndefault nixos-generation-9.conf\n"
		 "console-mode keep\n");
	gather("a");
	menu_is(&s,
		"NixOS (Generation 10 NixOS 23.11, Linux Kernel 6.1.64, "
		"Built on 2023-12-06)|"
		"/EFI/nixos/2-linux-6.1.64-bzImage.efi|"
		"/EFI/nixos/2-initrd-linux-6.1.64-initrd.efi|"
		"init=/nix/store/2-nixos-system/init loglevel=4\n"
		"NixOS (Generation 9 NixOS 23.11, Linux Kernel 6.1.63, "
		"Built on 2023-11-29)|"
		"/EFI/nixos/1-linux-6.1.63-bzImage.efi|"
		"/EFI/nixos/1-initrd-linux-6.1.63-initrd.efi|"
		"init=/nix/store/1-nixos-system/init loglevel=4",
		"nixos: generations, the newest first");
	is(menu_default(&s), "nixos-generation-9", "the one switched back to");
	ok(s.entries.config.timeout == 5, "five seconds");
	menu_end(&s);
}

static void test_pop(void)
{
	static const char *const paths[] = {
		"a/EFI/Pop_OS-1234/vmlinuz.efi",
		"a/EFI/Pop_OS-1234/initrd.img",
		"a/EFI/Pop_OS-1234/vmlinuz-previous.efi",
		"a/EFI/Pop_OS-1234/initrd.img-previous",
		"a/EFI/Recovery-5678/vmlinuz.efi",
		"a/EFI/Recovery-5678/initrd.gz",
		NULL,
	};

	dir_files(paths);
	dir_file("a/loader/entries/Pop_OS-current.conf",
		 "title Pop!_OS\n"
		 "linux /EFI/Pop_OS-1234/vmlinuz.efi\n"
		 "initrd /EFI/Pop_OS-1234/initrd.img\n"
		 "options root=UUID=1234 ro quiet splash\n");
	dir_file("a/loader/entries/Pop_OS-oldkern.conf",
		 "title Pop!_OS\n"
		 "linux /EFI/Pop_OS-1234/vmlinuz-previous.efi\n"
		 "initrd /EFI/Pop_OS-1234/initrd.img-previous\n"
		 "options root=UUID=1234 ro quiet splash\n");
	dir_file("a/loader/entries/Recovery-5678.conf",
		 "title Pop!_OS Recovery\n"
		 "linux /EFI/Recovery-5678/vmlinuz.efi\n"
		 "initrd /EFI/Recovery-5678/initrd.gz\n"
		 "options boot=casper hostname=recovery\n");
	dir_file("a/loader/loader.conf", "default Pop_OS-current\n");
	gather("a");
	ids("Recovery-5678 Pop_OS-oldkern Pop_OS-current",
	    "pop!_os: file names in decreasing order");
	is(menu_default(&s), "Pop_OS-current", "a default without .conf");
	is(s.entries.list[2].title, "Pop!_OS (Pop_OS-current.conf)",
	   "equal titles are told apart by the files' names");
	is(s.entries.list[0].title, "Pop!_OS Recovery", "others are left");
	ok(s.entries.list[0].rescue, "recovery");
	menu_end(&s);

	dir_files(paths);
	dir_file("a/loader/entries/Recovery-5678.conf",
		 "title Pop!_OS Recovery\n"
		 "linux /EFI/Recovery-5678/vmlinuz.efi\n");
	gather("a");
	is(menu_default(&s), NULL, "which is no default by itself");
	menu_end(&s);
}

static void test_clear(void)
{
	static const char *const paths[] = {
		"a/EFI/org.clearlinux/kernel-org.clearlinux.native.6.1.1-1",
		"a/EFI/org.clearlinux/kernel-org.clearlinux.lts2020.5.10.1-9",
		"a/EFI/org.clearlinux/freestanding-00-intel-ucode.cpio",
		"a/EFI/org.clearlinux/freestanding-i915.cpio.xz",
		NULL,
	};

	dir_files(paths);
	dir_file("a/loader/entries/Clear-linux-native-6.1.1-1.conf",
		 "title Clear Linux OS\n"
		 "linux /EFI/org.clearlinux/"
		 "kernel-org.clearlinux.native.6.1.1-1\n"
		 "initrd /EFI/org.clearlinux/"
		 "freestanding-00-intel-ucode.cpio\n"
		 "initrd /EFI/org.clearlinux/freestanding-i915.cpio.xz\n"
		 "options root=PARTUUID=1 quiet\n");
	dir_file("a/loader/entries/Clear-linux-lts2020-5.10.1-9.conf",
		 "title Clear Linux OS\n"
		 "linux /EFI/org.clearlinux/"
		 "kernel-org.clearlinux.lts2020.5.10.1-9\n"
		 "options root=PARTUUID=1 quiet\n");
	dir_file("a/loader/loader.conf",
		 "default Clear-linux-lts2020-5.10.1-9\ntimeout 3\n");
	gather("a");
	ids("Clear-linux-native-6.1.1-1 Clear-linux-lts2020-5.10.1-9",
	    "clear linux");
	is(menu_default(&s), "Clear-linux-lts2020-5.10.1-9", "its default");
	ok(!s.entries.list[1].incomplete, "a kernel without an initrd");
	menu_end(&s);
}

/* The ESP with loader.conf, and XBOOTLDR with the entries. */
static void test_xbootldr(void)
{
	dir_file("a/loader/entries/x-1.conf", "title X\nlinux /k1\n");
	dir_file("a/loader/entries/x-2.conf", "title X\nlinux k2\n");
	dir_file("a/k1", "x");
	dir_file("a/k2", "x");
	dir_file("b/loader/loader.conf", "timeout menu-force\ndefault x-1*\n");
	gather("a b");
	ids("x-2 x-1", "xbootldr");
	is(menu_default(&s), "x-1", "the ESP's loader.conf");
	ok(s.entries.config.timeout == ENTRIES_WAIT, "and its timeout");
	is(s.entries.list[0].kernel, "/k2",
	   "a path without a slash before it is the same");
	menu_end(&s);
}

/* "present a merged list": the ESP's entries and XBOOTLDR's. */
static void test_merged(void)
{
	dir_file("a/loader/entries/x-1.conf", "title A\nlinux /k\n");
	dir_file("a/loader/entries/x-3.conf", "title A\nlinux /k\n");
	dir_file("a/k", "x");
	dir_file("b/loader/entries/x-2.conf", "title B\nlinux /k\n");
	dir_file("b/k", "x");
	dir_file("c/loader/entries/x-4.conf",
		 "title C\nlinux /k\ngrub_arg --unrestricted\n");
	dir_file("c/k", "x");
	gather("a,dev=/dev/vda2 b,dev=/dev/vda1 c,dev=/dev/vda3");
	ids("x-3 x-2 x-1", "merged in one order; not with entries for GRUB");
	ok(s.entries.list[1].tree == 1 && s.entries.list[0].tree == 0,
	   "each with the kernel beside it");
	is(s.entries.list[0].title, "A (x-3.conf)",
	   "titles are parted over all");
	menu_end(&s);

	dir_file("a/loader/entries/x-1.conf", "title A\nlinux /k\n");
	dir_file("a/k", "x");
	dir_file("b/loader/entries/x-2.conf", "title B\nlinux /k\n");
	dir_file("b/k", "x");
	dir_file("c/loader/entries/x-3.conf", "title C\nlinux /k\n");
	dir_file("c/k", "x");
	gather("a,dev=nvme0n1p2 b,dev=nvme0n2p1 c,dev=nvme0n1p1");
	ids("x-3 x-1", "another disk has a list of its own");
	menu_end(&s);
}

/* A root with its boot file systems as plain directories. */
static void test_plain_directories(void)
{
	dir_file("a/efi/loader/entries/x-1.conf",
		 "linux /m/1/linux\ninitrd /m/1/initrd\n");
	dir_file("a/efi/m/1/linux", "x");
	dir_file("a/efi/m/1/initrd", "x");
	dir_file("a/boot/loader/entries/x-2.conf",
		 "linux /m/2/linux\ninitrd /boot/m/2/initrd\n");
	dir_file("a/boot/m/2/linux", "x");
	dir_file("a/boot/m/2/initrd", "x");
	dir_link("a/boot/boot", ".");
	gather("a");
	menu_is(&s,
		"x-2.conf|/boot/m/2/linux|/boot/m/2/initrd|\n"
		"x-1.conf|/efi/m/1/linux|/efi/m/1/initrd|",
		"paths below /boot and /efi; no title: the file's name, as "
		"systemd-boot and bootctl show it");
	menu_end(&s);

	dir_file("a/loader/entries/x-1.conf", "linux /linux\n");
	dir_file("a/linux", "x");
	dir_link("a/boot", ".");
	gather("a");
	ids("x-1", "a boot file system whose boot is a link to itself");
	menu_end(&s);
}

static void test_rejected(void)
{
	dir_file("a/k", "x");
	dir_file("a/i", "x");
	dir_file("a/loader/entries/arm.conf",
		 "title ARM\nlinux /k\narchitecture aa64\n");
	dir_file("a/loader/entries/x64.conf",
		 "title PC\nlinux /k\narchitecture X64\n");
	dir_file("a/loader/entries/none.conf", "title None\n");
	dir_file("a/loader/entries/gone.conf", "title Gone\n\nlinux /gone\n");
	dir_file("a/loader/entries/half.conf",
		 "title Half\nlinux /k\ninitrd /i\ninitrd /j\n");
	dir_file("a/loader/entries/net.conf",
		 "title Net\nuki-url http://example.com/k.efi\n");
	dir_file("a/loader/entries/esc.conf",
		 "title \x1b[2JGone\xff\nlinux /k\noptions a=\x1b[2J\n");
	dir_file("a/loader/entries/esc2.conf",
		 "title \x1b[2JGone\xff\nlinux /k\n");
	dir_file("a/loader/entries/cred.conf",
		 "title Cred\nlinux /k\nextra /a.cred\n");
	dir_file("a/loader/loader.conf", "default half\n");
	gather("a");
	ids("x64 half esc2 cred", "what is left");
	ok(menu_rejected(&s, "/loader/entries/arm.conf:1",
			 "is for the architecture aa64, this machine is x64"),
	   "another processor");
	ok(menu_rejected(&s, "/loader/entries/none.conf", "has no linux"),
	   "no kernel named");
	ok(menu_rejected(&s, "/loader/entries/gone.conf:3",
			 "kernel missing: /gone"),
	   "the kernel is not there: the line that names it");
	ok(menu_rejected(&s, "/loader/entries/half.conf:4",
			 "initrd missing: /j"),
	   "an initrd is not there");
	ok(s.entries.list[1].incomplete, "the entry is listed, incomplete");
	is(menu_default(&s), "half", "and the default that was asked for");
	ok(menu_rejected(&s, "/loader/entries/net.conf", "on the network"),
	   "uki-url");
	ok(menu_rejected(&s, "/loader/entries/esc.conf:1",
			 "control characters in the command line"),
	   "escapes in options");
	is(s.entries.list[2].title, "?[2JGone?", "escapes in a title");
	ok(menu_rejected(&s, "/loader/entries/cred.conf:1", "extra /a.cred"),
	   "extra files are told of");
	menu_end(&s);

	(void)dir_at("a/loader/entries/");
	dir_file("a/loader/loader.conf", "default x\n");
	gather("a");
	ok(s.entries.count == 0 && s.entries.rejected_count == 0,
	   "no entries: nothing to say");
	menu_end(&s);
}

/* "If it exists but contains a different string it shall assume other
 * semantics are implemented." */
static void marker(const char *text, const char *want)
{
	dir_file("a/k", "x");
	dir_file("a/loader/entries/a.conf", "linux /k\n");
	dir_file("a/loader/entries.srel", text);
	dir_file("a/boot/loader/entries/b.conf", "linux /k\n");
	gather("a");
	ids(want, "entries.srel");
}

static void test_marker(void)
{
	static char big[8192];

	marker("type1\n", "b a");
	menu_end(&s);
	marker("type1", "b a");
	menu_end(&s);
	marker("type1\r\n", "b a");
	menu_end(&s);
	/* What a crash leaves of a file says nothing. */
	marker("", "b a");
	menu_end(&s);
	marker("type17\n", "b");
	ok(menu_rejected(&s, "/loader/entries.srel",
			 "/loader/entries.srel says type17, not type1"),
	   "is told");
	menu_end(&s);
	marker("other\x1b[2J\ntype1\n", "b");
	ok(menu_rejected(&s, "/loader/entries.srel", "says other?[2J, not"),
	   "without terminal commands");
	menu_end(&s);
	memset(big, 'x', sizeof(big) - 1);
	marker(big, "b");
	menu_end(&s);
}

/* bootctl's marker beside the entries, loader.conf on the ESP. */
static void test_marker_and_dollar(void)
{
	dir_file("a/m/k1", "x");
	dir_file("a/m/k2", "x");
	dir_file("a/loader/entries.srel", "type1\n");
	dir_file("a/loader/entries/m-1.conf",
		 "title L\nversion 1\nlinux /m/k1\noptions a=$b\n");
	dir_file("a/loader/entries/m-2.conf",
		 "title L\nversion 2\nlinux /m/k2\noptions a=$b\n");
	dir_file("b/loader/loader.conf", "timeout 7\ndefault m-1*\n");
	gather("a b");
	is(menu_default(&s), "m-1", "a dollar makes them no entries of GRUB's");
	ok(s.entries.config.timeout == 7, "where bootctl has left its marker");
	menu_end(&s);
}

int main(void)
{
	dir_start();
	test_debian();
	test_marker_and_dollar();
	test_counting();
	test_arch();
	test_efi_stub();
	test_nixos();
	test_pop();
	test_clear();
	test_xbootldr();
	test_merged();
	test_plain_directories();
	test_rejected();
	test_marker();
	dir_end();
	return tap_done();
}
