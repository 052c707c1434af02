/* SPDX-License-Identifier: Apache-2.0
 *
 * The time of day. Measurements and deadlines use base/monotonic.h.
 */
#pragma once

#include "core/ports.h"

struct clock_port os_clock(void);
