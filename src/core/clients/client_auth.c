/* SPDX-License-Identifier: Apache-2.0
 *
 * Finding the client that a request names, and checking its credentials with its method.
 */
#include "core/clients/client_auth.h"

#include "base/macros.h"

static const struct client_auth_method *const methods[] = {
#define CLIENT_AUTH(name, method, number) [number] = &client_auth_##method,
#include "core/clients/auth/methods.def"
#undef CLIENT_AUTH
};

enum err client_authenticate(struct op *op, const struct client_proof *proof,
                             struct client_identity *ret)
{
        const struct client_auth_method *method = methods[proof->method];
        struct client_assertion assertion;
        struct uuid client_id;
        enum err found;

        if (!uuid_decode(proof->client_id, &client_id))
                return ERR_CLIENT_ID_MALFORMED;
        TRY(method->parse(op, proof, &assertion));
        found = store_client_find(op, &client_id, &ret->client);
        if (found != ERR_OK && found != ERR_NO_ROW)
                return found;
        if (ret->client.auth_method != proof->method)
                ret->client.n_secrets = 0; /* its secrets are not for this method */
        ret->assertion = assertion;
        TRY(method->check(op, proof, ret));
        return ret->client.status == CLIENT_ACTIVE ? ERR_OK : ERR_CLIENT_DISABLED;
}
