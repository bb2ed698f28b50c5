/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list of entries as text. Chooses nothing and looks nothing up. */
#include "entries/show.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"

static void initrds_to_json(struct json *j, const struct entry *entry)
{
	bool elsewhere = false;

	json_open_array(j, "initrd");
	for (size_t i = 0; i < entry->initrd_count; i++) {
		json_string(j, NULL, entry->initrd[i].path);
		elsewhere |= entry->initrd[i].tree != entry->tree;
	}
	json_close_array(j);
	if (!elsewhere)
		return;
	json_open_array(j, "initrd_fs");
	for (size_t i = 0; i < entry->initrd_count; i++)
		json_number(j, NULL, (long long)entry->initrd[i].tree);
	json_close_array(j);
}

/* Multiboot modules are no initrds: who knows only those must not load them. */
static void modules_to_json(struct json *j, const struct entry *entry)
{
	json_open_array(j, "initrd");
	json_close_array(j);
	json_open_array(j, "modules");
	for (size_t i = 0; i < entry->initrd_count; i++) {
		const struct entry_initrd *module = &entry->initrd[i];

		json_open_object(j, NULL);
		json_string(j, "path", module->path);
		json_string(j, "cmdline", module->words ? module->words : "");
		json_number(j, "fs", (long long)module->tree);
		json_close_object(j);
	}
	json_close_array(j);
}

static const char *kind_name(const struct entry *entry)
{
	static const char *const names[] = {
		[ENTRY_LINUX] = "linux",
		[ENTRY_UKI] = "uki",
		[ENTRY_MULTIBOOT] = "multiboot",
	};

	return entry->is_self ? "self" : names[entry->kind];
}

static void entry_to_json(struct json *j, const struct entry *entry)
{
	json_open_object(j, NULL);
	json_string(j, "id", entry->id);
	json_string(j, "title", entry->title);
	json_string(j, "version", entry->version);
	json_string(j, "source", entry->source);
	json_number(j, "fs", (long long)entry->tree);
	json_string(j, "kernel", entry->kernel);
	if (entry->kind == ENTRY_MULTIBOOT)
		modules_to_json(j, entry);
	else
		initrds_to_json(j, entry);
	json_string(j, "cmdline", entry->cmdline);
	json_bool(j, "hidden", entry->hidden);
	json_string(j, "kind", kind_name(entry));
	if (entry->kind == ENTRY_UKI)
		json_number(j, "profile", entry->profile);
	json_bool(j, "rescue", entry->rescue);
	json_bool(j, "incomplete", entry->incomplete);
	json_close_object(j);
}

/* Keeps the shape of its siblings: the last one, of no source. */
static void dropped_to_json(struct json *j, size_t count)
{
	struct text sentence = { 0 };

	text_addf(&sentence, "%zu more are left out", count);
	json_open_object(j, NULL);
	json_string(j, "source", "");
	json_string(j, "reason", text_str(&sentence));
	json_close_object(j);
	text_free(&sentence);
}

void show_json(struct text *out, const struct entries *entries, int timeout)
{
	const struct entry *chosen = entries_chosen(entries);
	struct json j;

	json_start(&j, out);
	json_open_object(&j, NULL);
	json_string(&j, "default", chosen ? chosen->id : NULL);
	if (timeout < 0)
		json_string(&j, "timeout", NULL);
	else
		json_number(&j, "timeout", timeout);
	json_open_array(&j, "entries");
	for (size_t i = 0; i < entries->count; i++)
		entry_to_json(&j, &entries->list[i]);
	json_close_array(&j);
	json_open_array(&j, "rejected");
	for (size_t i = 0; i < entries->rejected_count; i++) {
		json_open_object(&j, NULL);
		json_string(&j, "source", entries->rejected[i].source);
		json_string(&j, "reason", entries->rejected[i].reason);
		if (entries->rejected[i].on)
			json_number(&j, "fs",
				    (long long)entries->rejected[i].on - 1);
		json_close_object(&j);
	}
	if (entries->rejected_dropped)
		dropped_to_json(&j, entries->rejected_dropped);
	json_close_array(&j);
	json_close_object(&j);
	json_end(&j);
}

/* A file of a tree by its path on this system. */
static void add_path(struct text *out, const char *what,
		     const struct tree *tree, const char *path)
{
	size_t len = strlen(tree->dir);

	while (len && tree->dir[len - 1] == '/')
		len--;
	text_addf(out, "%s\t%.*s%s\n", what, (int)len, tree->dir, path);
}

static void entry_for_shell(struct text *out, const struct entry *entry,
			    const struct tree *trees)
{
	text_addf(out, "entry\t%s\t%s\n", entry->id, entry->title);
	if (entry->is_self)
		return;
	add_path(out, "kernel", &trees[entry->tree], entry->kernel);
	for (size_t i = 0; i < entry->initrd_count; i++)
		add_path(out,
			 entry->kind == ENTRY_MULTIBOOT ? "module" : "initrd",
			 &trees[entry->initrd[i].tree], entry->initrd[i].path);
	text_addf(out, "cmdline\t%s\n", entry->cmdline);
}

void show_tab(struct text *out, const struct entries *entries,
	      const struct tree *trees, int timeout)
{
	const struct entry *chosen = entries_chosen(entries);

	if (chosen)
		text_addf(out, "default\t%s\n", chosen->id);
	if (timeout < 0)
		text_add(out, "timeout\t\n");
	else
		text_addf(out, "timeout\t%d\n", timeout);
	for (size_t i = 0; i < entries->count; i++)
		if (!entries->list[i].hidden)
			entry_for_shell(out, &entries->list[i], trees);
}

/* Words for a kernel are bytes of the guest's; a terminal gets them clean. */
static void add_words(struct text *out, const char *words)
{
	char *clean = strdup(words);

	if (!clean)
		return;
	text_clean(clean);
	text_add(out, clean);
	free(clean);
}

/* Why an entry is incomplete. */
static const char *lacks(const struct entry *entry)
{
	if (entry->has_empty)
		return "a file of it is empty";
	return entry->initrd_count ? "an initrd is missing" : "no initrd found";
}

static void explain_entry(struct text *out, const struct tree *trees,
			  const struct entry *entry)
{
	text_addf(out, "        from %s", entry->source);
	if (entry->source_on)
		text_addf(out, " on %s",
			  tree_name(&trees[entry->source_on - 1]));
	text_add_char(out, '\n');
	if (entry->is_self)
		return;
	text_addf(out, "        kernel %s on %s\n", entry->kernel,
		  tree_name(&trees[entry->tree]));
	for (size_t i = 0; i < entry->initrd_count; i++) {
		const struct entry_initrd *initrd = &entry->initrd[i];

		text_addf(out, "        %s %s on %s%s",
			  entry->kind == ENTRY_MULTIBOOT ? "module" : "initrd",
			  initrd->path, tree_name(&trees[initrd->tree]),
			  initrd->words && *initrd->words ? ": " : "");
		add_words(out, initrd->words ? initrd->words : "");
		text_add_char(out, '\n');
	}
	if (entry->incomplete)
		text_addf(out, "        incomplete: %s\n", lacks(entry));
	if (entry->worn_out)
		text_add(out, "        no tries left: never the default\n");
	if (entry->rescue)
		text_add(out,
			 "        for rescue: never the default by itself\n");
	text_add(out, "        command line ");
	add_words(out, entry->cmdline);
	text_add_char(out, '\n');
}

static void explain_reasons(struct text *out, const char *what,
			    const struct entries_rejected *list, size_t count,
			    const struct tree *trees)
{
	for (size_t i = 0; i < count; i++) {
		text_addf(out, "%s %s", what, list[i].source);
		if (list[i].on)
			text_addf(out, " on %s",
				  tree_name(&trees[list[i].on - 1]));
		text_addf(out, ": %s\n", list[i].reason);
	}
}

static void explain_rest(struct text *out, const struct entries *entries,
			 const struct tree *trees)
{
	if (entries->count && !entries_chosen(entries))
		text_add(out, "no default: none but rescue entries\n");
	explain_reasons(out, "rejected", entries->rejected,
			entries->rejected_count, trees);
	if (entries->rejected_dropped)
		text_addf(out, "rejected %zu more\n",
			  entries->rejected_dropped);
	explain_reasons(out, "skipped", entries->skipped,
			entries->skipped_count, trees);
}

void show_table(struct text *out, const struct entries *entries,
		const struct tree *trees, bool explain)
{
	const struct entry *chosen = entries_chosen(entries);

	for (size_t i = 0; i < entries->count; i++) {
		const struct entry *entry = &entries->list[i];

		text_addf(out, "%c %3zu  %-50s  %s\n",
			  entry == chosen ? '*' : ' ', i, entry->title,
			  entry->id);
		if (!explain)
			continue;
		if (entry == chosen && entries->default_by)
			text_addf(out, "        the default, %s\n",
				  entries->default_by);
		explain_entry(out, trees, entry);
	}
	if (explain)
		explain_rest(out, entries, trees);
}
