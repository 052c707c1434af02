/* SPDX-License-Identifier: Apache-2.0
 *
 * Jobs that are done a while later, by the timer. Answers to those who fail too often wait here:
 * who asks again only after an answer then asks once in that while, and leaves the machine to the
 * others. No thread and no lock is held by what waits.
 */
#pragma once

#include <stdbool.h>

#include "base/timer.h"
#include "base/workers.h"

struct delays;

/* Each job waits `milliseconds`; `maximum` may wait at a time. `timer` must outlive the list.
 * Return: the list, or NULL with errno set. */
struct delays *delays_new(struct timer *timer, unsigned milliseconds, unsigned maximum);

/* Return: false if too many wait, or after delays_flush(); then `work` is still the caller's. */
bool delays_add(struct delays *delays, struct work *work);

/* Does at once what waits, and takes nothing more. */
void delays_flush(struct delays *delays);

/* Flushes and frees. NULL does nothing. */
void delays_free(struct delays *delays);
