/* SPDX-License-Identifier: Apache-2.0
 *
 * A load generator: one thread, a number of kept connections on loopback, each sending its next
 * request when the response to the last has arrived.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

struct load {
        uint16_t port;
        uint16_t second_port; /* of every other connection; 0: there is none */
        unsigned connections;
        const struct slice *requests; /* complete HTTP requests; each is sent once */
        size_t n_requests;
        bool is_silent; /* does not report responses other than 200 */
};

struct load_result {
        double seconds; /* from the first byte sent to the last response */
        size_t n_ok;    /* responses with 200 */
        size_t n_other; /* all other responses */
        size_t n_lost;  /* broken connections; their remaining requests were not sent */
        double p50_ms, p99_ms;
};

/* Runs until every request has a response. Exits on a failure of its own. */
struct load_result load_run(const struct load *load);
