/* SPDX-License-Identifier: Apache-2.0
 *
 * Secrets at rest: AES-256-GCM under a subkey per purpose (HKDF-SHA256 of a master key). What is
 * sealed is bound to its purpose, its row and the key, so that nothing can be moved elsewhere.
 *
 * A sealed value is key id (4 bytes) || nonce (12) || ciphertext || tag (16).
 */
#pragma once

#include "base/crypto.h"
#include "base/encode.h"
#include "base/secret.h"
#include "oauth/ports.h"

enum seal_purpose {
        SEAL_CLIENT_SECRET,
        SEAL_API_KEY,
        SEAL_PROJECT_SECRET,
        SEAL_KNOWN_VALUE, /* shows at start that the key fits the database */
        SEAL_PURPOSES,
};

enum { SEAL_KEYS = 8, SEAL_KEY_ID_SIZE = 4 };

struct seal_key {
        uint8_t id[SEAL_KEY_ID_SIZE];
        struct crypto_key purposes[SEAL_PURPOSES];
};

/* The keys of the key file, newest first; the newest seals, any opens. */
struct seal {
        struct seal_key keys[SEAL_KEYS];
        size_t n_keys;
};

/* Adds a master key behind those there are. Return: false if there are SEAL_KEYS already. */
bool seal_add(struct seal *seal, const uint8_t id[SEAL_KEY_ID_SIZE], struct secret master);

/* `row` is the id of the row the value stands in. Return: ERR_OK; ERR_INTERNAL. */
enum err seal_close(const struct seal *seal, const struct entropy_port *entropy,
                    enum seal_purpose purpose, const struct uuid *row, struct secret plain,
                    struct arena *arena, struct slice *ret_sealed);

/* Return: ERR_OK; ERR_NOT_AUTHENTIC: another key, row or purpose, or damaged. */
enum err seal_open(const struct seal *seal, enum seal_purpose purpose, const struct uuid *row,
                   struct slice sealed, struct arena *arena, struct secret *ret_plain);

/* Opens a value nobody uses, at the cost of a client secret's: for clients that are not there.
 * Return: ERR_OK; ERR_INTERNAL. */
enum err seal_open_stand_in(const struct seal *seal, struct arena *arena, struct secret *ret_plain);
