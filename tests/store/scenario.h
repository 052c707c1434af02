/* SPDX-License-Identifier: Apache-2.0
 *
 * Scenarios: what one developer and user does from registration to revocation, by the real
 * operations, with a note of what was answered. Afterwards, whatever happened meanwhile, a scenario
 * can be held against a store: what was answered is there, what was refused is not, nothing is
 * there by half, and nothing can be bought twice.
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
        DONE,    /* answered: it must be there */
        REFUSED, /* ERR_STORE_UNAVAILABLE: it must not be there */
        UNKNOWN, /* ERR_COMMIT_UNKNOWN: wholly there or not at all */
};

struct scenario {
        int64_t number; /* no two scenarios have the same */
        int64_t request_no;
        enum step_result results[STEPS];
        char wrong[200]; /* the first thing that must not be; empty: all is well */
};

/* Tells the scenario until the store fails. Its course is given by its number: minted at once or
 * after the claim, revoked or not, rejected, never claimed. */
void scenario_run(struct store *, struct scenario *);

/* Reads: what was answered is there, the rest wholly or not at all. `ret_there` is what is there.
 */
void scenario_check(struct store *, struct scenario *, bool ret_there[STEPS]);

/* Writes, after scenario_check(): no code buys two grants, no JWT is taken twice, an attempt can be
 * repeated. */
void scenario_try_again(struct store *, struct scenario *, const bool there[STEPS]);
