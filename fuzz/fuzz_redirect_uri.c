/* SPDX-License-Identifier: Apache-2.0
 *
 * Redirect URIs: the first line is registered, the second requested, the third a state; of a web
 * and of a native application.
 */
#include <strings.h>

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

/* Where a browser would run it, or leave the network. */
static void check_scheme(struct slice uri)
{
        static const char *const never[] = {
                "javascript:", "data:", "file:", "blob:", "about:", "ws:", "wss:", "view-source:"};

        for (size_t i = 0; i < ARRAY_SIZE(never); i++)
                REQUIRE(uri.size < strlen(never[i]) ||
                        strncasecmp((const char *)uri.data, never[i], strlen(never[i])) != 0);
}

static void check_of_type(struct slice text, enum application_type type)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(4 << 20);
        struct slice state = text;
        struct slice registered = next_line(&state);
        struct slice requested = next_line(&state);

        if (redirect_uri_problem(registered, type))
                return;
        REQUIRE(redirect_uri_matches(registered, registered, type));
        REQUIRE(type == APPLICATION_NATIVE || !redirect_uri_is_anybodys(registered));
        REQUIRE(!redirect_uri_problem(registered, APPLICATION_NATIVE));
        check_scheme(registered);
        check_answer(&arena, registered, state);
        if (redirect_uri_matches(registered, requested, type)) {
                REQUIRE(!redirect_uri_problem(requested, type));
                REQUIRE(redirect_uri_matches(requested, registered, type));
                check_answer(&arena, requested, state);
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        check_of_type(slice_new(data, size), APPLICATION_WEB);
        check_of_type(slice_new(data, size), APPLICATION_NATIVE);
        return 0;
}
