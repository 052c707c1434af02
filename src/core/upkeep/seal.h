/* SPDX-License-Identifier: Apache-2.0
 *
 * Secrets at rest: AES-256-GCM under a subkey per purpose (HKDF-SHA256 of a master key). A sealed
 * value is bound to its purpose, its row and the key, so that it cannot be moved elsewhere.
 *
 * A sealed value is key id (4 bytes) || nonce (12) || ciphertext || tag (16).
 */
#pragma once

#include <pthread.h>

#include "base/crypto.h"
#include "base/encode.h"
#include "base/secret.h"
#include "core/op.h"

enum seal_purpose {
        SEAL_CLIENT_SECRET,
        SEAL_API_KEY,
        SEAL_PROJECT_SECRET,
        SEAL_CAVEAT,       /* of a grant */
        SEAL_TAIL,         /* the same */
        SEAL_LINK,         /* never stored: a page keeps it (core/authorize/legacy_link.h) */
        SEAL_LOGIN,        /* never stored: a cookie has it (core/people/openid/ticket.h) */
        SEAL_PASSKEY,      /* never stored: a challenge (core/people/passkey/challenge.h) */
        SEAL_TOTP,         /* the secret of a second factor; its row is its account's */
        SEAL_SIGNING_KEYS, /* of ID tokens */
        SEAL_KNOWN_VALUE,  /* shows at start that the key belongs to the database */
        SEAL_PURPOSES,
};

/* The row of the known value. */
extern const struct uuid seal_no_row;
#define SEAL_KNOWN_NAME "known_value" /* its name among the store's named values */

enum {
        SEAL_KEYS = 8, /* in a key file, and therefore in a process */
        SEAL_KEY_ID_SIZE = 4,
};

struct seal_key {
        uint8_t id[SEAL_KEY_ID_SIZE];
        struct crypto_key purposes[SEAL_PURPOSES];
};

/* The keys of the key file, newest first: the newest seals, all open. All zeros is a seal without
 * keys. Threads may seal and open while seal_adopt() replaces the keys. */
struct seal {
        pthread_rwlock_t lock; /* protects the keys */
        struct seal_key keys[SEAL_KEYS];
        size_t n_keys;

        /* Called before a value is sealed: adopts the key file if it has changed, so that nothing
         * is sealed with a key that was removed from it. May be NULL. */
        void (*refresh)(void *context);

        /* Called for a value with an unknown key: reads the key file whether it has changed or not.
         * Return: whether the keys were adopted. May be NULL: there is no file. */
        bool (*reload)(void *context);
        void *context;
};

/* Adds a master key after the existing ones; only for a seal that no other thread uses yet.
 * Return: false if there are SEAL_KEYS already. */
bool seal_add(struct seal *seal, const uint8_t id[SEAL_KEY_ID_SIZE], struct secret master);

/* Replaces its keys by those of `file`, the current key file; keys that are no longer in the file
 * are wiped. Return: whether any is new. */
bool seal_adopt(struct seal *seal, const struct seal *file);

/* The id of the newest key, which seals; empty without keys. */
struct slice seal_newest_id(struct seal *seal, struct arena *arena);

/* The id of the key that a value was sealed with. */
struct slice seal_id_of(struct slice sealed);

/* `row` is the id of the value's row. Return: ERR_OK; ERR_INTERNAL. */
enum err seal_close(struct op *op, enum seal_purpose purpose, const struct uuid *row,
                    struct secret plain, struct slice *ret_sealed);

/* Return: ERR_OK; ERR_NOT_AUTHENTIC: another key, row or purpose, or damaged. */
enum err seal_open(struct op *op, enum seal_purpose purpose, const struct uuid *row,
                   struct slice sealed, struct secret *ret_plain);

/* Opens a dummy value, in the time that opening a client secret takes: for unknown clients.
 * Return: ERR_OK; ERR_INTERNAL. */
enum err seal_open_stand_in(struct op *op, struct secret *ret_plain);
