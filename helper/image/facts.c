/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads what sysfs and procfs say. Only opens, reads and parses; whatever is
 * missing stays zero unless a hand-over cannot do without it.
 */
#include "image/facts.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/reason.h"

/* /proc/iomem of a machine with many devices is some 50 kB. */
enum { TEXT_MAX = 1 << 20 };

/* linux/capability.h */
enum { CAP_SYS_BOOT_BIT = 22 };

/*
 * All of @root@path into *@ret, a zero byte added, the length into *@len.
 * The caller frees it.
 */
static int read_file(const char *root, const char *path, char **ret,
		     size_t *len, struct reason *why)
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
		if (used < size - 1)
			continue;
		if (size >= TEXT_MAX) {
			err = reason(why, EFBIG, "%s: larger than %d bytes",
				     path, TEXT_MAX);
			break;
		}
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

/* The first line of a small file into @ret; "" when it cannot be read. */
static void read_line(const char *root, const char *path, char *ret,
		      size_t size)
{
	size_t len;
	char *text;

	ret[0] = '\0';
	if (read_file(root, path, &text, &len, NULL))
		return;
	text[strcspn(text, "\n")] = '\0';
	(void)snprintf(ret, size, "%s", text);
	free(text);
}

/* sys/firmware/memmap/N/{start,end,type} as one text; N counts from 0. */
static int read_firmware(struct facts *f, const char *root, struct reason *why)
{
	static const char dir[] = "/sys/firmware/memmap";
	char path[64], start[32], end[32], type[64];
	struct bytes text = { NULL, 0 };
	char *buf = NULL;
	size_t len = 0;
	FILE *out;
	int err;

	out = open_memstream(&buf, &len);
	if (!out)
		return reason(why, ENOMEM, "%s: no memory to read it", dir);
	for (unsigned int i = 0; i <= MEMMAP_MAX; i++) {
		(void)snprintf(path, sizeof(path), "%s/%u/start", dir, i);
		read_line(root, path, start, sizeof(start));
		if (!start[0])
			break;
		(void)snprintf(path, sizeof(path), "%s/%u/end", dir, i);
		read_line(root, path, end, sizeof(end));
		(void)snprintf(path, sizeof(path), "%s/%u/type", dir, i);
		read_line(root, path, type, sizeof(type));
		(void)fprintf(out, "%s %s %s\n", start, end, type);
	}
	if (fclose(out) != 0) {
		err = reason(why, ENOMEM, "%s: no memory to read it", dir);
		goto out;
	}
	text.data = (const uint8_t *)buf;
	text.len = len;
	if (len == 0)
		err = reason(why, ENOENT,
			     "%s: missing: the running kernel needs "
			     "CONFIG_FIRMWARE_MEMMAP",
			     dir);
	else
		err = memmap_parse_firmware(&f->firmware, text, why);
out:
	free(buf);
	return err;
}

static int read_iomem(struct facts *f, const char *root, struct reason *why)
{
	struct bytes text;
	char *buf;
	size_t len;
	int err;

	err = read_file(root, "/proc/iomem", &buf, &len, why);
	if (err)
		return err;
	text.data = (const uint8_t *)buf;
	text.len = len;
	err = memmap_parse_iomem(&f->usable, text, why);
	free(buf);
	return err;
}

/* "MemTotal:   497264 kB" in @text as bytes; 0 when it is not there. */
static uint64_t meminfo(const char *text, const char *key)
{
	size_t len = strlen(key);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, len) == 0 && line[len] == ':')
			return strtoull(line + len + 1, NULL, 10) * 1024;
	}
	return 0;
}

static int read_memory(struct facts *f, const char *root, struct reason *why)
{
	static const char file[] = "/proc/meminfo";
	char *text;
	size_t len;
	int err;

	err = read_file(root, file, &text, &len, why);
	if (err)
		return err;
	f->mem_total = meminfo(text, "MemTotal");
	f->mem_available = meminfo(text, "MemAvailable");
	free(text);
	if (f->mem_total == 0 || f->mem_available == 0)
		return reason(why, EINVAL,
			      "%s: shows no MemTotal or no MemAvailable", file);
	return 0;
}

static void read_boot_params(struct facts *f, const char *root)
{
	char *data;
	size_t len;

	if (read_file(root, "/sys/kernel/boot_params/data", &data, &len, NULL))
		return;
	if (len == FACTS_BOOT_PARAMS_SIZE) {
		memcpy(f->boot_params, data, len);
		f->have_boot_params = true;
	}
	free(data);
}

/* True if the first "flags" line of /proc/cpuinfo has the word @flag. */
static bool has_cpu_flag(const char *root, const char *flag)
{
	char *text, *line, *word, *save;
	bool found = false;
	size_t len;

	if (read_file(root, "/proc/cpuinfo", &text, &len, NULL))
		return false;
	line = strstr(text, "\nflags");
	if (line) {
		line++;
		line[strcspn(line, "\n")] = '\0';
		for (word = strtok_r(line, " \t:", &save); word && !found;
		     word = strtok_r(NULL, " \t:", &save))
			found = strcmp(word, flag) == 0;
	}
	free(text);
	return found;
}

static bool may_boot(const char *root)
{
	unsigned long long caps = 0;
	char *text, *line;
	size_t len;

	if (read_file(root, "/proc/self/status", &text, &len, NULL))
		return true;
	line = strstr(text, "\nCapEff:");
	if (line)
		caps = strtoull(line + strlen("\nCapEff:"), NULL, 16);
	free(text);
	return !line || (caps >> CAP_SYS_BOOT_BIT & 1);
}

static void read_policy(struct facts *f, const char *root)
{
	char line[64];

	/* "[none] integrity confidentiality"; no file: no lockdown. */
	read_line(root, "/sys/kernel/security/lockdown", line, sizeof(line));
	f->lockdown = line[0] && !strstr(line, "[none]");
	read_line(root, "/proc/sys/kernel/kexec_load_disabled", line,
		  sizeof(line));
	f->load_disabled = line[0] && strcmp(line, "0") != 0;
	f->may_boot = may_boot(root);
}

static void read_platform(struct facts *f, const char *root)
{
	char line[64];

	read_line(root, "/sys/hypervisor/type", line, sizeof(line));
	if (strcmp(line, "xen") != 0)
		return;
	read_line(root, "/sys/hypervisor/guest_type", line, sizeof(line));
	if (strcmp(line, "HVM") == 0)
		f->platform = FACTS_XEN_HVM;
	else if (strcmp(line, "PVH") == 0)
		f->platform = FACTS_XEN_PVH;
	else
		f->platform = FACTS_XEN_PV;
	read_line(root, "/sys/hypervisor/version/major", line, sizeof(line));
	f->xen_major = (unsigned int)strtoul(line, NULL, 10);
	read_line(root, "/sys/hypervisor/version/minor", line, sizeof(line));
	f->xen_minor = (unsigned int)strtoul(line, NULL, 10);
	read_line(root, "/sys/hypervisor/version/extra", f->xen_extra,
		  sizeof(f->xen_extra));
	read_line(root, "/sys/kernel/kboot/handover", line, sizeof(line));
	f->self_reset = strcmp(line, "self-reset") == 0;
}

int facts_read(struct facts **ret, const char *root, struct reason *why)
{
	struct facts *f;
	int err;

	f = calloc(1, sizeof(*f));
	if (!f)
		return reason(why, ENOMEM, "no memory for the memory map");
	err = read_iomem(f, root, why);
	if (err)
		goto out;
	err = read_firmware(f, root, why);
	if (err)
		goto out;
	err = read_memory(f, root, why);
	if (err)
		goto out;
	read_boot_params(f, root);
	f->la57 = has_cpu_flag(root, "la57");
	read_policy(f, root);
	read_platform(f, root);
	f->have_seed = getrandom(f->seed, sizeof(f->seed), GRND_NONBLOCK) ==
		       (ssize_t)sizeof(f->seed);
	*ret = f;
	f = NULL;
out:
	facts_free(f);
	return err;
}

void facts_free(struct facts *facts)
{
	if (!facts)
		return;
	explicit_bzero(facts->seed, sizeof(facts->seed));
	free(facts);
}
