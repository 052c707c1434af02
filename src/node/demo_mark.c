/* SPDX-License-Identifier: Apache-2.0
 *
 * Who is served is judged by the settings.
 */
#include "node/demo_mark.h"

#include "base/macros.h"
#include "config/address.h"
#include "core/upkeep/database.h"
#include "http/origin.h"
#include "os/complain.h"

enum err demo_mark_put(struct node *node)
{
        struct op op = op_begin(&node->ports, &node->arena);

        return database_mark_demo(&op);
}

/* Whether only this machine can reach the server, according to its settings. */
static bool is_local(const struct config *config)
{
        return address_is_loopback(slice_from_string(config->http_listen)) &&
               origin_url_is_loopback(slice_from_string(config->http_public_url)) &&
               !*config->http_trusted_proxies;
}

enum err demo_mark_check(struct node *node)
{
        struct op op = op_begin(&node->ports, &node->arena);
        bool is_demo;

        TRY(database_is_demo(&op, &is_demo));
        if (!is_demo || is_local(node->config))
                return ERR_OK;
        complain("store.url: this database was created by \"grantd demo\", so its passwords are "
                 "public; "
                 "serve it on 127.0.0.1 with an http.public_url of this machine and without "
                 "http.trusted_proxies, or use another database");
        return ERR_FORBIDDEN;
}
