/* SPDX-License-Identifier: Apache-2.0
 *
 * Which satellites may be called (setting satellite.allowed). Whoever brings a project in names
 * an address, and nobody shall make the server call into its own network by that.
 */
#pragma once

#include "base/network.h"

/* host:port of the setting. */
struct allowlist_host {
        struct slice name; /* or an address, without brackets */
        uint16_t port;
};

struct allowlist {
        bool has_public;          /* every address of the public internet */
        struct networks networks; /* every port there */
        struct allowlist_host *hosts;
        size_t n_hosts;
};

/* Reads "public, 127.0.0.0/8, sat.example:7777"; the texts are borrowed, the lists in the arena.
 * Empty text allows nothing. Return: false if a part has none of these forms. */
bool allowlist_parse(struct arena *arena, struct slice text, struct allowlist *ret);

/* Return: whether any address may be called at this port, so that names need be resolved at all. */
bool allowlist_may_permit(const struct allowlist *allowlist, uint16_t port);

/* May this address be called, which is one that the host has? It is looked at after the name was
 * resolved, so that a name in public that points inwards does not help. A name that the operator
 * listed with its port is trusted wherever it points. */
bool allowlist_permits(const struct allowlist *allowlist, struct slice host, uint16_t port,
                       const uint8_t address[16]);
