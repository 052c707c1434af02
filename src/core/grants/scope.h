/* SPDX-License-Identifier: Apache-2.0
 *
 * Scopes by meaning (docs/protocol/http.md 5.1): a list is rights and places; "within" is the only
 * comparison.
 *
 *      read, write, list, delete, lock
 *      bucket:<name>
 *      bucket:<name>;prefix:<path>
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"

enum right {
        RIGHT_READ = 1 << 0,
        RIGHT_WRITE = 1 << 1,
        RIGHT_LIST = 1 << 2,
        RIGHT_DELETE = 1 << 3,
        RIGHT_LOCK = 1 << 4,
        RIGHTS_ALL = (1 << 5) - 1,
};

/* What surprises about scopes on a satellite. */
enum note {
#define RIGHT(name, scope, allows)
#define PLACE(scope, means)
#define NOTE(name, sentence) NOTE_##name,
#include "core/grants/rights.def"
#undef RIGHT
#undef PLACE
#undef NOTE
        NOTES
};

/* A bucket, or what lies below a path in it. The path is decoded and ends in '/'; empty is the
 * whole bucket. */
struct place {
        struct slice bucket;
        struct slice path;
};

/* In canonical form always: places sorted by bucket and components, none inside another. The
 * places live in the arena that the scope was read into. */
struct scope {
        unsigned rights;
        struct place *places;
        size_t n_places; /* 0: everywhere */
};

/* A list of strings as it came in. */
struct texts {
        struct slice *items;
        size_t n;
};

/* Reads a list as it came in, 16 scopes at most; decoded paths live in the arena. A list without
 * any right is read too: callers that need one ask scope_has_right(). Return: ERR_OK;
 * ERR_SCOPE_UNKNOWN; ERR_SCOPE_TOO_LONG; ERR_SCOPE_TEXT_TOO_LONG: the list is more than
 * LIMIT_SCOPE_TEXT bytes in its stored form. */
enum err scope_parse(struct arena *arena, struct texts list, struct scope *ret_scope);

/* Reads a list that stands for a request or a registration: at least one right.
 * Return: as scope_parse(), and ERR_SCOPE_NO_RIGHT. */
enum err scope_parse_request(struct arena *arena, struct texts list, struct scope *ret_scope);

/* Reads the stored form, one string with spaces; empty is the scope without rights and places. Two
 * stored lists with a space between them are read as one. Return: ERR_OK; ERR_INTERNAL: it is no
 * scope. */
enum err scope_parse_stored(struct arena *arena, struct slice text, struct scope *ret_scope);

/* The canonical list as strings in the arena. */
struct texts scope_list(struct arena *arena, const struct scope *scope);

/* The canonical list as one string with spaces: the stored form. */
struct slice scope_text(struct arena *arena, const struct scope *scope);

static inline bool scope_has_right(const struct scope *scope)
{
        return scope->rights != 0;
}

bool scope_has_prefix(const struct scope *scope);

/* True if `inner` asks for nothing that `outer` does not hold. */
bool scope_is_within(const struct scope *inner, const struct scope *outer);

/* The sentences about what surprises in this scope, if any. */
struct texts scope_notes(struct arena *arena, const struct scope *scope);

/* What several scopes give together: everywhere swallows places. Costs what sorting their places
 * costs. Return: ERR_OK; ERR_OUT_OF_MEMORY. */
enum err scope_join(struct arena *arena, const struct scope *scopes, size_t n, struct scope *ret);

/* The same of stored forms, which are sorted, so that each is read once.
 * Return: ERR_OK; ERR_INTERNAL: one is no scope; ERR_OUT_OF_MEMORY. */
enum err scope_join_stored(struct arena *arena, struct slice *texts, size_t n, struct scope *ret);
