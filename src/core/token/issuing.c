/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of an exchange: see docs/protocol/http.md 5.4.
 */
#include "core/token/issuing.h"

#include "base/macros.h"
#include "core/authorize/details.h"
#include "core/authorize/protocol_scope.h"
#include "core/clients/client_proof.h"
#include "core/grants/tail.h"
#include "core/ids.h"
#include "core/policy.h"
#include "core/projects/project.h"
#include "core/token/s3.h"
#include "core/upkeep/audit.h"
#include "core/upkeep/rate_limit.h"

/* --- the client --- */

enum err issuing_authenticate(struct issuing *x, const struct client_proof *proof,
                              const struct client_finder *finder)
{
        struct client_identity identity = {0};
        enum err error = finder ? client_authenticate_by(&x->op, proof, finder, &identity)
                                : client_authenticate(&x->op, proof, &identity);

        x->client = identity.client;
        x->is_proven = identity.is_proven;
        x->claim.jwt_exp = identity.assertion.exp;
        x->claim.jwt = identity.assertion.replay_digest;
        x->claim.secret_row = identity.secret_row;
        return error;
}

bool issuing_is_public(const struct issuing *x)
{
        return x->client.auth_method == CLIENT_AUTH_NONE;
}

bool issuing_is_worth_a_record(const struct issuing *x, enum err error)
{
        return !error_is_fault(error) && !issuing_is_public(x) && error != ERR_DEVICE_PENDING &&
               error != ERR_DEVICE_SLOW_DOWN;
}

void issuing_begin(struct issuing *x, const char *action)
{
        const struct ports *ports = x->op.ports;

        x->claim.attempt = uuid_random(&ports->entropy);
        x->claim.client_row = x->client.id;
        x->claim.grant_id = uuid_ordered(&ports->entropy, x->op.now);
        x->claim.is_silent = issuing_is_public(x)
                                     ? !limit_lets_audit(&x->op)
                                     : !limit_audit_begin(&x->op, &x->client.account_id);
        x->audit = audit_entry_of(&x->op, action, NULL, &x->client.client_id, NULL);
}

/* --- the grant --- */

bool issuing_code_looks_good(const struct issuing *x)
{
        return x->request.status == REQUEST_APPROVED &&
               x->request.code.expires_at.ms > x->op.now.ms &&
               digest_equal(&x->request.code.digest, &x->claim.code) &&
               uuid_equal(&x->request.client_row, &x->client.id);
}

/* Caveats about what is granted, and about the project. */
static struct texts notes_of(struct issuing *x)
{
        const struct texts notes = scope_notes(x->op.arena, &x->scope);
        struct texts all = {.items = arena_array(x->op.arena, notes.n + 1, struct slice)};

        if (!all.items || project_is_honoured(&x->project))
                return notes;
        for (; all.n < notes.n; all.n++)
                all.items[all.n] = notes.items[all.n];
        all.items[all.n++] = SLICE("No satellite has confirmed this project's key yet; until one "
                                   "does, the grant may be refused.");
        return all;
}

enum err issuing_scope(struct issuing *x, struct slice scope)
{
        TRY(scope_parse_stored(x->op.arena, scope, &x->scope));
        x->scopes = scope_list(x->op.arena, &x->scope);
        x->notes = notes_of(x);
        if (x->wants_details || x->request.protocol_scopes & PROTOCOL_DETAILS)
                x->details = details_granted(x->op.arena, &x->request, &x->scope);
        return arena_check(x->op.arena);
}

enum err issuing_check_details(const struct issuing *x, const struct details *details)
{
        int64_t lifetime = issuing_lifetime(x);

        if (!details)
                return ERR_OK;
        if (!scope_is_within(&details->scope, &x->scope) ||
            !details_are_of(details, &x->project.id))
                return ERR_DETAILS_NOT_WITHIN;
        if (!scope_is_within(&x->scope, &details->scope))
                return ERR_DETAILS_DIFFER;
        if (details->lifetime_limit && (!lifetime || lifetime > details->lifetime_limit))
                return ERR_DETAILS_DIFFER;
        return ERR_OK;
}

int64_t issuing_lifetime(const struct issuing *x)
{
        return x->ends_at.ms ? instant_seconds(x->ends_at) - instant_seconds(x->op.now) : 0;
}

enum err issuing_mint(struct issuing *x, const struct mint_key *key)
{
        struct mint_source source = {.project = &x->project, .key = *key};
        struct mint_terms terms = {
                .scope = &x->scope, .ends_at = x->ends_at, .nonce = &x->claim.grant_id};

        TRY(project_open_api_key(&x->op, &x->project, &source.api_key));
        x->lacks_key = !key->root && secret_is_absent(key->access);
        TRY(mint_grant(x->op.arena, &source, &terms, &x->minted));
        TRY(grant_tail_seal(&x->op, &x->claim.grant_id, x->minted.tail, &x->sealed_tail));
        return project_seal_caveat(&x->op, &x->project, &x->claim.grant_id, x->minted.caveat,
                                   &x->claim.sealed_caveat);
}

/* --- ends --- */

static void result_s3(struct issuing *x, struct exchange_result *result)
{
        struct audit_entry audit = audit_entry_of(&x->op, "s3_credentials", &x->request.account_id,
                                                  &x->client.client_id, &x->claim.grant_id);

        result->wants_s3 = x->wants_s3;
        if (x->wants_s3)
                result->s3_error = s3_register(&x->op, result->access_grant, audit, &result->s3);
}

void issuing_finish(struct issuing *x, enum err error)
{
        struct exchange_result result;

        if (error != ERR_OK) {
                x->end.run(x->end.context, error, NULL);
                return;
        }
        result = (struct exchange_result){
                .access_grant = x->minted.grant,
                .refresh_token = x->refresh_token,
                .id_token = x->id_token,
                .scopes = x->scopes,
                .scope = x->scope_words,
                .details = x->details,
                .notes = x->notes,
                .expires_in = issuing_lifetime(x),
                .lacks_key = x->lacks_key,
        };
        result_s3(x, &result);
        x->end.run(x->end.context, ERR_OK, &result);
}

void issuing_finish_proven(struct issuing *x, enum err error)
{
        issuing_finish(x, issuing_is_public(x) ? limit_address(&x->op, error)
                                               : limit_client(&x->op, &x->client.client_id, error));
}

static void claimed_end(struct issuing *x, enum err error)
{
        if (!issuing_is_public(x))
                limit_audit_end(&x->op, &x->client.account_id, !x->claim.is_silent, error);
        issuing_finish_proven(x, error);
}

static void claimed_noted(void *context, enum err noted)
{
        struct issuing *x = context;

        (void)noted; /* the store has logged why; the refusal remains */
        claimed_end(x, x->refusal);
}

void issuing_finish_claimed(struct issuing *x, enum err error)
{
        bool is_noted = x->is_judged || x->claim.is_silent;

        x->refusal = error;
        if (error == ERR_OK || error_is_fault(error) || is_noted)
                claimed_end(x, error);
        else
                audit_note_then(&x->op, x->audit, error, (struct completion){claimed_noted, x});
}

static void refusal_noted(void *context, enum err noted)
{
        struct issuing *x = context;
        enum err error = x->refusal;

        (void)noted;
        if (x->is_proven)
                limit_audit_end(&x->op, &x->client.account_id, x->may_audit, error);
        if (error == ERR_CLIENT_DISABLED)
                issuing_finish_proven(x, error);
        else
                issuing_finish(x, limit_address(&x->op, error));
}

/* What a proven client failed with is its developer's to see, and has their budget. */
void issuing_refuse(struct issuing *x, enum err error)
{
        struct completion completion = {refusal_noted, x};
        const char *action = x->is_proven ? "exchange" : "client_refused";

        x->refusal = error;
        if (x->is_proven)
                x->may_audit = limit_audit_begin(&x->op, &x->client.account_id);
        else
                x->may_audit = !error_is_fault(error) && limit_lets_audit(&x->op);
        if (x->may_audit && !error_is_fault(error))
                audit_note_then(&x->op,
                                audit_entry_of(&x->op, action, NULL, &x->client.client_id, NULL),
                                error, completion);
        else
                refusal_noted(x, ERR_OK);
}
