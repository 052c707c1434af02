/* SPDX-License-Identifier: Apache-2.0
 *
 * Narrowing grants, compared with the results of Storj's own library.
 */
#include "ag_made.h"
#include "ag_test.h"

enum { USUAL = AG_RIGHT_READ | AG_RIGHT_LIST };

/* The grant from which all others are made, with this cipher. */
static ag_grant *root_grant(enum ag_cipher cipher)
{
        struct buf secret CLEANUP(buf_deinit) = from_hex(SECRET_HEX);
        struct buf head CLEANUP(buf_deinit) = from_hex(HEAD_HEX);
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;
        ag_access *access CLEANUP(ag_access_freep) = NULL;
        uint8_t root_key[AG_KEY_SIZE];
        ag_grant *grant = NULL;

        key_from_hex(ROOT_HEX, root_key);
        CHECK_AG_OK(ag_api_key_new(buf_bytes(&secret), buf_bytes(&head), &key));
        CHECK_AG_OK(ag_access_new(root_key, cipher, &access));
        CHECK_AG_OK(ag_grant_new(text_bytes(SATELLITE), key, access, &grant));
        return grant;
}

static ag_grant *parsed(const char *text)
{
        ag_grant *grant = NULL;

        CHECK_AG_OK(ag_grant_parse(text_bytes(text), AG_STRICT, &grant));
        return grant;
}

static struct ag_place place(const char *bucket, const char *prefix)
{
        return (struct ag_place){text_bytes(bucket), text_bytes(prefix)};
}

/* With the nonce of the known answers. */
static enum ag_error narrow(const ag_grant *grant, struct ag_restriction restriction,
                            ag_grant **ret_grant)
{
        static const uint8_t nonce[] = {0xa1, 0xb2, 0xc3, 0xd4};

        restriction.nonce = ag_bytes_new(nonce, sizeof(nonce));
        return ag_grant_restrict(grant, &restriction, ret_grant);
}

/* Takes ownership of the grant. */
static void check_made(ag_grant *grant, const struct made_grant *made)
{
        ag_grant *owned CLEANUP(ag_grant_freep) = grant;
        const ag_api_key *key = ag_grant_api_key(owned);
        char *api_key CLEANUP(ag_text_freep) = NULL;
        char *text CLEANUP(ag_text_freep) = NULL;

        CHECK_AG_HEX(ag_api_key_raw(key), made->raw);
        CHECK_AG_HEX(ag_api_key_tail(key), made->tail);
        CHECK_AG_OK(ag_api_key_text(key, &api_key));
        CHECK_STRING(api_key, made->api_key);
        CHECK_AG_OK(ag_grant_text(owned, &text));
        CHECK_STRING(text, made->text);
}

/* Narrows `from`, which it then owns, and compares. */
static void check_narrowed(ag_grant *from, struct ag_restriction restriction,
                           const struct made_grant *made)
{
        ag_grant *owned CLEANUP(ag_grant_freep) = from;
        ag_grant *narrowed = NULL;

        CHECK_AG_OK(narrow(owned, restriction, &narrowed));
        check_made(narrowed, made);
}

TEST(a_whole_grant_is_made_as_storj_makes_it)
{
        check_made(root_grant(AG_CIPHER_AES_GCM), &made_g0);
        check_made(root_grant(AG_CIPHER_NULL), &made_g0n);
}

TEST(every_known_grant_comes_out_as_it_went_in)
{
        static const struct made_grant *const all[] = {
                &made_g0, &made_g0n, &made_g1, &made_g2, &made_g3,  &made_g4,  &made_g5,
                &made_g6, &made_g7,  &made_g8, &made_g9, &made_g10, &made_g11,
        };

        for (size_t i = 0; i < ARRAY_SIZE(all); i++)
                check_made(parsed(all[i]->text), all[i]);
}

TEST(without_places_the_root_key_stays)
{
        check_narrowed(root_grant(AG_CIPHER_AES_GCM), (struct ag_restriction){.rights = USUAL},
                       &made_g1);
}

TEST(a_prefix_and_times_are_narrowed_as_storj_does)
{
        struct ag_place places[] = {place("bucket", "photos/2024/")};
        struct ag_restriction restriction = {.rights = USUAL,
                                             .places = places,
                                             .n_places = 1,
                                             .not_before = &TIME_1,
                                             .not_after = &TIME_2};

        check_narrowed(root_grant(AG_CIPHER_AES_GCM), restriction, &made_g2);
        check_narrowed(parsed(made_g0.text), restriction, &made_g2);
}

TEST(a_narrowed_grant_is_narrowed_further)
{
        struct ag_place places[] = {place("bucket", "photos/2024/05/")};
        struct ag_restriction restriction = {
                .rights = AG_RIGHT_READ, .places = places, .n_places = 1};

        check_narrowed(parsed(made_g2.text), restriction, &made_g3);
}

TEST(sharing_the_whole_bucket_again_widens_nothing)
{
        struct ag_place places[] = {place("bucket", "")};
        struct ag_restriction restriction = {
                .rights = AG_RIGHT_READ, .places = places, .n_places = 1};

        check_narrowed(parsed(made_g2.text), restriction, &made_g4);
}

TEST(a_whole_bucket_is_narrowed_as_storj_does)
{
        struct ag_place places[] = {place("bucket", "")};
        struct ag_restriction restriction = {.rights = AG_RIGHT_READ | AG_RIGHT_WRITE |
                                                       AG_RIGHT_LIST | AG_RIGHT_DELETE,
                                             .places = places,
                                             .n_places = 1};

        check_narrowed(root_grant(AG_CIPHER_AES_GCM), restriction, &made_g5);
        places[0] = place("bucket", "/");
        check_narrowed(root_grant(AG_CIPHER_AES_GCM), restriction, &made_g5);
}

TEST(paths_in_clear_are_narrowed_as_storj_does)
{
        struct ag_place places[] = {place("bucket", "photos/2024/")};
        struct ag_restriction restriction = {.rights = USUAL, .places = places, .n_places = 1};

        check_narrowed(root_grant(AG_CIPHER_NULL), restriction, &made_g6);
}

TEST(every_right_and_a_lifetime_of_objects_are_written_as_storj_does)
{
        struct ag_restriction restriction = {.rights = AG_RIGHTS_ALL,
                                             .max_object_ttl = &(struct ag_time){.seconds = 3600}};

        check_narrowed(root_grant(AG_CIPHER_AES_GCM), restriction, &made_g8);
}

TEST(the_five_old_rights_are_written_as_storj_does)
{
        struct ag_restriction restriction = {.rights = AG_RIGHT_READ | AG_RIGHT_WRITE |
                                                       AG_RIGHT_LIST | AG_RIGHT_DELETE |
                                                       AG_RIGHT_LOCK};

        check_narrowed(root_grant(AG_CIPHER_AES_GCM), restriction, &made_g9);
}

TEST(several_places_keep_their_order_in_the_caveat_and_are_sorted_in_the_access)
{
        struct ag_place places[] = {place("b1", "x/"), place("b2", "y/"), place("b1", "x/z")};
        struct ag_restriction restriction = {
                .rights = AG_RIGHT_READ, .places = places, .n_places = 3};

        check_narrowed(root_grant(AG_CIPHER_AES_GCM), restriction, &made_g10);
        check_made(parsed(made_g10_other), &made_g10);
}

TEST(names_are_bytes_and_are_not_looked_into)
{
        struct ag_place places[] = {place("bucket/", "prefix:photos/2024")};
        struct ag_restriction restriction = {
                .rights = AG_RIGHT_READ, .places = places, .n_places = 1};

        check_narrowed(root_grant(AG_CIPHER_AES_GCM), restriction, &made_g11);
}

/* --- what is refused --- */

static void check_refused(struct ag_restriction restriction, enum ag_error expected)
{
        ag_grant *grant CLEANUP(ag_grant_freep) = parsed(made_g0.text);
        ag_grant *narrowed CLEANUP(ag_grant_freep) = NULL;

        CHECK_AG(narrow(grant, restriction, &narrowed), expected);
        CHECK((narrowed == NULL) == (expected != AG_OK));
}

TEST(a_restriction_allows_something_or_sets_a_time)
{
        check_refused((struct ag_restriction){0}, AG_ERR_NO_RIGHT);
        check_refused((struct ag_restriction){.rights = ~AG_RIGHTS_ALL}, AG_ERR_NO_RIGHT);
        check_refused((struct ag_restriction){.not_after = &TIME_2}, AG_OK);
        check_refused((struct ag_restriction){.not_before = &TIME_1}, AG_OK);
        check_refused((struct ag_restriction){.max_object_ttl = &TIME_1}, AG_OK);
}

TEST(a_time_range_may_be_a_moment_but_not_less)
{
        const struct ag_time late = {TIME_1.seconds, 1};

        check_refused((struct ag_restriction){USUAL, .not_before = &TIME_2, .not_after = &TIME_1},
                      AG_ERR_TIME_RANGE);
        check_refused((struct ag_restriction){USUAL, .not_before = &late, .not_after = &TIME_1},
                      AG_ERR_TIME_RANGE);
        check_refused((struct ag_restriction){USUAL, .not_before = &TIME_1, .not_after = &TIME_1},
                      AG_OK);
}

TEST(times_that_cannot_be_written_are_refused)
{
        static const struct ag_time bad[] = {
                {0, -1},           {0, 1000000000}, {INT64_MAX, 0},
                {253402300800, 0}, {INT64_MIN, 0},  {-62135596800, 0}, /* Storj's "no time" */
        };
        static const struct ag_time good[] = {{0, 0}, {-1, 999999999}, {253402300799, 999999999}};

        for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
                check_refused((struct ag_restriction){USUAL, .not_after = &bad[i]},
                              AG_ERR_TIME_RANGE);
                check_refused((struct ag_restriction){USUAL, .not_before = &bad[i]},
                              AG_ERR_TIME_RANGE);
        }
        for (size_t i = 0; i < ARRAY_SIZE(good); i++)
                check_refused((struct ag_restriction){USUAL, .not_after = &good[i]}, AG_OK);
}

TEST(the_lifetime_of_objects_is_positive)
{
        static const struct ag_time bad[] = {{0, 0}, {-1, 0}, {0, -1}, {-5, -1}};
        static const struct ag_time long_or_odd[] = {{INT64_MAX, 0}, {1, 1000000000}, {1, -1}};
        const struct ag_time good = {0, 1};

        for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
                check_refused((struct ag_restriction){USUAL, .max_object_ttl = &bad[i]},
                              AG_ERR_TTL);
        for (size_t i = 0; i < ARRAY_SIZE(long_or_odd); i++)
                check_refused((struct ag_restriction){USUAL, .max_object_ttl = &long_or_odd[i]},
                              AG_ERR_TIME_RANGE);
        check_refused((struct ag_restriction){USUAL, .max_object_ttl = &good}, AG_OK);
}

TEST(a_nonce_has_4_to_64_bytes)
{
        static const uint8_t nonce[AG_NONCE_SIZE_MAX + 1];
        ag_grant *grant CLEANUP(ag_grant_freep) = parsed(made_g0.text);

        for (size_t size = 0; size <= sizeof(nonce); size++) {
                struct ag_restriction restriction = {USUAL, .nonce = ag_bytes_new(nonce, size)};
                ag_grant *narrowed CLEANUP(ag_grant_freep) = NULL;

                CHECK_AG(ag_grant_restrict(grant, &restriction, &narrowed),
                         size < 4 || size > 64 ? AG_ERR_NONCE : AG_OK);
        }
}

TEST(places_name_a_bucket_and_are_not_too_many)
{
        struct ag_place places[] = {place("", "photos")};
        struct ag_restriction restriction = {USUAL, .places = places, .n_places = 1};

        check_refused(restriction, AG_ERR_PLACE);
        restriction.n_places = AG_MAX_PLACES + 1;
        check_refused(restriction, AG_ERR_LIMIT);
        restriction.n_places = 1;
        places[0] = (struct ag_place){text_bytes("b"), ag_bytes_new("", AG_MAX_PATH + 1)};
        check_refused(restriction, AG_ERR_LIMIT);
}

TEST(a_grant_cannot_be_widened)
{
        static const char *const outside[] = {"photos/",      "photos/2023", "photos/202",
                                              "photos/2024x", "x",           "//"};
        ag_grant *grant CLEANUP(ag_grant_freep) = parsed(made_g2.text);

        for (size_t i = 0; i < ARRAY_SIZE(outside); i++) {
                struct ag_place places[] = {place("bucket", outside[i])};
                ag_grant *narrowed = NULL;

                CHECK_AG(narrow(grant, (struct ag_restriction){USUAL, places, 1}, &narrowed),
                         AG_ERR_NO_KEY);
                places[0] = place("other", "photos/2024");
                CHECK_AG(narrow(grant, (struct ag_restriction){USUAL, places, 1}, &narrowed),
                         AG_ERR_NO_KEY);
        }
}

TEST(a_grant_without_keys_is_narrowed_to_buckets_only)
{
        ag_grant *grant CLEANUP(ag_grant_freep) = parsed(made_g0.text);
        ag_grant *bare CLEANUP(ag_grant_freep) = NULL;
        ag_grant *narrowed CLEANUP(ag_grant_freep) = NULL;
        ag_grant *opened CLEANUP(ag_grant_freep) = NULL;
        struct ag_place places[] = {place("bucket", "photos")};
        uint8_t root_key[AG_KEY_SIZE];

        CHECK_AG_OK(ag_grant_remove_key(grant, &bare));
        CHECK_AG(narrow(bare, (struct ag_restriction){USUAL, places, 1}, &narrowed), AG_ERR_NO_KEY);
        places[0] = place("bucket", "");
        CHECK_AG_OK(narrow(bare, (struct ag_restriction){USUAL, places, 1}, &narrowed));
        CHECK_INT(ag_access_n_entries(ag_grant_access(narrowed)), 0);
        key_from_hex(ROOT_HEX, root_key);
        CHECK_AG_OK(ag_grant_set_key(narrowed, root_key, &opened));
        CHECK_INT(ag_access_n_entries(ag_grant_access(opened)), 1);
}

TEST(a_grant_takes_64_caveats)
{
        ag_grant *grant = parsed(made_g0.text);

        for (unsigned i = 0; i < AG_MAX_CAVEATS; i++) {
                ag_grant *narrowed = NULL;

                CHECK_AG_OK(narrow(grant, (struct ag_restriction){USUAL}, &narrowed));
                ag_grant_free(grant);
                grant = narrowed;
        }
        CHECK_AG(narrow(grant, (struct ag_restriction){USUAL}, &grant), AG_ERR_LIMIT);
        ag_grant_free(grant);
}

TEST(secretbox_grants_are_narrowed_to_buckets_and_places_they_have)
{
        ag_grant *grant CLEANUP(ag_grant_freep) = parsed(made_g7.text);
        ag_grant *narrowed CLEANUP(ag_grant_freep) = NULL;
        struct ag_place places[] = {place("bucket", "photos/2024/05")};

        CHECK_AG(narrow(grant, (struct ag_restriction){USUAL, places, 1}, &narrowed),
                 AG_ERR_CIPHER);
        places[0] = place("bucket", "photos/2024/");
        CHECK_AG_OK(narrow(grant, (struct ag_restriction){USUAL, places, 1}, &narrowed));
        CHECK_INT(ag_access_n_entries(ag_grant_access(narrowed)), 1);
}

/* --- limited keys and accesses put together --- */

/* A grant of the key of `limited` and the access to the whole project. */
static ag_grant *grant_of_limited_key(const ag_grant *limited, enum ag_cipher cipher)
{
        ag_access *access CLEANUP(ag_access_freep) = NULL;
        uint8_t root_key[AG_KEY_SIZE];
        ag_grant *grant = NULL;

        key_from_hex(ROOT_HEX, root_key);
        CHECK_AG_OK(ag_access_new(root_key, cipher, &access));
        CHECK_AG_OK(ag_grant_new(text_bytes(SATELLITE), ag_grant_api_key(limited), access, &grant));
        return grant;
}

TEST(what_a_key_shuts_out_cannot_be_shared)
{
        ag_grant *limited CLEANUP(ag_grant_freep) = parsed(made_g2.text);
        ag_grant *grant CLEANUP(ag_grant_freep) = grant_of_limited_key(limited, AG_CIPHER_AES_GCM);
        struct ag_place inside[] = {place("bucket", "photos/2024/05/")};
        struct ag_place outside[] = {place("bucket", "photos/2023/")};
        ag_grant *narrowed = NULL;

        CHECK_AG(narrow(grant, (struct ag_restriction){USUAL, outside, 1}, &narrowed),
                 AG_ERR_NO_KEY);
        CHECK_AG_OK(narrow(grant, (struct ag_restriction){AG_RIGHT_READ, inside, 1}, &narrowed));
        check_made(narrowed, &made_g3);
}

TEST(an_access_to_prefixes_goes_with_a_key_to_their_buckets)
{
        ag_grant *bucket CLEANUP(ag_grant_freep) = parsed(made_g5.text);
        ag_grant *prefix CLEANUP(ag_grant_freep) = parsed(made_g2.text);
        ag_grant *grant CLEANUP(ag_grant_freep) = NULL;
        ag_grant *narrowed CLEANUP(ag_grant_freep) = NULL;
        struct ag_place places[] = {place("bucket", "photos/2024/")};

        CHECK_AG_OK(ag_grant_new(text_bytes(SATELLITE), ag_grant_api_key(bucket),
                                 ag_grant_access(prefix), &grant));
        CHECK_INT(ag_access_n_entries(ag_grant_access(grant)), 0);
        CHECK_AG_OK(narrow(grant, (struct ag_restriction){USUAL, places, 1}, &narrowed));
        CHECK_INT(ag_access_n_entries(ag_grant_access(narrowed)), 1);
        CHECK_AG_TEXT(ag_access_entry(ag_grant_access(narrowed), 0).path, "photos/2024");
}
