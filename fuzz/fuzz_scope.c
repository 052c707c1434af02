/* SPDX-License-Identifier: Apache-2.0
 *
 * Scopes: a list, one a line. What is read has one canonical form, which reads back as the same. A
 * line "--" starts a second list, to be compared and joined with the first.
 */
#include "base/macros.h"
#include "core/grants/scope.h"
#include "fuzz.h"

enum { LINES_MAXIMUM = 20 };

static struct texts list_take(struct arena *arena, struct slice *rest)
{
        struct slice *items = arena_array(arena, LINES_MAXIMUM, struct slice);
        size_t n = 0;

        while (rest->data && n < LINES_MAXIMUM) {
                struct slice line = next_line(rest);

                if (slice_equal(line, SLICE("--")))
                        break;
                items[n++] = line;
        }
        return (struct texts){.items = items, .n = n};
}

static bool is_same(const struct scope *a, const struct scope *b)
{
        return scope_is_within(a, b) && scope_is_within(b, a);
}

static void check_canonical(struct arena *arena, const struct scope *scope)
{
        struct slice text = scope_text(arena, scope);
        struct texts list = scope_list(arena, scope);
        struct scope again;

        REQUIRE(scope_is_within(scope, scope));
        REQUIRE(slice_is_utf8(text) && !slice_contains_byte(text, '\n'));
        REQUIRE(!scope_parse_stored(arena, text, &again));
        REQUIRE(is_same(scope, &again) && slice_equal(scope_text(arena, &again), text));
        if (list.n > LIMIT_SCOPES || text.size > LIMIT_SCOPE_TEXT)
                return;
        REQUIRE(!scope_parse(arena, list, &again));
        REQUIRE(is_same(scope, &again) && slice_equal(scope_text(arena, &again), text));
}

static void check_pair(struct arena *arena, const struct scope *a, const struct scope *b)
{
        struct scope both[] = {*a, *b}, joined;

        REQUIRE(!scope_join(arena, both, ARRAY_SIZE(both), &joined));
        /* A list without rights adds nothing. */
        REQUIRE((!a->rights && !a->n_places) || scope_is_within(a, &joined));
        REQUIRE((!b->rights && !b->n_places) || scope_is_within(b, &joined));
        if (scope_is_within(a, b) && scope_is_within(b, a))
                REQUIRE(slice_equal(scope_text(arena, a), scope_text(arena, b)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(16 << 20);
        struct slice rest = slice_new(data, size);
        struct scope first, second, stored;

        if (!scope_parse_stored(&arena, rest, &stored))
                check_canonical(&arena, &stored);
        if (scope_parse(&arena, list_take(&arena, &rest), &first))
                return 0;
        check_canonical(&arena, &first);
        if (scope_parse(&arena, list_take(&arena, &rest), &second))
                return 0;
        check_pair(&arena, &first, &second);
        return 0;
}
