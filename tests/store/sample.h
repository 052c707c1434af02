/* SPDX-License-Identifier: Apache-2.0
 *
 * Tests that try every fault in every operation take an hour on a database server, and minutes
 * under valgrind. There they try a random sample: TEST_SEED repeats the one whose seed was printed.
 * TEST_FAULTS=all tries all, TEST_FAULTS=sample a sample, whatever the database.
 */
#pragma once

#include <stdlib.h>
#include <string.h>

#include "base/monotonic.h"
#include "crash_disk.h"
#include "test.h"

struct sample {
        bool is_all;
        uint64_t first; /* the same for all tests of a program */
        uint64_t seed;  /* changes with each draw */
};

static inline bool sample_is_all(void)
{
        const char *faults = getenv("TEST_FAULTS");

        return faults ? strcmp(faults, "all") == 0 : !getenv("TEST_DATABASE_URL");
}

static inline struct sample sample_new(void)
{
        static uint64_t first;
        const char *seed = getenv("TEST_SEED");
        struct sample sample = {.is_all = sample_is_all()};

        if (!first)
                first = seed ? strtoull(seed, NULL, 10) : (uint64_t)monotonic_now();
        if (!sample.is_all)
                print_message("# a sample: TEST_SEED=%llu\n", (unsigned long long)first);
        sample.first = sample.seed = first;
        return sample;
}

/* From 0 to below `end`. */
static inline unsigned sample_below(struct sample *sample, size_t end)
{
        return (unsigned)(seed_next(&sample->seed) % end);
}
