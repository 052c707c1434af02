/* SPDX-License-Identifier: Apache-2.0
 *
 * How often something was tried lately: a table of a fixed size. What still counts is never evicted
 * for something else: when the table is full, new attempts wait. Places in the table are chosen by
 * a MAC under a random key of this table, so that nobody can aim at an entry.
 */
#pragma once

#include "core/ports.h"

struct attempts;

struct attempts_options {
        struct entropy_port entropy;
        int64_t (*uptime_ms)(void *context); /* never goes back */
        void *context;
        uint32_t n_entries; /* about 100 bytes each, resident only once they were used */
};

/* CLOCK_MONOTONIC, 262,144 entries: 27 MiB at most. */
struct attempts_options attempts_options_default(struct entropy_port entropy);

/* Return: the table, or NULL with errno set. */
struct attempts *attempts_new(const struct attempts_options *options);

/* NULL does nothing. */
void attempts_free(struct attempts *attempts);

struct attempt_port attempts_port(struct attempts *attempts);

/* For /metrics and tests. Return: entries in use, those among them that have expired but were not
 * reused yet. */
uint32_t attempts_count(struct attempts *attempts);
