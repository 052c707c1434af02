/* SPDX-License-Identifier: Apache-2.0
 *
 * Hostile token requests, each derived from a valid one, in the arena.
 */
#pragma once

#include "base/arena.h"

typedef struct slice hostile_fn(struct arena *arena, struct slice request);

hostile_fn hostile_signature;  /* a JWT signed with another secret */
hostile_fn hostile_code;       /* a valid JWT, but a code that does not exist */
hostile_fn hostile_client;     /* a client that does not exist, with a JWT of its own */
hostile_fn hostile_passphrase; /* a passphrase, so that a key must be derived */
hostile_fn hostile_log_in;     /* a wrong password */
