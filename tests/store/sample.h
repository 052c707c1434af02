/* SPDX-License-Identifier: Apache-2.0
 *
 * Tests that try every fault in every operation take an hour on a database server, and minutes
 * under valgrind. There they try a random sample: TEST_SEED repeats the one whose seed was printed.
 * TEST_FAULTS=all tries all, TEST_FAULTS=sample a sample, whatever the database, and
 * TEST_FAULTS=few those of a fourth of that sample's operations.
 */
#pragma once

#include <stdlib.h>
#include <string.h>

#include "base/monotonic.h"
#include "crash_disk.h"
#include "test.h"

struct sample {
        bool is_all, is_few;
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
        const char *faults = getenv("TEST_FAULTS");
        struct sample sample = {.is_all = sample_is_all(),
                                .is_few = faults && strcmp(faults, "few") == 0};

        if (!first)
                first = seed ? strtoull(seed, NULL, 10) : (uint64_t)monotonic_now();
        if (!sample.is_all)
                print_message("# a sample: TEST_SEED=%llu\n", (unsigned long long)first);
        sample.first = sample.seed = first;
        return sample;
}

/* Whether an operation is tried, if the sample has one in so many. */
static inline bool sample_has(const struct sample *sample, size_t number, unsigned one_in)
{
        return sample->is_all ||
               (number + sample->first) % (sample->is_few ? 4 * one_in : one_in) == 0;
}

/* Of faults one after the other, the first that is tried; and how far it is to the next. */
static inline unsigned sample_step(const struct sample *sample)
{
        return sample->is_all ? 1 : sample->is_few ? 8 : 2;
}

static inline unsigned sample_first(const struct sample *sample)
{
        return 1 + (unsigned)(sample->first % sample_step(sample));
}

/* How often something must occur that all operations bring about so often, and a sample of them. */
static inline unsigned sample_least(const struct sample *sample, unsigned all, unsigned sampled)
{
        return sample->is_all ? all : sample->is_few ? sampled / 10 : sampled;
}

/* From 0 to below `end`. */
static inline unsigned sample_below(struct sample *sample, size_t end)
{
        return (unsigned)(seed_next(&sample->seed) % end);
}
