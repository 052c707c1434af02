/* SPDX-License-Identifier: Apache-2.0
 *
 * The client's address behind proxies: X-Forwarded-For, trusted only as far as trusted proxies
 * wrote it.
 */
#pragma once

#include "base/network.h"

/* The address of clients for which a trusted proxy wrote nothing we can read: they all share it,
 * and never count as the proxy. */
#define FORWARDED_UNKNOWN "0.0.0.0"

/* The nearest address that is not a trusted proxy's: the peer's own, or the first one in the list,
 * read from its end. An item is an address, with or without a port, brackets around IPv6 or quotes;
 * empty ones are ignored (RFC 9110 section 5.6.1).
 * Return: its text, the peer's, in the arena, or FORWARDED_UNKNOWN. */
struct slice forwarded_client(struct arena *arena, const struct networks *trusted,
                              struct slice peer, struct slice forwarded_for);
