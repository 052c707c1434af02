/* SPDX-License-Identifier: Apache-2.0
 *
 * A world in which every operation of the core has something to do; see operations.h.
 */
#pragma once

#include "core/people/service_token.h"
#include "core/people/session.h"
#include "remote.h"

struct full_core {
        struct remote remote;
        struct slice database; /* to begin from */
        struct instant now;    /* to begin at */
        struct arena arena;    /* of one run */

        struct session session;
        struct secret token; /* of the session */
        struct service_token service;
        struct secret service_text;
        struct project project;    /* self-issued */
        struct project imported;   /* proven; another one is not, and asked about now */
        struct uuid pending;       /* a request for a prefix */
        struct secret code;        /* approved, no key needed */
        struct secret sealed_code; /* approved, its key is sealed with it */
        struct secret prefix_code; /* approved, the passphrase comes with the exchange */
        struct secret grant;       /* live, of the self-issued project */
        struct secret grant_key;   /* its API key */
        struct secret own_grant;   /* live, of the project brought in */
        struct uuid own_id;        /* its id; another one is revoked, and to be delivered */
};

void full_core_begin(struct full_core *full);
/* As it was at the beginning, whatever has happened. */
void full_core_reset(struct full_core *full);
void full_core_end(struct full_core *full);

/* For the length of a test. */
#define FULL_CORE(name)                                                                            \
        struct full_core all CLEANUP(full_core_end), *name = &all;                                 \
        full_core_begin(name)
