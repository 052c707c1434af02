/* SPDX-License-Identifier: Apache-2.0
 *
 * Assembles the parts of grantd that every command working on the store needs, and connects the
 * core's ports to their implementations.
 */
#pragma once

#include "config/config.h"
#include "core/policy.h"
#include "core/ports.h"
#include "node/node_keys.h"
#include "os/kdf_slots.h"
#include "os/password_pool.h"
#include "os/rate_limits.h"
#include "remote/documents.h"
#include "remote/edge.h"
#include "remote/providers.h"
#include "remote/satellite/satellite.h"
#include "remote/smtp.h"
#include "store/open.h"

struct node {
        struct arena arena; /* texts that live as long as the node */
        const struct config *config;
        struct store_location location; /* of the database */
        struct policy policy;
        struct node_keys keys;
        struct store *store;
        struct kdf_slots *slots;
        struct password_pool *passwords;
        struct rate_limits *rate_limits;
        struct timer *timer;
        struct allowlist allowlist; /* satellites that may be called */
        struct satellites *satellites;
        struct edge *edge;
        struct providers *providers;
        struct smtp *smtp; /* NULL: no mail is sent */
        struct allowlist document_servers;
        struct resolver *resolver;
        struct documents *documents; /* NULL: none are fetched */
        struct ports ports;
        bool may_create;                 /* the database and its key */
        bool made_database;              /* by this opening */
        _Atomic int64_t certificate_end; /* unix seconds; 0: no certificate of our own */
};

/* Format strings with the name of a database: why this program, or this role, may not serve it. */
#define DATABASE_NEWER "%s was created by a newer grantd; use that version"
#define DATABASE_OLDER                                                                             \
        "the schema of %s is missing or older than this program, and this role may not update "    \
        "it; run \"grantd migrate\" with the --store.url of the role that owns it"

/* Opens the database and its key. A database that nobody has used yet is created, and its key, if
 * `may_create`; otherwise there is none. `config` must outlive the node. What is wrong is said on
 * standard error, as one sentence that tells what to do.
 * Return: ERR_OK; anything else: the node is closed again. */
enum err node_open(struct node *node, const struct config *config, bool may_create);

/* The same in two steps, with room for entering the sandbox between them: the first reads the key
 * and makes sure that the database file exists, without starting threads; the second does the rest.
 * If the first fails, the node is closed again; if the second fails, the caller must close it. */
enum err node_open_key(struct node *node, const struct config *config, bool may_create);
enum err node_open_parts(struct node *node);

/* Opens only what is needed to call satellites, one at a time and at any address: no configuration
 * and no database. Problems are reported. Return: ERR_OK; ERR_INTERNAL; the node must be closed in
 * either case. */
enum err node_open_satellites(struct node *node);

/* Creates separate connections to satellites, besides the node's own, for `calls` concurrent calls.
 * Return: as satellites_new(). */
struct satellites *node_satellites_new(const struct node *node, unsigned calls);

/* Does nothing if the node was not opened, or is closed already. */
void node_close(struct node *node);
