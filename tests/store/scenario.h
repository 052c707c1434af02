/* SPDX-License-Identifier: Apache-2.0
 *
 * Scenarios: what a developer and a user do from registration to revocation, with the real
 * operations, recording each outcome. Afterwards, whatever happened in between, a scenario can be
 * compared with a store: what was acknowledged is there, what was refused is not, nothing is half
 * done, and no code gives two grants.
 */
#pragma once

#include "core/store.h"

enum step {
        STEP_ACCOUNT,
        STEP_CLIENT,
        STEP_REQUEST,
        STEP_DECIDE,
        STEP_CLAIM,
        STEP_ISSUE,
        STEP_REVOKE,
        STEPS,
};

enum step_result {
        NOT_CALLED,
        DONE,    /* acknowledged: it must be there */
        REFUSED, /* ERR_STORE_UNAVAILABLE: it must not be there */
        UNKNOWN, /* ERR_COMMIT_UNKNOWN: all of it is there, or nothing */
};

struct scenario {
        int64_t number; /* no two scenarios have the same */
        int64_t request_no;
        enum step_result results[STEPS];
        char wrong[200]; /* the first violation; empty: none */
};

/* Runs the scenario until the store fails. Its number decides its course: minted at once or after
 * the claim, revoked or not, rejected, never claimed. */
void scenario_run(struct store *, struct scenario *);

/* Reads only. What was acknowledged must be there, the rest completely or not at all. `ret_there`
 * says what is there.
 */
void scenario_check(struct store *, struct scenario *, bool ret_there[STEPS]);

/* Writes; call it after scenario_check(). No code gives two grants, no JWT is accepted twice, an
 * attempt can be repeated. */
void scenario_try_again(struct store *, struct scenario *, const bool there[STEPS]);
