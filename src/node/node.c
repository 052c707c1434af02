/* SPDX-License-Identifier: Apache-2.0
 *
 * Opening: the key first, then the database, then proof that the two belong together.
 */
#include "node/node.h"
#include "node/login_providers.h"
#include "node/signing.h"

#include <accessgrant.h>
#include <errno.h>
#include <string.h>

#include "base/event.h"
#include "base/files.h"
#include "base/limits.h"
#include "base/macros.h"
#include "config/address.h"
#include "config/policy.h"
#include "core/projects/project.h"
#include "core/upkeep/database.h"
#include "os/complain.h"
#include "os/entropy.h"
#include "os/leaked_passwords.h"
#include "os/root_key.h"
#include "os/wall_clock.h"
#include "store/open.h"

#define EVERYWHERE SLICE("0.0.0.0/0, ::/0")

enum { DOCUMENT_MILLISECONDS = 5000 }; /* that fetching a metadata document may take */

/* --- the database --- */

/* SQLite treats an empty file as a new database, and gives its other files the same mode. */
static enum err database_make(struct node *node)
{
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(8192);
        enum err error;

        if (!*node->location.path)
                return ERR_OK; /* a server's */
        error = file_check_folder(node->location.path, &why);
        if (error == ERR_OK && !file_exists(node->location.path)) {
                error = file_create_secret(node->location.path, (struct secret){0}, &why);
                node->made_database = error == ERR_OK;
        }
        if (error != ERR_OK)
                complain_why(&why);
        return error;
}

static enum err database_open(struct node *node)
{
        enum err error = store_open(&node->location, &node->store);

        if (error == ERR_CONFLICT)
                complain(DATABASE_NEWER, node->location.name);
        else if (error == ERR_SCHEMA_OLD)
                complain(DATABASE_OLDER, node->location.name);
        else if (error == ERR_COPY_UNFINISHED)
                complain("%s is an unfinished copy; run the same \"grantd store copy\" again until "
                         "it says that the copy is complete",
                         node->location.name);
        else if (error != ERR_OK)
                complain("the database %s cannot be opened; the log says why", node->location.name);
        return error;
}

/* Whether nobody has used it yet. Where its file is missing there is nobody to ask. */
static enum err database_find_new(struct node *node, bool *ret)
{
        struct op op = op_begin(&node->ports, &node->arena);
        enum err error;

        *ret = *node->location.path && !file_exists(node->location.path);
        if (*ret)
                return ERR_OK;
        TRY(database_open(node));
        node->ports.store = node->store;
        error = database_is_new(&op, ret);
        node->ports.store = NULL;
        store_close(take(&node->store));
        return error;
}

static enum err database_missing(const struct node *node)
{
        complain("there is no database %s; name the right one with --store.url or --config, or let "
                 "\"grantd serve\" make it",
                 node->location.name);
        return ERR_NOT_FOUND;
}

/* Of a database that may not be created: that somebody has. */
static enum err database_check_used(struct node *node)
{
        struct op op = op_begin(&node->ports, &node->arena);
        bool is_new;

        TRY(database_is_new(&op, &is_new));
        return is_new ? database_missing(node) : ERR_OK;
}

/* --- both together --- */

static enum err key_missing(const struct node *node)
{
        const char *key = node->config->keys_master;

        complain("the database %s is there, but not its key %s; restore %s from your copy. Without "
                 "it, the secrets in the database cannot be opened.",
                 node->location.name, key, key);
        return ERR_NOT_FOUND;
}

/* A key is only ever made for a new database, and before its file. */
static enum err key_make(struct node *node)
{
        bool is_new;

        TRY(database_find_new(node, &is_new));
        if (!is_new)
                return key_missing(node);
        return node->may_create ? node_keys_make(&node->keys) : database_missing(node);
}

/* The address in self-issued grants while no satellite is set: it leads nowhere, but never changes.
 */
static enum err satellite_address_complete(struct node *node)
{
        struct buf address CLEANUP(buf_deinit) = BUF_LOCAL(256);
        char *text CLEANUP(ag_text_freep) = NULL;
        struct op op = op_begin(&node->ports, &node->arena);
        struct slice id;

        if (node->policy.satellite_address.size)
                return ERR_OK;
        TRY(database_node_id(&op, &id));
        if (ag_node_id_text(ag_bytes_new(id.data, id.size), &text) != AG_OK)
                return ERR_INTERNAL;
        buf_put_string(&address, text);
        buf_put_string(&address, PROJECT_NOWHERE);
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

/* Says what keeps the program from starting, of steps that do not. */
static enum err said(enum err error)
{
        if (error == ERR_OUT_OF_MEMORY || error == ERR_INTERNAL)
                complain("cannot start: there is not enough memory");
        else if (error != ERR_OK)
                complain("cannot start: %s", error_info(error)->sentence);
        return error;
}

/* Metadata documents of clients, if the operator wants that. */
static enum err documents_open(struct node *node)
{
        struct document_source source = {
                .dialer = {.allowlist = &node->document_servers,
                           .setting = "clients.metadata_allowed"},
                .ca_file = node->config->clients_metadata_ca,
                .milliseconds = DOCUMENT_MILLISECONDS,
        };

        if (!node->policy.metadata_documents)
                return ERR_OK;
        if (!allowlist_parse(&node->arena,
                             slice_from_string(node->config->clients_metadata_allowed),
                             &node->document_servers))
                return ERR_INTERNAL;
        source.dialer.resolver = node->resolver = resolver_new();
        if (node->resolver)
                node->documents = documents_new(&source);
        if (!node->documents)
                return ERR_INTERNAL;
        node->ports.documents = documents_port(node->documents);
        return ERR_OK;
}

static enum err providers_open(struct node *node)
{
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(1000);
        enum err error = login_providers_read(&node->arena, node->config, &node->policy, &why);

        if (why.size) {
                complain_why(&why);
                return error;
        }
        if (error == ERR_OK)
                node->providers = providers_new();
        if (!node->providers)
                return said(ERR_OUT_OF_MEMORY);
        node->ports.provider = providers_port(node->providers);
        return ERR_OK;
}

static enum err mail_open(struct node *node)
{
        const struct config *config = node->config;
        struct smtp_options options = {.url = config->mail_url,
                                       .from = config->mail_from,
                                       .password_file = config->mail_password_file,
                                       .ca_file = config->mail_ca};
        struct smtp_server server;

        if (!smtp_server_read(slice_from_string(config->mail_url), &server))
                return ERR_OK; /* there is none */
        options.must_encrypt = *config->mail_ca || !host_is_loopback(server.host);
        node->smtp = smtp_new(&options);
        if (!node->smtp)
                return said(ERR_OUT_OF_MEMORY);
        node->ports.mail = smtp_port(node->smtp);
        return ERR_OK;
}

static enum err remote_open(struct node *node)
{
        TRY(satellites_open(node, slice_from_string(node->config->satellite_allowed),
                            LIMIT_WAIT_SATELLITE));
        node->edge = edge_new(node->config->edge_auth_url);
        if (!node->edge)
                return said(ERR_OUT_OF_MEMORY);
        node->ports.edge = edge_port(node->edge);
        TRY(mail_open(node));
        TRY(providers_open(node));
        return said(documents_open(node));
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
        enum err error;

        if (config_store(node->config, &node->location) != ERR_OK) {
                complain("%s", store_url_problem);
                return ERR_FIELD_MALFORMED;
        }
        if (!node->may_create && *node->location.path && !file_exists(node->location.path))
                return database_missing(node);
        error = node_keys_open(&node->keys, node->config);
        if (error == ERR_NOT_FOUND)
                error = key_make(node);
        TRY(error);
        return database_make(node);
}

enum err node_open_parts(struct node *node)
{
        TRY(database_open(node));
        node->ports.store = node->store;
        if (!node->may_create)
                TRY(database_check_used(node));
        TRY(node_keys_check(&node->keys));
        TRY(signing_begin(&node->ports));
        TRY(said(satellite_address_complete(node)));
        TRY(remote_open(node));
        node->ports.leaks = leaked_passwords_port(node->config->accounts_leaked_passwords);
        return pools_open(node);
}

enum err node_open_key(struct node *node, const struct config *config, bool may_create)
{
        enum err error;

        *node = (struct node){
                .arena = ARENA_INIT(1 << 20),
                .config = config,
                .may_create = may_create,
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

enum err node_open(struct node *node, const struct config *config, bool may_create)
{
        enum err error;

        TRY(node_open_key(node, config, may_create));
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
        documents_free(node->documents);
        resolver_free(node->resolver);
        providers_free(node->providers);
        smtp_free(node->smtp);
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
