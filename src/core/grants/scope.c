/* SPDX-License-Identifier: Apache-2.0
 *
 * Scopes: reading a list, its canonical form, and comparing lists.
 */
#include "core/grants/scope.h"

#include <stdlib.h>

#include "base/encode.h"
#include "base/macros.h"
#include "core/grants/bucket.h"

/* clang-format off */
static const struct {
        struct slice name;
        enum right right;
} rights[] = {
#define RIGHT(name, scope, allows) {{(const uint8_t *)(scope), sizeof(scope) - 1}, RIGHT_##name},
#define PLACE(scope, means)
#define NOTE(name, sentence)
#include "core/grants/rights.def"
#undef RIGHT
#undef PLACE
#undef NOTE
};
/* clang-format on */

/* --- places --- */

/* By bucket, then component by component: '/' sorts before every other byte, so that a path comes
 * right before everything below it. */
static int path_compare(struct slice a, struct slice b)
{
        for (size_t i = 0; i < a.size && i < b.size; i++) {
                int x = a.data[i] == '/' ? 0 : a.data[i] + 1;
                int y = b.data[i] == '/' ? 0 : b.data[i] + 1;

                if (x != y)
                        return x < y ? -1 : 1;
        }
        return (a.size > b.size) - (a.size < b.size);
}

static int place_compare(const void *left, const void *right)
{
        const struct place *a = left, *b = right;
        int order = slice_compare(a->bucket, b->bucket);

        return order != 0 ? order : path_compare(a->path, b->path);
}

/* A path ends in '/', so a common prefix of bytes is a common prefix of components. */
static bool place_is_within(const struct place *inner, const struct place *outer)
{
        return slice_equal(inner->bucket, outer->bucket) &&
               slice_starts_with(inner->path, outer->path);
}

/* Sorts, and drops duplicates and places inside another, which then come right after it. */
static void places_make_canonical(struct scope *scope)
{
        size_t kept = 0;

        if (scope->n_places == 0)
                return;
        qsort(scope->places, scope->n_places, sizeof(scope->places[0]), place_compare);
        for (size_t i = 1; i < scope->n_places; i++)
                if (!place_is_within(&scope->places[i], &scope->places[kept]))
                        scope->places[++kept] = scope->places[i];
        scope->n_places = kept + 1;
}

/* --- lists --- */

enum right scope_right(struct slice word)
{
        for (size_t i = 0; i < ARRAY_SIZE(rights); i++)
                if (slice_equal(word, rights[i].name))
                        return rights[i].right;
        return RIGHT_NONE;
}

static bool right_parse(struct slice text, struct scope *scope)
{
        scope->rights |= scope_right(text);
        return scope_right(text) != RIGHT_NONE;
}

static bool place_parse(struct arena *arena, struct slice text, struct place *ret_place)
{
        struct slice bucket, prefix = text;
        bool has_prefix;

        if (!slice_starts_with(text, SLICE("bucket:")))
                return false;
        prefix = slice_from(text, strlen("bucket:"));
        has_prefix = slice_cut(&prefix, ';', &bucket);
        if (!bucket_is_valid(bucket))
                return false;
        *ret_place = (struct place){.bucket = arena_copy(arena, bucket)};
        if (!has_prefix)
                return true;
        return slice_starts_with(prefix, SLICE("prefix:")) &&
               path_parse(arena, slice_from(prefix, strlen("prefix:")), &ret_place->path);
}

static enum err list_parse(struct arena *arena, struct texts list, struct scope *ret_scope)
{
        struct scope scope = {.places = arena_array(arena, list.n, struct place)};

        if (!scope.places)
                return ERR_OUT_OF_MEMORY;
        for (size_t i = 0; i < list.n; i++) {
                if (list.items[i].size > LIMIT_SCOPE)
                        return ERR_SCOPE_TOO_LONG;
                if (right_parse(list.items[i], &scope))
                        continue;
                if (!place_parse(arena, list.items[i], &scope.places[scope.n_places]))
                        return arena_failed_or(arena, ERR_SCOPE_UNKNOWN);
                scope.n_places++;
        }
        TRY(arena_check(arena)); /* a missing path would mean the whole bucket */
        places_make_canonical(&scope);
        *ret_scope = scope;
        return ERR_OK;
}

enum err scope_split(struct arena *arena, struct slice text, struct texts *ret)
{
        struct texts list = {.items = arena_array(arena, LIMIT_SCOPES, struct slice)};

        if (!list.items)
                return ERR_OUT_OF_MEMORY;
        while (text.size) {
                struct slice one;

                (void)slice_cut(&text, ' ', &one);
                if (!one.size)
                        continue;
                if (list.n == LIMIT_SCOPES)
                        return ERR_SCOPE_TOO_LONG;
                list.items[list.n++] = one;
        }
        *ret = list;
        return ERR_OK;
}

enum err scope_size_check(struct arena *arena, const struct scope *scope)
{
        if (scope_list(arena, scope).n > LIMIT_SCOPES)
                return ERR_SCOPE_TOO_LONG;
        if (scope_text(arena, scope).size > LIMIT_SCOPE_TEXT)
                return ERR_SCOPE_TEXT_TOO_LONG;
        return arena_check(arena);
}

enum err scope_parse(struct arena *arena, struct texts list, struct scope *ret_scope)
{
        struct scope scope;

        if (list.n > LIMIT_SCOPES)
                return ERR_SCOPE_TOO_LONG;
        TRY(list_parse(arena, list, &scope));
        if (scope_text(arena, &scope).size > LIMIT_SCOPE_TEXT)
                return ERR_SCOPE_TEXT_TOO_LONG;
        *ret_scope = scope;
        return ERR_OK;
}

enum err scope_parse_request(struct arena *arena, struct texts list, struct scope *ret_scope)
{
        struct scope scope;

        TRY(scope_parse(arena, list, &scope));
        if (!scope_has_right(&scope))
                return ERR_SCOPE_NO_RIGHT;
        *ret_scope = scope;
        return ERR_OK;
}

enum err scope_parse_stored(struct arena *arena, struct slice text, struct scope *ret_scope)
{
        struct texts list = {0};

        list.items = arena_array(arena, slice_count_byte(text, ' ') + 1, struct slice);
        if (!list.items)
                return ERR_OUT_OF_MEMORY;
        while (text.size) {
                (void)slice_cut(&text, ' ', &list.items[list.n]);
                list.n += list.items[list.n].size > 0;
        }
        if (list_parse(arena, list, ret_scope) == ERR_OK)
                return ERR_OK;
        return arena->failed ? ERR_OUT_OF_MEMORY : ERR_INTERNAL;
}

static struct slice place_text(struct arena *arena, const struct place *place)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(2 * LIMIT_SCOPE);

        buf_put(&text, SLICE("bucket:"));
        buf_put(&text, place->bucket);
        if (place->path.size) {
                buf_put(&text, SLICE(";prefix:"));
                percent_encode(&text, place->path, "/");
        }
        return arena_copy(arena, buf_slice(&text));
}

struct texts scope_list(struct arena *arena, const struct scope *scope)
{
        struct texts list = {
                .items = arena_array(arena, ARRAY_SIZE(rights) + scope->n_places, struct slice),
        };

        if (!list.items)
                return (struct texts){0};
        for (size_t i = 0; i < ARRAY_SIZE(rights); i++)
                if (scope->rights & rights[i].right)
                        list.items[list.n++] = rights[i].name;
        for (size_t i = 0; i < scope->n_places; i++)
                list.items[list.n++] = place_text(arena, &scope->places[i]);
        return list;
}

struct slice scope_text(struct arena *arena, const struct scope *scope)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(LIMIT_ARENA);
        struct texts list = scope_list(arena, scope);

        for (size_t i = 0; i < list.n; i++) {
                if (i)
                        buf_put_byte(&text, ' ');
                buf_put(&text, list.items[i]);
        }
        return arena_copy_buf(arena, &text);
}

bool scope_has_prefix(const struct scope *scope)
{
        for (size_t i = 0; i < scope->n_places; i++)
                if (scope->places[i].path.size)
                        return true;
        return false;
}

static bool place_is_within_scope(const struct place *place, const struct scope *outer)
{
        for (size_t i = 0; i < outer->n_places; i++)
                if (place_is_within(place, &outer->places[i]))
                        return true;
        return outer->n_places == 0;
}

bool scope_is_within(const struct scope *inner, const struct scope *outer)
{
        if (inner->rights & ~outer->rights)
                return false;
        if (inner->n_places == 0)
                return outer->n_places == 0;
        for (size_t i = 0; i < inner->n_places; i++)
                if (!place_is_within_scope(&inner->places[i], outer))
                        return false;
        return true;
}

static bool is_everywhere(const struct scope *scope)
{
        return scope->rights && !scope->n_places;
}

enum err scope_join(struct arena *arena, const struct scope *scopes, size_t n, struct scope *ret)
{
        struct scope joined = {0};
        size_t n_places = 0;
        bool everywhere = false;

        for (size_t i = 0; i < n; i++) {
                joined.rights |= scopes[i].rights;
                everywhere |= is_everywhere(&scopes[i]);
                n_places += scopes[i].n_places;
        }
        joined.places = arena_array(arena, everywhere ? 0 : n_places, struct place);
        if (!joined.places)
                return ERR_OUT_OF_MEMORY;
        for (size_t i = 0; i < n && !everywhere; i++)
                for (size_t k = 0; k < scopes[i].n_places; k++)
                        joined.places[joined.n_places++] = scopes[i].places[k];
        places_make_canonical(&joined);
        *ret = joined;
        return ERR_OK;
}

static int slice_order(const void *left, const void *right)
{
        return slice_compare(*(const struct slice *)left, *(const struct slice *)right);
}

enum err scope_join_stored(struct arena *arena, struct slice *texts, size_t n, struct scope *ret)
{
        struct scope *scopes = arena_array(arena, n, struct scope);
        size_t n_scopes = 0;

        if (!scopes)
                return ERR_OUT_OF_MEMORY;
        if (n)
                qsort(texts, n, sizeof(texts[0]), slice_order);
        for (size_t i = 0; i < n; i++)
                if (i == 0 || !slice_equal(texts[i], texts[i - 1]))
                        TRY(scope_parse_stored(arena, texts[i], &scopes[n_scopes++]));
        return scope_join(arena, scopes, n_scopes, ret);
}

/* --- notes --- */

/* clang-format off */
static const struct slice notes[] = {
#define RIGHT(name, scope, allows)
#define PLACE(scope, means)
#define NOTE(name, sentence) [NOTE_##name] = {(const uint8_t *)(sentence), sizeof(sentence) - 1},
#include "core/grants/rights.def"
#undef RIGHT
#undef PLACE
#undef NOTE
};
/* clang-format on */

static bool has_note(const struct scope *scope, enum note note)
{
        bool reads = scope->rights & RIGHT_READ, writes = scope->rights & RIGHT_WRITE;

        switch (note) {
        case NOTE_WRITE_WITHOUT_DELETE:
                return writes && !(scope->rights & RIGHT_DELETE);
        case NOTE_READ_WITHOUT_LIST:
                return reads && !(scope->rights & RIGHT_LIST);
        case NOTE_PREFIX_BUCKET:
                return writes && scope_has_prefix(scope);
        case NOTE_PREFIX_OBJECT:
                return scope_has_prefix(scope);
        case NOTES:
                break;
        }
        return false;
}

struct texts scope_notes(struct arena *arena, const struct scope *scope)
{
        struct texts texts = {.items = arena_array(arena, NOTES, struct slice)};

        for (enum note note = 0; texts.items && note < NOTES; note++)
                if (has_note(scope, note))
                        texts.items[texts.n++] = notes[note];
        return texts;
}
