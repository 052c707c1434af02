/* SPDX-License-Identifier: Apache-2.0
 *
 * Who speaks to us through proxies: X-Forwarded-For, believed only as far as trusted proxies wrote
 * it.
 */
#pragma once

#include "base/network.h"

/* What stands for a client whose address a trusted proxy did not write in a form we can read: all
 * of them together, and never the proxy. */
#define FORWARDED_UNKNOWN "0.0.0.0"

/* The address nearest to us that no trusted proxy has: the peer's own, or one of the list that the
 * proxies behind it wrote, read from its end. An item is an address, with or without a port,
 * brackets around IPv6 or quotes; empty ones are none (RFC 9110 section 5.6.1).
 * Return: its text, the peer's, in the arena, or FORWARDED_UNKNOWN. */
struct slice forwarded_client(struct arena *arena, const struct networks *trusted,
                              struct slice peer, struct slice forwarded_for);
