/* SPDX-License-Identifier: Apache-2.0
 *
 * GET /metrics, in Prometheus' text format.
 */
#include "api/metrics.h"

#include "api/api.h"
#include "api/metrics_text.h"
#include "base/macros.h"
#include "base/metric.h"
#include "core/upkeep/cleanup.h"
#include "http/respond.h"

enum { LIMIT_METRICS = 1 << 20 };

/* --- metrics with labels --- */

static void requests_put(struct buf *out)
{
        static const char *const classes[] = {"other", "1xx", "2xx", "3xx", "4xx", "5xx"};

        metrics_head_put(out, METRIC_requests_total);
        for (size_t route = 0; route < api_n_routes(); route++)
                for (size_t class = 0; class < ARRAY_SIZE(classes); class ++) {
                        struct buf labels CLEANUP(buf_deinit) = BUF_LOCAL(512);
                        uint64_t n =
                                metric_read(METRIC_requests_total, route * STATUS_CLASSES + class);

                        if (!n)
                                continue;
                        metrics_label_put(&labels, "method", api_route_method(route));
                        metrics_label_put(&labels, "route", api_route_name(route));
                        metrics_label_put(&labels, "class", classes[class]);
                        metrics_line_put(out, METRIC_requests_total, "", buf_slice(&labels), n);
                }
}

/* Prints a counter whose cells are outcomes. */
static void outcomes_put(struct buf *out, enum metric metric)
{
        metrics_head_put(out, metric);
        for (int error = ERR_OK; error < ERR_COUNT_; error++) {
                struct buf labels CLEANUP(buf_deinit) = BUF_LOCAL(128);
                uint64_t n = metric_read(metric, (size_t)error);

                if (!n && error != ERR_OK)
                        continue;
                metrics_label_put(&labels, "outcome",
                                  error == ERR_OK ? "ok" : error_info((enum err)error)->name);
                metrics_line_put(out, metric, "", buf_slice(&labels), n);
        }
}

const char *api_limit_name(size_t cell)
{
        static const char *const limits[] = {
                [LIMITED_ADDRESS] = "address",           [LIMITED_CLIENT] = "client",
                [LIMITED_REGISTRATION] = "registration", [LIMITED_START] = "start",
                [LIMITED_DOCUMENT] = "document",         [LIMITED_MAIL] = "mail",
        };

        return cell < ARRAY_SIZE(limits) ? limits[cell] : NULL;
}

static void limited_put(struct buf *out)
{
        const char *name;

        metrics_head_put(out, METRIC_rate_limited_total);
        for (size_t i = 0; (name = api_limit_name(i)); i++) {
                struct buf label CLEANUP(buf_deinit) = BUF_LOCAL(64);

                metrics_label_put(&label, "limit", name);
                metrics_line_put(out, METRIC_rate_limited_total, "", buf_slice(&label),
                                 metric_read(METRIC_rate_limited_total, i));
        }
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
        metrics_head_put(out, METRIC_quota_refusals_total);
        for (int error = ERR_OK; error < ERR_COUNT_; error++) {
                const char *name = api_quota_name((enum err)error);
                struct buf labels CLEANUP(buf_deinit) = BUF_LOCAL(64);

                if (!name)
                        continue;
                metrics_label_put(&labels, "quota", name);
                metrics_line_put(out, METRIC_quota_refusals_total, "", buf_slice(&labels),
                                 metric_read(METRIC_quota_refusals_total, (size_t)error));
        }
}

static void durations_put(struct buf *out)
{
        const char *caller;

        metrics_head_put(out, METRIC_request_seconds);
        for (size_t row = 0; (caller = api_caller(row)); row++) {
                struct buf label CLEANUP(buf_deinit) = BUF_LOCAL(64);

                metrics_label_put(&label, "caller", caller);
                metrics_time_row_put(out, METRIC_request_seconds, row, buf_slice(&label));
        }
}

/* --- gauges --- */

static void process_put(struct buf *out, const struct api_gauges *gauges)
{
        metrics_head_put(out, METRIC_build_info);
        metrics_line_put(out, METRIC_build_info, "", SLICE("version=\"" GRANTD_VERSION "\""), 1);
        metrics_plain_put(out, METRIC_start_time_seconds, (uint64_t)gauges->started_at);
        if (gauges->certificate_end)
                metrics_plain_put(out, METRIC_certificate_end_seconds,
                                  (uint64_t)gauges->certificate_end);
        metrics_plain_put(out, METRIC_resident_bytes, gauges->resident_bytes);
}

static void gauges_put(struct buf *out, const struct api_gauges *gauges, int64_t waiting)
{
        metrics_plain_put(out, METRIC_derivations_total, gauges->derivations);
        metrics_plain_put(out, METRIC_derivations_refused_total, gauges->derivations_refused);
        metrics_plain_put(out, METRIC_derivations_without_memory_total,
                          gauges->derivations_without_memory);
        metrics_plain_put(out, METRIC_rate_limit_entries, gauges->rate_limit_entries);
        metrics_plain_put(out, METRIC_derivation_queue, gauges->derivation_queue);
        metrics_plain_put(out, METRIC_derivation_queue_limit, gauges->derivation_queue_limit);
        metrics_plain_put(out, METRIC_derivation_memories, gauges->memories);
        metrics_seconds_put(out, METRIC_derivation_seconds, gauges->derivation_us);
        metrics_plain_put(out, METRIC_cleanup_waiting_rows, (uint64_t)waiting);
        process_put(out, gauges);
        metrics_plain_put(out, METRIC_http_connections_open, gauges->connections);
        metrics_plain_put(out, METRIC_http_exchanges_open, gauges->exchanges);
}

static enum err deliveries_put(struct op *op, struct buf *out)
{
        struct delivery_waiting waiting;
        int64_t oldest = 0;

        TRY(store_delivery_waiting(op, &waiting));
        if (waiting.oldest.ms && waiting.oldest.ms < op->now.ms)
                oldest = (op->now.ms - waiting.oldest.ms) / 1000;
        metrics_plain_put(out, METRIC_deliveries_waiting, (uint64_t)waiting.n_pending);
        metrics_plain_put(out, METRIC_deliveries_failed, (uint64_t)waiting.n_failed);
        metrics_plain_put(out, METRIC_deliveries_oldest_seconds, (uint64_t)oldest);
        return ERR_OK;
}

static enum err mails_put(struct op *op, struct buf *out)
{
        struct mail_waiting waiting;

        TRY(store_mail_waiting(op, &waiting));
        metrics_plain_put(out, METRIC_mails_waiting, (uint64_t)waiting.n);
        return ERR_OK;
}

/* --- the disk --- */

static void labelled_put(struct buf *out, enum metric metric, const char *label, const char *value,
                         int64_t number)
{
        struct buf labels CLEANUP(buf_deinit) = BUF_LOCAL(128);

        metrics_label_put(&labels, label, value);
        metrics_line_put(out, metric, "", buf_slice(&labels), (uint64_t)number);
}

static void tables_put(struct buf *out, const struct api_tables *tables)
{
        metrics_head_put(out, METRIC_table_rows);
        for (size_t i = 0; i < tables->n; i++)
                labelled_put(out, METRIC_table_rows, "table", tables->items[i].name,
                             tables->items[i].size.n_rows);
        metrics_head_put(out, METRIC_table_bytes);
        for (size_t i = 0; i < tables->n; i++)
                if (tables->items[i].size.n_bytes >= 0)
                        labelled_put(out, METRIC_table_bytes, "table", tables->items[i].name,
                                     tables->items[i].size.n_bytes);
        metrics_plain_put(out, METRIC_table_sample_age_seconds, (uint64_t)tables->age);
}

static enum err disk_put(struct op *op, const struct api_gauges *gauges, struct buf *out)
{
        struct store_space space;

        TRY(store_space(op, &space));
        if (gauges->has_disk)
                metrics_plain_put(out, METRIC_disk_free_bytes, gauges->disk_free);
        metrics_plain_put(out, METRIC_disk_level, disk_level(&op->ports->disk));
        metrics_plain_put(out, METRIC_disk_refusals_total,
                          metric_read(METRIC_disk_refusals_total, 0));
        metrics_head_put(out, METRIC_store_bytes);
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
                metrics_plain_put(out, metric, (uint64_t)value);
}

static enum err store_put(struct op *op, const struct api_gauges *gauges, struct buf *out)
{
        struct store_state state;

        TRY(store_state(op, &state));
        metrics_time_histogram_put(out, METRIC_store_read_seconds);
        metrics_time_histogram_put(out, METRIC_store_write_seconds);
        metrics_head_put(out, METRIC_store_connections);
        labelled_put(out, METRIC_store_connections, "use", "reading",
                     (int64_t)gauges->store_reading);
        labelled_put(out, METRIC_store_connections, "use", "idle", (int64_t)gauges->store_idle);
        labelled_put(out, METRIC_store_connections, "use", "writing",
                     (int64_t)gauges->store_writing);
        metrics_plain_put(out, METRIC_store_writable, state.is_writable);
        known_put(out, METRIC_store_standbys, state.n_standbys);
        known_put(out, METRIC_store_standby_lag_bytes, state.standby_lag);
        if (state.partitions_end >= 0)
                metrics_plain_put(out, METRIC_partitions_ahead_seconds,
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
        durations_put(&text);
        outcomes_put(&text, METRIC_exchanges_total);
        outcomes_put(&text, METRIC_deliveries_total);
        outcomes_put(&text, METRIC_mails_total);
        limited_put(&text);
        quotas_put(&text);
        metrics_counted_put(&text, METRIC_failures_not_audited_total);
        metrics_counted_put(&text, METRIC_rate_limit_table_full_total);
        metrics_counted_put(&text, METRIC_passwords_refused_total);
        metrics_counted_put(&text, METRIC_http_connections_refused_total);
        metrics_counted_put(&text, METRIC_http_connections_dropped_total);
        metrics_counted_put(&text, METRIC_commit_retries_total);
        metrics_counted_put(&text, METRIC_revocation_copy_failures_total);
        metrics_counted_put(&text, METRIC_store_connections_total);
        metrics_histogram_put(&text, METRIC_commit_batch_size);
        gauges_put(&text, &gauges, waiting);
        TRY(deliveries_put(&op, &text));
        TRY(mails_put(&op, &text));
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
