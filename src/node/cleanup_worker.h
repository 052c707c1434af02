/* SPDX-License-Identifier: Apache-2.0
 *
 * The thread that removes what has expired, in small batches beside the other work.
 */
#pragma once

#include "base/periodic.h"
#include "core/ports.h"

/* `ports` must outlive it. Return: the worker, which periodic_stop() ends after its batch, or NULL
 * with errno set. */
struct periodic *cleanup_worker_start(struct ports *ports);
