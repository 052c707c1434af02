/* SPDX-License-Identifier: Apache-2.0
 *
 * Which servers may be called whose address a stranger has chosen: the satellite of a project
 * (setting satellite.allowed), and where a client has its metadata document
 * (clients.metadata_allowed). Nobody must be able to make this server connect into its own network.
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
 * Empty text allows nothing. Return: false if an entry has none of these forms. */
bool allowlist_parse(struct arena *arena, struct slice text, struct allowlist *ret);

/* Return: whether any address may be called at this port; if not, the name need not be resolved. */
bool allowlist_may_permit(const struct allowlist *allowlist, uint16_t port);

/* Whether this address of the host may be called. It is checked after the name was resolved, so
 * that a public name that points into the internal network is refused. A name that the operator
 * listed with its port is trusted wherever it points. */
bool allowlist_permits(const struct allowlist *allowlist, struct slice host, uint16_t port,
                       const uint8_t address[16]);
