/* SPDX-License-Identifier: Apache-2.0
 *
 * The interface of a grant type: what a client may exchange at the token endpoint.
 */
#pragma once

#include "api/api.h"
#include "core/token/exchange.h"
#include "http/fields.h"

/* That of a device's exchange, RFC 8628 section 3.4. */
#define GRANT_TYPE_DEVICE "urn:ietf:params:oauth:grant-type:device_code"

/* The type of an access grant, RFC 8693 section 3. */
#define TOKEN_TYPE_ACCESS "urn:ietf:params:oauth:token-type:access_token"

/* A token request, in the call's arena. */
struct token_call {
        const struct api *api;
        struct http_call *call;
        bool is_rfc6749; /* in these words, not in grantd's own */
        const struct grant_type *type;
        struct client_proof proof;     /* of the client: read, and not checked yet */
        const struct details *details; /* authorization_details; NULL: none */
        void *form;                    /* what the grant type has decoded */
        const char *issued_token_type; /* said in the response; NULL: nothing */
};

struct grant_type {
        /* Decodes its fields, in the words of RFC 6749, into a form of its own in the call's arena.
         * Return: ERR_OK; a refusal of the request; ERR_OUT_OF_MEMORY. */
        enum err (*decode)(struct token_call *token, const struct fields_body *body);
        /* Whether it may block, on a thread where that is allowed. NULL: never. */
        bool (*may_wait)(const struct token_call *token);
        /* Authenticates the client before it does anything else, and ends by token_end(), perhaps
         * after it has returned. */
        void (*run)(struct token_call *token, struct op *op);
};

#define GRANT_TYPE(name, wire) extern const struct grant_type grant_type_##name;
#include "api/grant_types/types.def"
#undef GRANT_TYPE

/* The request in grantd's own words, which has no grant_type: a code. Return: as `decode`. */
enum err grant_type_decode_own(struct token_call *token, const struct fields_body *body);

/* Responds with a grant, or with what went wrong, for `struct exchange_end`; `context` is the
 * struct token_call. */
void token_end(void *context, enum err error, const struct exchange_result *result);
