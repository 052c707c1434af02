/* SPDX-License-Identifier: Apache-2.0
 *
 * The thread that tells satellites which grants were taken back, and asks them about projects that
 * are not proven yet.
 */
#pragma once

#include "cli/node.h"
#include "os/beat.h"

struct courier;

/* `node` must outlive it. Return: the courier, or NULL with errno set. */
struct courier *courier_start(struct node *node);

/* Ends the thread, and the call it is at: what it could not deliver is due again later. NULL does
 * nothing. */
void courier_stop(struct courier *courier);
