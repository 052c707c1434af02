/* SPDX-License-Identifier: Apache-2.0
 *
 * Grants: read from text, built from parts, with keys set and removed.
 */
#include "ag_made.h"
#include "ag_published.h"
#include "ag_test.h"

#include "accessgrant/base58.h"

/* The parts of made_g0, as fields of the message. */
#define F_SATELLITE                                                                                \
        "0a45313245617952533256316b45735745535539514d5273654668647859784b69637369466d7872734c5a48" \
        "654c55746470733353407573312e73746f726a2e696f3a37373737"
#define RAW_KEY                                                                                    \
        "020220" HEAD_HEX "0000062062215de7bddcea7e2c4047ff6bb94f8d18262fc8b3f3648134bb7d44158ff8" \
        "4d"
#define F_API_KEY "1247" RAW_KEY
#define F_ACCESS  "1a240a20" ROOT_HEX "1802"

/* The text of a message in hex; free it with ag_free(). */
static char *text_of(const char *hex)
{
        struct buf message CLEANUP(buf_deinit) = from_hex(hex);
        char *text = NULL;

        CHECK_AG_OK(ag_base58check_text(0, buf_slice(&message), &text));
        return text;
}

static enum ag_error parse(const char *hex, enum ag_mode mode, ag_grant **ret_grant)
{
        char *text CLEANUP(ag_text_freep) = text_of(hex);

        return ag_grant_parse(text_bytes(text), mode, ret_grant);
}

static ag_grant *parsed(const char *text)
{
        ag_grant *grant = NULL;

        CHECK_AG_OK(ag_grant_parse(text_bytes(text), AG_STRICT, &grant));
        return grant;
}

static void check_text(const ag_grant *grant, const char *expected)
{
        char *text CLEANUP(ag_text_freep) = NULL;

        CHECK_AG_OK(ag_grant_text(grant, &text));
        CHECK_STRING(text, expected);
}

static void check_error(const char *hex, enum ag_error strict, enum ag_error lenient)
{
        ag_grant *grant CLEANUP(ag_grant_freep) = NULL;

        CHECK_AG(parse(hex, AG_STRICT, &grant), strict);
        CHECK(!grant);
        CHECK_AG(parse(hex, AG_LENIENT, &grant), lenient);
        CHECK(!grant);
}

/* --- reading --- */

TEST(published_grants_are_read_and_come_out_the_same)
{
        for (size_t i = 0; i < ARRAY_SIZE(published_grants); i++) {
                ag_grant *grant CLEANUP(ag_grant_freep) = parsed(published_grants[i].text);
                char *again CLEANUP(ag_text_freep) = text_of(published_grants[i].message);
                char *api_key CLEANUP(ag_text_freep) = NULL;
                const ag_access *access = ag_grant_access(grant);

                CHECK_STRING(again, published_grants[i].text);
                CHECK_AG_TEXT(ag_grant_satellite(grant), published_grants[i].satellite);
                CHECK_AG_OK(ag_api_key_text(ag_grant_api_key(grant), &api_key));
                CHECK_STRING(api_key, published_grants[i].api_key);
                CHECK_INT(ag_access_has_root_key(access), published_grants[i].root_key != NULL);
                CHECK_INT(ag_access_path_cipher(access), AG_CIPHER_AES_GCM);
                CHECK_INT(ag_access_n_entries(access), 0);
                CHECK(!ag_grant_leaked_root_key(grant));
                if (published_grants[i].comes_out_the_same)
                        check_text(grant, published_grants[i].text);
        }
}

TEST(a_grant_without_a_cipher_comes_out_with_the_usual_one)
{
        ag_grant *grant CLEANUP(ag_grant_freep) = parsed(published_grants[2].text);
        ag_grant *again CLEANUP(ag_grant_freep) = NULL;
        char *text CLEANUP(ag_text_freep) = NULL;

        CHECK_AG_OK(ag_grant_text(grant, &text));
        CHECK(strcmp(text, published_grants[2].text) != 0);
        again = parsed(text);
        check_text(again, text);
}

TEST(the_root_key_of_a_published_grant_is_in_its_access)
{
        for (size_t i = 0; i < ARRAY_SIZE(published_grants); i++) {
                ag_grant *grant CLEANUP(ag_grant_freep) = parsed(published_grants[i].text);
                uint8_t *message CLEANUP(ag_message_freep) = NULL;
                size_t size = 0;

                if (!published_grants[i].root_key)
                        continue;
                CHECK_AG_OK(ag_access_serialize(ag_grant_access(grant), &message, &size));
                CHECK_INT(size, 2 + AG_KEY_SIZE + 2);
                CHECK_AG_HEX(ag_bytes_new(message + 2, AG_KEY_SIZE), published_grants[i].root_key);
        }
}

TEST(what_lacks_a_part_is_refused_in_both_modes)
{
        check_error(F_API_KEY F_ACCESS, AG_ERR_SATELLITE, AG_ERR_SATELLITE);
        check_error("0a00" F_API_KEY F_ACCESS, AG_ERR_SATELLITE, AG_ERR_SATELLITE);
        check_error(F_SATELLITE F_ACCESS, AG_ERR_API_KEY, AG_ERR_API_KEY);
        check_error(F_SATELLITE F_API_KEY, AG_ERR_ACCESS, AG_ERR_ACCESS);
        check_error("", AG_ERR_SATELLITE, AG_ERR_SATELLITE);
}

TEST(an_empty_access_is_one)
{
        ag_grant *grant CLEANUP(ag_grant_freep) = NULL;
        char *text CLEANUP(ag_text_freep) = text_of(F_SATELLITE F_API_KEY "1a021802");

        CHECK_AG_OK(parse(F_SATELLITE F_API_KEY "1a00", AG_STRICT, &grant));
        check_text(grant, text);
}

TEST(malformed_grants_are_refused_in_both_modes)
{
        check_error(F_SATELLITE F_API_KEY "1a240a20" ROOT_HEX "18", AG_ERR_MESSAGE, AG_ERR_MESSAGE);
        check_error("0801" F_API_KEY F_ACCESS, AG_ERR_MESSAGE, AG_ERR_MESSAGE);
        check_error(F_SATELLITE "1001" F_ACCESS, AG_ERR_MESSAGE, AG_ERR_MESSAGE);
        check_error(F_SATELLITE F_API_KEY "1801", AG_ERR_MESSAGE, AG_ERR_MESSAGE);
        check_error(F_SATELLITE F_API_KEY F_ACCESS "0001", AG_ERR_MESSAGE, AG_ERR_MESSAGE);
        check_error(F_SATELLITE F_API_KEY F_ACCESS "8080808010 01", AG_ERR_MESSAGE, AG_ERR_MESSAGE);
        check_error(RAW_KEY, AG_ERR_MESSAGE, AG_ERR_MESSAGE);
        check_error(F_SATELLITE "120102" F_ACCESS, AG_ERR_API_KEY, AG_ERR_API_KEY);
        check_error(F_SATELLITE F_API_KEY "1a210a1f404142434445464748494a4b4c4d4e4f50515253545556"
                                          "5758595a5b5c5d5e",
                    AG_ERR_ACCESS, AG_ERR_ACCESS);
        check_error(F_SATELLITE F_API_KEY "1a0712050a01622802", AG_ERR_ACCESS, AG_ERR_ACCESS);
}

TEST(foreign_forms_are_read_leniently_and_come_out_canonical)
{
        static const char *const rows[] = {
                F_SATELLITE "124a" RAW_KEY "616263" F_ACCESS,         /* junk behind the key */
                F_SATELLITE F_API_KEY F_ACCESS "4a0161",              /* unknown */
                F_SATELLITE F_API_KEY F_ACCESS "4b08014c",            /* an unknown group */
                F_ACCESS F_API_KEY F_SATELLITE,                       /* out of order */
                "0a0161" F_SATELLITE F_API_KEY F_ACCESS,              /* twice */
                F_SATELLITE F_API_KEY "1a220a20" ROOT_HEX "1a021802", /* in two pieces */
                F_SATELLITE "12c700" RAW_KEY F_ACCESS, /* a size longer than need be */
        };

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                ag_grant *grant CLEANUP(ag_grant_freep) = NULL;

                CHECK_AG(parse(rows[i], AG_STRICT, &grant), AG_ERR_NOT_CANONICAL);
                CHECK_AG_OK(parse(rows[i], AG_LENIENT, &grant));
                check_text(grant, made_g0.text);
        }
}

TEST(a_caveat_that_cannot_be_read_opens_and_allows_nothing)
{
        static const char hex[] =
                F_SATELLITE "124e 020220" HEAD_HEX "00 020463617631 00 000620" HEAD_HEX F_ACCESS;
        static const uint8_t nonce[16];
        struct ag_restriction restriction = {.rights = AG_RIGHT_READ,
                                             .nonce = ag_bytes_new(nonce, sizeof(nonce))};
        ag_grant *grant CLEANUP(ag_grant_freep) = NULL;
        ag_grant *other = NULL;
        uint8_t root_key[AG_KEY_SIZE] = {0};

        CHECK_AG(parse(hex, AG_STRICT, &grant), AG_ERR_CAVEAT);
        CHECK_AG_OK(parse(hex, AG_LENIENT, &grant));
        CHECK(!ag_access_has_root_key(ag_grant_access(grant)));
        CHECK_INT(ag_access_n_entries(ag_grant_access(grant)), 0);
        CHECK(ag_grant_leaked_root_key(grant));
        CHECK_AG(ag_grant_restrict(grant, &restriction, &other), AG_ERR_CAVEAT);
        CHECK_AG(ag_grant_set_key(grant, root_key, &other), AG_ERR_CAVEAT);
}

TEST(texts_that_are_no_grant_are_told_apart)
{
        ag_grant *grant = NULL;
        char text[700];

        CHECK_AG(ag_grant_parse(text_bytes(""), AG_LENIENT, &grant), AG_ERR_TEXT);
        CHECK_AG(ag_grant_parse(text_bytes("hello"), AG_LENIENT, &grant), AG_ERR_TEXT);
        CHECK_AG(ag_grant_parse(text_bytes("3MNQE1X"), AG_LENIENT, &grant), AG_ERR_TEXT);
        CHECK_AG(ag_grant_parse(text_bytes(made_g0.api_key), AG_LENIENT, &grant), AG_ERR_MESSAGE);
        (void)snprintf(text, sizeof(text), " %s", made_g2.text);
        CHECK_AG(ag_grant_parse(text_bytes(text), AG_LENIENT, &grant), AG_ERR_TEXT);
        (void)snprintf(text, sizeof(text), "%s", made_g2.text);
        text[100] = text[100] == 'a' ? 'b' : 'a';
        CHECK_AG(ag_grant_parse(text_bytes(text), AG_LENIENT, &grant), AG_ERR_CHECKSUM);
        CHECK_AG(ag_grant_parse(ag_bytes_new(text, AG_MAX_TEXT + 1), AG_LENIENT, &grant),
                 AG_ERR_LIMIT);
}

TEST(cutting_a_grant_anywhere_is_noticed)
{
        struct buf message CLEANUP(buf_deinit) = from_hex(F_SATELLITE F_API_KEY F_ACCESS);

        for (size_t size = 0; size < message.size; size++) {
                ag_grant *grant CLEANUP(ag_grant_freep) = NULL;
                char *text CLEANUP(ag_text_freep) = NULL;

                CHECK_AG_OK(ag_base58check_text(0, slice_to(buf_slice(&message), size), &text));
                CHECK(ag_grant_parse(text_bytes(text), AG_LENIENT, &grant) != AG_OK);
                CHECK(!grant);
        }
}

/* --- leaks --- */

TEST(a_root_key_that_a_limited_grant_carries_is_hidden_and_told)
{
        /* the key of made_g5, limited to a bucket, with the access of made_g0 */
        static const char raw[] =
                "020220" HEAD_HEX "0002252801300138014001480152080a066275636b6574580160016801"
                "70017801f20104a1b2c3d400000620d34c836970a32e2b0364829df68b781013bd52d6de5b93b960"
                "15d89861a7d1e9";
        struct buf hex CLEANUP(buf_deinit) = BUF_INIT(10000);
        ag_grant *grant CLEANUP(ag_grant_freep) = NULL;

        buf_put_string(&hex, F_SATELLITE "126f");
        buf_put_string(&hex, raw);
        buf_put_string(&hex, F_ACCESS);
        buf_put_byte(&hex, '\0');
        CHECK_AG_OK(parse((const char *)hex.data, AG_STRICT, &grant));
        CHECK(ag_grant_leaked_root_key(grant));
        CHECK(!ag_access_has_root_key(ag_grant_access(grant)));
        check_text(grant, made_g5.text);
}

TEST(limited_grants_of_storj_leak_nothing)
{
        ag_grant *grant CLEANUP(ag_grant_freep) = parsed(made_g2.text);

        CHECK(!ag_grant_leaked_root_key(grant));
        CHECK(!ag_access_has_root_key(ag_grant_access(grant)));
}

/* --- parts --- */

TEST(a_grant_needs_an_address_that_fits)
{
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;
        ag_access *access CLEANUP(ag_access_freep) = NULL;
        ag_grant *grant CLEANUP(ag_grant_freep) = NULL;
        uint8_t address[AG_MAX_PATH + 1];

        memset(address, 'a', sizeof(address));
        CHECK_AG_OK(ag_api_key_parse(text_bytes(made_g0.api_key), AG_STRICT, &key));
        CHECK_AG_OK(ag_access_new(NULL, AG_CIPHER_AES_GCM, &access));
        CHECK_AG(ag_grant_new((struct ag_bytes){0}, key, access, &grant), AG_ERR_SATELLITE);
        CHECK_AG(ag_grant_new(ag_bytes_new(address, sizeof(address)), key, access, &grant),
                 AG_ERR_LIMIT);
        CHECK_AG_OK(ag_grant_new(ag_bytes_new(address, AG_MAX_PATH), key, access, &grant));
}

TEST(a_grant_of_a_limited_key_holds_only_what_the_key_leaves)
{
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;
        ag_access *access CLEANUP(ag_access_freep) = NULL;
        ag_grant *grant CLEANUP(ag_grant_freep) = NULL;
        uint8_t root_key[AG_KEY_SIZE];

        key_from_hex(ROOT_HEX, root_key);
        CHECK_AG_OK(ag_api_key_parse(text_bytes(made_g2.api_key), AG_STRICT, &key));
        CHECK_AG_OK(ag_access_new(root_key, AG_CIPHER_AES_GCM, &access));
        CHECK_AG_OK(ag_grant_new(text_bytes(SATELLITE), key, access, &grant));
        CHECK(!ag_grant_leaked_root_key(grant)); /* it was not read from a text */
        check_text(grant, made_g2.text);
}

TEST(a_place_of_another_passphrase_is_left_out)
{
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;
        ag_access *access CLEANUP(ag_access_freep) = NULL;
        ag_grant *grant CLEANUP(ag_grant_freep) = NULL;
        uint8_t root_key[AG_KEY_SIZE];

        key_from_hex(SECRET_HEX, root_key);
        CHECK_AG_OK(ag_api_key_parse(text_bytes(made_g2.api_key), AG_STRICT, &key));
        CHECK_AG_OK(ag_access_new(root_key, AG_CIPHER_AES_GCM, &access));
        CHECK_AG_OK(ag_grant_new(text_bytes(SATELLITE), key, access, &grant));
        CHECK_INT(ag_access_n_entries(ag_grant_access(grant)), 0);
        CHECK(!ag_access_has_root_key(ag_grant_access(grant)));
}

TEST(a_key_along_a_secretbox_path_is_not_derived)
{
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;
        ag_access *access CLEANUP(ag_access_freep) = NULL;
        ag_grant *grant = NULL;
        uint8_t root_key[AG_KEY_SIZE];

        key_from_hex(ROOT_HEX, root_key);
        CHECK_AG_OK(ag_api_key_parse(text_bytes(made_g7.api_key), AG_STRICT, &key));
        CHECK_AG_OK(ag_access_new(root_key, AG_CIPHER_SECRETBOX, &access));
        CHECK_AG(ag_grant_new(text_bytes(SATELLITE), key, access, &grant), AG_ERR_CIPHER);
        CHECK(!grant);
}

TEST(a_grant_does_not_need_its_parts_any_more)
{
        ag_api_key *key = NULL;
        ag_access *access = NULL;
        ag_grant *grant CLEANUP(ag_grant_freep) = NULL;
        char satellite[] = SATELLITE;
        uint8_t root_key[AG_KEY_SIZE];

        key_from_hex(ROOT_HEX, root_key);
        CHECK_AG_OK(ag_api_key_parse(text_bytes(made_g0.api_key), AG_STRICT, &key));
        CHECK_AG_OK(ag_access_new(root_key, AG_CIPHER_AES_GCM, &access));
        CHECK_AG_OK(ag_grant_new(text_bytes(satellite), key, access, &grant));
        memset(satellite, 0, sizeof(satellite));
        ag_api_key_free(key);
        ag_access_free(access);
        check_text(grant, made_g0.text);
}

/* --- removing and setting keys --- */

TEST(keys_are_taken_out_and_given_back)
{
        static const struct made_grant *const all[] = {
                &made_g0, &made_g0n, &made_g1, &made_g2,  &made_g3,  &made_g4,
                &made_g5, &made_g6,  &made_g8, &made_g10, &made_g11,
        };
        uint8_t root_key[AG_KEY_SIZE];

        key_from_hex(ROOT_HEX, root_key);
        for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
                ag_grant *grant CLEANUP(ag_grant_freep) = parsed(all[i]->text);
                ag_grant *bare CLEANUP(ag_grant_freep) = NULL;
                ag_grant *again CLEANUP(ag_grant_freep) = NULL;

                CHECK_AG_OK(ag_grant_remove_key(grant, &bare));
                CHECK(!ag_access_has_root_key(ag_grant_access(bare)));
                CHECK_INT(ag_access_n_entries(ag_grant_access(bare)), 0);
                CHECK_AG_OK(ag_grant_set_key(bare, root_key, &again));
                check_text(again, all[i]->text);
        }
}

TEST(a_grant_has_one_key)
{
        ag_grant *whole CLEANUP(ag_grant_freep) = parsed(made_g0.text);
        ag_grant *limited CLEANUP(ag_grant_freep) = parsed(made_g2.text);
        ag_grant *grant = NULL;
        uint8_t root_key[AG_KEY_SIZE] = {0};

        CHECK_AG(ag_grant_set_key(whole, root_key, &grant), AG_ERR_HAS_KEY);
        CHECK_AG(ag_grant_set_key(limited, root_key, &grant), AG_ERR_HAS_KEY);
        CHECK(!grant);
}

TEST(a_wrong_passphrase_is_noticed_where_paths_are_encrypted)
{
        ag_grant *grant CLEANUP(ag_grant_freep) = parsed(made_g2.text);
        ag_grant *bare CLEANUP(ag_grant_freep) = NULL;
        ag_grant *again CLEANUP(ag_grant_freep) = NULL;
        uint8_t root_key[AG_KEY_SIZE];

        key_from_hex(SECRET_HEX, root_key);
        CHECK_AG_OK(ag_grant_remove_key(grant, &bare));
        CHECK_AG(ag_grant_set_key(bare, root_key, &again), AG_ERR_WRONG_KEY);
        CHECK(!again);
}

TEST(secretbox_grants_are_kept_but_not_given_keys)
{
        ag_grant *grant CLEANUP(ag_grant_freep) = parsed(made_g7.text);
        ag_grant *bare CLEANUP(ag_grant_freep) = NULL;
        ag_grant *again CLEANUP(ag_grant_freep) = NULL;
        uint8_t root_key[AG_KEY_SIZE];

        key_from_hex(ROOT_HEX, root_key);
        check_text(grant, made_g7.text);
        CHECK_AG_OK(ag_grant_remove_key(grant, &bare));
        CHECK_AG(ag_grant_set_key(bare, root_key, &again), AG_ERR_CIPHER);
}

TEST(nothing_is_freed_without_harm)
{
        ag_free(NULL);
        ag_api_key_free(NULL);
        ag_access_free(NULL);
        ag_grant_free(NULL);
}
