/* SPDX-License-Identifier: Apache-2.0
 *
 * Who speaks to us through proxies: X-Forwarded-For, believed only as far as trusted proxies wrote
 * it.
 */
#pragma once

#include "base/network.h"

/* The address nearest to us that no trusted proxy has: the peer's own, or one of the list that the
 * proxies behind it wrote, read from its end. What is no address ends the list.
 * Return: its text, the peer's or in the arena. */
struct slice forwarded_client(struct arena *arena, const struct networks *trusted,
                              struct slice peer, struct slice forwarded_for);
