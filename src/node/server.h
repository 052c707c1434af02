/* SPDX-License-Identifier: Apache-2.0
 *
 * A node that serves HTTP: what `serve` and `demo` run.
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
        struct periodic *mail_worker; /* NULL: no mail is sent */
        struct delivery_workers *delivery_workers;
};

/* Sets up what must precede all threads and secrets: no core dumps, blocked signals, the log.
 * Return: ERR_OK; ERR_INTERNAL: the log cannot be opened, which was reported. */
enum err server_prepare(const struct config *config);

/* Opens the node and starts serving. Problems are reported on standard error. `config` and `server`
 * must not move until server_stop(). Return: ERR_OK; on any other outcome everything is closed
 * again. */
enum err server_start(struct server *server, const struct config *config);

/* Serves until SIGTERM or SIGINT; SIGHUP reopens the log and rereads certificate and keys. */
void server_run(struct server *server);

/* Lets running requests finish, then closes everything. */
void server_stop(struct server *server);
