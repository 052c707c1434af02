/* SPDX-License-Identifier: Apache-2.0
 *
 * Spans of time as people write them: "90", "90s", "5m", "12h", "30d".
 */
#pragma once

#include "base/slice.h"

/* Return: whether it is a duration; if so, its seconds. */
bool duration_parse(struct slice text, int64_t *ret_seconds);
