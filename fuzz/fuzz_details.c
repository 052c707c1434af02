/* SPDX-License-Identifier: Apache-2.0
 *
 * authorization_details: what is read means the same when it is written and read again, and when it
 * is written as scopes; what is refused is refused with a sentence that can be sent.
 */
#include "base/arena.h"
#include "base/macros.h"
#include "core/authorize/details.h"
#include "fuzz.h"

static bool is_same(const struct scope *a, const struct scope *b)
{
        return scope_is_within(a, b) && scope_is_within(b, a);
}

static void check_sentence(struct slice problem)
{
        REQUIRE(problem.size > 0 && problem.size < 512);
        for (size_t i = 0; i < problem.size; i++)
                REQUIRE(problem.data[i] >= 0x20 && problem.data[i] < 0x7f &&
                        problem.data[i] != '"' && problem.data[i] != '\\');
}

static void check_again(struct arena *arena, const struct details *details)
{
        struct slice problem = {0};
        struct details again;

        REQUIRE(details_read(arena, details_text(arena, details), &again, &problem) == ERR_OK);
        REQUIRE(is_same(&details->scope, &again.scope));
        REQUIRE(uuid_equal(&details->project, &again.project));
        REQUIRE(details->lifetime_limit == again.lifetime_limit);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(16 << 20);
        struct slice problem = {0};
        struct details details;
        struct scope scope;
        enum err error = details_read(&arena, slice_new(data, size), &details, &problem);

        REQUIRE(error == ERR_OK || error == ERR_DETAILS);
        if (error == ERR_DETAILS) {
                check_sentence(problem);
                return 0;
        }
        REQUIRE(scope_has_right(&details.scope));
        REQUIRE(!scope_parse_request(&arena, scope_list(&arena, &details.scope), &scope));
        REQUIRE(is_same(&details.scope, &scope));
        check_again(&arena, &details);
        return 0;
}
