/* SPDX-License-Identifier: Apache-2.0
 *
 * What a passkey sends and signs (WebAuthn level 2), by libfido2. Attestation is not asked for, so
 * nothing says which make of authenticator it is, and nothing is read of it.
 */
#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/secret.h"

enum {
        WEBAUTHN_USER_PRESENT = 0x01,
        WEBAUTHN_USER_VERIFIED = 0x04, /* by a PIN, a fingerprint or the like */
        WEBAUTHN_HAS_CREDENTIAL = 0x40,
        WEBAUTHN_HAS_EXTENSIONS = 0x80,
};

/* The algorithms of a passkey, by their numbers of COSE (RFC 9053, RFC 8812). */
enum webauthn_algorithm {
        WEBAUTHN_ES256 = -7,
        WEBAUTHN_EDDSA = -8,
        WEBAUTHN_RS256 = -257,
};

/* The fixed part of authenticator data. */
struct webauthn_head {
        struct digest server; /* SHA-256 of the RP ID: the host that the browser says */
        unsigned flags;
        uint32_t counter; /* of signatures; 0: this authenticator does not count */
};

/* A public key. */
struct webauthn_key {
        enum webauthn_algorithm algorithm;
        struct slice bytes; /* as libfido2 writes it */
};

struct webauthn_credential {
        struct slice id;
        struct webauthn_key key;
};

/* What somebody has signed to prove that they have a key. */
struct webauthn_proof {
        struct slice host; /* the RP ID */
        struct slice client_data;
        struct slice data; /* of the authenticator */
        struct slice signature;
};

/* Return: false if it is too short. */
bool webauthn_head_read(struct slice data, struct webauthn_head *ret);

/* The new credential in authenticator data, in the arena.
 * Return: ERR_OK; ERR_NOT_AUTHENTIC: there is none, or its key is of no algorithm above;
 * ERR_OUT_OF_MEMORY; ERR_INTERNAL. */
enum err webauthn_credential_read(struct arena *arena, struct slice data,
                                  struct webauthn_credential *ret);

/* Whether the signature is the key's, over data of this host.
 * Return: ERR_OK; ERR_NOT_AUTHENTIC; ERR_OUT_OF_MEMORY; ERR_INTERNAL. */
enum err webauthn_verify(struct arena *arena, const struct webauthn_key *key,
                         const struct webauthn_proof *proof);
