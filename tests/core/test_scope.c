/* SPDX-License-Identifier: Apache-2.0
 *
 * Scopes by meaning: docs/protocol/http.md 5.1.
 */
#include "core/grants/scope.h"

#include "test.h"

enum { WORDS = 40 };

/* "read bucket:photos" as a list. */
static struct texts words(struct arena *arena, const char *text)
{
        struct texts list = {.items = arena_array(arena, WORDS, struct slice)};
        struct slice rest = slice_from_string(text);

        while (rest.size)
                (void)slice_cut(&rest, ' ', &list.items[list.n++]);
        return list;
}

static enum err parse(struct arena *arena, const char *text, struct scope *ret)
{
        return scope_parse_request(arena, words(arena, text), ret);
}

static void check_canonical(const char *text, const char *canonical)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct scope scope;

        CHECK_OK(parse(&arena, text, &scope));
        CHECK_TEXT(scope_text(&arena, &scope), canonical);
}

static void check_refused(const char *text, enum err error)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct scope scope;

        CHECK_ERR(parse(&arena, text, &scope), error);
}

static bool within(const char *inner, const char *outer)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct scope a, b;

        CHECK_OK(parse(&arena, inner, &a));
        CHECK_OK(parse(&arena, outer, &b));
        return scope_is_within(&a, &b);
}

TEST(what_surprises_is_told_where_it_applies)
{
        static const struct {
                const char *stored;
                size_t n;
        } rows[] = {
                {"read list", 0},
                {"read", 1}, /* no list */
                {"write delete", 0},
                {"write", 1}, /* no delete */
                {"read list bucket:photos", 0},
                {"list bucket:photos;prefix:a/", 1}, /* the object a */
                {"read write bucket:photos;prefix:a/", 4},
        };
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                struct scope scope;

                CHECK_OK(scope_parse_stored(&arena, slice_from_string(rows[i].stored), &scope));
                CHECK_INT(scope_notes(&arena, &scope).n, rows[i].n);
        }
}

TEST(rights_come_in_their_order_and_once)
{
        check_canonical("write read write", "read write");
        check_canonical("lock delete list write read", "read write list delete lock");
}

TEST(a_bucket_swallows_its_prefixes)
{
        check_canonical("read bucket:photos bucket:photos;prefix:a/", "read bucket:photos");
        check_canonical("read bucket:photos;prefix:a/b/ bucket:photos;prefix:a/",
                        "read bucket:photos;prefix:a/");
}

TEST(places_are_sorted_by_bucket_and_components)
{
        check_canonical("read bucket:bbb bucket:aaa;prefix:x-y/ bucket:aaa;prefix:x/z/",
                        "read bucket:aaa;prefix:x/z/ bucket:aaa;prefix:x-y/ bucket:bbb");
}

TEST(a_neighbour_with_the_same_beginning_is_another_place)
{
        check_canonical("read bucket:aaa;prefix:p/ bucket:aaa;prefix:pp/",
                        "read bucket:aaa;prefix:p/ bucket:aaa;prefix:pp/");
}

TEST(paths_are_answered_in_one_form)
{
        check_canonical("read bucket:aaa;prefix:a!b/", "read bucket:aaa;prefix:a%21b/");
        check_canonical("read bucket:aaa;prefix:a%2fb/", "read bucket:aaa;prefix:a/b/");
        check_canonical("read bucket:aaa;prefix:%61%20%c3%a4/",
                        "read bucket:aaa;prefix:a%20%C3%A4/");
        check_canonical("read bucket:aaa;prefix:~(x)*'._-/",
                        "read bucket:aaa;prefix:~%28x%29%2A%27._-/");
}

TEST(odd_paths_are_refused)
{
        static const char *const paths[] = {"",          "/",           "a",           "a//",
                                            "//",        "/a/",         "a%2F..%2F",   "../",
                                            "a/../b/",   "./",          "a/./",        "a%2f%2f",
                                            "a%00/",     "a%0A/",       "a%7f/",       "%ff/",
                                            "%c0%af/",   "%ed%a0%80/",  "a%/",         "a%2/",
                                            "a%zz/",     "a b/",        "a+b/",        "a;b/",
                                            "\xc3\xa4/", "a%E2%80%AE/", "a%c2%85/",    "a?/",
                                            "a#/",       "a\"/",        "a%E2%81%A6/", "a%C2%AD"};

        for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
                char text[128];

                (void)snprintf(text, sizeof(text), "bucket:aaa;prefix:%s", paths[i]);
                {
                        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
                        struct slice items[] = {SLICE("read"), slice_from_string(text)};
                        struct scope scope;

                        CHECK_ERR(scope_parse_request(
                                          &arena, (struct texts){.items = items, .n = 2}, &scope),
                                  ERR_SCOPE_UNKNOWN);
                }
        }
}

TEST(bucket_names_follow_their_rule)
{
        static const char *const bad[] = {
                "ab",          "Abc",
                "a_b",         "-abc",
                "abc-",        ".abc",
                "abc.",        "a..b",
                "192.168.1.1", "a/b",
                "a%62c",       "a{b",
                "192.168.1.!", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        };
        static const char *const good[] = {"abc", "a-b", "a.b.c", "192.168.1", "1a.2.3.4", "000"};

        for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
                char text[128];

                (void)snprintf(text, sizeof(text), "read bucket:%s", bad[i]);
                check_refused(text, ERR_SCOPE_UNKNOWN);
        }
        for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
                char text[128];

                (void)snprintf(text, sizeof(text), "read bucket:%s", good[i]);
                check_canonical(text, text);
        }
}

TEST(unknown_scopes_are_refused_never_dropped)
{
        static const char *const bad[] = {"read admin",
                                          "Read",
                                          "read bucket:",
                                          "read bucket",
                                          "read prefix:a/",
                                          "read bucket:aaa;",
                                          "read bucket:aaa;prefix",
                                          "read bucket:aaa;foo:a/",
                                          "read,write",
                                          "read project_info"};

        for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
                check_refused(bad[i], ERR_SCOPE_UNKNOWN);
        check_refused("bucket:aaa", ERR_SCOPE_NO_RIGHT);
        check_refused("", ERR_SCOPE_NO_RIGHT);
}

TEST(seventeen_scopes_are_too_many)
{
        check_refused("read read read read read read read read read read read read read read read "
                      "read read",
                      ERR_SCOPE_TOO_LONG);
}

TEST(a_nul_is_no_part_of_a_scope)
{
        static const struct slice texts[] = {
                SLICE("bucket:aaa;prefix:a\0b/"),
                SLICE("bucket:aaa;prefix:\0/"),
                SLICE("bucket:a\0aa"),
                SLICE("read\0"),
        };

        for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
                struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
                struct slice items[] = {SLICE("read"), texts[i]};
                struct scope scope;

                CHECK_ERR(
                        scope_parse_request(&arena, (struct texts){.items = items, .n = 2}, &scope),
                        ERR_SCOPE_UNKNOWN);
        }
}

TEST(a_scope_and_its_path_have_a_size)
{
        char text[LIMIT_SCOPE + 64] = "read bucket:aaa;prefix:";
        size_t begin = strlen(text), scope = begin - strlen("read ");

        memset(text + begin, 'a', LIMIT_PATH);
        text[begin + LIMIT_PATH - 1] = '/';
        check_canonical(text, text);
        text[begin + LIMIT_PATH - 1] = 'a';
        text[begin + LIMIT_PATH] = '/';
        check_refused(text, ERR_SCOPE_UNKNOWN);
        memset(text + begin, 'a', LIMIT_SCOPE - scope);
        check_refused(text, ERR_SCOPE_UNKNOWN);
        text[begin + LIMIT_SCOPE - scope] = 'a';
        check_refused(text, ERR_SCOPE_TOO_LONG);
}

/* "read" and buckets with paths of `size` signs, each of which is stored as three bytes. */
static struct texts long_list(struct arena *arena, size_t n, size_t size)
{
        struct texts list = {.items = arena_array(arena, n + 1, struct slice), .n = n + 1};

        list.items[0] = SLICE("read");
        for (size_t i = 1; i <= n; i++) {
                struct buf text CLEANUP(buf_deinit) = BUF_INIT(LIMIT_SCOPE);

                buf_put_string(&text, "bucket:aaa");
                buf_put_byte(&text, (uint8_t)('a' + i));
                buf_put_string(&text, ";prefix:");
                for (size_t k = 0; k < size; k++)
                        buf_put_byte(&text, '!');
                buf_put_byte(&text, '/');
                list.items[i] = arena_copy(arena, buf_slice(&text));
        }
        return list;
}

TEST(a_list_has_a_size_as_it_is_stored)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct scope scope;

        CHECK_ERR(scope_parse_request(&arena, long_list(&arena, 15, 511), &scope),
                  ERR_SCOPE_TEXT_TOO_LONG);
        CHECK_ERR(scope_parse(&arena, long_list(&arena, 5, 405), &scope), ERR_SCOPE_TEXT_TOO_LONG);
        CHECK_OK(scope_parse(&arena, long_list(&arena, 5, 400), &scope));
        CHECK(scope_text(&arena, &scope).size <= LIMIT_SCOPE_TEXT);
        CHECK(scope_text(&arena, &scope).size > LIMIT_SCOPE_TEXT - 100);
}

TEST(sixteen_components_are_the_limit)
{
        check_canonical("read bucket:aaa;prefix:1/2/3/4/5/6/7/8/9/a/b/c/d/e/f/g/",
                        "read bucket:aaa;prefix:1/2/3/4/5/6/7/8/9/a/b/c/d/e/f/g/");
        check_refused("read bucket:aaa;prefix:1/2/3/4/5/6/7/8/9/a/b/c/d/e/f/g/h/",
                      ERR_SCOPE_UNKNOWN);
}

TEST(within_needs_every_right)
{
        CHECK(within("read", "read write"));
        CHECK(within("read write", "read write"));
        CHECK(!within("read write", "read"));
}

TEST(everywhere_lies_in_everywhere_only)
{
        CHECK(within("read", "read"));
        CHECK(!within("read", "read bucket:aaa"));
        CHECK(within("read bucket:aaa", "read"));
        CHECK(within("read bucket:aaa;prefix:a/", "read"));
}

TEST(a_bucket_lies_in_the_same_bucket)
{
        CHECK(within("read bucket:aaa", "read bucket:aaa bucket:bbb"));
        CHECK(!within("read bucket:aaa", "read bucket:aab"));
        CHECK(!within("read bucket:aaa", "read bucket:aaa;prefix:a/"));
        CHECK(!within("read bucket:aaa bucket:bbb", "read bucket:aaa"));
}

TEST(a_prefix_lies_where_its_components_begin)
{
        CHECK(within("read bucket:aaa;prefix:a/b/", "read bucket:aaa;prefix:a/"));
        CHECK(within("read bucket:aaa;prefix:a/", "read bucket:aaa"));
        CHECK(!within("read bucket:aaa;prefix:a/", "read bucket:aaa;prefix:a/b/"));
        CHECK(!within("read bucket:aaa;prefix:ab/", "read bucket:aaa;prefix:a/"));
        CHECK(within("read bucket:aaa;prefix:%61/", "read bucket:aaa;prefix:a/b/ bucket:aaa"));
}

TEST(composed_and_decomposed_letters_differ)
{
        CHECK(!within("read bucket:aaa;prefix:%C3%A4/", "read bucket:aaa;prefix:a%CC%88/"));
}

TEST(stored_lists_are_read_as_one)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct scope scope;

        CHECK_OK(scope_parse_stored(&arena, SLICE("read bucket:photos"), &scope));
        CHECK_INT(scope.n_places, 1);
        CHECK_OK(scope_parse_stored(&arena, SLICE(""), &scope));
        CHECK(!scope_has_right(&scope));
}

TEST(joining_with_everywhere_is_everywhere)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct scope joined, scopes[3];

        CHECK_OK(scope_parse_stored(&arena, SLICE("read bucket:aaa"), &scopes[0]));
        CHECK_OK(scope_parse_stored(&arena, SLICE("write bucket:bbb"), &scopes[1]));
        CHECK_OK(scope_parse_stored(&arena, SLICE("list"), &scopes[2]));
        CHECK_OK(scope_join(&arena, scopes, 0, &joined));
        CHECK_TEXT(scope_text(&arena, &joined), "");
        CHECK_OK(scope_join(&arena, scopes, 1, &joined));
        CHECK_TEXT(scope_text(&arena, &joined), "read bucket:aaa");
        CHECK_OK(scope_join(&arena, scopes, 2, &joined));
        CHECK_TEXT(scope_text(&arena, &joined), "read write bucket:aaa bucket:bbb");
        CHECK_OK(scope_join(&arena, scopes, 3, &joined));
        CHECK_TEXT(scope_text(&arena, &joined), "read write list");
}

/* 600 grants of 16 prefixes of maximum length: sorted once, not once for each. */
TEST(many_scopes_are_joined_at_once)
{
        enum { GRANTS = 600, PLACES = 15 };
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(64 << 20);
        struct slice *texts = arena_array(&arena, 2 * GRANTS, struct slice);
        struct scope joined;

        for (size_t i = 0; i < GRANTS; i++) {
                struct buf text CLEANUP(buf_deinit) = BUF_INIT(1 << 16);

                buf_put_string(&text, "read");
                for (size_t k = 0; k < PLACES; k++) {
                        buf_put_string(&text, " bucket:bucket-");
                        buf_put_int64(&text, (int64_t)(i * PLACES + k));
                        buf_put_string(&text, ";prefix:folder/");
                }
                texts[i] = texts[GRANTS + i] = arena_copy(&arena, buf_slice(&text));
        }
        CHECK_OK(scope_join_stored(&arena, texts, 2 * GRANTS, &joined));
        CHECK_INT(joined.n_places, GRANTS * PLACES);
        CHECK(arena.used < 8 << 20);
}
