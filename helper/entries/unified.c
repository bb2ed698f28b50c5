/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unified kernel images as systemd-boot lists them (boot_entry_add_type2()):
 * names and versions from .osrel, a profile's title from .profile. Reads the
 * heads and the small sections only.
 */
#include "entries/unified.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "entries/bls.h"
#include "image/uki.h"
#include "settings/conf.h"

static const char ending[] = ".efi";

static void free_one(struct unified *one)
{
	free(one->name);
	free(one->id);
	free(one->path);
	free(one->title);
	free(one->version);
	free(one->sort_version);
	free(one->sort_key);
	free(one->cmdline);
	free(one->addons);
}

void unified_free(struct unified_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free_one(&list->list[i]);
	free(list->list);
	addons_free(&list->addons);
	memset(list, 0, sizeof(*list));
}

/* A UKI that is open. */
struct file {
	int fd;
	uint64_t size;
	const char *path;
	/* Counted in the list, for the limit. */
	size_t *texts;
};

/* @len bytes at @offset, or why not. */
static int read_at(const struct file *file, uint64_t offset, void *buffer,
		   size_t len, struct reason *why)
{
	size_t done = 0;

	while (done < len) {
		ssize_t got = pread(file->fd, (char *)buffer + done, len - done,
				    (off_t)(offset + done));

		if (got < 0)
			return reason(why, errno, "%s: %s", file->path,
				      strerror(errno));
		if (got == 0)
			return reason(why, EINVAL, "%s: is cut short",
				      file->path);
		done += (size_t)got;
	}
	return 0;
}

/* The text of a section up to its first NUL, into *@ret; "" for none. */
static int read_text(const struct file *file, struct uki_section section,
		     const char *name, char **ret, struct reason *why)
{
	char *text;
	int err;

	if (section.size > UNIFIED_TEXT_MAX)
		return reason(why, EFBIG, "%s: %s has more than %d bytes",
			      file->path, name, UNIFIED_TEXT_MAX);
	*file->texts += section.size;
	if (*file->texts > UNIFIED_TEXTS_MAX)
		return reason(why, EFBIG,
			      "%s: more than %d bytes of text in all the "
			      "unified kernel images",
			      file->path, UNIFIED_TEXTS_MAX);
	text = calloc(1, section.size + 1);
	if (!text)
		return reason(why, ENOMEM, "%s: no memory", file->path);
	err = read_at(file, section.offset, text, section.size, why);
	if (err)
		free(text);
	else
		*ret = text;
	return err;
}

/* The value of the last line @key=, or NULL; borrowed. */
static const char *get(const struct conf *conf, const char *key)
{
	for (size_t i = conf->count; i > 0; i--) {
		const struct conf_line *line = &conf->lines[i - 1];

		if (line->value && *line->value && line->key &&
		    strcmp(line->key, key) == 0)
			return line->value;
	}
	return NULL;
}

/* The first of the keys, up to a NULL, that is there; or NULL. */
static const char *get_first(const struct conf *conf, const char *const *names)
{
	const char *value = NULL;

	for (; !value && *names; names++)
		value = get(conf, *names);
	return value;
}

/* A copy, or NULL of NULL; memory that is out is noted in *@err. */
static char *copy(const char *s, int *err)
{
	char *ret = s ? strdup(s) : NULL;

	if (s && !ret)
		*err = -ENOMEM;
	return ret;
}

/* systemd's bootspec_pick_name_version_sort_key(). */
static int take_osrel(struct unified *one, const struct conf *osrel)
{
	static const char *const names[] = { "PRETTY_NAME", "IMAGE_ID", "NAME",
					     "ID", NULL };
	static const char *const versions[] = { "IMAGE_VERSION", "VERSION",
						"VERSION_ID", "BUILD_ID",
						NULL };
	static const char *const sort_keys[] = { "IMAGE_ID", "ID", NULL };
	int err = 0;

	one->title = copy(get_first(osrel, names), &err);
	one->unlisted = !one->title;
	if (!err && !one->title)
		one->title = copy(one->name, &err);
	one->sort_version = copy(get_first(osrel, versions), &err);
	one->sort_key = copy(get_first(osrel, sort_keys), &err);
	if (!err && !one->version)
		one->version = copy(one->sort_version, &err);
	return err;
}

/* What the profile calls itself, in the id and in the title. */
static int take_profile(struct unified *one, const struct conf *profile)
{
	const char *id = get(profile, "ID"), *title = get(profile, "TITLE");
	struct text name = { 0 }, shown = { 0 };

	text_add(&name, one->name);
	if (one->profile && id)
		text_addf(&name, "@%s", id);
	else if (one->profile)
		text_addf(&name, "@%u", one->profile);
	text_add(&shown, one->title);
	if (title)
		text_addf(&shown, " (%s)", title);
	else if (one->profile && id)
		text_addf(&shown, " (%s)", id);
	else if (one->profile)
		text_addf(&shown, " (Profile #%u)", one->profile + 1);
	free(one->title);
	one->title = text_take(&shown);
	one->id = text_take(&name);
	return one->title && one->id ? 0 : -ENOMEM;
}

/* os-release(5) and .profile are in the grammar of kboot.conf. */
static int parse(struct unified *one, const char *text,
		 int (*take)(struct unified *, const struct conf *))
{
	struct conf conf;
	int err = conf_parse(&conf, text, strlen(text), NULL);

	/* What is over a limit has what was before it. */
	if (err != -ENOMEM)
		err = take(one, &conf);
	conf_free(&conf);
	return err;
}

/* The name in the path @path: without .efi, and without the counters. */
static int take_name(struct unified *one, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t len;

	one->path = strdup(path);
	one->name = strdup(slash ? slash + 1 : path);
	if (!one->path || !one->name)
		return -ENOMEM;
	len = strlen(one->name);
	if (len >= sizeof(ending) &&
	    strcasecmp(one->name + len - (sizeof(ending) - 1), ending) == 0)
		one->name[len - (sizeof(ending) - 1)] = '\0';
	(void)bls_take_counters(one->name, &one->tries_left, &one->tries_done);
	return 0;
}

/* All but the addons, of profile @number. */
static int fill(struct unified *one, const struct file *file,
		const struct uki_profile *profile, unsigned int number,
		struct reason *why)
{
	char *osrel = NULL, *words = NULL;
	int err = -ENOMEM;

	one->profile = number;
	if (take_name(one, file->path))
		return reason(why, ENOMEM, "%s: no memory", file->path);
	err = read_text(file, profile->cmdline, ".cmdline", &one->cmdline, why);
	if (!err)
		err = read_text(file, profile->uname, ".uname", &one->version,
				why);
	if (!err)
		err = read_text(file, profile->osrel, ".osrel", &osrel, why);
	if (!err)
		err = read_text(file, profile->profile, ".profile", &words,
				why);
	if (err)
		goto out;
	uki_trim_cmdline(one->cmdline);
	uki_trim_cmdline(one->version);
	if (!*one->version) {
		free(one->version);
		one->version = NULL;
	}
	err = parse(one, osrel, take_osrel);
	if (!err)
		err = parse(one, words, take_profile);
	if (err)
		err = reason(why, -err, "%s: no memory", file->path);
out:
	free(osrel);
	free(words);
	return err;
}

/* The addons for one file; those for all files are the list's. */
static int load_addons(struct addons *ret, struct unified_list *list,
		       struct entries *entries, const struct tree *tree,
		       const char *prefix, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct unified one = { 0 };
	struct text dir = { 0 };
	int err = 0;

	if (!list->has_addons) {
		text_addf(&dir, "%s/loader/addons", prefix);
		err = addons_load(&list->addons, entries, tree, text_str(&dir));
		list->has_addons = true;
	}
	text_free(&dir);
	/* The directory is named without the counters. */
	if (!err)
		err = take_name(&one, path);
	if (!err) {
		text_addf(&dir, "%.*s%s.efi.extra.d",
			  (int)(slash ? slash + 1 - path : 0), path, one.name);
		err = addons_load(ret, entries, tree, text_str(&dir));
	}
	text_free(&dir);
	free_one(&one);
	return err;
}

/* Appends the addons' words to the profile's, as the stub does. */
static int apply_addons(struct unified *one, const struct addons *for_all,
			const struct addons *for_this)
{
	struct text words = { 0 }, all = { 0 };

	addons_apply(for_all, one->version, &words);
	addons_apply(for_this, one->version, &words);
	text_add(&all, one->cmdline);
	if (all.len && words.len)
		text_add_char(&all, ' ');
	text_add(&all, text_str(&words));
	free(one->cmdline);
	one->cmdline = text_take(&all);
	one->addons = text_take(&words);
	return one->cmdline && one->addons ? 0 : -ENOMEM;
}

/* Room for one more, doubling at every power of two. */
static int keep(struct unified_list *list, struct unified *one)
{
	struct unified *more = list->list;

	if ((list->count & (list->count - 1)) == 0)
		more = reallocarray(more, list->count ? list->count * 2 : 1,
				    sizeof(*more));
	if (!more)
		return -ENOMEM;
	list->list = more;
	more[list->count++] = *one;
	memset(one, 0, sizeof(*one));
	return 0;
}

/* Splits an open file. */
static int split(struct uki *ret, struct file *file, struct reason *why)
{
	struct bytes head = { 0 };
	uint8_t *buffer;
	struct stat st;
	int err = -ENOMEM;

	if (fstat(file->fd, &st))
		return reason(why, errno, "%s: %s", file->path,
			      strerror(errno));
	file->size = (uint64_t)st.st_size;
	head.len =
		file->size < UKI_HEAD_SIZE ? (size_t)file->size : UKI_HEAD_SIZE;
	buffer = malloc(head.len + 1);
	if (!buffer)
		return reason(why, ENOMEM, "%s: no memory", file->path);
	head.data = buffer;
	err = read_at(file, 0, buffer, head.len, why);
	if (!err) {
		enum loader_answer answer =
			uki_parse(ret, head, file->size, file->path, why);

		if (answer == LOADER_NOT_MINE)
			err = reason(why, ENOEXEC,
				     "%s: is no unified kernel image",
				     file->path);
		else if (answer == LOADER_BROKEN)
			err = -EINVAL;
	}
	free(buffer);
	return err;
}

int unified_read_file(struct unified_list *list, struct entries *entries,
		      const struct tree *tree, const char *prefix,
		      const char *path, struct reason *why)
{
	struct file file = { .path = path, .texts = &list->texts };
	struct addons addons = { 0 };
	struct uki uki;
	int err = tree_open_file(tree, path, &file.fd, why);

	if (err)
		return err;
	err = split(&uki, &file, why);
	if (!err && load_addons(&addons, list, entries, tree, prefix, path))
		err = reason(why, ENOMEM, "%s: no memory", path);
	for (size_t i = 0; !err && i < uki.profile_count; i++) {
		struct unified one = { 0 };

		if (!uki.profile[i].linux.size) {
			entries_reject(entries, path,
				       "profile %zu has no kernel", i);
			continue;
		}
		err = fill(&one, &file, &uki.profile[i], (unsigned int)i, why);
		if (!err && (apply_addons(&one, &list->addons, &addons) ||
			     keep(list, &one)))
			err = reason(why, ENOMEM, "%s: no memory", path);
		free_one(&one);
	}
	addons_free(&addons);
	(void)close(file.fd);
	return err;
}

/* What systemd-boot looks at: "auto-" is for entries of its own making. */
static bool is_uki(const char *name)
{
	size_t len = strlen(name), end = sizeof(ending) - 1;

	return *name != '.' && len > end &&
	       strcasecmp(name + len - end, ending) == 0 &&
	       strncasecmp(name, "auto-", 5) != 0;
}

static int try_name(struct unified_list *ret, struct entries *entries,
		    const struct tree *tree, const char *prefix,
		    const char *name, struct reason *why)
{
	struct reason problem;
	char *path = NULL;
	int err = 0;

	if (asprintf(&path, "%s/EFI/Linux/%s", prefix, name) < 0)
		return entries_no_memory(why);
	if (text_is_clean(name))
		err = unified_read_file(ret, entries, tree, prefix, path,
					&problem);
	else
		entries_reject(entries, path, "control characters in the name");
	if (err == -ENOMEM) {
		*why = problem;
	} else if (err) {
		entries_reject(entries, path, "%s", problem.text);
		err = 0;
	}
	free(path);
	return err;
}

int unified_read(struct unified_list *ret, struct entries *entries,
		 const struct guest *guest, size_t tree, const char *prefix,
		 struct reason *why)
{
	const struct tree *where = &guest->trees[tree];
	struct tree_names names;
	struct text dir = { 0 };
	int err;

	memset(ret, 0, sizeof(*ret));
	text_addf(&dir, "%s/EFI/Linux", prefix);
	err = tree_list(where, text_str(&dir), is_uki, &names, why);
	if (!err && names.count > UNIFIED_FILES_MAX)
		entries_reject(entries, text_str(&dir),
			       "more than %d files; the rest is not looked at",
			       UNIFIED_FILES_MAX);
	for (size_t i = 0; !err && i < names.count && i < UNIFIED_FILES_MAX;
	     i++)
		err = try_name(ret, entries, where, prefix, names.list[i].name,
			       why);
	tree_free_names(&names);
	text_free(&dir);
	if (err)
		unified_free(ret);
	return err;
}
