/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program `kboot`: verbs, options, messages, exit codes. The only file
 * that prints. It knows what to ask the rooms for and how to show the answer;
 * how it is found out is theirs.
 *
 * Exit: 0 done, 1 refused with one sentence on stderr, 2 wrong usage.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/reason.h"
#include "base/text.h"
#include "entries/entries.h"
#include "entries/fstab.h"
#include "entries/show.h"
#include "entries/tree.h"
#include "entries/views.h"
#include "image/facts.h"
#include "image/image.h"
#include "image/policy.h"
#include "image/recognise.h"
#include "settings/conf.h"
#include "settings/settings.h"
#include "storage/probe.h"
#include "sys/sys.h"

enum { DONE = 0, REFUSED = 1, USAGE = 2 };

/* More --conf than this is a script gone wrong. */
enum { CONF_MAX = 16 };

#ifndef KBOOT_VERSION
#define KBOOT_VERSION "0"
#endif

struct verb {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *usage;
};

/* Options that several verbs share, as they were given. */
struct given {
	const char *cmdline;
	const char *conf[CONF_MAX];
	size_t conf_count;
	const char *fs[ENTRIES_TREES_MAX];
	size_t fs_count;
};

/* All that is known about a guest, for as long as a verb runs. */
struct view {
	struct settings settings;
	struct tree trees[ENTRIES_TREES_MAX];
	size_t tree_count;
	struct entries entries;
};

enum form { FORM_TABLE, FORM_TAB, FORM_JSON };

static const struct verb *verb_of(const char *name);

static int refuse(const struct reason *why)
{
	fprintf(stderr, "kboot: %s\n", why->text);
	return REFUSED;
}

static int wrong_usage(const char *verb)
{
	fprintf(stderr, "usage: %s\n", verb_of(verb)->usage);
	return USAGE;
}

/* What getopt() did not like about the option it stopped at. */
static int wrong_option(char **argv, int option)
{
	fprintf(stderr, "kboot: %s: %s %s\n", argv[0], argv[optind - 1],
		option == ':' ? "needs a value" : "is no option here");
	return wrong_usage(argv[0]);
}

/* Everything on stdout goes through here, so that a full disk is noticed. */
static int print(const struct text *out)
{
	if (text_error(out)) {
		fprintf(stderr, "kboot: no memory for the output\n");
		return REFUSED;
	}
	if (fwrite(text_str(out), 1, out->len, stdout) != out->len ||
	    fflush(stdout) != 0) {
		fprintf(stderr, "kboot: cannot write the output: %s\n",
			strerror(errno));
		return REFUSED;
	}
	return DONE;
}

/* At most @max bytes of the file at @path, a path of this system. */
static int read_file(const char *path, size_t max, struct text *ret,
		     struct reason *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int err = 0;

	if (fd < 0)
		return reason(why, errno, "%s: %s", path, strerror(errno));
	while (ret->len < max) {
		char buffer[4096];
		size_t want = max - ret->len;
		ssize_t got =
			read(fd, buffer,
			     want < sizeof(buffer) ? want : sizeof(buffer));

		if (got < 0)
			err = reason(why, errno, "%s: %s", path,
				     strerror(errno));
		if (got <= 0)
			break;
		text_add_bytes(ret, buffer, (size_t)got);
	}
	(void)close(fd);
	return err ? err : text_error(ret);
}

/* Where the host's word is, for kboot in its initramfs. */
static const char host_cmdline[] = "/proc/cmdline";

/* Takes an option of struct given; false if it is too many of them. */
static bool take_given(struct given *given, int option, const char *value)
{
	if (option == 'l') {
		given->cmdline = value;
	} else if (option == 'H') {
		given->cmdline = host_cmdline;
	} else if (option == 'c') {
		if (given->conf_count == CONF_MAX)
			return false;
		given->conf[given->conf_count++] = value;
	} else {
		if (given->fs_count == ENTRIES_TREES_MAX)
			return false;
		given->fs[given->fs_count++] = value;
	}
	return true;
}

/* The part of @path below the directory of one of @trees, or NULL. */
static const char *path_in_tree(const char *path, const struct tree *tree)
{
	size_t len = strlen(tree->dir);

	while (len && tree->dir[len - 1] == '/')
		len--;
	return strncmp(path, tree->dir, len) == 0 && path[len] == '/'
		       ? path + len
		       : NULL;
}

/* A --conf file: below an --fs its symlinks are the guest's. */
static int read_conf_bytes(const struct view *view, const char *path,
			   struct text *ret, struct reason *why)
{
	for (size_t i = 0; i < view->tree_count; i++) {
		const char *inside = path_in_tree(path, &view->trees[i]);

		if (inside && strcmp(view->trees[i].dir, "/") != 0)
			return tree_read(&view->trees[i], inside, CONF_SIZE_MAX,
					 ret, why);
	}
	return read_file(path, CONF_SIZE_MAX + 1, ret, why);
}

/*
 * One --conf file. It may be missing: init names every place where one can
 * be. The file embedded in the initramfs is the host's, all others are the
 * guest's.
 */
static int read_conf(struct view *view, const char *path, struct reason *why)
{
	static const char host[] = "/etc/kboot/";
	bool is_host = strncmp(path, host, strlen(host)) == 0;
	struct text bytes = { 0 };
	int err = read_conf_bytes(view, path, &bytes, why);

	if (!err) {
		err = settings_conf(&view->settings, path, is_host,
				    text_str(&bytes), bytes.len, why);
	} else {
		/* A file that cannot be read must not stop a boot. */
		if (err != -ENOENT)
			fprintf(stderr, "kboot: %s; ignored\n", why->text);
		err = 0;
	}
	text_free(&bytes);
	return err;
}

static void show_notes(const struct settings *settings)
{
	for (size_t i = 0; i < settings->note_count; i++)
		fprintf(stderr, "kboot: %s\n", settings->notes[i]);
	if (settings->notes_dropped)
		fprintf(stderr, "kboot: and %zu more of this kind\n",
			settings->notes_dropped);
}

/* Every setting, from the strongest source to the weakest. */
static int read_settings(struct view *view, const struct given *given,
			 struct reason *why)
{
	struct text line = { 0 };
	int err = 0;

	/* The words of the machine that this runs on say nothing about file
	 * systems that somebody else boots from. */
	if (given->cmdline || !given->fs_count)
		err = read_file(given->cmdline ? given->cmdline : host_cmdline,
				CMDLINE_MAX + 1, &line, why);

	/* /proc/cmdline adds a line break that Linux's own copy lacks; in an
	 * open quote it would count. */
	if (!err && line.len && line.data[line.len - 1] == '\n')
		line.len--;
	if (!err)
		err = settings_command_line(&view->settings, text_str(&line),
					    line.len, why);
	for (size_t i = 0; !err && i < given->conf_count; i++)
		err = read_conf(view, given->conf[i], why);
	text_free(&line);
	if (!err)
		show_notes(&view->settings);
	return err;
}

static void close_view(struct view *view)
{
	entries_free(&view->entries);
	for (size_t i = 0; i < view->tree_count; i++)
		tree_close(&view->trees[i]);
	settings_free(&view->settings);
}

static int verb_args(int argc, char **argv)
{
	static const struct option options[] = {
		{ "cmdline", required_argument, NULL, 'l' },
		{ "conf", required_argument, NULL, 'c' },
		{ NULL, 0, NULL, 0 },
	};
	struct view view = { 0 };
	struct given given = { 0 };
	struct text out = { 0 };
	struct reason why;
	int option, code;

	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (option != 'l' && option != 'c')
			return wrong_option(argv, option);
		if (!take_given(&given, option, optarg))
			return wrong_usage(argv[0]);
	}
	if (optind < argc)
		return wrong_usage(argv[0]);
	if (read_settings(&view, &given, &why)) {
		code = refuse(&why);
		goto out;
	}
	if (*settings_get(&view.settings, SETTING_RAMDISK) &&
	    !*settings_get(&view.settings, SETTING_KERNEL))
		fprintf(stderr, "kboot: ramdisk= goes with kernel=, and is not "
				"used without it\n");
	for (enum setting which = 0; which < SETTING_COUNT; which++)
		text_addf(&out, "%s=%s\n", settings_name(which),
			  settings_get(&view.settings, which));
	code = print(&out);
out:
	text_free(&out);
	close_view(&view);
	return code;
}

/* Settings, trees and entries; the notes on the way go to stderr. */
static int open_view(struct view *view, const struct given *given,
		     struct reason *why)
{
	struct guest guest = { view->trees, 0, &view->settings };
	size_t count = given->fs_count ? given->fs_count : 1;
	int err;

	for (size_t i = 0; i < count; i++) {
		view->tree_count++;
		err = tree_open(&view->trees[i],
				given->fs_count ? given->fs[i] : "/", why);
		if (err)
			return err;
	}
	err = read_settings(view, given, why);
	if (err)
		return err;
	guest.tree_count = view->tree_count;
	err = entries_gather(&view->entries, &guest, why);
	if (!err && view->entries.default_note.text[0])
		fprintf(stderr, "kboot: %s\n", view->entries.default_note.text);
	return err;
}

/* The view, its text, and stdout; the exit code. */
static int list(const struct given *given, enum form form, bool explain)
{
	struct view view = { .entries = ENTRIES_NONE };
	struct text out = { 0 };
	struct reason why;
	int code = DONE, printed, timeout;

	if (open_view(&view, given, &why))
		code = refuse(&why);
	/* What was rejected is an answer too when there is nothing else. */
	timeout = entries_timeout(&view.entries, &view.settings);
	/* init needs a number: its own, where nobody says one. */
	if (form == FORM_TAB && timeout == ENTRIES_NO_TIMEOUT)
		timeout = settings_number(&view.settings, SETTING_TIMEOUT);
	if (form == FORM_JSON)
		show_json(&out, &view.entries, timeout);
	else if (form == FORM_TAB && code == DONE)
		show_tab(&out, &view.entries, view.trees, timeout);
	else if (form == FORM_TABLE)
		show_table(&out, &view.entries, view.trees, explain);
	printed = print(&out);
	text_free(&out);
	close_view(&view);
	return code == DONE ? printed : code;
}

/* What the guest's fstab has on /boot: init mounts that, too. The root may be
 * a subvolume of what is mounted. */
static int show_boot_device(const struct given *given)
{
	struct tree root = TREE_NONE;
	const struct guest guest = { &root, 1, NULL };
	struct views views = { 0 };
	struct text out = { 0 };
	struct reason why;
	char *device = NULL;
	int code;

	if (tree_open(&root, given->fs_count ? given->fs[0] : "/", &why)) {
		code = refuse(&why);
		goto out;
	}
	if (views_open(&views, &guest) == 0)
		device = fstab_boot(views.trees, views.count);
	if (device)
		text_addf(&out, "%s\n", device);
	code = print(&out);
out:
	free(device);
	text_free(&out);
	views_close(&views);
	tree_close(&root);
	return code;
}

static int verb_list(int argc, char **argv)
{
	static const struct option options[] = {
		{ "fs", required_argument, NULL, 'f' },
		{ "host-cmdline", no_argument, NULL, 'H' },
		{ "cmdline", required_argument, NULL, 'l' },
		{ "conf", required_argument, NULL, 'c' },
		{ "json", no_argument, NULL, 'j' },
		{ "tab", no_argument, NULL, 't' },
		{ "explain", no_argument, NULL, 'x' },
		{ "boot-device", no_argument, NULL, 'b' },
		{ NULL, 0, NULL, 0 },
	};
	struct given given = { 0 };
	enum form form = FORM_TABLE;
	bool explain = false, boot_device = false;
	int option;

	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (option == '?' || option == ':')
			return wrong_option(argv, option);
		if (option == 'j')
			form = FORM_JSON;
		else if (option == 't')
			form = FORM_TAB;
		else if (option == 'x')
			explain = true;
		else if (option == 'b')
			boot_device = true;
		else if (!take_given(&given, option, optarg))
			return wrong_usage(argv[0]);
	}
	if (optind < argc)
		return wrong_usage(argv[0]);
	return boot_device ? show_boot_device(&given)
			   : list(&given, form, explain);
}

/* What `kboot load` was told, besides struct given. */
struct order {
	struct given given;
	const char *id;
	/* --kernel and what goes with it: files of this system. */
	const char *kernel;
	const char *initrd[IMAGE_INITRDS_MAX];
	/* Of each of them: what follows the file's name. */
	const char *words[IMAGE_INITRDS_MAX];
	size_t initrd_count;
	const char *cmdline;
	const char *format;
	unsigned int profile;
	bool verify_copy;
	bool dry_run;
	const char *dump;
	/* NULL: as the settings say */
	const char *method;
};

/* Open files with their names: what an image is built from. */
struct files {
	struct image_source kernel;
	struct image_source initrd[IMAGE_INITRDS_MAX];
	size_t initrd_count;
};

static void close_files(struct files *files)
{
	if (files->kernel.fd >= 0)
		(void)close(files->kernel.fd);
	for (size_t i = 0; i < files->initrd_count; i++)
		(void)close(files->initrd[i].fd);
}

static int open_entry(struct files *files, const struct view *view,
		      const struct entry *entry, struct reason *why)
{
	int err;

	if (entry->initrd_count > IMAGE_INITRDS_MAX)
		return reason(why, E2BIG, "%s: more than %d initrds", entry->id,
			      IMAGE_INITRDS_MAX);
	files->kernel.name = entry->kernel;
	err = tree_open_file(&view->trees[entry->tree], entry->kernel,
			     &files->kernel.fd, why);
	for (size_t i = 0; !err && i < entry->initrd_count; i++) {
		const struct entry_initrd *initrd = &entry->initrd[i];

		files->initrd[i].name = initrd->path;
		files->initrd[i].words = initrd->words;
		err = tree_open_file(&view->trees[initrd->tree], initrd->path,
				     &files->initrd[i].fd, why);
		if (!err)
			files->initrd_count++;
	}
	return err;
}

static int open_source(struct image_source *ret, const char *path,
		       struct reason *why)
{
	ret->name = path;
	ret->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (ret->fd < 0)
		return reason(why, errno, "%s: %s", path, strerror(errno));
	return 0;
}

static int open_order(struct files *files, const struct order *order,
		      struct reason *why)
{
	int err = open_source(&files->kernel, order->kernel, why);

	for (size_t i = 0; !err && i < order->initrd_count; i++) {
		err = open_source(&files->initrd[i], order->initrd[i], why);
		files->initrd[i].words = order->words[i];
		if (!err)
			files->initrd_count++;
	}
	return err;
}

/* The entry that is to be loaded: by id, or the default. */
static const struct entry *wanted_entry(const struct view *view, const char *id,
					struct reason *why)
{
	const struct entry *entry = id ? entries_find(&view->entries, id)
				       : entries_chosen(&view->entries);

	if (!entry)
		(void)reason(why, ENOENT, "%s: there is no such entry",
			     id ? id : "default");
	else if (entry->is_self)
		(void)reason(why, EINVAL,
			     "self is no kernel to load: it is the guest's own "
			     "init under this one");
	return entry && !entry->is_self ? entry : NULL;
}

static enum image_method method_of(const char *name)
{
	if (strcmp(name, "load") == 0)
		return IMAGE_LOAD;
	return strcmp(name, "file") == 0 ? IMAGE_FILE : IMAGE_AUTO;
}

/* All that would be loaded, as a file. */
static int dump_image(const struct image *image, const char *path,
		      struct reason *why)
{
	FILE *file = fopen(path, "we");
	int err;

	if (!file)
		return reason(why, errno, "%s: %s", path, strerror(errno));
	err = image_dump(image, path, file, why);
	if (fclose(file) != 0 && !err)
		err = reason(why, errno, "%s: %s", path, strerror(errno));
	return err;
}

/* The one line about what was loaded. */
static int tell_loaded(const struct image *image, const struct files *files)
{
	const char *because = image_method_because(image);
	struct text out = { 0 };
	int code;

	text_addf(&out, "kernel %s", files->kernel.name);
	for (size_t i = 0; i < files->initrd_count; i++)
		text_addf(&out, "%s%s", i ? "," : " initrd ",
			  files->initrd[i].name);
	text_addf(&out, " command line \"%s\" by %s", image->cmdline,
		  image_method_name(image));
	if (because)
		text_addf(&out, " (%s)", because);
	text_add(&out, "\n");
	code = print(&out);
	text_free(&out);
	return code;
}

/* Builds and loads, or only shows the plan. */
static int load_files(const struct files *files, const char *cmdline,
		      unsigned int profile, const struct order *order,
		      const char *method)
{
	struct image_request request = {
		.kernel = files->kernel,
		.initrd = files->initrd,
		.initrd_count = files->initrd_count,
		.cmdline = cmdline,
		.method = method_of(method),
		.profile = profile,
		.format = order->format,
		.verify_copy = order->verify_copy,
	};
	struct facts *facts = NULL;
	struct image *image = NULL;
	struct reason why;
	int code = DONE;
	int err = facts_read(&facts, "", &why);

	if (!err)
		err = image_build(&image, &request, facts, &why);
	if (!err && image->note[0])
		fprintf(stderr, "kboot: %s\n", image->note);
	if (!err && order->dump)
		err = dump_image(image, order->dump, &why);
	if (!err && !order->dry_run)
		err = image_load(image, &why);
	if (err)
		code = refuse(&why);
	else if (order->dry_run)
		image_print(image, stdout);
	else
		code = tell_loaded(image, files);
	image_free(image);
	facts_free(facts);
	return code;
}

static int load_entry(const struct order *order, struct files *files)
{
	struct view view = { 0 };
	const struct entry *entry = NULL;
	const char *cmdline = NULL;
	struct reason why;
	int code;

	if (!open_view(&view, &order->given, &why))
		entry = wanted_entry(&view, order->id, &why);
	/* A UKI that nobody gave a command line brings its own. */
	if (entry && (entry->kind != ENTRY_UKI || entry->cmdline[0]))
		cmdline = entry->cmdline;
	if (!entry || open_entry(files, &view, entry, &why))
		code = refuse(&why);
	else
		code = load_files(files, cmdline, entry->profile, order,
				  order->method ? order->method
						: settings_get(&view.settings,
							       SETTING_METHOD));
	close_view(&view);
	return code;
}

static int load_named(const struct order *order, struct files *files)
{
	struct reason why;

	if (open_order(files, order, &why))
		return refuse(&why);
	return load_files(files, order->cmdline, order->profile, order,
			  order->method ? order->method : "auto");
}

/* Ends the file's name at the first blank; what follows are the words. */
static bool take_module(struct order *order, char *value)
{
	char *blank = strchr(value, ' ');

	if (order->initrd_count == IMAGE_INITRDS_MAX)
		return false;
	if (blank)
		*blank++ = '\0';
	order->words[order->initrd_count] = blank;
	order->initrd[order->initrd_count++] = value;
	return true;
}

static bool take_profile(struct order *order, const char *value)
{
	char *end;
	unsigned long number;

	errno = 0;
	number = strtoul(value, &end, 10);
	order->profile = (unsigned int)number;
	return value[0] >= '0' && value[0] <= '9' && !*end && !errno &&
	       number <= UINT_MAX;
}

/* One option of `kboot load`; false if it is wrong. */
static bool take_order(struct order *order, int option, char *value)
{
	switch (option) {
	case 'k':
		order->kernel = value;
		return true;
	case 'l':
		order->cmdline = value;
		return true;
	case 'n':
		order->dry_run = true;
		return true;
	case 'd':
		order->dump = value;
		return true;
	case 'v':
		order->verify_copy = true;
		return true;
	case 'i':
		if (order->initrd_count == IMAGE_INITRDS_MAX)
			return false;
		order->initrd[order->initrd_count++] = value;
		return true;
	case 'M':
		return take_module(order, value);
	case 'p':
		return take_profile(order, value);
	case 't':
		order->format = value;
		return recognise_has(value);
	case 'm':
		order->method = value;
		return strcmp(value, "auto") == 0 ||
		       strcmp(value, "load") == 0 || strcmp(value, "file") == 0;
	default:
		return take_given(&order->given, option, value);
	}
}

static int verb_load(int argc, char **argv)
{
	static const struct option options[] = {
		{ "fs", required_argument, NULL, 'f' },
		{ "host-cmdline", no_argument, NULL, 'H' },
		{ "conf", required_argument, NULL, 'c' },
		{ "kernel", required_argument, NULL, 'k' },
		{ "initrd", required_argument, NULL, 'i' },
		{ "module", required_argument, NULL, 'M' },
		{ "cmdline", required_argument, NULL, 'l' },
		{ "profile", required_argument, NULL, 'p' },
		{ "format", required_argument, NULL, 't' },
		{ "verify-copy", no_argument, NULL, 'v' },
		{ "dry-run", no_argument, NULL, 'n' },
		{ "dump", required_argument, NULL, 'd' },
		{ "method", required_argument, NULL, 'm' },
		{ NULL, 0, NULL, 0 },
	};
	struct files files = { .kernel.fd = -1 };
	struct order order = { 0 };
	int option, code;

	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (option == '?' || option == ':')
			return wrong_option(argv, option);
		if (!take_order(&order, option, optarg))
			return wrong_usage(argv[0]);
	}
	if (optind < argc)
		order.id = argv[optind++];
	/* What belongs to a file says nothing without --kernel. */
	if (optind < argc || (order.kernel && order.id) ||
	    (!order.kernel &&
	     (order.initrd_count || order.cmdline || order.profile)))
		return wrong_usage(argv[0]);
	code = order.kernel ? load_named(&order, &files)
			    : load_entry(&order, &files);
	close_files(&files);
	return code;
}

static int verb_go(int argc, char **argv)
{
	struct facts *facts = NULL;
	struct reason why;
	char note[IMAGE_NOTE_SIZE];
	int err;

	if (argc > 1)
		return wrong_usage(argv[0]);
	/* Whoever loaded it, and with what: a jump that would end the machine is
	 * not made */
	err = facts_read(&facts, "", &why);
	if (!err)
		err = policy_platform(facts, note, sizeof(note), &why);
	facts_free(facts);
	if (err)
		return refuse(&why);
	(void)sys_reboot_kexec(&why);
	return refuse(&why);
}

/* Empty fields are "-", so that a shell's read keeps the columns. */
static const char *field(const char *value)
{
	return value[0] ? value : "-";
}

/* One line of `probe`: @what, and fields that came from outside, cleaned. */
static void probe_line(struct text *out, const char *what, const char *name,
		       const char *rest)
{
	struct text line = { 0 };

	text_add(&line, name);
	if (line.data)
		text_clean(line.data);
	text_addf(out, rest ? "%s\t%s\t%s\n" : "%s\t%s\n", what,
		  text_str(&line), rest);
	text_free(&line);
}

static void probe_to_text(struct text *out, const struct probe *probe)
{
	for (size_t i = 0; i < probe->want_count; i++) {
		const struct device *found = probe->found[i];

		probe_line(out, found ? "want" : "missing", probe->want[i],
			   found ? found->path : NULL);
	}
	for (size_t i = 0; i < probe->devices.count; i++) {
		const struct device *device = &probe->devices.list[i];
		const struct content *content = &device->content;

		if (!probe_is_shown(probe, device))
			continue;
		if (content->kind == CONTENT_FS)
			text_addf(out, "fs\t%s\t%s\t%s\t%s\n", device->path,
				  field(content->type), field(content->uuid),
				  field(content->label));
		if (content->kind == CONTENT_CRYPT)
			text_addf(out, "crypt\t%s\n", device->path);
		if (probe_is_member(probe, device))
			text_addf(out, "member\t%s\t%s\n",
				  content->kind == CONTENT_MD ? "md" : "lvm",
				  device->path);
	}
}

static void show_trouble(const struct probe *probe)
{
	for (size_t i = 0; i < probe->devices.count; i++) {
		const struct device *device = &probe->devices.list[i];
		char trouble[128];

		if (probe_is_shown(probe, device) &&
		    devices_trouble(device, trouble, sizeof(trouble)))
			fprintf(stderr, "kboot: %s: %s\n", device->path,
				trouble);
	}
}

static void say(const char *sentence)
{
	fprintf(stderr, "kboot: %s\n", sentence);
}

/* A number of seconds from 0 to PROBE_WAIT_MAX, or -1. */
static int seconds(const char *text)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	return errno || *end || end == text || value < 0 ||
			       value > PROBE_WAIT_MAX
		       ? -1
		       : (int)value;
}

static int verb_probe(int argc, char **argv)
{
	static const struct option options[] = {
		{ "read-only", no_argument, NULL, 'r' },
		{ "wait", required_argument, NULL, 'w' },
		{ "waited", required_argument, NULL, 'e' },
		{ "want", required_argument, NULL, 'n' },
		{ "ignore", required_argument, NULL, 'i' },
		{ NULL, 0, NULL, 0 },
	};
	struct probe probe = { .say = isatty(STDERR_FILENO) ? say : NULL,
			       .devices = { .sys = "/sys", .dev = "/dev" } };
	const char *ignore[PROBE_IGNORE_MAX];
	struct text out = { 0 };
	struct reason why;
	int option, err, code;

	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (option == 'r')
			probe.barrier = sys_set_read_only;
		else if (option == 'w' && seconds(optarg) >= 0)
			probe.wait = seconds(optarg);
		else if (option == 'e' && seconds(optarg) >= 0)
			probe.waited = seconds(optarg);
		else if (option == 'n' && probe.want_count < PROBE_WANTS_MAX)
			probe.want[probe.want_count++] = optarg;
		else if (option == 'i' && probe.ignore_count < PROBE_IGNORE_MAX)
			ignore[probe.ignore_count++] = optarg;
		else if (option == '?' || option == ':')
			return wrong_option(argv, option);
		else
			return wrong_usage(argv[0]);
	}
	probe.ignore = ignore;
	probe.only = (const char *const *)argv + optind;
	probe.only_count = (size_t)(argc - optind);
	err = probe_run(&probe, &why);
	probe_to_text(&out, &probe);
	code = print(&out);
	/* Members are an answer, too: whoever asked can assemble them. */
	if (err && !(err == -ENOENT && probe.members))
		code = refuse(&why);
	else if (err)
		code = REFUSED;
	if (!err || probe.members)
		show_trouble(&probe);
	text_free(&out);
	probe_free(&probe);
	return code;
}

/* One row a verb, in the order of a boot. */
static const struct verb verbs[] = {
	{ "args", verb_args, "kboot args [--cmdline FILE] [--conf FILE]..." },
	{ "list", verb_list,
	  "kboot list [--fs DIR[,uuid=U][,label=L][,dev=NAME]]... "
	  "[--cmdline FILE | --host-cmdline] [--conf FILE]... "
	  "[--json | --tab | --boot-device] [--explain]" },
	{ "load", verb_load,
	  "kboot load [ID | --kernel FILE [--initrd FILE]... "
	  "[--module 'FILE WORDS']... [--cmdline TEXT] [--profile N]] "
	  "[--fs DIR...]... [--host-cmdline] [--conf FILE]... [--dry-run] "
	  "[--dump FILE] "
	  "[--method auto|load|file] [--format NAME] [--verify-copy]" },
	{ "go", verb_go, "kboot go" },
	{ "probe", verb_probe,
	  "kboot probe [--read-only] [--wait SECONDS] [--waited SECONDS] [--want NAME]... "
	  "[--ignore DEVICE]... [DEVICE]..." },
};

enum { VERB_COUNT = sizeof(verbs) / sizeof(verbs[0]) };

static const struct verb *verb_of(const char *name)
{
	for (size_t i = 0; i < VERB_COUNT; i++)
		if (strcmp(name, verbs[i].name) == 0)
			return &verbs[i];
	return NULL;
}

static void show_usage(FILE *out)
{
	for (size_t i = 0; i < VERB_COUNT; i++)
		fprintf(out, "%s%s\n",
			i ? "       " : "usage: ", verbs[i].usage);
}

int main(int argc, char **argv)
{
	const struct verb *verb;

	if (argc < 2) {
		show_usage(stderr);
		return USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		show_usage(stdout);
		return DONE;
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("kboot %s\n", KBOOT_VERSION);
		return DONE;
	}
	verb = verb_of(argv[1]);
	if (!verb) {
		fprintf(stderr, "kboot: no such verb: %s\n", argv[1]);
		show_usage(stderr);
		return USAGE;
	}
	for (int i = 2; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0) {
			printf("usage: %s\n", verb->usage);
			return DONE;
		}
	return verb->run(argc - 1, argv + 1);
}
