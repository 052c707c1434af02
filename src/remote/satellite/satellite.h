/* SPDX-License-Identifier: Apache-2.0
 *
 * The satellite port over the network: a few kept connections, each to a satellite that has proven
 * its identity, with a bound on every wait and on the number of concurrent calls.
 */
#pragma once

#include "core/ports.h"
#include "remote/allowlist.h"

struct satellites;

/* Milliseconds. */
struct satellite_times {
        int64_t connect; /* the look-up of the name included */
        int64_t handshake;
        int64_t call;
        int64_t all;  /* in total, including a second attempt */
        int64_t idle; /* a connection is kept unused for */
};

/* 5 s, 5 s, 10 s, 20 s, 2 min. */
struct satellite_times satellite_times_default(void);

struct satellite_options {
        const struct allowlist *allowlist; /* borrowed for as long as the satellites live */
        struct satellite_times times;
        unsigned calls; /* at once; more are ERR_BUSY */
};

/* Creates our certificate. Return: the satellites; NULL if memory or the crypto library fails. */
struct satellites *satellites_new(const struct satellite_options *options);

/* Closes connections that were idle for too long; call it now and then. */
void satellites_tidy(struct satellites *satellites);

/* Makes running calls and all later ones fail, because the process is about to stop. NULL does
 * nothing. */
void satellites_stop(struct satellites *satellites);

/* Closes the kept connections. No call may be running. NULL does nothing. */
void satellites_free(struct satellites *satellites);

struct satellite_port satellites_port(struct satellites *satellites);
