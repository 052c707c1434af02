/* SPDX-License-Identifier: Apache-2.0
 *
 * Refresh tokens, as an application may send them; and the scope that comes with one.
 */
#include "core/authorize/protocol_scope.h"
#include "core/grants/scope.h"
#include "core/token/refresh_token.h"
#include "fuzz.h"

/* What is a token has a successor of the same family, and nothing else has one. */
static void check_token(struct arena *arena, struct slice text)
{
        struct refresh_token_parts parts = refresh_token_read(text), after;
        struct secret next =
                refresh_token_next(arena, (struct secret){.hidden = text}, SLICE("salt"));

        if (!parts.no)
                return;
        REQUIRE(text.size == 75 && !secret_is_absent(next));
        after = refresh_token_read(secret_reveal(next));
        REQUIRE(after.no == parts.no && digest_equal(&after.family, &parts.family));
        REQUIRE(!digest_equal(&after.token, &parts.token));
}

/* No word is lost, and none counts twice. */
static void check_scope(struct arena *arena, struct slice text)
{
        struct texts words, rest;
        unsigned set;

        if (scope_split(arena, text, &words) != ERR_OK)
                return;
        REQUIRE(protocol_scopes_split(arena, words, &set, &rest) == ERR_OK);
        REQUIRE(rest.n <= words.n && (set != 0) == (rest.n < words.n));
        for (size_t i = 0; i < rest.n; i++) {
                struct texts one = {.items = &rest.items[i], .n = 1}, none;

                REQUIRE(protocol_scopes_split(arena, one, &set, &none) == ERR_OK);
                REQUIRE(set == 0 && none.n == 1);
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct arena arena = ARENA_INIT(1 << 20);
        struct slice text = slice_new(data, size);

        check_token(&arena, text);
        check_scope(&arena, text);
        arena_deinit(&arena);
        return 0;
}
