/* SPDX-License-Identifier: Apache-2.0
 *
 * Opening: the key first, then the database, then proof that the two belong together.
 */
#include "node/node.h"

#include <accessgrant.h>
#include <errno.h>
#include <string.h>

#include "base/event.h"
#include "base/files.h"
#include "base/macros.h"
#include "config/policy.h"
#include "core/store.h"
#include "os/complain.h"
#include "os/entropy.h"
#include "os/root_key.h"
#include "os/wall_clock.h"
#include "remote/satellite/address.h"
#include "store/open.h"

#define EVERYWHERE SLICE("0.0.0.0/0, ::/0")

enum {
        SATELLITE_CALLS = 16, /* at once, of requests that wait for a satellite */
};

/* --- the database --- */

/* SQLite takes an empty file as a new database, and its other files, which it makes beside it, get
 * the same mode. */
static enum err database_make(struct node *node, const struct store_location *location)
{
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(8192);
        enum err error = file_check_folder(location->path, &why);

        if (error == ERR_OK && location->is_new && !file_exists(location->path)) {
                error = file_create_secret(location->path, (struct secret){0}, &why);
                node->made_database = error == ERR_OK;
        }
        if (error != ERR_OK)
                complain_why(&why);
        return error;
}

static enum err database_open(struct node *node, const struct store_location *location)
{
        enum err error = store_open(location, &node->store);

        if (error == ERR_CONFLICT)
                complain("%s was made by a newer grantd; use that one", location->path);
        else if (error != ERR_OK)
                complain("the database %s cannot be opened; the log says why", location->path);
        return error;
}

/* --- both together --- */

/* Where self-issued grants point while no satellite is set: nowhere yet, but always to the same
 * place. */
static enum err satellite_address_complete(struct node *node)
{
        struct buf address CLEANUP(buf_deinit) = BUF_INIT(256);
        char *text CLEANUP(ag_text_freep) = NULL;
        uint8_t id[NODE_ID_SIZE];
        struct slice kept;
        struct op op;

        if (node->policy.satellite_address.size)
                return ERR_OK;
        node->ports.entropy.fill(node->ports.entropy.context, id, sizeof(id));
        id[NODE_ID_SIZE - 1] = 0; /* the version of the identity */
        op = op_begin(&node->ports, &node->arena);
        TRY(store_meta_put(&op, &(struct named_value){"node_id", SLICE_ARRAY(id)}, &kept));
        if (ag_node_id_text(ag_bytes_new(kept.data, kept.size), &text) != AG_OK)
                return ERR_INTERNAL;
        buf_put_string(&address, text);
        buf_put_string(&address, "@localhost:7777");
        node->policy.satellite_address = arena_copy(&node->arena, buf_slice(&address));
        return arena_check(&node->arena);
}

struct satellites *node_satellites_new(const struct node *node, unsigned calls)
{
        struct satellite_options options = {
                .allowlist = &node->allowlist, .times = satellite_times_default(), .calls = calls};

        return satellites_new(&options);
}

static enum err satellites_open(struct node *node, struct slice allowed, unsigned calls)
{
        if (allowlist_parse(&node->arena, allowed, &node->allowlist))
                node->satellites = node_satellites_new(node, calls);
        if (!node->satellites) {
                complain(
                        "cannot start: the crypto library cannot create a certificate for calls to "
                        "satellites");
                return ERR_INTERNAL;
        }
        node->ports.satellite = satellites_port(node->satellites);
        return ERR_OK;
}

static enum err remote_open(struct node *node)
{
        TRY(satellites_open(node, slice_from_string(node->config->satellite_allowed),
                            SATELLITE_CALLS));
        node->edge = edge_new(node->config->edge_auth_url);
        if (!node->edge)
                return ERR_INTERNAL;
        node->ports.edge = edge_port(node->edge);
        return ERR_OK;
}

static enum err pools_open(struct node *node)
{
        struct kdf_options slots =
                root_key_options((unsigned)node->config->mint_slots, node->config->mint_max_wait);
        struct password_options passwords = password_options_default(node->ports.entropy);
        struct rate_limits_options limits = rate_limits_options_default(node->ports.entropy);

        node->timer = timer_start();
        slots.timer = node->timer;
        if (node->timer)
                node->slots = kdf_slots_new(&slots);
        node->passwords = password_pool_new(&passwords);
        node->rate_limits = rate_limits_new(&limits);
        if (!node->slots || !node->passwords || !node->rate_limits) {
                complain("cannot start: %s", strerror(errno));
                return ERR_INTERNAL;
        }
        node->ports.root_key = kdf_slots_port(node->slots);
        node->ports.password = password_pool_port(node->passwords);
        node->ports.rate_limit = rate_limits_port(node->rate_limits);
        return ERR_OK;
}

static enum err key_and_file_open(struct node *node)
{
        struct store_location location;

        if (store_locate(slice_from_string(node->config->store_url), &location) != ERR_OK) {
                complain("store.url: this build opens " STORE_URL_FORMS);
                return ERR_FIELD_MALFORMED;
        }
        TRY(node_keys_open(&node->keys, node->config, location.path, location.is_new));
        return database_make(node, &location);
}

enum err node_open_parts(struct node *node)
{
        struct store_location location;

        TRY(store_locate(slice_from_string(node->config->store_url), &location));
        TRY(database_open(node, &location));
        node->ports.store = node->store;
        TRY(node_keys_check(&node->keys));
        TRY(satellite_address_complete(node));
        TRY(remote_open(node));
        return pools_open(node);
}

enum err node_open_key(struct node *node, const struct config *config)
{
        enum err error;

        *node = (struct node){
                .arena = ARENA_INIT(1 << 20),
                .config = config,
                .policy = config_policy(config),
                .ports = {.policy = &node->policy,
                          .seal = &node->keys.seal,
                          .clock = os_clock(),
                          .entropy = os_entropy()},
        };
        node_keys_init(&node->keys, &node->ports);
        error = key_and_file_open(node);
        if (error != ERR_OK)
                node_close(node);
        return error;
}

enum err node_open(struct node *node, const struct config *config)
{
        enum err error;

        TRY(node_open_key(node, config));
        error = node_open_parts(node);
        if (error != ERR_OK)
                node_close(node);
        return error;
}

enum err node_open_satellites(struct node *node)
{
        *node = (struct node){.arena = ARENA_INIT(1 << 20), .ports = {.entropy = os_entropy()}};
        return satellites_open(node, EVERYWHERE, 1);
}

void node_close(struct node *node)
{
        edge_free(node->edge);
        satellites_free(node->satellites);
        rate_limits_free(node->rate_limits);
        password_pool_free(node->passwords);
        kdf_slots_free(node->slots);
        timer_stop(node->timer);
        store_close(node->store);
        node_keys_deinit(&node->keys);
        arena_deinit(&node->arena);
        wipe(node, sizeof(*node));
}
