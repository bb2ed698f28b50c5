/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory given back at once, and texts that are counted. */
#include "entries/grub2_source.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNK = 1000 };

struct grub2_chunk {
	struct grub2_chunk *next;
	max_align_t bytes[];
};

void *grub2_arena_get(struct grub2_arena *arena, size_t size)
{
	size_t room = size > CHUNK ? size : CHUNK;
	struct grub2_chunk *chunk = arena->chunks;
	char *end;

	size = (size + sizeof(max_align_t) - 1) & ~(sizeof(max_align_t) - 1);
	if (size > arena->left) {
		room = (room + sizeof(max_align_t) - 1) &
		       ~(sizeof(max_align_t) - 1);
		chunk = calloc(1, sizeof(*chunk) + room);
		if (!chunk) {
			arena->failed = true;
			return NULL;
		}
		chunk->next = arena->chunks;
		arena->chunks = chunk;
		arena->left = room;
	}
	/* What is taken, is taken from the end, which is @left from the
	 * beginning. */
	arena->left -= size;
	end = (char *)chunk->bytes + arena->left;
	return end;
}

char *grub2_arena_copy(struct grub2_arena *arena, const char *text, size_t len)
{
	char *copy = grub2_arena_get(arena, len + 1);

	if (copy && len)
		memcpy(copy, text, len);
	return copy;
}

void grub2_arena_free(struct grub2_arena *arena)
{
	while (arena->chunks) {
		struct grub2_chunk *next = arena->chunks->next;

		free(arena->chunks);
		arena->chunks = next;
	}
	memset(arena, 0, sizeof(*arena));
}

/* As grub_file_getline() has it: no carriage returns, C strings as lines. */
static size_t clean_up(char *text, size_t len)
{
	size_t from = 0, to = 0;
	bool cut = false;

	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		from = 3;
	for (; from < len; from++) {
		if (text[from] == '\n')
			cut = false;
		else if (text[from] == '\0')
			cut = true;
		if (!cut && text[from] != '\r')
			text[to++] = text[from];
	}
	text[to] = '\0';
	return to;
}

struct grub2_source *grub2_source_new(const char *name, char *text, size_t len,
				      bool is_file)
{
	struct grub2_source *source = calloc(1, sizeof(*source));
	char *copy = strdup(name);

	if (!source || !copy) {
		free(source);
		free(copy);
		free(text);
		return NULL;
	}
	source->users = 1;
	source->name = copy;
	source->text = text;
	source->len = clean_up(text, len);
	source->is_file = is_file;
	return source;
}

size_t grub2_source_copy(const struct grub2_source *source, size_t at,
			 size_t end, char *ret)
{
	const char *text = source->text;
	bool is_line = false;
	size_t len = 0;

	while (at < end) {
		const char *stop = memchr(text + at, '\n', end - at);
		size_t behind = stop ? (size_t)(stop - text) + 1 : end;

		/* What @at is in the middle of is no line. */
		if (!is_line || !source->is_file || text[at] != '#') {
			memcpy(ret + len, text + at, behind - at);
			len += behind - at;
		}
		at = behind;
		is_line = true;
	}
	return len;
}

struct grub2_source *grub2_source_use(struct grub2_source *source)
{
	source->users++;
	return source;
}

void grub2_source_done(struct grub2_source *source)
{
	if (!source || --source->users)
		return;
	free(source->name);
	free(source->text);
	free(source);
}
