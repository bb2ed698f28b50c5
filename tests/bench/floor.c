/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The least that a loader can do: PID 1 of kboot's own kernel that knows where
 * everything is. Mounts, loads, unmounts, jumps; no settings, no waiting, no
 * list, no shell. What kboot takes more than this is what kboot costs. With
 * -l, -s or -i it has kexec-tools load instead, from /kexec, which makes it the
 * yardstick of our loader. Only for tests/bench/run: it expects these disks.
 *
 *	/init ext4|lvm-raid1 load|-l|-s|-i KERNEL INITRD [WORD]...
 *
 * The words are the newcomer's command line; all come after the `--` of the
 * kernel's command line. A failure is a line on the console, and a reset.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/reason.h"
#include "image/facts.h"
#include "image/image.h"
#include "sys/sys.h"

enum { COMMAND_LINE_SIZE = 2048, PATH_SIZE = 256, ARGUMENTS_MAX = 16 };

static _Noreturn void fail(const char *what, const char *why)
{
	printf("floor: %s: %s\n", what, why);
	fflush(stdout);
	(void)reboot(RB_AUTOBOOT);
	_exit(1);
}

static void mount_on(const char *what, const char *type, const char *dir)
{
	(void)mkdir(dir, 0755);
	if (mount(what, dir, type, MS_RDONLY, NULL) < 0)
		fail(dir, strerror(errno));
}

static void run(const char *const *argv)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		fail("fork", strerror(errno));
	if (pid == 0) {
		/* execv() does not write to what its prototype leaves open. */
		execv(argv[0], (char *const *)argv);
		fail(argv[0], strerror(errno));
	}
	if (waitpid(pid, &status, 0) < 0 || status != 0)
		fail(argv[0], "failed");
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

static void load(const char *kernel, const char *initrd, const char *cmdline)
{
	struct image_source initrds[] = { { .fd = open(initrd, O_RDONLY),
					    .name = initrd } };
	struct image_request request = {
		.kernel = { .fd = open(kernel, O_RDONLY), .name = kernel },
		.initrd = initrds,
		.initrd_count = 1,
		.cmdline = cmdline,
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

static void load_with_kexec_tools(const char *how, const char *kernel,
				  const char *initrd, const char *cmdline)
{
	char initrd_word[PATH_SIZE + 16], cmdline_word[COMMAND_LINE_SIZE + 16];
	/* By the dynamic linker, so that no library has to be in /lib */
	const char *const argv[ARGUMENTS_MAX] = { "/kexec/ld-linux-x86-64.so.2",
						  "--library-path",
						  "/kexec",
						  "/kexec/kexec",
						  initrd_word,
						  cmdline_word,
						  kernel,
						  "-l",
						  strcmp(how, "-l") ? how
								    : NULL };

	snprintf(initrd_word, sizeof(initrd_word), "--initrd=%s", initrd);
	snprintf(cmdline_word, sizeof(cmdline_word), "--command-line=%s",
		 cmdline);
	run(argv);
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

int main(int argc, char **argv)
{
	char cmdline[COMMAND_LINE_SIZE], kernel[PATH_SIZE], initrd[PATH_SIZE];
	struct reason why;

	if (argc < 5)
		fail("arguments", "wrong");
	mount_on("proc", "proc", "/proc");
	mount_on("sysfs", "sysfs", "/sys");
	if (mount("devtmpfs", "/dev", "devtmpfs", 0, NULL) < 0)
		fail("/dev", strerror(errno));
	mount_on(find_root(argv[1]), "ext4", "/mnt");
	snprintf(kernel, sizeof(kernel), "/mnt%s", argv[3]);
	snprintf(initrd, sizeof(initrd), "/mnt%s", argv[4]);
	join(cmdline, sizeof(cmdline), argc - 5, argv + 5);
	if (strcmp(argv[2], "load") == 0)
		load(kernel, initrd, cmdline);
	else
		load_with_kexec_tools(argv[2], kernel, initrd, cmdline);
	if (umount("/mnt") < 0)
		fail("/mnt", strerror(errno));
	(void)sys_reboot_kexec(&why);
	fail("jump", why.text);
}
