/* SPDX-License-Identifier: Apache-2.0
 *
 * Options of the engines, and their callbacks.
 */
#include "node/engines.h"

#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <string.h>

#include "api/metrics.h"
#include "api/vocabulary.h"
#include "base/event.h"
#include "base/limits.h"
#include "base/macros.h"
#include "http/router.h"
#include "node/tls_files.h"
#include "os/certificate.h"
#include "os/complain.h"
#include "os/descriptors.h"

enum {
        ENGINE_THREADS = 1,
        NONBLOCKING_WORKERS = 2, /* for exchanges, which do not block */
        SERVER_WORKERS = 16,     /* the same where they wait for a database server */
        LIMIT_SLOTS = 16,        /* mint.slots at most */
        /* As many as can wait for something, plus some for the rest. */
        BLOCKING_WORKERS = LIMIT_WAIT_DERIVATION + LIMIT_SLOTS + LIMIT_WAIT_PASSWORD +
                           LIMIT_WAIT_SATELLITE + LIMIT_WAIT_EDGE + LIMIT_WAIT_DOCUMENT +
                           LIMIT_WAIT_FETCH + 2 * LIMIT_WAIT_PROVIDER + 32,
        QUEUE = 4096,
        CONNECTIONS = 16384,
        IDLE_CONNECTIONS = 4096, /* between two requests; each holds some 40 KiB */
        DESCRIPTORS_KEPT = 256,  /* for the store, the log and all that is not a connection */
        METRICS_QUEUE = 64,
        LIMIT_WHY = 8192,
};

/* --- callbacks --- */

static enum http_handled on_request(void *context, struct http_call *call)
{
        return api_handle(context, call);
}

static enum http_pace on_pace(void *context, const struct http_request *request)
{
        (void)context;
        return api_pace(request);
}

/* The access log; it never contains a query or a Location. */
static void request_log(const struct http_call *call, int64_t microseconds)
{
        const struct event_field fields[] = {
                EVENT_TEXT("method", method_text(call->request.method)),
                EVENT_SLICE("path", slice_to(call->request.path, 200)),
                EVENT_INTEGER("status", call->response.status),
                EVENT_INTEGER("us", microseconds),
                EVENT_SLICE("from", call->request.peer),
                EVENT_SLICE("id", call->request.id),
                EVENT_TEXT("error", error_info(call->refusal)->name),
        };
        bool is_refused = call->refusal != ERR_OK;

        event_emit(&(const struct event){
                .level = EVENT_INFO,
                .name = "request",
                .fields = fields,
                .n_fields = ARRAY_SIZE(fields) - !is_refused,
        });
}

static void on_answered(void *context, const struct http_call *call, int64_t microseconds)
{
        (void)context;
        api_count(call, microseconds);
        if (call->arena->failed)
                EVENT_FAULT("memory",
                            EVENT_TEXT("what", "a request needed more memory than allowed"),
                            EVENT_TEXT("route", api_route_name(call->route)),
                            EVENT_INTEGER("used", (int64_t)call->arena->used),
                            EVENT_INTEGER("asked", (int64_t)call->arena->asked),
                            EVENT_SLICE("id", call->request.id));
        request_log(call, microseconds);
}

static enum http_handled on_metrics_request(void *context, struct http_call *call)
{
        return api_handle_metrics(context, call);
}

/* --- starting --- */

/* As many as the descriptors allow, so that the store is never left without one. */
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

/* Even if there are few, one address never gets them all. */
static unsigned per_address(const struct config *config, unsigned connections)
{
        unsigned wanted = (unsigned)config->limits_connections_per_address;

        return wanted < connections / 2 ? wanted : connections / 2;
}

/* For /metrics. */
static void certificate_note(struct node *node, const struct tls_files *files)
{
        struct certificate_facts facts;

        if (files->certificate &&
            certificate_read(slice_from_string(files->certificate), slice_from_string(files->key),
                             (struct slice){0}, &facts) == ERR_OK)
                atomic_store(&node->certificate_end, instant_seconds(facts.not_after));
}

enum err engines_open_main(struct node *node, struct api *api, struct engine **ret)
{
        const struct entropy_port *entropy = &node->ports.entropy;
        unsigned connections = connections_allowed();
        struct engine_options options = {
                .timer = node->timer,
                .listen = node->config->http_listen,
                .threads = ENGINE_THREADS,
                .workers = BLOCKING_WORKERS,
                .nonblocking = node->ports.disk.level ? NONBLOCKING_WORKERS : SERVER_WORKERS,
                .queue = QUEUE,
                .connections = connections,
                .per_address = per_address(node->config, connections),
                .proxies = &api->trusted_proxies,
                .person_field = node->config->login_proxy_header,
                .idle_connections = IDLE_CONNECTIONS,
                .idle_seconds = (unsigned)node->config->http_keep_alive,
                .refusal_pause = REFUSAL_PAUSE,
                .https = api->is_https,
                .vocabulary = &vocabulary_grantd,
                .handle = on_request,
                .pace = on_pace,
                .answered = on_answered,
                .context = api,
        };
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(LIMIT_WHY);
        struct tls_files tls;
        enum err error;

        entropy->fill(entropy->context, &options.id_seed, sizeof(options.id_seed));
        error = tls_files_read(node->config, &arena, &why, &tls);
        if (error != ERR_OK) {
                complain_why(&why);
                return error;
        }
        options.tls_certificate = tls.certificate;
        options.tls_key = tls.key;
        errno = 0;
        error = engine_start(&options, ret);
        if (error == ERR_OK) {
                certificate_note(node, &tls);
                return ERR_OK;
        }
        if (options.tls_key && errno == 0)
                complain("%s", tls_files_problem);
        else
                complain("cannot serve on http.listen %s: %s", options.listen,
                         error == ERR_FIELD_MALFORMED ? "not an address" : strerror(errno));
        return error;
}

enum err engines_open_metrics(const struct node *node, struct api *api, struct engine **ret)
{
        const struct entropy_port *entropy = &node->ports.entropy;
        struct engine_options options = {
                .timer = node->timer,
                .listen = node->config->metrics_listen,
                .threads = ENGINE_THREADS,
                .workers = 1,
                .queue = METRICS_QUEUE,
                .connections = METRICS_QUEUE,
                .vocabulary = &vocabulary_grantd,
                .handle = on_metrics_request,
                .context = api,
        };
        enum err error;

        if (!*options.listen)
                return ERR_OK;
        entropy->fill(entropy->context, &options.id_seed, sizeof(options.id_seed));
        error = engine_start(&options, ret);
        if (error != ERR_OK)
                complain("cannot serve on metrics.listen %s: %s", options.listen,
                         error == ERR_FIELD_MALFORMED ? "not an address" : strerror(errno));
        return error;
}

/* If the new certificate cannot be used, the old one stays in use. Nobody looks at standard error
 * now, so the log says why. */
void engines_renew(struct engine *engine, struct node *node)
{
        const struct config *config = node->config;
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(LIMIT_WHY);
        struct tls_files tls;

        if (tls_files_read(config, &arena, &why, &tls) != ERR_OK) {
                EVENT_FAULT("certificate", EVENT_SLICE("why", buf_slice(&why)));
                return;
        }
        if (!tls.key)
                return;
        if (engine_renew(engine, tls.certificate, tls.key) == ERR_OK) {
                certificate_note(node, &tls);
                EVENT(EVENT_INFO, "certificate reread",
                      EVENT_TEXT("file", config->http_tls_certificate));
        } else {
                EVENT_FAULT("certificate", EVENT_TEXT("why", tls_files_problem));
        }
}
