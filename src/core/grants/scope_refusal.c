/* SPDX-License-Identifier: Apache-2.0
 *
 * Finding words for what is wrong with scopes.
 */
#include "core/grants/scope_refusal.h"

#include "base/limits.h"
#include "base/macros.h"
#include "core/grants/bucket.h"

enum {
        FAULT_SIZE = 512, /* bytes of an explanation */
        EXCESS_NAMED = 3, /* scopes */
};

/* --- places --- */

static const char *prefix_fault(struct slice prefix)
{
        struct slice rest = prefix;

        if (!prefix.size)
                return "the prefix is empty; for the whole bucket, leave ;prefix: out";
        if (prefix.data[0] == '/')
                return "a prefix does not begin with a slash";
        if (prefix.data[prefix.size - 1] != '/')
                return "a prefix ends with a slash, since it is a folder";
        while (rest.size) {
                struct slice component;

                (void)slice_cut(&rest, '/', &component);
                if (!component.size)
                        return "a prefix has no two slashes in a row";
        }
        return "in a prefix, whatever is no letter, digit or one of -._~!*'()/ is percent-encoded";
}

static const char *place_fault(struct slice place)
{
        struct slice rest = place, bucket;
        bool has_prefix = slice_cut(&rest, ';', &bucket);

        if (!bucket_is_valid(bucket))
                return "a bucket has 3 to 63 lower-case letters, digits, hyphens and points";
        if (!has_prefix)
                return NULL;
        if (!slice_starts_with(rest, SLICE("prefix:")))
                return "after the semicolon comes prefix:";
        return prefix_fault(slice_from(rest, strlen("prefix:")));
}

/* --- one scope --- */

static const char *const rights[] = {
#define RIGHT(name, scope, allows) scope,
#define PLACE(scope, means)
#define NOTE(name, sentence)
#include "core/grants/rights.def"
#undef RIGHT
#undef PLACE
#undef NOTE
};

/* The right that this was meant to be. NULL: none. */
static const char *right_meant(struct slice word)
{
        for (size_t i = 0; i < ARRAY_SIZE(rights); i++) {
                struct slice right = slice_from_string(rights[i]);

                if (slice_equal_in_any_case(word, right) || slice_is_near(word, right))
                        return rights[i];
        }
        return NULL;
}

static void word_fault_put(struct buf *text, struct slice word)
{
        const char *meant = right_meant(word);

        if (meant) {
                buf_put_string(text, "did you mean ");
                buf_put_string(text, meant);
                buf_put_byte(text, '?');
        } else if (slice_contains_byte(word, '/')) {
                buf_put_string(text, "a folder is written bucket:NAME;prefix:PATH/.");
        } else {
                buf_put_string(text, "it is none of read, write, list, delete, lock, bucket:NAME "
                                     "and bucket:NAME;prefix:PATH/.");
        }
}

static void fault_put(struct buf *text, struct slice item)
{
        const char *fault = NULL;

        if (slice_contains_byte(item, ' '))
                fault = "it holds a space; send each scope by itself, and %20 in a prefix";
        else if (slice_starts_with(item, SLICE("bucket:")))
                fault = place_fault(slice_from(item, strlen("bucket:")));
        if (!fault) {
                word_fault_put(text, item);
                return;
        }
        buf_put_string(text, fault);
        buf_put_byte(text, '.');
}

/* --- lists --- */

/* Says which scope of the list is the first that cannot be read. */
static enum err unknown_refuse(const struct op *op, struct texts list)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(FAULT_SIZE);
        struct scope scope;

        for (size_t i = 0; i < list.n; i++) {
                struct texts one = {.items = &list.items[i], .n = 1};

                if (scope_parse(op->arena, one, &scope) != ERR_SCOPE_UNKNOWN)
                        continue;
                buf_put_string(&text, "The scope ");
                explain_value(&text, list.items[i]);
                buf_put_string(&text, " is not valid: ");
                fault_put(&text, list.items[i]);
                return op_explain(op, ERR_SCOPE_UNKNOWN, arena_copy_buf(op->arena, &text));
        }
        return ERR_SCOPE_UNKNOWN;
}

enum err scope_read(const struct op *op, struct texts list, struct scope *ret)
{
        enum err error = scope_parse(op->arena, list, ret);

        return error == ERR_SCOPE_UNKNOWN ? unknown_refuse(op, list) : error;
}

enum err scope_read_request(const struct op *op, struct texts list, struct scope *ret)
{
        enum err error = scope_parse_request(op->arena, list, ret);

        return error == ERR_SCOPE_UNKNOWN ? unknown_refuse(op, list) : error;
}

/* Those of a list that are not within `outer`, each by itself: a right in its places. Names the
 * first ones, since an answer may have to go into a URL. Return: how many there are. */
static size_t excess_put(struct buf *text, struct texts list, const struct scope *outer,
                         struct arena *arena)
{
        size_t n = 0;

        for (size_t i = 0; i < list.n; i++) {
                struct texts one = {.items = &list.items[i], .n = 1};
                struct scope scope;

                if (scope_parse(arena, one, &scope) != ERR_OK)
                        continue;
                if (!scope.n_places) {
                        scope.places = outer->places;
                        scope.n_places = outer->n_places;
                }
                if (scope_is_within(&scope, outer) || ++n > EXCESS_NAMED)
                        continue;
                buf_put_string(text, n > 1 ? ", " : "");
                explain_value(text, list.items[i]);
        }
        return n;
}

enum err scope_require_within(const struct op *op, const struct scope *inner,
                              const struct scope *outer, const char *whose)
{
        struct buf words CLEANUP(buf_deinit) = BUF_LOCAL(FAULT_SIZE);
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(FAULT_SIZE);
        size_t n;

        if (scope_is_within(inner, outer))
                return ERR_OK;
        n = excess_put(&words, scope_list(op->arena, inner), outer, op->arena);
        buf_put_string(&text, n ? "Beyond the scopes " : "Name places: the scopes ");
        buf_put_string(&text, whose);
        buf_put_string(&text, n ? ": " : " are limited to some");
        buf_put(&text, buf_slice(&words));
        if (n > EXCESS_NAMED) {
                buf_put_string(&text, ", and ");
                buf_put_int64(&text, (int64_t)(n - EXCESS_NAMED));
                buf_put_string(&text, " more");
        }
        buf_put_string(&text, n ? "; ask for less." : ".");
        return op_explain(op, ERR_SCOPE_NOT_WITHIN, arena_copy_buf(op->arena, &text));
}
