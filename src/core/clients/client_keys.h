/* SPDX-License-Identifier: Apache-2.0
 *
 * The public keys of a client (RFC 7591 section 2, `jwks`): registered by value, never fetched.
 */
#pragma once

#include "base/jwk.h"

/* Checks a set that a developer sends. `ret` is what is kept of it, in the arena.
 * Return: ERR_OK; those of jwks_read() and jwks_check(). */
enum err client_keys_take(struct arena *arena, struct slice text, struct slice *ret);

/* A set that was kept. Return: ERR_OK; ERR_INTERNAL: it is damaged; ERR_OUT_OF_MEMORY. */
enum err client_keys_read(struct arena *arena, struct slice stored, struct jwks *ret);
