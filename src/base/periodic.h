/* SPDX-License-Identifier: Apache-2.0
 *
 * A thread that does something again and again, with pauses, until it is stopped: for work that may
 * block, which base/timer.h does not call.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct periodic;

/* Waits; to be called by the function itself between two pieces of its work. Return: whether to
 * go on. */
bool periodic_wait(struct periodic *periodic, int64_t milliseconds);

/* Runs `round` after each pause of `period` milliseconds. Return: the thread, or NULL with errno
 * set. */
struct periodic *periodic_start(int64_t period,
                                void (*round)(struct periodic *periodic, void *context),
                                void *context);

/* Ends the thread after what it is at. NULL does nothing. */
void periodic_stop(struct periodic *periodic);
