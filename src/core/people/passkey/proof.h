/* SPDX-License-Identifier: Apache-2.0
 *
 * Checking that somebody has a passkey.
 */
#pragma once

#include "core/op.h"
#include "core/people/passkey/passkey_model.h"

/* What a browser sends. */
struct passkey_proof {
        struct slice credential;  /* the id of the passkey */
        struct slice client_data; /* JSON */
        struct slice data;        /* of the authenticator */
        struct slice signature;   /* over both */
        struct slice user_handle; /* whose the authenticator says it is */
};

/* The host of the public URL: the RP ID of all passkeys. */
struct slice passkey_host(const struct op *op);

/* Checks authenticator data for our host and that the person was there.
 * Return: ERR_OK; ERR_PASSKEY_WRONG, explained. */
enum err passkey_head_check(struct op *op, struct slice data, struct webauthn_head *ret);

/* Who logs in with it. The passkey must have verified the person itself, by a PIN or the like. A
 * challenge is good once; a passkey whose counter has not grown was copied, which its owner is
 * told. Return: ERR_OK; ERR_PASSKEY_STATE; ERR_PASSKEY_WRONG, explained; ERR_PASSKEY_CLONED;
 * faults. */
enum err passkey_prove(struct op *op, const struct passkey_proof *proof, struct identity *ret);
