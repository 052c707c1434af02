/* SPDX-License-Identifier: Apache-2.0
 *
 * API keys derived from API keys by one more caveat, offline. All keys are raw macaroons.
 */
#pragma once

#include "core/ports.h"

/* The key with one more caveat, which must be well-formed. Return: ERR_OK; ERR_API_KEY_FULL: there
 * is no room for it; ERR_INTERNAL. */
enum err restricted_key_make(struct arena *arena, struct secret api_key, struct slice caveat,
                             struct secret *ret);

/* A key with the same permissions that no satellite has seen yet: its only additional caveat is a
 * fresh nonce. A satellite caches its findings about a key for minutes, but has none about this
 * one.
 * Return: ERR_OK; ERR_API_KEY_FULL; ERR_INTERNAL. */
enum err restricted_key_fresh(const struct entropy_port *entropy, struct arena *arena,
                              struct secret api_key, struct secret *ret);

/* The tail of a key, 32 bytes. Return: ERR_OK; ERR_INTERNAL. */
enum err restricted_key_tail(struct arena *arena, struct secret api_key, struct slice *ret);
