/* SPDX-License-Identifier: Apache-2.0
 *
 * What a browser keeps in a cookie while its person logs in with a provider, so that nothing is
 * stored before that has succeeded. It is sealed, and good for ten minutes.
 */
#pragma once

#include "core/op.h"

enum { TICKET_LIFETIME = 600 /* seconds */ };

/* A log-in that has begun. */
struct login_ticket {
        struct slice provider; /* its name */
        struct slice state;
        struct slice nonce;
        struct slice verifier; /* of PKCE */
};

/* The text is base64url. Return: ERR_OK; ERR_INTERNAL; ERR_OUT_OF_MEMORY. */
enum err ticket_begin(struct op *op, const struct login_ticket *ticket, struct secret *ret_text);

/* Return: ERR_OK; ERR_PROVIDER_STATE: it is none, or too old; faults. */
enum err ticket_read(struct op *op, struct secret text, struct login_ticket *ret);

/* What a provider's log-in is good for afterwards. Neither begins a session by itself, so that one
 * that has been ended stays ended. */
enum login_proof {
        PROOF_HALF,  /* with the code of the second factor it is a log-in */
        PROOF_WHOLE, /* in a session it confirms who is there */
};

/* The same for a person whom a provider has just logged in, by an identity's subject. */
enum err ticket_prove(struct op *op, enum login_proof proof, struct slice subject,
                      struct secret *ret_text);
enum err ticket_proven(struct op *op, enum login_proof proof, struct secret text,
                       struct slice *ret_subject);
