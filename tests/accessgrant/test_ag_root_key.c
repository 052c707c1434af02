/* SPDX-License-Identifier: Apache-2.0
 *
 * Root keys of passphrases, and a grant made with one.
 */
#include "ag_made.h"
#include "ag_published.h"
#include "ag_test.h"

#define SALT_HEX "101112131415161718191a1b1c1d1e1f"

static void check_key(const char *passphrase_hex, const char *salt_hex, void *memory,
                      const char *key_hex)
{
        struct buf passphrase CLEANUP(buf_deinit) = from_hex(passphrase_hex);
        struct buf salt CLEANUP(buf_deinit) = from_hex(salt_hex);
        uint8_t key[AG_KEY_SIZE];

        CHECK_AG_OK(ag_root_key(buf_bytes(&passphrase), buf_bytes(&salt), memory, key));
        CHECK_AG_HEX(ag_bytes_new(key, sizeof(key)), key_hex);
}

TEST(root_keys_are_derived_as_storj_does)
{
        check_key("70617373776f7264", "73616c74", NULL,
                  "70be422575999f1bdb4ec425538facf36874f52bff06c6664c736f3c241c7266");
        check_key("", SALT_HEX, NULL,
                  "aa7efd9b13561c0fa255a7a30aebd11e133bcfbf7a44e13f09f68cdc7f47a61e");
        check_key("74657374696e67", SALT_HEX, NULL, ROOT_HEX);
        check_key("70c3a473732077c3b67264", SALT_HEX, NULL,
                  "50079692eb538048ab4d692f5e2599d1b7fd01c933c327c3542bc3ef8c0c2d45");
}

static bool is_zero(const uint8_t *memory, size_t size)
{
        return memory[0] == 0 && memcmp(memory, memory + 1, size - 1) == 0;
}

TEST(memory_that_was_handed_in_gives_the_same_and_keeps_nothing)
{
        uint8_t *memory = malloc(AG_ROOT_KEY_MEMORY);

        CHECK(memory);
        memset(memory, 0xa5, AG_ROOT_KEY_MEMORY);
        check_key("74657374696e67", SALT_HEX, memory, ROOT_HEX);
        CHECK(is_zero(memory, AG_ROOT_KEY_MEMORY));
        check_key("70617373776f7264", "73616c74", memory,
                  "70be422575999f1bdb4ec425538facf36874f52bff06c6664c736f3c241c7266");
        CHECK(is_zero(memory, AG_ROOT_KEY_MEMORY));
        free(memory);
}

TEST(a_grant_is_made_from_passphrase_salt_and_key_as_storj_does)
{
        struct buf salt CLEANUP(buf_deinit) =
                from_hex("5c68d8bf1d18bc15e16e3acb2bbf809d3cd9f6d505604e97a8e1a03bfeb58438");
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;
        ag_access *access CLEANUP(ag_access_freep) = NULL;
        ag_grant *grant CLEANUP(ag_grant_freep) = NULL;
        char *text CLEANUP(ag_text_freep) = NULL;
        uint8_t root_key[AG_KEY_SIZE];

        CHECK_AG_OK(
                ag_root_key(text_bytes("supersecretpassphrase"), buf_bytes(&salt), NULL, root_key));
        CHECK_AG_HEX(ag_bytes_new(root_key, sizeof(root_key)),
                     "6953952a8f19b3362652637de1bef9047a7f913ea1fb707a437102c01d83d9c8");
        CHECK_AG_OK(ag_access_new(root_key, AG_CIPHER_AES_GCM, &access));
        CHECK_AG_OK(ag_api_key_parse(text_bytes(published_keys[4].text), AG_STRICT, &key));
        CHECK_AG_OK(ag_grant_new(text_bytes("a"), key, access, &grant));
        CHECK_AG_OK(ag_grant_text(grant, &text));
        CHECK_STRING(text, published_grants[6].text);
}

TEST(passphrases_and_salts_have_a_limit)
{
        uint8_t key[AG_KEY_SIZE] = {1};
        struct ag_bytes large = {(const uint8_t *)"", AG_MAX_TEXT + 1};

        CHECK_AG(ag_root_key(large, text_bytes("salt"), NULL, key), AG_ERR_LIMIT);
        CHECK_AG(ag_root_key(text_bytes("passphrase"), large, NULL, key), AG_ERR_LIMIT);
        CHECK_INT(key[0], 1);
}
