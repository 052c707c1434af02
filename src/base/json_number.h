/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON numbers that jansson cannot represent: integers beyond 63 bits and reals beyond a double. It
 * would refuse the whole text for one of them, even in a field that is ignored.
 */
#pragma once

#include "base/buf.h"

/* Replaces a number that is too large, after its sign: beyond every accepted range. */
#define JSON_NUMBER_HUGE 1e308

/* If the text holds numbers that jansson refuses, appends it to `out` with JSON_NUMBER_HUGE in
 * their place, and the same size; what is no number of JSON stays as it is, for the parser to
 * refuse. The text may be anything. Return: whether it holds one, or memory ran out; if so, `out`
 * may have failed. */
bool json_numbers_bound(struct slice text, struct buf *out);
