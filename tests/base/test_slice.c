/* SPDX-License-Identifier: Apache-2.0
 *
 * The helpers for slices.
 */
#include "test.h"

TEST(letters_of_either_case_are_equal_and_nothing_else_is)
{
        CHECK(slice_equal_in_any_case(SLICE("Host-1"), SLICE("hOST-1")));
        CHECK(slice_equal_in_any_case(SLICE(""), (struct slice){0}));
        CHECK(!slice_equal_in_any_case(SLICE("host"), SLICE("host ")));
        CHECK(!slice_equal_in_any_case(SLICE("["), SLICE("{")));
}

TEST(blanks_are_trimmed_at_both_ends_only)
{
        CHECK_TEXT(slice_trim(SLICE(" \t a b\t ")), "a b");
        CHECK_TEXT(slice_trim(SLICE("a\n")), "a\n");
        CHECK_INT(slice_trim(SLICE(" \t ")).size, 0);
        CHECK_INT(slice_trim((struct slice){0}).size, 0);
}

TEST(a_slice_consists_of_letters_digits_and_what_is_named)
{
        CHECK(slice_consists_of(SLICE("azAZ09-_"), "-_"));
        CHECK(slice_consists_of(SLICE(""), ""));
        CHECK(!slice_consists_of(SLICE("a-b"), "_"));
        CHECK(!slice_consists_of(SLICE("a\0b"), "-"));
        CHECK(!slice_consists_of(SLICE("@"), "") && !slice_consists_of(SLICE("["), ""));
        CHECK(!slice_consists_of(SLICE("\xc3\xa4"), ""));
}

TEST(texts_are_near_that_differ_by_one_byte)
{
        CHECK(slice_is_near(SLICE("delete"), SLICE("delete")));
        CHECK(slice_is_near(SLICE("delete"), SLICE("delet")));
        CHECK(slice_is_near(SLICE("elete"), SLICE("delete")));
        CHECK(slice_is_near(SLICE("dellete"), SLICE("delete")));
        CHECK(slice_is_near(SLICE("aa"), SLICE("aaa")));
        CHECK(slice_is_near(SLICE(""), SLICE("a")));
        CHECK(!slice_is_near(SLICE("aa"), SLICE("aaaa")));
        CHECK(!slice_is_near(SLICE("dalata"), SLICE("delete")));
        CHECK(!slice_is_near(SLICE(""), SLICE("ab")));
}

TEST(bytes_are_counted_and_white_space_is_found)
{
        CHECK_INT(slice_count_byte(SLICE(",a,,b"), ','), 3);
        CHECK_INT(slice_count_byte((struct slice){0}, ','), 0);
        CHECK(slice_has_white_space(SLICE("a b")) && slice_has_white_space(SLICE("a\t")));
        CHECK(slice_has_white_space(SLICE("\n")) && slice_has_white_space(SLICE("a\r")));
        CHECK(!slice_has_white_space(SLICE("a-b")) && !slice_has_white_space((struct slice){0}));
}
