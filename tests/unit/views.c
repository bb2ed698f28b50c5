/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Subvolumes of a btrfs that is mounted from its top level. */
#include "entries/views.h"

#include "dir.h"
#include "tap.h"

/* The paths of the views of the trees @names, and on which they are. */
static void finds(const char *const *names, size_t count, const char *want,
		  const char *name)
{
	struct tree trees[3];
	struct guest guest = { trees, count, NULL };
	struct views views;
	struct reason why;
	struct text got = { 0 };

	for (size_t i = 0; i < count; i++) {
		char spec[512];

		(void)snprintf(spec, sizeof(spec), "%s/%s,uuid=U", dir_path,
			       names[i]);
		if (tree_open(&trees[i], spec, &why))
			errx(1, "%s", why.text);
	}
	if (views_open(&views, &guest))
		errx(1, "views_open");
	for (size_t i = views.borrowed; i < views.count; i++)
		text_addf(&got, "%s%zu:%s", got.len ? " " : "", views.on[i],
			  views.path[i]);
	is(text_str(&got), want, name);
	text_free(&got);
	views_close(&views);
	for (size_t i = 0; i < count; i++)
		tree_close(&trees[i]);
}

static void test_find(void)
{
	static const char *const
		ubuntu[] = { "ubuntu" },
		*const fedora[] = { "esp", "fedora" },
		*const root[] = { "root" }, *const home[] = { "home" },
		*const boot[] = { "bootsub" }, *const many[] = { "many" };

	dir_file("ubuntu/@/etc/fstab", "");
	dir_file("ubuntu/@home/me/file", "");
	dir_file("ubuntu/@file", "");
	finds(ubuntu, 1, "0:/@", "Ubuntu: @, and not @home");
	dir_file("esp/EFI/x", "");
	dir_file("fedora/root/etc/os-release", "");
	dir_file("fedora/home/x", "");
	finds(fedora, 2, "1:/root", "Fedora: root");
	dir_file("root/etc/fstab", "");
	dir_file("root/root/etc/fstab", "");
	finds(root, 1, "", "a root has none: /root is root's home");
	dir_file("home/root/file", "");
	finds(home, 1, "", "somebody's directory is no subvolume");
	dir_file("bootsub/@boot/grub2/grub.cfg", "");
	dir_file("bootsub/@/usr/lib/os-release", "");
	dir_link("bootsub/@link", "/etc");
	finds(boot, 1, "0:/@ 0:/@boot", "a subvolume for /boot");
	for (char c = 'a'; c < 'p'; c++) {
		char path[64];

		(void)snprintf(path, sizeof(path), "many/@%c/boot/x", c);
		dir_file(path, "");
	}
	finds(many, 1, "0:/@a 0:/@b 0:/@c 0:/@d 0:/@e 0:/@f 0:/@g 0:/@h",
	      "no more than the limit");
}

static void test_map(void)
{
	struct tree tree;
	struct guest guest = { &tree, 1, NULL };
	struct entry entry = { .tree = 1 };
	struct views views;
	char spec[512], *source;

	dir_file("map/@/boot/k", "");
	dir_file("map/@/boot/i", "");
	dir_link("map/@/initrd", "/boot/i");
	dir_link("map/@/vmlinuz", "boot/k");
	(void)snprintf(spec, sizeof(spec), "%s/map", dir_path);
	if (tree_open(&tree, spec, NULL) || views_open(&views, &guest))
		errx(1, "views_open");
	entry.kernel = strdup("/vmlinuz");
	(void)entries_add_initrd(&entry, 1, "/initrd");
	(void)entries_add_initrd(&entry, 0, "/@/boot/i");
	ok(views_map(&views, &entry) == 0 && entry.tree == 0 &&
		   entry.initrd[0].tree == 0,
	   "the caller's tree");
	is(entry.kernel, "/@/vmlinuz", "a relative symlink stays");
	is(entry.initrd[0].path, "/@/boot/i",
	   "an absolute one would lead elsewhere");
	is(entry.initrd[1].path, "/@/boot/i", "the caller's path stays");
	source = views_source(&views, 1, "/boot/grub/grub.cfg:3");
	is(source, "/@/boot/grub/grub.cfg:3", "a source");
	free(source);
	source = views_source(&views, 0, "/boot/grub/grub.cfg:3");
	is(source, "/boot/grub/grub.cfg:3", "the caller's source");
	free(source);
	source = views_source(&views, 1, "command line");
	is(source, "command line", "what is no path");
	free(source);
	entries_free_entry(&entry);
	views_close(&views);
	tree_close(&tree);
}

int main(void)
{
	dir_start();
	test_find();
	test_map();
	dir_end();
	return tap_done();
}
