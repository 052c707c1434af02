/* SPDX-License-Identifier: Apache-2.0
 *
 * A thread for repeated work that may block, which base/timer.h does not allow.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct periodic;

/* Pauses; the function calls it between two pieces of its work. Return: false if it should stop. */
bool periodic_wait(struct periodic *periodic, int64_t milliseconds);

/* Runs `round` after each pause of `period` milliseconds. Return: the thread, or NULL with errno
 * set. */
struct periodic *periodic_start(int64_t period,
                                void (*round)(struct periodic *periodic, void *context),
                                void *context);

/* Stops the thread when its current piece of work is done. NULL does nothing. */
void periodic_stop(struct periodic *periodic);
