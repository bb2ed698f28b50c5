/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Access to files inside a mounted tree, and what must not be reached. */
#include "entries/tree.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dir.h"
#include "tap.h"

static int look(const struct tree *t, const char *path, struct reason *why)
{
	struct tree_file file = { 0 };

	return tree_look(t, path, &file, why);
}

static void test_spec(void)
{
	struct tree t = TREE_NONE;
	struct reason why;
	char spec[512];

	(void)snprintf(spec, sizeof(spec),
		       "%s,uuid=AB-CD,label=my,disk,dev=/dev/vda1,x", dir_path);
	ok(tree_open(&t, spec, &why) == 0, "every part given");
	is(t.uuid, "AB-CD", "uuid=");
	is(t.label, "my,disk", "label= may hold a comma");
	is(t.dev, "/dev/vda1,x", "dev= takes the rest");
	is(tree_name(&t), "/dev/vda1,x", "the name for people");
	ok(tree_is_device(&t, "UUID=ab-cd"), "found by UUID");
	ok(tree_is_device(&t, "LABEL=my,disk"), "found by label");
	ok(tree_is_device(&t, "vda1,x"), "found by name, without /dev/");
	ok(!tree_is_device(&t, "vda1") && !tree_is_device(&t, "UUID=") &&
		   !tree_is_device(&t, ""),
	   "not found by another");
	tree_close(&t);
	ok(tree_open(&t, dir_path, &why) == 0 && !*t.uuid && !*t.dev,
	   "a directory alone");
	ok(!tree_is_device(&t, "") && !tree_is_device(&t, "UUID="),
	   "no name is nobody's name");
	is(tree_name(&t), dir_path, "its name is the directory");
	tree_close(&t);
	tree_close(&t);
	ok(tree_open(&t, "/nowhere/at/all", &why) == -ENOENT &&
		   strstr(why.text, "/nowhere/at/all"),
	   "no such directory");
	tree_close(&t);
	(void)snprintf(spec, sizeof(spec), "%s,uuid=a,uuid=b", dir_path);
	ok(tree_open(&t, spec, &why) == -EINVAL, "a part twice");
	tree_close(&t);
}

/* The tree's names, and what else its device is called. */
static bool goes_by(const char *names, const char *name)
{
	struct tree t = TREE_NONE;
	struct reason why;
	char spec[512];
	bool ret;

	(void)snprintf(spec, sizeof(spec), "%s,%s", dir_path, names);
	ok(tree_open(&t, spec, &why) == 0, "%s", names);
	ret = tree_is_device(&t, name);
	tree_close(&t);
	return ret;
}

static void test_names(void)
{
	ok(goes_by("uuid=1A2B-3C4D", "/dev/disk/by-uuid/1a2b-3c4d"),
	   "udev's link by UUID");
	ok(goes_by("uuid=1A2B-3C4D", "UUID=\"1A2B-3C4D\""), "quoted");
	ok(goes_by("label=my root", "/dev/disk/by-label/my\\x20root"),
	   "udev's link by label, with its \\x20");
	ok(goes_by("dev=PARTUUID=ab-01", "/dev/disk/by-partuuid/AB-01"),
	   "by the partition's UUID");
	ok(goes_by("dev=PARTLABEL=my root", "PARTLABEL=my\\x20root"),
	   "by its label");
	ok(goes_by("dev=/dev/mapper/my--vg-root", "my-vg/root"),
	   "a volume by its group");
	ok(goes_by("dev=UUID=ab-cd", "UUID=AB-CD"),
	   "a UUID that is all that is known");
	ok(!goes_by("uuid=ab,label=ab,dev=ab", "PARTUUID=ab") &&
		   !goes_by("uuid=ab,label=ab,dev=ab", "PARTLABEL=ab"),
	   "partitions have names of their own");
	ok(!goes_by("uuid=ab,dev=vda1", "LABEL=ab") &&
		   !goes_by("label=ab,dev=vda1", "UUID=ab"),
	   "a label is no UUID");
}

static void test_links(const struct tree *t)
{
	struct tree_file file, other;
	struct reason why;
	char *target;

	dir_file("t/boot/k", "kernel");
	dir_link("t/relative", "boot/k");
	dir_link("t/absolute", "/boot/k");
	dir_link("t/boot/up", "../../../../boot/k");
	dir_link("t/outside", "/secret");
	dir_link("t/dots", "../secret");
	dir_link("t/loop", "loop");
	dir_link("t/exe", "/proc/self/exe");
	dir_file("secret", "host's");

	ok(tree_look(t, "/boot/k", &file, &why) == 0 && file.size == 6,
	   "a file");
	ok(tree_look(t, "relative", &other, &why) == 0 &&
		   other.inode == file.inode && other.device == file.device,
	   "a relative symlink is the same file");
	ok(tree_look(t, "/absolute", &other, &why) == 0 &&
		   other.inode == file.inode,
	   "an absolute symlink begins at the tree");
	ok(tree_look(t, "//boot/../boot//up", &other, &why) == 0 &&
		   other.inode == file.inode,
	   ".. stops at the tree");
	ok(look(t, "/outside", &why) == -ENOENT &&
		   look(t, "/dots", &why) == -ENOENT &&
		   look(t, "../secret", &why) == -ENOENT,
	   "nothing outside is reached");
	ok(look(t, "/exe", &why) == -ENOENT, "nor the host's /proc");
	ok(look(t, "/loop", &why) == -ELOOP && strstr(why.text, "/loop"),
	   "a loop of symlinks");
	target = tree_link(t, "/relative");
	is(target, "boot/k", "where a link points");
	free(target);
	ok(!tree_link(t, "/boot/k") && !tree_link(t, "/none"), "no links");
}

static void test_kinds(const struct tree *t)
{
	struct text text = { 0 };
	struct reason why;
	int fd = -1;

	if (mkfifo(dir_at("t/fifo"), 0644))
		err(1, "mkfifo");
	dir_link("t/null", "boot");
	ok(look(t, "/fifo", &why) == -ENODEV &&
		   strstr(why.text, "no regular file"),
	   "a FIFO");
	ok(tree_open_file(t, "/fifo", &fd, &why) == -ENODEV && fd == -1,
	   "is not opened");
	ok(tree_open_file(t, "/boot", &fd, &why) == -EISDIR &&
		   strstr(why.text, "directory"),
	   "nor is a directory");
	is((look(t, "/none", &why), why.text), "/none: not there",
	   "the sentence about a missing file");
	ok(tree_open_file(t, "/boot/k", &fd, &why) == 0 && fd >= 0,
	   "a regular file is");
	(void)close(fd);

	text_add(&text, "before ");
	ok(tree_read(t, "/boot/k", 6, &text, &why) == 0, "reads");
	is(text_str(&text), "before kernel", "to the last byte allowed");
	ok(tree_read(t, "/boot/k", 5, &text, &why) == -EFBIG &&
		   strstr(why.text, "more than 5 bytes"),
	   "a file too large");
	is(text_str(&text), "before kernel", "adds nothing");
	text_free(&text);
}

/* A device is as bad as a FIFO; /dev of this machine has some. */
static void test_devices(void)
{
	struct tree t = TREE_NONE;
	struct reason why;
	int fd = -1;

	ok(tree_open(&t, "/dev", &why) == 0 &&
		   tree_open_file(&t, "/null", &fd, &why) == -ENODEV,
	   "a device is not opened");
	tree_close(&t);
}

static bool not_b(const char *name)
{
	return *name != 'b';
}

static void test_list(const struct tree *t)
{
	struct tree_names names;
	struct reason why;
	char name[32];

	dir_file("t/d/b", "");
	dir_file("t/d/c", "");
	dir_file("t/d/A", "");
	dir_link("t/d/a", "c");
	ok(tree_list(t, "/d", NULL, &names, &why) == 0 && names.count == 4 &&
		   !names.cut,
	   "all names");
	ok(strcmp(names.list[0].name, "A") == 0 &&
		   strcmp(names.list[3].name, "c") == 0,
	   "by the order of bytes");
	ok(names.list[1].is_link && !names.list[2].is_link, "links are known");
	tree_free_names(&names);
	ok(tree_list(t, "/d", not_b, &names, &why) == 0 && names.count == 3,
	   "only the names wanted");
	tree_free_names(&names);
	ok(tree_list(t, "/none", NULL, &names, &why) == -ENOENT,
	   "no directory");
	tree_free_names(&names);
	ok(tree_list(t, "/boot/k", NULL, &names, &why) == -ENOTDIR, "a file");
	tree_free_names(&names);

	for (int i = 0; i <= TREE_NAMES_MAX; i++) {
		(void)snprintf(name, sizeof(name), "t/many/%d", i);
		dir_file(name, "");
	}
	ok(tree_list(t, "/many", NULL, &names, &why) == 0 && names.cut &&
		   names.count == TREE_NAMES_MAX,
	   "no more than the limit");
	tree_free_names(&names);
}

/* A directory that another file system lies over, by whatever path. */
static void test_hidden(struct tree *t)
{
	struct tree_names names;
	struct tree_file file;
	struct reason why;

	dir_file("t/hide/in/k", "x");
	dir_file("t/hidden", "x");
	dir_link("t/into", "/hide/in");
	dir_link("t/hide/out", "../hidden");
	ok(!tree_is_mounted(t, "/hide") && !tree_is_mounted(t, "/none"),
	   "nothing is mounted there");
	ok(tree_hide(t, "/hide") == 1 && tree_hide(t, "/hide") == 0,
	   "hidden, once");
	ok(tree_look(t, "/hide/in/k", &file, &why) == -ENOENT, "a file in it");
	is(why.text,
	   "/hide/in/k: hidden; the guest mounts another file system over it",
	   "the reason");
	ok(tree_look(t, "/into/k", &file, &why) == -ENOENT, "by a symlink");
	ok(tree_look(t, "/boot/../hide/in/k", &file, &why) == -ENOENT,
	   "by way of another directory");
	ok(tree_list(t, "/hide", NULL, &names, &why) == -ENOENT, "its names");
	tree_free_names(&names);
	is(tree_link(t, "/hide/out"), NULL, "a link in it");
	ok(tree_look(t, "/hidden", &file, &why) == 0,
	   "a name that begins alike is another");
	for (char c = 'a'; c < 'a' + TREE_HIDDEN_MAX; c++) {
		char dir[] = { '/', c, '\0' };

		(void)tree_hide(t, dir);
	}
	ok(tree_hide(t, "/one/more") == 0, "no more than the limit");
	memset(t->hidden, 0, sizeof(t->hidden));
	ok(tree_look(t, "/hide/in/k", &file, &why) == 0, "seen again");
}

/* A fuzzer's find: elsewhere a file is renamed, and the kernel says EAGAIN. */
static void test_renames(const struct tree *t)
{
	char from[300], to[300];
	struct tree_file file;
	size_t bad = 0;
	pid_t child;

	dir_file("t/r/k", "kernel");
	dir_file("renamed", "");
	(void)snprintf(from, sizeof(from), "%s/renamed", dir_path);
	(void)snprintf(to, sizeof(to), "%s/again", dir_path);
	child = fork();
	if (child == 0)
		(void)alarm(60);
	while (child == 0) {
		(void)rename(from, to);
		(void)rename(to, from);
	}
	for (size_t i = 0; i < 50000; i++)
		bad += tree_look(t, "/r/../r/../r/k", &file, NULL) != 0;
	(void)kill(child, SIGKILL);
	(void)waitpid(child, NULL, 0);
	ok(child > 0 && bad == 0, "\"..\" while files are renamed elsewhere");
}

/* A FAT's files copied to another file system: names in any case. */
static void test_fat_copy(void)
{
	struct tree t = TREE_NONE, plain = TREE_NONE;
	struct tree_names names = { 0 };
	char spec[320], deep[512] = "";
	struct text text = { 0 };
	struct reason why;
	char *real;

	dir_file("fat/efi/Linux/X.EFI", "x");
	dir_file("fat/loader/loader.conf", "timeout 3");
	dir_file("fat/both", "lower");
	dir_file("fat/BOTH", "upper");
	(void)snprintf(spec, sizeof(spec), "%s/fat", dir_path);
	if (tree_open(&plain, spec, &why))
		errx(1, "%s", why.text);
	(void)snprintf(spec, sizeof(spec), "%s/fat,uuid=1A2B-3c4d", dir_path);
	if (tree_open(&t, spec, &why))
		errx(1, "%s", why.text);
	ok(look(&t, "/EFI/linux/x.efi", &why) == 0 &&
		   look(&t, "//EFI/./LINUX/x.efi", &why) == 0,
	   "a file");
	ok(look(&t, "/EFI/BOOT", &why) == -ENOENT &&
		   look(&t, "/EFI/LINU", &why) == -ENOENT &&
		   look(&t, "/EFI/LINUX/X.EFI.OLD", &why) == -ENOENT,
	   "what is not there is not");
	is(why.text, "/EFI/LINUX/X.EFI.OLD: not there", "and is called so");
	ok(look(&plain, "/EFI/linux/x.efi", &why) == -ENOENT,
	   "on another file system case matters");
	ok(tree_list(&t, "/EFI/LINUX", NULL, &names, &why) == 0 &&
		   names.count == 1,
	   "a directory");
	is(names.count ? names.list[0].name : NULL, "X.EFI", "its names");
	tree_free_names(&names);
	ok(tree_read(&t, "/Loader/LOADER.CONF", 100, &text, &why) == 0,
	   "to read");
	is(text_str(&text), "timeout 3", "its bytes");
	text_free(&text);
	ok(tree_read(&t, "/BOTH", 100, &text, &why) == 0, "the exact name");
	is(text_str(&text), "upper", "comes first");
	text_free(&text);
	real = tree_real_case(&t, "/EFI/LINUX/x.efi");
	is(real, "/efi/Linux/X.EFI", "as it is written");
	free(real);
	for (size_t i = 0; i < TREE_CASE_PARTS_MAX; i++)
		(void)strcat(deep, "/.");
	(void)strcat(deep, "/EFI");
	ok(look(&t, deep + 2, &why) == -EISDIR &&
		   look(&t, deep, &why) == -ENOENT,
	   "as deep as the limit");
	*t.case_names = 0;
	ok(look(&t, "/EFI/linux/x.efi", &why) == -ENOENT,
	   "no more than TREE_CASE_NAMES_MAX names");
	is(why.text,
	   "/EFI/linux/x.efi: not there as it is written, and 1000000 names "
	   "were compared in other cases before",
	   "which is told");
	ok(look(&t, "/efi/Linux/X.EFI", &why) == 0, "the exact name counts on");
	tree_close(&t);
	tree_close(&plain);
}

int main(void)
{
	struct tree t = TREE_NONE;
	struct reason why;
	char path[300];

	dir_start();
	test_spec();
	test_names();
	(void)dir_at("t/");
	(void)snprintf(path, sizeof(path), "%s/t", dir_path);
	if (tree_open(&t, path, &why))
		errx(1, "%s", why.text);
	test_links(&t);
	test_kinds(&t);
	test_devices();
	test_list(&t);
	test_hidden(&t);
	test_fat_copy();
	test_renames(&t);
	tree_close(&t);
	dir_end();
	return tap_done();
}
