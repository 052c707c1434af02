/* SPDX-License-Identifier: Apache-2.0
 *
 * From a configuration to a server that answers, and back.
 */
#include "cli/server.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "api/metrics.h"
#include "api/vocabulary.h"
#include "base/event.h"
#include "base/files.h"
#include "base/macros.h"
#include "cli/isolation.h"
#include "cli/node_keys.h"
#include "cli/output.h"
#include "config/address.h"
#include "http/router.h"
#include "os/descriptors.h"
#include "os/disk_space.h"
#include "os/log_sink.h"
#include "os/memory.h"
#include "os/sandbox.h"
#include "os/service_notify.h"
#include "os/signals.h"
#include "store/open.h"

enum {
        ENGINE_THREADS = 1,
        NONBLOCKING_WORKERS = 2, /* for exchanges, which wait for nothing */
        /* As many as may wait for a derivation or a password, and some for the rest. */
        BLOCKING_WORKERS = 256 + 64 + 32,
        QUEUE = 4096,
        CONNECTIONS = 16384,
        IDLE_CONNECTIONS = 4096, /* between two requests; each holds some 40 KiB */
        DESCRIPTORS_KEPT = 256,  /* for the store, the log and all else that is no connection */
        METRICS_QUEUE = 64,
        STOP_PATIENCE = 10000, /* ms that requests in flight get at a shut-down */
        WATCH_PERIOD = 5000,   /* ms between two looks at what the sandbox has refused */
        LIMIT_PEM = 256 * 1024,
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

/* --- what the engine asks --- */

static enum http_handled on_request(void *context, struct http_call *call)
{
        const struct server *server = context;

        return api_handle(&server->api, call);
}

static enum http_pace on_pace(void *context, const struct http_request *request)
{
        (void)context;
        return api_pace(request);
}

/* The access log: never a query, never a Location. */
static void on_answered(void *context, const struct http_call *call, int64_t microseconds)
{
        (void)context;
        api_count(call);
        if (call->arena->failed)
                EVENT_FAULT("memory", EVENT_TEXT("what", "a request needed more than it may take"),
                            EVENT_TEXT("route", api_route_name(call->route)),
                            EVENT_INTEGER("used", (int64_t)call->arena->used),
                            EVENT_INTEGER("asked", (int64_t)call->arena->asked),
                            EVENT_SLICE("id", call->request.id));
        EVENT(EVENT_INFO, "request", EVENT_TEXT("method", method_text(call->request.method)),
              EVENT_SLICE("path", slice_to(call->request.path, 200)),
              EVENT_INTEGER("status", call->response.status), EVENT_INTEGER("us", microseconds),
              EVENT_SLICE("from", call->request.peer), EVENT_SLICE("id", call->request.id));
}

static bool is_ready(void *context, const char **ret_why)
{
        struct server *server = context;

        *ret_why = "the outcome of a commit could not be learnt; restart";
        if (!store_is_sound(server->node.store))
                return false;
        *ret_why = "the key file has changed, and its keys cannot be adopted";
        return node_keys_are_fresh(&server->node);
}

static uint64_t log_bytes(const struct store_place *place)
{
        char path[sizeof(place->path) + sizeof("-wal")];

        (void)snprintf(path, sizeof(path), "%s-wal", place->path);
        return disk_file_size(path);
}

static void read_gauges(void *context, struct api_gauges *ret)
{
        const struct server *server = context;
        struct engine_counts counts;
        struct kdf_status status;

        engine_counts(server->engine, &counts);
        kdf_slots_status(server->node.slots, &status);
        *ret = (struct api_gauges){
                .derivations = status.n_derived,
                .derivations_refused = status.n_refused,
                .derivations_without_memory = status.n_without_memory,
                .rate_limit_entries = rate_limits_count(server->node.rate_limits),
                .derivation_queue = status.n_queued,
                .derivation_queue_limit = status.n_allowed,
                .memories = status.n_kept,
                .derivation_us = status.mean_us,
                .resident_bytes = os_resident_bytes(),
                .connections = counts.connections,
                .exchanges = counts.exchanges,
                .disk_free = disk_watch_free(server->disk),
                .log_bytes = log_bytes(&server->place),
        };
        table_sampler_read(server->sampler, &ret->tables);
}

static enum http_handled on_metrics_request(void *context, struct http_call *call)
{
        const struct server *server = context;

        return api_handle_metrics(&server->api, call);
}

/* --- starting --- */

/* PEM texts in the arena; absent where there is no TLS of our own. */
struct tls_files {
        const char *certificate;
        const char *key;
};

static enum err tls_read(const struct config *config, struct arena *arena, struct tls_files *ret)
{
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(8192);
        struct slice certificate;
        struct secret key;
        enum err error;

        *ret = (struct tls_files){0};
        if (!*config->http_tls_certificate)
                return ERR_OK;
        error = file_read(config->http_tls_certificate, LIMIT_PEM, arena, &certificate, &why);
        if (error == ERR_OK)
                error = file_read_secret(config->http_tls_key, LIMIT_PEM, arena, &key, &why);
        if (error != ERR_OK) {
                complain("%.*s", (int)why.size, (const char *)why.data);
                return error;
        }
        *ret = (struct tls_files){.certificate = arena_string(arena, certificate),
                                  .key = arena_string(arena, secret_reveal(key))};
        return ERR_OK;
}

static void tls_complain(void)
{
        complain("http.tls_certificate and http.tls_key: these files do not hold a certificate and "
                 "its key in PEM form");
}

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
                .is_ready = is_ready,
                .read_gauges = read_gauges,
                .has_metrics_listener = *config->metrics_listen != 0,
                .context = server,
        };
}

/* As many as there are descriptors for, so that the store is never left without one. */
static unsigned connections_allowed(void)
{
        uint64_t limit = descriptors_raise(CONNECTIONS + DESCRIPTORS_KEPT);
        uint64_t allowed = limit > 2 * DESCRIPTORS_KEPT ? limit - DESCRIPTORS_KEPT : limit / 2;

        if (allowed >= CONNECTIONS)
                return CONNECTIONS;
        complain("only %" PRIu64 " files may be open at once here, so %" PRIu64 " connections are "
                 "served at once instead of %d; raise the limit of open files (ulimit -Hn) to %d",
                 limit, allowed, CONNECTIONS, CONNECTIONS + DESCRIPTORS_KEPT);
        return (unsigned)allowed;
}

/* However few there are, one address alone never gets them all. */
static unsigned per_address(const struct config *config, unsigned connections)
{
        unsigned wanted = (unsigned)config->limits_connections_per_address;

        return wanted < connections / 2 ? wanted : connections / 2;
}

static enum err engine_open(struct server *server)
{
        const struct entropy_port *entropy = &server->node.ports.entropy;
        unsigned connections = connections_allowed();
        struct engine_options options = {
                .timer = server->node.timer,
                .listen = server->node.config->http_listen,
                .threads = ENGINE_THREADS,
                .workers = BLOCKING_WORKERS,
                .nonblocking = NONBLOCKING_WORKERS,
                .queue = QUEUE,
                .connections = connections,
                .per_address = per_address(server->node.config, connections),
                .proxies = &server->api.trusted_proxies,
                .idle_connections = IDLE_CONNECTIONS,
                .refusal_pause = REFUSAL_PAUSE,
                .https = server->api.is_https,
                .vocabulary = &vocabulary_grantd,
                .handle = on_request,
                .pace = on_pace,
                .answered = on_answered,
                .context = server,
        };
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct tls_files tls;
        enum err error;

        entropy->fill(entropy->context, &options.id_seed, sizeof(options.id_seed));
        TRY(tls_read(server->node.config, &arena, &tls));
        options.tls_certificate = tls.certificate;
        options.tls_key = tls.key;
        errno = 0;
        error = engine_start(&options, &server->engine);
        if (error == ERR_OK)
                return ERR_OK;
        if (options.tls_key && errno == 0)
                tls_complain();
        else
                complain("cannot serve on http.listen %s: %s", options.listen,
                         error == ERR_FIELD_MALFORMED ? "it is no address" : strerror(errno));
        return error;
}

static enum err metrics_engine_open(struct server *server)
{
        const struct entropy_port *entropy = &server->node.ports.entropy;
        struct engine_options options = {
                .timer = server->node.timer,
                .listen = server->node.config->metrics_listen,
                .threads = ENGINE_THREADS,
                .workers = 1,
                .queue = METRICS_QUEUE,
                .connections = METRICS_QUEUE,
                .vocabulary = &vocabulary_grantd,
                .handle = on_metrics_request,
                .context = server,
        };
        enum err error;

        if (!*options.listen)
                return ERR_OK;
        entropy->fill(entropy->context, &options.id_seed, sizeof(options.id_seed));
        error = engine_start(&options, &server->metrics_engine);
        if (error != ERR_OK)
                complain("cannot serve on metrics.listen %s: %s", options.listen,
                         error == ERR_FIELD_MALFORMED ? "it is no address" : strerror(errno));
        return error;
}

/* By nobody but who sits at this machine, as far as the settings tell. */
static bool is_local(const struct config *config)
{
        return address_is_loopback(slice_from_string(config->http_listen)) &&
               origin_url_is_loopback(slice_from_string(config->http_public_url)) &&
               !*config->http_trusted_proxies;
}

/* Everybody knows the passwords and the client's secret in the demonstration's database. */
static enum err demo_check(struct node *node)
{
        struct op op = op_begin(&node->ports, &node->arena);
        struct slice mark;
        enum err error = store_meta_get(&op, "demo", &mark);

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

static void threads_complain(const char *purpose)
{
        complain("the threads for %s cannot be started: %s", purpose, strerror(errno));
}

/* --- the disk --- */

static uint64_t spare_in_database(void *context)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct op op = op_begin(context, &arena);
        struct store_space space = {0};

        if (store_space(&op, &space) != ERR_OK)
                return 0;
        return (uint64_t)space.n_free;
}

static enum err disk_open(struct server *server)
{
        const struct config *config = server->node.config;
        struct disk_watch_options options = {
                .path = server->place.path,
                .min_free = (uint64_t)config->store_min_free << 20,
                .spare = spare_in_database,
                .context = &server->node.ports,
        };

        TRY(store_place_of(slice_from_string(config->store_url), &server->place));
        server->disk = disk_watch_start(&options);
        server->sampler = table_sampler_start(&server->node.ports);
        if (!server->disk || !server->sampler) {
                threads_complain("watching the disk");
                return ERR_INTERNAL;
        }
        server->node.ports.disk = disk_watch_port(server->disk);
        return ERR_OK;
}

enum err server_start(struct server *server, const struct config *config)
{
        enum err error;

        *server = (struct server){0};
        TRY(node_open_key(&server->node, config));
        error = isolation_enter(&server->node);
        if (error == ERR_OK)
                error = node_open_parts(&server->node);
        if (error == ERR_OK)
                error = demo_check(&server->node);
        if (error == ERR_OK)
                error = disk_open(server);
        if (error == ERR_OK) {
                api_fill(server);
                error = engine_open(server);
        }
        if (error == ERR_OK)
                error = metrics_engine_open(server);
        if (error == ERR_OK) {
                server->cleaner = cleaner_start(&server->node.ports);
                server->courier = courier_start(&server->node);
                error = server->cleaner && server->courier ? ERR_OK : ERR_INTERNAL;
                if (error != ERR_OK)
                        threads_complain("deliveries and clean-up");
        }
        if (error != ERR_OK)
                server_stop(server);
        return error;
}

/* --- running and stopping --- */

/* A certificate that cannot be used leaves the one there is in its place. */
static void tls_renew(struct server *server)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct tls_files tls;

        if (tls_read(server->node.config, &arena, &tls) != ERR_OK || !tls.key)
                return;
        if (engine_renew(server->engine, tls.certificate, tls.key) == ERR_OK)
                EVENT(EVENT_INFO, "certificate read anew",
                      EVENT_TEXT("file", server->node.config->http_tls_certificate));
        else
                tls_complain();
}

static void reload(struct server *server)
{
        service_notify(SERVICE_RELOADING);
        log_reopen();
        tls_renew(server);
        (void)node_keys_reload(&server->node);
        service_notify(SERVICE_READY);
}

void server_run(struct server *server)
{
        service_notify(SERVICE_READY);
        for (;;) {
                switch (signals_wait(WATCH_PERIOD)) {
                case SIGNAL_STOP:
                        service_notify(SERVICE_STOPPING);
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
        satellites_stop(server->node.satellites); /* nobody waits for them any more */
        engine_stop(server->engine, STOP_PATIENCE);
        periodic_stop(server->cleaner);
        courier_stop(server->courier);
        table_sampler_stop(server->sampler);
        disk_watch_stop(server->disk);
        node_close(&server->node);
        server->engine = server->metrics_engine = NULL;
        server->cleaner = NULL;
        server->courier = NULL;
        server->sampler = NULL;
        server->disk = NULL;
}
