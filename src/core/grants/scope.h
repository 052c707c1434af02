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
        RIGHT_NONE = 0,
        RIGHT_READ = 1 << 0,
        RIGHT_WRITE = 1 << 1,
        RIGHT_LIST = 1 << 2,
        RIGHT_DELETE = 1 << 3,
        RIGHT_LOCK = 1 << 4,
        RIGHTS_ALL = (1 << 5) - 1,
};

/* Effects of scopes on a satellite that users do not expect. */
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

/* A bucket, or everything below a path in it. The path is decoded and ends in '/'; empty means the
 * whole bucket. */
struct place {
        struct slice bucket;
        struct slice path;
};

/* Always in canonical form: places sorted by bucket and components, none inside another. The places
 * are in the arena that the scope was read into. */
struct scope {
        unsigned rights;
        struct place *places;
        size_t n_places; /* 0: everywhere */
};

/* The right of this name. Return: RIGHT_NONE: it is none. */
enum right scope_right(struct slice word);

/* Splits a received list separated by spaces, RFC 6749 section 3.3, into at most LIMIT_SCOPES
 * words. Return: ERR_OK; ERR_SCOPE_TOO_LONG; ERR_OUT_OF_MEMORY. */
enum err scope_split(struct arena *arena, struct slice text, struct texts *ret);

/* Reads a received list of at most 16 scopes; decoded paths are in the arena. A list without any
 * right is accepted too: callers that need one call scope_has_right(). Return: ERR_OK;
 * ERR_SCOPE_UNKNOWN; ERR_SCOPE_TOO_LONG; ERR_SCOPE_TEXT_TOO_LONG: the list is more than
 * LIMIT_SCOPE_TEXT bytes in its stored form. */
enum err scope_parse(struct arena *arena, struct texts list, struct scope *ret_scope);

/* Reads the list of a request or registration, which must have at least one right.
 * Return: as scope_parse(), and ERR_SCOPE_NO_RIGHT. */
enum err scope_parse_request(struct arena *arena, struct texts list, struct scope *ret_scope);

/* Reads the stored form, one string with spaces; empty is the scope without rights and places. Two
 * stored lists with a space between them are read as one. Return: ERR_OK; ERR_INTERNAL: it is not a
 * scope. */
enum err scope_parse_stored(struct arena *arena, struct slice text, struct scope *ret_scope);

/* Whether a scope that was not read from one list is one that could have been. Return: ERR_OK;
 * ERR_SCOPE_TOO_LONG; ERR_SCOPE_TEXT_TOO_LONG; ERR_OUT_OF_MEMORY. */
enum err scope_size_check(struct arena *arena, const struct scope *scope);

/* The canonical list as strings in the arena. */
struct texts scope_list(struct arena *arena, const struct scope *scope);

/* The canonical list as one string with spaces: the stored form. */
struct slice scope_text(struct arena *arena, const struct scope *scope);

static inline bool scope_has_right(const struct scope *scope)
{
        return scope->rights != 0;
}

bool scope_has_prefix(const struct scope *scope);

/* True if `outer` includes everything in `inner`. */
bool scope_is_within(const struct scope *inner, const struct scope *outer);

/* The notes on this scope, if any. */
struct texts scope_notes(struct arena *arena, const struct scope *scope);

/* The union of several scopes; "everywhere" absorbs all places. Takes the time of sorting their
 * places. Return: ERR_OK; ERR_OUT_OF_MEMORY. */
enum err scope_join(struct arena *arena, const struct scope *scopes, size_t n, struct scope *ret);

/* The same for stored forms, which are sorted first, so that equal ones are parsed once. Return:
 * ERR_OK; ERR_INTERNAL: one is not a scope; ERR_OUT_OF_MEMORY. */
enum err scope_join_stored(struct arena *arena, struct slice *texts, size_t n, struct scope *ret);
