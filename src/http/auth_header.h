/* SPDX-License-Identifier: Apache-2.0
 *
 * The Authorization header: `Bearer <token>` (RFC 6750 section 2.1), and `Basic <credentials>` as
 * OAuth clients send it (RFC 6749 section 2.3.1).
 */
#pragma once

#include "base/error.h"
#include "base/limits.h"
#include "base/secret.h"
#include "http/call.h"

enum {
        BEARER_MAXIMUM = 512,               /* ours are much shorter, */
        GRANT_BEARER_MAXIMUM = LIMIT_GRANT, /* except access grants */
        BASIC_MAXIMUM = 2048,               /* of the encoded credentials; the same */
};

/* Whether the Authorization header has this scheme. */
bool bearer_is_sent(const struct http_call *call);

/* The token of the Authorization header; absent without that header.
 * Return: ERR_OK; ERR_UNAUTHENTICATED: another scheme, or not the form of a token. */
enum err bearer_read(struct http_call *call, struct secret *ret_token);

/* The same, where an access grant is the token. Return: ERR_OK; ERR_BEARER_GRANT: also if there is
 * none. */
enum err bearer_grant_read(struct http_call *call, struct secret *ret_grant);

/* Both form-decoded; absent without that header. */
struct basic_credentials {
        struct slice client_id;
        struct secret secret; /* may be empty */
};

/* Return: ERR_OK; ERR_CLIENT_AUTH_HEADER: another scheme, or not of this form; ERR_OUT_OF_MEMORY.
 */
enum err basic_read(struct http_call *call, struct basic_credentials *ret);
