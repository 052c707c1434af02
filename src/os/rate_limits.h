/* SPDX-License-Identifier: Apache-2.0
 *
 * Counts recent attempts in a table of fixed size. Entries that still count are never evicted: when
 * the table is full, new attempts must wait. Entries are placed by a MAC under a random key of this
 * table, so that an attacker cannot aim at an entry.
 */
#pragma once

#include "core/ports.h"

struct rate_limits;

struct rate_limits_options {
        struct entropy_port entropy;
        int64_t (*now)(void *context); /* as monotonic_now() */
        void *context;
        uint32_t n_entries; /* about 100 bytes each, resident only once they are used */
};

/* By monotonic_now(), 262,144 entries: 27 MiB at most. */
struct rate_limits_options rate_limits_options_default(struct entropy_port entropy);

/* Return: the table, or NULL with errno set. */
struct rate_limits *rate_limits_new(const struct rate_limits_options *options);

/* NULL does nothing. */
void rate_limits_free(struct rate_limits *limits);

struct rate_limit_port rate_limits_port(struct rate_limits *limits);

/* For /metrics and tests. Return: entries in use, including those that have expired but were not
 * reused yet. */
uint32_t rate_limits_count(struct rate_limits *limits);
