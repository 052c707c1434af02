/* SPDX-License-Identifier: Apache-2.0
 *
 * The keys that ID tokens are signed with, and the secret that a user's subjects are made with. All
 * nodes share one sealed value among the store's named ones (docs/decisions/0017). A key is
 * published before it signs, and until the last token that it signed has ended: both follow from
 * the time at which it begins to sign.
 */
#pragma once

#include "base/jwk.h"
#include "base/secret.h"
#include "core/op.h"
#include "core/store.h"

enum {
        SIGNING_KEYS = 8,        /* that are kept: of each algorithm the last ones */
        ID_TOKEN_LIFETIME = 600, /* seconds */
        SIGNING_KEY_LEAD = 3600, /* seconds for which a new key is only published; verifiers may
                                    keep the keys that they have read for as long */
};

struct signing_key {
        struct jwk public;       /* with its `kid` and algorithm */
        struct secret der;       /* the private key */
        struct instant signs_at; /* from then on, until another one does */
};

struct signing_keys {
        struct secret subject;                 /* 32 bytes */
        struct signing_key keys[SIGNING_KEYS]; /* oldest first */
        size_t n;
};

/* New keys, one for each algorithm; their ids are chosen here. */
struct new_signing_keys {
        struct signing_key *keys;
        size_t n;
};

#define SIGNING_KEYS_NAME "signing_keys" /* among the store's named values */

/* Keeps the first keys, unless there are some: another node may have been first.
 * Return: ERR_OK; faults. */
enum err signing_keys_begin(struct op *op, const struct new_signing_keys *made);

/* Whether there are any. Return: ERR_OK; faults. */
enum err signing_keys_exist(struct op *op, bool *ret);

/* Adds keys, which sign after SIGNING_KEY_LEAD, or at once, and then the older ones are gone: what
 * they signed is good no longer. Return: ERR_OK; ERR_CONFLICT: a new key does not sign yet, or
 * somebody else rotates; faults. */
enum err signing_keys_rotate(struct op *op, const struct new_signing_keys *made, bool at_once);

/* Return: ERR_OK; ERR_INTERNAL: there are none, or they are damaged; faults. */
enum err signing_keys_read(struct op *op, struct signing_keys *ret);

/* The one that signs now; NULL: none of this algorithm. */
const struct signing_key *signing_key_now(const struct signing_keys *keys,
                                          enum jwt_algorithm algorithm, struct instant now);

/* Whether it can still be needed, or will be. */
bool signing_key_is_published(const struct signing_keys *keys, const struct signing_key *key,
                              struct instant now);
