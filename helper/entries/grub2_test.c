/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test and "[", after grub-core/commands/test.c: there is no precedence but
 * "-o" over all else, and what is no test is true if it is not empty.
 */
#include "entries/grub2_commands.h"

#include <string.h>

#include "entries/grub2_device.h"

/* Parentheses inside one another. */
enum { PARENTHESES_MAX = 64 };

struct test {
	struct grub2_run *run;
	char **args;
	size_t count;
	size_t at;
	unsigned int depth;
};

/* One list of tests: what "(" and ")" are around. */
struct list {
	bool invert;
	bool any;
	bool all;
};

static void take(struct list *list, bool value)
{
	list->all = list->all && value != list->invert;
	list->invert = false;
}

/* An int of GRUB's on a 64-bit machine, which more digits overflow. */
static int number(const char *text)
{
	unsigned long long n;
	bool minus = *text == '-';

	(void)grub2_number(text + minus, 0, NULL, &n);
	return (int)(unsigned int)(minus ? 0 - n : n);
}

/* The numbers behind what both words begin with: vmlinuz-2, vmlinuz-11. */
static int compare_behind_prefix(const char *a, const char *b)
{
	unsigned long long left = 0, right = 0;
	size_t i = 0;

	while (a[i] && a[i] == b[i])
		i++;
	/* GRUB does not go back to the very first character. */
	while (i > 1 && a[i - 1] >= '0' && a[i - 1] <= '9')
		i--;
	(void)grub2_number(a + i, 0, NULL, &left);
	(void)grub2_number(b + i, 0, NULL, &right);
	return left < right ? -1 : left > right;
}

static bool compare_numbers(const char *a, const char *operator, const char * b,
			    bool *ret)
{
	int left = number(a), right = number(b);

	if (strcmp(operator, "-eq") == 0)
		*ret = left == right;
	else if (strcmp(operator, "-ne") == 0)
		*ret = left != right;
	else if (strcmp(operator, "-ge") == 0)
		*ret = left >= right;
	else if (strcmp(operator, "-gt") == 0)
		*ret = left > right;
	else if (strcmp(operator, "-le") == 0)
		*ret = left <= right;
	else if (strcmp(operator, "-lt") == 0)
		*ret = left < right;
	else if (strcmp(operator, "-pgt") == 0)
		*ret = compare_behind_prefix(a, b) > 0;
	else if (strcmp(operator, "-plt") == 0)
		*ret = compare_behind_prefix(a, b) < 0;
	else
		return false;
	return true;
}

static bool compare_strings(const char *a, const char *operator, const char * b,
			    bool *ret)
{
	int order = strcmp(a, b);

	if (strcmp(operator, "=") == 0 || strcmp(operator, "==") == 0)
		*ret = order == 0;
	else if (strcmp(operator, "!=") == 0)
		*ret = order != 0;
	else if (strcmp(operator, "<") == 0)
		*ret = order < 0;
	else if (strcmp(operator, "<=") == 0)
		*ret = order <= 0;
	else if (strcmp(operator, ">") == 0)
		*ret = order > 0;
	else if (strcmp(operator, ">=") == 0)
		*ret = order >= 0;
	else
		return false;
	return true;
}

/* What is at @path; a name without any slash is looked for in the root. */
static void look(struct grub2_run *run, const char *path,
		 struct grub2_look *ret)
{
	const char *name = strchr(path, ')');
	struct text rooted = { 0 };
	size_t len;

	name = name ? name + 1 : path;
	len = strlen(name);
	while (len && name[len - 1] == '/')
		len--;
	if (len && !memchr(name, '/', len)) {
		text_addf(&rooted, "%.*s/%s", (int)(name - path), path, name);
		path = text_str(&rooted);
	}
	grub2_device_look(run, path, ret);
	text_free(&rooted);
}

/* -nt and -ot, with a number of seconds behind: it is added to the first. */
static bool compare_times(struct grub2_run *run, const char *a,
			  const char *operator, const char * b, bool *ret)
{
	struct grub2_look left, right;
	bool newer = strncmp(operator, "-nt", 3) == 0, known;
	long long bias, first, second;

	if (!newer && strncmp(operator, "-ot", 3) != 0)
		return false;
	look(run, a, &left);
	look(run, b, &right);
	bias = operator[3] ? number(operator+ 3) : 0;
	known = left.changed && right.changed;
	first = (long long)left.changed + bias;
	second = (long long)right.changed;
	if (newer)
		*ret = (left.exists && !right.exists) ||
		       (known && first > second);
	else
		*ret = (!left.exists && right.exists) ||
		       (known && first < second);
	return true;
}

static bool test_file(struct grub2_run *run, char operator, const char * path)
{
	struct grub2_look found;

	/* This one opens the file. */
	if (operator== 's')
		grub2_device_look(run, path, &found);
	else
		look(run, path, &found);
	switch (operator) {
	case 'd':
		return found.exists && found.is_dir;
	case 'f':
		return found.exists && !found.is_dir;
	case 's':
		return found.exists && found.size;
	default:
		return found.exists;
	}
}

/* -d -e -f -s -n -z */
static bool two_words(struct test *t, struct list *list)
{
	const char *operator= t->args[t->at], *word;

	if (t->count - t->at < 2 || operator[0] != '-' || !operator[1] ||
				    operator[2] || !strchr(
					    "defsnz", operator[1]))
		return false;
	word = t->args[t->at + 1];
	if (operator[1] == 'n')
		take(list, *word);
	else if (operator[1] == 'z')
		take(list, !*word);
	else
		take(list, test_file(t->run, operator[1], word));
	t->at += 2;
	return true;
}

static bool three_words(struct test *t, struct list *list)
{
	const char *a, *operator, * b;
	bool value;

	if (t->count - t->at < 3)
		return false;
	a = t->args[t->at];
	operator= t->args[t->at + 1];
	b = t->args[t->at + 2];
	if (!compare_strings(a, operator, b, &value) &&
	    !compare_numbers(a, operator, b, &value) &&
	    !compare_times(t->run, a, operator, b, &value))
		return false;
	take(list, value);
	t->at += 3;
	return true;
}

static bool evaluate(struct test *t)
{
	struct list list = { .all = true };

	while (t->at < t->count && !t->run->stop) {
		const char *word = t->args[t->at];

		if (three_words(t, &list) || two_words(t, &list))
			continue;
		t->at++;
		if (strcmp(word, ")") == 0)
			break;
		if (strcmp(word, "(") == 0) {
			if (++t->depth > PARENTHESES_MAX) {
				t->at = t->count;
				break;
			}
			take(&list, evaluate(t));
			t->depth--;
		} else if (strcmp(word, "!") == 0) {
			list.invert = !list.invert;
		} else if (strcmp(word, "-o") == 0) {
			list.any = list.any || list.all;
			list.all = true;
		} else if (strcmp(word, "-a") != 0) {
			take(&list, *word);
		}
	}
	return list.any || list.all;
}

/*
 * "[ = 1 ]", which was `[ ${recordfail} = 1 ]' of Ubuntu 10.04. Its GRUB 1.98 had
 * an empty word there; for later ones it is true, and they wait for ever.
 */
static bool lacks_left(const struct test *t)
{
	return t->run->is_198 && t->count == 2 &&
	       (strcmp(t->args[0], "=") == 0 || strcmp(t->args[0], "!=") == 0);
}

int grub2_test(struct grub2_run *run, const struct grub2_args *args)
{
	struct test t = { .run = run,
			  .args = args->list + 1,
			  .count = args->count - 1 };

	if (t.count && strcmp(t.args[t.count - 1], "]") == 0)
		t.count--;
	if (lacks_left(&t))
		return (*t.args[0] == '=') == !*t.args[1] ? GRUB2_OK
							  : GRUB2_FALSE;
	return evaluate(&t) ? GRUB2_OK : GRUB2_FALSE;
}
