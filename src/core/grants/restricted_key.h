/* SPDX-License-Identifier: Apache-2.0
 *
 * API keys made from API keys by one more caveat, offline. All keys are raw macaroons.
 */
#pragma once

#include "core/ports.h"

/* The key with one more caveat, which is well-formed.
 * Return: ERR_OK; ERR_API_KEY_FULL: there is no room for it; ERR_INTERNAL. */
enum err restricted_key_make(struct arena *arena, struct secret api_key, struct slice caveat,
                             struct secret *ret);

/* A child that may do what its parent may and that nobody has seen yet: its only caveat is a fresh
 * nonce. A satellite remembers what it found out about a key for minutes; of this one it cannot.
 * Return: ERR_OK; ERR_API_KEY_FULL; ERR_INTERNAL. */
enum err restricted_key_fresh(const struct entropy_port *entropy, struct arena *arena,
                              struct secret api_key, struct secret *ret);

/* The tail of a key, 32 bytes. Return: ERR_OK; ERR_INTERNAL. */
enum err restricted_key_tail(struct arena *arena, struct secret api_key, struct slice *ret);
