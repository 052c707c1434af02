/* SPDX-License-Identifier: Apache-2.0
 *
 * Names that are what they look like.
 */
#include "base/name.h"

#include "test.h"

static bool is_clear(const char *name)
{
        return name_is_clear(slice_from_string(name));
}

TEST(names_of_all_kinds_are_clear)
{
        static const char *const names[] = {
                "",
                "My App",
                "Zoë Ångström-O'Brien",
                "Фотопечать",
                "3D-Принтер",
                "Φωτογραφίες 2024",
                "写真 プリンター",
                "사진 인쇄",
                "Storj 写真",
                "عکس‌ها",
                "फ़ोटो प्रिंट",
                "תמונות",
                "Photos ❤️ and 👩‍💻",
                "❤️‍🔥",
                "1️⃣ App",
                "Acme™ (µTorrent) №5",
                "Tiếng Việt",
                "Принт Photo",
                "e\xcc\x81te\xcc\x81",
        };

        for (size_t i = 0; i < ARRAY_SIZE(names); i++)
                if (!is_clear(names[i]))
                        fail_msg("%s", names[i]);
}

TEST(what_cannot_be_seen_is_not_clear)
{
        static const char *const names[] = {
                " ",
                "\xc2\xa0",
                "\xe3\x80\x80\xe2\x80\x83", /* U+3000 U+2003 */
                "\xe3\x85\xa4",             /* U+3164 Hangul filler */
                "\xe2\xa0\x80",             /* U+2800 Braille blank */
                "Goo\xe2\x80\x8bgle",       /* U+200B */
                "Goo\xe2\x80\x8dgle",       /* U+200D between letters that are not joined */
                "Google\xe2\x80\x8c",       /* U+200C at the end */
                "Goo\xc2\xadgle",           /* U+00AD */
                "\xef\xbb\xbfGoogle",       /* U+FEFF */
                "Google\xef\xb8\x8f",       /* U+FE0F behind a letter */
                "Goo\xf3\xa0\x81\xa1gle",   /* U+E0061 */
                "\xee\x80\x80",             /* U+E000 */
                "a\xe2\x80\xaez",           /* U+202E */
                "a\nb",
                "\xcc\x81",                          /* a mark on nothing */
                "a\xcc\x81\xcc\x81\xcc\x81\xcc\x81", /* four on one letter */
                "a\xff",
        };

        for (size_t i = 0; i < ARRAY_SIZE(names); i++)
                if (is_clear(names[i]))
                        fail_msg("%zu: %s", i, names[i]);
}

TEST(alphabets_that_look_alike_are_not_mixed_within_a_word)
{
        static const char *const names[] = {
                "G\xd0\xbeogle", /* Cyrillic o */
                "G\xce\xbfogle", /* Greek omicron */
                "Payp\xd0\xb0l",
                "\xd5\x8fyes",           /* Armenian */
                "\xe1\x8e\xaapple",      /* Cherokee */
                "\xf0\x9d\x90\x86oogle", /* mathematical bold G */
                "1\xd0\xbeo",
        };

        for (size_t i = 0; i < ARRAY_SIZE(names); i++)
                if (is_clear(names[i]))
                        fail_msg("%zu: %s", i, names[i]);
}

static void check_shown(const char *name, const char *expected)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);

        CHECK_TEXT(name_shown(&arena, slice_from_string(name)), expected);
}

TEST(a_name_that_is_not_clear_is_shown_without_what_deceives)
{
        check_shown("My App", "My App");
        check_shown("Фотопечать", "Фотопечать");
        check_shown("G\xd0\xbeogle", "G\xef\xbf\xbdogle");
        check_shown("a\xe2\x80\xaez", "a\xef\xbf\xbdz");
        check_shown("  ", "  \xef\xbf\xbd");
        check_shown("a\xff", "a");
}
