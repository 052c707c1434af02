/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers of JSON that jansson does not take: integers beyond 63 bits and reals beyond a double. It
 * refuses the whole text for one, also in a field that nobody reads.
 */
#pragma once

#include "base/buf.h"

/* What stands for a number that is too large, behind its sign: larger than anybody takes. */
#define JSON_NUMBER_HUGE 1e308

/* If the text holds numbers that jansson refuses, appends it to `out` with JSON_NUMBER_HUGE in
 * their place, and the same size; what is no number of JSON stays as it is, for the parser to
 * refuse. The text may be anything. Return: whether it holds one, or memory ran out; if so, `out`
 * may have failed. */
bool json_numbers_bound(struct slice text, struct buf *out);
