/* SPDX-License-Identifier: Apache-2.0
 *
 * Metadata documents of clients: the first line is the URL, the rest the document.
 */
#include "base/macros.h"
#include "core/clients/client_auth.h"
#include "core/clients/client_ref.h"
#include "core/clients/metadata_document.h"
#include "core/clients/redirect_uri.h"
#include "core/policy.h"
#include "fuzz.h"
#include "os/entropy.h"

/* What was never registered has no secret, and cannot do without PKCE. */
static void check_client(const struct client *client, struct slice url)
{
        REQUIRE(slice_equal(client->document, url) && client->is_new);
        REQUIRE(client->n_secrets == 0 && client->require_pkce && !client->device_flow);
        REQUIRE(!client_auth_has_secret(client->auth_method));
        REQUIRE(client_auth_has_keys(client->auth_method) == (client->jwks.size > 0));
        REQUIRE(client->name.size > 0 && slice_is_plain_text(client->name));
        REQUIRE(client->redirect_uris.n > 0 && client->redirect_uris.n <= LIMIT_REDIRECT_URIS);
        for (size_t i = 0; i < client->redirect_uris.n; i++)
                REQUIRE(!redirect_uri_problem(client->redirect_uris.items[i], client->type));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(LIMIT_ARENA);
        struct policy policy = {.metadata_documents = true};
        struct ports ports = {.policy = &policy, .entropy = os_entropy()};
        struct op op = {.ports = &ports, .arena = &arena};
        struct slice text = slice_new(data, size), url = next_line(&text);
        struct client client;
        struct client_ref ref;

        if (!client_ref_parse(url, &ref) || !ref.url.size)
                return 0;
        REQUIRE(client_id_is_of_url(&ref.id));
        if (metadata_document_read(&op, url, text, &client) == ERR_OK &&
            metadata_document_keys(&op, &client) == ERR_OK)
                check_client(&client, url);
        return 0;
}
