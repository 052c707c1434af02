/* SPDX-License-Identifier: Apache-2.0
 *
 * How often something happened in the current minute, for more things than there is memory: a table
 * of a fixed size that forgets what is oldest.
 */
#pragma once

#include "oauth/ports.h"

struct counters;

/* Return: the table, or NULL without memory. */
struct counters *counters_new(void);

/* NULL does nothing. */
void counters_free(struct counters *counters);

struct counter_port counters_port(struct counters *counters);
