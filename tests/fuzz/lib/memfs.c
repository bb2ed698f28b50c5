/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The file system, and the functions of the C library that see it. What is no
 * descriptor or path of it goes on to the real ones: libFuzzer calls them too.
 */
#include "memfs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

enum {
	/* Descriptors from here on are ours. */
	FD = 0x40000000,
	/* MAXSYMLINKS of Linux */
	LINKS_MAX = 40,
};

enum kind { DIRECTORY, FILE_NODE, LINK };

struct node {
	enum kind kind;
	char name[NAME_MAX + 1];
	struct node *parent;
	struct node *first;
	struct node *next;
	/* A file's, or a link's target with its NUL. */
	const char *bytes;
	size_t len;
	char *own;
};

struct file {
	struct node *node;
	size_t offset;
	bool is_path;
	/* It was given to fdopendir(). */
	bool is_dir;
	/* The next that readdir() returns; "." and ".." come first. */
	size_t dots;
	struct node *next;
	struct dirent dirent;
};

/* The root is the first. */
static struct node nodes[MEMFS_NODES_MAX];
static size_t node_count = 1;
/* Those before it stay as they are. */
static size_t kept = 1;
static struct file files[MEMFS_OPEN_MAX];
/* Something is renamed elsewhere at every other ".."; this was one. */
static bool raced;

/* ---- paths ---- */

struct walk {
	struct node *root;
	struct node *at;
	unsigned int links;
	/* There was a "..". */
	bool up;
};

static struct node *find(const struct node *dir, const char *name, size_t len)
{
	struct node *node = dir->first;

	while (node && (memcmp(node->name, name, len) != 0 || node->name[len]))
		node = node->next;
	return node;
}

/* Goes to one component; @follow it if it is a link. */
static int step(struct walk *w, const char *name, size_t len, bool follow);

/* namei() of Linux under RESOLVE_IN_ROOT: 0 or -errno, w->at is where. */
static int walk(struct walk *w, const char *path, bool follow)
{
	if (*path == '/')
		w->at = w->root;
	for (;;) {
		size_t len;
		bool is_last;
		int err;

		path += strspn(path, "/");
		if (!*path)
			return 0;
		if (w->at->kind != DIRECTORY)
			return -ENOTDIR;
		len = strcspn(path, "/");
		is_last = !path[len];
		err = step(w, path, len, follow || !is_last);
		if (err)
			return err;
		path += len;
		if (!is_last && w->at->kind != DIRECTORY)
			return -ENOTDIR;
	}
}

static int step(struct walk *w, const char *name, size_t len, bool follow)
{
	struct node *node;

	if (len == 1 && *name == '.')
		return 0;
	if (len == 2 && memcmp(name, "..", 2) == 0) {
		w->up = true;
		if (w->at != w->root)
			w->at = w->at->parent;
		return 0;
	}
	if (len > NAME_MAX)
		return -ENAMETOOLONG;
	node = find(w->at, name, len);
	if (!node)
		return -ENOENT;
	if (node->kind == LINK && follow) {
		if (w->links++ == LINKS_MAX)
			return -ELOOP;
		return walk(w, node->bytes, true);
	}
	w->at = node;
	return 0;
}

/* *@ret_up: there was a ".." on the way. */
static int look_up(struct node *root, const char *path, uint64_t flags,
		   struct node **ret, bool *ret_up)
{
	struct walk w = { .root = root, .at = root };
	int err;

	if (!*path)
		return -ENOENT;
	if (strlen(path) >= PATH_MAX)
		return -ENAMETOOLONG;
	err = walk(&w, path, !(flags & O_NOFOLLOW));
	*ret_up = w.up;
	if (err)
		return err;
	if ((flags & O_DIRECTORY) && w.at->kind != DIRECTORY)
		return -ENOTDIR;
	*ret = w.at;
	return 0;
}

/* ---- making ---- */

/* The name's node, new or a file that was there; NULL: cannot be. */
static struct node *make(const char *path, enum kind kind)
{
	char before[PATH_MAX];
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	struct node *dir = nodes, *node;
	size_t len = strlen(name);
	bool up;

	if (len > NAME_MAX || (size_t)(name - path) >= sizeof(before) || !len ||
	    strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return NULL;
	memcpy(before, path, (size_t)(name - path));
	before[name - path] = '\0';
	if (*before && look_up(nodes, before, O_DIRECTORY, &dir, &up))
		return NULL;
	node = find(dir, name, len);
	if (node)
		return kind == FILE_NODE && node->kind == kind &&
				       node >= nodes + kept
			       ? node
			       : NULL;
	if (node_count == MEMFS_NODES_MAX)
		abort();
	node = &nodes[node_count++];
	memset(node, 0, sizeof(*node));
	memcpy(node->name, name, len);
	node->kind = kind;
	node->parent = dir;
	node->next = dir->first;
	dir->first = node;
	return node;
}

bool memfs_dir(const char *path)
{
	return make(path, DIRECTORY);
}

bool memfs_file(const char *path, const void *bytes, size_t len)
{
	struct node *node = make(path, FILE_NODE);

	if (!node)
		return false;
	node->bytes = bytes;
	node->len = len;
	return true;
}

bool memfs_link(const char *path, const char *target)
{
	size_t len = strlen(target);
	struct node *node;

	if (!len || len >= PATH_MAX)
		return false;
	node = make(path, LINK);
	if (!node)
		return false;
	node->own = strdup(target);
	node->bytes = node->own;
	node->len = len;
	return true;
}

size_t memfs_mark(void)
{
	kept = node_count;
	return node_count;
}

void memfs_reset(size_t mark)
{
	raced = false;
	/* The newest of a directory is its first. */
	while (node_count > mark) {
		struct node *node = &nodes[--node_count];

		node->parent->first = node->next;
		free(node->own);
	}
}

/* ---- descriptors ---- */

static struct file *file_of(int fd)
{
	if (fd < FD || fd >= FD + MEMFS_OPEN_MAX)
		return NULL;
	if (!files[fd - FD].node)
		abort();
	return &files[fd - FD];
}

/* A file's, to read from. */
static struct file *readable(int fd)
{
	struct file *file = file_of(fd);

	if (file && (file->is_path || file->node->kind != FILE_NODE))
		abort();
	return file;
}

static int open_node(struct node *node, uint64_t flags)
{
	for (int i = 0; i < MEMFS_OPEN_MAX; i++)
		if (!files[i].node) {
			memset(&files[i], 0, sizeof(files[i]));
			files[i].node = node;
			files[i].is_path = flags & O_PATH;
			return FD + i;
		}
	abort();
}

static int open_at(struct node *root, const char *path, uint64_t flags)
{
	struct node *node;
	bool up = false;
	int err = look_up(root, path, flags, &node, &up);

	raced = up && !raced;
	if (raced)
		err = -EAGAIN;
	/* Nothing of ours opens a link but with O_PATH, or to write. */
	if ((flags & (O_ACCMODE | O_CREAT)) ||
	    (!err && node->kind == LINK && !(flags & O_PATH)))
		abort();
	if (err) {
		errno = -err;
		return -1;
	}
	return open_node(node, flags);
}

size_t memfs_open_count(void)
{
	size_t count = 0;

	for (size_t i = 0; i < MEMFS_OPEN_MAX; i++)
		count += files[i].node != NULL;
	return count;
}

static ssize_t copy(const struct file *file, void *buffer, size_t len,
		    off_t offset)
{
	size_t left;

	if (offset < 0) {
		errno = EINVAL;
		return -1;
	}
	if ((size_t)offset >= file->node->len)
		return 0;
	left = file->node->len - (size_t)offset;
	if (len > left)
		len = left;
	memcpy(buffer, file->node->bytes + offset, len);
	return (ssize_t)len;
}

/* ---- in the place of the C library ---- */

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);
int __real_close(int fd);
int __wrap_close(int fd);
int __real_fstat(int fd, struct stat *st);
int __wrap_fstat(int fd, struct stat *st);
int __real_fstatfs(int fd, struct statfs *fs);
int __wrap_fstatfs(int fd, struct statfs *fs);
ssize_t __real_read(int fd, void *buffer, size_t len);
ssize_t __wrap_read(int fd, void *buffer, size_t len);
ssize_t __real_pread(int fd, void *buffer, size_t len, off_t offset);
ssize_t __wrap_pread(int fd, void *buffer, size_t len, off_t offset);
ssize_t __real_readlinkat(int dir, const char *path, char *buffer, size_t len);
ssize_t __wrap_readlinkat(int dir, const char *path, char *buffer, size_t len);
ssize_t __real_readlink(const char *path, char *buffer, size_t len);
ssize_t __wrap_readlink(const char *path, char *buffer, size_t len);
DIR *__real_fdopendir(int fd);
DIR *__wrap_fdopendir(int fd);
struct dirent *__real_readdir(DIR *dir);
struct dirent *__wrap_readdir(DIR *dir);
int __real_closedir(DIR *dir);
int __wrap_closedir(DIR *dir);

int __wrap_open(const char *path, int flags, ...)
{
	int mode = 0;
	va_list ap;

	if (strncmp(path, MEMFS, strlen(MEMFS)) == 0)
		return open_at(nodes, path + strlen(MEMFS) - 1,
			       (unsigned int)flags);
	va_start(ap, flags);
	if (flags & O_CREAT)
		mode = va_arg(ap, int);
	va_end(ap);
	return __real_open(path, flags, mode);
}

long __wrap_syscall(long number, ...)
{
	long args[6];
	struct file *file;
	va_list ap;

	va_start(ap, number);
	for (size_t i = 0; i < 6; i++)
		args[i] = va_arg(ap, long);
	va_end(ap);
	file = number == SYS_openat2 ? file_of((int)args[0]) : NULL;
	if (file) {
		const struct open_how *how = (const void *)args[2];

		if (file->node->kind != DIRECTORY ||
		    how->resolve != (RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS) ||
		    args[3] != sizeof(*how))
			abort();
		return open_at(file->node, (const char *)args[1], how->flags);
	}
	return __real_syscall(number, args[0], args[1], args[2], args[3],
			      args[4], args[5]);
}

int __wrap_close(int fd)
{
	struct file *file = file_of(fd);

	if (!file)
		return __real_close(fd);
	if (file->is_dir)
		abort();
	file->node = NULL;
	return 0;
}

int __wrap_fstat(int fd, struct stat *st)
{
	static const mode_t modes[] = { S_IFDIR | 0700, S_IFREG | 0600,
					S_IFLNK | 0777 };
	const struct file *file = file_of(fd);

	if (!file)
		return __real_fstat(fd, st);
	memset(st, 0, sizeof(*st));
	st->st_dev = 1;
	st->st_ino = (ino_t)(file->node - nodes) + 1;
	st->st_mode = modes[file->node->kind];
	st->st_size = (off_t)file->node->len;
	st->st_nlink = 1;
	return 0;
}

int __wrap_fstatfs(int fd, struct statfs *fs)
{
	if (!file_of(fd))
		return __real_fstatfs(fd, fs);
	memset(fs, 0, sizeof(*fs));
	fs->f_type = EXT4_SUPER_MAGIC;
	return 0;
}

ssize_t __wrap_read(int fd, void *buffer, size_t len)
{
	struct file *file = readable(fd);
	ssize_t got;

	if (!file)
		return __real_read(fd, buffer, len);
	got = copy(file, buffer, len, (off_t)file->offset);
	file->offset += (size_t)got;
	return got;
}

ssize_t __wrap_pread(int fd, void *buffer, size_t len, off_t offset)
{
	const struct file *file = readable(fd);

	if (!file)
		return __real_pread(fd, buffer, len, offset);
	return copy(file, buffer, len, offset);
}

ssize_t __wrap_readlinkat(int dir, const char *path, char *buffer, size_t len)
{
	const struct file *file = file_of(dir);

	if (!file)
		return __real_readlinkat(dir, path, buffer, len);
	if (*path)
		abort();
	if (file->node->kind != LINK) {
		errno = ENOENT;
		return -1;
	}
	if (len > file->node->len)
		len = file->node->len;
	memcpy(buffer, file->node->bytes, len);
	return (ssize_t)len;
}

/* The path of @node, at the end of @buffer; where it begins. */
static char *path_of(const struct node *node, char *buffer, size_t size)
{
	char *at = buffer + size;

	for (; node != nodes; node = node->parent) {
		size_t len = strlen(node->name);

		if ((size_t)(at - buffer) <= len)
			abort();
		at -= len;
		memcpy(at, node->name, len);
		*--at = '/';
	}
	return at;
}

/* /proc/self/fd/N of a descriptor of ours: its path below the root "/memfs". */
ssize_t __wrap_readlink(const char *path, char *buffer, size_t len)
{
	static const char proc[] = "/proc/self/fd/", top[] = "/memfs";
	char whole[PATH_MAX], *at;
	const struct file *file = NULL;

	if (strncmp(path, proc, strlen(proc)) == 0)
		file = file_of(atoi(path + strlen(proc)));
	if (!file)
		return __real_readlink(path, buffer, len);
	at = path_of(file->node, whole + strlen(top),
		     sizeof(whole) - strlen(top)) -
	     strlen(top);
	memcpy(at, top, strlen(top));
	if (len > (size_t)(whole + sizeof(whole) - at))
		len = (size_t)(whole + sizeof(whole) - at);
	memcpy(buffer, at, len);
	return (ssize_t)len;
}

DIR *__wrap_fdopendir(int fd)
{
	struct file *file = file_of(fd);

	if (!file)
		return __real_fdopendir(fd);
	if (file->is_path || file->is_dir || file->node->kind != DIRECTORY)
		abort();
	file->is_dir = true;
	file->next = file->node->first;
	return (DIR *)file;
}

/* NULL if it is none of ours. */
static struct file *file_of_dir(DIR *dir)
{
	uintptr_t at = (uintptr_t)dir;

	if (at < (uintptr_t)files || at >= (uintptr_t)(files + MEMFS_OPEN_MAX))
		return NULL;
	if (!((struct file *)dir)->is_dir)
		abort();
	return (struct file *)dir;
}

struct dirent *__wrap_readdir(DIR *dir)
{
	static const unsigned char types[] = { DT_DIR, DT_REG, DT_LNK };
	struct file *file = file_of_dir(dir);

	if (!file)
		return __real_readdir(dir);
	if (file->dots < 2) {
		strcpy(file->dirent.d_name, file->dots++ ? ".." : ".");
		file->dirent.d_type = DT_DIR;
		return &file->dirent;
	}
	if (!file->next)
		return NULL;
	strcpy(file->dirent.d_name, file->next->name);
	file->dirent.d_type = types[file->next->kind];
	file->next = file->next->next;
	return &file->dirent;
}

int __wrap_closedir(DIR *dir)
{
	struct file *file = file_of_dir(dir);

	if (!file)
		return __real_closedir(dir);
	file->is_dir = false;
	file->node = NULL;
	return 0;
}
