/* SPDX-License-Identifier: Apache-2.0
 *
 * A node that answers HTTP: what `serve` and `demo` run.
 */
#pragma once

#include "api/api.h"
#include "http/engine.h"
#include "node/cleanup_worker.h"
#include "node/database_watch.h"
#include "node/delivery_workers.h"
#include "node/health.h"
#include "node/node.h"

struct server {
        struct node node;
        struct api api;
        struct engine *engine;
        struct engine *metrics_engine; /* NULL without metrics.listen */
        struct database_watch database;
        struct health health;
        struct periodic *cleanup_worker;
        struct delivery_workers *delivery_workers;
};

/* What must be in place before any thread and any secret: no core dumps, signals held back, the
 * log open. Return: ERR_OK; ERR_INTERNAL: the log cannot be opened, which was said. */
enum err server_prepare(const struct config *config);

/* Opens the node and begins to answer. What is wrong is said on standard error. `config` and
 * `server` must stay where they are until server_stop().
 * Return: ERR_OK; anything else: all is closed again. */
enum err server_start(struct server *server, const struct config *config);

/* Answers until SIGTERM or SIGINT; SIGHUP opens the log file and reads the certificate
 * and the keys anew. */
void server_run(struct server *server);

/* Lets requests that are being worked on end, then closes everything. */
void server_stop(struct server *server);
