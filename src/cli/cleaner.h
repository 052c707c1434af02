/* SPDX-License-Identifier: Apache-2.0
 *
 * The thread that removes what has expired, in small batches beside the other work.
 */
#pragma once

#include "core/ports.h"
#include "os/beat.h"

/* `ports` must outlive it. Return: the cleaner, which beat_stop() ends after its batch, or NULL
 * with errno set. */
struct beat *cleaner_start(struct ports *ports);
