/* SPDX-License-Identifier: Apache-2.0
 *
 * Clients and the methods they are registered with.
 */
#include "core/clients/client_auth.h"

#include "core.h"
#include "core/clients/client_proof.h"

/* The client once more under another client_id, with the same secret. */
static void client_again(struct core *core, int64_t number, enum client_auth method)
{
        struct client_secret_row *secret = &core->client.secrets[0];

        core->client.id = id_of(number);
        core->client.client_id = id_of(number + 1000);
        core->client.auth_method = method;
        secret->id = id_of(number + 2000);
        CHECK_OK(seal_close(core_op(core), SEAL_CLIENT_SECRET, &secret->id, core->client_secret,
                            &secret->sealed));
        CHECK_OK(STORE(&core->world, client_insert, &core->client, &audit));
}

static enum err authenticate(struct core *core)
{
        struct exchange_form form = core_form(core, (struct secret){0});
        struct client_identity identity = {0};

        return client_authenticate(core_op(core), &form.proof, &identity);
}

TEST(a_client_of_another_method_is_unknown_whatever_secret_signed)
{
        CORE(core);

        client_again(&core, 70, CLIENT_AUTH_SECRET_JWT);
        CHECK_OK(authenticate(&core));
        client_again(&core, 71, (enum client_auth)99);
        CHECK_ERR(authenticate(&core), ERR_CLIENT_UNKNOWN);
}
