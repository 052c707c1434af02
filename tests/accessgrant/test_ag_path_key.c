/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys along a path and encrypted paths, compared with those of Storj's own library.
 */
#include "ag_made.h"
#include "ag_published.h"
#include "ag_test.h"

#include "accessgrant/access_prefix.h"
#include "accessgrant/path_key.h"

/* The access to a whole project. */
static ag_access *whole(const char *root_hex, enum ag_cipher cipher)
{
        uint8_t root_key[AG_KEY_SIZE];
        ag_access *access = NULL;

        key_from_hex(root_hex, root_key);
        CHECK_AG_OK(ag_access_new(root_key, cipher, &access));
        return access;
}

/* The path, plain in hex, of the bucket "bucket": its encryption, and an entry made of that. */
static void check_path(const ag_access *access, const char *plain_hex, const char *encrypted_hex,
                       const char *key_hex)
{
        struct buf plain CLEANUP(buf_deinit) = from_hex(plain_hex);
        struct ag_place place = {text_bytes("bucket"), buf_bytes(&plain)};
        struct buf encrypted CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_PATH);
        ag_access *made CLEANUP(ag_access_freep) = NULL;
        struct ag_path path = {place.bucket, {0}};

        CHECK_AG_OK(ag_access_encrypt(access, &place, &encrypted));
        CHECK_HEX(buf_slice(&encrypted), encrypted_hex);
        path.encrypted = ag_of(buf_slice(&encrypted));
        CHECK_AG_OK(ag_access_make(ag_access_path_cipher(access), &made));
        CHECK_AG_OK(ag_access_pass_on(access, &path, made));
        CHECK_AG_HEX(ag_access_entry(made, 0).path, plain_hex);
        CHECK_AG_HEX(ag_access_entry(made, 0).encrypted, encrypted_hex);
        CHECK_AG_HEX(ag_bytes_new(made->entries[0]->key, AG_KEY_SIZE), key_hex);
}

TEST(keys_descend_as_storj_has_it)
{
        static const char *const rows[][2] = {
                {"bucket", "918c361482e530908c9ab432ee592af2b95a8d12ce920ed87fad0299e049a89c"},
                {"photos", "22f4dca7a686d8967bb93c1f27e88a572887157df523a669f84ea4ba8f57a76f"},
                {"2024", "d43abb587b830485bbebc5cacbc8b00341a9de95a76c2bb959fd7aa4c31bc86a"},
        };
        uint8_t key[AG_KEY_SIZE];

        key_from_hex(ROOT_HEX, key);
        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                CHECK_AG_OK(ag_path_key_descend(key, slice_from_string(rows[i][0])));
                CHECK_AG_HEX(ag_bytes_new(key, sizeof(key)), rows[i][1]);
        }
        CHECK_AG(ag_path_key_descend(key, slice_new("", AG_MAX_PATH + 1)), AG_ERR_LIMIT);
}

/* Plain, encrypted, key. */
static const char *const known_paths[][3] = {
        {"", "", "918c361482e530908c9ab432ee592af2b95a8d12ce920ed87fad0299e049a89c"},
        {"2f", "02b3cbbafb5cb43b08790102be1c2f02e14e15ef476cf7c6b0f55cbb",
         "edc0c0278b5e2eb73398e10810bdb8ef7897e540e37032f5602defea6a7d1247"},
        {"2f2f",
         "02b3cbbafb5cb43b08790102be1c2f02e14e15ef476cf7c6b0f55cbb2f02b5b76e3e8090212e021b"
         "1d8042",
         "a079495e32deabff20d155c743341dd9919fa0f4413adbbf0e779b8504bf526d"},
        {"61", "020d6db0a7727e785407c9161d0c74d90102380ae7c20cafa7f1fc6a575d16",
         "87c332b4e48fdcfdf278bdef8fe045b931e1c9bf1a5b98534f7fde723574e49c"},
        {"612f",
         "020d6db0a7727e785407c9161d0c74d90102380ae7c20cafa7f1fc6a575d162f02b4ce2e01541545"
         "5eeaf54b85d7",
         "12a4eef75b809efd934c32718f99b0db19957498e534413b000cd7bd79889cfd"},
        {"2f61",
         "02b3cbbafb5cb43b08790102be1c2f02d8313d13267bf93d8445f475a2798040348d78e9fb2aaf86"
         "b0c4a78a81",
         "91d313e8dc2bbccfd46e9cfe34ae9f87bdea2b7bf6045e9a6f26e3163ba99ac5"},
        {"70686f746f73", "028ca14b967149ed5eaf243e47f06234b067f90af0c71d8a47046e1dfe0172d5b2793b6a",
         "22f4dca7a686d8967bb93c1f27e88a572887157df523a669f84ea4ba8f57a76f"},
        {"70686f746f732f",
         "028ca14b967149ed5eaf243e47f06234b067f90af0c71d8a47046e1dfe0172d5b2793b6a2f02a057"
         "767f9691d91f13450551",
         "6f55d4850cf0d5304e486de9fb1390bd964615410be4e8c4354a920a060b68b8"},
        {"70686f746f732f32303234",
         "028ca14b967149ed5eaf243e47f06234b067f90af0c71d8a47046e1dfe0172d5b2793b6a2f025dd0"
         "0e48849458797fb46ea04e0102b8e47ec7232405e383cba5051ed86c7f0fe9",
         "d43abb587b830485bbebc5cacbc8b00341a9de95a76c2bb959fd7aa4c31bc86a"},
        {"70686f746f732f323032342f",
         "028ca14b967149ed5eaf243e47f06234b067f90af0c71d8a47046e1dfe0172d5b2793b6a2f025dd0"
         "0e48849458797fb46ea04e0102b8e47ec7232405e383cba5051ed86c7f0fe92f02e5e8312971b4cf"
         "b90b01011739",
         "47f15229646f300c81c8d1f949b447b753230e461bbf9296d4cc640bbea9be07"},
        {"70686f746f732f323032342f696d6720312e6a7067",
         "028ca14b967149ed5eaf243e47f06234b067f90af0c71d8a47046e1dfe0172d5b2793b6a2f025dd0"
         "0e48849458797fb46ea04e0102b8e47ec7232405e383cba5051ed86c7f0fe92f02fe02866c194e3e"
         "44d32b7f5cefab8a13ecfe0179f34cf9a8cfd050f3ec0efde4e9057e37874938",
         "a7cd7c9a5026f5ebf6e2a3f9ff5bf372e1ad76a0be6ab1f05fbfc29710071bac"},
        {"ff00012e2f",
         "02b913f70102010136dbd5c96ec3ec89dcf364b7b06e70184d766b738b13782a048fc92f02f07f91"
         "627c78a95e23d8b49d",
         "71c73a65799d86ba5a300885f2c9917ed2b776429e1dc2f10e658a39392b1eb4"},
};

TEST(paths_are_encrypted_and_opened_as_storj_does)
{
        ag_access *access CLEANUP(ag_access_freep) = whole(ROOT_HEX, AG_CIPHER_AES_GCM);

        for (size_t i = 0; i < ARRAY_SIZE(known_paths); i++)
                check_path(access, known_paths[i][0], known_paths[i][1], known_paths[i][2]);
}

TEST(paths_in_clear_have_the_same_keys)
{
        ag_access *access CLEANUP(ag_access_freep) = whole(ROOT_HEX, AG_CIPHER_NULL);

        for (size_t i = 0; i < ARRAY_SIZE(known_paths); i++)
                check_path(access, known_paths[i][0], known_paths[i][0], known_paths[i][2]);
}

TEST(a_published_path_is_encrypted_as_storj_does)
{
        ag_access *access CLEANUP(ag_access_freep) = whole(SECRET_HEX, AG_CIPHER_AES_GCM);
        struct ag_place place = {text_bytes("bucket"), text_bytes("fold1/fold2/fold3/file.txt")};
        struct buf encrypted CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_PATH);

        CHECK_AG_OK(ag_access_encrypt(access, &place, &encrypted));
        CHECK_HEX(buf_slice(&encrypted),
                  "02387ce34e2054bcb9a0428b820102876eef8325a8397bf7568e91afc40739406ffad12f024"
                  "53d291b9cb8947155462d6c1edc2367507b0de55b46fa7231f3ba6ad7ce79f4822f02ad7257"
                  "e8ef4f938ac6b6794b50852873d1b3d32e018dfb17a674dc806ac6e8ddd4262f02aa2128dc8"
                  "614940f7cf6628513b581f7c18724af3c01018f7c861520c2fdfd78f7b1b25ce0");
}

TEST(the_first_empty_component_is_only_a_nonce)
{
        ag_access *access CLEANUP(ag_access_freep) =
                whole("0000000000000000000000000000000000000000000000000000000000000000",
                      AG_CIPHER_AES_GCM);
        struct ag_place place = {text_bytes("bucket"), text_bytes("/")};
        struct buf encrypted CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_PATH);

        CHECK_AG_OK(ag_access_encrypt(access, &place, &encrypted));
        CHECK(encrypted.size > 14 && encrypted.data[13] == '/');
        CHECK_AG_HEX(ag_bytes_new(encrypted.data, 13), "02f25b8ce66a29872dedc91053");
}

TEST(paths_of_other_ciphers_are_not_made_but_whole_buckets_are)
{
        static const enum ag_cipher others[] = {AG_CIPHER_UNSPECIFIED, AG_CIPHER_SECRETBOX,
                                                AG_CIPHER_NULL_BASE64URL};

        for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
                ag_access *access CLEANUP(ag_access_freep) = whole(ROOT_HEX, AG_CIPHER_NULL);
                ag_access *made CLEANUP(ag_access_freep) = NULL;
                struct ag_place place = {text_bytes("bucket"), text_bytes("photos")};
                struct ag_path path = {place.bucket, place.prefix};
                struct buf encrypted CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_PATH);

                access->path_cipher = others[i];
                CHECK_AG(ag_access_encrypt(access, &place, &encrypted), AG_ERR_CIPHER);
                CHECK_AG_OK(ag_access_make(others[i], &made));
                CHECK_AG(ag_access_pass_on(access, &path, made), AG_ERR_CIPHER);
                check_path(access, "", "", known_paths[0][2]);
        }
}

TEST(a_path_that_was_encrypted_otherwise_is_noticed)
{
        static const char *const rows[] = {
                "photos",
                "\x01",
                "\x02",
                "\x02 short",
                "\x02 twelve bytes and more but no tag ..",
                "\x02twelve bytesand fifteen mor",
                /* as long as the tag of an empty component */
                "\x02twelve bytesand sixteen more",
                "\x02 twelve bytes and",
        };
        ag_access *access CLEANUP(ag_access_freep) = whole(ROOT_HEX, AG_CIPHER_AES_GCM);

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                ag_access *made CLEANUP(ag_access_freep) = NULL;
                struct ag_path path = {text_bytes("bucket"), text_bytes(rows[i])};

                CHECK_AG_OK(ag_access_make(AG_CIPHER_AES_GCM, &made));
                CHECK_AG(ag_access_pass_on(access, &path, made), AG_ERR_WRONG_KEY);
                CHECK_INT(ag_access_n_entries(made), 0);
        }
}

TEST(a_listing_prefix_is_opened_with_its_slash)
{
        ag_access *access CLEANUP(ag_access_freep) = whole(ROOT_HEX, AG_CIPHER_AES_GCM);
        ag_access *made CLEANUP(ag_access_freep) = NULL;
        struct buf prefix CLEANUP(buf_deinit) = from_hex(known_paths[6][1]);
        struct ag_path path = {text_bytes("bucket"), {0}};

        buf_put_byte(&prefix, '/');
        path.encrypted = buf_bytes(&prefix);
        CHECK_AG_OK(ag_access_make(AG_CIPHER_AES_GCM, &made));
        CHECK_AG_OK(ag_access_pass_on(access, &path, made));
        CHECK_AG_TEXT(ag_access_entry(made, 0).path, "photos/");
}

TEST(an_encrypted_path_must_fit_too)
{
        ag_access *access CLEANUP(ag_access_freep) = whole(ROOT_HEX, AG_CIPHER_AES_GCM);
        struct buf slashes CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_PATH);
        struct buf encrypted CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_PATH);
        struct ag_place place = {text_bytes("bucket"), {0}};

        while (slashes.size < AG_MAX_PATH)
                buf_put_byte(&slashes, '/');
        place.prefix = buf_bytes(&slashes);
        CHECK_AG(ag_access_encrypt(access, &place, &encrypted), AG_ERR_LIMIT);
}

TEST(a_path_in_clear_must_fit_too)
{
        ag_access *access CLEANUP(ag_access_freep) = whole(ROOT_HEX, AG_CIPHER_NULL);
        struct buf letters CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_PATH + 1);
        struct ag_place place = {text_bytes("bucket"), {0}};

        while (letters.size < AG_MAX_PATH)
                buf_put_byte(&letters, 'a');
        for (int more = 0; more < 2; more++) {
                struct buf encrypted CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_PATH);

                place.prefix = buf_bytes(&letters);
                CHECK_AG(ag_access_encrypt(access, &place, &encrypted),
                         more ? AG_ERR_LIMIT : AG_OK);
                buf_put_byte(&letters, 'a');
        }
}
