/* SPDX-License-Identifier: Apache-2.0
 *
 * A load generator: one thread, a number of kept connections on loopback, each sending its next
 * request when the answer to the last has come.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

struct load {
        uint16_t port;
        unsigned connections;
        const struct slice *requests; /* whole HTTP requests; each is sent once */
        size_t n_requests;
        bool is_silent; /* says nothing of answers other than 200 */
};

struct load_result {
        double seconds; /* from the first byte sent to the last answer */
        size_t n_ok;    /* answers 200 */
        size_t n_other; /* any other answer */
        size_t n_lost;  /* connections that broke; what they had left to do was not done */
        double p50_ms, p99_ms;
};

/* Runs until every request is answered. Ends the process on a fault of its own. */
struct load_result load_run(const struct load *load);
