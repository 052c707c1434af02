/* SPDX-License-Identifier: Apache-2.0
 *
 * Encryption accesses: their message and their entries.
 */
#include "ag_accesses.h"

/* --- the message --- */

TEST(an_access_names_its_cipher_and_its_root_key_if_it_has_one)
{
        ag_access *without CLEANUP(ag_access_freep) = empty();
        ag_access *with CLEANUP(ag_access_freep) = whole(AG_CIPHER_NULL);

        check_serialized(without, "1802");
        CHECK(!ag_access_has_root_key(without));
        check_serialized(with, "0a20" ROOT_HEX "1801");
        CHECK(ag_access_has_root_key(with));
        CHECK_INT(ag_access_path_cipher(with), AG_CIPHER_NULL);
}

TEST(a_project_has_one_of_three_ciphers)
{
        ag_access *access CLEANUP(ag_access_freep) = NULL;

        CHECK_AG(ag_access_new(NULL, AG_CIPHER_UNSPECIFIED, &access), AG_ERR_CIPHER);
        CHECK_AG(ag_access_new(NULL, AG_CIPHER_NULL_BASE64URL, &access), AG_ERR_CIPHER);
        CHECK_AG(ag_access_new(NULL, (enum ag_cipher)5, &access), AG_ERR_CIPHER);
        CHECK_AG_OK(ag_access_new(NULL, AG_CIPHER_SECRETBOX, &access));
}

TEST(canonical_messages_are_read_strictly_and_come_out_the_same)
{
        static const char *const rows[] = {
                "1802",
                "0a20" KEY "1802",
                "0a20" KEY "1803",
                "12270a0162"
                "2220" KEY "28021802", /* a whole bucket */
                "122a"
                "12016b"
                "1a0165"
                "2220" KEY "2802"
                "1801",
                "0a20" KEY "12270a0162"
                "2220" KEY "28021802",
        };

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                ag_access *access CLEANUP(ag_access_freep) = NULL;

                CHECK_AG_OK(parse(rows[i], AG_STRICT, &access));
                check_serialized(access, rows[i]);
        }
}

TEST(a_cipher_that_is_not_named_is_the_usual_one)
{
        ag_access *access CLEANUP(ag_access_freep) = NULL;

        CHECK_AG_OK(parse("", AG_STRICT, &access));
        CHECK_INT(ag_access_path_cipher(access), AG_CIPHER_AES_GCM);
        check_serialized(access, "1802");
}

TEST(foreign_messages_are_read_leniently_and_come_out_canonical)
{
        static const char *const rows[][2] = {
                {"0a00 1802", "1802"},                /* an empty key that is there */
                {"1802 0a20" KEY, "0a20" KEY "1802"}, /* out of order */
                {"1801 1802", "1802"},                /* twice */
                {"1802 4a0161", "1802"},              /* unknown */
                {"1802 2200", "1802"},                /* parameters nobody writes */
                {"188200", "1802"},                   /* longer than need be */
                {"188202", "1802"},                   /* one byte counts */
                {"1804", "1804"},                     /* a cipher nobody writes */
                {"1807", "1807"},
                {"12270a0162 2220" KEY "2802 12270a0162 2220" ROOT_HEX "2802 1802",
                 "12270a0162 2220" ROOT_HEX "2802 1802"}, /* the same place twice */
                {"1229 2220" KEY "0a0162 2802 3200 1802", "12270a0162 2220" KEY "2802 1802"},
        };

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                ag_access *access CLEANUP(ag_access_freep) = NULL;
                struct buf hex CLEANUP(buf_deinit) = BUF_INIT(1000);

                CHECK_AG(parse(rows[i][0], AG_STRICT, &access), AG_ERR_NOT_CANONICAL);
                CHECK_AG_OK(parse(rows[i][0], AG_LENIENT, &access));
                for (const char *c = rows[i][1]; *c; c++)
                        if (*c != ' ')
                                buf_put_byte(&hex, (uint8_t)*c);
                buf_put_byte(&hex, '\0');
                check_serialized(access, (const char *)hex.data);
        }
}

TEST(malformed_messages_are_refused_in_both_modes)
{
        static const char *const rows[] = {
                "18",                                                                  /* cut */
                "0a1f 404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e", /* 31 */
                "0a21 00" KEY,          /* 33 bytes */
                "0801",                 /* a key that is a number */
                "1a0102",               /* a cipher of bytes */
                "1001",                 /* an entry that is a number */
                "12050a0162 2802 1802", /* an entry without a key */
                "12260a0162 221f 404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e "
                "2802",                                   /* a key of 31 bytes */
                "1200",                                   /* an empty entry */
                "122c 120161 1a03782f79 2220" KEY "2802", /* "a" and "x/y" */
                "1227 120161 2220" KEY "2802",            /* "a" and none */
                "12020a01",                               /* an entry that is cut */
        };

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                ag_access *access CLEANUP(ag_access_freep) = NULL;

                CHECK_AG(parse(rows[i], AG_STRICT, &access), AG_ERR_ACCESS);
                CHECK_AG(parse(rows[i], AG_LENIENT, &access), AG_ERR_ACCESS);
                CHECK(!access);
        }
}

TEST(more_than_fits_is_refused)
{
        ag_access *access CLEANUP(ag_access_freep) = empty();
        char name[20];

        for (unsigned i = 0; i < AG_MAX_PLACES; i++) {
                (void)snprintf(name, sizeof(name), "%u", i);
                CHECK_AG_OK(add(access, name, "", "", 1));
        }
        CHECK_AG(add(access, "one more", "", "", 1), AG_ERR_LIMIT);
        CHECK_AG_OK(add(access, "7", "", "", 2));
        CHECK_AG(ag_access_parse(ag_bytes_new("", AG_MAX_TEXT + 1), AG_LENIENT, &access),
                 AG_ERR_LIMIT);
}

TEST(entries_together_fit_into_a_grant)
{
        char name[AG_MAX_PATH + 2] = "";
        ag_access *access CLEANUP(ag_access_freep) = empty();

        memset(name, 'x', AG_MAX_PATH + 1);
        CHECK_AG(add(access, name, "", "", 1), AG_ERR_LIMIT);
        CHECK_AG(add(access, "b", name, "x", 1), AG_ERR_LIMIT);
        CHECK_AG(add(access, "b", "x", name, 1), AG_ERR_LIMIT);
        name[AG_MAX_PATH] = '\0';
        for (unsigned i = 0; i < AG_MAX_TEXT / AG_MAX_PATH; i++) {
                name[0] = (char)('a' + i);
                CHECK_AG_OK(add(access, name, "", "", 1));
                CHECK_AG_OK(add(access, name, "", "", 2)); /* instead of it */
        }
        CHECK_AG(add(access, "b", "", "", 1), AG_ERR_LIMIT);
}

/* --- entries --- */

TEST(the_nearest_entry_above_a_path_is_found)
{
        static const struct {
                const char *bucket, *plain, *encrypted;
                uint8_t key; /* 0: none */
        } rows[] = {
                {"b1", "u1", "e1", 0},
                {"b1", "u1/u2/u3", "e1/e2/e3", 3},
                {"b1", "u1/u2/u3/u6", "e1/e2/e3/e6", 3},
                {"b1", "u1/u2/u3/u4", "e1/e2/e3/e4", 4},
                {"b1", "u1/u2/u33", "e1/e2/e33", 0},
                {"b1", "u6/u7", "e6/e7", 6},
                {"b1", "u6/u7/u8/u9", "e6/e7/e8/e9", 8},
                {"b1", "u6/", "e6/", 6},
                {"b2", "u1", "e1'", 1},
                {"b2", "u2", "e2", 0},
                {"b3", "", "", 11},
                {"b3", "z1", "z1", 11},
                {"b4", "u1", "e1", 0},
        };
        ag_access *access CLEANUP(ag_access_freep) = storjs_example();

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                struct slice bucket = slice_from_string(rows[i].bucket);
                const struct ag_access_entry *plain = ag_access_find(
                        access, bucket, slice_from_string(rows[i].plain), AG_SIDE_PLAIN);
                const struct ag_access_entry *encrypted = ag_access_find(
                        access, bucket, slice_from_string(rows[i].encrypted), AG_SIDE_ENCRYPTED);

                CHECK(plain == encrypted);
                CHECK_INT(plain ? plain->key[0] : 0, rows[i].key);
        }
}

TEST(entries_that_contradict_each_other_are_refused)
{
        ag_access *access CLEANUP(ag_access_freep) = storjs_example();

        CHECK_AG(add(access, "b1", "u1", "e1/e2/e3", 9), AG_ERR_ACCESS);
        CHECK_AG(add(access, "b1", "u2", "e1", 9), AG_ERR_ACCESS);
        CHECK_AG(add(access, "b1", "u1", "e2", 9), AG_ERR_ACCESS);
        CHECK_AG(add(access, "b1", "u1/u2/u9", "e1/e2/e3", 9), AG_ERR_ACCESS);
        CHECK_AG(add(access, "b1", "", "e", 9), AG_ERR_ACCESS);
        CHECK_AG(add(access, "b1", "u", "", 9), AG_ERR_ACCESS);
        CHECK_AG_OK(add(access, "b1", "u1", "e1", 9));
        CHECK_AG_OK(add(access, "b4", "u1", "e2", 9)); /* another bucket */
}

TEST(entries_are_serialized_by_bucket_and_component)
{
        static const char *const sorted[][2] = {
                {"a", "x"},     {"b", ""},    {"b", "a"},     {"b", "a/"}, {"b", "a/b"},
                {"b", "a/b/c"}, {"b", "a-b"}, {"b", "a.b/c"}, {"b", "b"},  {"bb", ""},
        };
        ag_access *access CLEANUP(ag_access_freep) = empty();

        for (size_t i = ARRAY_SIZE(sorted); i-- > 0;)
                CHECK_AG_OK(add(access, sorted[i][0], sorted[i][1], sorted[i][1], 1));
        ag_access_sort(access);
        CHECK_INT(ag_access_n_entries(access), ARRAY_SIZE(sorted));
        for (size_t i = 0; i < ARRAY_SIZE(sorted); i++) {
                CHECK_AG_TEXT(ag_access_entry(access, i).bucket, sorted[i][0]);
                CHECK_AG_TEXT(ag_access_entry(access, i).path, sorted[i][1]);
        }
}
