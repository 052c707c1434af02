/* SPDX-License-Identifier: Apache-2.0
 *
 * Narrowing grants, against what Storj's own library makes of the same parts.
 */
#include "ag_test.h"
#include "ag_vectors.h"

enum { USUAL = AG_RIGHT_READ | AG_RIGHT_LIST };

/* The grant all others are made of, with this cipher. */
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

/* Takes the grant over. */
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

/* Narrows `from`, which it takes over, and compares. */
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
