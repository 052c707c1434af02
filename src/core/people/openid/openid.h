/* SPDX-License-Identifier: Apache-2.0
 *
 * Logging in with an OpenID Connect provider: docs/protocol/http.md 2.2.
 */
#pragma once

#include "core/op.h"
#include "core/people/openid/provider.h"

/* Return: NULL if there is none of this name. */
const struct openid_provider *openid_provider_find(const struct op *op, struct slice name);

/* Where a browser goes to log in, and what it keeps for the way back. Both are in the arena.
 * Return: ERR_OK; ERR_PROVIDER_AWAY; ERR_BUSY; faults. */
enum err openid_begin(struct op *op, const struct openid_provider *provider, struct slice *ret_url,
                      struct secret *ret_ticket);

/* What a browser comes back with; absent where it has none. */
struct openid_return {
        struct secret ticket; /* of openid_begin() */
        struct slice state;
        struct secret code;
        struct slice error;
        struct slice issuer; /* RFC 9207 */
};

/* Checks it, and makes sure that the person has an account. `ret_subject` is an identity's.
 * Return: ERR_OK; ERR_PROVIDER_STATE; ERR_PROVIDER_REFUSED; ERR_PROVIDER_TOKEN, explained; as
 * provider_account_ensure(); ERR_PROVIDER_AWAY; ERR_TOO_MANY_REQUESTS; ERR_BUSY; faults. */
enum err openid_finish(struct op *op, const struct openid_provider *provider,
                       const struct openid_return *given, struct slice *ret_subject);
