/* SPDX-License-Identifier: Apache-2.0
 *
 * Stories: what one developer and user does from registration to revocation, by the real verbs,
 * with a note of what was answered. Afterwards, whatever happened meanwhile, a story can be held
 * against a store: what was answered is there, what was refused is not, nothing is there by half,
 * and nothing can be bought twice.
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

enum answer {
        NOT_ASKED,
        DONE,    /* answered: it must be there */
        REFUSED, /* ERR_STORE_UNAVAILABLE: it must not be there */
        UNKNOWN, /* ERR_COMMIT_UNKNOWN: wholly there or not at all */
};

struct story {
        int64_t number; /* no two stories have the same */
        int64_t request_no;
        enum answer answers[STEPS];
        char wrong[200]; /* the first thing that must not be; empty: all is well */
};

/* Tells the story until the store fails. Its course is given by its number: minted at once or after
 * the claim, revoked or not, rejected, never claimed. */
void story_tell(struct store *, struct story *);

/* Reads: what was answered is there, the rest wholly or not at all. `ret_there` is what is there.
 */
void story_check(struct store *, struct story *, bool ret_there[STEPS]);

/* Writes, after story_check(): no code buys two grants, no JWT is taken twice, an attempt can be
 * repeated. */
void story_try_again(struct store *, struct story *, const bool there[STEPS]);
