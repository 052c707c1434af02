/* SPDX-License-Identifier: Apache-2.0
 *
 * Exchanging a code, in the order of docs/protocol/http.md 5.4: check the client, read the code's
 * row, reserve a ticket if a key must be derived, claim, derive and mint, record, respond. If no
 * key has to be derived, the grant is minted first and the claim records it too.
 */
#include "core/token/exchange.h"

#include "base/macros.h"
#include "core/authorize/request.h"
#include "core/grants/mint.h"
#include "core/grants/tail.h"
#include "core/ids.h"
#include "core/policy.h"
#include "core/projects/project.h"
#include "core/token/code.h"
#include "core/token/s3.h"
#include "core/upkeep/audit.h"
#include "core/upkeep/rate_limit.h"
#include "core/upkeep/seal.h"

enum {
        RECORD_PATIENCE = 30000, /* ms for which recording a minted grant is retried: a failover */
        RECORD_PAUSE = 100,      /* ms between two attempts */
};

/* Where the encryption key of the grant comes from. */
enum key_source {
        KEY_NONE,
        KEY_SEALED,     /* stored with the code since consent */
        KEY_PASSPHRASE, /* in this request: a derivation is needed */
};

struct exchange {
        struct op op; /* a copy, since it may outlive the caller's */
        const struct exchange_form *form;
        struct client client;
        struct claim claim;
        struct audit_entry claim_audit;
        bool is_live; /* the code's row was valid when it was read */
        struct request request;
        enum key_source key_source;
        struct project project;
        struct scope scope;
        struct texts scopes, notes; /* of the result; allocated before anything is used up, */
        struct slice scope_words;   /* as this is */
        struct minted minted;
        struct slice sealed_tail; /* of the minted grant */
        struct grant grant;       /* as it was claimed */
        enum err refusal;         /* of the client */
        struct exchange_end end;
};

/* --- the client --- */

/* Checks the proof; nothing is written. */
static enum err client_check(struct exchange *x)
{
        struct client_identity identity = {0};
        enum err error = client_authenticate(&x->op, &x->form->proof, &identity);

        x->client = identity.client;
        x->claim.jwt_exp = identity.assertion.exp;
        x->claim.jwt = identity.assertion.replay_digest;
        x->claim.secret_row = identity.secret_row;
        return error;
}

/* --- the code before the claim --- */

/* S256 of the verifier, RFC 7636 section 4.6. */
static struct slice challenge_of(struct arena *arena, struct secret verifier)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(64);
        struct digest digest;

        if (secret_is_absent(verifier))
                return (struct slice){0};
        crypto_sha256(secret_reveal(verifier), &digest);
        base64url_encode(&text, SLICE_ARRAY(digest.bytes));
        return arena_copy(arena, buf_slice(&text));
}

/* Anybody can say that they are a public client, so its failures are a stranger's. */
static bool is_public(const struct exchange *x)
{
        return x->client.auth_method == CLIENT_AUTH_NONE;
}

static void claim_fill(struct exchange *x)
{
        const struct ports *ports = x->op.ports;
        struct slice code = secret_reveal(x->form->code);

        x->claim.attempt = uuid_random(&ports->entropy);
        x->claim.authorization_no = code_row(code);
        x->claim.code = token_digest(code);
        x->claim.client_row = x->client.id;
        x->claim.challenge = challenge_of(x->op.arena, x->form->code_verifier);
        x->claim.has_passphrase = !secret_is_absent(x->form->passphrase);
        x->claim.grant_id = uuid_ordered(&ports->entropy, x->op.now);
        x->claim.replay_grace = ports->policy->code_replay_grace;
        x->claim.is_silent = is_public(x) ? !limit_lets_audit(&x->op)
                                          : !limit_audit_begin(&x->op, &x->client.account_id);
        x->claim_audit = audit_entry_of(&x->op, "exchange", NULL, &x->client.client_id, NULL);
}

static bool code_looks_good(const struct exchange *x)
{
        return x->request.status == REQUEST_APPROVED &&
               x->request.code.expires_at.ms > x->op.now.ms &&
               digest_equal(&x->request.code.digest, &x->claim.code) &&
               uuid_equal(&x->request.client_row, &x->client.id);
}

/* Reads the row without a lock. Only the claim decides; this determines what will have to be done.
 */
static enum err code_look(struct exchange *x)
{
        enum err error = store_code_find(&x->op, &x->claim.authorization_no, &x->request);

        if (error == ERR_NO_ROW || (error == ERR_OK && !code_looks_good(x)))
                return ERR_OK;
        TRY(error);
        error = store_project_get(&x->op, &x->request.authorization.project_id, &x->project);
        if (error == ERR_NO_ROW)
                return ERR_OK;
        TRY(error);
        TRY(scope_parse_stored(x->op.arena, x->request.authorization.scope, &x->scope));
        x->scopes = scope_list(x->op.arena, &x->scope);
        x->notes = scope_notes(x->op.arena, &x->scope);
        x->scope_words = request_scope_words(&x->request);
        TRY(arena_check(x->op.arena));
        x->is_live = true;
        if (x->request.code.sealed_access.data)
                x->key_source = KEY_SEALED;
        else if (x->claim.has_passphrase)
                x->key_source = KEY_PASSPHRASE;
        return ERR_OK;
}

/* --- minting --- */

/* Mints with the root key, with the encryption access stored with the code, or without a key. */
static enum err mint(struct exchange *x, const struct crypto_key *root)
{
        struct mint_source source = {.project = &x->project, .key = {.root = root}};
        struct mint_terms terms = {.scope = &x->scope, .nonce = &x->claim.grant_id};

        if (x->key_source == KEY_SEALED)
                TRY(code_open_access(x->op.arena, x->form->code, x->request.no,
                                     x->request.code.sealed_access, &source.key.access));
        if (x->request.authorization.lifetime)
                terms.ends_at.ms =
                        (instant_seconds(x->op.now) + x->request.authorization.lifetime) * 1000;
        TRY(project_open_api_key(&x->op, &x->project, &source.api_key));
        TRY(mint_grant(x->op.arena, &source, &terms, &x->minted));
        TRY(grant_tail_seal(&x->op, &x->claim.grant_id, x->minted.tail, &x->sealed_tail));
        return project_seal_caveat(&x->op, &x->project, &x->claim.grant_id, x->minted.caveat,
                                   &x->claim.sealed_caveat);
}

static bool wants_s3(const struct exchange_form *form)
{
        return form->credentials.data != NULL;
}

/* --- ends --- */

static void finish(struct exchange *x, enum err error)
{
        struct exchange_result result;

        if (error != ERR_OK) {
                x->end.run(x->end.context, error, NULL);
                return;
        }
        result = (struct exchange_result){
                .access_grant = x->minted.grant,
                .scopes = x->scopes,
                .scope = x->scope_words,
                .notes = x->notes,
                .expires_in = x->request.authorization.lifetime,
        };
        result.wants_s3 = wants_s3(x->form);
        if (result.wants_s3)
                result.s3_error =
                        s3_register(&x->op, result.access_grant,
                                    audit_entry_of(&x->op, "s3_credentials", &x->request.account_id,
                                                   &x->client.client_id, &x->claim.grant_id),
                                    &result.s3);
        x->end.run(x->end.context, ERR_OK, &result);
}

/* Ends the exchange of an authenticated client. */
static void finish_proven(struct exchange *x, enum err error)
{
        finish(x, is_public(x) ? limit_address(&x->op, error)
                               : limit_client(&x->op, &x->client.client_id, error));
}

/* The same after its failure may have been written to the audit trail. */
static void finish_claimed(struct exchange *x, enum err error)
{
        if (!is_public(x))
                limit_audit_end(&x->op, &x->client.account_id, !x->claim.is_silent, error);
        finish_proven(x, error);
}

static void refusal_noted(void *context, enum err noted)
{
        struct exchange *x = context;
        enum err error = x->refusal;

        (void)noted; /* the store has logged why; the refusal remains */
        if (error == ERR_CLIENT_DISABLED)
                finish_proven(x, error);
        else
                finish(x, limit_address(&x->op, error));
}

/* A failed attempt of an unauthenticated client is recorded too. */
static void refuse(struct exchange *x, enum err error)
{
        struct completion completion = {refusal_noted, x};

        x->refusal = error;
        if (!error_is_fault(error) && limit_lets_audit(&x->op))
                audit_note_then(
                        &x->op,
                        audit_entry_of(&x->op, "client_refused", NULL, &x->client.client_id, NULL),
                        error, completion);
        else
                refusal_noted(x, ERR_OK);
}

/* --- the two ways --- */

/* A code that did not exist when it was read cannot have been claimed. */
static void claimed_at_once(void *context, enum err error)
{
        struct exchange *x = context;

        finish_claimed(x, error == ERR_OK && !x->claim.sealed_tail.data ? ERR_CODE_FAILED : error);
}

/* No key has to be derived: mint first, then claim and record in one transaction. A prefix without
 * a key is not minted: the claim refuses it with the reason. */
static void exchange_at_once(struct exchange *x)
{
        bool lacks_key = x->key_source == KEY_NONE && x->request.code.needs_passphrase;
        enum err error = x->is_live && !lacks_key ? mint(x, NULL) : ERR_OK;

        if (error != ERR_OK) {
                finish_claimed(x, error);
                return;
        }
        x->claim.sealed_tail = x->sealed_tail;
        if (wants_s3(x->form)) { /* the next step blocks, so this thread may block too */
                error = store_code_claim(&x->op, &x->claim, &x->claim_audit, &x->grant);
                claimed_at_once(x, error);
                return;
        }
        store_code_claim_then(&x->op, &x->claim, &x->claim_audit, &x->grant,
                              (struct completion){claimed_at_once, x});
}

/* Retries, since the store may be unavailable for a moment, and the minted grant would be lost. */
static enum err record(struct exchange *x)
{
        const struct issued_grant issued = {
                .grant_id = x->claim.grant_id,
                .attempt = x->claim.attempt,
                .key = {.sealed_tail = x->sealed_tail, .sealed_caveat = x->claim.sealed_caveat},
        };
        const struct clock_port *clock = &x->op.ports->clock;
        int64_t give_up = op_time(&x->op).ms + RECORD_PATIENCE;
        enum err error;

        for (;;) {
                struct op op = op_step(&x->op, x->op.arena);

                error = store_grant_issued(&op, &issued);
                if (!error_is_fault(error) || op.now.ms >= give_up)
                        break;
                clock->pause(clock->context, RECORD_PAUSE);
        }
        return error_is_fault(error) ? ERR_COMMIT_UNKNOWN : error;
}

/* The ticket is always used or released. */
static enum err exchange_reserved(struct exchange *x, struct derivation_ticket *ticket)
{
        const struct root_key_port *port = &x->op.ports->root_key;
        struct crypto_key root;
        enum err error = store_code_claim(&x->op, &x->claim, &x->claim_audit, &x->grant);

        if (error != ERR_OK) {
                port->release(port->context, ticket);
                return error;
        }
        TRY(port->derive(port->context, ticket, x->form->passphrase, x->project.salt, &root));
        error = mint(x, &root);
        wipe(&root, sizeof(root));
        TRY(error);
        return record(x);
}

static enum err exchange_derived(struct exchange *x)
{
        const struct root_key_port *port = &x->op.ports->root_key;
        const struct derivation_user user = {.account_id = x->request.account_id,
                                             .client_id = x->client.client_id};
        struct derivation_ticket *ticket;

        TRY(port->reserve(port->context, &user, &ticket));
        return exchange_reserved(x, ticket);
}

/* The redirect URI may be left out if it can only have been one (RFC 6749 section 4.1.3). A public
 * client has nothing but its verifier: not even a code from before it was public goes without. */
static enum err form_complete(struct exchange *x)
{
        if (is_public(x) && secret_is_absent(x->form->code_verifier))
                return ERR_VERIFIER_MISSING;
        x->claim.redirect_uri = x->form->redirect_uri;
        if (x->claim.redirect_uri.data)
                return ERR_OK;
        if (x->client.redirect_uris.n != 1)
                return ERR_REDIRECT_URI_MISSING;
        x->claim.redirect_uri = x->client.redirect_uris.items[0];
        return ERR_OK;
}

/* The exchange of an authenticated client. */
static void exchange_proven(struct exchange *x)
{
        enum err error;

        error = form_complete(x);
        if (error != ERR_OK) {
                finish_proven(x, error);
                return;
        }
        claim_fill(x);
        error = code_look(x);
        if (error == ERR_OK && x->is_live && wants_s3(x->form) &&
            !x->request.authorization.lifetime)
                error = ERR_CREDENTIALS_NO_END;
        if (error != ERR_OK)
                finish_claimed(x, error);
        else if (x->key_source == KEY_PASSPHRASE)
                finish_claimed(x, exchange_derived(x));
        else
                exchange_at_once(x);
}

bool exchange_may_wait(const struct exchange_form *form)
{
        return !secret_is_absent(form->passphrase) || wants_s3(form);
}

void exchange_code(struct op *op, const struct exchange_form *form, struct exchange_end end)
{
        struct exchange *x = arena_new(op->arena, struct exchange);
        enum err error;

        if (!x) {
                end.run(end.context, ERR_OUT_OF_MEMORY, NULL);
                return;
        }
        *x = (struct exchange){
                .op = *op,
                .form = form,
                .end = end,
        };
        error = s3_check(op, form->credentials);
        if (error != ERR_OK) { /* of a caller that is not authenticated yet */
                finish(x, limit_address(op, error));
                return;
        }
        error = client_check(x);
        if (error == ERR_OK)
                exchange_proven(x);
        else
                refuse(x, error);
}
