/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What several configurations make together: which wins, what repeats, whose
 * default counts. The formats themselves have tests of their own.
 */
#include "entries/gather.h"

#include "base/text.h"
#include "dir.h"
#include "tap.h"

/* A guest of the trees "0", "1", ... of the test's directory. */
struct scene {
	struct settings settings;
	struct tree trees[3];
	struct guest guest;
	struct entries entries;
	struct reason why;
	int err;
};

static void gather(struct scene *s, const char *line, size_t trees)
{
	static const struct scene empty;

	*s = empty;
	if (settings_command_line(&s->settings, line, strlen(line), &s->why))
		errx(1, "%s", s->why.text);
	for (size_t i = 0; i < trees; i++) {
		char spec[512];

		(void)snprintf(spec, sizeof(spec), "%zu/", i);
		(void)dir_at(spec);
		(void)snprintf(spec, sizeof(spec),
			       "%s/%zu,uuid=UUID-%zu,dev=/dev/vda%zu", dir_path,
			       i, i, i + 1);
		if (tree_open(&s->trees[i], spec, &s->why))
			errx(1, "%s", s->why.text);
	}
	s->guest.trees = s->trees;
	s->guest.tree_count = trees;
	s->guest.settings = &s->settings;
	s->err = entries_gather(&s->entries, &s->guest, &s->why);
}

/* The files stay for another gathering. */
static void again(struct scene *s)
{
	entries_free(&s->entries);
	for (size_t i = 0; i < s->guest.tree_count; i++)
		tree_close(&s->trees[i]);
	settings_free(&s->settings);
}

static void end(struct scene *s)
{
	again(s);
	dir_clear();
}

/* "tree:kernel" of each entry, a star before the default. */
static void found(const struct scene *s, const char *want, const char *name)
{
	struct text got = { 0 };

	for (size_t i = 0; i < s->entries.count; i++) {
		const struct entry *entry = &s->entries.list[i];

		text_addf(&got, "%s%s%zu:%s", i ? " " : "",
			  (long)i == s->entries.by_default ? "*" : "",
			  entry->tree, entry->kernel);
	}
	is(text_str(&got), want, name);
	text_free(&got);
}

static bool has(const struct entries_rejected *list, size_t count,
		const char *source, const char *reason)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i].source, source) == 0 &&
		    strstr(list[i].reason, reason))
			return true;
	return false;
}

static bool rejected(const struct scene *s, const char *source,
		     const char *reason)
{
	return has(s->entries.rejected, s->entries.rejected_count, source,
		   reason);
}

static bool skipped(const struct scene *s, const char *source,
		    const char *reason)
{
	return has(s->entries.skipped, s->entries.skipped_count, source,
		   reason);
}

static void kernels(const char *const *paths)
{
	for (; *paths; paths++)
		dir_file(*paths, *paths);
}

static const char legacy[] = "default 1\ntimeout 7\n"
			     "title Old\nkernel /boot/vmlinuz-1 ro\n"
			     "title Older\nkernel /boot/vmlinuz-0 ro\n";
static const char grub[] = "set default=0\nset timeout=3\n"
			   "menuentry 'Two' { linux /boot/vmlinuz-2 quiet\n}\n"
			   "menuentry 'One' { linux /boot/vmlinuz-1 quiet\n}\n";

static void test_order(void)
{
	static const char *const files[] = { "0/boot/vmlinuz-0",
					     "0/boot/vmlinuz-1",
					     "0/boot/vmlinuz-2",
					     "0/boot/vmlinuz-3", NULL };
	struct scene s;

	kernels(files);
	dir_file("0/boot/grub/menu.lst", legacy);
	gather(&s, "", 1);
	found(&s, "0:/boot/vmlinuz-1 *0:/boot/vmlinuz-0",
	      "GRUB legacy, and its default; bare kernels are not asked");
	ok(entries_timeout(&s.entries, &s.settings) == 7, "its timeout");
	again(&s);

	dir_file("0/boot/extlinux.conf",
		 "label a\nlinux /boot/vmlinuz-2\nappend x\n");
	gather(&s, "", 1);
	found(&s, "*0:/boot/vmlinuz-2", "extlinux stands above it");
	ok(skipped(&s, "/dev/vda1",
		   "syslinux has entries; not looked for: GRUB legacy"),
	   "which --explain can tell");
	again(&s);

	dir_file("0/boot/loader/entries/b.conf",
		 "title B\nlinux /boot/vmlinuz-3\noptions x\n");
	gather(&s, "", 1);
	found(&s, "*0:/boot/vmlinuz-3",
	      "the Boot Loader Specification above that");
	again(&s);

	dir_file("0/boot/grub/grub.cfg", grub);
	gather(&s, "", 1);
	found(&s, "*0:/boot/vmlinuz-2 0:/boot/vmlinuz-1", "grub.cfg above");
	ok(s.entries.rejected_count == 0, "and nothing is wrong with it");
	again(&s);

	dir_file("0/boot/kboot.conf", "own='/boot/vmlinuz-0 root=/dev/vda1'\n");
	gather(&s, "", 1);
	found(&s, "*0:/boot/vmlinuz-0", "kboot.conf above all");
	end(&s);
}

static void test_broken(void)
{
	struct scene s;

	dir_file("0/boot/vmlinuz-1", "1");
	dir_file("0/boot/vmlinuz-0", "0");
	dir_file("0/boot/grub/grub.cfg",
		 "menuentry 'Gone' {\n\tlinux /boot/vmlinuz-9\n}\n");
	dir_file("0/boot/extlinux.conf", "");
	dir_file("0/boot/grub/menu.lst", legacy);
	gather(&s, "", 1);
	found(&s, "0:/boot/vmlinuz-1 *0:/boot/vmlinuz-0",
	      "what is broken or empty is followed by the next");
	ok(rejected(&s, "/boot/grub/grub.cfg:1",
		    "kernel missing: /boot/vmlinuz-9") ||
		   rejected(&s, "/boot/grub/grub.cfg:2",
			    "kernel missing: /boot/vmlinuz-9"),
	   "with the reason");
	end(&s);

	dir_file("0/boot/vmlinuz-5", "1");
	dir_file("0/boot/grub/grub.cfg",
		 "menuentry 'Gone' {\n\tlinux /boot/vmlinuz-9\n}\n");
	gather(&s, "", 1);
	found(&s, "*0:/boot/vmlinuz-5", "bare kernels when nothing is left");
	end(&s);

	dir_file("0/boot/grub/grub.cfg", "menuentry 'Gone' { linux /x\n}\n");
	dir_file("1/readme", "");
	gather(&s, "", 2);
	ok(s.err == -ENOENT && s.entries.rejected_count, "nothing at all");
	is(s.why.text,
	   "no kernel found in / and /boot of /dev/vda1, /dev/vda2 "
	   "(1 rejected)",
	   "says so");
	end(&s);
}

static void test_trees(void)
{
	struct scene s;

	/* Two systems, the second one's kernels newer. */
	dir_file("0/boot/vmlinuz-1", "1");
	dir_file("0/boot/vmlinuz-2", "2");
	dir_file("0/boot/grub/grub.cfg", grub);
	dir_file("1/boot/vmlinuz-8", "8");
	dir_file("1/boot/vmlinuz-9", "9");
	dir_file("1/boot/grub/menu.lst",
		 "default 0\ntimeout 9\n"
		 "title Nine\nkernel /boot/vmlinuz-9 root=b\n");
	gather(&s, "", 2);
	found(&s, "*0:/boot/vmlinuz-2 0:/boot/vmlinuz-1 1:/boot/vmlinuz-9",
	      "another system follows; the first one's default counts");
	ok(entries_timeout(&s.entries, &s.settings) == 3, "and its timeout");
	again(&s);
	gather(&s, "boot=/dev/vda2 kboot.timeout=11", 2);
	found(&s, "*1:/boot/vmlinuz-9 0:/boot/vmlinuz-2 0:/boot/vmlinuz-1",
	      "boot= comes first");
	ok(entries_timeout(&s.entries, &s.settings) == 11,
	   "a person's timeout stands above");
	again(&s);
	gather(&s, "boot=LABEL=unknown", 2);
	found(&s, "*1:/boot/vmlinuz-9 0:/boot/vmlinuz-2 0:/boot/vmlinuz-1",
	      "by a name of its own as well");
	end(&s);
}

static void test_same(void)
{
	struct scene s;

	/* The ESP's grub.cfg is a stub that reads the other. */
	dir_file("0/EFI/debian/grub.cfg", "search.fs_uuid UUID-1 root\n"
					  "set prefix=($root)'/boot/grub'\n"
					  "configfile $prefix/grub.cfg\n");
	dir_file("1/boot/vmlinuz-1", "1");
	dir_file("1/boot/vmlinuz-2", "2");
	dir_file("1/boot/grub/grub.cfg",
		 "menuentry 'Two' { linux /boot/vmlinuz-2 quiet\n}\n"
		 "submenu 'More' {\n"
		 "menuentry 'Two again' { linux /boot/vmlinuz-2 quiet\n}\n"
		 "menuentry 'Gone' { linux /boot/vmlinuz-3 quiet\n}\n}\n");
	gather(&s, "", 2);
	found(&s, "*1:/boot/vmlinuz-2 1:/boot/vmlinuz-2",
	      "a stub adds nothing; a repetition within a menu is meant");
	ok(s.entries.rejected_count == 1, "nor are things rejected twice");
	end(&s);

	/* Entries of the specification on the ESP for the kernels of /boot. */
	dir_file("0/boot/vmlinuz-1", "1");
	dir_file("0/boot/vmlinuz-2", "2");
	dir_file("0/boot/grub/grub.cfg", grub);
	dir_file("1/loader/entries/a.conf",
		 "title A\nlinux /boot/vmlinuz-2\noptions quiet splash\n");
	dir_file("1/loader/entries/b.conf",
		 "title B\nlinux /vmlinuz-3\noptions quiet\n");
	dir_file("1/vmlinuz-3", "3");
	gather(&s, "", 2);
	found(&s, "*0:/boot/vmlinuz-2 0:/boot/vmlinuz-1 1:/vmlinuz-3",
	      "BLS and grub.cfg that list the same kernel are one entry");
	ok(skipped(&s, "/loader/entries/a.conf:1", "the same as Two") ||
		   skipped(&s, "/loader/entries/a.conf:2", "the same as Two") ||
		   skipped(&s, "/loader/entries/a.conf", "the same as Two"),
	   "which --explain can tell");
	end(&s);
}

/*
 * Fedora on EFI: the ESP's grub.cfg reads the entries of /boot, which a look
 * at /boot alone finds as well. What GRUB boots counts in either order.
 */
static void test_blscfg(void)
{
	struct scene s;

	dir_file("0/vmlinuz-1", "1");
	dir_file("0/vmlinuz-2", "2");
	dir_file("0/loader/entries/m-1.conf",
		 "title One\nversion 1\nlinux /vmlinuz-1\noptions x\n");
	dir_file("0/loader/entries/m-2.conf",
		 "title Two\nversion 2\nlinux /vmlinuz-2\noptions x\n");
	dir_file("1/EFI/fedora/grub.cfg",
		 "search.fs_uuid UUID-0 root\nset boot=$root\n"
		 "set default=m-1\nset timeout=4\nblscfg\n");
	gather(&s, "", 2);
	found(&s, "0:/vmlinuz-2 *0:/vmlinuz-1",
	      "blscfg's default counts where the entries came first");
	ok(entries_timeout(&s.entries, &s.settings) == 4, "and its timeout");
	again(&s);
	gather(&s, "boot=/dev/vda2", 2);
	found(&s, "0:/vmlinuz-2 *0:/vmlinuz-1", "and in the other order");
	ok(entries_timeout(&s.entries, &s.settings) == 4, "with the timeout");
	again(&s);
	/* What it does not say is left to the other. */
	dir_file("0/loader/loader.conf", "timeout 9\n");
	dir_file("1/EFI/fedora/grub.cfg",
		 "search.fs_uuid UUID-0 root\nset boot=$root\n"
		 "set default=m-1\nblscfg\n");
	gather(&s, "", 2);
	ok(entries_timeout(&s.entries, &s.settings) == 9,
	   "a timeout that only the other has");
	end(&s);
}

static void test_worn_out(void)
{
	struct scene s;

	dir_file("0/k1", "1");
	dir_file("0/k2", "2");
	dir_file("0/loader/entries/a+0-3.conf",
		 "title A\nversion 9\nlinux /k1\n");
	dir_file("0/loader/entries/b.conf", "title B\nversion 8\nlinux /k2\n");
	dir_file("1/k3", "3");
	dir_file("1/grub/menu.lst", "title C\nkernel /k3 x\n");
	gather(&s, "", 2);
	found(&s, "*0:/k2 1:/k3 0:/k1", "no tries left: behind all others");
	again(&s);
	gather(&s, "kboot.default=a", 2);
	found(&s, "0:/k2 1:/k3 *0:/k1", "but to be had");
	end(&s);
}

static void test_defaults(void)
{
	struct scene s;

	dir_file("0/boot/vmlinuz-1", "1");
	dir_file("0/boot/initrd-1", "1");
	dir_file("0/boot/vmlinuz-2", "2");
	dir_file("0/boot/vmlinuz-3", "3");
	dir_file("0/boot/grub/menu.lst",
		 "default 0\ntitle Two\nkernel /boot/vmlinuz-2\n"
		 "initrd /boot/initrd-2\ntitle One\nkernel /boot/vmlinuz-1\n"
		 "initrd /boot/initrd-1\n");
	gather(&s, "", 1);
	found(&s, "0:/boot/vmlinuz-2 *0:/boot/vmlinuz-1",
	      "a configured default whose initrd is missing gives way");
	ok(rejected(&s, "/boot/grub/menu.lst:4", "initrd missing") ||
		   s.entries.rejected_count == 1,
	   "and the reason is told");
	end(&s);

	dir_file("0/boot/vmlinuz-1", "1");
	dir_file("0/boot/vmlinuz-2", "2");
	dir_file("0/boot/vmlinuz-0", "0");
	dir_file("0/boot/grub/menu.lst", legacy);
	gather(&s, "kboot.default=newest", 1);
	found(&s, "*0:/boot/vmlinuz-1 0:/boot/vmlinuz-0",
	      "newest: versions are those in the names");
	again(&s);
	gather(&s, "kboot.default=config", 1);
	found(&s, "0:/boot/vmlinuz-1 *0:/boot/vmlinuz-0", "config");
	again(&s);
	gather(&s, "kboot.default=saved", 1);
	found(&s, "0:/boot/vmlinuz-1 *0:/boot/vmlinuz-0",
	      "saved, where nothing is: as configured");
	again(&s);
	gather(&s, "kboot.default=Ol?", 1);
	found(&s, "*0:/boot/vmlinuz-1 0:/boot/vmlinuz-0", "a pattern");
	again(&s);
	dir_file("0/boot/grub/grub.cfg", grub);
	dir_file("0/boot/grub/grubenv",
		 "# GRUB Environment Block\nsaved_entry=One\n");
	gather(&s, "kboot.default=saved", 1);
	found(&s, "0:/boot/vmlinuz-2 *0:/boot/vmlinuz-1", "what is saved");
	end(&s);
}

static void test_settings(void)
{
	struct scene s;

	dir_file("0/boot/vmlinuz-1", "1");
	dir_file("0/boot/vmlinuz-0", "0");
	dir_file("0/boot/grub/menu.lst", legacy);
	gather(&s,
	       "virtio_mmio.device=4K@0xd0:5 kboot.append=debug "
	       "kboot.remove=ro",
	       1);
	is(s.entries.list[0].cmdline, "virtio_mmio.device=4K@0xd0:5 debug",
	   "policy; and devices that only the command line knows");
	ok(s.entries.list[0].version &&
		   strcmp(s.entries.list[0].version, "1") == 0,
	   "the version is that in the kernel's name");
	end(&s);
}

static void test_many(void)
{
	struct text cfg = { 0 };
	struct scene s;

	dir_file("0/k", "k");
	for (int i = 0; i < ENTRIES_MAX + 10; i++)
		text_add(&cfg, "title T\nkernel /k x\n");
	dir_file("0/grub/menu.lst", text_str(&cfg));
	dir_file("1/k", "k");
	dir_file("1/grub/menu.lst", "title T\nkernel /k x\n");
	gather(&s, "", 2);
	ok(s.err == 0 && s.entries.count == ENTRIES_MAX,
	   "as many entries as there may be");
	ok(rejected(&s, "/grub/menu.lst:1", "more than 16384 entries"),
	   "and then no more");
	end(&s);
	text_free(&cfg);
}

static void test_subvolume(void)
{
	struct scene s;

	dir_file("0/@/etc/fstab", "");
	dir_file("0/@/boot/vmlinuz-1", "1");
	dir_file("0/@/boot/vmlinuz-0", "0");
	dir_file("0/@/boot/grub/menu.lst", legacy);
	gather(&s, "", 1);
	found(&s, "0:/@/boot/vmlinuz-1 *0:/@/boot/vmlinuz-0",
	      "a root in a subvolume");
	ok(strncmp(s.entries.list[0].source, "/@/boot/grub/menu.lst:", 22) == 0,
	   "the source too is the caller's");
	end(&s);

	dir_file("0/@/etc/fstab", "");
	dir_file("0/@/boot/vmlinuz-1", "1");
	gather(&s, "", 1);
	found(&s, "*0:/@/boot/vmlinuz-1", "with bare kernels");
	is(s.entries.list[0].cmdline, "root=UUID=UUID-0 rootflags=subvol=@ ro",
	   "which must be told of the subvolume");
	end(&s);
}

/* Of each rejection with this source and reason: the tree, from 1. */
static void on(const struct scene *s, const char *source, const char *reason,
	       const char *want, const char *name)
{
	struct text got = { 0 };

	for (size_t i = 0; i < s->entries.rejected_count; i++) {
		const struct entries_rejected *one = &s->entries.rejected[i];

		if (strcmp(one->source, source) == 0 &&
		    strstr(one->reason, reason))
			text_addf(&got, "%s%zu", got.len ? " " : "", one->on);
	}
	is(text_str(&got), want, name);
	text_free(&got);
}

/* Two disks with the same path: whose file is it? */
static void test_rejected_where(void)
{
	static const char lost[] = "menuentry 'Gone' { linux /boot/gone\n}\n";
	struct scene s;

	dir_file("0/boot/grub/grub.cfg", lost);
	dir_file("1/boot/grub/grub.cfg", lost);
	dir_file("1/boot/vmlinuz-1", "#!/bin/sh\n");
	dir_file("0/boot/vmlinuz-2", "k");
	gather(&s, "", 2);
	on(&s, "/boot/grub/grub.cfg:1", "kernel missing", "1 2",
	   "the same of two file systems");
	on(&s, "/boot/vmlinuz-1", "a script", "2", "a bare kernel");
	end(&s);

	/* The menu of the second is read from the first, too. */
	dir_file("0/grub/grub.cfg", "search --fs-uuid --set=root UUID-1\n"
				    "configfile /boot/grub/grub.cfg\n");
	dir_file("1/boot/grub/grub.cfg", lost);
	dir_file("1/boot/vmlinuz-2", "k");
	gather(&s, "", 2);
	on(&s, "/boot/grub/grub.cfg:1", "kernel missing", "2",
	   "once, and where it is");
	end(&s);

	dir_file("0/grub/grub.cfg", "search --fs-uuid --set=root UUID-1\n"
				    "configfile /boot/grub/grub.cfg\n");
	dir_file("1/boot/grub/grub.cfg", grub);
	dir_file("1/boot/vmlinuz-2", "k");
	gather(&s, "", 2);
	ok(s.entries.count == 1 && s.entries.list[0].source_on == 2,
	   "an entry: of the file that it is in, not of where that was named");
	end(&s);

	dir_file("0/boot/grub/grub.cfg", lost);
	dir_file("0/boot/vmlinuz-2", "k");
	gather(&s, "", 1);
	on(&s, "/boot/grub/grub.cfg:1", "kernel missing", "0",
	   "of one alone it is not said");
	end(&s);
}

int main(void)
{
	dir_start();
	test_order();
	test_broken();
	test_trees();
	test_same();
	test_blscfg();
	test_worn_out();
	test_defaults();
	test_settings();
	test_many();
	test_subvolume();
	test_rejected_where();
	dir_end();
	return tap_done();
}
