/* SPDX-License-Identifier: Apache-2.0
 *
 * The thread that removes expired rows, in small batches between other work.
 */
#pragma once

#include "base/periodic.h"
#include "core/ports.h"

/* `ports` must outlive it. Return: the worker, which periodic_stop() stops after its batch, or NULL
 * with errno set. */
struct periodic *cleanup_worker_start(struct ports *ports);
