/* SPDX-License-Identifier: Apache-2.0
 *
 * GET /metrics, in Prometheus' text format.
 */
#include "api/metrics.h"

#include <stdio.h>

#include "api/api.h"
#include "base/macros.h"
#include "base/metric.h"
#include "core/upkeep/cleanup.h"
#include "http/respond.h"

enum { LIMIT_METRICS = 1 << 20 };

static void head_put(struct buf *out, enum metric metric)
{
        static const char *const types[] = {
                [METRIC_COUNTER] = "counter",
                [METRIC_GAUGE] = "gauge",
                [METRIC_HISTOGRAM] = "histogram",
        };
        const struct metric_info *info = metric_info(metric);

        buf_put_string(out, "# HELP ");
        buf_put_string(out, info->name);
        buf_put_byte(out, ' ');
        buf_put_string(out, info->help);
        buf_put_string(out, "\n# TYPE ");
        buf_put_string(out, info->name);
        buf_put_byte(out, ' ');
        buf_put_string(out, types[info->type]);
        buf_put_byte(out, '\n');
}

/* "grantd_x_total{a="b"} 7"; `suffix` and `labels` may be empty. */
static void line_put(struct buf *out, enum metric metric, const char *suffix, struct slice labels,
                     uint64_t value)
{
        buf_put_string(out, metric_info(metric)->name);
        buf_put_string(out, suffix);
        if (labels.size) {
                buf_put_byte(out, '{');
                buf_put(out, labels);
                buf_put_byte(out, '}');
        }
        buf_put_byte(out, ' ');
        buf_put_int64(out, (int64_t)value);
        buf_put_byte(out, '\n');
}

static void label_put(struct buf *out, const char *name, const char *value)
{
        if (out->size)
                buf_put_byte(out, ',');
        buf_put_string(out, name);
        buf_put_string(out, "=\"");
        buf_put_string(out, value);
        buf_put_byte(out, '"');
}

static void plain_put(struct buf *out, enum metric metric, uint64_t value)
{
        head_put(out, metric);
        line_put(out, metric, "", (struct slice){0}, value);
}

/* A counter without labels. */
static void counted_put(struct buf *out, enum metric metric)
{
        plain_put(out, metric, metric_read(metric, 0));
}

/* --- metrics with labels --- */

static void requests_put(struct buf *out)
{
        static const char *const classes[] = {"other", "1xx", "2xx", "3xx", "4xx", "5xx"};

        head_put(out, METRIC_requests_total);
        for (size_t route = 0; route < api_n_routes(); route++)
                for (size_t class = 0; class < ARRAY_SIZE(classes); class ++) {
                        struct buf labels CLEANUP(buf_deinit) = BUF_LOCAL(512);
                        uint64_t n =
                                metric_read(METRIC_requests_total, route * STATUS_CLASSES + class);

                        if (!n)
                                continue;
                        label_put(&labels, "method", api_route_method(route));
                        label_put(&labels, "route", api_route_name(route));
                        label_put(&labels, "class", classes[class]);
                        line_put(out, METRIC_requests_total, "", buf_slice(&labels), n);
                }
}

/* Prints a counter whose cells are outcomes. */
static void outcomes_put(struct buf *out, enum metric metric)
{
        head_put(out, metric);
        for (int error = ERR_OK; error < ERR_COUNT_; error++) {
                struct buf labels CLEANUP(buf_deinit) = BUF_LOCAL(128);
                uint64_t n = metric_read(metric, (size_t)error);

                if (!n && error != ERR_OK)
                        continue;
                label_put(&labels, "outcome",
                          error == ERR_OK ? "ok" : error_info((enum err)error)->name);
                line_put(out, metric, "", buf_slice(&labels), n);
        }
}

static void limited_put(struct buf *out)
{
        static const char *const limits[] = {
                [LIMITED_ADDRESS] = "limit=\"address\"",
                [LIMITED_CLIENT] = "limit=\"client\"",
                [LIMITED_REGISTRATION] = "limit=\"registration\"",
                [LIMITED_START] = "limit=\"start\"",
                [LIMITED_DOCUMENT] = "limit=\"document\"",
        };

        head_put(out, METRIC_rate_limited_total);
        for (size_t i = 0; i < ARRAY_SIZE(limits); i++)
                line_put(out, METRIC_rate_limited_total, "", slice_from_string(limits[i]),
                         metric_read(METRIC_rate_limited_total, i));
}

const char *api_quota_name(enum err error)
{
        if (error == ERR_QUOTA_SHARE)
                return "share";
        if (error == ERR_QUOTA_REQUESTS)
                return "account";
        if (error == ERR_QUOTA_CLIENT)
                return "client";
        if (error == ERR_QUOTA_LOGINS)
                return "logins";
        if (error == ERR_QUOTA_PROOFS)
                return "proofs";
        if (error == ERR_QUOTA_REFRESH)
                return "refreshes";
        if (error == ERR_QUOTA_NARROWINGS)
                return "narrowings";
        return error == ERR_QUOTA_CHANGES ? "changes" : NULL;
}

/* Its cells are outcomes. */
static void quotas_put(struct buf *out)
{
        head_put(out, METRIC_quota_refusals_total);
        for (int error = ERR_OK; error < ERR_COUNT_; error++) {
                const char *name = api_quota_name((enum err)error);
                struct buf labels CLEANUP(buf_deinit) = BUF_LOCAL(64);

                if (!name)
                        continue;
                label_put(&labels, "quota", name);
                line_put(out, METRIC_quota_refusals_total, "", buf_slice(&labels),
                         metric_read(METRIC_quota_refusals_total, (size_t)error));
        }
}

/* Seconds with microseconds. */
static void seconds_write(struct buf *out, uint64_t microseconds)
{
        char text[64];

        (void)snprintf(text, sizeof(text), "%llu.%06llu",
                       (unsigned long long)(microseconds / 1000000),
                       (unsigned long long)(microseconds % 1000000));
        buf_put_string(out, text);
}

static void seconds_line_put(struct buf *out, enum metric metric, const char *suffix,
                             uint64_t microseconds)
{
        buf_put_string(out, metric_info(metric)->name);
        buf_put_string(out, suffix);
        buf_put_byte(out, ' ');
        seconds_write(out, microseconds);
        buf_put_byte(out, '\n');
}

static void seconds_put(struct buf *out, enum metric metric, int64_t microseconds)
{
        head_put(out, metric);
        seconds_line_put(out, metric, "", (uint64_t)microseconds);
}

/* Return: how many values there were. */
static uint64_t buckets_put(struct buf *out, enum metric metric, bool is_time)
{
        uint64_t n = 0;

        head_put(out, metric);
        for (size_t i = 0; i < METRIC_BUCKETS; i++) {
                struct buf labels CLEANUP(buf_deinit) = BUF_LOCAL(64);

                n += metric_read(metric, i);
                buf_put_string(&labels, "le=\"");
                if (i == METRIC_BUCKETS - 1)
                        buf_put_string(&labels, "+Inf");
                else if (is_time)
                        seconds_write(&labels, (uint64_t)METRIC_SHORTEST << i);
                else
                        buf_put_int64(&labels, INT64_C(1) << i);
                buf_put_byte(&labels, '"');
                line_put(out, metric, "_bucket", buf_slice(&labels), n);
        }
        return n;
}

static void histogram_put(struct buf *out, enum metric metric)
{
        uint64_t n = buckets_put(out, metric, false);

        line_put(out, metric, "_sum", (struct slice){0}, metric_read(metric, METRIC_BUCKETS));
        line_put(out, metric, "_count", (struct slice){0}, n);
}

static void time_histogram_put(struct buf *out, enum metric metric)
{
        uint64_t n = buckets_put(out, metric, true);

        seconds_line_put(out, metric, "_sum", metric_read(metric, METRIC_BUCKETS));
        line_put(out, metric, "_count", (struct slice){0}, n);
}

static void gauges_put(struct buf *out, const struct api_gauges *gauges, int64_t waiting)
{
        plain_put(out, METRIC_derivations_total, gauges->derivations);
        plain_put(out, METRIC_derivations_refused_total, gauges->derivations_refused);
        plain_put(out, METRIC_derivations_without_memory_total, gauges->derivations_without_memory);
        plain_put(out, METRIC_rate_limit_entries, gauges->rate_limit_entries);
        plain_put(out, METRIC_derivation_queue, gauges->derivation_queue);
        plain_put(out, METRIC_derivation_queue_limit, gauges->derivation_queue_limit);
        plain_put(out, METRIC_derivation_memories, gauges->memories);
        seconds_put(out, METRIC_derivation_seconds, gauges->derivation_us);
        plain_put(out, METRIC_cleanup_waiting_rows, (uint64_t)waiting);
        plain_put(out, METRIC_resident_bytes, gauges->resident_bytes);
        plain_put(out, METRIC_http_connections_open, gauges->connections);
        plain_put(out, METRIC_http_exchanges_open, gauges->exchanges);
}

static enum err deliveries_put(struct op *op, struct buf *out)
{
        struct delivery_waiting waiting;
        int64_t oldest = 0;

        TRY(store_delivery_waiting(op, &waiting));
        if (waiting.oldest.ms && waiting.oldest.ms < op->now.ms)
                oldest = (op->now.ms - waiting.oldest.ms) / 1000;
        plain_put(out, METRIC_deliveries_waiting, (uint64_t)waiting.n_pending);
        plain_put(out, METRIC_deliveries_failed, (uint64_t)waiting.n_failed);
        plain_put(out, METRIC_deliveries_oldest_seconds, (uint64_t)oldest);
        return ERR_OK;
}

/* --- the disk --- */

static void labelled_put(struct buf *out, enum metric metric, const char *label, const char *value,
                         int64_t number)
{
        struct buf labels CLEANUP(buf_deinit) = BUF_LOCAL(128);

        label_put(&labels, label, value);
        line_put(out, metric, "", buf_slice(&labels), (uint64_t)number);
}

static void tables_put(struct buf *out, const struct api_tables *tables)
{
        head_put(out, METRIC_table_rows);
        for (size_t i = 0; i < tables->n; i++)
                labelled_put(out, METRIC_table_rows, "table", tables->items[i].name,
                             tables->items[i].size.n_rows);
        head_put(out, METRIC_table_bytes);
        for (size_t i = 0; i < tables->n; i++)
                if (tables->items[i].size.n_bytes >= 0)
                        labelled_put(out, METRIC_table_bytes, "table", tables->items[i].name,
                                     tables->items[i].size.n_bytes);
        plain_put(out, METRIC_table_sample_age_seconds, (uint64_t)tables->age);
}

static enum err disk_put(struct op *op, const struct api_gauges *gauges, struct buf *out)
{
        struct store_space space;

        TRY(store_space(op, &space));
        if (gauges->has_disk)
                plain_put(out, METRIC_disk_free_bytes, gauges->disk_free);
        plain_put(out, METRIC_disk_level, disk_level(&op->ports->disk));
        plain_put(out, METRIC_disk_refusals_total, metric_read(METRIC_disk_refusals_total, 0));
        head_put(out, METRIC_store_bytes);
        labelled_put(out, METRIC_store_bytes, "part", "database", space.n_bytes);
        labelled_put(out, METRIC_store_bytes, "part", "free", space.n_free);
        if (gauges->has_disk)
                labelled_put(out, METRIC_store_bytes, "part", "log", (int64_t)gauges->log_bytes);
        tables_put(out, &gauges->tables);
        return ERR_OK;
}

/* --- the database --- */

/* Only what is known. */
static void known_put(struct buf *out, enum metric metric, int64_t value)
{
        if (value >= 0)
                plain_put(out, metric, (uint64_t)value);
}

static enum err store_put(struct op *op, const struct api_gauges *gauges, struct buf *out)
{
        struct store_state state;

        TRY(store_state(op, &state));
        time_histogram_put(out, METRIC_store_read_seconds);
        time_histogram_put(out, METRIC_store_write_seconds);
        head_put(out, METRIC_store_connections);
        labelled_put(out, METRIC_store_connections, "use", "reading",
                     (int64_t)gauges->store_reading);
        labelled_put(out, METRIC_store_connections, "use", "idle", (int64_t)gauges->store_idle);
        labelled_put(out, METRIC_store_connections, "use", "writing",
                     (int64_t)gauges->store_writing);
        plain_put(out, METRIC_store_writable, state.is_writable);
        known_put(out, METRIC_store_standbys, state.n_standbys);
        known_put(out, METRIC_store_standby_lag_bytes, state.standby_lag);
        if (state.partitions_end >= 0)
                plain_put(out, METRIC_partitions_ahead_seconds,
                          state.partitions_end > op->now.ms
                                  ? (uint64_t)(state.partitions_end - op->now.ms) / 1000
                                  : 0);
        return ERR_OK;
}

/* --- who may read them --- */

/* Behind a proxy every client would look local. */
static bool is_neighbour(const struct http_request *request)
{
        return !request->headers.forwarded_for.data &&
               (slice_starts_with(request->peer, SLICE("127.")) ||
                slice_equal(request->peer, SLICE("::1")));
}

/* Return: ERR_OK, answered; faults. */
static enum err metrics_respond(const struct api *api, struct http_call *call)
{
        struct op op = api_op(api, call, NULL);
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(LIMIT_METRICS);
        struct api_gauges gauges = {0};
        int64_t waiting = 0;

        TRY(upkeep_waiting(&op, &waiting));
        api->read_gauges(api->context, &gauges);
        requests_put(&text);
        outcomes_put(&text, METRIC_exchanges_total);
        outcomes_put(&text, METRIC_deliveries_total);
        limited_put(&text);
        quotas_put(&text);
        counted_put(&text, METRIC_failures_not_audited_total);
        counted_put(&text, METRIC_rate_limit_table_full_total);
        counted_put(&text, METRIC_passwords_refused_total);
        counted_put(&text, METRIC_http_connections_refused_total);
        counted_put(&text, METRIC_http_connections_dropped_total);
        counted_put(&text, METRIC_commit_retries_total);
        counted_put(&text, METRIC_revocation_copy_failures_total);
        counted_put(&text, METRIC_store_connections_total);
        histogram_put(&text, METRIC_commit_batch_size);
        gauges_put(&text, &gauges, waiting);
        TRY(deliveries_put(&op, &text));
        TRY(disk_put(&op, &gauges, &text));
        TRY(store_put(&op, &gauges, &text));
        if (text.failed)
                return ERR_INTERNAL;
        respond_text(call, 200, "text/plain; version=0.0.4; charset=utf-8", buf_slice(&text));
        return ERR_OK;
}

enum err metrics_get(const struct api *api, struct http_call *call, const struct session *session)
{
        (void)session;
        if (api->has_metrics_listener || !is_neighbour(&call->request))
                return ERR_NOT_FOUND;
        return metrics_respond(api, call);
}

enum http_handled api_handle_metrics(const struct api *api, struct http_call *call)
{
        enum err error = ERR_NOT_FOUND;

        call->allowed_methods = HTTP_BIT(HTTP_GET);
        if (slice_equal(call->request.path, SLICE("/metrics")))
                error = call->request.method == HTTP_GET ? metrics_respond(api, call)
                                                         : ERR_METHOD_NOT_ALLOWED;
        if (error != ERR_OK)
                respond_error(call, error);
        return HTTP_ANSWERED;
}
