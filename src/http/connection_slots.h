/* SPDX-License-Identifier: Apache-2.0
 *
 * Limits the open connections: how many there are, how many one address may have, and which is
 * dropped when all slots are taken. It is dropped by shutting its socket down; whoever serves the
 * connection then sees its end and releases the slot.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/network.h"

struct connection_slots;

enum connection_state {
        CONNECTION_NEW,     /* has not sent a whole request yet */
        CONNECTION_IDLE,    /* between two requests */
        CONNECTION_BUSY,    /* sends a request after its first, or waits for an answer */
        CONNECTION_DROPPED, /* its socket is shut down */
        N_CONNECTION_STATES,
};

/* One connection's; embedded in what is known about it. */
struct connection_slot {
        struct connection_slot *newer, *older; /* in the list of its state */
        struct slot_holder *holder;
        enum connection_state state;
        int socket;
        int64_t since; /* of monotonic_now(): when it came into its state */
};

struct connection_slots_options {
        unsigned connections;           /* open at once */
        unsigned per_address;           /* of one address, of IPv6 the /64; 0: any number */
        unsigned idle;                  /* CONNECTION_IDLE at once; 0: any number */
        const struct networks *proxies; /* that speak for many, and have no share; may be NULL */
};

/* Return: the slots, or NULL without memory. */
struct connection_slots *connection_slots_new(const struct connection_slots_options *options);

/* Every slot must have been released. NULL does nothing. */
void connection_slots_free(struct connection_slots *slots);

/* Before a connection is accepted: whether its address, IPv4 mapped into IPv6, has room. If all
 * slots are taken, a new connection is dropped, or the one that has been idle longest. */
bool connection_slots_admit(struct connection_slots *slots, const uint8_t address[16]);

/* Takes a slot as CONNECTION_NEW. Return: false without memory; then there is nothing to release.
 */
bool connection_slots_take(struct connection_slots *slots, struct connection_slot *slot,
                           const uint8_t address[16], int socket);

/* What has been dropped stays so. */
void connection_slots_set(struct connection_slots *slots, struct connection_slot *slot,
                          enum connection_state state);

/* Before the socket is closed, so that its number is nobody else's when it is shut down. */
void connection_slots_release(struct connection_slots *slots, struct connection_slot *slot);

/* Open connections. */
unsigned connection_slots_taken(struct connection_slots *slots);
