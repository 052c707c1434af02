/* SPDX-License-Identifier: Apache-2.0
 *
 * A public client: a program on its user's device, which can keep no secret (RFC 6749 section 2.1).
 * It only says who it is. What protects its codes is PKCE, which it cannot do without.
 */
#include "core/clients/auth/method.h"

static enum err none_check(struct op *op, const struct client_proof *proof,
                           struct client_identity *identity)
{
        (void)op;
        (void)proof;
        return identity->client.auth_method == CLIENT_AUTH_NONE ? ERR_OK : ERR_CLIENT_AUTH_MISSING;
}

const struct client_auth_method client_auth_none = {.check = none_check};
