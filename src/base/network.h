/* SPDX-License-Identifier: Apache-2.0
 *
 * IP addresses and networks; IPv4 is mapped into IPv6.
 */
#pragma once

#include "base/arena.h"
#include "base/slice.h"

/* Bits of an address in its own notation. */
enum { IPV4_WIDTH = 32, IPV6_WIDTH = 128 };

struct network {
        uint8_t address[16];
        unsigned bits;
};

struct networks {
        struct network *items;
        size_t n;
};

/* Reads "192.168.1.7" or "fd00::1"; `ret_width` is IPV4_WIDTH or IPV6_WIDTH.
 * Return: false if it is not an address. */
bool ip_parse(struct slice text, uint8_t ret[16], unsigned *ret_width);

/* Reads "10.0.0.0/8" or "192.168.1.7". Return: false if it is neither network nor address. */
bool network_parse(struct slice text, struct network *ret);

/* Reads "10.0.0.0/8, 192.168.1.7, fd00::/8"; empty text gives none.
 * Return: false if one is neither address nor network. */
bool networks_parse(struct arena *arena, struct slice text, struct networks *ret);

/* Return: whether the address is in one of them. */
bool networks_hold(const struct networks *networks, const uint8_t address[16]);

/* The same for an address as text; anything else is in none of them. */
bool networks_hold_text(const struct networks *networks, struct slice address);
