/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel command line: split as Linux splits it, and composed for the
 * next kernel. Knows kboot's own words only to leave them out; what they mean
 * is settings.c's.
 */
#include "settings/cmdline.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* lib/ctype.c of Linux: in its Latin-1 table 0xa0 is white space too. */
static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || (unsigned char)c == 0xa0;
}

/* The length of the word at @s: up to white space outside of quotes. */
static size_t word_len(const char *s)
{
	bool in_quote = false;
	size_t i;

	for (i = 0; s[i]; i++) {
		if (is_space(s[i]) && !in_quote)
			break;
		if (s[i] == '"')
			in_quote = !in_quote;
	}
	return i;
}

void cmdline_blank(char *text)
{
	for (;;) {
		text += word_len(text);
		if (!*text)
			return;
		if (*text >= '\t' && *text <= '\r')
			*text = ' ';
		text++;
	}
}

/*
 * Splits the NUL-ended word at @s in place. It follows next_arg() step by
 * step, the odd corners included: a '=' in first place parts nothing, and one
 * quote at the very start hides every other one of the word.
 */
static void split(char *s, struct cmdline_word *word)
{
	bool quoted = *s == '"';
	size_t equals = 0, len;

	s += quoted;
	len = strlen(s);
	for (size_t i = 0; i < len && !equals; i++)
		if (s[i] == '=')
			equals = i;
	word->key = s;
	word->value = NULL;
	if (equals) {
		s[equals] = '\0';
		word->value = s + equals + 1;
		if (*word->value == '"') {
			word->value++;
			if (s[len - 1] == '"')
				s[len - 1] = '\0';
		}
	}
	if (quoted && len && s[len - 1] == '"')
		s[len - 1] = '\0';
}

/* Counts words, or with @line fills it; @line's buffers are copies of @text. */
static size_t each_word(const char *text, struct cmdline *line)
{
	size_t count = 0, at = 0;

	for (;;) {
		size_t len;

		while (is_space(text[at]))
			at++;
		if (!text[at])
			return count;
		len = word_len(text + at);
		if (line) {
			line->raws[at + len] = '\0';
			line->parts[at + len] = '\0';
			line->words[count].raw = line->raws + at;
			split(line->parts + at, &line->words[count]);
		}
		count++;
		at += len;
	}
}

int cmdline_parse(struct cmdline *ret, const char *text, size_t len,
		  struct reason *why)
{
	char *copy = NULL;
	size_t count;
	int err;

	memset(ret, 0, sizeof(*ret));
	len = strnlen(text, len);
	if (len > CMDLINE_MAX)
		return reason(
			why, E2BIG,
			"the command line is %zu bytes long, more than %d", len,
			CMDLINE_MAX);
	err = reason(why, ENOMEM, "no memory for the command line");
	copy = strndup(text, len);
	ret->raws = strndup(text, len);
	ret->parts = strndup(text, len);
	if (!copy || !ret->raws || !ret->parts)
		goto out;
	count = each_word(copy, NULL);
	if (count > CMDLINE_WORDS_MAX) {
		err = reason(why, E2BIG,
			     "the command line has %zu words, more than %d",
			     count, CMDLINE_WORDS_MAX);
		goto out;
	}
	ret->words = calloc(count + 1, sizeof(*ret->words));
	if (!ret->words)
		goto out;
	ret->count = each_word(copy, ret);
	ret->kernel_count = ret->count;
	ret->init_from = ret->count;
	for (size_t i = 0; i < ret->count; i++) {
		if (ret->words[i].value || strcmp(ret->words[i].key, "--"))
			continue;
		ret->kernel_count = i;
		ret->init_from = i + 1;
		break;
	}
	err = 0;
out:
	free(copy);
	if (err)
		cmdline_free(ret);
	return err;
}

void cmdline_free(struct cmdline *line)
{
	free(line->words);
	free(line->raws);
	free(line->parts);
	memset(line, 0, sizeof(*line));
}

static char dash(char c)
{
	return c == '-' ? '_' : c;
}

bool cmdline_same_key(const char *a, const char *b)
{
	while (*a && dash(*a) == dash(*b)) {
		a++;
		b++;
	}
	return dash(*a) == dash(*b);
}

const struct cmdline_word *cmdline_last(const struct cmdline *line,
					const char *key)
{
	for (size_t i = line->kernel_count; i > 0; i--)
		if (cmdline_same_key(line->words[i - 1].key, key))
			return &line->words[i - 1];
	return NULL;
}

bool cmdline_is_own(const struct cmdline_word *word)
{
	static const char *const own[] = { "boot", "kernel", "ramdisk",
					   "BOOT_IMAGE" };

	if (strncmp(word->key, "kboot.", strlen("kboot.")) == 0)
		return true;
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (word->value && cmdline_same_key(word->key, own[i]))
			return true;
	return false;
}

/* True if one of the patterns in @remove drops @word. */
static bool is_removed(const struct cmdline_word *word, const char *remove)
{
	while (remove && *remove) {
		size_t len = strcspn(remove, ", \t\n");
		char *glob = strndup(remove, len);
		bool hit = glob && len &&
			   (text_glob(glob, word->raw) ||
			    cmdline_same_key(glob, word->key));

		free(glob);
		if (hit)
			return true;
		remove += len;
		remove += strspn(remove, ", \t\n");
	}
	return false;
}

static bool is_console(const struct cmdline_word *word)
{
	return word->value && strcmp(word->key, "console") == 0;
}

static bool in_quote(const char *words)
{
	size_t quotes = 0;

	for (; *words; words++)
		quotes += *words == '"';
	return quotes % 2;
}

/* Adds words. A quote that nothing closes is closed first: at the end of a
 * line it hid nothing, before other words it would hide those. */
static void add_word(struct text *out, const char *raw)
{
	if (in_quote(text_str(out)))
		text_add_char(out, '"');
	if (out->len)
		text_add_char(out, ' ');
	text_add(out, raw);
}

static void add_unless_removed(struct text *out, const char *remove,
			       const struct cmdline_word *word)
{
	if (!is_removed(word, remove))
		add_word(out, word->raw);
}

/* The base words: a configured entry's, or kboot's own for a bare kernel. */
static void add_base(struct text *out, const struct cmdline_recipe *recipe,
		     const struct cmdline *base)
{
	for (size_t i = 0; i < base->kernel_count; i++) {
		const struct cmdline_word *word = &base->words[i];

		if (!recipe->options && cmdline_is_own(word))
			continue;
		if (recipe->own_console && is_console(word))
			continue;
		add_unless_removed(out, recipe->remove, word);
	}
	for (size_t i = 0; recipe->own_console && i < recipe->own->kernel_count;
	     i++)
		if (is_console(&recipe->own->words[i]))
			add_unless_removed(out, recipe->remove,
					   &recipe->own->words[i]);
}

/*
 * Words that tell a kernel of the machine what it cannot find out: devices
 * that are nowhere else (virtio-mmio of Firecracker and of QEMU's microvm
 * without ACPI), and what is missing or odd there. The host has them on
 * kboot's command line, an entry on the disk knows nothing of them.
 */
static const struct machine_word {
	const char *key;
	/* Each of them counts; else the entry's own stands in its place. */
	bool many;
} machine_words[] = {
	{ "virtio_mmio.device", true },
	{ "memmap", true },
	{ "pci", false },
	{ "reboot", false },
	{ "noapic", false },
	{ "acpi_rsdp", false },
	{ "tsc_early_khz", false },
};

static const struct machine_word *machine_word(const struct cmdline_word *word)
{
	size_t count = sizeof(machine_words) / sizeof(machine_words[0]);

	for (size_t i = 0; i < count; i++)
		if (cmdline_same_key(word->key, machine_words[i].key))
			return &machine_words[i];
	return NULL;
}

static bool has_word(const struct cmdline *line, const char *raw)
{
	for (size_t i = 0; i < line->kernel_count; i++)
		if (strcmp(line->words[i].raw, raw) == 0)
			return true;
	return false;
}

/*
 * To a configured entry's words. Not from a line that a boot loader in the
 * guest made (kboot in a running guest): that is another entry's, and not the
 * host's word.
 */
static void add_machine(struct text *out, const struct cmdline_recipe *recipe,
			const struct cmdline *base)
{
	if (cmdline_last(recipe->own, "BOOT_IMAGE"))
		return;
	for (size_t i = 0; i < recipe->own->kernel_count; i++) {
		const struct cmdline_word *word = &recipe->own->words[i];
		const struct machine_word *machine = machine_word(word);

		if (!machine || has_word(base, word->raw) ||
		    (!machine->many && cmdline_last(base, word->key)))
			continue;
		add_unless_removed(out, recipe->remove, word);
	}
}

/* What a bare kernel cannot do without. */
static void add_root(struct text *out, const struct cmdline_recipe *recipe)
{
	const struct cmdline_word ro = { "ro", "ro", NULL };
	struct cmdline_word root = { recipe->root, "root", recipe->root };

	if (recipe->root && !cmdline_last(recipe->own, "root"))
		add_unless_removed(out, recipe->remove, &root);
	if (recipe->add_ro && !cmdline_last(recipe->own, "ro") &&
	    !cmdline_last(recipe->own, "rw"))
		add_unless_removed(out, recipe->remove, &ro);
}

int cmdline_compose(const struct cmdline_recipe *recipe, char **ret,
		    struct reason *why)
{
	const struct cmdline *base = recipe->own;
	struct cmdline options = { 0 };
	struct text out = { 0 };
	const char *control;
	char *line = NULL;
	int err = 0;

	if (recipe->options) {
		err = cmdline_parse(&options, recipe->options,
				    strlen(recipe->options), why);
		if (err)
			return err;
		base = &options;
	}
	add_base(&out, recipe, base);
	if (recipe->options)
		add_machine(&out, recipe, base);
	else
		add_root(&out, recipe);
	if (recipe->append && *recipe->append)
		add_word(&out, recipe->append);
	for (size_t i = base->kernel_count; i < base->count; i++)
		add_word(&out, base->words[i].raw);
	if (text_error(&out))
		err = reason(why, ENOMEM, "no memory for the command line");
	else if (out.len > CMDLINE_MAX)
		err = reason(why, E2BIG,
			     "the next kernel's command line would be %zu "
			     "bytes long, more than %d",
			     out.len, CMDLINE_MAX);
	if (err)
		goto out;
	err = reason(why, ENOMEM, "no memory for the command line");
	line = text_take(&out);
	if (!line)
		goto out;
	control = text_control(line);
	if (control) {
		err = reason(why, EINVAL,
			     "a control character (0x%02x) in the next "
			     "kernel's command line",
			     (unsigned int)(unsigned char)*control);
		goto out;
	}
	*ret = line;
	line = NULL;
	err = 0;
out:
	free(line);
	text_free(&out);
	cmdline_free(&options);
	return err;
}
