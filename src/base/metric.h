/* SPDX-License-Identifier: Apache-2.0
 *
 * The metrics of this process, named in metrics.def. Counting is one atomic instruction. The
 * library and the core count nothing; their callers do.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum metric {
#define METRIC(name, type, labels, help) METRIC_##name,
#include "base/metrics.def"
#undef METRIC
        METRIC_COUNT_
};

enum metric_type { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };

struct metric_info {
        const char *name; /* "grantd_requests_total" */
        enum metric_type type;
        const char *help;
};

const struct metric_info *metric_info(enum metric metric);

enum {
        METRIC_CELLS = 720,  /* one for each combination of label values; the caller numbers them */
        METRIC_BUCKETS = 14, /* of a histogram: 1, 2, 4 ... 4096, more */
        METRIC_ROW = METRIC_BUCKETS + 1, /* cells of one histogram */
        METRIC_SHORTEST = 250, /* microseconds: the first bucket of a histogram of times */
};

/* Adds one to a cell; a metric without labels has cell 0. A cell out of range is ignored. */
void metric_count(enum metric metric, size_t cell);
uint64_t metric_read(enum metric metric, size_t cell);

/* Records a value in a histogram. Its cells are the buckets, not cumulative, and the sum; a
 * histogram with a label has as many again for each of its values, which the caller numbers. */
void metric_observe(enum metric metric, uint64_t value);

/* A time in the histogram of one value of the label. */
void metric_observe_time(enum metric metric, size_t row, int64_t microseconds);

/* The same without a label, for the microseconds since an instant of monotonic_now(). */
void metric_observe_since(enum metric metric, int64_t begun);
