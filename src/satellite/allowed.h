/* SPDX-License-Identifier: Apache-2.0
 *
 * Which satellites may be called (setting satellite.allowed). Whoever brings a project in names an
 * address, and nobody shall make the server call into its own network by that.
 */
#pragma once

#include "base/network.h"

struct allowed {
        bool has_public;        /* every address of the public internet */
        struct networks places; /* every port there */
        struct slice *hosts;    /* host:port, as they stand in the setting */
        size_t n_hosts;
};

/* Reads "public, 127.0.0.0/8, sat.example:7777"; the texts are borrowed, the lists in the arena.
 * Empty text allows nothing. Return: false if a part has none of these forms. */
bool allowed_parse(struct arena *arena, struct slice text, struct allowed *ret);

/* Return: whether any address may be called at this port, so that names need be resolved at all. */
bool allowed_may_hold(const struct allowed *allowed, uint16_t port);

/* May this address be called, which is one that the host has? It is looked at after the name was
 * resolved, so that a name in public that points inwards does not help. A name that the operator
 * listed with its port is trusted wherever it points. */
bool allowed_holds(const struct allowed *allowed, struct slice host, uint16_t port,
                   const uint8_t address[16]);
