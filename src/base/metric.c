/* SPDX-License-Identifier: Apache-2.0
 *
 * The counters of the process.
 */
#include "base/metric.h"

#include <stdatomic.h>

#include "base/monotonic.h"

static const struct metric_info infos[] = {
#define METRIC(name_, type_, labels_, help_)                                                       \
        {.name = "grantd_" #name_, .type = METRIC_##type_, .help = help_},
#include "base/metrics.def"
#undef METRIC
};

static _Atomic uint64_t cells[METRIC_COUNT_][METRIC_CELLS];

const struct metric_info *metric_info(enum metric metric)
{
        return &infos[metric];
}

static void cell_add(enum metric metric, size_t cell, uint64_t n)
{
        if (cell < METRIC_CELLS)
                atomic_fetch_add_explicit(&cells[metric][cell], n, memory_order_relaxed);
}

void metric_count(enum metric metric, size_t cell)
{
        cell_add(metric, cell, 1);
}

uint64_t metric_read(enum metric metric, size_t cell)
{
        return cell < METRIC_CELLS
                       ? atomic_load_explicit(&cells[metric][cell], memory_order_relaxed)
                       : 0;
}

/* `first`: the upper bound of the first bucket. */
static void observe(enum metric metric, size_t row, uint64_t value, uint64_t first)
{
        size_t bucket = 0;

        while (bucket < METRIC_BUCKETS - 1 && value > first << bucket)
                bucket++;
        cell_add(metric, row * METRIC_ROW + bucket, 1);
        cell_add(metric, row * METRIC_ROW + METRIC_BUCKETS, value);
}

void metric_observe(enum metric metric, uint64_t value)
{
        observe(metric, 0, value, 1);
}

void metric_observe_time(enum metric metric, size_t row, int64_t microseconds)
{
        observe(metric, row, (uint64_t)microseconds, METRIC_SHORTEST);
}

void metric_observe_since(enum metric metric, int64_t begun)
{
        metric_observe_time(metric, 0, monotonic_now() - begun);
}
