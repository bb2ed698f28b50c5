/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of formats, and the merging of what they find: what repeats is
 * left out, what has failed too often goes last, and the rest stays in the
 * order of the configurations. Reads no configuration itself.
 */
#include "entries/gather.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "entries/bls.h"
#include "entries/grub1.h"
#include "entries/grub2.h"
#include "entries/kbootconf.h"
#include "entries/same.h"
#include "entries/syslinux.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct format {
	const char *name;
	/* Adds what it finds on one tree. 0 with nothing added: not mine, ask
	 * the next. */
	int (*gather)(struct entries *entries, const struct guest *guest,
		      size_t tree, struct reason *why);
};

/*
 * On each tree the first that yields an entry ends the search there: a guest
 * that changed its loader leaves the old one's files behind. The order is
 * pygrub's, so that its guests start what they did. Our own file, written for
 * kboot, comes before it; and behind GRUB what pygrub does not know: where
 * GRUB is the loader it reads the entries of the Boot Loader Specification
 * itself (blscfg).
 */
static const struct format formats[] = {
	{ "kboot.conf", kbootconf_gather },
	{ "GRUB", grub2_gather },
	{ "Boot Loader Specification", bls_gather },
	{ "syslinux", syslinux_gather },
	{ "GRUB legacy", grub1_gather },
};

enum { FORMATS = sizeof(formats) / sizeof(formats[0]) };

/* A gathering on its way. */
struct gathering {
	struct entries *ret;
	const struct views *views;
	const struct guest *guest;
	/* Where each entry of @ret is from. */
	struct same_origin *origins;
	size_t parts;
	/* What each part says beside its entries. */
	struct entries_config configs[ENTRIES_TREES_MAX];
};

/*
 * The configuration on the ESP by which a Red Hat guest boots, if @tree's
 * grubenv is a link to what is beside it and there is no GRUB for the BIOS: a
 * grub.cfg that lies here all the same was written by mistake. NULL: no.
 */
static char *esp_config(const struct tree *tree)
{
	static const char *const dirs[] = { "/grub2", "/boot/grub2" };
	struct text path = { 0 };
	struct tree_file file;
	char *ret = NULL;

	for (size_t i = 0; !ret && i < COUNT(dirs); i++) {
		char *target, *efi, *name;

		text_addf(&path, "%s/grubenv", dirs[i]);
		target = tree_link(tree, text_str(&path));
		text_free(&path);
		text_addf(&path, "%s/i386-pc", dirs[i]);
		efi = target ? strstr(target, "/EFI/") : NULL;
		name = efi ? strrchr(efi, '/') : NULL;
		if (name && name > efi + 4 &&
		    tree_look(tree, text_str(&path), &file, NULL) == -ENOENT &&
		    asprintf(&ret, "%.*s/grub.cfg", (int)(name - efi), efi) < 0)
			ret = NULL;
		text_free(&path);
		free(target);
	}
	return ret;
}

/* Moves the tree that has such a configuration before the one that has not. */
static void put_esp_first(size_t *order, const struct guest *guest,
			  size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char *config = esp_config(&guest->trees[order[i]]);
		struct tree_file file;

		for (size_t k = i + 1; config && k < count; k++) {
			size_t esp = order[k];

			if (tree_look(&guest->trees[esp], config, &file, NULL))
				continue;
			memmove(&order[i + 1], &order[i],
				(k - i) * sizeof(*order));
			order[i] = esp;
			free(config);
			return;
		}
		free(config);
	}
}

/* The trees in the order in which they are looked at: boot= before root. */
static void order_trees(size_t *ret, const struct guest *guest, size_t count)
{
	const char *boot = settings_get(guest->settings, SETTING_BOOT);
	size_t first = 0, n = 0;

	/* A name that is none of theirs means the second: init mounts it
	 * behind the root. */
	if (*boot && count > 1)
		first = 1;
	for (size_t i = count; *boot && i > 0; i--)
		if (tree_is_device(&guest->trees[i - 1], boot))
			first = i - 1;
	if (count)
		ret[n++] = first;
	for (size_t i = 0; i < count; i++)
		if (i != first)
			ret[n++] = i;
	if (!*boot)
		put_esp_first(ret, guest, count);
}

static char *or_dup(char *text, const char *fallback)
{
	if (text && *text)
		return text;
	free(text);
	return strdup(fallback);
}

/* What no entry may be, whatever its format. */
static int check(const struct entry *entry, const struct guest *guest,
		 struct reason *why)
{
	if (!entry->kernel || !text_is_clean(entry->kernel) ||
	    entry->tree >= guest->tree_count)
		return reason(why, EINVAL, "it names no kernel");
	for (size_t i = 0; i < entry->initrd_count; i++)
		if (entry->initrd[i].tree >= guest->tree_count ||
		    !text_is_clean(entry->initrd[i].path))
			return reason(why, EINVAL, "it names no initrd");
	return 0;
}

/* Makes an entry as a format leaves it one as the list has them. */
static int finish(struct gathering *g, struct entry *entry, struct reason *why)
{
	char *line = NULL;
	int err;

	err = check(entry, g->guest, why);
	if (err)
		return err;
	err = settings_compose(g->guest->settings,
			       entry->cmdline ? entry->cmdline : "", NULL,
			       &line, why);
	if (err)
		return err;
	free(entry->cmdline);
	entry->cmdline = line;
	err = views_map(g->views, entry);
	entry->title = or_dup(entry->title, entry->kernel);
	entry->id = entry->title ? or_dup(entry->id, entry->title) : NULL;
	if (err || !entry->title || !entry->id)
		return entries_no_memory(why);
	text_clean(entry->id);
	text_clean(entry->title);
	text_clean(entry->source);
	return 0;
}

/*
 * Which of several trees the file of @source ("/path:line") is on, as struct
 * entries_rejected has it: @tree, if there is such a file. A menu there may
 * have read one of another tree.
 */
static size_t where(const struct gathering *g, size_t tree, const char *source)
{
	const char *colon = strrchr(source, ':');
	struct tree_file file;
	char *path;
	int err;

	if (g->views->borrowed < 2 || *source != '/')
		return 0;
	if (!colon || colon[1 + strspn(colon + 1, "0123456789")])
		colon = source + strlen(source);
	path = strndup(source, (size_t)(colon - source));
	err = path ? tree_look(&g->views->trees[tree], path, &file, NULL)
		   : -ENOENT;
	free(path);
	return err == -ENOENT || err == -ENOTDIR ? 0 : g->views->on[tree] + 1;
}

/* A menu that is reached from two trees is not rejected twice. */
static void reject_once(struct entries *entries, const char *source,
			const char *why, size_t on)
{
	size_t before = entries->rejected_count;

	for (size_t i = 0; i < before; i++) {
		struct entries_rejected *one = &entries->rejected[i];

		if (strcmp(one->source, source) != 0 ||
		    strcmp(one->reason, why) != 0 ||
		    (one->on && on && one->on != on))
			continue;
		one->on = one->on ? one->on : on;
		return;
	}
	entries_reject(entries, source, "%s", why);
	if (on)
		entries_rejected_on(entries, before, on - 1);
}

/* Takes the rejections of a format on @tree over. */
static void take_rejected(struct gathering *g, const struct entries *found,
			  size_t tree)
{
	for (size_t i = 0; i < found->rejected_count; i++) {
		const struct entries_rejected *one = &found->rejected[i];
		char *source = views_source(g->views, tree, one->source);

		reject_once(g->ret, source ? source : one->source, one->reason,
			    where(g, tree, one->source));
		free(source);
	}
	g->ret->rejected_dropped += found->rejected_dropped;
}

static bool is_skipped(const struct entries *entries, const char *source,
		       const char *why)
{
	for (size_t i = 0; i < entries->skipped_count; i++)
		if (strcmp(entries->skipped[i].source, source) == 0 &&
		    strcmp(entries->skipped[i].reason, why) == 0)
			return true;
	return false;
}

/* And what it says of its default. */
static void take_skipped(struct gathering *g, const struct entries *found,
			 size_t tree)
{
	for (size_t i = 0; i < found->skipped_count; i++) {
		const struct entries_rejected *one = &found->skipped[i];
		char *source = views_source(g->views, tree, one->source);
		const char *from = source ? source : one->source;
		size_t before = g->ret->skipped_count;

		if (!is_skipped(g->ret, from, one->reason))
			entries_skip(g->ret, from, "%s", one->reason);
		if (g->ret->skipped_count > before)
			g->ret->skipped[before].on =
				where(g, tree, one->source);
		free(source);
	}
}

/* Takes one entry over. Returns its index in the list, or -1. */
static long take_entry(struct gathering *g, struct entry *entry, size_t tree,
		       const struct format *format)
{
	char *source = views_source(g->views, tree,
				    entry->source ? entry->source : "");
	struct reason why;
	int err;

	entry->source_on = where(g, tree, entry->source ? entry->source : "");
	free(entry->source);
	entry->source = source ? source : strdup("");
	err = entry->source ? finish(g, entry, &why) : entries_no_memory(&why);
	if (err || entries_is_full(g->ret, entry, &why)) {
		entries_reject(g->ret, entry->source ? entry->source : "", "%s",
			       why.text);
		entries_free_entry(entry);
		return -1;
	}
	if (entries_add(g->ret, entry))
		return -1;
	g->origins[g->ret->count - 1].part = g->parts;
	g->origins[g->ret->count - 1].format = format;
	return (long)g->ret->count - 1;
}

/* Takes over what @format found on @tree. */
static void take(struct gathering *g, struct entries *found, size_t tree,
		 const struct format *format)
{
	const struct entries_config *config = &found->config;
	size_t before = g->ret->count;
	long by_default = -1, saved = -1;

	take_rejected(g, found, tree);
	take_skipped(g, found, tree);
	for (size_t i = 0; i < found->count; i++) {
		long index = take_entry(g, &found->list[i], tree, format);

		if ((long)i == config->by_default)
			by_default = index;
		if ((long)i == config->saved)
			saved = index;
	}
	if (g->ret->count == before)
		return;
	g->configs[g->parts] = (struct entries_config){
		.by_default = by_default,
		.saved = saved,
		.timeout = config->timeout,
	};
}

/* Tells which formats are not asked for @tree because @format has entries. */
static void tell_skipped(struct gathering *g, size_t tree,
			 const struct format *format)
{
	struct text names = { 0 };

	for (const struct format *f = format + 1; f < formats + FORMATS; f++)
		text_addf(&names, "%s%s", names.len ? ", " : "", f->name);
	if (names.len)
		entries_skip(g->ret, tree_name(&g->guest->trees[tree]),
			     "%s has entries; not looked for: %s", format->name,
			     text_str(&names));
	text_free(&names);
}

static void gather_tree(struct gathering *g, size_t tree)
{
	for (size_t i = 0; i < FORMATS; i++) {
		struct entries found = ENTRIES_NONE;
		size_t before = g->ret->count;
		struct reason why = { "" };

		/* What it found before it failed is as good as any. */
		if (formats[i].gather(&found, g->guest, tree, &why))
			entries_reject(g->ret,
				       tree_name(&g->guest->trees[tree]),
				       "%s: %s", formats[i].name, why.text);
		take(g, &found, tree, &formats[i]);
		entries_free(&found);
		if (g->ret->count == before)
			continue;
		tell_skipped(g, tree, &formats[i]);
		g->parts++;
		return;
	}
}

/* The index that stands for @index after what repeats was left out. */
static long follow(const long *twins, long index)
{
	while (index >= 0 && twins[index] >= 0)
		index = twins[index];
	return index;
}

/* Tells what is left out; of a file that was read from two trees, it is on the
 * one that is known to have it. */
static void tell_twins(struct entries *entries, const long *twins)
{
	for (size_t i = 0; i < entries->count; i++) {
		const struct entry *entry = &entries->list[i];
		struct entry *twin = &entries->list[follow(twins, (long)i)];

		if (entry == twin)
			continue;
		if (strcmp(entry->source, twin->source) != 0) {
			entries_skip(entries, entry->source,
				     "%s: the same as %s of %s", entry->title,
				     twin->title, twin->source);
			continue;
		}
		if (!twin->source_on)
			twin->source_on = entry->source_on;
		entries_skip(entries, entry->source, "%s: listed already",
			     entry->title);
	}
}

/* Writes the list anew: without what has a twin, the worn out ones last. */
static int rewrite(struct entries *entries, const long *twins)
{
	struct entries_config *config = &entries->config;
	struct entry *list = calloc(entries->count, sizeof(*list));
	long by_default = follow(twins, config->by_default);
	long saved = follow(twins, config->saved);
	size_t n = 0;

	if (!list)
		return -ENOMEM;
	tell_twins(entries, twins);
	for (int worn_out = 0; worn_out < 2; worn_out++)
		for (size_t i = 0; i < entries->count; i++) {
			struct entry *entry = &entries->list[i];

			if (twins[i] >= 0 || entry->worn_out != worn_out)
				continue;
			if ((long)i == by_default)
				config->by_default = (long)n;
			if ((long)i == saved)
				config->saved = (long)n;
			list[n++] = *entry;
		}
	for (size_t i = 0; i < entries->count; i++)
		if (twins[i] >= 0)
			entries_free_entry(&entries->list[i]);
	memcpy(entries->list, list, n * sizeof(*list));
	entries->count = n;
	free(list);
	return 0;
}

/* What @config does not say is as @other has it. */
static void fill(struct entries_config *config,
		 const struct entries_config *other)
{
	if (config->by_default < 0)
		config->by_default = other->by_default;
	if (config->saved < 0)
		config->saved = other->saved;
	if (config->timeout == ENTRIES_NO_TIMEOUT)
		config->timeout = other->timeout;
}

/* True if @other has read the file of @of: GRUB's blscfg does so. */
static bool has_read(const struct gathering *g, size_t other, size_t of)
{
	const struct format *format = g->origins[of].format;

	return format->gather == bls_gather &&
	       g->origins[other].format != format &&
	       strcmp(g->ret->list[other].source, g->ret->list[of].source) == 0;
}

/* True if @part lists an entry of the first; *@ret_read: from the same file. */
static bool lists_first(const struct gathering *g, const long *twins,
			size_t part, bool *ret_read)
{
	bool found = false;

	*ret_read = false;
	for (size_t i = 0; i < g->ret->count; i++) {
		long twin = follow(twins, (long)i);

		if (g->origins[i].part != part || g->origins[twin].part != 0)
			continue;
		found = true;
		*ret_read |= has_read(g, i, (size_t)twin);
	}
	return found;
}

/*
 * The first configuration's default and timeout, with what it does not say
 * from others that list its entries. GRUB's stands above that of the Boot
 * Loader Specification whose files GRUB reads, whichever is found first.
 */
static void choose_config(struct gathering *g, const long *twins)
{
	struct entries_config config = g->configs[0];
	bool is_others = false, has_read_it;

	for (size_t part = 1; part < g->parts; part++) {
		struct entries_config other = g->configs[part];

		if (!lists_first(g, twins, part, &has_read_it))
			continue;
		if (has_read_it && !is_others) {
			is_others = true;
			fill(&other, &config);
			config = other;
		} else {
			fill(&config, &other);
		}
	}
	g->ret->config = config;
}

static int merge(struct gathering *g)
{
	size_t count = g->ret->count;
	long *twins = malloc((count + 1) * sizeof(*twins));
	int err = twins ? 0 : -ENOMEM;

	if (!err && count) {
		const struct guest outer = { .trees = g->views->trees,
					     .tree_count = g->views->borrowed };

		for (size_t i = 0; i < count; i++)
			twins[i] = -1;
		if (g->parts > 1)
			err = same_find(twins, g->ret, g->origins, &outer);
		if (!err) {
			choose_config(g, twins);
			err = rewrite(g->ret, twins);
		}
	}
	free(twins);
	return err;
}

int gather_configured(struct entries *ret, const struct views *views,
		      const struct guest *guest, struct reason *why)
{
	struct gathering g = { .ret = ret, .views = views, .guest = guest };
	size_t order[ENTRIES_TREES_MAX] = { 0 };
	int err = -ENOMEM;

	order_trees(order, guest, views->borrowed);
	g.origins = calloc(ENTRIES_MAX, sizeof(*g.origins));
	if (!g.origins)
		goto out;
	for (size_t i = 0; i < views->borrowed; i++) {
		gather_tree(&g, order[i]);
		for (size_t v = views->borrowed; v < views->count; v++)
			if (views->on[v] == order[i])
				gather_tree(&g, v);
	}
	err = merge(&g);
out:
	free(g.origins);
	return err ? entries_no_memory(why) : 0;
}
