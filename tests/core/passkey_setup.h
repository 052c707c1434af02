/* SPDX-License-Identifier: Apache-2.0
 *
 * A passkey in software, with the key pair of RFC 8032 section 7.1, test 1.
 */
#pragma once

#include <openssl/evp.h>

#include "core.h"
#include "core/people/passkey/challenge.h"
#include "core/people/passkey/passkey.h"
#include "core/people/passkey/proof.h"

#define PASSKEY_ID "a credential"

static const uint8_t passkey_private[32] = {0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60,
                                            0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4,
                                            0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19,
                                            0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60};

/* Behind an AAGUID of zeros: the length of its id, the id, and the key as RFC 9053 section 7.2 has
 * it. */
#define PASSKEY_CREDENTIAL(id)                                                                     \
        "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x0c" id "\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20"     \
        "\xd7\x5a\x98\x01\x82\xb1\x0a\xb7\xd5\x4b\xfe\xd3\xc9\x64\x07\x3a"                         \
        "\x0e\xe1\x72\xf3\xda\xa6\x23\x25\xaf\x02\x1a\x68\xf7\x07\x51\x1a"

/* What it says stays until it says the next; nothing here fails where memory does. */
static uint8_t passkey_client_bytes[1024], passkey_data_bytes[256], passkey_signature[64];

static inline struct slice passkey_client_data(struct op *op, const char *type,
                                               struct slice challenge)
{
        struct buf text = BUF_ON(passkey_client_bytes);

        buf_put_string(&text, "{\"type\":\"webauthn.");
        buf_put_string(&text, type);
        buf_put_string(&text, "\",\"challenge\":\"");
        buf_put(&text, challenge);
        buf_put_string(&text, "\",\"origin\":\"");
        buf_put(&text, op->ports->policy->issuer);
        buf_put_string(&text, "\"}");
        return buf_slice(&text);
}

static inline struct slice passkey_data(struct op *op, unsigned flags, uint8_t counter,
                                        struct slice credential)
{
        struct buf data = BUF_ON(passkey_data_bytes);
        struct digest server;

        crypto_sha256(passkey_host(op), &server);
        buf_put(&data, SLICE_ARRAY(server.bytes));
        buf_put_byte(&data, (uint8_t)flags);
        buf_put(&data, SLICE("\0\0\0"));
        buf_put_byte(&data, counter);
        buf_put(&data, credential);
        return buf_slice(&data);
}

static inline struct passkey_registration
passkey_registration_of(struct op *op, struct slice challenge, struct slice credential)
{
        return (struct passkey_registration){
                SLICE("A key"), passkey_client_data(op, "create", challenge),
                passkey_data(op, WEBAUTHN_USER_PRESENT | WEBAUTHN_HAS_CREDENTIAL, 0, credential)};
}

static inline void passkey_sign(struct slice message)
{
        EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, passkey_private,
                                                     sizeof(passkey_private));
        EVP_MD_CTX *context = EVP_MD_CTX_new();
        size_t size = sizeof(passkey_signature);

        CHECK_INT(EVP_DigestSignInit(context, NULL, NULL, NULL, key), 1);
        CHECK_INT(EVP_DigestSign(context, passkey_signature, &size, message.data, message.size), 1);
        EVP_MD_CTX_free(context);
        EVP_PKEY_free(key);
}

/* Signed for a challenge. */
static inline struct passkey_proof passkey_proof_of(struct op *op, const struct uuid *account_id,
                                                    struct slice challenge, uint8_t counter)
{
        const struct passkey_proof proof = {
                .credential = SLICE(PASSKEY_ID),
                .client_data = passkey_client_data(op, "get", challenge),
                .data = passkey_data(op, WEBAUTHN_USER_PRESENT | WEBAUTHN_USER_VERIFIED, counter,
                                     (struct slice){0}),
                .signature = SLICE_ARRAY(passkey_signature),
                .user_handle = uuid_slice(account_id),
        };
        struct buf message CLEANUP(buf_deinit) = BUF_LOCAL(512);
        struct digest digest;

        crypto_sha256(proof.client_data, &digest);
        buf_put(&message, proof.data);
        buf_put(&message, SLICE_ARRAY(digest.bytes));
        passkey_sign(buf_slice(&message));
        return proof;
}

/* Adds it to the account of a session. */
static inline void passkey_set_up(struct op *op, const struct session *session, struct passkey *ret)
{
        struct passkey_registration form;
        struct passkey_setup setup;

        op->account_id = session->account.id;
        CHECK_OK(passkey_begin(op, session, &(struct confirmation){PASSWORD}, &setup));
        form = passkey_registration_of(op, setup.challenge, SLICE(PASSKEY_CREDENTIAL(PASSKEY_ID)));
        CHECK_OK(passkey_add(op, session, &form, ret));
}
