/* SPDX-License-Identifier: Apache-2.0
 *
 * Counts the rows and bytes of the tables from time to time, for /metrics. A large database takes
 * longer to count; it is done at most once a minute, and takes at most a hundredth of the time.
 */
#pragma once

#include "api/api.h"
#include "core/ports.h"

struct table_sampler;

/* `ports` must outlive it. Return: the sampler; NULL with errno set. */
struct table_sampler *table_sampler_start(const struct ports *ports);

/* Stops it after the current table. NULL does nothing. */
void table_sampler_stop(struct table_sampler *sampler);

/* The last sample; no tables before the first one, which is taken within seconds. */
void table_sampler_read(struct table_sampler *sampler, struct api_tables *ret);
