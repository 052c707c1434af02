/* SPDX-License-Identifier: Apache-2.0
 *
 * Addresses of the internet and networks of them, IPv4 mapped into IPv6.
 */
#pragma once

#include "base/arena.h"
#include "base/slice.h"

struct network {
        uint8_t address[16];
        unsigned bits;
};

struct networks {
        struct network *items;
        size_t n;
};

/* Reads "192.168.1.7" or "fd00::1"; `ret_width` is 32 or 128, the bits it is written with.
 * Return: false if it is no address. */
bool ip_parse(struct slice text, uint8_t ret[16], unsigned *ret_width);

/* Reads "10.0.0.0/8, 192.168.1.7, fd00::/8"; empty text gives none.
 * Return: false if one is neither address nor network. */
bool networks_parse(struct arena *arena, struct slice text, struct networks *ret);

/* Return: whether the address is in one of them. */
bool networks_hold(const struct networks *networks, const uint8_t address[16]);
