/* SPDX-License-Identifier: Apache-2.0
 *
 * The time of day, and a clock that only goes forward for measuring.
 */
#pragma once

#include "core/ports.h"

struct clock_port os_clock(void);

/* Milliseconds since some point in the past; never goes back. */
int64_t os_uptime_ms(void);
