/* SPDX-License-Identifier: Apache-2.0
 *
 * Counts of what happened in this process, by the names of metrics.def. Adding is one atomic
 * instruction. Library and core count nothing; what they do is counted by who calls them.
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
        METRIC_CELLS = 512,  /* for the values of a metric's labels, numbered by who counts */
        METRIC_BUCKETS = 10, /* of a histogram: 1, 2, 4 ... 256, more */
};

/* One more of the cell; a metric without labels has cell 0. Cells beyond the last are left out. */
void metric_count(enum metric metric, size_t cell);
uint64_t metric_read(enum metric metric, size_t cell);

/* A value of a histogram. Its cells are its buckets, each without those before it, and the sum. */
void metric_observe(enum metric metric, uint64_t value);
