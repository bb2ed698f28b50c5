/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Boot Loader Specification entries of both types as systemd-boot would list
 * them, or as GRUB's blscfg would where they are in Fedora's dialect and no
 * loader.conf is there. Reads what there is and brings it in order.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "entries/blslist.h"

/*
 * Where a tree may have loader/ and EFI/: it is the ESP or XBOOTLDR itself;
 * or it is a root that holds them as plain directories, /boot as GRUB's
 * distributions have it, the others copied or never mounted.
 */
static const char *const prefixes[BLSLIST_OWN] = { "", "/boot", "/efi",
						   "/boot/efi" };

void blslist_add_name(struct text *text, const struct blslist_item *item)
{
	const struct unified *uki = item->type2;

	if (uki)
		text_addf(text, "%s.efi%s", uki->name,
			  uki->id + strlen(uki->name));
	else
		text_addf(text, "%s.conf", item->key.id);
}

/* What a directory that is there has against being read. */
static int check_dir(const struct blslist *s, const char *dir, int err,
		     const struct reason *problem, struct reason *why)
{
	if (err == -ENOMEM)
		return entries_no_memory(why);
	if (err && err != -ENOENT && err != -ENOTDIR)
		entries_reject(s->entries, dir, "%s", problem->text);
	return 0;
}

/*
 * Reads the loader.conf of one tree, the first that is there. Where the
 * entries are on XBOOTLDR, it is on the ESP.
 */
static int read_conf(struct blslist *s, size_t tree, struct reason *why)
{
	for (size_t i = 0; !s->has_conf && i < BLSLIST_OWN; i++) {
		struct text path = { 0 }, bytes = { 0 };
		struct reason problem;
		int err;

		text_addf(&path, "%s/loader/loader.conf", prefixes[i]);
		err = tree_read(&s->guest->trees[tree], text_str(&path),
				LOADERCONF_SIZE_MAX, &bytes, &problem);
		s->has_conf = err == 0;
		if (!err)
			s->conf_prefix = prefixes[i];
		if (!err)
			err = loaderconf_parse(&s->conf, s->entries,
					       text_str(&path),
					       text_str(&bytes), bytes.len);
		else
			err = check_dir(s, text_str(&path), err, &problem, why);
		text_free(&bytes);
		text_free(&path);
		if (err)
			return entries_no_memory(why);
	}
	return 0;
}

/* Words that only GRUB understands. */
static bool is_dialect(const struct bls_entry *entry)
{
	if (entry->grub_users || entry->grub_arg || entry->grub_class ||
	    entry->grub_hotkey)
		return true;
	for (size_t i = 0; i < entry->option_count; i++)
		if (strchr(entry->options[i], '$'))
			return true;
	for (size_t i = 0; i < entry->initrd_count; i++)
		if (strchr(entry->initrd[i], '$'))
			return true;
	return false;
}

static bool has_dialect(const struct blslist_spot *spot)
{
	for (size_t i = 0; i < spot->type1.count; i++)
		if (is_dialect(&spot->type1.list[i]))
			return true;
	return false;
}

/*
 * False, which is told, if the marker file says that the entries below @prefix
 * are of another kind: "If it exists but contains a different string it shall
 * assume other semantics are implemented."
 */
static bool is_type1(struct blslist *s, size_t tree, const char *prefix)
{
	enum { MARKER_MAX = 4096, SHOWN_MAX = 40 };
	struct text path = { 0 }, bytes = { 0 };
	const char *name;
	size_t len;
	bool says_type1, ret;

	text_addf(&path, "%s/loader/entries.srel", prefix);
	if (tree_read(&s->guest->trees[tree], text_str(&path), MARKER_MAX,
		      &bytes, NULL) == -EFBIG)
		text_add(&bytes, "too much");
	/* What an interrupted write left, nothing, says nothing. */
	name = text_str(&bytes);
	len = strcspn(name, "\r\n");
	says_type1 = strncmp(name, "type1", 5) == 0 &&
		     5 + strspn(name + 5, " \t") == len;
	ret = !len || says_type1;
	s->has_marker |= says_type1;
	if (!ret)
		entries_reject(s->entries, text_str(&path),
			       "%s says %.*s, not type1", text_str(&path),
			       (int)(len < SHOWN_MAX ? len : SHOWN_MAX), name);
	text_free(&path);
	text_free(&bytes);
	return ret;
}

/* Reads what there is below @prefix of the tree @tree. */
static int read_spot(struct blslist *s, size_t tree, const char *prefix,
		     struct reason *why)
{
	struct blslist_spot *spot = &s->spots[s->spot_count++];
	struct text dir = { 0 };
	struct reason problem;
	int err = 0;

	spot->tree = tree;
	spot->prefix = prefix;
	text_addf(&dir, "%s/loader/entries", prefix);
	if (is_type1(s, tree, prefix))
		err = bls_read(&spot->type1, s->entries, s->guest, tree,
			       text_str(&dir), BLS_ORDER_SPEC, &problem);
	err = check_dir(s, text_str(&dir), err, &problem, why);
	text_free(&dir);
	if (err)
		return err;
	text_addf(&dir, "%s/EFI/Linux", prefix);
	err = unified_read(&spot->type2, s->entries, s->guest, tree, prefix,
			   &problem);
	err = check_dir(s, text_str(&dir), err, &problem, why);
	text_free(&dir);
	return err;
}

static void free_spot(struct blslist_spot *spot)
{
	bls_free(&spot->type1);
	unified_free(&spot->type2);
}

/* "vda" of /dev/vda1, "nvme0n1" of nvme0n1p2: how much of @dev is the disk. */
static size_t disk_len(const char *dev)
{
	size_t len = strlen(dev);

	while (len && dev[len - 1] >= '0' && dev[len - 1] <= '9')
		len--;
	if (len > 1 && dev[len - 1] == 'p' && dev[len - 2] >= '0' &&
	    dev[len - 2] <= '9')
		len--;
	return len;
}

/* False if the names of the devices tell that they are on two disks. */
static bool on_same_disk(const struct tree *a, const struct tree *b)
{
	size_t len = disk_len(a->dev);

	return !*a->dev || !*b->dev ||
	       (len == disk_len(b->dev) && !strncmp(a->dev, b->dev, len));
}

/*
 * "The boot loader should enumerate both directories and present a merged
 * list": ESP and XBOOTLDR. It is made for each of them anew; what repeats is
 * gather.c's to leave out. Entries for GRUB are never merged.
 */
static int read_others(struct blslist *s, struct reason *why)
{
	const struct tree *trees = s->guest->trees;
	int err = 0;

	for (size_t i = 0; !err && i < s->guest->tree_count; i++) {
		struct blslist_spot *spot = &s->spots[s->spot_count];

		if (i == s->tree || s->spot_count == BLSLIST_SPOTS ||
		    !on_same_disk(&trees[i], &trees[s->tree]))
			continue;
		err = read_spot(s, i, "", why);
		if (!err && has_dialect(spot))
			free_spot(spot);
	}
	return err;
}

/* Reads all directories, and the tree's own loader.conf. */
static int read_spots(struct blslist *s, struct reason *why)
{
	size_t own = 0;
	int err = 0;

	for (size_t i = 0; !err && i < BLSLIST_OWN; i++) {
		const struct blslist_spot *spot = &s->spots[i];

		err = read_spot(s, s->tree, prefixes[i], why);
		own += spot->type1.count + spot->type2.count;
		s->for_grub |= has_dialect(spot);
	}
	if (!err && own)
		err = read_conf(s, s->tree, why);
	/* bootctl makes the marker; GRUB's entries have none. */
	s->for_grub &= !s->has_conf && !s->has_marker;
	if (!err && own && !s->for_grub)
		err = read_others(s, why);
	for (size_t i = 0; i < s->spot_count; i++)
		s->item_count +=
			s->spots[i].type1.count + s->spots[i].type2.count;
	return err;
}

static struct blslist_item item_of_type1(const struct blslist_spot *spot,
					 const struct bls_entry *entry)
{
	return (struct blslist_item){
		.key = { .sort_key = entry->sort_key,
			 .machine_id = entry->machine_id,
			 .version = entry->version,
			 .id = entry->id,
			 .ending = ".conf",
			 .tries_left = entry->tries_left,
			 .tries_done = entry->tries_done },
		.spot = spot,
		.type1 = entry,
		.index = -1,
	};
}

static struct blslist_item item_of_type2(const struct blslist_spot *spot,
					 const struct unified *uki)
{
	return (struct blslist_item){
		.key = { .sort_key = uki->sort_key,
			 .version = uki->sort_version,
			 .id = uki->name,
			 .ending = ".efi",
			 .profile = uki->profile,
			 .unlisted = uki->unlisted,
			 .tries_left = uki->tries_left,
			 .tries_done = uki->tries_done },
		.spot = spot,
		.type2 = uki,
		.index = -1,
	};
}

/* GRUB, unlike systemd-boot, looks at no file whose name ends in .CONF. */
static bool is_seen(const struct blslist *s, const struct bls_entry *entry)
{
	static const char ending[] = ".conf";
	size_t len = strlen(entry->path), end = sizeof(ending) - 1;

	return !s->for_grub || strcmp(entry->path + len - end, ending) == 0;
}

static int make_items(struct blslist *s, struct reason *why)
{
	struct blslist_item *item = calloc(s->item_count, sizeof(*item));

	if (!item)
		return entries_no_memory(why);
	s->items = item;
	for (size_t i = 0; i < s->spot_count; i++) {
		const struct blslist_spot *spot = &s->spots[i];

		for (size_t k = 0; k < spot->type1.count; k++)
			if (is_seen(s, &spot->type1.list[k]))
				*item++ = item_of_type1(spot,
							&spot->type1.list[k]);
		for (size_t k = 0; k < spot->type2.count; k++)
			*item++ = item_of_type2(spot, &spot->type2.list[k]);
	}
	s->item_count = (size_t)(item - s->items);
	return 0;
}

static const char *path_of(const struct blslist_item *item)
{
	return item->type1 ? item->type1->path : item->type2->path;
}

static int by_spec(const void *a, const void *b)
{
	const struct blslist_item *left = a, *right = b;
	int order = blsorder_spec(&left->key, &right->key);

	if (!order)
		order = strcmp(path_of(left), path_of(right));
	if (!order)
		order = left->spot < right->spot ? -1
						 : left->spot > right->spot;
	return order;
}

static int by_grub(const void *a, const void *b)
{
	const struct blslist_item *left = a, *right = b;
	int order = blsorder_grub(right->key.id, left->key.id);

	return order ? order : by_spec(a, b);
}

/* Another tree's loader.conf, GRUB's variables. */
static int read_settings(struct blslist *s, struct reason *why)
{
	int err = 0;

	if (s->for_grub)
		return grubvars_find(&s->vars, s->entries, s->guest, s->tree,
				     why);
	for (size_t i = 0; !err && !s->has_conf && i < s->guest->tree_count;
	     i++)
		if (i != s->tree)
			err = read_conf(s, i, why);
	if (!err && !s->has_conf)
		err = grubvars_find(&s->vars, s->entries, s->guest, s->tree,
				    why);
	return err;
}

/* True if the item before is the same file: /boot/boot is often /boot. */
static bool is_same(const struct blslist *s, const struct blslist_item *a,
		    const struct blslist_item *b)
{
	const struct tree *trees = s->guest->trees;
	struct tree_file left, right;

	return a->key.profile == b->key.profile &&
	       strcmp(a->key.id, b->key.id) == 0 && a->spot != b->spot &&
	       !tree_look(&trees[a->spot->tree], path_of(a), &left, NULL) &&
	       !tree_look(&trees[b->spot->tree], path_of(b), &right, NULL) &&
	       left.inode == right.inode && left.device == right.device;
}

static int add_items(struct blslist *s, struct reason *why)
{
	int err = 0;

	qsort(s->items, s->item_count, sizeof(*s->items),
	      s->for_grub ? by_grub : by_spec);
	for (size_t i = 0; !err && i < s->item_count; i++) {
		struct blslist_item *item = &s->items[i];

		if (i && is_same(s, item - 1, item)) {
			item->index = item[-1].index;
			continue;
		}
		err = blsmake_entry(s, item, why);
	}
	return err;
}

static int gather(struct blslist *s, struct reason *why)
{
	int err = read_spots(s, why);

	if (err || !s->item_count)
		return err;
	err = make_items(s, why);
	if (!err)
		err = read_settings(s, why);
	if (!err)
		err = add_items(s, why);
	if (!err)
		err = blschoose_titles(s, why);
	if (!err)
		blschoose_default(s);
	return err;
}

int bls_gather(struct entries *entries, const struct guest *guest, size_t tree,
	       struct reason *why)
{
	struct blslist *s = calloc(1, sizeof(*s));
	int err;

	if (!s)
		return entries_no_memory(why);
	s->entries = entries;
	s->guest = guest;
	s->tree = tree;
	s->conf.timeout = ENTRIES_NO_TIMEOUT;
	err = gather(s, why);
	for (size_t i = 0; i < s->spot_count; i++)
		free_spot(&s->spots[i]);
	loaderconf_free(&s->conf);
	grubvars_free(&s->vars);
	free(s->items);
	free(s);
	return err;
}
