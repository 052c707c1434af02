/* SPDX-License-Identifier: Apache-2.0
 *
 * API keys: their text, their parts, their signature.
 */
#include "ag_made.h"
#include "ag_published.h"
#include "ag_test.h"

#define TAIL_HEX "62215de7bddcea7e2c4047ff6bb94f8d18262fc8b3f3648134bb7d44158ff84d"

static ag_api_key *parsed(const char *text)
{
        ag_api_key *key = NULL;

        CHECK_AG_OK(ag_api_key_parse(text_bytes(text), AG_STRICT, &key));
        return key;
}

TEST(published_keys_are_read_and_come_out_the_same)
{
        for (size_t i = 0; i < ARRAY_SIZE(published_keys); i++) {
                ag_api_key *key CLEANUP(ag_api_key_freep) = parsed(published_keys[i].text);
                char *text CLEANUP(ag_text_freep) = NULL;

                CHECK_AG_HEX(ag_api_key_head(key), published_keys[i].head);
                CHECK_AG_HEX(ag_api_key_tail(key), published_keys[i].tail);
                CHECK_AG_HEX(ag_api_key_raw(key), published_keys[i].raw);
                CHECK_INT(ag_api_key_n_caveats(key), published_keys[i].n_caveats);
                CHECK_AG_OK(ag_api_key_text(key, &text));
                CHECK_STRING(text, published_keys[i].text);
        }
}

TEST(the_caveat_of_a_published_key_is_its_nonce)
{
        ag_api_key *key CLEANUP(ag_api_key_freep) = parsed(published_keys[2].text);
        struct ag_caveat caveat;

        CHECK_AG_OK(ag_api_key_caveat(key, 0, &caveat));
        CHECK_AG_HEX(caveat.message, "f20104bf532658");
        CHECK_AG_HEX(caveat.nonce, "bf532658");
        CHECK_INT(caveat.disallowed, 0);
        CHECK(!caveat.has_not_after && !caveat.has_not_before && !caveat.has_max_object_ttl);
}

TEST(a_key_is_made_of_secret_and_head)
{
        struct buf secret CLEANUP(buf_deinit) = from_hex(SECRET_HEX);
        struct buf head CLEANUP(buf_deinit) = from_hex(HEAD_HEX);
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;
        char *text CLEANUP(ag_text_freep) = NULL;

        CHECK_AG_OK(ag_api_key_new(buf_bytes(&secret), buf_bytes(&head), &key));
        CHECK_AG_HEX(ag_api_key_head(key), HEAD_HEX);
        CHECK_AG_HEX(ag_api_key_tail(key), TAIL_HEX);
        CHECK_AG_OK(ag_api_key_text(key, &text));
        CHECK_STRING(text, made_g0.api_key);
}

TEST(secret_and_head_have_one_size)
{
        struct buf good CLEANUP(buf_deinit) = from_hex(SECRET_HEX);
        struct ag_bytes whole = buf_bytes(&good), part = {whole.data, whole.size - 1};
        ag_api_key *key = NULL;

        CHECK_AG(ag_api_key_new(part, whole, &key), AG_ERR_KEY_SIZE);
        CHECK_AG(ag_api_key_new(whole, part, &key), AG_ERR_KEY_SIZE);
        CHECK_AG(ag_api_key_new((struct ag_bytes){0}, whole, &key), AG_ERR_KEY_SIZE);
        CHECK(!key);
}

TEST(a_signature_is_verified_and_its_tails_are_told)
{
        struct buf secret CLEANUP(buf_deinit) = from_hex(SECRET_HEX);
        ag_api_key *key CLEANUP(ag_api_key_freep) = parsed(made_g3.api_key);
        uint8_t tails[AG_MAX_CAVEATS + 1][AG_TAIL_SIZE];

        CHECK_INT(ag_api_key_n_caveats(key), 2);
        CHECK_AG_OK(ag_api_key_verify(key, buf_bytes(&secret), tails));
        CHECK_AG_HEX(ag_bytes_new(tails[0], AG_TAIL_SIZE), TAIL_HEX);
        CHECK_AG_HEX(ag_bytes_new(tails[1], AG_TAIL_SIZE), made_g2.tail);
        CHECK_AG_HEX(ag_bytes_new(tails[2], AG_TAIL_SIZE), made_g3.tail);
        CHECK_AG_OK(ag_api_key_verify(key, buf_bytes(&secret), NULL));
}

TEST(every_made_key_was_signed_with_the_secret)
{
        static const struct made_grant *const all[] = {
                &made_g0, &made_g1, &made_g2, &made_g3, &made_g4,  &made_g5,
                &made_g6, &made_g7, &made_g8, &made_g9, &made_g10, &made_g11,
        };
        struct buf secret CLEANUP(buf_deinit) = from_hex(SECRET_HEX);

        for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
                ag_api_key *key CLEANUP(ag_api_key_freep) = parsed(all[i]->api_key);

                CHECK_AG_OK(ag_api_key_verify(key, buf_bytes(&secret), NULL));
        }
}

TEST(another_secret_is_noticed_and_tells_no_tails)
{
        struct buf head CLEANUP(buf_deinit) = from_hex(HEAD_HEX);
        ag_api_key *key CLEANUP(ag_api_key_freep) = parsed(made_g0.api_key);
        uint8_t tails[1][AG_TAIL_SIZE] = {{0}};

        CHECK_AG(ag_api_key_verify(key, buf_bytes(&head), tails), AG_ERR_SIGNATURE);
        CHECK_AG(ag_api_key_verify(key, (struct ag_bytes){0}, tails), AG_ERR_SIGNATURE);
        CHECK_INT(tails[0][0], 0);
}

TEST(any_change_of_a_key_is_noticed)
{
        struct buf secret CLEANUP(buf_deinit) = from_hex(SECRET_HEX);
        struct buf raw CLEANUP(buf_deinit) = from_hex(made_g1.raw);

        for (size_t i = 0; i < raw.size; i++) {
                ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;

                raw.data[i] ^= 1;
                if (!ag_api_key_parse_raw(buf_bytes(&raw), AG_LENIENT, &key))
                        CHECK_AG(ag_api_key_verify(key, buf_bytes(&secret), NULL),
                                 AG_ERR_SIGNATURE);
                raw.data[i] ^= 1;
        }
}

TEST(mistyped_cut_and_padded_texts_are_refused)
{
        char text[200];
        ag_api_key *key = NULL;

        (void)snprintf(text, sizeof(text), "%s", made_g0.api_key);
        text[50] = text[50] == 'a' ? 'b' : 'a';
        CHECK_AG(ag_api_key_parse(text_bytes(text), AG_LENIENT, &key), AG_ERR_CHECKSUM);
        CHECK_AG(ag_api_key_parse(ag_bytes_new(made_g0.api_key, 102), AG_LENIENT, &key),
                 AG_ERR_CHECKSUM);
        (void)snprintf(text, sizeof(text), "%s\n", made_g0.api_key);
        CHECK_AG(ag_api_key_parse(text_bytes(text), AG_LENIENT, &key), AG_ERR_TEXT);
        CHECK_AG(ag_api_key_parse(text_bytes(""), AG_LENIENT, &key), AG_ERR_TEXT);
        CHECK_AG(ag_api_key_parse((struct ag_bytes){0}, AG_LENIENT, &key), AG_ERR_TEXT);
        CHECK_AG(ag_api_key_parse(text_bytes(made_g0.text), AG_LENIENT, &key), AG_ERR_API_KEY);
}
