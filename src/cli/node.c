/* SPDX-License-Identifier: Apache-2.0
 *
 * Opening: the key first, then the database, then proof that the two belong together.
 */
#include "cli/node.h"

#include <accessgrant.h>
#include <errno.h>
#include <string.h>

#include "base/event.h"
#include "base/macros.h"
#include "cli/output.h"
#include "config/policy.h"
#include "oauth/store_port.h"
#include "os/entropy.h"
#include "os/files.h"
#include "os/key_file.h"
#include "os/root_key.h"
#include "os/wall_clock.h"
#include "satellite/address.h"
#include "store/open.h"

enum {
        SATELLITE_CALLS = 16, /* at once, of requests that wait for a satellite */
};

/* Of the sealed value that shows whether key and database belong together. */
#define KNOWN_VALUE SLICE("grantd")

/* --- the key --- */

static enum err key_missing(const struct config *config, const struct store_place *place)
{
        complain("the database %s is there, but not its key %s; restore %s from your copy. Without "
                 "it, what the database keeps sealed cannot be opened.",
                 place->path, config->keys_master, config->keys_master);
        return ERR_NOT_FOUND;
}

static enum err key_create(struct node *node, struct buf *why)
{
        if (!key_source_is_ours(&node->keys, true, why))
                return ERR_NOT_FOUND;
        TRY(key_file_create(node->keys.path, &node->ports.entropy, why));
        node->made_key = true;
        return key_source_read(&node->keys, &node->seal, why);
}

/* A key is only ever made for a new, empty database, and before it. */
static enum err key_open(struct node *node, const struct store_place *place)
{
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(8192);
        enum err error = key_source_open(node->config->keys_master,
                                         node->config->keys_master_command, &node->keys, &why);

        if (error == ERR_OK)
                error = key_source_read(&node->keys, &node->seal, &why);
        if (error == ERR_NOT_FOUND && !place->is_new)
                return key_missing(node->config, place);
        if (error == ERR_NOT_FOUND) {
                buf_reset(&why);
                error = key_create(node, &why);
        }
        if (error != ERR_OK)
                complain("%.*s", (int)why.size, (const char *)why.data);
        return error;
}

bool node_keys_reload(struct node *node)
{
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(8192);
        struct seal read = {0};
        bool is_more = false;

        pthread_mutex_lock(&node->key_lock);
        if (key_source_read(&node->keys, &read, &why) == ERR_OK)
                is_more = seal_adopt(&node->seal, &read);
        else
                EVENT_FAULT("keys", EVENT_SLICE("why", buf_slice(&why)));
        pthread_mutex_unlock(&node->key_lock);
        wipe(&read, sizeof(read));
        if (is_more)
                EVENT(EVENT_INFO, "keys", EVENT_TEXT("what", "the keys were read anew"));
        return is_more;
}

/* A command is not run for each value whose key is gone; another thread may have run it just now,
 * so it is worth another look. */
static bool on_unknown_key(void *context)
{
        struct node *node = context;
        bool is_due;

        pthread_mutex_lock(&node->key_lock);
        is_due = key_source_is_due(&node->keys);
        pthread_mutex_unlock(&node->key_lock);
        return !is_due || node_keys_reload(node);
}

/* --- the database --- */

/* SQLite takes an empty file as a new database, and its other files, which it makes beside it, get
 * the same mode. */
static enum err database_make(struct node *node, const struct store_place *place)
{
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(8192);
        enum err error = file_check_folder(place->path, &why);

        if (error == ERR_OK && place->is_new && !file_exists(place->path)) {
                error = file_create_secret(place->path, (struct secret){0}, &why);
                node->made_database = error == ERR_OK;
        }
        if (error != ERR_OK)
                complain("%.*s", (int)why.size, (const char *)why.data);
        return error;
}

static enum err database_open(struct node *node, const struct store_place *place)
{
        enum err error = store_open(place, &node->store);

        if (error == ERR_CONFLICT)
                complain("%s was made by a newer grantd; use that one", place->path);
        else if (error != ERR_OK)
                complain("the database %s cannot be opened; the log says why", place->path);
        return error;
}

/* --- both together --- */

static enum err known_value_check(struct node *node)
{
        const struct store_verbs *verbs = node->store->verbs;
        struct secret value = secret_copy(&node->arena, KNOWN_VALUE);
        struct slice sealed;
        enum err error = verbs->meta_get(node->store, &node->arena, SEAL_KNOWN_NAME, &sealed);

        if (error == ERR_NO_ROW) {
                TRY(seal_close(&node->seal, &node->ports.entropy, SEAL_KNOWN_VALUE, &seal_no_row,
                               value, &node->arena, &sealed));
                error = verbs->meta_put(node->store, &node->arena, SEAL_KNOWN_NAME, sealed,
                                        &sealed);
        }
        TRY(error);
        error = seal_open(&node->seal, SEAL_KNOWN_VALUE, &seal_no_row, sealed, &node->arena,
                          &value);
        if (error == ERR_NOT_AUTHENTIC)
                complain("the key %s does not belong to this database; restore the one that was "
                         "made with it",
                         key_source_name(&node->keys));
        return error;
}

/* Where self-issued grants point while no satellite is set: nowhere yet, but always to the same
 * place. */
static enum err satellite_address_complete(struct node *node)
{
        struct buf address CLEANUP(buf_deinit) = BUF_INIT(256);
        char *text CLEANUP(ag_text_freep) = NULL;
        uint8_t id[NODE_ID_SIZE];
        struct slice kept;

        if (node->policy.satellite_address.size)
                return ERR_OK;
        node->ports.entropy.fill(node->ports.entropy.context, id, sizeof(id));
        id[NODE_ID_SIZE - 1] = 0; /* the version of the identity */
        TRY(node->store->verbs->meta_put(node->store, &node->arena, "node_id", SLICE_ARRAY(id),
                                         &kept));
        if (ag_node_id_text(ag_bytes_new(kept.data, kept.size), &text) != AG_OK)
                return ERR_INTERNAL;
        buf_put_string(&address, text);
        buf_put_string(&address, "@localhost:7777");
        node->policy.satellite_address = arena_copy(&node->arena, buf_slice(&address));
        return ERR_OK;
}

struct satellites *node_satellites_new(const struct node *node, unsigned calls)
{
        struct satellite_options options = {
                .allowed = &node->allowed, .times = satellite_times_default(), .calls = calls};

        return satellites_new(&options);
}

static enum err satellites_open(struct node *node)
{
        struct slice setting = slice_from_string(node->config->satellite_allowed);

        if (allowed_parse(&node->arena, setting, &node->allowed))
                node->satellites = node_satellites_new(node, SATELLITE_CALLS);
        if (!node->satellites) {
                complain("cannot start: the crypto library makes no certificate for calls of "
                         "satellites");
                return ERR_INTERNAL;
        }
        node->ports.satellite = satellites_port(node->satellites);
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
        struct attempts_options attempts = attempts_options_default(node->ports.entropy);

        node->slots = kdf_slots_new(&slots);
        node->passwords = password_pool_new(&passwords);
        node->attempts = attempts_new(&attempts);
        if (!node->slots || !node->passwords || !node->attempts) {
                complain("cannot start: %s", strerror(errno));
                return ERR_INTERNAL;
        }
        node->ports.root_key = kdf_slots_port(node->slots);
        node->ports.password = password_pool_port(node->passwords);
        node->ports.attempt = attempts_port(node->attempts);
        return ERR_OK;
}

static enum err key_and_file_open(struct node *node)
{
        struct store_place place;

        if (store_place_of(slice_from_string(node->config->store_url), &place) != ERR_OK) {
                complain("store.url: this build opens sqlite:PATH");
                return ERR_FIELD_MALFORMED;
        }
        TRY(key_open(node, &place));
        node->seal.reload = on_unknown_key;
        node->seal.context = node;
        return database_make(node, &place);
}

enum err node_open_parts(struct node *node)
{
        struct store_place place;

        TRY(store_place_of(slice_from_string(node->config->store_url), &place));
        TRY(database_open(node, &place));
        node->ports.store = node->store;
        TRY(known_value_check(node));
        TRY(satellite_address_complete(node));
        TRY(satellites_open(node));
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
                          .seal = &node->seal,
                          .clock = os_clock(),
                          .entropy = os_entropy()},
        };
        pthread_mutex_init(&node->key_lock, NULL);
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

void node_close(struct node *node)
{
        edge_free(node->edge);
        satellites_free(node->satellites);
        attempts_free(node->attempts);
        password_pool_free(node->passwords);
        kdf_slots_free(node->slots);
        store_close(node->store);
        key_source_close(&node->keys);
        arena_deinit(&node->arena);
        wipe(node, sizeof(*node));
}
