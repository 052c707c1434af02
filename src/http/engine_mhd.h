/* SPDX-License-Identifier: Apache-2.0
 *
 * What the two engine_mhd files share, the only ones that know libmicrohttpd (0.9.75): one starts
 * and stops it, the other answers its callbacks, which run on the epoll threads and must not block.
 */
#pragma once

#include <microhttpd.h>

#include "http/deadlines.h"
#include "http/engine.h"
#include "http/waiting.h"

struct engine {
        struct engine_options options;
        struct MHD_Daemon *daemon;
        struct workers *workers;
        struct deadlines *deadlines;
        int socket;
        uint16_t port;
        _Atomic uint64_t next_id;
        atomic_bool stopping;
        atomic_int n_open;    /* exchanges that their connection holds */
        atomic_int n_waiting; /* of these, the suspended ones */
        struct waiting waiting;
        struct exchange_pool pool;
};

/* A request line was read: begins an exchange. */
void *engine_mhd_on_target(void *context, const char *uri, struct MHD_Connection *connection);

/* Once for the head, once for each piece of body, once for its end, once after being resumed. */
enum MHD_Result engine_mhd_on_request(void *context, struct MHD_Connection *connection,
                                      const char *url, const char *method, const char *version,
                                      const char *data, size_t *data_size, void **request);

void engine_mhd_on_completed(void *context, struct MHD_Connection *connection, void **request,
                             enum MHD_RequestTerminationCode why);

void engine_mhd_on_connection(void *context, struct MHD_Connection *connection,
                              void **socket_context, enum MHD_ConnectionNotificationCode what);

/* Leaves paths as they were sent. */
size_t engine_mhd_on_unescape(void *context, struct MHD_Connection *connection, char *text);

/* Answers a claimed exchange with 503 in the place of its worker, who may still be writing into the
 * call. */
void engine_mhd_answer_stopping(struct exchange *exchange);
