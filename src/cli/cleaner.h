/* SPDX-License-Identifier: Apache-2.0
 *
 * The thread that removes what has expired, in small batches beside the other work.
 */
#pragma once

#include "oauth/ports.h"

struct cleaner;

/* `ports` must outlive it. Return: the cleaner, or NULL with errno set. */
struct cleaner *cleaner_start(const struct ports *ports);

/* Ends the thread after its batch. NULL does nothing. */
void cleaner_stop(struct cleaner *cleaner);
