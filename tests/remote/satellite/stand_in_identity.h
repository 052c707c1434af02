/* SPDX-License-Identifier: Apache-2.0
 *
 * The identity of a satellite's stand-in: a leaf and its authority, or a chain that a client must
 * refuse.
 */
#pragma once

#include <openssl/types.h>

#include "remote/satellite/address.h"

/* The certificates that it sends. */
enum stand_in_chain {
        CHAIN_WHOLE,     /* leaf and the authority that signed it */
        CHAIN_LEAF,      /* the leaf alone */
        CHAIN_FOREIGN,   /* a leaf of its own, with the authority of another */
        CHAIN_NO_CA,     /* signed by a key whose certificate is no authority's */
        CHAIN_VERSION_1, /* of an identity version that does not exist */
};

struct stand_in_identity {
        EVP_PKEY *key;
        X509 *leaf;
        EVP_PKEY *authority_key;
        X509 *authority;
        struct node_id id;
        struct node_id other_id; /* not its own: of the leaf's key */
};

/* A new identity with new keys; release it with stand_in_identity_deinit(). With CHAIN_LEAF it has
 * an authority too, which the caller must not send. */
struct stand_in_identity stand_in_identity_make(enum stand_in_chain chain);
void stand_in_identity_deinit(struct stand_in_identity *identity);
