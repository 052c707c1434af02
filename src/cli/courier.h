/* SPDX-License-Identifier: Apache-2.0
 *
 * The threads that tell satellites which grants were taken back, and ask them about projects that
 * are not proven yet.
 */
#pragma once

#include "base/periodic.h"
#include "cli/node.h"

struct courier;

/* `node` must outlive it. Return: the courier, or NULL with errno set. */
struct courier *courier_start(struct node *node);

/* Ends the threads, and the calls they are at: what could not be delivered is due again later. NULL
 * does nothing. */
void courier_stop(struct courier *courier);
