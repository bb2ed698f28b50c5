/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small files of sysfs and procfs. */
#include "image/sysfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/reason.h"

bool sysfile_exists(const char *root, const char *path)
{
	char name[PATH_MAX];

	return snprintf(name, sizeof(name), "%s%s", root, path) <
		       (int)sizeof(name) &&
	       access(name, F_OK) == 0;
}

int sysfile_read(const char *root, const char *path, char **ret, size_t *len,
		 struct reason *why)
{
	char name[PATH_MAX];
	size_t size = 4096, used = 0;
	char *buf = NULL, *more;
	ssize_t n;
	int fd, err = 0;

	if (snprintf(name, sizeof(name), "%s%s", root, path) >=
	    (int)sizeof(name))
		return reason(why, ENAMETOOLONG, "%s: name too long", path);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return reason(why, errno, "%s: %s", path, strerror(errno));
	buf = malloc(size);
	while (buf) {
		n = read(fd, buf + used, size - used - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			err = reason(why, errno, "%s: %s", path,
				     strerror(errno));
		if (n <= 0)
			break;
		used += (size_t)n;
		if (used > SYSFILE_MAX) {
			err = reason(why, EFBIG, "%s: larger than %d bytes",
				     path, SYSFILE_MAX);
			break;
		}
		if (used < size - 1)
			continue;
		size *= 2;
		more = realloc(buf, size);
		if (!more)
			free(buf);
		buf = more;
	}
	(void)close(fd);
	if (!buf)
		return reason(why, ENOMEM, "%s: no memory to read it", path);
	if (err) {
		free(buf);
		return err;
	}
	buf[used] = '\0';
	*ret = buf;
	*len = used;
	return 0;
}

void sysfile_line(const char *root, const char *path, char *ret, size_t size)
{
	size_t len;
	char *text;

	ret[0] = '\0';
	if (sysfile_read(root, path, &text, &len, NULL))
		return;
	text[strcspn(text, "\n")] = '\0';
	(void)snprintf(ret, size, "%s", text);
	free(text);
}

uint64_t sysfile_number(const char *root, const char *path)
{
	char line[32];

	sysfile_line(root, path, line, sizeof(line));
	return strtoull(line, NULL, 0);
}

char *sysfile_rows(const char *root, const char *dir, const char *const *files,
		   size_t max)
{
	char path[96], line[64];
	char *text = NULL;
	size_t len = 0;
	FILE *out;

	out = open_memstream(&text, &len);
	if (!out)
		return NULL;
	for (size_t i = 0; i < max; i++) {
		(void)snprintf(path, sizeof(path), "%s/%zu", dir, i);
		if (!sysfile_exists(root, path))
			break;
		for (size_t k = 0; files[k]; k++) {
			(void)snprintf(path, sizeof(path), "%s/%zu/%s", dir, i,
				       files[k]);
			sysfile_line(root, path, line, sizeof(line));
			(void)fprintf(out, "%s%s", k ? " " : "", line);
		}
		(void)fputc('\n', out);
	}
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}
