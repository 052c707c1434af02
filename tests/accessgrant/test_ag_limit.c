/* SPDX-License-Identifier: Apache-2.0
 *
 * What several caveats leave of an encryption access, by the tables of Storj's own tests.
 */
#include "ag_made.h"
#include "ag_test.h"

#include "accessgrant/api_key.h"
#include "accessgrant/caveat.h"

static struct ag_place place(const char *bucket, const char *prefix)
{
        return (struct ag_place){text_bytes(bucket), text_bytes(prefix)};
}

/* Adds a caveat with nothing but paths in clear, each "bucket|path". Takes ownership of the key. */
static ag_api_key *restricted(ag_api_key *key, const char *const *group)
{
        ag_api_key *owned CLEANUP(ag_api_key_freep) = key;
        struct buf caveat CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_TEXT);
        ag_api_key *narrower = NULL;

        for (; *group; group++) {
                const char *bar = strchr(*group, '|');
                struct ag_path path = {ag_bytes_new(*group, (size_t)(bar - *group)),
                                       text_bytes(bar + 1)};

                ag_caveat_write_path(&path, &caveat);
        }
        CHECK_AG_OK(ag_api_key_restrict(owned, buf_slice(&caveat), &narrower));
        return narrower;
}

/* What is left of a project in clear by these caveats. */
static ag_grant *grouped(const char *const groups[][5])
{
        ag_api_key *key = NULL;
        ag_api_key *owned CLEANUP(ag_api_key_freep) = NULL;
        ag_access *access CLEANUP(ag_access_freep) = NULL;
        ag_grant *grant = NULL;
        uint8_t root_key[AG_KEY_SIZE] = {0};

        CHECK_AG_OK(ag_api_key_parse(text_bytes(made_g0.api_key), AG_STRICT, &key));
        for (; groups[0][0]; groups++)
                key = restricted(key, groups[0]);
        owned = key;
        CHECK_AG_OK(ag_access_new(root_key, AG_CIPHER_NULL, &access));
        CHECK_AG_OK(ag_grant_new(text_bytes(SATELLITE), owned, access, &grant));
        return grant;
}

/* Whether the place can be shared from what the grant opens. A whole bucket can always be shared,
 * so there the result says whether it opens anything. */
static bool opens(const ag_grant *grant, const char *bucket, const char *path)
{
        struct ag_place places[] = {place(bucket, path)};
        ag_access *limited CLEANUP(ag_access_freep) = NULL;
        enum ag_error error = ag_access_limit(ag_grant_access(grant), places, 1, &limited);

        return !error && ag_access_n_entries(limited) > 0;
}

TEST(one_group_of_places_opens_what_is_below_them)
{
        static const char *const groups[][5] = {{"bucket|a"}, {NULL}};
        ag_grant *grant CLEANUP(ag_grant_freep) = grouped(groups);

        CHECK(opens(grant, "bucket", "a"));
        CHECK(opens(grant, "bucket", "a/b"));
        CHECK(opens(grant, "bucket", "a/b/c"));
        CHECK(!opens(grant, "bucket", "b"));
        CHECK(!opens(grant, "bucket", "b/a"));
        CHECK(!opens(grant, "bucket", "c/a"));
}

TEST(what_no_caveat_opens_alone_may_be_left_of_all)
{
        static const char *const groups[][5] = {{"bucket|a", "bucket|f"},
                                                {"bucket|c", "bucket|a/b", "bucket|f/e"},
                                                {"bucket|a/b/c", "bucket|c", "bucket|f"},
                                                {NULL}};
        ag_grant *grant CLEANUP(ag_grant_freep) = grouped(groups);

        CHECK(opens(grant, "bucket", "a/b/c"));
        CHECK(opens(grant, "bucket", "a/b/c/d"));
        CHECK(opens(grant, "bucket", "f/e"));
        CHECK(opens(grant, "bucket", "f/e/e"));
        CHECK(!opens(grant, "bucket", "a"));
        CHECK(!opens(grant, "bucket", "a/b"));
        CHECK(!opens(grant, "bucket", "f"));
        CHECK(!opens(grant, "bucket", "c"));
        CHECK(!opens(grant, "bucket", "c/d"));
}

TEST(places_of_several_caveats_intersect)
{
        static const char *const groups[][5] = {
                {"b1|p1", "b1|p2", "b2|p3", "b2|p4"}, {"b1|p1", "b1|p2", "b2|p3"}, {NULL}};
        ag_grant *grant CLEANUP(ag_grant_freep) = grouped(groups);

        CHECK(opens(grant, "b1", "p1"));
        CHECK(opens(grant, "b1", "p1/whatever"));
        CHECK(opens(grant, "b1", "p2"));
        CHECK(opens(grant, "b2", "p3/foo"));
        CHECK(!opens(grant, "b3", ""));
        CHECK(!opens(grant, "b2", "p4"));
        CHECK(!opens(grant, "b1", "p3"));
}

TEST(buckets_of_several_caveats_intersect)
{
        static const char *const groups[][5] = {
                {"bucket1|", "bucket2|", "bucket3|"}, {"bucket2|", "bucket3|", "bucket4|"}, {NULL}};
        ag_grant *grant CLEANUP(ag_grant_freep) = grouped(groups);

        CHECK(opens(grant, "bucket2", "anything/here"));
        CHECK(opens(grant, "bucket3", ""));
        CHECK(opens(grant, "bucket3", "whatever"));
        CHECK(!opens(grant, "bucket1", ""));
        CHECK(!opens(grant, "bucket1", "path/ignored"));
        CHECK(!opens(grant, "bucket4", "huh"));
        CHECK(!opens(grant, "bucket5", ""));
}
