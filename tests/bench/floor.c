/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The least that a loader can do: PID 1 of kboot's own kernel that knows where
 * everything is. Mounts, loads, unmounts, jumps; no settings, no waiting, no
 * list, no shell. What kboot takes more than this is what kboot costs. Only for
 * tests/bench/run: it expects these disks.
 *
 *	/init [peak] ext4|lvm-raid1 HOW KERNEL INITRD [WORD]...
 *
 * HOW	load	by kboot's own functions: the floor
 *	-l -s -i	by kexec-tools, which makes it the yardstick of our loader
 *	kboot	by the program kboot
 *	copy	not at all: reads both files and copies each byte once, to the same
 *		place over and over, which no loader can do without
 *	keep	the same to memory for all of them, which a loader has to fill, too
 * peak	says by how much loading lowers the memory that is available at most,
 *	in KiB, and ends there
 *
 * The words are the newcomer's command line; all come after the `--` of the
 * kernel's command line. A failure is a line on the console, and a reset.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/reason.h"
#include "image/facts.h"
#include "image/image.h"
#include "sys/sys.h"

enum {
	COMMAND_LINE_SIZE = 2048,
	PATH_SIZE = 256,
	ARGUMENTS_MAX = 16,
	COPY_SIZE = 1 << 20,
	TEXT_SIZE = 16384,
	PAGE_SIZE = 4096,
	/* Between two looks at the memory. */
	LOOK_NSEC = 500000,
};

/* What is to be loaded, and how. */
struct job {
	const char *layout;
	const char *how;
	char kernel[PATH_SIZE];
	char initrd[PATH_SIZE];
	char cmdline[COMMAND_LINE_SIZE];
};

/* Of kexec-tools' command line. */
struct words {
	const char *argv[ARGUMENTS_MAX];
	char initrd[PATH_SIZE + 16];
	char cmdline[COMMAND_LINE_SIZE + 32];
};

static _Noreturn void reset(void)
{
	fflush(stdout);
	(void)reboot(RB_AUTOBOOT);
	_exit(1);
}

static _Noreturn void fail(const char *what, const char *why)
{
	printf("floor: %s: %s\n", what, why);
	reset();
}

static void mount_on(const char *what, const char *type, const char *dir)
{
	(void)mkdir(dir, 0755);
	if (mount(what, dir, type, MS_RDONLY, NULL) < 0)
		fail(dir, strerror(errno));
}

static pid_t start(const char *const *argv)
{
	pid_t pid = fork();

	if (pid < 0)
		fail("fork", strerror(errno));
	if (pid == 0) {
		/* execv() does not write to what its prototype leaves open. */
		execv(argv[0], (char *const *)argv);
		fail(argv[0], strerror(errno));
	}
	return pid;
}

static void run(const char *const *argv)
{
	int status;

	if (waitpid(start(argv), &status, 0) < 0 || status != 0)
		fail(argv[0], "failed");
}

static void read_text(const char *name, char *text, size_t size)
{
	int fd = open(name, O_RDONLY);
	size_t length = 0;
	ssize_t got;

	while ((got = read(fd, text + length, size - 1 - length)) > 0)
		length += (size_t)got;
	if (got < 0)
		fail(name, strerror(errno));
	text[length] = '\0';
	(void)close(fd);
}

/* Of all lines with @name: what it says, added up. */
static long sum_of(const char *text, const char *name)
{
	long sum = 0;

	while ((text = strstr(text, name))) {
		text += strlen(name);
		sum += strtol(text, NULL, 10);
	}
	return sum;
}

/*
 * What programs can have, in KiB: free pages, also those that each processor
 * keeps at hand, and what is cached of files. MemAvailable is not that exact.
 */
static long available(void)
{
	char text[TEXT_SIZE];
	long kib;

	read_text("/proc/meminfo", text, sizeof(text));
	kib = sum_of(text, "MemFree:") + sum_of(text, "Active(file):") +
	      sum_of(text, "Inactive(file):") + sum_of(text, "SReclaimable:");
	read_text("/proc/zoneinfo", text, sizeof(text));
	return kib + sum_of(text, " count:") * (PAGE_SIZE / 1024);
}

/* As run(); says what it took. */
static _Noreturn void run_and_look(const char *const *argv)
{
	const struct timespec pause = { .tv_nsec = LOOK_NSEC };
	long before = available(), low = before, now;
	pid_t pid = start(argv);
	int status;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		now = available();
		if (now < low)
			low = now;
		(void)nanosleep(&pause, NULL);
	}
	if (status != 0)
		fail(argv[0], "failed");
	now = available();
	printf("PEAK %ld HELD %ld\n", before - (now < low ? now : low),
	       before - now);
	reset();
}

/* mdadm and lvm are where kboot has them: in a squashfs, for /usr. */
static void mount_tools(void)
{
	struct loop_config config = { 0 };
	char name[PATH_SIZE];
	int control = open("/dev/loop-control", O_RDWR);
	int file = open("/usr.squashfs", O_RDONLY);
	int loop;

	if (control < 0 || file < 0)
		fail("/usr.squashfs", strerror(errno));
	snprintf(name, sizeof(name), "/dev/loop%d",
		 ioctl(control, LOOP_CTL_GET_FREE));
	loop = open(name, O_RDONLY);
	config.fd = (unsigned int)file;
	config.info.lo_flags = LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR;
	if (loop < 0 || ioctl(loop, LOOP_CONFIGURE, &config) < 0)
		fail(name, strerror(errno));
	mount_on(name, "squashfs", "/usr");
	(void)close(loop);
	(void)close(file);
	(void)close(control);
}

/* The device with the guest's root. */
static const char *find_root(const char *layout)
{
	static const char *const mdadm[] = { "/usr/sbin/mdadm", "--assemble",
					     "/dev/md0",	"/dev/vda1",
					     "/dev/vdb1",	NULL };
	static const char *const lvm[] = { "/usr/sbin/lvm", "vgchange", "-ay",
					   "--sysinit",	    "vg",	NULL };

	if (strcmp(layout, "lvm-raid1") != 0)
		return "/dev/vda1";
	mount_tools();
	run(mdadm);
	run(lvm);
	return "/dev/dm-0";
}

static void load(const struct job *job)
{
	struct image_source initrds[] = { { .fd = open(job->initrd, O_RDONLY),
					    .name = job->initrd } };
	struct image_request request = {
		.kernel = { .fd = open(job->kernel, O_RDONLY),
			    .name = job->kernel },
		.initrd = initrds,
		.initrd_count = 1,
		.cmdline = job->cmdline,
		.method = IMAGE_AUTO,
	};
	struct facts *facts;
	struct image *image;
	struct reason why;

	if (request.kernel.fd < 0 || initrds[0].fd < 0)
		fail("kernel or initrd", strerror(errno));
	if (facts_read(&facts, "", &why) ||
	    image_build(&image, &request, facts, &why) ||
	    image_load(image, &why))
		fail("load", why.text);
	image_free(image);
	facts_free(facts);
	(void)close(request.kernel.fd);
	(void)close(initrds[0].fd);
}

/* Reads all of a file, @step bytes at a time to the same place; 0: all. */
static void copy_file(const char *name, size_t step)
{
	int fd = open(name, O_RDONLY);
	struct stat st;
	char *buffer;
	ssize_t got;

	if (fd < 0 || fstat(fd, &st) < 0)
		fail(name, strerror(errno));
	buffer = malloc(step ? step : (size_t)st.st_size);
	if (!buffer)
		fail(name, strerror(errno));
	while ((got = read(fd, buffer, step ? step : (size_t)st.st_size)) > 0)
		continue;
	if (got < 0)
		fail(name, strerror(errno));
	(void)close(fd);
	/* Without free(): what was kept is kept to the end */
}

/* /init copy|keep KERNEL INITRD: the program that is measured. */
static int copy(const char *how, const char *kernel, const char *initrd)
{
	size_t step = strcmp(how, "keep") ? COPY_SIZE : 0;

	copy_file(kernel, step);
	copy_file(initrd, step);
	return 0;
}

static bool only_copies(const char *how)
{
	return strcmp(how, "copy") == 0 || strcmp(how, "keep") == 0;
}

/* On LVM kexec-tools come with the tools; else they lie in /kexec. */
static void set_kexec_words(struct words *w, const struct job *job)
{
	static const char *const packed[] = { "/usr/sbin/kexec", NULL };
	/* By the dynamic linker, so that no library has to be in /lib */
	static const char *const bare[] = { "/kexec/ld-linux-x86-64.so.2",
					    "--library-path", "/kexec",
					    "/kexec/kexec", NULL };
	const char *const *kexec = strcmp(job->layout, "ext4") ? packed : bare;
	size_t n = 0;

	for (; kexec[n]; n++)
		w->argv[n] = kexec[n];
	snprintf(w->initrd, sizeof(w->initrd), "--initrd=%s", job->initrd);
	snprintf(w->cmdline, sizeof(w->cmdline), "--command-line=%s",
		 job->cmdline);
	w->argv[n++] = w->initrd;
	w->argv[n++] = w->cmdline;
	w->argv[n++] = job->kernel;
	w->argv[n++] = "-l";
	w->argv[n++] = strcmp(job->how, "-l") ? job->how : NULL;
	w->argv[n] = NULL;
}

static void load_by_program(const struct job *job, bool peak)
{
	struct words kexec;
	const char *const copy_words[] = { "/init", job->how, job->kernel,
					   job->initrd, NULL };
	const char *const kboot_words[] = {
		"/kboot",    "load",	  "--kernel",	job->kernel, "--initrd",
		job->initrd, "--cmdline", job->cmdline, NULL
	};
	const char *const *argv = kexec.argv;

	if (only_copies(job->how))
		argv = copy_words;
	else if (strcmp(job->how, "kboot") == 0)
		argv = kboot_words;
	else
		set_kexec_words(&kexec, job);
	if (peak)
		run_and_look(argv);
	run(argv);
	if (argv == copy_words)
		reset();
}

static void join(char *line, size_t size, int count, char **words)
{
	line[0] = '\0';
	for (int i = 0; i < count; i++) {
		if (i)
			strncat(line, " ", size - strlen(line) - 1);
		strncat(line, words[i], size - strlen(line) - 1);
	}
}

static void read_job(struct job *job, int argc, char **argv)
{
	if (argc < 4)
		fail("arguments", "wrong");
	job->layout = argv[0];
	job->how = argv[1];
	snprintf(job->kernel, sizeof(job->kernel), "/mnt%s", argv[2]);
	snprintf(job->initrd, sizeof(job->initrd), "/mnt%s", argv[3]);
	join(job->cmdline, sizeof(job->cmdline), argc - 4, argv + 4);
}

int main(int argc, char **argv)
{
	struct job job;
	struct reason why;
	bool peak = argc > 1 && strcmp(argv[1], "peak") == 0;

	if (argc == 4 && only_copies(argv[1]))
		return copy(argv[1], argv[2], argv[3]);
	read_job(&job, argc - 1 - peak, argv + 1 + peak);
	mount_on("proc", "proc", "/proc");
	mount_on("sysfs", "sysfs", "/sys");
	if (mount("devtmpfs", "/dev", "devtmpfs", 0, NULL) < 0)
		fail("/dev", strerror(errno));
	mount_on(find_root(job.layout), "ext4", "/mnt");
	if (strcmp(job.how, "load") == 0)
		load(&job);
	else
		load_by_program(&job, peak);
	if (umount("/mnt") < 0)
		fail("/mnt", strerror(errno));
	(void)sys_reboot_kexec(&why);
	fail("jump", why.text);
}
