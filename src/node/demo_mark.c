/* SPDX-License-Identifier: Apache-2.0
 *
 * One row among the metadata of the database.
 */
#include "node/demo_mark.h"

#include "config/address.h"
#include "core/store.h"
#include "http/origin.h"
#include "os/complain.h"

#define MARK "demo"

enum err demo_mark_put(struct node *node)
{
        struct op op = op_begin(&node->ports, &node->arena);
        struct slice kept;

        return store_meta_put(&op, &(struct named_value){MARK, SLICE("1")}, &kept);
}

/* By nobody but who sits at this machine, as far as the settings tell. */
static bool is_local(const struct config *config)
{
        return address_is_loopback(slice_from_string(config->http_listen)) &&
               origin_url_is_loopback(slice_from_string(config->http_public_url)) &&
               !*config->http_trusted_proxies;
}

enum err demo_mark_check(struct node *node)
{
        struct op op = op_begin(&node->ports, &node->arena);
        struct slice mark;
        enum err error = store_meta_get(&op, MARK, &mark);

        if (error == ERR_NO_ROW || (error == ERR_OK && is_local(node->config)))
                return ERR_OK;
        if (error == ERR_OK)
                complain(
                        "store.url: this database was made by \"grantd demo\", and everybody knows "
                        "its passwords; serve it on 127.0.0.1 with a http.public_url of this "
                        "machine "
                        "and without http.trusted_proxies, or take another database");
        return error == ERR_OK ? ERR_FORBIDDEN : error;
}
