/* SPDX-License-Identifier: Apache-2.0
 *
 * The address of a satellite, parsed: the identity it must prove, and where it is.
 */
#pragma once

#include "base/slice.h"

enum { NODE_ID_SIZE = 32 };

/* The hash of an identity's authority key; the last byte is the version of the identity, always 0.
 */
struct node_id {
        uint8_t bytes[NODE_ID_SIZE];
};

struct satellite_address {
        struct node_id id;
        struct slice host; /* a name or an address, without brackets; borrowed */
        uint16_t port;
};

/* Reads node-id@host:port. Return: false if it is anything else. */
bool satellite_address_parse(struct slice text, struct satellite_address *ret);
