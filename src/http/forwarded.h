/* SPDX-License-Identifier: Apache-2.0
 *
 * Who speaks to us through proxies: X-Forwarded-For, believed only as far as trusted proxies wrote
 * it.
 */
#pragma once

#include "base/arena.h"
#include "base/slice.h"

struct network {
        uint8_t address[16]; /* IPv4 mapped into IPv6 */
        unsigned bits;
};

struct networks {
        struct network *items;
        size_t n;
};

/* Reads "10.0.0.0/8, 192.168.1.7, fd00::/8"; empty text gives none.
 * Return: false if one is neither address nor network. */
bool networks_parse(struct arena *arena, struct slice text, struct networks *ret);

/* The address nearest to us that no trusted proxy has: the peer's own, or one of the list that the
 * proxies behind it wrote, read from its end. What is no address ends the list.
 * Return: its text, the peer's or in the arena. */
struct slice forwarded_client(struct arena *arena, const struct networks *trusted,
                              struct slice peer, struct slice forwarded_for);
