/* SPDX-License-Identifier: Apache-2.0
 *
 * Redirect URIs: the first line is registered, the second requested, the third a state.
 */
#include "base/macros.h"
#include "core/clients/redirect_uri.h"
#include "fuzz.h"

/* A Location header must not be terminated by its content. */
static bool is_header_text(struct slice text)
{
        for (size_t i = 0; i < text.size; i++)
                if (text.data[i] <= 0x20 || text.data[i] >= 0x7f)
                        return false;
        return true;
}

static void check_answer(struct arena *arena, struct slice uri, struct slice state)
{
        struct redirect_parameter parameters[] = {
                {.name = "code", .value = SLICE("c")},
                {.name = "state", .value = state},
        };
        struct slice answer = redirect_uri_answer(arena, uri, parameters, ARRAY_SIZE(parameters));

        REQUIRE(slice_starts_with(answer, uri));
        REQUIRE(is_header_text(answer));
        REQUIRE(!slice_contains_byte(answer, '#'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(4 << 20);
        struct slice state = slice_new(data, size);
        struct slice registered = next_line(&state);
        struct slice requested = next_line(&state);

        if (redirect_uri_check(registered))
                return 0;
        REQUIRE(redirect_uri_matches(registered, registered));
        check_answer(&arena, registered, state);
        if (redirect_uri_matches(registered, requested)) {
                REQUIRE(!redirect_uri_check(requested));
                REQUIRE(redirect_uri_matches(requested, registered));
                check_answer(&arena, requested, state);
        }
        return 0;
}
