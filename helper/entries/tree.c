/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * File access inside a guest's mounted file system. All openat2() calls of
 * the helper are here; no other file of entries/ opens anything.
 */
#include "entries/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/device_name.h"

/*
 * The field at *@spec, which moves behind it. It ends at the next comma that a
 * known field follows: a label, which the guest chose, may hold commas.
 */
static char *take_field(const char **spec)
{
	static const char *const known[] = { ",uuid=", ",label=", ",dev=" };
	size_t len = strlen(*spec);
	char *field;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const char *next = strstr(*spec, known[i]);

		if (next && (size_t)(next - *spec) < len)
			len = (size_t)(next - *spec);
	}
	field = strndup(*spec, len);
	*spec += len;
	return field;
}

static unsigned int *new_case_names(void)
{
	unsigned int *ret = malloc(sizeof(*ret));

	if (ret)
		*ret = TREE_CASE_NAMES_MAX;
	return ret;
}

int tree_open(struct tree *ret, const char *spec, struct reason *why)
{
	static const struct tree none = TREE_NONE;
	const char *at = spec;

	*ret = none;
	ret->dir = take_field(&at);
	while (*at == ',') {
		at++;
		if (strncmp(at, "dev=", 4) == 0 && !ret->dev) {
			ret->dev = strdup(at + 4);
			at += strlen(at);
		} else if (strncmp(at, "uuid=", 5) == 0 && !ret->uuid) {
			at += 5;
			ret->uuid = take_field(&at);
		} else if (strncmp(at, "label=", 6) == 0 && !ret->label) {
			at += 6;
			ret->label = take_field(&at);
		} else {
			return reason(why, EINVAL,
				      "--fs %s: not of the form "
				      "DIR[,uuid=U][,label=L][,dev=NAME]",
				      spec);
		}
	}
	ret->uuid = ret->uuid ? ret->uuid : strdup("");
	ret->label = ret->label ? ret->label : strdup("");
	ret->dev = ret->dev ? ret->dev : strdup("");
	ret->case_names = new_case_names();
	if (!ret->dir || !ret->uuid || !ret->label || !ret->dev ||
	    !ret->case_names)
		return reason(why, ENOMEM, "no memory");
	ret->fd = open(ret->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (ret->fd < 0)
		return reason(why, errno, "%s: %s", ret->dir, strerror(errno));
	return 0;
}

void tree_close(struct tree *tree)
{
	static const struct tree none = TREE_NONE;

	if (tree->fd >= 0)
		(void)close(tree->fd);
	free(tree->dir);
	free(tree->uuid);
	free(tree->label);
	free(tree->dev);
	free(tree->case_names);
	*tree = none;
}

/* Where the file at @fd really is, on this system; false: nobody knows. */
static bool real_path(int fd, char *ret, size_t size)
{
	char link[32];
	ssize_t len;

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, ret, size);
	if (len <= 0 || (size_t)len == size)
		return false;
	ret[len] = '\0';
	return true;
}

/* True if what is open at @fd lies in a hidden directory of @tree. */
static bool is_hidden(const struct tree *tree, int fd)
{
	char top[PATH_MAX], real[PATH_MAX];
	size_t len;

	if (!tree->hidden[0][0] || !real_path(tree->fd, top, sizeof(top)) ||
	    !real_path(fd, real, sizeof(real)))
		return false;
	len = strcmp(top, "/") == 0 ? 0 : strlen(top);
	/* It was moved meanwhile. */
	if (strncmp(real, top, len) != 0)
		return false;
	for (size_t i = 0; i < TREE_HIDDEN_MAX && tree->hidden[i][0]; i++) {
		size_t end = len + strlen(tree->hidden[i]);

		if (strncmp(real + len, tree->hidden[i], end - len) == 0 &&
		    (!real[end] || real[end] == '/'))
			return true;
	}
	return false;
}

/*
 * openat2() itself. While anything is renamed or mounted anywhere, the kernel
 * cannot tell where ".." leads to and says EAGAIN: openat2(2).
 */
static long resolve(const struct tree *tree, const char *path, int flags)
{
	struct open_how how = {
		.flags = (unsigned int)(flags | O_CLOEXEC),
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	long fd = -1;

	errno = EAGAIN;
	for (int i = 0; i < TREE_TRIES_MAX && fd < 0 && errno == EAGAIN; i++)
		fd = syscall(SYS_openat2, tree->fd, path, &how, sizeof(how));
	return fd;
}

/* "1A2B-3C4D" */
static bool is_fat_serial(const char *uuid)
{
	size_t len = strlen(uuid);

	if (len != 9 || uuid[4] != '-')
		return false;
	return strspn(uuid, "0123456789abcdefABCDEF") == 4 &&
	       strspn(uuid + 5, "0123456789abcdefABCDEF") == 4;
}

unsigned long tree_magic(const struct tree *tree)
{
	struct statfs fs;

	return fstatfs(tree->fd, &fs) == 0 ? (unsigned long)fs.f_type : 0;
}

bool tree_ignores_case(const struct tree *tree)
{
	return is_fat_serial(tree->uuid) ||
	       tree_magic(tree) == MSDOS_SUPER_MAGIC;
}

static bool may_compare(const struct tree *tree)
{
	return tree->case_names && *tree->case_names;
}

/* How the file called @name, in whichever case, is really called in the
 * directory @path; NULL: it is not there. */
static char *find_name(const struct tree *tree, const char *path,
		       const char *name, size_t len)
{
	const struct dirent *entry;
	char *found = NULL;
	DIR *dir;
	long fd;

	if (!may_compare(tree))
		return NULL;
	--*tree->case_names;
	fd = resolve(tree, path, O_RDONLY | O_DIRECTORY);
	dir = fd < 0 ? NULL : fdopendir((int)fd);
	if (!dir && fd >= 0)
		(void)close((int)fd);
	if (!dir)
		return NULL;
	for (size_t i = 0; !found && i < TREE_CASE_MAX; i++) {
		entry = may_compare(tree) ? readdir(dir) : NULL;
		if (!entry)
			break;
		--*tree->case_names;
		if (strncasecmp(entry->d_name, name, len) == 0 &&
		    !entry->d_name[len])
			found = strdup(entry->d_name);
	}
	(void)closedir(dir);
	return found;
}

char *tree_real_case(const struct tree *tree, const char *path)
{
	long fd = resolve(tree, path, O_PATH | O_NOFOLLOW);
	struct text done = { 0 };

	if (fd >= 0) {
		(void)close((int)fd);
		return strdup(path);
	}
	for (size_t parts = 0; *path; parts++) {
		size_t len = strcspn(path += strspn(path, "/"), "/");
		char *real = NULL;

		if (len && parts < TREE_CASE_PARTS_MAX)
			real = find_name(tree, done.len ? text_str(&done) : "/",
					 path, len);
		if (len && !real) {
			text_free(&done);
			return NULL;
		}
		if (len)
			text_addf(&done, "/%s", real);
		free(real);
		path += len;
	}
	return text_take(&done);
}

/* The same as resolve() where a copy of a FAT lies on another file system:
 * Linux looks a real one's names up in any case by itself. */
static long resolve_copy(const struct tree *tree, const char *path, int flags)
{
	long fd = resolve(tree, path, flags);
	int problem = errno;
	struct statfs fs;
	char *real = NULL;

	if (fd < 0 && problem == ENOENT && is_fat_serial(tree->uuid) &&
	    fstatfs(tree->fd, &fs) == 0 && fs.f_type != MSDOS_SUPER_MAGIC)
		real = tree_real_case(tree, path);
	if (!real) {
		errno = problem;
		return fd;
	}
	fd = resolve(tree, real, flags);
	problem = errno;
	free(real);
	errno = problem;
	return fd;
}

/* A path inside the tree, opened; or -errno with the sentence. */
static int open_in(const struct tree *tree, const char *path, int flags,
		   struct reason *why)
{
	long fd = resolve_copy(tree, path, flags);

	if (fd >= 0 && is_hidden(tree, (int)fd)) {
		(void)close((int)fd);
		return reason(why, ENOENT,
			      "%s: hidden; the guest mounts another file "
			      "system over it",
			      path);
	}
	if (fd >= 0)
		return (int)fd;
	if (errno == ENOENT && tree->case_names && !*tree->case_names)
		return reason(why, ENOENT,
			      "%s: not there as it is written, and %d names "
			      "were compared in other cases before",
			      path, TREE_CASE_NAMES_MAX);
	if (errno == ENOENT)
		return reason(why, ENOENT, "%s: not there", path);
	if (errno == ENOSYS)
		return reason(why, ENOSYS,
			      "this kernel has no openat2(): Linux 5.6 or "
			      "newer is needed");
	return reason(why, errno, "%s: %s", path, strerror(errno));
}

/* Only a regular file is taken. */
static int check_regular(int fd, const char *path, struct stat *st,
			 struct reason *why)
{
	if (fstat(fd, st) != 0)
		return reason(why, errno, "%s: %s", path, strerror(errno));
	if (S_ISREG(st->st_mode))
		return 0;
	if (S_ISDIR(st->st_mode))
		return reason(why, EISDIR, "%s: is a directory", path);
	return reason(why, ENODEV, "%s: is no regular file", path);
}

int tree_open_below(struct tree *ret, const struct tree *of, const char *path,
		    struct reason *why)
{
	static const struct tree none = TREE_NONE;

	*ret = none;
	if (asprintf(&ret->dir, "%s%s", of->dir, path) < 0)
		ret->dir = NULL;
	ret->uuid = strdup(of->uuid);
	ret->label = strdup(of->label);
	ret->dev = strdup(of->dev);
	ret->case_names = new_case_names();
	if (!ret->dir || !ret->uuid || !ret->label || !ret->dev ||
	    !ret->case_names)
		return reason(why, ENOMEM, "no memory");
	ret->fd = open_in(of, path, O_PATH | O_DIRECTORY, why);
	return ret->fd < 0 ? ret->fd : 0;
}

size_t tree_hide(struct tree *tree, const char *dir)
{
	for (size_t i = 0; i < TREE_HIDDEN_MAX; i++) {
		char *slot = tree->hidden[i];

		if (strcmp(slot, dir) == 0 || strlen(dir) >= TREE_HIDDEN_LEN)
			return 0;
		if (*slot)
			continue;
		(void)snprintf(slot, TREE_HIDDEN_LEN, "%s", dir);
		return 1;
	}
	return 0;
}

bool tree_is_mounted(const struct tree *tree, const char *dir)
{
	struct stat top, st;
	int fd = open_in(tree, dir, O_PATH | O_DIRECTORY, NULL);
	bool ret = fd >= 0 && fstat(tree->fd, &top) == 0 &&
		   fstat(fd, &st) == 0 && top.st_dev != st.st_dev;

	if (fd >= 0)
		(void)close(fd);
	return ret;
}

int tree_look(const struct tree *tree, const char *path, struct tree_file *ret,
	      struct reason *why)
{
	struct stat st;
	int fd = open_in(tree, path, O_PATH, why);
	int err;

	if (fd < 0)
		return fd;
	err = check_regular(fd, path, &st, why);
	(void)close(fd);
	if (err)
		return err;
	ret->device = st.st_dev;
	ret->inode = st.st_ino;
	ret->size = st.st_size;
	return 0;
}

int tree_open_file(const struct tree *tree, const char *path, int *ret_fd,
		   struct reason *why)
{
	const int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY;
	struct tree_file file;
	struct stat st;
	int err, fd;

	err = tree_look(tree, path, &file, why);
	if (err)
		return err;
	fd = open_in(tree, path, flags, why);
	if (fd < 0)
		return fd;
	/* In a running guest it may have become something else meanwhile. */
	err = check_regular(fd, path, &st, why);
	if (err)
		(void)close(fd);
	else
		*ret_fd = fd;
	return err;
}

int tree_read(const struct tree *tree, const char *path, size_t max,
	      struct text *ret, struct reason *why)
{
	size_t before = ret->len;
	char buffer[4096];
	ssize_t got = 0;
	int fd, err;

	err = tree_open_file(tree, path, &fd, why);
	if (err)
		return err;
	while (ret->len - before <= max) {
		got = read(fd, buffer, sizeof(buffer));
		if (got <= 0)
			break;
		text_add_bytes(ret, buffer, (size_t)got);
	}
	if (got < 0)
		err = reason(why, errno, "%s: %s", path, strerror(errno));
	else if (ret->len - before > max)
		err = reason(why, EFBIG, "%s: more than %zu bytes", path, max);
	else if (text_error(ret))
		err = reason(why, ENOMEM, "%s: no memory for it", path);
	(void)close(fd);
	if (err && ret->len > before) {
		ret->len = before;
		ret->data[before] = '\0';
	}
	return err;
}

static int by_name(const void *a, const void *b)
{
	const struct tree_name *left = a, *right = b;

	return strcmp(left->name, right->name);
}

/* Room for one more, doubling. */
static bool grow(struct tree_names *names)
{
	struct tree_name *list;
	size_t room;

	/* Full at each power of two from 16 on, and at the start. */
	if (names->count &&
	    (names->count < 16 || (names->count & (names->count - 1)) != 0))
		return true;
	room = names->count ? names->count * 2 : 16;
	list = reallocarray(names->list, room, sizeof(*list));
	if (!list)
		return false;
	names->list = list;
	return true;
}

static int read_names(DIR *dir, bool (*wanted)(const char *name),
		      struct tree_names *ret)
{
	const struct dirent *entry;

	for (;;) {
		char *name;

		errno = 0;
		entry = readdir(dir);
		if (!entry)
			return -errno;
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		if (wanted && !wanted(entry->d_name))
			continue;
		if (ret->count == TREE_NAMES_MAX) {
			ret->cut = true;
			return 0;
		}
		name = grow(ret) ? strdup(entry->d_name) : NULL;
		if (!name)
			return -ENOMEM;
		ret->list[ret->count].name = name;
		ret->list[ret->count++].is_link = entry->d_type == DT_LNK;
	}
}

int tree_list(const struct tree *tree, const char *path,
	      bool (*wanted)(const char *name), struct tree_names *ret,
	      struct reason *why)
{
	DIR *dir;
	int fd, err;

	memset(ret, 0, sizeof(*ret));
	fd = open_in(tree, path, O_RDONLY | O_DIRECTORY, why);
	if (fd < 0)
		return fd;
	dir = fdopendir(fd);
	if (!dir) {
		err = reason(why, errno, "%s: %s", path, strerror(errno));
		(void)close(fd);
		return err;
	}
	err = read_names(dir, wanted, ret);
	(void)closedir(dir);
	if (err)
		return reason(why, -err, "%s: %s", path, strerror(-err));
	if (ret->count)
		qsort(ret->list, ret->count, sizeof(*ret->list), by_name);
	return 0;
}

void tree_free_names(struct tree_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->list[i].name);
	free(names->list);
	memset(names, 0, sizeof(*names));
}

char *tree_link(const struct tree *tree, const char *path)
{
	char target[PATH_MAX];
	ssize_t len;
	int fd = open_in(tree, path, O_PATH | O_NOFOLLOW, NULL);

	if (fd < 0)
		return NULL;
	len = readlinkat(fd, "", target, sizeof(target));
	(void)close(fd);
	if (len <= 0 || (size_t)len == sizeof(target))
		return NULL;
	return strndup(target, (size_t)len);
}

bool tree_is_device(const struct tree *tree, const char *name)
{
	struct device_name wanted, own;

	if (!device_name_parse(name, &wanted))
		return false;
	if (device_name_parse(tree->dev, &own) &&
	    device_name_is_same(&own, &wanted))
		return true;
	/* The UUID of vfat is written in capitals or small letters. */
	if (wanted.form == DEVICE_NAME_UUID)
		return strcasecmp(tree->uuid, wanted.value) == 0;
	return wanted.form == DEVICE_NAME_LABEL &&
	       device_name_is_label(wanted.value, tree->label);
}

const char *tree_name(const struct tree *tree)
{
	if (*tree->dev)
		return tree->dev;
	return *tree->uuid ? tree->uuid : tree->dir;
}
