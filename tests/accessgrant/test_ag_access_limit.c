/* SPDX-License-Identifier: Apache-2.0
 *
 * Encryption accesses limited to share prefixes.
 */
#include "ag_accesses.h"

static enum ag_error limit(const ag_access *access, const char *bucket, const char *prefix,
                           ag_access **ret_access)
{
        struct ag_place place = {text_bytes(bucket), text_bytes(prefix)};

        return ag_access_limit(access, &place, 1, ret_access);
}

TEST(limiting_leaves_entries_and_no_root_key)
{
        ag_access *access CLEANUP(ag_access_freep) = whole(AG_CIPHER_AES_GCM);
        ag_access *bucket CLEANUP(ag_access_freep) = NULL;
        ag_access *prefix CLEANUP(ag_access_freep) = NULL;

        CHECK_AG_OK(limit(access, "bucket", "", &bucket));
        CHECK(!ag_access_has_root_key(bucket));
        check_serialized(bucket,
                         "122c0a066275636b65742220918c361482e530908c9ab432ee592af2b95a8d12ce920ed8"
                         "7fad0299e049a89c28021802");
        CHECK_AG_OK(limit(access, "bucket", "photos/2024/", &prefix));
        CHECK_INT(ag_access_n_entries(prefix), 1);
        CHECK_AG_TEXT(ag_access_entry(prefix, 0).path, "photos/2024");
        CHECK_INT(ag_access_entry(prefix, 0).cipher, AG_CIPHER_AES_GCM);
}

TEST(without_places_nothing_is_limited)
{
        ag_access *access CLEANUP(ag_access_freep) = whole(AG_CIPHER_AES_GCM);
        ag_access *limited CLEANUP(ag_access_freep) = NULL;

        CHECK_AG_OK(ag_access_limit(access, NULL, 0, &limited));
        check_serialized(limited, "0a20" ROOT_HEX "1802");
}

TEST(a_prefix_below_an_entry_goes_on_from_its_key)
{
        ag_access *access CLEANUP(ag_access_freep) = empty();
        ag_access *limited CLEANUP(ag_access_freep) = NULL;
        struct ag_entry team = {text_bytes("b"), text_bytes("team"), text_bytes("ENC"),
                                AG_CIPHER_AES_GCM};
        uint8_t key[AG_KEY_SIZE];

        key_from_hex(KEY, key);
        CHECK_AG_OK(ag_access_add(access, &team, key));
        CHECK_AG_OK(limit(access, "b", "team/alice/", &limited));
        CHECK_AG_TEXT(ag_access_entry(limited, 0).path, "team/alice");
        CHECK_AG_HEX(ag_access_entry(limited, 0).encrypted,
                     "454e432f0226943e86958fc2b3b2af8612177a010164aeb5ae4e8c05150d677b1013993b48ce"
                     "87");
        CHECK_AG_HEX(ag_bytes_new(limited->entries[0]->key, AG_KEY_SIZE),
                     "d0b6754fdf685c29032ec202d7e23bd6abfa3323a4af8959470d0170d35a7b54");
}

TEST(a_slash_more_at_the_end_is_a_component_and_widens_nothing)
{
        ag_access *access CLEANUP(ag_access_freep) = whole(AG_CIPHER_AES_GCM);
        ag_access *photos CLEANUP(ag_access_freep) = NULL;
        ag_access *from_whole CLEANUP(ag_access_freep) = NULL;
        ag_access *from_photos CLEANUP(ag_access_freep) = NULL;
        uint8_t *message CLEANUP(ag_message_freep) = NULL;
        struct buf hex CLEANUP(buf_deinit) = BUF_INIT(1000);
        size_t size = 0;

        CHECK_AG_OK(limit(access, "bucket", "photos/", &photos));
        CHECK_AG_OK(limit(access, "bucket", "photos//", &from_whole));
        CHECK_AG_OK(limit(photos, "bucket", "photos//", &from_photos));
        CHECK_AG_TEXT(ag_access_entry(from_whole, 0).path, "photos/");
        CHECK_AG_OK(ag_access_serialize(from_whole, &message, &size));
        hex_encode(&hex, slice_new(message, size));
        buf_put_byte(&hex, '\0');
        check_serialized(from_photos, (const char *)hex.data);
}

TEST(there_is_no_key_outside_of_the_entries)
{
        ag_access *access CLEANUP(ag_access_freep) = storjs_example();
        ag_access *limited CLEANUP(ag_access_freep) = NULL;

        CHECK_AG(limit(access, "b1", "u1/", &limited), AG_ERR_NO_KEY);
        CHECK_AG(limit(access, "b4", "u1/", &limited), AG_ERR_NO_KEY);
        CHECK(!limited);
        CHECK_AG_OK(limit(access, "b1", "", &limited)); /* a bucket is no prefix */
        CHECK_INT(ag_access_n_entries(limited), 0);
}

TEST(what_another_entry_stands_for_is_not_shared)
{
        ag_access *access CLEANUP(ag_access_freep) = whole(AG_CIPHER_NULL);
        ag_access *limited CLEANUP(ag_access_freep) = NULL;
        struct ag_place place = {text_bytes("b"), text_bytes("x/y")};

        CHECK_AG_OK(ag_access_limit(access, &place, 1, &limited));
        ag_access_free(take(&limited));
        CHECK_AG_OK(add(access, "b", "a", "x", 1)); /* "x" is "a" now, and of another cipher */
        CHECK_AG(ag_access_limit(access, &place, 1, &limited), AG_ERR_NO_KEY);
}

TEST(places_name_a_bucket_and_fit)
{
        ag_access *access CLEANUP(ag_access_freep) = whole(AG_CIPHER_AES_GCM);
        ag_access *limited CLEANUP(ag_access_freep) = NULL;
        struct ag_place place = {text_bytes("b"), ag_bytes_new("", AG_MAX_PATH + 1)};

        CHECK_AG(limit(access, "", "photos", &limited), AG_ERR_PLACE);
        CHECK_AG(ag_access_limit(access, &place, 1, &limited), AG_ERR_LIMIT);
        place = (struct ag_place){ag_bytes_new("", AG_MAX_PATH + 1), {0}};
        CHECK_AG(ag_access_limit(access, &place, 1, &limited), AG_ERR_LIMIT);
        CHECK_AG(ag_access_limit(access, &place, AG_MAX_PLACES + 1, &limited), AG_ERR_LIMIT);
}

TEST(secretbox_gives_whole_buckets_and_what_it_has)
{
        ag_access *access CLEANUP(ag_access_freep) = whole(AG_CIPHER_SECRETBOX);
        ag_access *bucket CLEANUP(ag_access_freep) = NULL;
        ag_access *prefix CLEANUP(ag_access_freep) = NULL;

        CHECK_AG(limit(access, "bucket", "photos", &prefix), AG_ERR_CIPHER);
        CHECK_AG_OK(limit(access, "bucket", "", &bucket));
        CHECK_INT(ag_access_entry(bucket, 0).cipher, AG_CIPHER_SECRETBOX);
        CHECK_AG(limit(bucket, "bucket", "photos", &prefix), AG_ERR_CIPHER);
}
