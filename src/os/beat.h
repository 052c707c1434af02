/* SPDX-License-Identifier: Apache-2.0
 *
 * A thread that does something again and again, with pauses, until it is told to stop.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct beat;

/* Waits; to be called by the beat's own function between two pieces of its work. Return: whether to
 * go on. */
bool beat_wait(struct beat *beat, int64_t milliseconds);

/* Runs `round` after each pause of `period` milliseconds. Return: the beat, or NULL with errno set.
 */
struct beat *beat_start(int64_t period, void (*round)(struct beat *beat, void *context),
                        void *context);

/* Ends the thread after what it is at. NULL does nothing. */
void beat_stop(struct beat *beat);
