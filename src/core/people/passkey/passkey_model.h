/* SPDX-License-Identifier: Apache-2.0
 *
 * Passkeys, as they are stored.
 */
#pragma once

#include "base/webauthn.h"
#include "core/model.h"

struct passkey {
        struct uuid id;
        struct uuid account_id;
        struct slice name; /* that its owner gave it */
        struct webauthn_credential credential;
        int64_t counter;              /* of the last proof that was accepted */
        struct instant challenged_at; /* when the challenge of that one was made */
        struct instant created_at;
        struct instant last_used_at; /* zero: never */
};

struct passkey_list LIST_OF(struct passkey);

/* A passkey, and the identity by which its owner logs in with it. */
struct passkey_owner {
        struct passkey passkey;
        struct identity identity;
};

struct new_passkey {
        const struct passkey *passkey;
        struct uuid identity_id; /* for an account without an identity for passkeys */
        struct uuid spared;      /* the session that stays valid */
};

struct passkey_use {
        struct uuid id;
        int64_t counter;
        struct instant challenged_at;
};

struct passkey_name {
        struct uuid id;
        struct slice name;
};

struct passkey_end {
        struct uuid id;
        struct uuid spared; /* the session that stays valid */
};
