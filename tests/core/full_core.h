/* SPDX-License-Identifier: Apache-2.0
 *
 * A core with data for every operation; see operations.h.
 */
#pragma once

#include "core/people/passkey/passkey_model.h"
#include "core/people/service_token.h"
#include "core/people/session.h"
#include "remote.h"

struct full_core {
        struct remote remote;
        struct slice database; /* to begin from */
        struct instant now;    /* to begin at */
        struct arena arena;    /* of one run */

        struct session session;
        struct secret token;              /* of the session */
        struct session guarded;           /* of somebody with a second factor */
        struct secret recovery_codes[10]; /* of theirs */
        struct secret guarded_key;        /* of theirs, too */
        struct secret factor_key;         /* of the one that the session's account sets up */
        unsigned n_codes;                 /* recovery codes tried */
        struct passkey passkey;           /* of the session's account */
        struct slice passkey_challenge;   /* to add another */
        struct service_token service;
        struct secret service_text;
        struct secret reset_token;   /* of a link for another password */
        struct secret confirm_token; /* of a link for the other e-mail address of a third account */
        struct secret undo_token;    /* of a link for the one that it had before */
        struct secret invitation;    /* of guest@example.com */
        struct project project;      /* self-issued */
        struct project imported;     /* proven; another one is unproven and due */
        struct uuid pending;         /* a request for a prefix */
        struct secret code;          /* approved, no key needed */
        struct secret sealed_code;   /* approved, its key is sealed with it */
        struct secret prefix_code;   /* approved, the passphrase comes with the exchange */
        struct secret offline_code;  /* approved with offline_access, its key is sealed with it */
        struct secret refresh_token; /* good, with a key */
        struct secret used_token;    /* the one before */
        struct device_start device;  /* waits for somebody */
        struct secret device_code;   /* approved, its key is sealed for it */
        struct secret grant;         /* live, of the self-issued project */
        struct secret grant_key;     /* its API key */
        struct secret own_grant;     /* live, of the imported project */
        struct uuid own_id;          /* its id; another one is revoked and to be delivered */
};

void full_core_begin(struct full_core *full);
/* Restores the initial state. */
void full_core_reset(struct full_core *full);
void full_core_end(struct full_core *full);

/* For the length of a test. */
#define FULL_CORE(name)                                                                            \
        struct full_core all CLEANUP(full_core_end), *name = &all;                                 \
        full_core_begin(name)
