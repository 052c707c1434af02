/* SPDX-License-Identifier: Apache-2.0
 *
 * Jobs that the timer runs after a fixed delay. Responses to clients that fail too often wait here,
 * so that a client that waits for each response before its next request is slowed down, and leaves
 * the machine to others. Waiting jobs hold no thread and no lock.
 */
#pragma once

#include <stdbool.h>

#include "base/timer.h"
#include "base/workers.h"

struct delays;

/* Each job waits `milliseconds`; at most `maximum` wait at a time. `timer` must outlive the list.
 * Return: the list, or NULL with errno set. */
struct delays *delays_new(struct timer *timer, unsigned milliseconds, unsigned maximum);

/* Return: false if too many wait, or after delays_flush(); then `work` is still the caller's. */
bool delays_add(struct delays *delays, struct work *work);

/* Runs all waiting jobs at once, and accepts no more. */
void delays_flush(struct delays *delays);

/* Flushes and frees. NULL does nothing. */
void delays_free(struct delays *delays);
