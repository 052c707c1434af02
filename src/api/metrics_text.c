/* SPDX-License-Identifier: Apache-2.0
 *
 * Prometheus' text format, version 0.0.4.
 */
#include "api/metrics_text.h"

#include <stdio.h>

#include "base/macros.h"

void metrics_head_put(struct buf *out, enum metric metric)
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

/* What stands before a value. */
static void series_put(struct buf *out, enum metric metric, const char *suffix, struct slice labels)
{
        buf_put_string(out, metric_info(metric)->name);
        buf_put_string(out, suffix);
        if (labels.size) {
                buf_put_byte(out, '{');
                buf_put(out, labels);
                buf_put_byte(out, '}');
        }
        buf_put_byte(out, ' ');
}

void metrics_line_put(struct buf *out, enum metric metric, const char *suffix, struct slice labels,
                      uint64_t value)
{
        series_put(out, metric, suffix, labels);
        buf_put_int64(out, (int64_t)value);
        buf_put_byte(out, '\n');
}

void metrics_label_put(struct buf *out, const char *name, const char *value)
{
        if (out->size)
                buf_put_byte(out, ',');
        buf_put_string(out, name);
        buf_put_string(out, "=\"");
        buf_put_string(out, value);
        buf_put_byte(out, '"');
}

void metrics_plain_put(struct buf *out, enum metric metric, uint64_t value)
{
        metrics_head_put(out, metric);
        metrics_line_put(out, metric, "", (struct slice){0}, value);
}

/* A counter without labels. */
void metrics_counted_put(struct buf *out, enum metric metric)
{
        metrics_plain_put(out, metric, metric_read(metric, 0));
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
                             struct slice labels, uint64_t microseconds)
{
        series_put(out, metric, suffix, labels);
        seconds_write(out, microseconds);
        buf_put_byte(out, '\n');
}

void metrics_seconds_put(struct buf *out, enum metric metric, int64_t microseconds)
{
        metrics_head_put(out, metric);
        seconds_line_put(out, metric, "", (struct slice){0}, (uint64_t)microseconds);
}

/* The upper bound of a bucket. */
static void bound_write(struct buf *out, size_t bucket, bool is_time)
{
        if (bucket == METRIC_BUCKETS - 1)
                buf_put_string(out, "+Inf");
        else if (is_time)
                seconds_write(out, (uint64_t)METRIC_SHORTEST << bucket);
        else
                buf_put_int64(out, INT64_C(1) << bucket);
}

/* The lines of one row; `label` may be empty. Return: how many values there were. */
static uint64_t buckets_put(struct buf *out, enum metric metric, size_t row, struct slice label,
                            bool is_time)
{
        uint64_t n = 0;

        for (size_t i = 0; i < METRIC_BUCKETS; i++) {
                struct buf labels CLEANUP(buf_deinit) = BUF_LOCAL(128);

                n += metric_read(metric, row * METRIC_ROW + i);
                buf_put(&labels, label);
                buf_put_string(&labels, label.size ? ",le=\"" : "le=\"");
                bound_write(&labels, i, is_time);
                buf_put_byte(&labels, '"');
                metrics_line_put(out, metric, "_bucket", buf_slice(&labels), n);
        }
        return n;
}

void metrics_histogram_put(struct buf *out, enum metric metric)
{
        uint64_t n;

        metrics_head_put(out, metric);
        n = buckets_put(out, metric, 0, (struct slice){0}, false);
        metrics_line_put(out, metric, "_sum", (struct slice){0},
                         metric_read(metric, METRIC_BUCKETS));
        metrics_line_put(out, metric, "_count", (struct slice){0}, n);
}

void metrics_time_row_put(struct buf *out, enum metric metric, size_t row, struct slice label)
{
        uint64_t n = buckets_put(out, metric, row, label, true);

        seconds_line_put(out, metric, "_sum", label,
                         metric_read(metric, row * METRIC_ROW + METRIC_BUCKETS));
        metrics_line_put(out, metric, "_count", label, n);
}

void metrics_time_histogram_put(struct buf *out, enum metric metric)
{
        metrics_head_put(out, metric);
        metrics_time_row_put(out, metric, 0, (struct slice){0});
}
