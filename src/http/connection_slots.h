/* SPDX-License-Identifier: Apache-2.0
 *
 * Limits the open connections: how many in total, how many for one address, and which one is
 * dropped when all slots are taken. A connection is dropped by shutting its socket down; the code
 * that serves it then sees its end and releases the slot.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/network.h"

struct connection_slots;

enum connection_state {
        CONNECTION_NEW,     /* has not sent a complete request yet */
        CONNECTION_IDLE,    /* between two requests */
        CONNECTION_BUSY,    /* sends a later request, or waits for a response */
        CONNECTION_DROPPED, /* its socket is shut down */
        N_CONNECTION_STATES,
};

/* The slot of one connection, embedded in its state. */
struct connection_slot {
        struct connection_slot *newer, *older; /* in the list of its state */
        struct slot_holder *holder;
        enum connection_state state;
        int socket;
        int64_t since; /* of monotonic_now(): when it entered its state */
};

struct connection_slots_options {
        unsigned connections;           /* open at once */
        unsigned per_address;           /* of one address, of IPv6 the /64; 0: any number */
        unsigned idle;                  /* CONNECTION_IDLE at once; 0: any number */
        const struct networks *proxies; /* proxies that act for many clients, without a limit of
                                           their own; may be NULL */
};

/* Return: the slots, or NULL without memory. */
struct connection_slots *connection_slots_new(const struct connection_slots_options *options);

/* Every slot must have been released. NULL does nothing. */
void connection_slots_free(struct connection_slots *slots);

/* Call it before a connection is accepted. Return: whether its address, IPv4 mapped into IPv6, may
 * have one more. If all slots are taken, a new connection is dropped, or the one that has been idle
 * longest. */
bool connection_slots_admit(struct connection_slots *slots, const uint8_t address[16]);

/* Takes a slot as CONNECTION_NEW. Return: false without memory; then there is nothing to release.
 */
bool connection_slots_take(struct connection_slots *slots, struct connection_slot *slot,
                           const uint8_t address[16], int socket);

/* A dropped connection stays dropped. */
void connection_slots_set(struct connection_slots *slots, struct connection_slot *slot,
                          enum connection_state state);

/* Call it before the socket is closed: its number may then be reused, and another connection would
 * be shut down. */
void connection_slots_release(struct connection_slots *slots, struct connection_slot *slot);

/* Open connections. */
unsigned connection_slots_taken(struct connection_slots *slots);
