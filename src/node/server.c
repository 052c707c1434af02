/* SPDX-License-Identifier: Apache-2.0
 *
 * Starting and stopping a server from its configuration.
 */
#include "node/server.h"

#include <errno.h>
#include <string.h>

#include "base/event.h"
#include "base/macros.h"
#include "config/address.h"
#include "node/demo_mark.h"
#include "node/engines.h"
#include "node/isolation.h"
#include "node/mail_worker.h"
#include "os/complain.h"
#include "os/leaked_passwords.h"
#include "os/log_sink.h"
#include "os/sandbox.h"
#include "os/service_notify.h"
#include "os/signals.h"

enum {
        STOP_PATIENCE = 10000, /* ms that running requests get at a shutdown */
        WATCH_PERIOD = 5000,   /* ms between two checks of what the sandbox has refused */
};

enum err server_prepare(const struct config *config)
{
        struct log_options log = {.path = config->log_file};

        sandbox_hide_memory();
        signals_hold();
        service_notify_open();
        (void)log_level_decode(config->log_level, &log.level);
        (void)log_format_decode(config->log_format, &log.format);
        if (log_open(&log) == ERR_OK)
                return ERR_OK;
        complain("log.file %s cannot be opened: %s", config->log_file, strerror(errno));
        return ERR_INTERNAL;
}

/* --- starting --- */

static void api_fill(struct server *server)
{
        const struct config *config = server->node.config;
        struct networks proxies = {0};
        uint16_t port = 0;

        (void)address_parse(slice_from_string(config->http_listen), &port);
        (void)networks_parse(&server->node.arena, slice_from_string(config->http_trusted_proxies),
                             &proxies);
        server->api = (struct api){
                .ports = &server->node.ports,
                .site = {.public_url = slice_from_string(config->http_public_url),
                         .port = port,
                         .loopback = address_is_loopback(slice_from_string(config->http_listen))},
                .is_https = strncmp(config->http_public_url, "https:", 6) == 0,
                .trusted_proxies = proxies,
                .is_ready = health_is_ready,
                .read_gauges = health_read_gauges,
                .has_metrics_listener = *config->metrics_listen != 0,
                .context = &server->health,
        };
}

static enum err workers_start(struct server *server)
{
        server->cleanup_worker = cleanup_worker_start(&server->node.ports);
        server->delivery_workers = delivery_workers_start(&server->node);
        if (server->node.smtp)
                server->mail_worker = mail_worker_start(&server->node.ports);
        if (server->cleanup_worker && server->delivery_workers &&
            (server->mail_worker || !server->node.smtp))
                return ERR_OK;
        complain("the threads for deliveries, mail and cleanup cannot be started: %s",
                 strerror(errno));
        return ERR_INTERNAL;
}

/* A restored database must be recovered before anything is served from it. */
static enum err log_check(const struct node *node)
{
        enum err error = store_check_log(node->store);

        if (error == ERR_CONFLICT)
                complain("the database %s does not know all that is in %s: an older copy of it was "
                         "restored. Run \"grantd store recover\" with the copies of all nodes.",
                         node->location.name, node->location.revocation_copy);
        else if (error != ERR_OK)
                complain("store.revocation_copy %s cannot be compared with the database; the log "
                         "says why",
                         node->location.revocation_copy);
        return error;
}

/* Only a sample of the list is looked at, which commands that need none of it do not wait for. */
static enum err leaks_check(const struct config *config)
{
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(8192);
        const char *path = config->accounts_leaked_passwords;
        enum err error = *path ? leaked_passwords_check(path, &why) : ERR_OK;

        if (error != ERR_OK)
                complain("accounts.leaked_passwords: %.*s", (int)why.size, (const char *)why.data);
        return error;
}

/* The order matters: no request is served before the sandbox is entered, and no background work
 * starts before it is certain that requests can be served. */
static enum err parts_start(struct server *server)
{
        struct node *node = &server->node;

        TRY(isolation_enter(node));
        TRY(node_open_parts(node));
        TRY(leaks_check(node->config));
        TRY(log_check(node));
        TRY(demo_mark_check(node));
        TRY(database_watch_start(&server->database, node));
        api_fill(server);
        server->health.started_at =
                instant_seconds(node->ports.clock.now(node->ports.clock.context));
        TRY(engines_open_main(node, &server->api, &server->engine));
        TRY(engines_open_metrics(node, &server->api, &server->metrics_engine));
        return workers_start(server);
}

enum err server_start(struct server *server, const struct config *config)
{
        enum err error;

        *server = (struct server){
                .health = {.node = &server->node,
                           .engine = &server->engine,
                           .database = &server->database},
        };
        TRY(node_open_key(&server->node, config, true));
        error = parts_start(server);
        if (error != ERR_OK)
                server_stop(server);
        return error;
}

/* --- running and stopping --- */

static void reload(struct server *server)
{
        service_notify(SERVICE_RELOADING);
        log_reopen();
        engines_renew(server->engine, &server->node);
        (void)node_keys_reload(&server->node.keys);
        service_notify(SERVICE_READY);
}

/* Serves what still comes, until no proxy sends any more. Another signal ends that. */
static void drain(struct server *server)
{
        service_notify(SERVICE_STOPPING);
        atomic_store(&server->health.is_draining, true);
        (void)signals_wait(server->node.config->http_drain * 1000);
}

void server_run(struct server *server)
{
        service_notify(SERVICE_READY);
        for (;;) {
                switch (signals_wait(WATCH_PERIOD)) {
                case SIGNAL_STOP:
                        drain(server);
                        return;
                case SIGNAL_REOPEN:
                        reload(server);
                        break;
                case SIGNAL_NONE:
                        break;
                }
                sandbox_watch();
        }
}

void server_stop(struct server *server)
{
        engine_stop(server->metrics_engine, 0);
        satellites_stop(server->node.satellites); /* no request waits for them any more */
        engine_stop(server->engine, STOP_PATIENCE);
        periodic_stop(server->cleanup_worker);
        smtp_stop(server->node.smtp);
        periodic_stop(server->mail_worker);
        delivery_workers_stop(server->delivery_workers);
        database_watch_stop(&server->database);
        node_close(&server->node);
        server->engine = server->metrics_engine = NULL;
        server->cleanup_worker = server->mail_worker = NULL;
        server->delivery_workers = NULL;
}
