/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paths of configurations as the guest's loader means them. */
#include "entries/place.h"

#include <stdlib.h>

#include "dir.h"
#include "tap.h"

/* A guest of up to three trees below the test's directory. */
struct world {
	struct tree trees[3];
	struct guest guest;
};

static void add_tree(struct world *w, const char *name, const char *rest)
{
	struct reason why;
	char spec[512];

	(void)mkdir(dir_at(name), 0755);
	(void)snprintf(spec, sizeof(spec), "%s/%s%s", dir_path, name, rest);
	if (tree_open(&w->trees[w->guest.tree_count++], spec, &why))
		errx(1, "%s", why.text);
	w->guest.trees = w->trees;
}

static void close_world(struct world *w)
{
	for (size_t i = 0; i < w->guest.tree_count; i++)
		tree_close(&w->trees[i]);
}

/* @want is "0:/path", or the sentence of the refusal. */
static void finds(const struct world *w, size_t on, const char *path,
		  const char *want, const char *name)
{
	struct reason why;
	char got[REASON_MAX + 32];
	char *found = NULL;
	size_t tree = 99;
	int err =
		place_find(&tree, &found, &w->guest, on, "kernel", path, &why);

	(void)snprintf(got, sizeof(got), "%zu:%s", tree, found ? found : "");
	is(err ? why.text : got, want, name);
	free(found);
}

static void test_clean(void)
{
	struct world w = { 0 };

	add_tree(&w, "clean", "");
	dir_file("clean/boot/k", "k");
	dir_file("clean/usr/lib/k2", "k");
	dir_link("clean/lib", "usr/lib");
	dir_file("clean/usr/k3", "k");
	dir_file("clean/k3", "k");
	dir_link("clean/vmlinuz", "/boot/k");
	finds(&w, 0, "/boot/k", "0:/boot/k", "as it stands");
	finds(&w, 0, "//boot///k", "0:/boot/k", "duplicate slashes");
	finds(&w, 0, "boot/k", "0:/boot/k", "no slash in front");
	finds(&w, 0, "/boot/./k", "0:/boot/k", "a dot");
	finds(&w, 0, "/usr/../boot/k", "0:/boot/k", "dots");
	finds(&w, 0, "/none/../boot/k", "0:/boot/k",
	      "dots behind what is not there");
	finds(&w, 0, "/../../boot/k", "0:/boot/k", "dots above the root");
	finds(&w, 0, "/lib/../k3", "0:/usr/k3",
	      "dots behind a symlinked directory");
	finds(&w, 0, "/vmlinuz", "0:/vmlinuz",
	      "an absolute symlink, called as the configuration calls it");
	finds(&w, 0, "/lib/k2", "0:/lib/k2", "through a symlinked directory");
	finds(&w, 0, "/boot/nope", "kernel missing: /boot/nope", "missing");
	finds(&w, 0, "", "/: is a directory", "nothing");
	finds(&w, 0, "/boot/k/x", "kernel missing: /boot/k/x", "below a file");
	finds(&w, 0, "/usr", "/usr: is a directory", "a directory");
	finds(&w, 0, "/a\x1b[2J", "kernel: control characters in /a?[2J",
	      "escape sequences");
	close_world(&w);
}

static void test_odd_files(void)
{
	struct world w = { 0 };
	char deep[5000];

	add_tree(&w, "odd", "");
	dir_link("odd/loop", "loop");
	dir_link("odd/a", "b/x");
	dir_link("odd/b", "a/x");
	if (mkfifo(dir_at("odd/fifo"), 0644))
		err(1, "fifo");
	finds(&w, 0, "/loop", "/loop: Too many levels of symbolic links",
	      "a symlink loop");
	finds(&w, 0, "/a/k", "/a/k: Too many levels of symbolic links",
	      "symlinks that grow");
	finds(&w, 0, "/a/../k",
	      "kernel: /a/../k: "
	      "Too many levels of symbolic links",
	      "symlinks that grow, and dots");
	finds(&w, 0, "/fifo", "/fifo: is no regular file", "a FIFO");
	memset(deep, '/', sizeof(deep));
	deep[sizeof(deep) - 1] = '\0';
	finds(&w, 0, deep, "kernel: a path of 4999 bytes", "too long");
	close_world(&w);
}

static void test_boot(void)
{
	struct world w = { 0 };

	add_tree(&w, "root", "");
	add_tree(&w, "bootfs", "");
	dir_file("root/etc/fstab", "k");
	(void)mkdir(dir_at("root/boot"), 0755);
	dir_file("bootfs/vmlinuz-1", "k");
	dir_link("bootfs/vmlinuz", "vmlinuz-1");
	dir_link("root/vmlinuz", "boot/vmlinuz-1");
	dir_link("root/linux", "/boot/vmlinuz");
	dir_link("root/gone", "boot/vmlinuz-0");
	finds(&w, 1, "/vmlinuz-1", "1:/vmlinuz-1", "on the boot file system");
	finds(&w, 1, "/boot/vmlinuz-1", "1:/vmlinuz-1",
	      "as seen from the root");
	finds(&w, 0, "/boot/vmlinuz-1", "1:/vmlinuz-1",
	      "named on the root: its /boot is the other file system");
	finds(&w, 0, "/vmlinuz-1", "1:/vmlinuz-1",
	      "a root's configuration that speaks of the boot file system");
	finds(&w, 0, "/vmlinuz", "1:/vmlinuz-1",
	      "a symlink into the other file system");
	finds(&w, 0, "/linux", "1:/vmlinuz", "an absolute one");
	finds(&w, 0, "/gone", "kernel missing: /gone", "a dangling one");
	dir_file("root/boot/vmlinuz-1", "stale");
	finds(&w, 1, "/vmlinuz-1", "1:/vmlinuz-1", "its own tree first");
	finds(&w, 0, "/boot/vmlinuz-1", "0:/boot/vmlinuz-1",
	      "its own tree first, the other way");
	close_world(&w);
}

/* /boot was a mount point, and is a directory of the copy. */
static void test_merged(void)
{
	struct world w = { 0 };

	add_tree(&w, "merged", "");
	dir_file("merged/boot/vmlinuz-1", "k");
	finds(&w, 0, "/vmlinuz-1", "0:/boot/vmlinuz-1", "/boot in front");
	close_world(&w);
}

static void test_fat(void)
{
	struct world w = { 0 };

	add_tree(&w, "esp", ",uuid=1A2B-3c4d");
	add_tree(&w, "ext", ",uuid=1a2b3c4d-0000");
	dir_file("esp/EFI/Linux/Arch.EFI", "k");
	add_tree(&w, "whole", ",uuid=1a2b3c4d-0001");
	dir_file("ext/EFI/Linux/Other.EFI", "k");
	dir_file("ext/vmlinuz", "k");
	dir_file("whole/boot/efi/EFI/x/k", "k");
	finds(&w, 0, "/efi/linux/arch.efi", "0:/EFI/Linux/Arch.EFI",
	      "FAT knows no case");
	finds(&w, 0, "/EFI/Linux/Arch.EFI", "0:/EFI/Linux/Arch.EFI",
	      "as it stands");
	finds(&w, 1, "/efi/linux/other.efi", "1:/EFI/Linux/Other.EFI",
	      "nor does a copy of an ESP");
	finds(&w, 1, "/VMLINUZ", "1:/vmlinuz", "at its top as well");
	finds(&w, 2, "/BOOT/VMLINUZ", "kernel missing: /BOOT/VMLINUZ",
	      "others do");
	finds(&w, 2, "/boot/efi/efi/x/K", "2:/boot/efi/EFI/x/k",
	      "but for an ESP below");
	dir_file("esp/EFI/Linux/arch.efi", "k");
	finds(&w, 0, "/EFI/Linux/arch.efi", "0:/EFI/Linux/arch.efi",
	      "the exact name first");
	close_world(&w);
}

static void test_subvolumes(void)
{
	struct world w = { 0 };

	add_tree(&w, "sub", "");
	dir_file("sub/boot/k", "k");
	dir_file("sub/k", "k");
	finds(&w, 0, "/@/boot/k", "0:/boot/k", "Ubuntu's @");
	finds(&w, 0, "/@rootfs/boot/k", "0:/boot/k", "Debian's @rootfs");
	finds(&w, 0, "/root/boot/k", "0:/boot/k", "Fedora's root");
	finds(&w, 0, "/@/.snapshots/1/snapshot/boot/k", "0:/boot/k",
	      "snapper's");
	finds(&w, 0, "/@/.snapshots/12/snapshot/k", "0:/k",
	      "a snapshot's root itself");
	finds(&w, 0, "/.snapshots/12/snapshot/boot/k",
	      "kernel missing: /.snapshots/12/snapshot/boot/k",
	      "another snapshot than the root");
	finds(&w, 0, "/@boot/k", "0:/k", "a subvolume for /boot");
	finds(&w, 0, "/other/k", "kernel missing: /other/k",
	      "any directory is no subvolume");
	finds(&w, 0, "/x/y/k", "kernel missing: /x/y/k", "nor are two");
	dir_file("sub/@/boot/k", "k");
	finds(&w, 0, "/@/boot/k", "0:/@/boot/k", "mounted from the top level");
	close_world(&w);
}

static void test_names(void)
{
	struct world w = { 0 };

	add_tree(&w, "n1", ",uuid=1A2B-3C4D,label=EFI");
	add_tree(&w, "n2", ",uuid=aa-bb");
	ok(place_by_uuid(&w.guest, "1a2b-3c4d") == 0 &&
		   place_by_uuid(&w.guest, "AA-BB") == 1,
	   "UUIDs in any case");
	ok(place_by_uuid(&w.guest, "") == -1 &&
		   place_by_uuid(&w.guest, "aa") == -1,
	   "no UUID is nobody's");
	ok(place_by_label(&w.guest, "EFI") == 0 &&
		   place_by_label(&w.guest, "efi") == -1 &&
		   place_by_label(&w.guest, "") == -1,
	   "labels as they are");
	close_world(&w);
}

static void test_entry(void)
{
	struct world w = { 0 };
	struct entry entry = { 0 };
	struct reason why;
	char *path = NULL;

	add_tree(&w, "e0", "");
	add_tree(&w, "e1", "");
	dir_file("e1/k", "k");
	dir_file("e1/i", "k");
	ok(place_find_on(&path, &w.guest, 0, "kernel", "/k", &why) == -ENOENT,
	   "on one tree alone");
	ok(place_find_on(&path, &w.guest, 1, "kernel", "/boot/k", &why) == 0 &&
		   strcmp(path, "/k") == 0,
	   "on one tree");
	free(path);
	ok(place_kernel(&entry, &w.guest, 0, "/boot/k", &why) == 0 &&
		   entry.tree == 1,
	   "a kernel");
	is(entry.kernel, "/k", "its path");
	ok(place_initrd(&entry, &w.guest, 1, "/i", &why) == 0 &&
		   entry.initrd_count == 1 && !entry.incomplete,
	   "an initrd");
	ok(place_initrd(&entry, &w.guest, 1, "/j", &why) == -ENOENT &&
		   entry.initrd_count == 1 && entry.incomplete,
	   "a missing one");
	is(why.text, "initrd missing: /j", "which says so");
	dir_file("e1/none", "");
	ok(place_initrd(&entry, &w.guest, 1, "/i", &why) == 0,
	   "another initrd");
	/* GRUB does not look either; image/ refuses them. */
	entry.incomplete = false;
	ok(place_initrd(&entry, &w.guest, 1, "/boot/none", &why) == 0 &&
		   entry.initrd_count == 3 && !entry.incomplete,
	   "an empty initrd is one");
	ok(place_kernel(&entry, &w.guest, 1, "/none", &why) == 0,
	   "an empty kernel");
	is(entry.kernel, "/none", "is one");
	entries_free_entry(&entry);
	close_world(&w);
}

static void test_exactly(void)
{
	struct world w = { 0 };
	struct reason why;
	char *path = NULL;

	add_tree(&w, "x0", "");
	add_tree(&w, "x1", ",uuid=1A2B-3C4D");
	dir_file("x0/boot/Menu", "m");
	dir_file("x1/EFI/Menu.Cfg", "m");
	ok(place_exactly(&path, &w.guest.trees[0], "/boot/Menu", &why) == 0,
	   "the path itself");
	is(path, "/boot/Menu", "as it is");
	free(path);
	path = NULL;
	ok(place_exactly(&path, &w.guest.trees[0], "/Menu", &why) == -ENOENT &&
		   place_exactly(&path, &w.guest.trees[0], "/boot/menu",
				 &why) == -ENOENT &&
		   place_exactly(&path, &w.guest.trees[0], "/boot/Menu/x",
				 &why) == -ENOENT &&
		   !path,
	   "no other form, and no other case");
	ok(place_exactly(&path, &w.guest.trees[0], "/boot", &why) == -EISDIR,
	   "a directory is no file");
	is(why.text, "/boot: is a directory", "which is told");
	ok(place_exactly(&path, &w.guest.trees[1], "/efi/menu.cfg", &why) == 0,
	   "on FAT in another case");
	is(path, "/EFI/Menu.Cfg", "as it is written there");
	free(path);
	close_world(&w);
}

int main(void)
{
	dir_start();
	test_clean();
	test_odd_files();
	test_boot();
	test_merged();
	test_fat();
	test_subvolumes();
	test_names();
	test_entry();
	test_exactly();
	dir_end();
	return tap_done();
}
