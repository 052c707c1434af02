/* SPDX-License-Identifier: Apache-2.0
 *
 * Queries as applications of the legacy flow write them.
 */
#include "api/legacy_query.h"

#include "test.h"

#define WHO "client_id=id&client_secret=a.b.c&"

struct world {
        struct arena arena;
        struct http_call call;
        struct legacy_query query;
};

static enum err read_query(struct world *w, const char *query)
{
        *w = (struct world){.arena = ARENA_INIT(1 << 20)};
        w->call.arena = &w->arena;
        w->call.request.query = slice_from_string(query);
        return legacy_query_read(&w->call, &w->query);
}

static void world_deinit(struct world *w)
{
        arena_deinit(&w->arena);
}

static void check_scope(const char *query, const char *expected)
{
        struct world w CLEANUP(world_deinit) = {0};
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(4096);

        CHECK_OK(read_query(&w, query));
        for (size_t i = 0; i < w.query.scope.n; i++) {
                buf_put(&text, w.query.scope.items[i]);
                buf_put_byte(&text, ' ');
        }
        CHECK_TEXT(buf_slice(&text), expected);
}

TEST(scopes_are_separated_by_commas_or_repeated)
{
        check_scope(WHO "redirect_uri=x&scope=read,list&scope=write", "read list write ");
        check_scope(WHO "redirect_uri=x&scope=read%2C+list,,", "read list ");
}

TEST(a_path_behind_a_semicolon_is_a_prefix)
{
        check_scope(WHO "redirect_uri=x&scope=bucket:b;p", "bucket:b;prefix:p/ ");
        check_scope(WHO "redirect_uri=x&scope=bucket:b;a%20b/c/", "bucket:b;prefix:a%20b/c/ ");
        check_scope(WHO "redirect_uri=x&scope=bucket:b;", "bucket:b ");
}

TEST(todays_words_are_left_as_they_are)
{
        check_scope(WHO "redirect_uri=x&scope=bucket:b;prefix:p/", "bucket:b;prefix:p/ ");
}

TEST(a_redirect_uri_is_read_in_both_ways)
{
        struct world w CLEANUP(world_deinit) = {0};

        CHECK_OK(read_query(&w, WHO "redirect_uri=http://h/cb?a=%31&b=2&scope=read"));
        CHECK_TEXT(w.query.redirect_uri, "http://h/cb?a=1");
        CHECK_TEXT(w.query.redirect_uri_raw, "http://h/cb?a=%31&b=2");
}

TEST(the_last_parameter_ends_where_the_query_does)
{
        struct world w CLEANUP(world_deinit) = {0};

        CHECK_OK(read_query(&w, WHO "scope=read&redirect_uri=http://h/cb?a=1&unknown=2"));
        CHECK_TEXT(w.query.redirect_uri_raw, "http://h/cb?a=1&unknown=2");
}

TEST(a_parameter_that_is_missing_or_twice_is_named)
{
        struct world w CLEANUP(world_deinit) = {0};

        CHECK_ERR(read_query(&w, "client_id=id&redirect_uri=x"), ERR_FIELD_MISSING);
        CHECK_TEXT(slice_from_string(w.call.problem_field), "client_secret");
        world_deinit(&w);
        CHECK_ERR(read_query(&w, WHO "redirect_uri=x&client_id=id"), ERR_JSON_DUPLICATE);
        CHECK_TEXT(slice_from_string(w.call.problem_field), "client_id");
}

TEST(more_scopes_than_a_list_may_have_are_refused)
{
        struct world w CLEANUP(world_deinit) = {0};

        CHECK_ERR(read_query(&w, WHO "redirect_uri=x&scope=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,"
                                     "17"),
                  ERR_SCOPE_TOO_LONG);
}
