/* SPDX-License-Identifier: Apache-2.0
 *
 * What a mistyped name was meant to be.
 */
#include "base/nearest.h"

#include "test.h"

static const char *found(const char *word)
{
        static const char *const names[] = {"account", "audit", "client", "keys", "store"};
        struct nearest nearest = {.word = slice_from_string(word)};

        for (size_t i = 0; i < ARRAY_SIZE(names); i++)
                nearest_try(&nearest, names[i]);
        return nearest_found(&nearest);
}

TEST(a_slip_finds_its_name)
{
        assert_string_equal(found("acount"), "account");
        assert_string_equal(found("clinet"), "client");
        assert_string_equal(found("key"), "keys");
        assert_string_equal(found("sotre"), "store");
}

TEST(what_is_nothing_like_a_name_finds_none)
{
        assert_null(found("nonsense"));
        assert_null(found(""));
        assert_null(found("x"));
        assert_null(found("a-word-of-more-letters-than-any-name-that-is-compared-ever-has-here"));
}
