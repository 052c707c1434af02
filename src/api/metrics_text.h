/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing metrics in Prometheus' text format.
 */
#pragma once

#include "base/buf.h"
#include "base/metric.h"

/* The two lines above the values of a metric. */
void metrics_head_put(struct buf *out, enum metric metric);

/* "grantd_x_total{a="b"} 7"; `suffix` and `labels` may be empty. */
void metrics_line_put(struct buf *out, enum metric metric, const char *suffix, struct slice labels,
                      uint64_t value);

/* Adds a label to those of a line. */
void metrics_label_put(struct buf *out, const char *name, const char *value);

/* A metric without labels, with its head; the second reads its counter. */
void metrics_plain_put(struct buf *out, enum metric metric, uint64_t value);
void metrics_counted_put(struct buf *out, enum metric metric);

/* The same in seconds. */
void metrics_seconds_put(struct buf *out, enum metric metric, int64_t microseconds);

/* A histogram of numbers, or of times, with its head. */
void metrics_histogram_put(struct buf *out, enum metric metric);
void metrics_time_histogram_put(struct buf *out, enum metric metric);

/* One row of a histogram of times that has a label; without the head. */
void metrics_time_row_put(struct buf *out, enum metric metric, size_t row, struct slice label);
