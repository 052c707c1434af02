/* SPDX-License-Identifier: Apache-2.0
 *
 * Hostile token requests, each made of a good one, in the arena.
 */
#pragma once

#include "base/arena.h"

typedef struct slice hostile_fn(struct arena *arena, struct slice request);

hostile_fn hostile_signature;  /* a JWT signed with another secret */
hostile_fn hostile_code;       /* a right JWT, but a code that there is not */
hostile_fn hostile_client;     /* a client that there is not, and a JWT of its own */
hostile_fn hostile_passphrase; /* a passphrase, so that a key must be derived */
hostile_fn hostile_log_in;     /* a wrong password */
