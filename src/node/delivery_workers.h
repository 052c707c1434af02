/* SPDX-License-Identifier: Apache-2.0
 *
 * The threads that deliver revocations to satellites, and ask them about projects that are not
 * proven yet.
 */
#pragma once

#include "base/periodic.h"
#include "node/node.h"

struct delivery_workers;

/* `node` must outlive it. Return: the workers, or NULL with errno set. */
struct delivery_workers *delivery_workers_start(struct node *node);

/* Stops the threads and aborts their calls; undelivered revocations become due again. NULL does
 * nothing. */
void delivery_workers_stop(struct delivery_workers *workers);
