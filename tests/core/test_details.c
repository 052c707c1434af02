/* SPDX-License-Identifier: Apache-2.0
 *
 * authorization_details by meaning: docs/protocol/oauth.md 1.4.
 */
#include "core/authorize/details.h"

#include "test.h"

#define ENTRY(more)      "{\"type\":\"storj_access\",\"actions\":[\"read\"]" more "}"
#define OPEN             "[{\"type\":\"storj_access\",\"actions\":[\"read\"],\"buckets\":["
#define BUCKETS(buckets) "[" ENTRY(",\"buckets\":" buckets) "]"

static enum err read_text(struct arena *arena, const char *text, struct details *ret)
{
        struct slice problem = {0};

        return details_read(arena, slice_from_string(text), ret, &problem);
}

static void check_scopes(const char *text, const char *scopes)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct details details;

        CHECK_OK(read_text(&arena, text, &details));
        CHECK_TEXT(scope_text(&arena, &details.scope), scopes);
}

static void check_refused(const char *text, const char *problem)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct slice said = {0};
        struct details details;

        CHECK_ERR(details_read(&arena, slice_from_string(text), &details, &said), ERR_DETAILS);
        CHECK_TEXT(said, problem);
}

TEST(details_mean_what_scopes_mean)
{
        check_scopes("[" ENTRY("") "]", "read");
        check_scopes("[{\"type\":\"storj_access\",\"actions\":[\"list\",\"read\",\"list\"]}]",
                     "read list");
        check_scopes(BUCKETS("[{\"name\":\"photos\"}]"), "read bucket:photos");
        check_scopes(BUCKETS("[{\"name\":\"photos\",\"prefixes\":[\"a b/\",\"2024/\"]}]"),
                     "read bucket:photos;prefix:2024/ bucket:photos;prefix:a%20b/");
        /* A path is as it is, not percent-encoded. */
        check_scopes(BUCKETS("[{\"name\":\"photos\",\"prefixes\":[\"a%2Fb/\"]}]"),
                     "read bucket:photos;prefix:a%252Fb/");
        /* A bucket with prefixes, and whole: it is whole. */
        check_scopes(BUCKETS("[{\"name\":\"photos\",\"prefixes\":[\"a/\"]},{\"name\":\"photos\"}]"),
                     "read bucket:photos");
}

TEST(entries_with_the_same_actions_are_one)
{
        check_scopes("[" ENTRY(",\"buckets\":[{\"name\":\"docs\"}]") "," ENTRY(
                             ",\"buckets\":[{\"name\":\"photos\"}]") "]",
                     "read bucket:docs bucket:photos");
        check_scopes("[" ENTRY(",\"buckets\":[{\"name\":\"docs\"}]") "," ENTRY("") "]", "read");
}

TEST(the_shortest_time_and_the_project_are_kept)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct details details;

        CHECK_OK(read_text(
                &arena,
                "[" ENTRY("") "," ENTRY(",\"expires_in\":90") "," ENTRY(",\"expires_in\":60") "]",
                &details));
        CHECK_INT(details.lifetime_limit, 60);
        CHECK_OK(read_text(&arena,
                           "[" ENTRY(",\"project\":\"2b4719e0-0623-4d66-84cd-e8681efc59e9\"") "]",
                           &details));
        CHECK_INT(details.project.bytes[0], 0x2b);
        CHECK_INT(details.lifetime_limit, 0);
}

TEST(what_is_refused_is_named_with_its_place)
{
        static const struct {
                const char *text, *problem;
        } rows[] = {
                {"{}", "authorization_details: this is not a JSON array."},
                {"read", "authorization_details: this is not a JSON array."},
                {"[[[[[[[[[]]]]]]]]]", "authorization_details: this is not a JSON array."},
                {"[]", "authorization_details: it must be a list that is not empty."},
                {"[1]", "authorization_details[0]: this is not a JSON object."},
                {"[{\"type\":\"openid\"}]",
                 "authorization_details[0].type: the only type here is storj_access."},
                {"[{\"type\":\"storj_access\"}]",
                 "authorization_details[0].actions: it must be a list that is not empty."},
                {"[{\"type\":\"storj_access\",\"actions\":[\"fly\"]}]",
                 "authorization_details[0].actions: an action is one of read, write, list, delete "
                 "and lock."},
                {"[" ENTRY(",\"locations\":[]") "]",
                 "authorization_details[0]: it has a member that is not known."},
                {"[" ENTRY(",\"type\":\"x\"") "]",
                 "authorization_details: a member is there twice."},
                {"[" ENTRY("") "," ENTRY(",\"buckets\":[]") "]",
                 "authorization_details[1].buckets: it must be a list that is not empty."},
                {BUCKETS("[{\"name\":\"photos\"},{\"name\":\"NO\"}]"),
                 "authorization_details[0].buckets[1].name: this is not the name of a bucket."},
                {BUCKETS("[{\"name\":\"photos\",\"prefix\":\"a/\"}]"),
                 "authorization_details[0].buckets[0]: it has a member that is not known."},
                {BUCKETS("[{\"name\":\"photos\",\"prefixes\":[]}]"),
                 "authorization_details[0].buckets[0].prefixes: it must be a list that is not "
                 "empty."},
                {BUCKETS("[{\"name\":\"photos\",\"prefixes\":[\"a/\",\"b\"]}]"),
                 "authorization_details[0].buckets[0].prefixes[1]: a prefix is a path that ends in "
                 "a slash, such as 2024/, without empty components, dots and control characters."},
                {BUCKETS("[{\"name\":\"photos\",\"prefixes\":[7]}]"),
                 "authorization_details[0].buckets[0].prefixes[0]: this is not a string."},
                {"[" ENTRY(",\"project\":\"mine\"") "]",
                 "authorization_details[0].project: this is not the id of a project."},
                {"[" ENTRY(",\"project\":\"00000000-0000-0000-0000-000000000000\"") "]",
                 "authorization_details[0].project: this is not the id of a project."},
                {"[" ENTRY(",\"expires_in\":59") "]",
                 "authorization_details[0].expires_in: it must be a whole number of seconds, at "
                 "least 60."},
                {"[" ENTRY(",\"expires_in\":\"60\"") "]",
                 "authorization_details[0].expires_in: it must be a whole number of seconds, at "
                 "least 60."},
                {"[" ENTRY("") ",{\"type\":\"storj_access\",\"actions\":[\"write\"]}]",
                 "authorization_details[1].actions: they differ from those of the first entry, and "
                 "an access grant has the same in all its places."},
                {"[" ENTRY("") "," ENTRY(
                         ",\"project\":\"2b4719e0-0623-4d66-84cd-e8681efc59e9\"") "]",
                 "authorization_details[1].project: it differs from that of the first entry, and "
                 "an "
                 "access grant is of one project."},
        };

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
                check_refused(rows[i].text, rows[i].problem);
}

TEST(there_are_bounds)
{
        static char text[LIMIT_DETAILS_TEXT + 64];
        struct buf many CLEANUP(buf_deinit) = BUF_INIT(sizeof(text));

        for (int i = 0; i <= LIMIT_DETAILS; i++)
                buf_put_string(&many, i ? "," ENTRY("") : "[" ENTRY(""));
        buf_put_string(&many, "]");
        memcpy(text, many.data, many.size);
        check_refused(text, "authorization_details: there are too many.");
        buf_reset(&many);
        for (int i = 0; i < LIMIT_SCOPES; i++) { /* places, and a right */
                buf_put_string(&many, i ? "," : OPEN);
                buf_put_string(&many, "{\"name\":\"bucket");
                buf_put_int64(&many, 10 + i);
                buf_put_string(&many, "\"}");
        }
        buf_put_string(&many, "]}]");
        memset(text, 0, sizeof(text));
        memcpy(text, many.data, many.size);
        check_refused(text, "authorization_details: there are too many buckets and prefixes.");
        memset(text, ' ', LIMIT_DETAILS_TEXT + 1);
        check_refused(text, "authorization_details: it is longer than 8,192 bytes.");
}

/* --- scopes to details and back --- */

static unsigned next(uint64_t *state, unsigned n)
{
        *state = *state * 6364136223846793005u + 1442695040888963407u;
        return (unsigned)(*state >> 33) % n;
}

static struct slice random_path(struct arena *arena, uint64_t *state)
{
        static const char *const parts[] = {"a/", "b b/", "%/", "\xc3\xa4/", "\"/", "+&/", "~!/"};
        struct buf path CLEANUP(buf_deinit) = BUF_LOCAL(64);

        for (unsigned n = next(state, 3); n; n--)
                buf_put_string(&path, parts[next(state, ARRAY_SIZE(parts))]);
        return path.size ? arena_copy(arena, buf_slice(&path)) : (struct slice){0};
}

static struct scope random_scope(struct arena *arena, uint64_t *state)
{
        static const char *const buckets[] = {"photos", "docs", "a.b"};
        struct scope raw = {.rights = 1 + next(state, RIGHTS_ALL),
                            .places = arena_array(arena, 8, struct place)};
        struct scope scope;

        for (raw.n_places = 0; raw.n_places < next(state, 8); raw.n_places++)
                raw.places[raw.n_places] = (struct place){
                        .bucket = slice_from_string(buckets[next(state, ARRAY_SIZE(buckets))]),
                        .path = random_path(arena, state),
                };
        CHECK_OK(scope_join(arena, &raw, 1, &scope));
        return scope;
}

TEST(scopes_become_details_and_the_same_scopes_again)
{
        uint64_t seed = 1;

        for (int i = 0; i < 2000; i++) {
                struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
                struct details details = {.scope = random_scope(&arena, &seed)}, again;
                struct slice text = details_text(&arena, &details), problem = {0};

                CHECK_OK(details_read(&arena, text, &again, &problem));
                CHECK_TEXT(scope_text(&arena, &again.scope),
                           arena_string(&arena, scope_text(&arena, &details.scope)));
        }
}

TEST(beside_scopes_they_add_places_and_no_actions)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct slice words[] = {SLICE("read"), SLICE("bucket:docs")};
        struct texts scopes = {.items = words, .n = 2};
        struct details details;
        struct scope both;

        CHECK_OK(read_text(&arena, BUCKETS("[{\"name\":\"photos\"}]"), &details));
        CHECK_OK(details_join(&arena, &details, scopes, &both));
        CHECK_TEXT(scope_text(&arena, &both), "read bucket:docs bucket:photos");
        words[0] = SLICE("write");
        CHECK_ERR(details_join(&arena, &details, scopes, &both), ERR_DETAILS_AND_SCOPE);
        words[0] = SLICE("bucket:docs");
        CHECK_ERR(details_join(&arena, &details, scopes, &both), ERR_SCOPE_NO_RIGHT);
        scopes.n = 0;
        CHECK_OK(details_join(&arena, &details, scopes, &both));
        CHECK_TEXT(scope_text(&arena, &both), "read bucket:photos");
}
