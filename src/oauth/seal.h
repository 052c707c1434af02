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
        SEAL_CAVEAT,      /* of a grant */
        SEAL_TAIL,        /* the same */
        SEAL_KNOWN_VALUE, /* shows at start that the key fits the database */
        SEAL_PURPOSES,
};

/* The row of the known value. */
extern const struct uuid seal_no_row;
#define SEAL_KNOWN_NAME "known_value" /* its name among the store's named values */

enum {
        SEAL_KEYS = 64,     /* that one process ever sees */
        SEAL_FILE_KEYS = 8, /* in a key file */
        SEAL_KEY_ID_SIZE = 4,
};

struct seal_key {
        uint8_t id[SEAL_KEY_ID_SIZE];
        struct crypto_key purposes[SEAL_PURPOSES];
};

/* The keys that were read from the key file; the newest seals, any opens. Others may read it while
 * keys are added: they come behind those there are and stay. */
struct seal {
        struct seal_key keys[SEAL_KEYS];
        _Atomic size_t n_keys;
        _Atomic size_t newest; /* the first one of the file */

        /* For a value of an unknown key: looks whether there are more keys by now, and adds them.
         * Return: whether there were. May be NULL: there are none. */
        bool (*reload)(void *context);
        void *context;
};

/* Adds a master key behind those there are. One writer at a time. Return: false if there are
 * SEAL_KEYS already. */
bool seal_add(struct seal *seal, const uint8_t id[SEAL_KEY_ID_SIZE], struct secret master);

/* Adds the keys of `more` that are not there yet; the first one of `more` seals from now on. One
 * writer at a time. Return: whether any was new. */
bool seal_adopt(struct seal *seal, const struct seal *more);

/* The id of the key that seals now. */
struct slice seal_newest_id(const struct seal *seal);

/* The id of the key that a value was sealed with. */
struct slice seal_id_of(struct slice sealed);

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
