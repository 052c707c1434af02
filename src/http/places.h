/* SPDX-License-Identifier: Apache-2.0
 *
 * The places for connections: how many there are, how many one address may have, and who gives up
 * its own when all are taken. A place is given up by shutting its socket down; whoever serves the
 * connection then sees its end and lets the place go.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/network.h"

struct places;

enum place_state {
        PLACE_STRANGER, /* has not sent a whole request yet */
        PLACE_IDLE,     /* between two requests */
        PLACE_BUSY,     /* sends a request after its first, or waits for an answer */
        PLACE_GIVEN_UP, /* its socket is shut down */
        N_PLACE_STATES,
};

/* One connection's; embedded in what is known about it. */
struct place {
        struct place *newer, *older; /* in the list of its state */
        struct place_holder *holder;
        enum place_state state;
        int socket;
        int64_t since; /* seconds of deadline_now(): when it came into its state */
};

struct places_options {
        unsigned connections;           /* open at once */
        unsigned per_address;           /* of one address, of IPv6 the /64; 0: any number */
        unsigned idle;                  /* PLACE_IDLE at once; 0: any number */
        const struct networks *proxies; /* that speak for many, and have no share; may be NULL */
};

/* Return: the places, or NULL without memory. */
struct places *places_new(const struct places_options *options);

/* Every place must have left. NULL does nothing. */
void places_free(struct places *places);

/* Before a connection is accepted: whether its address, IPv4 mapped into IPv6, has room. If all
 * places are taken, a stranger gives up its own, or whoever has been idle longest. */
bool places_admit(struct places *places, const uint8_t address[16]);

/* Takes a place as PLACE_STRANGER. Return: false without memory; then there is nothing to leave. */
bool places_enter(struct places *places, struct place *place, const uint8_t address[16],
                  int socket);

/* What has been given up stays so. */
void places_set(struct places *places, struct place *place, enum place_state state);

/* Before the socket is closed, so that its number is nobody else's when it is shut down. */
void places_leave(struct places *places, struct place *place);

/* Open connections. */
unsigned places_taken(struct places *places);
