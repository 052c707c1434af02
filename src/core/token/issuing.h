/* SPDX-License-Identifier: Apache-2.0
 *
 * What exchanging a code and exchanging a refresh token have in common: the client, minting a
 * grant, and what is done when it ends.
 */
#pragma once

#include "core/authorize/details.h"
#include "core/clients/client_auth.h"
#include "core/grants/mint.h"
#include "core/op.h"
#include "core/store.h"
#include "core/token/exchange_result.h"

/* Part of a running exchange. Its op is a copy, since it may outlive the caller's. */
struct issuing {
        struct op op;
        struct exchange_end end;
        struct client client;
        struct claim claim;
        struct audit_entry audit; /* of the claim */
        struct request request;   /* with the authorization */
        struct project project;
        struct scope scope;
        struct texts scopes, notes; /* of the result; allocated before anything is used up, */
        struct slice scope_words;   /* as this is, */
        struct slice details;       /* and this */
        struct instant ends_at;     /* of the grant; zero: no end */
        struct minted minted;
        struct slice sealed_tail; /* of the minted grant */
        struct secret refresh_token;
        struct secret id_token;
        bool lacks_key; /* the minted grant does */
        bool wants_s3;
        bool wants_details; /* this request has them, whatever the first one had */
        bool is_proven;     /* the client is who it says, whatever else was wrong with it */
        bool is_judged;     /* the store has judged the claim, and has recorded its refusal */
        bool may_audit;     /* the refusal of the client, for the account's budget */
        enum err refusal;
};

/* Authenticates the client; nothing is written. `finder` may be NULL. Return: as
 * client_authenticate(). */
enum err issuing_authenticate(struct issuing *x, const struct client_proof *proof,
                              const struct client_finder *finder);

/* Anybody can say that they are a public client, so its failures are a stranger's. */
bool issuing_is_public(const struct issuing *x);

/* Whether a refusal from before the claim is recorded: a device that waits has not failed, and a
 * public client that presents nothing may be anybody. */
bool issuing_is_worth_a_record(const struct issuing *x, enum err error);

/* Fills in what every claim has. */
void issuing_begin(struct issuing *x, const char *action);

/* Whether the code's row was good for this client and code when it was read. */
bool issuing_code_looks_good(const struct issuing *x);

/* What a grant of this scope, in stored form, will say of `request`. Return: ERR_OK; faults. */
enum err issuing_scope(struct issuing *x, struct slice scope);

/* Details that come with a code, or NULL: they can only repeat what was allowed, since its claim is
 * of all of it. Return: ERR_OK; ERR_DETAILS_NOT_WITHIN; ERR_DETAILS_DIFFER. */
enum err issuing_check_details(const struct issuing *x, const struct details *details);

/* Seconds until the grant's end. 0: there is none. */
int64_t issuing_lifetime(const struct issuing *x);

/* Mints the grant of `claim.grant_id`, with this key if there is one. Return: as mint_grant(). */
enum err issuing_mint(struct issuing *x, const struct mint_key *key);

/* Ends the exchange of a client that is not authenticated, after its refusal was recorded. */
void issuing_refuse(struct issuing *x, enum err error);

/* Ends it. */
void issuing_finish(struct issuing *x, enum err error);

/* The same of an authenticated client; */
void issuing_finish_proven(struct issuing *x, enum err error);

/* and after issuing_begin(): a refusal that the store has not recorded is recorded. */
void issuing_finish_claimed(struct issuing *x, enum err error);
